#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "server/api/api.h"
#include "server/api/routes.h"
#include "server/auth/base64.h"
#include "server/dav/dav.h"
#include "server/dav/methods.h"
#include "server/http/errors.h"
#include "server/http/target.h"
#include "server/routes.h"
#include "store/booking.h"
#include "tests/server/temp_store.h"

/// Every first segment of an address × every method × everybody who isn't its owner: nothing of Anna's is read or
/// changed. A new segment, or a new method of DAV, without a row here fails.
namespace crmdav {
namespace {

using namespace testing;

constexpr std::string_view methodsAsked[] = {"OPTIONS", "GET",      "HEAD",      "PUT",    "DELETE", "PATCH",
                                             "POST",    "COPY",     "MOVE",      "MKCOL",  "LOCK",   "MKCALENDAR",
                                             "ACL",     "PROPFIND", "PROPPATCH", "REPORT", "UNLOCK", "TRACE"};

/// {feed} and the like stand for Anna's own.
struct Row {
    std::string_view first, address;
    bool open = false;  ///< has an answer for anybody, in which nothing of a person is
};
constexpr Row rows[] = {
    {"dav", "/dav/", false},
    {"dav", "/dav/principals/", false},
    {"dav", "/dav/principals/users/", false},
    {"dav", "/dav/principals/users/anna/", false},
    {"dav", "/dav/principals/users/sales/", false},
    {"dav", "/dav/calendars/", false},
    {"dav", "/dav/calendars/anna/", false},
    {"dav", "/dav/calendars/anna/activities/", false},
    {"dav", "/dav/calendars/anna/activities/secret.ics", false},
    {"dav", "/dav/calendars/anna/activities/none.ics", false},
    {"dav", "/dav/calendars/anna/tasks/", false},
    {"dav", "/dav/calendars/anna/inbox/", false},
    {"dav", "/dav/calendars/anna/outbox/", false},
    {"dav", "/dav/calendars/anna/none/", false},
    {"dav", "/dav/calendars/anna/carls/", false},  // shared with Carl: Ben has no part
    {"dav", "/dav/calendars/anna/carls/secret.ics", false},
    {"dav", "/dav/calendars/ben/anna~carls/", false},
    {"dav", "/dav/calendars/ben/anna~carls/secret.ics", false},
    {"dav", "/dav/calendars/ben/anna~activities/", false},
    {"dav", "/dav/calendars/ben/anna~activities/secret.ics", false},
    {"dav", "/dav/calendars/carl/anna~carls/", false},
    {"dav", "/dav/addressbooks/ben/anna~private/secret.vcf", false},
    {"dav", "/dav/addressbooks/", false},
    {"dav", "/dav/addressbooks/anna/", false},
    {"dav", "/dav/addressbooks/anna/private/", false},
    {"dav", "/dav/addressbooks/anna/private/secret.vcf", false},
    {"dav", "/dav/addressbooks/anna/contacts/", false},
    {"dav", "/dav/addressbooks/anna/companies/", false},
    {"dav", "/dav/addressbooks/anna/none/", false},
    {"dav", "/dav/calendars/sales/", false},  // a team, Anna's too, has no homes
    {"dav", "/dav/addressbooks/sales/contacts/", false},
    {"console", "/console/", true},
    {"api", "/api/v1/activities", false},  // each of its addresses: api_people_test.cpp
    {"api", "/api/v1/contacts", false},
    {"api", "/api/v1/app-passwords", false},
    {"api", "/api/v1/feeds", false},
    {"api", "/api/v1/changes", false},
    {"api", "/api/v1/history", false},
    {"api", "/api/v1/trash", false},
    {"book", "/book/intro", true},
    {"book", "/book/intro/about", true},
    {"book", "/book/intro/slots", true},
    {"book", "/book/intro/bookings", true},
    {"book", "/book/~guess/about", true},
    {"book", "/book/~guess/cancel", true},
    {"feeds", "/feeds/{guess}.ics", true},
    {"feeds", "/feeds/anna.ics", true},
    {"profiles", "/profiles/anna.mobileconfig", false},
    {"metrics", "/metrics", true},
    {"oauth", "/oauth/google/callback", true},
    {"hooks", "/hooks/microsoft", true},
    {"health", "/health", true},
    {".well-known", "/.well-known/caldav", true},
    {"principals", "/principals/users/anna/", true},
    {"calendar", "/calendar/dav/anna/user/", true},
    {"caldav", "/caldav/v2/anna/events/", true},
    {"carddav", "/carddav/v1/anna/", true},
    {"addressbooks", "/addressbooks/anna/", true},
    {"calendars", "/calendars/anna/", true},
};

constexpr std::string_view event =
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:{}\r\nDTSTAMP:20261120T090000Z\r\n"
    "DTSTART:20261120T100000Z\r\nDTEND:20261120T110000Z\r\nSUMMARY:Hush {}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
constexpr std::string_view card = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{}\r\nFN:Hush {}\r\nN:{};Hush;;;\r\nEND:VCARD\r\n";

std::string of(std::string_view text, std::string_view name) {
    std::string made(text);
    for (auto at = made.find("{}"); at != made.npos; at = made.find("{}")) made.replace(at, 2, name);
    return made;
}

class Isolated : public Test {
protected:
    Isolated() {
        User user;
        user.login = "ben";
        user.name = "Ben";
        user.email = "ben@example.org";
        ben = temp.store->addUser({}, user);
        temp.store->saveTeam({}, {.key = "sales", .name = "Sales", .members = {"anna"}});
        annas = temp.store->addAppPassword({}, temp.anna.id, "phone", {}, {}).secret;
        bens = temp.store->addAppPassword({}, ben.id, "phone", {}, {}).secret;
        EXPECT_EQ(ask(annas, "anna", "PUT", "/dav/calendars/anna/activities/secret.ics", of(event, "one")).status, 201);
        EXPECT_EQ(ask(annas, "anna", "PUT", "/dav/addressbooks/anna/private/secret.vcf", of(card, "two")).status, 201);
        temp.store->addFeed({}, temp.anna.id, calendar(), Detail::everything, "Hush feed");
        bookATime();
        user.login = "carl";
        user.email = "carl@example.org";
        temp.store->addUser({}, user);
        EXPECT_EQ(ask(annas, "anna", "MKCALENDAR", "/dav/calendars/anna/carls/").status, 201);
        EXPECT_EQ(ask(annas, "anna", "PUT", "/dav/calendars/anna/carls/secret.ics", of(event, "three")).status, 201);
        Share share;
        share.login = "carl";
        share.write = true;
        temp.store->share({}, temp.store->collection("anna", Home::calendars, "carls")->id, share);
    }

    void bookATime() {
        BookingStore& booking = temp.store->booking();
        AppointmentCalendar made;
        made.key = "intro";
        made.name = "Intro";
        made.members = {"anna"};
        made.questions = {{"What about?", "text", true, {}}};
        made = booking.saveCalendar({}, made, {});
        const Instant now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        const auto free = booking.freeSlots(made.id, {now, now + std::chrono::days(14)});
        booking.book({}, made.id,
                     {free.at(0), "Visitor", "visitor@else.example", {}, {{"What about?", "Hush"}}, {}, {}});
    }

    CollectionId calendar() const { return temp.store->collection("anna", Home::calendars, "activities")->id; }

    Response ask(const std::string& secret, const std::string& login, std::string_view method,
                 const std::string& target, const std::string& body = {},
                 std::vector<std::pair<std::string, std::string>> headers = {}) {
        Request request;
        request.method = method;
        const Target taken = parseTarget(target, "");
        request.target = taken.text;
        request.path = taken.path;
        request.slash = taken.slash;
        request.query = taken.query;
        request.client = "192.0.2.1";
        request.origin = "https://crm.example";
        request.headers = std::move(headers);
        request.body = body;
        if (!secret.empty())
            request.headers.emplace_back("authorization", "Basic " + encodeBase64(login + ":" + secret));
        static constexpr Parts parts{handleDav, handleApi, davHeader};
        struct Text : Sink {
            explicit Text(std::string& to) : text(to) {}
            void write(std::string_view bytes) override { text += bytes; }
            std::string& text;
        };
        try {
            Response response = route(context, parts, authenticator, request);
            if (response.stream) {
                Text text(response.body);
                response.stream(text);
            }
            return response;
        } catch (...) {
            return answerTo(std::current_exception(), request, log);
        }
    }

    static std::string bodyFor(std::string_view method, std::string_view address) {
        if (method == "PROPPATCH")
            return "<propertyupdate xmlns='DAV:'><set><prop><displayname>x</displayname></prop></set></propertyupdate>";
        if (method == "PROPFIND") return "<propfind xmlns='DAV:'><allprop/></propfind>";
        if (method == "REPORT")
            return "<sync-collection xmlns='DAV:'><sync-token/><sync-level>1</sync-level><prop/></sync-collection>";
        if (method == "PUT" || method == "POST")
            return address.find("addressbooks") == address.npos ? of(event, "evil") : of(card, "evil");
        return {};
    }

    /// All that is Anna's, as text.
    std::string annasThings() const {
        std::string all;
        for (const Home home : {Home::calendars, Home::addressbooks})
            for (const Collection& c : temp.store->home("anna", home)) {
                all += c.name + ' ' + c.displayName + ' ' + c.ctag + '\n';
                temp.store->members(c.id, MemberDetail::rows,
                                    [&](const Member& m, std::string_view) { all += m.name + m.etag; });
            }
        for (const AppPassword& p : temp.store->appPasswords(temp.anna.id)) all += p.id + (p.revoked ? "-" : "+");
        for (const Feed& f : temp.store->feeds(temp.anna.id)) all += f.id + (f.revoked ? "-" : "+");
        for (const Team& team : temp.store->teams()) all += team.key + team.name + std::to_string(team.members.size());
        for (const char* path : {"/dav/principals/users/sales/", "/dav/principals/users/anna/"})
            all += std::to_string(temp.store->pathProperties(path).size());
        const auto user = temp.store->user("anna");
        return all + user->name + user->email + (user->active ? "1" : "0");
    }

    TempStore temp;
    User ben;
    std::string annas, bens;
    Log log{2, LogLevel::error};
    Context context{*temp.store, temp.config, log};
    Authenticator authenticator{context};
};

TEST_F(Isolated, EveryAddressAndMethodHasARow) {
    for (const std::string_view first : firstSegments())
        EXPECT_TRUE(std::ranges::any_of(rows, [&](const Row& row) { return row.first == first; })) << first;
    for (const Method& method : methods())
        EXPECT_NE(std::ranges::find(methodsAsked, method.name), std::end(methodsAsked)) << method.name;
    for (const Route& route : allRoutes())
        EXPECT_NE(std::ranges::find(methodsAsked, route.method), std::end(methodsAsked)) << route.method;
}

TEST_F(Isolated, NothingOfAnnasIsReadOrChangedByAnybodyElse) {
    const std::string before = annasThings();
    struct Asker {
        std::string login, secret;
    };
    const Asker askers[] = {{"", ""}, {"ben", bens}, {"ben", annas}, {"anna", bens}, {"anna", "guess"}};
    for (const Row& row : rows)
        for (const std::string_view method : methodsAsked)
            for (const Asker& asker : askers) {
                const auto where = std::string(method) + ' ' + std::string(row.address) + " as " + asker.login;
                const Response answer =
                    ask(asker.secret, asker.login, method, std::string(row.address), bodyFor(method, row.address),
                        {{"depth", "1"}, {"destination", "/dav/calendars/ben/activities/stolen.ics"}});
                EXPECT_THAT(answer.body, Not(HasSubstr("Hush"))) << where;
                const bool known = asker.login == "ben" && asker.secret == bens;
                if (!known && !row.open && method != "OPTIONS") {
                    EXPECT_THAT(answer.status, AnyOf(401, 404, 429, 501)) << where;
                }
                const bool below = row.address.find("/anna/") != row.address.npos && row.first == "dav";
                const bool principal = row.address.find("/principals/") != row.address.npos;
                if (known && below && !principal && method != "OPTIONS") {
                    EXPECT_THAT(answer.status, AnyOf(403, 404, 405, 501)) << where;
                }
            }
    EXPECT_EQ(annasThings(), before);
    EXPECT_FALSE(temp.store->member(temp.store->collection("ben", Home::calendars, "activities")->id, "stolen.ics"));
}

/// What a password with a scope opens of its owner's own things.
struct Opened {
    std::string_view name;
    void (*limit)(Scope&, CollectionId calendar);
    bool calendarRead, calendarWrite, otherCalendarRead, bookRead, bookWrite, apiRead, apiWrite;
};
constexpr Opened scopes[] = {
    {"everything", [](Scope&, CollectionId) {}, true, true, true, true, true, true, true},
    {"caldav only", [](Scope& s, CollectionId) { s.carddav = s.api = false; }, true, true, true, false, false, false,
     false},
    {"carddav only", [](Scope& s, CollectionId) { s.caldav = s.api = false; }, false, false, false, true, true, false,
     false},
    {"api only", [](Scope& s, CollectionId) { s.caldav = s.carddav = false; }, false, false, false, false, false, true,
     true},
    {"one collection", [](Scope& s, CollectionId calendar) { s.collection = calendar; }, true, true, false, false,
     false, false, false},
    {"read only", [](Scope& s, CollectionId) { s.readOnly = true; }, true, false, true, true, false, true, false},
};

TEST_F(Isolated, AnAppPasswordOpensWhatItsScopeSays) {  // D59
    for (const Opened& row : scopes) {
        Scope scope;
        row.limit(scope, calendar());
        const auto secret = temp.store->addAppPassword({}, temp.anna.id, "scoped", scope, {}).secret;
        const auto opens = [&](std::string_view method, const std::string& target, const std::string& body = {}) {
            const auto answer =
                ask(secret, "anna", method, target, body,
                    {{"depth", "0"}, {"content-type", target.starts_with("/api") ? "application/json" : ""}});
            if (answer.status >= 400) {
                EXPECT_THAT(answer.status, AnyOf(403, 404)) << row.name << ' ' << method << ' ' << target;
            }
            return answer.status < 400;
        };
        const std::string name = "scope-" + std::string(row.name.substr(0, 3));
        const std::string calendars = "/dav/calendars/anna/", books = "/dav/addressbooks/anna/";
        EXPECT_EQ(opens("GET", calendars + "activities/secret.ics"), row.calendarRead) << row.name;
        EXPECT_EQ(opens("PROPFIND", calendars + "activities/"), row.calendarRead) << row.name;
        EXPECT_EQ(opens("PUT", calendars + "activities/" + name + ".ics", of(event, name)), row.calendarWrite)
            << row.name;
        EXPECT_EQ(opens("PROPFIND", calendars + "tasks/"), row.otherCalendarRead) << row.name;
        EXPECT_EQ(opens("GET", books + "private/secret.vcf"), row.bookRead) << row.name;
        EXPECT_EQ(opens("PUT", books + "private/" + name + ".vcf", of(card, name)), row.bookWrite) << row.name;
        EXPECT_EQ(opens("GET", "/api/v1/contacts"), row.apiRead) << row.name;
        EXPECT_EQ(opens("POST", "/api/v1/contacts", R"({"lastName":"New"})"), row.apiWrite) << row.name;
    }
}

TEST_F(Isolated, RevokedExpiredForeignAndSwitchedOffOpenNothing) {
    const auto revoked = temp.store->addAppPassword({}, temp.anna.id, "revoked", {}, {});
    temp.store->revokeAppPassword({}, temp.anna.id, revoked.password.id);
    const auto tomorrow =
        std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + std::chrono::days(1);
    const auto expiring = temp.store->addAppPassword({}, temp.anna.id, "expiring", {}, tomorrow).secret;
    User off = ben;
    const auto opensFor = [&](const std::string& login, const std::string& secret) {
        for (const char* target : {"/dav/", "/dav/calendars/anna/activities/secret.ics", "/api/v1/contacts",
                                   "/profiles/anna.mobileconfig"}) {
            const auto status = ask(secret, login, "GET", target).status;
            EXPECT_THAT(status, AnyOf(401, 429)) << login << target;
        }
    };
    opensFor("anna", revoked.secret);
    opensFor("ben", annas);
    off.active = false;
    temp.store->saveUser({}, off);
    opensFor("ben", bens);

    EXPECT_EQ(ask(expiring, "anna", "PROPFIND", "/dav/", {}, {{"depth", "0"}}).status, 207);
    StoreOptions options;
    options.url = temp.config.storeUrl;
    options.now = [&] { return tomorrow + std::chrono::seconds(1); };
    EXPECT_FALSE(Store::open(options)->signIn("anna", expiring));
}

}  // namespace
}  // namespace crmdav
