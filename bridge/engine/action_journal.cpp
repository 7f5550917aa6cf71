#include "bridge/engine/action_journal.h"

namespace crmdav {

ActionJournal::ActionJournal(SyncSession& session, const Staged& row, const LoadedPair& loaded, const Action& action)
    : s_(session),
      row_(row),
      loaded_(loaded),
      action_(action),
      erased_(loaded.link && loaded.link->note == erasedNote) {}

void ActionJournal::begin() {
    JournalEntry entry = entryOf(loaded_.local, 0);
    entry.outcome = "begun";
    entry.counted = Counted::nothing;  // until it is done (G1)
    if (!erased_) entry.rawBefore = rawBefore_;
    s_.guarded([&] { begun_ = s_.sync.addJournal(entry); });
}

void ActionJournal::tell(const Id& local, std::int64_t history) {
    const bool silent = action_.crm == Verb::none && action_.provider == Verb::none && !action_.skipped &&
                        !action_.held && !action_.block && !action_.removeBlock && !action_.state &&
                        action_.reason.empty();
    if (silent && begun_ == 0) return;
    JournalEntry entry = entryOf(local, history);
    if (written_) {
        if (!erased_) entry.rawBefore = rawBefore_;
        entry.versionAfter = action_.provider == Verb::remove ? std::string() : loaded_.item.version;
    }
    s_.sync.addJournal(entry);
}

void ActionJournal::undone(const char* why) {
    if (begun_ == 0) return;
    JournalEntry entry = entryOf(loaded_.local, 0);
    entry.outcome = "skipped";
    entry.rule = "I2";
    entry.reason = why;
    entry.counted = Counted::nothing;
    s_.guarded([&] { s_.sync.addJournal(entry); });
}

JournalEntry ActionJournal::entryOf(const Id& local, std::int64_t history) const {
    JournalEntry entry;
    entry.id = begun_;
    entry.run = s_.run.id;
    entry.account = s_.scope.account;
    entry.kind = s_.kind();
    entry.action = action_.name();
    entry.outcome = action_.skipped ? "skipped" : action_.held ? "held" : "done";
    entry.rule = action_.rule;
    entry.reason = action_.reason;
    entry.title = action_.title;
    entry.link = !link_.empty() ? link_ : loaded_.link ? loaded_.link->id : Id();
    entry.local = local.empty() ? loaded_.local : local;
    entry.collection = loaded_.link ? loaded_.link->collection : row_.collection;
    entry.remote = loaded_.item.id.empty() ? row_.remote : loaded_.item.id;
    for (const MergedField& field : action_.fields) {
        std::string name = field.name + (field.toProvider ? " → provider" : " → CRM");
        if (field.refused) name += ", not written";
        entry.fields.push_back({std::move(name), field.before, field.after, field.lost});
    }
    entry.counted = action_.counted;
    entry.alsoAtProvider = action_.alsoAtProvider;
    entry.history = history;
    return entry;
}

}  // namespace crmdav
