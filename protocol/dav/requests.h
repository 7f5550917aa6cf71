#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/dav/filter.h"
#include "protocol/dav/xml.h"

/// Request bodies as plain structs, one parse function each. Names and views point into the XmlDocument: keep it.
/// Every function throws DavError: 400 for a body that isn't what its RFC asks for, 403 with the RFC's precondition
/// where it names one.
namespace crmdav {

// ---------------------------------------------------------------- which properties

/// CALDAV:comp in CALDAV:calendar-data (RFC 4791 §9.6.1).
struct CompSelection {
    std::string name;  ///< upper case
    bool allProps = true;
    bool allComps = true;
    struct Prop {
        std::string name;  ///< upper case
        bool noValue = false;
    };
    std::vector<Prop> props;           ///< meant when !allProps
    std::vector<CompSelection> comps;  ///< meant when !allComps
};

/// CALDAV:calendar-data as asked for (RFC 4791 §9.6).
struct CalendarDataRequest {
    bool json = false;                       ///< content-type="application/calendar+json"
    std::optional<CompSelection> selection;  ///< of VCALENDAR; none: everything
    std::optional<TimeRange> expand, limitRecurrenceSet, limitFreeBusySet;
    bool plain() const { return !json && !selection && !expand && !limitRecurrenceSet && !limitFreeBusySet; }
};

/// CARDDAV:address-data as asked for (RFC 6352 §10.4).
struct AddressDataRequest {
    std::string version;  ///< "3.0" or "4.0"; empty: as stored
    bool allProps = true;
    std::vector<CompSelection::Prop> props;  ///< meant when !allProps
    bool plain() const { return version.empty() && allProps; }
};

/// DAV:prop, DAV:allprop or DAV:propname.
struct PropertiesWanted {
    enum class Kind { named, all, names } kind = Kind::named;
    std::vector<QName> names;          ///< named: as asked, each once; all: those of DAV:include
    CalendarDataRequest calendarData;  ///< when caldav::calendar_data is among the names
    AddressDataRequest addressData;    ///< when carddav::address_data is among the names
    bool jsonTimezone = false;         ///< caldav::calendar_timezone with content-type="application/calendar+json"
};

/// @param root null: no body, which means allprop (RFC 4918 §9.1)
PropertiesWanted parsePropfind(const Xml* root);

// ---------------------------------------------------------------- changing properties

struct Instruction {
    QName name;
    const Xml* value = nullptr;  ///< the property's element; null: remove it
    std::string_view language;   ///< xml:lang in force around `value`: pass it to serialise() (RFC 4918 §4.3)
};
/// DAV:propertyupdate: in document order (RFC 4918 §9.2).
std::vector<Instruction> parsePropertyUpdate(const Xml& root);

/// Extended MKCOL (RFC 5689), MKCALENDAR (RFC 4791 §5.3.1).
struct NewCollection {
    std::vector<QName> types;             ///< of DAV:resourcetype; empty: not given
    std::vector<Instruction> properties;  ///< in document order, resourcetype left out
};
NewCollection parseMkcol(const Xml& root);
NewCollection parseMkcalendar(const Xml& root);

// ---------------------------------------------------------------- reports

/// RFC 6578 §3.2.
struct SyncCollection {
    std::string_view token;  ///< empty: from the start
    bool infinite = false;   ///< sync-level
    std::size_t limit = 0;   ///< 0: none
    PropertiesWanted wanted;
};
SyncCollection parseSyncCollection(const Xml& root);

struct CalendarQuery {
    PropertiesWanted wanted;
    CalendarFilter filter;
    std::size_t limit = 0;
};
CalendarQuery parseCalendarQuery(const Xml& root);

struct Multiget {
    PropertiesWanted wanted;
    std::vector<std::string_view> hrefs;  ///< as sent
    ZonePtr zone;                         ///< of CALDAV:timezone or timezone-id, for expansion; null: none
};
Multiget parseCalendarMultiget(const Xml& root);
Multiget parseAddressbookMultiget(const Xml& root);

/// CALDAV:free-busy-query: its time-range.
TimeRange parseFreeBusyQuery(const Xml& root);

struct AddressbookQuery {
    PropertiesWanted wanted;
    CardFilter filter;
    std::size_t limit = 0;
};
AddressbookQuery parseAddressbookQuery(const Xml& root);

/// RFC 3253 §3.8. Depth of nesting is that of the body.
struct ExpandProperty {
    std::string name, ns = "DAV:";
    std::vector<ExpandProperty> inner;
    QName qname() const { return {ns, name}; }
};
std::vector<ExpandProperty> parseExpandProperty(const Xml& root);

/// RFC 3744 §9.3.
struct PrincipalMatch {
    bool self = false;  ///< else `property` names the principal
    QName property;
    PropertiesWanted wanted;
};
PrincipalMatch parsePrincipalMatch(const Xml& root);

/// RFC 3744 §9.4; `test` and `match-type` as Apple's clients send them.
struct PrincipalPropertySearch {
    struct Search {
        std::vector<QName> properties;
        std::string text;
        MatchType type = MatchType::contains;
    };
    std::vector<Search> searches;
    bool anyOf = false;
    std::string type;                     ///< CALDAV:calendar-user-type wanted (INDIVIDUAL, ROOM …); empty: any
    bool inPrincipalCollections = false;  ///< apply-to-principal-collection-set
    std::size_t limit = 0;
    PropertiesWanted wanted;
};
PrincipalPropertySearch parsePrincipalPropertySearch(const Xml& root);

/// RFC 3744 §9.5: an empty element. @throws DavError 400 otherwise
void parsePrincipalSearchPropertySet(const Xml& root);
/// RFC 3744 §9.2.
PropertiesWanted parseAclPrincipalPropSet(const Xml& root);

}  // namespace crmdav
