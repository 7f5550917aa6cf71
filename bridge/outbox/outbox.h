#pragma once
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "bridge/engine/account_run.h"
#include "bridge/http_client.h"
#include "bridge/outbox/smtp.h"
#include "bridge/outbox/webhooks.h"

/// Sends what is in the outbox: mail and webhooks, each once as far as its receiver lets one know.
namespace crmdav {

struct OutboxOptions {
    std::optional<SmtpServer> smtp;  ///< none: mail is given up, and says why
    HttpLimits webhooks = {64U << 10U, 16U << 10U, std::chrono::seconds(10), std::chrono::seconds(20), false};
    std::function<void(const std::string& what, const std::string& cause)> failed;  ///< for the log
};

/// One sender at a time, of all processes. What it is about to send is noted before, as an attempt that will be
/// repeated later: who dies in the middle loses nothing, and what got an answer is never sent again.
class Outbox {
public:
    /// @param holder  what tells this process, and this life of it, apart from others
    Outbox(Store&, Secrets&, OutboxOptions, std::string holder, Clock);

    /// All that is due now. @returns how many were tried; 0 also where another process is at it
    std::size_t sendDue(const std::function<bool()>& stop = {});

private:
    void sendOne(const Lease&, OutboxItem&, const std::function<bool()>& stop);
    Delivery attempt(const OutboxItem&, const std::function<bool()>& stop);
    Delivery mail(const OutboxItem&, const std::function<bool()>& stop) const;
    std::string sender() const;
    void settle(OutboxItem&, const Delivery&) const;

    Store& store_;
    Webhooks webhooks_;
    OutboxOptions options_;
    std::string holder_;
    Clock clock_;
    HttpClient http_;
    std::set<std::string> silent_;  ///< targets that didn't answer in this round
};

/// The same in the background, for as long as this lives.
class OutboxThread {
public:
    OutboxThread(std::unique_ptr<Outbox>, std::chrono::milliseconds look,
                 std::function<void(const std::string& what, const std::string& cause)> failed);
    ~OutboxThread();
    OutboxThread(const OutboxThread&) = delete;
    OutboxThread& operator=(const OutboxThread&) = delete;

private:
    void work();

    std::unique_ptr<Outbox> outbox_;
    std::chrono::milliseconds look_;
    std::function<void(const std::string&, const std::string&)> failed_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool ending_ = false;
    std::thread thread_;
};

}  // namespace crmdav
