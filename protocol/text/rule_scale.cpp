#include "protocol/text/rule_scale.h"

#include <libical/ical.h>

#include <algorithm>

#include "protocol/text/text_values.h"

namespace crmdav {
namespace {

using namespace std::chrono;

struct IteratorFree {
    void operator()(icalrecur_iterator* iterator) const noexcept { icalrecur_iterator_free(iterator); }
};

icaltimetype toIcal(LocalTime time) {
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const auto clock = static_cast<int>((time - day).count());
    icaltimetype result = icaltime_null_time();
    result.year = static_cast<int>(date.year());
    result.month = static_cast<int>(static_cast<unsigned>(date.month()));
    result.day = static_cast<int>(static_cast<unsigned>(date.day()));
    result.hour = clock / 3600;
    result.minute = clock / 60 % 60;
    result.second = clock % 60;
    return result;
}

LocalTime fromIcal(const icaltimetype& time) {
    const auto date = year{time.year} / month{static_cast<unsigned>(time.month)} / day{static_cast<unsigned>(time.day)};
    return local_days{date} + hours{time.hour} + minutes{time.minute} + seconds{time.second};
}

}  // namespace

const std::vector<std::string>& supportedScales() {
    static const std::vector<std::string> scales = [] {
        std::vector<std::string> found{"GREGORIAN"};
        icalarray* names = icalrecurrencetype_rscale_supported_calendars();
        for (std::size_t i = 0; names != nullptr && i < names->num_elements; ++i) {
            const char* name = *static_cast<const char**>(icalarray_element_at(names, i));
            if (std::string upper = upperAscii(name); upper != "GREGORIAN") found.push_back(std::move(upper));
        }
        if (names != nullptr) icalarray_free(names);
        return found;
    }();
    return scales;
}

bool isSupportedScale(std::string_view name) {
    const auto& scales = supportedScales();
    return std::find(scales.begin(), scales.end(), name) != scales.end();
}

struct ScaledRule::Iterator {
    std::unique_ptr<icalrecur_iterator, IteratorFree> walk;
};

bool ScaledRule::usable(const Rule& rule) {
    // libical keeps INTERVAL in 16 bits, and walks every hour of 500 years when an hourly filter never fits
    return rule.frequency >= Rule::Frequency::daily && rule.interval <= 1'000 && rule.source.size() < 2'000;
}

ScaledRule::ScaledRule(const Rule& rule, LocalTime start) : iterator_(std::make_unique<Iterator>()) {
    // libical refuses rule parts it does not know: hand over those that are the RFC's
    std::string known;
    for (const auto part : splitEscaped(rule.source, ';'))
        if (!part.empty() && !startsWithIgnoreCase(part, "X-") && !startsWithIgnoreCase(part, "COUNT=") &&
            !startsWithIgnoreCase(part, "UNTIL="))
            known.append(known.empty() ? "" : ";").append(part);
    icalrecurrencetype type = icalrecurrencetype_from_string(known.c_str());
    if (type.freq != ICAL_NO_RECURRENCE) iterator_->walk.reset(icalrecur_iterator_new(type, toIcal(start)));
    icalrecurrencetype_clear(&type);
}

ScaledRule::~ScaledRule() = default;

void ScaledRule::seek(LocalTime from) {
    if (iterator_->walk) icalrecur_iterator_set_start(iterator_->walk.get(), toIcal(from));
}

std::optional<LocalTime> ScaledRule::next() {
    if (!iterator_->walk) return std::nullopt;
    const icaltimetype time = icalrecur_iterator_next(iterator_->walk.get());
    if (icaltime_is_null_time(time) != 0 || time.year >= 2500) return std::nullopt;
    return fromIcal(time);
}

}  // namespace crmdav
