#include "store/records/normalise.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <vector>

#include "store/records/sort_name.h"

namespace crmdav {
namespace {

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// Line breaks, too.
std::string_view withoutBlanks(std::string_view text) {
    while (!text.empty() && isBlank(text.front())) text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back())) text.remove_suffix(1);
    return text;
}

std::string lowered(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), lower);
    return out;
}

/// Unicode case folding; plain ASCII, which is nearly all, doesn't reach ICU.
std::string folded(std::string_view text) {
    if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return lowered(text);
    std::string out;
    icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())))
        .foldCase()
        .toUTF8String(out);
    return out;
}

/// Country calling code and the prefix that is dialled inside the country instead of it.
struct Dialling {
    std::string_view region, code, trunk, international;
};
constexpr Dialling diallings[] = {
    {"DE", "49", "0", "00"},  {"AT", "43", "0", "00"},   {"CH", "41", "0", "00"},  {"LI", "423", "", "00"},
    {"LU", "352", "", "00"},  {"FR", "33", "0", "00"},   {"BE", "32", "0", "00"},  {"NL", "31", "0", "00"},
    {"GB", "44", "0", "00"},  {"IE", "353", "0", "00"},  {"ES", "34", "", "00"},   {"PT", "351", "", "00"},
    {"IT", "39", "", "00"},   {"DK", "45", "", "00"},    {"SE", "46", "0", "00"},  {"NO", "47", "", "00"},
    {"FI", "358", "0", "00"}, {"PL", "48", "", "00"},    {"CZ", "420", "", "00"},  {"SK", "421", "0", "00"},
    {"HU", "36", "06", "00"}, {"RO", "40", "0", "00"},   {"BG", "359", "0", "00"}, {"GR", "30", "", "00"},
    {"HR", "385", "0", "00"}, {"SI", "386", "0", "00"},  {"EE", "372", "", "00"},  {"LV", "371", "", "00"},
    {"LT", "370", "8", "00"}, {"UA", "380", "0", "00"},  {"TR", "90", "0", "00"},  {"IL", "972", "0", "00"},
    {"US", "1", "1", "011"},  {"CA", "1", "1", "011"},   {"MX", "52", "", "00"},   {"BR", "55", "0", "00"},
    {"AR", "54", "0", "00"},  {"AU", "61", "0", "0011"}, {"NZ", "64", "0", "00"},  {"JP", "81", "0", "010"},
    {"CN", "86", "0", "00"},  {"IN", "91", "0", "00"},   {"SG", "65", "", "00"},   {"ZA", "27", "0", "00"},
    {"AE", "971", "0", "00"},
};

std::string withoutExtension(std::string_view written) {
    std::string text = lowered(written);
    for (std::string_view mark : {";ext=", "ext", ";", "x", "#", ","})
        if (auto at = text.find(mark); at != std::string::npos && at > 3) text.resize(at);
    return text;
}

constexpr std::array<std::string_view, 27> legalForms{
    "gmbh & co. kg", "gmbh & co kg", "gmbh",    "mbh",  "ag",  "kg",  "ohg", "ug",  "e.v.", "ev",  "se",
    "ltd.",          "ltd",          "limited", "inc.", "inc", "llc", "llp", "plc", "corp", "co.", "s.a.",
    "s.r.l.",        "corporation",  "b.v.",    "sarl", "oy"};

constexpr std::size_t mostSorted = 200;  ///< bytes; an index takes some thousand

/// Words of letters and digits: NFKD, without case and accents.
std::vector<std::string> plainWords(std::string_view written) {
    UErrorCode error = U_ZERO_ERROR;
    const auto* form = icu::Normalizer2::getNFKDInstance(error);
    auto text = icu::UnicodeString::fromUTF8(icu::StringPiece(written.data(), static_cast<int32_t>(written.size())));
    if (U_SUCCESS(error)) text = form->normalize(text.foldCase(), error);
    std::vector<std::string> words(1);
    for (int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
        const UChar32 letter = text.char32At(at);
        if (u_charType(letter) == U_NON_SPACING_MARK) continue;
        if (u_isalnum(letter))
            icu::UnicodeString(letter).toUTF8String(words.back());
        else if (!words.back().empty() && letter != U'\'' && letter != U'\u2019')
            words.emplace_back();
    }
    return words;
}

std::string joined(const std::vector<std::string>& words) {
    std::string name;
    for (const std::string& word : words) {
        if (!name.empty() && !word.empty()) name += ' ';
        name += word;
    }
    return name;
}

}  // namespace

std::string normalEmail(std::string_view written) {
    written = withoutBlanks(written);
    if (written.size() > 7 && lowered(written.substr(0, 7)) == "mailto:") written.remove_prefix(7);
    const auto at = written.rfind('@');
    if (at == std::string_view::npos || at == 0 || at + 1 == written.size()) return {};
    if (std::ranges::any_of(written, [](char c) { return isBlank(c) || static_cast<unsigned char>(c) < 0x20; }))
        return {};
    return folded(written);
}

std::string_view domainOf(std::string_view email) {
    const auto at = email.rfind('@');
    return at == std::string_view::npos ? std::string_view{} : email.substr(at + 1);
}

std::string normalPhone(std::string_view written, std::string_view region) {
    written = withoutBlanks(written);
    if (written.size() > 4 && lowered(written.substr(0, 4)) == "tel:") written.remove_prefix(4);
    std::string text = withoutExtension(written);
    if (auto optional = text.find("(0)"); optional != std::string::npos) text.erase(optional, 3);  // +49 (0)30 …
    const bool plus = text.find('+') != std::string::npos;
    std::string digits;
    std::ranges::copy_if(text, std::back_inserter(digits), isDigit);
    if (digits.empty()) return {};
    if (plus) return "+" + digits;
    const auto* home = std::ranges::find(diallings, region, &Dialling::region);
    if (home == std::end(diallings)) return digits;
    if (digits.starts_with(home->international)) return "+" + digits.substr(home->international.size());
    if (!home->trunk.empty() && digits.starts_with(home->trunk)) digits.erase(0, home->trunk.size());
    return "+" + std::string(home->code) + digits;
}

std::string normalName(std::string_view written) {
    std::string once;
    for (char c : withoutBlanks(written))
        if (!isBlank(c))
            once += c;
        else if (once.back() != ' ')
            once += ' ';
    return folded(once);
}

std::string personName(std::string_view written) {
    auto words = plainWords(written);
    std::ranges::sort(words);
    return joined(words);
}

std::string sortName(std::string_view written) {
    std::string name = joined(plainWords(written));
    if (name.empty()) name = normalName(written);
    if (name.size() <= mostSorted) return name;
    std::size_t end = mostSorted;
    while ((static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
    name.resize(end);
    return name;
}

std::string normalCompany(std::string_view written) {
    std::string name = normalName(written);
    for (std::string_view form : legalForms)
        if (name.size() > form.size() + 1 && name.ends_with(form) && name[name.size() - form.size() - 1] == ' ') {
            name.resize(name.size() - form.size() - 1);
            while (!name.empty() && (name.back() == ' ' || name.back() == ',')) name.pop_back();
            break;
        }
    return name;
}

std::string cleanText(std::string_view text) {
    const auto isClean = [](char letter) {
        const auto c = static_cast<unsigned char>(letter);
        return c >= 0x20 ? c != 0x7f : c == '\n' || c == '\t';
    };
    std::string out;
    out.reserve(text.size());
    for (std::size_t from = 0; from < text.size();) {
        const auto* const end = std::find_if_not(text.data() + from, text.data() + text.size(), isClean);
        const auto stop = static_cast<std::size_t>(end - text.data());
        out.append(text, from, stop - from);
        if (stop < text.size() && text[stop] == '\r' && !text.substr(stop + 1).starts_with('\n')) out += '\n';
        from = stop + 1;
    }
    return out;
}

std::string normalUrl(std::string_view written) {
    std::string url(withoutBlanks(written));
    const auto scheme = url.find("://");
    const auto path = scheme == std::string::npos ? 0 : url.find('/', scheme + 3);
    for (std::size_t i = 0; i < std::min(path, url.size()); ++i) url[i] = lower(url[i]);
    while (url.size() > 1 && url.back() == '/') url.pop_back();
    return url;
}

}  // namespace crmdav
