#include "bridge/outlook/outlook_provider.h"

#include <algorithm>

#include "bridge/outlook/values.h"
#include "bridge/outlook/zone.h"
#include "bridge/urls.h"
#include "protocol/text/text_values.h"
#include "protocol/text/zones.h"
#include "store/records/normalise.h"

namespace crmdav {
namespace {

using namespace outlook;

// Graph allows less than three days by its older documents, seven by the newer.
constexpr std::chrono::minutes subscribed{4200};

void addEmail(std::vector<std::string>& emails, std::string_view written) {
    const std::string email = normalEmail(written);
    if (!email.empty() && std::ranges::find(emails, email) == emails.end()) emails.push_back(email);
}

const Activity& event(const Record& record) { return std::get<Activity>(record); }
const Contact& contact(const Record& record) { return std::get<Contact>(record); }

Push pushOf(const Json& subscription) {
    return {std::string(textAt(subscription, "id")), std::string(textAt(subscription, "resource")),
            readInstant(textAt(subscription, "expirationDateTime")).value_or(Instant{})};
}

}  // namespace

OutlookProvider::OutlookProvider(HttpClient& http, std::string base, AccessToken token, OutlookOptions options,
                                 Clock now)
    : calls_(http, std::move(base), std::move(token)),
      events_(calls_, {options.zone, options.notifyGuests}, now),
      contacts_(calls_),
      now_(std::move(now)) {}

RemoteIdentity OutlookProvider::identify() {
    const Json me = calls_.want("GET", "/me");
    RemoteIdentity identity;
    identity.id = textAt(me, "id");
    addEmail(identity.emails, textAt(me, "mail"));
    addEmail(identity.emails, textAt(me, "userPrincipalName"));
    identity.login = identity.emails.empty() ? textAt(me, "displayName") : identity.emails.front();
    if (identity.id.empty()) throw Nonsense("Outlook doesn't say who the login is");
    return identity;
}

std::vector<RemoteCollection> OutlookProvider::calendars() {
    const Answer settings = calls_.ask("GET", "/me/mailboxSettings");  // may not be allowed
    const std::string zone = ianaZoneId(textAt(settings.json, "timeZone"));
    std::vector<RemoteCollection> all;
    calls_.each("/me/calendars?$top=100", [&](const Json& calendar) {
        RemoteCollection collection;
        collection.id = textAt(calendar, "id");
        collection.name = textAt(calendar, "name");
        collection.color = lowerAscii(textAt(calendar, "hexColor"));
        collection.zone = zone;
        const Json& editable = at(calendar, "canEdit");
        collection.writable = editable.isNull() || editable.boolean;
        collection.main = trueAt(calendar, "isDefaultCalendar");
        all.push_back(std::move(collection));
    });
    return all;
}

std::vector<RemoteCollection> OutlookProvider::collections(SyncKind kind) {
    return kind == SyncKind::calendar ? calendars() : contacts_.folders();
}

ChangePage OutlookProvider::changes(SyncKind kind, const std::string& collection, const std::string& cursor,
                                    Instant from) {
    return kind == SyncKind::calendar ? events_.changes(collection, cursor, from)
                                      : contacts_.changes(collection, cursor);
}

std::optional<RemoteItem> OutlookProvider::read(SyncKind kind, const std::string& collection, const std::string& id) {
    return kind == SyncKind::calendar ? events_.read(collection, id) : contacts_.read(id);
}

Written OutlookProvider::create(SyncKind kind, const std::string& collection, const Id& key, const Record& record) {
    return kind == SyncKind::calendar ? events_.create(collection, key, event(record))
                                      : contacts_.create(collection, key, contact(record));
}

std::string OutlookProvider::contactMadeBy(const std::string& collection, const Id& key) {
    return contacts_.made(collection, key);
}

Written OutlookProvider::update(SyncKind kind, const std::string&, const RemoteItem& base, const Record& before,
                                const Record& after) {
    if (kind == SyncKind::contacts) return contacts_.update(base, contact(before), contact(after));
    return events_.update(base, event(before), event(after), [this] { return identify().emails; });
}

void OutlookProvider::remove(SyncKind kind, const std::string&, const RemoteItem& base) {
    kind == SyncKind::calendar ? events_.remove(base) : contacts_.remove(base);
}

Written OutlookProvider::restore(SyncKind kind, const std::string& collection, const RemoteItem& was) {
    return kind == SyncKind::calendar ? events_.restore(collection, was) : contacts_.restore(collection, was);
}

Remote OutlookProvider::parse(SyncKind kind, const std::string& raw) const {
    return kind == SyncKind::calendar ? readEvent(raw, events_.options()) : readContact(raw);
}

Record OutlookProvider::held(const Record& record) const {
    if (const auto* activity = std::get_if<Activity>(&record)) return heldEvent(*activity, events_.options());
    return heldContact(contact(record));
}

void OutlookProvider::expectPhotos(const std::vector<std::string>& ids) { contacts_.expectPhotos(ids); }

std::optional<std::string> OutlookProvider::photo(const std::string&, const RemoteItem& item) {
    return contacts_.photo(item.id);
}

std::vector<BusyPeriod> OutlookProvider::busy(const std::vector<std::string>& calendars, const TimeRange& range) {
    std::vector<BusyPeriod> all;
    for (const std::string& calendar : calendars)
        for (const BusyPeriod& period : events_.busy(calendar, range)) all.push_back(period);
    return mergeBusy(std::move(all), range);
}

std::string OutlookProvider::subscription(const std::string& resource, const std::string& callback,
                                          const std::string& secret) const {
    JsonWriter out;
    out.beginObject().member("changeType", "created,updated,deleted").member("notificationUrl", callback);
    out.member("lifecycleNotificationUrl", callback).member("resource", resource);
    out.member("expirationDateTime", timeText(now_() + subscribed)).member("clientState", secret).endObject();
    return out.take();
}

std::optional<Push> OutlookProvider::subscribe(SyncKind kind, const std::string& collection,
                                               const std::string& callback, const std::string& secret) {
    const bool usual = kind == SyncKind::contacts && collection == "contacts";
    const std::string all = kind == SyncKind::calendar ? "/me/events" : "/me/contacts";
    const std::string one = kind == SyncKind::calendar ? "/me/calendars/" + collection + "/events"
                                                       : "/me/contactFolders/" + collection + "/contacts";
    Answer answer;
    if (!usual) answer = calls_.ask("POST", "/subscriptions", subscription(one, callback, secret));
    // One calendar or folder alone may not be offered; then all of them are watched.
    if (usual || answer.status == 400)
        answer = calls_.ask("POST", "/subscriptions", subscription(all, callback, secret));
    if (!answer.good()) fail(answer);
    return pushOf(answer.json);
}

std::optional<Push> OutlookProvider::renew(const Push& push) {
    JsonWriter out;
    out.beginObject().member("expirationDateTime", timeText(now_() + subscribed)).endObject();
    const Answer answer = calls_.ask("PATCH", "/subscriptions/" + percentEncoded(push.id), out.take());
    if (answer.status == 404) return std::nullopt;
    if (!answer.good()) fail(answer);
    return pushOf(answer.json);
}

void OutlookProvider::unsubscribe(const Push& push) {
    const Answer answer = calls_.ask("DELETE", "/subscriptions/" + percentEncoded(push.id));
    if (!answer.good() && answer.status != 404) fail(answer);
}

}  // namespace crmdav
