// What appointments tell webhooks: rules E3, E5, C10.
#include "store/history.h"
#include "tests/store/triggers_support.h"

namespace crmdav {
namespace {

using namespace std::chrono;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class AppointmentTriggers : public TriggerStore {
protected:
    Actor bridge(Triggers triggers) {
        return {.user = anna.id,
                .via = "bridge",
                .device = {},
                .agent = {},
                .address = {},
                .request = {},
                .triggers = triggers};
    }
    HistoryEntry lastOf(const Id& record) {
        HistoryFilter filter;
        filter.record = record;
        return store->history(filter).front();
    }
};

TEST_F(AppointmentTriggers, E3_CreatedUpdatedAndCancelledEachFireOnce) {
    Activity a = save(meeting(intro, tomorrow));
    EXPECT_THAT(events(), ElementsAre("appointment.created"));
    a.start = at(tomorrow + 1h);
    a.end = at(tomorrow + 2h);
    a = save(a);
    save(a);
    a.subject = "Longer call";
    a.location = "Room 2";
    a = save(a);
    a.participants[0].response = "declined";
    a = save(a);
    EXPECT_THAT(events(), ElementsAre("appointment.created", "appointment.updated", "appointment.updated",
                                      "appointment.updated"));
    a.cancelled = true;
    a = save(a);
    EXPECT_EQ(events().back(), "appointment.cancelled");
    EXPECT_THAT(events(), SizeIs(5));
    a.notes = "It was cancelled.";
    save(a);
    EXPECT_THAT(events(), SizeIs(5)) << "nobody waits for it any more";
    store->removeRecord(byAnna, RecordKind::activity, a.id, {});
    EXPECT_THAT(events(), SizeIs(5)) << "it was cancelled already";
    for (const OutboxItem& item : out("webhook")) EXPECT_EQ(item.about, a.id);
}

TEST_F(AppointmentTriggers, E3_WhatClientsDoFiresToo) {
    const Activity a = save(meeting(intro, tomorrow));
    const std::string name = names(calendar("anna")).front();
    put(byAnna, calendar("anna"), name,
        event(a.uid, "DTSTART:20260107T090000Z\r\nDTEND:20260107T100000Z\r\nSUMMARY:Call\r\n"));
    store->removeObject(byAnna, calendar("anna"), name, {});
    EXPECT_THAT(events(), ElementsAre("appointment.created", "appointment.updated", "appointment.cancelled"));
    EXPECT_THAT(out("webhook").back().body, HasSubstr(R"("ended":"deleted")"));
}

TEST_F(AppointmentTriggers, E3_OffNothingFires) {
    const Id quiet = make("quiet", false).id;
    Activity a = save(meeting(quiet, tomorrow));
    a.cancelled = true;
    save(a);
    save(meeting({}, tomorrow + 24h));
    AppointmentCalendar off = *store->booking().calendarById(intro);
    off.triggers = false;
    store->booking().saveCalendar(system, off, {});
    book(tomorrow);
    EXPECT_THAT(events(), IsEmpty());
    EXPECT_THAT(store
                    ->contacts({.user = 0,
                                .text = "zoe",
                                .updatedSince = {},
                                .from = {},
                                .until = {},
                                .contact = {},
                                .company = {},
                                .deal = {},
                                .type = {},
                                .email = {},
                                .owner = {},
                                .done = {},
                                .after = {}})
                    .records,
                SizeIs(1))
        << "contacts are made as ever";
}

TEST_F(AppointmentTriggers, E3_WhatACustomerBookedSaysSoBesideCreated) {
    const Booking booked = book(tomorrow, "drawn once");
    EXPECT_THAT(events(), ElementsAre("appointment.created", "appointment.customer_booked"));
    book(tomorrow, "drawn once");
    EXPECT_THAT(events(), SizeIs(2)) << "the same request again is the same booking";
    store->booking().moveBooking(visitor, booked.id, tomorrow + 1h);
    store->booking().cancelBooking(visitor, booked.id);
    EXPECT_THAT(events(), ElementsAre("appointment.created", "appointment.customer_booked", "appointment.updated",
                                      "appointment.cancelled"));
    Actor console = byAnna;
    console.via = "console";
    store->booking().book(console, intro, {tomorrow + 3h, "Zoe Neu", "zoe@neu.example", {}, {}, {}, {}});
    EXPECT_THAT(events(), SizeIs(5)) << "a colleague who books is no customer";
}

TEST_F(AppointmentTriggers, E3_AnActivityThatComesIntoACalendarIsNewThereAndEndsWhenItLeaves) {
    Activity a = save(meeting({}, tomorrow));
    a.calendar = intro;
    a = save(a);
    EXPECT_THAT(events(), ElementsAre("appointment.created"));
    a.calendar.clear();
    a = save(a);
    EXPECT_THAT(events(), ElementsAre("appointment.created", "appointment.cancelled"));
    EXPECT_THAT(out("webhook").back().body, HasSubstr(R"("ended":"removed")"));
}

TEST_F(AppointmentTriggers, E3_WebhooksGetWhatTheyAskedFor) {
    const Id leads = makeHook({"appointment.customer_booked"});
    book(tomorrow);
    EXPECT_THAT(events(leads), ElementsAre("appointment.customer_booked"));
    EXPECT_THAT(events(), SizeIs(2));
}

TEST_F(AppointmentTriggers, E5_NothingFiresForImportsRestoresAndUndos) {
    Actor import = byAnna;
    import.via = "cli";
    store->saveActivity(import, meeting(intro, tomorrow), {});
    EXPECT_THAT(events(), IsEmpty());
    Activity a = save(meeting(intro, tomorrow + 24h));
    a.subject = "Other";
    save(a);
    store->undoRecord(byAnna, lastOf(a.id).id);
    EXPECT_EQ(read(a.id).subject, "Call");
    EXPECT_THAT(events(), SizeIs(2));
    store->removeRecord(byAnna, RecordKind::activity, a.id, {});
    store->restore(byAnna, RecordKind::activity, a.id);
    EXPECT_THAT(events(), ElementsAre("appointment.created", "appointment.updated", "appointment.cancelled"));
    Activity taken = save(meeting(intro, tomorrow + 48h));
    taken.calendar.clear();
    save(taken);
    EXPECT_THAT(events(), SizeIs(5));
    store->undoRecord(byAnna, lastOf(taken.id).id);
    EXPECT_EQ(read(taken.id).calendar, intro);
    store->undoDevice(byAnna, "anna", "phone", now - 1h, now + 1h, false);
    EXPECT_FALSE(store->activity(0, taken.id)) << "its creation is undone, too";
    EXPECT_THAT(events(), SizeIs(5));
}

TEST_F(AppointmentTriggers, E5_TheBridgeFiresOnlyWhereItSaysSoAndNeverForThePast) {  // C10: loops don't say so
    Activity a = store->saveActivity(bridge(Triggers::usual), meeting(intro, tomorrow), {});
    a.subject = "What came back";
    store->saveActivity(bridge(Triggers::none), a, {});
    EXPECT_THAT(events(), IsEmpty());
    store->saveActivity(bridge(Triggers::fire), meeting(intro, now - 30 * 24h), {});
    EXPECT_THAT(events(), IsEmpty()) << "B15, E5: the past is taken up silently";
    store->saveActivity(bridge(Triggers::fire), meeting(intro, tomorrow + 24h), {});
    EXPECT_THAT(events(), ElementsAre("appointment.created"));
}

TEST_F(AppointmentTriggers, E5_BusyBlocksFireNothing) {
    store->sync().saveBlock(byAnna, anna.id, newId(),
                            event("block", "DTSTART:20260107T090000Z\r\nDTEND:20260107T100000Z\r\n"));
    EXPECT_THAT(events(), IsEmpty());
}

TEST_F(AppointmentTriggers, E5_AThousandImportedEventsFireNothing) {  // D67
    Actor import = byAnna;
    import.via = "cli";
    store->batch([&] {
        for (int i = 0; i < 1000; ++i) store->saveActivity(import, meeting(intro, tomorrow + i * 1h), {});
    });
    tick();
    EXPECT_THAT(events(), IsEmpty());
    EXPECT_THAT(mails(), IsEmpty());
}

TEST_F(AppointmentTriggers, E3_OneTransaction) {  // what was taken back told nobody
    EXPECT_THROW(store->batch([&] {
        save(meeting(intro, tomorrow));
        throw std::runtime_error("no");
    }),
                 std::runtime_error);
    EXPECT_THAT(events(), IsEmpty());
    EXPECT_THROW(store->booking().moveBooking(visitor, book(tomorrow).id, tomorrow + 100 * 24h), SlotTaken);
    EXPECT_THAT(events(), SizeIs(2)) << "looking whether it can be moved cancels it, and takes that back";
}

TEST_F(AppointmentTriggers, ThePayloadIsTheAppointmentWithItsContacts) {
    const Activity a = save(meeting(intro, tomorrow));
    const Json body = parseJson(out("webhook").front().body);
    const Json& data = *body.find("data");
    const Json& told = *data.find("appointment");
    EXPECT_EQ(body.find("event")->string, "appointment.created");
    EXPECT_EQ(told.find("id")->string, a.id);
    EXPECT_EQ(told.find("start")->string, "2026-01-06T10:00:00Z");
    EXPECT_EQ(told.find("subject")->string, "Call");
    EXPECT_EQ(data.find("calendar")->find("key")->string, "intro");
    ASSERT_THAT(data.find("contacts")->array, SizeIs(1));
    EXPECT_EQ(data.find("contacts")->array[0].find("id")->string, zoe);
    EXPECT_EQ(data.find("contacts")->array[0].find("email")->string, "zoe@neu.example");
}

TEST_F(AppointmentTriggers, F4_ThePayloadIsWhatColleaguesMaySee) {
    const auto told = [&](Detail detail, Privacy privacy) {
        User user = *store->userById(anna.id);
        user.visibility = detail;
        store->saveUser(system, user);
        Activity a = meeting(intro, tomorrow);
        a.notes = "Secret notes";
        a.privacy = privacy;
        save(a);
        return out("webhook").back().body;
    };
    EXPECT_THAT(told(Detail::everything, Privacy::open), HasSubstr("Secret notes"));
    const std::string subject = told(Detail::subject, Privacy::open);
    EXPECT_THAT(subject, testing::AllOf(HasSubstr("Call"), HasSubstr("zoe@neu"), Not(HasSubstr("Secret")),
                                        Not(HasSubstr("Room"))));
    for (const std::string& body : {told(Detail::busy, Privacy::open), told(Detail::everything, Privacy::personal),
                                    told(Detail::everything, Privacy::confidential)})
        EXPECT_THAT(body, testing::AllOf(HasSubstr("2026-01-06T10:00:00Z"), Not(HasSubstr("\"Call")),
                                         Not(HasSubstr("oe")), Not(HasSubstr("Room")), Not(HasSubstr("Secret"))));
    EXPECT_THAT(told(Detail::none, Privacy::open), Not(HasSubstr("2026-01-06T10")));
}

}  // namespace
}  // namespace crmdav
