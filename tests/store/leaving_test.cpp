#include "tests/store/record_fixture.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* people =
    "ATTENDEE;PARTSTAT=ACCEPTED:mailto:anna@firm.example\r\n"
    "ATTENDEE;PARTSTAT=ACCEPTED:mailto:ben@firm.example\r\n"
    "ATTENDEE;PARTSTAT=ACCEPTED:mailto:cleo@firm.example\r\n";
constexpr const char* customer = "ORGANIZER:mailto:dora@customer.example\r\n";
constexpr const char* alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT7M\r\nDESCRIPTION:x\r\nEND:VALARM\r\n";

/// A meeting that is Anna's record, as she had it first, and that another person organises.
class Leaving : public RecordStore {
protected:
    Leaving() {
        cleo = store->addUser(
            system, {.login = "cleo", .name = "Cleo", .email = "cleo@firm.example", .otherEmails = {}, .zone = {}});
        byCleo = byBen;
        byCleo.user = cleo.id;
    }
    ~Leaving() override { EXPECT_THAT(store->check({}), IsEmpty()); }

    Id meet(const std::string& organizer, const std::string& more = "") {
        return put(byAnna, calendar("anna"), "m.ics",
                   event("m1", "DTSTART:20260110T100000Z\r\nDTEND:20260110T110000Z\r\nSUMMARY:Review\r\n" + organizer +
                                   people + more))
            .record;
    }
    std::int64_t ownerOf(const Id& record) const {
        const auto activity = store->activity(0, record);
        return activity ? activity->owner : 0;
    }
    CollectionId makeCalendar(const Actor& actor, bool forInvitations) {
        Collection own;
        own.owner = actor.user;
        own.name = "own";
        own.components = {ComponentKind::event};
        own = store->makeCollection(actor, own);
        if (forInvitations) store->setDefaultCollection(actor, actor.user, Home::calendars, own.id);
        return own.id;
    }
    void edit(const Actor& actor, CollectionId collection, const std::string& what, const std::string& instead) {
        std::string text = bytes(collection, "m.ics");
        put(actor, collection, "m.ics", text.replace(text.find(what), what.size(), instead));
    }
    /// Ben's app reminds him, and hides the time.
    void makeBens() {
        edit(byBen, calendar("ben"), "END:VEVENT", std::string("TRANSP:TRANSPARENT\r\n") + alarm + "END:VEVENT");
    }

    User cleo;
    Actor byCleo;
};

TEST_F(Leaving, OwnerWhoIsNoOrganiserLeavesItToTheOthers) {  // rule C11
    const Id record = meet(customer, alarm);
    makeBens();
    store->removeObject(byAnna, calendar("anna"), "m.ics", {});
    EXPECT_EQ(ownerOf(record), ben.id);
    EXPECT_THAT(store->trash(0, 10), IsEmpty());
    const std::string bens = bytes(calendar("ben"), "m.ics");
    EXPECT_THAT(bens, HasSubstr("PARTSTAT=DECLINED:mailto:anna@firm.example"));
    EXPECT_THAT(bens, HasSubstr(std::string("TRANSP:TRANSPARENT\r\n") + alarm)) << "Ben's own (D47)";
    EXPECT_THAT(bytes(calendar("cleo"), "m.ics"), HasSubstr("PARTSTAT=DECLINED:mailto:anna@firm.example"));
    EXPECT_FALSE(store->activity(0, record)->busy);
    edit(byBen, calendar("ben"), "Review", "Plan");
    EXPECT_THAT(bytes(calendar("cleo"), "m.ics"), HasSubstr("SUMMARY:Plan"));
    EXPECT_THAT(names(calendar("anna")), IsEmpty()) << "who left is not called back";

    store->removeObject(byBen, calendar("ben"), "m.ics", {});
    EXPECT_EQ(ownerOf(record), cleo.id);
    store->removeObject(byCleo, calendar("cleo"), "m.ics", {});
    EXPECT_FALSE(store->activity(0, record)) << "the last copy";
    EXPECT_THAT(store->trash(cleo.id, 10), SizeIs(1));
}

TEST_F(Leaving, OrganiserGetsItBeforeOthersAndTheAnswer) {  // rule C11, RFC 6638 §3.2.2.3
    const Id record = meet("ORGANIZER:mailto:cleo@firm.example\r\n");
    ASSERT_EQ(ownerOf(record), anna.id);
    store->removeObject(byAnna, calendar("anna"), "m.ics", {});
    EXPECT_EQ(ownerOf(record), cleo.id);
    EXPECT_THAT(names(calendar("ben")), ElementsAre("m.ics"));
    const CollectionId inbox = calendar("cleo", "inbox");
    ASSERT_THAT(names(inbox), SizeIs(1));
    EXPECT_THAT(bytes(inbox, names(inbox).front()), HasSubstr("METHOD:REPLY"));
    EXPECT_THAT(names(calendar("ben", "inbox")), IsEmpty());
    store->removeObject(byCleo, calendar("cleo"), "m.ics", {});
    EXPECT_THAT(names(calendar("ben")), IsEmpty()) << "now its host took it back";
}

TEST_F(Leaving, UndoCallsTheLeaverBack) {  // D51
    const Id record = meet(customer);
    store->removeObject(byAnna, calendar("anna"), "m.ics", {});
    HistoryFilter filter;
    filter.record = record;
    store->undoRecord(byAnna, store->history(filter).front().id);
    EXPECT_THAT(names(calendar("anna")), SizeIs(1));
    EXPECT_THAT(bytes(calendar("ben"), "m.ics"), Not(HasSubstr("DECLINED")));
}

TEST_F(Leaving, GuestsWithItInCalendarsOfTheirOwnKeepItAsTheirs) {  // rule C11
    const CollectionId bens = makeCalendar(byBen, true), cleos = makeCalendar(byCleo, true);
    const Id record = meet(customer);
    ASSERT_THAT(names(bens), ElementsAre("m.ics"));
    store->removeObject(byAnna, calendar("anna"), "m.ics", {});
    EXPECT_FALSE(store->activity(0, record));
    EXPECT_THAT(names(cleos), ElementsAre("m.ics"));
    edit(byBen, bens, "Review", "Ben's");
    EXPECT_THAT(bytes(cleos, "m.ics"), HasSubstr("Review")) << "what is in them is their own";
    Store::Query query;
    query.user = cleo.id;
    EXPECT_THAT(store->activities(query).records, SizeIs(1));
}

TEST_F(Leaving, TakingItIntoACalendarOfOnesOwnTakesItFromNobody) {  // rule C11, RFC 4918 §9.9
    const CollectionId own = makeCalendar(byAnna, false);
    const Id record = meet(customer);
    store->transferObject(byAnna, calendar("anna"), "m.ics", own, "m.ics", true, false, {});
    EXPECT_EQ(ownerOf(record), ben.id);
    EXPECT_THAT(names(own), ElementsAre("m.ics"));
    EXPECT_THAT(names(calendar("cleo")), ElementsAre("m.ics"));
    edit(byAnna, own, "ACCEPTED:mailto:anna", "TENTATIVE:mailto:anna");
    EXPECT_THAT(bytes(calendar("ben"), "m.ics"), HasSubstr("PARTSTAT=TENTATIVE:mailto:anna"));
}

TEST_F(Leaving, OwnerWhoIsRemovedLeavesItToTheOthersToo) {
    const Id record = meet(customer);
    store->removeUser(system, anna.id, 0);
    EXPECT_EQ(ownerOf(record), ben.id);
    EXPECT_THAT(names(calendar("cleo")), ElementsAre("m.ics"));
}

TEST_F(Leaving, HeirWhoTakesPartHasOneCopyAndItsOwnAlarms) {
    const CollectionId bens = makeCalendar(byBen, true);
    const Id record = meet(customer, alarm);
    store->removeUser(system, anna.id, ben.id);
    EXPECT_EQ(ownerOf(record), ben.id);
    EXPECT_THAT(store->activity(0, record)->reminders, IsEmpty());
    EXPECT_THAT(names(calendar("ben")), IsEmpty());
    EXPECT_THAT(names(bens), ElementsAre("m.ics"));
}

TEST_F(Leaving, WhoInheritsACalendarDoesNotGetOthersMeetingsInIt) {
    const CollectionId bens = makeCalendar(byBen, true);
    const Id record = meet(customer);
    store->removeUser(system, ben.id, cleo.id);
    EXPECT_EQ(ownerOf(record), anna.id);
    EXPECT_THAT(names(bens), ElementsAre("m.ics"));
}

TEST_F(Leaving, HeirsOwnActivityOfTheSameUidStaysAndTheOtherIsInTheTrash) {
    const std::string lines = "DTSTART:20260110T100000Z\r\nDTEND:20260110T110000Z\r\nSUMMARY:";
    put(byBen, calendar("ben"), "b.ics", event("same", lines + "Ben's\r\n"));
    const Id annas = put(byAnna, calendar("anna"), "a.ics", event("same", lines + "Anna's\r\n")).record;
    store->removeUser(system, anna.id, ben.id);
    EXPECT_THAT(names(calendar("ben")), ElementsAre("b.ics"));
    EXPECT_FALSE(store->activity(0, annas));
    EXPECT_THAT(store->trash(0, 10), testing::Contains(testing::Field(&TrashItem::record, annas)));
}

}  // namespace
}  // namespace crmdav
