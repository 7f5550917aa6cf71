#include <fstream>

#include "store/housekeeping.h"
#include "store/records/uuid.h"
#include "tests/store/store_support.h"

namespace crmdav {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Housekeeping : public testing::Test {
protected:
    Housekeeping() {
        store->saveObject(anna, work.id, "a.ics", meeting("a", "20261124T090000Z", "One"), {});
        store->saveObject(anna, work.id, "s.ics", meeting("s", "20261124T090000Z", "Two", "RRULE:FREQ=WEEKLY\r\n"), {});
        store->saveObject(anna, friends.id, "c.vcf", card("c", "Carla Conrad"), {});
    }
    std::vector<std::string> names() {
        std::vector<std::string> found;
        store->members(work.id, MemberDetail::rows,
                       [&](const Member& m, std::string_view) { found.push_back(m.name); });
        return found;
    }
    void damage(const std::string& sql) {
        Writing writing(store.database());
        writing.db().exec(Sql::made(sql));
        writing.commit();
    }

    TempStore store;
    Actor anna = store.user("anna");
    Collection work = store.calendar(anna, "work");
    Collection friends = store.book(anna, "friends");
};

TEST_F(Housekeeping, ASoundStoreHasNoFaults) {
    std::size_t last = 0;
    EXPECT_THAT(store->check([&](std::size_t done, std::size_t all) {
        EXPECT_LE(done, all);
        last = done;
    }),
                IsEmpty());
    EXPECT_EQ(last, 6U);  // objects and records
}

TEST_F(Housekeeping, EveryKindOfDamageIsFound) {
    struct Row {
        const char *damage, *repair, *says;
    };
    const Row rows[] = {
        {"UPDATE members SET etag='x' WHERE uid='a'", nullptr, "ETag"},
        {"UPDATE members SET uid='x' WHERE uid='a'", "UPDATE members SET uid='a' WHERE uid='x'", "UID"},
        {"UPDATE collections SET counter=0", "UPDATE collections SET counter=9", "change number"},
        {"UPDATE occurrences SET start_utc=start_utc+60", "UPDATE occurrences SET start_utc=start_utc-60",
         "occurrence index"},
        {"UPDATE occurrences SET length=60", nullptr, "occurrence index"},
        {"INSERT INTO occurrences VALUES(1, 0, 0, 999, 0, 1, 1)", "DELETE FROM occurrences WHERE member_id=999",
         "occurrence of no live member"},
        {"INSERT INTO bodies VALUES(999, '')", "DELETE FROM bodies WHERE id=999", "bytes of no member and no history"},
        {"UPDATE members SET body=(SELECT body FROM members WHERE id=2) WHERE id=1",
         "UPDATE members SET body=1 WHERE id=1", "bytes of two"},
        {"DELETE FROM bodies WHERE id=1", nullptr, "member without bytes"},
        {StorePlace::onPostgresql() ? "DELETE FROM card_text" : "INSERT INTO card_text(card_text) VALUES('delete-all')",
         nullptr, "text index"},
    };
    for (const Row& row : rows) {
        damage(row.damage);
        EXPECT_THAT(store->check({}), Contains(HasSubstr(row.says))) << row.damage;
        if (row.repair) damage(row.repair);
    }
}

TEST_F(Housekeeping, DamageToWhatTheBridgeRemembersIsFound) {
    Account account;
    account.user = anna.user;
    account.id = store->sync().saveAccount(account).id;
    const Id local = newId();
    store->sync().stageLocal({account.id, SyncKind::calendar}, {&local, 1});
    Link link;
    link.id = newId();
    link.account = account.id;
    link.local = local;
    store->sync().saveLink(link);
    EXPECT_THAT(store->check({}), IsEmpty());
    struct Row {
        const char *damage, *repair, *says;
    };
    for (const auto& [hurt, repair, says] :
         {Row{"UPDATE sync_stage SET account_id=account_id+1", "UPDATE sync_stage SET account_id=account_id-1",
              "staged of no account"},
          Row{"UPDATE sync_links SET account_id=account_id+1", "UPDATE sync_links SET account_id=account_id-1",
              "link of no account"},
          Row{"UPDATE sync_accounts SET user_id=user_id+99", "UPDATE sync_accounts SET user_id=user_id-99",
              "account of no user"},
          Row{"UPDATE sync_stage SET link=NULL", nullptr, "staged again without its link"}}) {
        damage(hurt);
        EXPECT_THAT(store->check({}), Contains(HasSubstr(says))) << hurt;
        if (repair) damage(repair);
    }
    damage("UPDATE sync_stage SET link=(SELECT uuid FROM sync_links)");
    damage("DELETE FROM sync_links");
    EXPECT_THAT(store->check({}), ElementsAre(HasSubstr("staged of a link that isn't there")));
}

TEST_F(Housekeeping, ABackupIsAWholeStoreWhileTheOriginalGoesOn) {
    const std::string file = store.place / "backup.db";
    store->backup(file);
    EXPECT_THROW(store->backup(file), StoreError);  // never over something that is there
    store->saveObject(anna, work.id, "later.ics", meeting("l", "20261124T090000Z"), {});
    StoreOptions options = store.options;
    options.url = "sqlite:" + file;
    const auto copy = Store::open(options);
    std::vector<std::string> kept;
    copy->members(work.id, MemberDetail::bytes, [&](const Member& m, std::string_view bytes) {
        kept.push_back(m.name);
        EXPECT_FALSE(bytes.empty());
    });
    EXPECT_THAT(kept, ElementsAre("a.ics", "s.ics"));
    EXPECT_THAT(copy->check({}), IsEmpty());
}

TEST_F(Housekeeping, ARestoreBringsTheStateBackAndMakesTokensVoid) {
    const std::string file = store.place / "backup.db";
    store->backup(file);
    store->saveObject(anna, work.id, "later.ics", meeting("l", "20261124T090000Z"), {});
    const std::string token = store->collectionById(work.id)->syncToken;
    store.close();
    const std::string kept = restoreBackup(store.options, file);
    store.reopen();
    EXPECT_THAT(names(), ElementsAre("a.ics", "s.ics"));
    EXPECT_FALSE(store->changesSince(work.id, token, 0, MemberDetail::rows, [](const Change&, std::string_view) {}));
    EXPECT_TRUE(std::filesystem::exists(kept));
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(Housekeeping, WhatIsNoBackupIsRefusedAndChangesNothing) {
    const std::string text = store.place / "text", empty = store.place / "empty.db";
    std::ofstream(text) << std::string(5000, 'x');
    std::ofstream(empty) << "";
    store.close();
    for (const std::string& file : {text, empty, std::string("/nonexistent")})
        EXPECT_THROW(restoreBackup(store.options, file), StoreError) << file;
    store.reopen();
    EXPECT_THAT(names(), ElementsAre("a.ics", "s.ics"));
}

TEST_F(Housekeeping, WhereNoStoreIsNoneWasPutBack) {
    const StorePlace empty(StorePlace::Holds::nothing);
    StoreOptions options = store.options;
    options.url = empty.url();
    EXPECT_THROW(renewStore(options), StoreError);
    EXPECT_FALSE(std::filesystem::exists(empty.file()));
}

TEST_F(Housekeeping, AStoreInUseIsNotReplaced) {
    const std::string file = store.place / "backup.db";
    store->backup(file);
    EXPECT_THROW(restoreBackup(store.options, file), StoreError);
    EXPECT_THAT(names(), ElementsAre("a.ics", "s.ics"));
}

TEST_F(Housekeeping, TrashedCollectionsAreForgottenAfterThirtyDays) {
    store->removeCollection(anna, work.id);
    const auto rows = [&] {
        Reading reading(store.database());
        auto row = reading.db().query("SELECT COUNT(*) FROM members WHERE collection_id=?", work.id);
        row.next();
        return row.int64(0);
    };
    store.now += std::chrono::days(29);
    while (store->tend()) continue;
    EXPECT_EQ(rows(), 2);
    store.now += std::chrono::days(3);
    while (store->tend()) continue;
    EXPECT_EQ(rows(), 0);
    EXPECT_THAT(store->check({}), IsEmpty());
}

}  // namespace
}  // namespace crmdav
