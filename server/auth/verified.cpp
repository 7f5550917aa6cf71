#include "server/auth/verified.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <stdexcept>

namespace crmdav {

Verified::Verified(std::chrono::minutes lasting, std::size_t capacity) : lasting_(lasting), capacity_(capacity) {
    if (RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1) throw std::runtime_error("no random numbers");
}

std::string Verified::digest(std::string_view login, std::string_view hash, std::string_view password) const {
    std::string text;
    for (const auto part : {login, hash, password}) text.append(std::to_string(part.size())).append(":").append(part);
    unsigned char made[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), reinterpret_cast<const unsigned char*>(text.data()),
         text.size(), made, &length);
    return {reinterpret_cast<const char*>(made), length};
}

bool Verified::knows(std::string_view login, std::string_view hash, std::string_view password, Clock::time_point now) {
    const auto digested = digest(login, hash, password);
    const std::lock_guard lock(mutex_);
    const auto found = until_.find(digested);
    return found != until_.end() && found->second > now;
}

void Verified::remember(std::string_view login, std::string_view hash, std::string_view password,
                        Clock::time_point now) {
    auto digested = digest(login, hash, password);
    const std::lock_guard lock(mutex_);
    if (until_.size() >= capacity_) std::erase_if(until_, [&](const auto& entry) { return entry.second <= now; });
    if (until_.size() >= capacity_)
        until_.erase(std::min_element(until_.begin(), until_.end(),
                                      [](const auto& a, const auto& b) { return a.second < b.second; }));
    until_[std::move(digested)] = now + lasting_;
}

}  // namespace crmdav
