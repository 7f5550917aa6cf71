#include "tests/server/api_world.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A stand-up, Mondays and Wednesdays at nine in Berlin from 2 November 2026: the 2nd, 4th, 9th, 11th, 16th, 18th.
class ApiOccurrences : public ApiWorld {
protected:
    ApiOccurrences() {
        id = make(R"({"subject":"stand-up","start":"2026-11-02T09:00","end":"2026-11-02T09:30",
                      "recurrence":"FREQ=WEEKLY;BYDAY=MO,WE;COUNT=6"})");
    }
    std::string make(const std::string& body) {
        const Answer made = ask(alice, "POST", "/activities", body);
        EXPECT_EQ(made.status, 201) << made.body;
        return made.text("id");
    }
    Answer change(const std::string& original, const std::string& scope, const std::string& body,
                  const Headers& headers = {}) {
        return ask(alice, body.empty() ? "DELETE" : "PATCH",
                   "/activities/" + id + "/occurrences/" + original + "?scope=" + scope, body, headers);
    }
    std::vector<std::string> shown(const std::string& from = "2026-11-01", const std::string& until = "2026-12-31") {
        std::vector<std::string> told;
        const Answer answer = ask(alice, "GET", "/calendar?from=" + from + "&until=" + until);
        for (const Json& item : answer.items())
            told.push_back(item.find("start")->string.substr(5) + "-" + item.find("end")->string.substr(11) +
                          (item.find("subject")->string == "stand-up" ? "" : " " + item.find("subject")->string));
        return told;
    }
    void undo(const Answer& done) {
        const auto& entries = done["entries"].array;
        for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
            const Answer undone = ask(alice, "POST", "/undo", R"({"entry":)" + std::to_string(entry->integer) + "}");
            EXPECT_EQ(undone.status, 200) << undone.body;
        }
    }

    std::string id;
    const std::vector<std::string> all{"11-02T09:00-09:30", "11-04T09:00-09:30", "11-09T09:00-09:30",
                                       "11-11T09:00-09:30", "11-16T09:00-09:30", "11-18T09:00-09:30"};
};

// C8: editing one occurrence never rewrites the others.
TEST_F(ApiOccurrences, ThisOneMovesAndTheOthersStay) {
    ASSERT_EQ(shown(), all);
    const Answer done = change("2026-11-09T09:00:00+01:00", "this",
                               R"({"start":"2026-11-10T14:00","end":"2026-11-10T15:00","subject":"retro"})");
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_TRUE(done["following"].isNull());
    EXPECT_THAT(shown(), ElementsAre(all[0], all[1], "11-10T14:00-15:00 retro", all[3], all[4], all[5]));
    ASSERT_EQ(change("2026-11-09T09:00", "this", R"({"location":"Room 2"})").status, 200);
    EXPECT_THAT(shown(), ElementsAre(all[0], all[1], "11-10T14:00-15:00 retro", all[3], all[4], all[5]));
    undo(done);
    EXPECT_EQ(shown(), all);
}

TEST_F(ApiOccurrences, ThisOneGoesAndComesBack) {
    const Answer done = change("2026-11-09T09:00:00+01:00", "this", "");
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_THAT(shown(), ElementsAre(all[0], all[1], all[3], all[4], all[5]));
    EXPECT_EQ(change("2026-11-09T09:00:00+01:00", "this", "").status, 404);
    undo(done);
    EXPECT_EQ(shown(), all);
}

TEST_F(ApiOccurrences, TheFollowingBecomeASeriesOfTheirOwnInOneStep) {
    ASSERT_EQ(change("2026-11-04T09:00", "this", R"({"subject":"early one"})").status, 200);
    ASSERT_EQ(change("2026-11-16T09:00", "this", "").status, 200);
    ASSERT_EQ(change("2026-11-18T09:00", "this", R"({"subject":"last"})").status, 200);
    const Answer done = change("2026-11-11T09:00:00+01:00", "following",
                               R"({"start":"2026-11-12T10:00","end":"2026-11-12T10:45","location":"Room 3"})");
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_THAT(shown(), ElementsAre(all[0], "11-04T09:00-09:30 early one", all[2], "11-12T10:00-10:45",
                                     "11-19T10:00-10:45 last"));
    EXPECT_EQ(done["following"].find("location")->string, "Room 3");
    EXPECT_EQ(done["following"].find("recurrence")->string, "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=3");
    EXPECT_NE(done["following"].find("uid")->string, done["activity"].find("uid")->string);
    EXPECT_EQ(done["activity"].find("location")->string, "");
    ASSERT_EQ(done["entries"].array.size(), 2U);
    undo(done);
    EXPECT_THAT(shown(), ElementsAre(all[0], "11-04T09:00-09:30 early one", all[2], all[3], "11-18T09:00-09:30 last"));
}

TEST_F(ApiOccurrences, WithoutTheFollowingTheSeriesEndsBefore) {
    const Answer done = change("2026-11-11T09:00", "following", "");
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_THAT(shown(), ElementsAre(all[0], all[1], all[2]));
    undo(done);
    EXPECT_EQ(shown(), all);
}

TEST_F(ApiOccurrences, AllMoveWithTheirExceptions) {
    ASSERT_EQ(change("2026-11-04T09:00", "this", "").status, 200);
    ASSERT_EQ(change("2026-11-09T09:00", "this", R"({"subject":"retro"})").status, 200);
    ASSERT_EQ(change("2026-11-16T09:00", "this", R"({"start":"2026-11-16T16:00","end":"2026-11-16T17:00"})").status,
              200);
    // Monday to Tuesday, an hour later, and longer.
    const Answer done = change("2026-11-09T09:00", "all", R"({"start":"2026-11-10T10:00","end":"2026-11-10T11:00"})");
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_THAT(shown(), ElementsAre("11-03T10:00-11:00", "11-10T10:00-11:00 retro", "11-12T10:00-11:00",
                                     "11-16T16:00-17:00", "11-19T10:00-11:00"));
    EXPECT_EQ(done["activity"].find("recurrence")->string, "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=6");
    undo(done);
    EXPECT_THAT(shown(), ElementsAre(all[0], "11-09T09:00-09:30 retro", all[3], "11-16T16:00-17:00", all[5]));
}

TEST_F(ApiOccurrences, OneWithATimeOfItsOwnThatIsMovedWithAllTakesItsPlaceAgain) {
    ASSERT_EQ(change("2026-11-09T09:00", "this", R"({"start":"2026-11-09T16:00","end":"2026-11-09T17:00"})").status,
              200);
    ASSERT_EQ(change("2026-11-09T09:00", "all", R"({"start":"2026-11-09T15:00","end":"2026-11-09T15:30"})").status,
              200);
    EXPECT_THAT(shown("2026-11-01", "2026-11-12"),
                ElementsAre("11-02T15:00-15:30", "11-04T15:00-15:30", "11-09T15:00-15:30", "11-11T15:00-15:30"));
    EXPECT_THAT(ask(alice, "GET", "/activities/" + id)["exceptions"].array, IsEmpty());
}

TEST_F(ApiOccurrences, TextsOfAllReachThoseThatSaidTheSame) {
    ASSERT_EQ(change("2026-11-04T09:00", "this", R"({"start":"2026-11-04T11:00","end":"2026-11-04T11:30"})").status,
              200);
    ASSERT_EQ(change("2026-11-09T09:00", "this", R"({"subject":"retro"})").status, 200);
    ASSERT_EQ(change("2026-11-11T09:00", "all", R"({"subject":"daily"})").status, 200);
    EXPECT_THAT(shown("2026-11-01", "2026-11-12"), ElementsAre("11-02T09:00-09:30 daily", "11-04T11:00-11:30 daily",
                                                               "11-09T09:00-09:30 retro", "11-11T09:00-09:30 daily"));
}

TEST_F(ApiOccurrences, RulesMoveWithTheirDays) {
    const struct {
        const char *start, *rule, *original, *to, *moved;
        std::vector<std::string> shown;
    } rows[] = {
        {"2027-01-15",
         "FREQ=MONTHLY;BYMONTHDAY=15",
         "2027-02-15",
         "2027-02-17",
         "FREQ=MONTHLY;BYMONTHDAY=17",
         {"01-17", "02-17", "03-17"}},
        {"2027-01-12",
         "FREQ=MONTHLY;BYDAY=2TU",
         "2027-02-09",
         "2027-02-10",
         "FREQ=MONTHLY;BYDAY=2WE",
         {"01-13", "02-10", "03-10"}},
        {"2027-01-29",
         "FREQ=MONTHLY;BYDAY=-1FR",
         "2027-01-29",
         "2027-01-28",
         "FREQ=MONTHLY;BYDAY=-1TH",
         {"01-28", "02-25", "03-25"}},
        {"2027-01-31",
         "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=31",
         "2027-01-31",
         "2027-02-01",
         "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=1",
         {"02-01"}},
        {"2027-01-04",
         "FREQ=DAILY;UNTIL=20270106",
         "2027-01-05",
         "2027-01-07",
         "FREQ=DAILY;UNTIL=20270108",
         {"01-06", "01-07", "01-08"}},
        {"2027-01-04",
         "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
         "2027-01-04",
         "2027-01-04",
         "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
         {}},
    };
    for (const auto& row : rows) {
        id = make(std::string(R"({"subject":"x","start":")") + row.start + R"(","recurrence":")" + row.rule + "\"}");
        const Answer done = change(row.original, "all", std::string(R"({"start":")") + row.to + "\"}");
        ASSERT_EQ(done.status, 200) << row.rule << done.body;
        EXPECT_EQ(done["activity"].find("recurrence")->string, row.moved);
        if (row.shown.empty()) continue;
        std::vector<std::string> days;
        const Answer answer = ask(alice, "GET", "/calendar?from=2027-01-01&until=2027-04-01");
        for (const Json& item : answer.items())
            if (item.find("activity")->string == id) days.push_back(item.find("start")->string.substr(5));
        EXPECT_EQ(days, row.shown) << row.rule;
    }
    id = make(
        R"({"subject":"x","start":"2027-01-29T09:00","recurrence":"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"})");
    const Answer refused = change("2027-01-29T09:00", "all", R"({"start":"2027-01-28T09:00"})");
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.text("field"), "start");
    EXPECT_EQ(change("2027-01-29T09:00", "all", R"({"start":"2027-01-29T11:00"})").status, 200);
}

// C9
TEST_F(ApiOccurrences, AMoveIsReckonedOnTheWallAcrossDaylightSaving) {
    id = make(
        R"({"subject":"x","start":"2027-03-22T09:00","end":"2027-03-22T10:00","recurrence":"FREQ=WEEKLY;UNTIL=20270412T070000Z"})");
    ASSERT_EQ(
        change("2027-03-29T09:00:00+02:00", "all", R"({"start":"2027-03-29T10:00","end":"2027-03-29T11:00"})").status,
        200);
    EXPECT_THAT(shown("2027-03-20", "2027-04-30"), ElementsAre("03-22T10:00-11:00 x", "03-29T10:00-11:00 x",
                                                               "04-05T10:00-11:00 x", "04-12T10:00-11:00 x"));
}

TEST_F(ApiOccurrences, TimesOfAnotherZoneAreKeptInTheSeriesOwn) {
    const Answer done =
        ask(alice, "PATCH", "/activities/" + id + "/occurrences/2026-11-09T09:00?scope=this&zone=Asia/Tokyo",
            R"({"start":"2026-11-09T18:00","end":"2026-11-09T18:30"})");
    ASSERT_EQ(done.status, 200) << done.body;
    const Json& exception = done["activity"].find("exceptions")->array.at(0);
    EXPECT_EQ(exception.find("start")->string, "2026-11-09T10:00:00+01:00");
    EXPECT_EQ(done["activity"].find("zone")->string, "Europe/Berlin");
    const Answer moved = change("2026-11-11T09:00", "all", R"({"zone":"Europe/London"})");
    ASSERT_EQ(moved.status, 200) << moved.body;
    EXPECT_EQ(moved["activity"].find("zone")->string, "Europe/London");
    EXPECT_EQ(moved["activity"].find("start")->string, "2026-11-02T09:00:00+00:00");
}

TEST_F(ApiOccurrences, AnotherRuleLeavesNoExceptionsBehind) {
    ASSERT_EQ(change("2026-11-04T09:00", "this", R"({"subject":"wednesday"})").status, 200);
    ASSERT_EQ(change("2026-11-09T09:00", "this", R"({"subject":"monday"})").status, 200);
    ASSERT_EQ(change("2026-11-09T09:00", "all", R"({"recurrence":"FREQ=WEEKLY;COUNT=3"})").status, 200);
    EXPECT_THAT(shown(), ElementsAre(all[0], "11-09T09:00-09:30 monday", all[4]));
    ASSERT_EQ(change("2026-11-09T09:00", "all", R"({"recurrence":""})").status, 200);
    EXPECT_THAT(shown(), ElementsAre(all[0]));
}

TEST_F(ApiOccurrences, WhatIsNoSeriesIsMovedAndRemovedWithTheSameVerbs) {
    id = make(R"({"subject":"once","start":"2026-12-01T09:00","end":"2026-12-01T10:00"})");
    const Answer done = change("once", "this", R"({"start":"2026-12-02T09:00","end":"2026-12-02T09:15"})");
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_THAT(shown("2026-12-01", "2026-12-05"), ElementsAre("12-02T09:00-09:15 once"));
    const Answer gone = change("once", "all", "");
    ASSERT_EQ(gone.status, 200) << gone.body;
    EXPECT_TRUE(gone["activity"].isNull());
    EXPECT_THAT(shown("2026-12-01", "2026-12-05"), IsEmpty());
    undo(gone);
    undo(done);
    EXPECT_THAT(shown("2026-12-01", "2026-12-05"), ElementsAre("12-01T09:00-10:00 once"));
}

TEST_F(ApiOccurrences, ATaskIsDueWhenTheZoneAskedForSaysSo) {
    id = make(R"({"subject":"offer","due":"2026-12-01T17:00","zone":"Europe/Berlin"})");
    const Answer done = ask(alice, "PATCH", "/activities/" + id + "/occurrences/once?zone=Europe/London",
                            R"({"due":"2026-12-02T17:00","done":true})");
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_EQ(done["activity"].find("due")->string, "2026-12-02T18:00:00+01:00");
    EXPECT_TRUE(done["activity"].find("done")->boolean);
    EXPECT_THAT(shown("2026-12-01", "2026-12-05"), ElementsAre("12-02T18:00-18:00 offer"));
    ASSERT_EQ(change("once", "all", R"({"due":"2026-12-03"})").status, 200);
    EXPECT_EQ(ask(alice, "GET", "/activities/" + id).text("due"), "2026-12-03");
}

TEST_F(ApiOccurrences, WhatCannotBeDoneIsSaidAndChangesNothing) {
    const struct {
        std::string original, scope, body;
        int status;
        std::string field;
    } rows[] = {
        {"2026-11-03T09:00", "this", R"({"subject":"x"})", 404, ""},
        {"2026-11-02T10:00", "this", R"({"subject":"x"})", 404, ""},
        {"nonsense", "this", R"({"subject":"x"})", 404, ""},
        {"2026-11-04T09:00", "some", R"({"subject":"x"})", 400, ""},
        {"2026-11-04T09:00", "this", R"({"done":true})", 422, "done"},
        {"2026-11-04T09:00", "this", R"({"start":"2026-11-04T09:00","end":"2026-11-04T08:00"})", 422, "end"},
        {"2026-11-04T09:00", "this", R"({"start":"2026-11-04T09:00","end":"2026-11-05"})", 422, "end"},
        {"2026-11-04T09:00", "all", R"({"subjekt":"x"})", 422, "subjekt"},
        {"2026-11-04T09:00", "following", R"({"recurrence":"FREQ=SOMETIMES"})", 422, "rrule"},
    };
    for (const auto& row : rows) {
        const Answer answer = change(row.original, row.scope, row.body);
        EXPECT_EQ(answer.status, row.status) << row.body << answer.body;
        EXPECT_EQ(answer.text("field"), row.field) << row.body;
    }
    EXPECT_EQ(change("2026-11-04T09:00", "this", R"({"subject":"x"})", {{"if-match", "\"old\""}}).status, 412);
    EXPECT_EQ(ask(bob, "PATCH", "/activities/" + id + "/occurrences/2026-11-04T09:00", R"({"subject":"x"})").status,
              403);
    EXPECT_EQ(shown(), all);
}

}  // namespace
}  // namespace crmdav
