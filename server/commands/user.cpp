#include <algorithm>
#include <istream>
#include <ostream>
#include <utility>

#include "server/auth/passwords.h"
#include "server/commands/command.h"

namespace crmdav {
namespace {

constexpr std::size_t leastPassword = 10, mostPassword = 256;

std::string_view nameOf(Role role) { return role == Role::admin ? "admin" : "member"; }

Role readRole(const std::string& text) {
    if (text != "admin" && text != "member") throw UsageError("--role is admin or member");
    return text == "admin" ? Role::admin : Role::member;
}

constexpr std::pair<UserKind, std::string_view> kinds[] = {
    {UserKind::person, "person"}, {UserKind::room, "room"}, {UserKind::resource, "resource"}};

std::string_view nameOf(UserKind kind) {
    return std::ranges::find(kinds, kind, [](auto& k) { return k.first; })->second;
}

UserKind readKind(const std::string& text) {
    for (const auto& [kind, name] : kinds)
        if (text == name) return kind;
    throw UsageError("--kind is person, room or resource");
}

bool readSwitch(const Invocation& call, std::string_view option) {
    const std::string text = call.option(option);
    if (text != "on" && text != "off") throw UsageError("--" + std::string(option) + " is on or off");
    return text == "on";
}

/// From stdin with --stdin, else generated and shown once.
std::string newPassword(const Invocation& call, const std::string& login) {
    if (!call.has("stdin")) {
        const auto password = randomPassword();
        call.out << "Password of " << login << ", shown this once: " << password << "\n";
        return password;
    }
    std::string password;
    std::getline(call.in, password);
    if (password.ends_with('\r')) password.pop_back();
    if (password.size() < leastPassword || password.size() > mostPassword)
        throw std::runtime_error("the password on stdin must have 10 to 256 bytes");
    return password;
}

int add(const Invocation& call) {
    const auto store = call.store();
    User user;
    user.login = call.arguments[0];
    user.name = call.option("name", user.login);
    user.email = call.option("email");
    user.zone = call.option("zone");
    user.role = readRole(call.option("role", "member"));
    user.kind = readKind(call.option("kind", "person"));
    if (store->principal(user.login)) throw std::runtime_error("there is a user or team " + user.login + " already");
    if (user.kind != UserKind::person) {
        if (call.has("stdin")) throw UsageError("nobody signs in as a " + call.option("kind") + ": no --stdin");
        store->addUser(Invocation::actor(), user);
        call.out << "Added " << user.login << ". Invite it by "
                 << (user.email.empty() ? "giving it an --email" : user.email) << ".\n";
        return 0;
    }
    const auto hash = hashPassword(newPassword(call, user.login));
    store->batch([&] {
        const auto made = store->addUser(Invocation::actor(), user);
        store->setPasswordHash(Invocation::actor(), made.id, hash);
    });
    call.out << "Added " << user.login << ". Next: crmdav app-password add " << user.login << " --label phone\n";
    return 0;
}

int list(const Invocation& call) {
    const auto users = call.store()->users();
    if (!call.has("json")) {
        for (const auto& user : users)
            call.out << user.login << "\t" << (user.kind == UserKind::person ? nameOf(user.role) : nameOf(user.kind))
                     << "\t" << (user.active ? "active" : "off") << "\t" << user.email << "\t" << user.name << "\n";
        return 0;
    }
    call.out << "[";
    const char* separator = "";
    for (const auto& user : users) {
        call.out << std::exchange(separator, ",") << "\n{\"login\":" << jsonText(user.login)
                 << ",\"name\":" << jsonText(user.name) << ",\"email\":" << jsonText(user.email)
                 << ",\"kind\":" << jsonText(nameOf(user.kind)) << ",\"role\":" << jsonText(nameOf(user.role))
                 << ",\"active\":" << (user.active ? "true" : "false") << ",\"zone\":" << jsonText(user.zone) << "}";
    }
    call.out << "\n]\n";
    return 0;
}

int remove(const Invocation& call) {
    const auto store = call.store();
    const auto user = Invocation::user(*store, call.arguments[0]);
    const auto heir = call.has("heir") ? Invocation::user(*store, call.option("heir")).id : 0;
    if (heir == user.id) throw UsageError("--heir must be somebody else");
    store->removeUser(Invocation::actor(), user.id, heir);
    call.out << "Removed " << user.login << (heir ? ", records handed over.\n" : ", records are in the trash.\n");
    return 0;
}

int password(const Invocation& call) {
    const auto store = call.store();
    const auto user = Invocation::user(*store, call.arguments[0]);
    store->setPasswordHash(Invocation::actor(), user.id, hashPassword(newPassword(call, user.login)));
    call.out << "Changed the password of " << user.login << ".\n";
    return 0;
}

int change(const Invocation& call) {
    const bool perType = call.has("calendar-per-type") && readSwitch(call, "calendar-per-type");
    const auto store = call.store();
    auto user = Invocation::user(*store, call.arguments[0]);
    user.name = call.option("name", user.name);
    user.email = call.option("email", user.email);
    user.zone = call.option("zone", user.zone);
    user.role = readRole(call.option("role", nameOf(user.role)));
    if (call.has("on") && call.has("off")) throw UsageError("--on or --off, not both");
    if (call.has("on") || call.has("off")) user.active = call.has("on");
    if (call.has("calendar-per-type")) user.calendarPerType = perType;
    store->saveUser(Invocation::actor(), user);
    call.out << "Changed " << user.login << ".\n";
    return 0;
}

constexpr Option addOptions[] = {{"name", "TEXT", "full name"},
                                 {"email", "ADDRESS", "address in invitations"},
                                 {"role", "ROLE", "admin or member (the default)"},
                                 {"kind", "KIND", "person (the default), room or resource: invited, never signed in"},
                                 {"zone", "ZONE", "time zone, like Europe/Berlin; without it the organisation's"},
                                 {"stdin", "", "read the password from the first line of stdin instead of making one"}};
constexpr Option listOptions[] = {{"json", "", "as a JSON array"}};
constexpr Option removeOptions[] = {{"heir", "LOGIN", "who gets the records; without it they go to the trash"}};
constexpr Option passwordOptions[] = {{"stdin", "", "read it from the first line of stdin instead of making one"}};
constexpr Option changeOptions[] = {
    {"name", "TEXT", "full name"},
    {"email", "ADDRESS", "address in invitations"},
    {"role", "ROLE", "admin or member"},
    {"zone", "ZONE", "time zone"},
    {"calendar-per-type", "HOW", "on or off: a calendar for each activity type, activities/ being the default type's"},
    {"off", "", "switch off: nothing works for them any more, records stay"},
    {"on", "", "switch on again"}};

constexpr Command rows[] = {
    {"user add", "LOGIN", "Adds a user, with calendars and address books.",
     "crmdav user add anna --name 'Anna Berg' --email anna@example.org\ncrmdav user add root --role admin --stdin < "
     "password.txt\ncrmdav user add attic --kind room --name 'Attic' --email attic@example.org",
     addOptions, add},
    {"user list", "", "Lists the users.", "crmdav user list\ncrmdav user list --json", listOptions, list},
    {"user change", "LOGIN", "Changes a user, or switches them off and on.",
     "crmdav user change anna --off\ncrmdav user change anna --role admin\ncrmdav user change anna --calendar-per-type "
     "on",
     changeOptions, change},
    {"user remove", "LOGIN", "Removes a user and hands the records over.", "crmdav user remove anna --heir bert",
     removeOptions, remove},
    {"user password", "LOGIN", "Sets a user's own password.",
     "crmdav user password anna\ncrmdav user password anna --stdin < password.txt", passwordOptions, password},
};

}  // namespace

std::span<const Command> userCommands() { return rows; }

}  // namespace crmdav
