#include "protocol/dav/names.h"
#include "tests/standins/icloud_answers.h"

/// What is read of iCloud: PROPFIND and REPORT.
namespace crmdav::standins {

using namespace apple_answers;
namespace {

constexpr std::size_t largestLot = 50;

}  // namespace

ICloud::Collection* ICloud::collectionOf(const std::string& path, std::string* name) {
    const auto cut = path.rfind('/') + 1;
    if (name) *name = path.substr(cut);
    const auto at = collections_.find(path.substr(0, cut));
    return at == collections_.end() ? nullptr : &at->second;
}

Reply ICloud::propfind(const Request& request) {
    const bool deep = request.header("Depth") == "1";
    std::string out;
    for (const auto& [path, collection] : collections_) {
        const bool own = path == request.path;
        if (!own && !(deep && path.starts_with(request.path))) continue;
        const bool isBook = path == book;
        const std::string type = isBook ? "<addressbook xmlns='urn:ietf:params:xml:ns:carddav'/>"
                                        : "<calendar xmlns='urn:ietf:params:xml:ns:caldav'/>";
        out += response(
            path,
            "<resourcetype><collection/>" + type + "</resourcetype><getctag xmlns='http://calendarserver.org/ns/'>c-" +
                std::to_string(collection.change) + "</getctag>" +
                (isBook ? "" : "<calendar-color xmlns='http://apple.com/ns/ical/'>#FF2968FF</calendar-color>"),
            "<displayname/><getetag/>");
        if (!own || !deep) continue;
        for (const auto& [name, object] : collection.objects)
            if (!object.gone)
                out += response(path + name, "<getetag>" + escaped(object.etag) + "</getetag>", "<resourcetype/>");
    }
    if (out.empty() && (request.path == "/1234567/calendars/" || request.path == "/1234567/carddavhome/"))
        out = response(request.path, "<resourcetype><collection/></resourcetype>");
    return out.empty() ? empty(404) : xml(207, multistatus(out));
}

Reply ICloud::report(const Request& request) {
    Collection* collection = collectionOf(request.path);
    if (!collection) return empty(404);
    const auto document = XmlDocument::parse(request.body);
    const auto name = document.root().name().name;
    if (name == "sync-collection" && !ways_.tokens) return empty(501);
    if (name == "sync-collection") return sync(request, request.path, *collection);
    if (name.ends_with("-multiget")) return multiget(request, request.path, *collection);
    if (name == "calendar-query") return query(request, request.path, *collection);
    return empty(request.path == book ? 500 : 403);  // free-busy-query, addressbook-query
}

Reply ICloud::sync(const Request& request, const std::string& path, Collection& collection) {
    const auto document = XmlDocument::parse(request.body);
    const std::string token(document.root().child(dav::sync_token)->trimmed());
    std::size_t since = 0;
    if (!token.empty()) {
        since = token.starts_with("HwoQ") ? std::stoul(token.substr(4)) : 0;
        if (since == 0 || since - 1 < collection.oldest)
            return ways_.conditions && ways_.expired == 403 ? xml(403, error("valid-sync-token"))
                                                            : empty(ways_.expired);
        --since;
    }
    std::map<std::size_t, std::string> changes;
    for (const auto& [name, object] : collection.objects)
        if (object.change > since && !(token.empty() && object.gone)) changes[object.change] = name;
    std::string out = response(path, "<getetag>\"collection\"</getetag>");  // itself is among them
    std::size_t reached = collection.change, count = 0;
    for (const auto& [change, name] : changes) {
        if (ways_.page != 0 && count++ == ways_.page) {
            out += status(home() + path, "507 Insufficient Storage", error("number-of-matches-within-limits"));
            break;
        }
        reached = change;
        const Object& object = collection.objects.at(name);
        const std::string href = home() + path + name;  // absolute, here and there
        out += object.gone ? status(href, "404 Not Found")
                           : response(href, "<getetag>" + escaped(object.etag) + "</getetag>");
    }
    if (ways_.page == 0 || count <= ways_.page) reached = collection.change;
    return xml(207, multistatus(out + "<sync-token>HwoQ" + std::to_string(reached + 1) + "</sync-token>"));
}

Reply ICloud::multiget(const Request& request, const std::string& path, Collection& collection) {
    const auto document = XmlDocument::parse(request.body);
    std::string out;
    std::size_t count = 0;
    for (const Xml* part = document.root().firstElement(); part; part = part->nextElement()) {
        if (!part->is(dav::href)) continue;
        if (++count > largestLot) return empty(400);
        const std::string href(part->trimmed()), name = percentDecoded(href.substr(href.rfind('/') + 1));
        const auto at = collection.objects.find(name);
        if (at == collection.objects.end() || at->second.gone) {
            out += status(href, "404 Not Found");
            continue;
        }
        const std::string data = path == book ? "address-data xmlns='urn:ietf:params:xml:ns:carddav'"
                                              : "calendar-data xmlns='urn:ietf:params:xml:ns:caldav'";
        out += response(path + name, "<getetag>" + escaped(at->second.etag) + "</getetag><" + data + "><![CDATA[" +
                                         at->second.bytes + "]]></" + data.substr(0, data.find(' ')) + ">");
    }
    return xml(207, multistatus(out));
}

Reply ICloud::query(const Request& request, const std::string& path, Collection& collection) {
    if (request.body.find("prop-filter") != std::string::npos) return empty(412);
    if (request.body.find("\"VEVENT\"") == std::string::npos) return empty(400);
    std::string out;
    for (const auto& [name, object] : collection.objects)
        if (!object.gone) out += response(path + name, "<getetag>" + escaped(object.etag) + "</getetag>");
    return xml(207, multistatus(out));
}

}  // namespace crmdav::standins
