#include "bridge/outlook/recurrence.h"

#include <random>

#include "bridge/outlook/values.h"
#include "bridge/provider.h"

namespace crmdav::outlook {
namespace {

using namespace std::chrono;

When at(const char* clock, const char* zone = "Europe/Berlin") {
    const auto local = readClock(clock);
    if (std::string(clock).size() == 10) return {When::Kind::date, *local, {}};
    return {When::Kind::zoned, *local, zone};
}

/// "type interval days first day month index range"; what the type doesn't need is left out.
std::string shortly(const Pattern& p) {
    const char* types[] = {"daily", "weekly", "absoluteMonthly", "relativeMonthly", "absoluteYearly", "relativeYearly"};
    std::string out = std::string(types[static_cast<int>(p.type)]) + " " + std::to_string(p.interval);
    if (p.days != 0) {
        out += " ";
        for (unsigned d = 0; d < 7; ++d)
            if ((p.days >> d & 1U) != 0) out += "umtwrfs"[d];
    }
    if (p.type == Pattern::Type::weekly) out += " from " + std::string(1, "umtwrfs"[p.firstDay]);
    if (p.dayOfMonth != 0) out += " day " + std::to_string(p.dayOfMonth);
    if (p.month != 0) out += " month " + std::to_string(p.month);
    if (p.type == Pattern::Type::relativeMonthly || p.type == Pattern::Type::relativeYearly)
        out += " index " + std::to_string(p.index);
    if (p.range == Pattern::Range::endDate) out += " until " + dateText(p.end);
    if (p.range == Pattern::Range::numbered) out += " count " + std::to_string(p.count);
    return out;
}

// microsoft-graph §9, RRULE → Graph: each row of the table, and what is normalised first.
TEST(OutlookRecurrence, RulesThatOutlookHas) {
    struct Row {
        const char *start, *rule, *pattern;
    };
    // 2026-03-03 is a Tuesday, the first one of its month.
    const Row rows[] = {
        {"2026-03-03T10:00:00", "FREQ=DAILY", "daily 1"},
        {"2026-03-03T10:00:00", "FREQ=DAILY;INTERVAL=3;COUNT=5", "daily 3 count 5"},
        {"2026-03-03T10:00:00", "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "weekly 1 mtwrf from m"},
        {"2026-03-03T10:00:00", "FREQ=WEEKLY", "weekly 1 t from m"},
        {"2026-03-03T10:00:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU", "weekly 2 ut from u"},
        {"2026-03-03T10:00:00", "FREQ=WEEKLY;BYHOUR=10;BYMINUTE=0;BYSECOND=0", "weekly 1 t from m"},
        {"2026-03-03T10:00:00", "FREQ=MONTHLY", "absoluteMonthly 1 day 3"},
        {"2026-03-03T10:00:00", "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=3", "absoluteMonthly 2 day 3"},
        {"2026-03-28T10:00:00", "FREQ=MONTHLY;BYMONTHDAY=28", "absoluteMonthly 1 day 28"},
        {"2026-07-31T10:00:00", "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=2", "absoluteMonthly 1 day 31 count 2"},
        {"2026-01-31T10:00:00", "FREQ=MONTHLY;INTERVAL=12", "absoluteMonthly 12 day 31"},
        {"2026-03-30T10:00:00", "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "absoluteMonthly 1 day 30"},
        {"2026-03-31T10:00:00", "FREQ=MONTHLY;BYMONTHDAY=-1", "relativeMonthly 1 umtwrfs index -1"},
        {"2026-03-31T10:00:00", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=-1",
         "relativeMonthly 1 umtwrfs index -1"},
        {"2026-03-03T10:00:00", "FREQ=MONTHLY;BYDAY=1TU", "relativeMonthly 1 t index 1"},
        {"2026-03-12T10:00:00", "FREQ=MONTHLY;INTERVAL=3;BYDAY=2TH", "relativeMonthly 3 r index 2"},
        {"2026-03-24T10:00:00", "FREQ=MONTHLY;BYDAY=4TU", "relativeMonthly 1 t index 4"},
        {"2026-03-31T10:00:00", "FREQ=MONTHLY;BYDAY=-1TU", "relativeMonthly 1 t index -1"},
        {"2026-03-10T10:00:00", "FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2", "relativeMonthly 1 t index 2"},
        {"2026-03-02T10:00:00", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", "relativeMonthly 1 mtwrf index 1"},
        {"2026-03-29T10:00:00", "FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=-1", "relativeMonthly 1 us index -1"},
        {"2026-03-03T10:00:00", "FREQ=YEARLY", "absoluteYearly 1 day 3 month 3"},
        {"2026-03-03T10:00:00", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=3", "absoluteYearly 1 day 3 month 3"},
        {"2026-03-03T10:00:00", "FREQ=YEARLY;INTERVAL=2;BYMONTH=3", "absoluteYearly 2 day 3 month 3"},
        {"2028-02-29T10:00:00", "FREQ=YEARLY;INTERVAL=4", "absoluteYearly 4 day 29 month 2"},
        {"2026-03-31T10:00:00", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=-1", "relativeYearly 1 umtwrfs month 3 index -1"},
        {"2026-03-10T10:00:00", "FREQ=YEARLY;BYMONTH=3;BYDAY=2TU", "relativeYearly 1 t month 3 index 2"},
        {"2026-03-31T10:00:00", "FREQ=YEARLY;BYMONTH=3;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
         "relativeYearly 1 mtwrf month 3 index -1"},
        // UNTIL: before the time of day of the start it is the day before; in the zone of the event.
        {"2026-03-03T10:00:00", "FREQ=DAILY;UNTIL=20260310T090000Z", "daily 1 until 2026-03-10"},
        {"2026-03-03T10:00:00", "FREQ=DAILY;UNTIL=20260310T085959Z", "daily 1 until 2026-03-09"},
        {"2026-03-03T23:30:00", "FREQ=DAILY;UNTIL=20260310T230000Z", "daily 1 until 2026-03-10"},
        {"2026-03-03T10:00:00", "FREQ=DAILY;UNTIL=20260310", "daily 1 until 2026-03-10"},
        {"2026-03-03", "FREQ=DAILY;UNTIL=20260310", "daily 1 until 2026-03-10"},
        {"2026-03-03", "FREQ=WEEKLY;COUNT=3", "weekly 1 t from m count 3"},
    };
    for (const Row& row : rows) {
        const When start = at(row.start);
        Pattern pattern;
        ASSERT_NO_THROW(pattern = patternOf(row.rule, start)) << row.rule;
        EXPECT_EQ(shortly(pattern), row.pattern) << row.rule;
        EXPECT_EQ(pattern.start, floor<days>(start.local));
        EXPECT_TRUE(sameOccurrences(row.rule, ruleOf(pattern, start), start))
            << row.rule << " " << ruleOf(pattern, start);
        EXPECT_EQ(readPattern(parse(writePattern(pattern, "W. Europe Standard Time"))), pattern) << row.rule;
    }
}

// Rule C3: what isn't expressible is refused, never approximated.
TEST(OutlookRecurrence, RulesThatOutlookCannotHave) {
    struct Row {
        const char *start, *rule;
    };
    const Row rows[] = {
        {"2026-03-03T10:00:00", "FREQ=HOURLY"},
        {"2026-03-03T10:00:00", "FREQ=MINUTELY;COUNT=3"},
        {"2026-03-03T10:00:00", "FREQ=SECONDLY;COUNT=3"},
        {"2026-03-03T10:00:00", "FREQ=YEARLY;BYYEARDAY=62"},
        {"2026-03-03T10:00:00", "FREQ=YEARLY;BYWEEKNO=10;BYDAY=TU"},
        {"2026-03-03T10:00:00", "FREQ=MONTHLY;BYMONTHDAY=3,17"},
        {"2026-03-03T10:00:00", "FREQ=YEARLY;BYMONTH=3,9"},
        {"2026-03-30T10:00:00", "FREQ=MONTHLY;BYMONTHDAY=-2"},
        {"2026-03-31T10:00:00", "FREQ=MONTHLY;BYDAY=5TU"},
        {"2026-03-24T10:00:00", "FREQ=MONTHLY;BYDAY=-2TU"},
        {"2026-03-03T10:00:00", "FREQ=MONTHLY;BYDAY=1TU,3TU"},
        {"2026-03-03T10:00:00", "FREQ=MONTHLY;BYDAY=TU"},
        {"2026-03-03T10:00:00", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=2"},
        {"2026-03-03T10:00:00", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,2"},
        {"2026-03-06T10:00:00", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=5"},
        {"2026-03-13T10:00:00", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13"},
        {"2026-03-03T10:00:00", "FREQ=MONTHLY;BYMONTH=3"},
        {"2026-03-03T10:00:00", "FREQ=YEARLY;BYDAY=TU"},
        {"2026-03-03T10:00:00", "FREQ=YEARLY;BYDAY=9TU"},
        {"2026-03-03T10:00:00", "FREQ=YEARLY;BYMONTHDAY=3"},
        {"2026-03-03T10:00:00", "FREQ=DAILY;INTERVAL=2;BYDAY=TU,TH"},
        {"2026-03-03T10:00:00", "FREQ=DAILY;BYMONTH=3"},
        {"2026-03-03T10:00:00", "FREQ=DAILY;BYMONTHDAY=3"},
        {"2026-03-03T10:00:00", "FREQ=DAILY;BYHOUR=10,14"},
        {"2026-03-03T10:00:00", "FREQ=WEEKLY;BYMONTH=3"},
        {"2026-03-03T10:00:00", "FREQ=DAILY;COUNT=1000"},
        {"2026-03-03T10:00:00", "FREQ=DAILY;INTERVAL=1000"},
        // The start isn't one of the rule's own.
        {"2026-03-03T10:00:00", "FREQ=WEEKLY;BYDAY=WE"},
        {"2026-03-03T10:00:00", "FREQ=MONTHLY;BYMONTHDAY=15"},
        // Short months: RFC 5545 leaves them out, Outlook takes their last day.
        {"2026-03-29T10:00:00", "FREQ=MONTHLY;BYMONTHDAY=29"},
        {"2026-03-31T10:00:00", "FREQ=MONTHLY"},
        {"2026-01-31T10:00:00", "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3"},
        {"2028-02-29T10:00:00", "FREQ=YEARLY"},
        {"2026-03-03T10:00:00", "RSCALE=CHINESE;FREQ=YEARLY"},
        {"2026-03-31T10:00:00", "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD"},
        {"2026-03-03T10:00:00", "FREQ=SOMETIMES"},
        {"2026-03-03T10:00:00", ""},
    };
    for (const Row& row : rows) EXPECT_THROW(patternOf(row.rule, at(row.start)), Refused) << row.rule;
}

// microsoft-graph §9, Graph → RRULE, with the fields that Graph sends without meaning them.
TEST(OutlookRecurrence, PatternsBecomeRules) {
    struct Row {
        const char *pattern, *range, *rule;
    };
    const char* none = R"({"type":"noEnd","startDate":"2026-03-03","endDate":"0001-01-01","numberOfOccurrences":0})";
    const Row rows[] = {
        {R"({"type":"daily","interval":2,"month":0,"dayOfMonth":0,"daysOfWeek":[],"firstDayOfWeek":"sunday","index":"first"})",
         none, "FREQ=DAILY;INTERVAL=2"},
        {R"({"type":"weekly","interval":1,"daysOfWeek":["monday","wednesday"],"firstDayOfWeek":"monday","index":"first"})",
         none, "FREQ=WEEKLY;BYDAY=MO,WE;WKST=MO"},
        {R"({"type":"weekly","interval":1,"daysOfWeek":["tuesday"]})", none, "FREQ=WEEKLY;BYDAY=TU;WKST=SU"},
        {R"({"type":"absoluteMonthly","interval":1,"dayOfMonth":3,"month":0})", none, "FREQ=MONTHLY;BYMONTHDAY=3"},
        {R"({"type":"absoluteMonthly","interval":1,"dayOfMonth":31})", none, "FREQ=MONTHLY;BYMONTHDAY=-1"},
        {R"({"type":"absoluteMonthly","interval":1,"dayOfMonth":29})", none,
         "FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1"},
        {R"({"type":"relativeMonthly","interval":1,"daysOfWeek":["thursday"],"index":"second"})", none,
         "FREQ=MONTHLY;BYDAY=2TH"},
        {R"({"type":"relativeMonthly","interval":1,"daysOfWeek":["monday","tuesday","wednesday","thursday","friday"],"index":"last"})",
         none, "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"},
        {R"({"type":"absoluteYearly","interval":1,"dayOfMonth":30,"month":9})", none,
         "FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=30"},
        {R"({"type":"absoluteYearly","interval":1,"dayOfMonth":29,"month":2})", none,
         "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1"},
        {R"({"type":"relativeYearly","interval":1,"daysOfWeek":["sunday"],"index":"fourth","month":5})", none,
         "FREQ=YEARLY;BYMONTH=5;BYDAY=4SU"},
        {R"({"type":"daily","interval":1})", R"({"type":"numbered","startDate":"2026-03-03","numberOfOccurrences":7})",
         "FREQ=DAILY;COUNT=7"},
        {R"({"type":"daily","interval":1})", R"({"type":"endDate","startDate":"2026-03-03","endDate":"2026-06-30"})",
         "FREQ=DAILY;UNTIL=20260630T080000Z"},
    };
    for (const Row& row : rows) {
        const std::string json = std::string(R"({"pattern":)") + row.pattern + R"(,"range":)" + row.range + "}";
        EXPECT_EQ(ruleOf(readPattern(parse(json)), at("2026-03-03T10:00:00")), row.rule) << json;
    }
    for (
        const char* bad :
        {R"({"pattern":{"type":"hourly","interval":1},"range":{"type":"noEnd","startDate":"2026-03-03"}})",
         R"({"pattern":{"type":"daily","interval":0},"range":{"type":"noEnd","startDate":"2026-03-03"}})",
         R"({"pattern":{"type":"weekly","interval":1,"daysOfWeek":[]},"range":{"type":"noEnd","startDate":"2026-03-03"}})",
         R"({"pattern":{"type":"daily","interval":1},"range":{"type":"sometimes","startDate":"2026-03-03"}})",
         R"({"pattern":{"type":"daily","interval":1},"range":{"type":"noEnd","startDate":"soon"}})", "{}"})
        EXPECT_THROW(readPattern(parse(bad)), Refused) << bad;
}

// What Outlook can have comes back as the same occurrences: every type, index, day and range.
TEST(OutlookRecurrence, EveryPatternComesBack) {
    std::mt19937 random(11);
    const auto any = [&](int least, int most) { return least + static_cast<int>(random() % (most - least + 1)); };
    const unsigned sets[] = {0b0111110, 0b1000001, 0b1111111, 0b0000100, 0b0100000};
    int whole = 0;
    for (int round = 0; round < 600; ++round) {
        Pattern pattern;
        pattern.type = static_cast<Pattern::Type>(any(0, 5));
        pattern.interval = any(1, 3);
        using T = Pattern::Type;
        if (pattern.type == T::weekly) {
            pattern.days = static_cast<unsigned>(any(1, 127));
            pattern.firstDay = static_cast<unsigned>(any(0, 6));
        }
        if (pattern.type == T::relativeMonthly || pattern.type == T::relativeYearly) {
            pattern.days = sets[any(0, 4)];
            pattern.index = any(0, 4) == 0 ? -1 : any(1, 4);
        }
        if (pattern.type == T::absoluteMonthly || pattern.type == T::absoluteYearly) pattern.dayOfMonth = any(1, 31);
        if (pattern.type == T::absoluteYearly || pattern.type == T::relativeYearly) pattern.month = any(1, 12);
        pattern.range = static_cast<Pattern::Range>(any(0, 2));
        pattern.count = pattern.range == Pattern::Range::numbered ? any(1, 60) : 0;
        When start = at("2026-01-01T10:00:00");
        if (pattern.range == Pattern::Range::endDate) pattern.end = floor<days>(start.local) + days(any(1500, 2500));
        pattern.start = floor<days>(start.local);
        // The series begins at the first day that fits.
        Pattern endless = pattern;
        endless.range = Pattern::Range::noEnd;
        const auto first = occurrencesOf(ruleOf(endless, start), start, local_seconds::max(), 1);
        ASSERT_FALSE(first.empty());
        start.local = first.front();
        pattern.start = floor<days>(start.local);
        const std::string rule = ruleOf(pattern, start);
        Pattern back;
        ASSERT_NO_THROW(back = patternOf(rule, start)) << rule;
        EXPECT_TRUE(sameOccurrences(ruleOf(back, start), rule, start)) << rule << " / " << ruleOf(back, start);
        whole += back == pattern ? 1 : 0;
    }
    EXPECT_GT(whole, 400);
}

// Rule C1: rules are equal when their occurrences are.
TEST(OutlookRecurrence, RulesAreComparedByWhatTheyMake) {
    const When start = at("2026-03-03T10:00:00");
    EXPECT_TRUE(sameOccurrences("FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=TU;WKST=SU", start));
    EXPECT_TRUE(sameOccurrences("FREQ=MONTHLY;INTERVAL=12", "FREQ=YEARLY", start));
    EXPECT_FALSE(sameOccurrences("FREQ=WEEKLY", "FREQ=WEEKLY;COUNT=1000", start));
    EXPECT_FALSE(sameOccurrences("FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2", start));
    EXPECT_FALSE(sameOccurrences("FREQ=WEEKLY", "", start));
}

}  // namespace
}  // namespace crmdav::outlook
