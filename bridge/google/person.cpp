#include "bridge/google/person.h"

#include <algorithm>
#include <span>

#include "bridge/google/person_fields.h"
#include "bridge/html_text.h"
#include "bridge/json_values.h"
#include "protocol/text/datetime.h"
#include "store/records/normalise.h"

namespace crmdav::google {
namespace {

constexpr std::string_view markKey = "crmdav";

struct Part {
    std::string_view name;
    std::string Contact::*field;
};
constexpr Part nameParts[] = {{"givenName", &Contact::firstName},
                              {"middleName", &Contact::middleName},
                              {"familyName", &Contact::lastName},
                              {"honorificPrefix", &Contact::prefix},
                              {"honorificSuffix", &Contact::suffix}};
constexpr Part organizationParts[] = {
    {"name", &Contact::companyName}, {"department", &Contact::department}, {"title", &Contact::jobTitle}};

bool same(std::span<const Part> parts, const Contact& a, const Contact& b) {
    return std::ranges::all_of(parts, [&](const Part& part) { return a.*part.field == b.*part.field; });
}

bool hasNameParts(const Contact& contact) { return !same(nameParts, contact, Contact{}); }

void write(Json& entry, std::span<const Part> parts, const Contact& contact) {
    for (const auto& [name, field] : parts)
        if ((contact.*field).empty())
            drop(entry, name);
        else
            set(entry, name, jsonText(contact.*field));
}

const Json* first(const Json& person, std::string_view field) {
    const auto entries = ownEntries(person, field);
    return entries.empty() ? nullptr : entries[primaryOf(entries)];
}

/// The one that people see: the current one, else the primary.
std::size_t organizationOf(const std::vector<const Json*>& entries) {
    for (std::size_t i = 0; i < entries.size(); ++i)
        if (trueAt(*entries[i], "current")) return i;
    return primaryOf(entries);
}

void readName(const Json& person, Contact& contact) {
    const Json* entry = first(person, "names");
    if (!entry) return;
    for (const auto& [name, field] : nameParts) contact.*field = cleanText(textAt(*entry, name));
    if (hasNameParts(contact)) return;
    const auto written = textAt(*entry, "unstructuredName");
    contact.displayName = cleanText(written.empty() ? textAt(*entry, "displayName") : written);
}

std::string notesOf(const Json& biography) {
    const auto value = textAt(biography, "value");
    return textAt(biography, "contentType") == "TEXT_HTML" ? cleanText(textOfHtml(value)) : cleanText(value);
}

Contact contactOf(const Json& person) {
    Contact contact;
    readName(person, contact);
    if (const Json* entry = first(person, "nicknames")) contact.nickname = cleanText(textAt(*entry, "value"));
    const auto organizations = ownEntries(person, "organizations");
    if (!organizations.empty())
        for (const auto& [name, field] : organizationParts)
            contact.*field = cleanText(textAt(*organizations[organizationOf(organizations)], name));
    for (const PersonList& list : personLists) contact.*list.field = readList(person, list);
    contact.addresses = readAddress(person);
    if (const Json* entry = first(person, "birthdays")) contact.birthday = dateOf(at(*entry, "date"));
    if (const Json* entry = first(person, "biographies")) contact.notes = notesOf(*entry);
    return contact;
}

// ---------------------------------------------------------------- writing, a field each

bool sameName(const Contact& a, const Contact& b) {
    return same(nameParts, a, b) && (hasNameParts(a) || a.displayName == b.displayName);
}
Json namesJson(const Json& person, const Contact& contact) {
    const Json* old = first(person, "names");
    Json entry = old ? sendable(*old) : jsonObject();
    for (const std::string_view made : {"displayName", "unstructuredName", "metadata"}) drop(entry, made);
    write(entry, nameParts, contact);
    if (!hasNameParts(contact) && !contact.displayName.empty())
        set(entry, "unstructuredName", jsonText(contact.displayName));
    return entry.object.empty() ? jsonArray() : jsonArray({std::move(entry)});
}

bool sameNickname(const Contact& a, const Contact& b) { return a.nickname == b.nickname; }
Json nicknamesJson(const Json& person, const Contact& contact) {
    Json field = jsonArray();
    const auto entries = ownEntries(person, "nicknames");
    const std::size_t primary = primaryOf(entries);
    for (std::size_t i = 0; i < std::max<std::size_t>(entries.size(), 1); ++i) {
        Json entry = i < entries.size() ? sendable(*entries[i]) : jsonObject();
        if (i == primary) {
            if (contact.nickname.empty()) continue;
            set(entry, "value", jsonText(contact.nickname));
        }
        field.array.push_back(std::move(entry));
    }
    return field;
}

bool sameOrganization(const Contact& a, const Contact& b) { return same(organizationParts, a, b); }
Json organizationsJson(const Json& person, const Contact& contact) {
    Json field = jsonArray();
    const auto entries = ownEntries(person, "organizations");
    const std::size_t chosen = organizationOf(entries);
    for (std::size_t i = 0; i < std::max<std::size_t>(entries.size(), 1); ++i) {
        Json entry = i < entries.size() ? sendable(*entries[i]) : jsonObject();
        if (i == chosen) write(entry, organizationParts, contact);
        const bool empty = std::ranges::none_of(entry.object, [](const auto& member) {
            return member.first != "type" && member.first != "current" && member.first != "metadata";
        });
        if (!empty) field.array.push_back(std::move(entry));
    }
    return field;
}

bool sameBirthday(const Contact& a, const Contact& b) { return a.birthday == b.birthday; }
Json birthdaysJson(const Json&, const Contact& contact) {
    if (contact.birthday.empty()) return jsonArray();
    return jsonArray({jsonObject({{"date", dateJson(contact.birthday)}})});
}

bool sameNotes(const Contact& a, const Contact& b) { return normalText(a.notes) == normalText(b.notes); }
Json biographiesJson(const Json&, const Contact& contact) {
    if (contact.notes.empty()) return jsonArray();
    return jsonArray({jsonObject({{"value", jsonText(contact.notes)}, {"contentType", jsonText("TEXT_PLAIN")}})});
}

struct PersonField {
    std::string_view name;
    bool (*same)(const Contact&, const Contact&);
    Json (*write)(const Json& person, const Contact&);
};
constexpr PersonField fields[] = {{"names", sameName, namesJson},
                                  {"nicknames", sameNickname, nicknamesJson},
                                  {"organizations", sameOrganization, organizationsJson},
                                  {"birthdays", sameBirthday, birthdaysJson},
                                  {"biographies", sameNotes, biographiesJson}};

const Json* contactSource(const Json& person) {
    for (const Json& source : at(person, {"metadata", "sources"}).array)
        if (textAt(source, "type") == "CONTACT") return &source;
    return nullptr;
}

}  // namespace

PersonChange changedPerson(const Json& person, const Contact& before, const Contact& after) {
    PersonChange change;
    change.body = jsonObject();
    const auto put = [&](std::string_view name, Json value) {
        change.fields.emplace_back(name);
        if (!value.array.empty()) set(change.body, name, std::move(value));  // listed, but absent: cleared
    };
    for (const PersonField& field : fields)
        if (!field.same(before, after)) put(field.name, field.write(person, after));
    for (const PersonList& list : personLists)
        if (!sameList(list, before.*list.field, after.*list.field))
            put(list.name, listJson(person, list, after.*list.field));
    const auto address = takenAddress(before.addresses, after.addresses);
    const auto had = takenAddress(before.addresses, before.addresses);
    if (address != had) put("addresses", addressesJson(person, address));
    return change;
}

Json newPerson(const Contact& contact, std::string_view key, const std::vector<std::string>& groups) {
    Json person = changedPerson({}, {}, contact).body;
    set(person, "clientData", jsonArray({jsonObject({{"key", jsonText(markKey)}, {"value", jsonText(key)}})}));
    Json memberships = jsonArray();
    for (const std::string& group : groups)
        memberships.array.push_back(
            jsonObject({{"contactGroupMembership", jsonObject({{"contactGroupResourceName", jsonText(group)}})}}));
    if (!groups.empty()) set(person, "memberships", std::move(memberships));
    return person;
}

Contact heldPerson(const Contact& contact) { return contactOf(newPerson(contact, "", {})); }

Remote readPerson(const std::string& raw) {
    Json person;
    try {
        person = parseJson(raw, pageLimits);
    } catch (const JsonError& error) {
        throw Nonsense(std::string("Google's contact can't be read: ") + error.what());
    }
    Remote remote;
    Contact contact = contactOf(person);
    contact.hasPhoto = remote.hasPhoto = !photoOf(person).empty();
    remote.record = std::move(contact);
    if (const Json* source = contactSource(person)) remote.modified = parseInstant(textAt(*source, "updateTime"));
    remote.mark = markOf(person);
    for (const Json* entry : ownEntries(person, "memberships")) {
        const std::string_view group = textAt(*entry, {"contactGroupMembership", "contactGroupResourceName"});
        if (!group.empty()) remote.groups.emplace_back(group == "contactGroups/starred" ? "starred" : group);
    }
    return remote;
}

Json personAgain(const Json& person) {
    Json again = jsonObject();
    for (const auto& [name, value] : person.object) {
        if (value.kind != Json::Kind::array || name == "photos" || name == "memberships") continue;
        Json field = jsonArray();
        for (const Json* entry : ownEntries(person, name)) field.array.push_back(sendable(*entry));
        for (Json& entry : field.array)
            if (name == "names") drop(entry, "displayName");
        if (!field.array.empty()) set(again, name, std::move(field));
    }
    return again;
}

RemoteItem itemOf(const Json& person) {
    RemoteItem item;
    item.id = textAt(person, "resourceName");
    for (const Json& former : at(person, {"metadata", "previousResourceNames"}).array)
        item.formerly.push_back(former.string);
    item.gone = trueAt(person, {"metadata", "deleted"});
    if (item.gone) return item;
    if (const Json* source = contactSource(person)) item.version = textAt(*source, "updateTime");
    if (item.version.empty()) item.version = textAt(person, "etag");
    item.raw = toText(person);
    return item;
}

void addEtags(Json& body, const Json& person) {
    set(body, "resourceName", jsonText(textAt(person, "resourceName")));
    set(body, "etag", jsonText(textAt(person, "etag")));
    Json sources = jsonArray();
    if (const Json* source = contactSource(person))
        sources.array.push_back(jsonObject({{"type", jsonText("CONTACT")},
                                            {"id", jsonText(textAt(*source, "id"))},
                                            {"etag", jsonText(textAt(*source, "etag"))}}));
    set(body, "metadata", jsonObject({{"sources", std::move(sources)}}));
}

std::string photoOf(const Json& person) {
    for (const Json* photo : ownEntries(person, "photos"))
        if (!trueAt(*photo, "default") && !textAt(*photo, "url").empty()) return std::string(textAt(*photo, "url"));
    return {};
}

std::string_view markOf(const Json& person) {
    for (const Json* data : ownEntries(person, "clientData"))
        if (textAt(*data, "key") == markKey) return textAt(*data, "value");
    return {};
}

}  // namespace crmdav::google
