#include "store/save.h"

#include <algorithm>
#include <array>

#include "protocol/dav/errors.h"
#include "protocol/dav/hrefs.h"
#include "protocol/dav/names.h"
#include "protocol/dav/preconditions.h"
#include "protocol/text/icalendar.h"
#include "protocol/text/itip.h"
#include "protocol/text/vcard.h"
#include "store/engine/database.h"
#include "store/history/history.h"
#include "store/objects/collections.h"
#include "store/objects/members.h"
#include "store/objects/occurrences.h"
#include "store/objects/shares.h"
#include "store/records/calendar_people.h"
#include "store/records/door.h"
#include "store/records/scheduling.h"
#include "store/records/typed_calendars.h"

namespace crmdav {

namespace {

constexpr std::array<std::pair<std::string_view, ComponentKind>, 4> kinds{{
    {"VEVENT", ComponentKind::event},
    {"VTODO", ComponentKind::todo},
    {"VJOURNAL", ComponentKind::journal},
    {"VFREEBUSY", ComponentKind::other},
}};

/// What a client wants stored, read and checked; the document points into the bytes, which have to outlive it.
struct Incoming {
    Document document;
    std::string uid;
    ComponentKind component = ComponentKind::other;
    std::string title;
};

Incoming readCalendar(const Collection& collection, std::string_view bytes) {
    std::vector<std::string_view> allowed;
    for (const auto& [name, kind] : kinds)
        if (std::find(collection.components.begin(), collection.components.end(), kind) != collection.components.end())
            allowed.push_back(name);
    Incoming incoming{requireCalendarOver(bytes), {}, {}, {}};
    const CalendarObject object = requireCalendarObject(incoming.document, allowed);
    incoming.uid = object.uid;
    for (const auto& [name, kind] : kinds)
        if (equalsIgnoreCase(object.component, name)) incoming.component = kind;
    incoming.title = object.first().text("SUMMARY");
    return incoming;
}

Incoming readCard(std::string_view bytes) {
    Incoming incoming{requireCardOver(bytes), {}, {}, {}};
    incoming.uid = cardUid(incoming.document.root());
    incoming.title = incoming.document.root().text("FN");
    return incoming;
}

Incoming readObject(const Database& database, const Collection& collection, std::string_view bytes) {
    const bool calendar = isCalendar(collection.purpose);
    if (bytes.size() > database.options().maxObjectBytes)
        throw DavError(403, "larger than max-resource-size",
                       calendar ? caldav::max_resource_size : carddav::max_resource_size);
    return calendar ? readCalendar(collection, bytes) : readCard(bytes);
}

/// Some clients append the same alarm, or the same rule, again with every save (D47). @returns false: nothing to do
bool dropCopies(Component& calendar) {
    bool dropped = false;
    for (Component& item : calendar.components()) {
        std::vector<std::string> seen;
        const auto again = [&](std::string text) {
            if (std::find(seen.begin(), seen.end(), text) != seen.end()) return true;
            seen.push_back(std::move(text));
            return false;
        };
        if (item.count("RRULE") > 1)
            dropped |= item.removeIf([&](const Property& line) {
                return line.is("RRULE") && again(std::string(line.line()));
            }) > 0;
        if (item.components().size() > 1)
            dropped |= item.removeComponentsIf([&](const Component& part) {
                std::string text;
                if (part.is("VALARM")) part.appendTo(text);
                return !text.empty() && again(std::move(text));
            }) > 0;
    }
    return dropped;
}

Collection requireCollection(Connection& db, CollectionId id) {
    auto found = findCollection(db, id);
    if (!found) throw NotFound("no such collection");
    return *std::move(found);
}

const StoredMember* live(const std::optional<StoredMember>& member) {
    return member && !member->deleted ? &*member : nullptr;
}

void requireCondition(const Precondition& condition, const StoredMember* current) {
    if (condition.mustExist && !current) throw PreconditionFailed("there is nothing yet");
    if (condition.mustNotExist && current) throw PreconditionFailed("there is something already");
    if (condition.matchGiven && (!current || !EntityTags{false, condition.match}.has(current->member.etag)))
        throw PreconditionFailed("it was changed in the meantime");
    if (current && EntityTags{false, condition.noneMatch}.has(current->member.etag))
        throw PreconditionFailed("that is what is there");
    if (condition.scheduleTag &&
        (!current || current->member.scheduleTag.empty() || current->member.scheduleTag != *condition.scheduleTag))
        throw PreconditionFailed("the meeting was changed in the meantime");
}

[[noreturn]] void refuseUid(const Collection& collection, const std::string& why, std::string_view name) {
    std::string href = "<href xmlns=\"DAV:\">";
    appendSegment(href, name);
    throw DavError(403, why, isCalendar(collection.purpose) ? caldav::no_uid_conflict : carddav::no_uid_conflict,
                   href + "</href>");
}

/// One UID, one member; and a member keeps its UID (RFC 4791 §5.3.2.1, RFC 6352 §6.3.2.1).
/// @param leaving  members that go away in the same transaction
void requireUid(Connection& db, const Collection& collection, const StoredMember* current, const Incoming& incoming,
                std::initializer_list<MemberId> leaving = {}) {
    if (current && current->member.uid == incoming.uid) return;
    if (current) refuseUid(collection, "a member can't change its UID", current->member.name);
    const auto other = findByUid(db, collection.id, incoming.uid);
    if (other && std::find(leaving.begin(), leaving.end(), other->member.id) == leaving.end())
        refuseUid(collection, "the UID is another member's already", other->member.name);
}

std::optional<RecordRef> recordOf(const StoredMember* member) {
    if (!member || member->recordRow == 0) return std::nullopt;
    return RecordRef{member->recordKind, member->recordRow, {}};
}

/// One writing verb on its way: carries out what the record asks of other members, and writes the history.
class Save {
public:
    Save(Connection& db, const Actor& actor) : db_(db), actor_(actor) {}

    MemberWritten put(const Collection& collection, std::string_view name, const Incoming& incoming,
                      std::string_view bytes, const std::optional<RecordRef>& record,
                      const std::optional<StoredMember>& current, bool quiet = false) {
        MemberWrite write{name, incoming.document, bytes, incoming.uid, incoming.component};
        write.quiet = quiet;
        if (record) write.recordKind = record->kind, write.recordRow = record->row;
        MemberWritten written = writeMember(db_, collection, write, current);
        if (written.old) old_.push_back(*std::move(written.old));
        return written;
    }
    /// What the record made of it, where it isn't what was sent.
    MemberWritten put(const Collection& collection, std::string_view name, const Incoming& incoming,
                      std::string_view bytes, const ReadIn& read, const std::optional<StoredMember>& current) {
        if (!read.bytes) return put(collection, name, incoming, bytes, read.record, current);
        return put(collection, name, readAgain(*read.bytes), *read.bytes, read.record, current);
    }
    void drop(const Collection& collection, const StoredMember& member) {
        old_.push_back(dropMember(db_, collection, member));
    }
    void others(const ReadIn& read) {
        for (const MemberEdit& edit : read.others) {
            const auto found = findCollection(db_, edit.collection, true);
            if (!found) continue;
            const Collection& collection = *found;
            if (edit.message) {
                deliver(db_, collection, edit);
                continue;
            }
            const auto current = findMember(db_, edit.collection, edit.name);
            if (edit.bytes) {
                Incoming incoming = isCalendar(collection.purpose) ? readAgain(*edit.bytes) : readCard(*edit.bytes);
                put(collection, edit.name, incoming, *edit.bytes, read.record, current, edit.quiet);
            } else if (live(current)) {
                drop(collection, *current);
            }
        }
        if (!read.settle.empty() && read.record) settleMembers(db_, read.record->row, read.settle);
    }
    /// A member without record, as the history names it.
    struct Subject {
        MemberId id;
        std::string uid, title;
    };
    void remember(const ReadIn& read, const Collection& collection, const Subject& member, Deed deed) {
        if (read.record)
            crmdav::remember(
                db_, actor_,
                {read.record->kind, read.record->id, read.title, read.deed, read.owner, read.changes, old_,
                 read.appointment});
        else
            crmdav::remember(db_, actor_,
                             {RecordKind::object, objectId(member.id), member.title.empty() ? member.uid : member.title,
                              deed, collection.owner, read.changes, old_});
    }
    /// What the first member that was replaced or removed called itself; empty: nothing.
    std::string titleOfFirst() const {
        try {
            const Document document = Document::parse(bytesOf(db_, old_.front()));
            const Component& root = document.root();
            return root.is("VCALENDAR") ? readCalendarObject(document).first().text("SUMMARY") : root.text("FN");
        } catch (const std::exception&) {
            return {};  // stored before the checks of today
        }
    }

private:
    static Incoming readAgain(std::string_view bytes) {
        Incoming incoming{requireCalendarOver(bytes), {}, {}, {}};
        const CalendarObject object = readCalendarObject(incoming.document);
        incoming.uid = object.uid;
        for (const auto& [name, kind] : kinds)
            if (equalsIgnoreCase(object.component, name)) incoming.component = kind;
        return incoming;
    }

    Connection& db_;
    const Actor& actor_;
    std::vector<OldObject> old_;
};

/// Who wrote by the Schedule-Tag hasn't seen the answers that came meanwhile: they stay (RFC 6638 §3.2.10).
bool keepAnswersOfOthers(Connection& db, const Collection& collection, const StoredMember& current,
                         Component& calendar) {
    const Document stored = Document::parse(memberBytes(db, current.member.id).value_or(""));
    const auto own = ownAddresses(db, collection.id, calendar);
    return keepAnswers(calendar, stored.root(), [&](const Property& line) {
        return std::find(own.begin(), own.end(), emailOf(line)) != own.end();
    });
}

/// Stored as sent, and where it was sent: then its ETag means something to the client.
bool isVerbatim(const ReadIn& read, const Collection& collection) {
    const bool stays = collection.typeId.empty() || read.settle.empty() || read.settle == collection.typeId;
    return !read.bytes && stays;
}

Saved saveInto(Connection& db, const Actor& actor, const Collection& collection, std::string_view name,
               const Incoming& incoming, std::string_view bytes, const std::optional<StoredMember>& current) {
    Save save(db, actor);
    const ReadIn read =
        readIntoRecord(db, actor, collection, std::string(name), incoming.document, bytes, recordOf(live(current)));
    const MemberWritten written = save.put(collection, name, incoming, bytes, read, current);
    save.others(read);
    save.remember(read, collection, {written.id, incoming.uid, incoming.title},
                  written.created ? Deed::created : Deed::updated);
    return {written.created, isVerbatim(read, collection), written.changed,
            written.etag,    written.scheduleTag,          read.record ? read.record->id : Id()};
}

void removeMember(Connection& db, const Actor& actor, const Collection& collection, const StoredMember& member) {
    Save save(db, actor);
    const auto record = recordOf(&member);
    const ReadIn read = record ? memberRemoved(db, actor, collection, *record, member.member.id) : ReadIn{};
    save.drop(collection, member);
    save.others(read);
    save.remember(read, collection,
                  {member.member.id, member.member.uid, read.record ? std::string() : save.titleOfFirst()},
                  Deed::deleted);
}

Saved moveInto(Connection& db, const Actor& actor, const Collection& from, const StoredMember& source,
               const Collection& to, std::string_view target, const Incoming& incoming, std::string_view bytes,
               const std::optional<StoredMember>& current) {
    const auto record = recordOf(&source);
    Save save(db, actor);
    ReadIn read = record ? memberMoved(db, actor, from, to, *record, bytes) : ReadIn{};
    read.changes.push_back({"address", from.name + "/" + source.member.name, to.name + "/" + std::string(target)});
    const MemberWritten written = save.put(to, target, incoming, bytes, read, current);
    copyDeadProperties(db, source.member, to.id, written.id);
    save.drop(from, source);
    save.others(read);
    save.remember(read, to, {written.id, incoming.uid, incoming.title}, Deed::updated);
    return {true, isVerbatim(read, to), true, written.etag, written.scheduleTag, read.record ? read.record->id : Id()};
}

}  // namespace

Saved saveObject(Database& database, const Actor& actor, CollectionId id, std::string_view name, std::string_view bytes,
                 const Precondition& condition) {
    // Reading the object is the longest part of it and needs no lock.
    const Collection seen = [&] {
        const Reading reading(database);
        Collection found = requireCollection(reading, id);
        requireWritable(reading, actor, found);
        return found;
    }();
    std::string kept;
    Incoming incoming = readObject(database, seen, bytes);
    if (isCalendar(seen.purpose) && dropCopies(incoming.document.root())) {
        kept = incoming.document.bytes();
        incoming = readObject(database, seen, bytes = kept);
    }

    return write(database, [&](Connection& db) -> Saved {
        if (!isThere(db, id)) throw NotFound("no such collection");
        if (actor.user != seen.owner) requireWritable(db, actor, seen);  // a share may have ended in the meantime
        const auto current = findMember(db, id, name);
        requireCondition(condition, live(current));
        requireUid(db, seen, live(current), incoming);
        if (condition.scheduleTag && keepAnswersOfOthers(db, seen, *current, incoming.document.root())) {
            kept = incoming.document.bytes();
            incoming = readObject(database, seen, bytes = kept);
        }
        if (live(current) && current->member.etag == etagOf(bytes)) {
            touchMember(db, *current);
            return {false, kept.empty(), false, current->member.etag, current->member.scheduleTag, {}};
        }
        Saved saved = saveInto(db, actor, seen, name, incoming, bytes, current);
        if (!kept.empty()) saved.verbatim = false;
        return saved;
    });
}

void removeObject(Connection& db, const Actor& actor, CollectionId id, std::string_view name,
                  const Precondition& condition) {
    const Collection collection = requireCollection(db, id);
    const bool message = collection.purpose == Purpose::inbox && collection.owner == actor.user;
    if (!message) requireWritable(db, actor, collection);
    const auto current = findMember(db, id, name);
    if (!live(current)) throw NotFound("no such member");  // before conditions: RFC 7232 §5
    requireCondition(condition, live(current));
    if (message)
        forget(db, dropMember(db, collection, *current));
    else
        removeMember(db, actor, collection, *current);
}

Saved transferObject(Connection& db, const Actor& actor, CollectionId fromId, std::string_view name, CollectionId toId,
                     std::string_view target, bool move, bool overwrite, const Precondition& condition) {
    if (fromId == toId && name == target) throw DavError(403, "source and destination are the same");
    const Collection from = requireCollection(db, fromId), to = requireCollection(db, toId);
    const Part part = actor.user == 0 ? Part::own : partIn(db, actor.user, from);
    if (part == Part::none) throw NotFound("no such member");
    if (move) requireWritable(db, actor, from);
    requireWritable(db, actor, to);
    const auto source = findMember(db, fromId, name);
    if (!live(source) || (part < Part::write && source->veiled != 0)) throw NotFound("no such member");
    requireCondition(condition, live(source));
    if (from.home != to.home)
        throw DavError(403, "a calendar takes no cards, a book no events",
                       isCalendar(to.purpose) ? caldav::supported_calendar_component : carddav::supported_address_data);
    const auto current = findMember(db, toId, target);
    if (live(current) && !overwrite) throw PreconditionFailed("there is something already");

    const std::string bytes = memberBytes(db, source->member.id).value_or(std::string());
    const Incoming incoming = readObject(db.database(), to, bytes);
    requireUid(db, to, live(current), incoming, {current ? current->member.id : 0, move ? source->member.id : 0});
    if (const auto sibling = move ? std::nullopt : siblingOf(db, to, incoming.uid))
        refuseUid(to, "an activity is in the calendar of one type only", sibling->member.name);
    if (live(current)) removeMember(db, actor, to, *current);
    const auto free = findMember(db, toId, target);
    Saved saved = move ? moveInto(db, actor, from, *source, to, target, incoming, bytes, free)
                       : saveInto(db, actor, to, target, incoming, bytes, free);
    saved.created = !live(current);
    if (!move)
        if (const auto made = findMember(db, toId, target))
            copyDeadProperties(db, source->member, toId, made->member.id);
    return saved;
}

}  // namespace crmdav
