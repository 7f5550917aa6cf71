#pragma once
#include <atomic>

#include "bridge/provider.h"

/// Requests that wait for a provider keep their threads: more than a few of them would take those of people who want
/// something else (I5).
namespace crmdav {

struct Places {
    std::atomic<int> taken = 0;
    std::atomic<int> most = 16;
};

/// All places are taken.
struct Crowded : TryLater {
    Crowded() : TryLater("too many requests wait for providers: try again in a moment") {
        after = std::chrono::seconds(15);
    }
};

/// One of them, for as long as it lives.
class Place {
public:
    /// @param places  null: there are as many as one wants
    /// @throws Crowded
    explicit Place(Places* places) : places_(places) {
        if (!places || ++places->taken <= places->most) return;
        --places->taken;
        throw Crowded();
    }
    ~Place() {
        if (places_) --places_->taken;
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

private:
    Places* places_;
};

}  // namespace crmdav
