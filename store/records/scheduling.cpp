#include "store/records/scheduling.h"

#include <algorithm>

#include "protocol/text/icalendar.h"
#include "protocol/text/itip.h"
#include "store/engine/database.h"
#include "store/objects/collections.h"
#include "store/objects/members.h"
#include "store/objects/mounts.h"
#include "store/records/activity_ical.h"
#include "store/records/calendar_people.h"
#include "store/records/typed_calendars.h"
#include "store/records/users.h"

namespace crmdav {
namespace {

std::int64_t organizerOf(const Activity& a) {
    const auto found = std::ranges::find(a.participants, true, &Participant::organizer);
    return found == a.participants.end() ? 0 : found->userId;
}

const Participant* personIn(const Activity& a, std::string_view email) {
    const auto found = std::ranges::find(a.participants, email, &Participant::email);
    return email.empty() || found == a.participants.end() ? nullptr : &*found;
}

/// What the others see of it differs; what is everyone's own doesn't count.
bool changedForOthers(const StoredActivity& before, const StoredActivity& after) {
    constexpr std::string_view own[] = {"type",     "reminders", "busy",      "done",  "percent", "completed",
                                        "priority", "contacts",  "companies", "deals", "owner",   "hidden"};
    const auto differences = differencesOf(before, after);
    return std::ranges::any_of(
        differences, [&](const FieldChange& change) { return std::ranges::find(own, change.field) == std::end(own); });
}

/// The line of that person in the meeting, if the server is to schedule for them.
bool isServed(const Component& calendar, std::string_view line, const std::string& email) {
    const Component* item = masterOf(calendar);
    if (!item) return false;
    for (const Property& property : item->properties())
        if (property.is(line) && emailOf(property) == email) return isServersToSchedule(property);
    return false;
}

/// The message's place: one a meeting and sender, so that an inbox nobody reads doesn't grow with every edit.
std::string nameOf(const std::string& uid, std::int64_t sender) {
    return etagOf(uid + ' ' + std::to_string(sender)) + ".ics";
}

class Messages {
public:
    Messages(Connection& db, const std::string& uid, std::int64_t sender) : db_(db), name_(nameOf(uid, sender)) {}

    void add(std::int64_t user, std::string text) {
        const auto inbox = findByPurpose(db_, user, Purpose::inbox);
        if (!inbox) return;
        MemberEdit edit{inbox->id, name_, std::move(text)};
        edit.message = true;
        all_.push_back(std::move(edit));
    }
    std::vector<MemberEdit> take() { return std::move(all_); }

private:
    Connection& db_;
    std::string name_;
    std::vector<MemberEdit> all_;
};

/// From the organiser to those who came, stayed or left.
void tellAttendees(Messages& out, const StoredActivity* before, const StoredActivity& after, std::int64_t by,
                   std::string_view bytes, Instant now) {
    const Document document = Document::parse(std::string(bytes));
    const bool cancelled = after.cancelled && before && !before->cancelled;
    const bool changed = !before || changedForOthers(*before, after);
    std::string request;  // the same for all, made when somebody is to have it
    const auto isTold = [](const std::string& email) {
        return [email](const Property& line) { return emailOf(line) == email; };
    };
    for (const Participant& person : after.participants) {
        if (person.userId == 0 || person.userId == by || person.response == "declined" || !changed) continue;
        if (!isServed(document.root(), "ATTENDEE", person.email)) continue;
        if (!cancelled && request.empty()) request = requestMessage(bytes);
        out.add(person.userId, cancelled ? cancelMessage(bytes, isTold(person.email), now) : request);
    }
    if (!before) return;
    for (const Participant& person : before->participants) {
        if (person.userId == 0 || person.userId == by || personIn(after, person.email)) continue;
        Document with = document;  // the line of who left is in the message that says so
        if (Component* item = masterOf(with.root())) item->add(Property("ATTENDEE", "mailto:" + person.email));
        out.add(person.userId, cancelMessage(with.bytes(), isTold(person.email), now));
    }
}

/// From an attendee who gave another answer to the organiser.
void tellOrganizer(Messages& out, const StoredActivity& before, const StoredActivity& after, std::int64_t by,
                   std::int64_t organizer, std::string_view bytes, Instant now) {
    const auto self = std::ranges::find(after.participants, by, &Participant::userId);
    const auto chair = std::ranges::find(after.participants, true, &Participant::organizer);
    if (self == after.participants.end()) return;
    const Participant* was = personIn(before, self->email);
    if (was && was->response == self->response) return;
    const Document document = Document::parse(std::string(bytes));
    if (!isServed(document.root(), "ORGANIZER", chair->email)) return;
    const auto isSender = [&](const Property& line) { return emailOf(line) == self->email; };
    out.add(organizer, replyMessage(bytes, isSender, now));
}

std::size_t drop(Connection& db, Rows found) {
    std::vector<MemberId> messages;
    for (auto& row : found) messages.push_back(row.int64(0));
    for (const MemberId id : messages) {
        const auto member = findMember(db, id);
        const auto inbox = member ? findCollection(db, member->member.collection, true) : std::nullopt;
        if (inbox) forget(db, dropMember(db, *inbox, *member));
    }
    return messages.size();
}

}  // namespace

bool invites(const StoredActivity& a) { return !a.hidden || (a.owner != 0 && organizerOf(a) == a.owner); }

bool tellsOthers(const Actor& actor) {
    return actor.user != 0 && (actor.via == "dav" || actor.via == "api" || actor.via == "console");
}

std::optional<Collection> calendarForInvitations(Connection& db, std::int64_t user, ComponentKind component,
                                                 const Id& typeId) {
    auto chosen = defaultCalendar(db, user);
    if (chosen && chosen->purpose == Purpose::calendar &&
        std::ranges::find(chosen->components, component) != chosen->components.end())
        return chosen;
    return calendarOf(db, user, component, typeId);
}

std::optional<std::string> asDelivered(Connection& db, const StoredActivity* before, StoredActivity& after,
                                       std::string_view bytes, std::string_view stored) {
    Document document = Document::parse(std::string(bytes));
    bool changed = false;
    std::vector<std::pair<std::string, std::string>> names;  // of those whose lines have none
    const auto nameOfUser = [&](Participant& person) -> const std::string& {
        const auto known = std::ranges::find(names, person.email, &std::pair<std::string, std::string>::first);
        if (known != names.end()) return known->second;
        const auto user = userById(db, person.userId);
        return names.emplace_back(person.email, user ? user->name : "").second;
    };
    for (Component& item : document.root().components())
        for (Property& line : item.properties()) {
            if (!line.is("ATTENDEE") && !line.is("ORGANIZER")) continue;
            const auto person = std::ranges::find(after.participants, emailOf(line), &Participant::email);
            if (person == after.participants.end() || person->userId == 0) continue;
            if (!line.hasParameter("CN"))
                if (const std::string& name = nameOfUser(*person); !name.empty()) {
                    line.setParameter("CN", name);
                    changed = true;
                }
            if (person->userId == after.owner || line.is("ORGANIZER") || !isServersToSchedule(line)) continue;
            if (line.parameter("SCHEDULE-STATUS") == "1.2") continue;
            line.setParameter("SCHEDULE-STATUS", "1.2");
            changed = true;
        }
    if (before && !stored.empty() &&
        (before->start != after.start || before->end != after.end || before->rrule != after.rrule)) {
        const int last = sequenceOf(Document::parse(std::string(stored)).root());
        if (sequenceOf(document.root()) <= last) {
            setSequence(document.root(), last + 1);
            changed = true;
        }
    }
    if (!changed) return std::nullopt;
    if (!names.empty()) {
        const auto read = readParticipants(*masterOf(document.root()));
        for (Participant& person : after.participants)
            if (const auto now = std::ranges::find(read, person.email, &Participant::email); now != read.end())
                person.name = now->name;
    }
    return document.bytes();
}

std::string copyOf(std::string_view bytes) {
    Document document = Document::parse(std::string(bytes));
    dropScheduleParameters(document.root());
    for (Component& item : document.root().components())
        item.removeComponentsIf([](const Component& part) { return part.is("VALARM"); });
    return document.bytes();
}

std::vector<MemberEdit> messagesOf(Connection& db, const StoredActivity* before, const StoredActivity& after,
                                   std::int64_t by, std::string_view bytes) {
    const std::int64_t organizer = organizerOf(after);
    if (by == 0 || organizer == 0 || !invites(after)) return {};
    Messages messages(db, after.uid, by);
    if (organizer == by)
        tellAttendees(messages, before, after, by, bytes, db.now());
    else if (before)
        tellOrganizer(messages, *before, after, by, organizer, bytes, db.now());
    return messages.take();
}

std::vector<MemberEdit> cancellationsOf(Connection& db, const StoredActivity& gone, std::int64_t by,
                                        std::string_view bytes) {
    if (by == 0 || organizerOf(gone) != by || !invites(gone) || bytes.empty()) return {};
    Messages messages(db, gone.uid, by);
    const Document document = Document::parse(std::string(bytes));
    for (const Participant& person : gone.participants) {
        if (person.userId == 0 || person.userId == by || person.response == "declined") continue;
        if (!isServed(document.root(), "ATTENDEE", person.email)) continue;
        const auto isTold = [&](const Property& line) { return emailOf(line) == person.email; };
        messages.add(person.userId, cancelMessage(bytes, isTold, db.now()));
    }
    return messages.take();
}

std::vector<MemberEdit> cancellationsOf(Connection& db, const Actor& actor, std::int64_t row) {
    const auto gone = tellsOthers(actor) ? loadActivity(db, row, storedTypes(db)) : std::nullopt;
    if (!gone) return {};
    for (const StoredMember& member : membersOfRecord(db, RecordKind::activity, row)) {
        const auto collection = findCollection(db, member.member.collection);
        if (collection && collection->owner == gone->owner)
            return cancellationsOf(db, *gone, actor.user, memberBytes(db, member.member.id).value_or(""));
    }
    return {};
}

void deliver(Connection& db, const Collection& inbox, const MemberEdit& message) {
    const Document document = Document::over(*message.bytes);
    const CalendarObject object = readCalendarObject(document);
    forget(db, writeMember(db, inbox,
                           {.name = message.name,
                            .document = document,
                            .bytes = *message.bytes,
                            .uid = object.uid,
                            .component = componentOf(document.root())})
                   .old);
}

std::size_t dropMessages(Connection& db, std::int64_t activity) {
    return drop(db, db.query("SELECT m.id FROM activities a JOIN members m ON m.uid=a.uid AND m.deleted=0 JOIN "
                             "collections c ON c.id=m.collection_id AND c.purpose=? WHERE a.id=?",
                             Purpose::inbox, activity));
}

bool pruneMessages(Connection& db, Instant before, std::size_t slice) {
    return drop(db,
                db.query("SELECT m.id FROM collections c JOIN members m ON m.collection_id=c.id AND m.deleted=0 AND "
                         "m.modified<? WHERE c.purpose=? ORDER BY m.id LIMIT ?",
                         before, Purpose::inbox, slice)) == slice;
}

}  // namespace crmdav
