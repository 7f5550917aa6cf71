#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

#include <algorithm>
#include <stdexcept>

#include "protocol/dav/filter.h"
#include "protocol/text/text_values.h"

namespace crmdav {

namespace {

bool isAscii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool sameFolded(std::string_view value, std::string_view needle) {
    return std::equal(value.begin(), value.end(), needle.begin(), needle.end(),
                      [](char a, char b) { return lower(a) == b; });
}

/// `find` of a lower-case needle in a value of any case, without copying the value.
bool containsFolded(std::string_view value, std::string_view needle) {
    return std::search(value.begin(), value.end(), needle.begin(), needle.end(),
                       [](char a, char b) { return lower(a) == b; }) != value.end() ||
           needle.empty();
}

bool compareFolded(MatchType type, std::string_view value, std::string_view needle) {
    if (type == MatchType::equals) return value.size() == needle.size() && sameFolded(value, needle);
    if (type == MatchType::contains) return containsFolded(value, needle);
    if (value.size() < needle.size()) return false;
    const std::size_t at = type == MatchType::startsWith ? 0 : value.size() - needle.size();
    return sameFolded(value.substr(at, needle.size()), needle);
}

bool compareExact(MatchType type, std::string_view value, std::string_view needle) {
    switch (type) {
        case MatchType::equals: return value == needle;
        case MatchType::startsWith: return value.starts_with(needle);
        case MatchType::endsWith: return value.ends_with(needle);
        case MatchType::contains: break;
    }
    return value.find(needle) != value.npos;
}

bool compare(const TextMatch& match, std::string_view value) {
    switch (match.collation) {
        case Collation::octet: return compareExact(match.type, value, match.needle);
        case Collation::asciiCasemap: return compareFolded(match.type, value, match.needle);
        case Collation::unicodeCasemap: break;
    }
    if (isAscii(value)) return compareFolded(match.type, value, match.needle);  // folding ASCII lowers it, no more
    return compareExact(match.type, foldForIndex(value), match.needle);
}

const icu::Normalizer2& require(const icu::Normalizer2* normalizer, UErrorCode status) {
    if (U_FAILURE(status) || !normalizer) throw std::runtime_error("ICU has no normalisation data");
    return *normalizer;
}

void normalise(const icu::Normalizer2& form, std::string_view text, std::string& out) {
    icu::StringByteSink<std::string> sink(&out, static_cast<std::int32_t>(text.size()));
    UErrorCode status = U_ZERO_ERROR;
    form.normalizeUTF8(0, {text.data(), static_cast<std::int32_t>(text.size())}, sink, nullptr, status);
    if (U_FAILURE(status)) throw std::runtime_error("text can't be normalised");
}

}  // namespace

std::string foldForIndex(std::string_view text) {
    if (isAscii(text)) return lowerAscii(text);
    UErrorCode status = U_ZERO_ERROR;
    static const icu::Normalizer2& fold = require(icu::Normalizer2::getNFKCCasefoldInstance(status), status);
    static const icu::Normalizer2& decompose = require(icu::Normalizer2::getNFDInstance(status), status);
    std::string folded, out;
    normalise(fold, text, folded);
    normalise(decompose, folded, out);
    return out;
}

TextMatch textMatch(std::string text, Collation collation, MatchType type, bool negate) {
    std::string needle = collation == Collation::octet          ? text
                         : collation == Collation::asciiCasemap ? lowerAscii(text)
                                                                : foldForIndex(text);
    return {std::move(text), std::move(needle), collation, type, negate};
}

bool matches(const TextMatch& match, std::string_view value) { return compare(match, value) != match.negate; }

}  // namespace crmdav
