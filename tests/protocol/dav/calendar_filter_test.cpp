#include "protocol/dav/filter.h"
#include "protocol/dav/requests.h"
#include "protocol/text/content_lines.h"

using namespace crmdav;

namespace {

Document calendar(std::string_view inside) {
    std::string bytes = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\n" + std::string(inside);
    if (!inside.ends_with('\n')) bytes += '\n';
    return Document::parse(bytes + "END:VCALENDAR\n");
}

CalendarFilter filterOf(const std::string& inside) {
    const auto document = XmlDocument::parse("<C:calendar-query" + std::string(rootNamespaces()) +
                                             "><C:filter><C:comp-filter name='VCALENDAR'>" + inside +
                                             "</C:comp-filter></C:filter></C:calendar-query>");
    return parseCalendarQuery(document.root()).filter;
}

std::string comp(std::string_view name, std::string_view inside) {
    return "<C:comp-filter name='" + std::string(name) + "'>" + std::string(inside) + "</C:comp-filter>";
}
std::string prop(std::string_view name, std::string_view inside) {
    return "<C:prop-filter name='" + std::string(name) + "'>" + std::string(inside) + "</C:prop-filter>";
}
std::string param(std::string_view name, std::string_view inside) {
    return "<C:param-filter name='" + std::string(name) + "'>" + std::string(inside) + "</C:param-filter>";
}
std::string text(std::string_view value, std::string_view attributes = "") {
    return "<C:text-match " + std::string(attributes) + ">" + std::string(value) + "</C:text-match>";
}
/// "20260105 20260106", "20260105T100000 -", "- 20260106"
std::string range(std::string_view both) {
    const auto moment = [](std::string_view name, std::string_view time) {
        if (time == "-") return std::string();
        return " " + std::string(name) + "='" + std::string(time) + (time.size() == 8 ? "T000000Z'" : "Z'");
    };
    const auto blank = both.find(' ');
    return "<C:time-range" + moment("start", both.substr(0, blank)) + moment("end", both.substr(blank + 1)) + "/>";
}
constexpr std::string_view absent = "<C:is-not-defined/>";

bool finds(const std::string& filter, const Document& object, const ZonePtr& floating = utcZone()) {
    return matches(filterOf(filter), object, floating);
}

const Document& meeting() {
    static const Document object = calendar(
        "BEGIN:VEVENT\nUID:Meet-1\nDTSTAMP:20260101T000000Z\nDTSTART;TZID=Europe/Berlin:20260105T100000\n"
        "DTEND;TZID=Europe/Berlin:20260105T110000\nSUMMARY:Call\\, then lunch – Ärger\nCATEGORIES:Call,Very\\, big\n"
        "ATTENDEE;PARTSTAT=ACCEPTED;CN=\"Lisa "
        "M\":mailto:lisa@example.com\nATTENDEE;PARTSTAT=DECLINED:mailto:bob@example.com\n"
        "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT1H\nDESCRIPTION:x\nEND:VALARM\nEND:VEVENT\n");
    return object;
}

const Document& series() {
    static const Document object = calendar(
        "BEGIN:VEVENT\nUID:s\nDTSTAMP:20260101T000000Z\nDTSTART:20260105T100000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY\n"
        "SUMMARY:Weekly\nBEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT15M\nEND:VALARM\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:s\nDTSTAMP:20260101T000000Z\nRECURRENCE-ID:20260112T100000Z\nDTSTART:20260114T120000Z\n"
        "DURATION:PT1H\nSUMMARY:Moved\nBEGIN:VALARM\nACTION:EMAIL\nTRIGGER:-P1D\nEND:VALARM\nEND:VEVENT\n");
    return object;
}

}  // namespace

TEST(CalendarFilter, ComponentsArePresentOrAbsent) {  // RFC 4791 §9.7.1
    EXPECT_TRUE(finds("", meeting()));
    EXPECT_TRUE(finds(comp("VEVENT", ""), meeting()));
    EXPECT_FALSE(finds(comp("VTODO", ""), meeting()));
    EXPECT_TRUE(finds(comp("VTODO", absent), meeting()));
    EXPECT_FALSE(finds(comp("VEVENT", absent), meeting()));
    EXPECT_FALSE(finds(comp("VEVENT", comp("VALARM", absent)), meeting()));
    EXPECT_TRUE(finds(comp("VEVENT", comp("VALARM", prop("ACTION", text("display")))), meeting()));
    EXPECT_FALSE(finds(comp("VEVENT", comp("VALARM", prop("ACTION", text("audio")))), meeting()));
    EXPECT_TRUE(finds(comp("VTIMEZONE", absent) + prop("METHOD", absent), meeting()));
    EXPECT_FALSE(finds(comp("VEVENT", "") + prop("METHOD", ""), meeting()));
}

TEST(CalendarFilter, TextMatches) {  // RFC 4791 §9.7.5: a substring of the value
    struct Row {
        std::string_view name, value, attributes;
        bool found;
    };
    const Row rows[] = {
        {"SUMMARY", "CALL, THEN", "", true},
        {"SUMMARY", "call\\,", "", false},  // values are compared unescaped
        {"SUMMARY", "call", "collation='i;octet'", false},
        {"SUMMARY", "Call", "collation='i;octet'", true},
        {"SUMMARY", "ärger", "", false},
        {"SUMMARY", "Ärger", "", true},
        {"SUMMARY", "ärger", "collation='i;unicode-casemap'", true},
        {"SUMMARY", "dinner", "", false},
        {"SUMMARY", "dinner", "negate-condition='yes'", true},
        {"SUMMARY", "lunch", "negate-condition='yes'", false},
        {"CATEGORIES", "very, big", "", true},
        {"CATEGORIES", "call", "match-type='equals'", true},
        {"CATEGORIES", "very", "match-type='equals'", false},
        {"UID", "meet-", "", true},
        {"ATTENDEE", "mailto:bob", "", true},
        {"LOCATION", "", "", false},
        {"LOCATION", "x", "negate-condition='yes'", false},
    };
    for (const Row& row : rows)
        EXPECT_EQ(finds(comp("VEVENT", prop(row.name, text(row.value, row.attributes))), meeting()), row.found)
            << row.name << " " << row.value << " " << row.attributes;
    EXPECT_TRUE(finds(comp("VEVENT", prop("LOCATION", absent)), meeting()));
    EXPECT_FALSE(finds(comp("VEVENT", prop("SUMMARY", absent)), meeting()));
}

TEST(CalendarFilter, ParametersBelongToTheSameProperty) {  // RFC 4791 §9.7.2, §9.7.3
    const auto attendee = [](std::string_view who, std::string_view partstat) {
        return comp("VEVENT", prop("ATTENDEE", text(who) + param("PARTSTAT", text(partstat))));
    };
    EXPECT_TRUE(finds(attendee("mailto:lisa", "accepted"), meeting()));
    EXPECT_FALSE(finds(attendee("mailto:bob", "accepted"), meeting()));
    EXPECT_TRUE(finds(comp("VEVENT", prop("ATTENDEE", param("CN", text("lisa m")))), meeting()));
    EXPECT_TRUE(finds(comp("VEVENT", prop("ATTENDEE", text("bob") + param("CN", absent))), meeting()));
    EXPECT_FALSE(finds(comp("VEVENT", prop("ATTENDEE", text("lisa") + param("CN", absent))), meeting()));
    EXPECT_FALSE(finds(comp("VEVENT", prop("ATTENDEE", param("ROLE", ""))), meeting()));
    EXPECT_TRUE(finds(comp("VEVENT", prop("DTSTART", param("TZID", text("Berlin")))), meeting()));
}

TEST(CalendarFilter, EventsOverlapARange) {  // RFC 4791 §9.9
    struct Row {
        std::string_view event, range;
        bool found;
    };
    constexpr std::string_view dated = "DTSTART;VALUE=DATE:20260105\n";
    constexpr std::string_view point = "DTSTART:20260105T100000Z\n";
    constexpr std::string_view hour = "DTSTART:20260105T100000Z\nDTEND:20260105T110000Z\n";
    constexpr std::string_view lasting = "DTSTART:20260105T100000Z\nDURATION:P1D\n";
    const Row rows[] = {
        {hour, "20260105 20260106", true},
        {hour, "20260105T103000 20260105T103100", true},
        {hour, "20260105T110000 20260106", false},
        {hour, "20260104 20260105T100000", false},
        {hour, "20260105T105959 -", true},
        {hour, "20260105T110000 -", false},
        {hour, "- 20260105T100001", true},
        {hour, "- 20260105T100000", false},
        {point, "20260105T100000 20260105T100001", true},
        {point, "20260105T100001 20260106", false},
        {point, "20260105 20260105T100000", false},
        {dated, "20260105T230000 20260106T100000", true},
        {dated, "20260106 20260107", false},
        {dated, "20260104 20260105", false},
        {lasting, "20260106T095900 20260107", true},
        {lasting, "20260106T100000 20260107", false},
    };
    for (const Row& row : rows) {
        const auto object = calendar("BEGIN:VEVENT\nUID:1\n" + std::string(row.event) + "END:VEVENT");
        EXPECT_EQ(finds(comp("VEVENT", range(row.range)), object), row.found) << row.event << row.range;
    }
}

TEST(CalendarFilter, ZonesDecideWhenSomethingIs) {  // RFC 4791 §9.8
    EXPECT_TRUE(finds(comp("VEVENT", range("20260105T090000 20260105T090100")), meeting()));
    EXPECT_FALSE(finds(comp("VEVENT", range("20260105T100000 20260105T110000")), meeting()));
    const auto floating = calendar("BEGIN:VEVENT\nUID:1\nDTSTART:20260105T100000\nDURATION:PT1H\nEND:VEVENT");
    const auto tenUtc = comp("VEVENT", range("20260105T100000 20260105T101000"));
    EXPECT_TRUE(finds(tenUtc, floating));
    EXPECT_FALSE(finds(tenUtc, floating, findZone("Europe/Berlin")));
    auto own = filterOf(tenUtc);
    own.zone = utcZone();
    EXPECT_TRUE(matches(own, floating, findZone("Europe/Berlin")));  // the query's zone goes first
}

TEST(CalendarFilter, ToDosFollowTheirTable) {  // RFC 4791 §9.9: start, duration, due, completed, created
    struct Row {
        std::string_view todo, range;
        bool found;
    };
    const Row rows[] = {
        {"", "20260105 20260106", true},
        {"DUE:20260105T100000Z\n", "20260105 20260106", true},
        {"DUE:20260105T100000Z\n", "20260105T100000 20260106", false},
        {"DTSTART:20260105T100000Z\nDUE:20260107T100000Z\n", "20260106 20260107", true},
        {"DTSTART:20260105T100000Z\nDURATION:PT2H\n", "20260105T120000 20260106", true},
        {"DTSTART:20260105T100000Z\nDURATION:PT2H\n", "20260105T120001 20260106", false},
        {"DTSTART:20260105T100000Z\n", "20260105T100001 20260106", false},
        {"COMPLETED:20260105T100000Z\n", "20260105 20260106", true},
        {"COMPLETED:20260105T100000Z\n", "20260107 20260108", false},
        {"CREATED:20260105T100000Z\n", "20260107 20260108", true},
        {"CREATED:20260105T100000Z\n", "20260103 20260104", false},
    };
    for (const Row& row : rows) {
        const auto object = calendar("BEGIN:VTODO\nUID:1\n" + std::string(row.todo) + "END:VTODO");
        EXPECT_EQ(finds(comp("VTODO", range(row.range)), object), row.found) << row.todo << row.range;
    }
}

TEST(CalendarFilter, JournalsAndFreeBusy) {  // RFC 4791 §9.9
    const auto day = calendar("BEGIN:VJOURNAL\nUID:1\nDTSTART;VALUE=DATE:20260105\nEND:VJOURNAL");
    EXPECT_TRUE(finds(comp("VJOURNAL", range("20260105T120000 20260106")), day));
    EXPECT_FALSE(finds(comp("VJOURNAL", range("20260106 20260107")), day));
    const auto undated = calendar("BEGIN:VJOURNAL\nUID:1\nSUMMARY:x\nEND:VJOURNAL");
    EXPECT_FALSE(finds(comp("VJOURNAL", range("- 20300101")), undated));
    const auto busy = calendar(
        "BEGIN:VFREEBUSY\nUID:1\nFREEBUSY:20260105T100000Z/PT1H,20260107T100000Z/20260107T110000Z\nEND:VFREEBUSY");
    EXPECT_TRUE(finds(comp("VFREEBUSY", range("20260105T103000 20260105T104000")), busy));
    EXPECT_TRUE(finds(comp("VFREEBUSY", range("20260107 20260108")), busy));
    EXPECT_FALSE(finds(comp("VFREEBUSY", range("20260106 20260107")), busy));
}

TEST(CalendarFilter, InstancesOfASeriesCount) {
    EXPECT_TRUE(finds(comp("VEVENT", range("20290101 20290109")), series()));
    EXPECT_FALSE(finds(comp("VEVENT", range("20260106 20260110")), series()));
    EXPECT_FALSE(finds(comp("VEVENT", range("20260112 20260113")), series()));  // moved away
    EXPECT_TRUE(finds(comp("VEVENT", range("20260114 20260115")), series()));
}

TEST(CalendarFilter, RangeAndTextMeetInTheSameInstance) {
    const auto named = [](std::string_view summary, std::string_view when) {
        return comp("VEVENT", range(when) + prop("SUMMARY", text(summary)));
    };
    EXPECT_TRUE(finds(named("Moved", "20260114 20260115"), series()));
    EXPECT_FALSE(finds(named("Weekly", "20260114 20260115"), series()));
    EXPECT_TRUE(finds(named("Weekly", "20260119 20260120"), series()));
    EXPECT_FALSE(finds(named("Moved", "20260119 20260120"), series()));
}

TEST(CalendarFilter, AlarmsRingInARange) {  // RFC 4791 §9.9, VALARM
    const auto alarm = [](std::string_view when, const std::string& more = "") {
        return comp("VEVENT", comp("VALARM", range(when) + more));
    };
    EXPECT_TRUE(finds(alarm("20260105T080000 20260105T080001"), meeting()));  // an hour before 10:00 in Berlin
    EXPECT_FALSE(finds(alarm("20260105T080001 20260106"), meeting()));
    EXPECT_TRUE(finds(alarm("20260119T094500 20260119T094501"), series()));
    EXPECT_FALSE(finds(alarm("20260112T094500 20260112T094501"), series()));  // moved, its alarm too
    EXPECT_TRUE(finds(alarm("20260113T120000 20260113T120001"), series()));   // a day before the moved one
    EXPECT_FALSE(finds(alarm("20260113T120000 20260113T120001", prop("ACTION", text("AUDIO"))), series()));
    EXPECT_TRUE(finds(alarm("20260113T120000 20260113T120001", prop("ACTION", text("EMAIL"))), series()));
    EXPECT_TRUE(
        finds(comp("VEVENT", range("20260119 20260120") + comp("VALARM", range("20260126 20260127"))), series()));
    const auto fixed = calendar(
        "BEGIN:VEVENT\nUID:1\nDTSTART:20260105T100000Z\nRRULE:FREQ=DAILY\nSUMMARY:x\nBEGIN:VALARM\nACTION:AUDIO\n"
        "TRIGGER;VALUE=DATE-TIME:20270301T120000Z\nEND:VALARM\nBEGIN:VALARM\nACTION:EMAIL\nTRIGGER;RELATED=END:PT5M\n"
        "REPEAT:2\nDURATION:P1D\nEND:VALARM\nEND:VEVENT");
    EXPECT_TRUE(finds(alarm("20270301T120000 20270301T120001", prop("ACTION", text("AUDIO"))), fixed));
    EXPECT_FALSE(finds(alarm("20270301T120001 20270302", prop("ACTION", text("AUDIO"))), fixed));
    const auto once = calendar(
        "BEGIN:VEVENT\nUID:1\nDTSTART:20260105T100000Z\nDTEND:20260105T110000Z\nBEGIN:VALARM\n"
        "ACTION:EMAIL\nTRIGGER;RELATED=END:PT5M\nREPEAT:2\nDURATION:P1D\nEND:VALARM\nEND:VEVENT");
    for (const auto& more : {std::string(), prop("ACTION", text("EMAIL"))}) {
        EXPECT_TRUE(finds(alarm("20260105T110500 20260105T110501", more), once));
        EXPECT_TRUE(finds(alarm("20260107T110500 20260107T110501", more), once));
        EXPECT_FALSE(finds(alarm("20260108 -", more), once));
        EXPECT_FALSE(finds(alarm("- 20260105T110500", more), once));
    }
}

TEST(CalendarFilter, PropertiesHaveTimesToo) {  // RFC 4791 §9.9, CREATED and the like
    const auto object = calendar(
        "BEGIN:VEVENT\nUID:1\nDTSTART:20260105T100000Z\nRRULE:FREQ=DAILY\nCREATED:20250101T120000Z\n"
        "EXDATE:20260107T100000Z,20260109T100000Z\nRDATE;VALUE=PERIOD:20270101T100000Z/PT2H\n"
        "RDATE;VALUE=DATE:20280101\nEND:VEVENT");
    const auto falls = [&](std::string_view name, std::string_view when) {
        return finds(comp("VEVENT", prop(name, range(when))), object);
    };
    EXPECT_TRUE(falls("CREATED", "20250101 20250102"));
    EXPECT_TRUE(falls("CREATED", "20250101T120000 20250101T120001"));
    EXPECT_FALSE(falls("CREATED", "20250101T120001 20250102"));
    EXPECT_FALSE(falls("CREATED", "- 20250101T120000"));
    EXPECT_TRUE(falls("CREATED", "20240101 -"));
    EXPECT_TRUE(falls("EXDATE", "20260109 20260110"));
    EXPECT_FALSE(falls("EXDATE", "20260108 20260109"));
    EXPECT_TRUE(falls("RDATE", "20270101T110000 20270101T120000"));
    EXPECT_TRUE(falls("RDATE", "20280101T230000 20280102"));
    EXPECT_FALSE(falls("RDATE", "20270101T120000 20280101"));
    EXPECT_FALSE(falls("COMPLETED", "20240101 -"));
}

TEST(CalendarFilter, AnyofIsUnderstood) {  // an addition of Apple's server
    auto filter = filterOf(comp("VEVENT", "") + comp("VTODO", ""));
    EXPECT_FALSE(matches(filter, meeting(), utcZone()));
    filter.root.allOf = false;
    EXPECT_TRUE(matches(filter, meeting(), utcZone()));
    filter = filterOf(comp("VEVENT", range("20300101 -") + prop("SUMMARY", text("call"))));
    EXPECT_FALSE(matches(filter, meeting(), utcZone()));
    filter.root.comps[0].allOf = false;
    EXPECT_TRUE(matches(filter, meeting(), utcZone()));
    filter = filterOf(comp("VEVENT", range("20260105 20260106") + prop("SUMMARY", text("dinner"))));
    filter.root.comps[0].allOf = false;
    EXPECT_TRUE(matches(filter, meeting(), utcZone()));
}

TEST(CalendarHints, SayWhereToLook) {
    struct Row {
        std::string filter, component;
        bool range, uid, exact;
    };
    const auto uid = prop("UID", text("x"));
    const Row rows[] = {
        {"", "", false, false, true},
        {comp("VEVENT", ""), "VEVENT", false, false, true},
        {comp("VEVENT", range("20260101 -")), "VEVENT", true, false, true},
        {comp("VTODO", uid), "VTODO", false, true, true},
        {comp("VEVENT", uid + range("20260101 -")), "VEVENT", true, true, true},
        {comp("VEVENT", range("20260101 -") + prop("SUMMARY", text("x"))), "VEVENT", true, false, false},
        {comp("VEVENT", range("20260101 -")) + prop("METHOD", absent), "VEVENT", true, false, false},
        {comp("VEVENT", range("20260101 -")) + comp("VTIMEZONE", absent), "VEVENT", true, false, false},
        {comp("VEVENT", comp("VALARM", range("20260101 -"))), "VEVENT", false, false, false},
        {comp("VEVENT", prop("UID", text("x") + param("X", ""))), "VEVENT", false, true, false},
        {comp("VEVENT", prop("UID", absent)), "VEVENT", false, false, false},
        {comp("VTODO", absent), "", false, false, false},
        {comp("X-OWN", ""), "", false, false, false},
    };
    for (const Row& row : rows) {
        const auto filter = filterOf(row.filter);
        const auto hints = hintsOf(filter);
        EXPECT_EQ(hints.component, row.component) << row.filter;
        EXPECT_EQ(hints.range.has_value(), row.range) << row.filter;
        EXPECT_EQ(hints.uid != nullptr, row.uid) << row.filter;
        EXPECT_EQ(hints.exact, row.exact) << row.filter;
        EXPECT_FALSE(hints.nothing) << row.filter;
    }
    EXPECT_TRUE(hintsOf(filterOf(comp("VEVENT", "") + comp("VTODO", ""))).nothing);
    EXPECT_TRUE(hintsOf(filterOf(std::string(absent))).nothing);
    auto any = filterOf(comp("VEVENT", range("20260101 -") + uid));
    any.root.comps[0].allOf = false;
    EXPECT_FALSE(hintsOf(any).range || hintsOf(any).uid || hintsOf(any).exact);
}

TEST(CalendarHints, AllRangesAreListed) {
    const auto ranges = rangesOf(filterOf(comp("VEVENT", range("20260101 -") + prop("CREATED", range("- 20270101")) +
                                                             comp("VALARM", range("20260101 20260102")))));
    ASSERT_EQ(ranges.size(), 3U);
    EXPECT_EQ(ranges[0].end, Instant::max());
    EXPECT_EQ(ranges[1].end, *parseUtc("20270101T000000Z"));
}
