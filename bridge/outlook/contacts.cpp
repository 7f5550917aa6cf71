#include "bridge/outlook/contacts.h"

#include <algorithm>

#include "bridge/outlook/event.h"
#include "bridge/outlook/values.h"
#include "bridge/urls.h"

namespace crmdav::outlook {
namespace {

constexpr int deepest = 8, pageSize = 200;
constexpr std::string_view usual = "contacts";

std::string placeOf(const std::string& id) { return "/me/contacts/" + percentEncoded(id); }

std::string photoPlace(const std::string& id) { return placeOf(id) + "/photo/$value"; }

std::string folderPlace(const std::string& folder) {
    return folder == usual ? "/me/contacts" : "/me/contactFolders/" + percentEncoded(folder) + "/contacts";
}

RemoteItem contactItem(const Json& contact) {
    RemoteItem item;
    item.id = textAt(contact, "id");
    item.version = textAt(contact, "@odata.etag");
    item.raw = toText(contact);
    if (item.id.empty()) throw Nonsense("Outlook gave a contact without an id");
    return item;
}

Contact contactOf(const RemoteItem& item) { return std::get<Contact>(readContact(item.raw).record); }

bool isExpired(const Answer& answer, bool initial) {
    return answer.status == 410 || answer.code == "syncstatenotfound" || answer.code == "resyncrequired" ||
           answer.code == "syncstateinvalid" || (answer.status == 400 && !initial);
}

}  // namespace

void Contacts::addFolders(const std::string& place, int depth, std::vector<RemoteCollection>& all) {
    std::vector<std::string> inner;
    calls_.each(place, [&](const Json& folder) {
        RemoteCollection collection;
        collection.id = textAt(folder, "id");
        collection.name = textAt(folder, "displayName");
        inner.push_back(collection.id);
        all.push_back(std::move(collection));
    });
    if (depth == deepest) return;
    for (const std::string& id : inner)
        addFolders("/me/contactFolders/" + percentEncoded(id) + "/childFolders?$top=100", depth + 1, all);
}

std::vector<RemoteCollection> Contacts::folders() {
    RemoteCollection main;
    main.id = usual;
    main.name = "Contacts";
    main.main = true;
    std::vector<RemoteCollection> all{std::move(main)};
    addFolders("/me/contactFolders?$top=100", 1, all);
    return all;
}

ChangePage Contacts::changes(const std::string& folder, const std::string& text) {
    const Json cursor = text.empty() ? Json() : parse(text);
    std::string link(textAt(cursor, "link"));
    ChangePage changes;
    changes.first = link.empty();
    changes.listing = changes.first || trueAt(cursor, "listing");
    const Answer answer = calls_.ask("GET", link.empty() ? folderPlace(folder) + "/delta" : link, {},
                                     {.match = {}, .pageSize = pageSize, .binary = false});
    if (!answer.good() && isExpired(answer, changes.first))
        throw CursorExpired("Outlook wants the contacts to be read anew");
    if (answer.status == 404) throw CollectionGone("Outlook has no such folder of contacts any more");
    if (!answer.good()) fail(answer);
    for (const Json& entry : at(answer.json, "value").array) {
        if (!entry.find("@removed")) {
            changes.items.push_back(contactItem(entry));
            continue;
        }
        RemoteItem gone;
        gone.id = textAt(entry, "id");
        gone.gone = true;
        changes.items.push_back(std::move(gone));
    }
    const auto next = textAt(answer.json, "@odata.nextLink"), delta = textAt(answer.json, "@odata.deltaLink");
    if (next.empty() && delta.empty()) throw Nonsense("Outlook's list of changes has no end");
    changes.more = !next.empty();
    JsonWriter out;
    out.beginObject().member("link", next.empty() ? delta : next).member("listing", changes.listing && changes.more);
    changes.cursor = out.endObject().take();
    return changes;
}

std::optional<RemoteItem> Contacts::read(const std::string& id) {
    if (id.empty()) return std::nullopt;
    const std::string marked = "singleValueExtendedProperties($filter=id eq '" + std::string(linkProperty) + "')";
    const Answer answer = calls_.ask("GET", placeOf(id) + "?" + formEncoded({{"$expand", marked}}));
    if (answer.status == 404 || answer.code == "errorinvalididmalformed") return std::nullopt;
    if (!answer.good()) fail(answer);
    return contactItem(answer.json);
}

RemoteItem Contacts::unchanged(const std::string& id, const Contact& before) {
    auto item = read(id);
    if (!item) throw Gone("Outlook doesn't have it any more");
    if (contactOf(*item) != before) throw Changed("It was changed at Outlook");
    return std::move(*item);
}

Json Contacts::write(const std::string& method, RemoteItem current, const Contact& before, const std::string& body) {
    const std::string id = current.id;
    return calls_.write(method, placeOf(id), std::move(current), body, [&] { return unchanged(id, before); });
}

std::string Contacts::made(const std::string& folder, const Id& key) {
    const std::string marked = "singleValueExtendedProperties/Any(ep: ep/id eq '" + std::string(linkProperty) +
                               "' and ep/value eq '" + key + "')";
    std::string there;
    calls_.each("/me/contacts?" + formEncoded({{"$filter", marked}, {"$select", "id"}}),
                [&](const Json& found) { there = textAt(found, "id"); });
    if (there.empty() && folder != usual)
        calls_.each(folderPlace(folder) + "?" + formEncoded({{"$filter", marked}, {"$select", "id"}}),
                    [&](const Json& found) { there = textAt(found, "id"); });
    return there;
}

Written Contacts::create(const std::string& folder, const Id& key, const Contact& contact) {
    if (const std::string there = made(folder, key); !there.empty())
        if (auto item = read(there)) return {std::move(*item), true};
    const Answer answer = calls_.ask("POST", folderPlace(folder), newContact(contact, key));
    if (answer.status == 404) throw CollectionGone("Outlook has no such folder of contacts any more");
    if (!answer.good()) fail(answer);
    return {contactItem(answer.json)};
}

Written Contacts::update(const RemoteItem& base, const Contact& before, const Contact& after) {
    RemoteItem current = unchanged(base.id, before);
    const std::string body = changedContact(current.raw, before, after);
    if (body.empty()) return {std::move(current)};
    return {contactItem(write("PATCH", current, before, body))};
}

void Contacts::remove(const RemoteItem& base) {
    const Contact before = contactOf(base);
    try {
        write("DELETE", unchanged(base.id, before), before, {});
    } catch (const Gone&) {  // as it should be
    }
}

Written Contacts::restore(const std::string& folder, const RemoteItem& was) {
    const Contact wanted = contactOf(was);
    if (auto there = read(was.id)) return update(*there, contactOf(*there), wanted);
    const Json old = parse(was.raw);
    Json contact = jsonObject();
    // All that people can write; what Outlook makes itself would be refused.
    for (const auto& [name, value] : old.object) {
        static constexpr std::string_view made[] = {"id",
                                                    "changeKey",
                                                    "createdDateTime",
                                                    "lastModifiedDateTime",
                                                    "parentFolderId",
                                                    "birthday",
                                                    "singleValueExtendedProperties"};
        const bool own = !name.starts_with('@') && name.find("@odata") == std::string::npos &&
                         std::ranges::find(made, name) == std::end(made);
        if (own && !value.isNull()) set(contact, name, value);
    }
    if (!wanted.birthday.empty()) set(contact, "birthday", jsonText(wanted.birthday + "T00:00:00Z"));
    return {contactItem(calls_.want("POST", folderPlace(folder), toText(contact)))};
}

void Contacts::expectPhotos(const std::vector<std::string>& ids) {
    expected_ = ids;
    photos_.clear();
}

/// Graph doesn't say of a contact whether it has a photo: asked for singly, a first sync would take a call a contact.
void Contacts::fetchPhotos(const std::string& first) {
    const auto from = std::ranges::find(expected_, first);
    const auto many = std::min<std::ptrdiff_t>(Calls::mostInBatch, expected_.end() - from);
    const std::vector<std::string> ids(from, from + many);
    expected_.erase(from, from + many);
    if (many < 2) return;
    std::vector<std::string> places;
    for (const std::string& id : ids) places.push_back(photoPlace(id));
    try {
        const auto answers = calls_.batch(places);
        for (std::size_t i = 0; i < ids.size(); ++i) {
            if (answers[i].status == 404) photos_[ids[i]] = std::nullopt;
            if (answers[i].good() && !answers[i].body.empty()) photos_[ids[i]] = answers[i].body;
        }
    } catch (const Nonsense&) {  // together they are more than one answer may be
    }
}

std::optional<std::string> Contacts::photo(const std::string& id) {
    if (std::ranges::find(expected_, id) != expected_.end()) fetchPhotos(id);
    if (const auto fetched = photos_.extract(id)) return std::move(fetched.mapped());
    Answer answer = calls_.ask("GET", photoPlace(id), {}, {.match = {}, .pageSize = 0, .binary = true});
    if (answer.status == 404) return std::nullopt;
    if (!answer.good()) fail(answer);
    return std::move(answer.body);
}

}  // namespace crmdav::outlook
