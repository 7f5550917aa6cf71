#include <benchmark/benchmark.h>

#include <filesystem>

#include "protocol/dav/filter.h"
#include "protocol/text/datetime.h"
#include "tests/store/store_support.h"

// The store's verbs over 10,000 events of 1 KB, one in twenty a series, and 25,000 cards of half a KB, with full
// durability. Counters: statements a call, and bytes on disk for each byte of the objects.
namespace crmdav {
namespace {

constexpr int events = 10'000, cards = 25'000;

std::string benchEvent(int i, int revision = 0) {
    const Instant day = std::chrono::sys_days(std::chrono::year(2024) / 1 / 1) + std::chrono::days(i * 7919 % 1827);
    const std::string start = utcText(day + std::chrono::hours(8 + i % 9)).substr(0, 15);
    const std::string rule = i % 20 == 0 ? "RRULE:FREQ=WEEKLY;COUNT=" + std::to_string(10 + i % 40) + "\r\n" : "";
    std::string text = meeting("event-" + std::to_string(i) + "@bench.example", start,
                               "Event " + std::to_string(i) + " rev " + std::to_string(revision),
                               rule + "LOCATION:Room " + std::to_string(i % 40) + "\r\n");
    const std::string line = "DESCRIPTION:agenda review quarter planning budget travel customer release\r\n";
    while (text.size() < 950) text.insert(text.find("END:VEVENT"), line);
    return text.replace(text.find("DTSTART:"), 8, "DTSTART;TZID=Europe/Berlin:");
}

std::string benchCard(int i) {
    const std::string n = std::to_string(i);
    return card("card-" + n, (i % 500 == 123 ? "Quastenflosser " : "Maier ") + n,
                "EMAIL;TYPE=INTERNET,WORK:p" + n + "@mail.example\r\nEMAIL;TYPE=INTERNET,HOME:home" + n +
                    "@post.example\r\nTEL;TYPE=CELL:+49 170 " + std::to_string(1'000'000 + i) +
                    "\r\nADR;TYPE=HOME:;;Hafenstrasse 7;Hamburg;;20457;Germany\r\nNOTE:Met at the harbour fair.\r\n"
                    "REV:20240101T000000Z\r\n");
}

class Filled {
public:
    Filled() {
        for (int from = 0; from < events; from += 500)
            store->batch([&] {
                for (int i = from; i < from + 500; ++i)
                    store->saveObject(anna, work.id, eventName(i), benchEvent(i), {});
            });
        for (int from = 0; from < cards; from += 500)
            store->batch([&] {
                for (int i = from; i < from + 500; ++i)
                    store->saveObject(anna, friends.id, "card-" + std::to_string(i) + ".vcf", benchCard(i), {});
            });
    }
    static std::string eventName(int i) { return "event-" + std::to_string(i) + "@bench.example.ics"; }
    std::int64_t bytesOfObjects() {
        const auto usage = store->usage("anna");
        return usage.bytes;
    }

    TempStore store;
    Actor anna = store.user("anna");
    Collection work = store.calendar(anna, "work");
    Collection friends = store.book(anna, "friends");
};

Filled& filled() {
    static Filled all;
    return all;
}

CalendarFilter week() {
    CalendarFilter filter;
    CompFilter comp;
    comp.name = "VEVENT";
    comp.range = TimeRange{*parseUtc("20260601T000000Z"), *parseUtc("20260608T000000Z")};
    filter.root.comps.push_back(comp);
    return filter;
}

template <class Verb>
void measure(benchmark::State& state, Verb&& verb) {
    Filled& f = filled();
    std::int64_t i = 0;
    verb(f, i++);  // statements are prepared once
    const std::size_t before = Store::statementsOfThread();
    for (auto _ : state) verb(f, i++);
    state.counters["statements"] = benchmark::Counter(static_cast<double>(Store::statementsOfThread() - before),
                                                      benchmark::Counter::kAvgIterations);
}

void putNew(benchmark::State& state) {
    static int fresh = 1'000'000;
    measure(state, [](Filled& f, std::int64_t) {
        const int i = ++fresh;
        f.store->saveObject(f.anna, f.work.id, Filled::eventName(i), benchEvent(i), {});
    });
}
BENCHMARK(putNew)->Iterations(2000);

void putChanged(benchmark::State& state) {
    static int revision = 0;
    measure(state, [](Filled& f, std::int64_t i) {
        const int n = static_cast<int>(i * 37 % events / 20 * 20 + 1);
        f.store->saveObject(f.anna, f.work.id, Filled::eventName(n), benchEvent(n, ++revision), {});
    });
}
BENCHMARK(putChanged)->Iterations(2000);

void putCard(benchmark::State& state) {
    static int fresh = 1'000'000;
    measure(state, [](Filled& f, std::int64_t) {
        const int i = ++fresh;
        f.store->saveObject(f.anna, f.friends.id, std::to_string(i) + ".vcf", benchCard(i), {});
    });
}
BENCHMARK(putCard)->Iterations(2000);

void remove(benchmark::State& state) {
    static int next = 1'000'000;
    measure(state,
            [](Filled& f, std::int64_t) { f.store->removeObject(f.anna, f.work.id, Filled::eventName(++next), {}); });
}
BENCHMARK(remove)->Iterations(1900);

void collectionByName(benchmark::State& state) {
    measure(state, [](Filled& f, std::int64_t) {
        benchmark::DoNotOptimize(f.store->collection("anna", Home::calendars, "work"));
    });
}
BENCHMARK(collectionByName);

void get(benchmark::State& state) {
    measure(state, [](Filled& f, std::int64_t i) {
        f.store->object(f.work.id, Filled::eventName(static_cast<int>(i * 7919 % events)),
                        [](const Member& m, std::string_view bytes) {
                            benchmark::DoNotOptimize(m.id);
                            benchmark::DoNotOptimize(bytes.data());
                        });
    });
}
BENCHMARK(get);

void multiget500(benchmark::State& state) {
    std::vector<std::string> names;
    for (int i = 0; i < 500; ++i) names.push_back(Filled::eventName(i * 19));
    measure(state, [&](Filled& f, std::int64_t) {
        f.store->multiget(f.work.id, names, true,
                          [](const Member&, std::string_view bytes) { benchmark::DoNotOptimize(bytes.data()); });
    });
}
BENCHMARK(multiget500);

void delta10(benchmark::State& state) {
    const auto now = filled().store->collectionById(filled().work.id);
    std::string token = now->syncToken;
    token = token.substr(0, token.rfind('/') + 1) + std::to_string(now->counter - 10);
    measure(state, [&](Filled& f, std::int64_t) {
        f.store->changesSince(f.work.id, token, 0, MemberDetail::rows,
                              [](const Change& c, std::string_view) { benchmark::DoNotOptimize(c.member.id); });
    });
}
BENCHMARK(delta10);

void listing(benchmark::State& state) {
    measure(state, [](Filled& f, std::int64_t) {
        f.store->members(f.work.id, MemberDetail::rows,
                         [](const Member& m, std::string_view) { benchmark::DoNotOptimize(m.name.data()); });
    });
}
BENCHMARK(listing)->Unit(benchmark::kMicrosecond);

void weekQuery(benchmark::State& state) {
    const CalendarFilter filter = week();
    measure(state, [&](Filled& f, std::int64_t) {
        f.store->queryCalendar(f.work.id, filter, "Europe/Berlin", 0,
                               [](const Member&, std::string_view bytes) { benchmark::DoNotOptimize(bytes.data()); });
    });
}
BENCHMARK(weekQuery)->Unit(benchmark::kMicrosecond);

void freeBusyWeek(benchmark::State& state) {
    const TimeRange range{*parseUtc("20260601T000000Z"), *parseUtc("20260608T000000Z")};
    measure(state, [&](Filled& f, std::int64_t) {
        benchmark::DoNotOptimize(f.store->freeBusy({&f.work.id, 1}, range, "Europe/Berlin"));
    });
}
BENCHMARK(freeBusyWeek)->Unit(benchmark::kMicrosecond);

void cardSearch(benchmark::State& state) {
    CardFilter filter;
    PropFilter prop;
    prop.name = "FN";
    prop.texts.push_back(textMatch("quasten", Collation::unicodeCasemap));
    filter.props.push_back(prop);
    measure(state, [&](Filled& f, std::int64_t) {
        f.store->queryBook(f.friends.id, filter, 0,
                           [](const Member&, std::string_view bytes) { benchmark::DoNotOptimize(bytes.data()); });
    });
}
BENCHMARK(cardSearch)->Unit(benchmark::kMicrosecond);

void bytesOnDisk(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(filled().store->figures());
    state.counters["diskPerByte"] =
        static_cast<double>(filled().store->figures().bytes) / static_cast<double>(filled().bytesOfObjects());
}
BENCHMARK(bytesOnDisk)->Iterations(1);

}  // namespace
}  // namespace crmdav
