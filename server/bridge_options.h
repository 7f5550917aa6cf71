#pragma once
#include "bridge/bridge.h"

namespace crmdav {

struct Config;

/// The bridge as the configuration wants it.
BridgeOptions bridgeOptions(const Config&);

}  // namespace crmdav
