#include "store/queries.h"

#include <random>
#include <set>

#include "protocol/dav/filter.h"
#include "protocol/text/content_lines.h"
#include "protocol/text/freebusy.h"
#include "tests/store/store_support.h"

namespace crmdav {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

Instant at(std::string_view utc) { return *parseUtc(utc); }

CalendarFilter during(const std::string& component, TimeRange range) {
    CalendarFilter filter;
    CompFilter comp;
    comp.name = component;
    comp.range = range;
    filter.root.comps.push_back(comp);
    return filter;
}

CardFilter searching(const std::string& property, const std::string& text, MatchType type = MatchType::contains,
                     Collation collation = Collation::unicodeCasemap) {
    CardFilter filter;
    PropFilter prop;
    prop.name = property;
    prop.texts.push_back(textMatch(text, collation, type));
    filter.props.push_back(prop);
    return filter;
}

class Queries : public testing::Test {
protected:
    void put(const std::string& name, const std::string& bytes) { put(calendar, name, bytes); }
    void put(const Collection& c, const std::string& name, const std::string& bytes) {
        store->saveObject(anna, c.id, name, bytes, {});
    }
    std::set<std::string> found(const Collection& c, const CalendarFilter& filter, const std::string& zone = "") {
        std::set<std::string> names;
        store->queryCalendar(c.id, filter, zone, 0, [&](const Member& m, std::string_view bytes) {
            EXPECT_TRUE(names.insert(m.name).second) << m.name << " twice";
            EXPECT_EQ(static_cast<std::int64_t>(bytes.size()), m.size);
        });
        return names;
    }
    /// What the bytes say, without any index.
    std::set<std::string> expected(const Collection& c, const CalendarFilter& filter, const std::string& zone = "") {
        std::set<std::string> names;
        const ZonePtr floating = zone.empty() ? utcZone() : findZone(zone);
        store->members(c.id, MemberDetail::bytes, [&](const Member& m, std::string_view bytes) {
            if (matches(filter, Document::parse(std::string(bytes)), floating)) names.insert(m.name);
        });
        return names;
    }
    std::set<std::string> found(const CardFilter& filter) {
        std::set<std::string> names;
        store->queryBook(book.id, filter, 0, [&](const Member& m, std::string_view) { names.insert(m.name); });
        return names;
    }
    std::set<std::string> expected(const CardFilter& filter) {
        std::set<std::string> names;
        store->members(book.id, MemberDetail::bytes, [&](const Member& m, std::string_view bytes) {
            if (matches(filter, Document::parse(std::string(bytes)))) names.insert(m.name);
        });
        return names;
    }
    std::size_t stepsOf(const Collection& c, const CalendarFilter& filter) {
        const std::size_t before = Database::stepsOfThread();
        found(c, filter);
        return Database::stepsOfThread() - before;
    }

    TempStore store;
    Actor anna = store.user("anna");
    Collection calendar = [this] {
        Collection wanted;
        wanted.owner = anna.user;
        wanted.name = "work";
        wanted.components = {ComponentKind::event, ComponentKind::todo, ComponentKind::journal, ComponentKind::other};
        return store->makeCollection(anna, wanted);
    }();
    Collection book = store.book(anna, "friends");
};

/// Objects of every sort around 2026, told apart by `i`.
std::string assorted(int i, std::mt19937& random) {
    const auto pick = [&](unsigned n) { return static_cast<int>(random() % n); };
    const std::string uid = "u" + std::to_string(i);
    const Instant start =
        at("20240101T000000Z") + std::chrono::hours(pick(5 * 365 * 24)) + std::chrono::minutes(15 * pick(4));
    const std::string utc = utcText(start), local = utc.substr(0, 15), date = utc.substr(0, 8);
    static const char* lengths[] = {"PT0S", "PT30M", "PT1H", "PT5H", "PT20H", "P2D", "P9D", "P40D", "P200D", "P900D"};
    const std::string length = std::string("DURATION:") + lengths[pick(10)] + "\r\n";
    static const char* rules[] = {"FREQ=DAILY",
                                  "FREQ=WEEKLY;COUNT=30",
                                  "FREQ=MONTHLY",
                                  "FREQ=YEARLY",
                                  "FREQ=DAILY;COUNT=3",
                                  "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
                                  "FREQ=HOURLY;COUNT=2000",
                                  "FREQ=YEARLY;INTERVAL=7"};
    const std::string rule = std::string("RRULE:") + rules[pick(8)] + "\r\n";
    switch (pick(8)) {
        case 0: return event(uid, "DTSTART;VALUE=DATE:" + date + "\r\n");
        case 1: return event(uid, "DTSTART:" + local + "\r\n" + length);
        case 2: return event(uid, "DTSTART;TZID=America/New_York:" + local + "\r\n" + length);
        case 3: return event(uid, "DTSTART:" + utc + "\r\nDURATION:PT1H\r\n" + rule);
        case 4: return event(uid, "DTSTART:" + local + "\r\nDURATION:PT1H\r\n" + rule);
        case 5: {
            static const char* dates[] = {"DUE:", "DTSTART:", "CREATED:", "COMPLETED:"};
            const int which = pick(5);
            std::string todo = event(uid, which == 4 ? "" : dates[which] + utc + "\r\n");
            for (auto p = todo.find("VEVENT"); p != std::string::npos; p = todo.find("VEVENT"))
                todo.replace(p, 6, "VTODO");
            return todo;
        }
        default: return event(uid, "DTSTART:" + utc + "\r\n" + length);
    }
}

TEST_F(Queries, TimeRangesFindWhatTheBytesSay) {  // RFC 4791 §9.9
    std::mt19937 random(11);
    store->batch([&] {
        for (int i = 0; i < 250; ++i) put("m" + std::to_string(i) + ".ics", assorted(i, random));
    });
    const auto moment = [&] { return at("20230101T000000Z") + std::chrono::hours(random() % (9 * 365 * 24)); };
    static const std::string zones[] = {"", "Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago"};
    for (int round = 0; round < 120; ++round) {
        const Instant start = moment();
        static constexpr std::chrono::hours lengths[] = {1h, 24h, 7 * 24h, 31 * 24h, 3 * 365 * 24h};
        TimeRange range{start, start + lengths[random() % 5]};
        if (round % 10 == 3) range.end = Instant::max();
        if (round % 10 == 7) range.start = Instant::min();
        if (round % 40 == 9) range = {at("20610101T000000Z"), at("20610201T000000Z")};
        const auto filter = during(round % 4 == 0 ? "VTODO" : "VEVENT", range);
        const std::string& zone = zones[random() % 4];
        EXPECT_EQ(found(calendar, filter, zone), expected(calendar, filter, zone))
            << round << ' ' << zone << ' ' << range.start.time_since_epoch().count();
    }
}

TEST_F(Queries, TheIndexFollowsEveryChange) {
    const auto week = during("VEVENT", {at("20261123T000000Z"), at("20261130T000000Z")});
    put("a.ics", meeting("a", "20261124T090000Z"));
    EXPECT_THAT(found(calendar, week), ElementsAre("a.ics"));
    put("a.ics", meeting("a", "20261224T090000Z"));
    EXPECT_THAT(found(calendar, week), IsEmpty());
    put("a.ics", meeting("a", "20261124T090000Z", "M", "RRULE:FREQ=DAILY;COUNT=30\r\n"));
    EXPECT_THAT(found(calendar, week), ElementsAre("a.ics"));
    put("a.ics", meeting("a", "20261224T090000Z", "M", "RRULE:FREQ=DAILY;COUNT=30\r\n"));
    EXPECT_THAT(found(calendar, week), IsEmpty());
    put("a.ics", meeting("a", "20261124T090000Z"));
    store->removeObject(anna, calendar.id, "a.ics", {});
    EXPECT_THAT(found(calendar, week), IsEmpty());
    put("a.ics", meeting("a", "20261125T090000Z"));
    EXPECT_THAT(found(calendar, week), ElementsAre("a.ics"));
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(Queries, TheHorizonMovesWithTime) {  // D24: endless rules decades after their start
    put("a.ics", meeting("a", "20200106T090000Z", "Monday", "RRULE:FREQ=WEEKLY\r\n"));
    put("b.ics", meeting("b", "20200106T090000Z", "Hourly", "RRULE:FREQ=HOURLY\r\n"));
    store.now += std::chrono::days(20 * 365);
    while (store->tend()) continue;
    const auto far = during("VEVENT", {store.now, store.now + 7 * 24h});
    EXPECT_THAT(found(calendar, far), ElementsAre("a.ics", "b.ics"));
    const auto old = during("VEVENT", {at("20210101T000000Z"), at("20210108T000000Z")});
    EXPECT_THAT(found(calendar, old), ElementsAre("a.ics", "b.ics"));
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(Queries, AWeekTakesTheSameStepsOverAThousandMembersAndOverTwentyThousand) {
    const Collection small = store.calendar(anna, "small"), large = store.calendar(anna, "large");
    const auto fill = [&](const Collection& c, int count) {
        for (int from = 0; from < count; from += 500)
            store->batch([&] {
                for (int i = from; i < std::min(count, from + 500); ++i) {
                    // Ten in the week asked for, the others by the hour around it.
                    const Instant start =
                        i < 10 ? at("20261124T000000Z") + std::chrono::hours(i)
                               : at("20200101T000000Z") + std::chrono::hours(2 * i + (i > 20'000 ? 40'000 : 0));
                    put(c, c.name + std::to_string(i), meeting(c.name + std::to_string(i), utcText(start)));
                }
            });
    };
    fill(small, 1000);
    fill(large, 20'000);
    fill(store.calendar(anna, "last"), 1);  // so that neither of them ends where the tables end
    const auto week = during("VEVENT", {at("20261123T000000Z"), at("20261130T000000Z")});
    ASSERT_EQ(found(small, week).size(), 10U);
    ASSERT_EQ(found(large, week).size(), 10U);
    EXPECT_EQ(stepsOf(small, week), stepsOf(large, week));
    const auto busySteps = [&](const Collection& c) {
        const std::size_t before = Database::stepsOfThread();
        EXPECT_EQ(store->freeBusy({&c.id, 1}, {at("20261123T000000Z"), at("20261130T000000Z")}, "").size(), 1U);
        return Database::stepsOfThread() - before;
    };
    EXPECT_EQ(busySteps(small), busySteps(large));
    const auto deltaSteps = [&](const Collection& c) {
        const std::string token = store->collectionById(c.id)->syncToken;
        put(c, c.name + "0", meeting(c.name + "0", "20261124T000000Z", "Changed"));
        const std::size_t before = Database::stepsOfThread();
        store->changesSince(c.id, token, 0, MemberDetail::bytes, [](const Change&, std::string_view) {});
        return Database::stepsOfThread() - before;
    };
    EXPECT_EQ(deltaSteps(small), deltaSteps(large));
}

TEST_F(Queries, LimitsStopTheAnswerAndSaySo) {
    for (const char* uid : {"a", "b", "c"}) put(uid, meeting(uid, "20261124T090000Z"));
    const auto week = during("VEVENT", {at("20261123T000000Z"), at("20261130T000000Z")});
    int seen = 0;
    const auto count = [&](const Member&, std::string_view) { ++seen; };
    EXPECT_TRUE(store->queryCalendar(calendar.id, week, "", 2, count));
    EXPECT_EQ(seen, 2);
    EXPECT_FALSE(store->queryCalendar(calendar.id, week, "", 3, count));
    for (const char* uid : {"a", "b", "c"}) put(book, uid, card(uid, "Anna"));
    EXPECT_TRUE(store->queryBook(book.id, searching("FN", "anna"), 2, count));
    EXPECT_FALSE(store->queryBook(book.id, searching("FN", "anna"), 3, count));
    EXPECT_TRUE(store->queryBook(book.id, CardFilter{}, 1, count));
}

TEST_F(Queries, UidsAndComponentsAreFoundWithoutReadingTheOthers) {
    put("a.ics", meeting("abc", "20261124T090000Z"));
    put("b.ics", meeting("xabcx", "20261124T090000Z"));
    put("c.ics", meeting("other", "20261124T090000Z"));
    CalendarFilter filter;
    CompFilter comp;
    comp.name = "VEVENT";
    filter.root.comps.push_back(comp);
    EXPECT_EQ(found(calendar, filter).size(), 3U);
    PropFilter uid;
    uid.name = "UID";
    uid.texts.push_back(textMatch("ABC", Collation::asciiCasemap));
    filter.root.comps[0].props.push_back(uid);
    EXPECT_THAT(found(calendar, filter), ElementsAre("a.ics", "b.ics"));
    filter.root.comps[0].name = "VTODO";
    EXPECT_THAT(found(calendar, filter), IsEmpty());
}

TEST_F(Queries, CardSearchesFindWhatTheBytesSay) {  // RFC 6352 §10.5
    static const char* names[] = {"Anna Müller", "ANNA MUELLER", "Bert Straße", "Иван Петров",      "李小龍",
                                  "Zoë \\, Inc", "Al",           "Annabel",     "\"Quoted\" O'Neil"};
    store->batch([&] {
        for (int i = 0; i < 90; ++i) {
            const std::string n = std::to_string(i);
            put(book, n,
                card(n, names[i % 9],
                     "EMAIL:p" + n + "@mail.example\r\nTEL:+49 170 " + n +
                         (i % 7 ? "\r\n" : "\r\nNOTE:" + std::string(5000, 'n') + " needle\r\n")));
        }
    });
    const std::string texts[] = {
        "anna",   "müller",    "MÜLLER",     "strasse",         "иван",         "李小龍",  "小龍",  "al",
        "a",      "zoë , inc", "\"quoted\"", "p7@mail.example", "mail.example", "nowhere", "170 4", "needle",
        "O'Neil", "AND",       "*"};
    for (const std::string& text : texts)
        for (const char* property : {"FN", "EMAIL", "TEL", "NOTE", "UID"})
            for (const MatchType type : {MatchType::contains, MatchType::startsWith, MatchType::equals}) {
                const auto filter = searching(property, text, type);
                EXPECT_EQ(found(filter), expected(filter)) << property << ' ' << text;
            }
    CardFilter several = searching("FN", "anna");
    several.props.push_back(searching("EMAIL", "p13@").props[0]);
    for (const bool allOf : {false, true}) {
        several.allOf = allOf;
        EXPECT_EQ(found(several), expected(several));
    }
    EXPECT_EQ(found(CardFilter{}).size(), 90U);
}

TEST_F(Queries, AChangedCardIsFoundByItsNewTextOnly) {
    put(book, "a", card("a", "Anna Abel"));
    put(book, "a", card("a", "Berta Brandt"));
    EXPECT_THAT(found(searching("FN", "anna")), IsEmpty());
    EXPECT_THAT(found(searching("FN", "brandt")), ElementsAre("a"));
    store->removeObject(anna, book.id, "a", {});
    EXPECT_THAT(found(searching("FN", "brandt")), IsEmpty());
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(Queries, ASearchReadsCandidatesOnly) {
    store->batch([&] {
        for (int i = 0; i < 2000; ++i)
            put(book, std::to_string(i), card(std::to_string(i), "Person " + std::to_string(i)));
        put(book, "rare", card("rare", "Quastenflosser"));
    });
    const std::size_t before = Database::stepsOfThread();
    EXPECT_THAT(found(searching("FN", "quasten")), ElementsAre("rare"));
    EXPECT_LT(Database::stepsOfThread() - before, 200U);
}

TEST_F(Queries, BusyTimeIsWhatTheBytesSay) {  // RFC 4791 §7.10
    std::mt19937 random(5);
    store->batch([&] {
        for (int i = 0; i < 150; ++i) put("m" + std::to_string(i) + ".ics", assorted(i, random));
        put("free.ics", event("free", "DTSTART:20261124T090000Z\r\nDURATION:PT1H\r\nTRANSP:TRANSPARENT\r\n"));
        put("gone.ics", event("gone", "DTSTART:20261124T110000Z\r\nDURATION:PT1H\r\nSTATUS:CANCELLED\r\n"));
        put("stated.ics",
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VFREEBUSY\r\nUID:stated\r\nFREEBUSY:20261124T160000Z/PT1H\r\n"
            "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20261124T200000Z/PT1H\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n");
        put("maybe.ics", event("maybe", "DTSTART:20261124T130000Z\r\nDURATION:PT1H\r\nSTATUS:TENTATIVE\r\n"));
        put("declined.ics", event("declined",
                                  "DTSTART:20261124T150000Z\r\nDURATION:PT1H\r\nORGANIZER:mailto:x@x.example\r\n"
                                  "ATTENDEE;PARTSTAT=DECLINED:mailto:anna@example.com\r\n"));
    });
    const std::vector<std::string> own{"anna@example.com"};
    for (const char* zoneName : {"Europe/Berlin", "Pacific/Kiritimati"})
        for (const char* start : {"20261123T000000Z", "20240210T120000Z", "20301201T000000Z", "20251231T000000Z"}) {
            const TimeRange range{at(start), at(start) + 14 * 24h};
            const ZonePtr zone = findZone(zoneName);
            std::vector<BusyPeriod> wanted;
            store->members(calendar.id, MemberDetail::bytes, [&](const Member& m, std::string_view bytes) {
                const Document document = Document::parse(std::string(bytes));
                if (m.component == ComponentKind::event || m.component == ComponentKind::other)
                    addBusy(CalendarItem(document.root(), zone), range, own, Bound{}, wanted);
            });
            EXPECT_EQ(store->freeBusy({&calendar.id, 1}, range, zoneName), mergeBusy(wanted, range)) << start;
        }
}

TEST_F(Queries, WhatIsBeyondTheBoundIsBusyNotFree) {  // D13, D24
    put("endless.ics",
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:endless\r\nDTSTAMP:20260101T000000Z\r\n"
        "DTSTART:20260101T000000Z\r\nDTEND:20260101T000001Z\r\nRRULE:FREQ=MINUTELY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    const TimeRange year{at("20260101T000000Z"), at("20270101T000000Z")};
    const auto busy = store->freeBusy({&calendar.id, 1}, year, "");
    ASSERT_FALSE(busy.empty());
    EXPECT_LT(busy.size(), 20'000U);
    EXPECT_EQ(busy.back().end, year.end);
    EXPECT_GT(busy.back().end - busy.back().start, 24h);
}

TEST_F(Queries, OneBrokenObjectDoesntStopTheOthers) {  // D23
    put("a.ics", meeting("a", "20261124T090000Z"));
    put("b.ics", meeting("b", "20261124T090000"));  // floating: its bytes are looked at
    {
        Writing writing(store.database());
        writing.db().exec("UPDATE bodies SET content=? WHERE id=(SELECT body FROM members WHERE uid='b')",
                          Blob{"BEGIN:VCALENDAR\r\nnonsense"});
        writing.commit();
    }
    EXPECT_THAT(store->check({}), testing::Not(IsEmpty()));
    std::set<std::string> names;
    store->queryCalendar(calendar.id, during("VEVENT", {at("20261123T000000Z"), at("20261130T000000Z")}), "", 0,
                         [&](const Member& m, std::string_view) { names.insert(m.name); });
    EXPECT_THAT(names, ElementsAre("a.ics"));
}

}  // namespace
}  // namespace crmdav
