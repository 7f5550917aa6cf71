#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/engine/database.h"
#include "store/history.h"
#include "store/objects.h"

/// The append-only history: every change writes one row here, in the transaction that makes it. Versions, trash,
/// undo and the change feed are views of it.
namespace crmdav {

/// A member as it was before a change or removal. Its bytes belong to whoever has this: to the history with
/// remember(), to nobody with forget().
struct OldObject {
    CollectionId collection = 0;
    std::string name;
    std::string uid;
    ComponentKind component = ComponentKind::other;
    std::int64_t body = 0;  ///< its bytes, in `bodies`
    std::string bytes{};    ///< read by oldObjects() only
};

/// One thing that happened to one record, object, collection, user or setting.
struct Happening {
    RecordKind kind = RecordKind::object;
    Id record;               ///< a record's UUID, objectId() or collectionId()
    std::string_view title;  ///< subject or name, as it is now (deleted: as it was)
    Deed deed = Deed::updated;
    std::int64_t owner = 0;                 ///< user whose it is; 0: the organisation's
    std::span<const FieldChange> fields{};  ///< empty for created
    std::span<const OldObject> objects{};   ///< members that were replaced or removed; none for created
    bool appointment = false;               ///< an activity that is, or was, in an appointment calendar
};

/// Appends to the history: one row, one more for each old object. @returns its id
std::int64_t remember(Connection&, const Actor&, const Happening&);

/// Ids under which things without a UUID of their own stand in the history and the trash.
Id objectId(MemberId);         ///< a member without record; of a collection: store/history.h
Id userId(std::int64_t user);  ///< a user
Id settingId();                ///< the organisation's settings
/// The number behind such an id; nullopt: it is a record's.
std::optional<std::int64_t> memberOf(const Id&);
std::optional<std::int64_t> collectionOf(const Id&);

// Verbs of the facade (store.h), inside the caller's transaction.
std::vector<HistoryEntry> history(Connection&, const HistoryFilter&);
std::int64_t lastHistoryId(Connection&);
std::vector<TrashItem> trash(Connection&, std::int64_t user, std::size_t limit);
void restore(Connection&, const Actor&, RecordKind, const Id&);
void undoRecord(Connection&, const Actor&, std::int64_t entry);
UndoReport undoDevice(Connection&, const Actor&, const std::string& login, const std::string& device, Instant from,
                      Instant until, bool dryRun);
std::size_t erase(Connection&, const Actor&, const Id& contact);

/// What a history entry keeps, with the bytes.
std::vector<OldObject> oldObjects(Connection&, std::int64_t entry);

/// Which of the objects that the history keeps are to go.
struct KeptObjects {
    Sql bodies, rows;
};
#define KEPT_OBJECTS(where)                                                                  \
    KeptObjects {                                                                            \
        "DELETE FROM bodies WHERE id IN (SELECT body FROM history_objects WHERE " where ")", \
            "DELETE FROM history_objects WHERE " where                                       \
    }
/// @returns how many went
template <class... Args>
std::int64_t dropKept(Connection& db, const KeptObjects& which, const Args&... args) {
    db.exec(which.bodies, args...);
    return db.exec(which.rows, args...);
}

struct RecordRef;
/// Back where it was; under another name if that is taken, in the owner's own place if the collection is gone.
void bringBack(Connection&, const OldObject&, const RecordRef&, std::int64_t owner);

/// Removes a record in the trash for good, the bytes that its history kept included.
void purgeRecord(Connection&, RecordKind, std::int64_t row);

/// Empties the trash of what was deleted before `limit`, at most `slice` records. @returns true: there is more
bool pruneTrash(Connection&, Instant limit, std::size_t slice);

}  // namespace crmdav
