#include <atomic>
#include <thread>

#include "protocol/dav/errors.h"
#include "protocol/dav/names.h"
#include "store/history/history.h"
#include "store/objects/members.h"
#include "tests/store/home_state.h"
#include "tests/store/store_support.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Save : public testing::Test {
protected:
    Saved put(const Collection& c, const std::string& name, const std::string& bytes, const Precondition& p = {}) {
        return store->saveObject(anna, c.id, name, bytes, p);
    }
    /// The condition a save is refused with; empty: it wasn't.
    std::string_view refusal(const Collection& c, const std::string& name, const std::string& bytes) {
        try {
            put(c, name, bytes);
        } catch (const DavError& error) {
            inner = error.inner();
            return error.condition().name;
        }
        return "";
    }
    std::optional<std::string> bytesOf(const Collection& c, const std::string& name) {
        std::optional<std::string> found;
        store->object(c.id, name, [&](const Member&, std::string_view bytes) { found = bytes; });
        return found;
    }
    std::vector<std::string> names(const Collection& c) {
        std::vector<std::string> found;
        store->members(c.id, MemberDetail::rows, [&](const Member& m, std::string_view) { found.push_back(m.name); });
        return found;
    }
    static Precondition ifMatch(const std::string& etag) {
        Precondition p;
        p.matchGiven = true;
        p.match = {etag};
        return p;
    }

    TempStore store;
    Actor anna = store.user("anna");
    Collection work = store.calendar(anna, "work"), home = store.calendar(anna, "home");
    Collection friends = store.book(anna, "friends");
    std::string inner;
};

TEST_F(Save, BytesComeBackAsTheyWereSent) {
    const std::string odd =
        event("a", "DTSTART:20261123T090000Z\r\nX-ODD;P=\"q\":v\\,w\r\n folded\r\nsummary:lower case\r\n");
    const Saved saved = put(work, "a.ics", odd);
    EXPECT_TRUE(saved.created && saved.verbatim && saved.changed);
    EXPECT_EQ(bytesOf(work, "a.ics"), odd);
    const auto member = store->member(work.id, "a.ics");
    EXPECT_EQ(member->etag, saved.etag);
    EXPECT_EQ(member->uid, "a");
    EXPECT_EQ(member->component, ComponentKind::event);
    EXPECT_EQ(member->size, static_cast<std::int64_t>(odd.size()));
}

TEST_F(Save, EveryByteChangesTheEtag) {  // D25
    const Saved first = put(work, "a.ics", meeting("a", "20261123T090000Z", "One"));
    const Saved second = put(work, "a.ics", meeting("a", "20261123T090000Z", "Two"));
    EXPECT_FALSE(second.created);
    EXPECT_NE(first.etag, second.etag);
}

TEST_F(Save, ConditionsAreCheckedAgainstWhatIsThere) {  // RFC 7232
    Precondition mustNot, must;
    mustNot.mustNotExist = true;
    must.mustExist = true;
    const std::string one = meeting("a", "20261123T090000Z", "One"), two = meeting("a", "20261123T090000Z", "Two");
    EXPECT_THROW(put(work, "a.ics", one, must), PreconditionFailed);
    EXPECT_THROW(put(work, "a.ics", one, ifMatch("x")), PreconditionFailed);
    const Saved saved = put(work, "a.ics", one, mustNot);
    EXPECT_THROW(put(work, "a.ics", two, mustNot), PreconditionFailed);
    EXPECT_THROW(put(work, "a.ics", two, ifMatch("x")), PreconditionFailed);
    EXPECT_THROW(store->removeObject(anna, work.id, "a.ics", ifMatch("x")), PreconditionFailed);
    EXPECT_EQ(bytesOf(work, "a.ics"), one);
    put(work, "a.ics", two, ifMatch(saved.etag));
    put(work, "a.ics", one, must);
    store->removeObject(anna, work.id, "a.ics", must);
    EXPECT_THROW(store->removeObject(anna, work.id, "a.ics", ifMatch("x")), NotFound);
    EXPECT_FALSE(put(work, "a.ics", two, mustNot).changed == false);
}

TEST_F(Save, OfManyWritersWithTheSameIfMatchExactlyOneWins) {  // D25
    std::string etag = put(work, "a.ics", meeting("a", "20261123T090000Z", "Start")).etag;
    constexpr int threads = 4, rounds = 10;
    for (int round = 0; round < rounds; ++round) {
        std::atomic<int> won{0}, lost{0};
        std::vector<std::thread> writers;
        for (int t = 0; t < threads; ++t)
            writers.emplace_back([&, t] {
                try {
                    put(work, "a.ics",
                        meeting("a", "20261123T090000Z", std::to_string(round) + "-" + std::to_string(t)),
                        ifMatch(etag));
                    ++won;
                } catch (const PreconditionFailed&) {
                    ++lost;
                }
            });
        for (auto& writer : writers) writer.join();
        EXPECT_EQ(won, 1);
        EXPECT_EQ(lost, threads - 1);
        etag = store->member(work.id, "a.ics")->etag;
    }
}

TEST_F(Save, ARefusedObjectNamesItsCondition) {
    const std::string journal =
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VJOURNAL\r\nUID:j\r\n"
        "DTSTAMP:20260101T000000Z\r\nEND:VJOURNAL\r\nEND:VCALENDAR\r\n";
    const auto activities = *store->collection("anna", Home::calendars, "activities");
    struct Row {
        const Collection& where;
        std::string bytes;
        std::string_view condition;
    };
    std::string twice = event("a", "DTSTART:20261123T090000Z\r\n");
    twice.insert(twice.find("BEGIN:VEVENT"),
                 "BEGIN:VEVENT\r\nUID:b\r\nDTSTAMP:20260101T000000Z\r\n"
                 "DTSTART:20261123T090000Z\r\nEND:VEVENT\r\n");
    const Row rows[] = {
        {work, "", "valid-calendar-data"},
        {work, "hello", "valid-calendar-data"},
        {work, card("a", "Anna"), "valid-calendar-data"},
        {work, twice, "valid-calendar-object-resource"},
        {activities, journal, "supported-calendar-component"},
        {work, journal, ""},
        {friends, meeting("m", "20261123T090000Z"), "valid-address-data"},
        {friends, card("c", "Anna"), ""},
    };
    for (const Row& row : rows) EXPECT_EQ(refusal(row.where, "x", row.bytes), row.condition) << row.bytes;
}

TEST_F(Save, AnObjectLargerThanAllowedIsRefused) {
    store.options.maxObjectBytes = 1000;
    store.reopen();
    EXPECT_EQ(refusal(work, "a.ics", meeting("a", "20261123T090000Z", std::string(1000, 'x'))), "max-resource-size");
    EXPECT_EQ(refusal(friends, "a.vcf", card("a", std::string(1000, 'x'))), "max-resource-size");
    EXPECT_THAT(names(work), IsEmpty());
}

TEST_F(Save, AUidIsOneMembersAlone) {  // D32
    put(work, "a b.ics", meeting("u", "20261123T090000Z"));
    EXPECT_EQ(refusal(work, "other.ics", meeting("u", "20261124T090000Z")), "no-uid-conflict");
    EXPECT_THAT(inner, HasSubstr(">a%20b.ics<"));
    EXPECT_EQ(refusal(work, "a b.ics", meeting("changed", "20261124T090000Z")), "no-uid-conflict");
    EXPECT_EQ(refusal(home, "other.ics", meeting("u", "20261124T090000Z")), "");
    store->removeObject(anna, work.id, "a b.ics", {});
    EXPECT_EQ(refusal(work, "other.ics", meeting("u", "20261124T090000Z")), "");
    EXPECT_EQ(refusal(work, "a b.ics", meeting("v", "20261124T090000Z")), "");  // a freed name takes any UID
}

TEST_F(Save, ReadOnlyCollectionsTakeNothing) {
    for (const char* name : {"inbox", "outbox"}) {
        const auto c = store->collection("anna", Home::calendars, name);
        EXPECT_THROW(put(*c, "a.ics", meeting("a", "20261123T090000Z")), Forbidden) << name;
    }
}

TEST_F(Save, WhatWasReplacedOrRemovedIsInTheHistory) {
    const std::string one = meeting("a", "20261123T090000Z", "One"), two = meeting("a", "20261123T090000Z", "Two");
    put(work, "a.ics", one);
    put(work, "a.ics", two);
    store->removeObject(anna, work.id, "a.ics", {});
    Reading reading(store.database());
    std::vector<std::string> kept;
    for (auto& row :
         reading.db().query("SELECT content FROM history_objects o JOIN bodies b ON b.id=o.body ORDER BY history_id"))
        kept.emplace_back(row.blob(0));
    EXPECT_THAT(kept, ElementsAre(one, two));
}

TEST_F(Save, AFailedSaveLeavesNothingBehind) {
    put(work, "a.ics", meeting("u", "20261123T090000Z"));
    const std::string before = store->collectionById(work.id)->syncToken;
    EXPECT_EQ(refusal(work, "b.ics", meeting("u", "20261124T090000Z")), "no-uid-conflict");
    EXPECT_EQ(store->collectionById(work.id)->syncToken, before);
    EXPECT_THAT(store->check({}), IsEmpty());
}

// ---------------------------------------------------------------- COPY and MOVE

TEST_F(Save, AMoveIsSeenInBothCollectionsAndTheHome) {  // D31
    put(work, "a.ics", meeting("a", "20261123T090000Z"));
    const auto from = store->collectionById(work.id), to = store->collectionById(home.id);
    const std::string state = calendarsOf(*store, "anna");
    const Saved moved = store->transferObject(anna, work.id, "a.ics", home.id, "b.ics", true, true, {});
    EXPECT_TRUE(moved.created);
    std::vector<std::string> seen;
    const auto note = [&](const Change& c, std::string_view) {
        seen.push_back((c.deleted ? "-" : "+") + c.member.name);
    };
    store->changesSince(work.id, from->syncToken, 0, MemberDetail::rows, note);
    store->changesSince(home.id, to->syncToken, 0, MemberDetail::rows, note);
    EXPECT_THAT(seen, ElementsAre("-a.ics", "+b.ics"));
    EXPECT_NE(store->collectionById(work.id)->ctag, from->ctag);
    EXPECT_NE(store->collectionById(home.id)->ctag, to->ctag);
    EXPECT_NE(calendarsOf(*store, "anna"), state);
    EXPECT_EQ(bytesOf(home, "b.ics"), meeting("a", "20261123T090000Z"));
}

TEST_F(Save, ACopyStandsBesideItsSourceWithItsProperties) {
    put(work, "a.ics", meeting("a", "20261123T090000Z"));
    const Store::DeadProperty note{"urn:x", "note", "<note/>"};
    store->patchMember(anna, work.id, "a.ics", {&note, 1});
    store->transferObject(anna, work.id, "a.ics", home.id, "a.ics", false, false, {});
    EXPECT_THAT(names(work), ElementsAre("a.ics"));
    EXPECT_THAT(names(home), ElementsAre("a.ics"));
    EXPECT_EQ(store->deadProperties(home.id, true).size(), 1U);
    EXPECT_EQ(store->deadProperties(work.id, true).size(), 1U);
}

TEST_F(Save, ATargetThatExistsIsReplacedOnlyWhenThatIsWanted) {  // RFC 4918 §9.9.3
    put(work, "a.ics", meeting("a", "20261123T090000Z"));
    put(home, "b.ics", meeting("a", "20261124T090000Z", "Replaced"));
    put(home, "other.ics", meeting("b", "20261123T090000Z"));
    EXPECT_THROW(store->transferObject(anna, work.id, "a.ics", home.id, "b.ics", true, false, {}), PreconditionFailed);
    EXPECT_THROW(store->transferObject(anna, work.id, "a.ics", home.id, "other.ics", true, true, {}), DavError);
    EXPECT_FALSE(store->transferObject(anna, work.id, "a.ics", home.id, "b.ics", true, true, {}).created);
    EXPECT_THAT(names(work), IsEmpty());
    EXPECT_EQ(bytesOf(home, "b.ics"), meeting("a", "20261123T090000Z"));
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(Save, ATransferChecksWhatASaveChecks) {
    put(work, "a.ics", meeting("a", "20261123T090000Z"));
    put(home, "other.ics", meeting("a", "20261123T090000Z"));
    const auto tasks = *store->collection("anna", Home::calendars, "tasks");
    const auto refused = [&](const Collection& to, const std::string& name) -> std::string_view {
        try {
            store->transferObject(anna, work.id, "a.ics", to.id, name, false, true, {});
        } catch (const DavError& error) {
            return error.condition().name;
        }
        return "";
    };
    EXPECT_EQ(refused(home, "a.ics"), "no-uid-conflict");
    EXPECT_EQ(refused(work, "copy.ics"), "no-uid-conflict");
    EXPECT_EQ(refused(tasks, "a.ics"), "supported-calendar-component");
    EXPECT_EQ(refused(friends, "a.ics"), "supported-address-data");
    EXPECT_EQ(refused(home, "other.ics"), "");
    EXPECT_THROW(store->transferObject(anna, work.id, "a.ics", work.id, "a.ics", true, true, {}), DavError);
    EXPECT_THROW(store->transferObject(anna, work.id, "nope.ics", home.id, "x.ics", true, true, {}), NotFound);
    store->transferObject(anna, work.id, "a.ics", work.id, "renamed.ics", true, true, {});
    EXPECT_THAT(names(work), ElementsAre("renamed.ics"));
}

TEST_F(Save, AVerbTakesFewStatements) {
    const auto activities = *store->collection("anna", Home::calendars, "activities");
    const auto cost = [](auto&& verb) {
        const std::size_t before = Store::statementsOfThread();
        verb();
        return Store::statementsOfThread() - before;
    };
    const std::size_t made = cost([&] { put(activities, "a.ics", meeting("a", "20261123T090000Z", "One")); });
    const std::size_t changed = cost([&] { put(activities, "a.ics", meeting("a", "20261123T090000Z", "Two")); });
    const std::size_t same = cost([&] { put(activities, "a.ics", meeting("a", "20261123T090000Z", "Two")); });
    const std::size_t removed = cost([&] { store->removeObject(anna, activities.id, "a.ics", {}); });
    EXPECT_LE(made, 17U);  // BEGIN, COMMIT, record and history included
    EXPECT_LE(changed, 17U);
    EXPECT_LE(same, 7U);  // a change number, for sync
    EXPECT_LE(removed, 18U);
}

// ---------------------------------------------------------------- batches

TEST_F(Save, ABatchIsOneTransactionWhereAFailureTakesBackOnlyItself) {
    store->batch([&] {
        put(work, "a.ics", meeting("a", "20261123T090000Z"));
        EXPECT_EQ(refusal(work, "b.ics", meeting("a", "20261123T090000Z")), "no-uid-conflict");
        put(work, "c.ics", meeting("c", "20261123T090000Z"));
    });
    EXPECT_THAT(names(work), ElementsAre("a.ics", "c.ics"));
    EXPECT_THROW(store->batch([&] {
        put(work, "d.ics", meeting("d", "20261123T090000Z"));
        throw std::runtime_error("stop");
    }),
                 std::runtime_error);
    EXPECT_THAT(names(work), ElementsAre("a.ics", "c.ics"));
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(Save, CopiesOfAlarmsAndRulesAreDropped) {  // D47
    const std::string alarm =
        "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nX-MOZ-LASTACK:20260101T000000Z\r\nEND:VALARM\r\n";
    const std::string other = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT30M\r\nEND:VALARM\r\n";
    const std::string rule = "RRULE:FREQ=DAILY;COUNT=3\r\n";
    const std::string once = meeting("1", "20261123T090000Z", "A", rule + alarm + other);
    const std::string twice = meeting("1", "20261123T090000Z", "A", rule + rule + alarm + other + alarm);
    const Saved saved = put(work, "a.ics", twice);
    EXPECT_FALSE(saved.verbatim) << "no ETag for bytes that aren't the client's (RFC 4791 §5.3.4)";
    EXPECT_EQ(bytesOf(work, "a.ics"), once);
    EXPECT_TRUE(put(work, "a.ics", once).verbatim);
    EXPECT_FALSE(put(work, "a.ics", twice).verbatim);
}

}  // namespace
}  // namespace crmdav
