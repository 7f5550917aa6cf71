#include "store/records/sign_in.h"

#include <algorithm>

#include "store/engine/database.h"
#include "store/history/history.h"
#include "store/objects/collections.h"
#include "store/objects/shares.h"
#include "store/records/normalise.h"
#include "store/records/random_secret.h"
#include "store/records/users.h"
#include "store/records/uuid.h"

namespace crmdav {
namespace {

constexpr std::size_t passwordLetters = 20;  // 94 bits: no guessing, so no slow hash is needed
constexpr std::size_t feedLetters = 32;

std::string grouped(std::string_view letters) {
    std::string text;
    for (std::size_t i = 0; i < letters.size(); i += 4) text.append(i ? "-" : "").append(letters.substr(i, 4));
    return text;
}

/// People type it with or without dashes and blanks, phones begin with a capital. Empty: can't be one.
std::string lettersOf(std::string_view typed) {
    std::string letters;
    for (char c : typed) {
        if (c == '-' || c == ' ') continue;
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
        if (c < 'a' || c > 'z' || letters.size() == passwordLetters) return {};
        letters += c;
    }
    return letters.size() == passwordLetters ? letters : std::string{};
}

#define PASSWORD_COLUMNS                                                                                           \
    "p.uuid, p.user_id, p.label, p.caldav, p.carddav, p.api, p.collection_id, p.read_only, p.created, p.expires, " \
    "p.last_used, p.revoked, p.last_address, p.last_agent"

AppPassword readPassword(const Rows& row) {
    AppPassword password;
    password.id = idOf(row.blob(0));
    password.user = row.int64(1);
    password.label = row.text(2);
    password.scope.caldav = row.boolean(3);
    password.scope.carddav = row.boolean(4);
    password.scope.api = row.boolean(5);
    if (!row.isNull(6)) password.scope.collection = row.int64(6);
    password.scope.readOnly = row.boolean(7);
    password.created = row.instant(8);
    password.expires = row.optionalInstant(9);
    password.lastUsed = row.optionalInstant(10);
    password.revoked = row.optionalInstant(11);
    password.lastAddress = row.text(12);
    password.lastAgent = row.text(13);
    return password;
}

Feed readFeed(const Rows& row) {
    return {.id = idOf(row.blob(0)),
            .user = row.int64(1),
            .collection = row.int64(2),
            .secret = {},
            .detail = row.as<Detail>(3),
            .label = row.string(4),
            .created = row.instant(5),
            .revoked = row.optionalInstant(6)};
}

std::string labelOf(const std::string& written) {
    std::string label = cleanText(written);
    if (label.empty() || label.size() > 200) throw InvalidField("label", "a label has 1 to 200 bytes");
    return label;
}

/// In the history it is the user's matter, under the label.
void note(Connection& db, const Actor& actor, std::int64_t user, const std::string& what, const std::string& before,
          const std::string& after) {
    const auto known = userById(db, user);
    const FieldChange change{what, before, after};
    remember(db, actor,
             {.kind = RecordKind::user,
              .record = userId(user),
              .title = known ? known->login : "",
              .owner = user,
              .fields = {&change, 1}});
}

}  // namespace

NewAppPassword addAppPassword(Connection& db, const Actor& actor, std::int64_t user, const std::string& label,
                              const Scope& scope, std::optional<Instant> expires) {
    const auto owner = userById(db, user);
    if (!owner) throw NotFound("no such user");
    requirePerson(*owner);
    if (scope.collection) {
        const auto collection = findCollection(db, *scope.collection);
        if (!collection || partIn(db, user, *collection) == Part::none)
            throw InvalidField("collection", "no such collection");
    }
    if (expires && *expires <= db.now()) throw InvalidField("expires", "that moment is past");
    const std::string letters = randomLetters(passwordLetters);
    NewAppPassword made;
    made.secret = grouped(letters);
    made.password.id = newId();
    made.password.user = user;
    made.password.label = labelOf(label);
    made.password.scope = scope;
    made.password.created = db.now();
    made.password.expires = expires;
    db.exec(
        "INSERT INTO app_passwords(uuid, user_id, label, secret_hash, caldav, carddav, api, collection_id, read_only, "
        "created, expires, last_address, last_agent) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '')",
        Blob{bytesOf(made.password.id)}, user, made.password.label, Blob{secretHash(letters)}, scope.caldav, scope.carddav,
        scope.api, scope.collection, scope.readOnly, made.password.created, expires);
    note(db, actor, user, "appPassword", "", made.password.label);
    return made;
}

std::vector<AppPassword> appPasswords(Connection& db, std::int64_t user) {
    std::vector<AppPassword> found;
    for (auto& row : db.query("SELECT " PASSWORD_COLUMNS " FROM app_passwords p WHERE p.user_id=? ORDER BY p.id", user))
        found.push_back(readPassword(row));
    return found;
}

void revokeAppPassword(Connection& db, const Actor& actor, std::int64_t user, const Id& id) {
    auto row = db.query("SELECT label, revoked FROM app_passwords WHERE uuid=? AND user_id=?", Blob{bytesOf(id)}, user);
    if (!row.next()) throw NotFound("no such app password");
    if (!row.isNull(1)) return;
    const std::string label = row.string(0);
    db.exec("UPDATE app_passwords SET revoked=? WHERE uuid=?", db.now(), Blob{bytesOf(id)});
    note(db, actor, user, "appPassword", label, "");
}

std::optional<Store::SignedIn> signIn(Connection& db, std::string_view login, std::string_view secret) {
    const std::string letters = lettersOf(secret);
    if (letters.empty()) return std::nullopt;
    auto row = db.query("SELECT " PASSWORD_COLUMNS ", " USER_COLUMNS
                        " FROM app_passwords p JOIN users u ON u.id=p.user_id WHERE p.secret_hash=? AND p.revoked IS "
                        "NULL AND u.active=1 AND u.removed_at IS NULL AND u.kind=?",
                        Blob{secretHash(letters)}, UserKind::person);
    if (!row.next()) return std::nullopt;
    Store::SignedIn in{readUser(row, 14), readPassword(row)};
    if (in.password.expires && *in.password.expires <= db.now()) return std::nullopt;
    if (!login.empty() && login != in.user.login) return std::nullopt;
    return in;
}

Feed addFeed(Connection& db, const Actor& actor, std::int64_t user, CollectionId id, Detail detail,
             const std::string& label) {
    const auto collection = findCollection(db, id);
    if (!collection || collection->owner != user || collection->home != Home::calendars)
        throw NotFound("no such calendar");
    Feed made{.id = newId(),
              .user = user,
              .collection = id,
              .secret = randomLetters(feedLetters),
              .detail = detail,
              .label = labelOf(label),
              .created = db.now(),
              .revoked = {}};
    db.exec(
        "INSERT INTO feeds(uuid, user_id, collection_id, secret_hash, detail, label, created) VALUES(?, ?, ?, ?, ?, ?, "
        "?)",
        Blob{bytesOf(made.id)}, user, id, Blob{secretHash(made.secret)}, detail, made.label, made.created);
    note(db, actor, user, "feed", "", made.label);
    return made;
}

std::vector<Feed> feeds(Connection& db, std::int64_t user) {
    std::vector<Feed> found;
    for (auto& row : db.query("SELECT uuid, user_id, collection_id, detail, label, created, revoked FROM feeds "
                              "WHERE user_id=? ORDER BY id",
                              user))
        found.push_back(readFeed(row));
    return found;
}

std::optional<Feed> feed(Connection& db, std::string_view secret) {
    if (secret.size() != feedLetters) return std::nullopt;
    auto row = db.query(
        "SELECT f.uuid, f.user_id, f.collection_id, f.detail, f.label, f.created, f.revoked FROM feeds f "
        "JOIN users u ON u.id=f.user_id WHERE f.secret_hash=? AND f.revoked IS NULL AND u.active=1",
        Blob{secretHash(secret)});
    return row.next() ? std::optional(readFeed(row)) : std::nullopt;
}

Feed renewFeed(Connection& db, const Actor& actor, std::int64_t user, const Id& id) {
    const auto all = feeds(db, user);
    const auto found = std::ranges::find(all, id, &Feed::id);
    if (found == all.end() || found->revoked) throw NotFound("no such feed");
    Feed renewed = *found;
    renewed.secret = randomLetters(feedLetters);
    db.exec("UPDATE feeds SET secret_hash=? WHERE uuid=? AND user_id=?", Blob{secretHash(renewed.secret)},
            Blob{bytesOf(id)}, user);
    note(db, actor, user, "feed address", renewed.label, renewed.label);
    return renewed;
}

void revokeFeed(Connection& db, const Actor& actor, std::int64_t user, const Id& id) {
    auto row = db.query("SELECT label, revoked FROM feeds WHERE uuid=? AND user_id=?", Blob{bytesOf(id)}, user);
    if (!row.next()) throw NotFound("no such feed");
    if (!row.isNull(1)) return;
    const std::string label = row.string(0);
    db.exec("UPDATE feeds SET revoked=? WHERE uuid=? AND user_id=?", db.now(), Blob{bytesOf(id)}, user);
    note(db, actor, user, "feed", label, "");
}

void LastUses::note(const Id& password, Use use) {
    std::lock_guard lock(mutex_);
    if (use.agent.size() > 200) use.agent.resize(200);
    uses_[password] = std::move(use);
}

void LastUses::complete(std::vector<AppPassword>& passwords) const {
    std::lock_guard lock(mutex_);
    for (AppPassword& password : passwords)
        if (auto use = uses_.find(password.id); use != uses_.end()) {
            password.lastUsed = use->second.at;
            password.lastAddress = use->second.address;
            password.lastAgent = use->second.agent;
        }
}

void LastUses::write(Database& database) {
    std::map<Id, Use> due;
    {
        std::lock_guard lock(mutex_);
        due.swap(uses_);
    }
    if (due.empty()) return;
    crmdav::write(database, [&](Connection& db) {
        for (const auto& [id, use] : due)
            db.exec("UPDATE app_passwords SET last_used=?, last_address=?, last_agent=? WHERE uuid=?", use.at,
                    cleanText(use.address), cleanText(use.agent), Blob{bytesOf(id)});
    });
}

}  // namespace crmdav
