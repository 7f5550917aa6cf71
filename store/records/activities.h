#pragma once
#include <functional>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "protocol/text/content_lines.h"
#include "store/records/activity_types.h"
#include "store/records/door.h"
#include "store/records/linking.h"
#include "store/store.h"

/// Activities: their rows, what a saved event or task does to them, their copies in colleagues' calendars, and the
/// verbs of store.h.
namespace crmdav {

class Connection;

struct StoredActivity : Activity {
    std::int64_t row = 0;
    std::int64_t typeRow = 0;
    bool hidden = false;  ///< lives in a calendar of the owner's own
    bool deleted = false;
    // What deciding on who may see what asks for, read along with the row.
    Detail ownerShows = Detail::none;  ///< User::visibility of the owner
    std::string ownerZone;             ///< empty: the organisation's
    PrivateContacts privateContacts{};
};

std::optional<StoredActivity> loadActivity(Connection&, std::int64_t row, std::span<const StoredType> types);
/// Those of the rows that are there, in their order: as many statements as for one.
std::vector<StoredActivity> loadActivities(Connection&, std::span<const std::int64_t> rows,
                                           std::span<const StoredType> types);
/// Fields in which they differ, as the history tells it.
std::vector<FieldChange> differencesOf(const StoredActivity& before, const StoredActivity& after);
/// Gives it a row, id, version and its participants' links.
void insertActivity(Connection&, StoredActivity&);
/// Writes what differs; nothing when nothing does. `after` gets the new version. @returns what changed
std::vector<FieldChange> updateActivity(Connection&, const StoredActivity& before, StoredActivity& after);
/// All the time that the activity may take, in UTC.
struct Extent {
    std::optional<std::int64_t> from, until;
};
Extent extentOf(Connection&, const Activity&);
/// Reckons it anew, after rules of zones changed. No change for anybody.
void refreshExtent(Connection&, std::int64_t row);
/// Floating times and dates stand in their owner's zone, and some owner's changed: renewExtents() is to do.
void extentsAreStale(Connection&);
bool areExtentsStale(Connection&);
/// Reckons those of at most `slice` activities anew. @returns true: there are more
bool renewExtents(Connection&, std::size_t slice);
/// Users, contacts and companies behind the addresses; those of `before` are known already.
void linkParticipants(Connection&, const StoredActivity* before, StoredActivity& after);
/// Who takes part as that user; null: they don't.
const Participant* participantOf(const Activity&, std::int64_t user);
/// Removes all rows of it.
void purgeActivity(Connection&, std::int64_t row);

ReadIn readActivityIn(Connection&, const Actor&, const Collection&, const std::string& name, const Document&,
                      std::string_view bytes, const std::optional<RecordRef>& existing);
/// A copy goes away; see memberRemoved (door.h).
ReadIn activityRemoved(Connection&, const Actor&, const Collection&, const RecordRef&, MemberId);
ReadIn activityMoved(Connection&, const Actor&, const Collection& from, const Collection& to, const RecordRef&,
                     std::string_view bytes);

/// Is the owner its organiser, or is none named? Then it ends with the owner's copy (rule C11).
bool isHost(const StoredActivity&);
/// A meeting whose owner isn't its organiser and leaves it, by what becomes of their member in `left`, goes on as
/// another user's who takes part: the organiser's, else that of a guest who has it in a shared calendar.
/// @returns false: there is nobody, and it stays as it was; or the owner is host
bool leaveToGuest(Connection&, StoredActivity&, CollectionId left, std::span<const ActivityType> types);
/// Where there is nobody: guests who have it in calendars of their own keep it as their own activities.
void partFromGuests(Connection&, const Actor&, const StoredActivity&, CollectionId left,
                    std::span<const ActivityType> types);
/// Whose copy it is becomes the owner; reminders, and whether it blocks time, are as that says (D47).
void makeOwner(Connection&, StoredActivity&, MemberId copy, const Collection& of, std::span<const ActivityType> types);

/// Where an edit of an activity was made.
struct EditOrigin {
    const Actor& actor;
    const Collection& collection;
    std::string name;        ///< of the member there, for the copies that others get
    std::string_view bytes;  ///< of the member there, as it is stored now
    /// Who acts: the API for who asks, a client for the calendar's owner.
    std::int64_t by() const { return actor.via == "api" ? actor.user : collection.owner; }
};
/// What `after` means for the members that aren't in the origin's collection: each gets the same edits, but for
/// reminders and busy/free, which are everyone's own; participants who are users get a copy, who left loses theirs; and
/// what their inboxes say of it (scheduling.h).
/// @param before  null: a new record
std::vector<MemberEdit> spreadActivity(Connection&, const StoredActivity* before, const StoredActivity& after,
                                       const EditOrigin&, std::span<const ActivityType> types);

/// What `user` may see of it (rule F4); nullopt: nothing.
std::optional<Activity> shownTo(std::int64_t user, StoredActivity);

Store::Page<Activity> activities(Connection&, const Store::Query&);
/// See Store::occurrences(). `owner` asks for somebody's calendar: what is theirs, and that in which they take part.
/// Times are in UTC; dates and floating times stay what they are, and are in the answer where the range has them in any
/// zone of the world: whoever shows them knows in which. Of a task the due date counts.
/// @param seen  gets each activity that may have one, as it is shown
std::vector<CalendarEntry> occurrences(Connection&, const Store::Query&, bool& complete,
                                       const std::function<void(const Activity&)>& seen = {});
/// See Store::meetings().
Store::Page<Meeting> meetings(Connection&, const Store::Query&, bool coming);
std::optional<Activity> activity(Connection&, std::int64_t user, const Id&);
Activity saveActivity(Connection&, const Actor&, const Activity&, const std::string& based);

/// May `user` (0: the system) change it: its owner and the participants may, unless it is in a calendar of the owner's
/// own.
bool mayEdit(const StoredActivity&, std::int64_t user);

}  // namespace crmdav
