#include <algorithm>

#include "tests/standins/graph_mailbox.h"

/// Contacts of the Graph stand-in, with what Outlook refuses, loses and makes anew.
namespace crmdav::standins {
namespace {

void requireAtMost(const Json& json, const char* name, std::size_t most) {
    if (const auto count = at(json, name).array.size(); count > most)
        throw Problem{400, "ErrorInvalidRequest",
                      std::string("The multi value property ") + name + " has " + std::to_string(count) +
                          " entries, that exceeds the max allowed value of " + std::to_string(most) + "."};
}

/// An address that is none is silently lost.
Json keptEmails(const Json& emails) {
    Json kept = jsonArray();
    for (const Json& email : emails.array) {
        Json one = email;
        const auto address = textAt(email, "address");
        if (address.find('@') == std::string_view::npos || address.find(' ') != std::string_view::npos)
            drop(one, "address");
        kept.array.push_back(std::move(one));
    }
    return kept;
}

bool isAddress(std::string_view name) {
    return name == "homeAddress" || name == "businessAddress" || name == "otherAddress";
}

/// Parts that are null go; the others stay unless they are given.
Json mergedAddress(const Json& old, const Json& given, bool emptyClears) {
    if (given.object.empty()) return emptyClears ? jsonObject() : old;
    Json merged = old.isNull() ? jsonObject() : old;
    for (const auto& [part, value] : given.object) {
        if (value.isNull() || value.string.empty())
            drop(merged, part);
        else
            set(merged, part, value);
    }
    return merged;
}

}  // namespace

GraphContact& Graph::Mailbox::requireContact(const std::string& id) {
    const auto found = contactList.find(id);
    if (found == contactList.end())
        throw Problem{404, "ErrorItemNotFound", "The specified object was not found in the store."};
    return found->second;
}

void Graph::Mailbox::patchContact(GraphContact& contact, const Json& json) {
    requireAtMost(json, "emailAddresses", 3);
    requireAtMost(json, "imAddresses", 3);
    requireAtMost(json, "businessPhones", 2);
    requireAtMost(json, "homePhones", 2);
    bool names = false;
    for (const auto& [name, value] : json.object) {
        if (name.starts_with("singleValue") || name.starts_with('@')) continue;
        names = names || name == "givenName" || name == "surname" || name == "middleName" || name == "title";
        if (name == "emailAddresses")
            set(contact.properties, name, keptEmails(value));
        else if (isAddress(name))
            set(contact.properties, name,
                mergedAddress(at(contact.properties, name), value, habits.emptyAddressClears));
        else if (name == "birthday" && !value.isNull())
            set(contact.properties, name, jsonText(value.string.substr(0, 10) + "T11:59:00Z"));
        else if (value.isNull())
            drop(contact.properties, name);
        else
            set(contact.properties, name, value);
    }
    // Whatever else changes: without displayName in the request Outlook makes one of its own.
    if (!json.find("displayName") && (names || contact.version != 0))
        set(contact.properties, "displayName",
            jsonText(std::string(textAt(contact.properties, "givenName")) + " " +
                     std::string(textAt(contact.properties, "surname"))));
    contact.version = contact.changed = ++counter;
    contact.modified = clock();
    tell(contact.folder, true);
}

GraphContact& Graph::Mailbox::createContact(const std::string& folder, const Json& json) {
    if (folder != "contacts" && !folders.contains(folder)) throw Problem{404, "ErrorFolderNotFound", "no such folder"};
    GraphContact contact;
    contact.id = newId('C');
    contact.folder = folder;
    contact.created = clock();
    for (const Json& property : at(json, "singleValueExtendedProperties").array)
        contact.extended[std::string(textAt(property, "id"))] = std::string(textAt(property, "value"));
    patchContact(contact, json);
    contact.unsettled = habits.laterVersion;
    return contactList[contact.id] = std::move(contact);
}

void Graph::Mailbox::removeContact(const std::string& id) {
    tombstones.push_back({requireContact(id).folder, id, ++counter});
    tell(tombstones.back().place, true);
    contactList.erase(id);
}

Json Graph::Mailbox::renderContact(const GraphContact& contact) const {
    Json json = jsonObject({{"@odata.etag", jsonText(etag(contact.version))},
                            {"id", jsonText(contact.id)},
                            {"changeKey", jsonText("ck" + std::to_string(contact.version))},
                            {"createdDateTime", jsonText(timeText(contact.created))},
                            {"lastModifiedDateTime", jsonText(timeText(contact.modified))},
                            {"parentFolderId", jsonText(contact.folder)}});
    for (const char* name : {"givenName", "middleName", "surname", "title", "generation", "nickName", "companyName",
                             "department", "jobTitle", "mobilePhone", "personalNotes", "businessHomePage", "birthday"})
        set(json, name, habits.emptyIsNull || std::string_view(name) == "birthday" ? Json() : jsonText(""));
    for (const char* name : {"homeAddress", "businessAddress", "otherAddress"}) set(json, name, jsonObject());
    for (const char* name : {"emailAddresses", "businessPhones", "homePhones", "imAddresses", "categories"})
        set(json, name, jsonArray());
    for (const auto& [name, value] : contact.properties.object) set(json, name, value);
    return json;
}

Reply Graph::Mailbox::contactsIn(const Request& request, const std::string& folder, bool asDelta) {
    if (folder != "contacts" && !folders.contains(folder)) throw Problem{404, "ErrorFolderNotFound", "no such folder"};
    if (request.method == "POST") return jsonReply(renderContact(createContact(folder, parseJson(request.body))), 201);
    std::vector<Json> all;
    if (!asDelta) {
        constexpr std::string_view before = "ep/value eq '";
        const std::string filter = request.parameter("$filter");
        const auto begin = filter.find(before);
        const std::string mark = begin == std::string::npos
                                     ? ""
                                     : filter.substr(begin + before.size(), filter.rfind('\'') - begin - before.size());
        for (const auto& [id, contact] : contactList) {
            const bool marked =
                std::ranges::any_of(contact.extended, [&](const auto& own) { return own.second == mark; });
            if (contact.folder == folder && (mark.empty() || marked)) all.push_back(renderContact(contact));
        }
        return jsonReply(page(request, std::move(all)));
    }
    auto token = resumed(request);
    if (token && token->items) return nextPage(request.path, *token, habits.pageSize);
    const bool initial = !token;
    if (initial) token = GraphToken{.place = folder};
    std::vector<std::string> items;
    for (const auto& [id, contact] : contactList)
        if (contact.folder == folder && (initial || contact.changed > token->counter))
            items.push_back(toText(renderContact(contact)));
    for (const GraphTombstone& gone : tombstones)
        if (!initial && gone.place == folder && gone.changed > token->counter)
            items.push_back(toText(
                jsonObject({{"id", jsonText(gone.id)}, {"@removed", jsonObject({{"reason", jsonText("deleted")}})}})));
    return delta(request, request.path, *token, std::move(items));
}

/// @param path  what comes after /me/contactFolders
Reply Graph::Mailbox::contactFolders(const Request& request, const std::vector<std::string>& path) {
    if (path.empty()) {
        std::vector<Json> all;
        for (const auto& [id, name] : folders)
            all.push_back(jsonObject({{"id", jsonText(id)}, {"displayName", jsonText(name)}}));
        return jsonReply(page(request, std::move(all)));
    }
    if (path.size() == 2 && path[1] == "childFolders") return jsonReply(page(request, {}));
    if (path.size() >= 2 && path[1] == "contacts")
        return contactsIn(request, path[0], path.size() == 3 && path[2] == "delta");
    throw Problem{400, "BadRequest", "no such resource"};
}

/// @param path  what comes after /me/contacts
Reply Graph::Mailbox::contacts(const Request& request, const std::vector<std::string>& path) {
    if (path.empty() || path[0] == "delta") return contactsIn(request, "contacts", !path.empty());
    if (request.method == "DELETE" && habits.deletedAgainIs400 && !contactList.contains(path[0]))
        throw Problem{400, "ErrorInvalidRequest", "Your request can't be completed."};
    GraphContact& contact = requireContact(path[0]);
    if (path.size() == 3 && path[1] == "photo" && path[2] == "$value") {
        if (contact.photo.empty()) throw Problem{404, "ImageNotFound", "Exception of type 'ImageNotFoundException'"};
        return {.status = 200, .body = contact.photo, .type = "image/jpeg"};
    }
    if (request.method == "GET") {
        Json json = renderContact(contact);
        if (request.parameter("$expand").find("singleValueExtendedProperties") != std::string::npos) {
            Json all = jsonArray();
            for (const auto& [name, value] : contact.extended)
                all.array.push_back(jsonObject({{"id", jsonText(name)}, {"value", jsonText(value)}}));
            set(json, "singleValueExtendedProperties", std::move(all));
        }
        return jsonReply(json);
    }
    requireVersion(request, contact.version, contact.unsettled, contact.version);
    if (request.method == "DELETE") {
        removeContact(path[0]);
        return {.status = 204};
    }
    patchContact(contact, parseJson(request.body));
    return jsonReply(renderContact(contact));
}

}  // namespace crmdav::standins
