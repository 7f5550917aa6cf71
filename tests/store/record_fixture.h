#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "store/store.h"
#include "tests/support/store_place.h"

namespace crmdav {

/// A store in a place of its own, with two users, and a clock that the test moves.
class RecordStore : public testing::Test {
protected:
    RecordStore() {
        StoreOptions options;
        options.url = place.url();
        options.now = [this] { return now; };
        store = Store::open(options);
        anna = store->addUser(
            system, {.login = "anna", .name = "Anna Alt", .email = "anna@firm.example", .otherEmails = {}, .zone = {}});
        ben = store->addUser(system, {.login = "ben",
                                      .name = "Ben Bach",
                                      .email = "ben@firm.example",
                                      .otherEmails = {"b.bach@firm.example"},
                                      .zone = {}});
        byAnna = {.user = anna.id, .via = "dav", .device = "phone", .agent = "test", .address = "::1", .request = {}};
        byBen = {.user = ben.id, .via = "dav", .device = "laptop", .agent = "test", .address = "::1", .request = {}};
    }
    CollectionId calendar(const std::string& login, const std::string& name = "activities") const {
        return store->collection(login, Home::calendars, name)->id;
    }
    CollectionId book(const std::string& login, const std::string& name = "contacts") const {
        return store->collection(login, Home::addressbooks, name)->id;
    }
    std::string bytes(CollectionId collection, const std::string& name) const {
        std::string found;
        store->object(collection, name, [&](const Member&, std::string_view content) { found = content; });
        return found;
    }
    std::vector<std::string> names(CollectionId collection) const {
        std::vector<std::string> all;
        store->members(collection, MemberDetail::rows,
                       [&](const Member& member, std::string_view) { all.push_back(member.name); });
        return all;
    }
    Saved put(const Actor& actor, CollectionId collection, const std::string& name, const std::string& content) {
        return store->saveObject(actor, collection, name, content, {});
    }
    static std::string event(const std::string& uid, const std::string& lines) {
        return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:" + uid +
               "\r\nDTSTAMP:20260101T000000Z\r\n" + lines + "END:VEVENT\r\nEND:VCALENDAR\r\n";
    }
    static std::string card(const std::string& uid, const std::string& lines) {
        return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + uid + "\r\n" + lines + "END:VCARD\r\n";
    }

    StorePlace place;
    Instant now{std::chrono::sys_days(std::chrono::year(2026) / 1 / 5)};
    std::unique_ptr<Store> store;
    User anna, ben;
    Actor system{.user = 0, .via = "cli", .device = {}, .agent = {}, .address = {}, .request = {}}, byAnna, byBen;
};

}  // namespace crmdav
