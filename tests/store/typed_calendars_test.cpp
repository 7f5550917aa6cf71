#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "protocol/dav/errors.h"
#include "tests/store/home_state.h"
#include "tests/store/typed_calendars_support.h"

namespace crmdav {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(TypedCalendars, SwitchedOnEveryTypeHasACalendarAndActivitiesIsTheDefaultTypes) {
    put(byAnna, calendar("anna"), "1.ics", event("u1", meeting));
    put(byAnna, calendar("anna"), "2.ics", event("u2", call));
    const std::string before = token("anna", "activities"), home = calendarsOf(*store, "anna");
    prefer(anna, true);
    EXPECT_THAT(calendars("anna"), ElementsAre("activities", "call", "lunch", "demo", "email"));
    EXPECT_THAT(calendars("ben"), ElementsAre("activities"));
    const Collection calls = *store->collection("anna", Home::calendars, "call");
    EXPECT_EQ(calls.displayName, "Call");
    EXPECT_EQ(calls.color, "#2e7d32");
    EXPECT_EQ(store->collection("anna", Home::calendars, "activities")->displayName, "Meeting");
    EXPECT_THAT(lying("anna"), ElementsAre("activities/1.ics", "call/2.ics"));
    EXPECT_EQ(bytes(calls.id, "2.ics"), event("u2", call)) << "a move changes no bytes";
    EXPECT_THAT(told("anna", "activities", before), ElementsAre("-2.ics")) << "D31";
    EXPECT_THAT(told("anna", "call", ""), ElementsAre("+2.ics"));
    EXPECT_NE(calendarsOf(*store, "anna"), home);
    expectSound();
}

TEST_F(TypedCalendars, SwitchedOffEverythingIsBackAndSwitchedOnAgainTokensGoOn) {
    prefer(anna, true);
    put(byAnna, calendar("anna", "call"), "1.ics", event("u1", meeting));
    const std::string known = token("anna", "call");
    prefer(anna, false);
    EXPECT_THAT(calendars("anna"), ElementsAre("activities"));
    EXPECT_EQ(store->collection("anna", Home::calendars, "activities")->displayName, "Activities");
    EXPECT_THAT(lying("anna"), ElementsAre("activities/1.ics"));
    EXPECT_THAT(store->trash(anna.id, 10), IsEmpty()) << "a calendar that was put away is no litter";
    prefer(anna, true);
    EXPECT_THAT(lying("anna"), ElementsAre("call/1.ics")) << "an object that names no type keeps the one it was given";
    EXPECT_THAT(told("anna", "call", known), ElementsAre("+1.ics"));
    expectSound();
}

TEST_F(TypedCalendars, PutsThatRaceWithTheSwitchEndWhereTheirTypeBelongs) {  // product.md, addresses
    constexpr int puts = 60;
    const CollectionId activities = calendar("anna");
    prefer(anna, true);
    const CollectionId calls = calendar("anna", "call");
    std::atomic<bool> done = false;
    std::map<std::string, Id> saved;
    std::thread writer([&] {
        for (int i = 0; i < puts; ++i) {
            const std::string n = std::to_string(i);
            try {  // an address looked up before the switch, used after it
                saved[n + ".ics"] =
                    put(byAnna, i % 3 == 2 ? calls : activities, n + ".ics", event("u" + n, i % 2 ? call : meeting))
                        .record;
            } catch (const NotFound&) {  // that calendar was put away
            } catch (const DavError& refused) {
                EXPECT_THAT(refused.status(), testing::AnyOf(404, 409)) << refused.what();
            }
        }
        done = true;
    });
    bool on = true;
    std::size_t switches = 0;
    while (!done || switches < 2) prefer(anna, on = !on), ++switches;
    writer.join();
    EXPECT_GE(saved.size(), 2U * puts / 3) << "activities/ is always there";

    for (const bool wanted : {false, true}) {
        prefer(anna, wanted);
        expectSound();
        std::set<std::string> lie;
        for (const std::string& where : lying("anna")) {
            const auto slash = where.find('/');
            const std::string member = where.substr(slash + 1), in = where.substr(0, slash);
            EXPECT_TRUE(lie.insert(member).second) << member << " twice";
            const std::string type = typeOf(saved.at(member));
            EXPECT_EQ(in, wanted && type != "meeting" ? type : "activities") << member;
        }
        EXPECT_THAT(lie, SizeIs(saved.size()));
    }
}

TEST_F(TypedCalendars, NameOfTheUsersOwnCalendarIsNotTaken) {
    Collection own;
    own.owner = anna.id;
    own.name = "call";
    own.components = {ComponentKind::event};
    store->makeCollection(byAnna, own);
    prefer(anna, true);
    EXPECT_THAT(calendars("anna"), Contains("call-2"));
}

TEST_F(TypedCalendars, PutSetsTheType) {
    prefer(anna, true);
    const Saved silent = put(byAnna, calendar("anna", "call"), "1.ics", event("u1", meeting));
    EXPECT_TRUE(silent.verbatim);
    EXPECT_EQ(typeOf(silent.record), "call");
    const Saved other = put(byAnna, calendar("anna", "call"), "2.ics", event("u2", lunch));
    EXPECT_FALSE(other.verbatim) << "no ETag for what was changed (RFC 4791 §5.3.4)";
    EXPECT_EQ(typeOf(other.record), "call");
    EXPECT_THAT(bytes(calendar("anna", "call"), "2.ics"), HasSubstr("CATEGORIES:Big,Call\r\n"));
    EXPECT_THAT(lying("anna"), ElementsAre("call/1.ics", "call/2.ics"));
    expectSound();
}

TEST_F(TypedCalendars, NewObjectInActivitiesGoesWhereItsCategorySays) {
    prefer(anna, true);
    const std::string before = token("anna", "activities");
    const Saved saved = put(byAnna, calendar("anna"), "1.ics", event("u1", call));
    EXPECT_TRUE(saved.created);
    EXPECT_FALSE(saved.verbatim);
    EXPECT_THAT(lying("anna"), ElementsAre("call/1.ics"));
    EXPECT_THAT(told("anna", "activities", before), ElementsAre("-1.ics")) << "who put it there is told where it isn't";
    expectSound();
}

TEST_F(TypedCalendars, ChangedCategoryMovesTheMember) {
    prefer(anna, true);
    const Saved saved = put(byAnna, calendar("anna", "call"), "1.ics", event("u1", call));
    const std::string before = token("anna", "call");
    EXPECT_FALSE(put(byAnna, calendar("anna", "call"), "1.ics", event("u1", lunch)).verbatim);
    EXPECT_EQ(typeOf(saved.record), "lunch");
    EXPECT_THAT(lying("anna"), ElementsAre("lunch/1.ics"));
    EXPECT_THAT(told("anna", "call", before), ElementsAre("-1.ics"));
    expectSound();
}

TEST_F(TypedCalendars, WithoutThemAChangedCategoryStaysAsSent) {
    put(byAnna, calendar("anna"), "1.ics", event("u1", call));
    EXPECT_TRUE(put(byAnna, calendar("anna"), "1.ics", event("u1", lunch)).verbatim);
    EXPECT_THAT(lying("anna"), ElementsAre("activities/1.ics"));
}

TEST_F(TypedCalendars, ChangedTypeOfTheRecordMovesTheMembersOfAll) {
    prefer(anna, true);
    prefer(ben, true);
    const Saved saved = put(byAnna, calendar("anna", "call"), "1.ics", event("u1", std::string(call) + withBen));
    EXPECT_THAT(lying("ben"), ElementsAre("call/1.ics")) << "a participant's copy goes to their calendar of the type";
    setType(saved.record, "demo");
    EXPECT_THAT(lying("anna"), ElementsAre("demo/1.ics"));
    EXPECT_THAT(lying("ben"), ElementsAre("demo/1.ics"));
    EXPECT_THAT(bytes(calendar("ben", "demo"), "1.ics"), HasSubstr("CATEGORIES:Big,Demo"));
    prefer(ben, false);
    EXPECT_THAT(lying("ben"), ElementsAre("activities/1.ics"));
    expectSound();
}

TEST_F(TypedCalendars, NewRecordLiesInTheCalendarOfItsType) {
    prefer(anna, true);
    Activity activity;
    activity.owner = anna.id;
    activity.typeId = type("demo");
    activity.start = {When::Kind::utc, std::chrono::local_days(std::chrono::year(2026) / 2 / 1), {}};
    store->saveActivity(byAnna, activity, "");
    EXPECT_THAT(names(calendar("anna", "demo")), SizeIs(1));
}

/// The ways in which clients put an event into another calendar.
struct Way {
    const char* name;
    std::function<void(Store&, const Actor&, CollectionId from, CollectionId to, const std::string& bytes)> go;
};
class AnotherTypedCalendar : public TypedCalendars, public testing::WithParamInterface<Way> {};

TEST_P(AnotherTypedCalendar, SetsTheTypeAndKeepsTheRecord) {
    prefer(anna, true);
    prefer(ben, true);
    for (const std::string target : {"lunch", "activities"}) {
        const std::string uid = "u-" + target, content = event(uid, std::string(call) + withBen);
        const Saved saved = put(byAnna, calendar("anna", "call"), "1.ics", content);
        const std::string before = token("anna", "call");
        GetParam().go(*store, byAnna, calendar("anna", "call"), calendar("anna", target), content);
        EXPECT_EQ(typeOf(saved.record), target == "lunch" ? "lunch" : "meeting");
        EXPECT_THAT(names(calendar("anna", "call")), IsEmpty());
        EXPECT_THAT(names(calendar("anna", target)), ElementsAre("1.ics"));
        EXPECT_THAT(bytes(calendar("anna", target), "1.ics"),
                    HasSubstr(target == "lunch" ? "CATEGORIES:Big,Lunch" : "CATEGORIES:Big,Meeting"));
        EXPECT_THAT(names(calendar("ben", target)), SizeIs(1));
        EXPECT_THAT(told("anna", "call", before), ElementsAre("-1.ics")) << "D31";
    }
    expectSound();
}

INSTANTIATE_TEST_SUITE_P(, AnotherTypedCalendar,
                         testing::Values(Way{"Move",
                                             [](Store& store, const Actor& who, CollectionId from, CollectionId to,
                                                const std::string&) {
                                                 store.transferObject(who, from, "1.ics", to, "1.ics", true, false, {});
                                             }},
                                         Way{"PutThenDelete",
                                             [](Store& store, const Actor& who, CollectionId from, CollectionId to,
                                                const std::string& content) {
                                                 store.saveObject(who, to, "1.ics", content, {});
                                                 EXPECT_THROW(store.removeObject(who, from, "1.ics", {}), NotFound);
                                             }}),
                         [](const auto& way) { return std::string(way.param.name); });

TEST_F(TypedCalendars, CopyIntoAnotherTypesCalendarIsRefused) {
    prefer(anna, true);
    put(byAnna, calendar("anna", "call"), "1.ics", event("u1", call));
    EXPECT_THROW(store->transferObject(byAnna, calendar("anna", "call"), "1.ics", calendar("anna", "lunch"), "1.ics",
                                       false, false, {}),
                 DavError);
    EXPECT_THAT(lying("anna"), ElementsAre("call/1.ics"));
}

}  // namespace
}  // namespace crmdav
