#include "server/auth/sessions.h"

#include "server/api/answers.h"
#include "server/api/people_fields.h"
#include "server/api/routes.h"
#include "server/api/sessions.h"

/// Signing in to the console and out again.
namespace crmdav {

template <>
std::span<const Field<ConsoleSession>> fieldsOf() {
    using T = ConsoleSession;
    static const Field<T> rows[] = {
        readOnly<T, &T::id>("id", "UUID."),
        readOnly<T, &T::created>("created", "When somebody signed in there."),
        readOnly<T, &T::lastUsed>("lastUsed", "The last use, to some minutes."),
        readOnly<T, &T::expires>("expires", "When it ends by itself, unless it is used."),
        readOnly<T, &T::address>("address", "Where it began."),
        readOnly<T, &T::agent>("agent", "The browser, as it calls itself."),
        {"current", "It is the one that asks.", [] { return Codec<bool>::schema(); },
         [](const Call& call, JsonWriter& out, const T& session) { out.boolean(session.id == call.who.session); },
         nullptr},
    };
    return rows;
}

std::string consoleSessionSchema() { return schemaOf<ConsoleSession>(); }
std::string sessionSignInSchema() {
    return R"({"type":"object","properties":{"login":{"type":"string"},"password":{"type":"string","writeOnly":true}},)"
           R"("required":["login","password"]})";
}
std::string signedInSchema() {
    return R"({"type":"object","properties":{"user":{"$ref":"#/components/schemas/User"},"organisation":{"$ref":)"
           R"("#/components/schemas/Organisation"},"csrf":{"type":"string","description":"X-CSRF-Token of what )"
           R"(changes something."},"server":{"type":"string","description":"Address that apps are given."}}})";
}
std::string endedSchema() { return R"({"type":"object","properties":{"ended":{"type":"integer"}}})"; }

namespace {

/// What the console begins with.
Response signedIn(const Call& call, int status, std::string_view secret) {
    JsonWriter out;
    out.beginObject().key("user");
    writeFields(call, out, call.who.user);
    out.key("organisation");
    writeFields(call, out, call.store.organisation());
    out.member("csrf", csrfToken(secret)).member("server", call.request.origin + call.request.basePath + "/");
    Response response(status, "application/json", out.endObject().take());
    return std::move(response.with("Cache-Control", "no-store"));
}

void requireSession(const Call& call) {
    if (call.who.session.empty()) throw NotFound("nobody signed in with a form here");
}

Response getSession(Call& call) {
    requireSession(call);
    return signedIn(call, 200, sessionSecret(call.request));
}

Response signOut(Call& call) {
    requireSession(call);
    call.store.endSession(call.actor(), call.user(), call.who.session);
    Response response(204);
    return withSessionCookie(response, call.request, {});
}

/// routes.cpp asks signInByForm() before it asks who somebody is.
Response alreadySignedIn(Call&) { throw Problem(400, "send login and password, and no other credentials"); }

Response listSessions(Call& call) { return all(call, call.store.sessions(call.user())); }

Response endOne(Call& call) {
    call.store.endSession(call.actor(), call.user(), call.ids[0]);
    return Response(204);
}

Response endOthers(Call& call) {
    const std::size_t ended = call.store.endSessions(call.actor(), call.user(), call.who.session);
    return jsonResponse(200, "{\"ended\":" + std::to_string(ended) + "}");
}

User userAsked(const Call& call) {
    auto user = call.store.user(call.ids[0]);
    if (!user) throw NotFound("there is no such user");
    return *std::move(user);
}

Response listOfUser(Call& call) { return all(call, call.store.sessions(userAsked(call).id)); }

Response endOfUser(Call& call) {
    const std::size_t ended = call.store.endSessions(call.actor(), userAsked(call).id, call.who.session);
    return jsonResponse(200, "{\"ended\":" + std::to_string(ended) + "}");
}

/// A browser that was told of Basic would ask for a password by itself.
Response asProblem(const Response& refusal) {
    if (refusal.status == 401) return problemResponse(401, "login and password don't belong together");
    Response problem = problemResponse(refusal.status, refusal.body);
    for (const auto& [name, value] : refusal.headers)
        if (name == "Retry-After") problem.with(name, value);
    return problem;
}

}  // namespace

Response signInByForm(const Context& context, Authenticator& authenticator, const Request& request) {
    if (!fromOwnPage(request)) return problemResponse(403, "sign in on the console's own page");
    const Identity nobody;
    Call form{context.store, context.config, request, nobody, {}, Directory(context.store), context.bridge};
    std::string login, password;
    try {
        const Json body = form.body();
        const auto text = [&](const char* name) {
            const Json* value = body.find(name);
            if (!value || value->kind != Json::Kind::string || value->string.empty())
                throw InvalidField(name, "must not be empty");
            return value->string;
        };
        login = text("login");
        password = text("password");
    } catch (const Problem& problem) {
        return problemResponse(problem.status, problem.what());
    } catch (const InvalidField& error) {
        return problemResponse(error.field.empty() ? 400 : 422, error.what(), error.field);
    }
    auto answer = authenticator.signInByPassword(request, login, password);
    if (auto* refusal = std::get_if<Response>(&answer)) return asProblem(*refusal);
    Identity who = std::get<Identity>(std::move(answer));
    const Actor actor = actorOf(who, request, "console");
    // Another session of this browser ends: what it was given before the sign-in must not be worth anything after it.
    if (const auto before = context.store.session(sessionSecret(request)))
        context.store.endSession(actor, before->user.id, before->session.id);
    const NewConsoleSession made = context.store.addSession(actor, who.user.id, sessionLife);
    who.session = made.session.id;
    Call call{context.store, context.config, request, who, {}, Directory(context.store), context.bridge};
    Response response = signedIn(call, 201, made.secret);
    response.user = who.user.login;
    return withSessionCookie(response, request, made.secret);
}

std::span<const Route> sessionRoutes() {
    using enum Access;
    static constexpr Route routes[] = {
        {"POST", "/session", "Sign in to the console: sets its cookie", alreadySignedIn, everybody, "", "SessionSignIn",
         "SignedIn", true},
        {"GET", "/session", "Who is signed in to the console", getSession, everybody, "", "", "SignedIn"},
        {"DELETE", "/session", "Sign out of the console", signOut},
        {"GET", "/sessions", "One's browsers that are signed in", listSessions, everybody, "", "", "[ConsoleSession]"},
        {"DELETE", "/sessions", "Sign out everywhere but here", endOthers, everybody, "", "", "Ended"},
        {"GET", "/users/{login}/sessions", "Browsers in which a user is signed in", listOfUser, admins, "", "",
         "[ConsoleSession]"},
        {"DELETE", "/users/{login}/sessions", "Sign a user out everywhere", endOfUser, admins, "", "", "Ended"},
        {"DELETE", "/sessions/{id}", "Sign one of them out", endOne},
    };
    return routes;
}

}  // namespace crmdav
