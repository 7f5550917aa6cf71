#include <algorithm>

#include "tests/store/record_fixture.h"

namespace crmdav {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class People : public RecordStore {};

TEST_F(People, NewUserHasTheirCollections) {
    for (const char* name : {"activities", "tasks", "inbox", "outbox"})
        EXPECT_TRUE(store->collection("anna", Home::calendars, name)) << name;
    EXPECT_EQ(store->collection("anna", Home::addressbooks, "private")->owner, anna.id);
    EXPECT_EQ(store->collection("anna", Home::addressbooks, "contacts")->owner, 0);
}

TEST_F(People, MalformedOrTakenLoginsAreRefused) {
    for (const char* login : {"", "Anna", "a b", "../x", ".hidden", "\xc3\xa4", "anna"}) {
        User user;
        user.login = login;
        EXPECT_THROW(store->addUser(system, user), InvalidField) << login;
    }
    User user;
    user.login = "carl";
    user.email = "B.Bach@firm.example";
    EXPECT_THROW(store->addUser(system, user), InvalidField) << "an address belongs to one user";
}

TEST_F(People, AppPasswordIsShownOnceAndSignsIn) {  // D59
    const NewAppPassword made =
        store->addAppPassword(byAnna, anna.id, "Phone", {.carddav = false, .collection = {}, .readOnly = true}, {});
    ASSERT_EQ(made.secret.size(), 24U);
    const auto in = store->signIn("anna", made.secret);
    ASSERT_TRUE(in);
    EXPECT_EQ(in->user.login, "anna");
    EXPECT_FALSE(in->password.scope.carddav);
    EXPECT_TRUE(in->password.scope.readOnly);
    std::string bare = made.secret;
    std::erase(bare, '-');
    EXPECT_TRUE(store->signIn("anna", bare)) << "typed without dashes";
    EXPECT_TRUE(store->signIn("", made.secret)) << "as a token";
    EXPECT_FALSE(store->signIn("ben", made.secret));
    bare[0] = bare[0] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(store->signIn("anna", bare));
    EXPECT_FALSE(store->signIn("anna", ""));
}

TEST_F(People, SignInTakesOneStatement) {
    const auto made = store->addAppPassword(byAnna, anna.id, "Phone", {.collection = {}}, {});
    const std::size_t before = Store::statementsOfThread();
    store->signIn("anna", made.secret);
    EXPECT_EQ(Store::statementsOfThread() - before, 1U);
}

TEST_F(People, RevokedExpiredAndSwitchedOffPasswordsDontSignIn) {
    const auto revoked = store->addAppPassword(byAnna, anna.id, "A", {.collection = {}}, {});
    EXPECT_THROW(store->revokeAppPassword(byBen, ben.id, revoked.password.id), NotFound);
    store->revokeAppPassword(byAnna, anna.id, revoked.password.id);
    EXPECT_FALSE(store->signIn("anna", revoked.secret));
    const auto expiring = store->addAppPassword(byAnna, anna.id, "B", {.collection = {}}, now + std::chrono::hours(1));
    EXPECT_TRUE(store->signIn("anna", expiring.secret));
    now += std::chrono::hours(1);
    EXPECT_FALSE(store->signIn("anna", expiring.secret));
    const auto off = store->addAppPassword(byAnna, anna.id, "C", {.collection = {}}, {});
    anna.active = false;
    store->saveUser(system, anna);
    EXPECT_FALSE(store->signIn("anna", off.secret));
}

TEST_F(People, LastUseIsShownAtOnceAndWrittenLater) {
    const auto made = store->addAppPassword(byAnna, anna.id, "A", {.collection = {}}, {});
    const std::size_t before = Store::statementsOfThread();
    store->touchAppPassword(made.password.id, "192.0.2.1", "DAVx5");
    EXPECT_EQ(Store::statementsOfThread(), before);
    EXPECT_EQ(store->appPasswords(anna.id)[0].lastAddress, "192.0.2.1");
    store->tend();
    EXPECT_EQ(store->appPasswords(anna.id)[0].lastAgent, "DAVx5");
}

TEST_F(People, FeedIsFoundByItsSecretUntilRevoked) {
    const Feed made = store->addFeed(byAnna, anna.id, calendar("anna"), Detail::busy, "Family");
    EXPECT_EQ(made.secret.size(), 32U);
    ASSERT_TRUE(store->feed(made.secret));
    EXPECT_EQ(store->feed(made.secret)->id, made.id);
    EXPECT_THROW(store->addFeed(byBen, ben.id, calendar("anna"), Detail::everything, "x"), NotFound);
    store->revokeFeed(byAnna, anna.id, made.id);
    EXPECT_FALSE(store->feed(made.secret));
}

TEST_F(People, LastAdminStays) {
    anna.role = Role::admin;
    store->saveUser(system, anna);
    anna.role = Role::member;
    EXPECT_THROW(store->saveUser(system, anna), InvalidField);
    EXPECT_THROW(store->removeUser(system, anna.id, 0), InvalidField);
}

TEST_F(People, RecordsOfALeavingUserGoToTheHeir) {
    const Saved event1 =
        put(byAnna, calendar("anna"), "1.ics", event("u1", "DTSTART:20260110T100000Z\r\nSUMMARY:S\r\n"));
    const Saved person = put(byAnna, book("anna", "private"), "p.vcf", card("c1", "FN:P\r\n"));
    store->removeUser(system, anna.id, ben.id);
    EXPECT_FALSE(store->user("anna"));
    EXPECT_EQ(store->activity(ben.id, event1.record)->owner, ben.id);
    EXPECT_EQ(store->contact(ben.id, person.record)->owner, ben.id);
    EXPECT_THAT(names(calendar("ben")), SizeIs(1));
    EXPECT_TRUE(store->addUser(system, {.login = "anna", .name = {}, .email = {}, .otherEmails = {}, .zone = {}}).id >
                ben.id);
    EXPECT_THAT(names(calendar("anna")), IsEmpty()) << "a login that comes back begins anew";
}

TEST_F(People, RecordsOfALeavingUserGoToTheTrash) {
    put(byAnna, calendar("anna"), "1.ics", event("u1", "DTSTART:20260110T100000Z\r\nSUMMARY:S\r\n"));
    store->removeUser(system, anna.id, 0);
    EXPECT_THAT(store->trash(0, 10), SizeIs(1));
}

TEST_F(People, OrganisationIsKept) {
    Organisation wanted{.name = "Firm", .domains = {"Firm.Example"}, .zone = "Europe/Zurich", .region = "ch"};
    store->saveOrganisation(system, wanted);
    EXPECT_EQ(store->organisation().region, "CH");
    EXPECT_EQ(store->organisation().domains[0], "firm.example");
    wanted.zone = "Nowhere/Land";
    EXPECT_THROW(store->saveOrganisation(system, wanted), InvalidField);
}

TEST_F(People, PhonesAreFoundByTheRegionThatTheOrganisationMovedTo) {  // D73
    for (int i = 0; i < 250; ++i)                                      // more than one slice of housekeeping
        put(byAnna, book("anna"), std::to_string(i) + ".vcf",
            card("c" + std::to_string(i),
                 "FN:N" + std::to_string(i) + "\r\nTEL:044 555 0" + std::to_string(100 + i) + "\r\n"));
    Company firm;
    firm.name = "Firm";
    firm.phones = {{"work", "044 777 01 01"}};
    store->saveCompany(system, firm, "");
    while (store->tend()) continue;
    const auto found = [&](const std::string& number) {
        Store::Query query;
        query.text = number;
        return store->contacts(query).records.size();
    };
    ASSERT_EQ(found("+49445550100"), 1U);
    store->saveOrganisation(system, {.name = "Firm", .domains = {}, .zone = "Europe/Zurich", .region = "CH"});
    while (store->tend()) continue;
    EXPECT_EQ(found("+41445550100"), 1U);
    EXPECT_EQ(found("+41445550349"), 1U);
    EXPECT_EQ(found("+49445550100"), 0U);
    EXPECT_EQ(found("044 555 0100"), 1U);  // as it was written
    EXPECT_EQ(found("+41 44 555-01 00"), 1U);
    const auto companies = [&](const std::string& number) {
        Store::Query query;
        query.text = number;
        return store->companies(query).records.size();
    };
    EXPECT_EQ(companies("+41 44 777 01 01"), 1U);
    EXPECT_EQ(companies("+49 44 777 01 01"), 0U);
    EXPECT_THAT(store->check({}), IsEmpty());
}

/// Of all-day and floating activities, whose extents stand in the owner's zone.
class MovedZone : public People {
protected:
    MovedZone() {
        put(byAnna, calendar("anna"), "day.ics", event("day", "DTSTART;VALUE=DATE:20260110\r\nSUMMARY:Day\r\n"));
        put(byAnna, calendar("anna"), "wall.ics",
            event("wall", "DTSTART:20260110T090000\r\nDTEND:20260110T100000\r\nSUMMARY:Wall\r\n"));
        put(byAnna, calendar("anna"), "fixed.ics",
            event("fixed", "DTSTART:20260110T090000Z\r\nDTEND:20260110T100000Z\r\nSUMMARY:Fixed\r\n"));
        while (store->tend()) continue;
    }
    std::vector<std::string> during(int fromHour, int untilHour) {
        Store::Query query;
        const Instant day{std::chrono::sys_days(std::chrono::year(2026) / 1 / 10)};
        query.from = day + std::chrono::hours(fromHour);
        query.until = day + std::chrono::hours(untilHour);
        std::vector<std::string> subjects;
        for (const Activity& one : store->activities(query).records) subjects.push_back(one.subject);
        std::ranges::sort(subjects);
        return subjects;
    }
};

TEST_F(MovedZone, OfTheirOwnerIsThatOfTheirFloatingActivities) {  // floating times, RFC 5545 §3.3.5
    using testing::ElementsAre;
    EXPECT_THAT(during(8, 9), ElementsAre("Day", "Wall"));  // Berlin: 8 to 9 UTC
    User moved = *store->user("anna");
    moved.zone = "America/New_York";
    store->saveUser(system, moved);
    while (store->tend()) continue;
    EXPECT_THAT(during(14, 15), ElementsAre("Day", "Wall"));
    EXPECT_THAT(during(25, 29), ElementsAre("Day"));
    EXPECT_THAT(during(0, 5), IsEmpty());
    EXPECT_THAT(during(9, 10), ElementsAre("Day", "Fixed"));
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(MovedZone, OfTheOrganisationIsThatOfUsersWithoutTheirOwn) {
    using testing::ElementsAre;
    store->saveOrganisation(system, {.name = "Firm", .domains = {}, .zone = "Asia/Tokyo", .region = "JP"});
    while (store->tend()) continue;
    EXPECT_THAT(during(0, 1), ElementsAre("Day", "Wall"));
    EXPECT_THAT(during(16, 23), IsEmpty());
}

TEST_F(MovedZone, OfAnHeirIsThatOfWhatTheyInherit) {
    using testing::ElementsAre;
    User heir = *store->user("ben");
    heir.zone = "Asia/Tokyo";
    store->saveUser(system, heir);
    store->removeUser(system, anna.id, heir.id);
    EXPECT_THAT(during(0, 1), ElementsAre("Day", "Wall"));
}

TEST_F(People, TypesAreTheAdmins) {
    ActivityType type;
    type.name = "On-site Visit";
    type = store->saveActivityType(system, type, "");
    EXPECT_EQ(type.key, "on-site-visit");
    type.isDefault = true;
    store->saveActivityType(system, type, type.version);
    int defaults = 0;
    for (const ActivityType& each : store->activityTypes()) defaults += each.isDefault;
    EXPECT_EQ(defaults, 1);
    EXPECT_THROW(store->removeActivityType(system, type.id), InvalidField);
    ActivityType again;
    again.name = "on-site  VISIT";
    EXPECT_THROW(store->saveActivityType(system, again, ""), InvalidField);
}

}  // namespace
}  // namespace crmdav
