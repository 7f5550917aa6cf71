#include <cstdlib>
#include <random>

#include "bridge/accounts.h"
#include "tests/bridge/google_world.h"
#include "tests/support/store_place.h"

/// The engine with Google: whole runs between a store and the stand-in. CRMDAV_TEST_SEEDS: how many seeds (4).
namespace crmdav {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr SyncKind calendar = SyncKind::calendar, contacts = SyncKind::contacts;

/// The provider's clock is the real one, by which keys are made; the engine's goes as the test wants.
struct GoogleSync : testing::TestWithParam<int>, GoogleWorld {
    GoogleSync() : GoogleWorld(static_cast<std::uint64_t>(GetParam())) {
        now = floor<seconds>(system_clock::now());
        later = now;
        google.quirks.delay = 0;
        StoreOptions storeOptions;
        storeOptions.url = place.url();
        storeOptions.now = [this] { return later; };
        store = Store::open(storeOptions);
        User user;
        user.login = "anna";
        user.name = "Anna";
        user.email = "anna@crm.example";
        user.zone = "Europe/Zurich";
        anna = store->addUser({}, user);
        const Clock clock{[this] { return later; }};
        const MakeProvider maker = [this](const Account&, const ProviderOptions& wanted) {
            return make(wanted.notifyGuests, wanted.group);
        };
        accounts = std::make_unique<Accounts>(
            *store, maker, [this](const Id& id, const std::string& secret) { store->sync().saveSecret(id, secret); },
            clock);
        runs = std::make_unique<AccountRuns>(*store, maker, "test", 300s, clock);
        account = accounts->connectOAuth(anna.id, "google", provider->identify(), keeper.load()).id;
    }

    void start(SyncKind kind) {
        accounts->saveSettings(account, kind,
                               kind == calendar
                                   ? R"({"direction":"two-way","calendars":["me@example.com"],"skipInternal":false})"
                                   : R"({"direction":"two-way","books":["people/me"]})");
        accounts->start(account, kind);
    }
    void run(SyncKind kind) {
        later += 1h;
        if (const auto result = runs->run(account, kind); result && result->status == SyncStatus::paused) {
            accounts->confirm(account, kind);
            runs->run(account, kind);
        }
    }
    void settle(SyncKind kind) {
        for (int i = 0; i < 5; ++i) run(kind);
    }

    Actor actor() const {
        Actor who;
        who.user = anna.id;
        who.via = "api";
        return who;
    }
    When when(int day, int hour) const {
        const auto start = floor<days>(now) + days(30 + day);
        return {When::Kind::zoned, local_seconds(start.time_since_epoch()) + hours(hour), "Europe/Zurich"};
    }
    Activity draft(const std::string& subject, int day = 0) {
        Activity activity;
        activity.owner = anna.id;
        activity.subject = subject;
        activity.start = when(day, 10);
        activity.end = when(day, 11);
        return activity;
    }
    Activity save(const Activity& activity) {
        later += 1s;
        return store->saveActivity(actor(), activity, {});
    }
    Contact save(const Contact& contact) {
        later += 1s;
        return store->saveContact(actor(), contact, {});
    }
    std::vector<Activity> activities() {
        Store::Query query;
        query.user = anna.id;
        query.owner = "anna";
        query.limit = 1000;
        return store->activities(query).records;
    }
    std::vector<Contact> everybody() {
        Store::Query query;
        query.user = anna.id;
        query.limit = 1000;
        return store->contacts(query).records;
    }
    Json event(const std::string& summary, int day) {
        const auto point = [&](int hour) {
            const When at = when(day, hour);
            return jsonObject({{"dateTime", jsonText(timeText(findZone(at.zone)->toUtc(at.local)))},
                               {"timeZone", jsonText(at.zone)}});
        };
        return jsonObject({{"summary", jsonText(summary)}, {"start", point(14)}, {"end", point(15)}});
    }
    /// Subject and start of each, and of its changed occurrences.
    static std::string said(const Activity& activity) {
        std::string text = activity.subject + "@" + std::to_string(activity.start.local.time_since_epoch().count());
        for (const Exception& exception : activity.exceptions)
            text += exception.cancelled ? "-" : "+" + exception.subject;
        return text;
    }
    std::vector<std::string> saidByCrm() {
        std::vector<std::string> all;
        for (const Activity& activity : activities())
            if (!activity.cancelled) all.push_back(said(activity));
        std::ranges::sort(all);
        return all;
    }
    std::vector<std::string> saidByGoogle() {
        std::vector<std::string> all;
        for (const Json& one : calendars().live(login))
            if (!one.find("recurringEventId"))
                all.push_back(said(activity(*provider->read(calendar, login, std::string(textAt(one, "id"))))));
        std::ranges::sort(all);
        return all;
    }
    std::string idOf() { return std::string(textAt(calendars().live(login).at(0), "id")); }
    std::vector<std::string> etags() {
        std::vector<std::string> all;
        for (const Json& one : calendars().live(login)) all.emplace_back(textAt(one, "etag"));
        return all;
    }

    StorePlace place;
    std::unique_ptr<Store> store;
    Instant later{};
    User anna;
    std::unique_ptr<Accounts> accounts;
    std::unique_ptr<AccountRuns> runs;
    Id account;
};
int seeds() {
    const char* given = std::getenv("CRMDAV_TEST_SEEDS");
    return given ? std::atoi(given) : 4;
}
INSTANTIATE_TEST_SUITE_P(Seeds, GoogleSync, testing::Range(1, 1 + seeds()));

// C1: Google's cancelled events are deleted ones; what is cancelled in the CRM takes no time there, until it isn't.
TEST_P(GoogleSync, WhatTakesPlaceAfterAllTakesTimeAgain) {
    start(calendar);
    Activity demo = save(draft("Demo"));
    settle(calendar);
    const auto there = [&] { return activity(*provider->read(calendar, login, idOf())); };
    EXPECT_TRUE(there().busy);
    demo.cancelled = true;
    demo = save(demo);
    settle(calendar);
    EXPECT_FALSE(there().busy);
    EXPECT_TRUE(activities().at(0).cancelled);
    const auto before = etags();
    settle(calendar);
    EXPECT_EQ(etags(), before);
    demo.cancelled = false;
    save(demo);
    settle(calendar);
    EXPECT_TRUE(there().busy);
    EXPECT_FALSE(activities().at(0).cancelled);
}

// B3, C8, C10: both sides have everything, and nothing more is written.
TEST_P(GoogleSync, ACalendarInBothDirections) {
    calendars().insert(login, event("Theirs", 1));
    Json weekly = event("Weekly", 2);
    set(weekly, "recurrence", jsonArray({jsonText("RRULE:FREQ=WEEKLY;COUNT=6")}));
    const Json series = calendars().insert(login, weekly);
    const auto first = *parseInstant(textAt(series, {"start", "dateTime"}));
    calendars().erase(login, std::string(textAt(series, "id")) + "_" + utcText(first));
    save(draft("Ours"));
    Activity ours = draft("Our series", 3);
    ours.rrule = "FREQ=DAILY;COUNT=5";
    ours.exceptions = {{when(4, 10), false, "Special", "", "", when(4, 12), when(4, 13)}};
    save(ours);
    start(calendar);
    settle(calendar);
    EXPECT_EQ(saidByCrm().size(), 4u);
    EXPECT_EQ(saidByCrm(), saidByGoogle());
    const auto before = etags();
    settle(calendar);
    EXPECT_EQ(etags(), before);
    EXPECT_THAT(google.mails(), IsEmpty());
}

TEST_P(GoogleSync, ContactsInBothDirections) {
    const auto person = [](const std::string& given, const std::string& email) {
        return jsonObject({{"names", jsonArray({jsonObject({{"givenName", jsonText(given)}})})},
                           {"emailAddresses", jsonArray({jsonObject({{"value", jsonText(email)}})})}});
    };
    const std::string ann = std::string(textAt(people().insert(person("Ann", "ann@x.org")), "resourceName"));
    Contact bob;
    bob.firstName = "Bob";
    bob.emails = {{"work", "bob@y.org", true}};
    bob = save(bob);
    start(contacts);
    settle(contacts);
    EXPECT_EQ(everybody().size(), 2u);
    EXPECT_EQ(people().live().size(), 2u);
    // A contact that Google joins with a profile has a new name there, and is the same one here.
    const std::string renamed = people().rename(ann);
    people().edit(renamed, person("Anne", "ann@x.org"));
    bob.jobTitle = "Head";
    bob.version.clear();
    save(bob);
    std::set<Id> before, after;
    for (const Contact& contact : everybody()) before.insert(contact.id);
    settle(contacts);
    std::vector<std::string> names;
    for (const Contact& contact : everybody()) {
        after.insert(contact.id);
        names.push_back(contact.firstName);
    }
    EXPECT_EQ(before, after);
    EXPECT_THAT(names, UnorderedElementsAre("Anne", "Bob"));
    EXPECT_EQ(people().live().size(), 2u);
}

// B13, C10: of a calendar that its owner shares as "busy or free" nothing else is needed.
TEST_P(GoogleSync, BusyTimesOfAColleagueBecomeBlocks) {
    const std::string boss = "boss@example.com";
    calendars().add(boss, "Boss", "freeBusyReader");
    calendars().insert(boss, event("Secret", 1));
    const Json dinner = calendars().insert(boss, event("Dinner", 70));
    accounts->saveSettings(
        account, calendar,
        R"({"direction":"two-way","calendars":["me@example.com"],"conflictCalendars":[")" + boss + R"("]})");
    accounts->start(account, calendar);
    const auto blocks = [&] {
        std::size_t count = 0;
        const auto busy = store->collection("anna", Home::calendars, "busy");
        store->members(Sight(*busy), MemberDetail::tags, [&](const Member&, std::string_view) { ++count; });
        return count;
    };
    const auto entries = [&] { return store->sync().journal({}).size(); };
    for (int i = 0; i < 2; ++i) {
        run(calendar);
        EXPECT_EQ(store->sync().side(account, calendar)->status, SyncStatus::active);
        EXPECT_EQ(blocks(), 2U);
        EXPECT_EQ(entries(), 2U);
    }
    EXPECT_THAT(activities(), IsEmpty());
    calendars().erase(boss, std::string(textAt(dinner, "id")));
    run(calendar);
    EXPECT_EQ(blocks(), 1U);
}

// I1, I5: whatever gets lost on the way, both sides end up the same, with nothing twice.
TEST_P(GoogleSync, FaultsDontDouble) {
    std::mt19937_64 random(static_cast<std::uint64_t>(GetParam()));
    start(calendar);
    google.faults.rate(25);
    for (int step = 0; step < 12; ++step) {
        const std::string word = "S" + std::to_string(step);
        switch (random() % 4) {
            case 0: calendars().insert(login, event(word, step)); break;
            case 1: save(draft(word, step)); break;
            case 2:
                if (const auto all = activities(); !all.empty()) {
                    Activity edited = all[random() % all.size()];
                    edited.subject = word;
                    save(edited);
                }
                break;
            default:
                if (const auto all = calendars().live(login); !all.empty())
                    calendars().edit(login, std::string(textAt(all[random() % all.size()], "id")),
                                     jsonObject({{"location", jsonText(word)}}));
        }
        run(calendar);
    }
    google.faults.rate(0);
    settle(calendar);
    EXPECT_EQ(saidByCrm(), saidByGoogle());
    EXPECT_THAT(google.mails(), IsEmpty());
}

}  // namespace
}  // namespace crmdav
