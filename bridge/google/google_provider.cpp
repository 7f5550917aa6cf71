#include "bridge/google/google_provider.h"

#include <algorithm>

#include "bridge/google/calendar.h"
#include "bridge/google/contacts.h"

namespace crmdav {
namespace {

class Google : public Provider {
public:
    Google(TokenSource& tokens, GoogleOptions options)
        : api_(tokens),
          calendar_(api_, options.calendarUrl, {options.zone, options.login}, options.notifyGuests),
          contacts_(api_, options.peopleUrl, options.newIn, options.now) {}

    RemoteIdentity identify() override {
        const std::string access = api_.tokens().access();
        try {
            return userinfo(api_.tokens().http(), api_.tokens().client(), access);
        } catch (const ReconnectNeeded&) {  // by the clock it's good
            return userinfo(api_.tokens().http(), api_.tokens().client(), api_.tokens().instead(access));
        }
    }

    std::vector<RemoteCollection> collections(SyncKind kind) override {
        return isCalendar(kind) ? calendar_.list() : contacts_.list();
    }
    std::vector<RemoteGroup> groups() override {
        require(SyncKind::contacts);
        return contacts_.groups();
    }

    ChangePage changes(SyncKind kind, const std::string& collection, const std::string& cursor, Instant from) override {
        return isCalendar(kind) ? calendar_.changes(collection, cursor, from) : contacts_.changes(cursor);
    }
    std::optional<RemoteItem> read(SyncKind kind, const std::string& collection, const std::string& id) override {
        return isCalendar(kind) ? calendar_.read(collection, id) : contacts_.read(id);
    }

    Written create(SyncKind kind, const std::string& collection, const Id& key, const Record& record) override {
        if (isCalendar(kind)) return calendar_.create(collection, key, std::get<Activity>(record));
        return contacts_.create(key, std::get<Contact>(record));
    }
    Written update(SyncKind kind, const std::string& collection, const RemoteItem& base, const Record& before,
                   const Record& after) override {
        if (isCalendar(kind))
            return calendar_.update(collection, base, std::get<Activity>(before), std::get<Activity>(after));
        return contacts_.update(base, std::get<Contact>(before), std::get<Contact>(after));
    }
    void remove(SyncKind kind, const std::string& collection, const RemoteItem& base) override {
        isCalendar(kind) ? calendar_.remove(collection, base) : contacts_.remove(base);
    }
    Written restore(SyncKind kind, const std::string& collection, const RemoteItem& was) override {
        return isCalendar(kind) ? calendar_.restore(collection, was) : contacts_.restore(was);
    }

    Remote parse(SyncKind kind, const std::string& raw) const override {
        return kind == SyncKind::calendar ? google::readEvent(raw, calendar_.options()) : google::readPerson(raw);
    }
    Record held(const Record& record) const override {
        if (const auto* activity = std::get_if<Activity>(&record))
            return google::heldEvent(*activity, calendar_.options());
        return google::heldPerson(std::get<Contact>(record));
    }
    bool takesGuests() const override { return true; }

    std::optional<std::string> photo(const std::string&, const RemoteItem& item) override {
        return contacts_.photo(item);
    }
    std::vector<BusyPeriod> busy(const std::vector<std::string>& calendars, const TimeRange& range) override {
        require(SyncKind::calendar);
        requireFreeBusy();
        return calendar_.busy(calendars, range);
    }

    std::optional<Push> subscribe(SyncKind kind, const std::string& collection, const std::string& callback,
                                  const std::string& secret) override {
        if (!isCalendar(kind)) return std::nullopt;  // contacts have none
        return calendar_.subscribe(collection, callback, secret);
    }
    void unsubscribe(const Push& push) override { calendar_.unsubscribe(push); }

    bool revoke() override {
        return revokeTokens(api_.tokens().http(), api_.tokens().client(), api_.tokens().tokens());
    }

private:
    /// People can leave out a permission at the sign-in: the other kind goes on.
    void require(SyncKind kind) {
        if (api_.tokens().tokens().scopes.empty()) return;  // not told
        if (const std::string why = lacking(api_.tokens().client(), api_.tokens().tokens(), kind); !why.empty())
            throw ReconnectNeeded(why);
    }
    /// Whoever signed in before crmdav asked for this permission doesn't have it.
    void requireFreeBusy() {
        const std::string prefix = "https://www.googleapis.com/auth/calendar";
        const auto told = [&](const std::string& scope) {
            return scope == prefix || scope == prefix + ".events.freebusy" || scope == prefix + ".readonly";
        };
        if (const auto& scopes = api_.tokens().tokens().scopes; !scopes.empty() && std::ranges::none_of(scopes, told))
            throw CollectionGone(
                "At the sign-in Google wasn't told that crmdav may see when others are busy. Please sign in again and "
                "tick it.");
    }
    bool isCalendar(SyncKind kind) {
        require(kind);
        return kind == SyncKind::calendar;
    }

    google::Api api_;
    google::Calendar calendar_;
    google::Contacts contacts_;
};

}  // namespace

std::unique_ptr<Provider> makeGoogle(TokenSource& tokens, GoogleOptions options) {
    if (!options.now)
        options.now = [] { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); };
    return std::make_unique<Google>(tokens, std::move(options));
}

}  // namespace crmdav
