#include "tests/bridge/hostile_world.h"

#include <algorithm>

#include "bridge/dav/dav_provider.h"
#include "bridge/urls.h"
#include "tests/bridge/dav_servers.h"
#include "tests/bridge/google_world.h"
#include "tests/bridge/outlook_world.h"

namespace crmdav {

using namespace std::chrono;
using standins::Reply;
using standins::Request;

namespace {

void replaceAll(std::string& text, const std::string& from, const std::string& to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
}

std::string day(int record) { return timeText(floor<days>(system_clock::now()) + days(20 + record)).substr(0, 10); }

class GoogleVictim : public Victim {
public:
    GoogleVictim() : world_(1) {
        world_.now = floor<seconds>(system_clock::now());
        world_.google.quirks.delay = 0;
        world_.google.quirks.emptyPages = false;
        world_.google.quirks.pageSize = 250;
    }
    std::string url() override { return world_.google.url(); }
    std::shared_ptr<Provider> provider(const std::string& front, const HttpLimits& limits) override {
        struct Whole {
            Whole(const HttpLimits& l, GoogleWorld& world)
                : http(l), tokens(http, world.google.client(), world.keeper, [&world] { return world.now; }) {}
            HttpClient http;
            TokenSource tokens;
            std::unique_ptr<Provider> made;
        };
        auto whole = std::make_shared<Whole>(limits, world_);
        GoogleOptions options;
        options.calendarUrl = front + "/calendar/v3";
        options.peopleUrl = front;
        options.login = world_.login;
        options.zone = "Europe/Zurich";
        options.now = [this] { return world_.now; };
        whole->made = makeGoogle(whole->tokens, std::move(options));
        return {whole, whole->made.get()};
    }
    void put(SyncKind kind, int i) override {
        const std::string n = std::to_string(i);
        if (kind == SyncKind::calendar)
            world_.calendars().insert(world_.login,
                                      parseJson(R"({"summary":"Record )" + n + R"(","start":{"dateTime":")" + day(i) +
                                                R"(T10:00:00Z"},"end":{"dateTime":")" + day(i) + R"(T11:00:00Z"}})"));
        else
            world_.people().insert(parseJson(R"({"names":[{"givenName":"Record","familyName":")" + n +
                                             R"("}],"emailAddresses":[{"value":"r)" + n + R"(@example.org"}]})"));
    }
    int count(SyncKind kind) override {
        return static_cast<int>(kind == SyncKind::calendar ? world_.calendars().live(world_.login).size()
                                                           : world_.people().live().size());
    }
    std::string collection(SyncKind kind) override { return kind == SyncKind::calendar ? world_.login : "people/me"; }
    bool isList(const Request& request) override {
        return request.method == "GET" && (request.path.ends_with("/events") || request.path.ends_with("/connections"));
    }

private:
    GoogleWorld world_;
};

class OutlookVictim : public Victim {
public:
    std::string url() override { return graph_.url().substr(0, graph_.url().rfind('/')); }
    std::shared_ptr<Provider> provider(const std::string& front, const HttpLimits& limits) override {
        struct Whole {
            explicit Whole(const HttpLimits& l) : http(l) {}
            HttpClient http;
            std::unique_ptr<Provider> made;
        };
        auto whole = std::make_shared<Whole>(limits);
        whole->made = std::make_unique<OutlookProvider>(
            whole->http, front + "/v1.0", [this](bool) { return graph_.token(); },
            OutlookOptions{"Europe/Zurich", false}, [] { return floor<seconds>(system_clock::now()); });
        return {whole, whole->made.get()};
    }
    void put(SyncKind kind, int i) override {
        const std::string n = std::to_string(i);
        if (kind == SyncKind::calendar)
            graph_.addEvent(graph_.mainCalendar(), R"({"subject":"Record )" + n + R"(","start":{"dateTime":")" +
                                                       day(i) + R"(T10:00:00","timeZone":"UTC"},"end":{"dateTime":")" +
                                                       day(i) + R"(T11:00:00","timeZone":"UTC"}})");
        else
            graph_.addContact(R"({"givenName":"Record","surname":")" + n + R"(","displayName":"Record )" + n +
                              R"(","emailAddresses":[{"name":"x","address":"r)" + n + R"(@example.org"}]})");
    }
    int count(SyncKind kind) override {
        return static_cast<int>(kind == SyncKind::calendar ? graph_.events(graph_.mainCalendar()).size()
                                                           : graph_.contacts().size());
    }
    std::string collection(SyncKind kind) override {
        return kind == SyncKind::calendar ? graph_.mainCalendar() : "contacts";
    }
    bool isList(const Request& request) override { return request.path.find("/delta") != std::string::npos; }

private:
    standins::Graph graph_{1};
};

class DavVictim : public Victim {
public:
    std::string url() override { return server_->url(); }
    std::shared_ptr<Provider> provider(const std::string& front, const HttpLimits& limits) override {
        struct Whole {
            Whole(const HttpLimits& l, const DavLogin& login) : http(l), made(http, login) {}
            HttpClient http;
            DavProvider made;
        };
        DavLogin login;
        login.address = front + "/";
        login.user = server_->user;
        login.password = server_->password;
        login.found = found_;
        login.zone = "Europe/Zurich";
        login.keepFound = [this](const std::string& text) { found_ = text; };
        auto whole = std::make_shared<Whole>(limits, login);
        return {whole, &whole->made};
    }
    void put(SyncKind kind, int i) override {
        const std::string n = std::to_string(i);
        std::string date = day(i);
        std::erase(date, '-');
        if (kind == SyncKind::calendar)
            send("PUT", server_->calendar + "r" + n + ".ics", "text/calendar",
                 "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:r" + n +
                     "\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:" + date + "T100000Z\r\nDTEND:" + date +
                     "T110000Z\r\nSUMMARY:Record " + n + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
        else
            send("PUT", server_->book + "r" + n + ".vcf", "text/vcard",
                 "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:r" + n + "\r\nFN:Record " + n + "\r\nN:" + n +
                     ";Record;;;\r\nEMAIL:r" + n + "@example.org\r\nEND:VCARD\r\n");
    }
    int count(SyncKind kind) override {
        const HttpResponse answer =
            send("PROPFIND", kind == SyncKind::calendar ? server_->calendar : server_->book, "text/xml", "");
        const std::string name = kind == SyncKind::calendar ? ".ics</" : ".vcf</";
        int found = 0;
        for (std::size_t at = 0; (at = answer.body.find(name, at)) != std::string::npos; ++at) ++found;
        return found;
    }
    std::string collection(SyncKind kind) override {
        return kind == SyncKind::calendar ? server_->calendar : server_->book;
    }
    bool isList(const Request& request) override {
        return request.method == "REPORT" && request.body.find("sync-collection") != std::string::npos;
    }

private:
    HttpResponse send(const std::string& method, const std::string& path, const std::string& type,
                      const std::string& body) {
        HttpClient http(innerNetwork());
        return http.send({method,
                          server_->url() + path,
                          {{"Content-Type", type}, {"Depth", "1"}},
                          body,
                          server_->user,
                          server_->password});
    }
    std::unique_ptr<DavServer> server_ = startCrmdav();
    std::string found_;
};

}  // namespace

std::unique_ptr<Victim> victimOf(const std::string& name) {
    if (name == "google") return std::make_unique<GoogleVictim>();
    if (name == "outlook") return std::make_unique<OutlookVictim>();
    return std::make_unique<DavVictim>();
}

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
    const HttpResponse answered = HttpClient(innerNetwork()).send(out);
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
    limits = innerNetwork();
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
