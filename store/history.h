#pragma once
#include <optional>
#include <string>
#include <vector>

#include "store/model.h"

/// What happened, when, by whom and from where; versions, trash and undo are views of it.
namespace crmdav {

enum class RecordKind { contact, company, deal, activity, object, collection, user, setting, team };
enum class Deed { created, updated, deleted, restored, merged, erased };

struct FieldChange {
    std::string field, before, after;
};

struct HistoryEntry {
    std::int64_t id = 0;  ///< rises with time; the cursor of `changes?since=`
    Instant at{};
    Actor actor;
    std::string actorLogin;
    RecordKind kind = RecordKind::object;
    Id record;
    std::string title;  ///< subject or name, as it was
    Deed deed = Deed::updated;
    std::vector<FieldChange> fields;  ///< empty for created
};

struct HistoryFilter {
    Id record;                  ///< empty: all
    std::string login, device;  ///< empty: all
    std::optional<Instant> from, until;
    std::int64_t before = 0;              ///< entries older than this id; 0: from the newest
    std::optional<std::int64_t> since{};  ///< entries newer than this id, oldest first
    std::int64_t seenBy = 0;              ///< only what this user may see; 0: everything
    std::size_t limit = 100;
};

/// Under which id a collection stands in the history, the trash and the API.
Id collectionId(std::int64_t collection);

/// A record that can be brought back (30 days), with links and photo.
struct TrashItem {
    RecordKind kind = RecordKind::object;
    Id record;
    std::string title, owner;
    Instant deleted{};
    std::string deletedBy;
};

/// What an undo did, and what it left alone because somebody else changed it since.
struct UndoReport {
    std::vector<std::pair<RecordKind, Id>> undone;
    std::vector<std::pair<RecordKind, Id>> changedSince;
};

}  // namespace crmdav
