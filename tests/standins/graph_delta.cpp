#include <algorithm>

#include "protocol/text/text_values.h"
#include "protocol/text/zones.h"
#include "tests/standins/graph_mailbox.h"

/// Requests for events and calendars, deltas with their pages and tokens.
namespace crmdav::standins {
namespace {

using namespace std::chrono;

constexpr std::size_t mostTokens = 2000;

Json removedEntry(const std::string& id) {
    return jsonObject({{"id", jsonText(id)}, {"@removed", jsonObject({{"reason", jsonText("deleted")}})}});
}

Instant instantOf(const Request& request, const char* name) {
    const std::string text = request.parameter(name);
    if (text.empty()) throw Problem{400, "ErrorInvalidParameter", std::string(name) + " is needed"};
    const auto instant = parseInstant(text.ends_with('Z') ? text : text + "Z");
    if (!instant) throw Problem{400, "ErrorInvalidParameter", std::string(name) + " is no time"};
    return *instant;
}

/// The value that a filter on an extended property looks for; empty: it is another filter.
std::string markIn(const std::string& filter) {
    constexpr std::string_view before = "ep/value eq '";
    const auto begin = filter.find(before);
    if (begin == std::string::npos) return {};
    const auto value = filter.substr(begin + before.size());
    return value.substr(0, value.find('\''));
}

}  // namespace

// ---------------------------------------------------------------- pages

std::optional<GraphToken> Graph::Mailbox::resumed(const Request& request) const {
    const std::string name = request.parameter(request.has("$skiptoken") ? "$skiptoken" : "$deltatoken");
    if (name.empty()) return std::nullopt;
    const auto found = tokens.find(name);
    if (found == tokens.end())
        throw Problem{410, counter % 2 == 0 ? "SyncStateNotFound" : "resyncRequired", "The sync state is not found."};
    return found->second;
}

Reply Graph::Mailbox::nextPage(const std::string& path, GraphToken token, std::size_t size) {
    std::string items;
    const bool empty =
        habits.emptyPages > 0 && token.position < token.items->size() && faults.choose(100) < habits.emptyPages;
    for (std::size_t i = 0; i < size && !empty && token.position < token.items->size(); ++i)
        items += (items.empty() ? "" : ",") + (*token.items)[token.position++];
    const bool more = token.position < token.items->size();
    if (!more) token.items.reset();
    const std::string name = (more ? "s-" : "d-") + std::to_string(++ids);
    if (tokens.size() >= mostTokens) tokens.clear();
    tokens[name] = token;
    const std::string link = base + path + "?" + (more ? "$skiptoken=" : "$deltatoken=") + name;
    JsonWriter out;
    out.beginObject().key("value").raw("[" + items + "]");
    out.member(more ? "@odata.nextLink" : "@odata.deltaLink", link).endObject();
    return {.status = 200, .body = out.take()};
}

Reply Graph::Mailbox::delta(const Request& request, const std::string& path, GraphToken token,
                            std::vector<std::string> items) {
    for (std::size_t i = 0; i < items.size(); ++i)
        if (habits.repeated > 0 && faults.choose(100) < habits.repeated) {
            std::string again = items[i];
            items.push_back(std::move(again));
            if (items.size() > 5000) break;
        }
    if (std::exchange(habits.deltaLags, false))
        items.clear();
    else
        token.counter = counter;
    token.items = std::make_shared<std::vector<std::string>>(std::move(items));
    token.position = 0;
    std::size_t size = habits.pageSize;
    const std::string prefer = request.header("Prefer");
    if (const auto asked = prefer.find("odata.maxpagesize="); asked != std::string::npos)
        size = std::min<std::size_t>(size, static_cast<std::size_t>(std::stoi(prefer.substr(asked + 18))));
    return nextPage(path, token, size);
}

Json Graph::Mailbox::page(const Request& request, std::vector<Json> items) const {
    const std::string top = request.parameter("$top"), skip = request.parameter("$skip");
    const std::size_t from = skip.empty() ? 0 : std::stoul(skip), most = top.empty() ? 10 : std::stoul(top);
    Json answer = jsonObject();
    std::vector<Json> some;
    for (std::size_t i = from; i < items.size() && i < from + most; ++i) some.push_back(std::move(items[i]));
    set(answer, "value", jsonArray(std::move(some)));
    if (items.size() <= from + most) return answer;
    std::string next = base + request.path + "?$skip=" + std::to_string(from + most);
    for (const auto& [name, value] : request.query)
        if (name != "$skip") {
            next += "&" + name + "=";
            for (const char c : value)
                next += c == ' ' ? "%20" : c == '\'' ? "%27" : c == '+' ? "%2B" : std::string(1, c);
        }
    set(answer, "@odata.nextLink", jsonText(next));
    return answer;
}

Reply Graph::Mailbox::eventDelta(const Request& request, const std::string& calendar) {
    const std::string path = request.path;
    auto token = resumed(request);
    if (token && token->items) return nextPage(path, *token, habits.pageSize);
    const bool initial = !token;
    if (initial) token = GraphToken{calendar, instantOf(request, "startDateTime"), instantOf(request, "endDateTime")};
    for (const char* refused : {"$select", "$filter", "$expand", "$top", "$orderby", "$search"})
        if (request.has(refused)) throw Problem{400, "ErrorInvalidUrlQuery", "not supported here"};
    std::vector<std::string> items;
    for (const auto& [id, event] : eventList) {
        if (event.calendar != calendar || (!initial && event.changed <= token->counter)) continue;
        if (!inWindow(event, token->from, token->until)) {
            if (!initial) items.push_back(toText(removedEntry(id)));  // of what was never in it, too
            continue;
        }
        if (event.recurrence.isNull()) {
            items.push_back(toText(render(event)));
            continue;
        }
        if (habits.mastersInDelta) items.push_back(toText(render(event)));
        bool any = false;
        for (const std::string& date : occurrences(event, token->from, token->until)) {
            const bool changed = event.exceptions.contains(date);
            if (!initial && !habits.allOccurrences && !changed && any) continue;
            Json entry = renderOccurrence(event, date, true);
            drop(entry, "originalStart");
            items.push_back(toText(entry));
            any = true;
        }
    }
    for (const GraphTombstone& gone : tombstones)
        if (!initial && gone.place == calendar && gone.changed > token->counter)
            items.push_back(toText(removedEntry(gone.id)));
    return delta(request, path, *token, std::move(items));
}

// ---------------------------------------------------------------- calendars

/// @param path  what comes after /me/calendars
Reply Graph::Mailbox::calendars(const Request& request, const std::vector<std::string>& path) {
    if (path.empty()) {
        std::vector<Json> all;
        for (const auto& [id, calendar] : calendarList)
            all.push_back(jsonObject({{"id", jsonText(id)},
                                      {"name", jsonText(calendar.name)},
                                      {"hexColor", jsonText("#0A7E07")},
                                      {"canEdit", jsonFlag(calendar.canEdit)},
                                      {"isDefaultCalendar", jsonFlag(id == main)}}));
        return jsonReply(page(request, std::move(all)));
    }
    const std::string& id = path[0];
    if (!calendarList.contains(id)) throw Problem{404, "ErrorItemNotFound", "no such calendar"};
    const std::string what = path.size() > 1 ? path[1] : "";
    if (what == "calendarView" && path.size() == 3 && path[2] == "delta") return eventDelta(request, id);
    if (what == "calendarView") {
        const Instant from = instantOf(request, "startDateTime"), until = instantOf(request, "endDateTime");
        std::vector<Json> all;
        for (const auto& [key, event] : eventList) {
            if (event.calendar != id || !inWindow(event, from, until)) continue;
            if (event.recurrence.isNull()) all.push_back(render(event));
            for (const std::string& date : occurrences(event, from, until))
                all.push_back(renderOccurrence(event, date, false));
        }
        return jsonReply(page(request, std::move(all)));
    }
    if (what != "events" || path.size() != 2) throw Problem{400, "BadRequest", "no such resource"};
    if (request.method == "POST") {
        if (!calendarList[id].canEdit) throw Problem{403, "ErrorAccessDenied", "Access is denied."};
        return jsonReply(render(create(id, parseJson(request.body), false)), 201);
    }
    const std::string filter = request.parameter("$filter"), mark = markIn(filter);
    constexpr std::string_view since = "lastModifiedDateTime ge ";
    const auto modified = filter.starts_with(since) ? parseInstant(filter.substr(since.size())) : std::nullopt;
    constexpr std::string_view later = "start/dateTime ge '";
    const auto begins = filter.starts_with(later) ? parseInstant(filter.substr(later.size(), 19) + "Z") : std::nullopt;
    if (mark.empty() && !modified && !begins && !filter.empty())
        throw Problem{400, "ErrorInvalidUrlQueryFilter", "not understood"};
    std::vector<Json> all;
    for (const auto& [key, event] : eventList) {
        const bool marked = std::ranges::any_of(event.extended, [&](const auto& own) { return own.second == mark; });
        if (event.calendar != id || (!mark.empty() && !marked) || (modified && event.modified < *modified) ||
            (begins && utcOf(event.start.local, event.start.zone) < *begins))
            continue;
        all.push_back(render(event));
    }
    return jsonReply(page(request, std::move(all)));
}

// ---------------------------------------------------------------- one event

void Graph::Mailbox::requireVersion(const Request& request, std::int64_t version, bool& unsettled,
                                    std::int64_t& stored) {
    const std::string match = request.header("If-Match");
    if (unsettled) {  // the server's own work on it is done by now
        unsettled = false;
        stored = version = ++counter;
    }
    if (!match.empty() && !match.starts_with("W/\"")) throw Problem{500, "UnknownError", ""};
    const bool spurious = habits.spurious412 > 0 && faults.choose(100) < habits.spurious412;
    if ((match.empty() || match == etag(version)) && !spurious) return;
    throw Problem{412, "ErrorIrresolvableConflict",
                  "The send or update operation could not be performed because the change key passed in the request "
                  "does not match the current change key for the item."};
}

/// @param path  what comes after /me/events
Reply Graph::Mailbox::events(const Request& request, const std::vector<std::string>& path) {
    const std::string id = path.empty() ? "" : path[0];
    const std::string verb = path.size() > 1 ? path[1] : "";
    std::string date;
    if (GraphEvent* master = masterOf(id, date)) {
        if (request.method == "GET") return jsonReply(renderOccurrence(*master, date, false));
        requireVersion(request, master->version, master->unsettled, master->version);
        if (!at(master->properties, "attendees").array.empty()) mail("occurrence", *master);
        if (request.method == "PATCH") {
            patchOccurrence(*master, date, parseJson(request.body));
            return jsonReply(renderOccurrence(*master, date, false));
        }
        cancel(*master, date);
        return {.status = 204};
    }
    if (request.method == "DELETE" && habits.deletedAgainIs400 && !eventList.contains(id))
        throw Problem{400, "ErrorInvalidRequest", "Your request can't be completed."};
    GraphEvent& event = require(id);
    if (verb == "calendar") return jsonReply(jsonObject({{"id", jsonText(event.calendar)}}));
    if (verb == "accept" || verb == "tentativelyAccept" || verb == "decline") {
        const Json& own = at(event.properties, "isOrganizer");
        if (request.method != "POST" || own.isNull() || own.boolean)
            throw Problem{400, "ErrorInvalidRequest",
                          "You can't respond to this meeting because you're the organizer."};
        const Json body = parseJson(request.body);
        if (at(body, "sendResponse").isNull() || trueAt(body, "sendResponse")) mail(verb.c_str(), event);
        if (verb == "decline") {
            remove(id, true);
            return {.status = 202};
        }
        for (auto& [name, value] : event.properties.object)
            if (name == "attendees")
                for (Json& attendee : value.array)
                    if (equalsIgnoreCase(textAt(attendee, {"emailAddress", "address"}), login))
                        set(attendee, "status",
                            jsonObject(
                                {{"response", jsonText(verb == "accept" ? "accepted" : "tentativelyAccepted")}}));
        touch(event);
        return {.status = 202};
    }
    if (verb == "instances") {
        std::vector<Json> all;
        const Instant from = instantOf(request, "startDateTime"), until = instantOf(request, "endDateTime");
        for (const std::string& occurrence : occurrences(event, from, until))
            all.push_back(renderOccurrence(event, occurrence, false));
        return jsonReply(page(request, std::move(all)));
    }
    if (request.method == "PATCH" || request.method == "DELETE") {
        if (!calendarList[event.calendar].canEdit) throw Problem{403, "ErrorAccessDenied", "Access is denied."};
        requireVersion(request, event.version, event.unsettled, event.version);
    }
    if (request.method == "DELETE") {
        remove(id, false);
        return {.status = 204};
    }
    if (request.method == "PATCH") {
        patch(event, parseJson(request.body), false);
        return jsonReply(render(event));
    }
    Json json = render(event);
    const std::string expand = request.parameter("$expand"), select = request.parameter("$select");
    if (expand.find("singleValueExtendedProperties") != std::string::npos && !event.extended.empty()) {
        std::vector<Json> all;
        for (const auto& [name, value] : event.extended)
            all.push_back(jsonObject({{"id", jsonText(name)}, {"value", jsonText(value)}}));
        set(json, "singleValueExtendedProperties", jsonArray(std::move(all)));
    }
    if (expand.find("exceptionOccurrences") == std::string::npos || event.recurrence.isNull()) return jsonReply(json);
    if (habits.exceptionLists == 2)
        throw Problem{400, "BadRequest", "Could not find a property named 'exceptionOccurrences'"};
    if (habits.exceptionLists == 1 || select.find("cancelledOccurrences") == std::string::npos) return jsonReply(json);
    Json exceptions = jsonArray(), cancelled = jsonArray();
    for (const auto& [day, occurrence] : event.exceptions)
        exceptions.array.push_back(renderOccurrence(event, day, false));
    for (const std::string& day : event.cancelled) cancelled.array.push_back(jsonText("OID." + event.id + "." + day));
    set(json, "exceptionOccurrences", std::move(exceptions));
    set(json, "cancelledOccurrences", std::move(cancelled));
    return jsonReply(json);
}

}  // namespace crmdav::standins
