#include "bridge/engine/undo.h"

#include <algorithm>

#include "bridge/engine/bases.h"
#include "protocol/dav/errors.h"

namespace crmdav {
namespace {

/// Something was changed since: it is told, and left as it is.
struct LeftAlone : std::runtime_error {
    using std::runtime_error::runtime_error;
};

bool isOf(const Id& run, const SyncSession& s, const HistoryEntry& entry) {
    return entry.actor.via == "bridge" && entry.actor.request == syncRequest(s.scope.account, s.kind(), run);
}

class EntryUndo {
public:
    EntryUndo(SyncSession& session, const JournalEntry& entry) : s_(session), entry_(entry) {}

    void run() {
        if (entry_.outcome == "begun") throw LeftAlone("whether it was done is not known");
        if (entry_.outcome != "done") throw LeftAlone("nothing was done");
        if (entry_.forgotten) throw LeftAlone("it was too long ago: what it was before isn't kept any more");
        link_ = s_.sync.link(entry_.link);
        requireUnchangedCrm();
        undoProvider();
        s_.guarded([&] {
            const FieldValues before = crmValues();
            const std::vector<Id> beside = idsBeside();
            undoCrm();
            settleLink(before);
            undoBeside(beside);
            s_.sync.markUndone(entry_.id);
        });
    }

private:
    bool did(std::string_view what) const { return entry_.action.find(what) != std::string::npos; }
    bool createdInCrm() const { return did("create in CRM"); }
    bool createdAtProvider() const { return did("create at provider"); }

    /// Nobody touched the CRM's record since: else an undo would take back somebody else's work.
    void requireUnchangedCrm() const {
        if (entry_.history == 0 || entry_.local.empty()) return;
        HistoryFilter filter;
        filter.record = entry_.local;
        filter.limit = 1;
        const auto last = s_.store.history(filter);
        if (!last.empty() && last.front().id > entry_.history) throw LeftAlone("it was changed in the CRM since");
        if (s_.isCalendar()) return;
        if (const auto now = s_.store.contact(s_.user.id, entry_.local); now && now->id != entry_.local)
            throw LeftAlone("it was merged into another contact since");
    }

    // ------------------------------------------------------------ the provider's side
    void undoProvider() {
        const bool wrote = !entry_.versionAfter.empty() || !entry_.rawBefore.empty();
        if (!wrote) return;
        const auto now = s_.provider.read(s_.kind(), entry_.collection, entry_.remote);
        if (entry_.versionAfter.empty()) {  // it was deleted there
            if (now) throw LeftAlone("it is at the provider again");
            take(s_.provider.restore(s_.kind(), entry_.collection, {entry_.remote, {}, {}, entry_.rawBefore}), {});
            return;
        }
        if (!now) {
            if (createdAtProvider()) return;  // gone already
            throw LeftAlone("it was deleted at the provider since");
        }
        if (now->version != entry_.versionAfter && !same(*now)) throw LeftAlone("it was changed at the provider since");
        if (entry_.rawBefore.empty()) {  // it was made there
            s_.provider.remove(s_.kind(), entry_.collection, *now);
            return;
        }
        const RemoteItem before{entry_.remote, {}, {}, entry_.rawBefore};
        take(s_.provider.update(s_.kind(), entry_.collection, *now, s_.provider.parse(s_.kind(), now->raw).record,
                                s_.provider.parse(s_.kind(), before.raw).record),
             now->raw);
    }

    void take(Written written, const std::string& over) {
        written_.emplace();
        written_->item = std::move(written.item);
        written_->sent = std::move(written.sent);
        written_->sentOver = over;
    }

    /// Versions change by themselves at some providers; what counts is what the link remembers.
    bool same(const RemoteItem& now) const {
        if (!link_) return false;
        const Remote remote = readRemote(s_, now);
        return std::visit([](const auto& r) { return encodeValues(valuesOf(r)); }, remote.record) == link_->baseRemote;
    }

    // ------------------------------------------------------------ the CRM's side
    FieldValues crmValues() const {
        const auto crm = link_ ? readCrm(s_, link_->local, &*link_) : std::nullopt;
        if (!crm || crm->deleted) return {};
        return std::visit([](const auto& r) { return valuesOf(r); }, crm->record);
    }

    void undoCrm() const {
        if (entry_.history != 0) s_.store.undoRecord(s_.actor, firstOfRun());
    }

    /// One action may have changed the record more than once: made it, then given it its photo.
    std::int64_t firstOfRun() const {
        HistoryFilter filter;
        filter.record = entry_.local;
        filter.before = entry_.history;
        std::int64_t first = entry_.history;
        for (const HistoryEntry& earlier : s_.store.history(filter)) {
            if (!isOf(entry_.run, s_, earlier)) break;
            first = earlier.id;
        }
        return first;
    }

    /// What the run may have made along with the record: contacts of a meeting's guests (D12), a contact's company
    /// (D11).
    std::vector<Id> idsBeside() const {
        std::vector<Id> led;
        if (entry_.history == 0 || entry_.local.empty()) return led;
        if (s_.isCalendar()) {
            if (const auto meeting = s_.store.activity(0, entry_.local))
                for (const Participant& guest : meeting->participants)
                    if (guest.contactId) led.push_back(*guest.contactId);
        } else if (const auto contact = s_.store.contact(0, entry_.local); contact && contact->companyId) {
            led.push_back(*contact->companyId);
        }
        return led;
    }

    /// It goes where nobody touched it and nothing else leads to it: not the guest of another meeting, whichever run
    /// took that up.
    void undoBeside(const std::vector<Id>& ids) const {
        for (const Id& id : ids)
            if (const auto creation = untouched(id); creation && !isLinked(id))
                s_.store.undoRecord(s_.actor, *creation);
    }

    /// The history's entry that the run made the record with, if that was its last one.
    std::optional<std::int64_t> untouched(const Id& record) const {
        HistoryFilter filter;
        filter.record = record;
        filter.limit = 1;
        const auto last = s_.store.history(filter);
        const bool made = !last.empty() && last.front().deed == Deed::created && isOf(entry_.run, s_, last.front());
        return made ? std::optional(last.front().id) : std::nullopt;
    }

    /// By what was made or changed since the run began: what was there before led to nobody, and does so again.
    bool isLinked(const Id& id) const {
        Store::Query query;
        (s_.isCalendar() ? query.contact : query.company) = id;
        if (const auto run = s_.sync.run(entry_.run)) query.updatedSince = run->started;
        query.limit = 1;
        // Who is somebody's contact at a provider would be deleted there.
        const auto theirs = [](const Link& link) { return link.origin == Origin::provider; };
        return !s_.store.activities(query).records.empty() || !s_.store.deals(query).records.empty() ||
               (s_.isCalendar() ? std::ranges::any_of(s_.sync.linksOf(id), theirs)
                                : !s_.store.contacts(query).records.empty());
    }

    /// What was undone is not done again by the next run.
    void settleLink(const FieldValues& crmBefore) {
        if (!link_) {
            if (entry_.rawBefore.empty() || !entry_.versionAfter.empty()) return;
            Link link;  // it was deleted at the provider, and its link with it
            link.id = entry_.link;
            link.account = entry_.account;
            link.kind = entry_.kind;
            link.state = LinkState::suppressed;
            link.origin = Origin::crm;
            link.collection = entry_.collection;
            link.local = entry_.local;
            link_ = link;
        }
        if (createdAtProvider()) {  // the CRM's half stays, and isn't pushed again until it is linked anew
            link_->state = LinkState::left;
            link_->remote.clear();
            link_->version.clear();
            link_->raw.clear();
        } else if (createdInCrm()) {
            link_->state = LinkState::suppressed;
        }
        if (written_) {
            link_->remote = written_->item.id;
            link_->version = written_->item.version;
            link_->uid = written_->item.uid;
            link_->raw = written_->item.raw;
        }
        rebase(crmBefore);
        s_.sync.saveLink(*link_);
    }

    /// Only what was undone is agreed on by that: what else somebody changed, on either side, has still to go to the
    /// other (C2).
    void rebase(const FieldValues& crmBefore) {
        if (written_) link_->baseRemote = encodeValues(providerValues(s_, *written_));
        const FieldValues now = crmValues();
        if (now == crmBefore) return;
        FieldValues base = link_->baseLocal.empty() ? FieldValues() : decodeValues(link_->baseLocal);
        for (const auto& [name, value] : now)
            if (const auto was = crmBefore.find(name); was == crmBefore.end() || was->second != value)
                base.insert_or_assign(name, value);
        link_->baseLocal = encodeValues(base);
    }

    SyncSession& s_;
    const JournalEntry& entry_;
    std::optional<Link> link_;
    std::optional<LoadedPair> written_;  ///< of it the provider's half
};

}  // namespace

UndoOutcome undoEntries(SyncSession& s, const std::vector<JournalEntry>& newestFirst) {
    UndoOutcome outcome;
    for (const JournalEntry& entry : newestFirst) {
        if (entry.undone || entry.outcome != "done") continue;
        const auto left = [&](const std::string& why) { outcome.left.push_back({entry.id, entry.title, why}); };
        try {
            EntryUndo(s, entry).run();
            ++outcome.undone;
        } catch (const LeftAlone& why) {
            left(why.what());
        } catch (const Changed&) {
            left("it was changed at the provider since");
        } catch (const Gone&) {
            left("it was deleted at the provider since");
        } catch (const Refused& why) {
            left(why.what());
        } catch (const NotFound&) {
            left("the CRM has no record of it any more");
        } catch (const DavError& why) {
            left(why.what());
        } catch (const InvalidField& why) {
            left(why.what());
        }
        if (s.stop && s.stop()) break;
    }
    return outcome;
}

}  // namespace crmdav
