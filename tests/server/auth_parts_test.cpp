#include "server/auth/base64.h"
#include "server/auth/passwords.h"
#include "server/auth/throttle.h"
#include "server/auth/verified.h"

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

TEST(Throttle, FirstFailuresAreFreeThenTheWaitDoubles) {  // D60
    Throttle throttle;
    auto now = Throttle::Clock::time_point{} + 24h;
    for (int i = 0; i < 4; ++i) throttle.failed("anna", "1.2.3.4", now);
    EXPECT_EQ(throttle.wait("anna", "1.2.3.4", now), 0s);
    throttle.failed("anna", "1.2.3.4", now);
    EXPECT_EQ(throttle.wait("anna", "1.2.3.4", now), 2s);
    throttle.failed("anna", "1.2.3.4", now);
    EXPECT_EQ(throttle.wait("anna", "1.2.3.4", now), 4s);
    EXPECT_EQ(throttle.wait("anna", "1.2.3.4", now + 3s), 1s);
    for (int i = 0; i < 20; ++i) throttle.failed("anna", "1.2.3.4", now);
    EXPECT_EQ(throttle.wait("anna", "1.2.3.4", now), 300s);
}

TEST(Throttle, SlowsDownOneLoginAtOneAddressOnly) {
    Throttle throttle;
    const auto now = Throttle::Clock::time_point{} + 24h;
    for (int i = 0; i < 8; ++i) throttle.failed("anna", "1.2.3.4", now);
    EXPECT_EQ(throttle.wait("bert", "1.2.3.4", now), 0s);
    EXPECT_EQ(throttle.wait("anna", "1.2.3.5", now), 0s);
    throttle.succeeded("anna", "1.2.3.4");
    EXPECT_EQ(throttle.wait("anna", "1.2.3.4", now), 0s);
}

TEST(Throttle, SlowsDownWhoTriesManyLogins) {
    Throttle throttle;
    const auto now = Throttle::Clock::time_point{} + 24h;
    for (int i = 0; i < 40; ++i) throttle.failed("login" + std::to_string(i), "1.2.3.4", now);
    EXPECT_GT(throttle.wait("another", "1.2.3.4", now), 0s);
}

TEST(Throttle, IsForgottenAfterAnHourAndBounded) {
    Throttle throttle(100);
    auto now = Throttle::Clock::time_point{} + 24h;
    for (int i = 0; i < 10; ++i) throttle.failed("anna", "1.2.3.4", now);
    throttle.failed("anna", "1.2.3.4", now + 2h);
    EXPECT_EQ(throttle.wait("anna", "1.2.3.4", now + 2h), 0s);
    for (int i = 0; i < 1'000; ++i) throttle.failed("anna", std::to_string(i), now);
    EXPECT_LE(throttle.size(), 100U);
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
