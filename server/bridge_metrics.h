#pragma once
#include <string>

#include "store/model.h"

namespace crmdav {

class Bridge;
class Store;

/// The sync of accounts in /metrics. Accounts are named by their ids, never by logins or addresses. Three statements,
/// however many there are.
/// @param bridge  null: this process runs none
void appendBridge(std::string& out, Store& store, const Bridge* bridge, Instant now);

}  // namespace crmdav
