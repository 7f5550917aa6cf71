#include "store/sync/sql_sync.h"

#include <algorithm>

#include "store/history/history.h"
#include "store/sync/accounts.h"
#include "store/sync/blocks.h"
#include "store/sync/guests.h"
#include "store/sync/journal.h"
#include "store/sync/leases.h"
#include "store/sync/links.h"
#include "store/sync/matching.h"
#include "store/sync/outbox.h"
#include "store/sync/pushes.h"
#include "store/sync/stage.h"
#include "store/sync/webhooks.h"

namespace crmdav {

std::optional<Lease> SqlSync::takeLease(std::string_view name, std::string_view holder, std::chrono::seconds lasting) {
    return write(database_, [&](Connection& db) { return crmdav::takeLease(db, name, holder, lasting); });
}

void SqlSync::releaseLease(const Lease& lease) {
    write(database_, [&](Connection& db) { crmdav::releaseLease(db, lease); });
}

void SqlSync::guarded(const Lease& lease, const std::function<void()>& work) {
    Writing writing(database_);
    requireLease(writing, lease);
    work();
    writing.commit();
}

SyncStore::SyncFigures SqlSync::figures(Instant now) const {
    const Reading reading(database_);
    auto row = reading.db().query(
        "SELECT (SELECT COUNT(*) FROM sync_pushes WHERE until>?), (SELECT COUNT(*) FROM sync_outbox WHERE next_try IS "
        "NOT NULL AND sent IS NULL), (SELECT COUNT(*) FROM sync_outbox WHERE next_try IS NULL AND sent IS NULL)",
        now);
    row.next();
    return {row.int64(0), row.int64(1), row.int64(2)};
}

// ---------------------------------------------------------------- accounts

std::vector<Account> SqlSync::accounts(std::int64_t user) const { return crmdav::accounts(Reading(database_), user); }

std::optional<Account> SqlSync::account(const Id& id) const { return crmdav::account(Reading(database_), id); }

Account SqlSync::saveAccount(const Account& account) {
    return write(database_, [&](Connection& db) { return crmdav::saveAccount(db, account); });
}

void SqlSync::removeAccount(const Id& id) {
    write(database_, [&](Connection& db) { crmdav::removeAccount(db, id); });
}

std::string SqlSync::secret(const Id& account) const { return crmdav::secret(Reading(database_), account); }

void SqlSync::saveSecret(const Id& account, std::string_view encrypted) {
    write(database_, [&](Connection& db) { crmdav::saveSecret(db, account, encrypted); });
}

std::optional<SyncSide> SqlSync::side(const Id& account, SyncKind kind) const {
    return crmdav::side(Reading(database_), account, kind);
}

std::vector<SyncSide> SqlSync::sides() const { return crmdav::sides(Reading(database_)); }
std::vector<SyncSide> SqlSync::sidesToRun(Instant now) const { return crmdav::sidesToRun(Reading(database_), now); }

void SqlSync::saveSide(const SyncSide& side) {
    write(database_, [&](Connection& db) { crmdav::saveSide(db, side); });
}

void SqlSync::saveCursor(const SyncScope& scope, std::int64_t localCursor) {
    write(database_, [&](Connection& db) { crmdav::saveCursor(db, scope, localCursor); });
}

// ---------------------------------------------------------------- which record it is

std::optional<Id> SqlSync::activityOfUid(std::int64_t user, std::string_view uid) const {
    return crmdav::activityOfUid(Reading(database_), user, uid);
}

std::vector<Id> SqlSync::contactsNamed(std::int64_t owner, std::string_view matchName) const {
    return crmdav::contactsNamed(Reading(database_), owner, matchName);
}

bool SqlSync::hadContact(std::string_view email) const { return crmdav::hadContact(Reading(database_), email); }

std::optional<Id> SqlSync::companyNamed(std::string_view name) const {
    return crmdav::companyNamed(Reading(database_), name);
}

std::int64_t SqlSync::wakeForChanges(std::int64_t since) {
    constexpr std::int64_t mostEntries = 20'000;
    std::int64_t until = 0;
    {
        const Reading reading(database_);
        until = std::min(lastHistoryId(reading), since + mostEntries);
        if (until <= since) return since;
        if (!anySleeps(reading)) return until;
    }
    write(database_, [&](Connection& db) { crmdav::wakeForChanges(db, since, until); });
    return until;
}

// ---------------------------------------------------------------- links

std::optional<Link> SqlSync::link(const Id& id) const { return crmdav::link(Reading(database_), id); }

std::optional<Link> SqlSync::linkOfRemote(const SyncScope& scope, std::string_view collection,
                                          std::string_view remote) const {
    return crmdav::linkOfRemote(Reading(database_), scope, collection, remote);
}

std::optional<Link> SqlSync::linkOfLocal(const SyncScope& scope, const Id& local) const {
    return crmdav::linkOfLocal(Reading(database_), scope, local);
}
std::optional<Link> SqlSync::linkOfUid(const SyncScope& scope, std::string_view uid) const {
    return crmdav::linkOfUid(Reading(database_), scope, uid);
}

std::vector<Link> SqlSync::links(const SyncScope& scope, const Id& after, std::size_t limit) const {
    return crmdav::links(Reading(database_), scope, after, limit);
}

std::vector<Link> SqlSync::linksBeingMade(const SyncScope& scope) const {
    return crmdav::linksBeingMade(Reading(database_), scope);
}

std::vector<Link> SqlSync::linksOf(const Id& local) const { return crmdav::linksOf(Reading(database_), local); }

void SqlSync::saveLink(const Link& link) {
    write(database_, [&](Connection& db) { crmdav::saveLink(db, link); });
}

void SqlSync::removeLink(const Id& id) {
    write(database_, [&](Connection& db) { crmdav::removeLink(db, id); });
}

void SqlSync::watchGuests(const Id& link, std::span<const WatchedGuest> guests) {
    write(database_, [&](Connection& db) { crmdav::watchGuests(db, link, guests); });
}

std::vector<WatchedGuest> SqlSync::watchedGuests(const Id& link) const {
    return crmdav::watchedGuests(Reading(database_), link);
}

std::vector<std::string> SqlSync::contactsAmong(std::int64_t user, std::span<const std::string> emails) const {
    return crmdav::contactsAmong(Reading(database_), user, emails);
}

SyncStore::LinkCounts SqlSync::countLinks(const SyncScope& scope) const {
    return crmdav::countLinks(Reading(database_), scope);
}

// ---------------------------------------------------------------- the stage

void SqlSync::beginPreview(const SyncScope& scope) {
    write(database_, [&](Connection& db) { crmdav::beginPreview(db, scope); });
}

void SqlSync::endPreview(const SyncScope& scope) {
    write(database_, [&](Connection& db) { crmdav::endPreview(db, scope); });
}

std::vector<SyncCursor> SqlSync::cursors(const SyncScope& scope) const {
    return crmdav::cursors(Reading(database_), scope);
}

void SqlSync::stageRemote(const SyncScope& scope, std::span<const Staged> page, const SyncCursor& cursor,
                          bool listing) {
    write(database_, [&](Connection& db) { crmdav::stageRemote(db, scope, page, cursor, listing); });
}

std::optional<Staged> SqlSync::stagedRemote(const SyncScope& scope, std::string_view collection,
                                            std::string_view remote) const {
    return crmdav::stagedRemote(Reading(database_), scope, collection, remote);
}

void SqlSync::beginListing(const SyncScope& scope, std::string_view collection) {
    write(database_, [&](Connection& db) { crmdav::beginListing(db, scope, collection); });
}

std::int64_t SqlSync::endListing(const SyncScope& scope, std::string_view collection) {
    return write(database_, [&](Connection& db) { return crmdav::endListing(db, scope, collection); });
}

std::vector<SeenMember> SqlSync::seen(const SyncScope& scope, std::string_view collection, std::string_view after,
                                      std::size_t limit) const {
    return crmdav::seen(Reading(database_), scope, collection, after, limit);
}

void SqlSync::saveSeen(const SyncScope& scope, std::string_view collection, std::span<const SeenMember> members) {
    write(database_, [&](Connection& db) { crmdav::saveSeen(db, scope, collection, members); });
}

void SqlSync::keepCollections(const SyncScope& scope, std::span<const std::string> collections) {
    write(database_, [&](Connection& db) { crmdav::keepCollections(db, scope, collections); });
}

std::int64_t SqlSync::stageChanges(const SyncScope& scope, std::int64_t cursor, std::size_t limit) {
    return write(database_, [&](Connection& db) { return crmdav::stageChanges(db, scope, cursor, limit); });
}

void SqlSync::stageLocal(const SyncScope& scope, std::span<const Id> locals) {
    write(database_, [&](Connection& db) { crmdav::stageLocal(db, scope, locals); });
}

std::vector<Staged> SqlSync::staged(const SyncScope& scope, std::int64_t after, std::size_t limit) const {
    return crmdav::staged(Reading(database_), scope, after, limit);
}

std::int64_t SqlSync::countStaged(const SyncScope& scope) const {
    return crmdav::countStaged(Reading(database_), scope);
}

void SqlSync::decide(const SyncScope& scope, std::span<const Staged> decided) {
    write(database_, [&](Connection& db) { crmdav::decide(db, scope, decided); });
}

void SqlSync::unstage(const SyncScope& scope, std::int64_t id) {
    write(database_, [&](Connection& db) { crmdav::unstage(db, scope, id); });
}

void SqlSync::clearStage(const SyncScope& scope) {
    write(database_, [&](Connection& db) { crmdav::clearStage(db, scope); });
}

// ---------------------------------------------------------------- busy blocks

void SqlSync::saveBlock(const Actor&, std::int64_t user, const Id& block, std::string_view bytes) {
    write(database_, [&](Connection& db) { crmdav::saveBlock(db, user, block, bytes); });
}

void SqlSync::removeBlock(const Actor&, std::int64_t user, const Id& block) {
    write(database_, [&](Connection& db) { crmdav::removeBlock(db, user, block); });
}

// ---------------------------------------------------------------- runs and their journal

void SqlSync::saveRun(const SyncRun& run) {
    write(database_, [&](Connection& db) { crmdav::saveRun(db, run); });
}

std::optional<SyncRun> SqlSync::run(const Id& id) const { return crmdav::run(Reading(database_), id); }

std::vector<SyncRun> SqlSync::runs(const Id& account, std::optional<SyncKind> kind, std::size_t limit) const {
    return crmdav::runs(Reading(database_), account, kind, limit);
}

std::int64_t SqlSync::addJournal(const JournalEntry& entry) {
    return write(database_, [&](Connection& db) { return crmdav::addJournal(db, entry); });
}

std::vector<JournalEntry> SqlSync::journal(const JournalFilter& filter) const {
    return crmdav::journal(Reading(database_), filter);
}

std::optional<JournalEntry> SqlSync::journalEntry(std::int64_t id) const {
    return crmdav::journalEntry(Reading(database_), id);
}

void SqlSync::markUndone(std::int64_t entry) {
    write(database_, [&](Connection& db) { crmdav::markUndone(db, entry); });
}

std::map<Counted, std::int64_t> SqlSync::counted(const Id& account, SyncKind kind, Instant since) const {
    return crmdav::counted(Reading(database_), account, kind, since);
}

// ---------------------------------------------------------------- notifications

std::vector<SyncPush> SqlSync::pushes(const Id& account, SyncKind kind) const {
    return crmdav::pushes(Reading(database_), account, kind);
}

std::optional<SyncPush> SqlSync::push(std::string_view id) const { return crmdav::push(Reading(database_), id); }

void SqlSync::savePush(const SyncPush& push) {
    write(database_, [&](Connection& db) { crmdav::savePush(db, push); });
}

void SqlSync::removePush(std::string_view id) {
    write(database_, [&](Connection& db) { crmdav::removePush(db, id); });
}

void SqlSync::wake(const Id& account, SyncKind kind) {
    if (!sleeps(Reading(database_), account, kind)) return;
    write(database_, [&](Connection& db) { crmdav::wake(db, account, kind); });
}

// ---------------------------------------------------------------- what goes out

bool SqlSync::post(const OutboxItem& item) {
    return write(database_, [&](Connection& db) { return crmdav::post(db, item); });
}

std::vector<OutboxItem> SqlSync::due(std::size_t limit) const { return crmdav::due(Reading(database_), limit); }

void SqlSync::savePosted(const OutboxItem& item) {
    write(database_, [&](Connection& db) { crmdav::savePosted(db, item); });
}

std::vector<OutboxItem> SqlSync::posted(const OutboxFilter& filter) const {
    return crmdav::posted(Reading(database_), filter);
}

void SqlSync::announce(const Announcement& what) {
    write(database_, [&](Connection& db) { crmdav::announce(db, what); });
}

std::vector<Webhook> SqlSync::webhooks() const { return crmdav::webhooks(Reading(database_)); }

std::optional<Webhook> SqlSync::webhook(const Id& id) const { return crmdav::webhook(Reading(database_), id); }

Webhook SqlSync::saveWebhook(const Webhook& webhook, std::string_view secret) {
    return write(database_, [&](Connection& db) { return crmdav::saveWebhook(db, webhook, secret); });
}

std::string SqlSync::webhookSecret(const Id& id) const { return crmdav::webhookSecret(Reading(database_), id); }

void SqlSync::removeWebhook(const Id& id) {
    write(database_, [&](Connection& db) { crmdav::removeWebhook(db, id); });
}

}  // namespace crmdav
