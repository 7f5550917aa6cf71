#include <algorithm>
#include <thread>

#include "store/engine/tables.h"
#include "store/housekeeping.h"
#include "tests/store/store_support.h"

namespace crmdav {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// A store with something of everything, and another place for its copy.
class Copy : public testing::Test {
protected:
    Copy() {
        anna = store.user("anna");
        ben = store.user("ben");
        plan = store.calendar(anna, "plan");
        const auto activities = *store->collection("anna", Home::calendars, "activities");
        const auto contacts = *store->collection("anna", Home::addressbooks, "contacts");
        store->saveObject(anna, plan.id, "a.ics", meeting("a", "20261201T090000Z", "Käthe's plan"), {});
        store->saveObject(anna, plan.id, "gone.ics", meeting("gone", "20261202T090000Z"), {});
        store->removeObject(anna, plan.id, "gone.ics", {});
        store->saveObject(anna, activities.id, "series.ics",
                          meeting("series", "20261203T090000Z", "Weekly",
                                  "RRULE:FREQ=WEEKLY\r\nORGANIZER:mailto:anna@example.com\r\n"
                                  "ATTENDEE:mailto:anna@example.com\r\nATTENDEE:mailto:ben@example.com\r\n"),
                          {});
        store->saveObject(anna, contacts.id, "c.vcf",
                          card("c", "Clara Schumann", "TEL:+49 30 1234567\r\nBDAY:--0913\r\n"), {});
        secret = store->addAppPassword(anna, anna.user, "phone", {}, std::nullopt).secret;
        const Store::DeadProperty dead{"urn:x", "note", "<note xmlns=\"urn:x\"/>"};
        store->patchMember(anna, plan.id, "a.ics", {&dead, 1});
        store->share(anna, plan.id, {Share::With::principal, "ben", Role::member, true});
    }
    bool copyTo(const std::string& url) {
        return copyStore(store.options, url, [](auto, auto, auto) {});
    }
    /// The copy, opened as the store that it is.
    std::unique_ptr<SqlStore> opened(const std::string& url) {
        StoreOptions options = store.options;
        options.url = url;
        return std::make_unique<SqlStore>(options, false);
    }
    static std::string tokensOf(Store& of) {
        std::string all;
        for (const char* login : {"anna", "ben"})
            for (const Home home : {Home::calendars, Home::addressbooks})
                for (const Collection& c : of.home(login, home)) {
                    all += c.name + " " + c.syncToken + " " + c.ctag + "\n";
                    of.members(c, MemberDetail::bytes, [&](const Member& member, std::string_view bytes) {
                        all += member.name + " " + member.etag + " " + std::string(bytes);
                    });
                }
        return all;
    }
    static bool finds(Store& in, const std::string& text) {
        Store::Query query;
        query.text = text;
        return !in.contacts(query).records.empty();
    }

    TempStore store;
    StorePlace place{StorePlace::Holds::nothing};
    Actor anna, ben;
    Collection plan;
    std::string secret;
};

TEST_F(Copy, KeepsAddressesTagsTokensAndSecretsInBothDirections) {
    const std::string before = tokensOf(*store), file = "sqlite:" + (place / "file.db");
    EXPECT_TRUE(copyTo(file));
    {
        const auto first = opened(file);
        EXPECT_EQ(tokensOf(*first), before);
        EXPECT_TRUE(first->signIn("anna", secret));
        EXPECT_THAT(first->check({}), IsEmpty());
    }
    store.options.url = file;
    EXPECT_TRUE(copyTo(place.url()));
    const auto second = opened(place.url());
    EXPECT_EQ(tokensOf(*second), before);
    EXPECT_TRUE(finds(*second, "schumann"));
    EXPECT_TRUE(second->signIn("anna", secret));
    EXPECT_THAT(second->check({}), IsEmpty());
}

TEST_F(Copy, GoesOnWhereTheStoreWas) {
    copyTo(place.url());
    const auto copy = opened(place.url());
    const auto since = copy->collectionById(plan.id)->syncToken;
    copy->saveObject(anna, plan.id, "new.ics", meeting("new", "20261205T090000Z"), {});
    copy->addUser({}, {.login = "cora", .name = "Cora", .email = "cora@example.com", .otherEmails = {}, .zone = {}});
    std::vector<std::string> changed;
    copy->changesSince(plan.id, since, 0, MemberDetail::tags,
                       [&](const Change& change, std::string_view) { changed.push_back(change.member.name); });
    EXPECT_THAT(changed, testing::ElementsAre("new.ics"));
    EXPECT_THAT(copy->check({}), IsEmpty());
}

TEST(CopyTarget, APasswordInItIsSeen) {
    for (const char* with : {"postgresql://a:b@h/n", "postgresql://h/n?password=b", "postgres://a:b@h:1/n?host=x"})
        EXPECT_TRUE(namesPassword(with)) << with;
    for (const char* without : {"postgresql://a@h:5432/n", "postgresql:///n?host=/run/a:b@c", "sqlite:/home/a@b/c.db"})
        EXPECT_FALSE(namesPassword(without)) << without;
    EXPECT_THROW(namesPassword("mysql://a@h/n"), StoreError);
}

TEST_F(Copy, AStoreThatIsThereAlreadyIsNotTouched) {
    copyTo(place.url());
    const auto before = tokensOf(*opened(place.url()));
    store->saveObject(anna, plan.id, "b.ics", meeting("b", "20261206T090000Z"), {});
    EXPECT_THROW(copyTo(place.url()), StoreError);
    EXPECT_EQ(tokensOf(*opened(place.url())), before);
}

TEST_F(Copy, SaysWhenTheStoreChangedMeanwhile) {
    bool once = false;
    EXPECT_FALSE(copyStore(store.options, place.url(), [&](auto, auto, auto) {
        if (!std::exchange(once, true))
            std::thread([&] { store->saveObject(ben, plan.id, "b.ics", meeting("b", "20261206T090000Z"), {}); }).join();
    }));
}

TEST_F(Copy, TablesAreAllThereAre) {
    std::vector<std::string> known{"card_text"}, there;
    for (const Table& table : tables()) known.emplace_back(table.name);
    const Reading reading(store.database());
    const Sql all =
        StorePlace::onPostgresql()
            ? Sql("SELECT tablename FROM pg_tables WHERE schemaname='public' AND tablename<>'gate'")
            : Sql("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite%' AND name NOT "
                  "LIKE 'card_text_%'");
    for (auto& row : reading.db().query(all)) there.push_back(row.string(0));
    EXPECT_THAT(there, testing::UnorderedElementsAreArray(known));
}

TEST_F(Copy, ABackupIsRestoredWithTheOldContentsKept) {
    const std::string before = tokensOf(*store), backup = place / "backup.db";
    store->backup(backup);
    store->removeObject(anna, plan.id, "a.ics", {});
    const std::string lost = tokensOf(*store);
    store.close();
    const std::string kept = restoreBackup(store.options, backup);
    store.reopen();
    EXPECT_THAT(store->check({}), IsEmpty());
    EXPECT_TRUE(store->member(plan.id, "a.ics"));
    EXPECT_FALSE(store->changesSince(plan.id, plan.syncToken, 0, MemberDetail::tags, [](auto&, auto) {}))
        << "tokens of what came after the backup would be wrong";
    ASSERT_NE(kept, "");
    EXPECT_EQ(tokensOf(*opened("sqlite:" + kept)), lost);
    EXPECT_NE(before, lost);
}

}  // namespace
}  // namespace crmdav
