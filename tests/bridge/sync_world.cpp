#include "tests/bridge/sync_world.h"

#include <algorithm>

namespace crmdav {

using namespace std::chrono;

SyncWorld::SyncWorld() {
    StoreOptions options;
    options.url = place.url();
    const auto time = [this] {
        if (onClock) onClock();
        return now;
    };
    options.now = time;
    store = Store::open(options);
    User user;
    user.login = "anna";
    user.name = "Anna";
    user.email = "anna@example.com";
    user.zone = "Europe/Berlin";
    anna = store->addUser({}, user);
    user.login = "ben";
    user.name = "Ben";
    user.email = "ben@example.com";
    ben = store->addUser({}, user);
    Organisation organisation = store->organisation();
    organisation.domains = {"example.com"};
    store->saveOrganisation({}, organisation);
    server.collections["work"];
    server.collections["home"];
    const Clock clock{time};
    const MakeProvider make = [this](const Account& which, const ProviderOptions&) {
        return std::make_shared<MemoryProvider>(which.login == "anna" ? server : otherServer);
    };
    accounts = std::make_unique<Accounts>(
        *store, make, [this](const Id& id, const std::string& secret) { sync().saveSecret(id, secret); }, clock);
    runs = std::make_unique<AccountRuns>(*store, make, "test", seconds(300), clock);
    account = accounts->connectDav(anna.id, "dav", "https://dav.example.org", "anna", "secret").id;
}

void SyncWorld::start(SyncKind kind, const std::string& settings) {
    accounts->saveSettings(account, kind, settings);
    accounts->start(account, kind);
}

void SyncWorld::startOther(SyncKind kind, const std::string& settings) {
    otherServer.emails = {"anna@elsewhere.example", "anna@example.com"};
    otherServer.collections["work"];
    otherServer.collections["home"];
    otherAccount = accounts->connectDav(anna.id, "dav", "https://dav.example.net", "elsewhere", "secret").id;
    accounts->saveSettings(otherAccount, kind, settings);
    accounts->start(otherAccount, kind);
}

RunResult SyncWorld::run(const Id& which, SyncKind kind) {
    now += seconds(60);
    auto result = runs->run(which, kind);
    return result ? *result
                  : RunResult{.status = SyncStatus::none, .cause = "it did not run", .after = {}, .summary = {}};
}

int SyncWorld::settle(SyncKind kind) {
    int writes = 0;
    for (int i = 0; i < 4; ++i) {
        const int before = server.writes;
        run(kind);
        writes = server.writes - before;
    }
    return writes;
}

std::vector<JournalEntry> SyncWorld::journal() {
    JournalFilter filter;
    filter.limit = 1000;
    return sync().journal(filter);
}

Actor SyncWorld::as(const User& user) const {
    Actor actor;
    actor.user = user.id;
    actor.via = "api";
    return actor;
}

Activity SyncWorld::makeActivity(const std::string& subject, int days, const User* owner) {
    Activity activity;
    activity.subject = subject;
    activity.owner = (owner ? owner : &anna)->id;
    activity.start = {When::Kind::zoned, local_seconds(now.time_since_epoch()) + hours(24 * days), "Europe/Berlin"};
    activity.end = {When::Kind::zoned, activity.start.local + hours(1), "Europe/Berlin"};
    now += seconds(1);
    return store->saveActivity(as(owner ? *owner : anna), activity, {});
}

Contact SyncWorld::makeContact(const std::string& first, const std::string& last, const std::string& email) {
    Contact contact;
    contact.firstName = first;
    contact.lastName = last;
    if (!email.empty()) contact.emails = {{"work", email, true}};
    now += seconds(1);
    return store->saveContact(as(anna), contact, {});
}

Activity SyncWorld::edit(const Activity& activity) {
    now += seconds(1);
    return store->saveActivity(as(anna), activity, {});
}
Contact SyncWorld::edit(const Contact& contact) {
    now += seconds(1);
    return store->saveContact(as(anna), contact, {});
}
void SyncWorld::removeActivity(const Id& id) {
    now += seconds(1);
    store->removeRecord(as(anna), RecordKind::activity, id, {});
}
void SyncWorld::removeContact(const Id& id) {
    now += seconds(1);
    store->removeRecord(as(anna), RecordKind::contact, id, {});
}

std::vector<Activity> SyncWorld::activities() {
    Store::Query query;
    query.user = anna.id;
    query.owner = "anna";
    query.limit = 1000;
    return store->activities(query).records;
}
std::vector<Contact> SyncWorld::contacts() {
    Store::Query query;
    query.user = anna.id;
    query.limit = 1000;
    return store->contacts(query).records;
}

std::optional<Activity> SyncWorld::activityCalled(const std::string& subject) {
    for (const Activity& activity : activities())
        if (activity.subject == subject) return activity;
    return std::nullopt;
}

std::size_t SyncWorld::blocks() {
    std::size_t count = 0;
    const auto busy = store->collection("anna", Home::calendars, "busy");
    store->members(Sight(*busy), MemberDetail::tags, [&](const Member&, std::string_view) { ++count; });
    return count;
}

std::string SyncWorld::event(const std::string& id, const std::string& subject, int days, const std::string& more,
                             const std::string& calendarId) {
    const auto day = floor<std::chrono::days>(now) + std::chrono::days(days);
    const year_month_day date(day);
    char text[16];
    std::snprintf(text, sizeof text, "%04d%02u%02u", int(date.year()), unsigned(date.month()), unsigned(date.day()));
    const std::string on(text, 8);
    return server.put(calendarId, id,
                      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:" + id +
                          "\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:" + on + "T100000Z\r\nDTEND:" + on +
                          "T110000Z\r\nSUMMARY:" + subject + "\r\nX-UNKNOWN;P=1:kept\r\n" + more + "X-TEST-MODIFIED:" +
                          std::to_string(now.time_since_epoch().count()) + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
}

std::string SyncWorld::card(const std::string& id, const std::string& first, const std::string& last,
                            const std::string& email, const std::string& more) {
    return server.put("work", id,
                      "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + id + "\r\nN:" + last + ";" + first + ";;;\r\nFN:" + first +
                          " " + last + "\r\n" + (email.empty() ? "" : "EMAIL;TYPE=HOME:" + email + "\r\n") +
                          "X-UNKNOWN;P=1:kept\r\n" + more + "END:VCARD\r\n");
}

std::string SyncWorld::rawOf(const std::string& collection, const std::string& subject) const {
    for (const std::string& id : server.ids(collection))
        if (server.at(collection, id).raw.find(":" + subject + "\r\n") != std::string::npos)
            return server.at(collection, id).raw;
    return {};
}

}  // namespace crmdav
