#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bridge/dav/collection.h"

namespace crmdav {

/// Members that were seen after a name, at most so many.
using SeenAfter = std::function<std::vector<SeenMember>(const std::string& name, std::size_t limit)>;

/// What changed in a collection, page by page. Between the pages of one run it keeps what the server said; another run
/// asks again and goes on where the cursor is.
class DavChanges {
public:
    explicit DavChanges(DavCollection& collection) : collection_(collection) {}
    /// @throws CursorExpired
    ChangePage page(const std::string& cursor, const SeenAfter& seen);

private:
    struct Cursor;
    ChangePage bySync(Cursor, const SeenAfter& seen);
    ChangePage byEtags(Cursor, const SeenAfter& seen);

    DavCollection& collection_;
    std::optional<DavDelta> delta_;  ///< the answer of which pages are handed out …
    std::string deltaOf_;            ///< … and the token that it was asked for with
    std::optional<DavListing> listing_;
};

}  // namespace crmdav
