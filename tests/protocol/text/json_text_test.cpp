#include "protocol/text/json_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crmdav {
namespace {

using testing::HasSubstr;

std::string event(const std::string& line) {
    return "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + line + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
}
std::string card(const std::string& line) { return "BEGIN:VCARD\r\nVERSION:4.0\r\n" + line + "\r\nEND:VCARD\r\n"; }

std::string eventJson(const std::string& property) { return R"(["vcalendar",[],[["vevent",[)" + property + "],[]]]]"; }
std::string cardJson(const std::string& property) {
    return R"(["vcard",[["version",{},"text","4.0"],)" + property + "]]";
}

struct Pair {
    std::string line, json;
};

TEST(JCal, EveryValueTypeBothWays) {
    const Pair table[] = {
        {"SUMMARY:a\\, b\\; \"c\\n\xC3\xBC", R"(["summary",{},"text","a, b; \"c\n)"
                                             "\xC3\xBC\"]"},
        {"CATEGORIES:a\\,b,c", R"(["categories",{},"text","a,b","c"])"},
        {"DTSTART:20260101T100000Z", R"(["dtstart",{},"date-time","2026-01-01T10:00:00Z"])"},
        {"DTSTART;TZID=Europe/Berlin:20260101T100000",
         R"(["dtstart",{"tzid":"Europe/Berlin"},"date-time","2026-01-01T10:00:00"])"},
        {"DTSTART;VALUE=DATE:20260101", R"(["dtstart",{},"date","2026-01-01"])"},
        {"EXDATE:20260101T100000Z,20260102T100000Z",
         R"(["exdate",{},"date-time","2026-01-01T10:00:00Z","2026-01-02T10:00:00Z"])"},
        {"RDATE;VALUE=PERIOD:20260101T100000Z/PT1H,20260102T100000Z/20260102T110000Z",
         R"(["rdate",{},"period",["2026-01-01T10:00:00Z","PT1H"],["2026-01-02T10:00:00Z","2026-01-02T11:00:00Z"]])"},
        {"DURATION:PT1H30M", R"(["duration",{},"duration","PT1H30M"])"},
        {"TRIGGER;VALUE=DATE-TIME:20260101T100000Z", R"(["trigger",{},"date-time","2026-01-01T10:00:00Z"])"},
        {"TZOFFSETTO:+013015", R"(["tzoffsetto",{},"utc-offset","+01:30:15"])"},
        {"GEO:37.386013;-122.08", R"(["geo",{},"float",[37.386013,-122.08]])"},
        {"SEQUENCE:3", R"(["sequence",{},"integer",3])"},
        {"REQUEST-STATUS:2.0;Success\\, all", R"(["request-status",{},"text",["2.0","Success, all"]])"},
        {"ATTENDEE;CN=\"Doe, ^'J^'\";MEMBER=\"mailto:a@b\",\"mailto:c@d\":mailto:j@x.org",
         R"(["attendee",{"cn":"Doe, \"J\"","member":["mailto:a@b","mailto:c@d"]},"cal-address","mailto:j@x.org"])"},
        {"ATTACH;VALUE=BINARY;ENCODING=BASE64:YWJj", R"(["attach",{"encoding":"BASE64"},"binary","YWJj"])"},
        {"RRULE:FREQ=YEARLY;UNTIL=20300101T000000Z;BYDAY=-1SU,2MO;BYMONTH=10;WKST=MO",
         R"(["rrule",{},"recur",{"freq":"YEARLY","until":"2030-01-01T00:00:00Z","byday":["-1SU","2MO"],)"
         R"("bymonth":[10],"wkst":"MO"}])"},
        {"RRULE:RSCALE=HEBREW;FREQ=YEARLY;COUNT=3;BYMONTH=5L",
         R"(["rrule",{},"recur",{"rscale":"HEBREW","freq":"YEARLY","count":3,"bymonth":["5L"]}])"},
        {"X-FOO:a\\,b;c", R"(["x-foo",{},"unknown","a\\,b;c"])"},
        {"X-FOO;VALUE=DATE:20260101", R"(["x-foo",{},"date","2026-01-01"])"},
        {"X-FOO;VALUE=BOOLEAN:TRUE", R"(["x-foo",{},"boolean",true])"},
    };
    for (const auto& [line, json] : table) {
        std::string unfolded = fromJson(eventJson(json)).bytes();
        for (std::size_t at = 0; (at = unfolded.find("\r\n ", at)) != std::string::npos;) unfolded.erase(at, 3);
        EXPECT_EQ(toJson(Document::parse(event(line))), eventJson(json));
        EXPECT_EQ(unfolded, event(line));
    }
}

TEST(JCal, MendsAndKeepsWhatIsOdd) {
    const auto json = [](const std::string& line) { return toJson(Document::parse(event(line))); };
    EXPECT_EQ(json("DTSTART:20260101"), eventJson(R"(["dtstart",{},"date","2026-01-01"])"));
    EXPECT_EQ(json("DTSTART:tomorrow"), eventJson(R"(["dtstart",{},"date-time","tomorrow"])"));
    EXPECT_EQ(json("PRIORITY:high"), eventJson(R"(["priority",{},"integer","high"])"));
    EXPECT_EQ(json("PRIORITY:007"), eventJson(R"(["priority",{},"integer",7])"));
    EXPECT_EQ(json("RRULE:daily"), eventJson(R"(["rrule",{},"recur","daily"])"));
    const auto bytes = [](const std::string& property) { return fromJson(eventJson(property)).bytes(); };
    EXPECT_EQ(bytes(R"(["dtstart",{},"date-time","20260101T100000Z"])"), event("DTSTART:20260101T100000Z"));
    EXPECT_EQ(bytes(R"(["rrule",{},"recur",{"bymonth":4,"byday":"1SU","freq":"YEARLY"}])"),
              event("RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU"));
}

TEST(JCard, EveryShapeBothWays) {
    const Pair table[] = {
        {"FN:Jane Doe", R"(["fn",{},"text","Jane Doe"])"},
        {"N:Stevenson;John;Philip,Paul;Dr.;Jr.\\, M.D.",
         R"(["n",{},"text",["Stevenson","John",["Philip","Paul"],"Dr.","Jr., M.D."]])"},
        {"ORG:One", R"(["org",{},"text","One"])"},
        {"ORG:One;Two", R"(["org",{},"text",["One","Two"]])"},
        {"NICKNAME:a,b", R"(["nickname",{},"text","a","b"])"},
        {"item1.TEL;VALUE=uri;TYPE=cell,work:tel:+49-1",
         R"(["tel",{"group":"item1","type":["cell","work"]},"uri","tel:+49-1"])"},
        {"BDAY:19850412", R"(["bday",{},"date-and-or-time","1985-04-12"])"},
        {"BDAY:--0412", R"(["bday",{},"date-and-or-time","--04-12"])"},
        {"BDAY:19850412T102200-0800", R"(["bday",{},"date-and-or-time","1985-04-12T10:22:00-08:00"])"},
        {"BDAY;VALUE=text:circa 1800", R"(["bday",{},"text","circa 1800"])"},
        {"REV:19951031T222710Z", R"(["rev",{},"timestamp","1995-10-31T22:27:10Z"])"},
        {"LANG;PREF=1:fr", R"(["lang",{"pref":"1"},"language-tag","fr"])"},
        {"PHOTO:data:image/png;base64,YWJj", R"(["photo",{},"uri","data:image/png;base64,YWJj"])"},
        {"X-ABLabel:x", R"(["x-ablabel",{},"unknown","x"])"},
    };
    for (const auto& [line, json] : table) {
        EXPECT_EQ(toJson(Document::parse(card(line))), cardJson(json));
        const Document back = fromJson(cardJson(json));
        const Document expected = Document::parse(card(line));
        ASSERT_EQ(back.root().properties().size(), 2U);
        const Property& property = back.root().properties()[1];
        const Property& wanted = expected.root().properties()[1];
        EXPECT_TRUE(property.is(wanted.name()));
        EXPECT_EQ(property.value(), wanted.value());
        EXPECT_EQ(property.group(), wanted.group());
        EXPECT_EQ(property.parameterTexts("TYPE"), wanted.parameterTexts("TYPE"));
        EXPECT_EQ(property.parameter("VALUE"), wanted.parameter("VALUE"));
    }
}

TEST(JCard, IsAlwaysVersion4) {
    EXPECT_EQ(toJson(Document::parse("BEGIN:VCARD\r\nVERSION:3.0\r\nBDAY:1985-04-12\r\nEND:VCARD\r\n")),
              cardJson(R"(["bday",{},"date-and-or-time","1985-04-12"])"));
}

TEST(FromJson, RefusesWhatIsNoCalendar) {
    std::string deep = R"(["vcalendar",[],[)";
    for (int i = 0; i < 17; ++i) deep += R"(["x",[],[)";
    for (int i = 0; i < 17; ++i) deep += "]]";
    deep += "]]";
    for (const std::string& json : {
             std::string(""),
             std::string("[["),
             std::string("{}"),
             std::string("[]"),
             std::string(R"(["vevent",[],[]])"),
             std::string(R"(["vcalendar"])"),
             eventJson(R"(["a.b",{},"text","x"])"),
             std::string(R"(["vcalendar",{}])"),
             std::string(R"([["x"],[]])"),
             std::string(R"(["vcalendar",[],[],[]])"),
             deep,
             std::string(100'000, '['),
             eventJson(R"(["summary",{},"text"])"),
             eventJson(R"(["summary",[],"text","x"])"),
             eventJson(R"(["a b",{},"text","x"])"),
             eventJson(R"(["a:b",{},"text","x"])"),
             eventJson(R"(["x",{"p:":"1"},"text","x"])"),
             eventJson(R"(["x",{},"te xt","x"])"),
             eventJson(R"(["x",{},"text",{"a":1}])"),
             eventJson(R"(["x",{"p":{"a":1}},"text","x"])"),
             eventJson("[\"x\",{},\"text\",\"\xC3(\"]"),
         })
        EXPECT_THROW(fromJson(json), ParseError) << json.substr(0, 100);
}

TEST(FromJson, NothingBreaksOutOfALine) {
    EXPECT_EQ(fromJson(eventJson(R"(["x-a",{"p":"1\r\nEND:VEVENT"},"unknown","a\r\nEND:VEVENT\u0000"])")).bytes(),
              event("X-A;P=\"1^nEND:VEVENT\":a\\nEND:VEVENT"));
}

TEST(FromJson, KeepsTheOrder) {
    const std::string bytes =
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nTZNAME:Y\r\nEND:STANDARD\r\n"
        "END:VTIMEZONE\r\nBEGIN:VEVENT\r\nX-A:1\r\nX_B/2:2\r\nX-A:3\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    EXPECT_EQ(fromJson(toJson(Document::parse(bytes))).bytes(), bytes);
}

}  // namespace
}  // namespace crmdav
