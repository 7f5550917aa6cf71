#include "bridge/engine/apply.h"

#include <algorithm>

#include "bridge/engine/action_journal.h"
#include "bridge/engine/bases.h"
#include "bridge/engine/description.h"
#include "protocol/dav/errors.h"
#include "store/records/uuid.h"

namespace crmdav {
namespace {

/// The record as it is written at the provider: with what stands in its description.
Record dressed(const SyncSession& s, Record record) {
    if (auto* activity = std::get_if<Activity>(&record)) {
        const std::string block = infoOf(s.store, s.user.id, *activity, s.calendar.includeInfo, !s.facts.guests);
        activity->notes = withBlock(activity->notes, block);
        for (Exception& exception : activity->exceptions)
            if (!exception.cancelled) exception.notes = withBlock(exception.notes, block);
    }
    return record;
}

/// One thing to do with one pair.
class Application {
public:
    Application(SyncSession& session, const Staged& row, LoadedPair& loaded, Action& action)
        : s_(session),
          row_(row),
          loaded_(loaded),
          action_(action),
          journal_(session, row, loaded, action),
          erased_(loaded.link && loaded.link->note == erasedNote) {}

    Applied run() {
        if (loaded_.moved && loaded_.link) follow();
        try {
            writeProvider();
            fetchPhoto();
        } catch (const Changed&) {
            return lookAgain("it was changed at the provider in between");
        } catch (const Gone&) {
            return lookAgain("it was deleted at the provider in between");
        } catch (const Refused& refused) {
            return refuse(refused.what());
        } catch (const CollectionGone& closed) {
            // It can be read. What is made needs the calendar or book; what is in it may be nobody's to change.
            if (action_.provider == Verb::create) throw;
            return refuse(closed.what());
        }
        return existed_ ? meet() : finish();
    }

private:
    /// The remote half is somewhere else by now (C7).
    void follow() {
        loaded_.link->collection = row_.collection;
        loaded_.link->remote = row_.remote;
    }

    Link newLink() const {
        Link link;
        link.id = newId();
        link.account = s_.scope.account;
        link.kind = s_.kind();
        link.origin = row_.remote.empty() ? Origin::crm : Origin::provider;
        link.collection = row_.collection;
        link.remote = row_.remote;
        link.uid = loaded_.item.uid;
        link.local = loaded_.local;
        return link;
    }

    // ------------------------------------------------------------ the provider
    void writeProvider() {
        if (action_.provider == Verb::create) create();
        if (action_.provider == Verb::update) {
            const Remote before = s_.provider.parse(s_.kind(), loaded_.item.raw);
            journal_.writesOver(loaded_.item.raw);
            const bool loses = std::ranges::any_of(
                action_.fields, [](const MergedField& field) { return field.toProvider && !field.lost.empty(); });
            if (loses) journal_.begin();
            loaded_.sentOver = loaded_.item.raw;
            wrote(s_.provider.update(s_.kind(), placeOf(), loaded_.item, before.record,
                                     dressed(s_, *action_.providerRecord)));
        }
        if (action_.provider == Verb::remove) {
            journal_.writesOver(loaded_.item.raw);
            journal_.begin();
            s_.provider.remove(s_.kind(), placeOf(), loaded_.item);
            journal_.wrote();
        }
    }

    const std::string& placeOf() const {
        return loaded_.link && !loaded_.link->collection.empty() ? loaded_.link->collection : row_.collection;
    }

    /// The intention is noted before the provider is asked, so that a run that dies in between finds its own (I1).
    void create() {
        Link link = loaded_.link ? *loaded_.link : newLink();
        const bool noted = link.state == LinkState::creating && loaded_.link;
        if (!noted) {
            if (loaded_.link) link.id = newId();  // made anew: another key
            link.state = LinkState::creating;
            link.collection = s_.collections().front();
            link.remote.clear();
            link.version.clear();
            link.raw.clear();
            link.local = loaded_.local;
            if (const auto* activity = std::get_if<Activity>(&*action_.providerRecord)) link.uid = activity->uid;
            setIntention(s_, *action_.providerRecord, link);
            s_.guarded([&] {
                if (loaded_.link) s_.sync.removeLink(loaded_.link->id);
                s_.sync.saveLink(link);
                if (row_.remote.empty()) return;
                s_.sync.unstage(s_.scope, row_.id);  // its place is no way to the new link
                s_.sync.stageLocal(s_.scope, {&loaded_.local, 1});
            });
        }
        loaded_.link = link;
        wrote(s_.provider.create(s_.kind(), link.collection, link.id, dressed(s_, *action_.providerRecord)));
    }

    void wrote(Written written) {
        loaded_.item = std::move(written.item);
        loaded_.sent = std::move(written.sent);
        existed_ = written.existed;
        journal_.wrote();
    }

    /// It is linked with what was there; the bases are what the earlier try wanted.
    Applied meet() {
        s_.guarded([&] {
            Link link = *loaded_.link;
            const auto other = s_.sync.linkOfRemote(s_.scope, link.collection, loaded_.item.id);
            if (other && other->id != link.id) {  // it is another record's by now: this one is made anew
                s_.sync.removeLink(link.id);
                loaded_.link.reset();
                return;
            }
            link.state = LinkState::linked;
            link.remote = loaded_.item.id;
            link.version = loaded_.item.version;
            link.uid = loaded_.item.uid;
            link.raw = loaded_.item.raw;
            forgetUnmade(s_, loaded_.item, link);
            s_.sync.saveLink(link);
            journal_.linked(link.id);
            journal_.tell(loaded_.local, 0);
            s_.sync.unstage(s_.scope, row_.id);
            stageThere();
        });
        if (!loaded_.link) return Applied::again;
        loaded_.link->remote = loaded_.item.id;
        return Applied::met;
    }

    /// What is at the provider after a write, to be looked at.
    void stageThere() {
        Staged there;
        there.collection = placeOf();
        there.remote = loaded_.item.id;
        there.listed = true;
        there.version = loaded_.item.version;
        there.uid = loaded_.item.uid;
        there.raw = loaded_.item.raw;
        s_.sync.stageRemote(s_.scope, {&there, 1}, cursorOf(there.collection), false);
    }

    /// Of a contact that is new to the CRM; later ones only where the owner wants that (D11).
    void fetchPhoto() {
        if (s_.isCalendar() || !loaded_.pair.provider || !loaded_.pair.provider->remote.hasPhoto) return;
        const bool later = s_.contacts.keepPhotos && row_.listed && !loaded_.local.empty();
        if (action_.crm == Verb::create || later) loaded_.photo = s_.provider.photo(placeOf(), loaded_.item);
    }

    // ------------------------------------------------------------ afterwards, all at once
    /// Of the record's own history: a write may also have made companies and guests.
    std::int64_t lastOf(const Id& local) const {
        HistoryFilter filter;
        filter.record = local.empty() ? loaded_.local : local;
        filter.limit = 1;
        if (filter.record.empty()) return 0;
        const auto last = s_.store.history(filter);
        return last.empty() ? 0 : last.front().id;
    }

    Applied finish() {
        const bool other = !erased_ && !action_.forget && !isAsSent(s_, loaded_);
        try {
            s_.guarded([&] {
                const std::int64_t before = s_.store.lastHistoryId();
                const Id local = writeCrm(s_, loaded_, action_);
                const std::int64_t after = lastOf(local);
                saveLink(local);
                watchGuests();
                journal_.tell(local, after > before ? after : 0);
                s_.sync.unstage(s_.scope, row_.id);
                if (action_.provider == Verb::create) unstageOlder();
                if (other) stageThere();
                if (action_.crm == Verb::restore && !local.empty()) s_.sync.stageLocal(s_.scope, {&local, 1});
            });
        } catch (const PreconditionFailed&) {
            return Applied::again;
        } catch (const InvalidField& error) {
            return refuse("the CRM doesn't take it: " + error.field + ": " + error.what());
        } catch (const DavError& error) {
            return refuse(std::string("the CRM doesn't take it: ") + error.what());
        } catch (const Forbidden& error) {
            return refuse(std::string("the CRM doesn't allow it: ") + error.what());
        } catch (const NotFound&) {
            return Applied::again;
        } catch (const StoreBusy&) {
            throw;
        } catch (const StoreError& error) {
            return refuse(std::string("it can't be stored: ") + error.what());
        }
        if (!other) return Applied::done;
        loaded_.link = s_.sync.link(linkId_);
        return Applied::met;
    }

    void saveLink(const Id& local) {
        if (action_.forget) {
            if (loaded_.link) s_.sync.removeLink(loaded_.link->id);
            return;
        }
        const bool nothing = !action_.state && !action_.block && action_.crm == Verb::none && !loaded_.moved &&
                             action_.provider == Verb::none && !action_.crmBase;
        if (nothing && (!loaded_.link || loaded_.item.raw.empty() || loaded_.link->version == loaded_.item.version))
            return;
        Link link = loaded_.link ? *loaded_.link : newLink();
        if (action_.state) link.state = *action_.state;
        if (!loaded_.item.raw.empty()) {
            link.remote = loaded_.item.id;
            link.version = loaded_.item.version;
            link.uid = loaded_.item.uid;
            link.raw = loaded_.item.raw;
        }
        if (link.state == LinkState::left && row_.gone) {  // kept in the CRM alone (C5)
            link.remote.clear();
            link.version.clear();
            link.raw.clear();
        }
        link.block = action_.block ? true : link.block && !action_.removeBlock;
        if (action_.block) {
            if (!loaded_.link || !loaded_.link->block) link.local = link.id;
            s_.sync.saveBlock(s_.actor, s_.user.id, link.local, blockBytes(*action_.block, link.local, s_.facts.now));
        } else if (!local.empty())
            link.local = local;
        link.note = action_.skipped ? action_.reason : std::string();
        if (erased_) {
            link.note = erasedNote;
            link.raw.clear();
            link.uid.clear();
        } else {
            setBases(s_, loaded_, action_, link);
        }
        s_.sync.saveLink(link);
        linkId_ = link.id;
        journal_.linked(link.id);
    }

    /// By whom it is what it is: their becoming a contact is news to it (B4).
    void watchGuests() {
        const Id id = !linkId_.empty() ? linkId_ : loaded_.link && !action_.forget ? loaded_.link->id : Id();
        const auto& half = loaded_.pair.provider;
        const bool foreign = !loaded_.link || loaded_.link->origin == Origin::provider;
        if (!s_.isSmart() || id.empty() || !half || half->gone || !foreign || erased_) return;
        if (s_.sync.watchedGuests(id) != half->guests) s_.sync.watchGuests(id, half->guests);
    }

    /// What was read of it before is older than this: a provider may have made it at an earlier try without saying so
    /// (I1).
    void unstageOlder() {
        if (const auto older = s_.sync.stagedRemote(s_.scope, loaded_.link->collection, loaded_.item.id))
            s_.sync.unstage(s_.scope, older->id);
    }

    // ------------------------------------------------------------ when it doesn't work
    SyncCursor cursorOf(const std::string& collection) const {
        const auto cursors = s_.sync.cursors(s_.scope);
        const auto found = std::ranges::find(cursors, collection, &SyncCursor::collection);
        return found == cursors.end() ? SyncCursor{collection, {}} : *found;
    }

    /// Somebody wrote in between: what is there now is staged, and decided upon anew (I2).
    Applied lookAgain(const char* why) {
        journal_.undone(why);
        const std::string id = loaded_.item.id, collection = placeOf();
        const auto now = s_.provider.read(s_.kind(), collection, id);
        Staged row;
        row.collection = collection;
        row.remote = id;
        row.listed = true;
        row.gone = !now;
        if (now) {
            row.version = now->version;
            row.uid = now->uid;
            row.raw = now->raw;
        }
        s_.guarded([&] {
            if (row_.remote.empty()) s_.sync.unstage(s_.scope, row_.id);
            s_.sync.stageRemote(s_.scope, {&row, 1}, cursorOf(collection), false);
        });
        return Applied::again;
    }

    /// One side won't have it: it is left alone until it changes (I6, C3).
    Applied refuse(const std::string& why) {
        action_.skipped = true;
        action_.reason = why;
        action_.counted = Counted::nothing;
        action_.crmBase.reset();
        if (action_.rule.empty()) action_.rule = "I6";
        s_.guarded([&] {
            if (loaded_.link && loaded_.link->state != LinkState::linked && loaded_.link->remote.empty()) {
                loaded_.link->state = LinkState::unsyncable;
                loaded_.link->note = why;
                s_.sync.saveLink(*loaded_.link);
            }
            action_.crm = action_.provider = Verb::none;
            journal_.tell(loaded_.local, 0);
            s_.sync.unstage(s_.scope, row_.id);
        });
        return Applied::done;
    }

    SyncSession& s_;
    const Staged& row_;
    LoadedPair& loaded_;
    Action& action_;
    ActionJournal journal_;
    const bool erased_;  ///< the person is to be forgotten: nothing of them is kept
    Id linkId_;
    bool existed_ = false;
};

}  // namespace

bool asksProvider(const SyncSession& s, const LoadedPair& loaded, const Action& action) {
    const bool photo = !s.isCalendar() && loaded.pair.provider && loaded.pair.provider->remote.hasPhoto &&
                       (action.crm == Verb::create || s.contacts.keepPhotos);
    return action.provider != Verb::none || photo;
}

Applied apply(SyncSession& session, const Staged& row, LoadedPair& loaded, Action& action) {
    return Application(session, row, loaded, action).run();
}

}  // namespace crmdav
