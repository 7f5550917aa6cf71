#include "store/objects/text_index.h"

#include <algorithm>
#include <array>
#include <optional>

#include "protocol/dav/filter.h"
#include "protocol/text/content_lines.h"
#include "store/engine/database.h"

namespace crmdav {

namespace {

constexpr std::array<std::string_view, 9> indexed{"FN",  "N",     "NICKNAME", "EMAIL",     "TEL",
                                                  "ORG", "TITLE", "NOTE",     "CATEGORIES"};
constexpr std::size_t maxText = 4096;
constexpr std::size_t maxTrigrams = 8;

/// Stands for "too long to index"; no client's text has it (control characters are refused).
constexpr std::string_view everything = "\x01\x01\x01";

bool isIndexed(std::string_view name) {
    return std::any_of(indexed.begin(), indexed.end(), [&](auto one) { return equalsIgnoreCase(one, name); });
}

/// Byte offsets at which characters begin, and the end.
std::vector<std::size_t> characters(std::string_view text) {
    std::vector<std::size_t> starts;
    for (std::size_t i = 0; i < text.size(); ++i)
        if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) starts.push_back(i);
    starts.push_back(text.size());
    return starts;
}

/// All of the needle's trigrams, or as many as pay; nullopt: it is too short to have one.
std::optional<std::string> trigrams(Engine engine, std::string_view needle) {
    const auto starts = characters(needle);
    if (starts.size() < 4) return std::nullopt;
    const std::size_t count = starts.size() - 3;
    const std::size_t step = std::max<std::size_t>(1, std::min<std::size_t>(3, count / maxTrigrams + 1));
    std::string out = "(";
    std::size_t used = 0;
    for (std::size_t i = 0; i < count && used < maxTrigrams; i += step, ++used) {
        if (used > 0) out += dialect::both(engine);
        out += dialect::quote(engine, needle.substr(starts[i], starts[i + 3] - starts[i]));
    }
    return out + ")";
}

}  // namespace

std::string indexedText(const Component& card) {
    std::string text;
    for (const Property& property : card.properties()) {
        if (!isIndexed(property.name())) continue;
        if (text.size() + property.value().size() > maxText) return std::string(everything);
        text += foldForIndex(property.text());
        text += '\n';
    }
    return text;
}

void addText(Connection& db, MemberId member, std::string_view folded) { db.exec("{add card text}", member, folded); }

std::string textExpression(Engine engine, std::string_view folded) {
    return trigrams(engine, folded).value_or(std::string());
}

std::string searchExpression(Engine engine, std::string_view text) {
    if (text.find_first_not_of("0123456789+-/(). \t") == std::string_view::npos) return {};
    const auto one = trigrams(engine, foldForIndex(text));
    if (!one) return {};
    std::string wanted = *one;
    return wanted.append(dialect::either(engine)).append(dialect::quote(engine, everything));
}

std::string matchExpression(Engine engine, const CardFilter& filter) {
    std::string all;
    for (const auto& group : requiredText(filter)) {
        std::string any;
        for (const Needle& needle : group) {
            const auto one = isIndexed(needle.property) ? trigrams(engine, needle.text) : std::nullopt;
            if (!one) {
                any.clear();
                break;
            }
            if (!any.empty()) any += dialect::either(engine);
            any += *one;
        }
        if (any.empty()) continue;
        any.append(dialect::either(engine)).append(dialect::quote(engine, everything));
        if (!all.empty()) all += dialect::both(engine);
        all.append("(").append(any).append(")");
    }
    return all;
}

}  // namespace crmdav
