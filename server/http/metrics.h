#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace crmdav {

/// What this process counted since it began; cheap enough for every request.
class Metrics {
public:
    static Metrics& ofProcess();

    void request(std::string_view method, int status, std::chrono::microseconds took, std::uint64_t bytesIn,
                 std::uint64_t bytesOut) noexcept;
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

    static constexpr std::array<std::string_view, 16> methods{
        "GET",   "HEAD",      "OPTIONS",    "PROPFIND", "REPORT", "PUT",  "DELETE", "POST",
        "PATCH", "PROPPATCH", "MKCALENDAR", "MKCOL",    "MOVE",   "COPY", "ACL",    "other"};

    struct OfMethod {
        std::array<Counter, 6> byClass{};  ///< [2]: 2xx …
        std::array<Counter, bounds.size() + 1> durations{};
        Counter microseconds{};
        std::uint64_t count() const noexcept;
    };
    void appendRequests(std::string& out) const;

    std::array<OfMethod, methods.size()> byMethod_{};
    Counter bytesIn_{}, bytesOut_{}, connectionsEver_{}, refusedSignIns_{}, refusedRequests_{};
    std::atomic<std::int64_t> connections_{};
};

}  // namespace crmdav
