#include <algorithm>

#include "bridge/json_values.h"
#include "bridge/outlook/values.h"
#include "tests/bridge/outlook_world.h"

namespace crmdav {
namespace {

using namespace std::chrono;
using standins::Fault;
using standins::GraphHabits;

constexpr auto calendar = SyncKind::calendar;

When at(const char* clock, const char* zone = "Europe/Zurich") {
    const auto local = outlook::readClock(clock);
    if (std::string(clock).size() == 10) return {When::Kind::date, *local, {}};
    return {When::Kind::zoned, *local, zone};
}

Activity meeting(const char* subject, const char* start = "2026-03-10T10:00:00",
                 const char* end = "2026-03-10T11:00:00") {
    Activity activity;
    activity.subject = subject;
    activity.start = at(start);
    activity.end = at(end);
    return activity;
}

Participant person(const char* email, const char* name) {
    Participant participant;
    participant.email = email;
    participant.name = name;
    return participant;
}

std::string eventJson(const char* subject, const char* start, const char* end, const std::string& more = "") {
    return std::string(R"({"subject":")") + subject + R"(","start":{"dateTime":")" + start +
           R"(","timeZone":"W. Europe Standard Time"},"end":{"dateTime":")" + end +
           R"(","timeZone":"W. Europe Standard Time"})" + more + "}";
}

const std::string weekly =
    R"(,"recurrence":{"pattern":{"type":"weekly","interval":1,"daysOfWeek":["tuesday"],"firstDayOfWeek":"monday"},)"
    R"("range":{"type":"noEnd","startDate":"2026-03-03","recurrenceTimeZone":"W. Europe Standard Time"}})";

const std::string guests =
    R"(,"attendees":[{"type":"required","emailAddress":{"address":"bob@acme.example","name":"Bob"}}])";

Activity read(OutlookWorld& world, const RemoteItem& item) {
    return std::get<Activity>(world.provider.parse(calendar, item.raw).record);
}

struct OutlookProviderTest : testing::Test {
    void sync() { world.sync(calendar, world.graph.mainCalendar(), from); }
    Activity only() {
        EXPECT_EQ(world.known.size(), 1U);
        return world.known.empty() ? Activity() : read(world, world.known.begin()->second);
    }
    RemoteItem create(const Activity& activity, const char* key = "0193-1") {
        return world.provider.create(calendar, world.graph.mainCalendar(), key, activity).item;
    }
    Written update(const RemoteItem& base, const std::function<void(Activity&)>& edit) {
        const Activity before = read(world, base);
        Activity after = before;
        edit(after);
        return world.provider.update(calendar, world.graph.mainCalendar(), base, before, after);
    }
    void TearDown() override {
        EXPECT_THAT(world.graph.violations(), testing::IsEmpty());
        EXPECT_THAT(world.graph.mails(), testing::IsEmpty());  // rule B12
        EXPECT_LE(world.graph.mostAtOnce(), 2);
    }
    OutlookWorld world;
    Instant from = sys_days{year{2026} / 3 / 1};
};

TEST_F(OutlookProviderTest, TheLoginAndItsCollections) {
    const auto identity = world.provider.identify();
    EXPECT_EQ(identity.id, "me-1");
    EXPECT_EQ(identity.login, "ann@contoso.example");
    EXPECT_THAT(identity.emails, testing::ElementsAre("ann@contoso.example", "ann@contoso.onmicrosoft.example"));
    world.graph.addCalendar("Birthdays", false);
    const auto calendars = world.provider.collections(calendar);
    ASSERT_EQ(calendars.size(), 2U);
    for (const RemoteCollection& one : calendars) {
        EXPECT_EQ(one.main, one.id == world.graph.mainCalendar());
        EXPECT_EQ(one.writable, one.main);
        EXPECT_EQ(one.zone, "Europe/Berlin");
        EXPECT_EQ(one.color, "#0a7e07");
    }
    const std::string folder = world.graph.addFolder("Suppliers");
    const auto folders = world.provider.collections(SyncKind::contacts);
    ASSERT_EQ(folders.size(), 2U);
    EXPECT_EQ(folders[0].id, "contacts");
    EXPECT_TRUE(folders[0].main);
    EXPECT_EQ(folders[1].id, folder);
    EXPECT_FALSE(world.provider.takesGuests());
}

TEST_F(OutlookProviderTest, ATokenIsRenewedOnceThenTheOwnerHasToSignIn) {
    world.provider.identify();
    world.graph.expireToken();
    EXPECT_NO_THROW(world.provider.identify());
    world.graph.revoke();
    EXPECT_THROW(world.provider.identify(), ReconnectNeeded);  // rule I8
}

TEST_F(OutlookProviderTest, ErrorsHaveTheirMeanings) {
    struct Row {
        Fault fault;
        bool after;
    };
    for (const Row& row : {Row{Fault::throttled, false},
                           {Fault::throttledAfter, true},
                           {Fault::quota, false},
                           {Fault::broken, false},
                           {Fault::gateway, false},
                           {Fault::cut, false},
                           {Fault::lostAfter, false}}) {
        // A GET whose connection broke is asked once more by the client: lost for good is twice.
        for (int i = 0; i < (row.fault == Fault::lostAfter || row.fault == Fault::cut ? 2 : 1); ++i)
            world.graph.faults().next(row.fault);
        try {
            world.provider.identify();
            ADD_FAILURE() << static_cast<int>(row.fault);
        } catch (const TryLater& later) {  // rule I5
            EXPECT_EQ(later.after.has_value(), row.after) << static_cast<int>(row.fault);
        }
        while (world.graph.faults().draw() != Fault::none) {
        }
    }
    EXPECT_THROW(world.provider.changes(calendar, "nowhere", "", from), CollectionGone);
    const std::string closed = world.graph.addCalendar("Holidays", false);
    EXPECT_THROW(world.provider.create(calendar, closed, "k", meeting("x")), CollectionGone);
    EXPECT_FALSE(world.provider.read(calendar, world.graph.mainCalendar(), "nothing").has_value());
}

// ---------------------------------------------------------------- changes

TEST_F(OutlookProviderTest, AListingIsCompleteThenOnlyChangesCome) {
    const std::string main = world.graph.mainCalendar();
    world.graph.habits().pageSize = 2;
    world.graph.habits().emptyPages = 30;
    for (int i = 0; i < 7; ++i)
        world.graph.addEvent(
            main, eventJson(("e" + std::to_string(i)).c_str(), "2026-03-10T10:00:00", "2026-03-10T11:00:00"));
    sync();
    EXPECT_EQ(world.known.size(), 7U);
    const ChangePage nothing = world.provider.changes(calendar, main, world.cursor, from);
    EXPECT_TRUE(nothing.items.empty());
    EXPECT_FALSE(nothing.listing);
    world.cursor = nothing.cursor;
    const std::string first = world.known.begin()->first;
    world.graph.editEvent(first, R"({"subject":"other"})");
    world.graph.removeEvent(std::next(world.known.begin())->first);
    sync();
    EXPECT_EQ(world.known.size(), 6U);
    EXPECT_EQ(read(world, world.known.at(first)).subject, "other");
}

// Rule C8: one series is one item, whatever comes of it, and whatever the delta leaves out.
TEST_F(OutlookProviderTest, ASeriesIsOneItemWithItsExceptions) {
    for (std::uint64_t seed = 0; seed < 16; ++seed) {
        OutlookWorld other(GraphHabits::random(seed), seed);
        const std::string main = other.graph.mainCalendar();
        const std::string id =
            other.graph.addEvent(main, eventJson("Jour fixe", "2026-03-03T10:00:00", "2026-03-03T11:00:00", weekly));
        other.sync(calendar, main, from);
        ASSERT_EQ(other.known.size(), 1U) << seed;
        EXPECT_EQ(read(other, other.known.at(id)).rrule, "FREQ=WEEKLY;BYDAY=TU;WKST=MO");
        other.graph.cancelOccurrence(id, "2026-03-10");
        other.sync(calendar, main, from);
        other.graph.editOccurrence(id, "2026-03-31",
                                   R"({"subject":"Retro","start":{"dateTime":"2026-04-01T12:00:00","timeZone":"UTC"},)"
                                   R"("end":{"dateTime":"2026-04-01T13:00:00","timeZone":"UTC"}})");
        other.sync(calendar, main, from);
        ASSERT_EQ(other.known.size(), 1U) << seed;
        const Activity series = read(other, other.known.at(id));
        ASSERT_EQ(series.exceptions.size(), 2U) << seed;
        EXPECT_TRUE(series.exceptions[0].cancelled);
        EXPECT_EQ(series.exceptions[0].original, at("2026-03-10T10:00:00", "Europe/Berlin"));
        const Exception& moved = series.exceptions[1];
        EXPECT_EQ(moved.subject, "Retro");
        EXPECT_EQ(moved.original, at("2026-03-31T10:00:00", "Europe/Berlin"));  // rule C9: the wall clock, in summer
        EXPECT_EQ(moved.start, at("2026-04-01T14:00:00", "Europe/Berlin"));
        other.graph.removeEvent(id);
        other.sync(calendar, main, from);
        EXPECT_TRUE(other.known.empty()) << seed;
    }
}

// Rule I4, microsoft-graph §4: "removed" is said of what merely isn't in the window.
TEST_F(OutlookProviderTest, RemovedOutsideOfTheWindowIsNoDeletion) {
    const std::string main = world.graph.mainCalendar();
    sync();
    const std::string far = world.graph.addEvent(main, eventJson("far", "2031-03-10T10:00:00", "2031-03-10T11:00:00"));
    sync();
    EXPECT_EQ(only().subject, "far");
    world.graph.editEvent(far, R"({"subject":"farther"})");
    sync();
    EXPECT_EQ(only().subject, "farther");
    world.graph.removeEvent(far);
    sync();
    EXPECT_TRUE(world.known.empty());
}

// Rule C7
TEST_F(OutlookProviderTest, AnEventInAnotherCalendarIsGoneFromThisOne) {
    const std::string other = world.graph.addCalendar("Other");
    const std::string id =
        world.graph.addEvent(world.graph.mainCalendar(), eventJson("x", "2026-03-10T10:00:00", "2026-03-10T11:00:00"));
    sync();
    world.graph.moveEvent(id, other);
    sync();
    EXPECT_TRUE(world.known.empty());
    EXPECT_FALSE(world.provider.read(calendar, world.graph.mainCalendar(), id).has_value());
    EXPECT_TRUE(world.provider.read(calendar, other, id).has_value());
}

// Rule I4
TEST_F(OutlookProviderTest, AnExpiredCursorLeadsToAListing) {
    const std::string main = world.graph.mainCalendar();
    const std::string gone =
        world.graph.addEvent(main, eventJson("gone", "2026-03-10T10:00:00", "2026-03-10T11:00:00"));
    const std::string past =
        world.graph.addEvent(main, eventJson("past", "2026-01-10T10:00:00", "2026-01-10T11:00:00"));
    from = sys_days{year{2026} / 1 / 1};
    sync();
    EXPECT_EQ(world.known.size(), 2U);
    world.graph.expireCursors();
    world.graph.removeEvent(gone);
    EXPECT_THROW(world.provider.changes(calendar, main, world.cursor, from), CursorExpired);
    from = sys_days{year{2026} / 3 / 1};
    sync();
    ASSERT_EQ(world.known.size(), 1U);  // what ended before isn't listed, and isn't gone
    EXPECT_TRUE(world.known.contains(past));
}

TEST_F(OutlookProviderTest, TheWindowMovesAlong) {
    const std::string main = world.graph.mainCalendar();
    // What begins after the window is listed all the same.
    const std::string later =
        world.graph.addEvent(main, eventJson("later", "2028-09-10T10:00:00", "2028-09-10T11:00:00"));
    sync();
    EXPECT_TRUE(world.known.contains(later));
    world.start += days(400);
    const ChangePage page = world.provider.changes(calendar, main, world.cursor, from);
    EXPECT_TRUE(page.listing && page.first);
    EXPECT_THAT(page.items, testing::ElementsAre(testing::Field(&RemoteItem::id, later)));
    world.cursor = page.cursor;
    EXPECT_FALSE(world.provider.changes(calendar, main, world.cursor, from).listing);
    EXPECT_TRUE(world.provider.changes(calendar, main, world.cursor, from - days(30)).listing);
}

// ---------------------------------------------------------------- creations

TEST_F(OutlookProviderTest, WhatIsCreatedIsReadBack) {
    Activity activity = meeting("Demo");
    activity.location = "Basel";
    activity.notes = "first\n  <second> & third";
    activity.reminders = {{30, "display"}, {5, "display"}, {60, "email"}};
    activity.privacy = Privacy::personal;
    activity.tentative = true;
    activity.priority = 2;
    activity.participants = {person("bob@acme.example", "Bob")};
    const RemoteItem item = create(activity);
    const Remote remote = world.provider.parse(calendar, item.raw);
    Activity expected = std::get<Activity>(world.provider.held(activity));
    expected.uid = std::get<Activity>(remote.record).uid;
    EXPECT_EQ(std::get<Activity>(remote.record), expected);
    EXPECT_EQ(expected.start.zone, "Europe/Berlin");
    EXPECT_EQ(expected.notes, activity.notes);
    EXPECT_THAT(expected.reminders, testing::ElementsAre(Reminder{30, "display"}));
    EXPECT_THAT(expected.participants, testing::IsEmpty());  // rule B12
    EXPECT_FALSE(expected.uid.empty());
    EXPECT_EQ(remote.mark, "0193-1");  // rule I1
    EXPECT_TRUE(remote.organised);
    EXPECT_TRUE(remote.modified.has_value());
    sync();
    EXPECT_EQ(only(), expected);  // rule C10
}

TEST_F(OutlookProviderTest, NoReminderIsNoReminder) {
    EXPECT_THAT(read(world, create(meeting("x"))).reminders, testing::IsEmpty());
}

// Rule C9
TEST_F(OutlookProviderTest, DatesStayDates) {
    const RemoteItem item = create(meeting("Fair", "2026-03-28", "2026-03-31"));
    EXPECT_EQ(read(world, item).start, at("2026-03-28"));
    EXPECT_EQ(read(world, item).end, at("2026-03-31"));
    const Written timed = update(item, [](Activity& a) {
        a.start = at("2026-03-28T09:00:00");
        a.end = at("2026-03-28T10:00:00");
    });
    EXPECT_EQ(read(world, timed.item).start, at("2026-03-28T09:00:00", "Europe/Berlin"));
}

// Rule I1: whatever happened to the first request, the same key makes one event.
TEST_F(OutlookProviderTest, TheSameKeyNeverMakesTwo) {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        OutlookWorld other(GraphHabits::random(seed), seed);
        const std::string main = other.graph.mainCalendar();
        other.graph.faults().next(seed % 2 == 0 ? Fault::lostAfter : Fault::cut);
        EXPECT_THROW(other.provider.create(calendar, main, "key", meeting("once")), TryLater);
        EXPECT_EQ(other.graph.events(main).size(), 1U);
        const Written again = other.provider.create(calendar, main, "key", meeting("once"));
        EXPECT_EQ(other.graph.events(main), std::vector<std::string>{again.item.id}) << seed;
        EXPECT_EQ(other.provider.parse(calendar, again.item.raw).mark, "key");
    }
}

// The record may have been edited between the first try and the one that comes through.
TEST_F(OutlookProviderTest, WhatAnEarlierTryMadeIsBroughtUpToDate) {
    for (const bool gives : {false, true}) {
        OutlookWorld other;
        other.graph.habits().duplicateGivesEvent = gives;
        const std::string main = other.graph.mainCalendar();
        other.graph.faults().next(Fault::lostAfter);
        EXPECT_THROW(other.provider.create(calendar, main, "key", meeting("then")), TryLater);
        Activity now = meeting("now");
        now.location = "Bern";
        now.rrule = "FREQ=DAILY;COUNT=3";
        const Activity made = read(other, other.provider.create(calendar, main, "key", now).item);
        EXPECT_EQ(made.subject, "now");
        EXPECT_EQ(made.location, "Bern");
        EXPECT_EQ(made.rrule, "FREQ=DAILY;COUNT=3");
        EXPECT_EQ(other.graph.events(main).size(), 1U);
    }
}

// A transaction can't be had again: what was deleted before its creation was noted is made anew, once.
TEST_F(OutlookProviderTest, ACreationThatWasDeletedSinceIsMadeAnew) {
    for (const bool gives : {false, true}) {
        OutlookWorld other;
        other.graph.habits().duplicateGivesEvent = gives;
        const std::string main = other.graph.mainCalendar();
        other.graph.removeEvent(other.provider.create(calendar, main, "key", meeting("x")).item.id);
        other.graph.faults().next(Fault::none);  // the duplicate; then the look for it; then what makes it
        other.graph.faults().next(Fault::none);
        other.graph.faults().next(Fault::lostAfter);
        EXPECT_THROW(other.provider.create(calendar, main, "key", meeting("x")), TryLater);
        const std::string id = other.provider.create(calendar, main, "key", meeting("x")).item.id;
        EXPECT_EQ(other.graph.events(main), std::vector<std::string>{id});
    }
}

// Rule C8, microsoft-graph §9: a series with exceptions takes many requests; it goes on where it broke off.
TEST_F(OutlookProviderTest, ASeriesIsCreatedWithItsExceptions) {
    Activity series = meeting("Jour fixe", "2026-03-03T10:00:00", "2026-03-03T11:00:00");
    series.rrule = "FREQ=WEEKLY;COUNT=20";
    Exception cancelled;
    cancelled.original = at("2026-03-17T10:00:00");
    cancelled.cancelled = true;
    Exception moved{at("2026-04-07T10:00:00"), false, "Retro", "Bern", "bring cake", at("2026-04-08T09:00:00"),
                    at("2026-04-08T10:30:00")};
    series.exceptions = {cancelled, moved};
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        OutlookWorld other(GraphHabits::random(seed), seed);
        const std::string main = other.graph.mainCalendar();
        other.graph.faults().rate(static_cast<unsigned>(2 * seed));
        std::optional<Written> written;
        for (int tries = 0; !written && tries < 500; ++tries) try {
                written = other.provider.create(calendar, main, "key", series);
            } catch (const TryLater&) {
            }
        ASSERT_TRUE(written.has_value()) << seed;
        ASSERT_EQ(other.graph.events(main).size(), 1U) << seed;
        Activity expected = std::get<Activity>(other.provider.held(series));
        const Activity made = read(other, written->item);
        expected.uid = made.uid;
        EXPECT_TRUE(made.rrule.starts_with("FREQ=WEEKLY;BYDAY=TU"));
        expected.rrule = made.rrule;
        EXPECT_EQ(made, expected) << seed;
        EXPECT_THAT(other.graph.mails(), testing::IsEmpty());
    }
}

// Rule C3
TEST_F(OutlookProviderTest, WhatOutlookCannotHoldIsRefusedBeforeAnythingIsWritten) {
    Activity dates = meeting("x");
    dates.rrule = "FREQ=DAILY";
    dates.extraDates = {at("2026-05-01T10:00:00")};
    Activity rule = meeting("x");
    rule.rrule = "FREQ=HOURLY";
    Activity crossing = meeting("x", "2026-03-03T10:00:00", "2026-03-03T11:00:00");
    crossing.rrule = "FREQ=DAILY";
    crossing.exceptions = {
        {at("2026-03-05T10:00:00"), false, "x", "", "", at("2026-03-06T09:00:00"), at("2026-03-06T10:00:00")}};
    Activity task;
    task.component = ComponentKind::todo;
    Activity backwards = meeting("x", "2026-03-10T10:00:00", "2026-03-10T09:00:00");
    for (const Activity& activity : {dates, rule, crossing, task, backwards}) EXPECT_THROW(create(activity), Refused);
    EXPECT_THAT(world.graph.requests(), testing::IsEmpty());
}

// ---------------------------------------------------------------- changes of ours

TEST_F(OutlookProviderTest, OnlyWhatDiffersIsWritten) {
    const std::string id = world.graph.addEvent(
        world.graph.mainCalendar(),
        eventJson(
            "x", "2026-03-10T10:00:00", "2026-03-10T11:00:00",
            R"(,"categories":["Red category"],"showAs":"oof","body":{"contentType":"html","content":"<body><b>bold</b> text</body>"})"));
    sync();
    const std::string html(textAt(world.graph.event(id), {"body", "content"}));
    const Written written = update(world.known.at(id), [](Activity& a) { a.subject = "y"; });
    EXPECT_EQ(read(world, written.item).subject, "y");
    EXPECT_EQ(read(world, written.item).notes, "bold text");
    const Json now = world.graph.event(id);
    EXPECT_EQ(textAt(now, {"body", "content"}), html);  // the text didn't change: its HTML stays
    EXPECT_EQ(textAt(now, "showAs"), "oof");
    EXPECT_EQ(at(now, "categories").array.size(), 1U);
    world.graph.forgetRequests();
    update(written.item, [](Activity&) {});
    for (const std::string& request : world.graph.requests()) EXPECT_TRUE(request.starts_with("GET ")) << request;
}

// Rule I2
TEST_F(OutlookProviderTest, AWriteOverAnotherChangeIsRefused) {
    const RemoteItem item = create(meeting("x"));
    world.graph.editEvent(item.id, R"({"location":{"displayName":"Bern"}})");
    EXPECT_THROW(update(item, [](Activity& a) { a.subject = "y"; }), Changed);
    EXPECT_THROW(world.provider.remove(calendar, world.graph.mainCalendar(), item), Changed);
    EXPECT_EQ(textAt(world.graph.event(item.id), "subject"), "x");
    world.graph.removeEvent(item.id);
    EXPECT_THROW(update(item, [](Activity& a) { a.subject = "y"; }), Gone);
    EXPECT_NO_THROW(world.provider.remove(calendar, world.graph.mainCalendar(), item));
}

// microsoft-graph §6: versions change without a visible change, and 412 comes without a cause.
TEST_F(OutlookProviderTest, AVersionAloneIsNoChange) {
    world.graph.habits().laterVersion = true;
    const RemoteItem item = create(meeting("x"));
    world.graph.editEvent(item.id, R"({"categories":["Blue category"]})");
    EXPECT_EQ(read(world, update(item, [](Activity& a) { a.subject = "y"; }).item).subject, "y");
    world.graph.habits().spurious412 = 100;
    sync();
    EXPECT_THROW(update(world.known.at(item.id), [](Activity& a) { a.subject = "z"; }), Changed);
}

TEST_F(OutlookProviderTest, DeletingTwiceIsFine) {
    for (const bool odd : {false, true}) {
        world.graph.habits().deletedAgainIs400 = odd;
        const RemoteItem item = create(meeting("x"), odd ? "a" : "b");
        for (const Fault fault : {Fault::none, Fault::lostAfter, Fault::lostAfter}) world.graph.faults().next(fault);
        EXPECT_THROW(world.provider.remove(calendar, world.graph.mainCalendar(), item), TryLater);
        EXPECT_NO_THROW(world.provider.remove(calendar, world.graph.mainCalendar(), item));
        EXPECT_THAT(world.graph.events(world.graph.mainCalendar()), testing::IsEmpty());
    }
}

// Rule C8: editing one occurrence doesn't rewrite the others; a new time keeps the exceptions.
TEST_F(OutlookProviderTest, ExceptionsSurviveWhatOutlookForgets) {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        OutlookWorld other(GraphHabits::random(seed), seed);
        const std::string main = other.graph.mainCalendar();
        const std::string id =
            other.graph.addEvent(main, eventJson("Jour fixe", "2026-03-03T10:00:00", "2026-03-03T11:00:00", weekly));
        other.graph.cancelOccurrence(id, "2026-03-10");
        other.graph.editOccurrence(id, "2026-03-24", R"({"subject":"Retro"})");
        other.sync(calendar, main, from);
        const auto change = [&](const std::function<void(Activity&)>& edit) {
            const Activity before = read(other, other.known.at(id));
            Activity after = before;
            edit(after);
            RemoteItem item = other.provider.update(calendar, main, other.known.at(id), before, after).item;
            EXPECT_EQ(read(other, item), after) << seed;
            other.known[id] = std::move(item);
        };
        // One more exception.
        change([](Activity& a) {
            Exception other_ = a.exceptions.back();
            other_.original = other_.start = at("2026-04-14T10:00:00", "Europe/Berlin");
            other_.end = at("2026-04-14T12:00:00", "Europe/Berlin");
            a.exceptions.push_back(other_);
        });
        // Another time of day: the exceptions move along.
        change([](Activity& a) {
            a.start.local += hours(1);
            a.end.local += hours(1);
            for (Exception& exception : a.exceptions) {
                exception.original.local += hours(1);
                if (exception.cancelled) continue;
                exception.start.local += hours(1);
                exception.end.local += hours(1);
            }
        });
        // Another rule; what isn't an occurrence of it any more is left out.
        change([](Activity& a) { a.rrule = "FREQ=WEEKLY;BYDAY=TU;WKST=MO;COUNT=40"; });
        // An exception that is none any more, and an occurrence that takes place after all.
        change([](Activity& a) { a.exceptions.pop_back(); });
        change([](Activity& a) { std::erase_if(a.exceptions, [](const Exception& e) { return e.cancelled; }); });
        EXPECT_THAT(other.graph.mails(), testing::IsEmpty());
    }
}

TEST_F(OutlookProviderTest, ASingleEventBecomesASeriesAndBack) {
    RemoteItem item = create(meeting("x", "2026-03-03T10:00:00", "2026-03-03T11:00:00"));
    item = update(item, [](Activity& a) { a.rrule = "FREQ=DAILY;COUNT=5"; }).item;
    EXPECT_EQ(read(world, item).rrule, "FREQ=DAILY;COUNT=5");
    item = update(item, [](Activity& a) { a.rrule.clear(); }).item;
    EXPECT_EQ(read(world, item).rrule, "");
}

// ---------------------------------------------------------------- guests

// Rule B12: an event with guests that the login organises is neither changed nor deleted.
TEST_F(OutlookProviderTest, WhatWouldMailGuestsIsHeld) {
    const std::string id = world.graph.addEvent(
        world.graph.mainCalendar(), eventJson("Sales", "2026-03-03T10:00:00", "2026-03-03T11:00:00", guests + weekly));
    sync();
    const RemoteItem item = world.known.at(id);
    const Remote remote = world.provider.parse(calendar, item.raw);
    EXPECT_TRUE(remote.readOnly);
    EXPECT_THAT(remote.hold, testing::HasSubstr("mail"));
    EXPECT_TRUE(remote.organised);
    ASSERT_EQ(std::get<Activity>(remote.record).participants.size(), 2U);
    EXPECT_TRUE(std::get<Activity>(remote.record).participants[0].organizer);
    EXPECT_EQ(std::get<Activity>(remote.record).participants[1].email, "bob@acme.example");
    EXPECT_THROW(update(item, [](Activity& a) { a.subject = "y"; }), Refused);
    EXPECT_THROW(update(item, [](Activity& a) { a.reminders.clear(); }), Refused);
    EXPECT_THROW(world.provider.remove(calendar, world.graph.mainCalendar(), item), Refused);
    world.graph.removeEvent(id);
    EXPECT_THROW(world.provider.restore(calendar, world.graph.mainCalendar(), item), Refused);
}

TEST(OutlookGuests, AreWrittenAndMailedWhereThatIsWanted) {
    OutlookWorld world({}, 1, {"Europe/Zurich", true});
    const std::string main = world.graph.mainCalendar();
    Activity activity = meeting("Sales");
    activity.participants = {person("ann@contoso.example", "Ann"), person("bob@acme.example", "Bob"),
                             person("eve@acme.example", "")};
    activity.participants[0].organizer = true;
    activity.participants[0].role = "chair";
    activity.participants[0].response = "accepted";
    activity.participants[2].role = "optional";
    EXPECT_TRUE(world.provider.takesGuests());
    const RemoteItem item = world.provider.create(calendar, main, "k", activity).item;
    const Activity before = read(world, item);
    EXPECT_EQ(before.participants, activity.participants);
    EXPECT_EQ(world.graph.mails().size(), 1U);
    Activity after = before;
    after.participants.pop_back();
    EXPECT_EQ(read(world, world.provider.update(calendar, main, item, before, after).item).participants.size(), 2U);
    EXPECT_EQ(world.graph.mails().size(), 2U);
}

const std::string invited =
    R"(,"isOrganizer":false,"organizer":{"emailAddress":{"address":"bob@acme.example","name":"Bob"}},"attendees":[)"
    R"({"type":"required","status":{"response":"none"},"emailAddress":{"address":"bob@acme.example","name":"Bob"}},)"
    R"({"type":"required","status":{"response":"none"},"emailAddress":{"address":"Ann@Contoso.example","name":"Ann"}}])";

// Rule C12
TEST_F(OutlookProviderTest, AGuestChangesItsOwnCopyAndItsAnswerOnly) {
    const std::string id = world.graph.addEvent(
        world.graph.mainCalendar(),
        eventJson("Pitch", "2026-03-10T10:00:00", "2026-03-10T11:00:00", invited + R"(,"iCalUId":"abc@google.com")"));
    sync();
    const RemoteItem item = world.known.at(id);
    const Remote remote = world.provider.parse(calendar, item.raw);
    EXPECT_FALSE(remote.organised);
    EXPECT_EQ(remote.hold, "");
    EXPECT_EQ(item.uid, "abc@google.com");                                 // rule C11
    EXPECT_EQ(std::get<Activity>(remote.record).participants.size(), 2U);  // the organiser is listed twice
    EXPECT_THROW(update(item, [](Activity& a) { a.subject = "y"; }), Refused);
    const RemoteItem own = update(item, [](Activity& a) { a.reminders = {{45, "display"}}; }).item;
    EXPECT_EQ(read(world, own).reminders.at(0).minutes, 45);
    const RemoteItem answered = update(own, [](Activity& a) { a.participants[1].response = "accepted"; }).item;
    EXPECT_EQ(read(world, answered).participants[1].response, "accepted");
}

// ---------------------------------------------------------------- the rest

TEST_F(OutlookProviderTest, ADeletionCanBeUndone) {
    const std::string id = world.graph.addEvent(
        world.graph.mainCalendar(),
        eventJson(
            "Jour fixe", "2026-03-03T10:00:00", "2026-03-03T11:00:00",
            weekly +
                R"(,"categories":["Red category"],"body":{"contentType":"html","content":"<body><i>x</i></body>"})"));
    world.graph.cancelOccurrence(id, "2026-03-10");
    sync();
    const RemoteItem was = world.known.at(id);
    world.provider.remove(calendar, world.graph.mainCalendar(), was);
    const RemoteItem back = world.provider.restore(calendar, world.graph.mainCalendar(), was).item;
    Activity expected = read(world, was);
    expected.uid = read(world, back).uid;
    EXPECT_EQ(read(world, back), expected);
    const Json now = world.graph.event(back.id);
    EXPECT_EQ(at(now, "categories").array.size(), 1U);
    EXPECT_THAT(std::string(textAt(now, {"body", "content"})), testing::HasSubstr("<i>x</i>"));
    const RemoteItem changed = update(back, [](Activity& a) { a.subject = "y"; }).item;
    EXPECT_EQ(read(world, world.provider.restore(calendar, world.graph.mainCalendar(), back).item).subject,
              "Jour fixe");
}

TEST_F(OutlookProviderTest, BusyTimes) {
    const std::string main = world.graph.mainCalendar();
    world.graph.addEvent(main, eventJson("a", "2026-03-03T10:00:00", "2026-03-03T11:00:00", weekly));
    world.graph.addEvent(main, eventJson("b", "2026-03-04T10:00:00", "2026-03-04T11:00:00", R"(,"showAs":"free")"));
    world.graph.addEvent(main,
                         eventJson("c", "2026-03-05T10:00:00", "2026-03-05T11:00:00", R"(,"showAs":"tentative")"));
    world.graph.addEvent(
        main, R"({"subject":"d","isAllDay":true,"start":{"dateTime":"2026-03-06T00:00:00","timeZone":"UTC"},)"
              R"("end":{"dateTime":"2026-03-07T00:00:00","timeZone":"UTC"}})");
    const auto busy = world.provider.busy({main}, {sys_days{year{2026} / 3 / 2}, sys_days{year{2026} / 3 / 9}});
    const sys_days third{year{2026} / 3 / 3};
    EXPECT_THAT(
        busy, testing::ElementsAre(BusyPeriod{third + hours(9), third + hours(10), Busy::busy},
                                   BusyPeriod{third + days(2) + hours(9), third + days(2) + hours(10), Busy::tentative},
                                   BusyPeriod{third + days(2) + hours(23), third + days(3) + hours(23), Busy::busy}));
    EXPECT_THROW(world.provider.busy({"nowhere"}, {third, third + days(1)}), ProviderError);
}

TEST_F(OutlookProviderTest, NotificationsAreAskedForProlongedAndEnded) {
    for (const bool each : {true, false}) {
        world.graph.habits().eachCalendarWatched = each;
        const auto push =
            world.provider.subscribe(calendar, world.graph.mainCalendar(), "https://crm.example/hooks", "secret");
        ASSERT_TRUE(push.has_value());
        EXPECT_EQ(push->resource == "/me/events", !each);
        EXPECT_GT(push->until, world.start + hours(48));
        world.start += hours(24);
        const auto renewed = world.provider.renew(*push);
        ASSERT_TRUE(renewed.has_value());
        EXPECT_GT(renewed->until, push->until);
        world.provider.unsubscribe(*push);
        world.provider.unsubscribe(*push);
        EXPECT_FALSE(world.provider.renew(*push).has_value());
        EXPECT_EQ(world.graph.subscriptions(), 0U);
    }
}

}  // namespace
}  // namespace crmdav
