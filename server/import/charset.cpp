#include <Poco/SHA2Engine.h>
#include <Poco/TextConverter.h>
#include <Poco/UTF16Encoding.h>
#include <Poco/UTF8Encoding.h>
#include <Poco/Windows1252Encoding.h>

#include "protocol/text/text_values.h"
#include "server/import/readers.h"

namespace crmdav {
namespace {

/// ASCII in UTF-16 has a zero in every second byte.
bool looksLikeUtf16(std::string_view bytes, std::size_t zeroAt) {
    const std::size_t sample = std::min<std::size_t>(bytes.size(), 64) & ~std::size_t{1};
    if (sample < 8) return false;
    for (std::size_t i = 0; i < sample; i += 2)
        if (bytes[i + zeroAt] != 0 || bytes[i + 1 - zeroAt] == 0) return false;
    return true;
}

std::string_view convert(std::string_view bytes, const Poco::TextEncoding& from, std::string& converted) {
    Poco::UTF8Encoding utf8;
    converted.clear();
    Poco::TextConverter(from, utf8).convert(bytes.data(), static_cast<int>(bytes.size()), converted);
    return converted;
}

/// How much of `bytes` to convert at once: not the first half of a pair of surrogates without its second.
std::size_t pieceOf(std::string_view bytes, bool littleEndian) {
    constexpr std::size_t most = 65'536;
    if (bytes.size() <= most) return bytes.size();
    const auto last = static_cast<unsigned char>(bytes[most - (littleEndian ? 1 : 2)]);
    return last >= 0xD8 && last < 0xDC ? most - 2 : most;
}

}  // namespace

std::string_view withoutMark(std::string_view bytes) { return bytes.substr(bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0); }

bool convertUtf16(std::string_view bytes, const std::function<void(std::string_view)>& take) {
    using Utf16 = Poco::UTF16Encoding;
    const bool little = bytes.starts_with("\xFF\xFE"), big = bytes.starts_with("\xFE\xFF");
    if (!little && !big && !looksLikeUtf16(bytes, 0) && !looksLikeUtf16(bytes, 1)) return false;
    const bool isLittle = little || (!big && looksLikeUtf16(bytes, 1));
    const Utf16 from(isLittle ? Utf16::LITTLE_ENDIAN_BYTE_ORDER : Utf16::BIG_ENDIAN_BYTE_ORDER);
    if (little || big) bytes.remove_prefix(2);
    std::string converted;
    while (!bytes.empty()) {
        const std::size_t size = pieceOf(bytes, isLittle);
        take(convert(bytes.substr(0, size), from, converted));
        bytes.remove_prefix(size);
    }
    return true;
}

std::string_view asUtf8(std::string_view text, std::string& converted) {
    return validUtf8(text) ? text : convert(text, Poco::Windows1252Encoding(), converted);
}

std::string uidOf(std::string_view content) {
    Poco::SHA2Engine engine(Poco::SHA2Engine::SHA_256);
    engine.update(content.data(), content.size());
    return "import-" + Poco::DigestEngine::digestToHex(engine.digest()).substr(0, 32);
}

}  // namespace crmdav
