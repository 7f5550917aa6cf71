#pragma once
#include <string_view>

#include "store/records/contacts.h"

/// What one contact gets of another one that is merged into it. Pure.
namespace crmdav {

/// Single fields that are empty in `into`, and what its lists lack, as they are compared (normalise.h); notes come
/// behind its own.
/// @param region  of phone numbers without country code
void takeLacking(StoredContact& into, const StoredContact& other, std::string_view region);

}  // namespace crmdav
