#include <benchmark/benchmark.h>

#include "protocol/text/content_lines.h"

namespace crmdav {
namespace {

/// An event of about 1 KB as phones send it.
std::string event(const std::string& uid) {
    return "BEGIN:VEVENT\r\nCREATED:20260110T090000Z\r\nUID:" + uid +
           "\r\nDTEND;TZID=Europe/Berlin:20260112T110000\r\nTRANSP:OPAQUE\r\n"
           "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC\r\nSUMMARY:Quarterly review with M\xC3\xBCller GmbH\r\n"
           "LAST-MODIFIED:20260110T090100Z\r\nDTSTAMP:20260110T090100Z\r\n"
           "DTSTART;TZID=Europe/Berlin:20260112T100000\r\nSEQUENCE:1\r\n"
           "DESCRIPTION:Agenda\\n1. figures\\n2. forecast\\n3. open questions of the customer\r\n"
           "  and everything else that comes up in between\\, if there is time left for \r\n it\r\n"
           "ORGANIZER;CN=\"Doe, Jane\":mailto:jane@example.org\r\n"
           "ATTENDEE;CN=Bob;CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:b\r\n ob@example.com\r\n"
           "ATTENDEE;CN=\"Doe, Jane\";CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;ROLE=CHAIR:mail\r\n to:jane@example.org\r\n"
           "BEGIN:VALARM\r\nX-WR-ALARMUID:11112222-3333-4444-5555-666677778888\r\nTRIGGER:-PT15M\r\n"
           "DESCRIPTION:Reminder\r\nACTION:DISPLAY\r\nEND:VALARM\r\nEND:VEVENT\r\n";
}

std::string calendar(int events) {
    std::string text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\n";
    for (int i = 0; i < events; ++i) text += event("11112222-3333-4444-5555-6666777788" + std::to_string(10 + i % 90));
    return text + "END:VCALENDAR\r\n";
}

std::string cardWithPhoto(std::size_t photo) {
    std::string text = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Jane Doe\r\nN:Doe;Jane;;;\r\nUID:1\r\n";
    appendFolded(text, "PHOTO;ENCODING=b;TYPE=JPEG:" + base64Encode(std::string(photo, 'x')));
    return text + "END:VCARD\r\n";
}

void parse(benchmark::State& state, const std::string& text) {
    for (auto _ : state) benchmark::DoNotOptimize(Document::parse(text));
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

void overlay(benchmark::State& state, const std::string& text) {
    for (auto _ : state) {
        Document document = Document::parse(text);
        document.root().components()[0].setText("SUMMARY", "Something else");
        benchmark::DoNotOptimize(document.bytes());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

BENCHMARK_CAPTURE(parse, event_1kb, calendar(1));
BENCHMARK_CAPTURE(parse, calendar_50kb, calendar(45));
BENCHMARK_CAPTURE(parse, card_with_8mb_photo, cardWithPhoto(6U << 20U));
BENCHMARK_CAPTURE(overlay, event_1kb, calendar(1));
BENCHMARK_CAPTURE(overlay, calendar_50kb, calendar(45));

}  // namespace
}  // namespace crmdav

BENCHMARK_MAIN();
