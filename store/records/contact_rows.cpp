#include <algorithm>

#include "store/records/collection_trash.h"
#include "store/records/contact_vcard.h"
#include "store/records/contacts.h"
#include "store/records/linking.h"
#include "store/records/normalise.h"
#include "store/records/packed.h"
#include "store/records/read_rows.h"
#include "store/records/sort_name.h"
#include "store/records/users.h"

namespace crmdav {
namespace {

std::optional<std::int64_t> orNull(std::int64_t row) { return row ? std::optional(row) : std::nullopt; }

void writeChildren(Connection& db, std::int64_t row, const Contact& before, const Contact& after) {
    const auto write = [&](DetailKind kind, const std::vector<LabelledValue>& a, const std::vector<LabelledValue>& b) {
        if (a == b) return;
        const std::string region = kind == DetailKind::phone ? organisation(db).region : "";
        writeDetails(db, RecordKind::contact, row, kind, a, b, region);
    };
    write(DetailKind::email, before.emails, after.emails);
    write(DetailKind::phone, before.phones, after.phones);
    write(DetailKind::url, before.urls, after.urls);
    write(DetailKind::im, before.ims, after.ims);
    write(DetailKind::date, before.dates, after.dates);
    writeAddresses(db, RecordKind::contact, row, before.addresses, after.addresses);
}

void readContactRow(const Rows& row, StoredContact& c) {
    readHead(row, c);
    c.uid = row.text(7);
    c.companyRow = row.int64(8);
    if (!row.isNull(9)) c.companyId = idOf(row.blob(9));
    c.hasPhoto = row.boolean(10);
    c.displayName = row.text(11);
    c.prefix = row.text(12);
    c.firstName = row.text(13);
    c.middleName = row.text(14);
    c.lastName = row.text(15);
    c.suffix = row.text(16);
    c.nickname = row.text(17);
    c.companyName = row.text(18);
    c.department = row.text(19);
    c.jobTitle = row.text(20);
    c.birthday = row.text(21);
    c.notes = row.text(22);
    c.tags = unpack(row.text(23));
    c.custom = unpackMap(row.text(24));
}

}  // namespace

std::string matchName(const Contact& contact) {
    std::string name = contact.firstName + " " + contact.middleName + " " + contact.lastName;
    return personName(name.find_first_not_of(' ') == std::string::npos ? contact.displayName : name);
}

std::vector<FieldChange> differencesOf(const Contact& a, const Contact& b) {
    Differences d;
    d.field("displayName", a.displayName, b.displayName);
    d.field("prefix", a.prefix, b.prefix);
    d.field("firstName", a.firstName, b.firstName);
    d.field("middleName", a.middleName, b.middleName);
    d.field("lastName", a.lastName, b.lastName);
    d.field("suffix", a.suffix, b.suffix);
    d.field("nickname", a.nickname, b.nickname);
    d.field("company", a.companyId.value_or(""), b.companyId.value_or(""));
    d.field("companyName", a.companyName, b.companyName);
    d.field("department", a.department, b.department);
    d.field("jobTitle", a.jobTitle, b.jobTitle);
    d.values("emails", a.emails, b.emails);
    d.values("phones", a.phones, b.phones);
    d.values("urls", a.urls, b.urls);
    d.values("ims", a.ims, b.ims);
    d.values("dates", a.dates, b.dates);
    d.addresses(a.addresses, b.addresses);
    d.field("birthday", a.birthday, b.birthday);
    d.field("notes", a.notes, b.notes);
    d.field("tags", pack(a.tags), pack(b.tags));
    d.field("custom", packMap(a.custom), packMap(b.custom));
    d.flag("photo", a.hasPhoto, b.hasPhoto);
    d.field("owner", std::to_string(a.owner), std::to_string(b.owner));
    return d.take();
}

std::vector<StoredContact> loadContacts(Connection& db, std::span<const std::int64_t> rows) {
    return loadRows<StoredContact>(rows, [&](const RowKeys& keys, std::vector<StoredContact>& all) {
        readEach(
            db.query(
                HEAD_COLUMNS(
                    "c") "c.uid, c.company_id, m.uuid, c.has_photo, c.display_name, c.prefix, "
                         "c.first_name, c.middle_name, c.last_name, c.suffix, c.nickname, c.company_name, "
                         "c.department, c.job_title, c.birthday, c.notes, c.tags, c.custom FROM contacts c LEFT JOIN "
                         "companies m ON m.id=c.company_id" OF_ONE("c.id"),
                keys.json()),
            keys, all, readContactRow);
        readDetailsOf(db, RecordKind::contact, keys, all);
    });
}

std::optional<StoredContact> loadContact(Connection& db, std::int64_t row) {
    return onlyOne(loadContacts(db, {&row, 1}));
}

StoredContact insertContact(Connection& db, Contact contact) {
    StoredContact c;
    static_cast<Contact&>(c) = std::move(contact);
    if (c.id.empty()) c.id = newId();
    if (c.companyId) {
        const auto company = locate(db, RecordKind::company, *c.companyId);
        c.companyRow = company && !company->deleted ? company->row : 0;
    } else if ((c.companyRow = companyOfName(db, c.companyName)) != 0) {
        c.companyId = idOfRow(db, RecordKind::company, c.companyRow);
    }
    const Revision revision = nextRevision(db, RecordKind::contact);
    c.created = c.updated = revision.updated;
    c.version = revision.version();
    c.row = db.insert(
        "INSERT INTO contacts(uuid, owner, revision, created, updated, uid, company_id, has_photo, display_name, "
        "prefix, "
        "first_name, middle_name, last_name, suffix, nickname, company_name, department, job_title, birthday, notes, "
        "tags, "
        "custom, match_name, sort_name) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        Blob{bytesOf(c.id)}, c.owner, revision.number, c.created, c.updated, c.uid, orNull(c.companyRow), c.hasPhoto,
        c.displayName, c.prefix, c.firstName, c.middleName, c.lastName, c.suffix, c.nickname, c.companyName,
        c.department, c.jobTitle, c.birthday, c.notes, pack(c.tags), packMap(c.custom), matchName(c),
        sortName(c.displayName));
    writeChildren(db, c.row, {}, c);
    relinkContact(db, c.row, c.owner, {}, c.emails);
    return c;
}

std::vector<FieldChange> updateContact(Connection& db, const StoredContact& before, StoredContact& after) {
    if (before.companyName != after.companyName && before.companyId == after.companyId) {  // the card named another one
        after.companyRow = companyOfName(db, after.companyName);
        after.companyId =
            after.companyRow ? std::optional(idOfRow(db, RecordKind::company, after.companyRow)) : std::nullopt;
    }
    auto changes = differencesOf(before, after);
    if (changes.empty()) return changes;
    const Revision revision = nextRevision(db, RecordKind::contact);
    after.updated = revision.updated;
    after.version = revision.version();
    db.exec(
        "UPDATE contacts SET owner=?, revision=?, updated=?, uid=?, company_id=?, has_photo=?, display_name=?, "
        "prefix=?, "
        "first_name=?, middle_name=?, last_name=?, suffix=?, nickname=?, company_name=?, department=?, job_title=?, "
        "birthday=?, notes=?, tags=?, custom=?, match_name=?, sort_name=? WHERE id=?",
        after.owner, revision.number, after.updated, after.uid, orNull(after.companyRow), after.hasPhoto,
        after.displayName, after.prefix, after.firstName, after.middleName, after.lastName, after.suffix,
        after.nickname, after.companyName, after.department, after.jobTitle, after.birthday, after.notes,
        pack(after.tags), packMap(after.custom), matchName(after), sortName(after.displayName), after.row);
    writeChildren(db, after.row, before, after);
    if (before.owner != after.owner) {  // other activities may know of it
        relinkContact(db, after.row, before.owner, before.emails, {});
        relinkContact(db, after.row, after.owner, {}, after.emails);
    } else if (before.emails != after.emails)
        relinkContact(db, after.row, after.owner, before.emails, after.emails);
    if (before.companyRow != after.companyRow) relinkCompanyOf(db, after.row, after.companyRow);
    return changes;
}

ReadIn readContactIn(Connection& db, const Collection& collection, const Document& card,
                     const std::optional<RecordRef>& existing) {
    ReadIn in;
    in.owner = collection.owner;
    Contact read = readContact(card);
    if (read.displayName.empty()) read.displayName = composedName(read);
    in.title = read.displayName;

    std::int64_t row = existing ? existing->row : 0;
    if (!row) {
        auto trashed = db.query(
            "SELECT id FROM contacts WHERE uid=? AND owner=? AND deleted_at IS NOT NULL AND uuid NOT IN (SELECT "
            "uuid FROM aliases) ORDER BY id DESC LIMIT 1",
            read.uid, collection.owner);
        if (trashed.next()) row = trashed.int64(0);
    }
    const auto before = row ? loadContact(db, row) : std::nullopt;
    if (!before) {
        read.owner = collection.owner;
        const StoredContact made = insertContact(db, std::move(read));
        in.deed = Deed::created;
        in.record = RecordRef{RecordKind::contact, made.row, made.id};
        return in;
    }
    StoredContact after = *before;
    static_cast<Contact&>(after) = std::move(read);
    static_cast<RecordHead&>(after) = *before;
    after.owner = collection.owner;
    after.companyId = before->companyId;
    after.custom = before->custom;
    if (before->deleted) {
        detachMembers(db, RecordKind::contact, row);
        after.version = setDeleted(db, RecordKind::contact, row, false);
        relinkContact(db, row, after.owner, {}, after.emails);
        in.deed = Deed::restored;
    }
    in.changes = updateContact(db, *before, after);
    in.record = RecordRef{RecordKind::contact, row, before->id};
    return in;
}

}  // namespace crmdav
