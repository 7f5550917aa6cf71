#include "bridge/provider_clients.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "bridge/secrets.h"
#include "tests/support/store_place.h"

namespace crmdav {
namespace {

using testing::HasSubstr;
using testing::Not;

/// What a server is to Google and Microsoft; two processes with one store and one key file.
class Clients : public testing::Test {
protected:
    static OAuthClient file(const std::string& name, const std::string& id, const std::string& secret) {
        OAuthClient client;
        client.provider = name;
        client.id = id;
        client.secret = secret;
        return client;
    }
    ProviderClients process(const std::string& id = {}, const std::string& secret = {}) {
        return {*store, secrets, file("Google", id, secret), file("Microsoft", {}, {}), Clock{[this] { return now; }}};
    }

    std::unique_ptr<Store> open() const {
        StoreOptions options;
        options.url = place.url();
        return Store::open(options);
    }

    StorePlace place;
    std::unique_ptr<Store> store = open();
    Secrets secrets{place / "secrets.key"};
    Instant now{std::chrono::sys_days(std::chrono::year(2026) / 1 / 5)};
};

TEST_F(Clients, AreWhatAdminsEntered) {
    auto clients = process();
    EXPECT_EQ(clients.current("google").id, "");
    clients.save({}, "google", "id-1", "s3cr3t-1");
    EXPECT_EQ(clients.current("google").id, "id-1") << "at once in this process";
    EXPECT_EQ(clients.current("google").secret, "s3cr3t-1");
    EXPECT_EQ(clients.current("microsoft").id, "") << "each provider has its own";
    clients.save({}, "google", "id-2", std::nullopt);
    EXPECT_EQ(clients.current("google").id, "id-2");
    EXPECT_EQ(clients.current("google").secret, "s3cr3t-1") << "what isn't named stays";
    clients.save({}, "google", "", "");
    EXPECT_EQ(clients.current("google").id, "");
    EXPECT_FALSE(clients.view("google").hasSecret);
}

TEST_F(Clients, OfAnotherProcessAreSeenAfterSomeSeconds) {
    auto here = process(), there = process();
    EXPECT_EQ(there.current("google").id, "");
    here.save({}, "google", "id-1", "s3cr3t-1");
    now += std::chrono::seconds(6);
    EXPECT_EQ(there.current("google").id, "id-1");
    EXPECT_EQ(there.current("google").secret, "s3cr3t-1");
}

TEST_F(Clients, OfTheFileWinAndStay) {
    process().save({}, "google", "id-1", "s3cr3t-1");
    auto clients = process("id-file");
    EXPECT_EQ(clients.current("google").id, "id-file");
    EXPECT_EQ(clients.current("google").secret, "s3cr3t-1") << "what the file doesn't say is the admins'";
    EXPECT_TRUE(clients.view("google").fixedId);
    EXPECT_FALSE(clients.view("google").fixedSecret);
    clients.save({}, "google", "id-2", "s3cr3t-2");
    EXPECT_EQ(process().current("google").id, "id-1");
    EXPECT_EQ(clients.current("google").secret, "s3cr3t-2");
}

TEST_F(Clients, KeepTheirSecretEncryptedAndOutOfTheHistory) {  // rule A11
    process().save({}, "google", "id-1", "s3cr3t-1");
    EXPECT_THAT(place.everything(), Not(HasSubstr("s3cr3t-1")));
    const auto entries = store->history({.record = {}, .login = {}, .device = {}, .from = {}, .until = {}, .limit = 9});
    ASSERT_FALSE(entries.empty());
    for (const HistoryEntry& entry : entries)
        for (const FieldChange& change : entry.fields) EXPECT_THAT(change.after, Not(HasSubstr("s3cr3t")));
}

TEST_F(Clients, KeepTheirSecretWhenTheKeyIsChanged) {  // rule A11
    auto clients = process();
    clients.save({}, "google", "id-1", "s3cr3t-1");
    const std::string before = store->setting("bridge.google.clientSecret");
    EXPECT_EQ(secrets.rotate(*store, true).sealed, 1u);
    EXPECT_NE(store->setting("bridge.google.clientSecret"), before);
    EXPECT_EQ(process().current("google").secret, "s3cr3t-1");
}

TEST_F(Clients, ThatNoKeyOpensSaySo) {
    process().save({}, "google", "id-1", "s3cr3t-1");
    std::ofstream(place / "secrets.key") << std::string(64, 'a') << "\n";
    Secrets others(place / "secrets.key");
    ProviderClients clients(*store, others, file("Google", {}, {}), file("Microsoft", {}, {}), {});
    try {
        clients.current("google");
        FAIL();
    } catch (const Misconfigured& error) {
        EXPECT_THAT(error.what(), HasSubstr("an administrator enters it again"));
    }
    EXPECT_THAT(others.rotate(*store, true).lost, testing::ElementsAre("bridge.google.clientSecret"));
    clients.save({}, "google", std::nullopt, "s3cr3t-2");
    EXPECT_EQ(clients.current("google").secret, "s3cr3t-2");
}

}  // namespace
}  // namespace crmdav
