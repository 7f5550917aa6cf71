#include "tests/standins/google_people.h"

#include <algorithm>
#include <charconv>

namespace crmdav::standins {
namespace {

constexpr std::string_view known[] = {"addresses",      "biographies",  "birthdays",   "calendarUrls",  "clientData",
                                      "emailAddresses", "events",       "externalIds", "genders",       "imClients",
                                      "interests",      "locales",      "locations",   "memberships",   "miscKeywords",
                                      "names",          "nicknames",    "occupations", "organizations", "phoneNumbers",
                                      "relations",      "sipAddresses", "urls",        "userDefined"};
constexpr std::string_view single[] = {"biographies", "birthdays", "genders", "names"};

bool isKnown(std::string_view field) { return std::ranges::find(known, field) != std::end(known); }

GoogleError invalid(const std::string& message) { return {400, "", message, "INVALID_ARGUMENT"}; }

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts;
    for (std::size_t from = 0; from < text.size();) {
        const auto end = std::min(text.find(',', from), text.size());
        parts.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return parts;
}

std::string joined(const Json& name) {
    std::string text;
    for (const std::string_view part : {"honorificPrefix", "givenName", "middleName", "familyName", "honorificSuffix"})
        if (const auto word = textAt(name, part); !word.empty()) text += (text.empty() ? "" : " ") + std::string(word);
    return text;
}

/// What Google makes of an entry when it's stored.
void normalise(Json& fields, const GoogleQuirks& quirks) {
    for (auto& [field, list] : fields.object) {
        for (Json& entry : list.array) {
            for (const std::string_view made : {"formattedType", "canonicalForm", "displayNameLastFirst"})
                drop(entry, made);
            const bool primary = trueAt(entry, {"metadata", "sourcePrimary"});
            drop(entry, "metadata");
            if (primary) set(entry, "metadata", jsonObject({{"sourcePrimary", jsonFlag(true)}}));
            if (field != "names") continue;
            drop(entry, "displayName");
            const std::string free(textAt(entry, "unstructuredName"));
            if (free.empty() || !joined(entry).empty() || !quirks.splitsNames) continue;
            drop(entry, "unstructuredName");
            const auto blank = free.rfind(' ');
            set(entry, "givenName", jsonText(free.substr(0, blank)));
            if (blank != free.npos) set(entry, "familyName", jsonText(free.substr(blank + 1)));
        }
    }
    std::erase_if(fields.object,
                  [](const auto& one) { return one.second.kind == Json::Kind::array && one.second.array.empty(); });
}

std::size_t primaryIn(const Json& list) {
    for (std::size_t i = 0; i < list.array.size(); ++i)
        if (trueAt(list.array[i], {"metadata", "sourcePrimary"})) return i;
    return 0;
}

}  // namespace

Json GooglePeople::view(const Person& person, const std::string& fields, bool listed) const {
    const std::string name(textAt(person.fields, "resourceName"));
    // Lists and gets have etags of their own for the same state.
    const std::string etag =
        std::string(listed && !quirks_.listEtagsCount ? "%L" : "%G") + std::to_string(person.version);
    Json shown = jsonObject({{"resourceName", jsonText(name)}, {"etag", jsonText(etag)}});
    const auto asked = split(fields);
    const auto wants = [&](std::string_view field) { return std::ranges::find(asked, field) != asked.end(); };
    Json metadata = jsonObject();
    if (person.deleted) set(metadata, "deleted", jsonFlag(true));
    const Json source = jsonObject({{"type", jsonText("CONTACT")}, {"id", jsonText(name.substr(7))}});
    if (!person.deleted) {
        Json own = source;
        set(own, "etag", jsonText("#" + etag));
        set(own, "updateTime", jsonText(person.updated));
        set(metadata, "sources", jsonArray({std::move(own)}));
    }
    if (listed && !person.former.empty()) {
        Json former = jsonArray();
        for (const std::string& one : person.former) former.array.push_back(jsonText(one));
        set(metadata, "previousResourceNames", std::move(former));
    }
    if (wants("metadata") || person.deleted) set(shown, "metadata", std::move(metadata));
    if (person.deleted) return shown;
    for (const auto& [field, list] : person.fields.object) {
        if (list.kind != Json::Kind::array || !wants(field)) continue;
        Json entries = jsonArray();
        for (std::size_t i = 0; i < list.array.size(); ++i) {
            Json entry = list.array[i];
            Json about = jsonObject({{"source", source}});
            if (i == primaryIn(list)) {
                set(about, "primary", jsonFlag(true));
                set(about, "sourcePrimary", jsonFlag(true));
            }
            set(entry, "metadata", std::move(about));
            if (field == "names")
                set(entry, "displayName",
                    jsonText(joined(entry).empty() ? textAt(entry, "unstructuredName") : joined(entry)));
            if (entry.find("type")) set(entry, "formattedType", jsonText(textAt(entry, "type")));
            entries.array.push_back(std::move(entry));
        }
        set(shown, field, std::move(entries));
    }
    if (wants("photos")) {
        const bool own = photos_.contains(name.substr(7));
        set(shown, "photos",
            jsonArray({jsonObject({{"metadata", jsonObject({{"source", source}, {"primary", jsonFlag(true)}})},
                                   {"url", jsonText(url_ + (own ? "/photos/" + name.substr(7) : "/photos/letter"))},
                                   {"default", jsonFlag(!own)}})}));
    }
    return shown;
}

GooglePeople::Person& GooglePeople::person(const std::string& name) {
    const auto found = people_.find(name);
    if (found == people_.end() || found->second.deleted)
        throw GoogleError{404, "", "Requested entity was not found.", "NOT_FOUND"};
    return found->second;
}

Json GooglePeople::store(Person& person, const std::string& name) {
    normalise(person.fields, quirks_);
    set(person.fields, "resourceName", jsonText(name));
    person.version = ++version_;
    person.updated = stamp(now_());
    pending_.push_back({person, requests_ + quirks_.delay});
    std::string all = "metadata,photos";
    for (const std::string_view field : known) all += "," + std::string(field);
    return view(person, all, false);
}

/// Lists learn of writes some requests later.
void GooglePeople::show(bool all) {
    std::erase_if(pending_, [&](const Pending& one) {
        if (!all && one.due > requests_) return false;
        const std::string name(textAt(one.person.fields, "resourceName"));
        if (Listed& listed = listed_[name]; listed.person.version < one.person.version)
            listed = {one.person, ++change_};
        return true;
    });
}

void GooglePeople::require(const Json& fields) const {
    for (const auto& [field, list] : fields.object) {
        if (field == "resourceName" || field == "etag" || field == "metadata" || field == "photos") continue;
        if (!isKnown(field) || list.kind != Json::Kind::array) throw invalid("Invalid field " + field);
        if (list.array.size() > 1 && std::ranges::find(single, field) != std::end(single))
            throw invalid(field + " is a singleton for contacts");
    }
}

Json GooglePeople::create(const Json& body, const std::string& fields) {
    require(body);
    const std::string name = "people/c" + std::to_string(1000 + ++made_);
    Person& made = people_[name];
    made.fields = body;
    for (const std::string_view own : {"etag", "metadata", "photos"}) drop(made.fields, own);
    if (!made.fields.find("memberships"))
        set(made.fields, "memberships",
            jsonArray(
                {jsonObject({{"contactGroupMembership",
                              jsonObject({{"contactGroupResourceName", jsonText("contactGroups/myContacts")}})}})}));
    store(made, name);
    return view(made, fields, false);
}

Reply GooglePeople::update(const Request& request, const std::string& name, const Json& body) {
    Person& changed = person(name);
    std::string etag(textAt(body, "etag"));
    for (const Json& source : at(body, {"metadata", "sources"}).array)
        if (textAt(source, "type") == "CONTACT" && source.find("etag"))
            etag = std::string(textAt(source, "etag")).substr(1);
    if (etag.empty())
        throw GoogleError{400, "failedPrecondition",
                          "Request must set person.etag to the etag of the person being updated."};
    if (etag != "%G" + std::to_string(changed.version))
        throw GoogleError{400, "failedPrecondition",
                          "Request person.etag is different than the current person.etag. Clear local cache and get "
                          "the latest person."};
    require(body);
    const auto mask = split(request.parameter("updatePersonFields"));
    if (mask.empty()) throw invalid("updatePersonFields is required");
    for (const std::string& field : mask) {
        if (!isKnown(field)) throw invalid("Invalid updatePersonFields: " + field);
        if (field == "memberships" && at(body, field).array.empty()) throw invalid("memberships must have a group");
    }
    for (const std::string& field : mask) set(changed.fields, field, body.find(field) ? at(body, field) : jsonArray());
    store(changed, name);
    return jsonReply(view(changed, request.parameter("personFields"), false));
}

Reply GooglePeople::list(const Request& request) {
    const std::string fields = request.parameter("personFields"), token = request.parameter("syncToken");
    if (fields.empty()) throw invalid("personFields mask is required.");
    ++requests_;
    show(false);
    const std::uint64_t print =
        hashOf(fields + request.parameter("sources") + request.parameter("requestSyncToken"), 5);
    const auto number = [](const std::string& text, std::size_t index) {
        std::uint64_t value = 0;
        std::size_t from = 0;
        for (std::size_t i = 0; i < index; ++i) from = text.find('.', from) + 1;
        std::from_chars(text.data() + from, text.data() + text.size(), value);
        return value;
    };
    std::uint64_t since = 0, newest = change_;
    std::string after;
    if (!token.empty()) {
        if (number(token, 1) != print) throw invalid("Request parameters must match those of the sync token.");
        if (number(token, 0) != epoch_) {
            const std::string why = "Sync token is expired. Clear local cache and retry call without the sync token.";
            if (quirks_.expiredShape == 0) throw GoogleError{400, "EXPIRED_SYNC_TOKEN", why, "FAILED_PRECONDITION"};
            if (quirks_.expiredShape == 1) throw GoogleError{400, "EXPIRED_SYNC_TOKEN", why, "INVALID_ARGUMENT"};
            throw GoogleError{410, "EXPIRED_SYNC_TOKEN", why, "FAILED_PRECONDITION"};
        }
        since = number(token, 2);
    }
    if (const std::string page = request.parameter("pageToken"); !page.empty()) {
        newest = number(page, 0);
        after = page.substr(page.find('.') + 1);
    }
    std::size_t most = 100;
    const std::string size = request.parameter("pageSize");
    std::from_chars(size.data(), size.data() + size.size(), most);
    if (most < 1 || most > 1000) throw invalid("pageSize must be from 1 to 1000");
    most = std::min(most, quirks_.pageSize);
    Json connections = jsonArray();
    std::string next;
    for (auto one = listed_.upper_bound(after); one != listed_.end(); ++one) {
        const Listed& listed = one->second;
        if (listed.change <= since || (token.empty() && listed.person.deleted)) continue;
        if (connections.array.size() == most) {
            next = std::to_string(newest) + "." + after;
            break;
        }
        after = one->first;
        connections.array.push_back(view(listed.person, fields, true));
    }
    Json answer = jsonObject();
    if (!connections.array.empty()) set(answer, "connections", std::move(connections));
    if (!next.empty())
        set(answer, "nextPageToken", jsonText(next));
    else if (request.parameter("requestSyncToken") == "true")
        set(answer, "nextSyncToken",
            jsonText(std::to_string(epoch_) + "." + std::to_string(print) + "." + std::to_string(newest)));
    return jsonReply(answer);
}

Reply GooglePeople::call(const Request& request, const std::string& path) {
    const std::lock_guard lock(mutex_);
    Json body;
    try {
        if (!request.body.empty()) body = parseJson(request.body, pageLimits);
    } catch (const JsonError&) {
        throw invalid("Invalid JSON payload received.");
    }
    const std::string& method = request.method;
    if (path == "/people/me/connections" && method == "GET") return list(request);
    if (path == "/people:createContact" && method == "POST")
        return jsonReply(create(body, request.parameter("personFields")));
    if (path == "/contactGroups" && method == "GET") {
        Json groups = jsonArray({jsonObject({{"resourceName", jsonText("contactGroups/starred")},
                                             {"groupType", jsonText("SYSTEM_CONTACT_GROUP")},
                                             {"name", jsonText("starred")}})});
        for (const auto& [name, text] : groups_)
            groups.array.push_back(jsonObject({{"resourceName", jsonText(name)},
                                               {"groupType", jsonText("USER_CONTACT_GROUP")},
                                               {"name", jsonText(text)}}));
        return jsonReply(jsonObject({{"contactGroups", std::move(groups)}}));
    }
    const auto colon = std::min(path.find(':'), path.size());
    const std::string name = path.substr(1, colon - 1), verb = path.substr(std::min(colon + 1, path.size()));
    if (name.starts_with("people/c")) {
        if (verb.empty() && method == "GET") {
            if (request.parameter("personFields").empty()) throw invalid("personFields mask is required.");
            return jsonReply(view(person(name), request.parameter("personFields"), false));
        }
        if (verb == "updateContact" && method == "PATCH") return update(request, name, body);
        if (verb == "deleteContact" && method == "DELETE") {
            Person& gone = person(name);
            gone.deleted = true;
            store(gone, name);
            return jsonReply(jsonObject());
        }
    }
    throw GoogleError{404, "", "Method not found.", "NOT_FOUND"};
}

}  // namespace crmdav::standins
