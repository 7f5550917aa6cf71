#include "protocol/text/time_in_words.h"

#include <array>

namespace crmdav {
namespace {

using namespace std::chrono;

struct Calendar {
    std::array<std::string_view, 7> days;  ///< Sunday first
    std::array<std::string_view, 12> months;
    std::string_view dot;  ///< after a day's number
};

constexpr Calendar english{{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
                           {"January", "February", "March", "April", "May", "June", "July", "August", "September",
                            "October", "November", "December"},
                           ""};
constexpr Calendar german{{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
                          {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
                           "Oktober", "November", "Dezember"},
                          "."};

}  // namespace

std::string dateInWords(LocalTime at, std::string_view language) {
    const Calendar& words = language == "de" ? german : english;
    const local_days day = floor<days>(at);
    const year_month_day date(day);
    return std::string(words.days[weekday(day).c_encoding()]) + ", " + std::to_string(unsigned(date.day())) +
           std::string(words.dot) + " " + std::string(words.months[unsigned(date.month()) - 1]) + " " +
           std::to_string(int(date.year()));
}

std::string clockInWords(LocalTime at) {
    const auto time = hh_mm_ss(at - floor<days>(at));
    const auto two = [](auto n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return two(time.hours().count()) + ":" + two(time.minutes().count());
}

std::string timeInWords(Instant start, Instant end, const Zone& zone, std::string_view language) {
    const LocalTime from = zone.toLocal(start), until = zone.toLocal(end);
    return dateInWords(from, language) + ", " + clockInWords(from) + "–" + clockInWords(until) + " (" + zone.id() + ")";
}

}  // namespace crmdav
