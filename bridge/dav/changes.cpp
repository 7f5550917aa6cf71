#include "bridge/dav/changes.h"

#include <algorithm>
#include <charconv>

#include "protocol/text/json.h"

namespace crmdav {
namespace {

constexpr std::size_t pageSize = 100;  ///< two lots: little to hold and to lose

void addGone(std::string_view name, ChangePage& page) {
    RemoteItem item;
    item.id = name;
    item.gone = true;
    page.items.push_back(std::move(item));
}

/// A line for each: the name, and the version in 16 letters.
std::string linesOf(const DavMembers& members) {
    static constexpr char letters[] = "0123456789abcdef";
    std::string lines;
    std::size_t size = 0;
    for (std::size_t i = 0; i < members.size(); ++i) size += members[i].name.size() + 18;
    lines.reserve(size);
    for (std::size_t i = 0; i < members.size(); ++i) {
        const auto [name, version, gone] = members[i];
        lines.append(name) += ' ';
        for (int shift = 60; shift >= 0; shift -= 4) lines += letters[version >> static_cast<unsigned>(shift) & 15U];
        lines += '\n';
    }
    return lines;
}

DavMembers membersIn(std::string_view lines) {
    DavMembers members;
    while (!lines.empty()) {
        const auto space = lines.find(' '), end = lines.find('\n');
        std::uint64_t version = 0;
        if (end == lines.npos || space >= end ||
            std::from_chars(lines.data() + space + 1, lines.data() + end, version, 16).ptr != lines.data() + end)
            throw CursorExpired("The cursor can't be read.");
        members.add(lines.substr(0, space), version);
        lines.remove_prefix(end + 1);
    }
    members.settle();
    return members;
}

/// Puts those that are gone into the page, and into `known` what is there but for what is beyond the page.
/// @returns  those to be fetched
std::vector<std::string> compare(const DavMembers& listing, DavMembers& known, ChangePage& page) {
    std::vector<std::string> changed;
    DavMembers next;
    std::size_t at = 0;
    for (std::size_t i = 0; i < listing.size(); ++i) {
        const auto member = listing[i];
        for (; at < known.size() && known[at].name < member.name; ++at) addGone(known[at].name, page);
        const bool met = at < known.size() && known[at].name == member.name;
        const auto before = met ? known[at++] : DavMembers::Member{};
        if (met && before.version == member.version) {
            next.add(member.name, member.version);
        } else if (changed.size() < pageSize) {
            changed.emplace_back(member.name);
            next.add(member.name, member.version);
        } else {
            page.more = true;
            if (met) next.add(before.name, before.version);
        }
    }
    for (; at < known.size(); ++at) addGone(known[at].name, page);
    known = std::move(next);
    return changed;
}

}  // namespace

/// JSON. Of a server with sync tokens: `token` that the last answer was asked for with; within its pages `next`, the
/// one to go on with after them, and `after`, the last name handed out. Of others: `etags`, what is known of each.
struct DavChanges::Cursor {
    std::string token, next, after, ctag;
    bool listing = false;  ///< what began with nothing isn't complete yet
    bool first = false;    ///< nothing is known
    bool tagged = false;   ///< by ETags
    DavMembers etags;

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
            return value ? std::string_view(value->string) : std::string_view();
        };
        cursor.token = read("token");
        cursor.next = read("next");
        cursor.after = read("after");
        cursor.ctag = read("ctag");
        cursor.listing = json.find("listing") != nullptr;
        cursor.tagged = json.find("etags") != nullptr;
        cursor.etags = membersIn(read("etags"));
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
    if (tagged) json.member("etags", linesOf(etags));
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
    std::vector<std::string> there;
    std::size_t at = delta_->members.after(cursor.after);
    for (std::size_t n = 0; n < pageSize && at < delta_->members.size(); ++n, ++at) {
        const auto member = delta_->members[at];
        if (member.gone)
            addGone(member.name, page);
        else
            there.emplace_back(member.name);
    }
    std::ranges::move(collection_.fetch(there), std::back_inserter(page.items));
    if (at < delta_->members.size()) {
        cursor.after = delta_->members[at - 1].name;
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
    const std::vector<std::string> changed = compare(listing_->members, cursor.etags, page);
    std::ranges::move(collection_.fetch(changed), std::back_inserter(page.items));
    cursor.ctag = page.more ? std::string() : listing_->ctag;
    if (!page.more) {
        listing_.reset();
        cursor.listing = false;
    }
    page.cursor = cursor.json();
    return page;
}

}  // namespace crmdav
