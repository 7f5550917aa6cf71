// Appointment calendars, bookings and working hours over the API: rules E1, E6, E7.
#include "tests/server/api_world.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ApiAppointments : public ApiWorld {
protected:
    Answer make(const Identity& who, const std::string& members, const std::string& more = "") {
        return ask(who, "POST", "/calendars", R"({"key":"intro","name":"Intro","members":)" + members + more + "}");
    }
    std::vector<std::string> slots() {
        std::vector<std::string> all;
        const Answer answer = ask(bob, "GET", "/calendars/intro/availability");
        for (const Json& one : answer["slots"].array) all.push_back(one.string);
        return all;
    }
    Answer book(const std::string& start, const std::string& email = "zoe@neu.example") {
        return ask(bob, "POST", "/calendars/intro/bookings",
                   R"({"name":"Zoe Neu","email":")" + email + R"(","start":")" + start + "\"}");
    }
};

TEST_F(ApiAppointments, ACalendarIsMadeShownChangedAndRemoved) {
    const Answer made = make(alice, R"(["alice"])", R"(,"duration":45,"before":10,"type":"demo",
        "questions":[{"label":"What about?","kind":"text","required":true}])");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_THAT(made.headers.at("Location"), HasSubstr("/calendars/intro"));
    EXPECT_EQ(made["duration"].integer, 45);
    EXPECT_EQ(made["step"].integer, 30) << "the usual one";
    EXPECT_EQ(made.text("type"), "demo");
    EXPECT_EQ(made.text("kind"), "personal");
    EXPECT_EQ(ask(bob, "GET", "/calendars").items().size(), 1U);
    const Answer seen = ask(bob, "GET", "/calendars/intro");
    EXPECT_EQ(seen.body, made.body);
    EXPECT_EQ(ask(bob, "GET", "/calendars/intro", "", {{"if-none-match", seen.headers.at("ETag")}}).status, 304);

    const Headers based{{"if-match", seen.headers.at("ETag")}};
    EXPECT_EQ(ask(alice, "PATCH", "/calendars/intro", R"({"key":"other"})").status, 422);
    EXPECT_EQ(ask(alice, "PATCH", "/calendars/intro", R"({"kind":"group"})").status, 422);
    EXPECT_EQ(ask(alice, "PATCH", "/calendars/intro", R"({"duration":1})").text("field"), "duration");
    EXPECT_EQ(ask(bob, "PATCH", "/calendars/intro", R"({"name":"Mine"})").status, 403);
    EXPECT_EQ(ask(alice, "PATCH", "/calendars/intro", R"({"name":"Hello","questions":[]})", based).text("name"),
              "Hello");
    EXPECT_EQ(ask(alice, "PATCH", "/calendars/intro", R"({"name":"Late"})", based).status, 412);
    EXPECT_EQ(ask(bob, "DELETE", "/calendars/intro").status, 403);
    EXPECT_EQ(ask(alice, "DELETE", "/calendars/intro").status, 204);
    EXPECT_EQ(ask(alice, "GET", "/calendars/intro").status, 404);
}

TEST_F(ApiAppointments, E4_RemindersAreSetAndKeepTheirIds) {
    ASSERT_EQ(make(alice, R"(["alice"])").status, 201);
    const Answer set = ask(alice, "PATCH", "/calendars/intro",
                           R"({"triggers":true,"reminders":[{"minutes":120,"subject":"Soon","text":"{{contact.name}}"},
        {"from":"end","minutes":-60,"channel":"webhook"}]})");
    ASSERT_EQ(set.status, 200) << set.body;
    EXPECT_TRUE(set["triggers"].boolean);
    const auto& steps = set["reminders"].array;
    ASSERT_EQ(steps.size(), 2U);
    EXPECT_EQ(steps[0].find("from")->string, "start");
    EXPECT_EQ(steps[0].find("channel")->string, "mail");
    EXPECT_EQ(steps[1].find("from")->string, "end");
    EXPECT_EQ(steps[1].find("minutes")->integer, -60);
    const std::string id = steps[1].find("id")->string;
    const Answer changed =
        ask(alice, "PATCH", "/calendars/intro",
            R"({"reminders":[{"id":")" + id + R"(","from":"end","minutes":-30,"channel":"webhook"}]})");
    ASSERT_EQ(changed.status, 200) << changed.body;
    ASSERT_EQ(changed["reminders"].array.size(), 1U);
    EXPECT_EQ(changed["reminders"].array[0].find("id")->string, id);
    for (const auto& [step, field] : {std::pair(R"({"subject":"{{contact.surname}}","text":"x"})", "subject"),
                                      {R"({"subject":"x","text":"{{"})", "text"},
                                      {R"({"subject":"x","text":"x","minutes":9999999})", "minutes"},
                                      {R"({"subject":"x","text":"x","channel":"pigeon"})", "channel"},
                                      {R"({"subject":"x","text":"x","from":"middle"})", "from"}}) {
        const Answer refused = ask(alice, "PATCH", "/calendars/intro", R"({"reminders":[)" + std::string(step) + "]}");
        EXPECT_EQ(refused.status, 422) << step;
        EXPECT_EQ(refused.text("field"), "reminders[0]." + std::string(field)) << step;
    }
}

TEST_F(ApiAppointments, E1_AnActivityIsPutIntoACalendarByItsId) {
    const std::string id = make(alice, R"(["alice"])").text("id");
    const std::string body =
        R"({"subject":"Call","start":"2030-01-07T09:00:00Z","end":"2030-01-07T10:00:00Z","calendar":")" + id + "\"}";
    const Answer made = ask(alice, "POST", "/activities", body);
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.text("calendar"), id);
    EXPECT_EQ(ask(bob, "POST", "/activities", body).text("field"), "calendar") << "Bob isn't a member";
    const Answer none = ask(alice, "PATCH", "/activities/" + made.text("id"), R"({"calendar":null})");
    EXPECT_EQ(none.status, 200) << none.body;
    EXPECT_EQ(none.text("calendar"), "");
}

TEST_F(ApiAppointments, AFreeTimeIsBookedMovedAndCancelled) {
    ASSERT_EQ(make(alice, R"(["alice"])").status, 201);
    const auto free = slots();
    ASSERT_GT(free.size(), 10U);
    const Answer made = book(free[0]);
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.text("start"), free[0]);
    EXPECT_EQ(made.text("host"), "alice");
    EXPECT_THAT(made.body, Not(HasSubstr("secret")));
    EXPECT_THAT(slots(), Not(testing::Contains(free[0])));
    const Answer second = book(free[0], "max@neu.example");
    EXPECT_EQ(second.status, 409);
    EXPECT_EQ(second["next"].array.size(), 10U);
    EXPECT_EQ(second["next"].array[0].string, free[1]);

    const std::string one = "/calendars/intro/bookings/" + made.text("id");
    EXPECT_EQ(ask(alice, "PATCH", one, R"({"start":")" + free[3] + "\"}").text("start"), free[3]);
    EXPECT_EQ(ask(alice, "PATCH", one, R"({"start":"2001-01-01T00:00:00Z"})").status, 409);
    EXPECT_EQ(ask(alice, "GET", "/calendars/intro/bookings").items().size(), 1U);
    EXPECT_EQ(ask(alice, "DELETE", one).status, 204);
    EXPECT_FALSE(ask(alice, "GET", one)["cancelled"].isNull());
    EXPECT_EQ(slots(), free);
}

TEST_F(ApiAppointments, OnlyMembersAndAdminsSeeWhoBooked) {
    ASSERT_EQ(make(alice, R"(["alice"])").status, 201);
    const std::string one = "/calendars/intro/bookings/" + book(slots().at(0)).text("id");
    EXPECT_EQ(ask(bob, "GET", "/calendars/intro/bookings").status, 403);
    EXPECT_EQ(ask(bob, "GET", one).status, 403);
    EXPECT_EQ(ask(bob, "PATCH", one, R"({"start":"2030-01-01T00:00:00Z"})").status, 403);
    EXPECT_EQ(ask(bob, "DELETE", one).status, 403);
    EXPECT_EQ(ask(admin, "GET", one).status, 200);
    EXPECT_EQ(ask(admin, "GET", "/calendars/intro/bookings/11111111-1111-1111-1111-111111111111").status, 404);
}

TEST_F(ApiAppointments, FaultsNameTheField) {
    ASSERT_EQ(make(alice, R"(["alice"])").status, 201);
    EXPECT_EQ(ask(bob, "POST", "/calendars/intro/bookings", R"({"name":"Z","email":"z@neu.example"})").text("field"),
              "start");
    EXPECT_EQ(book(slots().at(0), "nonsense").text("field"), "email");
    EXPECT_EQ(
        ask(bob, "GET", "/calendars/intro/availability?from=2026-01-01T00:00:00Z&until=2027-01-01T00:00:00Z").status,
        422);
    EXPECT_EQ(ask(bob, "GET", "/calendars/none/availability").status, 404);
}

TEST_F(ApiAppointments, WorkingHoursAreAWeekAndDays) {
    const Answer usual = ask(alice, "GET", "/working-hours");
    EXPECT_EQ(usual["usual"].boolean, true);
    EXPECT_EQ(usual["week"].find("monday")->array.at(0).string, "09:00-17:00");
    const Answer set = ask(alice, "PATCH", "/working-hours",
                           R"({"zone":"Europe/Berlin","week":{"monday":["09:00-12:00","13:30-24:00"]},
        "days":{"2030-12-24":[],"2030-12-31":["09:00-11:00"]}})");
    ASSERT_EQ(set.status, 200) << set.body;
    EXPECT_EQ(set["usual"].boolean, false);
    EXPECT_EQ(ask(alice, "GET", "/working-hours").body, set.body);
    EXPECT_EQ(set["week"].find("tuesday")->array.size(), 0U);
    EXPECT_EQ(set["days"].find("2030-12-31")->array.at(0).string, "09:00-11:00");
    for (const char* wrong : {R"({"week":{"monday":["9-12"]}})", R"({"week":{"monday":["12:00-09:00"]}})",
                              R"({"zone":"Nowhere"})", R"({"week":{"someday":[]}})", R"({"days":{"24.12.":[]}})",
                              R"({"week":{"monday":["09:00-10:00","10:00-11:00"]}})"})
        EXPECT_EQ(ask(alice, "PATCH", "/working-hours", wrong).status, 422) << wrong;
    EXPECT_EQ(ask(bob, "GET", "/working-hours?user=alice").status, 403);
    EXPECT_EQ(ask(admin, "GET", "/working-hours?user=alice").body, set.body);
    EXPECT_EQ(ask(alice, "DELETE", "/working-hours").status, 204);
    EXPECT_EQ(ask(alice, "GET", "/working-hours").body, usual.body);
}

}  // namespace
}  // namespace crmdav
