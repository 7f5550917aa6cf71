#include "tests/standins/icloud.h"

#include "protocol/text/text_values.h"
#include "tests/standins/icloud_answers.h"

namespace crmdav::standins {

using namespace apple_answers;

ICloud::ICloud() {
    collections_[calendar];
    collections_["/1234567/calendars/office/"];
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
