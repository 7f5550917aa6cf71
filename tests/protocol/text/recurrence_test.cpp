#include "protocol/text/recurrence.h"

#include <random>
#include <set>

namespace crmdav {
namespace {

using namespace std::chrono;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

LocalTime at(std::string_view text) { return DateTime::parse(text).value().local; }

// The first starts, as 20260101 when at midnight.
std::vector<std::string> starts(std::string_view start, std::string_view rule, std::size_t most = 50,
                                std::string_view from = {}) {
    const Rule parsed = Rule::parse(rule);
    RuleIterator walk(parsed, at(start), parsed.until ? std::optional(parsed.until->local) : std::nullopt);
    if (!from.empty()) walk.seek(at(from));
    std::vector<std::string> found;
    while (found.size() < most) {
        const auto time = walk.next();
        if (!time) break;
        found.emplace_back();
        if (*time == floor<days>(*time))
            appendDate(found.back(), *time);
        else
            appendDateTime(found.back(), *time);
    }
    return found;
}

struct RuleCase {
    const char *start, *rule;
    std::vector<std::string> expected;  ///< the first ones
};
void PrintTo(const RuleCase& c, std::ostream* out) { *out << c.rule; }
class RuleWalk : public testing::TestWithParam<RuleCase> {};

TEST_P(RuleWalk, GivesTheStartsOfTheRfc) {
    const auto& [start, rule, expected] = GetParam();
    EXPECT_EQ(starts(start, rule, expected.size()), expected);
}

// Mostly the examples of RFC 5545 §3.8.5.3 and RFC 7529 §4.
const RuleCase ruleCases[] = {
    {"19970902", "FREQ=DAILY;INTERVAL=10;COUNT=3", {"19970902", "19970912", "19970922"}},
    {"19980101", "FREQ=YEARLY;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA", {"19980101", "19980102", "19980103"}},
    {"19970902", "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,TH", {"19970902", "19970904", "19970916", "19970918"}},
    {"19970805",
     "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
     {"19970805", "19970810", "19970819", "19970824"}},
    {"19970805",
     "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
     {"19970805", "19970817", "19970819", "19970831"}},
    {"19970905", "FREQ=MONTHLY;COUNT=3;BYDAY=1FR", {"19970905", "19971003", "19971107"}},
    {"19970907", "FREQ=MONTHLY;INTERVAL=2;COUNT=4;BYDAY=1SU,-1SU", {"19970907", "19970928", "19971102", "19971130"}},
    {"19970922", "FREQ=MONTHLY;COUNT=3;BYDAY=-2MO", {"19970922", "19971020", "19971117"}},
    {"19970928", "FREQ=MONTHLY;BYMONTHDAY=-3", {"19970928", "19971029", "19971128", "19971229"}},
    {"19970902", "FREQ=MONTHLY;COUNT=4;BYMONTHDAY=2,15", {"19970902", "19970915", "19971002", "19971015"}},
    {"19970610", "FREQ=YEARLY;COUNT=4;BYMONTH=6,7", {"19970610", "19970710", "19980610", "19980710"}},
    {"19970101",
     "FREQ=YEARLY;INTERVAL=3;COUNT=4;BYYEARDAY=1,100,200",
     {"19970101", "19970410", "19970719", "20000101"}},
    {"19970519", "FREQ=YEARLY;BYDAY=20MO", {"19970519", "19980518", "19990517"}},
    {"19970512", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", {"19970512", "19980511", "19990517"}},
    {"19970512", "FREQ=YEARLY;BYWEEKNO=20", {"19970512", "19980511", "19990517"}},
    {"19971229", "FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", {"19971229", "19990104", "20000103", "20010101", "20011231"}},
    {"20041227", "FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO", {"20041227", "20051226", "20061225"}},
    {"19970313", "FREQ=YEARLY;BYMONTH=3;BYDAY=TH", {"19970313", "19970320", "19970327", "19980305"}},
    {"19970902", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", {"19980213", "19980313", "19981113", "19990813", "20001013"}},
    {"19970913", "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", {"19970913", "19971011", "19971108"}},
    {"19961105",
     "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
     {"19961105", "20001107", "20041102"}},
    {"19970904", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", {"19970904", "19971007", "19971106"}},
    {"19970929", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", {"19970929", "19971030", "19971127", "19971230"}},
    {"19970902T090000",
     "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000",
     {"19970902T090000", "19970902T120000", "19970902T150000"}},
    {"19970902T090000", "FREQ=MINUTELY;INTERVAL=90;COUNT=3", {"19970902T090000", "19970902T103000", "19970902T120000"}},
    {"19970902T090000",
     "FREQ=DAILY;BYHOUR=9,10;BYMINUTE=0,40;COUNT=5",
     {"19970902T090000", "19970902T094000", "19970902T100000", "19970902T104000", "19970903T090000"}},
    {"19970902T090000",
     "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,16;COUNT=5",
     {"19970902T090000", "19970902T092000", "19970902T094000", "19970902T160000", "19970902T162000"}},
    {"20070115T090000",
     "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
     {"20070115T090000", "20070130T090000", "20070215T090000", "20070315T090000", "20070330T090000"}},
    {"20240229", "FREQ=YEARLY", {"20240229", "20280229", "20320229"}},
    {"20240131", "FREQ=MONTHLY;COUNT=3", {"20240131", "20240331", "20240531"}},
    {"20240101T235960", "FREQ=SECONDLY;COUNT=2", {"20240101T235959", "20240102"}},
    {"20240101", "FREQ=MONTHLY;BYDAY=3MO,3MO;COUNT=2", {"20240115"}},  // DTSTART is the first of COUNT
    // RFC 7529
    {"20160131",
     "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD",
     {"20160131", "20160301", "20160331", "20160501", "20160531"}},
    {"20160131",
     "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;COUNT=4",
     {"20160131", "20160229", "20160331", "20160430"}},
    {"20160131", "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=OMIT", {"20160131", "20160331", "20160531"}},
    {"20160131", "RSCALE=GREGORIAN;FREQ=MONTHLY", {"20160131", "20160331", "20160531"}},
    {"20160229",
     "RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD",
     {"20160229", "20170301", "20180301", "20190301", "20200229"}},
    {"20160109", "RSCALE=CHINESE;FREQ=MONTHLY;SKIP=OMIT", {"20160109", "20160308", "20160506", "20160802", "20160930"}},
    {"20160109",
     "RSCALE=CHINESE;FREQ=MONTHLY;SKIP=BACKWARD",
     {"20160109", "20160207", "20160308", "20160406", "20160506"}},
    {"20160308",
     "RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=30;SKIP=OMIT",
     {"20160308", "20160506", "20160802", "20160930"}},
    {"20160308",
     "RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=30;SKIP=FORWARD",
     {"20160308", "20160407", "20160506", "20160605"}},
    {"20160308",
     "RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=30;SKIP=BACKWARD",
     {"20160308", "20160406", "20160506", "20160604"}},
    {"20140208",
     "RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=8;SKIP=FORWARD",
     {"20140208", "20150227", "20160217", "20170306"}},
    {"20160208", "RSCALE=CHINESE;FREQ=DAILY;BYMONTHDAY=1;COUNT=3", {"20160208", "20160309", "20160407"}},
    {"20130210", "RSCALE=CHINESE;FREQ=YEARLY", {"20130210", "20140131", "20150219", "20160208"}},
    {"20140910", "RSCALE=ETHIOPIC;FREQ=YEARLY;BYMONTH=13;BYMONTHDAY=-1;COUNT=6", {"20140910", "20150911", "20160910"}},
};
INSTANTIATE_TEST_SUITE_P(Rows, RuleWalk, testing::ValuesIn(ruleCases));

TEST(RuleText, RefusesWhatIsNoRule) {
    for (const char* text : {"",
                             "COUNT=3",
                             "FREQ=OFTEN",
                             "FREQ=DAILY;FREQ=DAILY",
                             "FREQ=DAILY;COUNT=0",
                             "FREQ=DAILY;COUNT=-1",
                             "FREQ=DAILY;COUNT=99999999999",
                             "FREQ=DAILY;INTERVAL=0",
                             "FREQ=DAILY;INTERVAL=x",
                             "FREQ=DAILY;COUNT=2;UNTIL=20260101",
                             "FREQ=DAILY;UNTIL=20260230",
                             "FREQ=DAILY;UNTIL=",
                             "FREQ=DAILY;BYHOUR=24",
                             "FREQ=DAILY;BYMINUTE=60",
                             "FREQ=DAILY;BYSECOND=61",
                             "FREQ=MONTHLY;BYMONTHDAY=0",
                             "FREQ=MONTHLY;BYMONTHDAY=32",
                             "FREQ=YEARLY;BYMONTH=13",
                             "FREQ=YEARLY;BYMONTH=0",
                             "FREQ=YEARLY;BYYEARDAY=367",
                             "FREQ=YEARLY;BYWEEKNO=54",
                             "FREQ=MONTHLY;BYDAY=0MO",
                             "FREQ=MONTHLY;BYDAY=54MO",
                             "FREQ=WEEKLY;BYDAY=XX",
                             "FREQ=WEEKLY;BYDAY=",
                             "FREQ=WEEKLY;BYDAY=MO,,TU",
                             "FREQ=WEEKLY;WKST=1MO",
                             "FREQ=DAILY;BYSETPOS=0",
                             "FREQ=DAILY;SOMETHING=1",
                             "FREQ",
                             "FREQ=MONTHLY;SKIP=FORWARD",
                             "RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FOOBAR",
                             "FREQ=DAILY;BYMONTHDAY=+"})
        EXPECT_THROW(Rule::parse(text), RuleError) << text;
}

TEST(RuleText, ToleratesWhatClientsWrite) {
    for (const char* text : {"freq=weekly;byday=mo", "FREQ=WEEKLY;", "FREQ=WEEKLY;BYDAY=MO, TU", "FREQ=DAILY;X-NOTE=1",
                             "FREQ=DAILY;INTERVAL=01", "INTERVAL=2;FREQ=DAILY", "FREQ=MONTHLY;BYDAY=+1MO",
                             "FREQ=WEEKLY;BYDAY=1MO", "FREQ=DAILY;UNTIL=20260101T000000"})
        EXPECT_NO_THROW(Rule::parse(text)) << text;
}

TEST(RuleText, TellsAnUnknownScaleApart) {  // RFC 7529 §6: CALDAV:supported-rscale
    try {
        Rule::parse("RSCALE=FOOBAR;FREQ=YEARLY");
        FAIL();
    } catch (const RuleError& error) {
        EXPECT_EQ(error.kind(), RuleError::Kind::unsupportedScale);
    }
    EXPECT_THAT(supportedScales(), testing::IsSupersetOf({"GREGORIAN", "CHINESE", "HEBREW", "ETHIOPIC"}));
}

TEST(HostileRules, EndInBoundedWork) {  // D24
    for (const char* rule :
         {"FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MINUTELY;BYYEARDAY=366;BYMONTH=1",
          "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31", "FREQ=DAILY;BYMONTH=4;BYMONTHDAY=31",
          "FREQ=HOURLY;INTERVAL=24;BYHOUR=3", "FREQ=MINUTELY;INTERVAL=60;BYMINUTE=1",
          "FREQ=SECONDLY;INTERVAL=1000000000;BYSECOND=1", "FREQ=YEARLY;BYWEEKNO=1;BYMONTH=7",
          "FREQ=SECONDLY;BYSETPOS=2", "RSCALE=GREGORIAN;FREQ=SECONDLY;SKIP=FORWARD;BYMONTH=2;BYMONTHDAY=30"})
        EXPECT_THAT(starts("20260101T090000", rule), IsEmpty()) << rule;
}

TEST(HostileRules, HugeNumbersStayWhatTheyAre) {
    EXPECT_THAT(starts("20260101", "FREQ=DAILY;INTERVAL=65537", 2), ElementsAre("20260101", "22050609"));
    EXPECT_THAT(starts("20260101", "FREQ=YEARLY;INTERVAL=1000000000"), ElementsAre("20260101"));
    EXPECT_THAT(starts("20260101T000000", "FREQ=SECONDLY;COUNT=4000000000", 1, "21000101"), ElementsAre("21000101"));
    const std::string all = "FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=-1";
    EXPECT_THAT(starts("20260101", all, 1), ElementsAre("20261231"));
}

TEST(HostileRules, CountingOverMillionsIsGivenUp) {
    const Rule rule = Rule::parse("FREQ=SECONDLY;BYSECOND=0,1,2,3,4,5,6,7,8,9;COUNT=4000000000");
    RuleIterator walk(rule, at("20260101T000000"), {});
    walk.seek(at("20960101T000000"));
    EXPECT_EQ(walk.next(), std::nullopt);
    EXPECT_TRUE(walk.cutShort());
}

// Straight from the table of RFC 5545 §3.3.10, day by day and without any of the tricks of the real one.
class Slow {
public:
    Slow(const Rule& rule, local_days start) : rule_(rule), start_(start) {}

    std::vector<local_days> until(local_days end) const {
        std::vector<local_days> result;
        std::vector<local_days> period;
        for (local_days day = local_days{year_month_day{start_}.year() / January / 1} - days{14}; day < end; ++day) {
            if (!period.empty() && number(period.front()) != number(day)) finish(period, result);
            if (fits(day)) period.push_back(day);
        }
        finish(period, result);
        return result;
    }

private:
    static int dayOf(local_days day) { return static_cast<int>(static_cast<unsigned>(year_month_day{day}.day())); }
    static int monthOf(local_days day) { return static_cast<int>(static_cast<unsigned>(year_month_day{day}.month())); }
    static int yearOf(local_days day) { return static_cast<int>(year_month_day{day}.year()); }
    static unsigned weekdayOf(local_days day) { return weekday{day}.c_encoding(); }

    int number(local_days day) const {
        switch (rule_.frequency) {
            case Rule::Frequency::yearly: return yearOf(day);
            case Rule::Frequency::monthly: return yearOf(day) * 12 + monthOf(day);
            case Rule::Frequency::weekly: {
                while (weekdayOf(day) != rule_.weekStart) day -= days{1};
                return static_cast<int>(day.time_since_epoch().count()) / 7;
            }
            default: return static_cast<int>(day.time_since_epoch().count());
        }
    }
    bool inPhase(local_days day) const {
        return (number(day) - number(start_)) % static_cast<int>(rule_.interval) == 0;
    }

    static bool has(const std::vector<int>& list, int value) {
        return std::find(list.begin(), list.end(), value) != list.end();
    }

    // The how manieth `day` is among the days of its kind in the month or year; backwards for `step` -1.
    static int ordinal(local_days day, bool inMonth, int step) {
        int count = 0;
        for (local_days d = day; inMonth ? monthOf(d) == monthOf(day) : yearOf(d) == yearOf(day); d -= days{7 * step})
            ++count;
        return count * step;
    }

    bool fits(local_days day) const {
        if (!inPhase(day)) return false;
        if (!rule_.months.empty() && !has(rule_.months, monthOf(day))) return false;
        const bool expands = !rule_.yearDays.empty() || !rule_.monthDays.empty() || !rule_.days.empty();
        if (!expands) return fitsStart(day);
        if (!rule_.yearDays.empty()) {
            const int fromStart = static_cast<int>((day - local_days{year_month_day{day}.year() / 1 / 1}).count()) + 1;
            const int fromEnd = static_cast<int>((day - local_days{year_month_day{day}.year() / 12 / 31}).count()) - 1;
            if (!has(rule_.yearDays, fromStart) && !has(rule_.yearDays, fromEnd)) return false;
        }
        if (!rule_.monthDays.empty()) {
            const auto date = year_month_day{day};
            const int fromEnd =
                dayOf(day) - static_cast<int>(static_cast<unsigned>((date.year() / date.month() / last).day())) - 1;
            if (!has(rule_.monthDays, dayOf(day)) && !has(rule_.monthDays, fromEnd)) return false;
        }
        if (rule_.days.empty()) return true;
        const bool inMonth = rule_.frequency == Rule::Frequency::monthly || !rule_.months.empty();
        for (const auto& wanted : rule_.days)
            if (wanted.weekday == weekdayOf(day) &&
                (wanted.ordinal == 0 || ordinal(day, inMonth, wanted.ordinal > 0 ? 1 : -1) == wanted.ordinal))
                return true;
        return false;
    }

    bool fitsStart(local_days day) const {
        switch (rule_.frequency) {
            case Rule::Frequency::yearly:
                return dayOf(day) == dayOf(start_) && (!rule_.months.empty() || monthOf(day) == monthOf(start_));
            case Rule::Frequency::monthly: return dayOf(day) == dayOf(start_);
            case Rule::Frequency::weekly: return weekdayOf(day) == weekdayOf(start_);
            default: return true;
        }
    }

    void finish(std::vector<local_days>& period, std::vector<local_days>& result) const {
        const int all = static_cast<int>(period.size());
        for (int i = 0; i < all; ++i)
            if (period[static_cast<std::size_t>(i)] >= start_ &&
                (rule_.positions.empty() || has(rule_.positions, i + 1) || has(rule_.positions, i - all)))
                result.push_back(period[static_cast<std::size_t>(i)]);
        period.clear();
    }

    Rule rule_;
    local_days start_;
};

class RandomRules {
public:
    explicit RandomRules(unsigned seed) : random_(seed) {}

    Rule rule() {
        Rule rule;
        rule.frequency = static_cast<Rule::Frequency>(of(3, 6));
        rule.interval = static_cast<std::uint32_t>(one(2) ? 1 : of(2, 7));
        if (one(3)) rule.months = some(1, 12, 3);
        if (one(3)) rule.monthDays = some(-31, 31, 4);
        if (one(6) && rule.frequency == Rule::Frequency::yearly) rule.yearDays = some(-366, 366, 6);
        const bool numbered = rule.frequency >= Rule::Frequency::monthly && one(2);
        if (one(2))
            for (int i = of(1, 3); i > 0; --i)
                rule.days.push_back({numbered ? of(1, 5) * (one(2) ? -1 : 1) : 0, static_cast<unsigned>(of(0, 6))});
        if (one(4) && !(rule.days.empty() && rule.monthDays.empty())) rule.positions = some(-5, 5, 2);
        rule.weekStart = static_cast<unsigned>(of(0, 6));
        return rule;
    }
    local_days start() { return local_days{2020y / January / 1} + days{of(0, 3000)}; }
    int of(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
    bool one(int in) { return of(1, in) == 1; }

private:
    std::vector<int> some(int low, int high, int most) {
        std::vector<int> values;
        for (int i = of(1, most); i > 0; --i)
            if (const int value = of(low, high); value != 0) values.push_back(value);
        if (values.empty()) values.push_back(1);
        return values;
    }
    std::mt19937 random_;
};

TEST(RandomRules, AgreeWithAWalkDayByDay) {
    RandomRules random(20261120);
    std::size_t hits = 0;
    for (int i = 0; i < 150; ++i) {
        const Rule rule = random.rule();
        const local_days start = random.start(), end = start + days{1'500};
        // whole periods beyond the end: BYSETPOS counts from their ends
        auto expected = Slow(rule, start).until(end + days{800});
        std::erase_if(expected, [end](local_days day) { return day >= end; });
        std::vector<local_days> found;
        RuleIterator walk(rule, start, {});
        for (auto time = walk.next(); time && *time < end; time = walk.next()) found.push_back(floor<days>(*time));
        ASSERT_EQ(found, expected) << "rule " << i << " frequency " << static_cast<int>(rule.frequency);
        hits += found.size();
        if (expected.empty()) continue;

        // a walk that begins in the middle gives the rest, phase included
        const local_days middle = expected[expected.size() / 2] - days{random.of(0, 3)};
        RuleIterator later(rule, start, {});
        later.seek(middle);
        const auto first = std::lower_bound(expected.begin(), expected.end(), middle);
        for (auto at = first; at != expected.end(); ++at) ASSERT_EQ(later.next(), LocalTime{*at}) << "rule " << i;
    }
    EXPECT_GT(hits, 5'000U);
}

TEST(RuleSeek, CountEndsAtTheSameInstanceWhereverTheWalkBegins) {
    for (const char* rule : {"FREQ=WEEKLY;COUNT=100", "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=100",
                             "FREQ=MONTHLY;BYMONTHDAY=15,31;COUNT=100", "FREQ=DAILY;INTERVAL=3;COUNT=100",
                             "FREQ=HOURLY;INTERVAL=7;COUNT=100", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;COUNT=100"}) {
        const auto all = starts("20260115T093000", rule, 1'000);
        ASSERT_THAT(all, SizeIs(100)) << rule;
        EXPECT_THAT(starts("20260115T093000", rule, 1'000, all[97]), ElementsAre(all[97], all[98], all[99])) << rule;
    }
}

}  // namespace
}  // namespace crmdav
