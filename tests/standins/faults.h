#pragma once
#include <cstdint>
#include <deque>
#include <mutex>
#include <random>

namespace crmdav::standins {

/// What goes wrong with one request.
enum class Fault {
    none,
    throttled,       ///< 429 without Retry-After
    throttledAfter,  ///< 429 with Retry-After
    quota,           ///< the provider's other way to say so (Google: 403)
    broken,          ///< 500, 503
    gateway,         ///< 502 with HTML
    lostBefore,      ///< the connection ends, nothing was done
    lostAfter,       ///< it was done, the answer doesn't come
    cut              ///< it was done, half of the answer comes
};

/// A seeded plan: the same seed gives the same sequence of faults. Thread-safe.
class Faults {
public:
    explicit Faults(std::uint64_t seed) : random_(seed) {}

    /// How many of 100 requests go wrong.
    void rate(unsigned percent) {
        const std::lock_guard lock(mutex_);
        percent_ = percent;
    }
    /// The coming requests meet these first, one each, in order; `none` lets one pass.
    void next(Fault fault) {
        const std::lock_guard lock(mutex_);
        planned_.push_back(fault);
    }
    Fault draw() {
        const std::lock_guard lock(mutex_);
        if (!planned_.empty()) {
            const Fault fault = planned_.front();
            planned_.pop_front();
            return fault;
        }
        if (percent_ == 0 || random_() % 100 >= percent_) return Fault::none;
        return static_cast<Fault>(1 + random_() % 8);
    }
    /// One of `count` ways, for what isn't known of a provider.
    std::uint64_t choose(std::uint64_t count) {
        const std::lock_guard lock(mutex_);
        return random_() % count;
    }

private:
    std::mutex mutex_;
    std::mt19937_64 random_;
    unsigned percent_ = 0;
    std::deque<Fault> planned_;
};

}  // namespace crmdav::standins
