#include "bridge/dav/changes.h"

#include <algorithm>

#include "protocol/text/json.h"

namespace crmdav {
namespace {

constexpr std::size_t pageSize = 100;  ///< two lots: little to hold and to lose
constexpr std::size_t lotOfSeen = 500;

void addGone(std::string_view name, ChangePage& page) {
    RemoteItem item;
    item.id = name;
    item.gone = true;
    page.items.push_back(std::move(item));
}

/// What was seen of a collection, in order, read in lots.
class SeenInOrder {
public:
    /// @param none  nothing was
    SeenInOrder(const SeenAfter& read, std::string after, bool none)
        : read_(read), last_(std::move(after)), end_(none) {}

    const SeenMember* peek() {
        if (at_ == lot_.size() && !end_) {
            lot_ = read_(last_, lotOfSeen);
            at_ = 0;
            end_ = lot_.size() < lotOfSeen;
            if (!lot_.empty()) last_ = lot_.back().name;
        }
        return at_ < lot_.size() ? &lot_[at_] : nullptr;
    }
    void pass() { ++at_; }

private:
    const SeenAfter& read_;
    std::string last_;
    bool end_;
    std::vector<SeenMember> lot_;
    std::size_t at_ = 0;
};

/// Goes on behind `after` until the page is full: puts what is gone into it, and what is to be kept as seen.
/// @returns  those to be fetched
std::vector<std::string> compare(const DavMembers& listing, SeenInOrder& seen, std::string& after, ChangePage& page) {
    std::vector<std::string> changed;
    std::size_t at = listing.after(after);
    while (page.seen.size() < pageSize && (at < listing.size() || seen.peek())) {
        const SeenMember* before = seen.peek();
        if (at == listing.size() || (before && before->name < listing[at].name)) {
            after = before->name;
            addGone(after, page);
            page.seen.push_back({after, 0, true});
            seen.pass();
            continue;
        }
        const auto member = listing[at++];
        const auto version = static_cast<std::int64_t>(member.version);
        after = member.name;
        const bool met = before && before->name == after, same = met && before->version == version;
        if (met) seen.pass();
        if (same) continue;
        changed.push_back(after);
        page.seen.push_back({after, version});
    }
    page.more = at < listing.size() || seen.peek();
    return changed;
}

}  // namespace

/// JSON. Of a server with sync tokens: `token` that the last answer was asked for with; within its pages `next`, the
/// one to go on with after them, and `after`, the last name handed out. Of others: `etags`, and within its pages
/// `after`, the last name that was compared.
struct DavChanges::Cursor {
    std::string token, next, after, ctag;
    bool listing = false;  ///< what began with nothing isn't complete yet
    bool first = false;    ///< nothing is known
    bool tagged = false;   ///< by ETags

    static Cursor parse(const std::string& text);
    std::string json() const;
};

DavChanges::Cursor DavChanges::Cursor::parse(const std::string& text) {
    Cursor cursor;
    cursor.first = cursor.listing = text.empty();
    if (text.empty()) return cursor;
    try {
        const Json json = parseJson(text, {1U << 20U, 4, 100, 100});
        const auto read = [&](const char* name) {
            const Json* value = json.find(name);
            return value ? std::string_view(value->string) : std::string_view();
        };
        cursor.token = read("token");
        cursor.next = read("next");
        cursor.after = read("after");
        cursor.ctag = read("ctag");
        cursor.listing = json.find("listing") != nullptr;
        const Json* etags = json.find("etags");
        if (etags && etags->kind != Json::Kind::boolean) throw CursorExpired("The cursor is of another kind.");
        cursor.tagged = etags != nullptr;
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
    if (tagged) json.member("etags", true);
    json.endObject();
    return json.take();
}

ChangePage DavChanges::page(const std::string& text, const SeenAfter& seen) {
    Cursor cursor = Cursor::parse(text);
    return cursor.tagged ? byEtags(std::move(cursor), seen) : bySync(std::move(cursor), seen);
}

ChangePage DavChanges::bySync(Cursor cursor, const SeenAfter& seen) {
    ChangePage page;
    page.listing = cursor.listing;
    page.first = cursor.first;
    if (!delta_ || deltaOf_ != cursor.token || cursor.after.empty()) {
        delta_ = collection_.sync(cursor.token);
        deltaOf_ = cursor.token;
        if (!delta_ && !cursor.token.empty()) throw CursorExpired("The server doesn't tell changes any more.");
        if (!delta_) return byEtags(std::move(cursor), seen);
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

/// What differs from what was seen, so that any page is a good place to stop: another run lists it again, and begins at
/// its first name.
ChangePage DavChanges::byEtags(Cursor cursor, const SeenAfter& seen) {
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
        cursor.after.clear();
    }
    SeenInOrder before(seen, cursor.after, cursor.first);
    const std::vector<std::string> changed = compare(listing_->members, before, cursor.after, page);
    std::ranges::move(collection_.fetch(changed), std::back_inserter(page.items));
    cursor.ctag = page.more ? std::string() : listing_->ctag;
    if (!page.more) {
        listing_.reset();
        cursor.listing = false;
        cursor.after.clear();
    }
    page.cursor = cursor.json();
    return page;
}

}  // namespace crmdav
