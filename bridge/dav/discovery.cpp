#include "bridge/dav/discovery.h"

#include <algorithm>

#include "bridge/dav/service_records.h"
#include "bridge/urls.h"
#include "protocol/dav/hrefs.h"
#include "protocol/dav/names.h"
#include "protocol/text/json.h"
#include "protocol/text/text_values.h"

namespace crmdav {
namespace {

constexpr std::string_view wanted =
    "<D:current-user-principal/><D:principal-URL/><D:resourcetype/><C:calendar-home-set/><CR:addressbook-home-set/>"
    "<C:calendar-user-address-set/><C:schedule-inbox-URL/>";

const QName& homeSet(SyncKind kind) {
    return kind == SyncKind::calendar ? caldav::calendar_home_set : carddav::addressbook_home_set;
}
const QName& collectionType(SyncKind kind) {
    return kind == SyncKind::calendar ? caldav::calendar : carddav::addressbook;
}

/// A resource's own properties, asked for with Depth 0: a server may call it by another name than we do.
struct Resource {
    ReadMultistatus read;
    std::string url;
    const ReadResponse& self() const { return read.responses.front(); }
    std::string href(const QName& property) const {
        const std::string_view reference = self().hrefIn(property);
        return reference.empty() ? std::string() : resolveUrl(url, reference);
    }
    std::vector<std::string> hrefs(const QName& property) const {
        std::vector<std::string> all;
        const Xml* element = self().find(property);
        for (const Xml* part = element ? element->firstElement() : nullptr; part; part = part->nextElement())
            if (std::string at = part->is(dav::href) ? resolveUrl(url, part->trimmed()) : ""; !at.empty())
                all.push_back(at);
        return all;
    }
};

std::optional<Resource> look(DavSession& session, const std::string& url) {
    DavAnswered answered;
    auto read = session.find(url, 0, wanted, answered);
    if (!read || read->responses.empty()) return std::nullopt;
    return Resource{std::move(*read), answered.url};
}

/// Where to knock, in order.
std::vector<std::string> doors(DavSession& session, const DavLogin& login, SyncKind kind) {
    const std::string& given =
        kind == SyncKind::contacts && !login.bookAddress.empty() ? login.bookAddress : login.address;
    if (!given.empty()) return {given, resolveUrl(given, wellKnownPath(kind))};
    const auto at = login.user.rfind('@');
    if (at == std::string::npos)
        throw Refused("Without an address of the server, the user name has to be an email address.");
    const std::string domain = lowerAscii(login.user.substr(at + 1));
    session.trust("https://" + domain + "/");
    const auto service = findService(domain, kind);
    if (!service) return {resolveUrl("https://" + domain + "/", wellKnownPath(kind))};
    // Who answers for a domain's records may be anybody: the password stays in the domain (RFC 6764 §8).
    if (!session.mayKnow(*service))
        throw Refused("The domain " + domain + " names " + originOf(*service).host +
                      " as its server. If it is right, enter https://" + originOf(*service).host + "/ as address.");
    return {*service};
}

void readOwner(const Resource& principal, const DavLogin& login, DavFound& found) {
    std::vector<std::string> emails, others;
    const Xml* set = principal.self().find(caldav::calendar_user_address_set);
    for (const Xml* part = set ? set->firstElement() : nullptr; part; part = part->nextElement()) {
        const std::string_view address = part->trimmed();
        if (startsWithIgnoreCase(address, "mailto:"))
            emails.push_back(lowerAscii(decodePercent(address.substr(7)).value_or(std::string(address.substr(7)))));
        else if (std::string url = canonicalUrl(principal.url, address); !url.empty())
            others.push_back(std::move(url));
        else if (!address.empty())
            others.push_back(lowerAscii(address));
    }
    if (login.user.find('@') != std::string::npos) emails.push_back(lowerAscii(login.user));
    for (std::string& email : emails)
        if (std::find(found.emails.begin(), found.emails.end(), email) == found.emails.end())
            found.emails.push_back(std::move(email));
    if (!others.empty()) found.addresses = std::move(others);
}

bool isCollection(const Resource& resource, SyncKind kind) {
    const Xml* type = resource.self().find(dav::resourcetype);
    return type && type->child(collectionType(kind));
}

/// The principal, or what else a door leads to: a home without principals, a collection.
std::optional<Resource> enter(DavSession& session, SyncKind kind, const std::string& door) {
    auto resource = look(session, door);
    if (!resource) return std::nullopt;
    const std::string principal = resource->href(dav::current_user_principal);
    if (!principal.empty()) {
        session.setPrincipal(principal);
        if (auto found = look(session, principal)) return found;
    }
    if (resource->self().find(homeSet(kind)) || isCollection(*resource, kind)) return resource;
    return std::nullopt;
}

/// What a domain's records say, where somebody entered the domain for the server.
std::optional<std::string> serviceOf(const DavSession& session, const std::string& address, SyncKind kind) {
    const std::string host = originOf(address).host;
    const bool domain = host.find('.') != host.npos && host.find_first_not_of("0123456789.:[]") != host.npos;
    auto service = domain ? findService(host, kind) : std::nullopt;
    return service && session.mayKnow(*service) ? service : std::nullopt;
}

std::optional<Resource> enterAny(DavSession& session, const DavLogin& login, SyncKind kind, std::string& base) {
    auto all = doors(session, login, kind);
    for (std::size_t i = 0; i < all.size(); ++i) {
        base = all[i];
        if (auto found = enter(session, kind, base)) return found;
        if (i != 1) continue;  // the address and its well-known place
        if (auto service = serviceOf(session, base, kind)) all.push_back(*std::move(service));
    }
    return std::nullopt;
}

void writeHome(JsonWriter& json, const DavHome& home) {
    json.beginObject().member("base", home.base).member("principal", home.principal).key("homes").beginArray();
    for (const std::string& url : home.homes) json.text(url);
    json.endArray().endObject();
}

std::string textIn(const Json& json, std::string_view name) {
    const Json* value = json.find(name);
    return value ? value->string : std::string();
}
std::vector<std::string> textsIn(const Json& json, std::string_view name) {
    std::vector<std::string> texts;
    if (const Json* list = json.find(name))
        for (const Json& value : list->array) texts.push_back(value.string);
    return texts;
}
DavHome homeIn(const Json& json, std::string_view name) {
    const Json* home = json.find(name);
    return home ? DavHome{textIn(*home, "base"), textIn(*home, "principal"), textsIn(*home, "homes")} : DavHome();
}

}  // namespace

DavFound DavFound::parse(const std::string& json) {
    if (json.empty()) return {};
    try {
        const Json read = parseJson(json);
        return {homeIn(read, "calendar"), homeIn(read, "contacts"), textIn(read, "inbox"), textsIn(read, "emails"),
                textsIn(read, "addresses")};
    } catch (const JsonError&) {
        return {};
    }
}

std::string DavFound::json() const {
    JsonWriter json;
    json.beginObject().key("calendar");
    writeHome(json, calendar);
    json.key("contacts");
    writeHome(json, contacts);
    json.member("inbox", inbox);
    for (const auto& [name, texts] : {std::pair("emails", &emails), std::pair("addresses", &addresses)}) {
        json.key(name).beginArray();
        for (const std::string& text : *texts) json.text(text);
        json.endArray();
    }
    json.endObject();
    return json.take();
}

DavFound discover(DavSession& session, const DavLogin& login, SyncKind kind, DavFound found) {
    DavHome home;
    const auto principal = enterAny(session, login, kind, home.base);
    if (!principal)
        throw Refused(kind == SyncKind::calendar ? "There is no CalDAV server at this address."
                                                 : "There is no CardDAV server at this address.");
    if (isCollection(*principal, kind))
        home.homes = {principal->url};
    else
        home.homes = principal->hrefs(homeSet(kind));
    const bool isPrincipal = !isCollection(*principal, kind);
    home.principal = isPrincipal ? principal->url : std::string();
    if (isPrincipal) session.setPrincipal(principal->url);
    for (const std::string& url : home.homes)
        if (!session.mayKnow(url))
            throw Refused("The server keeps its collections at " + originOf(url).host +
                          ", which may not get the password.");
    readOwner(*principal, login, found);
    if (kind == SyncKind::calendar) found.inbox = principal->href(caldav::schedule_inbox_URL);
    found.of(kind) = std::move(home);
    return found;
}

}  // namespace crmdav
