#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/history.h"
#include "store/model.h"
#include "store/store.h"

/// What the tables of records have in common.
namespace crmdav {

class Connection;
class Rows;

/// Place of a change in the order of its table: (updated, revision) rises with every change, whatever the clock does.
struct Revision {
    Instant updated{};
    std::int64_t number = 0;
    std::string version() const { return std::to_string(number); }
};
/// The next one. Only inside the writing transaction.
Revision nextRevision(Connection&, RecordKind);

/// A cursor of a list: updated and revision of the last record handed out.
struct Cursor {
    std::int64_t updated = 0, revision = 0;
};
/// @throws InvalidField  not a cursor of ours
Cursor cursorOf(const std::string& text);
std::string cursorText(const RecordHead&);

/// Key and existence of a record by its id, aliases of merged ones included (D48).
struct Located {
    std::int64_t row = 0, owner = 0;
    bool deleted = false;
};
std::optional<Located> locate(Connection&, RecordKind, const Id&);
/// Id of a row; empty: there is none.
Id idOfRow(Connection&, RecordKind, std::int64_t row);

/// Marks it as deleted or as there again. @returns the new version
std::string setDeleted(Connection&, RecordKind, std::int64_t row, bool deleted);

/// @throws PreconditionFailed  `based` is given and not the version
void requireVersion(const std::string& based, const std::string& version);

/// Text as records have it, at most `most` bytes. @throws InvalidField
void checkText(const char* field, std::string& text, std::size_t most = 1000);
void checkCustom(std::map<std::string, std::string>& custom);

/// Collects what changed, field by field, for the history.
class Differences {
public:
    void field(std::string_view name, std::string before, std::string after);
    void flag(std::string_view name, bool before, bool after);
    void values(std::string_view name, const std::vector<LabelledValue>& before,
                const std::vector<LabelledValue>& after);
    void addresses(const std::vector<PostalAddress>& before, const std::vector<PostalAddress>& after);
    std::vector<FieldChange> take() { return std::move(changes_); }

private:
    std::vector<FieldChange> changes_;
};

/// A LIKE pattern for "contains", with its special characters escaped by backslash.
std::string containsPattern(std::string_view text);

}  // namespace crmdav
