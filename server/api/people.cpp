#include "server/api/answers.h"
#include "server/api/people_fields.h"
#include "server/api/routes.h"
#include "server/auth/passwords.h"

/// Users, oneself, app passwords, feeds.
namespace crmdav {
namespace {

/// An answer that shows a secret this once: nobody keeps it.
template <class T>
Response withSecret(const Call& call, int status, const T& value) {
    Response response = jsonResponse(status, jsonOf(call, value));
    for (auto& [name, kept] : response.headers)
        if (name == "Cache-Control") kept = "no-store";
    return response;
}

// ---------------------------------------------------------------- users

/// The user that the address names, or who asks.
User subject(const Call& call) {
    if (call.request.path[2] != "users") return *call.store.userById(call.user());
    const auto user = call.store.user(call.ids[0]);
    if (!user) throw NotFound("there is no such user");
    return *user;
}

Response listUsers(Call& call) { return all(call, call.store.users()); }
Response getUser(Call& call) { return shown(call, subject(call)); }

Response listColleagues(Call& call) {
    std::vector<Colleague> found;
    for (const User& user : call.store.users())
        if (user.active) found.push_back({user.login, user.name});
    return all(call, found);
}

Response createUser(Call& call) {
    User user;
    readFields(call, user, call.body());
    const User saved = call.store.addUser(call.actor(), user);
    return answer(call, 201, saved).with("Location", call.address("/users/" + saved.login));
}

Response patchUser(Call& call) {
    User user = subject(call);
    requireMatch(call.request, etagOfJson(jsonOf(call, user)));
    readFields(call, user, call.body());
    if (user.id == call.user() && (!user.active || user.role != call.who.user.role))
        throw Problem(409, "admins can't switch themselves off or change their own role; another admin can");
    return answer(call, 200, call.store.saveUser(call.actor(), user));
}

/// What people may change about themselves: not their role, and not their addresses, by which meetings become theirs.
Response patchMe(Call& call) {
    User user = subject(call);
    requireMatch(call.request, etagOfJson(jsonOf(call, user)));
    const User was = user;
    readFields(call, user, call.body());
    if (!call.who.admin() && (user.role != was.role || user.active != was.active || user.email != was.email ||
                              user.otherEmails != was.otherEmails))
        throw Forbidden("only admins change roles and addresses");
    if (user.role != was.role || !user.active)
        throw Problem(409, "nobody changes their own role or switches themselves off");
    return answer(call, 200, call.store.saveUser(call.actor(), user));
}

Response removeUser(Call& call) {
    const User user = subject(call);
    if (user.id == call.user()) throw Problem(409, "admins can't remove themselves; another admin can");
    std::int64_t heir = 0;
    if (const std::string login = call.text("heir"); !login.empty()) {
        const auto found = call.store.user(login);
        if (!found || found->id == user.id) throw Problem(400, "heir must be the login of another user");
        heir = found->id;
    }
    call.store.removeUser(call.actor(), user.id, heir);
    return Response(204);
}

Response handOver(Call& call) {
    const User user = subject(call);
    if (user.active) throw Problem(409, user.login + " is active: switch them off first, then hand over");
    HandOver wish;
    readFields(call, wish, call.body());
    const auto heir = call.store.user(wish.heir);
    if (!heir || heir->id == user.id) throw InvalidField("heir", "must be the login of another user");
    call.store.handOverRecords(call.actor(), user.id, heir->id);
    return Response(204);
}

Response setPassword(Call& call) {
    const User user = subject(call);
    NewSecret wanted;
    readFields(call, wanted, call.body());
    if (wanted.password.size() < 10 || wanted.password.size() > 1000)
        throw InvalidField("password", "needs at least 10 characters");
    if (user.id == call.user()) {
        if (!call.who.passwordId.empty()) throw Forbidden("an app password can't change the password: sign in with it");
        const auto known = call.store.credentials(user.login);
        if (!known || !verifyPassword(wanted.current, known->passwordHash))
            throw InvalidField("current", "is not the password");
    }
    call.store.setPasswordHash(call.actor(), user.id, hashPassword(wanted.password));
    // Whoever knew the old one is out; the browser in which it was changed stays.
    call.store.endSessions(call.actor(), user.id, user.id == call.user() ? call.who.session : Id());
    return Response(204);
}

// ---------------------------------------------------------------- app passwords

constexpr std::string_view homePrefixes[] = {"calendars/", "addressbooks/"};

AppPasswordView view(const Call& call, const AppPassword& password) {
    AppPasswordView shown;
    shown.id = password.id;
    shown.label = password.label;
    shown.scope = {password.scope.caldav, password.scope.carddav, password.scope.api, password.scope.readOnly, {}};
    if (password.scope.collection)
        if (const auto collection = call.store.collectionById(*password.scope.collection))
            shown.scope.collection = std::string(homePrefixes[static_cast<int>(collection->home)]) +
                                     call.store.mounted(password.user, *collection).name;
    shown.created = password.created;
    shown.expires = password.expires;
    shown.lastUsed = password.lastUsed;
    shown.revoked = password.revoked;
    shown.lastAddress = password.lastAddress;
    shown.lastAgent = password.lastAgent;
    return shown;
}

Scope scopeOf(const Call& call, const User& user, const ScopeView& wanted) {
    Scope scope{wanted.caldav, wanted.carddav, wanted.api, std::nullopt, wanted.readOnly};
    if (wanted.collection.empty()) return scope;
    for (const Home home : {Home::calendars, Home::addressbooks}) {
        const std::string_view prefix = homePrefixes[static_cast<int>(home)];
        if (!wanted.collection.starts_with(prefix)) continue;
        if (const auto found = call.store.collection(user.login, home, wanted.collection.substr(prefix.size())))
            scope.collection = found->id;
    }
    if (!scope.collection) throw InvalidField("scope.collection", "there is no such calendar or address book");
    return scope;
}

/// A limited password must not make one that opens more, nor one that outlives it.
void requireWithin(const Call& call, const Scope& wanted, std::optional<Instant> expires) {
    if (call.who.passwordId.empty()) return;
    const Scope& own = call.who.scope;
    if ((wanted.caldav && !own.caldav) || (wanted.carddav && !own.carddav) || (own.readOnly && !wanted.readOnly))
        throw Forbidden("an app password can't make one that opens more than it does itself");
    for (const AppPassword& password : call.store.appPasswords(call.user()))
        if (password.id == call.who.passwordId && password.expires && (!expires || *expires > *password.expires))
            throw Forbidden("an app password can't make one that lasts longer than it does itself");
}

Response listAppPasswords(Call& call) {
    std::vector<AppPasswordView> views;
    for (const AppPassword& password : call.store.appPasswords(subject(call).id)) views.push_back(view(call, password));
    return all(call, views);
}

Response createAppPassword(Call& call) {
    const User user = subject(call);
    AppPasswordView wanted;
    readFields(call, wanted, call.body());
    if (wanted.label.empty()) throw InvalidField("label", "say which device or program it is for");
    const Scope scope = scopeOf(call, user, wanted.scope);
    requireWithin(call, scope, wanted.expires);
    const NewAppPassword made = call.store.addAppPassword(call.actor(), user.id, wanted.label, scope, wanted.expires);
    AppPasswordView shown = view(call, made.password);
    shown.secret = made.secret;
    return withSecret(call, 201, shown);
}

Response revokeAppPassword(Call& call) {
    const User user = subject(call);
    const Id& id = call.ids.back();
    const auto passwords = call.store.appPasswords(user.id);
    if (std::ranges::find(passwords, id, &AppPassword::id) == passwords.end())
        throw NotFound("there is no such app password");
    call.store.revokeAppPassword(call.actor(), user.id, id);
    return Response(204);
}

// ---------------------------------------------------------------- feeds

FeedView view(const Call& call, const Feed& feed) {
    FeedView shown;
    shown.id = feed.id;
    shown.label = feed.label;
    if (const auto collection = call.store.collectionById(feed.collection)) shown.calendar = collection->name;
    if (!feed.secret.empty())  // known only when it was just made
        shown.url = call.request.origin + call.request.basePath + "/feeds/" + feed.secret + ".ics";
    shown.detail = feed.detail;
    shown.created = feed.created;
    shown.revoked = feed.revoked;
    return shown;
}

Response listFeeds(Call& call) {
    std::vector<FeedView> views;
    for (const Feed& feed : call.store.feeds(call.user())) views.push_back(view(call, feed));
    return all(call, views);
}

Response createFeed(Call& call) {
    FeedView wanted;
    readFields(call, wanted, call.body());
    const auto calendar = call.store.collection(call.who.user.login, Home::calendars, wanted.calendar);
    if (!calendar) throw InvalidField("calendar", "there is no such calendar");
    const Feed made = call.store.addFeed(call.actor(), call.user(), calendar->id, wanted.detail, wanted.label);
    return withSecret(call, 201, view(call, made));
}

Response renewFeed(Call& call) {
    return withSecret(call, 200, view(call, call.store.renewFeed(call.actor(), call.user(), call.ids[0])));
}

Response revokeFeed(Call& call) {
    const auto feeds = call.store.feeds(call.user());
    if (std::ranges::find(feeds, call.ids[0], &Feed::id) == feeds.end()) throw NotFound("there is no such feed");
    call.store.revokeFeed(call.actor(), call.user(), call.ids[0]);
    return Response(204);
}

}  // namespace

std::span<const Route> peopleRoutes() {
    using enum Access;
    static constexpr Route routes[] = {
        {"GET", "/me", "Who asks", getUser, everybody, "", "", "User"},
        {"PATCH", "/me", "Change one's own settings", patchMe, everybody, "", "User", "User"},
        {"PUT", "/me/password", "Change one's own password", setPassword, everybody, "", "NewPassword"},
        {"GET", "/colleagues", "Login and name of every user who isn't switched off", listColleagues, everybody, "",
         "", "[Colleague]"},
        {"GET", "/users", "Users", listUsers, admins, "", "", "[User]"},
        {"POST", "/users", "Make a user", createUser, admins, "", "User", "User", true},
        {"GET", "/users/{login}", "One user", getUser, admins, "", "", "User"},
        {"PATCH", "/users/{login}", "Change a user; active false switches off", patchUser, admins, "", "User", "User"},
        {"DELETE", "/users/{login}", "Remove a user; the records go to `heir`, else to the trash", removeUser, admins,
         "heir"},
        {"POST", "/users/{login}/hand-over",
         "What a user who is switched off has goes to `heir`; they stay, with empty calendars", handOver, admins, "",
         "HandOver"},
        {"PUT", "/users/{login}/password", "Set a user's password", setPassword, admins, "", "NewPassword"},
        {"GET", "/app-passwords", "One's own app passwords", listAppPasswords, everybody, "", "", "[AppPassword]"},
        {"POST", "/app-passwords", "Make an app password; the answer shows it once", createAppPassword, everybody, "",
         "AppPassword", "AppPassword", true},
        {"DELETE", "/app-passwords/{id}", "Revoke one's own app password", revokeAppPassword},
        {"GET", "/users/{login}/app-passwords", "A user's app passwords", listAppPasswords, admins, "", "",
         "[AppPassword]"},
        {"POST", "/users/{login}/app-passwords", "Make an app password for a user", createAppPassword, admins, "",
         "AppPassword", "AppPassword", true},
        {"DELETE", "/users/{login}/app-passwords/{id}", "Revoke a user's app password", revokeAppPassword, admins},
        {"GET", "/feeds", "One's own calendar feeds", listFeeds, everybody, "", "", "[Feed]"},
        {"POST", "/feeds", "Make a feed; the answer shows its address once", createFeed, everybody, "", "Feed", "Feed",
         true},
        {"POST", "/feeds/{id}/secret", "Give a feed another address, shown once; the old one stops working", renewFeed,
         everybody, "", "", "Feed"},
        {"DELETE", "/feeds/{id}", "Revoke a feed: its address stops working", revokeFeed},
    };
    return routes;
}

}  // namespace crmdav
