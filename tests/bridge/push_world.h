#pragma once
#include <memory>
#include <string>

#include "bridge/bridge.h"
#include "server/api/api.h"
#include "server/dav/dav.h"
#include "server/http/listener.h"
#include "server/routes.h"
#include "tests/server/temp_store.h"
#include "tests/standins/google.h"
#include "tests/standins/graph.h"

/// A server on loopback whose user Anna has accounts at stand-ins for Google and Microsoft, and these call it back.
namespace crmdav {

class PushWorld {
public:
    PushWorld() {
        graph.setClock([this] { return now; });
        const auto handler = [this](const Request& request) {
            static constexpr Parts parts{handleDav, handleApi, davHeader};
            return route(context, parts, authenticator, request);
        };
        const auto limit = [this](std::string_view method, std::string_view target) {
            return bodyLimit(config, method, target);
        };
        listener = std::make_unique<Listener>(config, handler, limit, log);
        listener->start();
        google.callbacks.sendTo(listener->address());
        graph.callbacks().sendTo(listener->address());
    }
    ~PushWorld() {
        bridge->endScheduler();
        listener->stop();
    }

    static Config anyPort() {
        Config config;
        config.listenPort = 0;
        return config;
    }
    BridgeOptions options(const std::string& publicUrl) {
        BridgeOptions options;
        options.google = google.client();
        options.googleCalendarUrl = google.calendarUrl();
        options.googlePeopleUrl = google.url();
        options.microsoft = microsoftOAuth("http://127.0.0.1:1/a", "http://127.0.0.1:1/t", "client", "secret");
        options.graphUrl = graph.url();
        options.keyFile = temp.place / "secrets.key";
        options.publicUrl = publicUrl;
        options.interval = std::chrono::hours(1);
        options.privateNetworks = true;
        options.clock.now = [this] { return now; };
        return options;
    }
    /// The same, begun anew with another address.
    void restart(const std::string& publicUrl) {
        bridge = std::make_unique<Bridge>(*temp.store, options(publicUrl));
        context.bridge = bridge.get();
    }

    Account connectGoogle() {
        const std::string tokens = google.signIn().grant(login, googleOAuth("", "", "", "").scope).text();
        return bridge->accounts().connectOAuth(temp.anna.id, "google", {"sub-1", login, {login}}, tokens);
    }
    Account connectMicrosoft() {
        Tokens tokens;
        tokens.access = graph.token();
        tokens.refresh = "refresh";
        tokens.expires = now + std::chrono::days(1000);
        return bridge->accounts().connectOAuth(
            temp.anna.id, "microsoft", {"me-1", standins::Graph::login, {standins::Graph::login}}, tokens.text());
    }
    void start(const Account& account, SyncKind kind = SyncKind::calendar) {
        if (kind == SyncKind::calendar) {
            JsonWriter settings;
            settings.beginObject().member("direction", "two-way").key("calendars").beginArray();
            settings.text(account.provider == "google" ? login : graph.mainCalendar()).endArray().endObject();
            bridge->accounts().saveSettings(account.id, kind, settings.take());
        }
        bridge->accounts().start(account.id, kind);
    }
    SyncStatus run(const Account& account, SyncKind kind = SyncKind::calendar) {
        const auto result = bridge->runs().run(account.id, kind);
        return result ? result->status : SyncStatus::none;
    }
    /// Started, and run until nothing more is wanted.
    void settle(const Account& account, SyncKind kind = SyncKind::calendar) {
        start(account, kind);
        for (int i = 0; i < 3; ++i) EXPECT_EQ(run(account, kind), SyncStatus::active);
        google.callbacks.settle();
        graph.callbacks().settle();
        EXPECT_FALSE(wanted(account, kind));
    }

    SyncStore& sync() { return temp.store->sync(); }
    bool wanted(const Account& account, SyncKind kind = SyncKind::calendar) {
        return sync().side(account.id, kind)->wanted;
    }
    std::vector<SyncPush> pushes(const Account& account, SyncKind kind = SyncKind::calendar) {
        return sync().pushes(account.id, kind);
    }
    std::size_t activities() {
        Store::Query query;
        query.user = temp.anna.id;
        query.owner = "anna";
        query.limit = 1000;
        return temp.store->activities(query).records.size();
    }

    // ---- what people do there: meetings in a month
    std::string hour(int clock) const {
        return timeText(std::chrono::floor<std::chrono::days>(now) + std::chrono::days(30) + std::chrono::hours(clock));
    }
    std::string meetAtGoogle(const std::string& subject) {
        const auto point = [&](int clock) { return jsonObject({{"dateTime", jsonText(hour(clock))}}); };
        const Json made = google.calendars(login).insert(
            login, jsonObject({{"summary", jsonText(subject)}, {"start", point(9)}, {"end", point(10)}}));
        return std::string(textAt(made, "id"));
    }
    std::string meetAtMicrosoft(const std::string& subject) {
        const auto point = [&](int clock) {
            return jsonObject({{"dateTime", jsonText(hour(clock).substr(0, 19))}, {"timeZone", jsonText("UTC")}});
        };
        return graph.addEvent(
            graph.mainCalendar(),
            toText(jsonObject({{"subject", jsonText(subject)}, {"start", point(9)}, {"end", point(10)}})));
    }

    const std::string login = "me@example.com", origin = "https://crm.example";
    Instant now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    TempStore temp;
    standins::Google google{1, [this] { return now; }};
    standins::Graph graph;
    Config config = anyPort();
    Log log{2, LogLevel::error};
    std::unique_ptr<Bridge> bridge = std::make_unique<Bridge>(*temp.store, options(origin));
    Context context{*temp.store, config, log, bridge.get()};
    Authenticator authenticator{context};
    std::unique_ptr<Listener> listener;
};

}  // namespace crmdav
