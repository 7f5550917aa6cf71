#include "server/api/series_rule.h"

#include <array>

#include "protocol/text/zones.h"
#include "server/api/times.h"
#include "store/store.h"

namespace crmdav {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 7> weekdays{"SU", "MO", "TU", "WE", "TH", "FR", "SA"};

/// The rule's text part by part; a part that comes back as nullopt goes.
template <class Change>
std::string rewritten(const std::string& rrule, Change change) {
    std::string out;
    for (std::size_t at = 0; at <= rrule.size();) {
        const std::size_t end = std::min(rrule.find(';', at), rrule.size());
        const std::string part = rrule.substr(at, end - at);
        at = end + 1;
        if (part.empty()) continue;
        const std::size_t equals = std::min(part.find('='), part.size() - 1);
        std::string name = part.substr(0, equals);
        for (char& c : name)
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        const std::optional<std::string> value = change(name, part.substr(equals + 1));
        if (!value) continue;
        if (!out.empty()) out += ';';
        out += name + "=" + *value;
    }
    return out;
}

std::string untilText(LocalTime local, const When& start) {
    std::string text;
    if (start.kind == When::Kind::date) {
        appendDate(text, local);
        return text;
    }
    if (start.kind == When::Kind::floating) {
        appendDateTime(text, local);
        return text;
    }
    return utcText(whenUtc({start.kind, local, start.zone}));
}

unsigned weekdayOf(LocalTime local) { return weekday(floor<days>(local)).c_encoding(); }
unsigned dayOf(LocalTime local) { return unsigned(year_month_day(floor<days>(local)).day()); }
unsigned monthOf(LocalTime local) { return unsigned(year_month_day(floor<days>(local)).month()); }
/// In its month: the second Tuesday is 2; counted from the end where the rule does, the last is -1.
int ordinalOf(LocalTime local, bool fromEnd) {
    const year_month_day date(floor<days>(local));
    const int day = static_cast<int>(unsigned(date.day()));
    if (!fromEnd) return (day - 1) / 7 + 1;
    const int last = static_cast<int>(unsigned((date.year() / date.month() / std::chrono::last).day()));
    return -((last - day) / 7 + 1);
}

[[noreturn]] void refuse() {
    throw InvalidField("start", "this series names its days by a rule of its own: change its recurrence first");
}

/// BYDAY, BYMONTHDAY and BYMONTH of a rule that stands for the day of its start, said of another day.
class Moved {
public:
    Moved(const Rule& rule, LocalTime from, LocalTime to) : rule_(rule), from_(from), to_(to) {}

    std::string days(const std::string& value) const {
        if (sameDay()) return value;
        const int by = (int(weekdayOf(to_)) - int(weekdayOf(from_)) + 7) % 7;
        const bool plain = std::ranges::all_of(rule_.days, [](const Rule::Day& day) { return day.ordinal == 0; });
        if (plain && (rule_.frequency <= Rule::Frequency::weekly)) {
            std::string all;
            for (const Rule::Day& day : rule_.days)
                all.append(all.empty() ? "" : ",").append(weekdays[(day.weekday + unsigned(by)) % 7]);
            return all;
        }
        if (rule_.days.size() != 1 || plain || !rule_.positions.empty()) refuse();
        const int ordinal = ordinalOf(to_, rule_.days[0].ordinal < 0);
        return std::to_string(ordinal) + std::string(weekdays[weekdayOf(to_)]);
    }
    std::string monthDays(const std::string& value) const {
        if (sameDay()) return value;
        if (rule_.monthDays.size() != 1 || rule_.monthDays[0] != int(dayOf(from_))) refuse();
        return std::to_string(dayOf(to_));
    }
    std::string months(const std::string& value) const {
        if (sameDay() || monthOf(from_) == monthOf(to_)) return value;
        if (rule_.months.size() != 1 || rule_.months[0] != int(monthOf(from_))) refuse();
        return std::to_string(monthOf(to_));
    }
    bool sameDay() const { return floor<std::chrono::days>(from_) == floor<std::chrono::days>(to_); }

private:
    const Rule& rule_;
    LocalTime from_, to_;
};

}  // namespace

std::optional<LocalTime> untilOf(const Rule& rule, const When& start) {
    if (!rule.until) return std::nullopt;
    const DateTime& until = *rule.until;
    if (start.kind == When::Kind::date) return floor<days>(until.local);
    if (until.isDate()) return until.local + seconds(86'399);
    if (until.kind == DateTime::Kind::utc && start.kind == When::Kind::zoned)
        if (const ZonePtr zone = findZone(start.zone)) return zone->toLocal(Instant(until.local.time_since_epoch()));
    return until.local;
}

std::string movedRule(const std::string& rrule, const When& from, const When& to) {
    if (rrule.empty() || from == to) return rrule;
    const Rule rule = Rule::parse(rrule);
    const Moved moved(rule, from.local, to.local);
    if (!moved.sameDay() && (!rule.yearDays.empty() || !rule.weeks.empty() || !rule.scale.empty())) refuse();
    const auto until = untilOf(rule, from);
    return rewritten(rrule, [&](const std::string& name, const std::string& value) -> std::optional<std::string> {
        if (name == "BYDAY") return moved.days(value);
        if (name == "BYMONTHDAY") return moved.monthDays(value);
        if (name == "BYMONTH") return moved.months(value);
        if ((name == "BYHOUR" || name == "BYMINUTE" || name == "BYSECOND") &&
            from.local - floor<days>(from.local) != to.local - floor<days>(to.local))
            refuse();
        if (name == "UNTIL") {
            LocalTime last = *until + (to.local - from.local);
            if (from.kind == When::Kind::date && to.kind != When::Kind::date)
                last = floor<days>(*until) + (to.local - floor<days>(from.local));
            return untilText(last, to);
        }
        return value;
    });
}

std::pair<std::string, std::string> splitRule(const std::string& rrule, const When& start, const When& original,
                                              std::size_t before) {
    if (rrule.empty()) return {};
    const Rule rule = Rule::parse(rrule);
    const auto step = start.kind == When::Kind::date ? seconds(86'400) : seconds(1);
    std::string head = rewritten(rrule, [](const std::string& name, const std::string& value) {
        return name == "COUNT" || name == "UNTIL" ? std::nullopt : std::optional(value);
    });
    head += ";UNTIL=" + untilText(original.local - step, start);
    if (rule.count && *rule.count <= before) return {head, ""};
    std::string tail = rewritten(rrule, [&](const std::string& name, const std::string& value) {
        return std::optional(name == "COUNT" ? std::to_string(*rule.count - before) : value);
    });
    return {head, tail};
}

}  // namespace crmdav
