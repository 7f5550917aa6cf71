#include <iostream>
#include <random>

#include "tests/bridge/outlook_crm.h"

/// The engine with Outlook, at random with faults. CRMDAV_TEST_LONG: more of it.
namespace crmdav::outlook_tests {
namespace {

using namespace testing;
using standins::GraphHabits;

class OutlookLife {
public:
    OutlookLife(std::uint64_t seed, unsigned faults) : crm(seed, GraphHabits::random(seed)), random(seed) {
        crm.start(calendar);
        crm.run(calendar);
        crm.graph.faults().rate(faults);
    }

    void edit() { any(2) == 0 ? inOutlook() : inCrm(); }
    void settle() {
        crm.graph.faults().rate(0);
        EXPECT_EQ(crm.settle(calendar, 6), 0);
    }
    void compare() {
        std::multiset<std::string> here, there;
        for (const Activity& activity : crm.activities())
            if (!activity.cancelled) here.insert(shown(activity));
        for (const std::string& id : crm.graph.events(crm.graph.mainCalendar()))
            there.insert(shown(crm.graph.event(id)));
        EXPECT_EQ(here, there);
        EXPECT_THAT(crm.graph.mails(), IsEmpty());
        EXPECT_THAT(crm.graph.violations(), IsEmpty());
    }

    /// The journal, for whoever has to find out.
    void tell() {
        for (const SyncRun& run : crm.store->sync().runs(crm.account, calendar, 3))
            std::cout << run.phase << " " << run.cause << "\n";
        for (const JournalEntry& e : crm.journal()) {
            std::cout << e.id << " " << e.action << " " << e.outcome << " " << e.rule << " \"" << e.title << "\" "
                      << e.reason;
            for (const JournalField& f : e.fields)
                std::cout << " | " << f.field << ": " << f.before << " -> " << f.after
                          << (f.lost.empty() ? "" : " lost " + f.lost);
            std::cout << "\n";
        }
    }

    OutlookCrm crm;

private:
    std::size_t any(std::size_t below) { return random() % below; }
    std::string word() { return "w" + std::to_string(any(100'000)); }
    std::string date() { return outlook::dateText(local_days{year{2026} / 3 / 10} + days(any(200))); }

    static std::string shown(const Activity& a) {
        std::string text = a.subject + " " + a.location;
        for (const Exception& e : a.exceptions) {
            const std::string day = outlook::dateText(floor<days>(e.original.local));
            if (e.cancelled)
                text += " -" + day;
            else if (e.subject != a.subject)
                text += " " + day + "=" + e.subject;
        }
        return text;
    }
    static std::string shown(const Json& event) {
        std::map<std::string, std::string> parts;
        for (const Json& day : at(event, "cancelled").array) parts[day.string] = " -" + day.string;
        for (const auto& [day, own] : at(event, "exceptions").object)
            if (textAt(own, "subject") != textAt(event, "subject"))
                parts[day] = " " + day + "=" + std::string(textAt(own, "subject"));
        std::string text =
            std::string(textAt(event, "subject")) + " " + std::string(textAt(event, {"location", "displayName"}));
        for (const auto& [day, part] : parts) text += part;
        return text;
    }

    void inOutlook() {
        const auto events = crm.graph.events(crm.graph.mainCalendar());
        const std::size_t what = any(8);
        if (events.empty() || what < 2) {
            const std::string day = date();
            std::string rule;
            if (any(2) == 0)
                rule =
                    R"(,"recurrence":{"pattern":{"type":"daily","interval":2},"range":{"type":"numbered","numberOfOccurrences":8,"startDate":")" +
                    day + R"(","recurrenceTimeZone":"UTC"}})";
            crm.graph.addEvent(crm.graph.mainCalendar(), eventJson(word(), day, rule));
            return;
        }
        const std::string id = events[any(events.size())];
        const Json event = crm.graph.event(id);
        if (what < 4) return crm.graph.editEvent(id, R"({"subject":")" + word() + "\"}");
        if (what == 4) return crm.graph.editEvent(id, R"({"location":{"displayName":")" + word() + "\"}}");
        if (what == 5 && any(3) == 0) return crm.graph.expireCursors();
        if (textAt(event, "type") != "seriesMaster") return;
        const auto start = *outlook::readDate(textAt(event, {"recurrence", "range", "startDate"}));
        const auto step = numberAt(at(event, {"recurrence", "pattern"}), "interval");
        const std::string day = outlook::dateText(start + days(step * static_cast<int>(any(6))));
        for (const Json& cancelled : at(event, "cancelled").array)
            if (cancelled.string == day) return;
        if (what == 6) return crm.graph.cancelOccurrence(id, day);
        crm.graph.editOccurrence(id, day, R"({"subject":")" + word() + "\"}");
    }

    void inCrm() {
        auto all = crm.activities();
        if (all.empty() || any(3) == 0) {
            Activity activity = crm.make(word(), 1 + static_cast<int>(any(200)));
            if (any(2) == 0) {
                activity.rrule = "FREQ=DAILY;INTERVAL=2;COUNT=8";
                activity.exceptions = {cancelledOf(activity, 2)};
            }
            crm.save(activity);
            return;
        }
        Activity activity = all[any(all.size())];
        if (any(2) == 0)
            activity.subject = word();
        else
            activity.location = word();
        crm.save(activity);
    }

    std::mt19937_64 random;
};

// Rules C1, C2, C8, C10, I1–I5, B12: whatever happens, both sides agree in the end, and nothing goes on being written.
TEST(OutlookSyncRandom, BothSidesAgreeInTheEnd) {
    const std::uint64_t seeds = std::getenv("CRMDAV_TEST_LONG") ? 60 : 6;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        SCOPED_TRACE(seed);
        OutlookLife life(seed, seed % 3 == 0 ? 0 : static_cast<unsigned>(seed % 20));
        for (int round = 0; round < 8; ++round) {
            for (int i = 0; i < 4; ++i) life.edit();
            life.crm.run(calendar);
        }
        life.settle();
        life.compare();
        if (HasFailure()) return life.tell();
    }
}

}  // namespace
}  // namespace crmdav::outlook_tests
