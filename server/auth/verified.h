#pragma once
#include <array>
#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace crmdav {

/// Memory of verified user passwords, so that a poll costs no scrypt run. Holds HMAC-SHA-256 under a key of this
/// process over login, stored hash and password: never a password, and a changed hash forgets at once.
class Verified {
public:
    using Clock = std::chrono::steady_clock;
    explicit Verified(std::chrono::minutes lasting = std::chrono::minutes(10), std::size_t capacity = 1'000);

    bool knows(std::string_view login, std::string_view hash, std::string_view password, Clock::time_point now);
    void remember(std::string_view login, std::string_view hash, std::string_view password, Clock::time_point now);

private:
    std::string digest(std::string_view login, std::string_view hash, std::string_view password) const;

    const std::chrono::minutes lasting_;
    const std::size_t capacity_;
    std::array<unsigned char, 32> key_{};
    std::mutex mutex_;
    std::unordered_map<std::string, Clock::time_point> until_;
};

}  // namespace crmdav
