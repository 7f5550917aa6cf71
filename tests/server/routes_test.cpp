#include "server/routes.h"

#include "server/auth/base64.h"
#include "server/http/target.h"
#include "tests/server/temp_store.h"

namespace crmdav {
namespace {

using namespace testing;

class Routes : public Test {
protected:
    Routes() { secret = temp.store->addAppPassword({}, temp.anna.id, "phone", {}, {}).secret; }

    Request asking(const std::string& method, const std::string& target, const std::string& password = {}) const {
        Request request;
        request.method = method;
        auto taken = parseTarget(target, "");
        request.target = taken.text;
        request.path = taken.path;
        request.slash = taken.slash;
        request.client = "192.0.2.1";
        request.origin = "https://crm.example";
        request.basePath = "/crm";
        request.secure = true;
        if (!password.empty())
            request.headers.emplace_back("authorization", "Basic " + encodeBase64("anna:" + password));
        return request;
    }
    Response answer(const Request& request) {
        static constexpr Parts parts{[](const Context&, const Request&, const Identity& who) {
                                         return Response(207, "text/plain", "dav " + who.user.login);
                                     },
                                     [](const Context&, const Request&, const Identity& who) {
                                         return Response(200, "text/plain", "api " + who.user.login);
                                     },
                                     []() noexcept -> std::string_view { return "1, 3, calendar-access"; }};
        try {
            return route(context, parts, authenticator, request);
        } catch (const NotFound&) {
            return Response(404);
        } catch (const Forbidden&) {
            return Response(403);
        }
    }
    static std::string header(const Response& response, std::string_view name) {
        for (const auto& [key, value] : response.headers)
            if (key == name) return value;
        return {};
    }

    TempStore temp;
    std::string secret;
    Log log{2, LogLevel::error};
    Context context{*temp.store, temp.config, log};
    Authenticator authenticator{context};
};

TEST_F(Routes, LeadEveryWayOfLookingForAnAccountToTheDavRoot) {  // D17
    for (const char* method : {"GET", "PROPFIND", "REPORT"})
        for (const char* target : {"/.well-known/caldav", "/.well-known/carddav", "/.well-known/caldav/"}) {
            const auto found = answer(asking(method, target));
            EXPECT_EQ(found.status, 301) << method << target;
            EXPECT_EQ(header(found, "Location"), "https://crm.example/crm/dav/");
        }
    for (const char* target : {"/", "/principals/", "/calendar/dav/anna/user/", "/caldav/v2", "/calendars/"})
        EXPECT_EQ(header(answer(asking("PROPFIND", target)), "Location"), "https://crm.example/crm/dav/") << target;
}

TEST_F(Routes, DavNeedsSigningInButSaysWhatItCanToAnybody) {
    EXPECT_EQ(answer(asking("PROPFIND", "/dav/")).status, 401);
    const auto options = answer(asking("OPTIONS", "/dav/"));
    EXPECT_EQ(options.status, 200);
    EXPECT_THAT(header(options, "DAV"), HasSubstr("calendar-access"));
    const auto found = answer(asking("PROPFIND", "/dav/", secret));
    EXPECT_EQ(found.body, "dav anna");
    EXPECT_EQ(found.user, "anna");
}

TEST_F(Routes, ApiHoldsToTheScopeOfTheAppPassword) {  // D59
    EXPECT_EQ(answer(asking("GET", "/api/v1/contacts")).status, 401);
    EXPECT_EQ(answer(asking("GET", "/api/v1/contacts", secret)).body, "api anna");
    EXPECT_EQ(answer(asking("GET", "/api/v2/contacts", secret)).status, 404);
    Scope scope;
    scope.readOnly = true;
    const auto reading = temp.store->addAppPassword({}, temp.anna.id, "reader", scope, {}).secret;
    EXPECT_EQ(answer(asking("GET", "/api/v1/contacts", reading)).status, 200);
    EXPECT_EQ(answer(asking("POST", "/api/v1/contacts", reading)).status, 403);
    scope.api = false;
    const auto davOnly = temp.store->addAppPassword({}, temp.anna.id, "dav", scope, {}).secret;
    EXPECT_EQ(answer(asking("GET", "/api/v1/contacts", davOnly)).status, 403);
}

TEST_F(Routes, ProfileIsForItsLoginOnlyAndHoldsNoPassword) {  // D58
    EXPECT_EQ(answer(asking("GET", "/profiles/anna.mobileconfig")).status, 401);
    EXPECT_EQ(answer(asking("GET", "/profiles/root.mobileconfig", secret)).status, 404);
    const auto profile = answer(asking("GET", "/profiles/anna.mobileconfig", secret));
    EXPECT_EQ(profile.status, 200);
    EXPECT_THAT(profile.body,
                AllOf(HasSubstr("com.apple.caldav.account"), HasSubstr("com.apple.carddav.account"),
                      HasSubstr("<string>crm.example</string>"), HasSubstr("/crm/dav/principals/users/anna/"),
                      Not(HasSubstr("Password</key>")), Not(HasSubstr(secret))));
    EXPECT_EQ(profile.body, answer(asking("GET", "/profiles/anna.mobileconfig", secret)).body);
}

TEST_F(Routes, FeedShowsItsLevelUntilItIsRevoked) {  // D63
    const auto calendar = temp.store->collection("anna", Home::calendars, "activities");
    ASSERT_TRUE(calendar);
    temp.store->saveObject(
        {.user = temp.anna.id, .via = "test", .device = {}, .agent = {}, .address = {}, .request = {}}, calendar->id,
        "a.ics",
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20261120T090000Z\r\nDTSTART:"
        "20261120T100000Z\r\n"
        "DTEND:20261120T110000Z\r\nSUMMARY:Acme\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        {});
    const auto feed = temp.store->addFeed({}, temp.anna.id, calendar->id, Detail::busy, "shared");
    const auto target = "/feeds/" + feed.secret + ".ics";
    const auto found = answer(asking("GET", target));
    ASSERT_EQ(found.status, 200);
    struct Text : Sink {
        void write(std::string_view bytes) override { text += bytes; }
        std::string text;
    } body;
    found.stream(body);
    EXPECT_THAT(body.text, AllOf(StartsWith("BEGIN:VCALENDAR\r\n"), HasSubstr("REFRESH-INTERVAL"),
                                 HasSubstr("SUMMARY:Busy"), Not(HasSubstr("Acme")), EndsWith("END:VCALENDAR\r\n")));
    auto again = asking("GET", target);
    again.headers.emplace_back("if-none-match", header(found, "ETag"));
    EXPECT_EQ(answer(again).status, 304);
    EXPECT_EQ(answer(asking("GET", "/feeds/guess.ics")).status, 404);
    EXPECT_EQ(answer(asking("PUT", target)).status, 405);
    temp.store->revokeFeed({}, temp.anna.id, feed.id);
    EXPECT_EQ(answer(asking("GET", target)).status, 404);
}

TEST_F(Routes, HealthIsForAnybodyAndMetricsForLoopbackOrTheToken) {  // D71
    EXPECT_EQ(answer(asking("GET", "/health")).status, 200);
    EXPECT_EQ(answer(asking("GET", "/health/live")).status, 200);
    EXPECT_EQ(answer(asking("GET", "/metrics")).status, 403);
    auto local = asking("GET", "/metrics");
    local.client = "127.0.0.1";
    EXPECT_THAT(answer(local).body, AllOf(HasSubstr("crmdav_users 2\n"), HasSubstr("crmdav_store_connections ")));
    temp.config.metricsToken = "token";
    auto remote = asking("GET", "/metrics");
    remote.headers.emplace_back("authorization", "Bearer token");
    EXPECT_EQ(answer(remote).status, 200);
    remote.headers.back().second = "Bearer tokem";
    EXPECT_EQ(answer(remote).status, 403);
}

TEST_F(Routes, RootLeadsABrowserToTheConsole) {
    EXPECT_EQ(header(answer(asking("GET", "/")), "Location"), "/crm/console/");
    EXPECT_EQ(answer(asking("GET", "/nothing")).status, 404);
}

}  // namespace
}  // namespace crmdav
