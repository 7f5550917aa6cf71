#include "server/routes.h"

#include <algorithm>

#include "server/api/call.h"
#include "server/api/sessions.h"
#include "server/auth/sessions.h"
#include "server/booking.h"
#include "server/config.h"
#include "server/console.h"
#include "server/feeds.h"
#include "server/health.h"
#include "server/hooks.h"
#include "server/http/errors.h"
#include "server/profile.h"
#include "server/sign_in_answer.h"
#include "store/store.h"

namespace crmdav {
namespace {

/// Everything a row may need.
struct Visit {
    const Context& context;
    const Parts& parts;
    Authenticator& authenticator;
    const Request& request;
};

bool reads(const Request& request) { return request.method == "GET" || request.method == "HEAD"; }

/// Whatever the method (RFC 6764 §5). A full URL, as old clients want: the one configured, else the one asked for.
Response toDavRoot(const Visit& visit) {
    return plainAnswer(301, "The addresses begin here.")
        .with("Location", visit.request.origin + visit.request.basePath + "/dav/")
        .with("Cache-Control", "private, max-age=3600");
}

/// What the server can do is no secret, and some clients ask before they sign in.
Response options(const Visit& visit) {
    constexpr auto allowed =
        "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, PROPPATCH, REPORT, COPY, MOVE, MKCOL, MKCALENDAR, POST, ACL";
    return Response(200).with("DAV", std::string(visit.parts.davHeader())).with("Allow", allowed);
}

/// Writes little, and at once: its look-ups go over the writer's connection, so they may hold up others that write.
bool writesSoon(const Request& request) {
    constexpr std::size_t little = 16'384;
    return request.method == "DELETE" || (request.method == "PUT" && request.body.size() <= little);
}

template <class Then>
Response answeredFor(const Visit& visit, const Identity& who, Then then) {
    Response response = [&] {
        try {
            return then(who);
        } catch (...) {
            return answerTo(std::current_exception(), visit.request, visit.context.log);
        }
    }();
    response.user = who.user.login;
    return response;
}

/// @param state  that sign-in and the rest see; null: each look-up sees the latest
template <class Then>
Response signedIn(const Visit& visit, std::unique_ptr<Store::State> state, Then then) {
    auto answer = visit.authenticator.signIn(visit.request, state.get());
    if (auto* refusal = std::get_if<Response>(&answer)) return std::move(*refusal);
    return answeredFor(visit, std::get<Identity>(answer), then);
}

/// The same, or by the cookie of a browser that signed in to the console.
template <class Then>
Response signedInOrSession(const Visit& visit, Then then) {
    if (visit.request.header("authorization").empty()) try {
            if (const auto who = signInBySession(visit.context.store, visit.request))
                return answeredFor(visit, *who, then);
        } catch (const Forbidden& error) {
            return problemResponse(403, error.what());
        }
    // A browser that is told of Basic asks for a password by itself, over our page.
    const bool page = visit.request.header("authorization").empty() && fromOwnPage(visit.request);
    return page ? problemResponse(401, "sign in") : signedIn(visit, nullptr, then);
}

Response dav(const Visit& visit) {
    if (visit.request.method == "OPTIONS" && visit.request.header("authorization").empty()) return options(visit);
    // Others' bodies and answers may be large, and wait for room: they must not keep a connection from others
    // meanwhile.
    auto state = writesSoon(visit.request) ? visit.context.store.state() : nullptr;
    return signedIn(visit, std::move(state),
                    [&](const Identity& who) { return visit.parts.dav(visit.context, visit.request, who); });
}

Response api(const Visit& visit) {
    const auto& path = visit.request.path;
    if (path.size() < 2 || path[1] != "v1") return plainAnswer(404, "The API is at /api/v1/.");
    const bool form = path.size() == 3 && path[2] == "session" && visit.request.method == "POST";
    if (form && visit.request.header("authorization").empty())
        return signInByForm(visit.context, visit.authenticator, visit.request);
    return signedInOrSession(visit, [&](const Identity& who) {
        if (!who.scope.api || who.scope.collection) throw Forbidden("this app password isn't for the API");
        if (who.scope.readOnly && !reads(visit.request)) throw Forbidden("this app password only reads");
        return visit.parts.api(visit.context, visit.request, who);
    });
}

/// What is below /.well-known/ is no secret: a page, or an empty collection for a client that looks there.
Response wellKnownFolder(const Visit& visit) {
    const std::string href = visit.request.basePath + "/.well-known/";
    if (visit.request.method != "PROPFIND") return plainAnswer(200, "caldav, carddav");
    return Response(207, "application/xml; charset=utf-8",
                    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:multistatus xmlns:D=\"DAV:\"><D:response><D:href>" +
                        href +
                        "</D:href><D:propstat><D:prop><D:resourcetype><D:collection/></D:resourcetype></D:prop>"
                        "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>");
}

Response wellKnown(const Visit& visit) {
    const auto& path = visit.request.path;
    if (path.size() == 1) return wellKnownFolder(visit);
    const bool known = path.size() == 2 && (path[1] == "caldav" || path[1] == "carddav");
    return known ? toDavRoot(visit) : plainAnswer(404, "Nothing is known here.");
}

Response feeds(const Visit& visit) { return serveFeed(visit.context, visit.request); }
Response console(const Visit& visit) { return serveConsole(visit.request); }
Response booking(const Visit& visit) { return serveBooking(visit.context, visit.request); }
Response health(const Visit& visit) { return serveHealth(visit.context, visit.request); }
Response oauth(const Visit& visit) { return serveSignInAnswer(visit.context, visit.request); }
Response hooks(const Visit& visit) { return serveHook(visit.context, visit.request); }
Response metrics(const Visit& visit) { return serveMetrics(visit.context, visit.request); }

Response profiles(const Visit& visit) {
    return signedInOrSession(visit, [&](const Identity& who) {
        return serveProfile(visit.request, who, visit.context.store.organisation());
    });
}

/// A browser is led to the console; clients that look for an account here (D17) are led on.
Response root(const Visit& visit) {
    if (visit.request.method == "OPTIONS") return options(visit);
    if (!reads(visit.request)) return toDavRoot(visit);
    return plainAnswer(302, "The console is at /console/, the calendars and contacts are at /dav/.")
        .with("Location", visit.request.basePath + "/console/");
}

/// First segment of an address, and who answers there.
struct Route {
    std::string_view first;
    Response (*answer)(const Visit&);
};
constexpr Route routes[] = {
    {"dav", dav},
    {"api", api},
    {"console", console},
    {"book", booking},
    {".well-known", wellKnown},
    {"feeds", feeds},
    {"profiles", profiles},
    {"health", health},
    {"metrics", metrics},
    {"oauth", oauth},
    {"hooks", hooks},
    // Where Apple's and older clients look for an account when all they know is a host (D17).
    {"principals", toDavRoot},
    {"calendar", toDavRoot},
    {"caldav", toDavRoot},
    {"carddav", toDavRoot},
    {"addressbooks", toDavRoot},
    {"calendars", toDavRoot},
};

}  // namespace

Response route(const Context& context, const Parts& parts, Authenticator& authenticator, const Request& request) {
    const Visit visit{context, parts, authenticator, request};
    if (request.path.empty()) return root(visit);
    const auto found =
        std::find_if(std::begin(routes), std::end(routes), [&](const Route& r) { return r.first == request.path[0]; });
    if (found == std::end(routes)) return plainAnswer(404, "There is nothing at this address.");
    return found->answer(visit);
}

std::vector<std::string_view> firstSegments() {
    std::vector<std::string_view> all;
    for (const Route& row : routes) all.push_back(row.first);
    return all;
}

std::size_t bodyLimit(const Config& config, std::string_view, std::string_view target) {
    if (target.starts_with("/book/")) return std::min<std::size_t>(65'536, config.bodyBytes);
    if (target.starts_with("/hooks/")) return std::min(hookBytes, config.bodyBytes);
    return target.starts_with("/api/v1/import") ? std::max(config.importBytes, config.bodyBytes) : config.bodyBytes;
}

}  // namespace crmdav
