#include "store/history/history.h"

#include <algorithm>

#include "store/booking/triggers.h"
#include "store/engine/database.h"
#include "store/history/others.h"
#include "store/records/normalise.h"
#include "store/records/packed.h"
#include "store/records/users.h"
#include "store/records/uuid.h"

namespace crmdav {
namespace {

/// Things without a UUID are numbered within one that no generator makes.
enum class Numbered : char { member, collection, user, setting };

Id numbered(Numbered what, std::int64_t number) {
    std::string bytes(16, '\0');
    bytes[7] = static_cast<char>(what);
    for (std::size_t i = 16; i-- > 8; number >>= 8) bytes[i] = static_cast<char>(number & 0xff);
    return idOf(bytes);
}

std::optional<std::int64_t> numberOf(Numbered what, const Id& id) {
    const std::string bytes = bytesOf(id);
    if (bytes.size() != 16 || bytes[7] != static_cast<char>(what) || bytes.find_first_not_of('\0') < 7)
        return std::nullopt;
    std::uint64_t number = 0;
    for (std::size_t i = 8; i < 16; ++i) number = number << 8 | static_cast<unsigned char>(bytes[i]);
    return static_cast<std::int64_t>(number);
}

/// FNV-1a over all that says who: the row is made at its first use, and never read to be found.
std::int64_t hashOf(const Actor& actor, std::string_view agent) {
    std::uint64_t hash = 14695981039346656037ULL;
    const auto add = [&](std::string_view text) {
        for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
        hash = (hash ^ 0x1f) * 1099511628211ULL;
    };
    add(std::to_string(actor.user));
    for (std::string_view part :
         {std::string_view(actor.via), std::string_view(actor.device), agent, std::string_view(actor.address)})
        add(part);
    return static_cast<std::int64_t>(hash >> 1);
}

std::int64_t actorId(Connection& db, const Actor& actor) {
    std::string agent = cleanText(std::string_view(actor.agent).substr(0, 200));
    const std::int64_t id = hashOf(actor, agent);
    if (!db.query("SELECT 1 FROM actors WHERE id=?", id).next())
        db.exec("INSERT INTO actors(id, user_id, via, device, agent, address) VALUES(?, ?, ?, ?, ?, ?)", id, actor.user,
                actor.via, actor.device, agent, actor.address);
    return id;
}

std::string packFields(std::span<const FieldChange> fields) {
    std::vector<std::string> flat;
    for (const FieldChange& change : fields) {
        const auto safe = [](std::string text) {  // lists in a field are packed themselves
            std::ranges::replace(text, packSeparator, '\x1e');
            return text;
        };
        flat.push_back(change.field);
        flat.push_back(safe(change.before));
        flat.push_back(safe(change.after));
    }
    return pack(flat);
}

std::vector<FieldChange> unpackFields(std::string_view packed) {
    std::vector<FieldChange> fields;
    auto flat = unpack(packed);
    const auto shown = [](std::string text) {
        while (!text.empty() && text.back() == '\x1e') text.pop_back();
        std::ranges::replace(text, '\x1e', '\n');
        return text;
    };
    for (std::size_t i = 0; i + 2 < flat.size(); i += 3)
        fields.push_back({flat[i], shown(flat[i + 1]), shown(flat[i + 2])});
    return fields;
}

HistoryEntry readEntry(const Rows& row) {
    HistoryEntry entry;
    entry.id = row.int64(0);
    entry.at = row.instant(1);
    entry.kind = row.as<RecordKind>(2);
    entry.record = idOf(row.blob(3));
    entry.deed = row.as<Deed>(4);
    entry.title = row.text(5);
    entry.fields = unpackFields(row.text(6));
    entry.actor = {.user = row.int64(8),
                   .via = row.string(9),
                   .device = row.string(10),
                   .agent = row.string(11),
                   .address = row.string(12),
                   .request = row.string(7)};
    entry.actorLogin = row.text(13);
    return entry;
}

#define HISTORY_SELECT                                                                                                 \
    "SELECT h.id, h.at, h.kind, h.record, h.deed, h.title, h.fields, h.request, a.user_id, a.via, a.device, a.agent, " \
    "a.address, u.login FROM history h JOIN actors a ON a.id=h.actor_id LEFT JOIN users u ON u.id=a.user_id WHERE "
#define HISTORY_FILTER \
    " (?='' OR u.login=?) AND (?='' OR a.device=?) AND h.at>=? AND h.at<=? AND (?=0 OR h.owner=0 OR h.owner=?) "

}  // namespace

Id objectId(MemberId member) { return numbered(Numbered::member, member); }
Id collectionId(CollectionId collection) { return numbered(Numbered::collection, collection); }
Id userId(std::int64_t user) { return numbered(Numbered::user, user); }
Id settingId() { return numbered(Numbered::setting, 1); }
std::optional<std::int64_t> memberOf(const Id& id) { return numberOf(Numbered::member, id); }
std::optional<std::int64_t> collectionOf(const Id& id) { return numberOf(Numbered::collection, id); }

std::int64_t remember(Connection& db, const Actor& actor, const Happening& what) {
    const std::int64_t id = db.insert(
        "INSERT INTO history(at, actor_id, kind, record, deed, owner, title, fields, request) VALUES(?, ?, ?, ?, ?, ?, "
        "?, ?, ?)",
        db.now(), actorId(db, actor), what.kind, Blob{bytesOf(what.record)}, what.deed, what.owner,
        cleanText(what.title.substr(0, 1000)), packFields(what.fields), actor.request);
    int position = 0;
    for (const OldObject& old : what.objects)
        db.exec(
            "INSERT INTO history_objects(history_id, position, collection_id, name, uid, component, body) VALUES(?, "
            "?, ?, ?, ?, ?, ?)",
            id, position++, old.collection, old.name, old.uid, old.component, old.body);
    if (what.appointment) tellOfAppointment(db, actor, id, what);
    return id;
}

std::vector<HistoryEntry> history(Connection& db, const HistoryFilter& filter) {
    const auto seconds = [](const std::optional<Instant>& at, std::int64_t otherwise) {
        return at ? static_cast<std::int64_t>(at->time_since_epoch().count()) : otherwise;
    };
    const std::int64_t from = seconds(filter.from, INT64_MIN), until = seconds(filter.until, INT64_MAX);
    const std::int64_t before = filter.before ? filter.before : INT64_MAX, since = filter.since.value_or(0);
    const std::size_t limit = std::min<std::size_t>(filter.limit ? filter.limit : 100, 1000);
    std::vector<HistoryEntry> entries;
    const auto collect = [&](Rows rows) {
        for (auto& row : rows) entries.push_back(readEntry(row));
    };
    if (!filter.record.empty())
        collect(db.query(HISTORY_SELECT "h.record=? AND h.id<? AND h.id>? AND" HISTORY_FILTER
                                        "ORDER BY h.id DESC LIMIT ?",
                         Blob{bytesOf(filter.record)}, before, since, filter.login, filter.login, filter.device,
                         filter.device, from, until, filter.seenBy, filter.seenBy, limit));
    else if (filter.since)
        collect(db.query(HISTORY_SELECT "h.id>? AND h.id<? AND" HISTORY_FILTER "ORDER BY h.id LIMIT ?", since, before,
                         filter.login, filter.login, filter.device, filter.device, from, until, filter.seenBy,
                         filter.seenBy, limit));
    else
        collect(db.query(HISTORY_SELECT "h.id<? AND" HISTORY_FILTER "ORDER BY h.id DESC LIMIT ?", before, filter.login,
                         filter.login, filter.device, filter.device, from, until, filter.seenBy, filter.seenBy, limit));
    if (filter.since && !filter.record.empty()) std::ranges::reverse(entries);
    return entries;
}

std::vector<HistoryEntry> othersActivities(Connection& db, std::int64_t user, std::int64_t since, std::size_t limit) {
    std::vector<HistoryEntry> entries;
    for (auto& row :
         db.query(HISTORY_SELECT
                  "h.id>? AND h.kind=? AND h.owner<>? AND EXISTS(SELECT 1 FROM activities a WHERE a.uuid=h.record AND "
                  "((a.owner<>? AND (a.hidden=0 OR h.deed=?) AND (SELECT visibility FROM users WHERE id=a.owner AND "
                  "removed_at IS NULL)>0) OR EXISTS(SELECT 1 FROM activity_participants p WHERE p.activity_id=a.id "
                  "AND p.user_id=?))) ORDER BY h.id LIMIT ?",
                  since, RecordKind::activity, user, user, Deed::updated, user, limit))
        entries.push_back(readEntry(row));
    return entries;
}

std::int64_t lastHistoryId(Connection& db) {
    auto row = db.query("SELECT max(id) FROM history");
    return row.next() ? row.int64(0) : 0;
}

std::vector<OldObject> oldObjects(Connection& db, std::int64_t entry) {
    std::vector<OldObject> objects;
    for (auto& row : db.query("SELECT o.collection_id, o.name, o.uid, o.component, o.body, b.content FROM "
                              "history_objects o JOIN bodies b ON b.id=o.body WHERE o.history_id=? ORDER BY o.position",
                              entry))
        objects.push_back({row.int64(0), row.string(1), row.string(2), row.as<ComponentKind>(3), row.int64(4),
                           std::string(row.blob(5))});
    return objects;
}

}  // namespace crmdav
