#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

#include "server/api/api.h"
#include "server/auth/authenticator.h"
#include "server/auth/base64.h"
#include "server/dav/dav.h"
#include "server/routes.h"
#include "tests/server/temp_store.h"
#include "tests/server/wire.h"
#include "tests/support/sanitized.h"

/// D24 over a socket: whatever a calendar object says of its repetitions, saving it and asking for it is bounded work,
/// and the answer is no fault of the server.
namespace crmdav {
namespace {

using namespace testing;

/// Hours one after the other from 2026 on, each a line, in months of 28 days.
std::string hourly(const char* name, int count) {
    std::string lines;
    for (int hour = 0; hour < count; ++hour) {
        char text[64];
        std::snprintf(text, sizeof text, "%s:%04d%02d%02dT%02d0000Z\r\n", name, 2026 + hour / 24 / 28 / 12,
                      1 + hour / 24 / 28 % 12, 1 + hour / 24 % 28, hour % 24);
        lines += text;
    }
    return lines;
}

std::string repeated(const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

/// Of a daily series; the END:VEVENT of the last comes with the rest.
std::string overrides(int count) {
    std::string all;
    for (int day = 0; day < count; ++day) {
        char text[32];
        std::snprintf(text, sizeof text, ":%04d%02d%02dT100000Z\r\n", 2026 + day / 28 / 12, 1 + day / 28 % 12,
                      1 + day % 28);
        all += "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:hostile\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID";
        all.append(text).append("DTSTART").append(text);
    }
    return all;
}

const std::string second = "DURATION:PT1S\r\nRRULE:FREQ=SECONDLY";
const std::string alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nDESCRIPTION:x\r\nEND:VALARM\r\n";
const std::string ringing =
    "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-P1D\r\nREPEAT:999999999\r\nDURATION:PT1S\r\nEND:VALARM\r\n";
const std::string everyTime =
    "BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;"
    "BYMINUTE=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,"
    "38,"
    "39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59;"
    "BYSECOND=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,"
    "38,"
    "39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59";

// The work is bounded in steps; this is how long those take, a tenth of it as released.
// A busy machine makes CPU time longer, too.
const double mostSeconds = isSanitized() ? 30 : 8;

struct Hostile {
    const char* name;
    bool near, far;  ///< found in a week of its first year; in one of the year 9998
    std::string lines;
    std::string start = ":20260101T100000Z";
};

class HostileRules : public TestWithParam<Hostile> {
protected:
    HostileRules() { secret = temp.store->addAppPassword({}, temp.anna.id, "phone", {}, {}).secret; }

    struct Answer {
        int status;
        std::string body;
        bool has(std::string_view text) const { return body.find(text) != body.npos; }
    };
    Answer ask(const std::string& method, const std::string& target, const std::string& content = {},
               const std::string& type = "application/xml") {
        const std::clock_t before = std::clock();
        const std::string answer = served.exchange(
            method + ' ' + target + " HTTP/1.1\r\nHost: crm.example\r\nConnection: close\r\nDepth: 1\r\n" +
            "Authorization: Basic " + encodeBase64("anna:" + secret) + "\r\nContent-Type: " + type +
            "\r\nContent-Length: " + std::to_string(content.size()) + "\r\n\r\n" + content);
        EXPECT_LT(double(std::clock() - before) / CLOCKS_PER_SEC, mostSeconds)
            << method << ' ' << content.substr(0, 500);
        return {wire::statusOf(answer), std::string(wire::bodyOf(answer))};
    }
    int put(const std::string& uid, const std::string& start, const std::string& lines) {
        return ask("PUT", calendar + uid + ".ics",
                   "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:" + uid +
                       "\r\nDTSTAMP:20260101T000000Z\r\nDTSTART" + start + "\r\n" + lines +
                       "END:VEVENT\r\nEND:VCALENDAR\r\n",
                   "text/calendar")
            .status;
    }
    Answer query(const std::string& comps, const std::string& data = "") {
        const Answer answer =
            ask("REPORT", calendar,
                "<C:calendar-query xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><prop><getetag/>" + data +
                    "</prop><C:filter><C:comp-filter name='VCALENDAR'><C:comp-filter name='VEVENT'>" + comps +
                    "</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>");
        EXPECT_EQ(answer.status, 207) << comps << data;
        return answer;
    }

    const std::string calendar = "/dav/calendars/anna/activities/";
    TempStore temp;
    std::string secret;
    Log log{2, LogLevel::error};
    Context context{*temp.store, temp.config, log};
    Authenticator authenticator{context};
    wire::Served served{[this](const Request& request) {
        static constexpr Parts parts{handleDav, handleApi, davHeader};
        return route(context, parts, authenticator, request);
    }};
};

TEST_P(HostileRules, AreBoundedWorkAndNoFault) {
    const Hostile& row = GetParam();
    ASSERT_EQ(put("hostile", row.start, row.lines), 201);
    ASSERT_EQ(put("tame", ":20260105T100000Z", "DURATION:PT1H\r\n"), 201);
    const std::string near = "start='20260105T000000Z' end='20260112T000000Z'",
                      far = "start='99980105T000000Z' end='99980112T000000Z'", open = "start='20260105T000000Z'";
    for (const std::string& range : {near, far, open}) {
        const std::string times = "<C:time-range " + range + "/>";
        const Answer found = query(times);
        if (range != open) {
            EXPECT_EQ(found.has("hostile.ics"), range == near ? row.near : row.far) << range;
        }
        EXPECT_EQ(found.has("tame.ics"), range != far) << "others are answered";
        query("<C:prop-filter name='RECURRENCE-ID'/>" + times);
        query("<C:comp-filter name='VALARM'>" + times + "</C:comp-filter>");
        query("<C:comp-filter name='VALARM'><C:prop-filter name='ACTION'/>" + times + "</C:comp-filter>");
        EXPECT_EQ(ask("REPORT", calendar,
                      "<C:free-busy-query xmlns:C='urn:ietf:params:xml:ns:caldav'>" + times + "</C:free-busy-query>")
                      .status,
                  200);
    }
    for (const std::string& range : {std::string("start='20260101T000000Z' end='20361231T000000Z'"), far}) {
        const std::string times = "<C:time-range " + range + "/>";
        query(times, "<C:calendar-data><C:expand " + range + "/></C:calendar-data>");
        query(times, "<C:calendar-data><C:limit-recurrence-set " + range + "/></C:calendar-data>");
    }
    EXPECT_EQ(ask("GET", "/api/v1/activities?from=2099-01-05T00:00:00Z&until=2099-01-06T00:00:00Z").status, 200);
    EXPECT_EQ(ask("GET", calendar).status, 200);
    EXPECT_EQ(ask("DELETE", calendar + "hostile.ics").status, 204);
}

TEST_F(HostileRules, OfAvailabilityAreBoundedToo) {  // RFC 7953; whoever asks about a colleague pays for theirs
    const std::string zone = "BEGIN:VTIMEZONE\r\nTZID:X\r\n" +
                             repeated(
                                 "BEGIN:STANDARD\r\nDTSTART:20200101T000000\r\nTZOFFSETFROM:+0100\r\n"
                                 "TZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY\r\nEND:STANDARD\r\n",
                                 500) +
                             "END:VTIMEZONE\r\n";
    std::string availability = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n" + zone;
    for (int i = 0; i < 10; ++i) {
        availability += "BEGIN:VAVAILABILITY\r\nUID:" + std::to_string(i) + "\r\n";
        for (int j = 0; j < 60; ++j)
            availability += "BEGIN:AVAILABLE\r\nUID:" + std::to_string(j) +
                            "\r\nDTSTART;TZID=X:20200101T000000\r\nDURATION:PT1S\r\nRRULE:FREQ=SECONDLY\r\n"
                            "END:AVAILABLE\r\n";
        availability += "END:VAVAILABILITY\r\n";
    }
    const Answer kept =
        ask("PROPPATCH", "/dav/calendars/anna/inbox/",
            "<propertyupdate xmlns='DAV:'><set><prop><calendar-availability "
            "xmlns='urn:ietf:params:xml:ns:caldav'>" +
                availability + "END:VCALENDAR\r\n</calendar-availability></prop></set></propertyupdate>");
    ASSERT_TRUE(kept.status == 207 && kept.has("200 OK")) << kept.body;
    const std::string anna = "mailto:" + temp.anna.email + "\r\n";
    const Answer busy = ask("POST", "/dav/calendars/anna/outbox/",
                            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:REQUEST\r\nBEGIN:VFREEBUSY\r\n"
                            "UID:f\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260101T000000Z\r\n"
                            "DTEND:20270101T000000Z\r\nORGANIZER:" +
                                anna + repeated("ATTENDEE:" + anna, 90) + "END:VFREEBUSY\r\nEND:VCALENDAR\r\n",
                            "text/calendar");
    EXPECT_EQ(busy.status, 200) << busy.body;
    EXPECT_TRUE(busy.has("BUSY-UNAVAILABLE"));
}

const Hostile hostile[] = {
    {"EverySecond", true, true, second + "\r\n" + alarm, ":19000101T000000Z"},
    {"EveryMinuteUntil9999", true, true, "DURATION:PT1S\r\nRRULE:FREQ=MINUTELY;UNTIL=99991231T235959Z\r\n" + alarm,
     ";TZID=Europe/Berlin:20260101T100000"},
    {"HugeCount", true, false, "DURATION:PT1S\r\nRRULE:FREQ=MINUTELY;COUNT=99999999\r\n" + alarm},
    {"HugeCountOfRareOnes", false, false, second + ";INTERVAL=601;BYMINUTE=0;BYSECOND=0;COUNT=99999999\r\n" + alarm},
    {"NoResult", false, false, "DURATION:PT1S\r\nRRULE:FREQ=MINUTELY;BYSETPOS=366;BYSECOND=0,30\r\n" + alarm},
    {"NoResultInYears", false, false,
     "DURATION:PT1S\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;BYSETPOS=-1\r\n" + alarm},
    {"EveryTimeOfTheYear", false, true, "DURATION:PT1S\r\nRRULE:FREQ=YEARLY;" + everyTime + "\r\n" + alarm,
     ":20261231T235959Z"},
    {"EveryTimeCounted", false, false,
     "DURATION:PT1S\r\nRRULE:FREQ=YEARLY;COUNT=4000000000;" + everyTime + "\r\n" + alarm, ":20261231T235959Z"},
    {"LastTimeOfTheYear", false, false, "DURATION:PT1S\r\nRRULE:FREQ=YEARLY;BYSETPOS=-1,366;" + everyTime + "\r\n"},
    {"ManyRules", true, true, repeated("RRULE:FREQ=SECONDLY;INTERVAL=7\r\n", 2000) + alarm},
    {"ManyLargeRules", true, true, repeated("RRULE:FREQ=YEARLY;" + everyTime + "\r\n", 300) + alarm},
    {"AllLeftOut", false, false, second + "\r\nEXRULE:FREQ=SECONDLY\r\n" + alarm},
    {"ManyDates", true, false, "DURATION:PT1S\r\n" + hourly("RDATE", 20'000) + alarm},
    {"ManyExceptions", false, true, "DURATION:PT1S\r\nRRULE:FREQ=HOURLY\r\n" + hourly("EXDATE", 20'000) + alarm},
    {"ManyAlarms", true, true, second + "\r\n" + repeated(ringing, 500) + repeated(alarm, 500)},
    {"ManyOverrides", true, true, "DURATION:PT1S\r\nRRULE:FREQ=DAILY\r\n" + overrides(5'000)},
    {"LongText", true, true,
     "DURATION:PT1S\r\nRRULE:FREQ=DAILY\r\nDESCRIPTION:" + std::string(1'000'000, 'x') + "\r\n"},
    {"Forever", true, true, "DURATION:P99999D\r\nRRULE:FREQ=DAILY\r\n" + alarm},
};
INSTANTIATE_TEST_SUITE_P(D24, HostileRules, ValuesIn(hostile),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace crmdav
