#include <ostream>

#include "protocol/text/json.h"
#include "server/commands/account_text.h"
#include "server/settings.h"

/// What runs would do, do, did, and undone again (rules G).
namespace crmdav {
namespace {

std::size_t limitOf(const Invocation& call, std::size_t fallback) {
    if (!call.has("limit")) return fallback;
    try {
        return readNumber(call.option("limit"), 1, 100'000);
    } catch (const ConfigError& error) {
        throw UsageError(std::string("--limit: ") + error.what());
    }
}

std::runtime_error busy() { return std::runtime_error("another process is at work on it; see: crmdav account runs"); }

/// What a preview decided, row by row.
void printDecisions(const Invocation& call, Store& store, const SyncScope& scope) {
    JsonWriter json;
    json.beginArray();
    for (std::int64_t after = 0;;) {
        const auto rows = store.sync().staged(scope, after, 500);
        for (const Staged& row : rows) {
            after = row.id;
            const Json decision = parseJson(row.decision);
            const auto text = [&](std::string_view name) {
                const Json* found = decision.find(name);
                return found ? found->string : std::string();
            };
            if (text("action") == "nothing") continue;
            if (call.has("json"))
                json.value(decision);
            else
                call.out << text("action") << "\t" << text("title") << "\t" << text("rule")
                         << (text("reason").empty() ? "" : ": ") << text("reason") << "\n";
        }
        if (rows.size() < 500) break;
    }
    if (call.has("json")) call.out << json.endArray().take() << "\n";
}

int preview(const Invocation& call) {
    const auto store = call.store();
    const Account account = accountOf(*store, call.arguments[0]);
    const auto bridge = openBridge(call, *store);
    bridge->accounts().prepare(account.id, kindOf(call));
    std::optional<std::pair<Id, RunResult>> result;
    watch(call, *store, account.id, [&] { result = bridge->runs().preview(account.id, kindOf(call)); });
    if (!result) throw busy();
    if (!result->second.cause.empty()) throw std::runtime_error(result->second.cause);
    printDecisions(call, *store, {account.id, kindOf(call), true});
    if (!call.has("json")) {
        call.out << "A run now would do this; nothing has been written:\n";
        printSummary(call.out, result->second.summary);
    }
    return 0;
}

int sync(const Invocation& call) {
    const auto store = call.store();
    const Account account = accountOf(*store, call.arguments[0]);
    const auto bridge = openBridge(call, *store);
    bridge->accounts().wantRun(account.id, kindOf(call));
    std::optional<RunResult> result;
    watch(call, *store, account.id, [&] { result = bridge->runs().run(account.id, kindOf(call)); });
    if (!result) throw busy();
    printSummary(call.out, result->summary);
    if (result->status == SyncStatus::active) return 0;
    throw std::runtime_error(result->cause);
}

int runs(const Invocation& call) {
    const auto store = call.store();
    const Account account = accountOf(*store, call.arguments[0]);
    JsonWriter json;
    json.beginArray();
    for (const SyncRun& run : store->sync().runs(account.id, std::nullopt, limitOf(call, 20))) {
        if (!call.has("json")) {
            call.out << run.id << "\t" << isoTime(run.started) << "\t" << run.mode << " " << wordOf(run.kind) << "\t"
                     << run.phase << (run.cause.empty() ? "" : ": ") << run.cause << "\t" << run.summary << "\n";
            continue;
        }
        json.beginObject().member("id", run.id).member("kind", wordOf(run.kind)).member("mode", run.mode);
        json.member("phase", run.phase).member("cause", run.cause).member("started", isoTime(run.started));
        json.member("ended", run.ended ? isoTime(*run.ended) : "").key("summary");
        json.raw(run.summary.empty() ? "{}" : run.summary).endObject();
    }
    if (call.has("json")) call.out << json.endArray().take() << "\n";
    return 0;
}

void printEntry(std::ostream& out, const JournalEntry& entry) {
    out << entry.id << "\t" << isoTime(entry.at) << "\t" << entry.action << "\t" << entry.title << "\t" << entry.rule
        << (entry.reason.empty() ? "" : ": ") << entry.reason << (entry.undone ? "\tundone" : "") << "\n";
    for (const JournalField& field : entry.fields) {
        out << "\t" << field.field << ": " << field.before << " → " << field.after;
        if (!field.lost.empty()) out << " (lost: " << field.lost << ")";
        out << "\n";
    }
}

int journal(const Invocation& call) {
    const auto store = call.store();
    JournalFilter filter;
    filter.account = accountOf(*store, call.arguments[0]).id;
    filter.run = call.option("run");
    filter.text = call.option("text");
    filter.limit = limitOf(call, 100);
    if (call.has("kind")) filter.kind = kindOf(call);
    JsonWriter json;
    json.beginArray();
    for (const JournalEntry& entry : store->sync().journal(filter)) {
        if (!call.has("json")) {
            printEntry(call.out, entry);
            continue;
        }
        json.beginObject().member("id", entry.id).member("run", entry.run).member("at", isoTime(entry.at));
        json.member("action", entry.action).member("outcome", entry.outcome).member("rule", entry.rule);
        json.member("reason", entry.reason).member("title", entry.title).member("undone", entry.undone.has_value());
        json.key("fields").beginArray();
        for (const JournalField& field : entry.fields)
            json.beginObject()
                .member("field", field.field)
                .member("before", field.before)
                .member("after", field.after)
                .member("lost", field.lost)
                .endObject();
        json.endArray().endObject();
    }
    if (call.has("json")) call.out << json.endArray().take() << "\n";
    return 0;
}

int undo(const Invocation& call) {
    const auto store = call.store();
    const auto bridge = openBridge(call, *store);
    std::int64_t entry = 0;
    if (call.has("entry")) {
        try {
            entry = static_cast<std::int64_t>(readNumber(call.option("entry"), 1, std::size_t(1) << 62U));
        } catch (const ConfigError& error) {
            throw UsageError(std::string("--entry: ") + error.what());
        }
    }
    const auto outcome = bridge->runs().undo(call.arguments[0], entry);
    if (!outcome) throw busy();
    call.out << "Undone: " << outcome->undone << ".\n";
    for (const auto& left : outcome->left) call.out << "Left alone: " << left.title << ": " << left.why << "\n";
    return outcome->left.empty() ? 0 : 1;
}

constexpr Option kind{"kind", "KIND", "calendar (the usual) or contacts"};
constexpr Option json{"json", "", "as JSON"};
constexpr Option limit{"limit", "NUMBER", "how many at most"};
constexpr Option previewOptions[] = {kind, json};
constexpr Option syncOptions[] = {kind};
constexpr Option runOptions[] = {limit, json};
constexpr Option journalOptions[] = {
    {"run", "ID", "of one run"}, {"text", "TEXT", "with that in title, reason or action"}, kind, limit, json};
constexpr Option undoOptions[] = {{"entry", "NUMBER", "this one action only"}};

constexpr Command rows[] = {
    {"account preview", "ACCOUNT", "Shows what a run would do, and writes nothing.",
     "crmdav account preview 0193\ncrmdav account preview 0193 --kind contacts --json", previewOptions, preview},
    {"account sync", "ACCOUNT", "Runs its sync now.", "crmdav account sync 0193", syncOptions, sync},
    {"account runs", "ACCOUNT", "Lists its runs, newest first.", "crmdav account runs 0193 --limit 5", runOptions,
     runs},
    {"account journal", "ACCOUNT", "What runs did, skipped and why, newest first.",
     "crmdav account journal 0193 --text Lunch", journalOptions, journal},
    {"account undo", "RUN", "Takes back what a run did, where nobody changed it since.",
     "crmdav account undo 0193a0b2-7c1e-7d3f-8e5a-0123456789ab --entry 4711", undoOptions, undo},
};

}  // namespace

std::span<const Command> accountRunCommands() { return rows; }

}  // namespace crmdav
