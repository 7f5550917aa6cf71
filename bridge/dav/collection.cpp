#include "bridge/dav/collection.h"

#include <algorithm>

#include "bridge/urls.h"
#include "protocol/dav/names.h"
#include "protocol/text/datetime.h"

namespace crmdav {
namespace {

std::string escaped(std::string_view text) {
    std::string out;
    appendEscaped(out, text);
    return out;
}

std::string timeRange(const TimeRange& range) {
    return "<C:time-range start=\"" + utcText(range.start) + "\" end=\"" + utcText(range.end) + "\"/>";
}

/// How servers say that a token is of no use any more; RFC 6578 §3.2 has only the condition.
bool saysExpired(const DavAnswered& answered) {
    static constexpr int known[] = {400, 403, 409, 410, 412, 500, 507};
    return conditionIn(answered.body) == "valid-sync-token" ||
           std::ranges::find(known, answered.status) != std::end(known);
}

}  // namespace

DavCollection::DavCollection(DavSession& session, SyncKind kind, std::string_view url)
    : session_(session), kind_(kind), url_(canonicalUrl(url, "")) {
    if (url_.empty()) throw CollectionGone("The collection has no address.");
    if (!url_.ends_with('/')) url_ += '/';
}

std::string DavCollection::nameOf(std::string_view href) const {
    const std::string url = canonicalUrl(url_, href);
    // A server behind a proxy may not know its own host and scheme: the path tells.
    const std::string path = pathOf(url), own = pathOf(url_);
    if (url.empty() || !path.starts_with(own) || path.find('/', own.size()) != path.npos) return {};
    return path.substr(own.size());
}

void DavCollection::addMember(const ReadResponse& response, DavMembers& members) const {
    const std::string name = nameOf(response.href);
    if (name.empty()) return;
    const bool gone = response.status == 404 || response.status == 410;
    members.add(name, DavMembers::digest(response.text(dav::getetag)), gone);
}

DavAnswered DavCollection::report(const std::string& body, std::optional<int> depth, MultistatusStream::Each each) {
    DavAsk ask{"REPORT", url_, {}, body};
    ask.takes500 = true;
    ask.each = std::move(each);
    if (depth) ask.headers.emplace_back("Depth", std::to_string(*depth));
    DavAnswered answered = session_.send(ask);
    if (answered.status == 421) throw CollectionGone("The collection isn't at this host any more.");
    // Some servers say so of what they don't know, a token or a whole report. Where there is nothing, or nobody well,
    // another question has no better answer.
    if (answered.status == 404 || answered.status == 410 || answered.status == 500) requireThere();
    return answered;
}

std::optional<DavDelta> DavCollection::sync(const std::string& token) {
    DavDelta delta;
    auto answered = report(xmlBody("D:sync-collection", "<D:sync-token>" + escaped(token) +
                                                            "</D:sync-token><D:sync-level>1</D:sync-level>"
                                                            "<D:prop><D:getetag/></D:prop>"),
                           0, [&](const ReadResponse& response) {
                               addMember(response, delta.members);
                               if (response.status == 507 && nameOf(response.href).empty()) delta.truncated = true;
                           });
    if (answered.status != 207) {
        if (!token.empty() && saysExpired(answered))
            throw CursorExpired("The server knows nothing of what was synced.");
        return std::nullopt;
    }
    if (answered.syncToken.empty()) throw Nonsense("The server says what changed, but not where to go on.");
    if (delta.truncated && answered.syncToken == token) throw Nonsense("The server repeats itself.");
    delta.token = std::move(answered.syncToken);
    delta.members.settle();
    return delta;
}

std::string DavCollection::ctag() {
    DavAnswered answered;
    const auto read = session_.find(url_, 0, "<CS:getctag/>", answered);
    if (!read || read->responses.empty()) throw CollectionGone("The collection can't be read: " + reasonOf(answered));
    return std::string(read->responses.front().text(cs::getctag));
}

DavListing DavCollection::list() {
    DavListing listing;
    bool any = false;
    const auto answered =
        session_.find(url_, 1, "<D:getetag/><D:resourcetype/><CS:getctag/>", [&](const ReadResponse& response) {
            any = true;
            if (!nameOf(response.href).empty()) {
                if (response.status < 400) addMember(response, listing.members);
                return;
            }
            // Xandikos says inside of the multistatus that there is nothing; others, that this isn't all.
            if (response.status >= 400)
                throw CollectionGone("The collection can't be read: " + std::to_string(response.status));
            if (const auto ctag = response.text(cs::getctag); !ctag.empty()) listing.ctag = ctag;
        });
    if (answered.status != 207) throw CollectionGone("The collection can't be read: " + reasonOf(answered));
    // The collection itself is among them (RFC 4918 §9.1): an empty answer is no empty collection.
    if (!any) throw Nonsense("The server lists nothing, not even the collection.");
    listing.members.settle();
    return listing;
}

std::optional<DavMembers> DavCollection::query(std::string_view root, std::string_view filter) {
    DavMembers members;
    const auto answered = report(xmlBody(root, "<D:prop><D:getetag/></D:prop>" + std::string(filter)), 1,
                                 [&](const ReadResponse& response) { addMember(response, members); });
    if (answered.status != 207) return std::nullopt;
    members.settle();
    return members;
}

std::optional<DavMembers> DavCollection::inRange(const TimeRange& range) {
    return query("C:calendar-query", "<C:filter><C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\">" +
                                         timeRange(range) + "</C:comp-filter></C:comp-filter></C:filter>");
}

std::optional<DavMembers> DavCollection::groupCards() {
    return query("CR:addressbook-query",
                 "<CR:filter test=\"anyof\"><CR:prop-filter name=\"X-ADDRESSBOOKSERVER-KIND\"><CR:text-match>group"
                 "</CR:text-match></CR:prop-filter><CR:prop-filter name=\"KIND\"><CR:text-match>group</CR:text-match>"
                 "</CR:prop-filter></CR:filter>");
}

std::optional<std::string> DavCollection::freeBusy(const TimeRange& range) {
    const auto answered = report(xmlBody("C:free-busy-query", timeRange(range)), 1);
    if (answered.status != 200) return std::nullopt;
    return answered.body;
}

// ---------------------------------------------------------------- writing

/// What a refusal means, for good.
DavAnswered DavCollection::settled(DavAnswered answered) {
    if (answered.ok()) return answered;
    if (conditionIn(answered.body) == "no-uid-conflict")
        throw Refused("The server has the same record elsewhere already.");
    if (answered.status == 412) return answered;
    static constexpr int maybeGone[] = {403, 404, 405, 409, 410, 421};
    if (std::ranges::find(maybeGone, answered.status) != std::end(maybeGone)) requireThere();
    if (answered.status == 404 || answered.status == 410) return answered;
    if (answered.status == 507) throw Refused("The storage at the server is full.");
    if (answered.status == 413) throw Refused("The record is too large for the server.");
    throw Refused("The server refused it: " + reasonOf(answered));
}

void DavCollection::requireThere() {
    DavAnswered answered;
    if (!session_.find(url_, 0, "<D:resourcetype/>", answered))
        throw CollectionGone("The collection isn't there any more: " + reasonOf(answered));
}

DavAnswered DavCollection::put(const std::string& name, const std::string& bytes,
                               const std::pair<std::string, std::string>& condition) {
    return settled(
        session_.send({"PUT",
                       url_ + name,
                       {condition},
                       bytes,
                       kind_ == SyncKind::calendar ? "text/calendar; charset=utf-8" : "text/vcard; charset=utf-8"}));
}

DavAnswered DavCollection::remove(const std::string& name, const std::string& etag, bool quietly) {
    DavAsk ask{"DELETE", url_ + name, {{"If-Match", etag}}};
    if (quietly && kind_ == SyncKind::calendar) ask.headers.emplace_back("Schedule-Reply", "F");
    return settled(session_.send(ask));
}

}  // namespace crmdav
