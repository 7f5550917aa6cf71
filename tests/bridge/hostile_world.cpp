#include "tests/bridge/hostile_world.h"

#include <algorithm>

#include "bridge/urls.h"
#include "protocol/text/json.h"

namespace crmdav {

using namespace std::chrono;
using standins::Reply;
using standins::Request;

namespace {

HttpLimits inner() {
    HttpLimits limits;
    limits.inner = true;
    return limits;
}

void replaceAll(std::string& text, const std::string& from, const std::string& to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
}

}  // namespace

// ---------------------------------------------------------------- the front

Front::Front(std::string good)
    : good_(std::move(good)), host_([this](const Request& request) { return pass(request); }) {}

void Front::turn(Evil evil, Twist twist) {
    const std::lock_guard lock(mutex_);
    evil_ = std::move(evil);
    twist_ = std::move(twist);
    asked_ = 0;
}

int Front::asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
}

Reply Front::pass(const Request& request) {
    Evil evil;
    Twist twist;
    {
        const std::lock_guard lock(mutex_);
        ++asked_;
        evil = evil_;
        twist = twist_;
    }
    if (evil)
        if (auto reply = evil(request)) return *std::move(reply);
    std::string query;
    for (const auto& [name, value] : request.query)
        query += (query.empty() ? "?" : "&") + percentEncoded(name) + "=" + percentEncoded(value);
    HttpRequest out{request.method, canonicalUrl(good_, request.path) + query, {}, request.body};
    for (const auto& [name, value] : request.headers)
        if (name != "Content-Length" && name != "Accept-Encoding" && name != "Connection" && name != "Host")
            out.headers.emplace_back(name, value);
    const HttpResponse answered = HttpClient(inner()).send(out);
    Reply reply{answered.status, answered.body, std::string(answered.header("Content-Type"))};
    for (const char* name : {"ETag", "Location", "DAV", "Retry-After"})
        if (const auto value = answered.header(name); !value.empty()) reply.headers.emplace_back(name, value);
    for (auto& [header, value] : reply.headers) replaceAll(value, good_, url());
    replaceAll(reply.body, good_, url());
    if (twist) twist(request, reply);
    return reply;
}

// ---------------------------------------------------------------- the world

HostileWorld::HostileWorld(const std::string& name, SyncKind what)
    : kind(what), now(floor<seconds>(system_clock::now())), victim(victimOf(name)) {
    limits = inner();
    StoreOptions options;
    options.url = place.url();
    options.now = [this] { return now; };
    store = Store::open(options);
    User user;
    user.login = "anna";
    user.name = "Anna";
    user.email = "anna@crm.example";
    user.zone = "Europe/Zurich";
    anna = store->addUser({}, user);
    front = std::make_unique<Front>(victim->url());
    const Clock clock{[this] { return now; }};
    const MakeProvider make = [this](const Account&, const ProviderOptions&) {
        return victim->provider(front->url(), limits);
    };
    accounts = std::make_unique<Accounts>(
        *store, make, [this](const Id& id, const std::string& secret) { store->sync().saveSecret(id, secret); }, clock);
    runs = std::make_unique<AccountRuns>(*store, make, "test", seconds(300), clock);
    account = accounts->connectOAuth(anna.id, name, {"me", "me@example.com", {}}, "secret").id;
    for (int i = 0; i < 3; ++i) victim->put(kind, i);
    JsonWriter settings;
    settings.beginObject().member("direction", "two-way").key(kind == SyncKind::calendar ? "calendars" : "books");
    settings.beginArray().text(victim->collection(kind)).endArray().endObject();
    accounts->saveSettings(account, kind, settings.take());
    accounts->start(account, kind);
    const RunResult first = run();
    EXPECT_EQ(first.status, SyncStatus::active) << first.cause;
    Actor actor;
    actor.user = anna.id;
    actor.via = "api";
    if (kind == SyncKind::calendar) {
        Activity activity;
        activity.owner = anna.id;
        activity.subject = "Record 3";
        activity.start = {When::Kind::zoned, local_seconds(floor<days>(now + days(30)).time_since_epoch()),
                          "Europe/Zurich"};
        activity.end = activity.start;
        activity.end.local += hours(1);
        store->saveActivity(actor, activity, {});
    } else {
        Contact contact;
        contact.firstName = "Record";
        contact.lastName = "3";
        contact.emails = {{"work", "r3@example.org", true}};
        store->saveContact(actor, contact, {});
    }
}

RunResult HostileWorld::run() {
    now += hours(2);
    auto result = runs->run(account, kind);
    return result ? *result
                  : RunResult{.status = SyncStatus::none, .cause = "it did not run", .after = {}, .summary = {}};
}

std::vector<std::string> HostileWorld::records() {
    Store::Query query;
    query.user = anna.id;
    query.limit = 1000;
    std::vector<std::string> titles;
    if (kind == SyncKind::calendar)
        for (const Activity& activity : store->activities(query).records)
            titles.push_back(activity.subject + (activity.cancelled ? " (cancelled)" : ""));
    else
        for (const Contact& contact : store->contacts(query).records)
            titles.push_back(contact.firstName + " " + contact.lastName);
    std::ranges::sort(titles);
    return titles;
}

std::size_t HostileWorld::links() { return store->sync().links({account, kind}, {}, 1000).size(); }

std::string HostileWorld::aftermath() {
    front->turnGood();
    RunResult result;
    for (int i = 0; i < 3; ++i) result = run();
    std::string wrong;
    if (result.status != SyncStatus::active)
        wrong += "status " + statusText(store->sync().side(account, kind).value()) + ": " + result.cause + "\n";
    const std::vector<std::string> all{"Record 0", "Record 1", "Record 2", "Record 3"};
    if (records() != all) {
        wrong += "in the CRM:";
        for (const std::string& title : records()) wrong += " " + title + ",";
        wrong += "\n";
    }
    if (victim->count(kind) != 4) wrong += std::to_string(victim->count(kind)) + " at the provider\n";
    return wrong;
}

}  // namespace crmdav
