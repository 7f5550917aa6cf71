#include "protocol/text/datetime.h"
#include "store/records/calendar_times.h"
#include "store/records/uuid.h"
#include "store/sync.h"
#include "tests/store/record_fixture.h"

namespace crmdav {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

When at(const char* text, const char* zone = "Europe/Berlin") {
    const auto time = DateTime::parse(text);
    if (time->isDate()) return {When::Kind::date, time->local, {}};
    if (time->kind == DateTime::Kind::utc) return {When::Kind::utc, time->local, {}};
    return {*zone ? When::Kind::zoned : When::Kind::floating, time->local, zone};
}
Instant moment(const char* text) { return *parseUtc(text); }

/// What takes place, and where in the series: the store of RecordStore stands on 5 January 2026.
class OccurrencesListed : public RecordStore {
protected:
    Activity add(const char* subject, const When& start, const When& end, const std::string& rrule = {}) {
        Activity a;
        a.subject = subject;
        a.start = start;
        a.end = end;
        a.rrule = rrule;
        return store->saveActivity(byAnna, a, "");
    }
    static Store::Query span(const char* from, const char* until, std::int64_t user) {
        Store::Query query;
        query.user = user;
        query.from = moment(from);
        query.until = moment(until);
        return query;
    }
    std::vector<CalendarEntry> asked(const Store::Query& query) const {
        bool complete = false;
        auto found = store->occurrences(query, complete);
        EXPECT_TRUE(complete);
        return found;
    }
    std::vector<std::string> told(const Store::Query& query) const {
        std::vector<std::string> all;
        for (const CalendarEntry& e : asked(query))
            all.push_back(textOf(e.start) + " - " + textOf(e.end) + " " + e.subject +
                          (e.original.kind == When::Kind::none ? "" : " of " + textOf(e.original)));
        return all;
    }
    std::vector<std::string> told(const char* from, const char* until) const {
        return told(span(from, until, anna.id));
    }
};

TEST_F(OccurrencesListed, AreThoseOfTheSpanInOrderOfTheirStarts) {
    add("late", at("20260107T150000"), at("20260107T160000"));
    add("early", at("20260107T090000"), at("20260107T100000"));
    add("before", at("20260106T090000"), at("20260106T100000"));
    add("over night", at("20260106T230000"), at("20260107T010000"));
    EXPECT_THAT(told("20260106T230000Z", "20260107T230000Z"),
                ElementsAre("2026-01-06 22:00 UTC - 2026-01-07 00:00 UTC over night",
                            "2026-01-07 08:00 UTC - 2026-01-07 09:00 UTC early",
                            "2026-01-07 14:00 UTC - 2026-01-07 15:00 UTC late"));
}

TEST_F(OccurrencesListed, OfASeriesAreItsRuleWithoutWhatIsCancelledAndWithWhatMovedOrWasAdded) {
    Activity daily = add("stand-up", at("20260105T090000"), at("20260105T091500"), "FREQ=DAILY;COUNT=5");
    Exception gone, moved;
    gone.original = at("20260106T090000");
    gone.cancelled = true;
    moved.original = at("20260107T090000");
    moved.start = at("20260107T140000");
    moved.end = at("20260107T143000");
    moved.subject = "stand-up, later";
    daily.exceptions = {gone, moved};
    daily.extraDates = {at("20260111T090000")};
    store->saveActivity(byAnna, daily, "");
    EXPECT_THAT(
        told("20260104T230000Z", "20260112T230000Z"),
        ElementsAre("2026-01-05 08:00 UTC - 2026-01-05 08:15 UTC stand-up of 2026-01-05 09:00 Europe/Berlin",
                    "2026-01-07 13:00 UTC - 2026-01-07 13:30 UTC stand-up, later of 2026-01-07 09:00 Europe/Berlin",
                    "2026-01-08 08:00 UTC - 2026-01-08 08:15 UTC stand-up of 2026-01-08 09:00 Europe/Berlin",
                    "2026-01-09 08:00 UTC - 2026-01-09 08:15 UTC stand-up of 2026-01-09 09:00 Europe/Berlin",
                    "2026-01-11 08:00 UTC - 2026-01-11 08:15 UTC stand-up of 2026-01-11 09:00 Europe/Berlin"));
}

// C9: over a change of daylight saving the wall clock stays.
TEST_F(OccurrencesListed, KeepTheirWallClockOverAChangeOfDaylightSaving) {
    add("weekly", at("20260323T090000"), at("20260323T100000"), "FREQ=WEEKLY");
    EXPECT_THAT(told("20260320T000000Z", "20260401T000000Z"),
                ElementsAre("2026-03-23 08:00 UTC - 2026-03-23 09:00 UTC weekly of 2026-03-23 09:00 Europe/Berlin",
                            "2026-03-30 07:00 UTC - 2026-03-30 08:00 UTC weekly of 2026-03-30 09:00 Europe/Berlin"));
}

TEST_F(OccurrencesListed, DatesAndFloatingTimesStayWhatTheyAreAndComeWhereAnyZoneHasThemInTheSpan) {
    add("fair", at("20260107"), at("20260109"));
    add("lunch", at("20260107T120000", ""), at("20260107T130000", ""));
    add("far", at("20260120"), at("20260121"));
    const std::vector<std::string> both{"2026-01-07 - 2026-01-09 fair", "2026-01-07 12:00 - 2026-01-07 13:00 lunch"};
    EXPECT_EQ(told("20260106T230000Z", "20260107T230000Z"), both);
    EXPECT_EQ(told("20260107T080000Z", "20260108T080000Z"), both);  // a day on Hawaii
    EXPECT_THAT(told("20260102T000000Z", "20260103T000000Z"), IsEmpty());
}

TEST_F(OccurrencesListed, ATaskStandsWhereItIsDue) {
    Activity task;
    task.component = ComponentKind::todo;
    task.subject = "offer";
    task.start = at("20260101T090000");
    task.end = at("20260107T170000");
    store->saveActivity(byAnna, task, "");
    Activity undated;
    undated.component = ComponentKind::todo;
    undated.subject = "some day";
    store->saveActivity(byAnna, undated, "");
    Activity day;
    day.component = ComponentKind::todo;
    day.subject = "call back";
    day.end = at("20260108");
    store->saveActivity(byAnna, day, "");
    EXPECT_THAT(told("20260101T000000Z", "20260106T000000Z"), IsEmpty());
    const auto found = asked(span("20260105T000000Z", "20260110T000000Z", anna.id));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].subject, "offer");
    EXPECT_EQ(found[0].end, at("20260107T160000Z"));
    EXPECT_EQ(found[0].component, ComponentKind::todo);
    EXPECT_EQ(found[1].start, at("20260108"));
}

// F4
TEST_F(OccurrencesListed, OthersSeeWhatTheOwnerShowsAndOfPrivateOnesTheTimeAtMost) {
    Activity weekly = add("secret plan", at("20260107T090000"), at("20260107T100000"), "FREQ=DAILY;COUNT=2");
    Exception moved;
    moved.original = at("20260108T090000");
    moved.start = at("20260108T110000");
    moved.end = at("20260108T120000");
    moved.subject = "secret exception";
    moved.location = "safe";
    weekly.exceptions = {moved};
    store->saveActivity(byAnna, weekly, "");
    const auto seen = [&](Detail detail) {
        anna.visibility = detail;
        store->saveUser(system, anna);
        std::vector<std::string> all;
        for (const auto& e : asked(span("20260106T000000Z", "20260110T000000Z", ben.id)))
            all.push_back(textOf(e.start).substr(5) + "|" + e.subject + "|" + e.location + "|" +
                          (e.typeId.empty() ? "" : "typed"));
        return all;
    };
    EXPECT_THAT(seen(Detail::none), IsEmpty());
    EXPECT_THAT(seen(Detail::busy), ElementsAre("01-07 08:00 UTC|||", "01-08 10:00 UTC|||"));
    EXPECT_THAT(seen(Detail::subject),
                ElementsAre("01-07 08:00 UTC|secret plan||typed", "01-08 10:00 UTC|secret exception||typed"));
    EXPECT_THAT(seen(Detail::everything),
                ElementsAre("01-07 08:00 UTC|secret plan||typed", "01-08 10:00 UTC|secret exception|safe|typed"));
    weekly = *store->activity(0, weekly.id);
    weekly.privacy = Privacy::personal;
    store->saveActivity(byAnna, weekly, "");
    EXPECT_THAT(seen(Detail::everything), ElementsAre("01-07 08:00 UTC|||", "01-08 10:00 UTC|||"));
}

TEST_F(OccurrencesListed, AFilterOnWhatIsHiddenFindsNothing) {
    Activity a = add("secret plan", at("20260107T090000"), at("20260107T100000"));
    Store::Query query = span("20260106T000000Z", "20260110T000000Z", ben.id);
    EXPECT_EQ(asked(query).size(), 1U);
    query.type = a.typeId;
    EXPECT_THAT(asked(query), IsEmpty());
    query.type.clear();
    query.text = "secret";
    EXPECT_THAT(asked(query), IsEmpty());
}

TEST_F(OccurrencesListed, SomebodysCalendarHasWhatTheyTakePartIn) {
    Activity a = add("review", at("20260107T090000"), at("20260107T100000"));
    a.participants.emplace_back().email = "b.bach@firm.example";
    store->saveActivity(byAnna, a, "");
    add("alone", at("20260107T110000"), at("20260107T120000"));
    Store::Query query = span("20260106T000000Z", "20260110T000000Z", ben.id);
    query.owner = "ben";
    const auto found = asked(query);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].subject, "review");
    EXPECT_EQ(found[0].owner, anna.id);
    query.owner = "nobody";
    EXPECT_THAT(asked(query), IsEmpty());
}

TEST_F(OccurrencesListed, BusyBlocksAreTheAskersOwnAndHaveATimeAlone) {
    const auto block = [&](const std::string& lines) {
        const Id id = newId();
        store->sync().saveBlock(byAnna, anna.id, id, event(id, lines));
    };
    block("DTSTART:20260107T090000Z\r\nDTEND:20260107T100000Z\r\nSUMMARY:Doctor\r\n");
    block("DTSTART;VALUE=DATE:20260108\r\nDTEND;VALUE=DATE:20260110\r\n");
    block("DTSTART:20260107T110000Z\r\nDTEND:20260107T120000Z\r\nTRANSP:TRANSPARENT\r\n");
    block("DTSTART:20260105T130000Z\r\nDTEND:20260105T140000Z\r\nRRULE:FREQ=DAILY;COUNT=3\r\n");
    const auto found = asked(span("20260107T000000Z", "20260109T000000Z", anna.id));
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].start, at("20260107T090000Z"));
    EXPECT_EQ(found[0].activity, "");
    EXPECT_EQ(found[0].subject, "");
    EXPECT_TRUE(found[0].busy);
    EXPECT_EQ(found[1].start, at("20260107T130000Z"));
    EXPECT_EQ(found[2].start, at("20260108"));
    EXPECT_EQ(found[2].end, at("20260110"));
    EXPECT_THAT(asked(span("20260107T000000Z", "20260109T000000Z", ben.id)), IsEmpty());
    Store::Query query = span("20260107T000000Z", "20260109T000000Z", anna.id);
    query.owner = "ben";
    EXPECT_THAT(asked(query), IsEmpty());
    query.owner = "anna";
    EXPECT_EQ(asked(query).size(), 3U);
}

TEST_F(OccurrencesListed, TakeTheSameNumberOfStatementsHoweverManyThereAre) {
    const auto fill = [&](int from, int until) {
        store->batch([&] {
            for (int i = from; i < until; ++i) {
                Activity a = add("x", at("20260107T090000"), at("20260107T100000"), i % 2 ? "FREQ=DAILY;COUNT=9" : "");
                a.participants.emplace_back().email = "p" + std::to_string(i) + "@else.example";
                store->saveActivity(byAnna, a, "");
            }
        });
    };
    const auto statements = [&] {
        bool complete = true;
        Store::Query query = span("20260106T000000Z", "20260114T000000Z", anna.id);
        query.limit = 5000;
        store->occurrences(query, complete);
        const std::size_t before = Store::statementsOfThread();
        store->occurrences(query, complete);
        EXPECT_TRUE(complete);
        return Store::statementsOfThread() - before;
    };
    fill(0, 4);
    const std::size_t few = statements();
    fill(4, 104);
    EXPECT_EQ(statements(), few);
    EXPECT_LE(few, 14U);
}

TEST_F(OccurrencesListed, EndAtTheLimitAndSaySo) {
    add("endless", at("20260101T000000Z"), at("20260101T000100Z"), "FREQ=MINUTELY");
    add("early", at("20260107T000000Z"), at("20260107T000100Z"));
    Store::Query query = span("20260107T000000Z", "20260114T000000Z", anna.id);
    query.limit = 50;
    bool complete = true;
    const auto found = store->occurrences(query, complete);
    EXPECT_FALSE(complete);
    ASSERT_EQ(found.size(), 50U);
    EXPECT_EQ(found.back().start, at("20260107T004800Z"));
}

TEST_F(OccurrencesListed, OneDamagedObjectDoesNotTakeTheCalendarAway) {
    put(byAnna, calendar("anna"), "odd.ics",
        event("odd", "DTSTART:20260107T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=2\r\nSUMMARY:odd\r\n"));
    add("fine", at("20260107T120000"), at("20260107T130000"));
    EXPECT_EQ(told("20260107T000000Z", "20260108T000000Z").size(), 2U);
}

}  // namespace
}  // namespace crmdav
