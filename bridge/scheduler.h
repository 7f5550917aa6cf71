#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bridge/engine/account_run.h"

/// Runs what is due: by interval, after a failure, when somebody wants it, and at once when the CRM changes (A6). Each
/// account and kind waits for nobody else but for a free thread; the longest overdue comes first, and who has had a
/// thread for its share (RunLimits) goes behind those that wait.
namespace crmdav {

struct SchedulerOptions {
    std::size_t threads = 4;
    std::chrono::milliseconds look{2000};                                           ///< how often it looks what is due
    std::function<void(const std::string& what, const std::string& cause)> failed;  ///< for the log
};

class Scheduler {
public:
    Scheduler(Store&, AccountRuns&, SchedulerOptions);
    ~Scheduler();  ///< ends what runs at the next record
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    /// Looks what is due now, without waiting: after a notification of a provider.
    void nudge();

private:
    using Work = std::pair<Id, SyncKind>;
    void look();
    void findWork();
    void work();
    void runOne(const Work&);

    Store& store_;
    AccountRuns& runs_;
    SchedulerOptions options_;
    std::int64_t seen_ = 0;  ///< the CRM's history up to which changes were looked at

    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Work> queue_;
    std::set<Work> taken_;  ///< queued or at work
    bool ending_ = false, nudged_ = false;
    bool busy_ = false;  ///< the last look found work that somebody is at
    std::vector<std::thread> threads_;
};

}  // namespace crmdav
