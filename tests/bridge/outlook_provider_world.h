#pragma once
#include <algorithm>
#include <string>

#include "bridge/json_values.h"
#include "bridge/outlook/values.h"
#include "tests/bridge/outlook_world.h"

/// Outlook's provider before its stand-in, and what tests of it have in common.
namespace crmdav::outlook_tests {

using namespace std::chrono;
using standins::Fault;
using standins::GraphHabits;

inline constexpr auto calendar = SyncKind::calendar;

inline When at(const char* clock, const char* zone = "Europe/Zurich") {
    const auto local = outlook::readClock(clock);
    if (std::string(clock).size() == 10) return {When::Kind::date, *local, {}};
    return {When::Kind::zoned, *local, zone};
}

inline Activity meeting(const char* subject, const char* start = "2026-03-10T10:00:00",
                        const char* end = "2026-03-10T11:00:00") {
    Activity activity;
    activity.subject = subject;
    activity.start = at(start);
    activity.end = at(end);
    return activity;
}

inline Participant person(const char* email, const char* name) {
    Participant participant;
    participant.email = email;
    participant.name = name;
    return participant;
}

inline std::string eventJson(const char* subject, const char* start, const char* end, const std::string& more = "") {
    return std::string(R"({"subject":")") + subject + R"(","start":{"dateTime":")" + start +
           R"(","timeZone":"W. Europe Standard Time"},"end":{"dateTime":")" + end +
           R"(","timeZone":"W. Europe Standard Time"})" + more + "}";
}

inline const std::string weekly =
    R"(,"recurrence":{"pattern":{"type":"weekly","interval":1,"daysOfWeek":["tuesday"],"firstDayOfWeek":"monday"},)"
    R"("range":{"type":"noEnd","startDate":"2026-03-03","recurrenceTimeZone":"W. Europe Standard Time"}})";

inline const std::string guests =
    R"(,"attendees":[{"type":"required","emailAddress":{"address":"bob@acme.example","name":"Bob"}}])";

inline Activity read(OutlookWorld& world, const RemoteItem& item) {
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

}  // namespace crmdav::outlook_tests
