#include "store/sync.h"
#include "tests/store/record_fixture.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// Anna is switched off, and Ben gets what she has.
class HandOver : public RecordStore {
protected:
    ~HandOver() override { EXPECT_THAT(store->check({}), IsEmpty()); }

    static std::string lines(const std::string& subject) {
        return "DTSTART:20260110T100000Z\r\nDTEND:20260110T110000Z\r\nSUMMARY:" + subject + "\r\n";
    }
    void switchAnna(bool on) {
        User user = *store->userById(anna.id);
        user.active = on;
        store->saveUser(system, user);
    }
    void handOver() {
        switchAnna(false);
        store->handOverRecords(system, anna.id, ben.id);
    }
    std::vector<std::string> homeOf(const std::string& login, Home home) const {
        std::vector<std::string> all;
        for (const Collection& collection : store->home(login, home)) all.push_back(collection.name);
        return all;
    }
    Id makeDeal(std::int64_t owner) {
        Deal deal;
        deal.title = "D";
        deal.owner = owner;
        return store->saveDeal(system, deal, "").id;
    }
};

TEST_F(HandOver, GivesRecordsToTheHeir) {
    const Id meeting = put(byAnna, calendar("anna"), "1.ics", event("u1", lines("S"))).record;
    const Id friendly = put(byAnna, book("anna", "private"), "p.vcf", card("c1", "FN:P\r\n")).record;
    const Id deal = makeDeal(anna.id);
    handOver();
    EXPECT_EQ(store->activity(ben.id, meeting)->owner, ben.id);
    EXPECT_EQ(store->contact(ben.id, friendly)->owner, ben.id);
    EXPECT_EQ(store->deal(ben.id, deal)->owner, ben.id);
    EXPECT_THAT(names(calendar("ben")), ElementsAre("1.ics"));
    EXPECT_THAT(store->trash(0, 10), IsEmpty());
}

TEST_F(HandOver, LeavesAnEmptyHomeThatWorksWhenTheUserIsSwitchedOnAgain) {
    const auto calendars = homeOf("anna", Home::calendars), books = homeOf("anna", Home::addressbooks);
    put(byAnna, calendar("anna"), "1.ics", event("u1", lines("S")));
    handOver();
    ASSERT_TRUE(store->user("anna"));
    switchAnna(true);
    EXPECT_EQ(homeOf("anna", Home::calendars), calendars);
    EXPECT_EQ(homeOf("anna", Home::addressbooks), books);
    EXPECT_THAT(names(calendar("anna")), IsEmpty());
    const Id again = put(byAnna, calendar("anna"), "1.ics", event("u2", lines("New"))).record;
    EXPECT_EQ(store->activity(anna.id, again)->owner, anna.id);
    EXPECT_THAT(names(calendar("anna")), ElementsAre("1.ics"));
}

TEST_F(HandOver, OfACalendarMadeByTheUserMovesItWhole) {
    Collection own;
    own.owner = anna.id;
    own.name = "own";
    own.components = {ComponentKind::event};
    own = store->makeCollection(byAnna, own);
    store->setDefaultCollection(byAnna, anna.id, Home::calendars, own.id);
    put(byAnna, own.id, "1.ics", event("u1", lines("S")));
    handOver();
    EXPECT_EQ(calendar("ben", "own"), own.id);
    EXPECT_FALSE(store->collection("anna", Home::calendars, "own"));
    EXPECT_EQ(store->defaultCollection(anna.id, Home::calendars)->name, "activities");
}

TEST_F(HandOver, WithACalendarPerTypeEmptiesAllOfThem) {
    anna.calendarPerType = true;
    store->saveUser(system, anna);
    const auto calendars = homeOf("anna", Home::calendars);
    std::size_t put = 0;
    for (const ActivityType& type : store->activityTypes()) {
        Activity activity;
        activity.subject = type.name;
        activity.typeId = type.id;
        activity.owner = anna.id;
        activity.start = {When::Kind::utc, std::chrono::local_seconds(now.time_since_epoch()), {}};
        activity.end = {
            When::Kind::utc, std::chrono::local_seconds(now.time_since_epoch()) + std::chrono::hours(1), {}};
        store->saveActivity(byAnna, activity, "");
        ++put;
    }
    handOver();
    EXPECT_THAT(names(calendar("ben")), SizeIs(put));
    EXPECT_EQ(homeOf("anna", Home::calendars), calendars);
    for (const std::string& name : calendars) EXPECT_THAT(names(calendar("anna", name)), IsEmpty()) << name;
}

TEST_F(HandOver, EndsWhateverReachedTheRecordsFromOutside) {
    const auto password = store->addAppPassword(byAnna, anna.id, "phone", {}, {});
    const Feed feed = store->addFeed(byAnna, anna.id, calendar("anna"), Detail::busy, "x");
    Account account;
    account.user = anna.id;
    account.provider = "dav";
    account.login = account.identity = "anna";
    account = store->sync().saveAccount(account);
    handOver();
    switchAnna(true);
    EXPECT_FALSE(store->signIn("anna", password.secret));
    EXPECT_FALSE(store->feed(feed.secret));
    EXPECT_FALSE(store->sync().account(account.id)) << "its runs would delete at the provider what moved";
}

TEST_F(HandOver, OfAMeetingThatTheHeirHasTooKeepsOneCopy) {
    const std::string people =
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:anna@firm.example\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:ben@firm.example\r\n";
    const Id meeting = put(byAnna, calendar("anna"), "m.ics",
                           event("m1", lines("Review") + "ORGANIZER:mailto:dora@customer.example\r\n" + people))
                           .record;
    handOver();
    EXPECT_EQ(store->activity(0, meeting)->owner, ben.id);
    EXPECT_THAT(names(calendar("ben")), SizeIs(1));
}

TEST_F(HandOver, IsInTheHistory) {
    handOver();
    const auto entries = store->history({.record = {}, .login = {}, .device = {}, .from = {}, .until = {}, .limit = 1});
    ASSERT_THAT(entries, SizeIs(1));
    ASSERT_THAT(entries[0].fields, SizeIs(1));
    EXPECT_EQ(entries[0].fields[0].field, "records");
    EXPECT_EQ(entries[0].fields[0].before, "anna");
    EXPECT_EQ(entries[0].fields[0].after, "ben");
}

TEST_F(HandOver, WantsTheUserOffAndTheHeirOn) {
    EXPECT_THROW(store->handOverRecords(system, anna.id, ben.id), InvalidField);
    switchAnna(false);
    EXPECT_THROW(store->handOverRecords(system, anna.id, anna.id), InvalidField);
    EXPECT_THROW(store->handOverRecords(system, anna.id, 4711), InvalidField);
    EXPECT_THROW(store->handOverRecords(system, 4711, ben.id), NotFound);
    ben.active = false;
    store->saveUser(system, ben);
    EXPECT_THROW(store->handOverRecords(system, anna.id, ben.id), InvalidField);
}

}  // namespace
}  // namespace crmdav
