#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/text/datetime.h"
#include "protocol/text/zones.h"

/// The filters of calendar-query (RFC 4791 §9.7) and addressbook-query (RFC 6352 §10.5) as values, and what they mean.
/// Parsed by requests.h; the store asks hintsOf() and requiredText() where to look, then matches() decides.
namespace crmdav {

class Document;

enum class Collation { asciiCasemap, octet, unicodeCasemap };
enum class MatchType { contains, equals, startsWith, endsWith };  ///< RFC 4791 knows `contains` alone

struct TextMatch {
    std::string text;    ///< as sent
    std::string needle;  ///< `text` folded by the collation; made by textMatch()
    Collation collation = Collation::asciiCasemap;
    MatchType type = MatchType::contains;
    bool negate = false;
};
TextMatch textMatch(std::string text, Collation collation, MatchType type = MatchType::contains, bool negate = false);

struct ParamFilter {
    std::string name;     ///< upper case
    bool absent = false;  ///< is-not-defined
    std::optional<TextMatch> text;
};

struct PropFilter {
    std::string name;  ///< upper case; in cards maybe with a group, `ITEM1.EMAIL`
    bool absent = false;
    bool allOf = true;               ///< of range, texts and params; cards: only with test="allof"
    std::optional<TimeRange> range;  ///< calendars only
    std::vector<TextMatch> texts;    ///< calendars: at most one
    std::vector<ParamFilter> params;
};

struct CompFilter {
    std::string name;  ///< upper case
    bool absent = false;
    bool allOf = true;  ///< false: any of range, props and comps will do (test="anyof", an addition of Apple's server)
    std::optional<TimeRange> range;
    std::vector<PropFilter> props;
    std::vector<CompFilter> comps;
};

struct CalendarFilter {
    CompFilter root{"VCALENDAR", false, true, {}, {}, {}};
    ZonePtr zone;  ///< of CALDAV:timezone or timezone-id (RFC 7809 §5.2), for floating times; null: the calendar's own
};

struct CardFilter {
    bool allOf = false;             ///< test="allof" on CARDDAV:filter
    std::vector<PropFilter> props;  ///< none: every card matches
};

/// Does the object match, exactly (RFC 4791 §9.7, §9.9)?
/// @param floating  for floating times and dates when the filter has no zone of its own; not null
bool matches(const CalendarFilter& filter, const Document& object, const ZonePtr& floating);
/// The zone that a text names: IANA (or any spelling of findZone), or a VCALENDAR with one VTIMEZONE. Null: unreadable.
ZonePtr readZone(std::string_view text);
/// Every time range of the filter, those of properties and alarms too.
std::vector<TimeRange> rangesOf(const CalendarFilter& filter);
/// Does the card match, exactly (RFC 6352 §10.5)?
bool matches(const CardFilter& filter, const Document& card);
/// Does one unescaped value match? (`negate` included)
bool matches(const TextMatch& match, std::string_view value);

/// What every matching object must have, for the indexes.
struct CalendarHints {
    std::string component;           ///< VEVENT, VTODO …; empty: any
    std::optional<TimeRange> range;  ///< an instance of `component` overlaps it (§9.9)
    const TextMatch* uid = nullptr;  ///< its UID matches this (a substring!); points into the filter
    /// Nothing else is asked: component, range and uid decide alone and matches() need not run.
    bool exact = false;
    /// No object can match (e.g. VCALENDAR is-not-defined).
    bool nothing = false;
};
CalendarHints hintsOf(const CalendarFilter& filter);

/// A text that must occur in a property's unescaped value, both folded by foldForIndex().
struct Needle {
    std::string property;  ///< upper case, without group
    std::string text;      ///< folded, never empty
};
/// Every matching card contains, for each group of the answer, at least one of the group's needles.
/// Empty: the index can't help (is-not-defined, negation, parameters …) and every card is a candidate.
std::vector<std::vector<Needle>> requiredText(const CardFilter& filter);

/// What text is indexed and compared as without regard to case: NFKC case folding, then decomposed (RFC 5051 compares
/// decomposed), so that a needle folded alone is found inside a folded text. Invalid UTF-8 becomes U+FFFD.
std::string foldForIndex(std::string_view text);

}  // namespace crmdav
