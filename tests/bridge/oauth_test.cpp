#include "bridge/oauth.h"

#include <thread>

#include "tests/bridge/google_world.h"

namespace crmdav {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string way = "https://crm.example/oauth/google/callback";

struct OAuth : testing::Test, GoogleWorld {
    OAuthClient client = google.client();
    std::map<std::string, std::string> agree(const SignIn& signIn, const std::string& scopes = {}) {
        return google.signIn().agree(signIn.address, login, scopes);
    }
};

// A1; RFC 7636: the way there and back.
TEST_F(OAuth, SigningInGivesTokens) {
    const SignIn signIn = beginSignIn(client, way, login);
    EXPECT_THAT(signIn.address, HasSubstr("access_type=offline"));
    EXPECT_THAT(signIn.address, HasSubstr("login_hint=me%40example.com"));
    EXPECT_THAT(signIn.address, Not(HasSubstr(signIn.verifier)));
    EXPECT_GE(signIn.verifier.size(), 43u);
    auto back = agree(signIn);
    EXPECT_EQ(back["state"], signIn.state);
    const Tokens granted = exchangeCode(http, client, way, back["code"], signIn.verifier, now);
    EXPECT_EQ(granted.expires, now + 3599s);
    EXPECT_EQ(Tokens::parse(granted.text()), granted);
    EXPECT_EQ(lacking(client, granted, SyncKind::calendar), "");
    const RemoteIdentity who = userinfo(http, client, granted.access);
    EXPECT_EQ(who.id, "sub-me@example.com");
    EXPECT_THAT(who.emails, ElementsAre("me@example.com"));
    EXPECT_THROW(exchangeCode(http, client, way, back["code"], signIn.verifier, now), ReconnectNeeded) << "used";
    const SignIn other = beginSignIn(client, way);
    EXPECT_NE(other.state, signIn.state);
    EXPECT_THROW(exchangeCode(http, client, way, agree(other)["code"], signIn.verifier, now), ReconnectNeeded);
}

// People can untick scopes: only that kind doesn't work.
TEST_F(OAuth, AMissingPermissionIsNamed) {
    const Tokens calendarOnly = google.signIn().grant(login, "openid " + client.calendarScope);
    EXPECT_EQ(lacking(client, calendarOnly, SyncKind::calendar), "");
    EXPECT_THAT(lacking(client, calendarOnly, SyncKind::contacts), HasSubstr("contacts"));
    keeper.save(calendarOnly.text());
    EXPECT_NO_THROW(provider->changes(SyncKind::calendar, login, "", {}));
    EXPECT_THROW(provider->changes(SyncKind::contacts, "people/me", "", {}), ReconnectNeeded);
    Tokens short_ = calendarOnly;
    short_.scopes = {"https://graph.microsoft.com/Calendars.ReadWrite"};
    EXPECT_EQ(lacking(microsoftOAuth("", "", "", ""), short_, SyncKind::calendar), "");
    EXPECT_NE(lacking(microsoftOAuth("", "", "", ""), short_, SyncKind::contacts), "");
}

// I8, google-calendar §1: whose fault it is.
TEST_F(OAuth, FailuresSayWhoseTheyAre) {
    const Tokens granted = google.signIn().grant(login, client.scope);
    OAuthClient wrong = client;
    wrong.secret = "old";
    EXPECT_THROW(refreshTokens(http, wrong, granted, now), Misconfigured);
    for (const auto fault :
         {standins::Fault::broken, standins::Fault::throttled, standins::Fault::gateway, standins::Fault::lostAfter}) {
        google.signInFaults.next(fault);
        try {
            refreshTokens(http, client, granted, now);
            ADD_FAILURE();
        } catch (const Misconfigured&) {
            ADD_FAILURE();
        } catch (const TryLater&) {
        }
    }
    google.signIn().revoke(login);
    try {
        refreshTokens(http, client, granted, now);
        ADD_FAILURE();
    } catch (const ReconnectNeeded& why) {
        EXPECT_THAT(why.what(), HasSubstr("sign in again"));
    }
    EXPECT_THROW(Tokens::parse(""), ReconnectNeeded);
    EXPECT_THAT(signInFailure(client, "access_denied", ""), HasSubstr("cancelled"));
    EXPECT_THAT(signInFailure(client, "admin_policy_enforced", ""), HasSubstr("administrator"));
}

// A10
TEST_F(OAuth, TheGrantIsTakenBack) {
    const Tokens granted = Tokens::parse(keeper.load());
    EXPECT_TRUE(provider->revoke());
    EXPECT_THROW(refreshTokens(http, client, granted, now), ReconnectNeeded);
    EXPECT_TRUE(revokeTokens(http, client, granted)) << "gone already is gone";
    EXPECT_FALSE(revokeTokens(http, microsoftOAuth("", "", "", ""), granted));
}

TEST_F(OAuth, AnAccessTokenIsRenewedBeforeItEnds) {
    const std::string first = tokens.access();
    EXPECT_EQ(google.signIn().refreshes(), 0);
    now += 3599s - 89s;
    EXPECT_NE(tokens.access(), first);
    EXPECT_EQ(google.signIn().refreshes(), 1);
    EXPECT_EQ(Tokens::parse(keeper.load()).access, tokens.access());
}

// 401 → one refresh, whatever our clock says; a second 401 is the end.
TEST_F(OAuth, ARefusedTokenIsRenewedOnce) {
    google.signIn().expireAccess();
    EXPECT_NO_THROW(provider->collections(SyncKind::calendar));
    EXPECT_EQ(google.signIn().refreshes(), 1);
    google.signIn().revoke(login);
    EXPECT_THROW(provider->collections(SyncKind::calendar), ReconnectNeeded);
    EXPECT_THROW(provider->identify(), ReconnectNeeded);
}

// A rotated refresh token is stored before anything is done with what came with it.
TEST_F(OAuth, ARotatedRefreshTokenIsKept) {
    google.signIn().rotates = true;
    std::string last;
    for (int i = 0; i < 4; ++i) {
        now += 2h;
        EXPECT_NO_THROW(provider->collections(SyncKind::calendar));
        const std::string refresh = Tokens::parse(keeper.load()).refresh;
        EXPECT_NE(refresh, last);
        last = refresh;
    }
    EXPECT_EQ(keeper.saves, 4);
}

// One refresher at a time: who comes second takes what the first one stored.
TEST_F(OAuth, ProcessesRefreshOnlyOnce) {
    now += 2h;
    std::vector<std::thread> processes;
    for (int i = 0; i < 8; ++i)
        processes.emplace_back([&] {
            HttpClient own(innerNetwork());
            TokenSource source(own, client, keeper, [this] { return now; });
            EXPECT_TRUE(google.signIn().sessionOf(source.access()));
        });
    for (std::thread& process : processes) process.join();
    EXPECT_EQ(google.signIn().refreshes(), 1);
}

// Processes whose clocks are ten minutes apart neither fail nor renew each other's tokens all the time.
TEST_F(OAuth, ClocksMayDiffer) {
    HttpClient second(innerNetwork());
    TokenSource ahead(second, client, keeper, [this] { return now + 10min; });
    TokenSource behind(http, client, keeper, [this] { return now - 10min; });
    for (int minutes = 0; minutes < 180; minutes += 5) {
        for (TokenSource* source : {&ahead, &behind}) {
            std::string access = source->access();
            if (!google.signIn().sessionOf(access)) access = source->instead(access);
            EXPECT_TRUE(google.signIn().sessionOf(access));
        }
        now += 5min;
    }
    EXPECT_LE(google.signIn().refreshes(), 6);
}

}  // namespace
}  // namespace crmdav
