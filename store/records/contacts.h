#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/text/content_lines.h"
#include "store/records/door.h"
#include "store/store.h"

/// Contacts: their rows, what a saved card does to them, and the verbs of store.h.
namespace crmdav {

class Connection;

struct StoredContact : Contact {
    std::int64_t row = 0;
    std::int64_t companyRow = 0;
    bool deleted = false;
};
std::optional<StoredContact> loadContact(Connection&, std::int64_t row);
/// Those of the rows that are there, in their order: as many statements as for one.
std::vector<StoredContact> loadContacts(Connection&, std::span<const std::int64_t> rows);
/// The one that the user may see and change. @throws NotFound
StoredContact requireContact(Connection&, std::int64_t user, const Id&);
/// Makes its texts what records have. @throws InvalidField
void checkContact(Contact&);
/// The name as rule D7 compares it (normalise.h).
std::string matchName(const Contact&);
/// Fields in which they differ, as the history tells it.
std::vector<FieldChange> differencesOf(const Contact& before, const Contact& after);
/// Gives it a row, id, version and links. @returns as stored
StoredContact insertContact(Connection&, Contact);
/// Writes what differs, links included; nothing when nothing does. `after` gets the new version.
/// @returns what changed, for the history
std::vector<FieldChange> updateContact(Connection&, const StoredContact& before, StoredContact& after);

ReadIn readContactIn(Connection&, const Collection&, const Document&, const std::optional<RecordRef>& existing);

Store::Page<Contact> contacts(Connection&, const Store::Query&);
std::optional<Contact> contact(Connection&, std::int64_t user, const Id&);
Contact saveContact(Connection&, const Actor&, const Contact&, const std::string& based);
std::optional<std::string> contactPhoto(Connection&, std::int64_t user, const Id&);
void setContactPhoto(Connection&, const Actor&, const Id&, std::string_view image);

}  // namespace crmdav
