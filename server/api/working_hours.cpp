#include "server/api/working_hours.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "protocol/text/content_lines.h"
#include "protocol/text/zones.h"
#include "server/api/answers.h"
#include "server/api/routes.h"

/// Working hours (RFC 7953) as a week and days.
namespace crmdav {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 7> dayNames{"monday", "tuesday",  "wednesday", "thursday",
                                                   "friday", "saturday", "sunday"};

std::string clockText(minutes at) {
    const auto two = [](auto n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return two(at.count() / 60) + ":" + two(at.count() % 60);
}

std::vector<std::string> textsOf(const DaySpans& spans) {
    std::vector<std::string> texts;
    for (const DaySpan& span : spans) texts.push_back(clockText(span.from) + "-" + clockText(span.until));
    return texts;
}

std::optional<int> twoDigits(std::string_view text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return text.size() == 2 && error == std::errc() && end == text.data() + 2 ? std::optional(number) : std::nullopt;
}

std::optional<minutes> clockOf(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const auto hour = twoDigits(text.substr(0, 2)), minute = twoDigits(text.substr(3));
    if (!hour || !minute || *hour < 0 || *hour > 24 || *minute < 0 || *minute > 59) return std::nullopt;
    return hours(*hour) + minutes(*minute);
}

DaySpans spansOf(const std::vector<std::string>& texts, const std::string& path) {
    DaySpans spans;
    for (const std::string& text : texts) {
        const auto from = clockOf(text.substr(0, 5)),
                   until = text.size() == 11 ? clockOf(text.substr(6)) : std::nullopt;
        if (!from || !until || text[5] != '-') throw InvalidField(path, "times are written 09:00-12:30");
        spans.push_back({*from, *until});
    }
    return spans;
}

User personAsked(const Call& call) {
    const std::string login = call.text("user");
    if (login.empty() || login == call.who.user.login) return call.who.user;
    if (!call.who.admin()) throw Forbidden("another user's working hours");
    auto user = call.store.user(login);
    if (!user) throw NotFound("there is no such user");
    return *std::move(user);
}

HoursView hoursOfUser(const Call& call, const User& user) {
    const std::string set = call.store.booking().workingHours(user.id);
    const std::string zone = user.zone.empty() ? call.directory.organisationZone() : user.zone;
    const auto read = set.empty()
                          ? std::optional(usualHours(zone))
                          : readWorkingHours(Document::parse(std::string(set)), floor<seconds>(system_clock::now()));
    HoursView view = viewOf(read.value_or(usualHours(zone)));
    view.isUsual = set.empty();
    view.isOther = !read;
    return view;
}

Response getHours(Call& call) { return shown(call, hoursOfUser(call, personAsked(call))); }

Response putHours(Call& call) {
    const User user = personAsked(call);
    HoursView view = hoursOfUser(call, user);
    requireMatch(call.request, etagOfJson(jsonOf(call, view)));
    readFields(call, view, call.body());
    const WorkingHours wanted = hoursOf(view);
    call.store.booking().setWorkingHours(
        call.actor(), user.id, writeWorkingHours(wanted, floor<seconds>(system_clock::now()), "hours-" + user.login));
    return answer(call, 200, hoursOfUser(call, user));
}

Response removeHours(Call& call) {
    call.store.booking().setWorkingHours(call.actor(), personAsked(call).id, "");
    return Response(204);
}

}  // namespace

HoursView viewOf(const WorkingHours& hours) {
    HoursView view;
    view.zone = hours.zone;
    for (std::size_t day = 0; day < dayNames.size(); ++day)
        view.week[std::string(dayNames[day])] = textsOf(hours.week[day]);
    for (const auto& [day, spans] : hours.days) {
        std::string date;
        appendDate(date, day);
        view.days[date.substr(0, 4) + "-" + date.substr(4, 2) + "-" + date.substr(6)] = textsOf(spans);
    }
    return view;
}

WorkingHours hoursOf(const HoursView& view) {
    WorkingHours hours;
    hours.zone = ianaZoneId(view.zone);
    if (hours.zone.empty()) throw InvalidField("zone", "no time zone of that name");
    for (const auto& [name, texts] : view.week) {
        const auto day = std::ranges::find(dayNames, name);
        if (day == dayNames.end()) throw InvalidField("week", "days are called monday … sunday");
        hours.week[static_cast<std::size_t>(day - dayNames.begin())] = spansOf(texts, "week." + name);
    }
    for (const auto& [date, texts] : view.days) {
        std::string digits = date;
        std::erase(digits, '-');
        const auto day = DateTime::parse(digits);
        if (date.size() != 10 || !day || !day->isDate()) throw InvalidField("days", "a day is written 2026-12-24");
        hours.days[floor<days>(day->local)] = spansOf(texts, "days." + date);
    }
    if (const std::string problem = problemOf(hours); !problem.empty()) throw InvalidField("week", problem);
    return hours;
}

std::span<const Route> workingHoursRoutes() {
    using enum Access;
    static constexpr Route routes[] = {
        {"GET", "/working-hours", "When one can be met; of others for admins", getHours, everybody, "user", "",
         "WorkingHours"},
        {"PATCH", "/working-hours", "Change them; calendar apps get them, too", putHours, everybody, "user",
         "WorkingHours", "WorkingHours"},
        {"DELETE", "/working-hours", "The usual ones again", removeHours, everybody, "user"},
    };
    return routes;
}

}  // namespace crmdav
