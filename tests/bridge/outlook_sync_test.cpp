#include "tests/bridge/outlook_crm.h"

namespace crmdav::outlook_tests {
namespace {

using namespace testing;
using standins::Fault;

// Rules B3, B11, C8, C10: the block, zones and exceptions go there and are no news when they come back.
TEST(OutlookSync, ASeriesWithEverythingSettles) {
    OutlookCrm crm;
    Contact guest;
    guest.firstName = "Bob";
    guest.lastName = "Brown";
    guest.emails = {{"work", "bob@acme.example", true}};
    guest = crm.save(guest);
    crm.start(calendar, R"(,"includeInfo":true)");
    Activity series = crm.make("Jour fixe", 1);
    series.rrule = "FREQ=DAILY;COUNT=10";
    series.notes = "Bring cake";
    series.contactIds = {guest.id};
    Exception moved = cancelledOf(series, 5);
    moved.cancelled = false;
    moved.subject = "Retro";
    moved.notes = series.notes;
    moved.start = moved.end = moved.original;
    moved.end.local += hours(2);
    series.exceptions = {cancelledOf(series, 2), moved};
    crm.save(series);
    EXPECT_EQ(crm.settle(calendar, 4), 0);
    const Json event = crm.only();
    EXPECT_EQ(at(event, "cancelled").array.size(), 1U);
    EXPECT_EQ(at(event, "exceptions").object.size(), 1U);
    EXPECT_THAT(std::string(textAt(event, {"body", "content"})), HasSubstr("bob@acme.example"));
    Activity now = *crm.called("Jour fixe");
    EXPECT_EQ(now.notes, "Bring cake");
    ASSERT_EQ(now.exceptions.size(), 2U);
    EXPECT_EQ(now.exceptions[1].notes, "Bring cake");
    EXPECT_EQ(now.start.zone, "Europe/Zurich");
    crm.graph.cancelOccurrence(std::string(textAt(event, "id")), "2026-03-06");
    EXPECT_EQ(crm.settle(calendar, 3), 0);
    EXPECT_EQ(crm.called("Jour fixe")->exceptions.size(), 3U);
    EXPECT_THAT(crm.graph.mails(), IsEmpty());
}

// Rule B12: the change is held, and shown as such; reminders too would be a write.
TEST(OutlookSync, WhatWouldMailGuestsIsHeld) {
    OutlookCrm crm;
    crm.start(calendar);
    crm.graph.addEvent(
        crm.graph.mainCalendar(),
        eventJson("Sales", "2026-03-10",
                  R"(,"attendees":[{"type":"required","emailAddress":{"address":"bob@acme.example"}}])"));
    crm.run(calendar);
    Activity sales = *crm.called("Sales");
    EXPECT_EQ(sales.participants.size(), 2U);
    sales.subject = "Sales talk";
    sales.reminders = {{45, "display"}};
    crm.save(sales);
    EXPECT_EQ(crm.settle(calendar, 3), 0);
    EXPECT_EQ(textAt(crm.only(), "subject"), "Sales");
    const auto journal = crm.journal();
    EXPECT_TRUE(std::ranges::any_of(journal, [](const JournalEntry& e) {
        return e.rule == "B12" && e.outcome == "held" && e.reason.find("mail") != std::string::npos;
    }));
    // What changes there goes on coming.
    crm.graph.editEvent(std::string(textAt(crm.only(), "id")), R"({"location":{"displayName":"Bern"}})");
    crm.run(calendar);
    EXPECT_EQ(crm.called("Sales talk")->location, "Bern");
    EXPECT_THAT(crm.graph.mails(), IsEmpty());
}

// Rule I1: contacts tell their mark only when asked; an answer that was lost makes no second one, on either side.
TEST(OutlookSync, ALostAnswerMakesNoSecondContact) {
    for (const int passed : {0, 1, 2, 3}) {
        OutlookCrm crm;
        crm.start(contacts);
        crm.run(contacts);
        Contact person;
        person.firstName = "Eve";
        person.lastName = "Cole";
        person.emails = {{"work", "eve@x.example", true}};
        crm.save(person);
        for (int i = 0; i < passed; ++i) crm.graph.faults().next(Fault::none);
        crm.graph.faults().next(Fault::lostAfter);
        EXPECT_EQ(crm.settle(contacts, 5), 0) << passed;
        EXPECT_EQ(crm.people().size(), 1U) << passed;
        EXPECT_EQ(crm.graph.contacts().size(), 1U) << passed;
    }
}

// Rules D3, I1: deleted in the CRM meanwhile, it goes there, too.
TEST(OutlookSync, AContactDeletedBeforeItsCreationWasKnownGoesThereToo) {
    int made = 0;
    for (const int passed : {0, 1, 2, 3}) {
        OutlookCrm crm;
        crm.start(contacts);
        crm.run(contacts);
        Contact person;
        person.firstName = "Eve";
        person.lastName = "Cole";
        person.emails = {{"work", "eve@x.example", true}};
        const Id id = crm.save(person).id;
        for (int i = 0; i < passed; ++i) crm.graph.faults().next(Fault::none);
        crm.graph.faults().next(Fault::lostAfter);
        if (crm.run(contacts) == SyncStatus::failing) made += static_cast<int>(crm.graph.contacts().size());
        crm.now += seconds(1);
        crm.store->removeRecord(crm.actor(), RecordKind::contact, id, {});
        EXPECT_EQ(crm.settle(contacts, 5), 0) << passed;
        EXPECT_THAT(crm.people(), IsEmpty()) << passed;
        EXPECT_THAT(crm.graph.contacts(), IsEmpty()) << passed;
    }
    EXPECT_GT(made, 0) << "or nothing was cut";
}

TEST(OutlookSync, ContactsAgree) {
    OutlookCrm crm;
    crm.start(contacts);
    const std::string id = crm.graph.addContact(
        R"({"givenName":"Ann","surname":"Cole","displayName":"Ann Cole","emailAddresses":[{"name":"x","address":"a@x.ch"}],"spouseName":"Bob","businessAddress":{"city":"Bern"},"otherAddress":{"city":"Chur"}})");
    crm.run(contacts);
    ASSERT_EQ(crm.people().size(), 1U);
    Contact person = crm.people().front();
    EXPECT_EQ(person.addresses.size(), 1U);  // D11
    person.emails.push_back({"home", "b@x.ch", false});
    person.emails.push_back({"home", "c@x.ch", false});
    person.emails.push_back({"home", "d@x.ch", false});
    person.jobTitle = "Head";
    crm.save(person);
    EXPECT_EQ(crm.settle(contacts, 4), 0);
    const Json there = crm.graph.contact(id);
    EXPECT_EQ(textAt(there, "jobTitle"), "Head");
    EXPECT_EQ(textAt(there, "spouseName"), "Bob");
    EXPECT_EQ(at(there, "emailAddresses").array.size(), 3U);
    EXPECT_EQ(crm.people().front().emails.size(), 4U);
    crm.graph.editContact(id, R"({"emailAddresses":[{"name":"x","address":"new@x.ch"}],"displayName":"Ann Cole"})");
    EXPECT_EQ(crm.settle(contacts, 4), 0);
    crm.graph.removeContact(id);
    EXPECT_EQ(crm.settle(contacts, 3), 0);
    EXPECT_THAT(crm.people(), IsEmpty());
}

// Rule C1: Outlook has no cancelled appointments of one's own, so that what is cancelled takes no time there.
TEST(OutlookSync, WhatTakesPlaceAfterAllTakesTimeAgain) {
    OutlookCrm crm;
    crm.start(calendar);
    Activity demo = crm.save(crm.make("Demo", 1));
    EXPECT_EQ(crm.settle(calendar, 2), 0);
    EXPECT_EQ(textAt(crm.only(), "showAs"), "busy");
    demo.cancelled = true;
    demo = crm.save(demo);
    EXPECT_EQ(crm.settle(calendar, 3), 0);
    EXPECT_EQ(textAt(crm.only(), "showAs"), "free");
    EXPECT_TRUE(crm.called("Demo")->cancelled);
    demo = *crm.called("Demo");
    demo.cancelled = false;
    crm.save(demo);
    EXPECT_EQ(crm.settle(calendar, 3), 0);
    EXPECT_EQ(textAt(crm.only(), "showAs"), "busy");
    EXPECT_FALSE(crm.called("Demo")->cancelled);
}

// Rules C1, C2, C9: to Outlook Zurich is Berlin; what is moved there stays in the CRM's own zone.
TEST(OutlookSync, ItsNameForAZoneIsNoEdit) {
    OutlookCrm crm;
    crm.start(calendar);
    Activity series = crm.make("Jour fixe", 1);
    series.rrule = "FREQ=DAILY;COUNT=10";
    Exception retro = cancelledOf(series, 5);
    retro.cancelled = false;
    retro.subject = "Retro";
    retro.start = retro.end = retro.original;
    retro.end.local += hours(1);
    series.exceptions = {cancelledOf(series, 2), retro};
    crm.save(series);
    EXPECT_EQ(crm.settle(calendar, 3), 0);
    const std::string id(textAt(crm.only(), "id"));
    crm.graph.editOccurrence(id, "2026-03-08", R"({"subject":"Retrospective"})");
    crm.graph.editOccurrence(id, "2026-03-10", R"({"subject":"Planning"})");
    EXPECT_EQ(crm.settle(calendar, 3), 0);
    const auto inZurich = [](const Activity& activity) {
        EXPECT_EQ(activity.start.zone, "Europe/Zurich");
        EXPECT_EQ(activity.end.zone, "Europe/Zurich");
        for (const Exception& one : activity.exceptions) {
            EXPECT_EQ(one.original.zone, "Europe/Zurich");
            EXPECT_EQ(one.cancelled ? "Europe/Zurich" : one.start.zone, "Europe/Zurich");
        }
    };
    Activity now = *crm.called("Jour fixe");
    ASSERT_EQ(now.exceptions.size(), 3U);
    EXPECT_EQ(now.exceptions[1].subject, "Retrospective");
    EXPECT_EQ(now.exceptions[2].subject, "Planning");
    inZurich(now);
    const LocalTime before = now.start.local;
    crm.graph.editEvent(id, R"({"start":{"dateTime":"2026-03-03T10:00:00","timeZone":"UTC"},)"
                            R"("end":{"dateTime":"2026-03-03T11:00:00","timeZone":"UTC"}})");
    EXPECT_EQ(crm.settle(calendar, 3), 0);
    now = *crm.called("Jour fixe");
    EXPECT_EQ(now.start.local, before + hours(1));
    inZurich(now);
}

// Rules C2, I1: who edits it at Outlook while the CRM doesn't know yet that it is there loses nothing unseen, whether
// the delta tells of it before the second try of the creation or not.
TEST(OutlookSync, AnEditOfWhatALostAnswerMadeIsInTheJournal) {
    for (const bool told : {true, false}) {
        OutlookCrm crm;
        crm.start(calendar);
        crm.run(calendar);
        Activity demo = crm.save(crm.make("Demo", 1));
        for (int i = 0; i < 2; ++i) crm.graph.faults().next(Fault::none);
        crm.graph.faults().next(Fault::lostAfter);
        ASSERT_EQ(crm.run(calendar), SyncStatus::failing);
        ASSERT_EQ(crm.graph.events(crm.graph.mainCalendar()).size(), 1U);
        crm.graph.editEvent(std::string(textAt(crm.only(), "id")),
                            R"({"subject":"Demo at Acme","location":{"displayName":"Bern"}})");
        crm.graph.habits().deltaLags = !told;
        crm.now += hours(1);
        demo.subject = "Demo here";
        crm.save(demo);
        EXPECT_EQ(crm.settle(calendar, 3), 0);
        EXPECT_EQ(textAt(crm.only(), "subject"), "Demo here");
        const auto journal = crm.journal();
        const auto lost = [&](const std::string& value) {
            return std::ranges::any_of(journal, [&](const JournalEntry& e) {
                return std::ranges::any_of(e.fields, [&](const JournalField& f) { return f.lost == value; });
            });
        };
        EXPECT_TRUE(lost("Demo at Acme")) << told;
        EXPECT_FALSE(lost("Bern")) << "only one side changed it";
        EXPECT_EQ(crm.called("Demo here")->location, "Bern") << told;
    }
}

}  // namespace
}  // namespace crmdav::outlook_tests
