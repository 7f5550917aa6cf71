#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>

#include "protocol/dav/errors.h"
#include "protocol/text/content_lines.h"
#include "protocol/text/freebusy.h"
#include "protocol/text/icalendar.h"
#include "protocol/text/json_text.h"
#include "protocol/text/views.h"

/// Any bytes as a calendar object: what the server would store must be readable in every way it is read later, in
/// bounded time (the fuzzer's -timeout) and memory.
using namespace crmdav;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

template <class Work>
void attempt(Work work) {
    try {
        work();
    } catch (const DavError&) {
    } catch (const ParseError&) {
    }
}

void readTimes(const Document& document, const TimeRange& range, const ZonePtr& zone) {
    const CalendarItem item(document.root(), zone);
    std::size_t count = 0;
    item.forEach(range, {.instances = 500}, [&](const Instance& instance) {
        require(instance.start <= instance.end && instance.component != nullptr);
        return ++count < 500;
    });
    require(count <= 500);
    (void)item.alarmIn(range);
    std::vector<BusyPeriod> busy;
    (void)addBusy(item, range, {}, {.instances = 500}, busy);
    const auto merged = mergeBusy(busy, range);
    std::map<Busy, Instant> ends;  // of each kind by itself
    for (const BusyPeriod& period : merged) {
        const auto last = ends.find(period.kind);
        require(period.start < period.end && (last == ends.end() || last->second < period.start));
        ends[period.kind] = period.end;
    }
    const Occurrences index = occurrencesOf(document.root(), range, 200);
    require(index.rows.size() <= 200 + item.components().size());
}

void readViews(const Document& document, const TimeRange& range, const ZonePtr& zone) {
    attempt([&] { (void)Document::parse(expandView(document, range, zone, 200)); });
    attempt([&] { (void)Document::parse(limitRecurrenceSet(document, range, zone)); });
    attempt([&] { (void)Document::parse(limitFreeBusySet(document, range)); });
    attempt([&] { (void)Document::parse(withoutStandardZones(document)); });
    const std::string json = toJson(document);
    attempt([&] { (void)toJson(fromJson(json)); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const ZonePtr zone = findZone("Europe/Berlin");
    static const TimeRange range{*parseUtc("20260101T000000Z"), *parseUtc("20270101T000000Z")};
    attempt([&] {
        const Document document = requireCalendar(std::string(reinterpret_cast<const char*>(data), size),
                                                  {.bytes = 1U << 20U, .lineBytes = 1U << 16U, .lines = 2'000});
        bool stored = true;
        try {
            (void)requireCalendarObject(document);
        } catch (const DavError&) {
            stored = false;
        }
        (void)readCalendarObject(document);
        readTimes(document, range, zone);
        if (stored) readViews(document, range, zone);
    });
    return 0;
}
