#pragma once
#include <optional>

#include "bridge/dav/session.h"

namespace crmdav {

/// One resource of a home as the bridge sees it; `id` is left empty. nullopt: it is no calendar for events, or no book.
std::optional<RemoteCollection> readCollection(const ReadResponse&, SyncKind);

/// What readCollection wants to know, as PROPFIND asks for it.
std::string_view collectionProperties();

}  // namespace crmdav
