#include "protocol/dav/errors.h"
#include "tests/store/record_fixture.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* meeting = "DTSTART:20260110T100000Z\r\nDTEND:20260110T110000Z\r\nSUMMARY:Review\r\n";
constexpr const char* withBen =
    "ORGANIZER:mailto:anna@firm.example\r\nATTENDEE;X-KEEP=1;PARTSTAT=ACCEPTED:mailto:anna@firm.example\r\n"
    "ATTENDEE;CN=Ben:mailto:BEN@firm.example\r\nATTENDEE:mailto:cleo@customer.example\r\n";

class Records : public RecordStore {};

TEST_F(Records, EventBecomesAnActivityOfTheDefaultType) {
    const Saved saved = put(byAnna, calendar("anna"), "1.ics", event("u1", meeting));
    const auto activity = store->activity(anna.id, saved.record);
    ASSERT_TRUE(activity);
    EXPECT_EQ(activity->subject, "Review");
    EXPECT_EQ(activity->owner, anna.id);
    std::string type;
    for (const ActivityType& each : store->activityTypes())
        if (each.id == activity->typeId) type = each.key;
    EXPECT_EQ(type, "meeting");
}

TEST_F(Records, TaskWithDueDateOnlyGoesToTasks) {
    Activity task;
    task.owner = anna.id;
    task.subject = "Send offer";
    task.component = ComponentKind::todo;
    task.end = {When::Kind::date, std::chrono::local_days(std::chrono::year(2026) / 2 / 1), {}};
    const Activity made = store->saveActivity(byAnna, task, "");
    EXPECT_EQ(made.component, ComponentKind::todo);
    EXPECT_THAT(names(calendar("anna", "tasks")), testing::SizeIs(1));
    EXPECT_THAT(bytes(calendar("anna", "tasks"), made.uid + ".ics"), HasSubstr("DUE;VALUE=DATE:20260201"));
}

TEST_F(Records, ApiEditTouchesOnlyItsLines) {
    const std::string lines =
        std::string(meeting) + "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC\r\nlocation:Caf\xc3\xa9\\, 2nd floor\r\n";
    const Saved saved = put(byAnna, calendar("anna"), "1.ics", event("u1", lines));
    Activity activity = *store->activity(anna.id, saved.record);
    activity.subject = "Final review";
    store->saveActivity(byAnna, activity, activity.version);
    std::string wanted = event("u1", lines);
    wanted.replace(wanted.find("SUMMARY:Review"), 14, "SUMMARY:Final review");
    EXPECT_EQ(bytes(calendar("anna"), "1.ics"), wanted);
}

TEST_F(Records, SaveBasedOnAnOldVersionIsRefused) {
    const Saved saved = put(byAnna, calendar("anna"), "1.ics", event("u1", meeting));
    Activity activity = *store->activity(anna.id, saved.record);
    activity.subject = "A";
    store->saveActivity(byAnna, activity, activity.version);
    activity.subject = "B";
    EXPECT_THROW(store->saveActivity(byAnna, activity, activity.version), PreconditionFailed);
}

TEST_F(Records, ParticipantsWhoAreUsersGetACopy) {  // architecture: a member in each one's activities/
    const Saved saved = put(byAnna, calendar("anna"), "1.ics", event("u1", std::string(meeting) + withBen));
    EXPECT_THAT(names(calendar("ben")), ElementsAre("1.ics"));
    EXPECT_TRUE(store->activity(ben.id, saved.record));
    std::string annas = bytes(calendar("anna"), "1.ics");
    const auto status = annas.find(";SCHEDULE-STATUS=1.2");
    ASSERT_NE(status, std::string::npos);
    EXPECT_EQ(bytes(calendar("ben"), "1.ics"), annas.erase(status, 20)) << "the status is the organiser's alone";
}

TEST_F(Records, CountedSeriesIsFoundUntilItsLastOccurrence) {
    put(byAnna, calendar("anna"), "1.ics", event("u1", std::string(meeting) + "RRULE:FREQ=DAILY;COUNT=3\r\n"));
    Store::Query query;
    query.user = anna.id;
    for (const auto& [day, found] : {std::pair{12, 1}, {13, 0}}) {
        query.from = std::chrono::sys_days(std::chrono::year(2026) / 1 / day);
        EXPECT_THAT(store->activities(query).records, testing::SizeIs(found)) << day;
    }
}

TEST_F(Records, NobodyIsInvitedFromACalendarOfOnesOwnByAnotherOrganiser) {
    Collection own;
    own.owner = anna.id;
    own.home = Home::calendars;
    own.name = "secret";
    own.purpose = Purpose::calendar;
    own.components = {ComponentKind::event};
    own = store->makeCollection(byAnna, own);
    const std::string external = "ORGANIZER:mailto:cleo@customer.example\r\nATTENDEE:mailto:ben@firm.example\r\n";
    const Saved saved = put(byAnna, own.id, "1.ics", event("u1", std::string(meeting) + external));
    EXPECT_THAT(names(calendar("ben")), IsEmpty());
    EXPECT_FALSE(store->activity(ben.id, saved.record));
    EXPECT_TRUE(store->activity(anna.id, saved.record));
}

TEST_F(Records, ColleaguesEditReachesEveryCopyButNotTheirAlarms) {  // D47
    const std::string alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT10M\r\nDESCRIPTION:x\r\nEND:VALARM\r\n";
    put(byAnna, calendar("anna"), "1.ics", event("u1", std::string(meeting) + withBen + alarm));
    std::string bens = bytes(calendar("ben"), "1.ics");
    EXPECT_THAT(bens, Not(HasSubstr("VALARM")));
    bens.replace(bens.find("SUMMARY:Review"), 14, "SUMMARY:Moved");
    put(byBen, calendar("ben"), "1.ics", bens);
    const std::string annas = bytes(calendar("anna"), "1.ics");
    EXPECT_THAT(annas, HasSubstr("SUMMARY:Moved\r\n"));
    EXPECT_THAT(annas, HasSubstr(alarm));
    EXPECT_THAT(annas, HasSubstr("ATTENDEE;X-KEEP=1;PARTSTAT=ACCEPTED;CN=Anna Alt:mailto:anna@firm.example\r\n"));
}

TEST_F(Records, DeletingTheAttendeesCopyOnlyDeclines) {  // rule C11
    const Saved saved = put(byAnna, calendar("anna"), "1.ics", event("u1", std::string(meeting) + withBen));
    store->removeObject(byBen, calendar("ben"), "1.ics", {});
    EXPECT_THAT(names(calendar("anna")), ElementsAre("1.ics"));
    EXPECT_THAT(bytes(calendar("anna"), "1.ics"), HasSubstr("DECLINED"));
    Activity activity = *store->activity(anna.id, saved.record);
    activity.subject = "Later";
    store->saveActivity(byAnna, activity, "");
    EXPECT_THAT(names(calendar("ben")), IsEmpty()) << "who left is not called back";
}

TEST_F(Records, DeletingTheOrganisersCopyTakesAll) {  // rule C11
    const Saved saved = put(byAnna, calendar("anna"), "1.ics", event("u1", std::string(meeting) + withBen));
    store->removeObject(byAnna, calendar("anna"), "1.ics", {});
    EXPECT_THAT(names(calendar("ben")), IsEmpty());
    EXPECT_FALSE(store->activity(anna.id, saved.record));
    EXPECT_THAT(store->trash(anna.id, 10), testing::SizeIs(1));
}

TEST_F(Records, SameUidJoinsOnlyWhereTheUserTakesPart) {  // rule C11
    const Saved annas = put(byAnna, calendar("anna"), "1.ics", event("u1", meeting));
    const Saved bens = put(byBen, calendar("ben"), "9.ics", event("u1", std::string(meeting) + withBen));
    EXPECT_NE(annas.record, bens.record) << "naming oneself in one's own object opens nobody's record";
    EXPECT_FALSE(store->activity(ben.id, annas.record) && !store->activity(ben.id, annas.record)->subject.empty());
}

TEST_F(Records, PutOfAUidInTheTrashBringsTheRecordBack) {  // D31
    const Saved first = put(byAnna, calendar("anna"), "1.ics", event("u1", meeting));
    store->removeObject(byAnna, calendar("anna"), "1.ics", {});
    const Saved again = put(byAnna, calendar("anna"), "2.ics", event("u1", meeting));
    EXPECT_EQ(again.record, first.record);
    EXPECT_THAT(store->trash(anna.id, 10), IsEmpty());
    const Saved person = put(byAnna, book("anna"), "p.vcf", card("c1", "FN:Cleo\r\n"));
    store->removeObject(byAnna, book("anna"), "p.vcf", {});
    EXPECT_EQ(put(byBen, book("ben"), "p.vcf", card("c1", "FN:Cleo\r\n")).record, person.record);
}

TEST_F(Records, GroupCardsAndJournalsHaveNoRecord) {  // D35
    EXPECT_EQ(
        put(byAnna, book("anna"), "g.vcf", card("g1", "FN:Friends\r\nN:Friends\r\nX-ADDRESSBOOKSERVER-KIND:group\r\n"))
            .record,
        "");
    Store::Query query;
    EXPECT_THAT(store->contacts(query).records, IsEmpty());
}

TEST_F(Records, BusyTimesInActivitiesHaveNoRecordAndCount) {  // RFC 4791 §5.2.3, §7.10
    const std::string sent =
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VFREEBUSY\r\nUID:f1\r\n"
        "DTSTAMP:20260101T000000Z\r\nFREEBUSY:20260110T100000Z/PT1H\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n";
    const Saved saved = put(byAnna, calendar("anna"), "f.ics", sent);
    EXPECT_TRUE(saved.verbatim);
    EXPECT_EQ(saved.record, "");
    EXPECT_EQ(bytes(calendar("anna"), "f.ics"), sent);
    EXPECT_THAT(store->activities({}).records, IsEmpty());
    const Instant day = std::chrono::sys_days(std::chrono::year(2026) / 1 / 10);
    const CollectionId activities = calendar("anna");
    EXPECT_THAT(store->freeBusy({&activities, 1}, {day, day + std::chrono::days(1)}, "UTC"), testing::SizeIs(1));
    anna.calendarPerType = true;
    store->saveUser(system, anna);
    EXPECT_EQ(bytes(calendar("anna"), "f.ics"), sent) << "of no type: it stays where it is";
    EXPECT_THROW(put(byAnna, calendar("anna", "call"), "g.ics", sent), DavError);
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(Records, CompanyCardMakesACompanyInAnyBook) {
    const Saved saved =
        put(byAnna, book("anna"), "o.vcf",
            card("o1", "FN:ACME\r\nORG:ACME\r\nX-ABShowAs:COMPANY\r\nURL:https://www.acme.example/\r\n"));
    const auto company = store->company(anna.id, saved.record);
    ASSERT_TRUE(company);
    EXPECT_THAT(company->domains, ElementsAre("acme.example"));
}

struct Seen {
    Detail detail;
    const char* line;
    bool there;
    const char *subject, *notes;
};
class Visibility : public RecordStore, public testing::WithParamInterface<Seen> {};
TEST_P(Visibility, LimitsWhatOthersSee) {  // rule F4
    User changed = anna;
    changed.visibility = GetParam().detail;
    store->saveUser(system, changed);
    const Saved saved = put(byAnna, calendar("anna"), "1.ics",
                            event("u1", std::string(meeting) + "DESCRIPTION:Inside\r\n" + GetParam().line));
    const auto seen = store->activity(ben.id, saved.record);
    ASSERT_EQ(seen.has_value(), GetParam().there);
    if (!seen) return;
    EXPECT_EQ(seen->subject, GetParam().subject);
    EXPECT_EQ(seen->notes, GetParam().notes);
    EXPECT_EQ(seen->start.kind, When::Kind::utc);
    Store::Query query;
    query.user = ben.id;
    query.text = "Inside";
    EXPECT_EQ(store->activities(query).records.empty(), std::string(GetParam().notes).empty())
        << "a filter tells nothing either";
}
INSTANTIATE_TEST_SUITE_P(Levels, Visibility,
                         testing::Values(Seen{Detail::none, "", false, "", ""}, Seen{Detail::busy, "", true, "", ""},
                                         Seen{Detail::subject, "", true, "Review", ""},
                                         Seen{Detail::everything, "", true, "Review", "Inside"},
                                         Seen{Detail::everything, "CLASS:PRIVATE\r\n", true, "", ""}));

TEST_F(Records, ListsAreHandedOutInPages) {
    for (int i = 0; i < 7; ++i)
        put(byAnna, book("anna"), std::to_string(i),
            card("c" + std::to_string(i), "FN:N" + std::to_string(i) + "\r\n"));
    std::vector<std::string> seen;
    Store::Query query;
    query.limit = 3;
    do {
        const auto page = store->contacts(query);
        for (const Contact& c : page.records) seen.push_back(c.displayName);
        query.after = page.next;
    } while (!query.after.empty());
    EXPECT_THAT(seen, ElementsAre("N0", "N1", "N2", "N3", "N4", "N5", "N6"));
    query.after = "nonsense";
    EXPECT_THROW(store->contacts(query), InvalidField);
}

TEST_F(Records, SeriesIsFoundWhereItOccurs) {
    put(byAnna, calendar("anna"), "1.ics", event("u1", std::string(meeting) + "RRULE:FREQ=WEEKLY;COUNT=4\r\n"));
    const auto count = [&](int month, int day) {
        Store::Query query;
        query.from = Instant(std::chrono::sys_days(std::chrono::year(2026) / month / day));
        query.until = *query.from + std::chrono::days(1);
        return store->activities(query).records.size();
    };
    EXPECT_EQ(count(1, 24), 1U);
    EXPECT_EQ(count(1, 25), 0U);
    EXPECT_EQ(count(2, 7), 0U);
}

TEST_F(Records, NewContactHasACleanCard) {
    Contact c;
    c.firstName = "J\xc3\xbcrgen";
    c.lastName = "Gro\xc3\x9f, jr;";
    c.phones = {{"mobile", "0170 123", true}, {"Boat", "+49 40 1", false}};
    const Contact made = store->saveContact(byAnna, c, "");
    EXPECT_EQ(made.displayName, "J\xc3\xbcrgen Gro\xc3\x9f, jr;");
    const std::string text = bytes(book("anna"), made.uid + ".vcf");
    EXPECT_THAT(text, HasSubstr("N:Gro\xc3\x9f\\, jr\\;;J\xc3\xbcrgen;;;\r\n"));
    EXPECT_THAT(text, HasSubstr("X-CRMDAV-ID:" + made.id));
    Contact again = made;
    again.phones[0].value = "0171 999";
    again = store->saveContact(byBen, again, made.version);
    EXPECT_EQ(again.phones, store->contact(0, made.id)->phones);
}

struct Wrong {
    const char* field;
    void (*spoil)(Activity&);
};
class Validation : public RecordStore, public testing::WithParamInterface<Wrong> {};
TEST_P(Validation, NamesTheField) {
    Activity a;
    a.owner = anna.id;
    a.start = {When::Kind::zoned, std::chrono::local_days(std::chrono::year(2026) / 2 / 1), "Europe/Berlin"};
    a.end = a.start;
    GetParam().spoil(a);
    try {
        store->saveActivity(byAnna, a, "");
        FAIL() << GetParam().field;
    } catch (const InvalidField& error) {
        EXPECT_EQ(error.field, GetParam().field);
    }
    EXPECT_THAT(names(calendar("anna")), IsEmpty());
}
INSTANTIATE_TEST_SUITE_P(
    Fields, Validation,
    testing::Values(
        Wrong{"start", [](Activity& a) { a.start = a.end = {}; }},
        Wrong{"start", [](Activity& a) { a.start.zone = "Mars/Base"; }},
        Wrong{"end", [](Activity& a) { a.end.local -= std::chrono::hours(1); }},
        Wrong{"rrule", [](Activity& a) { a.rrule = "FREQ=SOMETIMES"; }},
        Wrong{"participants",
              [](Activity& a) { a.participants.push_back({.email = "nobody", .name = {}, .contactId = {}}); }},
        Wrong{"typeId", [](Activity& a) { a.typeId = "x"; }}, Wrong{"priority", [](Activity& a) { a.priority = 10; }},
        Wrong{"contactIds", [](Activity& a) { a.contactIds = {"00000000-0000-4000-8000-000000000000"}; }}));

}  // namespace
}  // namespace crmdav
