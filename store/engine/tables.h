#pragma once
#include <span>
#include <string_view>

/// All tables that hold what a store knows, for what goes through everything. The cards' text index isn't one of them:
/// it is made from the cards.
namespace crmdav {

struct Table {
    std::string_view name;
    std::string_view key;        ///< columns that order its rows, each row apart from all others
    bool numbersItself = false;  ///< its key is an `id` that it makes
};

std::span<const Table> tables() noexcept;

}  // namespace crmdav
