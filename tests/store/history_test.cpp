#include "tests/store/record_fixture.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* meeting = "DTSTART:20260110T100000Z\r\nDTEND:20260110T110000Z\r\nSUMMARY:Review\r\n";

class History : public RecordStore {
protected:
    std::vector<HistoryEntry> of(const Id& record) const {
        return store->history({.record = record, .login = {}, .device = {}, .from = {}, .until = {}});
    }
};

TEST_F(History, SaysWhoChangedWhatFromWhere) {  // D52
    const Saved saved = put(byAnna, book("anna"), "p.vcf", card("c1", "FN:Cleo\r\nTEL:1\r\n"));
    put(byBen, book("ben"), "p.vcf", card("c1", "FN:Cleo\r\nTEL:2\r\n"));
    const auto entries = of(saved.record);
    ASSERT_THAT(entries, SizeIs(2));
    EXPECT_EQ(entries[0].actorLogin, "ben");
    EXPECT_EQ(entries[0].actor.device, "laptop");
    ASSERT_THAT(entries[0].fields, SizeIs(1));
    EXPECT_EQ(entries[0].fields[0].field, "phones");
    EXPECT_EQ(entries[0].fields[0].before, "1");
    EXPECT_EQ(entries[0].fields[0].after, "2");
    EXPECT_EQ(entries[1].deed, Deed::created);
    EXPECT_THAT(entries[1].fields, IsEmpty());
}

TEST_F(History, IsAFeedWithACursor) {
    const std::int64_t start = store->lastHistoryId();
    put(byAnna, book("anna"), "1", card("c1", "FN:A\r\n"));
    put(byBen, book("ben"), "2", card("c2", "FN:B\r\n"));
    const auto changes =
        store->history({.record = {}, .login = {}, .device = {}, .from = {}, .until = {}, .since = start});
    ASSERT_THAT(changes, SizeIs(2));
    EXPECT_EQ(changes[0].title, "A");
    EXPECT_THAT(store->history({.record = {}, .login = "ben", .device = {}, .from = {}, .until = {}, .since = start}),
                SizeIs(1));
}

TEST_F(History, OthersPrivateChangesAreNotShown) {
    const Saved saved = put(byAnna, book("anna", "private"), "1", card("c1", "FN:Secret\r\n"));
    EXPECT_THAT(
        store->history({.record = saved.record, .login = {}, .device = {}, .from = {}, .until = {}, .seenBy = ben.id}),
        IsEmpty());
    EXPECT_THAT(
        store->history({.record = saved.record, .login = {}, .device = {}, .from = {}, .until = {}, .seenBy = anna.id}),
        SizeIs(1));
}

TEST_F(History, ContactComesBackWithLinksAndPhoto) {  // D51
    const std::string content =
        card("c1", "FN:Cleo\r\nEMAIL:cleo@customer.example\r\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/AAEC\r\n");
    const Saved saved = put(byAnna, book("anna"), "p.vcf", content);
    Deal deal;
    deal.title = "D";
    deal.contactIds = {saved.record};
    deal = store->saveDeal(byAnna, deal, "");
    put(byAnna, calendar("anna"), "1.ics",
        event("u1", std::string(meeting) + "ATTENDEE:mailto:cleo@customer.example\r\n"));
    store->removeObject(byBen, book("ben"), "p.vcf", {});
    EXPECT_FALSE(store->contact(anna.id, saved.record));
    EXPECT_THAT(store->deal(anna.id, deal.id)->contactIds, IsEmpty());
    const auto trash = store->trash(anna.id, 10);
    ASSERT_THAT(trash, SizeIs(1));
    EXPECT_EQ(trash[0].deletedBy, "ben");

    store->restore(byAnna, RecordKind::contact, saved.record);
    EXPECT_EQ(bytes(book("anna"), "p.vcf"), content);
    EXPECT_THAT(store->deal(anna.id, deal.id)->contactIds, ElementsAre(saved.record));
    EXPECT_TRUE(store->contactPhoto(anna.id, saved.record));
    Store::Query query;
    query.contact = saved.record;
    EXPECT_THAT(store->activities(query).records, SizeIs(1));
    EXPECT_THROW(store->restore(byAnna, RecordKind::contact, saved.record), NotFound);
}

TEST_F(History, MeetingComesBackForEverybody) {
    const std::string content = event(
        "u1", std::string(meeting) + "ORGANIZER:mailto:anna@firm.example\r\nATTENDEE:mailto:ben@firm.example\r\n");
    const Saved saved = put(byAnna, calendar("anna"), "1.ics", content);
    const std::string delivered = bytes(calendar("anna"), "1.ics");
    store->removeRecord(byAnna, RecordKind::activity, saved.record, "");
    EXPECT_THAT(names(calendar("ben")), IsEmpty());
    store->restore(byAnna, RecordKind::activity, saved.record);
    EXPECT_EQ(bytes(calendar("anna"), "1.ics"), delivered);
    EXPECT_THAT(names(calendar("ben")), SizeIs(1));
}

TEST_F(History, RestoredNextToANewMemberOfThatName) {
    const Saved saved = put(byAnna, book("anna"), "p.vcf", card("c1", "FN:Old\r\n"));
    store->removeObject(byAnna, book("anna"), "p.vcf", {});
    put(byAnna, book("anna"), "p.vcf", card("c2", "FN:New\r\n"));
    store->restore(byAnna, RecordKind::contact, saved.record);
    EXPECT_THAT(names(book("anna")), SizeIs(2));
    EXPECT_THAT(bytes(book("anna"), "p.vcf"), HasSubstr("FN:New"));
}

TEST_F(History, ObjectWithoutRecordComesBackToo) {
    const std::string group = card("g1", "FN:Friends\r\nX-ADDRESSBOOKSERVER-KIND:group\r\n");
    put(byAnna, book("anna", "private"), "g.vcf", group);
    store->removeObject(byAnna, book("anna", "private"), "g.vcf", {});
    const auto trash = store->trash(anna.id, 10);
    ASSERT_THAT(trash, SizeIs(1));
    EXPECT_THAT(store->trash(ben.id, 10), IsEmpty());
    EXPECT_THROW(store->restore(byBen, RecordKind::object, trash[0].record), NotFound);
    store->restore(byAnna, RecordKind::object, trash[0].record);
    EXPECT_EQ(bytes(book("anna", "private"), "g.vcf"), group);
    EXPECT_THAT(store->trash(anna.id, 10), IsEmpty());
}

TEST_F(History, UndoGoesBackToTheBytesOfBefore) {
    const std::string first = card("c1", "FN:Cleo\r\nX-A:1\r\nTEL:1\r\n");
    const Saved saved = put(byAnna, book("anna"), "p.vcf", first);
    put(byAnna, book("anna"), "p.vcf", card("c1", "FN:Cleo\r\nTEL:2\r\n"));
    put(byAnna, book("anna"), "p.vcf", card("c1", "FN:Cleo B\r\nTEL:3\r\n"));
    const auto entries = of(saved.record);
    ASSERT_THAT(entries, SizeIs(3));
    store->undoRecord(byAnna, entries[1].id);
    EXPECT_EQ(bytes(book("anna"), "p.vcf"), first);
    EXPECT_EQ(store->contact(anna.id, saved.record)->phones[0].value, "1");
    EXPECT_EQ(store->contact(anna.id, saved.record)->displayName, "Cleo");
    EXPECT_THAT(of(saved.record), SizeIs(4)) << "undoing is a change as any other";
}

TEST_F(History, DealIsUndoneByItsFields) {
    Deal deal;
    deal.title = "D";
    deal.valueCents = 100;
    deal.custom = {{"a", "1"}, {"b", "2"}};
    deal = store->saveDeal(byAnna, deal, "");
    Deal changed = deal;
    changed.valueCents = 5;
    changed.custom = {};
    store->saveDeal(byAnna, changed, "");
    store->undoRecord(byAnna, of(deal.id)[0].id);
    EXPECT_EQ(store->deal(anna.id, deal.id)->valueCents, 100);
    EXPECT_EQ(store->deal(anna.id, deal.id)->custom, deal.custom);
}

TEST_F(History, DeviceIsUndoneButNotWhatOthersChangedSince) {
    const std::string kept = card("c1", "FN:One\r\n");
    put(byBen, book("ben"), "1", kept);
    put(byBen, book("ben"), "2", card("c2", "FN:Two\r\n"));
    now += std::chrono::hours(1);
    const Instant from = now;
    put(byAnna, book("anna"), "1", card("c1", "FN:Broken\r\n"));
    put(byAnna, book("anna"), "2", card("c2", "FN:Broken\r\n"));
    put(byAnna, book("anna"), "3", card("c3", "FN:New\r\n"));
    now += std::chrono::hours(1);
    put(byBen, book("ben"), "2", card("c2", "FN:Mended\r\n"));

    const UndoReport dry = store->undoDevice(byAnna, "anna", "phone", from, now, true);
    EXPECT_THAT(dry.undone, SizeIs(2));
    EXPECT_THAT(dry.changedSince, SizeIs(1));
    EXPECT_THAT(names(book("anna")), SizeIs(3));
    EXPECT_THROW(store->undoDevice(byBen, "anna", "phone", from, now, false), Forbidden);

    store->undoDevice(byAnna, "anna", "phone", from, now, false);
    EXPECT_EQ(bytes(book("anna"), "1"), kept);
    EXPECT_THAT(bytes(book("anna"), "2"), HasSubstr("Mended"));
    EXPECT_THAT(names(book("anna")), testing::UnorderedElementsAre("1", "2"));
}

TEST_F(History, ErasedPersonIsNowhere) {
    const Saved saved = put(byAnna, book("anna"), "p.vcf",
                            card("c1", "FN:Zenobia Quux\r\nN:Quux;Zenobia;;;\r\nEMAIL:old.quux@customer.example\r\n"));
    put(byAnna, book("anna"), "p.vcf",
        card("c1", "FN:Zenobia Quux\r\nN:Quux;Zenobia;;;\r\nEMAIL:Zenobia@quux.example\r\nTEL:+49 555 123456\r\n"));
    put(byAnna, calendar("anna"), "1.ics",
        event("u1",
              "DTSTART:20260110T100000Z\r\nSUMMARY:Call with Zenobia Quux\r\nATTENDEE;CN=Zenobia "
              "Quux:mailto:zenobia@quux.example\r\n"
              "ATTENDEE:mailto:ben@firm.example\r\n"));
    put(byAnna, calendar("anna"), "1.ics",
        event("u1",
              "DTSTART:20260110T110000Z\r\nSUMMARY:Call with Zenobia Quux\r\nATTENDEE;CN=Zenobia "
              "Quux:mailto:zenobia@quux.example\r\n"
              "ATTENDEE:mailto:ben@firm.example\r\n"));
    put(byAnna, book("anna"), "other.vcf", card("c2", "FN:Zen Other\r\n"));
    ASSERT_THAT(place.everything(), HasSubstr("enobia"));
    EXPECT_GT(store->erase(byAnna, saved.record), 3U);
    const std::string left = place.everything();
    for (const char* trace : {"enobia", "Quux", "quux", "555 123456", "49555123456"})
        EXPECT_EQ(left.find(trace), std::string::npos) << trace;
    EXPECT_THAT(left, HasSubstr("Zen Other"));
    EXPECT_FALSE(store->contact(0, saved.record));
    EXPECT_THAT(store->trash(0, 10), IsEmpty());
    EXPECT_THAT(bytes(calendar("anna"), "1.ics"), HasSubstr("Call with (erased)"));
    EXPECT_EQ(of(saved.record)[0].deed, Deed::erased);
}

TEST_F(History, TrashIsEmptiedAfterThirtyDays) {
    const Saved saved = put(byAnna, book("anna"), "p.vcf", card("c1", "FN:Cleo\r\n"));
    store->removeObject(byAnna, book("anna"), "p.vcf", {});
    now += std::chrono::days(29);
    while (store->tend()) {
    }
    EXPECT_THAT(store->trash(anna.id, 10), SizeIs(1));
    now += std::chrono::days(2);
    while (store->tend()) {
    }
    EXPECT_THAT(store->trash(anna.id, 10), IsEmpty());
    EXPECT_THROW(store->restore(byAnna, RecordKind::contact, saved.record), NotFound);
    EXPECT_THAT(place.everything(), Not(HasSubstr("BEGIN:VCARD")));
}

}  // namespace
}  // namespace crmdav
