#include <algorithm>

#include "bridge/engine/apply.h"
#include "store/records/activity_ical.h"
#include "store/records/linking.h"
#include "store/records/normalise.h"

namespace crmdav {
namespace {

const Collection& calendarOf(const std::vector<Collection>& home) {
    const auto found = std::ranges::find(home, Purpose::activities, &Collection::purpose);
    if (found == home.end()) throw NotFound("the user has no calendar");
    return *found;
}

/// The appointment calendar stands in no object: it is given to the record, when its contacts are there (E1). A meeting
/// of others is in theirs.
void putInCalendar(SyncSession& s, const Id& calendar, const Id& record) {
    if (calendar.empty()) return;
    auto made = s.store.activity(s.user.id, record);
    if (!made || made->owner != s.user.id || !made->calendar.empty()) return;
    made->calendar = calendar;
    s.store.saveActivity(s.actor, *made, made->version);
}

/// Through the door that clients use: it joins a meeting that others have already (C11), and brings one back from the
/// trash.
Id createActivity(SyncSession& s, const Activity& activity) {
    const auto home = s.store.home(s.user.login, Home::calendars);
    Activity made = activity;
    if (made.uid.empty()) made.uid = s.run.id + "-" + std::to_string(s.store.lastHistoryId());
    const std::string bytes = makeCalendar(made, s.types, s.facts.now).bytes();
    const auto& calendar = calendarOf(home);
    if (const auto member = s.store.memberByUid(calendar.id, made.uid))
        return s.store.saveObject(s.actor, calendar.id, member->name, bytes, {}).record;
    Precondition isNew;
    isNew.mustNotExist = true;
    return s.store.saveObject(s.actor, calendar.id, memberName(made.uid), bytes, isNew).record;
}

/// The company of that name, which is made where there is none (D11).
void placeInCompany(SyncSession& s, Contact& contact) {
    if (contact.companyName.empty() || contact.companyId) return;
    if (const auto known = s.sync.companyNamed(normalName(contact.companyName))) {
        contact.companyId = *known;
        return;
    }
    Company made;
    made.name = contact.companyName;
    contact.companyId = s.store.saveCompany(s.actor, made, {}).id;
}

Id saveContact(SyncSession& s, const LoadedPair& loaded, Contact contact) {
    std::string based;
    if (loaded.pair.crm && !loaded.pair.crm->deleted) {
        based = std::get<Contact>(loaded.pair.crm->record).version;
    } else {
        static_cast<RecordHead&>(contact) = {};
        contact.owner = s.contacts.personal ? s.user.id : 0;
        contact.custom.clear();
        contact.hasPhoto = false;
        contact.uid.clear();
    }
    placeInCompany(s, contact);
    return s.store.saveContact(s.actor, contact, based).id;
}

/// The user's own copy of a meeting that others have too (C11).
void leaveMeeting(SyncSession& s, const Activity& activity) {
    for (const Collection& calendar : s.store.home(s.user.login, Home::calendars)) {
        if (calendar.owner != s.user.id || calendar.purpose == Purpose::inbox) continue;
        if (const auto member = s.store.memberByUid(calendar.id, activity.uid)) {
            s.store.removeObject(s.actor, calendar.id, member->name, {});
            return;
        }
    }
}

RecordKind recordKind(const SyncSession& s) { return s.isCalendar() ? RecordKind::activity : RecordKind::contact; }

/// Back from the trash, as the provider has it now (C6).
Id restoreRecord(SyncSession& s, const LoadedPair& loaded, const Action& action) {
    try {
        s.store.restore(s.actor, recordKind(s), loaded.local);
    } catch (const NotFound&) {  // the trash was emptied
        if (s.isCalendar()) return createActivity(s, std::get<Activity>(*action.crmRecord));
        return saveContact(s, {}, std::get<Contact>(*action.crmRecord));
    }
    const auto back = readCrm(s, loaded.local, nullptr);
    if (!back || back->deleted) return {};
    LoadedPair now = loaded;
    now.pair.crm = back;
    const auto bases =
        loaded.link ? Bases{decodeValues(loaded.link->baseLocal), decodeValues(loaded.link->baseRemote)} : Bases{};
    MergePolicy policy;
    policy.providerWins = true;
    policy.toProvider = false;
    if (s.isCalendar()) {
        const auto& crm = std::get<Activity>(back->record);
        const auto merged = merge(crm, crm, std::get<Activity>(*action.crmRecord), &bases, policy);
        return s.store.saveActivity(s.actor, merged.crm, crm.version).id;
    }
    const auto& crm = std::get<Contact>(back->record);
    return saveContact(s, now, merge(crm, crm, std::get<Contact>(*action.crmRecord), &bases, policy).crm);
}

Id updateRecord(SyncSession& s, const LoadedPair& loaded, const Action& action) {
    if (!s.isCalendar()) return saveContact(s, loaded, std::get<Contact>(*action.crmRecord));
    const auto& before = std::get<Activity>(loaded.pair.crm->record);
    return s.store.saveActivity(s.actor, std::get<Activity>(*action.crmRecord), before.version).id;
}

bool isNoReply(std::string_view email) {
    const std::string_view name = email.substr(0, email.find('@'));
    return name.starts_with("noreply") || name.starts_with("no-reply") || name.starts_with("donotreply") ||
           name.starts_with("do-not-reply") || name == "mailer-daemon";
}

/// Was there a contact with that address, which somebody deleted? Then none is made again (D12).
bool wasDeleted(const SyncSession& s, const std::string& email) { return s.sync.hadContact(email); }

}  // namespace

std::string memberName(std::string_view uid) {
    std::string name;
    for (const char c : uid.substr(0, 200))
        name += (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '@' ||
                        c == '.'
                    ? c
                    : '_';
    return name + ".ics";
}

std::string blockBytes(const Activity& block, const Id& id, Instant now) {
    Activity event = block;
    event.uid = id;
    return makeCalendar(event, {}, now).bytes();
}

void makeContactsOf(SyncSession& s, const Id& activity) {
    const auto made = s.store.activity(s.user.id, activity);
    if (!made) return;
    for (const Participant& p : made->participants) {
        const std::string email = normalEmail(p.email);
        const bool person = p.kind == "individual" || p.kind == "unknown";
        if (!person || p.contactId || p.userId || email.empty() || isNoReply(email)) continue;
        Activity alone;
        alone.participants.push_back(p);
        if (!hasOthers(alone, s.facts) || isInternal(alone, s.facts) || wasDeleted(s, email)) continue;
        Contact contact;
        contact.displayName = p.name.empty() ? email : p.name;
        contact.emails.push_back({"work", email, true});
        contact.owner = 0;
        s.store.saveContact(s.actor, contact, {});
    }
}

Id writeCrm(SyncSession& s, const LoadedPair& loaded, const Action& action) {
    Id local = loaded.local;
    switch (action.crm) {
        case Verb::none: break;
        case Verb::create:
            local = s.isCalendar() ? createActivity(s, std::get<Activity>(*action.crmRecord))
                                   : saveContact(s, {}, std::get<Contact>(*action.crmRecord));
            if (action.makeContacts) makeContactsOf(s, local);
            if (s.isCalendar()) putInCalendar(s, std::get<Activity>(*action.crmRecord).calendar, local);
            break;
        case Verb::update:
        case Verb::cancel: local = updateRecord(s, loaded, action); break;
        case Verb::restore: local = restoreRecord(s, loaded, action); break;
        case Verb::leave: leaveMeeting(s, std::get<Activity>(loaded.pair.crm->record)); break;
        case Verb::remove: s.store.removeRecord(s.actor, recordKind(s), loaded.local, {}); break;
    }
    if (loaded.photo && !local.empty()) s.store.setContactPhoto(s.actor, local, *loaded.photo);
    if (action.removeBlock && loaded.link) s.sync.removeBlock(s.actor, s.user.id, loaded.link->local);
    return local;
}

}  // namespace crmdav
