#pragma once
#include <chrono>
#include <optional>
#include <string>

namespace crmdav {

/// What came of an attempt to send something.
struct Delivery {
    enum class Outcome {
        taken,     ///< it is the receiver's business now
        later,     ///< not now; or nobody knows
        mistaken,  ///< it can't work like this, but somebody may be mending it just now
        refused,   ///< the receiver won't have it
    };
    Outcome outcome = Outcome::taken;
    std::string error;                          ///< for admins; no secret
    std::optional<std::chrono::seconds> after;  ///< not before, as the receiver said
    bool nobodyThere = false;  ///< it isn't about this one: others to the same place would fare no better now
};

}  // namespace crmdav
