#include "store/records/activities.h"

#include <algorithm>

#include "protocol/text/expand.h"
#include "protocol/text/recurrence.h"
#include "store/booking/calendars.h"
#include "store/engine/database.h"
#include "store/history/history.h"
#include "store/objects/collections.h"
#include "store/objects/members.h"
#include "store/records/activity_ical.h"
#include "store/records/calendar_times.h"
#include "store/records/normalise.h"
#include "store/records/own_members.h"
#include "store/records/rows.h"
#include "store/records/scheduling.h"
#include "store/records/typed_calendars.h"
#include "store/records/users.h"
#include "store/records/uuid.h"

namespace crmdav {
namespace {

using namespace std::string_view_literals;

template <std::size_t N>
void requireWord(const char* field, const std::string& word, const std::string_view (&words)[N]) {
    if (std::ranges::find(words, word) == std::end(words)) throw InvalidField(field, word + " is unknown");
}
constexpr std::string_view roleWords[] = {"required", "optional", "chair", "none"};
constexpr std::string_view responseWords[] = {"needs-action", "accepted", "declined", "tentative", "delegated"};
constexpr std::string_view kindWords[] = {"individual", "group", "resource", "room", "unknown"};
constexpr std::string_view actionWords[] = {"display", "email", "audio"};

void checkWhen(const char* field, When& when) {
    if (when.kind == When::Kind::none) {
        when = {};
        return;
    }
    if (when.kind == When::Kind::date) when.local = std::chrono::floor<std::chrono::days>(when.local);
    if (when.kind != When::Kind::zoned) when.zone.clear();
    const auto year = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(when.local)).year();
    if (year < std::chrono::year(1) || year > std::chrono::year(9998)) throw InvalidField(field, "not a time we know");
    if (when.kind != When::Kind::zoned) return;
    std::string iana = ianaZoneId(when.zone);
    if (iana.empty()) throw InvalidField(field, "no zone is called " + when.zone);
    when.zone = std::move(iana);
}

void requireOrder(const char* field, const When& start, const When& end) {
    const auto from = utcOf(start, utcZone()), to = utcOf(end, utcZone());
    if (from && to && *to < *from) throw InvalidField(field, "ends before it starts");
    if (from && to && (start.kind == When::Kind::date) != (end.kind == When::Kind::date))
        throw InvalidField(field, "a date and a time don't go together");
}

void checkParticipants(std::vector<Participant>& people) {
    if (people.size() > 1000) throw InvalidField("participants", "more than 1000 of them");
    std::vector<std::string> seen;
    bool organized = false;
    for (Participant& p : people) {
        const std::string email = normalEmail(p.email);
        if (email.empty()) throw InvalidField("participants", p.email + " is no email address");
        if (std::ranges::find(seen, email) != seen.end()) throw InvalidField("participants", email + " is there twice");
        seen.push_back(email);
        p.email = email;
        checkText("participants", p.name, 500);
        std::ranges::replace(p.name, '\n', ' ');
        requireWord("participants", p.role, roleWords);
        requireWord("participants", p.response, responseWords);
        requireWord("participants", p.kind, kindWords);
        if (p.organizer && std::exchange(organized, true))
            throw InvalidField("participants", "more than one organizer");
    }
}

void checkTimes(Activity& a) {
    checkWhen("start", a.start);
    checkWhen("end", a.end);
    if (a.component == ComponentKind::event && a.start.kind == When::Kind::none)
        throw InvalidField("start", "an event needs a start");
    requireOrder("end", a.start, a.end);
    if (a.start.kind == When::Kind::date && a.end == a.start)
        throw InvalidField("end", "the end of a day is the next day");
    if (a.rrule.empty()) {
        a.exceptions.clear();
        if (a.extraDates.empty()) return;
    } else {
        if (a.start.kind == When::Kind::none) throw InvalidField("rrule", "a series needs a start");
        try {
            Rule::parse(a.rrule);
        } catch (const RuleError& error) {
            throw InvalidField("rrule", error.what());
        }
    }
    if (a.extraDates.size() + a.exceptions.size() > 1000) throw InvalidField("exceptions", "more than 1000 of them");
    for (When& when : a.extraDates) checkWhen("extraDates", when);
    for (Exception& e : a.exceptions) {
        checkWhen("exceptions", e.original);
        if (e.original.kind == When::Kind::none)
            throw InvalidField("exceptions", "an exception needs its original start");
        e.original = inFormOf(e.original, a.start);
        checkWhen("exceptions", e.start);
        checkWhen("exceptions", e.end);
        if (e.cancelled) continue;
        checkText("exceptions", e.subject);
        checkText("exceptions", e.location);
        checkText("exceptions", e.notes, 1'000'000);
        if (e.start.kind == When::Kind::none) e.start = e.original;
        requireOrder("exceptions", e.start, e.end);
    }
    std::ranges::stable_sort(a.exceptions, {}, [](const Exception& e) { return e.original.local; });
}

void check(Activity& a) {
    if (a.component != ComponentKind::event && a.component != ComponentKind::todo)
        throw InvalidField("component", "event or todo");
    checkText("subject", a.subject, 5000);
    checkText("location", a.location, 5000);
    checkText("notes", a.notes, 1'000'000);
    checkText("url", a.url, 2000);
    checkTimes(a);
    checkParticipants(a.participants);
    if (a.reminders.size() > 50) throw InvalidField("reminders", "more than 50 of them");
    for (const Reminder& r : a.reminders) {
        requireWord("reminders", r.action, actionWords);
        if (r.minutes > 525'600 || r.minutes < -525'600) throw InvalidField("reminders", "more than a year away");
    }
    if (a.percent < 0 || a.percent > 100) throw InvalidField("percent", "0 to 100");
    if (a.priority < 0 || a.priority > 9) throw InvalidField("priority", "0 to 9");
    if (a.uid.size() > 1000 || cleanText(a.uid) != a.uid) throw InvalidField("uid", "not a UID");
    if (a.cancelled) a.tentative = false;
}

/// `done` decides; the task's other fields follow.
void settleDone(const Activity& before, Activity& after, Instant now) {
    if (after.component != ComponentKind::todo) {
        after.completed.reset();
        after.percent = 0;
        return;
    }
    if (after.done && !before.done) {
        if (!after.completed) after.completed = now;
        after.percent = 100;
    } else if (!after.done && before.done) {
        after.completed.reset();
        if (after.percent == 100) after.percent = 0;
    }
}

/// @param before  null: a new one; what it is linked with already may be hidden from `user`, or lie in the trash
void checkLinks(Connection& db, std::int64_t user, const StoredActivity* before, Activity& a) {
    if (before) keepHidden(before->privateContacts, user, before->contactIds, a.contactIds);
    const auto resolve = [&](const char* field, RecordKind kind, std::vector<Id> Activity::*list) {
        std::vector<Id>& ids = a.*list;
        if (ids.size() > 1000) throw InvalidField(field, "more than 1000 of them");
        std::vector<Id> found;
        for (const Id& id : ids) {
            const bool had = before && std::ranges::find(before->*list, id) != (before->*list).end();
            const auto target = locate(db, kind, id);
            const bool visible =
                kind != RecordKind::contact || !user || !target || !target->owner || target->owner == user;
            if (!target || (!had && (target->deleted || !visible))) throw InvalidField(field, "no record " + id);
            Id own = idOfRow(db, kind, target->row);
            if (std::ranges::find(found, own) == found.end()) found.push_back(std::move(own));
        }
        ids = std::move(found);
    };
    resolve("contactIds", RecordKind::contact, &Activity::contactIds);
    resolve("companyIds", RecordKind::company, &Activity::companyIds);
    resolve("dealIds", RecordKind::deal, &Activity::dealIds);
}

void setType(std::span<const StoredType> types, StoredActivity& a) {
    const StoredType* type = a.typeId.empty() ? &defaultType(types) : typeOfId(types, a.typeId);
    if (!type) throw InvalidField("typeId", "no such activity type");
    a.typeId = type->id;
    a.typeRow = type->row;
}

/// @param before  null: a new one
void checkAppointment(Connection& db, const Activity* before, const Activity& a) {
    if (a.calendar.empty() || (before && before->calendar == a.calendar)) return;
    if (a.component != ComponentKind::event) throw InvalidField("calendar", "only an event is an appointment");
    const auto calendar = calendarOfId(db, a.calendar);
    if (!calendar) throw InvalidField("calendar", "no such appointment calendar");
    if (!isMember(*calendar, a.owner))
        throw InvalidField("calendar", "its owner isn't a member of that appointment calendar");
}

/// Whoever invites is the organiser (RFC 5545 §3.8.4.3).
void nameOrganizer(Connection& db, Activity& a) {
    if (a.participants.empty() || std::ranges::any_of(a.participants, &Participant::organizer)) return;
    const auto owner = userById(db, a.owner);
    if (!owner || owner->email.empty()) return;
    const auto self = std::ranges::find(a.participants, owner->email, &Participant::email);
    if (self != a.participants.end())
        self->organizer = true;
    else
        a.participants.insert(a.participants.begin(), {.email = owner->email,
                                                       .name = owner->name,
                                                       .role = "chair",
                                                       .response = "accepted",
                                                       .kind = "individual",
                                                       .organizer = true,
                                                       .contactId = {},
                                                       .userId = owner->id});
}

/// The record says what its object says: the object's reading of the fields is taken.
void takeReading(StoredActivity& a, const Document& document, std::span<const ActivityType> types) {
    Activity read = readActivity(document, types, a.typeId);
    static_cast<RecordHead&>(read) = a;
    read.contactIds = a.contactIds;
    read.companyIds = a.companyIds;
    read.dealIds = a.dealIds;
    read.calendar = a.calendar;
    static_cast<Activity&>(a) = std::move(read);
}

std::string titleOf(const Activity& a) { return a.subject.empty() ? "(no subject)" : a.subject; }

Activity add(Connection& db, const Actor& actor, const Activity& wanted, const std::vector<StoredType>& stored) {
    const std::vector<ActivityType> types(stored.begin(), stored.end());
    StoredActivity a;
    static_cast<Activity&>(a) = wanted;
    if (a.owner == 0) a.owner = actor.user;
    if (a.owner == 0) throw InvalidField("owner", "an activity belongs to a user");
    if (actor.user != 0 && a.owner != actor.user) throw Forbidden("an activity is its owner's to make");
    if (a.component == ComponentKind::event && a.start.kind == When::Kind::none && a.end.kind != When::Kind::none)
        a.component = ComponentKind::todo;  // a due date only
    check(a);
    setType(stored, a);
    settleDone({}, a, db.now());
    checkLinks(db, actor.user, nullptr, a);
    checkAppointment(db, nullptr, a);
    nameOrganizer(db, a);
    const auto home = calendarOf(db, a.owner, a.component, a.typeId);
    if (!home) throw NotFound("no such owner");
    a.id = newId();
    if (a.uid.empty()) a.uid = a.id;
    if (findByUid(db, home->id, a.uid) || siblingOf(db, *home, a.uid))
        throw InvalidField("uid", "another activity has it");
    const Document document = makeCalendar(a, types, db.now());
    takeReading(a, document, types);
    linkParticipants(db, nullptr, a);
    insertActivity(db, a);
    const RecordRef record{RecordKind::activity, a.row, a.id};
    const std::string name = freeName(db, *home, a.uid, ".ics");
    const std::string bytes = document.bytes();
    const auto others = spreadActivity(db, nullptr, a, {actor, *home, name, bytes}, types);
    addOwnMember(db, *home, name, document, a.uid, a.component, record);
    const auto replaced = carryOut(db, record, others);
    remember(db, actor,
             {.kind = RecordKind::activity,
              .record = a.id,
              .title = titleOf(a),
              .deed = Deed::created,
              .owner = a.owner,
              .objects = replaced,
              .appointment = !a.calendar.empty()});
    return a;
}

/// The owner's member, from which the record is read; else any.
std::optional<std::pair<StoredMember, Collection>> primaryOf(Connection& db, const StoredActivity& a) {
    std::optional<std::pair<StoredMember, Collection>> found;
    for (StoredMember& member : membersOfRecord(db, RecordKind::activity, a.row)) {
        auto collection = findCollection(db, member.member.collection);
        if (!collection) continue;
        const bool owners = collection->owner == a.owner;
        if (!found || owners) found.emplace(std::move(member), std::move(*collection));
        if (owners) break;
    }
    return found;
}

}  // namespace

bool mayEdit(const StoredActivity& a, std::int64_t user) {
    return user == 0 || a.owner == user ||
           (!a.hidden && std::ranges::any_of(a.participants, [&](const Participant& p) { return p.userId == user; }));
}

Activity saveActivity(Connection& db, const Actor& actor, const Activity& wanted, const std::string& based) {
    const auto stored = storedTypes(db);
    if (wanted.id.empty()) return add(db, actor, wanted, stored);
    const std::vector<ActivityType> types(stored.begin(), stored.end());
    const auto found = locate(db, RecordKind::activity, wanted.id);
    const auto before = found && !found->deleted ? loadActivity(db, found->row, stored) : std::nullopt;
    if (!before || !shownTo(actor.user, *before)) throw NotFound("no such activity");
    if (!mayEdit(*before, actor.user)) throw Forbidden("another user's activity");
    requireVersion(based, before->version);
    if (wanted.owner != before->owner) throw InvalidField("owner", "an activity stays its owner's");
    StoredActivity after = *before;
    static_cast<Activity&>(after) = wanted;
    static_cast<RecordHead&>(after) = *before;
    after.component = before->component;
    after.uid = before->uid;
    if (after.typeId.empty()) after.typeId = before->typeId;
    check(after);
    setType(stored, after);
    settleDone(*before, after, db.now());
    settleExceptions(*before, after);
    checkLinks(db, actor.user, &*before, after);
    checkAppointment(db, &*before, after);
    nameOrganizer(db, after);
    const auto primary = primaryOf(db, *before);
    if (!primary) throw NotFound("the activity has no object");
    const auto& [member, collection] = *primary;
    Document document = Document::parse(memberBytes(db, member.member.id).value_or(""));
    overlayActivity(document, *before, after, types, db.now());
    const std::string bytes = document.bytes();
    const Document parsed = Document::parse(std::string(bytes));
    takeReading(after, parsed, types);
    setType(stored, after);
    linkParticipants(db, &*before, after);
    const auto changes = updateActivity(db, *before, after);
    if (changes.empty()) return *before;
    const RecordRef record{RecordKind::activity, after.row, after.id};
    const auto others = spreadActivity(db, &*before, after, {actor, collection, member.member.name, bytes}, types);
    std::vector<OldObject> old;
    auto written = writeMember(db, collection,
                               {.name = member.member.name,
                                .document = parsed,
                                .bytes = bytes,
                                .uid = after.uid,
                                .component = after.component,
                                .recordKind = RecordKind::activity,
                                .recordRow = after.row});
    if (written.old) old.push_back(std::move(*written.old));
    for (OldObject& other : carryOut(db, record, others)) old.push_back(std::move(other));
    if (before->typeId != after.typeId) settleMembers(db, after.row, after.typeId);
    remember(db, actor,
             {.kind = RecordKind::activity,
              .record = after.id,
              .title = titleOf(after),
              .owner = after.owner,
              .fields = changes,
              .objects = old,
              .appointment = !before->calendar.empty() || !after.calendar.empty()});
    return after;
}

}  // namespace crmdav
