#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "tests/standins/google_calendars.h"
#include "tests/standins/google_series.h"

/// The requests of Calendar API v3.
namespace crmdav::standins {
namespace {

using namespace std::chrono;

bool cancelled(const Json& event) { return textAt(event, "status") == "cancelled"; }

std::vector<std::string> segments(const std::string& path) {
    std::vector<std::string> found;
    for (std::size_t from = 1; from <= path.size();) {
        const auto end = std::min(path.find('/', from), path.size());
        found.push_back(percentDecoded(path.substr(from, end - from)));
        from = end + 1;
    }
    return found;
}

Json bodyOf(const Request& request) {
    try {
        return request.body.empty() ? Json() : parseJson(request.body, pageLimits);
    } catch (const JsonError&) {
        throw GoogleError{400, "parseError", "Parse Error"};
    }
}

std::size_t countOf(const Request& request, std::size_t most, std::size_t usual) {
    const std::string text = request.parameter("maxResults");
    std::size_t count = usual;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return std::clamp<std::size_t>(count, 1, most);
}

/// All parameters that have to stay the same over pages, or over rounds.
std::uint64_t fingerprint(const Request& request, bool round) {
    std::string text;
    for (const auto& [name, value] : request.query) {
        if (name == "pageToken" || name == "maxResults" || name == "fields") continue;
        const bool ofRound = name == "syncToken" || name == "timeMin" || name == "showDeleted";
        if (!round || !ofRound) text += name + "=" + value + "&";
    }
    return hashOf(text, 7);
}

/// since.newest.order.id: where a page ends.
struct Position {
    std::uint64_t since = 0, newest = 0, order = 0, print = 0;
    std::string id;
    std::string text() const {
        return "p." + std::to_string(since) + "." + std::to_string(newest) + "." + std::to_string(order) + "." +
               std::to_string(print) + "." + id;
    }
};

std::uint64_t part(const std::string& text, std::size_t index) {
    std::size_t from = 0;
    for (std::size_t i = 0; i < index && from != text.npos; ++i) from = text.find('.', from) + 1;
    std::uint64_t number = 0;
    std::from_chars(text.data() + from, text.data() + text.size(), number);
    return number;
}

Position positionOf(const std::string& text) {
    if (std::ranges::count(text, '.') < 5 || !text.starts_with("p."))
        throw GoogleError{400, "invalid", "Invalid page token value."};
    std::size_t from = 0;
    for (int i = 0; i < 5; ++i) from = text.find('.', from) + 1;
    return {part(text, 1), part(text, 2), part(text, 3), part(text, 4), text.substr(from)};
}

Json tombstone(const Json& event) {
    Json bare = jsonObject();
    for (const std::string_view name : {"kind", "etag", "id", "status", "recurringEventId", "originalStartTime"})
        if (event.find(name)) set(bare, name, at(event, name));
    return bare;
}

}  // namespace

Json GoogleCalendars::shown(const Entry& calendar, Json event) const {
    for (const std::string_view name : {"start", "end", "originalStartTime"}) {
        if (!event.find(name)) continue;
        const Json& point = at(event, name);
        set(event, name,
            shownIn(point, quirks_.offsetsOfCalendar ? calendar.zone : std::string(textAt(point, "timeZone"))));
    }
    return event;
}

Reply GoogleCalendars::list(const Request& request, const std::string& calendar) {
    Entry& in = entry(calendar);
    if (in.role == "freeBusyReader") throw GoogleError{403, "forbidden", "Forbidden"};
    if (request.parameter("singleEvents") == "true") throw std::logic_error("the stand-in doesn't list single events");
    const std::string token = request.parameter("syncToken");
    const bool filtered = request.has("iCalUID");
    Position position{0, in.change, 0, fingerprint(request, false), {}};
    bool begun = false;
    if (!token.empty()) {
        for (const char* name : {"iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty",
                                 "timeMin", "timeMax", "updatedMin"})
            if (request.has(name))
                throw GoogleError{400, "badRequest", std::string("Sync token cannot be used with ") + name};
        if (request.parameter("showDeleted") == "false")
            throw GoogleError{400, "badRequest", "showDeleted must be true"};
        if (part(token, 0) != in.epoch)
            throw GoogleError{410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required."};
        if (part(token, 2) != fingerprint(request, true))
            throw GoogleError{400, "badRequest", "other parameters than the sync token's"};
        position.since = part(token, 1);
    }
    if (const std::string page = request.parameter("pageToken"); !page.empty()) {
        position = positionOf(page);
        if (position.print != fingerprint(request, false))
            throw GoogleError{400, "invalid", "Invalid page token value."};
        begun = true;
    }
    const auto from = parseInstant(request.parameter("timeMin"));
    if (request.has("timeMin") && !from) throw GoogleError{400, "badRequest", "Bad Request"};
    const bool deleted = request.parameter("showDeleted") == "true" || !token.empty();

    std::vector<std::pair<std::uint64_t, const std::string*>> order;
    for (const auto& [id, row] : in.rows)
        if (row.change > position.since)
            if (const auto key = hashOf(id, quirks_.order); std::pair(key, id) > std::pair(position.order, position.id))
                order.emplace_back(key, &id);
    std::ranges::sort(order, [](const auto& a, const auto& b) {
        return std::pair(a.first, *a.second) < std::pair(b.first, *b.second);
    });

    Json items = jsonArray();
    const std::size_t most = std::min(countOf(request, 2500, 250), quirks_.pageSize);
    bool more = false;
    if (quirks_.emptyPages && !begun && !order.empty()) {
        more = true;
    } else {
        for (const auto& [key, id] : order) {
            if (items.array.size() == most) {
                more = true;
                break;
            }
            position.order = key;
            position.id = *id;
            const Row& row = in.rows.at(*id);
            Json event = view(in, row);
            const bool exception = !row.series.isNull();
            if (filtered && textAt(event, "iCalUID") != request.parameter("iCalUID")) continue;
            if (cancelled(event) && !exception && (!deleted || (token.empty() && key % 2 == 0))) continue;
            if (from && !lastsBeyond(event, *from)) continue;
            if (cancelled(event) && (quirks_.bareTombstones || !exception)) event = tombstone(event);
            items.array.push_back(shown(in, std::move(event)));
        }
    }
    Json answer = jsonObject({{"kind", jsonText("calendar#events")},
                              {"summary", jsonText(in.name)},
                              {"timeZone", jsonText(in.zone)},
                              {"accessRole", jsonText(in.role)},
                              {"items", std::move(items)}});
    if (more)
        set(answer, "nextPageToken", jsonText(position.text()));
    else if (!filtered)
        set(answer, "nextSyncToken",
            jsonText(std::to_string(in.epoch) + "." + std::to_string(position.newest) + "." +
                     std::to_string(fingerprint(request, true))));
    return jsonReply(answer);
}

Reply GoogleCalendars::instances(const Request& request, const std::string& calendar, const std::string& id) {
    Entry& in = entry(calendar);
    const Row* master = row(in, id);
    if (!master || cancelled(master->event)) throw GoogleError{404, "notFound", "Not Found"};
    if (!request.has("originalStart")) throw std::logic_error("the stand-in wants originalStart");
    const std::string text = request.parameter("originalStart");
    const auto moment = parseInstant(text.size() == 10 ? text + "T00:00:00Z" : text);
    if (!moment) throw GoogleError{400, "invalid", "Invalid value for: originalStart"};
    Json items = jsonArray();
    if (const auto one = occurrenceAt(master->event, *moment))
        if (const auto event = known(in, id + "_" + one->key);
            event && (!cancelled(*event) || request.parameter("showDeleted") == "true"))
            items.array.push_back(shown(in, *event));
    return jsonReply(jsonObject({{"kind", jsonText("calendar#events")}, {"items", std::move(items)}}));
}

Reply GoogleCalendars::calendarList(const Request& request) {
    const std::size_t most = std::min(countOf(request, 250, 100), quirks_.pageSize);
    const std::string after = request.parameter("pageToken");
    Json items = jsonArray();
    std::string last;
    for (auto found = calendars_.upper_bound(after); found != calendars_.end(); ++found) {
        if (items.array.size() == most) {
            return jsonReply(jsonObject({{"items", std::move(items)}, {"nextPageToken", jsonText(last)}}));
        }
        const auto& [id, calendar] = *found;
        last = id;
        Json one = jsonObject({{"kind", jsonText("calendar#calendarListEntry")},
                               {"id", jsonText(id)},
                               {"summary", jsonText(calendar.name)},
                               {"timeZone", jsonText(calendar.zone)},
                               {"accessRole", jsonText(calendar.role)},
                               {"backgroundColor", jsonText("#9fe1e7")}});
        if (id == login_) set(one, "primary", jsonFlag(true));
        items.array.push_back(std::move(one));
    }
    return jsonReply(jsonObject({{"items", std::move(items)}, {"nextSyncToken", jsonText("list")}}));
}

Reply GoogleCalendars::freeBusy(const Json& body) {
    const auto from = parseInstant(textAt(body, "timeMin")), to = parseInstant(textAt(body, "timeMax"));
    if (!from || !to || *to < *from) throw GoogleError{400, "badRequest", "Bad Request"};
    if (*to - *from > days(92)) throw GoogleError{400, "timeRangeTooLong", "The requested time range is too long."};
    if (at(body, "items").array.size() > 50) throw GoogleError{400, "tooManyCalendarsRequested", "Too many calendars."};
    Json all = jsonObject();
    for (const Json& asked : at(body, "items").array) {
        const std::string id(textAt(asked, "id"));
        if (!calendars_.contains(id)) {
            set(all, id,
                jsonObject(
                    {{"errors", jsonArray({jsonObject({{"reason", jsonText("notFound")}})})}, {"busy", jsonArray()}}));
            continue;
        }
        Entry& in = entry(id);
        Json busy = jsonArray();
        const auto add = [&](Instant start, Instant end) {
            if (start < *to && end > *from)
                busy.array.push_back(
                    jsonObject({{"start", jsonText(timeText(start))}, {"end", jsonText(timeText(end))}}));
        };
        for (const auto& [key, row] : in.rows) {
            const Json event = view(in, row);
            if (cancelled(event) || textAt(event, "transparency") == "transparent") continue;
            if (!event.find("recurrence")) {
                add(*momentOf(at(event, "start")), *momentOf(at(event, "end")));
                continue;
            }
            forEachOccurrence(event, {*from, *to}, [&](const Occurrence& one) {
                if (!in.rows.contains(key + "_" + one.key)) add(one.start, one.end);
                return true;
            });
        }
        set(all, id, jsonObject({{"busy", std::move(busy)}}));
    }
    return jsonReply(jsonObject({{"calendars", std::move(all)}}));
}

Reply GoogleCalendars::watch(const std::string& calendar, const Json& body) {
    if (!textAt(body, "address").starts_with("https://"))
        throw GoogleError{401, "push.webhookUrlNotHttps", "WebHook callback must be HTTPS"};
    if (calendar.find("#holiday") != calendar.npos)
        throw GoogleError{400, "pushNotSupportedForRequestedResource",
                          "Push notifications are not supported by this resource."};
    entry(calendar);
    const std::string id(textAt(body, "id"));
    if (std::ranges::find(channels_, id, &Channel::id) != channels_.end())
        throw GoogleError{400, "channelIdNotUnique", "Channel id not unique"};
    channels_.push_back(
        {id, calendar, std::string(textAt(body, "address")), std::string(textAt(body, "token")), now_() + days(7)});
    say(channels_.back(), "sync");
    const auto expires = duration_cast<milliseconds>(channels_.back().until.time_since_epoch()).count();
    return jsonReply(jsonObject({{"kind", jsonText("api#channel")},
                                 {"id", jsonText(id)},
                                 {"resourceId", jsonText("resource-" + id)},
                                 {"expiration", jsonText(std::to_string(expires))}}));
}

Reply GoogleCalendars::call(const Request& request, const std::string& path) {
    const std::lock_guard lock(mutex_);
    const auto parts = segments(path);
    const Json body = bodyOf(request);
    const bool get = request.method == "GET", post = request.method == "POST";
    if (path == "/users/me/calendarList" && get) return calendarList(request);
    if (path == "/freeBusy" && post) return freeBusy(body);
    if (path == "/channels/stop" && post) {
        if (std::erase_if(channels_, [&](const Channel& one) { return one.id == textAt(body, "id"); }) == 0)
            throw GoogleError{404, "notFound", "Channel not found"};
        return {.status = 204, .body = {}};
    }
    if (parts.size() < 3 || parts[0] != "calendars" || parts[2] != "events")
        throw GoogleError{404, "notFound", "Not Found"};
    const std::string& calendar = parts[1];
    Entry& in = entry(calendar);
    if (parts.size() == 3 && get) return list(request, calendar);
    if (parts.size() == 4 && parts[3] == "watch" && post) return watch(calendar, body);
    if (parts.size() == 5 && parts[4] == "instances" && get) return instances(request, calendar, parts[3]);
    if (parts.size() == 4 && get) {
        const auto event = known(in, parts[3]);
        if (!event) throw GoogleError{404, "notFound", "Not Found"};
        return jsonReply(shown(in, *event));
    }
    if (in.role != "owner" && in.role != "writer")
        throw GoogleError{403, "requiredAccessLevel", "You need to have writer access to this calendar."};
    const Write write{request.method, request.header("If-Match"), request.parameter("sendUpdates")};
    if (parts.size() == 3 && post) return jsonReply(shown(in, insertEvent(calendar, body, write)));
    if (parts.size() == 4 && request.method == "DELETE") {
        cancel(calendar, parts[3], write);
        return {.status = 204, .body = {}};
    }
    if (parts.size() == 4 && (request.method == "PATCH" || request.method == "PUT"))
        return jsonReply(shown(in, change(calendar, parts[3], body, request.method == "PUT", write)));
    throw GoogleError{404, "notFound", "Not Found"};
}

}  // namespace crmdav::standins
