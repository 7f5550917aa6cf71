#include <iostream>
#include <random>

#include "bridge/accounts.h"
#include "bridge/json_values.h"
#include "bridge/outlook/outlook_provider.h"
#include "bridge/outlook/values.h"
#include "tests/standins/graph.h"
#include "tests/support/store_place.h"

/// The engine with Outlook's provider before the stand-in: what the CRM and the mailbox agree on in the end.
namespace crmdav {
namespace {

using namespace std::chrono;
using namespace testing;
using standins::Fault;
using standins::GraphHabits;

constexpr auto calendar = SyncKind::calendar;
constexpr auto contacts = SyncKind::contacts;

class OutlookCrm {
public:
    explicit OutlookCrm(std::uint64_t seed = 1, GraphHabits habits = {}) : graph(seed, habits) {
        graph.setClock([this] { return now + seconds(ticks++ % 50); });
        StoreOptions options;
        options.url = place.url();
        options.now = [this] { return now; };
        store = Store::open(options);
        User user;
        user.login = "ann";
        user.name = "Ann";
        user.email = "ann@contoso.example";
        user.zone = "Europe/Zurich";
        ann = store->addUser({}, user);
        HttpLimits limits;
        limits.inner = true;
        http = std::make_unique<HttpClient>(limits);
        const MakeProvider make = [this](const Account&, const ProviderOptions& wanted) {
            const auto token = [this](bool) { return graph.token(); };
            return std::make_unique<OutlookProvider>(*http, graph.url(), token,
                                                     OutlookOptions{"Europe/Zurich", wanted.notifyGuests},
                                                     [this] { return now; });
        };
        const Clock clock{[this] { return now; }};
        accounts = std::make_unique<Accounts>(
            *store, make, [this](const Id& id, const std::string& secret) { store->sync().saveSecret(id, secret); },
            clock);
        runs = std::make_unique<AccountRuns>(*store, make, "test", seconds(300), clock);
        account = accounts->connectOAuth(ann.id, "microsoft", make({}, {})->identify(), "tokens").id;
    }

    void start(SyncKind kind, const std::string& more = "") {
        const std::string places = kind == calendar ? R"("calendars":[)" + toText(jsonText(graph.mainCalendar())) + "]"
                                                    : R"("books":["contacts"])";
        accounts->saveSettings(account, kind, R"({"direction":"two-way",)" + places + more + "}");
        accounts->start(account, kind);
    }
    SyncStatus run(SyncKind kind) {
        now += seconds(60);
        const auto result = runs->run(account, kind);
        if (result && result->status == SyncStatus::paused) accounts->confirm(account, kind);
        return result ? result->status : SyncStatus::none;
    }
    /// Runs until all is said. @returns requests of the last run that would change something
    int settle(SyncKind kind, int most = 12) {
        int writes = 0;
        for (int i = 0; i < most; ++i) {
            graph.forgetRequests();
            run(kind);
            writes = 0;
            for (const std::string& request : graph.requests()) writes += request.starts_with("GET ") ? 0 : 1;
        }
        return writes;
    }

    Activity make(const std::string& subject, int days) {
        Activity activity;
        activity.subject = subject;
        activity.owner = ann.id;
        activity.start = {When::Kind::zoned,
                          local_seconds(floor<std::chrono::days>(now).time_since_epoch()) + hours(10 + 24 * days),
                          "Europe/Zurich"};
        activity.end = activity.start;
        activity.end.local += hours(1);
        return activity;
    }
    Activity save(const Activity& activity) {
        now += seconds(1);
        return store->saveActivity(actor(), activity, {});
    }
    Contact save(const Contact& contact) {
        now += seconds(1);
        return store->saveContact(actor(), contact, {});
    }
    Actor actor() const {
        Actor who;
        who.user = ann.id;
        who.via = "api";
        return who;
    }
    std::vector<Activity> activities() {
        Store::Query query;
        query.user = ann.id;
        query.owner = "ann";
        query.limit = 1000;
        return store->activities(query).records;
    }
    std::optional<Activity> called(const std::string& subject) {
        for (const Activity& activity : activities())
            if (activity.subject == subject) return activity;
        return std::nullopt;
    }
    std::vector<Contact> people() {
        Store::Query query;
        query.user = ann.id;
        query.limit = 1000;
        return store->contacts(query).records;
    }
    std::vector<JournalEntry> journal() {
        JournalFilter filter;
        filter.account = account;
        filter.limit = 1000;
        return store->sync().journal(filter);
    }
    Json only() { return graph.event(graph.events(graph.mainCalendar()).at(0)); }

    Instant now = sys_days(year(2026) / 3 / 2) + hours(8);
    long ticks = 0;
    StorePlace place;
    standins::Graph graph;
    std::unique_ptr<Store> store;
    std::unique_ptr<HttpClient> http;
    std::unique_ptr<Accounts> accounts;
    std::unique_ptr<AccountRuns> runs;
    User ann;
    Id account;
};

std::string eventJson(const std::string& subject, const std::string& date, const std::string& more = "") {
    return R"({"subject":")" + subject + R"(","start":{"dateTime":")" + date +
           R"(T09:00:00","timeZone":"UTC"},"end":{"dateTime":")" + date + R"(T10:00:00","timeZone":"UTC"})" + more +
           "}";
}

Exception cancelledOf(const Activity& series, int day) {
    Exception cancelled;
    cancelled.original = series.start;
    cancelled.original.local += days(day);
    cancelled.cancelled = true;
    return cancelled;
}

// Rules B3, B11, C8, C10: the block, zones and exceptions go there and are no news when they come back.
TEST(OutlookSync, ASeriesWithEverythingSettles) {
    OutlookCrm crm;
    Contact guest;
    guest.firstName = "Bob";
    guest.lastName = "Brown";
    guest.emails = {{"work", "bob@acme.example", true}};
    guest = crm.save(guest);
    crm.start(calendar, R"(,"includeInfo":true)");
    Activity series = crm.make("Jour fixe", 1);
    series.rrule = "FREQ=DAILY;COUNT=10";
    series.notes = "Bring cake";
    series.contactIds = {guest.id};
    Exception moved = cancelledOf(series, 5);
    moved.cancelled = false;
    moved.subject = "Retro";
    moved.notes = series.notes;
    moved.start = moved.end = moved.original;
    moved.end.local += hours(2);
    series.exceptions = {cancelledOf(series, 2), moved};
    crm.save(series);
    EXPECT_EQ(crm.settle(calendar, 4), 0);
    const Json event = crm.only();
    EXPECT_EQ(at(event, "cancelled").array.size(), 1U);
    EXPECT_EQ(at(event, "exceptions").object.size(), 1U);
    EXPECT_THAT(std::string(textAt(event, {"body", "content"})), HasSubstr("bob@acme.example"));
    Activity now = *crm.called("Jour fixe");
    EXPECT_EQ(now.notes, "Bring cake");
    ASSERT_EQ(now.exceptions.size(), 2U);
    EXPECT_EQ(now.exceptions[1].notes, "Bring cake");
    EXPECT_EQ(now.start.zone, "Europe/Zurich");
    crm.graph.cancelOccurrence(std::string(textAt(event, "id")), "2026-03-06");
    EXPECT_EQ(crm.settle(calendar, 3), 0);
    EXPECT_EQ(crm.called("Jour fixe")->exceptions.size(), 3U);
    EXPECT_THAT(crm.graph.mails(), IsEmpty());
}

// Rule B12: the change is held, and shown as such; reminders too would be a write.
TEST(OutlookSync, WhatWouldMailGuestsIsHeld) {
    OutlookCrm crm;
    crm.start(calendar);
    crm.graph.addEvent(
        crm.graph.mainCalendar(),
        eventJson("Sales", "2026-03-10",
                  R"(,"attendees":[{"type":"required","emailAddress":{"address":"bob@acme.example"}}])"));
    crm.run(calendar);
    Activity sales = *crm.called("Sales");
    EXPECT_EQ(sales.participants.size(), 2U);
    sales.subject = "Sales talk";
    sales.reminders = {{45, "display"}};
    crm.save(sales);
    EXPECT_EQ(crm.settle(calendar, 3), 0);
    EXPECT_EQ(textAt(crm.only(), "subject"), "Sales");
    const auto journal = crm.journal();
    EXPECT_TRUE(std::ranges::any_of(journal, [](const JournalEntry& e) {
        return e.rule == "B12" && e.outcome == "held" && e.reason.find("mail") != std::string::npos;
    }));
    // What changes there goes on coming.
    crm.graph.editEvent(std::string(textAt(crm.only(), "id")), R"({"location":{"displayName":"Bern"}})");
    crm.run(calendar);
    EXPECT_EQ(crm.called("Sales talk")->location, "Bern");
    EXPECT_THAT(crm.graph.mails(), IsEmpty());
}

// Rule I1: contacts tell their mark only when asked; an answer that was lost makes no second one, on either side.
TEST(OutlookSync, ALostAnswerMakesNoSecondContact) {
    for (const int passed : {0, 1, 2, 3}) {
        OutlookCrm crm;
        crm.start(contacts);
        crm.run(contacts);
        Contact person;
        person.firstName = "Eve";
        person.lastName = "Cole";
        person.emails = {{"work", "eve@x.example", true}};
        crm.save(person);
        for (int i = 0; i < passed; ++i) crm.graph.faults().next(Fault::none);
        crm.graph.faults().next(Fault::lostAfter);
        EXPECT_EQ(crm.settle(contacts, 5), 0) << passed;
        EXPECT_EQ(crm.people().size(), 1U) << passed;
        EXPECT_EQ(crm.graph.contacts().size(), 1U) << passed;
    }
}

TEST(OutlookSync, ContactsAgree) {
    OutlookCrm crm;
    crm.start(contacts);
    const std::string id = crm.graph.addContact(
        R"({"givenName":"Ann","surname":"Cole","displayName":"Ann Cole","emailAddresses":[{"name":"x","address":"a@x.ch"}],"spouseName":"Bob","businessAddress":{"city":"Bern"},"otherAddress":{"city":"Chur"}})");
    crm.run(contacts);
    ASSERT_EQ(crm.people().size(), 1U);
    Contact person = crm.people().front();
    EXPECT_EQ(person.addresses.size(), 1U);  // D11
    person.emails.push_back({"home", "b@x.ch", false});
    person.emails.push_back({"home", "c@x.ch", false});
    person.emails.push_back({"home", "d@x.ch", false});
    person.jobTitle = "Head";
    crm.save(person);
    EXPECT_EQ(crm.settle(contacts, 4), 0);
    const Json there = crm.graph.contact(id);
    EXPECT_EQ(textAt(there, "jobTitle"), "Head");
    EXPECT_EQ(textAt(there, "spouseName"), "Bob");
    EXPECT_EQ(at(there, "emailAddresses").array.size(), 3U);
    EXPECT_EQ(crm.people().front().emails.size(), 4U);
    crm.graph.editContact(id, R"({"emailAddresses":[{"name":"x","address":"new@x.ch"}],"displayName":"Ann Cole"})");
    EXPECT_EQ(crm.settle(contacts, 4), 0);
    crm.graph.removeContact(id);
    EXPECT_EQ(crm.settle(contacts, 3), 0);
    EXPECT_THAT(crm.people(), IsEmpty());
}

// ---------------------------------------------------------------- at random

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
TEST(OutlookSync, BothSidesAgreeInTheEnd) {
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
}  // namespace crmdav
