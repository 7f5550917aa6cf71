#pragma once
#include <chrono>
#include <string>

namespace crmdav {

class Store;

/// Delays after failed sign-ins, per login and client address, whichever process was asked. The first failures are free
/// (a mistyped password); after that the wait doubles up to five minutes. Of an IPv6 address its network counts.
class Throttle {
public:
    explicit Throttle(Store& store) : store_(store) {}

    /// How long to wait still; zero: go on.
    std::chrono::seconds wait(const std::string& login, const std::string& address) const;
    void failed(const std::string& login, const std::string& address);
    void succeeded(const std::string& login, const std::string& address);

private:
    Store& store_;
};

}  // namespace crmdav
