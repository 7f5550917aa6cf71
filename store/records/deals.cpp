#include <algorithm>

#include "store/history/history.h"
#include "store/records/companies.h"
#include "store/records/packed.h"
#include "store/records/read_rows.h"

namespace crmdav {
namespace {

std::vector<FieldChange> differences(const Deal& a, const Deal& b) {
    Differences d;
    d.field("title", a.title, b.title);
    d.field("stage", a.stage, b.stage);
    d.field("value", std::to_string(a.valueCents), std::to_string(b.valueCents));
    d.field("currency", a.currency, b.currency);
    d.field("company", a.companyId.value_or(""), b.companyId.value_or(""));
    d.field("contacts", pack(a.contactIds), pack(b.contactIds));
    d.field("notes", a.notes, b.notes);
    d.field("custom", packMap(a.custom), packMap(b.custom));
    d.field("owner", std::to_string(a.owner), std::to_string(b.owner));
    return d.take();
}

void check(Deal& deal) {
    checkText("title", deal.title);
    if (deal.title.empty()) throw InvalidField("title", "a deal needs a title");
    checkText("stage", deal.stage, 100);
    if (deal.stage.empty()) deal.stage = "lead";
    checkText("notes", deal.notes, 1'000'000);
    if (deal.currency.size() != 3 || !std::ranges::all_of(deal.currency, [](char c) { return c >= 'A' && c <= 'Z'; }))
        throw InvalidField("currency", "three capital letters are expected (ISO 4217)");
    if (deal.contactIds.size() > 1000) throw InvalidField("contactIds", "more than 1000 of them");
    checkCustom(deal.custom);
}

/// Rows behind the ids; the ids become those of the records themselves where they were merged.
struct Links {
    std::optional<std::int64_t> company;
    std::vector<std::int64_t> contacts;
};
Links resolve(Connection& db, std::int64_t user, const PrivateContacts& known, Deal& deal) {
    Links links;
    if (deal.companyId) {
        const auto company = locate(db, RecordKind::company, *deal.companyId);
        if (!company || company->deleted) throw InvalidField("companyId", "no such company");
        links.company = company->row;
    }
    for (Id& id : deal.contactIds) {
        const auto contact = locate(db, RecordKind::contact, id);
        const bool visible =
            contact && (!contact->owner || !user || contact->owner == user || isHidden(known, user, id));
        if (!visible || contact->deleted) throw InvalidField("contactIds", "no contact " + id);
        id = idOfRow(db, RecordKind::contact, contact->row);
        if (std::ranges::find(links.contacts, contact->row) == links.contacts.end())
            links.contacts.push_back(contact->row);
    }
    return links;
}

void writeContacts(Connection& db, std::int64_t deal, const Links& links) {
    int position = 0;  // behind those in the trash, which may come back
    if (auto row = db.query("SELECT max(position) FROM deal_contacts WHERE deal_id=?", deal);
        row.next() && !row.isNull(0))
        position = row.integer(0) + 1;
    for (std::int64_t contact : links.contacts)
        db.exec("INSERT INTO deal_contacts(deal_id, position, contact_id) VALUES(?, ?, ?)", deal, position++, contact);
}

void readDealRow(const Rows& row, StoredDeal& d) {
    readHead(row, d);
    d.title = row.text(7);
    d.stage = row.text(8);
    d.valueCents = row.int64(9);
    d.currency = row.text(10);
    if (!row.isNull(11)) d.companyId = idOf(row.blob(11));
    d.notes = row.text(12);
    d.custom = unpackMap(row.text(13));
}

}  // namespace

std::vector<StoredDeal> loadDeals(Connection& db, std::span<const std::int64_t> rows) {
    return loadRows<StoredDeal>(rows, [&](const RowKeys& keys, std::vector<StoredDeal>& all) {
        readEach(
            db.query(HEAD_COLUMNS(
                         "d") "d.title, d.stage, d.value_cents, d.currency, c.uuid, d.notes, d.custom "
                              "FROM deals d LEFT JOIN companies c ON c.id=d.company_id AND c.deleted_at IS NULL" OF_ONE(
                                  "d.id"),
                     keys.json()),
            keys, all, readDealRow);
        readEach(
            db.query("SELECT l.deal_id, c.uuid, c.owner FROM deal_contacts l JOIN contacts c ON c.id=l.contact_id AND "
                     "c.deleted_at IS NULL" OF_EACH("l.deal_id") "l.position",
                     keys.json()),
            keys, all, [](const Rows& row, StoredDeal& d) {
                d.contactIds.push_back(idOf(row.blob(1)));
                if (row.int64(2) != 0) d.privateContacts.emplace_back(d.contactIds.back(), row.int64(2));
            });
    });
}

std::optional<StoredDeal> loadDeal(Connection& db, std::int64_t row) { return onlyOne(loadDeals(db, {&row, 1})); }

namespace {
/// Without ids of contacts that only others may see.
Deal shownTo(std::int64_t user, StoredDeal d) {
    std::erase_if(d.contactIds, [&](const Id& id) { return isHidden(d.privateContacts, user, id); });
    return d;
}
}  // namespace

std::optional<Deal> deal(Connection& db, std::int64_t user, const Id& id) {
    const auto found = locate(db, RecordKind::deal, id);
    if (!found || found->deleted) return std::nullopt;
    auto stored = loadDeal(db, found->row);
    return stored ? std::optional(shownTo(user, *std::move(stored))) : std::nullopt;
}

Deal saveDeal(Connection& db, const Actor& actor, const Deal& wanted, const std::string& based) {
    StoredDeal after;
    std::optional<StoredDeal> before;
    if (!wanted.id.empty()) {
        const auto found = locate(db, RecordKind::deal, wanted.id);
        before = found && !found->deleted ? loadDeal(db, found->row) : std::nullopt;
        if (!before) throw NotFound("no such deal");
        requireVersion(based, before->version);
        after = *before;
    }
    static_cast<Deal&>(after) = wanted;
    if (before) {
        static_cast<RecordHead&>(after) = *before;
        after.owner = wanted.owner;
    }
    if (before) keepHidden(before->privateContacts, actor.user, before->contactIds, after.contactIds);
    check(after);
    const Links links = resolve(db, actor.user, after.privateContacts, after);
    if (links.company) after.companyId = idOfRow(db, RecordKind::company, *links.company);
    const auto changes = before ? differences(*before, after) : std::vector<FieldChange>{};
    if (before && changes.empty()) return shownTo(actor.user, *std::move(before));
    const Revision revision = nextRevision(db, RecordKind::deal);
    after.updated = revision.updated;
    after.version = revision.version();
    if (before) {
        db.exec(
            "UPDATE deals SET owner=?, revision=?, updated=?, title=?, stage=?, value_cents=?, currency=?, "
            "company_id=CASE WHEN ?=0 AND company_id IN (SELECT id FROM companies WHERE deleted_at IS NOT NULL) THEN "
            "company_id ELSE ? END, notes=?, custom=? WHERE id=?",
            after.owner, revision.number, after.updated, after.title, after.stage, after.valueCents, after.currency,
            links.company.value_or(0), links.company, after.notes, packMap(after.custom), after.row);
        db.exec(
            "DELETE FROM deal_contacts WHERE deal_id=? AND contact_id IN (SELECT id FROM contacts WHERE deleted_at IS "
            "NULL)",
            after.row);
    } else {
        after.id = newId();
        after.created = after.updated;
        after.row = db.insert(
            "INSERT INTO deals(uuid, owner, revision, created, updated, title, stage, value_cents, currency, "
            "company_id, notes, custom) "
            "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            Blob{bytesOf(after.id)}, after.owner, revision.number, after.created, after.updated, after.title,
            after.stage, after.valueCents, after.currency, links.company, after.notes, packMap(after.custom));
    }
    writeContacts(db, after.row, links);
    remember(db, actor,
             {.kind = RecordKind::deal,
              .record = after.id,
              .title = after.title,
              .deed = before ? Deed::updated : Deed::created,
              .fields = changes});
    return shownTo(actor.user, std::move(after));
}

namespace {

#define DEALS(beyond, ordered)                                                                                         \
    "SELECT d.id FROM deals d WHERE d.deleted_at IS NULL AND " beyond                                                  \
    "AND (?='' OR d.title {like} ? ESCAPE '\\') AND (?=0 OR d.company_id=?) AND (?=0 OR d.id IN (SELECT deal_id FROM " \
    "deal_contacts WHERE contact_id=?)) AND (?='' OR d.owner=(SELECT id FROM users WHERE login=? AND removed_at IS "   \
    "NULL))" ordered
constexpr InOrder lists = IN_BOTH_ORDERS("d", DEALS);
#undef DEALS

}  // namespace

Store::Page<Deal> deals(Connection& db, const Store::Query& query) {
    const auto link = [&](RecordKind kind, const Id& id) -> std::int64_t {
        if (id.empty()) return 0;
        const auto found = locate(db, kind, id);
        const bool visible =
            kind != RecordKind::contact || !query.user || (found && (!found->owner || found->owner == query.user));
        return found && !found->deleted && visible ? found->row : -1;
    };
    const std::int64_t company = link(RecordKind::company, query.company),
                       contact = link(RecordKind::contact, query.contact);
    const Cursor after = cursorOf(query.after, false);
    const std::size_t limit = pageSize(query) + 1;
    const std::string pattern = containsPattern(query.text);
    std::vector<std::int64_t> rows;
    for (auto& row : db.query(lists.by(after), after.since(query.updatedSince), after.updated, after.revision,
                              query.text, pattern, company, company, contact, contact, query.owner, query.owner, limit))
        rows.push_back(row.int64(0));
    const auto load = [&](const auto& page) {
        std::vector<Deal> shown;
        for (StoredDeal& stored : loadDeals(db, page)) shown.push_back(shownTo(query.user, std::move(stored)));
        return shown;
    };
    return pageOf<Deal>(std::move(rows), limit - 1, load,
                        [&](const Deal& last) { return cursorText(after, last, 0, {}); });
}

}  // namespace crmdav
