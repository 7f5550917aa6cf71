#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "store/records/merge_trail.h"
#include "store/store.h"

/// Contacts of which somebody said that they aren't one person, however alike they look: pairs of rows, each once.
namespace crmdav {

class Connection;

/// The verb of the store, inside the caller's transaction.
void setDistinct(Connection&, const Actor&, std::span<const Id> contacts, bool distinct);

/// All pairs, to ask about many.
class DistinctPairs {
public:
    explicit DistinctPairs(Connection&);
    bool any() const noexcept { return !pairs_.empty(); }
    bool has(std::int64_t one, std::int64_t other) const;

private:
    std::vector<std::pair<std::int64_t, std::int64_t>> pairs_;
};

/// Who isn't the same as one of `others`, which go, isn't the same as `into` either. @returns what was new about that
Trail inheritDistinct(Connection&, std::int64_t into, const std::vector<std::int64_t>& others);
void returnDistinct(Connection&, std::int64_t into, const Trail&);

/// The contact's row goes.
void forgetDistinct(Connection&, std::int64_t row);

}  // namespace crmdav
