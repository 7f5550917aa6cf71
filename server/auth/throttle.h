#pragma once
#include <chrono>
#include <mutex>
#include <string>
#include <unordered_map>

namespace crmdav {

/// Delays after failed sign-ins, per login and client address. The first failures are free (a mistyped password);
/// after that the wait doubles up to five minutes. Bounded: when full, the oldest entries go.
class Throttle {
public:
    using Clock = std::chrono::steady_clock;
    explicit Throttle(std::size_t capacity = 10'000) : capacity_(capacity) {}

    /// How long to wait still; zero: go on.
    std::chrono::seconds wait(const std::string& login, const std::string& address, Clock::time_point now) const;
    void failed(const std::string& login, const std::string& address, Clock::time_point now);
    void succeeded(const std::string& login, const std::string& address);
    std::size_t size() const;

private:
    struct Entry {
        unsigned failures = 0;
        Clock::time_point last{};
    };
    static std::string key(const std::string& login, const std::string& address);
    void makeRoom(Clock::time_point now);

    const std::size_t capacity_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Entry> entries_;
};

}  // namespace crmdav
