#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "store/objects/collections.h"
#include "store/sql_store.h"
#include "tests/support/store_place.h"

namespace crmdav {

/// A real store in a place of its own, which goes with it. Its clock stands at 2026-11-20 12:00 UTC
/// until somebody moves it.
class TempStore {
public:
    TempStore() {
        options.url = place.url();
        options.wait = std::chrono::milliseconds(5000);
        options.now = [this] { return now; };
        reopen();
    }
    TempStore(const TempStore&) = delete;
    TempStore& operator=(const TempStore&) = delete;

    void close() { store_.reset(); }
    void reopen() {
        store_.reset();
        store_ = std::make_unique<SqlStore>(options, true);
    }
    Store* operator->() const { return store_.get(); }
    Store& operator*() const { return *store_; }
    Database& database() const { return store_->database(); }

    /// A user with a home. @returns who they are when they write
    Actor user(const std::string& login) {
        User wanted;
        wanted.login = wanted.name = login;
        wanted.email = login + "@example.com";
        Actor actor;
        actor.user = store_->addUser({}, wanted).id;
        actor.via = "dav";
        return actor;
    }
    /// A calendar made by its user.
    Collection calendar(const Actor& actor, const std::string& name) {
        Collection wanted;
        wanted.owner = actor.user;
        wanted.name = name;
        wanted.components = {ComponentKind::event, ComponentKind::todo, ComponentKind::journal};
        return store_->makeCollection(actor, wanted);
    }
    Collection book(const Actor& actor, const std::string& name) {
        Collection wanted;
        wanted.owner = actor.user;
        wanted.home = Home::addressbooks;
        wanted.purpose = Purpose::book;
        wanted.name = name;
        return store_->makeCollection(actor, wanted);
    }

    StorePlace place;
    StoreOptions options;
    Instant now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + std::chrono::hours(12);

private:
    std::unique_ptr<SqlStore> store_;
};

inline std::string event(const std::string& uid, const std::string& lines) {
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:" + uid +
           "\r\nDTSTAMP:20260101T000000Z\r\n" + lines + "END:VEVENT\r\nEND:VCALENDAR\r\n";
}

/// `start` like 20261123T090000Z; an hour long.
inline std::string meeting(const std::string& uid, const std::string& start, const std::string& subject = "Meeting",
                           const std::string& more = "") {
    return event(uid, "DTSTART:" + start + "\r\nDURATION:PT1H\r\nSUMMARY:" + subject + "\r\n" + more);
}

inline std::string card(const std::string& uid, const std::string& name, const std::string& more = "") {
    return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + uid + "\r\nFN:" + name + "\r\nN:" + name + ";;;;\r\n" + more +
           "END:VCARD\r\n";
}

}  // namespace crmdav
