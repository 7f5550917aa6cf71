#pragma once
#include <functional>
#include <iosfwd>
#include <string>

#include "bridge/bridge.h"
#include "server/commands/command.h"

/// How the commands of accounts find them and speak of them.
namespace crmdav {

SyncKind kindOf(const Invocation&);  ///< --kind calendar|contacts; calendar without
std::string_view wordOf(SyncKind);

/// By its id, the beginning of one, or the login there. @throws std::runtime_error  none, or several
Account accountOf(Store&, const std::string& named);

std::unique_ptr<Bridge> openBridge(const Invocation&, Store&);

/// Does the work in a thread of its own and shows meanwhile, where a person looks on, how far it is.
void watch(const Invocation&, Store&, const Id& account, const std::function<void()>& work);

/// A summary in lines: "  12  create in CRM".
void printSummary(std::ostream& out, const Summary&);

}  // namespace crmdav
