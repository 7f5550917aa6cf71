#include <algorithm>
#include <map>
#include <set>

#include "bridge/google/calendar.h"
#include "bridge/google/times.h"
#include "bridge/json_values.h"
#include "bridge/urls.h"
#include "protocol/text/datetime.h"
#include "store/records/calendar_times.h"

/// Reading a calendar: listings, sync tokens, series.
namespace crmdav::google {
namespace {

/// Part of the cursor: with other parameters of events.list a sync token is void.
constexpr std::int64_t parameters = 1;
constexpr std::size_t seriesAtOnce = 20;

}  // namespace

/// Where a round of pages is. Its text is the cursor.
struct Calendar::Round {
    bool listing = false, first = false;
    std::string from;                                     ///< timeMin of the listing; empty: none
    std::string sync;                                     ///< what the round goes on from; empty: a listing
    std::string page;                                     ///< empty: the first
    std::string next;                                     ///< the round's new token: all pages are read
    std::map<std::string, std::set<std::string>> series;  ///< to be read whole, with occurrences that were named

    static Round parse(const std::string& cursor) {
        Round round;
        try {
            const Json json = parseJson(cursor, pageLimits);
            if (numberAt(json, "v") != parameters) throw CursorExpired("the cursor is of another version");
            round.listing = trueAt(json, "listing");
            round.from = textAt(json, "from");
            round.sync = textAt(json, "sync");
            round.page = textAt(json, "page");
            round.next = textAt(json, "next");
            for (const auto& [id, occurrences] : at(json, "series").object) {
                auto& named = round.series[id];
                for (const Json& one : occurrences.array) named.insert(one.string);
            }
        } catch (const JsonError&) {
            throw CursorExpired("the cursor is none of ours");
        }
        return round;
    }

    std::string text() const {
        JsonWriter out;
        out.beginObject().member("v", parameters).member("listing", listing).member("from", from);
        out.member("sync", sync).member("page", page).member("next", next).key("series").beginObject();
        for (const auto& [id, occurrences] : series) {
            out.key(id).beginArray();
            for (const std::string& one : occurrences) out.text(one);
            out.endArray();
        }
        return out.endObject().endObject().take();
    }

    /// When all of it is read, the new token is what the next one begins with.
    ChangePage end(ChangePage found) {
        found.listing = listing;
        found.first = first;
        found.more = !series.empty() || next.empty();
        if (!found.more) {
            sync = std::exchange(next, {});
            listing = false;
            from.clear();
        }
        found.cursor = text();
        return found;
    }
};

std::string Calendar::events(const std::string& calendar) const {
    return base_ + "/calendars/" + percentEncoded(calendar) + "/events";
}
std::string Calendar::event(const std::string& calendar, const std::string& id) const {
    return events(calendar) + "/" + percentEncoded(id);
}

std::vector<RemoteCollection> Calendar::list() {
    std::vector<RemoteCollection> found;
    const Call call{"GET", base_ + "/users/me/calendarList", {{"maxResults", "250"}, {"showHidden", "true"}}};
    api_.each(call, "items", [&](const Json& entry) {
        if (trueAt(entry, "deleted")) return;
        RemoteCollection collection;
        collection.id = textAt(entry, "id");
        collection.name = textAt(entry, entry.find("summaryOverride") ? "summaryOverride" : "summary");
        collection.color = textAt(entry, "backgroundColor");
        collection.zone = ianaZoneId(textAt(entry, "timeZone"));
        const auto role = textAt(entry, "accessRole");
        collection.writable = role == "owner" || role == "writer";
        collection.busyOnly = role == "freeBusyReader";
        collection.main = trueAt(entry, "primary");
        found.push_back(std::move(collection));
    });
    return found;
}

ChangePage Calendar::changes(const std::string& calendar, const std::string& cursor, Instant from) {
    Round round = cursor.empty() ? Round{} : Round::parse(cursor);
    if (cursor.empty()) {
        round.listing = true;
        if (from > Instant{}) round.from = crmdav::timeText(from);
    }
    if (!round.next.empty()) return leftSeries(calendar, std::move(round));
    round.first = round.listing && round.page.empty();
    return page(calendar, std::move(round));
}

ChangePage Calendar::page(const std::string& calendar, Round round) {
    Call call{"GET", events(calendar), {{"singleEvents", "false"}, {"showDeleted", "true"}, {"maxResults", "250"}}};
    if (!round.from.empty()) call.query.emplace_back("timeMin", round.from);
    if (!round.sync.empty()) call.query.emplace_back("syncToken", round.sync);
    if (!round.page.empty()) call.query.emplace_back("pageToken", round.page);
    const Answer answer = api_.call(call);
    if (answer.status == 404 || answer.status == 403)
        throw CollectionGone("the calendar can't be read any more: " + answer.message);
    if (answer.status == 400 && !round.page.empty() && !round.listing) {  // an old page: the round begins anew
        round.page.clear();
        return page(calendar, std::move(round));
    }
    if (!answer.good()) throw CursorExpired("Google wants a full read: " + answer.message);
    round.page = textAt(answer.body, "nextPageToken");
    round.next = textAt(answer.body, "nextSyncToken");
    if (round.page.empty() == round.next.empty()) throw Nonsense("Google's list of events has no end");

    const std::optional<Instant> from = parseInstant(round.from);
    const auto& items = at(answer.body, "items").array;
    std::map<std::string_view, std::vector<Json>> exceptions;  // of the page, by their series
    for (const Json& item : items)
        if (isOccurrence(item)) exceptions[textAt(item, "recurringEventId")].push_back(item);
    ChangePage found;
    for (const Json& item : items) {
        if (isOccurrence(item)) continue;
        const std::string id(textAt(item, "id"));
        const auto own = exceptions.find(id);
        const auto start = utcOf(readTime(at(item, "start")), utcZone());
        // A listing that begins somewhere leaves out exceptions before it.
        const bool partly = !round.listing || round.series.contains(id) || (from && start && *start < *from);
        if (isSeries(item) && !isCancelled(item) && partly)
            round.series.try_emplace(id);
        else
            found.items.push_back(itemOf(item, own == exceptions.end() ? std::vector<Json>{} : own->second));
        if (own != exceptions.end()) exceptions.erase(own);
    }
    for (const auto& [id, occurrences] : exceptions) {
        auto& named = round.series[std::string(id)];
        for (const Json& one : occurrences) named.emplace(textAt(one, "id"));
    }
    return round.end(std::move(found));
}

ChangePage Calendar::leftSeries(const std::string& calendar, Round round) {
    ChangePage found;
    for (std::size_t i = 0; i < seriesAtOnce && !round.series.empty(); ++i) {
        const auto [id, occurrences] = *round.series.begin();
        const auto master = get(calendar, id);
        if (auto item = whole(calendar, master)) {
            found.items.push_back(std::move(*item));
        } else {
            found.items.push_back({id, {}, {}, {}, true, false});
            if (!master)  // invited to single occurrences: each is an event by itself
                for (const std::string& one : occurrences) {
                    auto single = whole(calendar, get(calendar, one));
                    found.items.push_back(single ? std::move(*single) : RemoteItem{one, {}, {}, {}, true, false});
                }
        }
        round.series.erase(round.series.begin());
    }
    return round.end(std::move(found));
}

std::optional<Json> Calendar::get(const std::string& calendar, const std::string& id) {
    Answer answer = api_.call({"GET", event(calendar, id)});
    if (answer.status == 404 || answer.status == 410) return std::nullopt;
    if (answer.status == 403) throw CollectionGone("the calendar can't be read any more: " + answer.message);
    if (!answer.good()) throw Nonsense("Google doesn't give the event: " + answer.message);
    return std::move(answer.body);
}

std::vector<Json> Calendar::exceptionsOf(const std::string& calendar, const Json& master) {
    std::vector<Json> found;
    const Call call{"GET",
                    events(calendar),
                    {{"iCalUID", std::string(textAt(master, "iCalUID"))},
                     {"singleEvents", "false"},
                     {"showDeleted", "true"},
                     {"maxResults", "250"}}};
    api_.each(call, "items", [&](const Json& item) {
        if (textAt(item, "recurringEventId") == textAt(master, "id")) found.push_back(item);
    });
    return found;
}

std::optional<RemoteItem> Calendar::whole(const std::string& calendar, const std::optional<Json>& master) {
    if (!master || isCancelled(*master)) return std::nullopt;
    return itemOf(*master, isSeries(*master) ? exceptionsOf(calendar, *master) : std::vector<Json>{});
}

std::optional<RemoteItem> Calendar::read(const std::string& calendar, const std::string& id) {
    return whole(calendar, get(calendar, id));
}

}  // namespace crmdav::google
