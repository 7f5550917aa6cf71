#pragma once
#include <optional>
#include <string>

#include "bridge/dav/collection.h"

namespace crmdav {

/// What changed in a collection, page by page. Between the pages of one run it keeps what the server said; another run
/// asks again and goes on where the cursor is.
class DavChanges {
public:
    explicit DavChanges(DavCollection& collection) : collection_(collection) {}
    /// @throws CursorExpired
    ChangePage page(const std::string& cursor);

private:
    struct Cursor;
    ChangePage bySync(Cursor);
    ChangePage byEtags(Cursor);

    DavCollection& collection_;
    std::optional<DavDelta> delta_;  ///< the answer of which pages are handed out …
    std::string deltaOf_;            ///< … and the token that it was asked for with
    std::optional<DavListing> listing_;
};

}  // namespace crmdav
