#include "tests/store/sync_support.h"

namespace crmdav {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// An erased person is gone everywhere, what the bridge remembers included.
class SyncErasure : public SyncTest {
protected:
    SyncErasure() {
        contact = put(byAnna, book("anna"), "m.vcf",
                      card("m", "FN:Max Muster\r\nN:Muster;Max;;;\r\nEMAIL:max@muster.example\r\n"))
                      .record;
    }
    Link filled(const SyncScope& scope, const std::string& remote, const Id& local, const std::string& raw) {
        Link made = link(scope, remote, local);
        made.baseLocal = made.baseRemote = R"({"participants":[{"email":"max@muster.example","name":"Max Muster"}]})";
        made.raw = raw;
        made.note = "Max Muster has too many phones";
        sync().saveLink(made);
        return made;
    }
    void journal(const Id& local, const std::string& raw) {
        JournalEntry entry;
        entry.run = newId();
        entry.account = account.id;
        entry.local = local;
        entry.action = "update";
        entry.title = "Lunch with Max Muster";
        entry.reason = "MAX@muster.example accepted";
        entry.fields = {{"participants", "", "max@muster.example", "Max Muster"}};
        entry.rawBefore = raw;
        sync().addJournal(entry);
    }
    std::int64_t erase() { return static_cast<std::int64_t>(store->erase(byAnna, contact)); }

    Id contact;
};

TEST_F(SyncErasure, LeavesTheirOwnLinkEmptyButKnown) {
    const Link own = filled(people(), "people/1", contact, "BEGIN:VCARD\r\nFN:Max Muster\r\nEND:VCARD\r\n");
    Staged changed = item("people/1", "2", "max@muster.example");
    stage(people(), {changed});
    journal(contact, "Max Muster");
    erase();
    const auto left = sync().link(own.id);
    ASSERT_TRUE(left);
    EXPECT_EQ(left->remote, "people/1");
    EXPECT_EQ(left->state, LinkState::linked);
    EXPECT_EQ(left->note, erasedNote);
    EXPECT_EQ(left->raw + left->baseLocal + left->baseRemote + left->uid, "");
    EXPECT_THAT(staged(people()), IsEmpty());
    EXPECT_THAT(sync().journal({}), Each(testing::Field(&JournalEntry::title, "(erased)")));
    const std::string all = place.everything();
    EXPECT_THAT(all, Not(HasSubstr("muster.example")));
    EXPECT_THAT(all, Not(HasSubstr("Max Muster")));
    sync().stageChanges(people(), 0, 100);
    ASSERT_THAT(staged(people()), SizeIs(1)) << "the next run learns of it";
    EXPECT_EQ(staged(people())[0].link, own.id);
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(SyncErasure, TakesTheNameOutOfMeetingsAndLeavesTheRest) {
    const Id meeting = put(byAnna, calendar("anna"), "e.ics",
                           event("e",
                                 "DTSTART:20260106T090000Z\r\nDURATION:PT1H\r\nSUMMARY:Lunch with Max Muster\r\n"
                                 "ORGANIZER:mailto:anna@firm.example\r\n"
                                 "ATTENDEE;CN=Max Muster:mailto:max@muster.example\r\n"))
                           .record;
    const Link google = filled(events(), "g", meeting,
                               R"({"summary":"Lunch with Max Muster","attendees":[{"email":"Max@muster.example"}]})");
    const Link dav = filled(events(), "d", newId(),
                            "BEGIN:VCALENDAR\r\nSUMMARY:Lunch with a name that is folded in the middle: Max Mu\r\n "
                            "ster\r\nATTENDEE:mailto:max@muster.example\r\nEND:VCALENDAR\r\n");
    const Link other = filled(events(), "o", newId(), "nobody");
    Link untouched = other;
    untouched.baseLocal = untouched.baseRemote = untouched.note = "{}";
    untouched.raw = std::string("\0\xff\xfe", 3);
    sync().saveLink(untouched);
    stage(events(), {item("g", "2", R"({"email":"max@muster.example"})")});
    journal(meeting, "max@muster.example");
    erase();
    EXPECT_EQ(sync().link(google.id)->raw,
              R"~({"summary":"Lunch with (erased)","attendees":[{"email":"erased@invalid.invalid"}]})~");
    EXPECT_EQ(sync().link(google.id)->baseLocal,
              R"~({"participants":[{"email":"erased@invalid.invalid","name":"(erased)"}]})~")
        << "as the activity has them by now, so that nobody takes it for an edit";
    const auto activity = store->activity(anna.id, meeting);
    ASSERT_TRUE(activity);
    EXPECT_THAT(activity->participants,
                testing::Contains(testing::AllOf(testing::Field(&Participant::email, "erased@invalid.invalid"),
                                                 testing::Field(&Participant::name, "(erased)"))));
    EXPECT_THAT(sync().link(dav.id)->raw, HasSubstr("middle: (erased)\r\nATTENDEE:mailto:erased@invalid.invalid\r\n"));
    EXPECT_EQ(sync().link(other.id)->raw, untouched.raw);
    EXPECT_EQ(staged(events())[0].raw, R"({"email":"erased@invalid.invalid"})");
    const std::string all = place.everything();
    EXPECT_THAT(all, Not(HasSubstr("muster.example")));
    EXPECT_THAT(all, Not(HasSubstr("Max M")));
}

TEST_F(SyncErasure, SendsThemNothingAnyMore) {
    OutboxItem item;
    item.channel = "mail";
    item.key = "1";
    item.target = "Max@Muster.example";
    item.subject = "Dear Max Muster";
    sync().post(item);
    item.key = "2";
    item.target = "anna@firm.example";
    sync().post(item);
    erase();
    const auto due = sync().due(10);
    ASSERT_THAT(due, SizeIs(1));
    EXPECT_EQ(due[0].key, "2");
    EXPECT_EQ(due[0].subject, "Dear (erased)");
}

}  // namespace
}  // namespace crmdav
