#include "store/sync/journal.h"

#include <algorithm>

#include "store/records/packed.h"
#include "store/records/rows.h"
#include "store/sync/sync_rows.h"

namespace crmdav {

namespace {

/// Of most runs the first entry that is looked at says that they aren't undone.
#define RUN_SELECT                                                                                               \
    "SELECT r.uuid, a.uuid, r.kind, r.mode, r.phase, r.cause, r.done, r.total, r.summary, r.started, r.ended, "  \
    "CASE WHEN NOT EXISTS(SELECT 1 FROM sync_journal j WHERE j.run=r.uuid AND j.outcome='done' AND j.undone IS " \
    "NULL) THEN (SELECT MAX(j.undone) FROM sync_journal j WHERE j.run=r.uuid AND j.outcome='done') END FROM "    \
    "sync_runs r JOIN sync_accounts a ON a.id=r.account_id WHERE "

SyncRun readRun(const Rows& row) {
    SyncRun run;
    run.id = idOf(row.blob(0));
    run.account = idOf(row.blob(1));
    run.kind = row.as<SyncKind>(2);
    run.mode = row.text(3);
    run.phase = row.text(4);
    run.cause = row.text(5);
    run.done = row.int64(6);
    run.all = row.int64(7);
    run.summary = row.text(8);
    run.started = row.instant(9);
    run.ended = row.optionalInstant(10);
    run.undone = row.optionalInstant(11);
    return run;
}

}  // namespace

void saveRun(Connection& db, const SyncRun& run) {
    if (run.id.empty()) throw StoreError("a run has an id before it is stored");
    db.exec(
        "INSERT INTO sync_runs(uuid, account_id, kind, mode, phase, cause, done, total, summary, started, ended) "
        "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(uuid) DO UPDATE SET mode=excluded.mode, "
        "phase=excluded.phase, cause=excluded.cause, done=excluded.done, total=excluded.total, "
        "summary=excluded.summary, ended=excluded.ended",
        Blob{storable(run.id)}, requireAccount(db, run.account), run.kind, run.mode, run.phase, run.cause, run.done,
        run.all, run.summary, run.started, run.ended);
}

std::optional<SyncRun> run(Connection& db, const Id& id) {
    auto row = db.query(RUN_SELECT "r.uuid=?", Blob{bytesOf(id)});
    return row.next() ? std::optional(readRun(row)) : std::nullopt;
}

std::vector<SyncRun> runs(Connection& db, const Id& account, std::optional<SyncKind> kind, std::size_t limit) {
    std::vector<SyncRun> all;
    for (auto& row :
         db.query(RUN_SELECT "r.account_id=" SYNC_ACCOUNT " AND (?2<0 OR r.kind=?2) ORDER BY r.id DESC LIMIT "
                             "?3",
                  Blob{bytesOf(account)}, kind ? static_cast<int>(*kind) : -1, limit))
        all.push_back(readRun(row));
    return all;
}

// ---------------------------------------------------------------- the journal

namespace {

#define JOURNAL_SELECT                                                                                            \
    "SELECT j.id, j.run, a.uuid, j.kind, j.at, j.action, j.outcome, j.rule, j.reason, j.title, j.link, j.local, " \
    "j.collection, j.remote, j.fields, j.counted, j.counted_twice, j.raw_before, j.version_after, j.history, "    \
    "j.undone, j.forgotten FROM sync_journal j JOIN sync_accounts a ON a.id=j.account_id WHERE "

std::string packFields(const std::vector<JournalField>& fields) {
    std::vector<std::string> flat;
    const auto add = [&](std::string text) {  // the separator is the only character that can't be kept
        std::ranges::replace(text, packSeparator, ' ');
        flat.push_back(std::move(text));
    };
    for (const JournalField& field : fields) {
        add(field.field);
        add(field.before);
        add(field.after);
        add(field.lost);
    }
    return pack(flat);
}

std::vector<JournalField> unpackFields(std::string_view packed) {
    std::vector<JournalField> fields;
    const auto flat = unpack(packed);
    for (std::size_t i = 0; i + 3 < flat.size(); i += 4)
        fields.push_back({flat[i], flat[i + 1], flat[i + 2], flat[i + 3]});
    return fields;
}

JournalEntry readEntry(const Rows& row) {
    JournalEntry entry;
    entry.id = row.int64(0);
    entry.run = idOf(row.blob(1));
    entry.account = idOf(row.blob(2));
    entry.kind = row.as<SyncKind>(3);
    entry.at = row.instant(4);
    entry.action = row.text(5);
    entry.outcome = row.text(6);
    entry.rule = row.text(7);
    entry.reason = row.text(8);
    entry.title = row.text(9);
    entry.link = idOf(row.blob(10));
    entry.local = idOf(row.blob(11));
    entry.collection = row.text(12);
    entry.remote = row.text(13);
    entry.fields = unpackFields(row.text(14));
    entry.counted = row.as<Counted>(15);
    entry.alsoAtProvider = row.boolean(16);
    entry.rawBefore = row.blob(17);
    entry.versionAfter = row.text(18);
    entry.history = row.int64(19);
    entry.undone = row.optionalInstant(20);
    entry.forgotten = row.boolean(21);
    return entry;
}

Counted atProvider(Counted inCrm) {
    switch (inCrm) {
        case Counted::addedToCrm: return Counted::addedToProvider;
        case Counted::updatedInCrm: return Counted::updatedAtProvider;
        case Counted::deletedInCrm: return Counted::deletedAtProvider;
        default: return inCrm;
    }
}

}  // namespace

std::int64_t addJournal(Connection& db, const JournalEntry& entry) {
    if (entry.id != 0) {
        db.exec(
            "UPDATE sync_journal SET action=?, outcome=?, rule=?, reason=?, link=?, local=?, collection=?, remote=?, "
            "fields=?, counted=?, counted_twice=?, raw_before=?, version_after=?, history=? WHERE id=?",
            entry.action, entry.outcome, entry.rule, entry.reason, orNull(storable(entry.link)),
            orNull(storable(entry.local)), entry.collection, entry.remote, packFields(entry.fields), entry.counted,
            entry.alsoAtProvider, Blob{entry.rawBefore}, entry.versionAfter, entry.history, entry.id);
        return entry.id;
    }
    return db.insert(
        "INSERT INTO sync_journal(run, account_id, kind, at, action, outcome, rule, reason, title, link, local, "
        "collection, remote, fields, counted, counted_twice, raw_before, version_after, history, undone) VALUES(?, ?, "
        "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        Blob{storable(entry.run)}, requireAccount(db, entry.account), entry.kind,
        entry.at == Instant{} ? db.now() : entry.at, entry.action, entry.outcome, entry.rule, entry.reason, entry.title,
        orNull(storable(entry.link)), orNull(storable(entry.local)), entry.collection, entry.remote,
        packFields(entry.fields), entry.counted, entry.alsoAtProvider, Blob{entry.rawBefore}, entry.versionAfter,
        entry.history, entry.undone);
}

std::vector<JournalEntry> journal(Connection& db, const JournalFilter& filter) {
#define JOURNAL_FILTER                                                                                                 \
    " AND (?2<0 OR j.kind=?2) AND j.id<?3 AND j.id>?4 AND (?5='' OR j.title {like} ?6 ESCAPE '\\' OR j.reason {like} " \
    "?6 ESCAPE '\\' OR j.action {like} ?6 ESCAPE '\\') ORDER BY j.id "
#define OLDEST_FIRST " LIMIT ?7"
#define NEWEST_FIRST "DESC LIMIT ?7"
    // Of a run, of an account, of all; each with an index that has it in order.
    static constexpr Sql of[][2] = {
        {JOURNAL_SELECT "j.run=?1" JOURNAL_FILTER NEWEST_FIRST, JOURNAL_SELECT "j.run=?1" JOURNAL_FILTER OLDEST_FIRST},
        {JOURNAL_SELECT "j.account_id=" SYNC_ACCOUNT JOURNAL_FILTER NEWEST_FIRST,
         JOURNAL_SELECT "j.account_id=" SYNC_ACCOUNT JOURNAL_FILTER OLDEST_FIRST},
        {JOURNAL_SELECT "?1 IS NOT NULL" JOURNAL_FILTER NEWEST_FIRST,
         JOURNAL_SELECT "?1 IS NOT NULL" JOURNAL_FILTER OLDEST_FIRST},
    };
    const int what = !filter.run.empty() ? 0 : !filter.account.empty() ? 1 : 2;
    const std::int64_t before = filter.before ? filter.before : INT64_MAX;
    std::vector<JournalEntry> entries;
    for (auto& row : db.query(of[what][filter.after ? 1 : 0], Blob{bytesOf(what == 0 ? filter.run : filter.account)},
                              filter.kind ? static_cast<int>(*filter.kind) : -1, before, filter.after.value_or(0),
                              filter.text, containsPattern(filter.text), filter.limit ? filter.limit : 100)) {
        JournalEntry entry = readEntry(row);
        if (filter.account.empty() || entry.account == filter.account) entries.push_back(std::move(entry));
    }
    return entries;
}

std::optional<JournalEntry> journalEntry(Connection& db, std::int64_t id) {
    auto row = db.query(JOURNAL_SELECT "j.id=?", id);
    return row.next() ? std::optional(readEntry(row)) : std::nullopt;
}

void markUndone(Connection& db, std::int64_t entry) {
    db.exec("UPDATE sync_journal SET undone=? WHERE id=?", db.now(), entry);
}

std::map<Counted, std::int64_t> counted(Connection& db, const Id& account, SyncKind kind, Instant since) {
    std::map<Counted, std::int64_t> counts;
    for (auto& row : db.query("SELECT counted, counted_twice, COUNT(*) FROM sync_journal WHERE " SYNC_KIND
                              " AND at>=? AND counted<>0 GROUP BY counted, counted_twice",
                              Blob{bytesOf(account)}, kind, since)) {
        const auto what = row.as<Counted>(0);
        counts[what] += row.int64(2);
        if (row.boolean(1) && atProvider(what) != what) counts[atProvider(what)] += row.int64(2);
    }
    return counts;
}

}  // namespace crmdav
