#pragma once
#include "tests/bridge/google_world.h"

/// The Google provider's calendar against the stand-in. Where Google's behaviour isn't known for sure, tests run over
/// seeds that decide it.
namespace crmdav::google_tests {

using namespace std::chrono;
using namespace std::chrono_literals;

inline constexpr SyncKind calendar = SyncKind::calendar;
inline constexpr local_days tuesday{2026y / March / 3};
inline constexpr int seeds = 8;

inline When zoned(local_days day, seconds time) { return {When::Kind::zoned, day + time, "Europe/Zurich"}; }

inline Activity meeting(const std::string& subject = "Demo") {
    Activity activity;
    activity.subject = subject;
    activity.start = zoned(tuesday, 10h);
    activity.end = zoned(tuesday, 11h);
    return activity;
}

inline Activity weekly() {
    Activity activity = meeting("Weekly");
    activity.rrule = "FREQ=WEEKLY;COUNT=8";
    return activity;
}

inline Exception cancelledAt(local_days day) {
    Exception exception;
    exception.original = zoned(day, 10h);
    exception.cancelled = true;
    return exception;
}
inline Exception movedAt(local_days day) {
    return {zoned(day, 10h), false, "Moved", "", "", zoned(day, 15h), zoned(day, 16h)};
}

inline Participant guest(const std::string& email) {
    Participant person;
    person.email = email;
    return person;
}

inline Json event(const std::string& summary, const std::string& from = "2026-03-03T10:00:00+01:00",
                  const std::string& to = "2026-03-03T11:00:00+01:00") {
    const auto point = [](const std::string& time) {
        return jsonObject({{"dateTime", jsonText(time)}, {"timeZone", jsonText("Europe/Zurich")}});
    };
    return jsonObject({{"summary", jsonText(summary)}, {"start", point(from)}, {"end", point(to)}});
}
inline Json weeklyEvent(const std::string& summary) {
    Json json = event(summary);
    set(json, "recurrence", jsonArray({jsonText("RRULE:FREQ=WEEKLY;COUNT=8")}));
    return json;
}
inline std::string idOf(const Json& json) { return std::string(textAt(json, "id")); }

struct GoogleCalendarWorld : testing::TestWithParam<int>, GoogleWorld {
    GoogleCalendarWorld() : GoogleWorld(static_cast<std::uint64_t>(GetParam())) {}
    const std::string main = "me@example.com";

    /// As the engine does it: what an earlier try had made is brought up to date, as nobody else edits it here.
    Written create(const Id& key, const Activity& wanted) {
        Written made = provider->create(calendar, main, key, wanted);
        return made.existed ? update(made.item, wanted) : made;
    }
    /// As the engine does it: `before` is what the provider says of the base.
    Written update(const RemoteItem& base, const Activity& after) {
        return provider->update(calendar, main, base, activity(base), after);
    }
    Activity heldOf(const Activity& activity) { return std::get<Activity>(provider->held(activity)); }
    void forgetFaults() {
        for (int i = 0; i < 50; ++i) google.faults.draw();
    }
    /// Without what only the other side knows.
    Activity plain(Activity activity) {
        activity.uid.clear();
        return activity;
    }
};

}  // namespace crmdav::google_tests
