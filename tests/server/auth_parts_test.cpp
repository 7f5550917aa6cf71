#include "server/auth/base64.h"
#include "server/auth/passwords.h"
#include "server/auth/throttle.h"
#include "server/auth/verified.h"
#include "store/store.h"
#include "tests/support/store_place.h"

namespace crmdav {
namespace {

using namespace testing;
using namespace std::chrono_literals;

TEST(Base64, RoundTripsAllLengthsAndRefusesTheRest) {
    for (const std::string bytes : {"", "a", "ab", "abc", "abcd", "\xff\xfe\xfd"})
        EXPECT_EQ(decodeBase64(encodeBase64(bytes)), bytes);
    EXPECT_EQ(encodeBase64("anna:secret"), "YW5uYTpzZWNyZXQ=");
    EXPECT_EQ(decodeBase64("YW5uYTpzZWNyZXQ"), "anna:secret");
    for (const char* bad : {"a", "YW5u!", "YW5u YTpz", "YW5-"}) EXPECT_EQ(decodeBase64(bad), std::nullopt) << bad;
}

TEST(Password, VerifiesItselfAndNothingElse) {
    const auto hash = hashPassword("correct horse");
    EXPECT_THAT(hash, StartsWith("scrypt$15$8$1$"));
    EXPECT_TRUE(verifyPassword("correct horse", hash));
    EXPECT_FALSE(verifyPassword("correct horsf", hash));
    EXPECT_NE(hash, hashPassword("correct horse"));  // salted
}

TEST(Password, MalformedHashVerifiesNothing) {
    for (const char* hash : {"", "scrypt", "scrypt$15$8$1$$", "scrypt$40$8$1$YWJj$YWJj", "scrypt$15$8$1$YWJj$YWJj",
                             "md5$1$1$1$a$b", "$$$$$"})
        EXPECT_FALSE(verifyPassword("", hash)) << hash;
}

TEST(Password, RandomOnesDiffer) {
    EXPECT_THAT(randomPassword(), MatchesRegex("[a-z2-8]{4}(-[a-z2-8]{4}){4}"));
    EXPECT_NE(randomPassword(), randomPassword());
}

/// Two processes on one store, whose clock stands until somebody moves it.
class Delays : public Test {
protected:
    std::unique_ptr<Store> process() {
        StoreOptions options;
        options.url = place.url();
        options.now = [this] { return now; };
        return Store::open(options);
    }
    void fail(int times, const std::string& login = "anna", const std::string& address = "1.2.3.4") {
        for (int i = 0; i < times; ++i) (i % 2 ? other : throttle).failed(login, address);
    }
    std::chrono::seconds wait(const std::string& login = "anna", const std::string& address = "1.2.3.4") {
        const auto one = throttle.wait(login, address);
        EXPECT_EQ(one, other.wait(login, address)) << "whichever process is asked";
        return one;
    }

    StorePlace place;
    Instant now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20);
    std::unique_ptr<Store> store = process(), second = process();
    Throttle throttle{*store}, other{*second};
};

TEST_F(Delays, FirstFailuresAreFreeThenTheWaitDoubles) {  // D60
    fail(4);
    EXPECT_EQ(wait(), 0s);
    fail(1);
    EXPECT_EQ(wait(), 2s);
    fail(1);
    EXPECT_EQ(wait(), 4s);
    now += 3s;
    EXPECT_EQ(wait(), 1s);
    fail(20);
    EXPECT_EQ(wait(), 300s);
}

TEST_F(Delays, AreOfOneLoginAtOneAddressOnlyAndEndWithAGoodPassword) {
    fail(8);
    EXPECT_EQ(wait("bert"), 0s);
    EXPECT_EQ(wait("anna", "1.2.3.5"), 0s);
    other.succeeded("anna", "1.2.3.4");
    EXPECT_EQ(wait(), 0s);
}

TEST_F(Delays, AreOfAnIPv6NetworkNotOfEachOfItsAddresses) {
    for (int i = 0; i < 8; ++i) fail(1, "anna", "2001:db8:0:1::" + std::to_string(i));
    EXPECT_GT(wait("anna", "2001:db8:0:1:ffff::1"), 0s);
    EXPECT_EQ(wait("anna", "2001:db8:0:2::1"), 0s);
    fail(8);
    EXPECT_GT(wait("anna", "::ffff:1.2.3.4"), 0s);
    EXPECT_EQ(wait("anna", "::ffff:1.2.3.5"), 0s);
}

TEST_F(Delays, AreForWhoTriesManyLoginsToo) {
    for (int i = 0; i < 30; ++i) fail(1, "login" + std::to_string(i));
    EXPECT_EQ(wait("another"), 0s);
    fail(1, "*");
    EXPECT_EQ(wait("another"), 2s);
}

TEST_F(Delays, AreForgottenAfterAnHour) {
    fail(10);
    now += 59min;
    fail(1);
    EXPECT_EQ(wait(), 128s) << "none of them, when another came meanwhile";
    now += 61min;
    fail(4);
    EXPECT_EQ(wait(), 0s);
}

TEST_F(Delays, TheStoreHoldsNothingThatSomebodyTyped) {
    fail(1, "correct horse", "192.168.17.4");
    EXPECT_THAT(place.everything(), AllOf(Not(HasSubstr("correct horse")), Not(HasSubstr("192.168.17.4"))));
}

TEST(Verified, RemembersForAWhileAndForgetsWithTheHash) {
    Verified verified(10min, 2);
    const auto now = Verified::Clock::now();
    EXPECT_FALSE(verified.knows("anna", "hash", "secret", now));
    verified.remember("anna", "hash", "secret", now);
    EXPECT_TRUE(verified.knows("anna", "hash", "secret", now + 9min));
    EXPECT_FALSE(verified.knows("anna", "hash", "secret", now + 11min));
    EXPECT_FALSE(verified.knows("anna", "new hash", "secret", now));  // password changed
    EXPECT_FALSE(verified.knows("anna", "hash", "secret2", now));
    EXPECT_FALSE(verified.knows("ann", "ahash", "secret", now));
}

TEST(Verified, IsBounded) {
    Verified verified(10min, 2);
    const auto now = Verified::Clock::now();
    verified.remember("a", "h", "p", now);
    verified.remember("b", "h", "p", now + 1s);
    verified.remember("c", "h", "p", now + 2s);
    EXPECT_FALSE(verified.knows("a", "h", "p", now + 3s));
    EXPECT_TRUE(verified.knows("c", "h", "p", now + 3s));
}

}  // namespace
}  // namespace crmdav
