#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace crmdav {

/// What this process counted since it began; cheap enough for every request.
class Metrics {
public:
    static Metrics& ofProcess();

    void request(int status, std::chrono::microseconds took, std::uint64_t bytesIn, std::uint64_t bytesOut) noexcept;
    void connected() noexcept {
        ++connections_;
        ++connectionsEver_;
    }
    void disconnected() noexcept { --connections_; }
    void refusedSignIn() noexcept { ++refusedSignIns_; }
    void refusedRequest() noexcept { ++refusedRequests_; }

    /// Prometheus text format 0.0.4.
    void append(std::string& out) const;

private:
    using Counter = std::atomic<std::uint64_t>;
    static constexpr std::array<std::uint64_t, 10> bounds{500,    1'000,   2'500,   5'000,     10'000,
                                                          50'000, 100'000, 500'000, 1'000'000, 10'000'000};

    std::array<Counter, 6> byClass_{};  ///< [2]: 2xx …
    std::array<Counter, bounds.size() + 1> durations_{};
    Counter microseconds_{}, bytesIn_{}, bytesOut_{}, connectionsEver_{}, refusedSignIns_{}, refusedRequests_{};
    std::atomic<std::int64_t> connections_{};
};

}  // namespace crmdav
