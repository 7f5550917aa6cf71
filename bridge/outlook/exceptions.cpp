#include <algorithm>

#include "bridge/outlook/events.h"
#include "bridge/outlook/values.h"
#include "bridge/outlook/zone.h"
#include "bridge/urls.h"

/// Single occurrences of a series: each is an event of its own to Graph, to be patched or deleted. Not atomic: what is
/// there already is seen and left, so that a run that broke off is simply continued (rule I1).
namespace crmdav::outlook {
namespace {

using namespace std::chrono;

constexpr int mostPasses = 6;

const Exception* find(const std::vector<Exception>& all, const When& original) {
    const auto found = std::ranges::find(all, original, &Exception::original);
    return found == all.end() ? nullptr : &*found;
}

bool same(const Exception* a, const Exception* b) { return a && b ? *a == *b : a == b; }

/// Exceptions that are to be looked at: all, or those that aren't as they were.
std::vector<When> concerned(const std::vector<Exception>& now, const std::vector<Exception>& wanted,
                            const Activity* before) {
    std::vector<When> all;
    const auto add = [&](const std::vector<Exception>& exceptions) {
        for (const Exception& exception : exceptions) {
            const When& original = exception.original;
            if (std::ranges::find(all, original) != all.end()) continue;
            if (before && same(find(before->exceptions, original), find(wanted, original))) continue;
            all.push_back(original);
        }
    };
    add(now);
    add(wanted);
    return all;
}

}  // namespace

RemoteItem Events::settle(const std::string& id, const Activity& wanted, const Activity* before) {
    bool renewed = false;
    for (int passes = 0; passes < mostPasses; ++passes) {
        auto item = whole(id);
        if (!item) throw Gone("Outlook doesn't have it any more");
        const Activity now = std::get<Activity>(readEvent(item->raw, options_).record);
        const auto originals = concerned(now.exceptions, wanted.exceptions, before);
        const bool lost = std::ranges::any_of(originals, [&](const When& original) {
            const Exception* there = find(now.exceptions, original);
            const Exception* asked = find(wanted.exceptions, original);
            return there && there->cancelled && !(asked && asked->cancelled);
        });
        if (lost && renewed) throw Refused("Outlook can't bring back an occurrence that was cancelled");
        if (lost) {
            renewed = bringBack(id, *item);
            before = nullptr;
            continue;
        }
        bool any = false;
        for (const When& original : originals) {
            const Exception* asked = find(wanted.exceptions, original);
            const Exception target = asked ? *asked : ownOccurrence(now, original);
            const Exception* there = find(now.exceptions, original);
            const Exception current = there ? *there : ownOccurrence(now, original);
            if (current == target) continue;
            any = true;
            if (!settleOne(*item, current, target)) break;
        }
        if (!any) return std::move(*item);
    }
    throw TryLater("The series is being changed at Outlook");
}

/// A recurrence that is written makes the series anew: its cancelled occurrences take place again.
/// @returns false: the series isn't as it was when `item` was read
bool Events::bringBack(const std::string& id, const RemoteItem& item) {
    const Json raw = parse(item.raw);
    Json recurrence = at(raw, {"master", "recurrence"});
    Json body = jsonObject();
    set(body, "recurrence", std::move(recurrence));
    const Answer answer =
        calls_.ask("PATCH", eventPlace(id), toText(body), {.match = item.version, .pageSize = 0, .binary = false});
    if (!answer.good() && answer.status != 412) fail(answer);
    return answer.good();
}

/// The occurrence as Graph has it now: known from the series where it was changed before, else searched for.
Json Events::instance(const std::string& id, const When& original, const RemoteItem& item) {
    const Json raw = parse(item.raw);
    const std::string date = dateText(floor<days>(original.local));
    if (const Json& known = at(raw, {"exceptions", date}); !known.isNull()) {
        const Answer answer = calls_.ask("GET", eventPlace(std::string(textAt(known, "id"))));
        if (answer.good()) return answer.json;
    }
    const Instant start = instantOf(original, "UTC");
    Json found;
    calls_.each(eventPlace(id) + "/instances?" +
                    formEncoded({{"startDateTime", timeText(start - days(1))},
                                 {"endDateTime", timeText(start + days(2))},
                                 {"$top", "100"}}),
                [&](const Json& instance) {
                    const auto told = readInstant(textAt(instance, "originalStart"));
                    const auto begins = readClock(textAt(instance, {"start", "dateTime"}));
                    const Instant at = told ? *told : Instant{begins.value_or(LocalTime{}).time_since_epoch()};
                    if (at == start) found = instance;
                });
    return found;
}

/// @returns false: it isn't as it was when `item` was read
bool Events::settleOne(const RemoteItem& item, const Exception& current, const Exception& wanted) {
    const std::string body = wanted.cancelled ? "" : changedOccurrence(current, wanted, options_);
    const Json occurrence = instance(item.id, wanted.original, item);
    if (occurrence.isNull()) return false;
    const std::string place = eventPlace(std::string(textAt(occurrence, "id")));
    const Answer answer =
        calls_.ask(wanted.cancelled ? "DELETE" : "PATCH", place, body,
                   {.match = std::string(textAt(occurrence, "@odata.etag")), .pageSize = 0, .binary = false});
    if (answer.good()) return true;
    const bool unclear = answer.status == 412 || answer.status == 404 ||
                         (wanted.cancelled && answer.status == 400 && !calls_.ask("GET", place).good());
    if (!unclear) fail(answer);
    return false;
}

}  // namespace crmdav::outlook
