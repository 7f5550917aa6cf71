#include "server/auth/authenticator.h"
#include "server/auth/base64.h"
#include "server/auth/passwords.h"
#include "tests/server/temp_store.h"

namespace crmdav {
namespace {

using namespace testing;

class SignIn : public Test {
protected:
    Request asking(const std::string& authorization, const std::string& client = "1.2.3.4") const {
        Request request;
        request.id = "test-1";
        request.client = client;
        if (!authorization.empty()) request.headers.emplace_back("authorization", authorization);
        request.headers.emplace_back("user-agent", "test/1");
        return request;
    }
    static std::string basic(const std::string& login, const std::string& password) {
        return "Basic " + encodeBase64(login + ":" + password);
    }
    auto signIn(const Request& request) {
        const auto state = temp.store->state();
        return authenticator.signIn(request, state.get());
    }
    int statusOf(const Request& request) {
        const auto answer = signIn(request);
        return std::holds_alternative<Identity>(answer) ? 200 : std::get<Response>(answer).status;
    }

    TempStore temp;
    Log log{2, LogLevel::error};
    Context context{*temp.store, temp.config, log};
    Authenticator authenticator{context};
};

TEST_F(SignIn, AppPasswordOpensWhatItsScopeSays) {  // D59
    Scope scope;
    scope.api = false;
    scope.readOnly = true;
    const auto made = temp.store->addAppPassword({}, temp.anna.id, "phone", scope, {});
    const auto answer = signIn(asking(basic("anna", made.secret)));
    ASSERT_TRUE(std::holds_alternative<Identity>(answer));
    const auto& who = std::get<Identity>(answer);
    EXPECT_EQ(who.user.login, "anna");
    EXPECT_EQ(who.scope, scope);
    EXPECT_EQ(who.device, "phone");
    EXPECT_EQ(statusOf(asking("Bearer " + made.secret)), 200);
    EXPECT_EQ(statusOf(asking(basic("Anna", made.secret))), 200);
    EXPECT_EQ(statusOf(asking(basic("root", made.secret))), 401);
}

TEST_F(SignIn, RevokedAndSwitchedOffOpenNothing) {
    const auto made = temp.store->addAppPassword({}, temp.anna.id, "phone", {}, {});
    temp.store->revokeAppPassword({}, temp.anna.id, made.password.id);
    EXPECT_EQ(statusOf(asking(basic("anna", made.secret))), 401);
    const auto another = temp.store->addAppPassword({}, temp.anna.id, "another", {}, {});
    EXPECT_EQ(statusOf(asking(basic("anna", another.secret))), 200);
    auto off = temp.anna;
    off.active = false;
    temp.store->saveUser({}, off);
    EXPECT_EQ(statusOf(asking(basic("anna", another.secret))), 401);
}

TEST_F(SignIn, RefusalNamesTheOneRealm) {
    const auto answer = std::get<Response>(signIn(asking("")));
    EXPECT_EQ(answer.status, 401);
    EXPECT_THAT(answer.headers, Contains(Pair("WWW-Authenticate", R"(Basic realm="crmdav", charset="UTF-8")")));
}

TEST_F(SignIn, MalformedCredentialsAreRefused) {
    for (const auto& header : {std::string("Basic"), std::string("Basic !!!"), std::string("Digest x"),
                               "Basic " + encodeBase64("nocolon"), basic("", "secret"), basic("anna", ""),
                               basic("anna", std::string(300, 'x')), basic("an\x01na", "x"), std::string("Bearer ")})
        EXPECT_EQ(statusOf(asking(header)), 401) << header;
}

TEST_F(SignIn, OwnPasswordWorksWhereAllowedAndItsChangeForgetsTheOldOne) {
    temp.store->setPasswordHash({}, temp.anna.id, hashPassword("correct horse"));
    EXPECT_EQ(statusOf(asking(basic("anna", "correct horse"))), 200);
    EXPECT_EQ(statusOf(asking(basic("anna", "correct horse"))), 200);  // remembered
    temp.store->setPasswordHash({}, temp.anna.id, hashPassword("battery staple"));
    EXPECT_EQ(statusOf(asking(basic("anna", "correct horse"))), 401);
    EXPECT_EQ(statusOf(asking(basic("anna", "battery staple"))), 200);
    temp.config.userPasswords = false;
    EXPECT_EQ(statusOf(asking(basic("anna", "battery staple"))), 401);
}

TEST_F(SignIn, FailuresSlowDownGuessingButNotGoodCredentials) {  // D60
    temp.store->setPasswordHash({}, temp.anna.id, hashPassword("correct horse"));
    const auto made = temp.store->addAppPassword({}, temp.anna.id, "phone", {}, {});
    EXPECT_EQ(statusOf(asking(basic("anna", "correct horse"))), 200);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(statusOf(asking(basic("anna", "guess"))), 401);
    const auto slowed = std::get<Response>(signIn(asking(basic("anna", "guess"))));
    EXPECT_EQ(slowed.status, 429);  // a 401 would make Thunderbird drop a good password
    EXPECT_THAT(slowed.headers, Contains(Pair("Retry-After", Not(IsEmpty()))));
    EXPECT_EQ(statusOf(asking(basic("anna", made.secret))), 200);
    EXPECT_EQ(statusOf(asking(basic("anna", "correct horse"))), 200);
    EXPECT_EQ(statusOf(asking(basic("anna", "guess"), "5.6.7.8")), 401);
}

TEST_F(SignIn, ProcessesOnOneStoreSlowGuessingDownTogether) {  // D60, D71
    const auto guess = asking(basic("anna", "guess"));
    StoreOptions options;
    options.url = temp.place.url();
    const auto store = Store::open(options);
    const Context theirs{*store, temp.config, log};
    Authenticator other(theirs);
    const auto refused = [&](Authenticator& process) {
        return std::get<Response>(process.signIn(guess, nullptr)).status;
    };
    for (int i = 0; i < 5; ++i) EXPECT_EQ(refused(i % 2 ? other : authenticator), 401) << i;
    EXPECT_EQ(refused(authenticator), 429);
    EXPECT_EQ(refused(other), 429);
}

TEST_F(SignIn, AGoodPasswordThatIsRememberedCostsNoMoreForFailures) {
    temp.store->setPasswordHash({}, temp.anna.id, hashPassword("correct horse"));
    const auto cost = [&] {
        const auto before = Store::statementsOfThread();
        EXPECT_EQ(statusOf(asking(basic("anna", "correct horse"))), 200);
        return Store::statementsOfThread() - before;
    };
    cost();
    const auto remembered = cost();
    for (int i = 0; i < 5; ++i) EXPECT_EQ(statusOf(asking(basic("anna", "guess"))), 401);
    EXPECT_EQ(cost(), remembered);
}

TEST_F(SignIn, UnknownLoginIsRefusedLikeAWrongPassword) { EXPECT_EQ(statusOf(asking(basic("nobody", "x"))), 401); }

}  // namespace
}  // namespace crmdav
