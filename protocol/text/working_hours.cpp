#include "protocol/text/working_hours.h"

#include <algorithm>

#include "protocol/text/content_lines.h"
#include "protocol/text/recurrence.h"
#include "protocol/text/views.h"
#include "protocol/text/zones.h"

namespace crmdav {
namespace {

using namespace std::chrono;

constexpr std::string_view dayNames[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
constexpr local_days firstMonday = local_days{year{2000} / January / 3};  // long before anybody asks
constexpr std::size_t mostSpans = 30, mostStretches = 99;  // what addUnavailable() looks at, less one for the week
constexpr minutes wholeDay = hours(24);

/// Those of the week, each once.
DaySpans spansOf(const std::array<DaySpans, 7>& week) {
    DaySpans spans;
    for (const DaySpans& day : week)
        for (const DaySpan& span : day)
            if (std::ranges::find(spans, span) == spans.end()) spans.push_back(span);
    return spans;
}

// ---------------------------------------------------------------- writing

class HoursWriter {
public:
    HoursWriter(const WorkingHours& hours, Instant stamp, const std::string& uid)
        : hours_(hours), stamp_(stamp), uid_(uid) {}

    std::string write() {
        line("BEGIN:VCALENDAR");
        line("VERSION:2.0");
        line("PRODID:-//crmdav//" CRMDAV_VERSION "//EN");
        out_ += writeTimeZone(hours_.zone, stamp_);
        begin("VAVAILABILITY", uid_);
        writeWeek();
        line("END:VAVAILABILITY");
        writeDays();
        line("END:VCALENDAR");
        return std::move(out_);
    }

private:
    void line(const std::string& text) { appendFolded(out_, text); }

    void begin(const std::string& component, const std::string& uid) {
        line("BEGIN:" + component);
        line("UID:" + uid);
        line("DTSTAMP:" + utcText(stamp_));
    }

    void time(const std::string& name, LocalTime at) {
        std::string value;
        appendDateTime(value, at);
        line(name + ";TZID=" + hours_.zone + ':' + value);
    }

    void available(local_days day, const DaySpan& span, const std::string& rule) {
        begin("AVAILABLE", uid_ + '-' + std::to_string(++count_));
        time("DTSTART", day + span.from);
        time("DTEND", day + span.until);
        if (!rule.empty()) line("RRULE:" + rule);
        line("END:AVAILABLE");
    }

    /// Days with the same span share one AVAILABLE.
    void writeWeek() {
        for (const DaySpan& span : spansOf(hours_.week)) {
            std::string by;
            std::optional<days> first;
            for (std::size_t i = 0; i < hours_.week.size(); ++i) {
                if (std::ranges::find(hours_.week[i], span) == hours_.week[i].end()) continue;
                if (!first) first = days(i);
                by.append(by.empty() ? "" : ",").append(dayNames[i]);
            }
            available(firstMonday + *first, span, "FREQ=WEEKLY;BYDAY=" + by);
        }
    }

    /// Days off in a row are one stretch.
    void writeDays() {
        for (auto day = hours_.days.begin(); day != hours_.days.end();) {
            const auto first = day++;
            auto end = first->first + days(1);
            while (first->second.empty() && day != hours_.days.end() && day->first == end && day->second.empty()) {
                end += days(1);
                ++day;
            }
            std::string name;
            appendDate(name, first->first);
            begin("VAVAILABILITY", name + '-' + uid_);
            line("PRIORITY:1");
            time("DTSTART", first->first);
            time("DTEND", end);
            for (const DaySpan& span : first->second) available(first->first, span, {});
            line("END:VAVAILABILITY");
        }
    }

    const WorkingHours& hours_;
    Instant stamp_;
    const std::string& uid_;
    std::string out_;
    int count_ = 0;
};

// ---------------------------------------------------------------- reading

/// What a week and days can't say.
struct TooRich {};

class HoursReader {
public:
    HoursReader(const Document& calendar, Instant now) : calendar_(calendar), now_(now) {}

    WorkingHours read() {
        bool any = false;
        for (const Component& component : calendar_.root().components()) {
            if (!component.is("VAVAILABILITY")) continue;
            if (component.find("DTSTART")) {
                readDays(component);
            } else {
                if (any) throw TooRich{};
                any = true;
                readWeek(component);
            }
        }
        if (const Component* zone = calendar_.root().findComponent("VTIMEZONE"); zone && hours_.zone.empty())
            hours_.zone = ianaZoneId(zone->text("TZID"));  // never available: no time says it
        if (!any || hours_.zone.empty()) throw TooRich{};
        for (DaySpans& day : hours_.week) united(day);
        for (auto& [day, spans] : hours_.days) united(spans);
        return std::move(hours_);
    }

private:
    LocalTime time(const Component& component, std::string_view name) {
        const Property* const property = component.find(name);
        const auto at = property ? DateTime::parse(trim(property->value()), property->parameter("TZID")) : std::nullopt;
        if (!at || at->kind != DateTime::Kind::zoned) throw TooRich{};
        const std::string zone = ianaZoneId(at->zone);
        if (zone.empty() || (!hours_.zone.empty() && zone != hours_.zone)) throw TooRich{};
        hours_.zone = zone;
        return at->local;
    }

    DaySpan span(const Component& available, local_days& day) {
        if (available.find("DURATION") || available.find("RECURRENCE-ID") || available.find("RDATE") ||
            available.find("EXDATE"))
            throw TooRich{};
        const LocalTime start = time(available, "DTSTART"), end = time(available, "DTEND");
        day = floor<days>(start);
        const auto from = start - day, until = end - day;
        if (from >= until || until > wholeDay || from % minutes(1) != 0s || until % minutes(1) != 0s) throw TooRich{};
        return {duration_cast<minutes>(from), duration_cast<minutes>(until)};
    }

    void readWeek(const Component& availability) {
        if (availability.find("DTEND") || availability.find("DURATION")) throw TooRich{};
        for (const Component& available : availability.components()) {
            if (!available.is("AVAILABLE")) continue;
            local_days day;
            const DaySpan one = span(available, day);
            if (day.time_since_epoch() > floor<days>(now_).time_since_epoch()) throw TooRich{};
            for (const std::size_t index : weekdaysOf(available, day)) hours_.week[index].push_back(one);
        }
    }

    /// Monday is 0. A rule of whole weeks that has begun long ago and goes on.
    static std::vector<std::size_t> weekdaysOf(const Component& available, local_days day) {
        const Property* const text = available.find("RRULE");
        if (!text) throw TooRich{};
        const Rule rule = Rule::parse(trim(text->value()));
        const bool plain = rule.frequency == Rule::Frequency::weekly || rule.frequency == Rule::Frequency::daily;
        const bool filtered = !rule.seconds.empty() || !rule.minutes.empty() || !rule.hours.empty() ||
                              !rule.monthDays.empty() || !rule.yearDays.empty() || !rule.weeks.empty() ||
                              !rule.months.empty() || !rule.positions.empty() || !rule.scale.empty();
        if (!plain || filtered || rule.interval != 1 || !rule.endless()) throw TooRich{};
        std::vector<std::size_t> found;
        for (const Rule::Day& each : rule.days) found.push_back((each.weekday + 6) % 7);
        if (found.empty() && rule.frequency == Rule::Frequency::weekly)
            found.push_back(weekday(day).iso_encoding() - 1);
        if (found.empty()) found = {0, 1, 2, 3, 4, 5, 6};
        return found;
    }

    void readDays(const Component& availability) {
        const LocalTime start = time(availability, "DTSTART"), end = time(availability, "DTEND");
        const local_days first = floor<days>(start), last = floor<days>(end);
        if (first != start || last != end || first >= last || last - first > days(366)) throw TooRich{};
        for (local_days day = first; day < last; day += days(1))
            if (!hours_.days.emplace(day, DaySpans{}).second) throw TooRich{};
        for (const Component& available : availability.components()) {
            if (!available.is("AVAILABLE")) continue;
            local_days day;
            const DaySpan one = span(available, day);
            if (available.find("RRULE") || day < first || day >= last) throw TooRich{};
            hours_.days[day].push_back(one);
        }
    }

    static void united(DaySpans& spans) {
        std::ranges::sort(spans, {}, &DaySpan::from);
        DaySpans out;
        for (const DaySpan& span : spans) {
            if (out.empty() || out.back().until < span.from)
                out.push_back(span);
            else
                out.back().until = std::max(out.back().until, span.until);
        }
        spans = std::move(out);
    }

    const Document& calendar_;
    Instant now_;
    WorkingHours hours_;
};

bool inOrder(const DaySpans& spans) {
    minutes at{-1};
    for (const DaySpan& span : spans) {
        if (span.from <= at || span.from >= span.until || span.until > wholeDay) return false;
        at = span.until;
    }
    return true;
}

}  // namespace

WorkingHours usualHours(std::string zone) {
    WorkingHours hours{std::move(zone), {}, {}};
    for (std::size_t day = 0; day < 5; ++day) hours.week[day] = {{std::chrono::hours(9), std::chrono::hours(17)}};
    return hours;
}

std::string problemOf(const WorkingHours& hours) {
    if (ianaZoneId(hours.zone).empty()) return "no time zone of that name";
    const auto wrong = [](const DaySpans& spans) { return !inOrder(spans); };
    if (std::ranges::any_of(hours.week, wrong) ||
        std::ranges::any_of(hours.days, [&](const auto& day) { return wrong(day.second); }))
        return "each day's times have to be in order, end after they begin, and leave a gap";
    std::size_t spans = spansOf(hours.week).size(), stretches = 0;
    local_days off{};
    for (const auto& [day, times] : hours.days) {
        spans += times.size();
        if (!times.empty() || day != off) ++stretches;
        if (times.empty()) off = day + days(1);
    }
    if (spans > mostSpans || stretches > mostStretches)
        return "at most 30 spans of time, and 99 days or stretches of days off that differ";
    return {};
}

std::string writeWorkingHours(const WorkingHours& hours, Instant stamp, const std::string& uid) {
    return HoursWriter(hours, stamp, uid).write();
}

std::optional<WorkingHours> readWorkingHours(const Document& calendar, Instant now) try {
    return HoursReader(calendar, now).read();
} catch (const TooRich&) {
    return std::nullopt;
} catch (const RuleError&) {
    return std::nullopt;
}

}  // namespace crmdav
