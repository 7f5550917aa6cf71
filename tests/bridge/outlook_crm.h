#pragma once
#include <memory>
#include <string>
#include <vector>

#include "bridge/accounts.h"
#include "bridge/json_values.h"
#include "bridge/outlook/outlook_provider.h"
#include "bridge/outlook/values.h"
#include "tests/standins/graph.h"
#include "tests/support/store_place.h"

/// The engine with Outlook's provider before the stand-in: what the CRM and the mailbox agree on in the end.
namespace crmdav::outlook_tests {

using namespace std::chrono;

inline constexpr auto calendar = SyncKind::calendar;
inline constexpr auto contacts = SyncKind::contacts;

class OutlookCrm {
public:
    explicit OutlookCrm(std::uint64_t seed = 1, standins::GraphHabits habits = {}) : graph(seed, habits) {
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

inline std::string eventJson(const std::string& subject, const std::string& date, const std::string& more = "") {
    return R"({"subject":")" + subject + R"(","start":{"dateTime":")" + date +
           R"(T09:00:00","timeZone":"UTC"},"end":{"dateTime":")" + date + R"(T10:00:00","timeZone":"UTC"})" + more +
           "}";
}

inline Exception cancelledOf(const Activity& series, int day) {
    Exception cancelled;
    cancelled.original = series.start;
    cancelled.original.local += days(day);
    cancelled.cancelled = true;
    return cancelled;
}

}  // namespace crmdav::outlook_tests
