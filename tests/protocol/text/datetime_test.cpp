#include "protocol/text/datetime.h"

namespace crmdav {
namespace {

using namespace std::chrono;

TEST(DateTimeText, IsReadInItsForms) {
    const auto date = DateTime::parse("20240229");
    ASSERT_TRUE(date);
    EXPECT_TRUE(date->isDate());
    EXPECT_EQ(date->local, LocalTime{local_days{2024y / February / 29}});
    EXPECT_EQ(DateTime::parse("20240229T101500")->kind, DateTime::Kind::floating);
    EXPECT_EQ(DateTime::parse("20240229T101500Z", "Europe/Berlin")->kind, DateTime::Kind::utc);
    const auto zoned = DateTime::parse("20240229T101500", "Europe/Berlin");
    EXPECT_EQ(zoned->kind, DateTime::Kind::zoned);
    EXPECT_EQ(zoned->zone, "Europe/Berlin");
    EXPECT_EQ(DateTime::parse("19970630T235960Z")->text(), "19970630T235959Z");  // RFC 5545 §3.3.12
    EXPECT_EQ(DateTime::parse(" 20240229 ")->text(), "20240229");
}

TEST(DateTimeText, RefusesWhatIsNoTime) {
    for (const char* text : {"",
                             "2024",
                             "20240230",
                             "20230229",
                             "20241301",
                             "20240001",
                             "20240100",
                             "00000101",
                             "2024-01-01",
                             "20240101T",
                             "20240101T1200",
                             "20240101T240000",
                             "20240101T126000",
                             "20240101T120061",
                             "20240101T120000z",
                             "20240101T120000ZZ",
                             "20240101 120000",
                             "20240101T120000+0100",
                             "2024010a",
                             "20240101T12000x"})
        EXPECT_FALSE(DateTime::parse(text)) << text;
}

TEST(DateTimeText, IsWrittenAsItWasRead) {
    for (const char* text :
         {"20240229", "20240229T101500", "20240229T101500Z", "00010101", "99991231T235959Z", "16010101T000000"})
        EXPECT_EQ(DateTime::parse(text).value().text(), text);
    EXPECT_EQ(utcText(sys_days{2026y / 1 / 31} + hours{12}), "20260131T120000Z");
    EXPECT_EQ(parseUtc("20260131T120000Z"), sys_days{2026y / 1 / 31} + hours{12});
    EXPECT_FALSE(parseUtc("20260131T120000"));
    EXPECT_FALSE(parseUtc("20260131"));
}

struct DurationRow {
    const char* text;
    int days;
    int seconds;
    const char* written;
};

TEST(DurationText, IsReadAndWritten) {  // RFC 5545 §3.3.6
    for (const auto& [text, dayCount, secondCount, written] :
         {DurationRow{"P15DT5H0M20S", 15, 18'020, "P15DT5H0M20S"}, DurationRow{"P7W", 49, 0, "P7W"},
          DurationRow{"-PT15M", 0, -900, "-PT15M"}, DurationRow{"PT0S", 0, 0, "PT0S"}, DurationRow{"P1D", 1, 0, "P1D"},
          DurationRow{"+P1DT1H", 1, 3'600, "P1DT1H"}, DurationRow{"PT90M", 0, 5'400, "PT1H30M"},
          DurationRow{"-P1W", -7, 0, "-P1W"}, DurationRow{"PT3605S", 0, 3'605, "PT1H0M5S"},
          DurationRow{"P1DT0S", 1, 0, "P1D"}, DurationRow{"P1DT", 1, 0, "P1D"},
          DurationRow{"PT61S", 0, 61, "PT1M1S"}}) {
        const auto parsed = Duration::parse(text);
        ASSERT_TRUE(parsed) << text;
        EXPECT_EQ(parsed->days.count(), dayCount) << text;
        EXPECT_EQ(parsed->seconds.count(), secondCount) << text;
        EXPECT_EQ(parsed->text(), written);
    }
    for (const char* text : {"", "P", "PT", "1D", "P1", "P1H", "PT1D", "P-1D", "PTT1H", "P1DT1H x",
                             "P99999999999999999999D", "P400000D", "--P1D"})
        EXPECT_FALSE(Duration::parse(text)) << text;
}

TEST(PeriodText, HasAnEndOrADuration) {  // RFC 5545 §3.3.9
    EXPECT_TRUE(Period::parse("19970101T180000Z/19970102T070000Z")->end);
    EXPECT_EQ(Period::parse("19970101T180000Z/PT5H30M")->duration->seconds, minutes{330});
    EXPECT_EQ(Period::parse("19970101T180000/PT1H", "Europe/Berlin")->start.zone, "Europe/Berlin");
    for (const char* text :
         {"19970101T180000Z", "19970101T180000Z/", "/PT1H", "19970101/19970102", "19970101T180000Z/-PT1H"})
        EXPECT_FALSE(Period::parse(text)) << text;
}

}  // namespace
}  // namespace crmdav
