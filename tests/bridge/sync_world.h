#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bridge/accounts.h"
#include "tests/bridge/memory_provider.h"
#include "tests/support/store_place.h"

namespace crmdav {

/// A CRM with two users, a provider's server in memory, and an account that connects anna with it; another server and
/// another account of hers where a test asks for them.
class SyncWorld {
public:
    SyncWorld();

    Instant now = std::chrono::sys_days(std::chrono::year(2027) / 3 / 1) + std::chrono::hours(9);
    StorePlace place;
    std::unique_ptr<Store> store;
    MemoryServer server, otherServer;
    User anna, ben;
    std::unique_ptr<Accounts> accounts;
    std::unique_ptr<AccountRuns> runs;
    Id account, otherAccount;
    std::function<void()> onClock;  ///< whenever the store or a run looks at the time; may throw

    SyncStore& sync() { return store->sync(); }
    /// With settings as JSON, started; nothing has run yet.
    void start(SyncKind, const std::string& settings);
    void startOther(SyncKind, const std::string& settings);
    void change(SyncKind kind, const std::string& settings) { accounts->saveSettings(account, kind, settings); }
    RunResult run(SyncKind kind) { return run(account, kind); }
    RunResult run(const Id& account, SyncKind);
    SyncSide side(SyncKind kind) { return *sync().side(account, kind); }
    std::vector<JournalEntry> journal();  ///< of all accounts, newest first
    /// Runs until nothing happens any more. @returns writes of the provider in the last of them
    int settle(SyncKind);

    // ---- as people edit in the CRM
    Actor as(const User&) const;
    Activity makeActivity(const std::string& subject, int daysFromNow = 1, const User* owner = nullptr);
    Contact makeContact(const std::string& first, const std::string& last, const std::string& email);
    Activity edit(const Activity&);
    Contact edit(const Contact&);
    void removeActivity(const Id&);
    void removeContact(const Id&);
    std::vector<Activity> activities();  ///< anna's, of any time, cancelled ones included
    std::vector<Contact> contacts();
    std::optional<Activity> activityCalled(const std::string& subject);
    std::size_t blocks();  ///< in anna's busy/

    // ---- as people edit at the provider
    std::string event(const std::string& id, const std::string& subject, int daysFromNow = 1,
                      const std::string& more = {}, const std::string& calendar = "work");
    std::string card(const std::string& id, const std::string& first, const std::string& last, const std::string& email,
                     const std::string& more = {});
    std::string rawOf(const std::string& collection, const std::string& subject) const;  ///< empty: there is none
    std::size_t count(const std::string& collection) const { return server.ids(collection).size(); }

    static constexpr SyncKind calendar = SyncKind::calendar, book = SyncKind::contacts;
};

}  // namespace crmdav
