#pragma once
#include <mutex>
#include <vector>

#include "bridge/google/google_provider.h"
#include "store/records/uuid.h"
#include "tests/standins/google.h"

/// A stand-in for Google with one account that is signed in, and the provider that works with it.
namespace crmdav {

class MemoryKeeper : public TokenKeeper {
public:
    explicit MemoryKeeper(const Tokens& tokens) : text_(tokens.text()) {}
    std::string load() override { return text_; }
    void save(const std::string& tokens) override {
        text_ = tokens;
        ++saves;
    }
    void alone(const std::function<void()>& work) override {
        const std::lock_guard lock(mutex_);
        work();
    }
    int saves = 0;

private:
    std::string text_;
    std::mutex mutex_;
};

inline HttpLimits innerNetwork() {
    HttpLimits limits;
    limits.inner = true;
    return limits;
}

struct GoogleWorld {
    explicit GoogleWorld(std::uint64_t seed = 1, const std::string& scopes = googleOAuth("", "", "", "").scope)
        : google(seed, [this] { return now; }),
          keeper(google.signIn().grant(login, scopes)),
          tokens(http, google.client(), keeper, [this] { return now; }),
          provider(make()) {}

    std::unique_ptr<Provider> make(bool notify = false, const std::string& newIn = {}) {
        GoogleOptions options;
        options.calendarUrl = google.calendarUrl();
        options.peopleUrl = google.url();
        options.login = login;
        options.zone = "Europe/Zurich";
        options.notifyGuests = notify;
        options.newIn = newIn;
        options.now = [this] { return now; };
        return makeGoogle(tokens, std::move(options));
    }
    standins::GoogleCalendars& calendars() { return google.calendars(login); }
    standins::GooglePeople& people() { return google.people(login); }

    /// A round until there is nothing more; the last report of each id counts.
    struct Round {
        std::map<std::string, RemoteItem> items;
        bool listing = false;
    };
    Round round(SyncKind kind, const std::string& collection, std::string& cursor, Instant from = {}) {
        Round round;
        for (ChangePage page;;) {
            page = provider->changes(kind, collection, cursor, from);
            cursor = page.cursor;
            round.listing = round.listing || page.listing;
            for (RemoteItem& item : page.items) round.items[item.id] = std::move(item);
            if (!page.more) return round;
        }
    }
    Activity activity(const RemoteItem& item) {
        return std::get<Activity>(provider->parse(SyncKind::calendar, item.raw).record);
    }
    Contact contact(const RemoteItem& item) {
        return std::get<Contact>(provider->parse(SyncKind::contacts, item.raw).record);
    }
    /// A key as the engine makes them.
    Id key() { return newId(now); }

    std::string login = "me@example.com";
    Instant now{std::chrono::sys_days(std::chrono::year(2026) / 3 / 1)};
    standins::Google google;
    HttpClient http{innerNetwork()};
    MemoryKeeper keeper;
    TokenSource tokens;
    std::unique_ptr<Provider> provider;
};

}  // namespace crmdav
