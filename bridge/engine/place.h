#pragma once
#include <atomic>

#include "bridge/provider.h"

namespace crmdav {

/// One of those whose requests wait for a provider, for as long as it lives. More of them would take the threads of
/// people who want something else (I5).
class Place {
public:
    /// @throws TryLater  `most` are taken
    Place(std::atomic<int>& taken, int most) : taken_(taken) {
        if (++taken_ <= most) return;
        --taken_;
        TryLater later("too many previews and undos are at work: try again in a moment");
        later.after = std::chrono::seconds(15);
        throw later;
    }
    ~Place() { --taken_; }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

private:
    std::atomic<int>& taken_;
};

}  // namespace crmdav
