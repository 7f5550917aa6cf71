#pragma once
#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/text/content_lines.h"
#include "protocol/text/datetime.h"

/// What the mapping tests share: documents from short text, and the lines that an edit changed.
namespace crmdav {

inline const Instant now{std::chrono::sys_days(std::chrono::year(2026) / 1 / 5)};

inline std::string crlf(std::string_view text) {
    std::string out;
    for (char c : text) out += c == '\n' ? std::string("\r\n") : std::string(1, c);
    return out;
}
inline Document parse(std::string_view text) { return Document::parse(crlf(text)); }

inline std::vector<std::string> linesOf(const std::string& bytes) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < bytes.size();) {
        const auto end = bytes.find("\r\n", at);
        lines.push_back(bytes.substr(at, end - at));
        at = end + 2;
    }
    return lines;
}
/// Lines that aren't the same in both, those of `before` first.
inline std::vector<std::string> changedLines(const std::string& before, const std::string& after) {
    std::vector<std::string> changed, others = linesOf(after);
    for (const std::string& line : linesOf(before))
        if (auto same = std::ranges::find(others, line); same != others.end())
            others.erase(same);
        else
            changed.push_back("-" + line);
    for (const std::string& line : others) changed.push_back("+" + line);
    return changed;
}

}  // namespace crmdav
