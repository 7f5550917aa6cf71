#pragma once
#include "store/housekeeping.h"

/// A store from one database into another, of the same engine or the other one. Everything that clients hold stays:
/// addresses, ETags, tokens, secrets.
namespace crmdav {

/// Copies one state of `from` into `to`, in one transaction, and compares row by row what arrived.
/// @param replace  `to` may hold a store, whose contents go; else it must hold none
/// @returns false: `from` has changed since
/// @throws StoreError  `from` has another schema than this program; `to` has a store, or a newer one; what arrived
/// isn't what was sent: then nothing has
bool copyStore(Database& from, Database& to, bool replace, const CopyProgress& progress);

}  // namespace crmdav
