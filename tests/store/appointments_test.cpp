// Activities in appointment calendars (rule E1).
#include "store/booking.h"
#include "store/history.h"
#include "tests/store/record_fixture.h"

namespace crmdav {
namespace {

using namespace std::chrono;

class Appointments : public RecordStore {
protected:
    Id make(const std::string& key, std::vector<std::string> members) {
        AppointmentCalendar c;
        c.key = key;
        c.name = "Intro call";
        c.kind = members.size() > 1 ? CalendarKind::group : CalendarKind::personal;
        c.members = std::move(members);
        c.rules.zone = "UTC";
        return store->booking().saveCalendar(system, c, {}).id;
    }
    Activity meeting(const Id& calendar) {
        Activity a;
        a.subject = "Call";
        a.start = {When::Kind::utc, local_days(2026y / 1 / 7) + 9h, {}};
        a.end = {When::Kind::utc, local_days(2026y / 1 / 7) + 10h, {}};
        a.calendar = calendar;
        return a;
    }
};

TEST_F(Appointments, AnActivityKnowsTheCalendarThatItIsIn) {
    const Id intro = make("intro", {"anna"});
    const Id id = store->saveActivity(byAnna, meeting(intro), {}).id;
    EXPECT_EQ(store->activity(anna.id, id)->calendar, intro);
    Activity changed = *store->activity(anna.id, id);
    changed.calendar.clear();
    store->saveActivity(byAnna, changed, {});
    EXPECT_EQ(store->activity(anna.id, id)->calendar, "");
    HistoryFilter ofIt;
    ofIt.record = id;
    const auto last = store->history(ofIt).front();
    ASSERT_EQ(last.fields.size(), 1u);
    EXPECT_EQ(last.fields[0].field, "calendar");
    EXPECT_EQ(last.fields[0].before, intro);
    store->undoRecord(byAnna, last.id);
    EXPECT_EQ(store->activity(anna.id, id)->calendar, intro);
    EXPECT_THAT(store->check({}), testing::IsEmpty());
}

TEST_F(Appointments, OnlyMembersHaveEventsInIt) {
    const Id intro = make("intro", {"anna"});
    const auto refused = [&](const Actor& by, const Activity& a) {
        try {
            store->saveActivity(by, a, {});
        } catch (const InvalidField& error) {
            return error.field;
        }
        return std::string();
    };
    EXPECT_EQ(refused(byBen, meeting(intro)), "calendar") << "Ben isn't a member";
    EXPECT_EQ(refused(byAnna, meeting("01234567-0123-4123-8123-0123456789ab")), "calendar") << "there is none";
    EXPECT_EQ(refused(byAnna, meeting("nonsense")), "calendar");
    Activity task = meeting(intro);
    task.start = {};
    EXPECT_EQ(refused(byAnna, task), "calendar") << "a task is no appointment";
    const Activity kept = store->saveActivity(byAnna, meeting(intro), {});
    store->booking().removeCalendar(system, intro, {});
    EXPECT_EQ(refused(byAnna, meeting(intro)), "calendar");
    Activity later = kept;
    later.subject = "Later";
    EXPECT_EQ(refused(byAnna, later), "") << "what was in it stays, and can be changed";
}

TEST_F(Appointments, ClientsChangeThemAndTheyStayInTheirCalendar) {
    const Id intro = make("intro", {"anna"});
    const Activity made = store->saveActivity(byAnna, meeting(intro), {});
    const CollectionId own = calendar("anna");
    const std::string name = names(own).front();
    put(byAnna, own, name, event(made.uid, "DTSTART:20260108T090000Z\r\nDTEND:20260108T100000Z\r\nSUMMARY:Moved\r\n"));
    EXPECT_EQ(store->activity(0, made.id)->subject, "Moved");
    EXPECT_EQ(store->activity(0, made.id)->calendar, intro);
    store->removeObject(byAnna, own, name, {});
    store->restore(byAnna, RecordKind::activity, made.id);
    EXPECT_EQ(store->activity(0, made.id)->calendar, intro);
    EXPECT_THAT(store->check({}), testing::IsEmpty());
}

TEST_F(Appointments, WhatIsBookedIsInTheCalendarWhereItWas) {
    const Id intro = make("intro", {"anna"});
    const Booking booked =
        store->booking().book({.user = 0, .via = "booking", .device = {}, .agent = {}, .address = {}, .request = {}},
                              intro, {sys_days(2026y / 1 / 6) + 9h, "Zoe Neu", "zoe@neu.example", {}, {}, {}, {}});
    EXPECT_EQ(store->activity(0, booked.activity)->calendar, intro);
}

}  // namespace
}  // namespace crmdav
