#include <algorithm>
#include <map>
#include <numeric>

#include "store/engine/database.h"
#include "store/records/contacts.h"
#include "store/records/distinct.h"
#include "store/records/merge_contacts.h"
#include "store/records/normalise.h"

namespace crmdav {
namespace {

constexpr std::size_t mostOfOne = 51;  ///< a merge takes as many; the rest of them comes when these are one

/// Contacts of one name and owner as they come, put together where they share a criterion: each value is looked up
/// once, but for those of contacts that somebody told apart.
class SameName {
public:
    explicit SameName(const DistinctPairs& apart) : apart_(apart) {}
    void add(std::int64_t row, std::int64_t created, std::string_view company) {
        contacts_.push_back({created, row, contacts_.size(), {row}});
        if (const std::string name = normalCompany(company); !name.empty()) shares('o', name);
    }
    /// The contact that was added last has it.
    void shares(char what, std::string_view value) {
        auto& holders = holders_[what + std::string(value)];
        for (const std::size_t holder : holders)
            if (unite(rootOf(contacts_.size() - 1), rootOf(holder))) return;
        holders.push_back(contacts_.size() - 1);
    }
    bool isLast(std::int64_t row) const { return !contacts_.empty() && contacts_.back().row == row; }
    /// Rows of two and more that are one person, the oldest first, and begins anew.
    std::vector<std::vector<std::int64_t>> take() {
        std::map<std::size_t, std::vector<std::pair<std::int64_t, std::int64_t>>> byRoot;
        for (std::size_t i = 0; i < contacts_.size(); ++i)
            byRoot[rootOf(i)].emplace_back(contacts_[i].created, contacts_[i].row);
        std::vector<std::vector<std::int64_t>> groups;
        for (auto& [root, members] : byRoot) {
            if (members.size() < 2) continue;
            std::ranges::sort(members);
            members.resize(std::min(members.size(), mostOfOne));
            auto& group = groups.emplace_back();
            for (const auto& [created, row] : members) group.push_back(row);
        }
        contacts_.clear();
        holders_.clear();
        return groups;
    }

private:
    struct One {
        std::int64_t created, row;
        std::size_t root;
        std::vector<std::int64_t> rows;  ///< of a root: all that it stands for
    };
    /// @returns false: some of them are told apart
    bool unite(std::size_t one, std::size_t other) {
        if (one == other) return true;
        const auto &ours = contacts_[one].rows, &theirs = contacts_[other].rows;
        if (apart_.any() && std::ranges::any_of(ours, [&](std::int64_t row) {
                return std::ranges::any_of(theirs, [&](std::int64_t each) { return apart_.has(row, each); });
            }))
            return false;
        contacts_[other].rows.insert(contacts_[other].rows.end(), ours.begin(), ours.end());
        contacts_[one].root = other;
        return true;
    }
    std::size_t rootOf(std::size_t one) {
        while (contacts_[one].root != one) one = contacts_[one].root = contacts_[contacts_[one].root].root;
        return one;
    }
    std::vector<One> contacts_;
    std::map<std::string, std::vector<std::size_t>> holders_;  ///< who has it first, of each that are told apart
    const DistinctPairs& apart_;
};

using Groups = std::vector<std::vector<std::int64_t>>;

/// One statement, rows as they come, a name after the other; nobody is compared with all others of their name.
Groups groupsOf(Connection& db, std::int64_t user, std::size_t limit) {
    Groups groups;
    const DistinctPairs apart(db);
    SameName same(apart);
    std::string name;
    std::int64_t owner = 0;
    const auto finish = [&] {
        for (auto& group : same.take()) groups.push_back(std::move(group));
    };
    for (auto& row : db.stream(
             "SELECT c.id, c.match_name, c.owner, c.created, c.company_name, d.kind, d.normal FROM contacts c LEFT "
             "JOIN details d ON d.record_kind=0 AND d.record_row=c.id AND d.kind<=1 WHERE c.match_name<>'' AND "
             "c.deleted_at IS NULL AND (?=0 OR c.owner=0 OR c.owner=?) AND EXISTS(SELECT 1 FROM contacts o WHERE "
             "o.match_name=c.match_name AND o.owner=c.owner AND o.deleted_at IS NULL AND o.id<>c.id) ORDER BY "
             "c.match_name, c.owner, c.id",
             user, user)) {
        if (row.text(1) != name || row.int64(2) != owner) {
            finish();
            if (groups.size() >= limit) return groups;
            name = row.string(1);
            owner = row.int64(2);
        }
        if (!same.isLast(row.int64(0))) same.add(row.int64(0), row.int64(3), row.text(4));
        if (!row.isNull(5) && !row.text(6).empty()) same.shares(row.int64(5) == 0 ? 'e' : 'p', row.text(6));
    }
    finish();
    return groups;
}

}  // namespace

std::vector<std::vector<Contact>> duplicates(Connection& db, std::int64_t user, std::size_t limit) {
    Groups groups = groupsOf(db, user, limit);
    if (groups.size() > limit) groups.resize(limit);
    std::vector<std::int64_t> rows;
    for (const auto& group : groups) rows.insert(rows.end(), group.begin(), group.end());
    std::map<std::int64_t, Contact> loaded;
    for (StoredContact& contact : loadContacts(db, rows)) loaded.emplace(contact.row, std::move(contact));
    std::vector<std::vector<Contact>> all;
    for (const auto& group : groups) {
        auto& people = all.emplace_back();
        for (const std::int64_t row : group)
            if (const auto found = loaded.find(row); found != loaded.end()) people.push_back(std::move(found->second));
    }
    return all;
}

}  // namespace crmdav
