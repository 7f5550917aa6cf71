#include "tests/store/sync_support.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class SyncChanges : public SyncTest {
protected:
    /// All that is new since `cursor`, which moves on.
    std::vector<Id> changes(const SyncScope& scope, std::size_t limit = 100) {
        sync().clearStage(scope);
        std::int64_t& at = cursors_[scope.account + (scope.kind == SyncKind::calendar ? "e" : "p")];
        for (std::int64_t next; (next = sync().stageChanges(scope, at, limit)) != at;) at = next;
        std::vector<Id> locals;
        for (const Staged& one : staged(scope)) locals.push_back(one.local);
        return locals;
    }
    Id meet(const Actor& actor, const std::string& login, const std::string& uid, const std::string& more = "") {
        return put(actor, calendar(login), uid + ".ics",
                   event(uid, "DTSTART:20260106T090000Z\r\nDURATION:PT1H\r\nSUMMARY:" + uid + "\r\n" + more))
            .record;
    }
    Id person(const Actor& actor, CollectionId book, const std::string& uid) {
        return put(actor, book, uid + ".vcf", card(uid, "FN:" + uid + "\r\n")).record;
    }

private:
    std::map<std::string, std::int64_t> cursors_;
};

TEST_F(SyncChanges, OfOnesOwnActivitiesAndNobodyElses) {
    const Id own = meet(byAnna, "anna", "own");
    meet(byBen, "ben", "his");
    EXPECT_THAT(changes(events()), ElementsAre(own));
    EXPECT_THAT(changes(events()), IsEmpty()) << "they are told once";
    meet(byAnna, "anna", "own", "LOCATION:Here\r\n");
    EXPECT_THAT(changes(events()), ElementsAre(own));
}

TEST_F(SyncChanges, OfAMeetingThatOneIsInvitedTo) {  // C11
    const Id meeting = meet(byBen, "ben", "meeting",
                            "ORGANIZER:mailto:ben@firm.example\r\nATTENDEE:mailto:ben@firm.example\r\n"
                            "ATTENDEE:mailto:anna@firm.example\r\n");
    EXPECT_THAT(changes(events()), ElementsAre(meeting));
    store->removeRecord(byBen, RecordKind::activity, meeting, "");
    EXPECT_THAT(changes(events()), ElementsAre(meeting)) << "the copy that was taken away";
}

TEST_F(SyncChanges, OfWhatIsLinkedWhereverItIs) {
    const Id his = meet(byBen, "ben", "his");
    changes(events());
    const Link pair = link(events(), "a", his);
    meet(byBen, "ben", "his", "LOCATION:Here\r\n");
    ASSERT_THAT(changes(events()), ElementsAre(his));
    EXPECT_EQ(staged(events())[0].link, pair.id);
    store->removeRecord(byBen, RecordKind::activity, his, "");
    EXPECT_THAT(changes(events()), ElementsAre(his));
}

TEST_F(SyncChanges, OfTheOrganisationsContactsAndOnesPrivateOnes) {
    Collection family;
    family.owner = anna.id;
    family.home = Home::addressbooks;
    family.purpose = Purpose::book;
    family.name = "family";
    const CollectionId made = store->makeCollection(byAnna, family).id;
    const Id everybodys = person(byBen, book("ben"), "everybodys"),
             own = person(byAnna, book("anna", "private"), "own");
    person(byBen, book("ben", "private"), "his");
    person(byAnna, made, "cousin");
    EXPECT_THAT(changes(people()), UnorderedElementsAre(everybodys, own));
    EXPECT_THAT(changes(events()), IsEmpty());
    store->removeRecord(byAnna, RecordKind::contact, own, "");
    EXPECT_THAT(changes(people()), ElementsAre(own));
}

TEST_F(SyncChanges, ButForWhatItsOwnRunsWrote) {  // C10
    const Account other = connect(anna.id, "sub-2");
    saveSides(other.id);
    const Id own = meet(runOf(account.id, SyncKind::calendar), "anna", "own");
    EXPECT_THAT(changes(events()), IsEmpty());
    EXPECT_THAT(changes({other.id, SyncKind::calendar}), ElementsAre(own)) << "another account's run is news";
    meet(runOf(account.id, SyncKind::contacts), "anna", "own", "LOCATION:Here\r\n");
    EXPECT_THAT(changes(events()), ElementsAre(own)) << "the other side's run is, too";
}

TEST_F(SyncChanges, AreStagedOnceHoweverOftenTheyHappenedAndPageByPage) {
    std::vector<Id> all;
    for (const char* uid : {"a", "b", "c", "d", "e"}) all.push_back(meet(byAnna, "anna", uid));
    for (const char* uid : {"a", "b", "c"}) meet(byAnna, "anna", uid, "LOCATION:Here\r\n");
    EXPECT_THAT(changes(events(), 2), testing::UnorderedElementsAreArray(all));
    const std::int64_t last = store->lastHistoryId();
    EXPECT_EQ(sync().stageChanges(events(), last, 10), last);
    EXPECT_EQ(sync().side(account.id, SyncKind::calendar)->localCursor, last) << "saved with what it covers (I3)";
}

TEST_F(SyncChanges, OfAPreviewMoveNoCursor) {  // G5
    const Id own = meet(byAnna, "anna", "own");
    SyncScope preview = events();
    preview.preview = true;
    EXPECT_THAT(changes(preview), ElementsAre(own));
    EXPECT_EQ(sync().side(account.id, SyncKind::calendar)->localCursor, 0);
    EXPECT_THAT(staged(events()), IsEmpty());
}

// ---------------------------------------------------------------- who is woken by them (A6)

class SyncWake : public SyncChanges {
protected:
    SyncWake() {
        other = connect(ben.id, "sub-9");
        saveSides(other.id);
        seen = store->lastHistoryId();
    }
    /// Which sides are wanted now, and weren't: A and B, e(vents) and p(eople).
    std::string woken() {
        seen = sync().wakeForChanges(seen);
        std::string all;
        for (SyncSide side : sync().sides()) {
            if (!side.wanted) continue;
            all.append(side.account == account.id ? "A" : "B").append(side.kind == SyncKind::calendar ? "e " : "p ");
            side.wanted = false;
            sync().saveSide(side);
        }
        return all;
    }
    Account other;
    std::int64_t seen = 0;
};

TEST_F(SyncWake, ByWhatConcernsThem) {
    EXPECT_EQ(woken(), "");
    meet(byAnna, "anna", "own");
    EXPECT_EQ(woken(), "Ae ");
    EXPECT_EQ(woken(), "") << "once";
    EXPECT_EQ(seen, store->lastHistoryId());
    const Id his = meet(byBen, "ben", "his");
    EXPECT_EQ(woken(), "Be ");
    link(events(), "a", his);
    meet(byBen, "ben", "his", "LOCATION:Here\r\n");
    EXPECT_EQ(woken(), "Ae Be ");
    meet(byBen, "ben", "both",
         "ORGANIZER:mailto:ben@firm.example\r\nATTENDEE:mailto:ben@firm.example\r\n"
         "ATTENDEE:mailto:anna@firm.example\r\n");
    EXPECT_EQ(woken(), "Ae Be ");
    person(byBen, book("ben"), "everybodys");
    EXPECT_EQ(woken(), "Ap Bp ");
    person(byBen, book("ben", "private"), "secret");
    EXPECT_EQ(woken(), "Bp ");
    seen = 0;
    EXPECT_EQ(woken(), "Ae Ap Be Bp ");
}

TEST_F(SyncWake, NotByTheirOwnRunsNorWhenTheyAreStopped) {  // C10
    meet(runOf(account.id, SyncKind::calendar), "anna", "own");
    person(runOf(account.id, SyncKind::contacts), book("anna"), "everybodys");
    EXPECT_EQ(woken(), "Bp ");
    SyncSide side = *sync().side(account.id, SyncKind::calendar);
    side.status = SyncStatus::stopped;
    sync().saveSide(side);
    meet(byAnna, "anna", "own", "LOCATION:Here\r\n");
    EXPECT_EQ(woken(), "");
}

}  // namespace
}  // namespace crmdav
