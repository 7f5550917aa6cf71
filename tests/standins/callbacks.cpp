#include "tests/standins/callbacks.h"

namespace crmdav::standins {

Callbacks::~Callbacks() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Callbacks::sendTo(const std::string& base) {
    const std::lock_guard lock(mutex_);
    base_ = base;
}

bool Callbacks::isOn() const {
    const std::lock_guard lock(mutex_);
    return !base_.empty();
}

void Callbacks::lose(unsigned percent) {
    const std::lock_guard lock(mutex_);
    percent_ = percent;
}

std::optional<HttpResponse> Callbacks::call(HttpRequest request) const {
    std::string base;
    {
        const std::lock_guard lock(mutex_);
        base = base_;
    }
    const auto path = request.url.find('/', request.url.find("://") + 3);
    request.url = base + (path == std::string::npos ? "/" : request.url.substr(path));
    HttpLimits limits;
    limits.inner = true;
    try {
        return HttpClient(limits).send(request);
    } catch (const std::runtime_error&) {
        return std::nullopt;
    }
}

void Callbacks::later(HttpRequest request) {
    const std::lock_guard lock(mutex_);
    if (base_.empty() || random_() % 100 < percent_) return;
    queue_.push_back(std::move(request));
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    changed_.notify_all();
}

std::size_t Callbacks::settle() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return queue_.empty() && !busy_; });
    return arrived_;
}

void Callbacks::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return ending_ || !queue_.empty(); });
        if (ending_) return;
        const HttpRequest next = std::move(queue_.front());
        queue_.pop_front();
        busy_ = true;
        lock.unlock();
        const bool answered = call(next).has_value();
        lock.lock();
        busy_ = false;
        if (answered) ++arrived_;
        changed_.notify_all();
    }
}

}  // namespace crmdav::standins
