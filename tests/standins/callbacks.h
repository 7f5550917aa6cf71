#pragma once
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>

#include "bridge/http_client.h"

namespace crmdav::standins {

/// Calls whoever asked for notifications, over HTTP. The addresses that they give begin with a public name that tests
/// don't have: sendTo() says who stands behind it, as a reverse proxy knows. Thread-safe.
class Callbacks {
public:
    Callbacks() = default;
    ~Callbacks();
    Callbacks(const Callbacks&) = delete;
    Callbacks& operator=(const Callbacks&) = delete;

    void sendTo(const std::string& base);  ///< empty, as at first: nobody is called
    bool isOn() const;
    void lose(unsigned percent);  ///< of what is sent later(), so many of 100 never arrive

    /// Now. nullopt: nobody answers.
    std::optional<HttpResponse> call(HttpRequest request) const;
    /// Soon, in their order.
    void later(HttpRequest request);
    /// What was sent later() is answered. @returns how many of them arrived so far
    std::size_t settle();

private:
    void run();

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::string base_;
    unsigned percent_ = 0;
    std::mt19937 random_{1};
    std::deque<HttpRequest> queue_;
    bool busy_ = false, ending_ = false;
    std::size_t arrived_ = 0;
    std::thread thread_;
};

}  // namespace crmdav::standins
