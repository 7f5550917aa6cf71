#include <map>

#include "server/api/accounts_fields.h"
#include "server/api/answers.h"
#include "server/api/routes.h"
#include "server/config.h"

/// How the server is, for those who look after it.
namespace crmdav {
namespace {

const auto processBegan = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());

}  // namespace

struct StoreHealth {
    std::string engine;
    std::int64_t schema = 0, bytes = 0, users = 0, contacts = 0, activities = 0, changes = 0;
};
struct OutboxHealth {
    std::int64_t waiting = 0, failed = 0;
};
struct StatusCount {
    SyncKind kind{};
    SyncStatus status{};
    std::string text;
    std::int64_t count = 0;
};
struct Trouble {
    Id account;
    std::string user, provider, login, text, cause;
    SyncKind kind{};
    SyncStatus status{};
    std::optional<Instant> lastSuccess, nextTry;
};
struct Work {
    std::string name, holder;
    Instant until{};
};
struct Health {
    std::string version;
    Instant started{}, now{};
    std::int64_t uptime = 0;
    StoreHealth store;
    std::optional<Instant> lastBackup;
    OutboxHealth outbox;
    std::int64_t accounts = 0;
    std::vector<StatusCount> statuses;
    std::vector<Trouble> failing;
    std::vector<Work> work;
};

template <>
std::span<const Field<StoreHealth>> fieldsOf() {
    using T = StoreHealth;
    static const Field<T> rows[] = {
        readOnly<T, &T::engine>("engine", "sqlite or postgresql."),
        readOnly<T, &T::schema>("schema", "Version of the schema."),
        readOnly<T, &T::bytes>("bytes", "Size of the database."),
        readOnly<T, &T::users>("users", "How many users."),
        readOnly<T, &T::contacts>("contacts", "How many contacts."),
        readOnly<T, &T::activities>("activities", "How many activities."),
        readOnly<T, &T::changes>("changes", "Entries of the history."),
    };
    return rows;
}

template <>
std::span<const Field<OutboxHealth>> fieldsOf() {
    using T = OutboxHealth;
    static const Field<T> rows[] = {
        readOnly<T, &T::waiting>("waiting", "Mails and calls of webhooks that wait to be sent."),
        readOnly<T, &T::failed>("failed", "Those that were given up."),
    };
    return rows;
}

template <>
std::span<const Field<StatusCount>> fieldsOf() {
    using T = StatusCount;
    static const Field<T> rows[] = {
        readOnly<T, &T::kind>("kind", "Calendar or contact sync."),
        readOnly<T, &T::status>("status", "Where it stands."),
        readOnly<T, &T::text>("text", "The status for people."),
        readOnly<T, &T::count>("count", "How many accounts."),
    };
    return rows;
}

template <>
std::span<const Field<Trouble>> fieldsOf() {
    using T = Trouble;
    static const Field<T> rows[] = {
        readOnly<T, &T::account>("account", "Id of the account."),
        readOnly<T, &T::user>("user", "Login of whose it is."),
        readOnly<T, &T::provider>("provider", "dav, icloud, google or microsoft."),
        readOnly<T, &T::login>("login", "User name or address there."),
        readOnly<T, &T::kind>("kind", "Calendar or contact sync."),
        readOnly<T, &T::status>("status", "Where it stands."),
        readOnly<T, &T::text>("text", "The status for people."),
        readOnly<T, &T::cause>("cause", "Why, in plain words."),
        readOnly<T, &T::lastSuccess>("lastSuccess", "When the last run ended well."),
        readOnly<T, &T::nextTry>("nextTry", "When the next run is due."),
    };
    return rows;
}

template <>
std::span<const Field<Work>> fieldsOf() {
    using T = Work;
    static const Field<T> rows[] = {
        readOnly<T, &T::name>("name", "What is done."),
        readOnly<T, &T::holder>("holder", "By which process."),
        readOnly<T, &T::until>("until", "So long nobody else may do it."),
    };
    return rows;
}

template <>
std::span<const Field<Health>> fieldsOf() {
    using T = Health;
    static const Field<T> rows[] = {
        readOnly<T, &T::version>("version", "Of the program."),
        readOnly<T, &T::started>("started", "When the process that answers began."),
        readOnly<T, &T::uptime>("uptime", "Seconds since then."),
        readOnly<T, &T::now>("now", "Its clock."),
        readOnly<T, &T::store>("store", "The database."),
        readOnly<T, &T::lastBackup>("lastBackup", "When `crmdav backup` last ended well; null: never."),
        readOnly<T, &T::outbox>("outbox", "What goes out."),
        readOnly<T, &T::accounts>("accounts", "Accounts at providers, of all users."),
        readOnly<T, &T::statuses>("statuses", "How many syncs stand where."),
        readOnly<T, &T::failing>("failing", "Syncs that need somebody."),
        readOnly<T, &T::work>("work", "Background work that a process holds at this moment."),
    };
    return rows;
}

namespace {

bool needsSomebody(SyncStatus status) {
    using enum SyncStatus;
    return status == failing || status == reconnect || status == limit || status == paused;
}

void addSyncs(const Call& call, Health& health) {
    std::map<Id, Account> accounts;
    for (Account& account : call.store.sync().accounts(0)) accounts.emplace(account.id, std::move(account));
    health.accounts = static_cast<std::int64_t>(accounts.size());
    std::map<std::pair<SyncKind, SyncStatus>, StatusCount> counts;
    for (const SyncSide& side : call.store.sync().sides()) {
        const auto account = accounts.find(side.account);
        if (account == accounts.end()) continue;
        StatusCount& count = counts[{side.kind, side.status}];
        count = {side.kind, side.status, statusText(side), count.count + 1};
        if (!needsSomebody(side.status)) continue;
        const Account& of = account->second;
        health.failing.push_back({of.id, call.directory.login(of.user), of.provider, of.login, statusText(side),
                                  side.cause, side.kind, side.status, side.lastSuccess, side.nextTry});
    }
    for (auto& [key, count] : counts) health.statuses.push_back(std::move(count));
}

Response getHealth(Call& call) {
    Health health;
    health.version = CRMDAV_VERSION;
    health.started = processBegan;
    health.now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    health.uptime = (health.now - health.started).count();
    const auto figures = call.store.figures();
    health.store = {call.config.storeUrl.starts_with("sqlite:") ? "sqlite" : "postgresql",
                    figures.schema,
                    figures.bytes,
                    figures.users,
                    figures.contacts,
                    figures.activities,
                    figures.changes};
    health.lastBackup = parseInstant(call.store.setting("backup.last"));
    const auto sync = call.store.sync().figures(health.now);
    health.outbox = {sync.waiting, sync.failed};
    addSyncs(call, health);
    for (const Lease& lease : call.store.leases()) health.work.push_back({lease.name, lease.holder, lease.until});
    return jsonResponse(200, jsonOf(call, health));
}

}  // namespace

std::span<const Route> healthRoutes() {
    static constexpr Route routes[] = {
        {"GET", "/health", "How the server is: store, backup, what goes out, accounts that need somebody", getHealth,
         Access::admins, "", "", "Health"},
    };
    return routes;
}

std::string healthSchema() { return schemaOf<Health>(); }

}  // namespace crmdav
