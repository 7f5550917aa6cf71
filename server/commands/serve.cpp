#include <malloc.h>

#include <condition_variable>
#include <csignal>
#include <iostream>
#include <mutex>
#include <thread>

#include "server/api/api.h"
#include "server/bridge_options.h"
#include "server/commands/command.h"
#include "server/dav/dav.h"
#include "server/http/listener.h"
#include "server/routes.h"

namespace crmdav {
namespace {

/// SIGTERM and SIGINT, held back in every thread and waited for in one.
class StopSignals {
public:
    StopSignals() {
        sigemptyset(&set_);
        sigaddset(&set_, SIGTERM);
        sigaddset(&set_, SIGINT);
        pthread_sigmask(SIG_BLOCK, &set_, &before_);
    }
    ~StopSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;
    void wait() const {
        int signal = 0;
        sigwait(&set_, &signal);
    }

private:
    sigset_t set_{}, before_{};
};

/// Runs the store's background work, a slice at a time, with breaks that leave the writer to the requests.
class Tender {
public:
    Tender(Store& store, Log& log) : thread_([this, &store, &log] { run(store, log); }) {}
    ~Tender() {
        {
            const std::lock_guard lock(mutex_);
            ending_ = true;
        }
        wake_.notify_one();
        thread_.join();
    }
    Tender(const Tender&) = delete;
    Tender& operator=(const Tender&) = delete;

private:
    void run(Store& store, Log& log) {
        std::unique_lock lock(mutex_);
        std::chrono::milliseconds pause{5'000};
        while (!wake_.wait_for(lock, pause, [this] { return ending_; })) {
            lock.unlock();
            try {
                pause = store.tend() ? std::chrono::milliseconds(200) : std::chrono::milliseconds(60'000);
            } catch (const std::exception& error) {
                log.error("background work failed", {{"cause", error.what()}});
                pause = std::chrono::milliseconds(60'000);
            }
            lock.lock();
        }
    }

    std::mutex mutex_;
    std::condition_variable wake_;
    bool ending_ = false;
    std::thread thread_;
};

/// Large bodies go back to the system at once, and many threads share few heaps.
void keepMemorySmall() {
    mallopt(M_MMAP_THRESHOLD, 512 * 1024);
    mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
    mallopt(M_ARENA_MAX, 4);
}

/// What the file says about the organisation wins over what admins set.
void applyOrganisation(const Config& config, Store& store) {
    const auto before = store.organisation();
    auto wanted = before;
    if (config.organisationName) wanted.name = *config.organisationName;
    if (config.organisationDomains) wanted.domains = *config.organisationDomains;
    if (config.organisationZone) wanted.zone = *config.organisationZone;
    if (config.organisationRegion) wanted.region = *config.organisationRegion;
    const bool same = before.name == wanted.name && before.domains == wanted.domains && before.zone == wanted.zone &&
                      before.region == wanted.region;
    if (!same) store.saveOrganisation(Invocation::actor(), wanted);
}

constexpr Parts parts{
    handleDav,
    handleApi,
    davHeader,
};

int runServe(const Invocation& call) {
    return serve(call.config(),
                 [&call](const std::string& address) { call.out << "crmdav serves " << address << "/" << std::endl; });
}

constexpr Command rows[] = {
    {"serve",
     "",
     "Serves calendars, contacts, the API and feeds until it is stopped.",
     "crmdav serve\ncrmdav serve --config /etc/crmdav/crmdav.properties\nCRMDAV_SERVER_LISTEN=0.0.0.0:8443 crmdav "
     "serve",
     {},
     runServe},
};

}  // namespace

int serve(const Config& config, const std::function<void(const std::string& address)>& ready) {
    const StopSignals signals;  // before any thread begins
    keepMemorySmall();
    Log log(2, config.logLevel, config.logFormat);
    const auto store = Store::open(storeOptions(config));
    applyOrganisation(config, *store);
    Bridge bridge(*store, bridgeOptions(config));
    const Context context{*store, config, log, &bridge};
    Authenticator authenticator(context);
    const auto handler = [&](const Request& request) { return route(context, parts, authenticator, request); };
    const auto limit = [&](std::string_view method, std::string_view target) {
        return bodyLimit(config, method, target);
    };
    Listener listener(config, handler, limit, log);
    listener.start();
    log.info("started", {{"version", CRMDAV_VERSION}, {"address", listener.address()}});
    if (ready) ready(listener.address());
    {
        const Tender tender(*store, log);
        SchedulerOptions scheduling;
        scheduling.failed = [&log](const std::string& what, const std::string& cause) {
            log.error("sync failed", {{"what", what}, {"cause", cause}});
        };
        bridge.startScheduler(std::move(scheduling));
        signals.wait();
    }
    log.info("stopping");
    listener.stop();
    bridge.endScheduler();
    log.info("stopped");
    return 0;
}

std::span<const Command> serveCommands() { return rows; }

}  // namespace crmdav
