#include "bridge/dav/changes.h"

#include <algorithm>
#include <span>

#include "protocol/text/json.h"

namespace crmdav {
namespace {

constexpr std::size_t pageSize = 100;  ///< two lots: little to hold and to lose

/// FNV-1a, in letters: whether an ETag is another one.
std::string digest(std::string_view text) {
    std::uint64_t hash = 14'695'981'039'346'656'037U;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
    static constexpr char letters[] = "0123456789abcdef";
    std::string out;
    for (int shift = 60; shift >= 0; shift -= 4) out += letters[hash >> static_cast<unsigned>(shift) & 15U];
    return out;
}

std::vector<std::string> namesOf(std::span<const DavMember> members) {
    std::vector<std::string> names;
    for (const DavMember& member : members)
        if (!member.gone) names.push_back(member.name);
    return names;
}

void addGone(std::string name, ChangePage& page) {
    RemoteItem item;
    item.id = std::move(name);
    item.gone = true;
    page.items.push_back(std::move(item));
}

}  // namespace

/// JSON. Of a server with sync tokens: `token` that the last answer was asked for with; within its pages `next`, the
/// one to go on with after them, and `after`, the last name handed out. Of others: `etags`, what is known of each.
struct DavChanges::Cursor {
    std::string token, next, after, ctag;
    bool listing = false;  ///< what began with nothing isn't complete yet
    bool first = false;    ///< nothing is known
    bool tagged = false;   ///< by ETags
    std::map<std::string, std::string> etags;

    static Cursor parse(const std::string& text);
    std::string json() const;
};

DavChanges::Cursor DavChanges::Cursor::parse(const std::string& text) {
    Cursor cursor;
    cursor.first = cursor.listing = text.empty();
    if (text.empty()) return cursor;
    try {
        const Json json = parseJson(text, {64U << 20U, 4, 100, 100});
        const auto read = [&](const char* name) {
            const Json* value = json.find(name);
            return value ? value->string : std::string();
        };
        cursor.token = read("token");
        cursor.next = read("next");
        cursor.after = read("after");
        cursor.ctag = read("ctag");
        cursor.listing = json.find("listing") != nullptr;
        cursor.tagged = json.find("etags") != nullptr;
        const std::string known = read("etags");
        for (std::size_t at = 0; at < known.size();) {
            const auto space = known.find(' ', at), end = known.find('\n', at);
            if (space == known.npos || end == known.npos) break;
            cursor.etags.emplace(known.substr(at, space - at), known.substr(space + 1, end - space - 1));
            at = end + 1;
        }
    } catch (const JsonError&) {
        throw CursorExpired("The cursor can't be read.");
    }
    return cursor;
}

std::string DavChanges::Cursor::json() const {
    JsonWriter json;
    json.beginObject();
    for (const auto& [name, value] :
         {std::pair("token", &token), std::pair("next", &next), std::pair("after", &after), std::pair("ctag", &ctag)})
        if (!value->empty()) json.member(name, *value);
    if (listing) json.member("listing", true);
    if (tagged) {
        std::string known;
        for (const auto& [name, etag] : etags) known.append(name).append(" ").append(etag).append("\n");
        json.member("etags", known);
    }
    json.endObject();
    return json.take();
}

ChangePage DavChanges::page(const std::string& text) {
    Cursor cursor = Cursor::parse(text);
    return cursor.tagged ? byEtags(std::move(cursor)) : bySync(std::move(cursor));
}

ChangePage DavChanges::bySync(Cursor cursor) {
    ChangePage page;
    page.listing = cursor.listing;
    page.first = cursor.first;
    if (!delta_ || deltaOf_ != cursor.token || cursor.after.empty()) {
        delta_ = collection_.sync(cursor.token);
        deltaOf_ = cursor.token;
        if (!delta_ && !cursor.token.empty()) throw CursorExpired("The server doesn't tell changes any more.");
        if (!delta_) return byEtags(std::move(cursor));
    }
    // Where an earlier run began with these pages, what changed since then is told of after its token once more.
    if (cursor.next.empty()) cursor.next = delta_->token;
    const auto begin = std::ranges::upper_bound(delta_->members, cursor.after, {}, &DavMember::name);
    const auto left = static_cast<std::size_t>(delta_->members.end() - begin);
    const std::span<const DavMember> part(begin, std::min(left, pageSize));

    page.items = collection_.fetch(namesOf(part));
    for (const DavMember& member : part)
        if (member.gone) addGone(member.name, page);
    if (left > pageSize) {
        cursor.after = part.back().name;
        page.more = true;
    } else {
        page.more = delta_->truncated;
        cursor.listing = cursor.listing && delta_->truncated;
        cursor.token = std::exchange(cursor.next, {});
        cursor.after.clear();
        delta_.reset();
    }
    page.cursor = cursor.json();
    return page;
}

/// What differs from what is known, so that any page is a good place to stop.
ChangePage DavChanges::byEtags(Cursor cursor) {
    ChangePage page;
    page.listing = cursor.listing;
    page.first = cursor.first;
    cursor.tagged = true;
    if (cursor.first) listing_.reset();
    if (!listing_) {
        if (!cursor.ctag.empty() && collection_.ctag() == cursor.ctag) {
            page.cursor = cursor.json();
            return page;
        }
        listing_ = collection_.list();
    }
    std::vector<DavMember> changed;
    std::map<std::string, std::string> unseen = cursor.etags;
    for (const DavMember& member : listing_->members) {
        const auto known = cursor.etags.find(member.name);
        unseen.erase(member.name);
        if (known != cursor.etags.end() && known->second == digest(member.etag)) continue;
        if (changed.size() <= pageSize) changed.push_back(member);
    }
    page.more = changed.size() > pageSize;
    if (page.more) changed.pop_back();
    page.items = collection_.fetch(namesOf(changed));
    for (const DavMember& member : changed) cursor.etags[member.name] = digest(member.etag);
    for (const auto& [name, etag] : unseen) {
        addGone(name, page);
        cursor.etags.erase(name);
    }
    cursor.ctag = page.more ? std::string() : listing_->ctag;
    if (!page.more) {
        listing_.reset();
        cursor.listing = false;
    }
    page.cursor = cursor.json();
    return page;
}

}  // namespace crmdav
