#include "server/booking_mail.h"

#include <array>

#include "protocol/text/itip.h"
#include "protocol/text/time_in_words.h"
#include "protocol/text/zones.h"

namespace crmdav {
namespace {

using namespace std::string_view_literals;

struct Words {
    std::array<std::string_view, 3> subject, begins;  ///< by BookingNews
    std::string_view change, where, regards;
};

constexpr Words english{
    {"Booked", "Moved", "Cancelled"},
    {"this appointment is booked:", "this appointment was moved; it is now:", "this appointment was cancelled:"},
    "To move or cancel it, open",
    "Where",
    "Kind regards"};
constexpr Words german{
    {"Gebucht", "Verschoben", "Abgesagt"},
    {"dieser Termin ist gebucht:", "dieser Termin wurde verschoben, er ist jetzt:", "dieser Termin wurde abgesagt:"},
    "Verschieben oder absagen können Sie ihn hier",
    "Ort",
    "Freundliche Grüße"};

const Words& wordsOf(std::string_view language) { return language == "de" ? german : english; }

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
    const ZonePtr zone = findZone(booking.zone);
    return timeInWords(booking.start, booking.end, zone ? *zone : *utcZone(), language);
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
