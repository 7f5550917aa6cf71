#include <algorithm>
#include <optional>
#include <span>

#include "protocol/text/views.h"

namespace crmdav {
namespace {

using namespace std::chrono;
using Transition = Zone::Transition;

constexpr Instant explicitUntil = sys_days{year{2051} / January / 1};
constexpr std::string_view weekdays[] = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};

struct Change {
    Transition to;
    std::int32_t from;  ///< offset before
    LocalTime wall;     ///< by the clock before: what DTSTART of an observance says

    year_month_day date() const { return year_month_day{floor<days>(wall)}; }
    unsigned ofWeek() const { return weekday{floor<days>(wall)}.c_encoding(); }
    seconds clock() const { return wall - floor<days>(wall); }
    bool sameOffsets(const Change& other) const {
        return from == other.from && to.offset == other.to.offset && to.daylight == other.to.daylight &&
               to.abbreviation == other.to.abbreviation;
    }
    bool sameKind(const Change& other) const {
        return sameOffsets(other) && clock() == other.clock() && date().month() == other.date().month();
    }
};

// The days of a month on which a change falls over the years, as rule.
std::optional<std::string> ruleOf(const std::vector<Change>& changes) {
    const unsigned month = static_cast<unsigned>(changes.front().date().month());
    std::vector<unsigned> found;
    bool sameWeekday = true, last = true;
    for (const Change& change : changes) {
        const auto date = change.date();
        found.push_back(static_cast<unsigned>(date.day()));
        sameWeekday = sameWeekday && change.ofWeek() == changes.front().ofWeek();
        last = last && static_cast<unsigned>(date.day()) + 7 >
                           static_cast<unsigned>((date.year() / date.month() / std::chrono::last).day());
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    std::string rule = "FREQ=YEARLY;BYMONTH=" + std::to_string(month);
    const std::string day(weekdays[changes.front().ofWeek()]);
    if (found.size() == 1) return rule + ";BYMONTHDAY=" + std::to_string(found.front());
    if (!sameWeekday) return std::nullopt;
    if (last) return rule + ";BYDAY=-1" + day;
    if ((found.front() - 1) / 7 == (found.back() - 1) / 7)
        return rule + ";BYDAY=" + std::to_string((found.front() - 1) / 7 + 1) + day;
    // Greenland: the Saturday before the last Sunday
    rule += ";BYDAY=" + day + ";BYMONTHDAY=";
    for (const unsigned number : found) rule += std::to_string(number) + (number == found.back() ? "" : ",");
    return rule;
}

class Writer {
public:
    Writer(const Zone& zone, std::string_view tzid, Instant since) : zone_(zone), since_(since) {
        line("BEGIN:VTIMEZONE");
        line("TZID:" + std::string(tzid));
        collect();
        writeRules();
        writeSingles();
        line("END:VTIMEZONE");
    }
    std::string text;

private:
    void line(const std::string& content) { text.append(content).append("\r\n"); }

    void collect() {
        const auto& all = zone_.transitions();
        for (std::size_t i = 1; i < all.size(); ++i) {
            const std::int32_t from = all[i - 1].offset;
            changes_.push_back({all[i], from, LocalTime{all[i].at.time_since_epoch() + seconds{from}}});
        }
    }

    // The two changes of each year that go on for ever become two rules, which reach back as far as they hold.
    void writeRules() {
        if (changes_.size() < 500 || !zone_.isEndless()) return;
        const std::size_t cycle = changes_.size() - 400;  // 200 years tell every case
        std::vector<Change> odd, even;
        for (std::size_t i = cycle; i < changes_.size(); ++i)
            ((i - cycle) % 2 == 0 ? odd : even).push_back(changes_[i]);
        const auto first = ruleOf(odd), second = ruleOf(even);
        const auto regular = [](const std::vector<Change>& side) {
            return std::all_of(side.begin(), side.end(),
                               [&](const Change& change) { return change.sameKind(side.front()); });
        };
        if (!first || !second || !regular(odd) || !regular(even)) return;
        std::size_t begin = cycle;
        const auto aYearBefore = [this](std::size_t i) {
            return changes_[i].date().year() + years{1} == changes_[i + 2].date().year();
        };
        while (begin > 0 && aYearBefore(begin - 1) &&
               fits(changes_[begin - 1], (cycle - begin + 1) % 2 == 0 ? odd : even))
            --begin;
        // of those before `since` one of each is enough
        while (begin + 2 < cycle && changes_[begin + 2].to.at <= since_) ++begin;
        const bool oddFirst = (cycle - begin) % 2 == 0;
        observance(changes_[begin], oddFirst ? *first : *second);
        observance(changes_[begin + 1], oddFirst ? *second : *first);
        changes_.resize(begin);
    }

    static bool fits(const Change& change, const std::vector<Change>& pattern) {
        if (!change.sameKind(pattern.front())) return false;
        // the pattern repeats after 28 years, and over 400 in all
        return std::any_of(pattern.begin(), pattern.end(), [&](const Change& known) {
            const auto a = known.date(), b = change.date();
            return a.day() == b.day() && known.ofWeek() == change.ofWeek() && a.year().is_leap() == b.year().is_leap();
        });
    }

    // Changes without a rule: those of a kind together.
    void writeSingles() {
        std::size_t first = 0;
        while (first + 1 < changes_.size() && changes_[first + 1].to.at <= since_) ++first;  // in force at `since`
        const bool ruled = firstRuled_ && *firstRuled_ <= since_;
        std::vector<std::vector<Change>> kinds;
        for (std::size_t i = first; !ruled && i < changes_.size() && changes_[i].to.at < explicitUntil; ++i) {
            const auto alike = [&](const std::vector<Change>& kind) { return kind.front().sameOffsets(changes_[i]); };
            const auto found = std::find_if(kinds.begin(), kinds.end(), alike);
            if (found != kinds.end())
                found->push_back(changes_[i]);
            else
                kinds.push_back({changes_[i]});
        }
        for (const auto& kind : kinds) observance(kind.front(), {}, std::span(kind).subspan(1));
        if (changes_.empty() && !firstRuled_) fixed();
    }

    void fixed() {
        const Transition now = zone_.inForce(since_);
        observance({now, now.offset, local_days{year{1970} / January / 1}}, {});
    }

    void observance(const Change& change, const std::string& rule, std::span<const Change> more = {}) {
        const std::string kind = change.to.daylight ? "DAYLIGHT" : "STANDARD";
        if (!rule.empty() && (!firstRuled_ || change.to.at < *firstRuled_)) firstRuled_ = change.to.at;
        std::string start;
        appendDateTime(start, change.wall);
        line("BEGIN:" + kind);
        line("DTSTART:" + start);
        line("TZOFFSETFROM:" + offset(change.from));
        line("TZOFFSETTO:" + offset(change.to.offset));
        if (const auto name = zone_.abbreviation(change.to); !name.empty()) line("TZNAME:" + std::string(name));
        if (!rule.empty()) line("RRULE:" + rule);
        for (const Change& other : more) {
            std::string date = "RDATE:";
            appendDateTime(date, other.wall);
            line(date);
        }
        line("END:" + kind);
    }

    static std::string offset(std::int32_t value) {
        const std::int32_t size = value < 0 ? -value : value;
        std::string digits;
        for (const std::int32_t part : {size / 3600, size / 60 % 60, size % 60})
            if (part != 0 || digits.size() < 4) digits += std::to_string(part + 100).substr(1);
        return (value < 0 ? '-' : '+') + digits;
    }

    const Zone& zone_;
    Instant since_;
    std::vector<Change> changes_;
    std::optional<Instant> firstRuled_;
};

}  // namespace

std::string writeTimeZone(std::string_view iana, Instant since) {
    const ZonePtr zone = findZone(iana);
    if (!zone) return {};
    return Writer(*zone, isIanaZoneId(iana) ? iana : std::string_view(zone->id()), since).text;
}

std::string writeTimeZoneCalendar(std::string_view iana, Instant since) {
    const std::string zone = writeTimeZone(iana, since);
    if (zone.empty()) return {};
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//crmdav//" CRMDAV_VERSION "//EN\r\n" + zone +
           "END:VCALENDAR\r\n";
}

}  // namespace crmdav
