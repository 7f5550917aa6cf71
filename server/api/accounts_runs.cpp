#include "server/api/accounts_fields.h"
#include "server/api/accounts_shown.h"
#include "server/api/answers.h"
#include "server/api/routes.h"
#include "store/records/normalise.h"

/// What runs would do, do, did, and undone again (rules G).
namespace crmdav {
namespace {

NotNow busy() { return NotNow("a run is at work on it: try again when it has ended"); }

// ---------------------------------------------------------------- preview

/// What of a preview is asked for.
struct Wanted {
    std::string action, text;
    bool deletions = false;
    explicit Wanted(const Call& call)
        : action(call.text("action")),
          text(normalName(call.text("text"))),
          deletions(call.boolean("deletes").value_or(false)) {}

    bool takes(const Json& decision) const {
        const auto is = [&](std::string_view name) {
            const Json* member = decision.find(name);
            return member && member->boolean;
        };
        const auto textOf = [&](std::string_view name) {
            const Json* member = decision.find(name);
            return member ? member->string : std::string();
        };
        const std::string what = textOf("action");
        if (what == "nothing" || (!action.empty() && what != action)) return false;
        if (deletions && !is("deletesInCrm") && !is("deletesAtProvider")) return false;
        return text.empty() || normalName(textOf("title") + " " + textOf("reason")).find(text) != std::string::npos;
    }
};

/// A page of what the last preview decided, as the members `items` and `next`; what stays as it is isn't told. What is
/// hidden isn't found either.
void writeDecisions(const Call& call, JsonWriter& out, const Account& account, SyncKind kind) {
    const SyncScope scope{account.id, kind, true};
    const AccountsShown shown(call, account);
    const Wanted wanted(call);
    const std::size_t limit = call.limit();
    std::int64_t after = call.number("after", 0, 0, std::numeric_limits<std::int64_t>::max());
    std::size_t written = 0;
    bool more = true, full = false;
    out.key("items").beginArray();
    while (more && !full) {
        const auto rows = call.store.sync().staged(scope, after, limit);
        more = rows.size() == limit;
        for (const Staged& row : rows) {
            full = written == limit;
            if (full) break;
            after = row.id;
            if (row.decision.empty()) continue;
            Json decision = parseJson(row.decision, {.bytes = 16'000'000});
            shown.hideIn(decision, kind, row.local);
            if (!wanted.takes(decision)) continue;
            out.value(decision);
            ++written;
        }
    }
    out.endArray().key("next");
    full ? out.text(nextPage(call, "after", std::to_string(after))) : out.null();
}

Response preview(Call& call) {
    const Account account = accountAsked(call);
    const SyncKind kind = kindAsked(call);
    Bridge& bridge = bridgeOf(call);
    bridge.accounts().prepare(account.id, kind);
    const auto previewed = bridge.runs().preview(account.id, kind);
    if (!previewed) throw busy();
    const auto& [run, result] = *previewed;
    if (result.status == SyncStatus::failing) {
        TryLater later(result.cause);
        later.after = result.after;
        throw later;
    }
    if (!result.cause.empty()) throw Refused(result.cause);
    JsonWriter out;
    out.beginObject().member("run", run).key("counts").raw(encodeSummary(result.summary));
    writeDecisions(call, out, account, kind);
    return jsonResponse(200, out.endObject().take());
}

Response previewPage(Call& call) {
    const Account account = accountAsked(call);
    JsonWriter out;
    out.beginObject();
    writeDecisions(call, out, account, kindAsked(call));
    return jsonResponse(200, out.endObject().take());
}

// ---------------------------------------------------------------- runs and their journal

std::optional<SyncKind> kindOrBoth(const Call& call) {
    return call.text("kind").empty() ? std::nullopt : std::optional(kindAsked(call));
}

SyncRun requireRun(const Call& call, const Account& account, const Id& id) {
    auto run = call.store.sync().run(id);
    if (!run || run->account != account.id) throw NotFound("there is no such run");
    return *std::move(run);
}

Response listRuns(Call& call) {
    const Account account = accountAsked(call);
    return all(call, call.store.sync().runs(account.id, kindOrBoth(call), call.limit()));
}

Response getRun(Call& call) { return shown(call, requireRun(call, accountAsked(call), call.ids[1])); }

Response listJournal(Call& call) {
    const Account account = accountAsked(call);
    JournalFilter filter;
    filter.account = account.id;
    if (const std::string run = call.text("run"); !run.empty()) filter.run = requireRun(call, account, run).id;
    filter.kind = kindOrBoth(call);
    filter.text = call.text("text");
    const AccountsShown shown(call, account);
    if (!filter.text.empty()) shown.requireSearchable();
    filter.before = call.number("before", 0, 0, std::numeric_limits<std::int64_t>::max());
    filter.limit = call.limit();
    auto entries = call.store.sync().journal(filter);
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (JournalEntry& entry : entries) {
        shown.hideIn(entry);
        writeFields(call, out, entry);
    }
    out.endArray().key("next");
    const bool more = entries.size() == filter.limit;
    more ? out.text(nextPage(call, "before", std::to_string(entries.back().id))) : out.null();
    return jsonResponse(200, out.endObject().take());
}

Response undoRun(Call& call) {
    const Account account = accountAsked(call);
    RunUndo wish;
    readFields(call, wish, call.body());
    if (wish.run.empty()) throw InvalidField("run", "must name a run");
    requireRun(call, account, wish.run);
    auto outcome = bridgeOf(call).runs().undo(wish.run, wish.entry);
    if (!outcome) throw busy();
    const AccountsShown shown(call, account);
    for (UndoOutcome::Left& left : outcome->left) shown.hideIn(left.title, left.entry);
    return jsonResponse(200, jsonOf(call, *outcome));
}

}  // namespace

std::span<const Route> accountRunRoutes() {
    using enum Access;
    static constexpr Route routes[] = {
        {"POST", "/accounts/{id}/preview", "What a run would do now; nothing is written", preview, everybody,
         "user kind limit action deletes text", "", "Preview"},
        {"GET", "/accounts/{id}/preview",
         "The last preview again: further pages, of one action, of what is deleted, or with some words", previewPage,
         everybody, "user kind limit after action deletes text", "", "[Decision]"},
        {"GET", "/accounts/{id}/runs", "Its runs, newest first", listRuns, everybody, "user kind limit", "",
         "[SyncRun]"},
        {"GET", "/accounts/{id}/runs/{run}", "One run: how far it is, what it did", getRun, everybody, "user", "",
         "SyncRun"},
        {"GET", "/accounts/{id}/journal", "What runs did, skipped and why, newest first", listJournal, everybody,
         "user run kind text before limit", "", "[JournalEntry]"},
        {"POST", "/accounts/{id}/undo", "Take back a run, or one entry of its journal, where nobody changed it since",
         undoRun, everybody, "user", "RunUndo", "RunUndone"},
    };
    return routes;
}

}  // namespace crmdav
