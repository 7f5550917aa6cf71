#include "server/booking_mail.h"

#include <array>

#include "protocol/text/itip.h"
#include "protocol/text/zones.h"

namespace crmdav {
namespace {

using namespace std::chrono;
using namespace std::string_view_literals;

struct Words {
    std::array<std::string_view, 7> days;  ///< Sunday first
    std::array<std::string_view, 12> months;
    std::string_view dot;                             ///< after a day's number
    std::array<std::string_view, 3> subject, begins;  ///< by BookingNews
    std::string_view change, where, regards;
};

constexpr Words english{
    {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
    {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
     "December"},
    "",
    {"Booked", "Moved", "Cancelled"},
    {"this appointment is booked:", "this appointment was moved; it is now:", "this appointment was cancelled:"},
    "To move or cancel it, open",
    "Where",
    "Kind regards"};
constexpr Words german{
    {"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
    {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
     "Dezember"},
    ".",
    {"Gebucht", "Verschoben", "Abgesagt"},
    {"dieser Termin ist gebucht:", "dieser Termin wurde verschoben, er ist jetzt:", "dieser Termin wurde abgesagt:"},
    "Verschieben oder absagen können Sie ihn hier",
    "Ort",
    "Freundliche Grüße"};

const Words& wordsOf(std::string_view language) { return language == "de" ? german : english; }

std::string clock(LocalTime at) {
    const auto time = hh_mm_ss(at - floor<days>(at));
    const auto two = [](auto n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return two(time.hours().count()) + ":" + two(time.minutes().count());
}

/// One line, whatever a visitor's name has in it.
std::string line(std::string text) {
    for (char& c : text)
        if (c == '\n' || c == '\r' || c == '\t') c = ' ';
    return text;
}

std::string messageOf(const BookingMail& mail, Instant now) {
    if (mail.object.empty()) return {};
    if (mail.news != BookingNews::cancelled) return requestMessage(mail.object);
    return cancelMessage(
        mail.object, [](const Property&) { return true; }, now);
}

}  // namespace

std::string timeInWords(const Booking& booking, std::string_view language) {
    const Words& words = wordsOf(language);
    const ZonePtr zone = findZone(booking.zone);
    const Zone& own = zone ? *zone : *utcZone();
    const LocalTime start = own.toLocal(booking.start), end = own.toLocal(booking.end);
    const local_days day = floor<days>(start);
    const year_month_day date(day);
    return std::string(words.days[weekday(day).c_encoding()]) + ", " + std::to_string(unsigned(date.day())) +
           std::string(words.dot) + " " + std::string(words.months[unsigned(date.month()) - 1]) + " " +
           std::to_string(int(date.year())) + ", " + clock(start) + "–" + clock(end) + " (" + own.id() + ")";
}

OutboxItem mailOf(const BookingMail& mail, Instant now) {
    const Words& words = wordsOf(mail.booking.language);
    const auto news = static_cast<std::size_t>(mail.news);
    OutboxItem item;
    item.channel = "mail";
    item.key = mail.key;
    item.target = mail.booking.email;
    item.subject = std::string(words.subject[news]) + ": " + line(mail.calendar.name) + ", " +
                   timeInWords(mail.booking, mail.booking.language);
    const bool greets = mail.booking.language == "de";
    item.body = (greets ? "Guten Tag " : "Hello ") + line(mail.booking.name) + ",\n\n" +
                std::string(words.begins[news]) + "\n\n" + line(mail.calendar.name) + "\n" +
                timeInWords(mail.booking, mail.booking.language) + "\n";
    if (!mail.calendar.location.empty())
        item.body += std::string(words.where) + ": " + line(mail.calendar.location) + "\n";
    if (mail.news != BookingNews::cancelled && !mail.address.empty())
        item.body += "\n" + std::string(words.change) + ":\n" + mail.address + "\n";
    item.body += "\n" + std::string(words.regards) + "\n" + line(mail.organisation) + "\n";
    item.calendar = messageOf(mail, now);
    return item;
}

}  // namespace crmdav
