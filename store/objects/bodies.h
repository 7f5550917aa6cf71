#pragma once
#include <optional>
#include <string_view>

#include "store/engine/database.h"
#include "store/objects.h"

/// Bytes of a member beside its row in a listing: with the row where they are few (SQLite's sorter may keep all rows
/// of a listing in memory, with everything in them), else by themselves when it is their turn.
#define BODY_WITH_ROW "CASE WHEN m.size <= 16384 THEN b.content END"

namespace crmdav {

/// The bytes of one member, for as long as this lives. Of the large ones few are in memory at once, process-wide: the
/// next reader waits, as long as it takes; a reader that has one already doesn't.
class Body {
public:
    /// @param column  of BODY_WITH_ROW in `row`
    Body(Connection& db, const Member& member, const Rows& row, int column);
    /// Whatever its size, by itself.
    Body(Connection& db, const Member& member);
    Body(const Body&) = delete;
    Body& operator=(const Body&) = delete;
    std::string_view bytes() const noexcept { return bytes_; }

private:
    /// Of the room for large ones.
    struct Share {
        ~Share();
        void take(std::size_t bytes);
        std::size_t taken = 0;
        bool counted = false;
    };
    void read(Connection& db, const Member& member);

    Share share_;
    std::optional<Rows> row_;
    std::string_view bytes_;
};

}  // namespace crmdav
