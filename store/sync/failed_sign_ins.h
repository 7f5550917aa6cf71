#pragma once
#include <span>
#include <string>
#include <vector>

#include "store/store.h"

/// Failed sign-ins, counted for all processes together. The verbs of store.h.
namespace crmdav {

class Connection;

/// In the order of the keys.
std::vector<Store::Failures> failures(Connection&, std::span<const std::string> keys);

void noteFailure(Connection&, std::span<const std::string> keys);
void forgetFailures(Connection&, const std::string& key);

/// Those that no longer count.
void pruneFailures(Connection&);

}  // namespace crmdav
