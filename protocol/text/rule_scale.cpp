#include "protocol/text/rule_scale.h"

#include <unicode/ucal.h>
#include <unicode/uenum.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "protocol/text/text_values.h"

namespace crmdav {

using namespace std::chrono;

// Tables instead of stepping a calendar day by day: a hostile rule that rarely fits would step for minutes.
struct Scale {
    struct Month {
        local_days first;
        int code;  ///< as in Rule::months: 1 to 13, leap ones 100 more
    };
    std::vector<Month> months;       ///< whole years only, and one more month as end
    std::vector<std::size_t> years;  ///< index of the first month of each, and the end

    std::size_t yearOf(std::size_t month) const {
        return static_cast<std::size_t>(std::upper_bound(years.begin(), years.end(), month) - years.begin()) - 1;
    }
    std::size_t monthOf(local_days day) const {
        const auto after = std::upper_bound(months.begin(), months.end(), day,
                                            [](local_days d, const Month& m) { return d < m.first; });
        return static_cast<std::size_t>(after - months.begin()) - 1;
    }
    bool knows(local_days day) const {
        return months.size() > 1 && day >= months.front().first && day < months.back().first;
    }
    int length(std::size_t month) const {
        return static_cast<int>((months[month + 1].first - months[month].first).count());
    }
};

namespace {

constexpr local_days firstKnown = local_days{year{1899} / January / 1},
                     lastKnown = local_days{year{2151} / December / 31};

struct CalendarClose {
    void operator()(UCalendar* calendar) const noexcept { ucal_close(calendar); }
};

struct NamesClose {
    void operator()(UEnumeration* names) const noexcept { uenum_close(names); }
};

// Hebrew months of ICU: Adar I, the leap month, has a number of its own (RFC 7529 §4.2 calls it 5L).
int codeOf(std::string_view scale, int icuMonth, bool leap) {
    if (scale != "HEBREW") return icuMonth + 1 + (leap ? 100 : 0);
    return icuMonth == 5 ? 105 : icuMonth > 5 ? icuMonth : icuMonth + 1;
}

Scale build(const std::string& name) {
    Scale scale;
    UErrorCode error = U_ZERO_ERROR;
    const std::string locale = "@calendar=" + lowerAscii(name);
    const char16_t utc[] = u"UTC";
    const std::unique_ptr<UCalendar, CalendarClose> calendar(ucal_open(utc, 3, locale.c_str(), UCAL_DEFAULT, &error));
    if (U_FAILURE(error) != 0) return scale;
    if (name == "GREGORIAN") ucal_setGregorianChange(calendar.get(), -1e18, &error);
    const auto field = [&](UCalendarDateFields what) { return ucal_get(calendar.get(), what, &error); };
    std::optional<int> year;
    for (local_days probe = firstKnown; probe < lastKnown;) {
        ucal_setMillis(calendar.get(), static_cast<double>(probe.time_since_epoch().count()) * 86'400'000.0, &error);
        const local_days first = probe - days{field(UCAL_DAY_OF_MONTH) - 1};
        const int code = codeOf(name, field(UCAL_MONTH), field(UCAL_IS_LEAP_MONTH) != 0);
        const int in = field(UCAL_EXTENDED_YEAR);
        if (U_FAILURE(error) != 0) return {};
        if (year && in != *year) scale.years.push_back(scale.months.size());
        if (!scale.years.empty()) scale.months.push_back({first, code});
        year = in;
        probe = first + days{32};  // within the next month, however short that is
    }
    if (scale.years.size() < 2) return {};
    scale.months.resize(scale.years.back() + 1);  // the last year may not be whole
    return scale;
}

const Scale& scaleOf(const std::string& name) {
    static std::mutex mutex;
    static std::map<std::string, Scale> known;  // only supported names come here: a dozen
    const std::scoped_lock lock(mutex);
    const auto found = known.find(name);
    return found != known.end() ? found->second : known.emplace(name, build(name)).first->second;
}

bool has(const std::vector<int>& list, int value) { return std::find(list.begin(), list.end(), value) != list.end(); }

}  // namespace

const std::vector<std::string>& supportedScales() {
    static const std::vector<std::string> scales = [] {
        std::vector<std::string> found{"GREGORIAN"};
        UErrorCode error = U_ZERO_ERROR;
        const std::unique_ptr<UEnumeration, NamesClose> names(
            ucal_getKeywordValuesForLocale("calendar", "", false, &error));
        while (const char* name = U_SUCCESS(error) != 0 ? uenum_next(names.get(), nullptr, &error) : nullptr)
            if (std::string upper = upperAscii(name); upper != "GREGORIAN") found.push_back(std::move(upper));
        return found;
    }();
    return scales;
}

bool isSupportedScale(std::string_view name) {
    const auto& scales = supportedScales();
    return std::find(scales.begin(), scales.end(), name) != scales.end();
}

ScaleDays::ScaleDays(const Rule& rule, local_days start) : rule_(rule), startWeekday_(weekday{start}.c_encoding()) {
    const Scale& scale = scaleOf(rule.scale.empty() ? "GREGORIAN" : rule.scale);
    if (!scale.knows(start) || !rule.weeks.empty()) return;
    scale_ = &scale;
    // what DTSTART fills in, in terms of this calendar
    const std::size_t month = scale.monthOf(start);
    const bool none = rule_.monthDays.empty() && rule_.days.empty() && rule_.yearDays.empty();
    if (none && rule_.frequency == Rule::Frequency::yearly && rule_.months.empty())
        rule_.months.push_back(scale.months[month].code);
    if (none && rule_.frequency >= Rule::Frequency::monthly)
        rule_.monthDays.push_back(static_cast<int>((start - scale.months[month].first).count()) + 1);
    if (none && rule_.frequency == Rule::Frequency::weekly) rule_.days.push_back({0, startWeekday_});
}

std::int64_t ScaleDays::periodOf(local_days day) const {
    const std::size_t month =
        scale_->monthOf(std::clamp(day, scale_->months.front().first, scale_->months.back().first));
    return static_cast<std::int64_t>(rule_.frequency == Rule::Frequency::yearly ? scale_->yearOf(month) : month);
}

bool ScaleDays::collect(std::int64_t period, std::vector<LocalTime>& out) const {
    const auto index = static_cast<std::size_t>(period);
    if (rule_.frequency == Rule::Frequency::monthly) {
        if (index + 1 >= scale_->months.size()) return false;
        if (rule_.months.empty() || has(rule_.months, scale_->months[index].code)) addMonth(index, out);
    } else {
        if (index + 1 >= scale_->years.size()) return false;
        addWanted(index, out);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return true;
}

// The months of a year that BYMONTH asks for. A leap month that this year lacks is skipped (RFC 7529 §4.1).
void ScaleDays::addWanted(std::size_t year, std::vector<LocalTime>& out) const {
    const std::size_t begin = scale_->years[year], end = scale_->years[year + 1];
    const auto find = [&](int code) {
        std::size_t month = begin;
        while (month < end && scale_->months[month].code != code) ++month;
        return month;
    };
    if (rule_.months.empty())
        for (std::size_t month = begin; month < end; ++month) addMonth(month, out);
    for (const int code : rule_.months) {
        std::size_t month = find(code);
        if (month == end && rule_.skip == Rule::Skip::backward) month = find(code % 100);
        if (month == end && rule_.skip == Rule::Skip::forward) month = find(code % 100 + 1);
        if (month < end) addMonth(month, out);
    }
}

void ScaleDays::addMonth(std::size_t month, std::vector<LocalTime>& out) const {
    const std::size_t before = out.size();
    const local_days first = scale_->months[month].first;
    if (rule_.monthDays.empty())
        for (int i = 0; i < scale_->length(month); ++i) out.push_back(first + days{i});
    for (const int number : rule_.monthDays) addMonthDay(month, number, out);
    out.erase(std::remove_if(out.begin() + static_cast<std::ptrdiff_t>(before), out.end(),
                             [&](LocalTime day) { return !fitsRest(month, floor<days>(day)); }),
              out.end());
}

void ScaleDays::addMonthDay(std::size_t month, int number, std::vector<LocalTime>& out) const {
    const int length = scale_->length(month);
    int offset = number > 0 ? number - 1 : length + number;
    if (offset < 0 || offset >= length) {
        if (rule_.skip == Rule::Skip::omit) return;
        const bool late = offset >= length;
        offset = rule_.skip == Rule::Skip::forward ? (late ? length : 0) : (late ? length - 1 : -1);
    }
    out.push_back(scale_->months[month].first + days{offset});
}

// BYYEARDAY and BYDAY.
bool ScaleDays::fitsRest(std::size_t month, local_days day) const {
    const std::size_t year = scale_->yearOf(month);
    const local_days yearFirst = scale_->months[scale_->years[year]].first,
                     yearNext = scale_->months[scale_->years[year + 1]].first;
    if (!rule_.yearDays.empty() && !has(rule_.yearDays, static_cast<int>((day - yearFirst).count()) + 1) &&
        !has(rule_.yearDays, -static_cast<int>((yearNext - day).count())))
        return false;
    if (rule_.days.empty()) return true;
    const bool inMonth = rule_.frequency == Rule::Frequency::monthly || !rule_.months.empty();
    const local_days first = inMonth ? scale_->months[month].first : yearFirst;
    const local_days next = inMonth ? scale_->months[month + 1].first : yearNext;
    const int fromStart = static_cast<int>((day - first).count() / 7) + 1,
              fromEnd = -static_cast<int>((next - days{1} - day).count() / 7) - 1;
    const bool numbered = rule_.frequency >= Rule::Frequency::monthly;
    return std::any_of(rule_.days.begin(), rule_.days.end(), [&](const Rule::Day& wanted) {
        return wanted.weekday == weekday{day}.c_encoding() &&
               (!numbered || wanted.ordinal == 0 || wanted.ordinal == fromStart || wanted.ordinal == fromEnd);
    });
}

bool ScaleDays::fits(local_days day) const {
    if (!scale_->knows(day)) return false;
    const std::size_t month = scale_->monthOf(day);
    if (!rule_.months.empty() && !has(rule_.months, scale_->months[month].code)) return false;
    const int number = static_cast<int>((day - scale_->months[month].first).count()) + 1;
    if (!rule_.monthDays.empty() && !has(rule_.monthDays, number) &&
        !has(rule_.monthDays, number - scale_->length(month) - 1))
        return false;
    return fitsRest(month, day);
}

}  // namespace crmdav
