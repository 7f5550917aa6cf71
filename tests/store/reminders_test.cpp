// Reminder campaigns of appointment calendars: rule E4.
#include <thread>

#include "tests/store/triggers_support.h"

namespace crmdav {
namespace {

using namespace std::chrono;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class ReminderCampaigns : public TriggerStore {};

TEST_F(ReminderCampaigns, E4_EachFiresOnceAtItsTime) {
    campaign({mailed(120, "Soon"), mailed(-30, "Thanks")});
    save(meeting(intro, tomorrow));
    until(tomorrow - 121min);
    EXPECT_THAT(mails(), IsEmpty());
    until(tomorrow - 120min);
    ASSERT_THAT(mails(), ElementsAre("Soon"));
    EXPECT_EQ(out("mail")[0].target, "zoe@neu.example");
    EXPECT_EQ(out("mail")[0].body, "Hello Zoe, Call: Dienstag, 6. Januar 2026, 10:00–10:30 (UTC)");
    until(tomorrow + 29min);
    EXPECT_THAT(mails(), SizeIs(1));
    until(tomorrow + 24h);
    EXPECT_THAT(mails(), ElementsAre("Soon", "Thanks"));
}

TEST_F(ReminderCampaigns, E4_TheyCanGoByTheEnd) {
    ReminderStep step = mailed(-15, "After it");
    step.fromEnd = true;
    campaign({step});
    save(meeting(intro, tomorrow));
    until(tomorrow + 44min);
    EXPECT_THAT(mails(), IsEmpty());
    until(tomorrow + 45min);
    EXPECT_THAT(mails(), ElementsAre("After it"));
}

TEST_F(ReminderCampaigns, E4_TheyMoveWithTheAppointment) {
    campaign({mailed(60)});
    Activity a = save(meeting(intro, tomorrow));
    until(tomorrow - 2h);
    a.start = at(tomorrow + 48h);
    a.end = at(tomorrow + 49h);
    a = save(a);
    until(tomorrow + 24h);
    EXPECT_THAT(mails(), IsEmpty());
    until(tomorrow + 47h);
    ASSERT_THAT(mails(), SizeIs(1));
    EXPECT_THAT(out("mail")[0].body, HasSubstr("8. Januar 2026, 10:00"));
    a.start = at(tomorrow + 72h);
    a.end = at(tomorrow + 73h);
    save(a);
    until(tomorrow + 80h);
    EXPECT_THAT(mails(), SizeIs(1)) << "each fires once";
}

TEST_F(ReminderCampaigns, E4_AMoveByAnUndoMovesThemToo) {
    campaign({mailed(60)});
    Activity a = save(meeting(intro, tomorrow));
    a.start = at(tomorrow + 48h);
    a.end = at(tomorrow + 49h);
    save(a);
    HistoryFilter filter;
    filter.record = a.id;
    store->undoRecord(byAnna, store->history(filter).front().id);
    until(tomorrow - 1h);
    EXPECT_THAT(mails(), SizeIs(1));
    until(tomorrow + 50h);
    EXPECT_THAT(mails(), SizeIs(1));
}

TEST_F(ReminderCampaigns, E4_WhatIsCancelledDeletedOrTakenOutOfTheCalendarRemindsNobody) {
    campaign({mailed(60)});
    Activity cancelled = save(meeting(intro, tomorrow));
    Activity removed = save(meeting(intro, tomorrow + 1h));
    const Activity deleted = save(meeting(intro, tomorrow + 2h));
    tick();
    cancelled.cancelled = true;
    save(cancelled);
    removed.calendar.clear();
    save(removed);
    store->removeRecord(byAnna, RecordKind::activity, deleted.id, {});
    until(tomorrow + 24h);
    EXPECT_THAT(mails(), IsEmpty());
}

TEST_F(ReminderCampaigns, E4_WhatIsUncancelledReminds) {
    campaign({mailed(60)});
    Activity a = save(meeting(intro, tomorrow));
    a.cancelled = true;
    a = save(a);
    tick();
    a.cancelled = false;
    save(a);
    until(tomorrow);
    EXPECT_THAT(mails(), SizeIs(1));
}

TEST_F(ReminderCampaigns, E4_WhatWasDueBeforeTheAppointmentWasMadeDoesntFire) {
    campaign({mailed(24 * 60, "A day before"), mailed(60, "An hour before")});
    now = tomorrow - 2h;
    save(meeting(intro, tomorrow));
    until(tomorrow + 1h);
    EXPECT_THAT(mails(), ElementsAre("An hour before"));
}

TEST_F(ReminderCampaigns, E4_WhatWasMissedByADownServerFiresLateButNotAfterItsAppointmentBegan) {
    campaign({mailed(60, "Before"), mailed(-10, "After")});
    save(meeting(intro, tomorrow));
    save(meeting(intro, tomorrow + 3h));
    tick();
    now = tomorrow + 2h + 30min;
    tick();
    EXPECT_THAT(mails(), ElementsAre("After", "Before")) << "of the second one: it begins in half an hour";
}

TEST_F(ReminderCampaigns, E4_TheStepsOfASeriesFireForEachOccurrence) {
    campaign({mailed(60)});
    Activity a = meeting(intro, tomorrow);
    a.rrule = "FREQ=DAILY";
    a.exceptions = {{at(tomorrow + 24h), true, {}, {}, {}, {}, {}}};
    a = save(a);
    until(tomorrow + 4 * 24h - 2h);
    EXPECT_THAT(mails(), SizeIs(3)) << "days 1, 3 and 4: one of them doesn't take place";
    now += 100 * 24h;
    tick();
    const auto before = mails().size();
    until(now + 48h);
    EXPECT_EQ(mails().size(), before + 2) << "also beyond what was planned at first";
}

TEST_F(ReminderCampaigns, E4_ChangedStepsGoForWhatIsToCome) {
    campaign({mailed(120, "Two hours")});
    save(meeting(intro, tomorrow));
    tick();
    std::vector<ReminderStep> steps = store->booking().calendar("intro")->reminders;
    steps[0].minutes = 60;
    steps[0].subject = "One hour";
    steps.push_back(mailed(30, "Half an hour"));
    campaign(steps);
    until(tomorrow - 45min);
    EXPECT_THAT(mails(), ElementsAre("One hour"));
    campaign({});
    until(tomorrow + 1h);
    EXPECT_THAT(mails(), SizeIs(1));
}

TEST_F(ReminderCampaigns, E4_SavedAgainWithoutIdsTheyAreTheSameOnes) {
    campaign({mailed(60)});
    const Id id = store->booking().calendar("intro")->reminders.at(0).id;
    campaign({mailed(60)});
    EXPECT_EQ(store->booking().calendar("intro")->reminders.at(0).id, id);
    ReminderStep stranger = mailed(60);
    stranger.id = newId();
    EXPECT_THROW(campaign({stranger}), InvalidField);
}

TEST_F(ReminderCampaigns, E4_TriggersEnrolSoNothingRemindsOfWhatFiredNothing) {  // E5
    campaign({mailed(60)});
    Actor import = byAnna;
    import.via = "cli";
    store->saveActivity(import, meeting(intro, tomorrow), {});
    const Activity quiet = save(meeting(make("quiet", false).id, tomorrow + 2h));
    campaign({mailed(60)}, "quiet");
    until(tomorrow + 24h);
    EXPECT_THAT(mails(), IsEmpty());
}

TEST_F(ReminderCampaigns, E4_SwitchedOffNothingMoreGoesOut) {
    campaign({mailed(60)});
    save(meeting(intro, tomorrow));
    tick();
    AppointmentCalendar off = *store->booking().calendarById(intro);
    off.triggers = false;
    store->booking().saveCalendar(system, off, {});
    until(tomorrow + 1h);
    EXPECT_THAT(mails(), IsEmpty());
}

TEST_F(ReminderCampaigns, E4_MailGoesToContactsThatHaveAnAddressAndComeAlone) {
    campaign({mailed(60)});
    Activity a = meeting(intro, tomorrow);
    Participant stranger;
    stranger.email = "nobody@elsewhere.example";
    Participant colleague;
    colleague.email = "ben@firm.example";
    a.participants.push_back(stranger);
    a.participants.push_back(colleague);
    Contact mute;
    mute.displayName = "Mute";
    a.contactIds = {store->saveContact(byAnna, mute, {}).id, zoe};
    save(a);
    Activity declined = meeting(intro, tomorrow + 1h);
    declined.participants[0].response = "declined";
    save(declined);
    until(tomorrow + 2h);
    ASSERT_THAT(out("mail"), SizeIs(1));
    EXPECT_EQ(out("mail")[0].target, "zoe@neu.example");
}

TEST_F(ReminderCampaigns, E4_WhoIsUnlinkedOrGoneGetsNone) {
    campaign({mailed(60)});
    Activity a = save(meeting(intro, tomorrow));
    save(meeting(intro, tomorrow + 5h));
    a.participants.clear();
    save(a);
    until(tomorrow + 1h);
    EXPECT_THAT(mails(), IsEmpty());
    store->removeRecord(byAnna, RecordKind::contact, zoe, {});
    until(tomorrow + 8h);
    EXPECT_THAT(mails(), IsEmpty());
}

TEST_F(ReminderCampaigns, E4_AWebhookGetsThemWithTextAndContact) {
    ReminderStep step = mailed(60, "For {{contact.name}}");
    step.channel = "webhook";
    campaign({step});
    const Id other = makeHook({"appointment.reminder"});
    save(meeting(intro, tomorrow));
    until(tomorrow);
    ASSERT_THAT(events(other), ElementsAre("appointment.reminder"));
    EXPECT_THAT(mails(), IsEmpty());
    const Json data = *parseJson(out("webhook").back().body).find("data");
    EXPECT_EQ(data.find("reminder")->find("subject")->string, "For Zoe Neu");
    EXPECT_EQ(data.find("reminder")->find("contact")->string, zoe);
    EXPECT_EQ(data.find("reminder")->find("start")->string, "2026-01-06T10:00:00Z");
    EXPECT_EQ(data.find("appointment")->find("subject")->string, "Call");
}

TEST_F(ReminderCampaigns, F4_OfAPrivateAppointmentAWebhookIsRemindedWithoutAWord) {
    ReminderStep step = mailed(60, "{{contact.name}} {{appointment.subject}} {{appointment.location}}");
    step.channel = "webhook";
    campaign({step});
    Activity a = meeting(intro, tomorrow);
    a.privacy = Privacy::personal;
    save(a);
    until(tomorrow);
    const std::string body = out("webhook").back().body;
    EXPECT_THAT(body, HasSubstr("appointment.reminder"));
    EXPECT_THAT(body, testing::AllOf(Not(HasSubstr("\"Call")), Not(HasSubstr("oe")), Not(HasSubstr("Room"))));
}

TEST_F(ReminderCampaigns, E4_MailsAreInTheVisitorsLanguageAndZone) {
    campaign({mailed(60)});
    book(tomorrow);
    until(tomorrow);
    ASSERT_THAT(out("mail"), SizeIs(1));
    EXPECT_THAT(out("mail")[0].body, HasSubstr("Dienstag, 6. Januar 2026, 11:00–11:30 (Europe/Berlin)"));
    Organisation own = store->organisation();
    own.region = "US";
    store->saveOrganisation(system, own);
    save(meeting(intro, tomorrow + 24h));
    until(tomorrow + 24h);
    EXPECT_THAT(out("mail").back().body, HasSubstr("Wednesday, 7 January 2026, 10:00–10:30 (UTC)"));
}

TEST_F(ReminderCampaigns, E4_SeveralProcessesSendEachOnce) {
    campaign({mailed(60), mailed(30)});
    store->batch([&] {
        for (int i = 0; i < 120; ++i) save(meeting(intro, tomorrow));
    });
    tick();
    now = tomorrow - 20min;
    StoreOptions options;
    options.url = place.url();
    options.now = [this] { return now; };
    const auto other = Store::open(options);
    std::jthread second([&] {
        while (other->booking().postReminders()) {
        }
    });
    tick();
    second.join();
    EXPECT_EQ(store->sync().due(1000).size(), 2U * 120 + 120) << "and the webhook's";
    tick();
    EXPECT_EQ(store->sync().due(1000).size(), 2U * 120 + 120);
}

TEST_F(ReminderCampaigns, E4_UnknownFieldsAreRefusedWhenSaved) {
    const auto refused = [&](ReminderStep step) {
        try {
            campaign({std::move(step)});
        } catch (const InvalidField& error) {
            return error.field + ": " + error.what();
        }
        return std::string();
    };
    EXPECT_EQ(refused(mailed(1, "{{contact.surname}}")), "reminders[0].subject: there is no field \"contact.surname\"");
    EXPECT_EQ(refused(mailed(1, "{{contact.name")), "reminders[0].subject: the braces of a field aren't closed");
    EXPECT_EQ(refused(mailed(1, "{{ contact.name }} {braces}")), "");
    EXPECT_EQ(refused(mailed(1, "")), "reminders[0].subject: a mail needs a subject and a text");
    EXPECT_EQ(refused(mailed(600'000)), "reminders[0].minutes: more than a year from the appointment");
    ReminderStep pigeon = mailed(1);
    pigeon.channel = "pigeon";
    EXPECT_EQ(refused(pigeon), "reminders[0].channel: a reminder goes by mail or webhook");
}

}  // namespace
}  // namespace crmdav
