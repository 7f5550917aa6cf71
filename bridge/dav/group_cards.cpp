#include "bridge/dav/group_cards.h"

#include <algorithm>

#include "bridge/dav/card_form.h"
#include "bridge/urls.h"
#include "protocol/dav/hrefs.h"
#include "protocol/text/content_lines.h"
#include "protocol/text/json.h"
#include "protocol/text/vcard.h"

namespace crmdav {
namespace {

constexpr std::size_t mostMoved = 100;  ///< more than that, and reading all is no dearer
constexpr int tries = 3;

std::string plainUid(std::string_view uid) {
    return std::string(startsWithIgnoreCase(uid, "urn:uuid:") ? uid.substr(9) : uid);
}

std::optional<Document> groupCard(const std::string& raw) {
    try {
        Document document = Document::parse(raw);
        if (document.root().is("VCARD") && vCardKind(document.root()) == VCardKind::group) return document;
    } catch (const ParseError&) {  // then it is no group
    }
    return std::nullopt;
}

void addGroups(DavCollection& book, const std::string& collection, const DavMembers& members,
               std::vector<RemoteGroup>& groups) {
    for (std::size_t at = 0; at < members.size();) {
        std::vector<std::string> names;
        for (; at < members.size() && names.size() < mostMoved; ++at) names.emplace_back(members[at].name);
        for (const RemoteItem& item : book.fetch(names))
            if (const auto card = groupCard(item.raw))
                groups.push_back({collection + item.id, card->root().text("FN")});
    }
}

struct Cursor {
    std::set<std::string> members;
    std::string changes;
};

Cursor parseCursor(const std::string& text) {
    Cursor cursor;
    if (text.empty()) return cursor;
    try {
        const Json json = parseJson(text, {64U << 20U, 4, 200'000, 100});
        const Json *members = json.find("members"), *changes = json.find("changes");
        if (!members || !changes) throw CursorExpired("The cursor is of another kind.");
        for (const Json& member : members->array) cursor.members.insert(member.string);
        cursor.changes = changes->string;
    } catch (const JsonError&) {
        throw CursorExpired("The cursor can't be read.");
    }
    return cursor;
}

std::string cursorText(const std::set<std::string>& members, const std::string& changes) {
    JsonWriter json;
    json.beginObject().key("members").beginArray();
    for (const std::string& member : members) json.text(member);
    json.endArray().member("changes", changes).endObject();
    return json.take();
}

}  // namespace

std::vector<RemoteGroup> groupsIn(DavCollection& book, const std::string& collection, bool thorough) {
    std::vector<RemoteGroup> groups;
    const auto found = book.groupCards();
    if (found) addGroups(book, collection, *found, groups);
    if (groups.empty() && (!found || thorough)) addGroups(book, collection, book.list().members, groups);
    return groups;
}

const std::set<std::string>& GroupMembership::members() {
    if (members_) return *members_;
    members_.emplace();
    if (group_->empty()) return *members_;
    const auto items = collection_.fetch(std::span(&*group_, 1));
    const auto card = items.empty() ? std::nullopt : groupCard(items.front().raw);
    if (!card) throw CollectionGone("The group isn't there any more.");
    for (const std::string& member : groupMembers(card->root())) members_->insert(plainUid(member));
    return *members_;
}

void GroupMembership::annotate(std::vector<RemoteItem>& items) {
    if (!group_) return;
    for (RemoteItem& item : items) {
        if (item.raw.empty()) continue;
        try {
            item.raw = withoutGroups(item.raw);
            if (members().contains(plainUid(item.uid))) item.raw = withGroups(item.raw, {id_});
        } catch (const Refused&) {  // no card: parse() says so
        }
    }
}

/// The cards of those who joined or left, by the name that most servers give them.
std::vector<RemoteItem> GroupMembership::moved(const std::set<std::string>& before) {
    std::vector<std::string> uids, names;
    std::ranges::set_symmetric_difference(before, members(), std::back_inserter(uids));
    if (uids.empty()) return {};
    if (uids.size() > mostMoved) throw CursorExpired("Many joined or left the group.");
    for (const std::string& uid : uids) names.push_back(percentEncoded(uid) + ".vcf");
    auto items = collection_.fetch(names);
    for (const RemoteItem& item : items)
        if (item.gone || item.id != percentEncoded(plainUid(item.uid)) + ".vcf")
            throw CursorExpired("Who joined or left the group can't be told.");
    return items;
}

ChangePage GroupMembership::page(DavChanges& changes, const std::string& text, const SeenAfter& seen) {
    if (!group_) return changes.page(text, seen);
    const Cursor cursor = parseCursor(text);
    auto items = text.empty() ? std::vector<RemoteItem>() : moved(cursor.members);
    ChangePage page = changes.page(cursor.changes, seen);
    page.items.insert(page.items.begin(), std::make_move_iterator(items.begin()), std::make_move_iterator(items.end()));
    annotate(page.items);
    page.cursor = cursorText(members(), page.cursor);
    return page;
}

void GroupMembership::join(const std::string& uid) {
    if (!group_ || group_->empty() || uid.empty()) return;
    for (int i = 0; i < tries; ++i) {
        const auto stored = collection_.get(*group_);
        auto card = stored ? groupCard(stored->bytes) : std::nullopt;
        if (!card) throw CollectionGone("The group isn't there any more.");
        Component& root = card->root();
        const auto known = groupMembers(root);
        if (std::ranges::find(known, plainUid(uid)) != known.end()) return;
        const bool apple = root.find("X-ADDRESSBOOKSERVER-KIND") != nullptr;
        root.add(Property(apple ? "X-ADDRESSBOOKSERVER-MEMBER" : "MEMBER", "urn:uuid:" + plainUid(uid)));
        if (collection_.put(*group_, card->bytes(), {"If-Match", stored->etag}).ok()) {
            members_.reset();
            return;
        }
    }
    throw TryLater("The group changes all the time.");
}

}  // namespace crmdav
