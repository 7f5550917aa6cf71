#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "store/store.h"

/// Verbs of the store that few ask for: the facade, which all include, stays as it is.
namespace crmdav {

/// Where lists of records begin (Store::Query::after) that go the other way, or, those of contacts and companies, by
/// their names, whatever case and accents.
constexpr const char *newestFirst = "-", *byName = "n";

/// Somebody knows that all of these are different people, or takes it back, of every two of them: duplicates() never
/// puts them together. The matching of syncs doesn't go by it. @throws NotFound, InvalidField
void setDistinct(Store&, const Actor&, std::span<const Id> contacts, bool distinct);

/// What the history has after `since` of others' activities of which this user sees something, or did, oldest first.
std::vector<HistoryEntry> othersActivities(Store&, std::int64_t user, std::int64_t since, std::size_t limit);

}  // namespace crmdav
