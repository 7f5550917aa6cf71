#include "protocol/text/zones.h"

#include <thread>

#include "protocol/text/content_lines.h"
#include "protocol/text/tzif.h"

namespace crmdav {
namespace {

using namespace std::chrono;

LocalTime local(std::string_view text) { return DateTime::parse(text).value().local; }
std::string toUtc(std::string_view zone, std::string_view time) { return utcText(findZone(zone)->toUtc(local(time))); }
std::string toLocal(std::string_view zone, std::string_view time) {
    std::string text;
    appendDateTime(text, findZone(zone)->toLocal(parseUtc(time).value()));
    return text;
}

struct ClockCase {
    const char *zone, *local, *utc, *back;  ///< back: the wall clock at `utc`
};
void PrintTo(const ClockCase& c, std::ostream* out) { *out << c.zone << ' ' << c.local; }
class ZoneClock : public testing::TestWithParam<ClockCase> {};

TEST_P(ZoneClock, ConvertsBothWays) {
    const auto& [zone, wall, utc, back] = GetParam();
    ASSERT_TRUE(findZone(zone));
    EXPECT_EQ(toUtc(zone, wall), utc);
    EXPECT_EQ(toLocal(zone, utc), back);
}

// RFC 5545 §3.3.5: what happens twice is the first, what is skipped is read with the offset before.
const ClockCase clockCases[] = {
    {"Europe/Berlin", "20260115T120000", "20260115T110000Z", "20260115T120000"},
    {"Europe/Berlin", "20260715T120000", "20260715T100000Z", "20260715T120000"},
    {"Europe/Berlin", "20260329T015959", "20260329T005959Z", "20260329T015959"},
    {"Europe/Berlin", "20260329T020000", "20260329T010000Z", "20260329T030000"},
    {"Europe/Berlin", "20260329T023000", "20260329T013000Z", "20260329T033000"},
    {"Europe/Berlin", "20260329T030000", "20260329T010000Z", "20260329T030000"},
    {"Europe/Berlin", "20261025T015959", "20261024T235959Z", "20261025T015959"},
    {"Europe/Berlin", "20261025T023000", "20261025T003000Z", "20261025T023000"},
    {"Europe/Berlin", "20261025T030000", "20261025T020000Z", "20261025T030000"},
    {"Europe/Berlin", "21500701T120000", "21500701T100000Z", "21500701T120000"},
    {"Europe/Berlin", "29990115T120000", "29990115T110000Z", "29990115T120000"},
    {"Europe/Berlin", "99990701T120000", "99990701T100000Z", "99990701T120000"},
    {"Europe/Berlin", "19450524T023000", "19450524T003000Z", "19450524T033000"},  // double summer time begins
    {"Europe/Berlin", "19450601T120000", "19450601T090000Z", "19450601T120000"},
    {"America/New_York", "20260308T023000", "20260308T073000Z", "20260308T033000"},
    {"America/New_York", "20261101T013000", "20261101T053000Z", "20261101T013000"},
    {"Australia/Lord_Howe", "20261004T021500", "20261003T154500Z", "20261004T024500"},  // half an hour
    {"Australia/Lord_Howe", "20260405T014500", "20260404T144500Z", "20260405T014500"},
    {"Pacific/Kiritimati", "20260101T000000", "20251231T100000Z", "20260101T000000"},
    {"Pacific/Apia", "20111230T120000", "20111230T220000Z", "20111231T120000"},       // a day that was not
    {"Africa/Casablanca", "20260301T120000", "20260301T120000Z", "20260301T120000"},  // Ramadan: an hour back
    {"Africa/Casablanca", "20260501T120000", "20260501T110000Z", "20260501T120000"},
    {"Europe/Dublin", "20260715T120000", "20260715T110000Z", "20260715T120000"},
    {"Europe/Dublin", "20260115T120000", "20260115T120000Z", "20260115T120000"},
    {"Europe/Dublin", "23000115T120000", "23000115T120000Z", "23000115T120000"},
    {"Asia/Kolkata", "20260101T120000", "20260101T063000Z", "20260101T120000"},
    {"America/Nuuk", "20500327T120000", "20500327T130000Z", "20500327T120000"},
    {"UTC", "20260101T120000", "20260101T120000Z", "20260101T120000"},
};
INSTANTIATE_TEST_SUITE_P(Rows, ZoneClock, testing::ValuesIn(clockCases));

TEST(ZoneNames, AreFoundInTheSpellingsOfClients) {  // D33
    struct Row {
        const char *tzid, *iana;
    };
    for (const auto& [tzid, iana] : {
             Row{"Europe/Berlin", "Europe/Berlin"},
             Row{"\"Europe/Berlin\"", "Europe/Berlin"},
             Row{"Europe/Berlin  ", "Europe/Berlin"},
             Row{"europe/berlin", "Europe/Berlin"},
             Row{"/freeassociation.sourceforge.net/Europe/Berlin", "Europe/Berlin"},
             Row{"/freeassociation.sourceforge.net/Tzfile/America/Argentina/Buenos_Aires",
                 "America/Argentina/Buenos_Aires"},
             Row{"/mozilla.org/20050126_1/Europe/Zurich", "Europe/Zurich"},
             Row{"/softwarestudio.org/Olson_20011030_5/America/New_York", "America/New_York"},
             Row{"US/Eastern", "America/New_York"},
             Row{"Asia/Calcutta", "Asia/Kolkata"},
             Row{"Europe/Kiev", "Europe/Kyiv"},
             Row{"W. Europe Standard Time", "Europe/Berlin"},
             Row{"Romance Standard Time", "Europe/Paris"},
             Row{"Eastern Standard Time", "America/New_York"},
             Row{"India Standard Time", "Asia/Kolkata"},
             Row{"tzone://Microsoft/Utc", "UTC"},
             Row{"UTC", "UTC"},
             Row{"Etc/UTC", "UTC"},
             Row{"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Amsterdam"},
             Row{"(UTC+01:00) Amsterdam\\, Berlin\\, Bern", "Europe/Amsterdam"},
             Row{"(GMT-05:00) Eastern Time (US & Canada)", "America/New_York"},
             Row{"(UTC-08:00) Pacific Time (US & Canada)", "America/Los_Angeles"},
             Row{"(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi", "Asia/Kolkata"},
             Row{"(UTC) Coordinated Universal Time", "UTC"},
             Row{"(UTC+09:00) Berlin", ""},
             Row{"Customized Time Zone", ""},
             Row{"tzone://Microsoft/Custom", ""},
             Row{"../../etc/passwd", ""},
             Row{"/etc/passwd", ""},
             Row{"posix/Europe/Berlin", ""},
             Row{"Europe", ""},
             Row{"", ""},
         })
        EXPECT_EQ(ianaZoneId(tzid), iana) << tzid;
    EXPECT_EQ(findZone("Europe/Berlin"), findZone("W. Europe Standard Time"));
    EXPECT_EQ(windowsZoneId("Europe/Paris"), "Romance Standard Time");
    EXPECT_EQ(windowsZoneId("Asia/Kolkata"), "India Standard Time");
    EXPECT_EQ(windowsZoneId("Nowhere/Land"), "");
    EXPECT_TRUE(isIanaZoneId("US/Eastern"));
    EXPECT_FALSE(isIanaZoneId("us/eastern"));
    EXPECT_FALSE(isIanaZoneId("Romance Standard Time"));
}

TEST(ZoneNames, EveryZoneOfTzdataCanBeRead) {
    const auto all = ianaZoneIds();
    EXPECT_GT(all.size(), 400U);
    for (const auto& name : all) {
        if (name == "Factory") continue;
        const ZonePtr zone = findZone(name);
        ASSERT_TRUE(zone) << name;
        // what the two directions say agrees in every hour but the one that happens twice
        for (Instant at = sys_days{2026y / 1 / 1}; at < sys_days{2027y / 1 / 1}; at += hours{331}) {
            const Instant back = zone->toUtc(zone->toLocal(at));
            ASSERT_TRUE(back == at || zone->toLocal(back) == zone->toLocal(at)) << name << utcText(at);
        }
    }
}

TEST(ZoneNames, AreSafeToAskForFromManyThreads) {
    std::vector<std::thread> threads;
    std::atomic<int> wrong = 0;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&wrong, t] {
            const char* names[] = {"Asia/Tokyo", "Japan", "Tokyo Standard Time", "/x/Asia/Tokyo"};
            for (int i = 0; i < 500; ++i) {
                const ZonePtr zone = findZone(names[static_cast<std::size_t>(i + t) % 4]);
                if (!zone || zone->offsetAt(sys_days{2026y / 1 / 1}) != hours{9}) ++wrong;
            }
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
}

TEST(ZoneFile, BrokenOnesAreRefused) {
    EXPECT_FALSE(readTzif("x", ""));
    EXPECT_FALSE(readTzif("x", "TZif"));
    EXPECT_FALSE(readTzif("x", std::string("TZif2") + std::string(200, '\xff')));
    EXPECT_FALSE(readTzif("x", std::string(1'000, '\0')));
}

// ---------------------------------------------------------------- VTIMEZONE

Document calendar(const std::string& vtimezone) {
    return Document::parse("BEGIN:VCALENDAR\n" + vtimezone + "END:VCALENDAR\n");
}
std::string observance(const std::string& kind, const std::string& start, const std::string& from,
                       const std::string& to, const std::string& more) {
    return "BEGIN:" + kind + "\nDTSTART:" + start + "\nTZOFFSETFROM:" + from + "\nTZOFFSETTO:" + to + "\n" + more +
           "END:" + kind + "\n";
}
std::string vtimezone(const std::string& tzid, const std::string& observances) {
    return "BEGIN:VTIMEZONE\nTZID:" + tzid + "\n" + observances + "END:VTIMEZONE\n";
}
const std::string central =
    observance("STANDARD", "16010101T030000", "+0200", "+0100", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\n") +
    observance("DAYLIGHT", "16010101T020000", "+0100", "+0200", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\n");

TEST(VTimeZone, OfOutlookIsTheSameAsTheSystemsZone) {
    const Document document = calendar(vtimezone("Customized Time Zone", central));
    const ZonePtr own = zoneOf(document.root().components().front());
    const ZonePtr berlin = findZone("Europe/Berlin");
    ASSERT_TRUE(own);
    for (Instant at = sys_days{1996y / 12 / 1}; at < sys_days{2700y / 1 / 1}; at += hours{1'009})
        ASSERT_EQ(own->offsetAt(at), berlin->offsetAt(at)) << utcText(at);
    for (const char* wall : {"20260329T023000", "20261025T023000", "20261025T030000"})
        EXPECT_EQ(own->toUtc(local(wall)), berlin->toUtc(local(wall))) << wall;
}

TEST(VTimeZone, WithDatesAndAnEndedRule) {
    const Document document = calendar(vtimezone(
        "x",
        observance("STANDARD", "20250101T000000", "+0100", "+0100", "") +
            observance("DAYLIGHT", "20260301T020000", "+0100", "+0300", "RDATE:20260301T020000,20270301T020000\n") +
            observance("STANDARD", "20260901T020000", "+0300", "+0100", "RRULE:FREQ=YEARLY;UNTIL=20270831T230000Z\n")));
    const ZonePtr zone = zoneOf(document.root().components().front());
    ASSERT_TRUE(zone);
    EXPECT_EQ(zone->offsetAt(parseUtc("20260401T000000Z").value()), hours{3});
    EXPECT_EQ(zone->offsetAt(parseUtc("20261001T000000Z").value()), hours{1});
    EXPECT_EQ(zone->offsetAt(parseUtc("20270401T000000Z").value()), hours{3});
    EXPECT_EQ(zone->offsetAt(parseUtc("20271001T000000Z").value()), hours{1});
    EXPECT_EQ(zone->offsetAt(parseUtc("20281001T000000Z").value()), hours{1});
}

TEST(VTimeZone, HostileOrBrokenOnesAreNotUsed) {  // D24
    for (const std::string& observances :
         {std::string(), observance("STANDARD", "20260101T000000", "+0100", "+0200", "RRULE:FREQ=HOURLY\n"),
          observance("STANDARD", "20260101T000000", "+0100", "+0200", "RRULE:FREQ=SECONDLY\n"),
          observance("STANDARD", "20260101T000000", "+0100", "+0200", "RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU\n"),
          observance("STANDARD", "20260101T000000", "+0100", "+0200", "RRULE:FREQ=YEARLY;COUNT=x\n"),
          observance("STANDARD", "20260101T000000", "0100", "+0200", ""),
          observance("STANDARD", "20260101T000000", "+9900", "+0200", ""),
          observance("STANDARD", "sometime", "+0100", "+0200", "")}) {
        const Document document = calendar(vtimezone("x", observances));
        EXPECT_FALSE(zoneOf(document.root().components().front())) << observances;
    }
}

TEST(VTimeZone, IsUsedForNamesTheSystemDoesNotKnowOnly) {
    const std::string wrong = observance("STANDARD", "19700101T000000", "+0900", "+0900", "");
    const Document document = calendar(vtimezone("Europe/Berlin", wrong) + vtimezone("Mine", wrong));
    ObjectZones zones(document.root(), findZone("America/New_York"));
    EXPECT_EQ(utcText(zones.toUtc(*DateTime::parse("20260115T120000", "Europe/Berlin"))), "20260115T110000Z");
    EXPECT_EQ(utcText(zones.toUtc(*DateTime::parse("20260115T120000", "Mine"))), "20260115T030000Z");
    EXPECT_EQ(utcText(zones.toUtc(*DateTime::parse("20260115T120000", "Nowhere"))), "20260115T170000Z");
    EXPECT_EQ(utcText(zones.toUtc(*DateTime::parse("20260115T120000"))), "20260115T170000Z");
    EXPECT_EQ(utcText(zones.toUtc(*DateTime::parse("20260115"))), "20260115T050000Z");
}

}  // namespace
}  // namespace crmdav
