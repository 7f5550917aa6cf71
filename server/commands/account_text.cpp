#include "server/commands/account_text.h"

#include <unistd.h>

#include <atomic>
#include <exception>
#include <iostream>
#include <thread>

#include "server/bridge_options.h"

namespace crmdav {
namespace {

constexpr std::size_t barWidth = 30;

std::string bar(const SyncRun& run) {
    std::string text = run.phase + " ";
    if (run.all > 0) {
        const auto full = static_cast<std::size_t>(run.done * static_cast<std::int64_t>(barWidth) / run.all);
        text += "[" + std::string(std::min(full, barWidth), '#') +
                std::string(barWidth - std::min(full, barWidth), ' ') + "] " + std::to_string(run.done) + " of " +
                std::to_string(run.all);
    } else {
        text += std::to_string(run.done);
    }
    return text;
}

}  // namespace

std::string_view wordOf(SyncKind kind) { return kind == SyncKind::calendar ? "calendar" : "contacts"; }

SyncKind kindOf(const Invocation& call) {
    const std::string kind = call.option("kind", "calendar");
    if (kind == "calendar") return SyncKind::calendar;
    if (kind == "contacts") return SyncKind::contacts;
    throw UsageError("--kind takes calendar or contacts");
}

Account accountOf(Store& store, const std::string& named) {
    std::vector<Account> found;
    for (Account& account : store.sync().accounts(0))
        if (account.id.starts_with(named) || account.login == named) found.push_back(std::move(account));
    if (found.empty()) throw std::runtime_error("there is no account " + named + "; see: crmdav account list");
    if (found.size() > 1) throw std::runtime_error(named + " is more than one account; take its id");
    return found.front();
}

std::unique_ptr<Bridge> openBridge(const Invocation& call, Store& store) {
    return std::make_unique<Bridge>(store, bridgeOptions(call.config()));
}

void watch(const Invocation& call, Store& store, const Id& account, const std::function<void()>& work) {
    if (&call.out != &std::cout || isatty(STDOUT_FILENO) == 0) return work();
    std::atomic<bool> ended = false;
    std::exception_ptr failure;
    std::thread worker([&] {
        try {
            work();
        } catch (...) {
            failure = std::current_exception();
        }
        ended = true;
        ended.notify_all();
    });
    while (!ended) {
        std::this_thread::sleep_for(std::chrono::milliseconds(150));
        const auto runs = store.sync().runs(account, std::nullopt, 1);
        if (!runs.empty() && !runs.front().ended) call.out << "\r\033[K" << bar(runs.front()) << std::flush;
    }
    worker.join();
    call.out << "\r\033[K" << std::flush;
    if (failure) std::rethrow_exception(failure);
}

void printSummary(std::ostream& out, const Summary& summary) {
    if (summary.empty()) out << "  nothing to do\n";
    for (const auto& [action, count] : summary) {
        std::string number = std::to_string(count);
        out << std::string(number.size() < 7 ? 7 - number.size() : 0, ' ') << number << "  " << action << "\n";
    }
}

}  // namespace crmdav
