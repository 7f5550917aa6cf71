#include "tests/standins/icloud.h"

#include "protocol/dav/names.h"
#include "protocol/dav/xml.h"
#include "protocol/text/text_values.h"

namespace crmdav::standins {
namespace {

constexpr const char* principalPath = "/1234567/principal/";
constexpr std::size_t largestLot = 50;

Reply xml(int status, const std::string& body) { return {.status = status, .body = body, .type = "text/plain"}; }
Reply empty(int status) { return {.status = status, .body = "", .type = "text/html"}; }

std::string multistatus(const std::string& inside) {
    return "<?xml version='1.0' encoding='UTF-8'?><multistatus xmlns='DAV:'>" + inside + "</multistatus>";
}
std::string response(const std::string& href, const std::string& found, const std::string& missing = {}) {
    std::string out = "<response xmlns='DAV:'><href>" + href + "</href>";
    // The classic trap: what isn't there comes as well, empty.
    if (!missing.empty())
        out += "<propstat><prop>" + missing + "</prop><status>HTTP/1.1 404 Not Found</status></propstat>";
    return out + "<propstat><prop>" + found + "</prop><status>HTTP/1.1 200 OK</status></propstat></response>";
}
std::string status(const std::string& href, const std::string& line, const std::string& more = {}) {
    return "<response xmlns='DAV:'><href>" + href + "</href><status>HTTP/1.1 " + line + "</status>" + more +
           "</response>";
}
std::string escaped(std::string_view text) {
    std::string out;
    appendEscaped(out, text);
    return out;
}
std::string error(const char* condition, const char* ns = "DAV:") {
    return "<error xmlns='DAV:'><" + std::string(condition) + " xmlns='" + ns + "'/></error>";
}
std::string lineOf(const std::string& bytes, std::string_view name) {
    const auto at = bytes.find("\r\n" + std::string(name) + ":");
    return at == bytes.npos ? ""
                            : bytes.substr(at + name.size() + 3, bytes.find("\r\n", at + 2) - at - name.size() - 3);
}

}  // namespace

ICloud::ICloud() {
    collections_[calendar];
    collections_["/1234567/calendars/work/"];
    collections_[book];
    doors_ = std::make_unique<HttpHost>([this](const Request& request) { return door(request); });
    for (std::size_t i = 0; i < 2; ++i)
        partitions_[i] =
            std::make_unique<HttpHost>([this, i](const Request& request) { return partition(request, i); });
}
ICloud::~ICloud() = default;

void ICloud::set(const Ways& ways) {
    const std::lock_guard lock(mutex_);
    ways_ = ways;
}
void ICloud::revoke() {
    const std::lock_guard lock(mutex_);
    revoked_ = true;
}
void ICloud::put(const std::string& path, const std::string& bytes) {
    const std::lock_guard lock(mutex_);
    std::string name;
    store(*collectionOf(path, &name), name, bytes);
}
void ICloud::remove(const std::string& path) {
    const std::lock_guard lock(mutex_);
    std::string name;
    Collection& collection = *collectionOf(path, &name);
    Object& object = collection.objects.at(name);
    object.gone = true;
    object.change = ++collection.change;
}
std::string ICloud::get(const std::string& path) const {
    const std::lock_guard lock(mutex_);
    std::string name;
    const Collection* collection = const_cast<ICloud*>(this)->collectionOf(path, &name);
    const auto at = collection->objects.find(name);
    return at == collection->objects.end() || at->second.gone ? "" : at->second.bytes;
}
void ICloud::expireTokens() {
    const std::lock_guard lock(mutex_);
    for (auto& [path, collection] : collections_) collection.oldest = ++collection.change;
}
void ICloud::movePartition() {
    const std::lock_guard lock(mutex_);
    at_ = 1 - at_;
}
int ICloud::mails() const {
    const std::lock_guard lock(mutex_);
    return mails_;
}
std::vector<std::string> ICloud::asked() {
    const std::lock_guard lock(mutex_);
    return std::exchange(asked_, {});
}

// ---------------------------------------------------------------- hosts

bool ICloud::allowed(const Request& request) const {
    return !revoked_ && request.header("Authorization") == "Basic " + base64Encode(std::string(user) + ":" + password);
}

/// Another name of this machine: another host for whoever looks at addresses.
std::string ICloud::home() const {
    const std::string url = partitions_[at_]->url();
    return "http://localhost" + url.substr(url.rfind(':'));
}

Reply ICloud::door(const Request& request) {
    const std::lock_guard lock(mutex_);
    asked_.push_back(request.method + " " + request.path);
    if (request.method == "GET") return empty(400);
    if (!allowed(request)) {
        Reply reply = empty(401);
        reply.headers = {{"WWW-Authenticate", "X-MobileMe-AuthToken realm=\"MMCalDav\""},
                         {"WWW-Authenticate", "Basic realm=\"MMCalDav\""}};
        return reply;
    }
    if (request.path.starts_with("/.well-known/") || !ways_.redirect.empty()) {
        Reply reply = empty(301);
        reply.headers = {{"Location", ways_.redirect.empty() ? "/" : ways_.redirect}};
        return reply;
    }
    if (request.method != "PROPFIND" || request.body.empty()) return empty(400);
    if (request.path == principalPath) return principal(request);
    return xml(207, multistatus(response("/", std::string("<current-user-principal><href>") + principalPath +
                                                  "</href></current-user-principal>")));
}

Reply ICloud::principal(const Request& request) {
    if (request.header("Depth") != "0") return empty(400);
    const std::string found =
        "<C:calendar-home-set xmlns:C='urn:ietf:params:xml:ns:caldav'><href>" + home() +
        "/1234567/calendars/</href></C:calendar-home-set>"
        "<A:addressbook-home-set xmlns:A='urn:ietf:params:xml:ns:carddav'><href>" +
        home() +
        "/1234567/carddavhome/</href></A:addressbook-home-set>"
        "<C:calendar-user-address-set xmlns:C='urn:ietf:params:xml:ns:caldav'><href>mailto:Anna@iCloud.com</href>"
        "<href>/1234567/principal/</href><href>urn:uuid:1234567</href></C:calendar-user-address-set>";
    return xml(207, multistatus(response("/principal/", found, "<principal-URL/>")));
}

Reply ICloud::partition(const Request& request, std::size_t host) {
    const std::lock_guard lock(mutex_);
    asked_.push_back(request.method + " " + request.path);
    if (host != at_) {
        Reply reply = empty(ways_.moved);
        if (ways_.moved == 301) reply.headers = {{"Location", home() + request.path}};
        return reply;
    }
    if (!allowed(request)) return empty(401);
    if (request.method == "PROPFIND" || request.method == "REPORT") {
        if (request.body.empty()) return empty(400);
        return request.method == "PROPFIND" ? propfind(request) : report(request);
    }
    if (request.method == "PUT") return putObject(request);
    if (request.method == "DELETE") return deleteObject(request);
    if (request.method != "GET") return empty(400);
    std::string name;
    const Collection* collection = collectionOf(request.path, &name);
    if (!collection || !collection->objects.contains(name) || collection->objects.at(name).gone) return empty(404);
    Reply reply{.status = 200, .body = collection->objects.at(name).bytes, .type = "text/plain"};
    reply.headers = {{"ETag", collection->objects.at(name).etag}};
    return reply;
}

// ---------------------------------------------------------------- reading

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

// ---------------------------------------------------------------- writing

void ICloud::store(Collection& collection, const std::string& name, const std::string& bytes) {
    Object& object = collection.objects[name];
    object.bytes = bytes;
    object.gone = false;
    object.change = ++collection.change;
    object.etag = "\"C=" + std::to_string(object.change) + "@U=0a1b2c3d\"";
}

/// RFC 6638 §3.2.1: who organises something has his guests told.
void ICloud::mail(const std::string& bytes) {
    if (bytes.find("\r\nORGANIZER") == bytes.npos) return;
    for (auto at = bytes.find("\r\nATTENDEE"); at != bytes.npos; at = bytes.find("\r\nATTENDEE", at + 1))
        if (bytes.substr(at, bytes.find("\r\n", at + 2) - at).find("SCHEDULE-AGENT=CLIENT") == bytes.npos) ++mails_;
}

Reply ICloud::putObject(const Request& request) {
    std::string name;
    Collection* collection = collectionOf(request.path, &name);
    if (!collection || name.empty()) return empty(404);
    if (ways_.failing != 0) {
        Reply reply = empty(ways_.failing);
        if (!ways_.retryAfter.empty()) reply.headers = {{"Retry-After", ways_.retryAfter}};
        return reply;
    }
    const auto at = collection->objects.find(name);
    const bool there = at != collection->objects.end() && !at->second.gone;
    if (request.header("If-None-Match") == "*" && there) return empty(412);
    if (const std::string match = request.header("If-Match"); !match.empty() && (!there || match != at->second.etag))
        return empty(412);
    const std::string uid = lineOf(request.body, "UID");
    for (const auto& [path, others] : collections_)
        for (const auto& [other, object] : others.objects)
            if (!object.gone && (path != request.path.substr(0, path.size()) || other != name) &&
                lineOf(object.bytes, "UID") == uid)
                return xml(412, error("no-uid-conflict", "urn:ietf:params:xml:ns:caldav"));
    const std::string& body = request.body;
    const bool event = body.find("BEGIN:VEVENT") != body.npos;
    if (event && ((body.find("\r\nDTEND") == body.npos && body.find("\r\nDURATION") == body.npos) ||
                  (body.find("\r\nATTENDEE") != body.npos && body.find("\r\nORGANIZER") == body.npos)))
        return empty(403);
    if (body.find("\r\nMETHOD") != body.npos || body.find("VERSION:4.0") != body.npos) return empty(403);
    mail(body);
    std::string bytes = body;
    if (ways_.rewrites) bytes.insert(bytes.find("\r\nUID:"), "\r\nX-APPLE-REWRITTEN:TRUE");
    store(*collection, name, bytes);
    Reply reply = empty(there ? 204 : 201);
    if (!ways_.rewrites) reply.headers = {{"ETag", collection->objects[name].etag}};
    return reply;
}

Reply ICloud::deleteObject(const Request& request) {
    std::string name;
    Collection* collection = collectionOf(request.path, &name);
    if (!collection || !request.header("Depth").empty()) return empty(400);
    const auto at = collection->objects.find(name);
    if (at == collection->objects.end() || at->second.gone) return empty(404);
    if (request.header("If-Match") != at->second.etag) return empty(412);
    mail(at->second.bytes);
    at->second.gone = true;
    at->second.change = ++collection->change;
    return empty(204);
}

}  // namespace crmdav::standins
