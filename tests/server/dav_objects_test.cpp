#include "tests/server/dav_fixture.h"

namespace crmdav {
namespace {

const std::string calendar = "/dav/calendars/anna/activities/";
const std::string book = "/dav/addressbooks/anna/private/";
using Objects = DavTest;

TEST_F(Objects, AreServedByteForByte) {
    const std::string sent = event("a");
    const DavAnswer made = put("anna", calendar + "a.ics", sent, {{"if-none-match", "*"}});
    EXPECT_EQ(made.status, 201);
    const DavAnswer got = ask("anna", "GET", calendar + "a.ics");
    EXPECT_EQ(got.body, sent);
    EXPECT_EQ(got.header("ETag"), made.header("ETag"));
    EXPECT_TRUE(got.header("Content-Type").starts_with("text/calendar"));
    EXPECT_FALSE(got.header("Last-Modified").empty());
    EXPECT_EQ(ask("anna", "GET", calendar + "a.ics", "", {{"if-none-match", made.header("ETag")}}).status, 304);
}

/// RFC 7232; D25, D26.
TEST_F(Objects, ConditionsOfWritesAreKept) {
    const std::string etag = put("anna", calendar + "a.ics", event("a")).header("ETag");
    struct Row {
        const char* name;
        std::string value;
        int status;
    };
    const Row rows[] = {
        {"if-none-match", "*", 412},
        {"if-match", "\"nothing\"", 412},
        {"if-match", "nothing", 412},
        {"if-match", "W/" + etag, 204},
    };
    for (const Row& row : rows)
        EXPECT_EQ(put("anna", calendar + "a.ics", event("a", "20260303T100000Z"), {{row.name, row.value}}).status,
                  row.status)
            << row.name << ' ' << row.value;
    EXPECT_EQ(put("anna", calendar + "b.ics", event("b"), {{"if-match", "*"}}).status, 412);
    EXPECT_EQ(ask("anna", "DELETE", calendar + "a.ics", "", {{"if-match", "\"old\""}}).status, 412);
    EXPECT_EQ(ask("anna", "DELETE", calendar + "a.ics").status, 204);
    EXPECT_EQ(ask("anna", "DELETE", calendar + "a.ics").status, 404);
}

TEST_F(Objects, AreRefusedWithTheirPrecondition) {
    put("anna", calendar + "a.ics", event("a"));
    struct Row {
        std::string target, type, body;
        const char* condition;
    };
    const Row rows[] = {
        {calendar + "x.ics", "text/xml", "<x/>", "supported-calendar-data"},
        {calendar + "x.ics", "text/calendar", "no calendar", "valid-calendar-data"},
        {calendar + "x.ics", "text/calendar", event("a"), "no-uid-conflict"},
        {calendar + "x.ics", "application/calendar+json", "[\"vcalendar\"", "valid-calendar-data"},
        {book + "x.vcf", "text/calendar", card("x"), "supported-address-data"},
    };
    for (const Row& row : rows) {
        const DavAnswer answer = ask("anna", "PUT", row.target, row.body, {{"content-type", row.type}});
        EXPECT_EQ(answer.status, 403) << row.condition;
        EXPECT_TRUE(answer.has(row.condition)) << answer.body;
        EXPECT_EQ(ask("anna", "GET", row.target).status, 404);
    }
    const DavAnswer conflict = put("anna", calendar + "x.ics", event("a"));
    EXPECT_TRUE(conflict.has(calendar + "a.ics")) << conflict.body;
}

TEST_F(Objects, ComeInTheFormAskedFor) {
    put("anna", book + "a.vcf", card("a"));
    const DavAnswer four = ask("anna", "GET", book + "a.vcf", "", {{"accept", "text/vcard;version=4.0"}});
    EXPECT_TRUE(four.has("VERSION:4.0")) << four.body;
    const DavAnswer json = ask("anna", "GET", book + "a.vcf", "", {{"accept", "application/vcard+json"}});
    EXPECT_TRUE(json.body.starts_with("[\"vcard\"")) << json.body;
    EXPECT_NE(four.header("ETag"), json.header("ETag"));
    const DavAnswer stored = ask("anna", "GET", book + "a.vcf", "", {{"accept", "text/html, */*"}});
    EXPECT_EQ(stored.body, card("a"));
}

TEST_F(Objects, ReturnTheirRepresentationWhenPreferred) {  // RFC 8144 §3
    const Headers prefer = {{"prefer", "return=representation"}};
    const DavAnswer made = put("anna", calendar + "a.ics", event("a"), prefer);
    EXPECT_EQ(made.status, 201);
    EXPECT_EQ(made.body, event("a"));
    EXPECT_EQ(made.header("Content-Location"), calendar + "a.ics");
    Headers wrong = prefer;
    wrong.emplace_back("if-match", "\"old\"");
    const DavAnswer refused = put("anna", calendar + "a.ics", event("a", "20260303T100000Z"), wrong);
    EXPECT_EQ(refused.status, 412);
    EXPECT_EQ(refused.body, event("a"));
}

TEST_F(Objects, AreAddedUnderANameOfTheServers) {  // RFC 5995
    const DavAnswer property = propfind("anna", calendar, "0", "<add-member/>");
    EXPECT_TRUE(property.has("<D:add-member><D:href>" + calendar + "?add-member</D:href>"));
    const DavAnswer made =
        ask("anna", "POST", calendar + "?add-member", event("p"), {{"content-type", "text/calendar"}});
    ASSERT_EQ(made.status, 201);
    EXPECT_EQ(ask("anna", "GET", made.header("Location")).body, event("p"));
}

TEST_F(Objects, CalendarsAreOneFileToWhoeverGetsThem) {
    put("anna", calendar + "a.ics", event("a"));
    put("anna", calendar + "b.ics", event("b"));
    const DavAnswer whole = ask("anna", "GET", calendar);
    EXPECT_EQ(whole.count("BEGIN:VCALENDAR"), 1u);
    EXPECT_EQ(whole.count("BEGIN:VEVENT"), 2u);
}

/// Thunderbird's "ICS file" provider tries this with every address that is given to it.
TEST_F(Objects, AnEmptyPutToACollectionChangesNothing) {
    const DavAnswer answer = put("anna", calendar, "", {{"if-match", "nothing"}});
    EXPECT_GE(answer.status, 400);
    EXPECT_LT(answer.status, 500);
    EXPECT_EQ(ask("anna", "GET", calendar).status, 200);
}

TEST_F(Objects, ExpandedEventsComeInUtcOnceForEachOccurrence) {  // RFC 4791 §9.6.5
    std::string series = event("s");
    series.insert(series.find("SUMMARY"), "RRULE:FREQ=DAILY;COUNT=5\r\n");
    ASSERT_EQ(put("anna", calendar + "s.ics", series).status, 201);
    const DavAnswer answer =
        ask("anna", "REPORT", calendar,
            "<C:calendar-query xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><prop>"
            "<C:calendar-data><C:expand start='20260303T000000Z' end='20260305T000000Z'/>"
            "</C:calendar-data></prop><C:filter><C:comp-filter name='VCALENDAR'>"
            "<C:comp-filter name='VEVENT'><C:time-range start='20260303T000000Z' "
            "end='20260305T000000Z'/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>",
            {{"depth", "1"}});
    EXPECT_EQ(answer.status, 207);
    EXPECT_EQ(answer.count("BEGIN:VEVENT"), 2u) << answer.body;
    EXPECT_FALSE(answer.has("RRULE"));
}

/// An expansion that is too large fails for that object, and the others of the answer are served (D24).
TEST_F(Objects, AHostileSeriesIsRefusedWhereItWouldBeExpandedAndNowhereElse) {
    const auto withRule = [](const std::string& uid, const std::string& rule) {
        std::string series = event(uid);
        return series.insert(series.find("SUMMARY"), "RRULE:" + rule + "\r\n");
    };
    ASSERT_EQ(put("anna", calendar + "good.ics", withRule("good", "FREQ=YEARLY")).status, 201);
    const std::pair<const char*, const char*> hostile[] = {
        {"secondly", "FREQ=SECONDLY"},
        {"hundred-years", "FREQ=SECONDLY;UNTIL=21260302T100000Z"},
        {"minutely", "FREQ=MINUTELY;INTERVAL=1"},
        {"all-minutes",
         "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;"
         "BYMINUTE=0,5,10,15,20,25,30,35,40,45,50,55"},
    };
    std::size_t stored = 0;
    for (const auto& [uid, rule] : hostile)
        stored += put("anna", calendar + uid + ".ics", withRule(uid, rule)).status == 201;
    ASSERT_EQ(stored, std::size(hostile));
    const auto query = [&](const std::string& view) {
        const DavAnswer answer =
            ask("anna", "REPORT", calendar,
                "<C:calendar-query xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><prop><getetag/>"
                "<C:calendar-data>" +
                    view +
                    "</C:calendar-data></prop><C:filter><C:comp-filter name='VCALENDAR'>"
                    "<C:comp-filter name='VEVENT'><C:time-range start='20260301T000000Z' end='20360301T000000Z'/>"
                    "</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>",
                {{"depth", "1"}});
        EXPECT_EQ(answer.status, 207);
        EXPECT_EQ(answer.count("<D:response>"), 1 + stored) << view;
        EXPECT_EQ(answer.count("<D:getetag>"), 1 + stored) << view;
        return answer;
    };
    const std::string span = " start='20260301T000000Z' end='20360301T000000Z'/>";
    const DavAnswer expanded = query("<C:expand" + span);
    EXPECT_EQ(expanded.count("<D:number-of-matches-within-limits/>"), stored) << expanded.body;
    EXPECT_EQ(expanded.count("BEGIN:VEVENT"), 10u);
    EXPECT_FALSE(expanded.has("RRULE"));
    const DavAnswer limited = query("<C:limit-recurrence-set" + span);
    EXPECT_FALSE(limited.has("number-of-matches-within-limits"));
    EXPECT_EQ(limited.count("RRULE"), 1 + stored);
    EXPECT_EQ(query("").count("RRULE"), 1 + stored);
}

/// A calendar's text as a property's value.
std::string officeHours() {
    return "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VAVAILABILITY\nUID:1\nBEGIN:AVAILABLE\nUID:2\n"
           "DTSTART:20260301T090000Z\nDURATION:PT8H\nRRULE:FREQ=DAILY\nEND:AVAILABLE\nEND:VAVAILABILITY\nEND:"
           "VCALENDAR\n";
}

TEST_F(Objects, OthersLearnWhenAPersonIsNotAvailable) {  // RFC 7953 §7.2
    put("ben", "/dav/calendars/ben/activities/a.ics", event("a"));
    EXPECT_EQ(ask("ben", "PROPPATCH", "/dav/calendars/ben/inbox/",
                  "<propertyupdate xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><set><prop>"
                  "<C:calendar-availability>" +
                      officeHours() + "</C:calendar-availability></prop></set></propertyupdate>")
                  .status,
              207);
    const std::string query =
        "<C:free-busy-query xmlns:C='urn:ietf:params:xml:ns:caldav'><C:time-range start='20260302T000000Z' "
        "end='20260303T000000Z'/></C:free-busy-query>";
    const DavAnswer seen = ask("anna", "REPORT", "/dav/calendars/ben/", query, {{"depth", "1"}});
    EXPECT_TRUE(seen.has("FBTYPE=BUSY-UNAVAILABLE:20260302T000000Z/20260302T090000Z")) << seen.body;
    EXPECT_TRUE(seen.has("FBTYPE=BUSY:20260302T100000Z/20260302T110000Z")) << seen.body;
    const DavAnswer own = ask("ben", "REPORT", "/dav/calendars/ben/activities/", query, {{"depth", "1"}});
    EXPECT_FALSE(own.has("BUSY-UNAVAILABLE")) << own.body;
}

using Collections = DavTest;

TEST_F(Collections, TimeZoneComesAsJsonToWhoAsksForIt) {  // RFC 7265
    EXPECT_EQ(ask("anna", "PROPPATCH", calendar,
                  "<propertyupdate xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><set><prop>"
                  "<C:calendar-timezone-id>Europe/Berlin</C:calendar-timezone-id></prop></set></propertyupdate>")
                  .status,
              207);
    const DavAnswer json =
        propfind("anna", calendar, "0", "<C:calendar-timezone content-type='application/calendar+json'/>");
    EXPECT_TRUE(json.has("content-type=\"application/calendar+json\"") && json.has("[&quot;vcalendar&quot;"))
        << json.body;
    EXPECT_TRUE(propfind("anna", calendar, "0", "<C:calendar-timezone/>").has(">BEGIN:VCALENDAR"));
}

TEST_F(Collections, AreMadeWithTheirPropertiesOrNotAtAll) {  // RFC 4791 §5.3.1, RFC 5689
    const std::string good =
        "<C:mkcalendar xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><set><prop>"
        "<displayname>Trips</displayname><x xmlns='urn:x'>kept</x></prop></set></C:mkcalendar>";
    EXPECT_EQ(ask("anna", "MKCALENDAR", "/dav/calendars/anna/trips/", good).status, 201);
    const DavAnswer made = propfind("anna", "/dav/calendars/anna/trips/", "0", "<displayname/><x xmlns='urn:x'/>");
    EXPECT_TRUE(made.has("Trips") && made.has("kept")) << made.body;
    const std::string bad =
        "<C:mkcalendar xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><set><prop>"
        "<displayname>Trips</displayname><getetag>x</getetag></prop></set></C:mkcalendar>";
    const DavAnswer refused = ask("anna", "MKCALENDAR", "/dav/calendars/anna/bad/", bad);
    EXPECT_TRUE(refused.has("424 Failed Dependency") && refused.has("cannot-modify-protected-property"));
    EXPECT_EQ(propfind("anna", "/dav/calendars/anna/bad/", "0", "<displayname/>").status, 404);
    EXPECT_TRUE(ask("anna", "MKCALENDAR", "/dav/calendars/anna/trips/").has("resource-must-be-null"));
    EXPECT_TRUE(ask("anna", "MKCALENDAR", "/dav/calendars/anna/trips/inside/").has("calendar-collection-location-ok"));
}

TEST_F(Collections, SayWhatTheirObjectsCanContain) {  // RFC 4791 §5.2.3
    const auto componentsOf = [&](const std::string& name, const std::string& body) {
        const std::string href = "/dav/calendars/anna/" + name + "/";
        EXPECT_EQ(ask("anna", "MKCALENDAR", href, body).status, 201);
        return propfind("anna", href, "0", "<C:supported-calendar-component-set/>");
    };
    const DavAnswer all = componentsOf("all", "");
    for (const char* name : {"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE"})
        EXPECT_TRUE(all.has("<C:comp name=\"" + std::string(name) + "\"/>")) << name;
    const DavAnswer chosen = componentsOf(
        "chosen",
        "<C:mkcalendar xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><set><prop>"
        "<C:supported-calendar-component-set><C:comp name='VTODO'/></C:supported-calendar-component-set></prop></set>"
        "</C:mkcalendar>");
    EXPECT_TRUE(chosen.has("<C:comp name=\"VTODO\"/>"));
    EXPECT_EQ(chosen.count("<C:comp "), 1u);
    EXPECT_EQ(put("anna", "/dav/calendars/anna/all/zone.ics",
                  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\n"
                  "DTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n"
                  "END:VTIMEZONE\r\nEND:VCALENDAR\r\n")
                  .status,
              403)
        << "a zone is no object";
}

TEST_F(Collections, ActivitiesTakesEventsAndBusyTimesButNoTasks) {  // RFC 4791 §5.2.3, §5.3.2.1
    const std::string activities = "/dav/calendars/anna/activities/";
    const DavAnswer said = propfind("anna", activities, "0", "<C:supported-calendar-component-set/>");
    for (const auto& [name, taken] : {std::pair{"VEVENT", true}, {"VFREEBUSY", true}, {"VTODO", false}}) {
        EXPECT_EQ(said.has("<C:comp name=\"" + std::string(name) + "\"/>"), taken) << name;
        const std::string object =
            std::string("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:") + name + "\r\nUID:" + name +
            "\r\nDTSTAMP:20260301T000000Z\r\nDTSTART:20260302T090000Z\r\nEND:" + name + "\r\nEND:VCALENDAR\r\n";
        const DavAnswer answer = put("anna", activities + name + ".ics", object);
        EXPECT_EQ(answer.status, taken ? 201 : 403) << name;
        EXPECT_EQ(answer.has("supported-calendar-component"), !taken) << name;
    }
}

TEST_F(Collections, PropertyChangesAreAllOrNone) {  // RFC 4918 §9.2
    const DavAnswer answer = ask("anna", "PROPPATCH", calendar,
                                 "<propertyupdate xmlns='DAV:'><set><prop><displayname>New</displayname>"
                                 "<resourcetype/></prop></set></propertyupdate>");
    EXPECT_EQ(answer.status, 207);
    EXPECT_TRUE(answer.has("424 Failed Dependency"));
    EXPECT_FALSE(propfind("anna", calendar, "0", "<displayname/>").has(">New<"));
}

TEST_F(Collections, PropertiesHaveASize) {  // RFC 4918 §9.2.1
    const auto set = [&](const std::string& property, std::size_t size) {
        return ask("anna", "PROPPATCH", calendar,
                   "<propertyupdate xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><set><prop><" + property +
                       ">" + std::string(size, 'x') + "</" + property.substr(0, property.find(' ')) +
                       "></prop></set></propertyupdate>");
    };
    const std::pair<std::string, std::size_t> rows[] = {
        {"displayname", 4000}, {"C:calendar-description", 250'000}, {"own xmlns='urn:x'", 250'000}};
    for (const auto& [property, most] : rows) {
        EXPECT_TRUE(set(property, most).has("200 OK")) << property;
        EXPECT_TRUE(set(property, most + 20'000).has("507 Insufficient Storage")) << property;
        EXPECT_LT(propfind("anna", calendar, "0", "<" + property + "/>").body.size(), most + 1000);
    }
}

TEST_F(Collections, TheFirstPropstatIs200AndMissingOnesFollow) {  // Thunderbird reads the first status
    const DavAnswer answer = propfind("anna", "/dav/addressbooks/anna/", "1", "<nothing/><resourcetype/>");
    EXPECT_LT(answer.body.find("HTTP/1.1 200 OK"), answer.body.find("HTTP/1.1 404 Not Found"));
    EXPECT_EQ(answer.count("<D:resourcetype>"), answer.count("<D:response>"));
    EXPECT_FALSE(
        propfind("anna", calendar, "0", "<nothing/><resourcetype/>", {{"prefer", "return=minimal"}}).has("404"));
}

TEST_F(Collections, InfiniteDepthIsRefused) {
    const DavAnswer answer = propfind("anna", calendar, "infinity", "<resourcetype/>");
    EXPECT_EQ(answer.status, 403);
    EXPECT_TRUE(answer.has("propfind-finite-depth"));
}

TEST_F(Collections, AreAnsweredBehindABasePath) {  // D18
    config_.basePath = "/crm/dav";
    const DavAnswer answer = propfind("anna", "/dav/calendars/anna/", "1", "<current-user-principal/>");
    EXPECT_EQ(answer.count("<D:href>/crm/dav/dav/"), answer.count("<D:href>")) << answer.body;
}

TEST_F(Collections, OptionsSayWhatIsThere) {
    const DavAnswer answer = ask("anna", "OPTIONS", calendar);
    EXPECT_TRUE(answer.header("DAV").starts_with("1, "));
    for (const char* word : {"calendar-access", "addressbook", "access-control", "extended-mkcol"})
        EXPECT_NE(answer.header("DAV").find(word), std::string::npos) << word;
    EXPECT_EQ(answer.header("DAV").find("auto-schedule"), std::string::npos);
    EXPECT_NE(answer.header("Allow").find("REPORT"), std::string::npos);
    EXPECT_EQ(answer.header("Allow").find("MKCOL"), std::string::npos);
}

}  // namespace
}  // namespace crmdav
