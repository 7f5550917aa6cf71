#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/text/content_lines.h"
#include "store/records/door.h"
#include "store/records/linking.h"
#include "store/store.h"

/// Companies and deals: their rows, what a saved card does to them, and the verbs of store.h. Both are everyone's.
namespace crmdav {

class Connection;

struct StoredCompany : Company {
    std::int64_t row = 0;
    bool deleted = false;
};
std::optional<StoredCompany> loadCompany(Connection&, std::int64_t row);
/// Those of the rows that are there, in their order: as many statements as for one.
std::vector<StoredCompany> loadCompanies(Connection&, std::span<const std::int64_t> rows);
/// Fields in which they differ, as the history tells it.
std::vector<FieldChange> differencesOf(const Company& before, const Company& after);
StoredCompany insertCompany(Connection&, Company);
std::vector<FieldChange> updateCompany(Connection&, const StoredCompany& before, StoredCompany& after);

ReadIn readCompanyIn(Connection&, const Collection&, const Document&, const std::optional<RecordRef>& existing);

Store::Page<Company> companies(Connection&, const Store::Query&);
std::optional<Company> company(Connection&, std::int64_t user, const Id&);
Company saveCompany(Connection&, const Actor&, const Company&, const std::string& based);

struct StoredDeal : Deal {
    std::int64_t row = 0;
    bool deleted = false;
    PrivateContacts privateContacts{};
};
std::optional<StoredDeal> loadDeal(Connection&, std::int64_t row);
std::vector<StoredDeal> loadDeals(Connection&, std::span<const std::int64_t> rows);
Store::Page<Deal> deals(Connection&, const Store::Query&);
std::optional<Deal> deal(Connection&, std::int64_t user, const Id&);
Deal saveDeal(Connection&, const Actor&, const Deal&, const std::string& based);

}  // namespace crmdav
