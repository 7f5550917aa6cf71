// Makes the accounts that Apple's CalDAVTester scripts expect, with their login as password: too short for the command
// line to take, and nothing to have outside of a test.
//     conformance_accounts sqlite:PATH own|crm
// own: users have a calendar and an address book that they made, as their defaults, and their devices list no others
// that hold the CRM's records: a client that wants just its own. crm: the suite works in activities/ and contacts/.
#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "server/auth/passwords.h"
#include "store/store.h"

namespace {

struct Row {
    const char* login;  ///< %02d: the number
    const char* name;
    int count;
    bool ofSuite = false;  ///< the suite looks into their homes
    crmdav::Role role = crmdav::Role::member;
    crmdav::UserKind kind = crmdav::UserKind::person;
};
constexpr Row rows[] = {
    {"user%02d", "User %02d", 40, true},
    {"public%02d", "Public %02d", 10},
    {"i18nuser", "まだ", 1, true},
    {"admin", "Administrator", 1, false, crmdav::Role::admin},
    {"location%02d", "Location %02d", 10, false, crmdav::Role::member, crmdav::UserKind::room},
    {"resource%02d", "Resource %02d", 20, false, crmdav::Role::member, crmdav::UserKind::resource},
};

constexpr int groups = 40;
struct Group {
    int number;
    std::vector<std::string> members;
};
/// What CalDAV/expandproperty 'Membership REPORT' asks for; all others are empty.
const Group memberships[] = {
    {2, {"user06", "user07"}},  {3, {"user08", "user09"}}, {4, {"group02", "group03", "user10"}},
    {5, {"group06", "user20"}}, {6, {"user21"}},           {7, {"user22", "user23", "user24"}},
};

std::string filled(const char* pattern, int number) {
    char text[64];
    std::snprintf(text, sizeof text, pattern, number);
    return text;
}

void hide(crmdav::Store& store, const crmdav::Actor& actor, const crmdav::User& user, crmdav::Home home,
          std::initializer_list<std::string_view> names) {
    for (const crmdav::Collection& c : store.home(user.login, home))
        if (std::ranges::count(names, c.name)) store.hideCollection(actor, user.id, c.id, true);
}

/// As MKCALENDAR and MKCOL without properties make them.
void makeDefault(crmdav::Store& store, const crmdav::Actor& actor, const crmdav::User& user, crmdav::Home home,
                 const std::string& name) {
    using crmdav::ComponentKind;
    crmdav::Collection wanted;
    wanted.owner = user.id;
    wanted.home = home;
    wanted.name = name;
    wanted.purpose = home == crmdav::Home::calendars ? crmdav::Purpose::calendar : crmdav::Purpose::book;
    if (home == crmdav::Home::calendars)
        wanted.components = {ComponentKind::event, ComponentKind::todo, ComponentKind::journal, ComponentKind::other};
    store.setDefaultCollection(actor, user.id, home, store.makeCollection(actor, wanted).id);
}

/// The suite fills a home up to its limit, and counts a calendar of the user's own.
void makeHidden(crmdav::Store& store, const crmdav::Actor& actor, const crmdav::User& user) {
    crmdav::Collection wanted;
    wanted.owner = user.id;
    wanted.name = "calendar";
    wanted.components = {crmdav::ComponentKind::event};
    store.makeCollection(actor, wanted);
    hide(store, actor, user, crmdav::Home::calendars, {"calendar"});
}

void furnish(crmdav::Store& store, const crmdav::Actor& actor, const crmdav::User& user, bool own) {
    using crmdav::Home;
    hide(store, actor, user, Home::addressbooks, {"private", "companies"});
    if (!own) return makeHidden(store, actor, user);
    makeDefault(store, actor, user, Home::calendars, "calendar");
    makeDefault(store, actor, user, Home::addressbooks, "addressbook");
    hide(store, actor, user, Home::calendars, {"activities", "busy"});
    hide(store, actor, user, Home::addressbooks, {"contacts"});
}

void makeUsers(crmdav::Store& store, const crmdav::Actor& actor, bool own) {
    for (const Row& row : rows) {
        for (int number = 1; number <= row.count; ++number) {
            crmdav::User user;
            user.login = filled(row.login, number);
            if (store.user(user.login)) continue;
            user.name = filled(row.name, number);
            user.email = user.login + "@example.com";
            user.role = row.role;
            user.kind = row.kind;
            user.zone = "UTC";
            const auto made = store.addUser(actor, user);
            if (row.kind == crmdav::UserKind::person)
                store.setPasswordHash(actor, made.id, crmdav::hashPassword(user.login));
            if (row.ofSuite) furnish(store, actor, made, own);
        }
    }
}

/// First all of them, empty, then who is in them.
void makeGroups(crmdav::Store& store, const crmdav::Actor& actor) {
    for (int number = 1; number <= groups; ++number) {
        const std::string key = filled("group%02d", number);
        if (!store.team(key)) store.saveTeam(actor, {.key = key, .name = filled("Group %02d", number), .members = {}});
    }
    for (const Group& group : memberships) {
        auto team = *store.team(filled("group%02d", group.number));
        team.members = group.members;
        store.saveTeam(actor, team);
    }
}

}  // namespace

int main(int count, char** words) {
    const std::string_view in = count == 3 ? words[2] : "";
    if (in != "own" && in != "crm") {
        std::cerr << "usage: conformance_accounts sqlite:PATH own|crm\n";
        return 2;
    }
    crmdav::StoreOptions options;
    options.url = words[1];
    const auto store = crmdav::Store::open(options);
    crmdav::Actor actor;
    actor.via = "cli";
    store->batch([&] {
        makeUsers(*store, actor, in == "own");
        makeGroups(*store, actor);
    });
    return 0;
}
