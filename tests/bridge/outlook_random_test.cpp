#include <random>

#include "bridge/json_values.h"
#include "bridge/outlook/values.h"
#include "tests/bridge/outlook_world.h"

/// Whatever people do in Outlook, whatever we write, and whatever goes wrong on the way: what the provider reports is
/// what is there, and no guest gets a mail.
namespace crmdav {
namespace {

using namespace std::chrono;

constexpr auto calendar = SyncKind::calendar;

class Life {
public:
    Life(std::uint64_t seed, unsigned faults)
        : world(standins::GraphHabits::random(seed), seed), random(seed), main(world.graph.mainCalendar()) {
        other = world.graph.addCalendar("Other");
        world.graph.faults().rate(faults);
    }

    void sync() {
        retry([&] { world.sync(calendar, main, from); });
    }

    void edit() {
        if (any(2) == 0)
            theirs();
        else
            ours();
    }

    /// What is known is what is there.
    void compare() {
        std::set<std::string> there;
        for (const std::string& id : world.graph.events(main)) there.insert(id);
        std::set<std::string> known;
        for (const auto& [id, item] : world.known) known.insert(id);
        ASSERT_EQ(known, there);
        for (const auto& [id, item] : world.known) {
            std::optional<RemoteItem> now;
            retry([&] { now = world.provider.read(calendar, main, id); });
            ASSERT_TRUE(now.has_value());
            EXPECT_EQ(recordOf(item), recordOf(*now)) << item.raw << "\n" << now->raw;
            const Json truth = world.graph.event(id);
            EXPECT_EQ(recordOf(item).subject, textAt(truth, "subject"));
            EXPECT_EQ(cancelledOf(recordOf(item)), datesOf(at(truth, "cancelled"))) << toText(truth);
            EXPECT_EQ(renamedOf(recordOf(item)), renamedOf(truth)) << toText(truth);
        }
    }

    OutlookWorld world;

private:
    std::size_t any(std::size_t below) { return random() % below; }
    Activity recordOf(const RemoteItem& item) {
        return std::get<Activity>(world.provider.parse(calendar, item.raw).record);
    }
    static std::set<std::string> datesOf(const Json& list) {
        std::set<std::string> dates;
        for (const Json& date : list.array) dates.insert(date.string);
        return dates;
    }
    static std::set<std::string> cancelledOf(const Activity& series) {
        std::set<std::string> dates;
        for (const Exception& exception : series.exceptions)
            if (exception.cancelled) dates.insert(outlook::dateText(floor<days>(exception.original.local)));
        return dates;
    }
    /// Occurrences with another subject than the series'.
    static std::map<std::string, std::string> renamedOf(const Activity& series) {
        std::map<std::string, std::string> subjects;
        for (const Exception& exception : series.exceptions)
            if (!exception.cancelled && exception.subject != series.subject)
                subjects[outlook::dateText(floor<days>(exception.original.local))] = exception.subject;
        return subjects;
    }
    static std::map<std::string, std::string> renamedOf(const Json& truth) {
        std::map<std::string, std::string> subjects;
        for (const auto& [date, occurrence] : at(truth, "exceptions").object)
            if (textAt(occurrence, "subject") != textAt(truth, "subject"))
                subjects[date] = textAt(occurrence, "subject");
        return subjects;
    }

    void retry(const std::function<void()>& work) {
        for (int tries = 0; tries < 1000; ++tries) try {
                return work();
            } catch (const TryLater&) {
            }
        FAIL() << "it never came through";
    }

    std::string dateOf(int day) { return outlook::dateText(local_days{year{2026} / 3 / 3} + days(day)); }

    std::string eventJson() {
        const std::string date = dateOf(static_cast<int>(any(900)));
        const std::string zone = any(2) == 0 ? "W. Europe Standard Time" : "Eastern Standard Time";
        std::string json = R"({"subject":")" + word() + R"(","start":{"dateTime":")" + date +
                           R"(T09:00:00","timeZone":")" + zone + R"("},"end":{"dateTime":")" + date +
                           R"(T10:00:00","timeZone":")" + zone + R"("})";
        if (any(3) == 0)
            json += R"(,"recurrence":{"pattern":{"type":"daily","interval":)" + std::to_string(2 + any(5)) +
                    R"(},"range":{"type":"numbered","startDate":")" + date +
                    R"(","numberOfOccurrences":12,"recurrenceTimeZone":")" + zone + R"("}})";
        return json + "}";
    }
    std::string word() { return "w" + std::to_string(any(1000)); }

    std::string one() {
        const auto events = world.graph.events(main);
        return events.empty() ? "" : events[any(events.size())];
    }

    void theirs() {
        const std::string id = one();
        const Json event = id.empty() ? Json() : world.graph.event(id);
        const bool series = textAt(event, "type") == "seriesMaster";
        const std::size_t what = any(10);
        if (id.empty() || what < 3) {
            world.graph.addEvent(main, eventJson());
        } else if (what < 5) {
            world.graph.editEvent(id, R"({"subject":")" + word() + "\"}");
        } else if (what == 5) {
            world.graph.removeEvent(id);
        } else if (what == 6) {
            world.graph.moveEvent(id, other);
        } else if (series) {
            // An occurrence that takes place: the start plus a multiple of the interval.
            const auto interval = numberAt(at(event, {"recurrence", "pattern"}), "interval");
            const auto count = numberAt(at(event, {"recurrence", "range"}), "numberOfOccurrences");
            const auto start = *outlook::readDate(textAt(event, {"recurrence", "range", "startDate"}));
            const std::string date =
                outlook::dateText(start + days(interval * static_cast<int>(any(static_cast<std::size_t>(count)))));
            for (const Json& cancelled : at(event, "cancelled").array)
                if (cancelled.string == date) return;
            if (what == 7)
                world.graph.cancelOccurrence(id, date);
            else
                world.graph.editOccurrence(id, date, R"({"subject":")" + word() + "\"}");
        }
        if (any(40) == 0) world.graph.expireCursors();
        if (any(20) == 0) world.graph.expireToken();
    }

    void ours() {
        if (world.known.empty() || any(3) == 0) return create();
        auto at = world.known.begin();
        std::advance(at, any(world.known.size()));
        const RemoteItem item = at->second;
        const Activity before = recordOf(item);
        Activity after = before;
        after.subject = word();
        if (!after.rrule.empty() && any(2) == 0 && !after.exceptions.empty()) after.exceptions.pop_back();
        if (any(3) == 0) {
            after.end.local += hours(1);
            for (Exception& exception : after.exceptions)
                if (!exception.cancelled) exception.end.local += hours(1);
        }
        try {
            retry([&] {
                if (any(6) == 0)
                    world.provider.remove(calendar, main, item);
                else
                    world.provider.update(calendar, main, item, before, after);
            });
        } catch (const Changed&) {  // it was changed there since the last sync: nothing is lost
        } catch (const Gone&) {
        }
    }

    void create() {
        Activity activity;
        activity.subject = word();
        activity.start = {When::Kind::zoned, *outlook::readDate(dateOf(static_cast<int>(any(300)))) + hours(10),
                          "Europe/Zurich"};
        activity.end = activity.start;
        activity.end.local += hours(1);
        if (any(2) == 0) {
            activity.rrule = "FREQ=DAILY;INTERVAL=3;COUNT=10";
            Exception cancelled;
            cancelled.original = activity.start;
            cancelled.original.local += days(3);
            cancelled.cancelled = true;
            activity.exceptions.push_back(cancelled);
        }
        const std::string key = "key-" + std::to_string(++keys);
        retry([&] { world.provider.create(calendar, main, key, activity); });
        ++created;
    }

    std::mt19937_64 random;
    std::string main, other;
    int keys = 0, created = 0;
    Instant from = sys_days{year{2026} / 3 / 1};
};

// Rules I1, I2, I4, C8, C10, B12.
TEST(OutlookRandom, WhatIsReportedIsWhatIsThere) {
    for (std::uint64_t seed = 100; seed < 108; ++seed) {
        SCOPED_TRACE(seed);
        Life life(seed, seed % 2 == 0 ? 0 : 12);
        for (int round = 0; round < 8; ++round) {
            for (int i = 0; i < 5; ++i) life.edit();
            life.sync();
            if (testing::Test::HasFatalFailure()) return;
        }
        life.compare();
        if (testing::Test::HasFailure()) return;
        EXPECT_THAT(life.world.graph.mails(), testing::IsEmpty());
        EXPECT_THAT(life.world.graph.violations(), testing::IsEmpty());
    }
}

}  // namespace
}  // namespace crmdav
