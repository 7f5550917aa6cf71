#include "bridge/google/calendar.h"

#include <algorithm>

#include "bridge/google/times.h"
#include "bridge/json_values.h"
#include "protocol/text/datetime.h"
#include "store/records/uuid.h"

/// Writing to a calendar; busy times; notifications.
namespace crmdav::google {
namespace {

/// What of an event is Google's own and not sent back.
constexpr std::string_view ownMembers[] = {
    "kind",     "etag",      "id",          "htmlLink",         "created",           "updated",
    "creator",  "organizer", "iCalUID",     "sequence",         "hangoutLink",       "conferenceData",
    "status",   "locked",    "privateCopy", "recurringEventId", "originalStartTime", "attachments",
    "eventType"};

Json rawJson(const RemoteItem& item) {
    try {
        return parseJson(item.raw, pageLimits);
    } catch (const JsonError& error) {
        throw Nonsense(std::string("the event as it was can't be read: ") + error.what());
    }
}

/// What an answer to a write means for the record.
void requireWritten(const Answer& answer) {
    if (answer.good()) return;
    if (answer.status == 412) throw Changed("it was changed at Google meanwhile");
    if (answer.status == 404 || answer.status == 410) throw Gone("it is gone at Google");
    if (answer.reason == "requiredAccessLevel" || answer.reason == "requiredAccessLevelMissing")
        throw CollectionGone("the calendar can't be written to any more: " + answer.message);
    refuse(answer);
}

}  // namespace

Activity Calendar::activityOf(const RemoteItem& item) const {
    return std::get<Activity>(readEvent(item.raw, options_).record);
}

Answer Calendar::write(const std::string& method, const std::string& url, const Json& body,
                       const std::string& ifMatch) {
    return api_.call({method, url, {{"sendUpdates", notify_ ? "all" : "none"}}, body, ifMatch});
}

Json Calendar::patch(const std::string& calendar, const Json& old, const Json& body) {
    Answer answer =
        write("PATCH", event(calendar, std::string(textAt(old, "id"))), body, std::string(textAt(old, "etag")));
    requireWritten(answer);
    return std::move(answer.body);
}

Written Calendar::create(const std::string& calendar, const Id& key, const Activity& record) {
    Json body = newEvent(record, options_);
    set(body, "extendedProperties",
        jsonObject({{"private", jsonObject({{std::string(linkProperty), jsonText(key)}})}}));
    return insert(calendar, std::move(body), key, record);
}

/// An id that is taken is that of an earlier try (rule I1), or of an event that was deleted since and keeps it.
Written Calendar::insert(const std::string& calendar, Json body, const std::string& key, const Activity& wanted) {
    for (int generation = 0; generation < generations; ++generation) {
        const std::string id = eventId(key, generation);
        set(body, "id", jsonText(id));
        const Answer answer = write("POST", events(calendar), body, {});
        if (answer.status == 404) throw CollectionGone("the calendar is gone: " + answer.message);
        if (answer.status != 409) requireWritten(answer);
        if (answer.status == 409) {
            if (auto there = read(calendar, id)) return {std::move(*there), true};
            continue;
        }
        const RemoteItem there = itemOf(answer.body, {});
        try {  // changed occurrences aren't in the insert
            return change(calendar, there, activityOf(there), wanted);
        } catch (const Changed& error) {
            throw TryLater(std::string("while it was made ") + error.what());
        } catch (const Gone& error) {
            throw TryLater(std::string("while it was made ") + error.what());
        }
    }
    throw Refused("it was deleted at Google again and again");
}

Written Calendar::update(const std::string& calendar, const RemoteItem& base, const Activity& before,
                         const Activity& after) {
    return change(calendar, base, before, after);
}

/// The series first, then one occurrence after the other: each step leaves a state from which the rest can be told.
Written Calendar::change(const std::string& calendar, const RemoteItem& base, const Activity& before,
                         const Activity& after) {
    const Json raw = rawJson(base);
    const Json& master = at(raw, "master");
    const Json body = changedEvent(master, before, after, options_);
    RemoteItem now = base;
    if (!body.object.empty()) {
        const Json changed = patch(calendar, master, body);
        // A new rule or start takes exceptions with it.
        if (isSeries(changed) || isSeries(master)) {
            auto item = whole(calendar, changed);
            if (!item) throw Gone("it is gone at Google");
            now = std::move(*item);
        } else {
            now = itemOf(changed, {});
        }
    }
    if (!writeOccurrences(calendar, now, after)) return {now};
    auto item = read(calendar, now.id);
    if (!item) throw Gone("it is gone at Google");
    return {std::move(*item)};
}

std::optional<Json> Calendar::instance(const std::string& calendar, const std::string& series, const When& original) {
    const Answer answer = api_.call({"GET",
                                     event(calendar, series) + "/instances",
                                     {{"originalStart", timeText(original)}, {"showDeleted", "true"}}});
    requireWritten(answer);
    const auto& items = at(answer.body, "items").array;
    if (items.empty()) return std::nullopt;
    return items.front();
}

/// @returns false: there was nothing to do
bool Calendar::writeOccurrences(const std::string& calendar, const RemoteItem& now, const Activity& after) {
    const Json raw = rawJson(now);
    bool any = false;
    for (const OccurrenceChange& change : occurrenceChanges(activityOf(now), after, options_)) {
        const Json* known = at(raw, "exceptions").find(occurrenceKey(change.original));
        // Of a cancelled one Google need not tell more than its id.
        std::optional<Json> there;
        if (known && (change.cancel || !isCancelled(*known)))
            there = *known;
        else
            there = instance(calendar, now.id, change.original);
        if (!there) continue;  // not an occurrence of this series
        const Json body = changedOccurrence(*there, change, options_);
        if (body.object.empty()) continue;
        patch(calendar, *there, body);
        any = true;
    }
    return any;
}

void Calendar::remove(const std::string& calendar, const RemoteItem& base) {
    const Json raw = rawJson(base);
    const Answer answer = write("DELETE", event(calendar, base.id), {}, std::string(textAt(raw, {"master", "etag"})));
    if (answer.status == 404 || answer.status == 410) return;
    // A deleted event has a new etag: that it's ours to repeat shows only by a look.
    if (const auto there = answer.status == 412 ? get(calendar, base.id) : Json(); !there || isCancelled(*there))
        return;
    requireWritten(answer);
}

Written Calendar::restore(const std::string& calendar, const RemoteItem& was) {
    const Activity wanted = activityOf(was);
    const auto there = get(calendar, was.id);
    if (const auto item = whole(calendar, there)) return change(calendar, *item, activityOf(*item), wanted);
    Json body = at(rawJson(was), "master");
    for (const std::string_view name : ownMembers) drop(body, name);
    if (there) {  // a deleted event can be had back by its organiser
        set(body, "status", jsonText(wanted.tentative ? "tentative" : "confirmed"));
        const Answer answer = write("PUT", event(calendar, was.id), body, std::string(textAt(*there, "etag")));
        if (answer.good())
            if (const auto item = read(calendar, was.id)) return change(calendar, *item, activityOf(*item), wanted);
        drop(body, "status");
    }
    return insert(calendar, std::move(body), "restored " + was.id, wanted);
}

// ---------------------------------------------------------------- busy times

std::vector<BusyPeriod> Calendar::busy(const std::vector<std::string>& calendars, const TimeRange& range) {
    constexpr std::size_t atOnce = 50;
    constexpr std::chrono::days longest{60};
    std::vector<BusyPeriod> periods;
    for (std::size_t from = 0; from < calendars.size(); from += atOnce)
        for (Instant start = range.start; start < range.end; start += longest) {
            Json items = jsonArray();
            for (std::size_t i = from; i < std::min(from + atOnce, calendars.size()); ++i)
                items.array.push_back(jsonObject({{"id", jsonText(calendars[i])}}));
            const Answer answer = api_.call(
                {"POST",
                 base_ + "/freeBusy",
                 {},
                 jsonObject({{"timeMin", jsonText(crmdav::timeText(start))},
                             {"timeMax", jsonText(crmdav::timeText(std::min<Instant>(start + longest, range.end)))},
                             {"items", std::move(items)}})});
            if (!answer.good()) throw Nonsense("Google doesn't tell busy times: " + answer.message);
            for (std::size_t i = from; i < std::min(from + atOnce, calendars.size()); ++i) {
                const Json& one = at(answer.body, {"calendars", calendars[i]});
                if (one.isNull() || !at(one, "errors").array.empty())
                    throw CollectionGone("the busy times of the calendar " + calendars[i] + " can't be read");
                for (const Json& busy : at(one, "busy").array)
                    if (const auto s = parseInstant(textAt(busy, "start")), e = parseInstant(textAt(busy, "end"));
                        s && e)
                        periods.push_back({*s, *e, Busy::busy});
            }
        }
    return mergeBusy(std::move(periods), range);
}

// ---------------------------------------------------------------- notifications

Push Calendar::subscribe(const std::string& calendar, const std::string& callback, const std::string& secret) {
    const Id id = newId();
    const Answer answer = api_.call({"POST",
                                     events(calendar) + "/watch",
                                     {},
                                     jsonObject({{"id", jsonText(id)},
                                                 {"type", jsonText("web_hook")},
                                                 {"address", jsonText(callback)},
                                                 {"token", jsonText(secret)}})});
    if (!answer.good()) refuse(answer);  // this calendar, or this address, can't have any
    const std::string until(textAt(answer.body, "expiration"));
    const std::int64_t milliseconds =
        until.size() < 18 && !until.empty() ? std::strtoll(until.c_str(), nullptr, 10) : 0;
    return {id, std::string(textAt(answer.body, "resourceId")), Instant(std::chrono::seconds(milliseconds / 1000))};
}

void Calendar::unsubscribe(const Push& push) {
    api_.call({"POST",
               base_ + "/channels/stop",
               {},
               jsonObject({{"id", jsonText(push.id)}, {"resourceId", jsonText(push.resource)}})});
}

}  // namespace crmdav::google
