#include "tests/protocol/dav/requests_support.h"

using namespace crmdav;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CalendarQueryBody, FilterIsRead) {  // RFC 4791 §7.8, §9.7
    const auto document = XmlDocument::parse(
        body("C:calendar-query",
             "<D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter><C:comp-filter name='VCALENDAR'>"
             "<C:comp-filter name='vevent'><C:time-range " +
                 std::string(both) +
                 "/>"
                 "<C:prop-filter name='Attendee'><C:text-match collation='i;octet' negate-condition='yes'>mailto:Lisa"
                 "</C:text-match><C:param-filter name='partstat'><C:text-match>NEEDS</C:text-match></C:param-filter>"
                 "<C:param-filter name='CN'><C:is-not-defined/></C:param-filter></C:prop-filter>"
                 "<C:comp-filter name='VALARM'><C:is-not-defined/></C:comp-filter>"
                 "</C:comp-filter></C:comp-filter></C:filter><C:timezone-id>Europe/Berlin</C:timezone-id>"
                 "<C:limit><D:nresults>5</D:nresults></C:limit>"));
    const auto query = parseCalendarQuery(document.root());
    EXPECT_THAT(query.wanted.names, ElementsAre(dav::getetag, caldav::calendar_data));
    EXPECT_TRUE(query.wanted.calendarData.plain());
    EXPECT_EQ(query.limit, 5U);
    ASSERT_TRUE(query.filter.zone);
    EXPECT_EQ(query.filter.zone->id(), "Europe/Berlin");
    const CompFilter& event = query.filter.root.comps.at(0);
    EXPECT_EQ(event.name, "VEVENT");
    EXPECT_EQ(event.range, (TimeRange{utc("20260101T000000Z"), utc("20260201T000000Z")}));
    const PropFilter& prop = event.props.at(0);
    EXPECT_EQ(prop.name, "ATTENDEE");
    EXPECT_EQ(prop.texts.at(0).needle, "mailto:Lisa");
    EXPECT_EQ(prop.texts.at(0).collation, Collation::octet);
    EXPECT_TRUE(prop.texts.at(0).negate);
    EXPECT_EQ(prop.params.at(0).name, "PARTSTAT");
    EXPECT_EQ(prop.params.at(0).text->needle, "needs");
    EXPECT_TRUE(prop.params.at(1).absent);
    EXPECT_TRUE(event.comps.at(0).absent);
}

TEST(CalendarQueryBody, WrongFiltersAreNamed) {  // RFC 4791 §7.8 preconditions
    const auto in = [](std::string_view comp, std::string_view inside) {
        return "<C:comp-filter name='" + std::string(comp) + "'>" + std::string(inside) + "</C:comp-filter>";
    };
    const auto calendar = [&](std::string_view inside) { return in("VCALENDAR", inside); };
    const auto range = [](std::string_view attributes) { return "<C:time-range " + std::string(attributes) + "/>"; };
    const auto prop = [&](std::string_view name, std::string_view inside) {
        return calendar(in(
            "VEVENT", "<C:prop-filter name='" + std::string(name) + "'>" + std::string(inside) + "</C:prop-filter>"));
    };
    const std::string everyone = calendar("");
    const std::pair<std::string, std::string_view> rows[] = {
        {everyone, "200"},
        {calendar(in("VEVENT", range(start))), "200"},
        {calendar(in("VEVENT", range("end=\"20260101T000000Z\""))), "200"},
        {calendar(in("VTODO", in("VALARM", range(both)))), "200"},
        {calendar(in("X-COMP", in("X-INNER", ""))), "200"},
        {prop("COMPLETED", range(both)), "200"},
        {prop("SUMMARY", "<z xmlns='urn:z'/>"), "200"},
        {"", "403 valid-filter"},
        {in("VEVENT", ""), "403 valid-filter"},
        {everyone + everyone, "403 valid-filter"},
        {"<C:comp-filter/>", "403 valid-filter"},
        {calendar(range(both)), "403 valid-filter"},
        {calendar(in("VALARM", "")), "403 valid-filter"},
        {calendar(in("VTIMEZONE", range(both))), "403 valid-filter"},
        {calendar(in("VEVENT", in("VEVENT", ""))), "403 valid-filter"},
        {calendar(in("VTIMEZONE", in("STANDARD", range(both)))), "403 valid-filter"},
        {calendar(in("VEVENT", in("VALARM", in("VEVENT", "")))), "403 valid-filter"},
        {calendar(in("VEVENT", in("VALARM", in("X-COMP", range(both))))), "403 valid-filter"},
        {calendar(in("VEVENT", range("start=\"20260102\" end=\"20260103\""))), "403 valid-filter"},
        {calendar(in("VEVENT", range("start=\"20260102T000000\""))), "403 valid-filter"},
        {calendar(in("VEVENT", range("start=\"20260102T000000Z\" end=\"20260102T000000Z\""))), "403 valid-filter"},
        {calendar(in("VEVENT", range(""))), "400"},
        {calendar(in("VEVENT", "<C:is-not-defined/>" + range(both))), "403 valid-filter"},
        {calendar(in("VEVENT", "<C:text-match>x</C:text-match>")), "403 valid-filter"},
        {prop("SUMMARY", range(both)), "403 valid-filter"},
        {prop("", ""), "403 valid-filter"},
        {prop("SUMMARY", "<C:is-not-defined/><C:text-match>x</C:text-match>"), "403 valid-filter"},
        {prop("SUMMARY", "<C:text-match negate-condition='maybe'>x</C:text-match>"), "403 valid-filter"},
        {prop("SUMMARY", "<C:text-match match-type='sounds-like'>x</C:text-match>"), "200"},
        {prop("SUMMARY", "<C:text-match collation='i;klingon'>x</C:text-match>"), "403 supported-collation"},
    };
    for (const auto& [filter, wanted] : rows)
        EXPECT_EQ(outcome(parseCalendarQuery, body("C:calendar-query", "<C:filter>" + filter + "</C:filter>")), wanted)
            << filter;
    EXPECT_EQ(outcome(parseCalendarQuery, body("C:calendar-query", "<D:prop/>")), "403 valid-filter");
    EXPECT_EQ(outcome(parseCalendarQuery, body("C:calendar-multiget", "")), "400");
}

TEST(CalendarQueryBody, TimeZonesAreChecked) {  // RFC 4791 §7.8, RFC 7809 §5.2
    const std::string zone =
        "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VTIMEZONE\nTZID:Own\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
        "TZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\n";
    const std::pair<std::string, std::string_view> rows[] = {
        {"<C:timezone>\n" + zone + "END:VCALENDAR\n</C:timezone>", "200"},
        {"<C:timezone-id>America/New_York</C:timezone-id>", "200"},
        {"<C:timezone>" + zone + "BEGIN:VEVENT\nUID:1\nEND:VEVENT\nEND:VCALENDAR\n</C:timezone>",
         "403 valid-calendar-data"},
        {"<C:timezone>BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Europe/Berlin\nEND:VTIMEZONE\nEND:VCALENDAR\n</"
         "C:timezone>",
         "403 valid-calendar-data"},
        {"<C:timezone>" + zone + "</C:timezone>", "403 valid-calendar-data"},
        {"<C:timezone>Europe/Berlin</C:timezone>", "403 valid-calendar-data"},
        {"<C:timezone/>", "403 valid-calendar-data"},
        {"<C:timezone-id>bogus</C:timezone-id>", "403 valid-timezone"},
    };
    for (const auto& [part, wanted] : rows)
        EXPECT_EQ(outcome(parseCalendarQuery,
                          body("C:calendar-query",
                               "<C:filter><C:comp-filter name='VCALENDAR'/></C:filter>" + std::string(part))),
                  wanted)
            << part;
}

namespace {

CalendarDataRequest calendarData(std::string_view inside, std::string_view attributes = "") {
    const auto document =
        XmlDocument::parse(body("D:propfind", "<D:prop><C:calendar-data " + std::string(attributes) + ">" +
                                                  std::string(inside) + "</C:calendar-data></D:prop>"));
    return parsePropfind(&document.root()).calendarData;
}

std::string calendarDataOutcome(std::string_view inside, std::string_view attributes = "") {
    try {
        calendarData(inside, attributes);
        return "200";
    } catch (const DavError& error) {
        return std::to_string(error.status()) + " " + std::string(error.condition().name);
    }
}

}  // namespace

TEST(CalendarData, PartsAreRead) {  // RFC 4791 §9.6
    const auto data = calendarData(
        "<C:comp name='VCALENDAR'><C:prop name='version'/><C:comp name='VEVENT'>"
        "<C:allprop/><C:allcomp/></C:comp><C:comp name='VTODO'>"
        "<C:prop name='SUMMARY' novalue='yes'/></C:comp><C:comp name='VTIMEZONE'/></C:comp>"
        "<C:limit-recurrence-set " +
        std::string(both) + "/><C:limit-freebusy-set " + std::string(both) + "/>");
    ASSERT_TRUE(data.selection);
    const CompSelection& root = *data.selection;
    EXPECT_FALSE(root.allProps);
    EXPECT_FALSE(root.allComps);
    EXPECT_EQ(root.props.at(0).name, "VERSION");
    EXPECT_TRUE(root.comps.at(0).allProps && root.comps.at(0).allComps);
    EXPECT_TRUE(root.comps.at(1).props.at(0).noValue);
    EXPECT_FALSE(root.comps.at(1).allComps);
    EXPECT_TRUE(root.comps.at(2).allProps && root.comps.at(2).allComps);  // an empty element takes all (§7.8.1)
    EXPECT_EQ(data.limitRecurrenceSet->start, utc("20260101T000000Z"));
    EXPECT_TRUE(data.limitFreeBusySet);
    EXPECT_FALSE(data.expand);
    EXPECT_FALSE(data.plain());
    EXPECT_TRUE(calendarData("", "content-type='application/calendar+json'").json);
}

TEST(CalendarData, OnlyWhatWeServeIsAccepted) {
    EXPECT_EQ(calendarDataOutcome("", "content-type='text/calendar' version='2.0'"), "200");
    EXPECT_EQ(calendarDataOutcome("", "content-type='text/vcalendar' version='2.0'"), "403 supported-calendar-data");
    EXPECT_EQ(calendarDataOutcome("", "content-type='text/calendar' version='3.0'"), "403 supported-calendar-data");
    EXPECT_EQ(calendarDataOutcome("<C:expand " + std::string(start) + "/>"), "400 ");
    EXPECT_EQ(calendarDataOutcome("<C:expand start='20260101' end='20260201'/>"), "400 ");
    EXPECT_EQ(calendarDataOutcome("<C:comp name='VEVENT'/>"), "400 ");
    EXPECT_EQ(
        calendarDataOutcome("<C:expand " + std::string(both) + "/><C:limit-recurrence-set " + std::string(both) + "/>"),
        "400 ");
}

TEST(AddressData, VersionAndPropertiesAreRead) {  // RFC 6352 §10.4
    const auto document =
        XmlDocument::parse(body("CR:addressbook-multiget",
                                "<D:prop><CR:address-data content-type='text/vcard' version='4.0'>"
                                "<CR:prop name='fn'/><CR:prop name='NOTE' novalue='yes'/></CR:address-data>"
                                "</D:prop><D:href>/1.vcf</D:href>"));
    const auto data = parseAddressbookMultiget(document.root()).wanted.addressData;
    EXPECT_EQ(data.version, "4.0");
    EXPECT_FALSE(data.allProps);
    EXPECT_EQ(data.props.at(0).name, "FN");
    EXPECT_TRUE(data.props.at(1).noValue);
    for (std::string_view wrong : {"content-type='text/vcards'", "content-type='text/vcard' version='2.1'"})
        EXPECT_EQ(outcome(parseAddressbookMultiget,
                          body("CR:addressbook-multiget",
                               "<D:prop><CR:address-data " + std::string(wrong) + "/></D:prop><D:href>/</D:href>")),
                  "403 supported-address-data");
}

TEST(MultigetBody, HrefsAreKeptInOrder) {  // RFC 4791 §7.9
    const auto document = XmlDocument::parse(
        body("C:calendar-multiget", "<D:prop><D:getetag/></D:prop><D:href> /b.ics\n</D:href><D:href>/a.ics</D:href>"));
    EXPECT_THAT(parseCalendarMultiget(document.root()).hrefs, ElementsAre("/b.ics", "/a.ics"));
    EXPECT_EQ(outcome(parseCalendarMultiget, body("C:calendar-multiget", "<D:prop/>")), "400");
}

TEST(FreeBusyQueryBody, NeedsARangeInUtc) {  // RFC 4791 §7.10
    EXPECT_EQ(outcome(parseFreeBusyQuery, body("C:free-busy-query", "<C:time-range " + std::string(both) + "/>")),
              "200");
    EXPECT_EQ(outcome(parseFreeBusyQuery, body("C:free-busy-query", "")), "400");
    EXPECT_EQ(outcome(parseFreeBusyQuery, body("C:free-busy-query", "<C:time-range start='20260101' end='20260102'/>")),
              "400");
}

TEST(AddressbookQueryBody, FilterIsRead) {  // RFC 6352 §8.6, §10.5
    const auto document = XmlDocument::parse(
        body("CR:addressbook-query",
             "<D:prop><CR:address-data/></D:prop><CR:filter test='allof'><CR:prop-filter name='fn' test='allof'>"
             "<CR:text-match match-type='starts-with'>Ä</CR:text-match><CR:text-match collation='i;octet'>b"
             "</CR:text-match></CR:prop-filter><CR:prop-filter name='EMAIL'/></CR:filter>"
             "<CR:limit><CR:nresults>7</CR:nresults></CR:limit>"));
    const auto query = parseAddressbookQuery(document.root());
    EXPECT_TRUE(query.filter.allOf);
    EXPECT_EQ(query.limit, 7U);
    const PropFilter& name = query.filter.props.at(0);
    EXPECT_TRUE(name.allOf);
    EXPECT_EQ(name.name, "FN");
    EXPECT_EQ(name.texts.at(0).type, MatchType::startsWith);
    EXPECT_EQ(name.texts.at(0).collation, Collation::unicodeCasemap);
    EXPECT_EQ(name.texts.at(0).needle, foldForIndex("ä"));
    EXPECT_FALSE(query.filter.props.at(1).allOf);
}

TEST(AddressbookQueryBody, Outcomes) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"<CR:filter/>", "200"},
        {"", "400"},
        {"<CR:filter><CR:param-filter name='VFN'/></CR:filter>", "403 supported-filter"},
        {"<CR:filter test='someof'/>", "403 supported-filter"},
        {"<CR:filter><CR:prop-filter/></CR:filter>", "403 supported-filter"},
        {"<CR:filter><CR:prop-filter name='FN'><CR:text-match collation='x'/></CR:prop-filter></CR:filter>",
         "403 supported-collation"},
    };
    for (const auto& [inside, wanted] : rows)
        EXPECT_EQ(outcome(parseAddressbookQuery, body("CR:addressbook-query", inside)), wanted) << inside;
}
