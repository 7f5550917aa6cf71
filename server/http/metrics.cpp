#include "server/http/metrics.h"

#include <algorithm>
#include <cstdio>

namespace crmdav {
namespace {

void figure(std::string& out, const char* name, const char* type, const char* about, std::uint64_t value) {
    out.append("# HELP ").append(name).append(" ").append(about);
    out.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
    out.append(name).append(" ").append(std::to_string(value)).append("\n");
}

std::string seconds(std::uint64_t microseconds) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", static_cast<double>(microseconds) / 1e6);
    return text;
}

}  // namespace

Metrics& Metrics::ofProcess() {
    static Metrics metrics;
    return metrics;
}

void Metrics::request(int status, std::chrono::microseconds took, std::uint64_t in, std::uint64_t out) noexcept {
    constexpr auto relaxed = std::memory_order_relaxed;
    byClass_[static_cast<std::size_t>(std::clamp(status / 100, 0, 5))].fetch_add(1, relaxed);
    const auto spent = static_cast<std::uint64_t>(took.count());
    const auto bucket = std::lower_bound(bounds.begin(), bounds.end(), spent) - bounds.begin();
    durations_[static_cast<std::size_t>(bucket)].fetch_add(1, relaxed);
    microseconds_.fetch_add(spent, relaxed);
    bytesIn_.fetch_add(in, relaxed);
    bytesOut_.fetch_add(out, relaxed);
}

void Metrics::append(std::string& out) const {
    out +=
        "# HELP crmdav_requests_total Requests answered, by class of status.\n# TYPE crmdav_requests_total counter\n";
    for (std::size_t i = 1; i < byClass_.size(); ++i)
        out += "crmdav_requests_total{class=\"" + std::to_string(i) + "xx\"} " + std::to_string(byClass_[i]) + "\n";
    out +=
        "# HELP crmdav_request_seconds Time from the whole request to the whole answer.\n"
        "# TYPE crmdav_request_seconds histogram\n";
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < durations_.size(); ++i) {
        sum += durations_[i];
        const auto bound = i < bounds.size() ? seconds(bounds[i]) : "+Inf";
        out += "crmdav_request_seconds_bucket{le=\"" + bound + "\"} " + std::to_string(sum) + "\n";
    }
    out += "crmdav_request_seconds_sum " + seconds(microseconds_) + "\n";
    out += "crmdav_request_seconds_count " + std::to_string(sum) + "\n";
    figure(out, "crmdav_received_bytes_total", "counter", "Bytes of request bodies.", bytesIn_);
    figure(out, "crmdav_sent_bytes_total", "counter", "Bytes of answers.", bytesOut_);
    figure(out, "crmdav_connections", "gauge", "Open connections.",
           static_cast<std::uint64_t>(std::max<std::int64_t>(connections_, 0)));
    figure(out, "crmdav_connections_total", "counter", "Connections taken.", connectionsEver_);
    figure(out, "crmdav_refused_sign_ins_total", "counter", "Requests with wrong credentials.", refusedSignIns_);
    figure(out, "crmdav_refused_requests_total", "counter", "Requests whose framing or address was refused.",
           refusedRequests_);
}

}  // namespace crmdav
