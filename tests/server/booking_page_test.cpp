// What the public booking page asks the server for (rules E1, E6, E7), and what it must not give away.
#include "server/booking.h"

#include "store/booking.h"
#include "store/sync.h"
#include "tests/server/api_world.h"

namespace crmdav {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class BookingPage : public ApiWorld {
protected:
    BookingPage() { make("intro", {"alice"}); }
    AppointmentCalendar make(const std::string& key, std::vector<std::string> members, bool bookable = true) {
        AppointmentCalendar c;
        c.key = key;
        c.name = "Intro\ncall";
        c.kind = members.size() > 1 ? CalendarKind::group : CalendarKind::personal;
        c.members = std::move(members);
        c.bookable = bookable;
        return store->booking().saveCalendar({}, c, {});
    }
    Answer visit(const std::string& method, std::vector<std::string> path, const std::string& body = {},
                 std::vector<std::pair<std::string, std::string>> query = {}, const std::string& client = "192.0.2.7") {
        Request request;
        request.method = method;
        request.path = std::move(path);
        request.path.insert(request.path.begin(), "book");
        request.query = std::move(query);
        request.body = body;
        request.client = client;
        request.origin = "https://crm.example";
        request.headers = {{"content-type", type}};
        const Response response = serveBooking(context, request);
        Answer answer{response.status, {}, response.body, {}};
        for (const auto& [name, value] : response.headers) answer.headers[name] = value;
        if (answer.headers["Content-Type"].ends_with("json")) answer.json = parseJson(answer.body);
        return answer;
    }
    std::vector<Instant> slots(const std::string& key = "intro") {
        const Instant now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        return store->booking().freeSlots(store->booking().calendar(key)->id, {now, now + std::chrono::days(14)});
    }
    Answer book(const std::string& more = "", const std::string& client = "192.0.2.7", std::size_t which = 0) {
        return visit("POST", {"intro", "bookings"},
                     R"({"name":"Zoe","email":"zoe@neu.example","zone":"America/New_York","start":")" +
                         timeText(slots().at(which)) + "\"" + more + "}",
                     {}, client);
    }
    std::string secretOf(const Answer& booked) { return booked.text("manage"); }
    std::vector<OutboxItem> mails() { return store->sync().posted({.channel = "mail"}); }

    std::string type = "application/json";
};

TEST_F(BookingPage, ShowsTheCalendarAndNothingOfItsHosts) {
    const Answer about = visit("GET", {"intro", "about"});
    ASSERT_EQ(about.status, 200);
    EXPECT_EQ(about["duration"].integer, 30);
    EXPECT_THAT(about.body, AllOf(Not(HasSubstr("alice")), Not(HasSubstr("firm.example"))));
    EXPECT_EQ(about.headers.at("Cache-Control"), "no-store");
    const Instant now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const Answer free = visit("GET", {"intro", "slots"}, {},
                              {{"from", timeText(now)}, {"until", timeText(now + std::chrono::days(14))}});
    EXPECT_EQ(free["slots"].array.size(), slots().size());
    EXPECT_EQ(visit("GET", {"intro", "slots"}).status, 422);
    EXPECT_EQ(visit("GET", {"intro", "slots"}, {},
                    {{"from", timeText(now)}, {"until", timeText(now + std::chrono::days(90))}})
                  .status,
              422);
    const Answer page = visit("GET", {"intro"});
    EXPECT_THAT(page.headers.at("Content-Security-Policy"), HasSubstr("default-src 'none'"));
}

TEST_F(BookingPage, WhatIsBookedIsToldByMailWithAnInvitation) {
    const Answer booked = book(R"(,"language":"de")");
    ASSERT_EQ(booked.status, 201) << booked.body;
    ASSERT_THAT(mails(), SizeIs(1));
    const OutboxItem mail = mails().front();
    EXPECT_EQ(mail.target, "zoe@neu.example");
    EXPECT_THAT(mail.subject, AllOf(HasSubstr("Gebucht: Intro call, "), HasSubstr("(America/New_York)")));
    EXPECT_THAT(mail.body, HasSubstr("https://crm.example/book/" + secretOf(booked)));
    EXPECT_THAT(mail.calendar, AllOf(HasSubstr("METHOD:REQUEST"), HasSubstr("zoe@neu.example")));
}

TEST_F(BookingPage, IsMovedAndCancelledByItsSecretAlone) {
    const Answer booked = book();
    const std::string secret = secretOf(booked);
    EXPECT_EQ(visit("GET", {secret, "about"})["booking"].find("name")->string, "Zoe");
    const std::string start = timeText(slots().at(4));
    const Answer moved = visit("POST", {secret, "move"}, R"({"start":")" + start + "\"}");
    ASSERT_EQ(moved.status, 200) << moved.body;
    EXPECT_EQ(moved["booking"].find("start")->string, start);
    ASSERT_THAT(mails(), SizeIs(2));
    EXPECT_THAT(mails().front().body, HasSubstr(secret)) << "the link goes on working";
    EXPECT_EQ(visit("POST", {secret, "cancel"}, "{}").status, 200);
    ASSERT_THAT(mails(), SizeIs(3));
    EXPECT_THAT(mails().front().calendar, HasSubstr("METHOD:CANCEL"));
    EXPECT_EQ(visit("POST", {secret, "cancel"}, "{}").status, 409);
    EXPECT_EQ(visit("POST", {secret, "move"}, R"({"start":")" + start + "\"}").status, 409);
    EXPECT_THAT(mails(), SizeIs(3));
    for (const std::string& wrong : std::vector<std::string>{"~wrong", "~", "~" + secret})
        EXPECT_EQ(visit("GET", {wrong, "about"}).status, 404) << wrong;
}

TEST_F(BookingPage, AnotherHostsInvitationTakesTheFirstOneBack) {
    make("team", {"alice", "bob"});
    const Instant start = slots("team").at(0), later = slots("team").at(3);
    const Answer booked = visit("POST", {"team", "bookings"},
                                R"({"name":"Zoe","email":"zoe@neu.example","start":")" + timeText(start) + "\"}");
    ASSERT_EQ(booked.status, 201);
    Activity busy;
    busy.owner = alice.user.id;
    busy.subject = "Busy";
    busy.start = {When::Kind::utc, LocalTime{later.time_since_epoch()}, {}};
    busy.end = {When::Kind::utc, LocalTime{later.time_since_epoch()} + std::chrono::minutes(30), {}};
    store->saveActivity({}, busy, {});
    ASSERT_EQ(visit("POST", {secretOf(booked), "move"}, R"({"start":")" + timeText(later) + "\"}").status, 200);
    ASSERT_THAT(mails(), SizeIs(3));
    EXPECT_THAT(mails()[1].calendar, HasSubstr("METHOD:CANCEL"));
    EXPECT_THAT(mails()[0].calendar, AllOf(HasSubstr("METHOD:REQUEST"), HasSubstr("bob@firm.example")));
}

TEST_F(BookingPage, ABookingThatIsRefusedSendsNothing) {
    const std::string first = timeText(slots().at(0));
    ASSERT_EQ(book().status, 201);
    const Answer second =
        visit("POST", {"intro", "bookings"}, R"({"name":"Max","email":"max@neu.example","start":")" + first + "\"}");
    EXPECT_EQ(second.status, 409);
    EXPECT_EQ(second["next"].array.size(), 10U);
    EXPECT_THAT(mails(), SizeIs(1));
}

TEST_F(BookingPage, RobotsAreHeldOff) {
    EXPECT_EQ(book(R"(,"website":"https://spam.example")").status, 400) << "people don't see that field";
    config.bookingsPerHour = 3;
    for (int i = 0; i < 3; ++i) EXPECT_EQ(book().status, 201);
    const Answer more = book();
    EXPECT_EQ(more.status, 429);
    EXPECT_EQ(more.headers.at("Retry-After"), "3600");
    EXPECT_EQ(book("", "198.51.100.1").status, 201) << "from elsewhere";
    EXPECT_EQ(visit("GET", {"intro", "about"}).status, 200);
}

TEST_F(BookingPage, WhatIsWrongIsSaidAndChangesNothing) {
    make("closed", {"alice"}, false);
    EXPECT_EQ(visit("GET", {"closed", "about"}).status, 404);
    EXPECT_EQ(visit("GET", {"nothing", "about"}).status, 404);
    EXPECT_EQ(visit("GET", {"intro", "nothing"}).status, 404);
    EXPECT_EQ(visit("PUT", {"intro"}).status, 405);
    EXPECT_EQ(visit("GET", {"intro", "bookings"}).status, 405);
    EXPECT_EQ(visit("POST", {"intro", "bookings"}, "{").status, 400);
    EXPECT_EQ(visit("POST", {"intro", "bookings"}, R"({"start":1})").status, 422);
    EXPECT_EQ(visit("POST", {"intro", "cancel"}, "{}").status, 404);
    type = "text/plain";
    EXPECT_EQ(book().status, 415) << "no form of another site can send that type";
    EXPECT_THAT(mails(), IsEmpty());
    EXPECT_THAT(store->contacts({}).records, IsEmpty());
}

}  // namespace
}  // namespace crmdav
