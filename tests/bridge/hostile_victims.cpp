#include "bridge/dav/dav_provider.h"
#include "tests/bridge/dav_servers.h"
#include "tests/bridge/google_world.h"
#include "tests/bridge/hostile_world.h"
#include "tests/bridge/outlook_world.h"

namespace crmdav {

using namespace std::chrono;
using standins::Request;

namespace {

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

}  // namespace crmdav
