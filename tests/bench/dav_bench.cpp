#include <benchmark/benchmark.h>

#include <string>

#include "protocol/dav/hrefs.h"
#include "protocol/dav/multistatus.h"
#include "protocol/dav/names.h"
#include "protocol/dav/requests.h"
#include "protocol/text/content_lines.h"

using namespace crmdav;

namespace {

std::string root(std::string_view name, const std::string& inside) {
    std::string body(xmlDeclaration());
    XmlWriter(body).raw("<").raw(name).raw(rootNamespaces()).raw(">").raw(inside).raw("</").raw(name).raw(">");
    return body;
}

/// What Apple's clients ask of a home: some thirty properties, 0.9 KB.
std::string homePropfind() {
    std::string inside;
    XmlWriter writer(inside);
    writer.open(dav::prop);
    const QName names[] = {dav::resourcetype,
                           dav::displayname,
                           dav::current_user_privilege_set,
                           dav::owner,
                           dav::resource_id,
                           dav::sync_token,
                           dav::supported_report_set,
                           dav::quota_available_bytes,
                           dav::quota_used_bytes,
                           dav::add_member,
                           caldav::supported_calendar_component_set,
                           caldav::calendar_description,
                           caldav::calendar_timezone,
                           caldav::calendar_free_busy_set,
                           caldav::schedule_calendar_transp,
                           caldav::schedule_default_calendar_URL,
                           caldav::max_attendees_per_instance,
                           caldav::default_alarm_vevent_date,
                           cs::getctag,
                           cs::source,
                           cs::publish_url,
                           cs::allowed_sharing_modes,
                           cs::pushkey,
                           apple::calendar_color,
                           apple::calendar_order,
                           apple::refreshrate};
    for (const QName& name : names) writer.empty(name);
    writer.close(dav::prop);
    return root("D:propfind", inside);
}

const std::string& event() {
    static const std::string bytes = [] {
        std::string text =
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//Client 1.0//EN\r\nBEGIN:VEVENT\r\n"
            "UID:6d1f1d3e-7a44-4b1e-9d3a-5a8e2f7c0001\r\nDTSTAMP:20260101T000000Z\r\n"
            "DTSTART;TZID=Europe/Berlin:20260105T100000\r\nDTEND;TZID=Europe/Berlin:20260105T110000\r\n"
            "SUMMARY:Call with the buyer\r\nLOCATION:Phone\r\nCATEGORIES:Call\r\n";
        for (int i = 0; i < 6; ++i)
            text += "ATTENDEE;CN=Guest " + std::to_string(i) + ";PARTSTAT=NEEDS-ACTION:mailto:guest" +
                    std::to_string(i) + "@example.com\r\n";
        text += "DESCRIPTION:" + std::string(200, 'x') + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        return text;
    }();
    return bytes;
}

CalendarFilter filterOf(std::string_view inside) {
    const auto body = root("C:calendar-query",
                           "<C:filter><C:comp-filter name='VCALENDAR'><C:comp-filter "
                           "name='VEVENT'>" +
                               std::string(inside) + "</C:comp-filter></C:comp-filter></C:filter>");
    return parseCalendarQuery(XmlDocument::parse(body).root()).filter;
}

void xmlPropfind(benchmark::State& state) {
    const std::string body = homePropfind();
    for (auto _ : state) {
        const auto document = XmlDocument::parse(body);
        benchmark::DoNotOptimize(parsePropfind(&document.root()));
    }
    state.counters["bytes"] = static_cast<double>(body.size());
}
BENCHMARK(xmlPropfind);

void xmlMultiget(benchmark::State& state) {
    std::string inside = "<D:prop><D:getetag/><C:calendar-data/></D:prop>\n";
    for (int i = 0; i < 1200; ++i)
        inside += "<D:href>/dav/calendars/anna/activities/6d1f1d3e-7a44-4b1e-9d3a-5a8e" + std::to_string(10000 + i) +
                  ".ics</D:href>\n";
    const std::string body = root("C:calendar-multiget", inside);
    for (auto _ : state) {
        const auto document = XmlDocument::parse(body);
        benchmark::DoNotOptimize(parseCalendarMultiget(document.root()));
    }
    state.counters["bytes"] = static_cast<double>(body.size());
}
BENCHMARK(xmlMultiget)->Unit(benchmark::kMicrosecond);

void multistatusListing(benchmark::State& state) {
    std::size_t bytes = 0;
    for (auto _ : state) {
        Multistatus answer([&](std::string_view piece) { bytes += piece.size(); });
        std::string href = "/dav/calendars/anna/activities/";
        const std::size_t base = href.size();
        for (int i = 0; i < 10'000; ++i) {
            href.resize(base);
            appendSegment(href, "6d1f1d3e-7a44-4b1e-9d3a-5a8e2f7c0001.ics");
            answer.begin(href).element(dav::getetag, "\"0123456789abcdefghijkl\"");
            answer.end();
        }
        answer.finish();
    }
    state.counters["bytes"] = benchmark::Counter(static_cast<double>(bytes), benchmark::Counter::kAvgIterations);
}
BENCHMARK(multistatusListing)->Unit(benchmark::kMicrosecond);

void multistatusBodies(benchmark::State& state) {
    std::size_t bytes = 0;
    for (auto _ : state) {
        Multistatus answer([&](std::string_view piece) { bytes += piece.size(); });
        for (int i = 0; i < 10'000; ++i) {
            answer.begin("/dav/calendars/anna/activities/6d1f1d3e-7a44-4b1e-9d3a-5a8e2f7c0001.ics")
                .element(dav::getetag, "\"0123456789abcdefghijkl\"")
                .element(caldav::calendar_data, event());
            answer.end();
        }
        answer.finish();
    }
    state.counters["bytes"] = benchmark::Counter(static_cast<double>(bytes), benchmark::Counter::kAvgIterations);
}
BENCHMARK(multistatusBodies)->Unit(benchmark::kMicrosecond);

void filterMatch(benchmark::State& state, std::string_view inside) {
    const CalendarFilter filter = filterOf(inside);
    for (auto _ : state) {
        const Document object = Document::parse(event());
        benchmark::DoNotOptimize(matches(filter, object, utcZone()));
    }
}
BENCHMARK_CAPTURE(filterMatch, present, "");
BENCHMARK_CAPTURE(filterMatch, text,
                  "<C:prop-filter name='SUMMARY'><C:text-match>BUYER</C:text-match></C:prop-filter>");
BENCHMARK_CAPTURE(filterMatch, unicode,
                  "<C:prop-filter name='DESCRIPTION'><C:text-match collation='i;unicode-casemap'>ä</C:text-match>"
                  "</C:prop-filter>");
BENCHMARK_CAPTURE(filterMatch, range, "<C:time-range start='20260105T000000Z' end='20260112T000000Z'/>");

}  // namespace
