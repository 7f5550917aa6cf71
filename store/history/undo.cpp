#include <algorithm>
#include <set>

#include "store/booking/calendars.h"
#include "store/booking/triggers.h"
#include "store/engine/database.h"
#include "store/history/history.h"
#include "store/objects/collections.h"
#include "store/objects/members.h"
#include "store/records/activities.h"
#include "store/records/companies.h"
#include "store/records/contacts.h"
#include "store/records/merge_contacts.h"
#include "store/records/merge_trail.h"
#include "store/records/own_members.h"
#include "store/records/packed.h"
#include "store/records/records.h"
#include "store/records/rows.h"
#include "store/records/typed_calendars.h"
#include "store/records/users.h"
#include "store/records/uuid.h"
#include "store/store.h"

namespace crmdav {
namespace {

struct Entry {
    std::int64_t id = 0, user = 0, owner = 0;
    RecordKind kind = RecordKind::object;
    Deed deed = Deed::updated;
    std::string record, title, device, fields;  // record as 16 bytes
};

#define ENTRY_COLUMNS                                                                                             \
    "SELECT h.id, a.user_id, h.owner, h.kind, h.deed, h.record, h.title, a.device, h.fields FROM history h JOIN " \
    "actors a ON a.id=h.actor_id "

Entry readEntry(const Rows& row) {
    return {row.int64(0),          row.int64(1),    row.int64(2),
            row.as<RecordKind>(3), row.as<Deed>(4), std::string(row.blob(5)),
            row.string(6),         row.string(7),   row.string(8)};
}

std::optional<Entry> entryOf(Connection& db, std::int64_t id) {
    auto row = db.query(ENTRY_COLUMNS "WHERE h.id=?", id);
    return row.next() ? std::optional(readEntry(row)) : std::nullopt;
}

/// The record's entries from `first` on, oldest first.
std::vector<Entry> entriesFrom(Connection& db, const std::string& record, std::int64_t first) {
    std::vector<Entry> entries;
    for (auto& row : db.query(ENTRY_COLUMNS "WHERE h.record=? AND h.id>=? ORDER BY h.id", Blob{record}, first))
        entries.push_back(readEntry(row));
    return entries;
}

/// Members as they were before the first of the entries: of each the oldest bytes that were kept since.
std::vector<OldObject> objectsBefore(Connection& db, const std::vector<Entry>& entries) {
    std::vector<OldObject> objects;
    std::set<std::pair<CollectionId, std::string>> seen;
    for (const Entry& entry : entries)
        for (OldObject& old : oldObjects(db, entry.id))
            if (seen.emplace(old.collection, old.name).second) objects.push_back(std::move(old));
    return objects;
}

/// Of the appointment calendars; what was in none may be in none again.
bool mayBeIn(Connection& db, const Id& calendar, std::int64_t owner) {
    if (calendar.empty()) return true;
    const auto found = calendarOfId(db, calendar);
    return found && isMember(*found, owner);
}

/// What stands in the record alone, and so in no bytes, goes back by the history's own values.
void revertFields(Connection& db, const Actor& actor, RecordKind kind, const Id& id,
                  const std::vector<Entry>& entries) {
    std::map<std::string, std::string> before;
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
        const auto flat = unpack(entry->fields);
        for (std::size_t i = 0; i + 2 < flat.size(); i += 3) before[flat[i]] = flat[i + 1];
    }
    const auto list = [](std::string text) {
        std::ranges::replace(text, '\x1e', packSeparator);
        return text;
    };
    const auto has = [&](const char* field) { return before.contains(field); };
    const auto company = [&](std::optional<Id>& field) {
        if (has("company")) field = before["company"].empty() ? std::nullopt : std::optional(before["company"]);
    };
    if (kind == RecordKind::deal) {
        auto record = deal(db, 0, id);
        if (!record) return;
        if (has("title")) record->title = before["title"];
        if (has("stage")) record->stage = before["stage"];
        if (has("value")) record->valueCents = std::stoll(before["value"]);
        if (has("currency")) record->currency = before["currency"];
        company(record->companyId);
        if (has("contacts")) record->contactIds = unpack(list(before["contacts"]));
        if (has("notes")) record->notes = before["notes"];
        if (has("custom")) record->custom = unpackMap(list(before["custom"]));
        if (has("owner")) record->owner = std::stoll(before["owner"]);
        saveDeal(db, actor, *record, "");
    } else if (kind == RecordKind::activity &&
               (has("type") || has("contacts") || has("companies") || has("deals") || has("calendar"))) {
        auto record = activity(db, 0, id);
        if (!record) return;
        if (has("contacts")) record->contactIds = unpack(list(before["contacts"]));
        if (has("companies")) record->companyIds = unpack(list(before["companies"]));
        if (has("deals")) record->dealIds = unpack(list(before["deals"]));
        if (has("type") && typeOfId(storedTypes(db), before["type"])) record->typeId = before["type"];
        if (has("calendar") && mayBeIn(db, before["calendar"], record->owner)) record->calendar = before["calendar"];
        saveActivity(db, actor, *record, "");
    } else if (kind == RecordKind::contact && (has("custom") || has("company"))) {
        auto record = contact(db, 0, id);
        if (!record) return;
        if (has("custom")) record->custom = unpackMap(list(before["custom"]));
        company(record->companyId);
        saveContact(db, actor, *record, "");
    } else if (kind == RecordKind::company && (has("custom") || has("domains"))) {
        auto record = crmdav::company(db, 0, id);
        if (!record) return;
        if (has("custom")) record->custom = unpackMap(list(before["custom"]));
        if (has("domains")) record->domains = unpack(list(before["domains"]));
        saveCompany(db, actor, *record, "");
    }
}

/// Where the bytes of before go: to the member itself, if it is still this record's, or to what became of it when it
/// moved between the types' calendars; nullopt: its user unlinked it in the meantime.
std::optional<StoredMember> placeOf(Connection& db, const Collection& collection, const std::string& name,
                                    const RecordRef& record) {
    const auto current = findMember(db, collection.id, name);
    const auto isItsOwn = [&](const StoredMember& m) {
        return m.recordKind == record.kind && m.recordRow == record.row;
    };
    if (current && !current->deleted && (isItsOwn(*current) || !current->recordRow)) return current;
    if (record.kind != RecordKind::activity || !isShared(collection)) return std::nullopt;
    for (StoredMember& member : membersOfRecord(db, record.kind, record.row))
        if (const auto place = findCollection(db, member.member.collection);
            place && place->owner == collection.owner && isShared(*place))
            return std::move(member);
    return std::nullopt;
}

/// The bytes of before, and through the door the record as they say it.
void revertObjects(Connection& db, const Actor& actor, const RecordRef& record, std::int64_t owner,
                   const std::vector<OldObject>& objects, const std::string& title) {
    std::vector<OldObject> replaced;
    std::vector<FieldChange> changes;
    bool read = record.row == 0;
    Id settle;
    // The owner's member first: its bytes are what the record is read from.
    std::vector<std::pair<Collection, const OldObject*>> places;
    for (const OldObject& old : objects)
        if (auto collection = findCollection(db, old.collection, true);
            collection && (collection->purpose == Purpose::typed || findCollection(db, old.collection)))
            places.emplace_back(std::move(*collection), &old);
    std::ranges::stable_sort(places, std::greater{}, [&](const auto& place) { return place.first.owner == owner; });
    for (const auto& [collection, old] : places) {
        const auto place = record.row ? placeOf(db, collection, old->name, record) : std::nullopt;
        if (record.row && !place) continue;
        const auto target = place ? findCollection(db, place->member.collection) : collection;
        const std::string name = place ? place->member.name : old->name;
        const Document document = Document::parse(std::string(old->bytes));
        std::vector<MemberEdit> others;
        if (!read) {
            ReadIn in = readIntoRecord(db, actor, collection, old->name, document, old->bytes, record);
            changes = std::move(in.changes);
            others = std::move(in.others);
            std::erase_if(others, [&](const MemberEdit& edit) { return edit.collection == target->id; });
            settle = in.settle;
            read = true;
        }
        auto written = writeMember(db, *target,
                                   {.name = name,
                                    .document = document,
                                    .bytes = old->bytes,
                                    .uid = old->uid,
                                    .component = old->component,
                                    .recordKind = record.kind,
                                    .recordRow = record.row});
        if (written.old) replaced.push_back(std::move(*written.old));
        for (OldObject& other : carryOut(db, record, others)) replaced.push_back(std::move(other));
    }
    if (!settle.empty()) settleMembers(db, record.row, settle);
    if (!replaced.empty() || !changes.empty())
        remember(db, actor,
                 {.kind = record.kind,
                  .record = record.id,
                  .title = title,
                  .owner = owner,
                  .fields = changes,
                  .objects = replaced});
}

void undoObject(Connection& db, const Actor& actor, const Entry& entry) {
    const Id id = idOf(entry.record);
    const auto member = memberOf(id) ? findMember(db, *memberOf(id)) : std::nullopt;
    if (!member) throw NotFound("no such object");
    if (entry.deed == Deed::created) {
        const auto collection = findCollection(db, member->member.collection);
        if (!collection || member->deleted) return;
        const OldObject old = dropMember(db, *collection, *member);
        remember(db, actor,
                 {.kind = RecordKind::object,
                  .record = id,
                  .title = entry.title,
                  .deed = Deed::deleted,
                  .owner = entry.owner,
                  .objects = {&old, 1}});
        return;
    }
    if (member->deleted) restore(db, actor, RecordKind::object, id);
    if (entry.deed == Deed::deleted) return;
    revertObjects(db, actor, {RecordKind::object, 0, id}, entry.owner,
                  objectsBefore(db, entriesFrom(db, entry.record, entry.id)), entry.title);
}

/// Is there somebody to bring back of whom that entry merged into its record?
bool canUnmerge(Connection& db, std::int64_t entry) {
    return std::ranges::any_of(trailOf(db, entry), [&](const TrailMark& mark) {
        return mark.led == Led::contact && isTrashed(db, RecordKind::contact, mark.contact);
    });
}

/// A record as it was before its entries hasn't taken anybody in yet.
void unmergeAll(Connection& db, const Actor& actor, const std::vector<Entry>& entries, std::int64_t row) {
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry)
        if (entry->deed == Deed::merged) unmerge(db, actor, entry->id, row);
}

void undo(Connection& db, const Actor& actor, const Entry& entry) {
    const Id id = idOf(entry.record);
    if (entry.kind == RecordKind::object) return undoObject(db, actor, entry);
    if (entry.kind == RecordKind::collection && entry.deed == Deed::deleted) return restore(db, actor, entry.kind, id);
    if (entry.kind > RecordKind::activity) throw NotFound("that can't be undone");
    auto found = locate(db, entry.kind, id);
    if (!found) throw NotFound("no such record");
    requireVisible(db, actor.user, entry.kind, found->row, found->owner);
    if (entry.deed == Deed::erased) throw NotFound("that can't be undone");
    if (bytesOf(idOfRow(db, entry.kind, found->row)) != entry.record)
        throw NotFound("it was merged into another one since: undo that first");
    if (entry.deed == Deed::merged && !canUnmerge(db, entry.id)) throw NotFound("that was undone, or is too long ago");
    const auto entries = entriesFrom(db, entry.record, entry.id);
    if (entry.deed == Deed::created || entry.deed == Deed::restored) {
        if (!found->deleted) removeRecord(db, actor, entry.kind, id, "");
        return unmergeAll(db, actor, entries, found->row);
    }
    if (found->deleted) restore(db, actor, entry.kind, id);
    const RecordRef record{entry.kind, found->row, idOfRow(db, entry.kind, found->row)};
    revertObjects(db, actor, record, found->owner, objectsBefore(db, entries),
                  titleOfRecord(db, entry.kind, found->row));
    revertFields(db, actor, entry.kind, record.id, entries);
    unmergeAll(db, actor, entries, found->row);
}

/// Over how many merges the record's id leads elsewhere.
int mergesOf(Connection& db, std::string record) {
    int merges = 0;
    for (auto merge = entryOf(db, mergeOf(db, record)); merge && merges < 100; ++merges) {
        record = merge->record;
        merge = entryOf(db, mergeOf(db, record));
    }
    return merges;
}

}  // namespace

void undoRecord(Connection& db, const Actor& actor, std::int64_t id) {
    const auto entry = entryOf(db, id);
    if (!entry || (actor.user && entry->owner && entry->owner != actor.user && entry->user != actor.user))
        throw NotFound("no such entry");
    undo(db, withoutTriggers(actor), *entry);
}

UndoReport undoDevice(Connection& db, const Actor& actor, const std::string& login, const std::string& device,
                      Instant from, Instant until, bool dryRun) {
    const auto whose = user(db, login);
    if (!whose) throw NotFound("no such user");
    if (actor.user && actor.user != whose->id) {
        const auto self = userById(db, actor.user);
        if (!self || self->role != Role::admin) throw Forbidden("another user's changes");
    }
    std::vector<Entry> first;  // of each record, in the order of their changes
    std::set<std::string> seen;
    for (auto& row : db.query(ENTRY_COLUMNS "WHERE a.user_id=? AND a.device=? AND h.at>=? AND h.at<=? ORDER BY h.id",
                              whose->id, device, from, until)) {
        Entry entry = readEntry(row);
        const bool undoable =
            entry.kind <= RecordKind::object || (entry.kind == RecordKind::collection && entry.deed == Deed::deleted);
        if (undoable && seen.insert(entry.record).second) first.push_back(std::move(entry));
    }
    UndoReport report;
    std::ranges::reverse(first);         // the last change first: what depended on another goes before it
    std::vector<const Entry*> undoable;  // found before anything is undone: a collection's return is a change of others
    const auto isOthers = [&](const Entry& e) { return e.user != whose->id || e.device != device; };
    const auto touchedByOthers = [&](const Entry& entry) {
        return std::ranges::any_of(entriesFrom(db, entry.record, entry.id), isOthers);
    };
    // Who was merged into another record comes back with that one's undo, and is undone after it.
    const auto isMergedForGood = [&](const Entry& entry) {
        const auto merge = entry.kind == RecordKind::contact ? entryOf(db, mergeOf(db, entry.record)) : std::nullopt;
        if (!merge) return false;
        const auto into = std::ranges::find(first, merge->record, &Entry::record);
        return into == first.end() || into->id > merge->id || touchedByOthers(*into);
    };
    for (const Entry& entry : first) {
        const bool others = touchedByOthers(entry) || isMergedForGood(entry);
        (others ? report.changedSince : report.undone).emplace_back(entry.kind, idOf(entry.record));
        if (!others) undoable.push_back(&entry);
    }
    std::ranges::stable_sort(undoable, {}, [&](const Entry* entry) { return mergesOf(db, entry->record); });
    Actor system = withoutTriggers(actor);
    system.user = actor.user == whose->id ? actor.user : 0;  // an admin acts for the user
    if (!dryRun)
        for (const Entry* entry : undoable) undo(db, system, *entry);
    return report;
}

}  // namespace crmdav
