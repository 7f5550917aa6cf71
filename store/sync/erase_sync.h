#pragma once
#include <cstddef>
#include <span>
#include <string>

#include "store/history/traces.h"

namespace crmdav {

class Connection;

/// Takes an erased person out of what the bridge remembers. Their own links stay as what they are – which record at the
/// provider belongs to nobody any more –, empty and with `erasedNote`; what is staged and sent of others loses the
/// name.
/// @param contact  UUID as bytes
/// @param emails   normalised
/// @returns places removed from
std::size_t eraseFromSync(Connection&, const std::string& contact, const Traces&, std::span<const std::string> emails);

}  // namespace crmdav
