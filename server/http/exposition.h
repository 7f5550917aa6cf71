#pragma once
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

/// Prometheus' text format 0.0.4.
namespace crmdav {

/// The two lines before a metric's samples. @param type counter, gauge or histogram
void describe(std::string& out, std::string_view name, std::string_view type, std::string_view about);
/// One sample. @param labels  as `method="PUT"`, empty: none
void sample(std::string& out, std::string_view name, std::string_view labels, std::string_view value);
/// A metric with one sample.
void figure(std::string& out, std::string_view name, std::string_view type, std::string_view about,
            std::string_view value);
void figure(std::string& out, std::string_view name, std::string_view type, std::string_view about,
            std::integral auto value) {
    figure(out, name, type, about, std::string_view(std::to_string(value)));
}

std::string secondsOf(std::uint64_t microseconds);
/// `name="value"`, with whatever bytes the value has.
std::string label(std::string_view name, std::string_view value);

}  // namespace crmdav
