#include "store/records/linking.h"

#include <algorithm>
#include <array>

#include "store/engine/database.h"
#include "store/history.h"
#include "store/records/contact_details.h"
#include "store/records/normalise.h"
#include "store/records/users.h"
#include "store/sync/guests.h"

namespace crmdav {
namespace {

using namespace std::string_view_literals;

constexpr std::array freeMail{"gmail.com"sv,   "googlemail.com"sv, "outlook.com"sv,    "hotmail.com"sv, "live.com"sv,
                              "msn.com"sv,     "yahoo.com"sv,      "yahoo.de"sv,       "icloud.com"sv,  "me.com"sv,
                              "mac.com"sv,     "gmx.de"sv,         "gmx.net"sv,        "gmx.at"sv,      "gmx.ch"sv,
                              "web.de"sv,      "t-online.de"sv,    "freenet.de"sv,     "aol.com"sv,     "posteo.de"sv,
                              "mailbox.org"sv, "proton.me"sv,      "protonmail.com"sv, "zoho.com"sv,    "mail.ru"sv,
                              "yandex.ru"sv,   "orange.fr"sv,      "free.fr"sv,        "libero.it"sv,   "bluewin.ch"sv};

std::vector<std::string> normals(const std::vector<LabelledValue>& emails) {
    std::vector<std::string> all;
    for (const LabelledValue& email : emails) all.push_back(normalDetail(DetailKind::email, email.value, {}));
    return all;
}

bool has(const std::vector<std::string>& all, const std::string& one) {
    return std::ranges::find(all, one) != all.end();
}

bool isPerson(std::string_view kind) { return kind != "room" && kind != "resource"; }

/// No-reply addresses and the mail system's own, however they are spelled: no-reply, noreply+4711, do_not_reply.
bool isNobodys(std::string_view email) {
    constexpr std::array begins{"noreply"sv, "donotreply"sv, "mailerdaemon"sv, "postmaster"sv, "bounce"sv};
    std::string plain;
    for (const char c : email.substr(0, email.find('@')))
        if (c != '-' && c != '_' && c != '.') plain += c;
    return std::ranges::any_of(begins, [&](std::string_view begin) { return plain.starts_with(begin); });
}

bool isOwn(Connection& db, std::string_view domain) {
    const auto own = organisation(db).domains;
    return std::ranges::find(own, domain) != own.end();
}

/// Participants without company whose address has that domain get it.
void linkParticipantsTo(Connection& db, std::int64_t company, std::string_view domain) {
    std::string pattern = "%@";
    for (char c : domain) pattern.append(c == '_' || c == '%' || c == '\\' ? "\\" : "").append(1, c);
    std::vector<std::string> emails;
    for (auto& row : db.query("SELECT DISTINCT email FROM activity_participants WHERE company_id IS NULL AND email "
                              "{like} ? ESCAPE '\\'",
                              pattern))
        if (!isNobodys(row.text(0))) emails.push_back(row.string(0));
    for (const std::string& email : emails)
        db.exec(
            "UPDATE activity_participants SET company_id=? WHERE company_id IS NULL AND email=? AND kind NOT IN "
            "('room', 'resource')",
            company, email);
}

}  // namespace

bool isFreeMail(std::string_view domain) { return std::ranges::find(freeMail, domain) != freeMail.end(); }

std::int64_t companyOfName(Connection& db, std::string_view name) {
    if (name.empty()) return 0;
    auto row = db.query("SELECT id FROM companies WHERE name_key=? AND deleted_at IS NULL ORDER BY id LIMIT 1",
                        normalName(name));
    return row.next() ? row.int64(0) : 0;
}

std::int64_t companyOfAddress(Connection& db, std::string_view email) {
    const std::string_view domain = domainOf(email);
    if (domain.empty() || isFreeMail(domain) || isNobodys(email)) return 0;
    std::int64_t company = 0;
    if (auto row = db.query("SELECT d.company_id FROM company_domains d JOIN companies c ON c.id=d.company_id "
                            "WHERE d.domain=? AND c.deleted_at IS NULL ORDER BY d.company_id LIMIT 1",
                            domain);
        row.next())
        company = row.int64(0);
    return company && isOwn(db, domain) ? 0 : company;
}

AddressLink linkOf(Connection& db, std::string_view email, std::int64_t owner, std::string_view kind) {
    AddressLink link;
    link.user = userOfEmail(db, email);
    {
        auto row = db.query(
            "SELECT c.id, c.company_id FROM details d JOIN contacts c ON c.id=d.record_row "
            "WHERE d.normal=? AND d.kind<=1 AND d.kind=0 AND d.record_kind=0 AND c.deleted_at IS NULL "
            "AND (c.owner=0 OR c.owner=?) ORDER BY c.owner, c.id LIMIT 1",
            email, owner);
        if (row.next()) {
            link.contact = row.int64(0);
            link.company = row.int64(1);
        }
    }
    if (link.company == 0 && isPerson(kind)) link.company = companyOfAddress(db, email);
    return link;
}

void relinkContact(Connection& db, std::int64_t contact, std::int64_t owner, const std::vector<LabelledValue>& before,
                   const std::vector<LabelledValue>& after) {
    const auto old = normals(before), now = normals(after);
    std::vector<std::string> moved;
    for (const std::string& email : old)
        if (!has(now, email)) moved.push_back(email);
    for (const std::string& email : now)
        if (!has(old, email)) moved.push_back(email);
    regardGuests(db, moved);
    for (const std::string& email : old) {
        if (has(now, email)) continue;
        struct Freed {
            std::int64_t activity, position;
            std::string kind;
        };
        std::vector<Freed> freed;  // another contact may have the address too
        for (auto& row : db.query("SELECT p.activity_id, p.position, p.kind FROM activity_participants p WHERE "
                                  "p.email=? AND p.contact_id=?",
                                  email, contact))
            freed.push_back({row.int64(0), row.int64(1), row.string(2)});
        if (freed.empty()) continue;
        for (const auto& [activity, position, kind] : freed) {
            std::int64_t whose = 0;
            if (auto row = db.query("SELECT owner FROM activities WHERE id=?", activity); row.next())
                whose = row.int64(0);
            const AddressLink link = linkOf(db, email, whose, kind);
            db.exec("UPDATE activity_participants SET contact_id=?, company_id=? WHERE activity_id=? AND position=?",
                    link.contact ? std::optional(link.contact) : std::nullopt,
                    link.company ? std::optional(link.company) : std::nullopt, activity, position);
        }
    }
    for (const std::string& email : now) {
        if (has(old, email)) continue;
        db.exec(
            "UPDATE activity_participants SET contact_id=?, company_id=coalesce((SELECT company_id FROM contacts WHERE "
            "id=?), company_id) "
            "WHERE email=? AND contact_id IS NULL AND (?=0 OR activity_id IN (SELECT id FROM activities WHERE "
            "owner=?))",
            contact, contact, email, owner, owner);
    }
}

void relinkCompanyOf(Connection& db, std::int64_t contact, std::int64_t company) {
    db.exec("UPDATE activity_participants SET company_id=? WHERE contact_id=?",
            company ? std::optional(company) : std::nullopt, contact);
}

void relinkCompany(Connection& db, std::int64_t company, const std::string& name,
                   std::span<const std::string> domains) {
    std::vector<std::int64_t> contacts;
    for (auto& row : db.query("SELECT id, company_name FROM contacts WHERE company_id IS NULL AND company_name<>'' AND "
                              "deleted_at IS NULL"))
        if (normalName(row.text(1)) == normalName(name)) contacts.push_back(row.int64(0));
    for (std::int64_t contact : contacts) {
        db.exec("UPDATE contacts SET company_id=? WHERE id=?", company, contact);
        relinkCompanyOf(db, contact, company);
    }
    for (const std::string& domain : domains)
        if (!isFreeMail(domain) && !isOwn(db, domain)) linkParticipantsTo(db, company, domain);
}

bool isHidden(const PrivateContacts& contacts, std::int64_t user, const Id& id) {
    const auto known = std::ranges::find(contacts, id, &PrivateContacts::value_type::first);
    return user != 0 && known != contacts.end() && known->second != user;
}

void keepHidden(const PrivateContacts& contacts, std::int64_t user, const std::vector<Id>& before,
                std::vector<Id>& after) {
    const auto hidden = [&](const Id& id) { return isHidden(contacts, user, id); };
    if (std::ranges::none_of(before, hidden)) return;
    std::vector<Id> seen = before;
    std::erase_if(seen, hidden);
    if (after == seen) {
        after = before;
        return;
    }
    for (const Id& id : before)
        if (hidden(id) && std::ranges::find(after, id) == after.end()) after.push_back(id);
}

}  // namespace crmdav
