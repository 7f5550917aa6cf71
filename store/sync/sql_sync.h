#pragma once
#include "store/engine/database.h"
#include "store/sync.h"

namespace crmdav {

/// What the bridge remembers, on SQL: each verb opens a Reading or a Writing and hands over to its topic's file.
class SqlSync final : public SyncStore {
public:
    explicit SqlSync(Database& database) : database_(database) {}

    std::optional<Lease> takeLease(std::string_view name, std::string_view holder, std::chrono::seconds) override;
    void releaseLease(const Lease&) override;
    void guarded(const Lease&, const std::function<void()>& work) override;

    SyncFigures figures(Instant now) const override;

    // accounts.cpp, wake.cpp
    std::vector<Account> accounts(std::int64_t user) const override;
    std::optional<Account> account(const Id&) const override;
    Account saveAccount(const Account&) override;
    void removeAccount(const Id&) override;
    std::string secret(const Id& account) const override;
    void saveSecret(const Id& account, std::string_view encrypted) override;
    std::optional<SyncSide> side(const Id& account, SyncKind) const override;
    std::vector<SyncSide> sides() const override;
    std::vector<SyncSide> sidesToRun(Instant now) const override;
    void saveSide(const SyncSide&) override;
    void saveCursor(const SyncScope&, std::int64_t localCursor) override;
    std::int64_t wakeForChanges(std::int64_t since) override;

    // links.cpp
    std::optional<Link> link(const Id&) const override;
    std::optional<Link> linkOfRemote(const SyncScope&, std::string_view collection,
                                     std::string_view remote) const override;
    std::optional<Link> linkOfLocal(const SyncScope&, const Id& local) const override;
    std::optional<Link> linkOfUid(const SyncScope&, std::string_view uid) const override;
    std::vector<Link> links(const SyncScope&, const Id& after, std::size_t limit) const override;
    std::vector<Link> linksBeingMade(const SyncScope&) const override;
    std::vector<Link> linksOf(const Id& local) const override;
    void saveLink(const Link&) override;
    void removeLink(const Id&) override;
    void watchGuests(const Id& link, std::span<const WatchedGuest>) override;
    std::vector<WatchedGuest> watchedGuests(const Id& link) const override;
    LinkCounts countLinks(const SyncScope&) const override;

    // matching.cpp
    std::optional<Id> activityOfUid(std::int64_t user, std::string_view uid) const override;
    std::vector<Id> contactsNamed(std::int64_t owner, std::string_view matchName) const override;
    bool hadContact(std::string_view email) const override;
    std::vector<std::string> contactsAmong(std::int64_t user, std::span<const std::string> emails) const override;
    std::optional<Id> companyNamed(std::string_view normalName) const override;

    // stage*.cpp
    void beginPreview(const SyncScope&) override;
    void endPreview(const SyncScope&) override;
    std::vector<SyncCursor> cursors(const SyncScope&) const override;
    void stageRemote(const SyncScope&, std::span<const Staged>, const SyncCursor&, bool listing) override;
    std::optional<Staged> stagedRemote(const SyncScope&, std::string_view collection,
                                       std::string_view remote) const override;
    void beginListing(const SyncScope&, std::string_view collection) override;
    std::int64_t endListing(const SyncScope&, std::string_view collection) override;
    std::vector<SeenMember> seen(const SyncScope&, std::string_view collection, std::string_view after,
                                 std::size_t limit) const override;
    void saveSeen(const SyncScope&, std::string_view collection, std::span<const SeenMember>) override;
    void keepCollections(const SyncScope&, std::span<const std::string> collections) override;
    std::int64_t stageChanges(const SyncScope&, std::int64_t cursor, std::size_t limit) override;
    void stageLocal(const SyncScope&, std::span<const Id> locals) override;
    std::vector<Staged> staged(const SyncScope&, std::int64_t after, std::size_t limit) const override;
    std::int64_t countStaged(const SyncScope&) const override;
    void decide(const SyncScope&, std::span<const Staged>) override;
    void unstage(const SyncScope&, std::int64_t id) override;
    void clearStage(const SyncScope&) override;

    // blocks.cpp
    void saveBlock(const Actor&, std::int64_t user, const Id& block, std::string_view bytes) override;
    void removeBlock(const Actor&, std::int64_t user, const Id& block) override;

    // journal.cpp
    void saveRun(const SyncRun&) override;
    std::optional<SyncRun> run(const Id&) const override;
    std::vector<SyncRun> runs(const Id& account, std::optional<SyncKind>, std::size_t limit) const override;
    std::int64_t addJournal(const JournalEntry&) override;
    std::vector<JournalEntry> journal(const JournalFilter&) const override;
    std::optional<JournalEntry> journalEntry(std::int64_t id) const override;
    void markUndone(std::int64_t entry) override;
    std::map<Counted, std::int64_t> counted(const Id& account, SyncKind, Instant since) const override;

    // pushes.cpp
    std::vector<SyncPush> pushes(const Id& account, SyncKind) const override;
    std::optional<SyncPush> push(std::string_view id) const override;
    void savePush(const SyncPush&) override;
    void removePush(std::string_view id) override;
    void wake(const Id& account, SyncKind) override;

    // outbox.cpp
    bool post(const OutboxItem&) override;
    std::vector<OutboxItem> due(std::size_t limit) const override;
    void savePosted(const OutboxItem&) override;
    std::vector<OutboxItem> posted(const OutboxFilter&) const override;

    // webhooks.cpp
    void announce(const Announcement&) override;
    std::vector<Webhook> webhooks() const override;
    std::optional<Webhook> webhook(const Id&) const override;
    Webhook saveWebhook(const Webhook&, std::string_view secret) override;
    std::string webhookSecret(const Id&) const override;
    void removeWebhook(const Id&) override;

private:
    Database& database_;
};

}  // namespace crmdav
