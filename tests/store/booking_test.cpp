// Appointment calendars and bookings: rules E1, E6, E7.
#include "store/booking.h"

#include <algorithm>
#include <random>
#include <thread>

#include "protocol/text/content_lines.h"
#include "protocol/text/working_hours.h"
#include "protocol/text/zones.h"
#include "store/sync.h"
#include "tests/store/record_fixture.h"
#include "tests/support/sanitized.h"

namespace crmdav {
namespace {

using namespace std::chrono;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr sys_days monday =
    sys_days{year{2026} / January / 5};  // RecordStore::now: Sunday night in Berlin plus an hour

class Bookings : public RecordStore {
protected:
    Bookings() {
        Organisation own = store->organisation();
        own.zone = "UTC";
        own.domains = {"firm.example"};
        store->saveOrganisation(system, own);
    }
    BookingStore& booking() { return store->booking(); }
    AppointmentCalendar plain(const std::string& key, std::vector<std::string> members) {
        AppointmentCalendar c;
        c.key = key;
        c.name = "Intro call";
        c.kind = members.size() > 1 ? CalendarKind::group : CalendarKind::personal;
        c.members = std::move(members);
        c.rules.zone = "UTC";
        return c;
    }
    AppointmentCalendar make(const std::string& key, std::vector<std::string> members) {
        return booking().saveCalendar(system, plain(key, std::move(members)), {});
    }
    Booking book(const Id& calendar, Instant start, const std::string& email = "zoe@neu.example") {
        return booking().book(visitor, calendar, request(start, email));
    }
    static BookingRequest request(Instant start, const std::string& email = "zoe@neu.example") {
        return {start, "Zoe Neu", email, "Europe/Berlin", {}, {}, {}};
    }
    std::vector<Instant> slots(const Id& calendar, Instant day = monday) {
        return booking().freeSlots(calendar, {day, day + days(1)});
    }
    Activity activityOf(const Booking& b) { return *store->activity(0, b.activity); }

    Actor visitor{.user = 0, .via = "booking", .device = {}, .agent = "test", .address = "::1", .request = {}};
};

TEST_F(Bookings, WhoSetNoHoursIsThereFromMondayToFridayNineToFive) {
    const Id calendar = make("intro", {"anna"}).id;
    EXPECT_THAT(slots(calendar), SizeIs(16));
    EXPECT_EQ(slots(calendar).front(), monday + hours(9));
    EXPECT_EQ(slots(calendar).back(), monday + hours(16) + minutes(30));
    EXPECT_THAT(slots(calendar, monday + days(5)), IsEmpty()) << "Saturday";
}

TEST_F(Bookings, WorkingHoursAreTheInboxsAvailability) {  // RFC 7953 §7.2
    const Id calendar = make("intro", {"anna"}).id;
    WorkingHours hours = usualHours("UTC");
    hours.week[0] = {{std::chrono::hours(14), std::chrono::hours(15)}};
    booking().setWorkingHours(byAnna, anna.id, writeWorkingHours(hours, now, "hours"));
    EXPECT_THAT(slots(calendar), ElementsAre(monday + 14h, monday + 14h + 30min));
    EXPECT_EQ(readWorkingHours(Document::parse(booking().workingHours(anna.id)), now), hours);
    const auto kept = store->deadProperties(this->calendar("anna", "inbox"), false);
    ASSERT_THAT(kept, SizeIs(1));
    EXPECT_EQ(kept.front().second.name, "calendar-availability");
    EXPECT_THROW(booking().setWorkingHours(byBen, anna.id, ""), Forbidden);
    booking().setWorkingHours(byAnna, anna.id, "");
    EXPECT_THAT(slots(calendar), SizeIs(16));
}

TEST_F(Bookings, WhatIsBookedIsAnAppointmentWithItsContact) {
    AppointmentCalendar wanted = plain("intro", {"anna"});
    wanted.location = "Room 1";
    wanted.questions = {{"What about?", "text", true, {}}, {"News by mail", "check", false, {}}};
    const Id calendar = booking().saveCalendar(system, wanted, {}).id;
    BookingRequest asked = request(monday + 10h);
    EXPECT_THROW(booking().book(visitor, calendar, asked), InvalidField) << "it needs an answer";
    asked.answers = {{"What about?", "Prices"}, {"Never asked", "x"}};
    const Booking made = booking().book(visitor, calendar, asked);
    EXPECT_EQ(made.host, "anna");
    EXPECT_THAT(made.secret, SizeIs(32));
    const Activity activity = activityOf(made);
    EXPECT_EQ(activity.subject, "Intro call: Zoe Neu");
    EXPECT_EQ(activity.location, "Room 1");
    EXPECT_EQ(activity.notes, "What about?: Prices");
    EXPECT_EQ(activity.owner, anna.id);
    ASSERT_THAT(activity.participants, SizeIs(2));
    EXPECT_TRUE(activity.participants[0].organizer);
    ASSERT_TRUE(activity.participants[1].contactId);
    EXPECT_EQ(store->contact(0, *activity.participants[1].contactId)->lastName, "Neu");
    EXPECT_THAT(slots(calendar), Not(Contains(monday + 10h)));
    EXPECT_EQ(booking().bookingOfSecret(made.secret)->id, made.id);
    EXPECT_FALSE(booking().bookingOfSecret("wrong"));
    EXPECT_THAT(names(this->calendar("anna")), SizeIs(1)) << "in her own calendar";
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(Bookings, ASecondOneOfTheSameTimeIsRefusedWithTheNextFreeOnes) {  // rule E7
    const Id calendar = make("intro", {"anna"}).id;
    book(calendar, monday + 10h);
    try {
        book(calendar, monday + 10h, "max@neu.example");
        FAIL() << "booked twice";
    } catch (const SlotTaken& taken) {
        ASSERT_THAT(taken.next, SizeIs(10));
        EXPECT_EQ(taken.next.front(), monday + 10h + 30min);
    }
    EXPECT_THROW(book(calendar, monday + 9h + 7min), SlotTaken) << "that is no start";
    EXPECT_THROW(book(calendar, monday - days(7) + 10h), SlotTaken) << "that is past";
    EXPECT_THROW(book("nothing", monday + 11h), NotFound);
    EXPECT_THAT(store->contacts({}).records, SizeIs(1)) << "what was refused left nothing behind";
}

TEST_F(Bookings, TheSameRequestAgainIsTheSameBooking) {
    const Id calendar = make("intro", {"anna"}).id;
    BookingRequest asked = request(monday + 10h);
    asked.key = "4711";
    const Booking first = booking().book(visitor, calendar, asked), again = booking().book(visitor, calendar, asked);
    EXPECT_EQ(first.id, again.id);
    EXPECT_THAT(again.secret, IsEmpty());
}

TEST_F(Bookings, OfARoundRobinWhoeverHasTheFewestBookingsHosts) {  // rule E6
    const Id calendar = make("team", {"anna", "ben"}).id;
    put(byBen, this->calendar("ben"), "a.ics", event("a", "DTSTART:20260105T090000Z\r\nDTEND:20260105T093000Z\r\n"));
    EXPECT_EQ(book(calendar, monday + 9h).host, "anna") << "only she can";
    EXPECT_EQ(book(calendar, monday + 10h).host, "ben") << "he has none";
    EXPECT_EQ(book(calendar, monday + 11h).host, "anna") << "as many: the lower id";
    EXPECT_EQ(book(calendar, monday + 11h, "max@neu.example").host, "ben");
    EXPECT_THROW(book(calendar, monday + 11h, "ida@neu.example"), SlotTaken);
    const Booking gone = book(calendar, monday + 12h);
    booking().cancelBooking(visitor, gone.id);
    EXPECT_EQ(book(calendar, monday + 13h).host, "anna") << "a cancelled one doesn't count";
}

TEST_F(Bookings, InACollectiveCalendarEveryoneHasToBeFreeAndTakesPart) {  // rule E6
    AppointmentCalendar wanted = plain("all", {"anna", "ben"});
    wanted.collective = true;
    const Id calendar = booking().saveCalendar(system, wanted, {}).id;
    put(byBen, this->calendar("ben"), "a.ics", event("a", "DTSTART:20260105T090000Z\r\nDTEND:20260105T093000Z\r\n"));
    EXPECT_EQ(slots(calendar).front(), monday + 9h + 30min);
    const Booking made = book(calendar, monday + 10h);
    EXPECT_THAT(names(this->calendar("ben")), SizeIs(2)) << "it is in his calendar, too";
    EXPECT_THAT(activityOf(made).participants, SizeIs(3));
    EXPECT_THAT(slots(calendar), Not(Contains(monday + 10h)));
}

TEST_F(Bookings, AnUnassignedCalendarAsksForHoursOnly) {  // rule E1
    AppointmentCalendar wanted = plain("anyone", {"anna"});
    wanted.kind = CalendarKind::unassigned;
    const Id calendar = booking().saveCalendar(system, wanted, {}).id;
    put(byAnna, this->calendar("anna"), "a.ics", event("a", "DTSTART:20260105T090000Z\r\nDTEND:20260105T170000Z\r\n"));
    EXPECT_THAT(slots(calendar), SizeIs(16));
    book(calendar, monday + 9h);
    EXPECT_THROW(book(calendar, monday + 9h), SlotTaken);
}

TEST_F(Bookings, AMovedOneFreesItsTimeAndMayTouchIt) {
    AppointmentCalendar wanted = plain("intro", {"anna"});
    wanted.rules.duration = minutes(60);
    const Id calendar = booking().saveCalendar(system, wanted, {}).id;
    const Booking made = book(calendar, monday + 10h);
    book(calendar, monday + 14h, "max@neu.example");
    EXPECT_THROW(booking().moveBooking(visitor, made.id, monday + 13h + 30min), SlotTaken);
    EXPECT_EQ(booking().booking(made.id)->start, monday + 10h) << "it stays where it was";
    EXPECT_FALSE(activityOf(made).cancelled);
    const Booking moved = booking().moveBooking(visitor, made.id, monday + 10h + 30min);
    EXPECT_EQ(moved.start, monday + 10h + 30min);
    EXPECT_EQ(moved.activity, made.activity);
    EXPECT_THAT(slots(calendar), Contains(monday + 9h + 30min));
    EXPECT_EQ(booking().cancelBooking(visitor, made.id).cancelled, now);
    EXPECT_THROW(booking().moveBooking(visitor, made.id, monday + 11h), NotFound);
    EXPECT_THAT(slots(calendar), Contains(monday + 10h + 30min));
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(Bookings, AMovedOneGetsAnotherHostWhereTheFirstIsBusy) {
    const Id calendar = make("team", {"anna", "ben"}).id;
    const Booking made = book(calendar, monday + 10h);
    ASSERT_EQ(made.host, "anna");
    put(byAnna, this->calendar("anna"), "a.ics", event("a", "DTSTART:20260105T110000Z\r\nDTEND:20260105T120000Z\r\n"));
    const Booking moved = booking().moveBooking(visitor, made.id, monday + 11h);
    EXPECT_EQ(moved.host, "ben");
    EXPECT_EQ(moved.id, made.id);
    EXPECT_TRUE(activityOf(made).cancelled) << "hers";
    EXPECT_FALSE(activityOf(moved).cancelled) << "his";
}

TEST_F(Bookings, FollowTheirAppointmentWhereverItIsChanged) {
    const Id calendar = make("intro", {"anna"}).id;
    const Booking made = book(calendar, monday + 10h);
    Activity activity = activityOf(made);
    activity.start.local += hours(2);
    activity.end.local += hours(2);
    store->saveActivity(byAnna, activity, {});
    EXPECT_EQ(booking().booking(made.id)->start, monday + 12h);
    EXPECT_THAT(booking().bookings(calendar, {monday + 12h, monday + 13h}, 10), SizeIs(1));
    store->removeRecord(byAnna, RecordKind::activity, made.activity, {});
    EXPECT_TRUE(booking().booking(made.id)->cancelled);
    EXPECT_THAT(slots(calendar), Contains(monday + 12h));
}

TEST_F(Bookings, ASyncThatDidNotRunLatelyLeavesNothingFree) {  // rule E6, D13
    const Id calendar = make("intro", {"anna"}).id;
    const Account account = store->sync().saveAccount({.id = {},
                                                       .user = anna.id,
                                                       .provider = "google",
                                                       .login = "anna",
                                                       .identity = "1",
                                                       .address = {},
                                                       .found = {},
                                                       .emails = {}});
    SyncSide side;
    side.account = account.id;
    side.status = SyncStatus::failing;
    side.lastSuccess = now - minutes(29);
    store->sync().saveSide(side);
    EXPECT_THAT(slots(calendar), SizeIs(16));
    side.lastSuccess = now - minutes(31);
    store->sync().saveSide(side);
    EXPECT_THAT(slots(calendar), IsEmpty());
    side.status = SyncStatus::stopped;
    store->sync().saveSide(side);
    EXPECT_THAT(slots(calendar), SizeIs(16));
}

TEST_F(Bookings, OfTwoHundredAtOnceOverTwoProcessesTwentySucceed) {  // rule E7
    AppointmentCalendar wanted = plain("rush", {"anna"});
    wanted.rules.duration = wanted.rules.step = minutes(20);
    WorkingHours hours = usualHours("UTC");
    hours.week[0] = {{std::chrono::hours(9), std::chrono::hours(15) + minutes(40)}};
    booking().setWorkingHours(byAnna, anna.id, writeWorkingHours(hours, now, "hours"));
    const Id calendar = booking().saveCalendar(system, wanted, {}).id;
    const auto free = slots(calendar);
    ASSERT_THAT(free, SizeIs(20));
    StoreOptions options;
    options.url = place.url();
    options.now = [this] { return now; };
    const auto other = Store::open(options);  // as another process would
    std::atomic<int> booked = 0, refused = 0;
    std::vector<std::thread> visitors;
    for (int i = 0; i < 8; ++i)
        visitors.emplace_back([&, i] {
            BookingStore& mine = i % 2 ? other->booking() : booking();
            for (int n = 0; n < 25; ++n) {
                const auto at = free[static_cast<std::size_t>((i * 25 + n * 7) % 20)];
                try {
                    mine.book(visitor, calendar, request(at, "v" + std::to_string(i * 25 + n) + "@neu.example"));
                    ++booked;
                } catch (const SlotTaken&) {
                    ++refused;
                }
            }
        });
    for (std::thread& one : visitors) one.join();
    EXPECT_EQ(booked, 20);
    EXPECT_EQ(refused, 180);
    EXPECT_THAT(names(this->calendar("anna")), SizeIs(20));
    EXPECT_THAT(slots(calendar), IsEmpty());
}

TEST_F(Bookings, CalendarsOfOthersAreForAdmins) {
    EXPECT_THROW(booking().saveCalendar(byBen, plain("hers", {"anna"}), {}), Forbidden);
    EXPECT_THROW(booking().saveCalendar(byBen, plain("team", {"anna", "ben"}), {}), Forbidden);
    const AppointmentCalendar own = booking().saveCalendar(byBen, plain("ben", {"ben"}), {});
    AppointmentCalendar taken = own;
    taken.members = {"anna"};
    EXPECT_THROW(booking().saveCalendar(byBen, taken, {}), Forbidden);
    EXPECT_THROW(booking().saveCalendar(byAnna, own, {}), Forbidden);
    EXPECT_THROW(booking().removeCalendar(byAnna, own.id, {}), Forbidden);
    AppointmentCalendar renamed = own;
    renamed.name = "Talk";
    const auto saved = booking().saveCalendar(byBen, renamed, own.version);
    EXPECT_THROW(booking().saveCalendar(byBen, own, own.version), PreconditionFailed);
    EXPECT_EQ(booking().calendar("ben"), saved);
    booking().removeCalendar(byBen, own.id, {});
    EXPECT_FALSE(booking().calendar("ben"));
    booking().saveCalendar(byBen, plain("ben", {"ben"}), {});
}

TEST_F(Bookings, WhatACalendarCannotBeIsSaid) {
    const auto refused = [&](const std::function<void(AppointmentCalendar&)>& change) {
        AppointmentCalendar wanted = plain("intro", {"anna"});
        change(wanted);
        EXPECT_THROW(booking().saveCalendar(system, wanted, {}), InvalidField);
    };
    refused([](auto& c) { c.key = "Intro call"; });
    refused([](auto& c) { c.name = " "; });
    refused([](auto& c) { c.members = {"nobody"}; });
    refused([](auto& c) { c.members = {}; });
    refused([](auto& c) { c.collective = true; });
    refused([](auto& c) { c.color = "red"; });
    refused([](auto& c) { c.rules.duration = minutes(0); });
    refused([](auto& c) { c.rules.step = minutes(1); });
    refused([](auto& c) { c.rules.horizon = days(10'000); });
    refused([](auto& c) { c.rules.zone = "Europe/Atlantis"; });
    refused([](auto& c) { c.typeId = "11111111-1111-1111-1111-111111111111"; });
    refused([](auto& c) { c.questions = {{"Which?", "choice", true, {}}}; });
    make("intro", {"anna"});
    EXPECT_THROW(make("intro", {"ben"}), InvalidField) << "its address is taken";
}

TEST_F(Bookings, WhoLeavesHostsNothing) {
    const Id alone = make("ben", {"ben"}).id, team = make("team", {"anna", "ben"}).id;
    store->removeUser(system, ben.id, anna.id);
    EXPECT_FALSE(booking().calendar("ben")->bookable);
    EXPECT_THROW(book(alone, monday + 10h), NotFound);
    EXPECT_EQ(book(team, monday + 10h).host, "anna");
}

TEST_F(Bookings, AMonthOfAGroupTakesAsManyStatementsHoweverMuchIsInTheirCalendars) {
    const Id calendar = make("team", {"anna", "ben"}).id;
    const auto statements = [&] {
        const std::size_t before = Store::statementsOfThread();
        booking().freeSlots(calendar, {monday, monday + days(30)});
        return Store::statementsOfThread() - before;
    };
    const std::size_t empty = statements();
    store->batch([&] {
        for (int i = 0; i < 300; ++i) {
            const std::string day = std::to_string(20260105 + i % 20), uid = "m" + std::to_string(i);
            put(i % 2 ? byBen : byAnna, this->calendar(i % 2 ? "ben" : "anna"), uid + ".ics",
                event(uid, "DTSTART:" + day + "T090000Z\r\nDTEND:" + day + "T093000Z\r\n"));
        }
    });
    EXPECT_EQ(statements(), empty);
}

}  // namespace
}  // namespace crmdav
