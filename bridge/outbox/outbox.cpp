#include "bridge/outbox/outbox.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <random>

#include "bridge/outbox/mail.h"
#include "bridge/secrets.h"
#include "store/booking.h"

namespace crmdav {
namespace {

constexpr std::size_t page = 100;
/// Longer than any attempt takes.
constexpr std::chrono::seconds leaseLasts{180};
/// What isn't taken in that time never will be.
constexpr std::chrono::days patience{3};
/// Tries of what can't work: a quarter of an hour for somebody to mend it.
constexpr int mostMistakes = 5;
constexpr std::chrono::hours longestPause{6};

/// 1, 2, 4 … minutes up to six hours, and up to a quarter more.
std::chrono::seconds backOff(int attempts) {
    static thread_local std::mt19937 random{std::random_device{}()};
    const auto base =
        std::min<std::chrono::seconds>(std::chrono::minutes(1) * (1 << std::min(attempts - 1, 10)), longestPause);
    return base + std::chrono::seconds(std::uniform_int_distribution<std::int64_t>(0, base.count() / 4)(random));
}

/// All mail goes to the one server.
std::string placeOf(const OutboxItem& item) { return item.channel == "mail" ? std::string("mail") : item.target; }

}  // namespace

Outbox::Outbox(Store& store, Secrets& secrets, OutboxOptions options, std::string holder, Clock clock)
    : store_(store),
      webhooks_(store, secrets, options.webhooks.inner),
      options_(std::move(options)),
      holder_(std::move(holder)),
      clock_(std::move(clock)),
      http_(options_.webhooks) {}

std::size_t Outbox::sendDue(const std::function<bool()>& stop) {
    SyncStore& sync = store_.sync();
    while (!(stop && stop()) && store_.booking().postReminders()) {
    }
    auto items = sync.due(page);
    if (items.empty()) return 0;
    const auto lease = sync.takeLease("outbox", holder_, leaseLasts);
    if (!lease) return 0;
    http_.setStop(stop);
    silent_.clear();
    std::size_t tried = 0;
    try {
        // Read again: who had the lease until now may have sent some.
        const auto stopped = [&] { return stop && stop(); };
        for (items = sync.due(page); !items.empty() && !stopped(); items = sync.due(page))
            for (OutboxItem& item : items) {
                if (stopped()) break;
                sendOne(*lease, item, stop);
                ++tried;
            }
    } catch (...) {
        sync.releaseLease(*lease);
        throw;
    }
    http_.setStop({});
    sync.releaseLease(*lease);
    return tried;
}

void Outbox::sendOne(const Lease& lease, OutboxItem& item, const std::function<bool()>& stop) {
    SyncStore& sync = store_.sync();
    if (silent_.contains(placeOf(item))) {  // waits with those before it, and that is no attempt
        item.nextTry = clock_.now() + backOff(1);
        return sync.guarded(lease, [&] { sync.savePosted(item); });
    }
    if (!sync.takeLease(lease.name, lease.holder, leaseLasts)) throw LeaseLost(lease.name);
    ++item.attempts;
    item.nextTry = clock_.now() + std::max<std::chrono::seconds>(backOff(item.attempts), leaseLasts);
    item.lastError = "it was being sent when the process ended; it may have arrived";
    sync.guarded(lease, [&] { sync.savePosted(item); });
    const Delivery delivery = attempt(item, stop);
    settle(item, delivery);
    // Not guarded: an answer is an answer, whoever has the lease by now.
    sync.savePosted(item);
    if (delivery.nobodyThere) silent_.insert(placeOf(item));
    if (!item.sent && !item.nextTry && options_.failed)
        options_.failed("given up: " + item.channel + " " + item.key, item.lastError);
}

Delivery Outbox::attempt(const OutboxItem& item, const std::function<bool()>& stop) {
    try {
        if (item.channel == "mail") return mail(item, stop);
        if (item.channel == "webhook") return webhooks_.deliver(http_, item, clock_.now());
        return {Delivery::Outcome::refused, "nobody knows how to send it", {}};
    } catch (const SecretError& error) {
        return {Delivery::Outcome::later, error.what(), {}, true};
    }
}

Delivery Outbox::mail(const OutboxItem& item, const std::function<bool()>& stop) const {
    if (!options_.smtp) return {Delivery::Outcome::refused, "no mail server is set (smtp.url)", {}};
    if (!isMailAddress(item.target)) return {Delivery::Outcome::refused, "that is no address", {}};
    const std::string from = sender();
    return sendMail(*options_.smtp, from, item.target, mailOf(item, from), stop);
}

/// As `smtp.url` says it; else nobody's address in the organisation's own domain.
std::string Outbox::sender() const {
    if (!options_.smtp->from.empty()) return options_.smtp->from;
    const auto domains = store_.organisation().domains;
    if (!domains.empty()) return "crmdav@" + domains.front();
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    return std::string("crmdav@") + host.data();
}

void Outbox::settle(OutboxItem& item, const Delivery& delivery) const {
    const Instant now = clock_.now();
    item.lastError = delivery.error;
    item.nextTry.reset();
    if (delivery.outcome == Delivery::Outcome::taken) {
        item.sent = now;
        return;
    }
    const bool again = delivery.outcome == Delivery::Outcome::later ||
                       (delivery.outcome == Delivery::Outcome::mistaken && item.attempts < mostMistakes);
    const auto pause =
        std::max<std::chrono::seconds>(backOff(item.attempts), delivery.after.value_or(std::chrono::seconds(0)));
    if (again && now + pause < item.created + patience) item.nextTry = now + pause;
}

// ---------------------------------------------------------------- in the background

OutboxThread::OutboxThread(std::unique_ptr<Outbox> outbox, std::chrono::milliseconds look,
                           std::function<void(const std::string&, const std::string&)> failed)
    : outbox_(std::move(outbox)), look_(look), failed_(std::move(failed)), thread_([this] { work(); }) {}

OutboxThread::~OutboxThread() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void OutboxThread::work() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
        lock.unlock();
        try {
            outbox_->sendDue([this] {
                const std::lock_guard held(mutex_);
                return ending_;
            });
        } catch (const LeaseLost&) {  // another process goes on with it
        } catch (const std::exception& error) {
            if (failed_) failed_("sending mail and webhooks", error.what());
        }
        lock.lock();
        wake_.wait_for(lock, look_, [this] { return ending_; });
    }
}

}  // namespace crmdav
