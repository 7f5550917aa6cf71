#include "store/history/traces.h"

#include <algorithm>

#include "protocol/text/text_values.h"
#include "store/records/normalise.h"

namespace crmdav {

void Traces::add(std::string_view written) {
    std::string trace = normalName(written);
    if (trace.size() >= 4 && std::ranges::find(all_, trace) == all_.end()) all_.push_back(std::move(trace));
}

bool Traces::in(std::string_view text) const {
    const std::string folded = normalName(text);
    return std::ranges::any_of(all_, [&](const std::string& trace) { return folded.find(trace) != std::string::npos; });
}

std::string Traces::without(std::string text) const {
    for (const std::string& trace : all_)
        for (std::size_t at = findIgnoringCase(text, trace, 0); at != std::string::npos;
             at = findIgnoringCase(text, trace, at + noName.size()))
            text.replace(at, trace.size(), noName);
    return text;
}

std::size_t findIgnoringCase(std::string_view text, std::string_view wanted, std::size_t from) {
    for (std::size_t at = from; at + wanted.size() <= text.size(); ++at)
        if (equalsIgnoreCase(text.substr(at, wanted.size()), wanted)) return at;
    return std::string::npos;
}

}  // namespace crmdav
