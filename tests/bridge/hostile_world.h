#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "bridge/accounts.h"
#include "bridge/http_client.h"
#include "tests/standins/http_host.h"
#include "tests/support/store_place.h"

namespace crmdav {

/// Stands before a good server and answers in its place, or spoils its answers, when it is told to.
class Front {
public:
    explicit Front(std::string good);
    const std::string& url() const { return host_.url(); }

    /// nullopt: the good server's answer. Called by several at a time.
    using Evil = std::function<std::optional<standins::Reply>(const standins::Request&)>;
    using Twist = std::function<void(const standins::Request&, standins::Reply&)>;
    void turn(Evil evil, Twist twist = {});
    void turnGood() { turn({}, {}); }
    int asked() const;  ///< since it was turned

private:
    standins::Reply pass(const standins::Request&);

    std::string good_;
    mutable std::mutex mutex_;
    Evil evil_;
    Twist twist_;
    int asked_ = 0;
    standins::HttpHost host_;
};

/// One of the providers' stand-ins with what the tests need of it.
class Victim {
public:
    virtual ~Victim() = default;
    virtual std::string url() = 0;  ///< of the good server
    virtual std::shared_ptr<Provider> provider(const std::string& front, const HttpLimits&) = 0;
    virtual void put(SyncKind, int record) = 0;  ///< "Record N"
    virtual int count(SyncKind) = 0;             ///< records there
    virtual std::string collection(SyncKind) = 0;
    virtual bool isList(const standins::Request&) = 0;  ///< a request for changes
};
std::unique_ptr<Victim> victimOf(const std::string& name);  ///< google, outlook, dav

/// A CRM in two-way sync with a provider that turns bad: three records came from there, one was made here since.
class HostileWorld {
public:
    HostileWorld(const std::string& provider, SyncKind);

    RunResult run();
    std::vector<std::string> records();  ///< titles in the CRM, sorted
    std::size_t links();
    /// The provider is good again: @returns what isn't as it was; empty: all is well
    std::string aftermath();

    SyncKind kind;
    Instant now;
    StorePlace place;
    std::unique_ptr<Store> store;
    User anna;
    std::unique_ptr<Victim> victim;
    std::unique_ptr<Front> front;
    HttpLimits limits;
    std::unique_ptr<Accounts> accounts;
    std::unique_ptr<AccountRuns> runs;
    Id account;
};

/// A provider and what is synced with it.
struct HostileCase {
    const char* provider;
    SyncKind kind;
};

class HostileTest : public testing::TestWithParam<HostileCase>, protected HostileWorld {
protected:
    HostileTest() : HostileWorld(GetParam().provider, GetParam().kind) {}

    /// Two runs against it; what was here is as it was, and after them all is well.
    RunResult survive(Front::Evil evil, Front::Twist twist = {}) {
        const auto before = records();
        front->turn(std::move(evil), std::move(twist));
        run();
        RunResult result = run();
        EXPECT_EQ(records(), before);
        EXPECT_NE(store->sync().side(account, kind)->status, SyncStatus::syncing);
        EXPECT_EQ(aftermath(), "");
        return result;
    }
    static Front::Evil always(standins::Reply reply) {
        return [reply = std::move(reply)](const standins::Request&) { return reply; };
    }
    Front::Evil toLists(standins::Reply reply) {
        return [this, reply = std::move(reply)](const standins::Request& request) {
            return victim->isList(request) ? std::optional(reply) : std::nullopt;
        };
    }
    bool speaksJson() const { return std::string_view(GetParam().provider) != "dav"; }
};

/// TEST_P of this fixture run for every provider and kind.
#define FOR_ALL_PROVIDERS(fixture)                                                                                 \
    INSTANTIATE_TEST_SUITE_P(                                                                                      \
        Providers, fixture,                                                                                        \
        testing::Values(HostileCase{"google", SyncKind::calendar}, HostileCase{"google", SyncKind::contacts},      \
                        HostileCase{"outlook", SyncKind::calendar}, HostileCase{"outlook", SyncKind::contacts},    \
                        HostileCase{"dav", SyncKind::calendar}, HostileCase{"dav", SyncKind::contacts}),           \
        [](const auto& one) {                                                                                      \
            return one.param.provider + std::string(one.param.kind == SyncKind::calendar ? "Events" : "Contacts"); \
        })

}  // namespace crmdav
