#include "store/records/companies.h"

#include <algorithm>

#include "store/history/history.h"
#include "store/objects/collections.h"
#include "store/objects/members.h"
#include "store/records/collection_trash.h"
#include "store/records/contact_vcard.h"
#include "store/records/linking.h"
#include "store/records/normalise.h"
#include "store/records/own_members.h"
#include "store/records/packed.h"
#include "store/records/read_rows.h"
#include "store/records/sort_name.h"

namespace crmdav {
namespace {

void writeChildren(Connection& db, std::int64_t row, const Company& before, const Company& after) {
    if (before.emails != after.emails)
        writeDetails(db, RecordKind::company, row, DetailKind::email, before.emails, after.emails, {});
    if (before.phones != after.phones) {
        auto setting = db.query("SELECT value FROM settings WHERE name='organisation'");
        const auto values = setting.next() ? unpack(setting.text(0)) : std::vector<std::string>{};
        writeDetails(db, RecordKind::company, row, DetailKind::phone, before.phones, after.phones,
                     values.size() > 2 ? values[2] : "DE");
    }
    if (before.urls != after.urls)
        writeDetails(db, RecordKind::company, row, DetailKind::url, before.urls, after.urls, {});
    writeAddresses(db, RecordKind::company, row, before.addresses, after.addresses);
    if (before.domains == after.domains) return;
    if (!before.domains.empty()) db.exec("DELETE FROM company_domains WHERE company_id=?", row);
    int position = 0;
    for (const std::string& domain : after.domains)
        db.exec("INSERT INTO company_domains(domain, company_id, position) VALUES(?, ?, ?) ON CONFLICT DO NOTHING",
                domain, row, position++);
}

/// A card has no place for domains: those of a new company follow from its own addresses.
std::vector<std::string> domainsFrom(const Company& company) {
    std::vector<std::string> domains;
    const auto add = [&](std::string_view domain) {
        if (domain.starts_with("www.")) domain.remove_prefix(4);
        if (!domain.empty() && domain.find('.') != std::string_view::npos && !isFreeMail(domain) &&
            std::ranges::find(domains, domain) == domains.end())
            domains.emplace_back(domain);
    };
    for (const LabelledValue& url : company.urls) {
        const std::string normal = normalUrl(url.value);
        const auto scheme = normal.find("://");
        const auto host = std::string_view(normal).substr(scheme == std::string::npos ? 0 : scheme + 3);
        add(host.substr(0, host.find_first_of("/:?#")));
    }
    for (const LabelledValue& email : company.emails) add(domainOf(normalEmail(email.value)));
    return domains;
}

void check(Company& c) {
    checkText("name", c.name);
    if (c.name.empty()) throw InvalidField("name", "a company needs a name");
    checkText("notes", c.notes, 1'000'000);
    checkDetails(DetailKind::email, "emails", c.emails);
    checkDetails(DetailKind::phone, "phones", c.phones);
    checkDetails(DetailKind::url, "urls", c.urls);
    if (c.addresses.size() > 100) throw InvalidField("addresses", "more than 100 of them");
    for (PostalAddress& a : c.addresses)
        for (std::string* part :
             {&a.label, &a.poBox, &a.extended, &a.street, &a.locality, &a.region, &a.postcode, &a.country})
            checkText("addresses", *part);
    if (c.domains.size() > 100) throw InvalidField("domains", "more than 100 of them");
    for (std::string& domain : c.domains) {
        domain = normalName(domain);
        if (domain.find('.') == std::string::npos || domain.find_first_of(" @/") != std::string::npos)
            throw InvalidField("domains", domain + " is no domain");
    }
    checkCustom(c.custom);
}

}  // namespace

std::vector<FieldChange> differencesOf(const Company& a, const Company& b) {
    Differences d;
    d.field("name", a.name, b.name);
    d.field("domains", pack(a.domains), pack(b.domains));
    d.values("emails", a.emails, b.emails);
    d.values("phones", a.phones, b.phones);
    d.values("urls", a.urls, b.urls);
    d.addresses(a.addresses, b.addresses);
    d.field("notes", a.notes, b.notes);
    d.field("custom", packMap(a.custom), packMap(b.custom));
    return d.take();
}

std::vector<StoredCompany> loadCompanies(Connection& db, std::span<const std::int64_t> rows) {
    return loadRows<StoredCompany>(rows, [&](const RowKeys& keys, std::vector<StoredCompany>& all) {
        readEach(
            db.query(HEAD_COLUMNS("c") "c.uid, c.name, c.notes, c.custom FROM companies c" OF_ONE("c.id"), keys.json()),
            keys, all, [](const Rows& row, StoredCompany& c) {
                readHead(row, c);
                c.uid = row.text(afterHead);
                c.name = row.text(afterHead + 1);
                c.notes = row.text(afterHead + 2);
                c.custom = unpackMap(row.text(afterHead + 3));
            });
        readEach(
            db.query("SELECT company_id, domain FROM company_domains" OF_EACH("company_id") "position", keys.json()),
            keys, all, [](const Rows& row, StoredCompany& c) { c.domains.push_back(row.string(1)); });
        readDetailsOf(db, RecordKind::company, keys, all);
    });
}

std::optional<StoredCompany> loadCompany(Connection& db, std::int64_t row) {
    return onlyOne(loadCompanies(db, {&row, 1}));
}

StoredCompany insertCompany(Connection& db, Company company) {
    StoredCompany c;
    static_cast<Company&>(c) = std::move(company);
    if (c.id.empty()) c.id = newId();
    const Revision revision = nextRevision(db, RecordKind::company);
    c.created = c.updated = revision.updated;
    c.version = revision.version();
    c.row = db.insert(
        "INSERT INTO companies(uuid, owner, revision, created, updated, uid, name, name_key, notes, custom, "
        "sort_name) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        Blob{bytesOf(c.id)}, c.owner, revision.number, c.created, c.updated, c.uid, c.name, normalName(c.name), c.notes,
        packMap(c.custom), sortName(c.name));
    writeChildren(db, c.row, {}, c);
    relinkCompany(db, c.row, c.name, c.domains);
    return c;
}

std::vector<FieldChange> updateCompany(Connection& db, const StoredCompany& before, StoredCompany& after) {
    auto changes = differencesOf(before, after);
    if (changes.empty() && before.owner == after.owner) return changes;
    const Revision revision = nextRevision(db, RecordKind::company);
    after.updated = revision.updated;
    after.version = revision.version();
    db.exec(
        "UPDATE companies SET owner=?, revision=?, updated=?, uid=?, name=?, name_key=?, notes=?, custom=?, "
        "sort_name=? "
        "WHERE id=?",
        after.owner, revision.number, after.updated, after.uid, after.name, normalName(after.name), after.notes,
        packMap(after.custom), sortName(after.name), after.row);
    writeChildren(db, after.row, before, after);
    if (before.name != after.name || before.domains != after.domains)
        relinkCompany(db, after.row, after.name, after.domains);
    return changes;
}

ReadIn readCompanyIn(Connection& db, const Collection& collection, const Document& card,
                     const std::optional<RecordRef>& existing) {
    ReadIn in;
    in.owner = collection.owner;
    Company read = readCompany(card);
    if (read.name.empty()) read.name = "Unnamed";
    in.title = read.name;
    std::int64_t row = existing ? existing->row : 0;
    if (!row) {
        auto trashed = db.query(
            "SELECT id FROM companies WHERE deleted_at IS NOT NULL AND uid=? AND owner=? ORDER BY id DESC LIMIT 1",
            read.uid, collection.owner);
        if (trashed.next()) row = trashed.int64(0);
    }
    const auto before = row ? loadCompany(db, row) : std::nullopt;
    if (!before) {
        read.owner = collection.owner;
        read.domains = domainsFrom(read);
        const StoredCompany made = insertCompany(db, std::move(read));
        in.deed = Deed::created;
        in.record = RecordRef{RecordKind::company, made.row, made.id};
        return in;
    }
    StoredCompany after = *before;
    static_cast<Company&>(after) = std::move(read);
    static_cast<RecordHead&>(after) = *before;
    after.owner = collection.owner;
    after.domains = before->domains;
    after.custom = before->custom;
    if (before->deleted) {
        detachMembers(db, RecordKind::company, row);
        after.version = setDeleted(db, RecordKind::company, row, false);
        in.deed = Deed::restored;
    }
    in.changes = updateCompany(db, *before, after);
    in.record = RecordRef{RecordKind::company, row, before->id};
    return in;
}

std::optional<Company> company(Connection& db, std::int64_t user, const Id& id) {
    const auto found = locate(db, RecordKind::company, id);
    if (!found || found->deleted || (found->owner && user && found->owner != user)) return std::nullopt;
    return loadCompany(db, found->row);
}

Company saveCompany(Connection& db, const Actor& actor, const Company& wanted, const std::string& based) {
    if (wanted.id.empty()) {
        Company c = wanted;
        c.owner = 0;
        check(c);
        const auto book = findByPurpose(db, 0, Purpose::companies);
        c.id = newId();
        if (c.uid.empty()) c.uid = c.id;
        if (book && findByUid(db, book->id, c.uid)) throw InvalidField("uid", "another company has it");
        const StoredCompany made = insertCompany(db, std::move(c));
        if (book)
            addOwnMember(db, *book, freeName(db, *book, made.uid, ".vcf"), makeCard(made, db.now()), made.uid,
                         ComponentKind::other, {RecordKind::company, made.row, made.id});
        remember(db, actor,
                 {.kind = RecordKind::company, .record = made.id, .title = made.name, .deed = Deed::created});
        return made;
    }
    const auto found = locate(db, RecordKind::company, wanted.id);
    const auto before = found && !found->deleted ? loadCompany(db, found->row) : std::nullopt;
    if (!before || (before->owner && actor.user && before->owner != actor.user)) throw NotFound("no such company");
    requireVersion(based, before->version);
    StoredCompany after = *before;
    static_cast<Company&>(after) = wanted;
    static_cast<RecordHead&>(after) = *before;
    after.uid = before->uid;
    check(after);
    const auto changes = updateCompany(db, *before, after);
    if (changes.empty()) return *before;
    const auto old =
        editOwnMembers(db, {RecordKind::company, after.row, after.id},
                       [&](Document& card, const Collection&) { overlayCompany(card, *before, after, db.now()); });
    remember(db, actor,
             {.kind = RecordKind::company,
              .record = after.id,
              .title = after.name,
              .owner = after.owner,
              .fields = changes,
              .objects = old});
    return after;
}

namespace {

#define COMPANIES(beyond, ordered) \
    "SELECT c.id FROM companies c WHERE c.deleted_at IS NULL AND (?=0 OR c.owner=0 OR c.owner=?) AND " beyond          \
                     "AND (?='' OR c.name {like} ? ESCAPE '\\' OR EXISTS(SELECT 1 FROM company_domains d WHERE "       \
                     "d.company_id=c.id AND d.domain {like} ? ESCAPE '\\') OR " HAS_PHONE("1", "c.id") ") AND (?='' OR " \
                     "EXISTS(SELECT 1 FROM company_domains d WHERE d.company_id=c.id AND d.domain=?))" ordered
constexpr InOrder lists = IN_ALL_ORDERS("c", COMPANIES);
#undef COMPANIES

}  // namespace

Store::Page<Company> companies(Connection& db, const Store::Query& query) {
    const Cursor after = cursorOf(query.after, true);
    const std::size_t limit = pageSize(query) + 1;
    const std::string pattern = containsPattern(query.text);
    const std::string domain(domainOf(normalEmail(query.email)));
    const PhonePatterns phone = phonePatterns(db, query.text);
    std::vector<std::int64_t> rows;
    after.beyond([&](const auto& key, std::int64_t tie) {
        for (auto& row :
             db.query(lists.by(after), query.user, query.user, after.since(query.updatedSince), key, tie, query.text,
                      pattern, pattern, phone.international, phone.digits, query.email, domain, limit))
            rows.push_back(row.int64(0));
    });
    return pageOf<Company>(
        std::move(rows), limit - 1, [&](const auto& page) { return loadCompanies(db, page); },
        [&](const StoredCompany& last) { return cursorText(after, last, last.row, last.name); });
}

}  // namespace crmdav
