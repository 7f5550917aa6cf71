#include <random>

#include "protocol/dav/errors.h"
#include "store/objects/changes.h"
#include "store/objects/members.h"
#include "tests/store/home_state.h"
#include "tests/store/store_support.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Objects : public testing::Test {
protected:
    Saved put(const Collection& c, const std::string& name, const std::string& bytes) {
        return store->saveObject(anna, c.id, name, bytes, {});
    }
    Saved putMeeting(const Collection& c, const std::string& uid, const std::string& subject = "Meeting") {
        return put(c, uid + ".ics", meeting(uid, "20261123T090000Z", subject));
    }
    void remove(const Collection& c, const std::string& name) { store->removeObject(anna, c.id, name, {}); }

    struct Delta {
        std::vector<std::string> changed, deleted, etags;  ///< etags: of `changed`
        std::string token;
        bool truncated = false, known = true;
    };
    Delta delta(const Collection& c, const std::string& since, std::size_t limit = 0) {
        Delta d;
        const auto reached =
            store->changesSince(c.id, since, limit, MemberDetail::rows, [&](const Change& change, std::string_view) {
                (change.deleted ? d.deleted : d.changed).push_back(change.member.name);
                if (!change.deleted) d.etags.push_back(change.member.etag);
            });
        d.known = reached.has_value();
        if (reached) d.token = reached->token, d.truncated = reached->truncated;
        return d;
    }
    std::string token(const Collection& c) { return store->collectionById(c.id)->syncToken; }
    std::string bytesOf(const Collection& c, const std::string& name) {
        std::string found;
        store->object(c.id, name, [&](const Member&, std::string_view bytes) { found = bytes; });
        return found;
    }

    TempStore store;
    Actor anna = store.user("anna");
    Collection work = store.calendar(anna, "work");
};

// ---------------------------------------------------------------- collections

TEST_F(Objects, AHomeHasItsCollectionsAndTheOrganisationsBooks) {
    std::vector<std::string> calendars, books;
    for (const auto& c : store->home("anna", Home::calendars)) calendars.push_back(c.name);
    for (const auto& c : store->home("anna", Home::addressbooks)) books.push_back(c.name);
    EXPECT_THAT(calendars, ElementsAre("activities", "tasks", "work", "inbox", "outbox"));
    EXPECT_THAT(books, ElementsAre("contacts", "private", "companies"));
    EXPECT_EQ(store->collection("anna", Home::addressbooks, "contacts")->owner, 0);
    EXPECT_FALSE(store->collection("nobody", Home::addressbooks, "contacts"));
}

TEST_F(Objects, ATakenNameIsRefused) {
    try {
        store.calendar(anna, "work");
        FAIL();
    } catch (const DavError& error) {
        EXPECT_EQ(error.status(), 405);
    }
    const Actor bert = store.user("bert");
    EXPECT_EQ(store.calendar(bert, "work").name, "work");
}

TEST_F(Objects, OthersCollectionsCantBeTouched) {
    const Actor bert = store.user("bert");
    EXPECT_THROW(store->removeCollection(bert, work.id), Forbidden);
    EXPECT_THROW(store->renameCollection(bert, work.id, "mine"), Forbidden);
    EXPECT_THROW(store->patchCollection(bert, work, {}), Forbidden);
    EXPECT_THROW(store->saveObject(bert, work.id, "a.ics", meeting("a", "20261123T090000Z"), {}), Forbidden);
    putMeeting(work, "a");
    EXPECT_THROW(store->removeObject(bert, work.id, "a.ics", {}), Forbidden);
    const Collection own = store.calendar(bert, "own");
    EXPECT_THROW(store->transferObject(bert, work.id, "a.ics", own.id, "a.ics", false, true, {}), NotFound);
}

TEST_F(Objects, WhatEveryUserHasCantBeDeleted) {
    const auto activities = store->collection("anna", Home::calendars, "activities");
    EXPECT_THROW(store->removeCollection(anna, activities->id), Forbidden);
    EXPECT_THROW(store->renameCollection(anna, activities->id, "x"), Forbidden);
}

TEST_F(Objects, ADeletedCollectionFreesItsNameAndComesBackWithItsMembers) {
    putMeeting(work, "a");
    store->removeCollection(anna, work.id);
    EXPECT_FALSE(store->collection("anna", Home::calendars, "work"));
    EXPECT_FALSE(delta(work, "").known);
    store.calendar(anna, "work");
    Writing writing(store.database());
    const Collection back = restoreCollection(writing, anna, work.id);
    writing.commit();
    EXPECT_EQ(back.name, "work-2");
    EXPECT_THAT(delta(back, "").changed, ElementsAre("a.ics"));
}

TEST_F(Objects, PropertiesAreSetKeptAndRemoved) {
    Collection changed = work;
    changed.displayName = "Arbeit";
    changed.color = "#ff0000";
    changed.transparent = true;
    const Store::DeadProperty note{"urn:x", "note", "<note xmlns=\"urn:x\">a</note>"},
        gone{"urn:x", "note", std::nullopt};
    store->patchCollection(anna, changed, {&note, 1});
    const auto now = store->collectionById(work.id);
    EXPECT_EQ(now->displayName, "Arbeit");
    EXPECT_EQ(now->color, "#ff0000");
    EXPECT_TRUE(now->transparent);
    ASSERT_EQ(store->deadProperties(work.id, false).size(), 1U);
    EXPECT_EQ(store->deadProperties(work.id, false)[0].second.xml, note.xml);
    EXPECT_THAT(store->deadProperties(work.id, true), IsEmpty());
    store->patchCollection(anna, *now, {&gone, 1});
    EXPECT_THAT(store->deadProperties(work.id, false), IsEmpty());
}

TEST_F(Objects, PropertiesOfAMemberGoWithIt) {
    putMeeting(work, "a");
    const Store::DeadProperty note{"urn:x", "note", "<note/>"};
    store->patchMember(anna, work.id, "a.ics", {&note, 1});
    EXPECT_EQ(store->deadProperties(work.id, true).size(), 1U);
    remove(work, "a.ics");
    EXPECT_THAT(store->deadProperties(work.id, true), IsEmpty());
    EXPECT_THROW(store->patchMember(anna, work.id, "a.ics", {&note, 1}), NotFound);
}

TEST_F(Objects, TheHomesStateChangesWithAnythingBelowIt) {
    std::vector<std::string> states{calendarsOf(*store, "anna")};
    const auto changed = [&] {
        states.push_back(calendarsOf(*store, "anna"));
        return states[states.size() - 1] != states[states.size() - 2];
    };
    putMeeting(work, "a");
    EXPECT_TRUE(changed());
    Collection renamed = work;
    renamed.displayName = "Arbeit";
    store->patchCollection(anna, renamed, {});
    EXPECT_TRUE(changed());
    const Collection other = store.calendar(anna, "other");
    EXPECT_TRUE(changed());
    store->removeCollection(anna, other.id);
    EXPECT_TRUE(changed());
    EXPECT_FALSE(changed());
}

// ---------------------------------------------------------------- change log

TEST_F(Objects, DeltaHoldsWhatChangedSinceAndNothingElse) {
    putMeeting(work, "a");
    putMeeting(work, "b");
    const std::string before = token(work);
    EXPECT_THAT(delta(work, before).changed, IsEmpty());
    putMeeting(work, "c");
    putMeeting(work, "a", "Moved");
    remove(work, "b.ics");
    const Delta d = delta(work, before);
    EXPECT_THAT(d.changed, ElementsAre("c.ics", "a.ics"));
    EXPECT_THAT(d.deleted, ElementsAre("b.ics"));
    EXPECT_EQ(d.token, token(work));
}

TEST_F(Objects, FirstSyncNamesNoDeletedMembers) {  // RFC 6578 §3.8
    putMeeting(work, "a");
    putMeeting(work, "b");
    remove(work, "a.ics");
    const Delta d = delta(work, "");
    EXPECT_THAT(d.changed, ElementsAre("b.ics"));
    EXPECT_THAT(d.deleted, IsEmpty());
}

TEST_F(Objects, SavingTheSameBytesAgainIsAChangeForSyncOnly) {  // RFC 6578 §3.5.1: members that a PUT changed
    putMeeting(work, "a");
    const std::string before = token(work);
    const Saved again = putMeeting(work, "a");
    EXPECT_FALSE(again.changed);
    EXPECT_FALSE(again.created);
    EXPECT_EQ(again.etag, delta(work, before).etags.at(0));
    EXPECT_THAT(delta(work, before).changed, ElementsAre("a.ics"));
    EXPECT_NE(token(work), before);
}

TEST_F(Objects, ForeignTokensAreRefused) {  // D19
    putMeeting(work, "a");
    const Collection other = store.calendar(anna, "other");
    const std::string good = token(work), stem = good.substr(0, good.rfind('/') + 1);
    EXPECT_TRUE(delta(work, good).known);
    for (const std::string& bad :
         {token(other), stem + "99", stem + "-1", stem + "x", stem, good + " ", std::string("data:,1"),
          std::string("0B9FBD6C-4A7C-4E0B-9B5A-7A9F1B0E7C11"), std::string("https://crmdav/sync/00000000/1/1")})
        EXPECT_FALSE(delta(work, bad).known) << bad;
}

TEST_F(Objects, LimitedDeltasAddUpToTheWhole) {  // D19: 507 and a token to go on with, on first and later syncs
    for (const char* uid : {"a", "b", "c", "d", "e"}) putMeeting(work, uid);
    std::vector<std::string> seen;
    std::string since;
    int pages = 0;
    for (bool more = true; more; ++pages) {
        const Delta d = delta(work, since, 2);
        EXPECT_LE(d.changed.size(), 2U);
        seen.insert(seen.end(), d.changed.begin(), d.changed.end());
        since = d.token;
        more = d.truncated;
    }
    EXPECT_EQ(pages, 3);
    EXPECT_THAT(seen, ElementsAre("a.ics", "b.ics", "c.ics", "d.ics", "e.ics"));
    EXPECT_EQ(since, token(work));
    EXPECT_FALSE(delta(work, "", 5).truncated);
}

TEST_F(Objects, TombstonesDieAfterAYearAndTokensFromBeforeWithThem) {  // D20
    putMeeting(work, "a");
    putMeeting(work, "b");
    putMeeting(work, "c");
    const std::string old = token(work);
    remove(work, "a.ics");
    const std::string recent = token(work);
    store.now += std::chrono::days(300);
    while (store->tend()) continue;
    EXPECT_THAT(delta(work, old).deleted, ElementsAre("a.ics"));
    store.now += std::chrono::days(100);
    while (store->tend()) continue;
    EXPECT_FALSE(delta(work, old).known);
    EXPECT_TRUE(delta(work, recent).known);
    // A first sync in pages isn't touched by what was forgotten.
    const Delta first = delta(work, "", 1);
    EXPECT_TRUE(first.truncated);
    EXPECT_TRUE(delta(work, first.token, 1).known);
}

TEST_F(Objects, TheLogNeverOutgrowsItsMembers) {  // D20
    for (int i = 0; i < 300; ++i) putMeeting(work, "m" + std::to_string(i % 10), "Change " + std::to_string(i));
    Reading reading(store.database());
    auto row = reading.db().query("SELECT COUNT(*) FROM members WHERE collection_id=?", work.id);
    ASSERT_TRUE(row.next());
    EXPECT_EQ(row.int64(0), 10);
    EXPECT_EQ(store->collectionById(work.id)->counter, 300);
}

TEST_F(Objects, EveryReadTakesTheSameStatementsForTenMembersAndForAThousand) {
    const Collection small = store.calendar(anna, "small"), large = store.calendar(anna, "large");
    const auto fill = [&](const Collection& c, int count) {
        store->batch([&] {
            for (int i = 0; i < count; ++i) putMeeting(c, c.name + std::to_string(i));
        });
    };
    fill(small, 10);
    fill(large, 1000);
    const auto cost = [&](const Collection& c) {
        std::vector<std::size_t> counts;
        const auto measure = [&](auto&& verb) {
            const std::size_t before = Store::statementsOfThread();
            verb();
            counts.push_back(Store::statementsOfThread() - before);
        };
        const auto ignore = [](const auto&, std::string_view) {};
        std::vector<std::string> names;
        store->members(c.id, MemberDetail::rows, [&](const Member& m, std::string_view) { names.push_back(m.name); });
        measure([&] { store->members(c.id, MemberDetail::bytes, ignore); });
        measure([&] { store->multiget(c.id, names, true, ignore); });
        measure([&] { store->changesSince(c.id, "", 0, MemberDetail::bytes, ignore); });
        measure([&] { store->deadProperties(c.id, true); });
        measure([&] { store->home("anna", Home::calendars); });
        measure([&] { putMeeting(c, c.name + "-new"); });
        return counts;
    };
    EXPECT_EQ(cost(small), cost(large));
}

TEST_F(Objects, MultigetAnswersInTheOrderAskedForAndNamesWhatIsMissing) {
    putMeeting(work, "a");
    putMeeting(work, "b\"\\");
    std::vector<std::pair<std::string, bool>> seen;
    const std::vector<std::string> names{"b\"\\.ics", "nope.ics", "a.ics"};
    store->multiget(work.id, names, true, [&](const Member& m, std::string_view bytes) {
        seen.emplace_back(m.name, !m.etag.empty() && !bytes.empty());
    });
    EXPECT_THAT(seen,
                ElementsAre(std::pair("b\"\\.ics", true), std::pair("nope.ics", false), std::pair("a.ics", true)));
}

TEST_F(Objects, AVisitorMayAskTheStoreAgain) {
    putMeeting(work, "a");
    putMeeting(work, "b");
    int found = 0;
    store->members(work.id, MemberDetail::rows, [&](const Member& m, std::string_view) {
        found += store->member(work.id, m.name).has_value() + (store->memberByUid(work.id, m.uid)->id == m.id);
    });
    EXPECT_EQ(found, 4);
}

/// Any history of saves, removals, moves and syncs: a client that goes by tokens alone ends up with what is there.
TEST_F(Objects, AClientThatGoesByTokensConverges) {
    const Collection other = store.calendar(anna, "other");
    struct Client {
        Collection collection;
        std::string token;
        std::map<std::string, std::string> has;  // name → etag
    };
    Client clients[] = {{work, "", {}}, {other, "", {}}};
    const auto sync = [&](Client& client, std::size_t limit) {
        const auto reached = store->changesSince(client.collection.id, client.token, limit, MemberDetail::rows,
                                                 [&](const Change& c, std::string_view) {
                                                     if (c.deleted)
                                                         client.has.erase(c.member.name);
                                                     else
                                                         client.has[c.member.name] = c.member.etag;
                                                 });
        ASSERT_TRUE(reached);
        client.token = reached->token;
    };
    std::mt19937 random(7);
    const auto pick = [&](unsigned n) { return static_cast<int>(random() % n); };
    for (int round = 0; round < 400; ++round) {
        const Collection& c = pick(2) ? work : other;
        const std::string uid = "u" + std::to_string(pick(12)), name = uid + ".ics";
        try {
            switch (pick(5)) {
                case 0:
                case 1: putMeeting(c, uid, "Round " + std::to_string(round)); break;
                case 2: remove(c, name); break;
                case 3:
                    store->transferObject(anna, work.id, name, other.id, name, pick(2) == 0, pick(2) == 0, {});
                    break;
                case 4: sync(clients[pick(2)], static_cast<std::size_t>(pick(4))); break;
            }
        } catch (const NotFound&) {
        } catch (const PreconditionFailed&) {
        }
        if (round % 97 == 0) store.now += std::chrono::days(1);
    }
    for (Client& client : clients) {
        sync(client, 0);
        std::map<std::string, std::string> there;
        store->members(client.collection.id, MemberDetail::rows,
                       [&](const Member& m, std::string_view) { there[m.name] = m.etag; });
        EXPECT_EQ(client.has, there);
        EXPECT_FALSE(there.empty());
    }
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST(Etag, IsTwentyTwoCharactersOfTheBytesSha256) {
    EXPECT_EQ(etagOf(""), "47DEQpj8HBSa-_TImW-5JC");  // e3b0c442 98fc1c14 9afbf4c8 996fb924 …
    EXPECT_NE(etagOf("a"), etagOf("b"));
}

}  // namespace
}  // namespace crmdav
