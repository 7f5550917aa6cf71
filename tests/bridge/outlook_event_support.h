#pragma once
#include <functional>
#include <string>
#include <vector>

#include "bridge/json_values.h"
#include "bridge/outlook/event.h"
#include "bridge/outlook/values.h"

/// Events as Graph has them, and what becomes of them: pure.
namespace crmdav::outlook {

using namespace std::chrono;

inline const EventOptions options{"Europe/Zurich", false};

inline When at(const char* clock, const char* zone = "Europe/Berlin") {
    const auto local = readClock(clock);
    if (std::string(clock).size() == 10) return {When::Kind::date, *local, {}};
    if (std::string(zone).empty()) return {When::Kind::floating, *local, {}};
    if (std::string(zone) == "UTC") return {When::Kind::utc, *local, {}};
    return {When::Kind::zoned, *local, zone};
}

inline const std::string times =
    R"("start":{"dateTime":"2026-03-03T09:00:00.0000000","timeZone":"UTC"},"end":{"dateTime":"2026-03-03T10:00:00.0000000","timeZone":"UTC"},)"
    R"("originalStartTimeZone":"W. Europe Standard Time","originalEndTimeZone":"W. Europe Standard Time")";

inline std::string rawOf(const std::string& members, const std::string& rest = "") {
    return R"({"master":{"id":"A","@odata.etag":"W/\"1\"",)" + members + "}" + rest + "}";
}

inline Activity read(const std::string& raw, const EventOptions& how = options) {
    return std::get<Activity>(readEvent(raw, how).record);
}
inline Activity readWith(const std::string& members) { return read(rawOf(times + "," + members)); }

inline Activity meeting() {
    Activity activity;
    activity.subject = "Demo";
    activity.start = at("2026-03-03T10:00:00");
    activity.end = at("2026-03-03T11:00:00");
    return activity;
}

inline Json patchOf(const std::string& raw, const std::function<void(Activity&)>& edit,
                    const EventOptions& how = options) {
    const Activity before = read(raw, how);
    Activity after = before;
    edit(after);
    const std::string body = changedEvent(raw, before, after, how);
    return body.empty() ? Json() : parse(body);
}

inline std::vector<std::string> namesOf(const Json& json) {
    std::vector<std::string> names;
    for (const auto& [name, value] : json.object) names.push_back(name);
    return names;
}

}  // namespace crmdav::outlook
