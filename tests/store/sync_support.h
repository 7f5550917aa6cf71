#pragma once
#include <string>
#include <vector>

#include "store/records/uuid.h"
#include "store/sync.h"
#include "tests/store/record_fixture.h"

namespace crmdav {

/// A store with a user's account at a provider, and both of its sides running.
class SyncTest : public RecordStore {
protected:
    SyncTest() {
        account = connect(anna.id, "sub-1");
        saveSides(account.id);
    }
    Account connect(std::int64_t user, const std::string& identity) {
        Account wanted;
        wanted.user = user;
        wanted.provider = "google";
        wanted.login = identity + "@example.net";
        wanted.identity = identity;
        return sync().saveAccount(wanted);
    }
    void saveSides(const Id& of) {
        for (const SyncKind kind : {SyncKind::calendar, SyncKind::contacts}) {
            SyncSide side;
            side.account = of;
            side.kind = kind;
            side.status = SyncStatus::active;
            sync().saveSide(side);
        }
    }
    SyncStore& sync() const { return store->sync(); }
    SyncScope events() const { return {account.id, SyncKind::calendar}; }
    SyncScope people() const { return {account.id, SyncKind::contacts}; }

    void reopen() {
        StoreOptions options;
        options.url = place.url();
        options.now = [this] { return now; };
        store.reset();
        store = Store::open(options);
    }
    /// What a page reports of one place.
    static Staged item(const std::string& remote, const std::string& version = "1", const std::string& raw = "raw") {
        Staged staged;
        staged.collection = "work";
        staged.remote = remote;
        staged.listed = true;
        staged.version = version;
        staged.raw = raw;
        return staged;
    }
    static Staged goneItem(const std::string& remote) {
        Staged staged = item(remote, "", "");
        staged.listed = false;
        staged.gone = true;
        return staged;
    }
    void stage(const SyncScope& scope, const std::vector<Staged>& page, const std::string& cursor = "c",
               bool listing = false) {
        sync().stageRemote(scope, page, {"work", cursor}, listing);
    }
    Link link(const SyncScope& scope, const std::string& remote, const Id& local) {
        Link made;
        made.id = newId();
        made.account = scope.account;
        made.kind = scope.kind;
        made.collection = "work";
        made.remote = remote;
        made.version = "1";
        made.local = local;
        made.raw = "raw";
        sync().saveLink(made);
        return made;
    }
    /// Who writes when a run does.
    Actor runOf(const Id& of, SyncKind kind) const {
        Actor actor = byAnna;
        actor.via = "bridge";
        actor.request = syncRequest(of, kind, "run");
        return actor;
    }

    std::vector<Staged> staged(const SyncScope& scope) const { return sync().staged(scope, 0, 1000); }

    Account account;
};

}  // namespace crmdav
