#include "server/auth/throttle.h"

#include <algorithm>
#include <initializer_list>

namespace crmdav {
namespace {

constexpr unsigned freePerLogin = 4, freePerAddress = 30;
constexpr std::chrono::seconds longest{300};
constexpr std::chrono::hours forgotten{1};

std::chrono::seconds waitAfter(unsigned failures, unsigned free) {
    if (failures <= free) return std::chrono::seconds(0);
    return std::min(longest, std::chrono::seconds(1L << std::min(failures - free, 9u)));
}

}  // namespace

std::string Throttle::key(const std::string& login, const std::string& address) { return login + '\0' + address; }

std::chrono::seconds Throttle::wait(const std::string& login, const std::string& address, Clock::time_point now) const {
    const std::lock_guard lock(mutex_);
    std::chrono::seconds longestWait{0};
    for (const auto& [name, free] : {std::pair{login, freePerLogin}, std::pair{std::string("*"), freePerAddress}}) {
        const auto found = entries_.find(key(name, address));
        if (found == entries_.end()) continue;
        const auto until = found->second.last + waitAfter(found->second.failures, free);
        if (until > now) longestWait = std::max(longestWait, std::chrono::ceil<std::chrono::seconds>(until - now));
    }
    return longestWait;
}

void Throttle::failed(const std::string& login, const std::string& address, Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    if (entries_.size() + 2 > capacity_) makeRoom(now);
    for (const auto& name : {login, std::string("*")}) {  // who tries one password with many logins, too
        auto& entry = entries_[key(name, address)];
        if (now - entry.last > forgotten) entry.failures = 0;
        ++entry.failures;
        entry.last = now;
    }
}

void Throttle::succeeded(const std::string& login, const std::string& address) {
    const std::lock_guard lock(mutex_);
    if (!entries_.empty()) entries_.erase(key(login, address));
}

std::size_t Throttle::size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

void Throttle::makeRoom(Clock::time_point now) {
    std::erase_if(entries_, [&](const auto& entry) { return now - entry.second.last > forgotten; });
    while (entries_.size() + 2 > capacity_) {
        const auto older = [](const auto& a, const auto& b) { return a.second.last < b.second.last; };
        entries_.erase(std::min_element(entries_.begin(), entries_.end(), older));
    }
}

}  // namespace crmdav
