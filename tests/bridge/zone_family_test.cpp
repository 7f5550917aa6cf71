#include "bridge/zone_family.h"

#include "bridge/rules/fields.h"

namespace crmdav {
namespace {

TEST(ZoneFamily, IsWhatWindowsCallsOneAndWhoseClocksGoAlike) {
    EXPECT_EQ(zoneFamily("Europe/Zurich"), zoneFamily("Europe/Berlin"));
    EXPECT_EQ(zoneFamily("W. Europe Standard Time"), zoneFamily("Europe/Vienna"));
    EXPECT_EQ(zoneFamily("Asia/Calcutta"), "Asia/Kolkata");
    EXPECT_NE(zoneFamily("Europe/Zurich"), zoneFamily("Europe/Paris"));  // Windows has another name
    EXPECT_NE(zoneFamily("Europe/London"), zoneFamily("Europe/Berlin"));
    EXPECT_EQ(zoneFamily("Antarctica/Troll"), "Antarctica/Troll");
    EXPECT_EQ(zoneFamily("Mars/Olympus"), "Mars/Olympus");
    EXPECT_EQ(zoneFamily(""), "");
}

// Rules C1, C9: a time comes from the other side with its wall clock, and keeps the name of a zone of one family.
TEST(ZoneFamily, TimesKeepTheNameOfTheirZone) {
    const auto field = [](std::string_view name) {
        return *std::ranges::find(activityFields(), name, &ComparedField<Activity>::name);
    };
    const auto at = [](int hour, const char* zone) {
        return When{When::Kind::zoned,
                    std::chrono::local_days(std::chrono::year(2027) / 7 / 5) + std::chrono::hours(hour), zone};
    };
    Activity mine, theirs;
    mine.start = at(9, "Europe/Zurich");
    mine.end = at(10, "Europe/Zurich");
    theirs.start = at(9, "Europe/Berlin");
    theirs.end = at(10, "Europe/Berlin");
    EXPECT_EQ(field("time").read(mine), field("time").read(theirs));
    theirs.start = at(11, "Europe/Berlin");
    theirs.end = at(12, "Europe/London");
    EXPECT_NE(field("time").read(mine), field("time").read(theirs));
    field("time").copy(theirs, mine);
    EXPECT_EQ(mine.start, at(11, "Europe/Zurich"));
    EXPECT_EQ(mine.end, at(12, "Europe/London"));

    theirs.exceptions = {{at(9, "Europe/Berlin"), false, "Moved", "", "", at(14, "Europe/Berlin"), at(15, "UTC")}};
    mine.exceptions = {{at(9, "Europe/Zurich"), true, "", "", "", {}, {}}};
    const Elements elements = field("exceptions").read(theirs);
    ASSERT_EQ(elements.size(), 1U);
    EXPECT_EQ(elements[0].key, field("exceptions").read(mine)[0].key) << "it is the same occurrence";
    field("exceptions").put(theirs, mine, elements[0].key);
    ASSERT_EQ(mine.exceptions.size(), 1U);
    EXPECT_EQ(mine.exceptions[0].subject, "Moved");
    EXPECT_EQ(mine.exceptions[0].original, at(9, "Europe/Zurich"));
    EXPECT_EQ(mine.exceptions[0].start, at(14, "Europe/Zurich"));
    EXPECT_EQ(mine.exceptions[0].end, at(15, "UTC"));
}

}  // namespace
}  // namespace crmdav
