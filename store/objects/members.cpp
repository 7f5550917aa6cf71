#include "store/objects/members.h"

#include <openssl/sha.h>

#include <array>

#include "protocol/text/content_lines.h"
#include "protocol/text/itip.h"
#include "store/engine/database.h"
#include "store/engine/dialect.h"
#include "store/objects/bodies.h"
#include "store/objects/collections.h"
#include "store/objects/member_rows.h"
#include "store/objects/occurrences.h"
#include "store/objects/text_index.h"
#include "store/objects/veil.h"

namespace crmdav {

namespace {

#define STORED_COLUMNS MEMBER_COLUMNS ", m.deleted, m.record_kind, m.record_row, m.span, m.start_utc, m.body, m.veiled"

/// The number that countChange just took. (RETURNING would cost SQLite a temporary table each time.)
#define LAST_CHANGE(collection) "(SELECT c.counter FROM collections c WHERE c.id=" collection ")"

StoredMember readStored(const Rows& row) {
    StoredMember stored;
    readMember(row, stored.member);
    stored.deleted = row.boolean(memberColumns);
    stored.recordKind = row.as<RecordKind>(memberColumns + 1);
    stored.recordRow = row.int64(memberColumns + 2);
    if (!row.isNull(memberColumns + 3)) stored.span = row.integer(memberColumns + 3);
    stored.start = row.int64(memberColumns + 4);
    stored.body = row.int64(memberColumns + 5);
    stored.veiled = row.int64(memberColumns + 6);
    return stored;
}

std::optional<StoredMember> readOne(Rows rows) { return rows.next() ? std::optional(readStored(rows)) : std::nullopt; }

OldObject oldObject(const StoredMember& stored) {
    return {stored.member.collection, stored.member.name, stored.member.uid, stored.member.component, stored.body};
}

std::int64_t addBody(Connection& db, std::string_view bytes) {
    return db.insert("INSERT INTO bodies(content) VALUES(?)", Blob{bytes});
}

/// It changes with the object, but not with the answers of others.
std::string scheduleTagOf(const MemberWrite& write, const MemberWritten& written,
                          const std::optional<StoredMember>& current) {
    if (write.component == ComponentKind::other || !isSchedulingObject(write.document.root())) return {};
    const bool stays = write.quiet && !written.created && !current->member.scheduleTag.empty();
    return stays ? current->member.scheduleTag : written.etag;
}
std::optional<std::string_view> orNull(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
}

std::optional<std::int64_t> recordKindOf(const MemberWrite& write) {
    return write.recordRow ? std::optional(static_cast<std::int64_t>(write.recordKind)) : std::nullopt;
}
std::optional<std::int64_t> recordRowOf(const MemberWrite& write) {
    return write.recordRow ? std::optional(write.recordRow) : std::nullopt;
}

/// Whether the indexes of `members` keep it where it is: an index whose columns an UPDATE names is written again, even
/// with the same values.
bool samePlace(const StoredMember& current, const MemberWrite& write) {
    return current.member.uid == write.uid && current.recordRow == write.recordRow &&
           (write.recordRow == 0 || current.recordKind == write.recordKind);
}

/// What `veiled` becomes; nullopt: the number of this change.
std::optional<std::int64_t> veilOf(const MemberWrite& write, const std::optional<StoredMember>& current) {
    if (!isPrivate(write.document.root())) return 0;
    if (!current) return neverOpen;
    return current->veiled ? std::optional(current->veiled) : std::nullopt;
}

#define VEILED "veiled=COALESCE(?, " LAST_CHANGE("collection_id") ")"

/// A member's place in the indexes.
class Indexing {
public:
    Indexing(Connection& db, const Collection& collection, const MemberWrite& write)
        : db_(db), collection_(collection) {
        if (collection.home == Home::calendars)
            times_ = indexOf(write.document.root(), write.component, db.now(),
                             ownAddresses(db, collection.id, write.document.root()));
        else
            text_ = indexedText(write.document.root());
    }
    std::optional<int> span() const { return single() ? std::optional(times_.rows.front().span) : std::nullopt; }
    std::optional<std::int64_t> start() const {
        return single() ? std::optional(times_.rows.front().start) : std::nullopt;
    }
    void add(MemberId member) const {
        if (collection_.home == Home::addressbooks) return addText(db_, member, text_);
        addOccurrences(db_, collection_.id, member, times_);
    }
    void replace(const StoredMember& stored, const std::optional<OldObject>& old) const {
        const MemberId member = stored.member.id;
        if (collection_.home == Home::addressbooks) {
            if (old && text_ == textOf(bytesOf(db_, *old))) return;
            return addText(db_, member, text_);
        }
        if (stored.deleted) return addOccurrences(db_, collection_.id, member, times_);
        replaceOccurrences(db_, {collection_.id, member, stored.span, stored.start}, times_);
    }

private:
    static std::string textOf(std::string_view bytes) {
        try {
            return indexedText(Document::over(bytes).root());
        } catch (const ParseError&) {
            return {};  // stored by an older, more lenient version
        }
    }
    bool single() const { return !times_.series && !times_.rows.empty(); }

    Connection& db_;
    const Collection& collection_;
    Indexed times_;
    std::string text_;
};

}  // namespace

std::string etagOf(std::string_view bytes) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string etag(22, '\0');
    std::uint32_t bits = 0;
    int have = 0;
    std::size_t from = 0;
    for (char& c : etag) {
        if (have < 6) {
            bits = bits << 8U | digest[from++];
            have += 8;
        }
        have -= 6;
        c = alphabet[bits >> static_cast<unsigned>(have) & 63U];
    }
    return etag;
}

std::optional<StoredMember> findMember(Connection& db, CollectionId collection, std::string_view name) {
    return readOne(
        db.query("SELECT " STORED_COLUMNS " FROM members m WHERE m.collection_id=? AND m.name=?", collection, name));
}

std::optional<StoredMember> findMember(Connection& db, MemberId id) {
    return readOne(db.query("SELECT " STORED_COLUMNS " FROM members m WHERE m.id=?", id));
}

std::optional<StoredMember> findByUid(Connection& db, CollectionId collection, std::string_view uid) {
    return readOne(db.query("SELECT " STORED_COLUMNS
                            " FROM members m WHERE m.uid=? AND m.collection_id=? AND m.deleted=0",
                            uid, collection));
}

std::vector<StoredMember> membersOfRecord(Connection& db, RecordKind kind, std::int64_t row) {
    std::vector<StoredMember> members;
    for (auto& found : db.query("SELECT " STORED_COLUMNS " FROM members m WHERE m.record_row=? AND m.record_kind=? "
                                "AND m.deleted=0 ORDER BY m.collection_id, m.id",
                                row, kind))
        members.push_back(readStored(found));
    return members;
}

std::optional<std::string> memberBytes(Connection& db, MemberId id) {
    auto row = db.query("SELECT b.content FROM members m JOIN bodies b ON b.id=m.body WHERE m.id=?", id);
    return row.next() ? std::optional(std::string(row.blob(0))) : std::nullopt;
}

MemberWritten writeMember(Connection& db, const Collection& collection, const MemberWrite& write) {
    return writeMember(db, collection, write, findMember(db, collection.id, write.name));
}

MemberWritten writeMember(Connection& db, const Collection& collection, const MemberWrite& write,
                          const std::optional<StoredMember>& current) {
    MemberWritten written;
    written.etag = etagOf(write.bytes);
    written.created = !current || current->deleted;
    if (current) written.id = current->member.id;
    written.scheduleTag = scheduleTagOf(write, written, current);
    if (!written.created && current->member.etag == written.etag && current->recordRow == write.recordRow) {
        written.changed = false;
        return written;
    }
    if (!written.created) written.old = oldObject(*current);

    const Indexing indexing(db, collection, write);
    countChange(db, collection.id);
    const Instant now = db.now();
    const auto size = static_cast<std::int64_t>(write.bytes.size());
    const std::int64_t body = addBody(db, write.bytes);
    if (!current) {
        written.id = db.insert(
            "INSERT INTO members(collection_id, change, deleted, name, etag, component, size, modified, created, uid, "
            "record_kind, record_row, span, start_utc, body, schedule_tag, veiled) VALUES(?1, " LAST_CHANGE(
                "?1") ", 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            collection.id, write.name, written.etag, write.component, size, now, now, write.uid, recordKindOf(write),
            recordRowOf(write), indexing.span(), indexing.start(), body, orNull(written.scheduleTag),
            veilOf(write, current));
        indexing.add(written.id);
        return written;
    }
    const Instant created = written.created ? now : current->member.created;
    if (samePlace(*current, write))
        db.exec("UPDATE members SET change=" LAST_CHANGE("collection_id") ", deleted=0, etag=?, component=?, size=?, modified=?, created=?, span=?, start_utc=?, "
                "body=?, schedule_tag=?, " VEILED " WHERE id=?",
                written.etag, write.component, size, now, created, indexing.span(), indexing.start(), body,
                orNull(written.scheduleTag), veilOf(write, current), written.id);
    else
        db.exec(
            "UPDATE members SET change=" LAST_CHANGE("collection_id") ", deleted=0, etag=?, component=?, size=?, modified=?, created=?, uid=?, "
            "record_kind=?, record_row=?, span=?, start_utc=?, body=?, schedule_tag=?, " VEILED " WHERE id=?",
            written.etag, write.component, size, now, created, write.uid, recordKindOf(write), recordRowOf(write),
            indexing.span(), indexing.start(), body, orNull(written.scheduleTag), veilOf(write, current), written.id);
    indexing.replace(*current, written.old);
    return written;
}

void touchMember(Connection& db, const StoredMember& current) {
    countChange(db, current.member.collection);
    db.exec("UPDATE members SET change=" LAST_CHANGE("collection_id") " WHERE id=?", current.member.id);
}

std::optional<OldObject> dropMember(Connection& db, const Collection& collection, std::string_view name) {
    const auto current = findMember(db, collection.id, name);
    if (!current || current->deleted) return std::nullopt;
    return dropMember(db, collection, *current);
}

OldObject dropMember(Connection& db, const Collection& collection, const StoredMember& current) {
    const MemberId id = current.member.id;
    OldObject old = oldObject(current);
    if (collection.home == Home::calendars) dropOccurrences(db, {collection.id, id, current.span, current.start});
    db.exec("DELETE FROM dead_properties WHERE collection_id=? AND member_id=?", collection.id, id);
    countChange(db, collection.id);
    // UID and record stay with the tombstone: taking them out would write two more indexes.
    db.exec(
        "UPDATE members SET deleted=1, change=" LAST_CHANGE(
            "collection_id") ", modified=?, size=0, span=NULL, start_utc=NULL, body=NULL, schedule_tag=NULL WHERE id=?",
        db.now(), id);
    return old;
}

std::string bytesOf(Connection& db, const OldObject& old) {
    auto row = db.query("SELECT content FROM bodies WHERE id=?", old.body);
    return row.next() ? std::string(row.blob(0)) : std::string();
}

void forget(Connection& db, const OldObject& old) { db.exec("DELETE FROM bodies WHERE id=?", old.body); }

void relinkMember(Connection& db, MemberId id, RecordKind kind, std::int64_t row) {
    if (row)
        db.exec("UPDATE members SET record_kind=?, record_row=? WHERE id=?", kind, row, id);
    else
        db.exec("UPDATE members SET record_kind=NULL, record_row=NULL WHERE id=?", id);
}

// ---------------------------------------------------------------- reading

namespace {

Rows objectNamed(Connection& db, const Sight& sight, std::string_view name) {
#define OBJECT                                  \
    "SELECT " MEMBER_COLUMNS ", " BODY_WITH_ROW \
    " FROM members m JOIN bodies b ON b.id=m.body WHERE m.collection_id=? AND m.name=? AND m.deleted=0"
    return sight.veiled ? db.query(OBJECT OPEN_ONLY, sight.id, name) : db.query(OBJECT, sight.id, name);
}

}  // namespace

std::optional<bool> visitSmallObject(Connection& db, const Sight& sight, std::string_view name,
                                     const VisitMember& visit) {
    Rows row = objectNamed(db, sight, name);
    if (!row.next()) return false;
    if (row.isNull(memberColumns)) return std::nullopt;
    Member member;
    readMember(row, member);
    visit(member, row.blob(memberColumns));
    return true;
}

bool visitObject(Connection& db, const Sight& sight, std::string_view name, const VisitMember& visit) {
    Rows row = objectNamed(db, sight, name);
    if (!row.next()) return false;
    Member member;
    readMember(row, member);
    const Body body(db, member, row, memberColumns);
    visit(member, body.bytes());
    return true;
}

namespace {

#define LISTED(columns, bodies, veil) \
    "SELECT " columns " FROM members m" bodies " WHERE m.collection_id=? AND m.deleted=0" veil " ORDER BY m.change"
#define WITH_BODIES " JOIN bodies b ON b.id=m.body"

Rows listed(Connection& db, const Sight& sight, MemberDetail detail) {
    // [detail][veiled]
    static constexpr Sql statements[][2] = {
        {LISTED(TAG_COLUMNS, "", ""), LISTED(TAG_COLUMNS, "", OPEN_ONLY)},
        {LISTED(MEMBER_COLUMNS, "", ""), LISTED(MEMBER_COLUMNS, "", OPEN_ONLY)},
        {LISTED(MEMBER_COLUMNS ", " BODY_WITH_ROW, WITH_BODIES, ""),
         LISTED(MEMBER_COLUMNS ", " BODY_WITH_ROW, WITH_BODIES, OPEN_ONLY)},
    };
    return db.stream(statements[static_cast<std::size_t>(detail)][sight.veiled], sight.id);
}

}  // namespace

void visitMembers(Connection& db, const Sight& sight, MemberDetail detail, const VisitMember& visit) {
    auto rows = listed(db, sight, detail);
    Member member;
    while (rows.next()) {
        if (detail == MemberDetail::tags) {
            readTags(rows, sight.id, member);
            visit(member, {});
            continue;
        }
        readMember(rows, member);
        if (detail == MemberDetail::rows) {
            visit(member, {});
            continue;
        }
        const Body body(db, member, rows, memberColumns);
        visit(member, body.bytes());
    }
}

namespace {

std::string jsonList(std::span<const std::string> texts) {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string list = "[";
    for (const std::string& text : texts) {
        list += list.size() > 1 ? ",\"" : "\"";
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte < 0x20)
                list.append("\\u00") += hex[byte >> 4U], list += hex[byte & 15U];
            else if (c == '"' || c == '\\')
                (list += '\\') += c;
            else
                list += c;
        }
        list += '"';
    }
    return list + "]";
}

Sql namedMembers(bool withBytes, bool veiled) {
    std::string sql = "SELECT " MEMBER_COLUMNS ", wanted.value";
    if (withBytes) sql += ", " BODY_WITH_ROW;
    sql.append(" FROM {list as wanted}");
    sql += " LEFT JOIN members m ON m.collection_id=? AND m.name=wanted.value AND m.deleted=0";
    if (veiled) sql += OPEN_ONLY;
    if (withBytes) sql += " LEFT JOIN bodies b ON b.id=m.body";
    return Sql::made(sql + " ORDER BY wanted.key");
}

}  // namespace

void visitNamed(Connection& db, const Sight& sight, std::span<const std::string> names, bool withBytes,
                const VisitMember& visit) {
    static const Sql statements[2][2] = {{namedMembers(false, false), namedMembers(false, true)},
                                         {namedMembers(true, false), namedMembers(true, true)}};
    Member member;
    for (auto& row : db.stream(statements[withBytes][sight.veiled], jsonList(names), sight.id)) {
        readMember(row, member);
        if (member.id == 0) member.name = row.text(memberColumns);
        if (!withBytes || member.id == 0) {
            visit(member, {});
            continue;
        }
        const Body body(db, member, row, memberColumns + 1);
        visit(member, body.bytes());
    }
}

}  // namespace crmdav
