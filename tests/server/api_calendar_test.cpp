#include "tests/server/api_world.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ApiCalendar : public ApiWorld {
protected:
    std::string make(const std::string& body) {
        const Answer made = ask(alice, "POST", "/activities", body);
        EXPECT_EQ(made.status, 201) << made.body;
        return made.text("id");
    }
    /// start-end subject, of each
    std::vector<std::string> shown(const Identity& who, const std::string& query) {
        const Answer answer = ask(who, "GET", "/calendar?" + query);
        EXPECT_EQ(answer.status, 200) << answer.body;
        std::vector<std::string> all;
        for (const Json& item : answer.items())
            all.push_back(item.find("start")->string + "-" + item.find("end")->string + " " +
                          item.find("subject")->string);
        return all;
    }
};

TEST_F(ApiCalendar, TimesAreWallClocksOfTheZoneAskedForAndDatesStay) {
    make(R"({"subject":"call","start":"2026-11-20T09:00","end":"2026-11-20T10:00"})");
    make(R"({"subject":"fair","start":"2026-11-20","end":"2026-11-22"})");
    EXPECT_THAT(shown(alice, "from=2026-11-20&until=2026-11-21"),
                ElementsAre("2026-11-20-2026-11-22 fair", "2026-11-20T09:00-2026-11-20T10:00 call"));
    EXPECT_THAT(shown(alice, "from=2026-11-20&until=2026-11-21&zone=Asia/Tokyo"),
                ElementsAre("2026-11-20-2026-11-22 fair", "2026-11-20T17:00-2026-11-20T18:00 call"));
    EXPECT_THAT(shown(alice, "from=2026-11-20&until=2026-11-21&zone=UTC"),
                ElementsAre("2026-11-20-2026-11-22 fair", "2026-11-20T08:00-2026-11-20T09:00 call"));
    // A day that has begun there before it has in Berlin, and one that is over.
    EXPECT_THAT(shown(alice, "from=2026-11-22&until=2026-11-23&zone=Asia/Tokyo"), IsEmpty());
    EXPECT_THAT(shown(alice, "from=2026-11-19&until=2026-11-20&zone=Pacific/Honolulu"),
                ElementsAre("2026-11-19T22:00-2026-11-19T23:00 call"));
}

TEST_F(ApiCalendar, AnItemSaysWhatACalendarHasToShow) {
    const std::string id = make(
        R"({"subject":"weekly","location":"Room 1","type":"meeting","start":"2026-11-16T09:00","end":"2026-11-16T10:00",
        "recurrence":"FREQ=WEEKLY","tentative":true})");
    const Answer answer = ask(alice, "GET", "/calendar?from=2026-11-23&until=2026-11-30");
    EXPECT_EQ(answer.text("zone"), "Europe/Berlin");
    EXPECT_TRUE(answer["complete"].boolean);
    ASSERT_EQ(answer.items().size(), 1U);
    const Json& item = answer.items()[0];
    EXPECT_EQ(item.find("activity")->string, id);
    EXPECT_EQ(item.find("etag")->string, ask(alice, "GET", "/activities/" + id).text("etag"));
    EXPECT_EQ(item.find("original")->string, "2026-11-23T09:00:00+01:00");
    EXPECT_EQ(item.find("location")->string, "Room 1");
    EXPECT_EQ(item.find("type")->string, "meeting");
    EXPECT_EQ(item.find("owner")->string, "alice");
    EXPECT_TRUE(item.find("series")->boolean);
    EXPECT_TRUE(item.find("tentative")->boolean);
    EXPECT_FALSE(item.find("block")->boolean);
    const std::string etag = answer.headers.at("ETag");
    EXPECT_EQ(ask(alice, "GET", "/calendar?from=2026-11-23&until=2026-11-30", "", {{"if-none-match", etag}}).status,
              304);
}

TEST_F(ApiCalendar, SpansWithoutEndAndWhatIsNoTimeAreRefused) {
    for (const char* query :
         {"", "from=2026-11-20", "from=2026-11-20&until=2026-11-20", "from=x&until=2026-11-20",
          "from=2026-11-20&until=2028-01-01", "from=2026-11-20&until=2026-11-21&zone=Mars",
          "from=2026-11-20&until=2026-11-21&type=nonsense", "from=2026-11-20&until=2026-11-21&limit=0"})
        EXPECT_EQ(ask(alice, "GET", std::string("/calendar?") + query).status, 400) << query;
}

// F4
TEST_F(ApiCalendar, OthersSeeBusyTimesAndNoMore) {
    make(R"({"subject":"secret","start":"2026-11-20T09:00","end":"2026-11-20T10:00"})");
    const Answer answer = ask(bob, "GET", "/calendar?from=2026-11-20&until=2026-11-21");
    ASSERT_EQ(answer.items().size(), 1U);
    EXPECT_TRUE(answer.items()[0].find("subject")->isNull());
    EXPECT_TRUE(answer.items()[0].find("type")->isNull());
    EXPECT_EQ(answer.items()[0].find("owner")->string, "alice");
    EXPECT_THAT(shown(bob, "from=2026-11-20&until=2026-11-21&owner=bob"), IsEmpty());
}

}  // namespace
}  // namespace crmdav
