#include "server/auth/passwords.h"
#include "server/demo/demo.h"

namespace crmdav::demo {
namespace {

constexpr std::string_view organisationName = "Musterbach Software";
constexpr std::string_view domain = "musterbach.example";

constexpr Colleague staff[] = {
    {"anna", "Anna Berger", "Europe/Berlin", Role::admin, Detail::subject, "anna-shows-the-demo"},
    {"ben", "Ben Hartmann", "Europe/Berlin", Role::member, Detail::everything, "ben-shows-the-demo"},
    {"clara", "Clara Novak", "Europe/Vienna", Role::member, Detail::subject, "clara-shows-the-demo"},
    {"david", "David Okafor", "Europe/London", Role::member, Detail::busy, "david-shows-the-demo"},
    {"emma", "Emma Larsen", "America/New_York", Role::member, Detail::subject, "emma-shows-the-demo"},
    {"felix", "Felix Tanaka", "Asia/Tokyo", Role::member, Detail::busy, "felix-shows-the-demo"},
};

/// "Anna Berger" → anna.berger@musterbach.example
std::string addressOf(std::string_view name) {
    std::string address;
    for (const char c : name)
        address += c == ' ' ? '.' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return address + "@" + std::string(domain);
}

}  // namespace

Actor theDemo() {
    Actor self;
    self.via = "demo";
    return self;
}

std::span<const Colleague> colleagues() { return staff; }

void makePeople(Store& store, Cast& cast) {
    Organisation organisation = store.organisation();
    organisation.name = organisationName;
    organisation.domains = {std::string(domain)};
    organisation.zone = "Europe/Berlin";
    organisation.region = "DE";
    for (const Colleague& each : staff) {
        User user;
        user.login = each.login;
        user.name = each.name;
        user.email = addressOf(each.name);
        user.role = each.role;
        user.zone = each.zone;
        user.visibility = each.visibility;
        cast.users.push_back(store.addUser(theDemo(), user));
        store.setPasswordHash(theDemo(), cast.users.back().id, hashPassword(each.password));
    }
    store.saveOrganisation(theDemo(), organisation);  // last: its name says that all of the above is there
    cast.types = store.activityTypes();
}

Made make(Store& store, Instant today) {
    const auto users = store.users();
    if (!users.empty()) {
        if (store.organisation().name == organisationName && store.user(staff[0].login)) return Made::before;
        throw std::runtime_error("there is an organisation already: give the demo a folder of its own with --data");
    }
    Cast cast;
    makePeople(store, cast);
    makeCustomers(store, cast);
    makeCalendar(store, cast, today);
    makeElsewhere(store, today);
    return Made::now;
}

}  // namespace crmdav::demo
