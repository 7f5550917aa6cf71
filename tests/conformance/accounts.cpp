// Makes the accounts that Apple's CalDAVTester scripts expect, with their login as password: too short for the command
// line to take, and nothing to have outside of a test.
//     conformance_accounts sqlite:PATH
#include <iostream>

#include "server/auth/passwords.h"
#include "store/store.h"

namespace {

struct Row {
    const char* login;  ///< %02d: the number
    const char* name;
    int count;
    crmdav::Role role = crmdav::Role::member;
};
constexpr Row rows[] = {
    {"user%02d", "User %02d", 40},
    {"public%02d", "Public %02d", 10},
    {"i18nuser", "まだ", 1},
    {"admin", "Administrator", 1, crmdav::Role::admin},
};

std::string filled(const char* pattern, int number) {
    char text[64];
    std::snprintf(text, sizeof text, pattern, number);
    return text;
}

}  // namespace

int main(int count, char** words) {
    if (count != 2) {
        std::cerr << "usage: conformance_accounts sqlite:PATH\n";
        return 2;
    }
    crmdav::StoreOptions options;
    options.url = words[1];
    const auto store = crmdav::Store::open(options);
    crmdav::Actor actor;
    actor.via = "cli";
    store->batch([&] {
        for (const Row& row : rows) {
            for (int number = 1; number <= row.count; ++number) {
                crmdav::User user;
                user.login = filled(row.login, number);
                if (store->user(user.login)) continue;
                user.name = filled(row.name, number);
                user.email = user.login + "@example.com";
                user.role = row.role;
                user.zone = "UTC";
                const auto made = store->addUser(actor, user);
                store->setPasswordHash(actor, made.id, crmdav::hashPassword(user.login));
            }
        }
    });
    return 0;
}
