#include <algorithm>

#include "bridge/outlook/events.h"
#include "bridge/outlook/uid.h"
#include "bridge/outlook/values.h"
#include "bridge/urls.h"
#include "protocol/text/text_values.h"

/// What changed in a calendar: calendarView/delta over a window of time that moves along.
namespace crmdav::outlook {
namespace {

using namespace std::chrono;

constexpr days ahead{730}, renewed{365}, slack{2}, widest{1800};
constexpr minutes clockSlack{15};
constexpr int pageSize = 200;

bool isExpired(const Answer& answer, bool initial) {
    if (answer.good() || answer.status >= 500) return false;
    if (answer.status == 410) return true;
    for (const char* code : {"syncstatenotfound", "resyncrequired", "syncstateinvalid"})
        if (answer.code == code) return true;
    return answer.status == 400 && !initial;  // "badly formed token"
}

}  // namespace

/// Kept between calls as JSON.
struct Events::Cursor {
    Instant asked, from, until;      ///< what the window was made for, and the window
    Instant since;                   ///< when the round before this one began: what changed later is swept up
    bool listing = false;            ///< the window's first round isn't over
    bool resting = false;            ///< a round is over, the next one hasn't begun
    std::string link;                ///< nextLink or deltaLink; empty: the window is new
    std::vector<std::string> again;  ///< series that came again after they were read in this round

    static Cursor parsed(const std::string& text) {
        const Json json = outlook::parse(text);
        Cursor cursor;
        const auto time = [&](std::string_view name) { return readInstant(textAt(json, name)).value_or(Instant{}); };
        cursor.asked = time("asked");
        cursor.from = time("from");
        cursor.until = time("until");
        cursor.since = time("since");
        cursor.listing = trueAt(json, "listing");
        cursor.resting = trueAt(json, "resting");
        cursor.link = textAt(json, "link");
        for (const Json& id : at(json, "again").array) cursor.again.push_back(id.string);
        return cursor;
    }
    std::string text() const {
        JsonWriter out;
        out.beginObject().member("asked", timeText(asked)).member("from", timeText(from));
        out.member("until", timeText(until)).member("since", timeText(since)).member("listing", listing);
        out.member("resting", resting);
        out.member("link", link).key("again").beginArray();
        for (const std::string& id : again) out.text(id);
        out.endArray().endObject();
        return out.take();
    }
};

/// One page of the answer, sorted.
struct Events::Page {
    std::vector<RemoteItem> items;
    std::vector<std::string> series, removed;
};

Instant Events::horizon() const { return now_() + ahead; }

Events::Cursor Events::begin(Instant from) const {
    Cursor cursor;
    cursor.asked = from;
    cursor.until = floor<days>(horizon());
    cursor.from = std::max<Instant>(floor<days>(from) - slack, cursor.until - widest);
    cursor.since = now_();
    cursor.listing = true;
    return cursor;
}

Json Events::ask(const std::string& calendar, const Cursor& cursor) {
    const bool initial = cursor.link.empty();
    const std::string place =
        initial ? "/me/calendars/" + percentEncoded(calendar) + "/calendarView/delta?" +
                      formEncoded({{"startDateTime", timeText(cursor.from)}, {"endDateTime", timeText(cursor.until)}})
                : cursor.link;
    Answer answer = calls_.ask("GET", place, {}, {.match = {}, .pageSize = pageSize, .binary = false});
    if (isExpired(answer, initial)) throw CursorExpired("Outlook wants the calendar to be read anew");
    if (answer.status == 404) throw CollectionGone("Outlook has no such calendar any more");
    if (!answer.good()) fail(answer);
    return std::move(answer.json);
}

void Events::take(const std::string& calendar, const Json& entry, Page& page) {
    const std::string id(textAt(entry, "id")), master(textAt(entry, "seriesMasterId"));
    if (id.empty()) throw Nonsense("Outlook reported an event without an id");
    const auto once = [](std::vector<std::string>& list, const std::string& value) {
        if (std::ranges::find(list, value) == list.end()) list.push_back(value);
    };
    if (entry.find("@removed")) {
        // Also said of what merely isn't in the window: asking for it tells.
        auto found = whole(id);
        if (found && found->id == id && !isIn(calendar, id)) found.reset();
        if (found) return page.items.push_back(std::move(*found));
        RemoteItem gone;
        gone.id = id;
        gone.gone = true;
        return page.items.push_back(std::move(gone));
    }
    if (!master.empty()) return once(page.series, master);
    if (textAt(entry, "type") == "seriesMaster" || !at(entry, "recurrence").isNull()) return once(page.series, id);
    page.items.push_back(itemOf(R"({"master":)" + toText(entry) + "}"));
}

/// Events of a calendar – single ones and masters – that a filter finds. Nothing where Graph doesn't know the filter.
std::vector<Json> Events::found(const std::string& calendar, const std::string& filter) {
    std::vector<Json> all;
    try {
        calls_.each("/me/calendars/" + percentEncoded(calendar) + "/events?" +
                        formEncoded({{"$filter", filter}, {"$select", "id,type"}, {"$top", "200"}}),
                    [&](const Json& event) { all.push_back(event); });
    } catch (const Refused&) {
        all.clear();
    }
    return all;
}

/// What a round of the delta doesn't tell. An occurrence that was deleted may leave no trace, but its series has
/// changed. A listing knows nothing of what begins after its window; from then on such events are told as "removed".
void Events::complete(const std::string& calendar, const Cursor& cursor, Page& page) {
    if (cursor.listing) {
        for (const Json& event : found(calendar, "start/dateTime ge '" + timeText(cursor.until).substr(0, 19) + "'"))
            if (auto item = whole(std::string(textAt(event, "id")))) page.items.push_back(std::move(*item));
        return;
    }
    for (const Json& event : found(calendar, "lastModifiedDateTime ge " + timeText(cursor.since - clockSlack)))
        if (textAt(event, "type") == "seriesMaster") take(calendar, event, page);
}

ChangePage Events::changes(const std::string& calendar, const std::string& text, Instant from) {
    Cursor cursor = text.empty() ? begin(from) : Cursor::parsed(text);
    if (cursor.resting && (cursor.until - now_() < renewed || from < cursor.asked)) cursor = begin(from);
    ChangePage changes;
    changes.listing = cursor.listing;
    changes.first = cursor.listing && cursor.link.empty();
    if (changes.first || cursor.resting) loaded_.clear();

    const Json answer = ask(calendar, cursor);
    Page page;
    for (const Json& entry : at(answer, "value").array) take(calendar, entry, page);
    const std::string next(textAt(answer, "@odata.nextLink")), delta(textAt(answer, "@odata.deltaLink"));
    if (next.empty() && delta.empty()) throw Nonsense("Outlook's list of changes has no end");
    if (next.empty()) complete(calendar, cursor, page);
    for (const std::string& id : page.series) {
        if (!loaded_.insert(id).second) {
            if (std::ranges::find(cursor.again, id) == cursor.again.end()) cursor.again.push_back(id);
            continue;
        }
        if (auto item = series(id)) page.items.push_back(std::move(*item));
    }
    changes.items = std::move(page.items);
    cursor.link = next.empty() ? delta : next;
    changes.more = !next.empty();
    cursor.resting = next.empty();
    if (!changes.more) {
        // What came again may have been changed between being read and being listed.
        for (const std::string& id : std::exchange(cursor.again, {}))
            if (auto item = series(id)) changes.items.push_back(std::move(*item));
        cursor.listing = false;
        cursor.since = now_();
    }
    changes.cursor = cursor.text();
    return changes;
}

}  // namespace crmdav::outlook
