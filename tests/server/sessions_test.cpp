#include "server/auth/sessions.h"

#include "protocol/text/json.h"
#include "server/api/api.h"
#include "server/auth/base64.h"
#include "server/auth/passwords.h"
#include "server/http/target.h"
#include "server/log.h"
#include "server/routes.h"
#include "tests/server/temp_store.h"

/// The console's sign-in: form, cookie, token (product.md, "Signing in").
namespace crmdav {
namespace {

using namespace testing;

class ConsoleSignIn : public Test {
protected:
    ConsoleSignIn() { temp.store->setPasswordHash({}, temp.anna.id, hashPassword(password)); }

    Request asking(const std::string& method, const std::string& target, const std::string& cookie = {},
                   const std::string& token = {}, const std::string& body = {}) const {
        Request request;
        request.method = method;
        const auto taken = parseTarget(target, "");
        request.target = taken.text;
        request.path = taken.path;
        request.slash = taken.slash;
        request.client = "192.0.2.1";
        request.origin = "https://crm.example";
        request.basePath = "/crm";
        request.secure = true;
        request.headers.emplace_back("x-csrf-token", token);
        if (!cookie.empty()) request.headers.emplace_back("cookie", "a=b; " + cookie);
        request.body = body;
        return request;
    }
    Response answer(const Request& request) {
        static constexpr Parts parts{
            [](const Context&, const Request&, const Identity&) { return Response(207); }, handleApi,
            []() noexcept -> std::string_view { return "1"; }};
        return route(context, parts, authenticator, request);
    }
    static std::string header(const Response& response, std::string_view name) {
        for (const auto& [key, value] : response.headers)
            if (key == name) return value;
        return {};
    }
    static std::string form(const std::string& login, const std::string& typed) {
        return R"({"login":")" + login + R"(","password":")" + typed + "\"}";
    }
    /// The cookie of a session that anna began.
    std::string signIn(const std::string& before = {}) {
        const auto answered = answer(asking("POST", "/api/v1/session", before, "", form("anna", password)));
        EXPECT_EQ(answered.status, 201) << answered.body;
        const std::string cookie = header(answered, "Set-Cookie");
        return cookie.substr(0, cookie.find(';'));
    }
    static std::string tokenOf(const std::string& cookie) { return csrfToken(cookie.substr(cookie.find('=') + 1)); }

    const std::string password = "correct horse battery";
    TempStore temp;
    Log log{2, LogLevel::error};
    Context context{*temp.store, temp.config, log};
    Authenticator authenticator{context};
};

TEST_F(ConsoleSignIn, FormGivesACookieThatScriptsAndOtherSitesDoNotGet) {
    const auto answered = answer(asking("POST", "/api/v1/session", "", "", form("Anna", password)));
    ASSERT_EQ(answered.status, 201) << answered.body;
    EXPECT_THAT(header(answered, "Set-Cookie"), AllOf(HasSubstr("; Path=/crm/;"), HasSubstr("; HttpOnly"),
                                                      HasSubstr("; SameSite=Lax"), HasSubstr("; Secure")));
    EXPECT_EQ(header(answered, "Cache-Control"), "no-store");
    const Json json = parseJson(answered.body);
    EXPECT_EQ(json.find("user")->find("login")->string, "anna");
    EXPECT_EQ(json.find("server")->string, "https://crm.example/crm/");
}

TEST_F(ConsoleSignIn, CookieOpensTheApiAndTheProfileAndNotDav) {
    const std::string cookie = signIn();
    EXPECT_EQ(answer(asking("GET", "/api/v1/me", cookie)).status, 200);
    EXPECT_EQ(answer(asking("GET", "/profiles/anna.mobileconfig", cookie)).status, 200);
    auto dav = asking("PROPFIND", "/dav/", cookie, tokenOf(cookie));
    EXPECT_EQ(answer(dav).status, 401);
}

TEST_F(ConsoleSignIn, WithoutTheTokenACookieChangesNothing) {
    const std::string cookie = signIn(), token = tokenOf(cookie), wish = R"({"name":"Eve"})";
    EXPECT_EQ(answer(asking("PATCH", "/api/v1/me", cookie, "", wish)).status, 403);
    EXPECT_EQ(answer(asking("PATCH", "/api/v1/me", cookie, std::string(64, 'a'), wish)).status, 403);
    auto elsewhere = asking("PATCH", "/api/v1/me", cookie, token, wish);
    elsewhere.headers.emplace_back("sec-fetch-site", "cross-site");
    EXPECT_EQ(answer(elsewhere).status, 403);
    auto other = asking("PATCH", "/api/v1/me", cookie, token, wish);
    other.headers.emplace_back("origin", "https://evil.example");
    EXPECT_EQ(answer(other).status, 403);
    EXPECT_EQ(temp.store->user("anna")->name, "Anna Berg");
    EXPECT_EQ(answer(asking("PATCH", "/api/v1/me", cookie, token, wish)).status, 200);
    EXPECT_EQ(temp.store->user("anna")->name, "Eve");
}

TEST_F(ConsoleSignIn, AnotherSitesFormSignsNobodyIn) {
    auto plain = asking("POST", "/api/v1/session", "", "", form("anna", password));
    std::erase_if(plain.headers, [](const auto& one) { return one.first == "x-csrf-token"; });
    EXPECT_EQ(answer(plain).status, 403);
    EXPECT_THAT(temp.store->sessions(temp.anna.id), IsEmpty());
}

TEST_F(ConsoleSignIn, NewSecretAtEachSignInAndTheOldOneEnds) {  // no session fixation
    const std::string before = signIn(), after = signIn(before);
    EXPECT_NE(before, after);
    EXPECT_EQ(answer(asking("GET", "/api/v1/session", before)).status, 401);
    EXPECT_EQ(answer(asking("GET", "/api/v1/session", after)).status, 200);
}

TEST_F(ConsoleSignIn, SignsOutHereOrEverywhereElse) {
    const std::string here = signIn(), there = signIn();
    EXPECT_EQ(answer(asking("DELETE", "/api/v1/sessions", here, tokenOf(here))).body, R"({"ended":1})");
    EXPECT_EQ(answer(asking("GET", "/api/v1/session", there)).status, 401);
    const auto out = answer(asking("DELETE", "/api/v1/session", here, tokenOf(here)));
    EXPECT_EQ(out.status, 204);
    EXPECT_THAT(header(out, "Set-Cookie"), HasSubstr("Max-Age=0"));
    EXPECT_EQ(answer(asking("GET", "/api/v1/session", here)).status, 401);
}

TEST_F(ConsoleSignIn, RefusesWithoutHavingTheBrowserAskForAPassword) {
    const auto nobody = answer(asking("GET", "/api/v1/session"));
    EXPECT_EQ(nobody.status, 401);
    EXPECT_EQ(header(nobody, "WWW-Authenticate"), "");
    const auto wrong = answer(asking("POST", "/api/v1/session", "", "", form("anna", "wrong")));
    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(header(wrong, "WWW-Authenticate"), "");
    EXPECT_EQ(header(wrong, "Content-Type"), "application/problem+json");
    EXPECT_EQ(answer(asking("POST", "/api/v1/session", "", "", "{}")).status, 422);
    EXPECT_EQ(answer(asking("POST", "/api/v1/session", "", "", "[")).status, 400);
}

TEST_F(ConsoleSignIn, FailuresAreSlowedDown) {
    Response last;
    for (int i = 0; i < 8; ++i) last = answer(asking("POST", "/api/v1/session", "", "", form("anna", "guess")));
    EXPECT_EQ(last.status, 429);
    EXPECT_NE(header(last, "Retry-After"), "");
    EXPECT_EQ(answer(asking("POST", "/api/v1/session", "", "", form("anna", password))).status, 429);
}

TEST_F(ConsoleSignIn, TakesTheOwnPasswordAlsoWhereAppsMustNot) {
    temp.config.userPasswords = false;
    EXPECT_NE(signIn(), "");
    const std::string app = temp.store->addAppPassword({}, temp.anna.id, "phone", {}, {}).secret;
    EXPECT_EQ(answer(asking("POST", "/api/v1/session", "", "", form("anna", app))).status, 401) << "an app's";
}

TEST_F(ConsoleSignIn, NewPasswordEndsAllOtherSessions) {
    const std::string here = signIn(), there = signIn();
    const std::string wish = R"({"current":")" + password + R"(","password":"another good one"})";
    ASSERT_EQ(answer(asking("PUT", "/api/v1/me/password", here, tokenOf(here), wish)).status, 204);
    EXPECT_EQ(answer(asking("GET", "/api/v1/session", here)).status, 200);
    EXPECT_EQ(answer(asking("GET", "/api/v1/session", there)).status, 401);
}

TEST_F(ConsoleSignIn, HistorySaysThatItWasTheConsole) {
    const std::string cookie = signIn();
    ASSERT_EQ(answer(asking("POST", "/api/v1/companies", cookie, tokenOf(cookie), R"({"name":"Acme"})")).status, 201);
    HistoryFilter filter;
    filter.limit = 1;
    EXPECT_EQ(temp.store->history(filter)[0].actor.via, "console");
}

}  // namespace
}  // namespace crmdav
