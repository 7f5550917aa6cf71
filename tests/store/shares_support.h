#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/store/store_support.h"

namespace crmdav {

/// Anna's calendar `plan`, with a public and a private event, in the home of others (D36).
class Shares : public testing::Test {
protected:
    static constexpr const char* hidden = "CLASS:PRIVATE\r\n";

    Shares() {
        put("open.ics", "open");
        put("secret.ics", "secret", hidden);
    }
    void put(const std::string& name, const std::string& uid, const std::string& more = "") {
        store->saveObject(anna, plan.id, name, meeting(uid, "20261123T090000Z", "Meeting " + uid, more), {});
    }
    void share(const std::string& login, bool write = false) {
        store->share(anna, plan.id, {.login = login, .write = write});
    }
    static Share toAll(bool write = false) {
        Share share;
        share.with = Share::With::everyone;
        share.write = write;
        return share;
    }
    std::optional<Collection> plansOf(const std::string& login) {
        return store->collection(login, Home::calendars, "anna~plan");
    }
    std::vector<std::string> homeOf(const std::string& login) {
        std::vector<std::string> names;
        for (const Collection& c : store->home(login, Home::calendars))
            if (!c.ownerLogin.empty()) names.push_back(c.name);
        return names;
    }
    std::vector<std::string> namesIn(const Sight& sight) {
        std::vector<std::string> names;
        store->members(sight, MemberDetail::tags, [&](const Member& m, std::string_view) { names.push_back(m.name); });
        return names;
    }
    /// "a" for what is there, "-a" for what is gone; the token moves on.
    std::vector<std::string> delta(const Sight& sight, std::string& token, std::size_t limit = 0) {
        std::vector<std::string> names;
        const auto end =
            store->changesSince(sight, token, limit, MemberDetail::rows, [&](const Change& change, std::string_view) {
                names.push_back((change.deleted ? "-" : "") + change.member.name);
            });
        if (!end) return {"invalid"};
        token = end->token;
        return names;
    }

    TempStore store;
    Actor anna = store.user("anna"), ben = store.user("ben"), carl = store.user("carl");
    Collection plan = store.calendar(anna, "plan");
};

}  // namespace crmdav
