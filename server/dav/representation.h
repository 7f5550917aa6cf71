#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "protocol/dav/requests.h"
#include "protocol/dav/xml.h"
#include "protocol/text/zones.h"
#include "store/model.h"

/// The forms in which a member's bytes go out. As stored costs nothing; every other form is a view made on reading.
namespace crmdav {

inline constexpr std::string_view jcalType = "application/calendar+json", jcardType = "application/vcard+json";

/// VEVENT, VTODO, VJOURNAL; other names of RFC 5545 are ComponentKind::other; nullopt: no such component.
std::optional<ComponentKind> componentKindOf(std::string_view name);

/// jCal (RFC 7265) and jCard (RFC 7095). @throws DavError 403 valid-calendar-data, valid-address-data
std::string calendarFromJson(std::string_view json);
std::string cardFromJson(std::string_view json);
std::string calendarToJson(std::string_view calendar);
std::string cardToJson(std::string_view card);

/// CALDAV:calendar-data as asked for.
class CalendarView {
public:
    /// @param timezones  false: without the VTIMEZONEs that everybody has (RFC 7809 §3.1.1)
    CalendarView(CalendarDataRequest request, bool timezones, ZonePtr zone)
        : request_(std::move(request)), timezones_(timezones), zone_(std::move(zone)) {}
    /// Writes the element; nothing of it where it throws.
    /// @throws DavError 403 DAV:number-of-matches-within-limits  an expansion has too many instances
    void write(XmlWriter& out, std::string_view bytes) const;

private:
    std::string made(std::string_view bytes) const;
    CalendarDataRequest request_;
    bool timezones_;
    ZonePtr zone_;
};

/// CARDDAV:address-data as asked for.
class CardView {
public:
    explicit CardView(AddressDataRequest request) : request_(std::move(request)) {}
    void write(XmlWriter& out, std::string_view bytes) const;

private:
    AddressDataRequest request_;
};

/// A form that GET can be answered in.
struct Form {
    std::string type;    ///< value of Content-Type
    std::string suffix;  ///< of the entity tag, so that each form has its own; empty: as stored
    bool json = false;
    std::string version;  ///< of a card; empty: as stored
};
/// What Accept likes best of the forms of such a member; nullopt: none (406).
std::optional<Form> formOf(std::string_view accept, bool card, std::string_view bytes);
std::string inForm(const Form& form, bool card, std::string_view bytes, bool timezones);

}  // namespace crmdav
