#include "server/http/metrics.h"

#include <set>
#include <sstream>

namespace crmdav {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string textOf(const Metrics& metrics) {
    std::string text;
    metrics.append(text);
    return text;
}

TEST(Metrics, RequestsAreCountedAndTimedByMethod) {
    Metrics metrics;
    metrics.request("PUT", 201, 700us, 100, 0);
    metrics.request("PUT", 412, 20ms, 100, 50);
    metrics.request("PUT", 503, 20s, 100, 50);
    metrics.request("REPORT", 207, 1ms, 300, 5000);
    EXPECT_THAT(textOf(metrics),
                AllOf(HasSubstr("crmdav_requests_total{method=\"PUT\",class=\"2xx\"} 1\n"),
                      HasSubstr("crmdav_requests_total{method=\"PUT\",class=\"4xx\"} 1\n"),
                      HasSubstr("crmdav_requests_total{method=\"PUT\",class=\"5xx\"} 1\n"),
                      HasSubstr("crmdav_requests_total{method=\"REPORT\",class=\"5xx\"} 0\n"),
                      HasSubstr("crmdav_request_seconds_bucket{method=\"PUT\",le=\"0.0005\"} 0\n"),
                      HasSubstr("crmdav_request_seconds_bucket{method=\"PUT\",le=\"0.001\"} 1\n"),
                      HasSubstr("crmdav_request_seconds_bucket{method=\"PUT\",le=\"10\"} 2\n"),
                      HasSubstr("crmdav_request_seconds_bucket{method=\"PUT\",le=\"+Inf\"} 3\n"),
                      HasSubstr("crmdav_request_seconds_sum{method=\"PUT\"} 20.0207\n"),
                      HasSubstr("crmdav_request_seconds_count{method=\"PUT\"} 3\n"),
                      HasSubstr("crmdav_request_seconds_bucket{method=\"REPORT\",le=\"0.001\"} 1\n"),
                      HasSubstr("crmdav_received_bytes_total 600\n"), HasSubstr("crmdav_sent_bytes_total 5100\n")));
}

/// Clients choose what they send: it must not become a series each.
TEST(Metrics, MethodsThatNobodyKnowsAreOne) {
    Metrics metrics;
    for (const char* method : {"BREW", "get", "\"} 1\nx{a=\""}) metrics.request(method, 405, 1ms, 0, 0);
    EXPECT_THAT(textOf(metrics), AllOf(HasSubstr("{method=\"other\",class=\"4xx\"} 3\n"), Not(HasSubstr("BREW"))));
    EXPECT_THAT(textOf(metrics), Not(HasSubstr("method=\"GET\"")));
}

TEST(Metrics, EverySeriesIsDescribedOnceAndBeforeIt) {
    Metrics metrics;
    metrics.request("GET", 200, 1ms, 0, 0);
    std::istringstream lines(textOf(metrics));
    std::set<std::string> described;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("# TYPE ")) {
            EXPECT_TRUE(described.insert(line.substr(7, line.find(' ', 7) - 7)).second) << line;
        } else if (!line.starts_with("#")) {
            std::string name = line.substr(0, line.find_first_of("{ "));
            for (const std::string_view ending : {"_bucket", "_sum", "_count"})
                if (name.starts_with("crmdav_request_seconds_") && name.ends_with(ending))
                    name.resize(name.size() - ending.size());
            EXPECT_TRUE(described.contains(name)) << line;
        }
    }
}

}  // namespace
}  // namespace crmdav
