// Working hours as a week and days, and as the VAVAILABILITY of RFC 7953.
#include "protocol/text/working_hours.h"

#include <gmock/gmock.h>

#include <random>

#include "protocol/text/content_lines.h"
#include "protocol/text/freebusy.h"
#include "protocol/text/zones.h"

namespace crmdav {
namespace {

using namespace std::chrono;
using testing::IsEmpty;
using testing::Not;

constexpr Instant now = sys_days{year{2026} / November / 22};

Document written(const WorkingHours& hours) { return Document::parse(writeWorkingHours(hours, now, "hours-anna")); }

DaySpans randomDay(std::mt19937& random) {
    DaySpans spans;
    int at = -1;
    while (random() % 3 != 0 && at < 24 * 4 - 2 && spans.size() < 4) {
        const int from = at + 1 + static_cast<int>(random() % static_cast<unsigned>(24 * 4 - at - 1));
        const int until = from + 1 + static_cast<int>(random() % static_cast<unsigned>(24 * 4 - from));
        spans.push_back({minutes(15 * from), minutes(15 * until)});
        at = until;
    }
    return spans;
}

WorkingHours randomHours(std::mt19937& random) {
    constexpr const char* zones[] = {"Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe",
                                     "UTC"};
    WorkingHours hours{zones[random() % std::size(zones)], {}, {}};
    for (DaySpans& day : hours.week) day = randomDay(random);
    for (unsigned left = random() % 6; left; --left)
        hours.days[local_days{floor<days>(now).time_since_epoch()} + days(random() % 40)] = randomDay(random);
    return hours;
}

/// By the definition alone: is this moment in them?
bool areIn(const WorkingHours& hours, Instant at) {
    const LocalTime local = findZone(hours.zone)->toLocal(at);
    const local_days day = floor<days>(local);
    const auto other = hours.days.find(day);
    const DaySpans& spans = other != hours.days.end() ? other->second : hours.week[weekday(day).iso_encoding() - 1];
    return std::ranges::any_of(spans, [&](const DaySpan& s) { return local - day >= s.from && local - day < s.until; });
}

TEST(WorkingHours, AreReadAsTheyWereWrittenAndMeanThatToEveryReader) {
    for (unsigned seed = 0; seed < 300; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 random(seed);
        const WorkingHours hours = randomHours(random);
        if (!problemOf(hours).empty()) continue;
        const Document calendar = written(hours);
        ASSERT_EQ(readWorkingHours(calendar, now), hours) << calendar.bytes();
        const TimeRange range{now, now + days(45)};
        std::vector<BusyPeriod> unavailable;
        addUnavailable(calendar, range, utcZone(), unavailable);
        for (Instant at = range.start + minutes(7); at < range.end; at += minutes(101)) {
            const bool away =
                std::ranges::any_of(unavailable, [&](const auto& p) { return p.start <= at && at < p.end; });
            ASSERT_NE(away, areIn(hours, at)) << timeText(at) << '\n' << calendar.bytes();
        }
    }
}

TEST(WorkingHours, NeverIsAWeekToo) {
    const WorkingHours never{"Europe/Berlin", {}, {}};
    EXPECT_EQ(readWorkingHours(written(never), now), never);
}

TEST(WorkingHours, AWholeHolidayIsOneStretch) {
    WorkingHours hours = usualHours("Europe/Berlin");
    for (int day = 1; day <= 300; ++day) hours.days[local_days{year{2027} / January / 1} + days(day)] = {};
    EXPECT_THAT(problemOf(hours), IsEmpty());
    EXPECT_EQ(readWorkingHours(written(hours), now), hours);
}

TEST(WorkingHours, OfOtherAppsAreReadWhereAWeekSaysThem) {
    const auto read = [](const std::string& available, const std::string& head = "") {
        return readWorkingHours(
            Document::parse("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VAVAILABILITY\r\nUID:a\r\n" + head +
                            "BEGIN:AVAILABLE\r\nUID:b\r\nDTSTART;TZID=Europe/Berlin:20260105T090000\r\n"
                            "DTEND;TZID=Europe/Berlin:20260105T170000\r\n" +
                            available + "END:AVAILABLE\r\nEND:VAVAILABILITY\r\nEND:VCALENDAR\r\n"),
            now);
    };
    EXPECT_EQ(read("RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\r\n"), usualHours("Europe/Berlin")) << "as Apple writes it";
    EXPECT_EQ(read("RRULE:FREQ=WEEKLY\r\n")->week[0], usualHours("Europe/Berlin").week[0]);
    EXPECT_EQ(read("RRULE:FREQ=DAILY\r\n")->week[6], usualHours("Europe/Berlin").week[0]);
    for (const char* richer : {"", "RRULE:FREQ=WEEKLY;INTERVAL=2\r\n", "RRULE:FREQ=WEEKLY;COUNT=3\r\n",
                               "RRULE:FREQ=MONTHLY\r\n", "RRULE:FREQ=DAILY;BYMONTH=3\r\n", "RRULE:nonsense\r\n",
                               "RRULE:FREQ=WEEKLY\r\nEXDATE;TZID=Europe/Berlin:20260112T090000\r\n"})
        EXPECT_EQ(read(richer), std::nullopt) << richer;
    EXPECT_EQ(read("RRULE:FREQ=WEEKLY\r\n", "DTSTART:20260101T000000Z\r\n"), std::nullopt) << "of a time only";
    EXPECT_EQ(readWorkingHours(Document::parse("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"), now), std::nullopt);
}

TEST(WorkingHours, WhatCannotBeKeptIsSaid) {
    EXPECT_THAT(problemOf(usualHours("Europe/Berlin")), IsEmpty());
    EXPECT_THAT(problemOf(usualHours("Europe/Atlantis")), Not(IsEmpty()));
    const auto withMonday = [](DaySpans spans) {
        WorkingHours hours = usualHours("Europe/Berlin");
        hours.week[0] = std::move(spans);
        return problemOf(hours);
    };
    EXPECT_THAT(withMonday({{hours(9), hours(9)}}), Not(IsEmpty()));
    EXPECT_THAT(withMonday({{hours(9), hours(25)}}), Not(IsEmpty()));
    EXPECT_THAT(withMonday({{hours(13), hours(17)}, {hours(9), hours(12)}}), Not(IsEmpty()));
    EXPECT_THAT(withMonday({{hours(9), hours(12)}, {hours(12), hours(17)}}), Not(IsEmpty())) << "one span, then";
    EXPECT_THAT(withMonday({{hours(0), hours(24)}}), IsEmpty());
    DaySpans many;
    for (int i = 0; i < 40; ++i) many.push_back({minutes(30 * i), minutes(30 * i + 10)});
    EXPECT_THAT(withMonday(many), Not(IsEmpty()));
}

}  // namespace
}  // namespace crmdav
