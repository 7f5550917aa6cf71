#include "store/records/contacts.h"

#include "store/engine/database.h"
#include "store/history/history.h"
#include "store/objects/collections.h"
#include "store/objects/members.h"
#include "store/objects/text_index.h"
#include "store/records/contact_details.h"
#include "store/records/contact_vcard.h"
#include "store/records/normalise.h"
#include "store/records/own_members.h"
#include "store/records/packed.h"
#include "store/records/rows.h"
#include "store/records/uuid.h"

namespace crmdav {
namespace {

bool maySee(std::int64_t owner, std::int64_t user) { return user == 0 || owner == 0 || owner == user; }

}  // namespace

StoredContact requireContact(Connection& db, std::int64_t user, const Id& id) {
    const auto found = locate(db, RecordKind::contact, id);
    auto contact = found && !found->deleted && maySee(found->owner, user) ? loadContact(db, found->row) : std::nullopt;
    if (!contact) throw NotFound("no such contact");
    return std::move(*contact);
}

void checkContact(Contact& c) {
    for (auto [field, text] : {std::pair("displayName", &c.displayName),
                               {"prefix", &c.prefix},
                               {"firstName", &c.firstName},
                               {"middleName", &c.middleName},
                               {"lastName", &c.lastName},
                               {"suffix", &c.suffix},
                               {"nickname", &c.nickname},
                               {"companyName", &c.companyName},
                               {"department", &c.department},
                               {"jobTitle", &c.jobTitle}})
        checkText(field, *text);
    checkText("notes", c.notes, 1'000'000);
    checkDetails(DetailKind::email, "emails", c.emails);
    checkDetails(DetailKind::phone, "phones", c.phones);
    checkDetails(DetailKind::url, "urls", c.urls);
    checkDetails(DetailKind::im, "ims", c.ims);
    checkDetails(DetailKind::date, "dates", c.dates);
    if (!c.birthday.empty()) {
        std::vector<LabelledValue> date{{"", c.birthday, false}};
        checkDetails(DetailKind::date, "birthday", date);
    }
    if (c.addresses.size() > 100) throw InvalidField("addresses", "more than 100 of them");
    for (PostalAddress& a : c.addresses)
        for (std::string* part :
             {&a.label, &a.poBox, &a.extended, &a.street, &a.locality, &a.region, &a.postcode, &a.country})
            checkText("addresses", *part);
    if (c.tags.size() > 200) throw InvalidField("tags", "more than 200 of them");
    for (std::string& tag : c.tags) checkText("tags", tag, 200);
    std::erase_if(c.tags, [](const std::string& tag) { return tag.empty(); });
    checkCustom(c.custom);
    if (c.uid.size() > 1000 || cleanText(c.uid) != c.uid) throw InvalidField("uid", "not a UID");
}

namespace {

/// The company that was chosen names itself in the card.
void nameCompany(Connection& db, const std::optional<Id>& before, StoredContact& c) {
    if (c.companyId == before) return;
    c.companyRow = 0;
    if (!c.companyId) return;
    const auto company = locate(db, RecordKind::company, *c.companyId);
    if (!company || company->deleted) throw InvalidField("companyId", "no such company");
    auto row = db.query("SELECT name, uuid FROM companies WHERE id=?", company->row);
    if (!row.next()) return;
    c.companyRow = company->row;
    c.companyName = row.text(0);
    c.companyId = idOf(row.blob(1));
}

Contact add(Connection& db, const Actor& actor, const Contact& wanted) {
    StoredContact c;
    static_cast<Contact&>(c) = wanted;
    if (!maySee(c.owner, actor.user)) throw Forbidden("a private contact is its owner's to make");
    checkContact(c);
    nameCompany(db, std::nullopt, c);
    if (c.displayName.empty()) {
        c.displayName = composedName(c);
        if (c.displayName == "Unnamed")
            throw InvalidField("displayName", "a contact needs a name, an address or a phone");
    }
    const auto book = findByPurpose(db, c.owner, c.owner ? Purpose::personal : Purpose::contacts);
    if (!book) throw NotFound("no such owner");
    c.id = newId();
    if (c.uid.empty()) c.uid = c.id;
    if (findByUid(db, book->id, c.uid)) throw InvalidField("uid", "another contact has it");
    c.hasPhoto = false;
    const StoredContact made = insertContact(db, std::move(c));
    const Document card = makeCard(made, db.now());
    addOwnMember(db, *book, freeName(db, *book, made.uid, ".vcf"), card, made.uid, ComponentKind::other,
                 {RecordKind::contact, made.row, made.id});
    remember(db, actor,
             {.kind = RecordKind::contact,
              .record = made.id,
              .title = made.displayName,
              .deed = Deed::created,
              .owner = made.owner});
    return made;
}

}  // namespace

Contact saveContact(Connection& db, const Actor& actor, const Contact& wanted, const std::string& based) {
    if (wanted.id.empty()) return add(db, actor, wanted);
    const StoredContact before = requireContact(db, actor.user, wanted.id);
    requireVersion(based, before.version);
    StoredContact after = before;
    static_cast<Contact&>(after) = wanted;
    static_cast<RecordHead&>(after) = before;
    after.uid = before.uid;
    after.hasPhoto = before.hasPhoto;
    checkContact(after);
    nameCompany(db, before.companyId, after);
    if (after.displayName.empty() ||
        (after.displayName == before.displayName && before.displayName == composedName(before)))
        after.displayName = composedName(after);
    const auto changes = updateContact(db, before, after);
    if (changes.empty()) return before;
    const auto old =
        editOwnMembers(db, {RecordKind::contact, after.row, after.id},
                       [&](Document& card, const Collection&) { overlayContact(card, before, after, db.now()); });
    remember(db, actor,
             {.kind = RecordKind::contact,
              .record = after.id,
              .title = after.displayName,
              .owner = after.owner,
              .fields = changes,
              .objects = old});
    return after;
}

std::optional<Contact> contact(Connection& db, std::int64_t user, const Id& id) {
    const auto found = locate(db, RecordKind::contact, id);
    if (!found || found->deleted || !maySee(found->owner, user)) return std::nullopt;
    return loadContact(db, found->row);
}

std::optional<std::string> contactPhoto(Connection& db, std::int64_t user, const Id& id) {
    const auto found = locate(db, RecordKind::contact, id);
    if (!found || found->deleted || !maySee(found->owner, user)) return std::nullopt;
    for (const StoredMember& member : membersOfRecord(db, RecordKind::contact, found->row))
        if (auto bytes = memberBytes(db, member.member.id))
            if (auto photo = readPhoto(Document::parse(std::move(*bytes)))) return photo;
    return std::nullopt;
}

void setContactPhoto(Connection& db, const Actor& actor, const Id& id, std::string_view image) {
    const bool known = image.empty() || image.starts_with("\xff\xd8\xff") || image.starts_with("\x89PNG") ||
                       image.starts_with("GIF8") || (image.starts_with("RIFF") && image.find("WEBP") == 8);
    if (!known) throw InvalidField("photo", "JPEG, PNG, GIF or WebP is expected");
    if (image.size() > 5'000'000) throw InvalidField("photo", "larger than 5 MB");
    const StoredContact before = requireContact(db, actor.user, id);
    StoredContact after = before;
    after.hasPhoto = !image.empty();
    const auto old = editOwnMembers(db, {RecordKind::contact, before.row, before.id},
                                    [&](Document& card, const Collection&) { setPhoto(card, image, db.now()); });
    if (old.empty()) return;
    auto changes = updateContact(db, before, after);
    if (changes.empty()) changes.push_back({"photo", "yes", "yes"});
    remember(db, actor,
             {.kind = RecordKind::contact,
              .record = before.id,
              .title = before.displayName,
              .owner = before.owner,
              .fields = changes,
              .objects = old});
}

namespace {

#define CONTACTS(which, beyond, ordered)                                                                     \
    "SELECT c.id FROM contacts c WHERE c.deleted_at IS NULL AND (?=0 OR c.owner=0 OR c.owner=?) AND " beyond \
    "AND (?=0 OR c.company_id=?) AND (?=0 OR c.id IN (SELECT contact_id FROM deal_contacts WHERE "           \
    "deal_id=?)) AND (?='' OR c.owner=(SELECT id FROM users WHERE login=? AND removed_at IS NULL)) " which ordered
#define ALL(beyond, ordered) CONTACTS("", beyond, ordered)
#define BY_EMAIL(beyond, ordered)                                                                                    \
    CONTACTS("AND c.id IN (SELECT record_row FROM details WHERE normal=? AND kind<=1 AND kind=0 AND record_kind=0)", \
             beyond, ordered)
#define HAS_TEXT                                                                                                     \
    "AND (c.display_name {like} ? ESCAPE '\\' OR c.company_name {like} ? ESCAPE '\\' OR c.nickname {like} ? ESCAPE " \
    "'\\' OR EXISTS(SELECT 1 FROM details d WHERE d.record_kind=0 AND d.record_row=c.id AND d.kind<=1 AND "          \
    "(d.normal {like} ? ESCAPE '\\' OR d.value {like} ? ESCAPE '\\')) OR " HAS_PHONE("0", "c.id") ")"
#define BY_TEXT(beyond, ordered) CONTACTS(HAS_TEXT, beyond, ordered)
// Few have it, so all details are gone through once, not those of each contact.
#define BY_NUMBER(beyond, ordered)                                                                                \
    CONTACTS(                                                                                                     \
        "AND (c.display_name {like} ? ESCAPE '\\' OR c.company_name {like} ? ESCAPE '\\' OR c.nickname {like} ? " \
        "ESCAPE '\\' OR c.id IN (SELECT d.record_row FROM details d WHERE d.record_kind=0 AND d.kind<=1 AND "     \
        "(d.normal {like} ? ESCAPE '\\' OR d.value {like} ? ESCAPE '\\' OR (d.kind=1 AND (d.normal {like} ? OR "  \
        "d.normal {like} ?)))))",                                                                                 \
        beyond, ordered)
#define BY_INDEXED_TEXT(beyond, ordered)                                                                    \
    CONTACTS(HAS_TEXT                                                                                       \
             " AND c.id IN (SELECT m.record_row FROM card_text t JOIN members m ON m.id={text member} AND " \
             "m.record_kind=0 WHERE {text matches})",                                                       \
             beyond, ordered)

/// Unused filters are 0 or empty: one statement shape for each way of finding, so that it can be kept.
constexpr InOrder allOfThem = IN_ALL_ORDERS("c", ALL), byEmail = IN_ALL_ORDERS("c", BY_EMAIL),
                  byText = IN_ALL_ORDERS("c", BY_TEXT), byNumber = IN_ALL_ORDERS("c", BY_NUMBER),
                  byIndexedText = IN_ALL_ORDERS("c", BY_INDEXED_TEXT);

#undef CONTACTS
#undef ALL
#undef BY_EMAIL
#undef HAS_TEXT
#undef BY_TEXT
#undef BY_NUMBER
#undef BY_INDEXED_TEXT

}  // namespace

Store::Page<Contact> contacts(Connection& db, const Store::Query& query) {
    const auto link = [&](RecordKind kind, const Id& id) -> std::int64_t {
        if (id.empty()) return 0;
        const auto found = locate(db, kind, id);
        return found && !found->deleted ? found->row : -1;
    };
    const std::int64_t company = link(RecordKind::company, query.company), deal = link(RecordKind::deal, query.deal);
    const Cursor after = cursorOf(query.after, true);
    const std::string pattern = containsPattern(query.text), email = normalEmail(query.email);
    const std::int64_t since = after.since(query.updatedSince);
    const std::size_t limit = pageSize(query) + 1;
    std::vector<std::int64_t> rows;
    const auto find = [&](const InOrder& list, const auto&... more) {
        after.beyond([&](const auto& key, std::int64_t tie) {
            for (auto& row : db.query(list.by(after), query.user, query.user, since, key, tie, company, company, deal,
                                      deal, query.owner, query.owner, more..., limit))
                rows.push_back(row.int64(0));
        });
    };
    const PhonePatterns phone = query.text.empty() ? PhonePatterns{} : phonePatterns(db, query.text);
    const auto search = [&](const InOrder& list, const auto&... more) {
        find(list, pattern, pattern, pattern, pattern, pattern, phone.international, phone.digits, more...);
    };
    if (!query.email.empty())
        find(byEmail, email.empty() ? query.email : email);
    else if (query.text.empty())
        find(allOfThem);
    else if (const std::string indexed = searchExpression(db.engine(), query.text); !indexed.empty())
        search(byIndexedText, indexed);
    else
        search(phone.digits == PhonePatterns{}.digits ? byText : byNumber);
    return pageOf<Contact>(
        std::move(rows), limit - 1, [&](const auto& page) { return loadContacts(db, page); },
        [&](const StoredContact& last) { return cursorText(after, last, last.row, last.displayName); });
}

}  // namespace crmdav
