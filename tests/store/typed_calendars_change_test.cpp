#include "protocol/text/freebusy.h"
#include "tests/store/home_state.h"
#include "tests/store/typed_calendars_support.h"

namespace crmdav {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

TEST_F(TypedCalendars, NewTypeMakesACalendarAndARenamedOneRenamesIt) {
    prefer(anna, true);
    ActivityType visit;
    visit.name = "Visit";
    visit.color = "#123456";
    visit = store->saveActivityType(system, visit, "");
    EXPECT_EQ(store->collection("anna", Home::calendars, "visit")->displayName, "Visit");
    EXPECT_FALSE(store->collection("ben", Home::calendars, "visit"));
    put(byAnna, calendar("anna", "visit"), "1.ics",
        event("u1", std::string(meeting) + "CATEGORIES:Big,Visit\r\nX-CRMDAV-TYPE:visit\r\n"));
    const std::string home = calendarsOf(*store, "anna");
    visit.name = "Site visit";
    visit.color = "#654321";
    store->saveActivityType(system, visit, "");
    const Collection renamed = *store->collection("anna", Home::calendars, "visit");
    EXPECT_EQ(renamed.displayName, "Site visit");
    EXPECT_EQ(renamed.color, "#654321");
    EXPECT_NE(calendarsOf(*store, "anna"), home);
    EXPECT_THAT(bytes(renamed.id, "1.ics"), HasSubstr("CATEGORIES:Big,Site visit\r\n"));

    Collection own = renamed;
    own.displayName = "On the road";
    store->patchCollection(byAnna, own, {});
    visit.name = "Tour";
    store->saveActivityType(system, visit, "");
    EXPECT_EQ(store->collection("anna", Home::calendars, "visit")->displayName, "On the road") << "the user's own name";
    expectSound();
}

TEST_F(TypedCalendars, RemovedTypeFallsBackToTheDefaultAndIsNamedNoMore) {
    prefer(anna, true);
    const Saved saved = put(byAnna, calendar("anna", "lunch"), "1.ics", event("u1", lunch));
    const Saved bens = put(byBen, calendar("ben"), "2.ics", event("u2", lunch));
    ASSERT_EQ(typeOf(bens.record), "lunch");
    const std::string version = store->activity(0, bens.record)->version;
    store->removeActivityType(system, type("lunch"));
    EXPECT_THAT(lying("anna"), ElementsAre("activities/1.ics"));
    EXPECT_THAT(calendars("anna"), ElementsAre("activities", "call", "demo", "email"));
    EXPECT_THAT(bytes(calendar("anna"), "1.ics"), HasSubstr("CATEGORIES:Big,Meeting\r\n"));
    EXPECT_THAT(bytes(calendar("ben"), "2.ics"),
                AllOf(HasSubstr("CATEGORIES:Big,Meeting\r\n"), Not(HasSubstr("Lunch"))));
    EXPECT_EQ(typeOf(saved.record), "meeting");
    EXPECT_NE(store->activity(0, bens.record)->version, version) << "who asks for what changed since hears of it";
    expectSound();
}

TEST_F(TypedCalendars, AnotherDefaultTypeTakesActivities) {
    prefer(anna, true);
    put(byAnna, calendar("anna"), "1.ics", event("u1", meeting));
    put(byAnna, calendar("anna", "call"), "2.ics", event("u2", call));
    for (ActivityType each : store->activityTypes())
        if (each.key == "call") {
            each.isDefault = true;
            store->saveActivityType(system, each, "");
        }
    EXPECT_THAT(lying("anna"), testing::UnorderedElementsAre("activities/2.ics", "meeting/1.ics"));
    EXPECT_FALSE(store->collection("anna", Home::calendars, "call"));
    EXPECT_EQ(store->collection("anna", Home::calendars, "activities")->displayName, "Call");
    expectSound();
}

TEST_F(TypedCalendars, RestoredAndUndoneActivitiesLieWhereTheirTypeSays) {
    prefer(anna, true);
    const Saved saved = put(byAnna, calendar("anna", "call"), "1.ics", event("u1", std::string(call) + withBen));
    const std::string content = bytes(calendar("anna", "call"), "1.ics");
    setType(saved.record, "demo");
    auto entries = store->history({.record = saved.record, .login = {}, .device = {}, .from = {}, .until = {}});
    store->undoRecord(byAnna, entries[0].id);
    EXPECT_EQ(typeOf(saved.record), "call");
    EXPECT_THAT(lying("anna"), ElementsAre("call/1.ics"));
    EXPECT_EQ(bytes(calendar("anna", "call"), "1.ics"), content);

    store->removeObject(byAnna, calendar("anna", "call"), "1.ics", {});
    EXPECT_THAT(lying("ben"), IsEmpty());
    prefer(anna, false);
    prefer(ben, true);
    store->restore(byAnna, RecordKind::activity, saved.record);
    EXPECT_THAT(lying("anna"), ElementsAre("activities/1.ics"));
    EXPECT_THAT(lying("ben"), ElementsAre("call/1.ics"));
    expectSound();
}

TEST_F(TypedCalendars, UndoGivesBackATypeThatTheObjectDoesNotName) {
    prefer(anna, true);
    const Saved saved = put(byAnna, calendar("anna", "call"), "1.ics", event("u1", meeting));
    const Saved bens = put(byBen, calendar("ben"), "2.ics", event("u2", meeting));
    for (const Id& record : {saved.record, bens.record}) {
        const std::string was = typeOf(record);
        Activity activity = *store->activity(0, record);
        activity.typeId = type("demo");
        store->saveActivity(system, activity, "");
        const auto entries = store->history({.record = record, .login = {}, .device = {}, .from = {}, .until = {}});
        store->undoRecord(system, entries[0].id);
        EXPECT_EQ(typeOf(record), was);
    }
    EXPECT_THAT(lying("anna"), ElementsAre("call/1.ics"));
    expectSound();
}

TEST_F(TypedCalendars, HeirGetsThemInTheCalendarsOfTheirTypes) {
    prefer(anna, true);
    put(byAnna, calendar("anna", "call"), "1.ics", event("u1", call));
    User cleo = store->addUser(system, {.login = "cleo",
                                        .name = "Cleo",
                                        .email = "cleo@firm.example",
                                        .otherEmails = {},
                                        .zone = {},
                                        .calendarPerType = true});
    store->removeUser(system, anna.id, cleo.id);
    EXPECT_THAT(lying("cleo"), ElementsAre("call/1.ics"));
    expectSound();
}

TEST_F(TypedCalendars, TheyBlockTime) {
    prefer(anna, true);
    put(byAnna, calendar("anna", "call"), "1.ics", event("u1", call));
    std::vector<CollectionId> ids;
    for (const Collection& c : store->home("anna", Home::calendars))
        if (isCalendar(c.purpose)) ids.push_back(c.id);
    const Instant from = std::chrono::sys_days(std::chrono::year(2026) / 1 / 10);
    EXPECT_THAT(store->freeBusy(ids, {from, from + std::chrono::days(1)}, "UTC"), SizeIs(1));
}

}  // namespace
}  // namespace crmdav
