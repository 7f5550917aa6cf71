#include "server/http/metrics.h"

#include <algorithm>
#include <numeric>

#include "server/http/exposition.h"

namespace crmdav {

Metrics& Metrics::ofProcess() {
    static Metrics metrics;
    return metrics;
}

std::uint64_t Metrics::OfMethod::count() const noexcept {
    return std::accumulate(durations.begin(), durations.end(), std::uint64_t{0});
}

void Metrics::request(std::string_view method, int status, std::chrono::microseconds took, std::uint64_t in,
                      std::uint64_t out) noexcept {
    constexpr auto relaxed = std::memory_order_relaxed;
    const auto known = std::find(methods.begin(), methods.end() - 1, method) - methods.begin();
    OfMethod& of = byMethod_[static_cast<std::size_t>(known)];
    of.byClass[static_cast<std::size_t>(std::clamp(status / 100, 0, 5))].fetch_add(1, relaxed);
    const auto spent = static_cast<std::uint64_t>(took.count());
    const auto bucket = std::lower_bound(bounds.begin(), bounds.end(), spent) - bounds.begin();
    of.durations[static_cast<std::size_t>(bucket)].fetch_add(1, relaxed);
    of.microseconds.fetch_add(spent, relaxed);
    bytesIn_.fetch_add(in, relaxed);
    bytesOut_.fetch_add(out, relaxed);
}

/// Of the methods that were asked for, each with every class of status: a first error has a zero before it.
void Metrics::appendRequests(std::string& out) const {
    describe(out, "crmdav_requests_total", "counter", "Requests answered, by method and class of status.");
    for (std::size_t m = 0; m < methods.size(); ++m) {
        if (byMethod_[m].count() == 0) continue;
        for (std::size_t i = 1; i < byMethod_[m].byClass.size(); ++i)
            sample(out, "crmdav_requests_total", label("method", methods[m]) + ",class=\"" + std::to_string(i) + "xx\"",
                   std::to_string(byMethod_[m].byClass[i]));
    }
    describe(out, "crmdav_request_seconds", "histogram", "Time from the whole request to the whole answer.");
    for (std::size_t m = 0; m < methods.size(); ++m) {
        const OfMethod& of = byMethod_[m];
        if (of.count() == 0) continue;
        const std::string method = label("method", methods[m]);
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < of.durations.size(); ++i) {
            sum += of.durations[i];
            const auto bound = i < bounds.size() ? secondsOf(bounds[i]) : "+Inf";
            sample(out, "crmdav_request_seconds_bucket", method + "," + label("le", bound), std::to_string(sum));
        }
        sample(out, "crmdav_request_seconds_sum", method, secondsOf(of.microseconds));
        sample(out, "crmdav_request_seconds_count", method, std::to_string(sum));
    }
}

void Metrics::append(std::string& out) const {
    appendRequests(out);
    figure(out, "crmdav_received_bytes_total", "counter", "Bytes of request bodies.", bytesIn_.load());
    figure(out, "crmdav_sent_bytes_total", "counter", "Bytes of answers.", bytesOut_.load());
    figure(out, "crmdav_connections", "gauge", "Open connections.", std::max<std::int64_t>(connections_, 0));
    figure(out, "crmdav_connections_total", "counter", "Connections taken.", connectionsEver_.load());
    figure(out, "crmdav_refused_sign_ins_total", "counter", "Requests with wrong credentials.", refusedSignIns_.load());
    figure(out, "crmdav_refused_requests_total", "counter", "Requests whose framing or address was refused.",
           refusedRequests_.load());
}

}  // namespace crmdav
