#pragma once
#include <functional>
#include <string>
#include <string_view>

/// From the text of a file to objects as the store takes them. Pure: no store, no files.
namespace crmdav {

enum class Becomes { event, todo, journal, contact, company };

/// One object of a file.
struct Incoming {
    Becomes target = Becomes::event;
    std::size_t line = 1;    ///< where it begins, from 1
    std::size_t offset = 0;  ///< bytes of the file read when it was found
    std::string title, uid;
    std::string bytes;  ///< one calendar object or card; empty when there is an error
    std::string error;  ///< why it can't be taken
};
using TakeIncoming = std::function<void(Incoming&&)>;

/// Calendars, as many as there are: one object a UID, overrides found wherever they stand, only the time zones each
/// needs. A file that is one object already is taken byte for byte.
void readCalendarFile(std::string_view text, const TakeIncoming&);
/// Cards of version 2.1, 3.0 and 4.0; 2.1 becomes 3.0, the others stay byte for byte.
void readCardFile(std::string_view text, const TakeIncoming&);
/// A table of contacts with a header line: Google's, Outlook's, or names like theirs; made into cards.
void readContactTable(std::string_view text, const TakeIncoming&);

/// A vCalendar 1.0 object (one VCALENDAR, UTF-8) as iCalendar 2.0: rules, alarms, attendees, lists, states, the time
/// zone.
/// @throws ParseError
std::string fromVCalendar10(std::string bytes);

/// UTF-16, by BOM or by its zeros, as UTF-8 without BOM, in small pieces. @returns false: it is none, nothing is given
bool convertUtf16(std::string_view bytes, const std::function<void(std::string_view)>& take);
std::string_view withoutMark(std::string_view bytes);  ///< of UTF-8
/// What isn't UTF-8 is read as Windows-1252. @returns `text`, or a view of `converted`
std::string_view asUtf8(std::string_view text, std::string& converted);

/// A UID that is the same for the same content.
std::string uidOf(std::string_view content);

}  // namespace crmdav
