#include <algorithm>

#include "protocol/text/content_lines.h"
#include "protocol/text/icalendar.h"
#include "protocol/text/vcard.h"
#include "store/engine/database.h"
#include "store/housekeeping.h"
#include "store/objects/member_rows.h"
#include "store/objects/members.h"
#include "store/objects/occurrences.h"
#include "store/objects/text_index.h"
#include "store/objects/veil.h"
#include "store/records/check_records.h"

namespace crmdav {

namespace {

constexpr std::size_t maxFaults = 1000;

class Faults {
public:
    void add(std::string fault) {
        if (lines_.size() < maxFaults) lines_.push_back(std::move(fault));
    }
    bool full() const { return lines_.size() >= maxFaults; }
    std::vector<std::string> take() && { return std::move(lines_); }

private:
    std::vector<std::string> lines_;
};

/// Rows that must not be there: each query names what is wrong and with which row.
struct Rule {
    std::string_view says;
    Sql rows;
};
constexpr Rule rules[] = {
    {"member without bytes",
     "SELECT m.id FROM members m WHERE m.deleted=0 "
     "AND NOT EXISTS(SELECT 1 FROM bodies b WHERE b.id=m.body)"},
    {"history without bytes, entry",
     "SELECT o.history_id FROM history_objects o WHERE NOT EXISTS(SELECT 1 FROM bodies b WHERE b.id=o.body)"},
    {"bytes of no member and no history",
     "SELECT id FROM bodies WHERE id NOT IN (SELECT body FROM members WHERE body IS NOT NULL UNION ALL "
     "SELECT body FROM history_objects)"},
    {"bytes of two",
     "SELECT body FROM (SELECT body FROM members WHERE body IS NOT NULL UNION ALL SELECT body FROM history_objects) t "
     "GROUP BY body HAVING COUNT(*) > 1"},
    {"tombstone with bytes, member", "SELECT id FROM members WHERE deleted=1 AND body IS NOT NULL"},
    {"member of no collection",
     "SELECT m.id FROM members m "
     "WHERE NOT EXISTS(SELECT 1 FROM collections c WHERE c.id=m.collection_id)"},
    {"change number beyond the collection's counter, of member",
     "SELECT m.id FROM members m JOIN collections c ON c.id=m.collection_id WHERE m.change > c.counter OR m.change < "
     "1"},
    {"UID twice in its collection, of member",
     "SELECT MAX(m.id) FROM members m WHERE m.deleted=0 GROUP BY m.uid, m.collection_id HAVING COUNT(*) > 1"},
    {"occurrence of no live member",
     "SELECT DISTINCT o.member_id FROM occurrences o WHERE NOT EXISTS(SELECT 1 "
     "FROM members m WHERE m.id=o.member_id AND m.deleted=0 "
     "AND m.collection_id=o.collection_id)"},
    {"series of no live member",
     "SELECT s.member_id FROM series s WHERE NOT EXISTS(SELECT 1 FROM members m "
     "WHERE m.id=s.member_id AND m.deleted=0 AND m.collection_id=s.collection_id)"},
    {"dead property of no live member",
     "SELECT d.member_id FROM dead_properties d WHERE d.member_id<>0 AND NOT EXISTS("
     "SELECT 1 FROM members m WHERE m.id=d.member_id AND m.deleted=0)"},
    {"account of no user",
     "SELECT a.id FROM sync_accounts a WHERE NOT EXISTS(SELECT 1 FROM users u WHERE u.id=a.user_id AND u.removed_at IS "
     "NULL)"},
    {"link of no account",
     "SELECT l.id FROM sync_links l WHERE NOT EXISTS(SELECT 1 FROM sync_accounts a WHERE a.id=l.account_id)"},
    {"guests that are watched for no link:",
     "SELECT COUNT(*) FROM sync_guests g WHERE NOT EXISTS(SELECT 1 FROM sync_links l WHERE l.uuid=g.link) HAVING "
     "COUNT(*)>0"},
    {"subscription of no account",
     "SELECT p.id FROM sync_pushes p WHERE NOT EXISTS(SELECT 1 FROM sync_accounts a WHERE a.id=p.account_id)"},
    {"staged of no account, row",
     "SELECT s.id FROM sync_stage s WHERE NOT EXISTS(SELECT 1 FROM sync_accounts a WHERE a.id=s.account_id)"},
    {"staged of a link that isn't there, row",
     "SELECT s.id FROM sync_stage s WHERE s.link IS NOT NULL AND NOT EXISTS(SELECT 1 FROM sync_links l WHERE "
     "l.uuid=s.link)"},
    {"staged again without its link, row",
     "SELECT s.id FROM sync_stage s JOIN sync_links l ON l.local=s.local AND l.account_id=s.account_id AND "
     "l.kind=s.kind WHERE s.link IS NULL AND s.preview=0"},
};

void checkRows(Connection& db, Faults& faults) {
    if (db.engine() == Engine::sqlite)  // PostgreSQL has its own tools (amcheck), for its own people
        for (auto& row : db.query("PRAGMA quick_check(20)"))
            if (row.text(0) != "ok") faults.add("database: " + row.string(0));
    for (const Rule& rule : rules)
        for (auto& row : db.query(rule.rows)) faults.add(std::string(rule.says) + " " + row.string(0));
}

/// Rows of `a` within the stretch that both cover.
std::vector<OccurrenceRow> common(const Indexed& a, const Indexed& b) {
    const std::int64_t from = std::max(a.coveredFrom, b.coveredFrom), until = std::min(a.coveredUntil, b.coveredUntil);
    std::vector<OccurrenceRow> rows;
    for (const OccurrenceRow& row : a.rows)
        if (row.start + row.length > from && row.start < until) rows.push_back(row);
    std::sort(rows.begin(), rows.end(), [](const OccurrenceRow& x, const OccurrenceRow& y) {
        return std::tie(x.start, x.span, x.length, x.flags) < std::tie(y.start, y.span, y.length, y.flags);
    });
    return rows;
}

void checkTimes(Connection& db, const Member& member, const Component& calendar, std::optional<int> span,
                std::int64_t start, const std::string& where, Faults& faults) {
    const Indexed wanted = indexOf(calendar, member.component, db.now(), ownAddresses(db, member.collection, calendar));
    const Indexed stored = storedIndex(db, {member.collection, member.id, span, start});
    if (common(wanted, stored) != common(stored, wanted)) faults.add(where + ": the occurrence index says otherwise");
}

void checkText(Connection& db, const Member& member, const Component& card, const std::string& where, Faults& faults) {
    const std::string expression = textExpression(db.engine(), indexedText(card));
    if (expression.empty()) return;
    if (!db.query("SELECT 1 FROM card_text t WHERE {text matches} AND {text member}=?", expression, member.id).next())
        faults.add(where + ": the text index doesn't find it");
}

void checkMember(Connection& db, const Rows& row, const Member& member, Faults& faults) {
    const std::string_view bytes = row.blob(memberColumns);
    const std::string where = "collection " + std::to_string(member.collection) + ", " + member.name;
    if (static_cast<std::int64_t>(bytes.size()) != member.size || etagOf(bytes) != member.etag)
        faults.add(where + ": size or ETag isn't that of the bytes");
    try {
        const Document document = Document::parse(std::string(bytes));
        const Component& root = document.root();
        const bool calendar = root.is("VCALENDAR");
        const std::string uid = calendar ? readCalendarObject(document).uid : cardUid(root);
        if (uid != member.uid) faults.add(where + ": UID isn't that of the bytes");
        if (isPrivate(root) != (row.int64(memberColumns + 3) != 0))
            faults.add(where + ": private or not, it says otherwise");
        if (calendar) {
            const auto span =
                row.isNull(memberColumns + 1) ? std::nullopt : std::optional(row.integer(memberColumns + 1));
            checkTimes(db, member, root, span, row.int64(memberColumns + 2), where, faults);
        } else {
            checkText(db, member, root, where, faults);
        }
    } catch (const std::exception& error) {
        faults.add(where + ": " + error.what());
    }
}

}  // namespace

std::vector<std::string> check(Connection& db, const std::function<void(std::size_t, std::size_t)>& progress) {
    Faults faults;
    checkRows(db, faults);
    std::size_t all = 0, done = 0;
    if (auto row = db.query("SELECT (SELECT COUNT(*) FROM members WHERE deleted=0) + (SELECT COUNT(*) FROM contacts "
                            "WHERE deleted_at IS NULL) + (SELECT COUNT(*) FROM companies WHERE deleted_at IS NULL) + "
                            "(SELECT COUNT(*) FROM activities WHERE deleted_at IS NULL)");
        row.next())
        all = static_cast<std::size_t>(row.int64(0));
    const auto count = [&] {
        if (++done % 256 == 0 && progress) progress(done, all);
    };
    Member member;
    for (auto& row : db.stream("SELECT " MEMBER_COLUMNS ", b.content, m.span, m.start_utc, m.veiled FROM members m "
                               "JOIN bodies b ON b.id=m.body WHERE m.deleted=0 ORDER BY m.id")) {
        readMember(row, member);
        checkMember(db, row, member, faults);
        count();
        if (faults.full()) break;
    }
    checkRecords(
        db,
        [&](std::string line) {
            faults.add(std::move(line));
            return !faults.full();
        },
        count);
    if (progress) progress(all, all);
    return std::move(faults).take();
}

}  // namespace crmdav
