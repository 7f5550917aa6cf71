#include <algorithm>
#include <set>

#include "bridge/dav/collection.h"
#include "bridge/urls.h"
#include "protocol/dav/names.h"
#include "protocol/text/content_lines.h"

/// Objects as a whole: multiget in lots, else one by one.
namespace crmdav {
namespace {

constexpr std::size_t lotSize = 50;  ///< iCloud takes no more in one

/// XML makes LF of every line end (XML 1.0 §2.11); the formats have CRLF (RFC 5545 §3.1, RFC 6350 §3.2).
std::string withCrlf(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 32);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) out += '\r';
        out += text[i];
    }
    return out;
}

RemoteItem goneItem(const std::string& name) {
    RemoteItem item;
    item.id = name;
    item.gone = true;
    return item;
}

RemoteItem itemOf(const std::string& name, std::string_view etag, std::string_view text) {
    RemoteItem item;
    item.id = name;
    item.version = etag;
    item.raw = withCrlf(text);
    item.uid = uidIn(item.raw);
    return item;
}

}  // namespace

std::string uidIn(const std::string& raw) {
    try {
        const Document document = Document::over(raw);
        if (document.root().is("VCARD")) return document.root().text("UID");
        for (const Component& part : document.root().components())
            if (const Property* uid = part.find("UID")) return uid->text();
    } catch (const ParseError&) {  // parse() says what is wrong with it
    }
    return {};
}

std::vector<RemoteItem> DavCollection::fetch(std::span<const std::string> names) {
    std::vector<RemoteItem> items;
    while (!names.empty()) {
        const auto lot = names.first(std::min(names.size(), lotSize));
        if (!multiget_ || !fetchLot(lot, items))
            for (const std::string& name : lot) fetchOne(name, items);
        names = names.subspan(lot.size());
    }
    return items;
}

/// @returns false: ask for them one by one
bool DavCollection::fetchLot(std::span<const std::string> names, std::vector<RemoteItem>& out) {
    const bool calendar = kind_ == SyncKind::calendar;
    std::string inside = calendar ? "<D:prop><D:getetag/><C:calendar-data/></D:prop>"
                                  : "<D:prop><D:getetag/><CR:address-data content-type=\"text/vcard\" "
                                    "version=\"3.0\"/></D:prop>";
    std::set<std::string, std::less<>> missing(names.begin(), names.end());
    for (const std::string& name : names) inside += "<D:href>" + pathOf(url_ + name) + "</D:href>";
    std::vector<RemoteItem> items;
    const auto take = [&](const ReadResponse& response) {
        const std::string name = nameOf(response.href);
        const Xml* data = response.find(calendar ? caldav::calendar_data : carddav::address_data);
        if ((!data && !isGone(response.status)) || missing.erase(name) == 0) return;
        items.push_back(data ? itemOf(name, response.text(dav::getetag), data->text()) : goneItem(name));
    };
    try {
        const std::string body = xmlBody(calendar ? "C:calendar-multiget" : "CR:addressbook-multiget", inside);
        multiget_ = report(body, {}, take).status == 207;
        if (!multiget_) return false;
    } catch (const Nonsense&) {  // one of them makes the answer too large, or is no text that XML can hold
        return false;
    }
    std::ranges::move(items, std::back_inserter(out));
    for (const std::string& name : missing) fetchOne(name, out);
    return true;
}

void DavCollection::fetchOne(const std::string& name, std::vector<RemoteItem>& out) {
    try {
        const auto object = get(name);
        out.push_back(object ? itemOf(name, object->etag, object->bytes) : goneItem(name));
    } catch (const TooLarge&) {
        out.push_back(itemOf(name, {}, {}));
    }
}

std::optional<DavObject> DavCollection::get(const std::string& name) {
    DavAnswered answered = session_.send({"GET", url_ + name});
    if (isGone(answered.status)) return std::nullopt;
    if (!answered.ok()) return DavObject{};
    return DavObject{std::string(answered.header("ETag")), std::move(answered.body)};
}

}  // namespace crmdav
