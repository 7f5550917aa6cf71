#include "protocol/text/vcard.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

#include "protocol/dav/names.h"

namespace crmdav {
namespace {

constexpr std::string_view uuidPrefix = "urn:uuid:";

std::string withoutUuidPrefix(std::string_view value) {
    value = trim(value);
    return std::string(startsWithIgnoreCase(value, uuidPrefix) ? value.substr(uuidPrefix.size()) : value);
}

struct MediaType {
    std::string_view type, name, magic;  ///< name: TYPE value of 3.0
    std::size_t at;                      ///< of magic in the image
};

constexpr MediaType mediaTypes[] = {
    {"image/jpeg", "JPEG", "\xFF\xD8\xFF", 0},
    {"image/png", "PNG", "\x89PNG", 0},
    {"image/gif", "GIF", "GIF8", 0},
    {"image/webp", "WEBP", "WEBP", 8},
    {"image/bmp", "BMP", "BM", 0},
    {"image/tiff", "TIFF", "II*", 0},
    {"image/tiff", "TIFF", "MM", 0},
    {"image/heic", "HEIC", "ftyphei", 4},
    {"image/jpeg", "JPG", "", 0},
    {"image/svg+xml", "SVG", "", 0},
    {"audio/basic", "BASIC", "", 0},
    {"audio/wav", "WAVE", "", 0},
    {"audio/mpeg", "MP3", "", 0},
    {"application/pgp-keys", "PGP", "", 0},
    {"application/pkix-cert", "X509", "", 0},
};

std::string mediaTypeOfName(std::string_view name) {
    if (name.find('/') != std::string_view::npos) return lowerAscii(name);
    for (const auto& row : mediaTypes)
        if (equalsIgnoreCase(row.name, name)) return std::string(row.type);
    return {};
}

/// The name for TYPE: known ones as everybody spells them, else the subtype in capitals.
std::string nameOfMediaType(std::string_view type) {
    for (const auto& row : mediaTypes)
        if (row.type == type) return std::string(row.name);
    return upperAscii(type.substr(std::min(type.find('/') + 1, type.size())));
}

std::string percentDecode(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned code = 0;
        const char* const start = text.data() + i + 1;
        if (text[i] == '%' && i + 2 < text.size() && std::from_chars(start, start + 2, code, 16).ptr == start + 2) {
            bytes += static_cast<char>(code);
            i += 2;
        } else {
            bytes += text[i];
        }
    }
    return bytes;
}

/// RFC 2397. Some clients escape the comma as if it were TEXT.
std::optional<Photo> readDataUri(std::string_view value) {
    const auto comma = value.find(',');
    if (comma == std::string_view::npos) return std::nullopt;
    auto head = value.substr(5, comma - 5);
    if (head.ends_with('\\')) head.remove_suffix(1);
    Photo photo;
    photo.mediaType = lowerAscii(head.substr(0, head.find_first_of(";\\")));
    if (lowerAscii(head).ends_with(";base64")) {
        auto image = base64Decode(value.substr(comma + 1));
        if (!image) return std::nullopt;
        photo.image = *std::move(image);
    } else {
        photo.image = percentDecode(value.substr(comma + 1));
    }
    if (photo.mediaType.empty()) photo.mediaType = mediaTypeOf(photo.image);
    return photo;
}

bool isUri(std::string_view value) {
    return std::ranges::any_of(std::array{"http:", "https:", "file:", "cid:", "ftp:", "urn:", "content:"},
                               [&](const char* scheme) { return startsWithIgnoreCase(value, scheme); });
}

std::string mediaTypeOf(const Property& property) {
    if (const auto given = property.parameterText("MEDIATYPE"); !given.empty()) return lowerAscii(given);
    for (const auto& parameter : property.parameters())
        if (parameter.name.empty() || parameter.is("TYPE"))
            for (const auto value : parameter.values)
                if (auto type = mediaTypeOfName(value); !type.empty()) return type;
    return {};
}

std::optional<int> number(std::string_view digits) {
    int value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || read.ec != std::errc{} || read.ptr != digits.data() + digits.size() || value < 0)
        return std::nullopt;
    return value;
}

}  // namespace

CardVersion cardVersion(const Component& card) {
    const auto version = trim(card.value("VERSION"));
    return version == "3.0" ? CardVersion::v3 : version == "4.0" ? CardVersion::v4 : CardVersion::other;
}

VCardKind vCardKind(const Component& card) {
    for (const std::string_view name : {"KIND", "X-ADDRESSBOOKSERVER-KIND"}) {
        const auto kind = trim(card.value(name));
        if (kind.empty()) continue;
        if (equalsIgnoreCase(kind, "group")) return VCardKind::group;
        if (equalsIgnoreCase(kind, "org")) return VCardKind::org;
        if (!equalsIgnoreCase(kind, "individual")) return VCardKind::other;
    }
    return equalsIgnoreCase(trim(card.value("X-ABShowAs")), "COMPANY") ? VCardKind::org : VCardKind::individual;
}

std::vector<std::string> groupMembers(const Component& card) {
    std::vector<std::string> members;
    for (const Property& property : card.properties())
        if (property.is("MEMBER") || property.is("X-ADDRESSBOOKSERVER-MEMBER"))
            members.push_back(withoutUuidPrefix(property.value()));
    return members;
}

std::string cardUid(const Component& card) { return withoutUuidPrefix(card.text("UID")); }

std::string_view mediaTypeOf(std::string_view image) {
    for (const auto& row : mediaTypes)
        if (!row.magic.empty() && image.size() > row.at && image.substr(row.at).starts_with(row.magic)) return row.type;
    return {};
}

std::optional<Photo> readPhoto(const Property& property) {
    const auto value = trim(property.value());
    if (value.empty()) return std::nullopt;
    if (startsWithIgnoreCase(value, "data:")) return readDataUri(value);
    const auto form = property.parameter("VALUE");
    if (equalsIgnoreCase(form, "uri") || equalsIgnoreCase(form, "url") || isUri(value))
        return Photo{{}, mediaTypeOf(property), unescapeText(value)};
    auto image = base64Decode(value);
    if (!image) return std::nullopt;
    Photo photo{*std::move(image), mediaTypeOf(property), {}};
    if (photo.mediaType.empty()) photo.mediaType = mediaTypeOf(photo.image);
    return photo;
}

void writePhoto(Property& property, const Photo& photo, CardVersion version) {
    const bool isInline = photo.uri.empty();
    auto types = property.parameterTexts("TYPE");
    std::erase_if(types, [&](const std::string& type) {
        return !mediaTypeOfName(type).empty() || equalsIgnoreCase(type, nameOfMediaType(photo.mediaType));
    });
    if (version != CardVersion::v4 && !photo.mediaType.empty()) types.push_back(nameOfMediaType(photo.mediaType));
    for (const std::string_view name : {"ENCODING", "VALUE", "MEDIATYPE"}) property.removeParameter(name);
    if (version == CardVersion::v4) {
        if (!isInline && !photo.mediaType.empty()) property.setParameter("MEDIATYPE", photo.mediaType);
        property.setParameter("TYPE", types);
        property.setValue(isInline ? "data:" + photo.mediaType + ";base64," + base64Encode(photo.image) : photo.uri);
    } else {
        property.setParameter(isInline ? "ENCODING" : "VALUE", isInline ? "b" : "uri");
        property.setParameter("TYPE", types);
        property.setValue(isInline ? base64Encode(photo.image) : photo.uri);
    }
}

std::optional<CardDate> readCardDate(const Property& property) {
    if (equalsIgnoreCase(property.parameter("VALUE"), "text")) return std::nullopt;
    const auto value = trim(property.value());
    const auto time = std::min(value.find_first_of("Tt "), value.size());
    CardDate date;
    date.rest = value.substr(time);
    const auto text = value.substr(0, time);
    std::string digits(text);
    std::erase(digits, '-');
    const bool noYear = text.starts_with("--"), dayOnly = text.starts_with("---");
    const std::size_t yearDigits = noYear ? 0 : 4, monthDigits = dayOnly ? 0 : 2;
    const auto part = [&](std::size_t from, std::size_t count) {
        return from + count <= digits.size() && count > 0 ? number(std::string_view(digits).substr(from, count))
                                                          : std::optional<int>(0);
    };
    const auto year = part(0, yearDigits), month = part(yearDigits, monthDigits),
               day = part(yearDigits + monthDigits, 2);
    const std::size_t size = digits.size() - std::min(digits.size(), yearDigits);
    if (!year || !month || !day || digits.size() < yearDigits || (size != 0 && size != 2 && size != 4) ||
        (dayOnly && size != 2) || (noYear && size == 0))
        return std::nullopt;
    constexpr std::array days{31, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (*month > 12 || *day > days[static_cast<std::size_t>(*month)]) return std::nullopt;
    if ((size >= 2 && *month == 0 && !dayOnly) || (*day == 0 && (size == 4 || dayOnly))) return std::nullopt;
    const auto omitted = number(property.parameter("X-APPLE-OMIT-YEAR"));
    date.year = omitted && *omitted == *year ? 0 : *year;
    date.month = *month;
    date.day = *day;
    return date;
}

namespace {

Document requireCard(const std::function<Document()>& parse) {
    const auto invalid = [](const std::string& text) { return DavError(403, text, carddav::valid_address_data); };
    try {
        Document document = parse();
        const Component& card = document.root();
        if (!card.is("VCARD")) throw invalid("no VCARD");
        if (card.count("VERSION") != 1) throw invalid("not exactly one VERSION");
        if (cardVersion(card) == CardVersion::other)
            throw DavError(403, "vCard version " + std::string(trim(card.value("VERSION"))) + " is not supported",
                           carddav::supported_address_data);
        if (card.count("UID") != 1 || cardUid(card).empty()) throw invalid("not exactly one UID");
        return document;
    } catch (const ParseError& error) {
        throw invalid(error.what());
    }
}

}  // namespace

Document requireCard(std::string bytes, const TextLimits& limits) {
    return requireCard([&] { return Document::parse(std::move(bytes), limits); });
}

Document requireCardOver(std::string_view bytes, const TextLimits& limits) {
    return requireCard([&] { return Document::over(bytes, limits); });
}

}  // namespace crmdav
