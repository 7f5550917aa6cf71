#pragma once
#include <string>

#include "store/sync.h"

namespace crmdav {

/// Tells an account's owner by mail, and the webhooks, that nothing is synced until they sign in again (I8): once for
/// each sign-in, however many of its runs notice.
void tellOfLostConnection(Store&, const Account&, const std::string& cause);

}  // namespace crmdav
