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

/// Each name once, the last one counts.
std::vector<DavMember> sorted(std::vector<DavMember> members) {
    std::ranges::stable_sort(members, {}, &DavMember::name);
    std::vector<DavMember> once;
    for (DavMember& member : members) {
        if (!once.empty() && once.back().name == member.name) once.pop_back();
        once.push_back(std::move(member));
    }
    return once;
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

std::vector<DavMember> DavCollection::membersOf(const ReadMultistatus& read) const {
    std::vector<DavMember> members;
    for (const ReadResponse& response : read.responses) {
        const std::string name = nameOf(response.href);
        if (name.empty()) continue;
        const bool gone = response.status == 404 || response.status == 410;
        members.push_back({name, std::string(response.text(dav::getetag)), gone});
    }
    return sorted(std::move(members));
}

DavAnswered DavCollection::report(const std::string& body, std::optional<int> depth) {
    DavAsk ask{"REPORT", url_, {}, body};
    ask.takes500 = true;
    if (depth) ask.headers.emplace_back("Depth", std::to_string(*depth));
    DavAnswered answered = session_.send(ask);
    if (answered.status == 421) throw CollectionGone("The collection isn't at this host any more.");
    // Some servers say so of what they don't know, a token or a whole report. Where there is nothing, or nobody well,
    // another question has no better answer.
    if (answered.status == 404 || answered.status == 410 || answered.status == 500) requireThere();
    return answered;
}

std::optional<DavDelta> DavCollection::sync(const std::string& token) {
    const auto answered = report(xmlBody("D:sync-collection", "<D:sync-token>" + escaped(token) +
                                                                  "</D:sync-token><D:sync-level>1</D:sync-level>"
                                                                  "<D:prop><D:getetag/></D:prop>"),
                                 0);
    if (answered.status != 207) {
        if (!token.empty() && saysExpired(answered))
            throw CursorExpired("The server knows nothing of what was synced.");
        return std::nullopt;
    }
    const auto read = session_.read(answered);
    if (read.syncToken.empty()) throw Nonsense("The server says what changed, but not where to go on.");
    DavDelta delta{membersOf(read), read.syncToken, false};
    for (const ReadResponse& response : read.responses)
        if (response.status == 507 && nameOf(response.href).empty()) delta.truncated = true;
    if (delta.truncated && delta.token == token) throw Nonsense("The server repeats itself.");
    return delta;
}

std::string DavCollection::ctag() {
    DavAnswered answered;
    const auto read = session_.find(url_, 0, "<CS:getctag/>", answered);
    if (!read || read->responses.empty()) throw CollectionGone("The collection can't be read: " + reasonOf(answered));
    return std::string(read->responses.front().text(cs::getctag));
}

DavListing DavCollection::list() {
    DavAnswered answered;
    const auto read = session_.find(url_, 1, "<D:getetag/><D:resourcetype/><CS:getctag/>", answered);
    if (!read) throw CollectionGone("The collection can't be read: " + reasonOf(answered));
    // The collection itself is among them (RFC 4918 §9.1): an empty answer is no empty collection.
    if (read->responses.empty()) throw Nonsense("The server lists nothing, not even the collection.");
    DavListing listing;
    for (const ReadResponse& response : read->responses)
        if (nameOf(response.href).empty() && !response.text(cs::getctag).empty())
            listing.ctag = response.text(cs::getctag);
    listing.members = membersOf(*read);
    std::erase_if(listing.members, [](const DavMember& member) { return member.gone; });
    return listing;
}

std::optional<std::vector<DavMember>> DavCollection::query(std::string_view root, std::string_view filter) {
    const auto answered = report(xmlBody(root, "<D:prop><D:getetag/></D:prop>" + std::string(filter)), 1);
    if (answered.status != 207) return std::nullopt;
    return membersOf(session_.read(answered));
}

std::optional<std::vector<DavMember>> DavCollection::inRange(const TimeRange& range) {
    return query("C:calendar-query", "<C:filter><C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\">" +
                                         timeRange(range) + "</C:comp-filter></C:comp-filter></C:filter>");
}

std::optional<std::vector<DavMember>> DavCollection::groupCards() {
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
