#include <benchmark/benchmark.h>

#include <string>

#include "protocol/text/content_lines.h"
#include "protocol/text/expand.h"
#include "protocol/text/freebusy.h"
#include "protocol/text/recurrence.h"
#include "protocol/text/views.h"

using namespace crmdav;

namespace {

constexpr const char* berlinText =
    "BEGIN:VTIMEZONE\r\nTZID:Europe/"
    "Berlin\r\nBEGIN:DAYLIGHT\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nTZNAME:CEST\r\n"
    "DTSTART:19810329T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\nBEGIN:"
    "STANDARD\r\nTZOFFSETFROM:+0200\r\n"
    "TZOFFSETTO:+0100\r\nTZNAME:CET\r\nDTSTART:19961027T030000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:"
    "STANDARD\r\nEND:VTIMEZONE\r\n";

// An event of about 1 KB.
Document event(const std::string& start, const std::string& rule, std::string zone = "Europe/Berlin") {
    std::string vtimezone = berlinText;
    vtimezone.replace(vtimezone.find("Europe/Berlin"), 13, zone);
    return Document::parse("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\n" + vtimezone +
                           "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20240101T000000Z\r\nDTSTART;TZID=" + zone + ":" + start +
                           "\r\nDURATION:PT1H\r\n" + rule + "SUMMARY:Weekly\r\nLOCATION:Room 1\r\nDESCRIPTION:" +
                           std::string(60, 'x') + "\r\n " + std::string(70, 'y') + "\r\n " + std::string(70, 'y') +
                           "\r\n " + std::string(70, 'y') + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
}

const TimeRange week{parseUtc("20260601T000000Z").value(), parseUtc("20260608T000000Z").value()};

void countWeek(benchmark::State& state, const Document& document) {
    const ZonePtr zone = findZone("Europe/Berlin");
    std::size_t found = 0;
    for (auto _ : state) {
        const CalendarItem item(document.root(), zone);
        item.forEach(week, {}, [&found](const Instance&) { return ++found, true; });
    }
    state.counters["instances"] = static_cast<double>(found) / static_cast<double>(state.iterations());
}

void weekOfSingle(benchmark::State& state) { countWeek(state, event("20260603T090000", "")); }
void weekOfOldWeekly(benchmark::State& state) {
    countWeek(state, event("19700105T090000", "RRULE:FREQ=WEEKLY;BYDAY=MO,TH\r\n"));
}
void weekOfOldDaily(benchmark::State& state) { countWeek(state, event("19700105T090000", "RRULE:FREQ=DAILY\r\n")); }
void weekOfCountedWeekly(benchmark::State& state) {
    countWeek(state, event("20240101T090000", "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=500\r\n"));
}
void weekOfOldYearly(benchmark::State& state) {
    countWeek(state, event("19700105T090000", "RRULE:FREQ=YEARLY;BYMONTH=6;BYDAY=1WE\r\n"));
}
void weekInOwnZone(benchmark::State& state) {
    countWeek(state, event("19700105T090000", "RRULE:FREQ=WEEKLY\r\n", "Customized"));
}
void weekOfChinese(benchmark::State& state) {
    countWeek(state, event("20000105T090000", "RRULE:RSCALE=CHINESE;FREQ=YEARLY\r\n"));
}

void expandWeekOfDaily(benchmark::State& state) {
    const Document document = event("20200105T090000", "RRULE:FREQ=DAILY\r\n");
    const ZonePtr zone = findZone("Europe/Berlin");
    for (auto _ : state) benchmark::DoNotOptimize(expandView(document, week, zone));
}
void expandSingle(benchmark::State& state) {
    const Document document = event("20260603T090000", "");
    const ZonePtr zone = findZone("Europe/Berlin");
    for (auto _ : state) benchmark::DoNotOptimize(expandView(document, week, zone));
}

void indexOfEndlessDaily(benchmark::State& state) {
    const Document document = event("20200105T090000", "RRULE:FREQ=DAILY\r\n");
    for (auto _ : state) benchmark::DoNotOptimize(occurrencesOf(document.root(), week, 1'000));
}
void indexOfSingle(benchmark::State& state) {
    const Document document = event("20260603T090000", "");
    for (auto _ : state) benchmark::DoNotOptimize(occurrencesOf(document.root(), week, 1'000));
}

void zoneToUtc(benchmark::State& state) {
    const ZonePtr zone = findZone("Europe/Berlin");
    LocalTime time = DateTime::parse("20260101T000000")->local;
    for (auto _ : state) benchmark::DoNotOptimize(zone->toUtc(time += std::chrono::hours(1)));
}
void zoneByName(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(findZone("Europe/Berlin"));
}
void readDateTime(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(DateTime::parse("20260603T090000", "Europe/Berlin"));
}
void writeBerlin(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(writeTimeZone("Europe/Berlin", week.start));
}

void rule(benchmark::State& state, const char* text) {
    const Rule parsed = Rule::parse(text);
    RuleIterator walk(parsed, DateTime::parse("19700101T090000")->local, {});
    for (auto _ : state) {
        if (walk.next()) continue;
        walk = RuleIterator(parsed, DateTime::parse("19700101T090000")->local, {});
    }
}
void ruleWithoutHit(benchmark::State& state, const char* text) {
    const Rule parsed = Rule::parse(text);
    for (auto _ : state)
        benchmark::DoNotOptimize(RuleIterator(parsed, DateTime::parse("20260101T090000")->local, {}).next());
}

BENCHMARK(weekOfSingle);
BENCHMARK(weekOfOldWeekly);
BENCHMARK(weekOfOldDaily);
BENCHMARK(weekOfCountedWeekly);
BENCHMARK(weekOfOldYearly);
BENCHMARK(weekInOwnZone);
BENCHMARK(weekOfChinese);
BENCHMARK(expandWeekOfDaily);
BENCHMARK(expandSingle);
BENCHMARK(indexOfEndlessDaily);
BENCHMARK(indexOfSingle);
BENCHMARK(zoneToUtc);
BENCHMARK(zoneByName);
BENCHMARK(readDateTime);
BENCHMARK(writeBerlin);
BENCHMARK_CAPTURE(rule, daily, "FREQ=DAILY");
BENCHMARK_CAPTURE(rule, weekly, "FREQ=WEEKLY;BYDAY=MO,WE,FR");
BENCHMARK_CAPTURE(rule, monthly, "FREQ=MONTHLY;BYDAY=2TU");
BENCHMARK_CAPTURE(rule, yearly, "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU");
BENCHMARK_CAPTURE(ruleWithoutHit, yearly, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30");
BENCHMARK_CAPTURE(ruleWithoutHit, secondly, "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30");
BENCHMARK_CAPTURE(ruleWithoutHit, minutely, "FREQ=MINUTELY;INTERVAL=60;BYMINUTE=1");
BENCHMARK_CAPTURE(ruleWithoutHit, chinese, "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31");
BENCHMARK_CAPTURE(ruleWithoutHit, chineseDaily, "RSCALE=CHINESE;FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31");
BENCHMARK_CAPTURE(ruleWithoutHit, skip, "RSCALE=GREGORIAN;SKIP=FORWARD;FREQ=DAILY;INTERVAL=7;BYMONTH=2;BYYEARDAY=366");

}  // namespace
