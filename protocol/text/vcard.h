#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/text/content_lines.h"

/// What makes a document an address object resource (RFC 6352 §5.1), and what of a card the protocol has to know.
namespace crmdav {

enum class CardVersion { v3, v4, other };
enum class VCardKind { individual, group, org, other };

CardVersion cardVersion(const Component& card);  ///< VERSION; other: missing or 2.1
/// KIND of 4.0, X-ADDRESSBOOKSERVER-KIND of Apple and X-ABShowAs:COMPANY in either version.
VCardKind vCardKind(const Component& card);

/// Members of a group card, in order: UIDs (without `urn:uuid:`), or `mailto:` and other addresses as they are.
/// Read from MEMBER and X-ADDRESSBOOKSERVER-MEMBER.
std::vector<std::string> groupMembers(const Component& card);

/// UID without `urn:uuid:`; empty: none.
std::string cardUid(const Component& card);

struct Photo {
    std::string image;      ///< bytes; empty: a reference
    std::string mediaType;  ///< image/jpeg …, told from the bytes where the card doesn't say; empty: unknown
    std::string uri;        ///< http(s) reference; empty: inline
};
/// PHOTO (or LOGO, KEY, SOUND): `ENCODING=b`/`BASE64` of 3.0 and 2.1, data URI, or reference. nullopt: neither.
std::optional<Photo> readPhoto(const Property& property);
/// Sets the value and its parameters in the form of that version; others (X-ABCROP-RECTANGLE …) go.
void writePhoto(Property& property, const Photo& photo, CardVersion version);
/// From the first bytes: JPEG, PNG, GIF, WebP, BMP, TIFF, HEIC; empty: none of them.
std::string_view mediaTypeOf(std::string_view image);

/// BDAY, ANNIVERSARY, X-ABDATE; parts that are not given are 0 (`--0517`, `1985`, X-APPLE-OMIT-YEAR).
struct CardDate {
    int year = 0, month = 0, day = 0;
    std::string rest;  ///< time and zone as written, from the `T` on
    friend bool operator==(const CardDate&, const CardDate&) = default;
};
std::optional<CardDate> readCardDate(const Property& property);  ///< nullopt: text ("circa 1800") or no date

/// Reads and checks what a client wants stored (RFC 6352 §5.1, RFC 2426, RFC 6350). A missing FN or N is fine: real
/// clients forget it.
/// @throws DavError 403 CARDDAV:valid-address-data      no content lines, no VCARD, not exactly one UID and VERSION
///                  403 CARDDAV:supported-address-data  a version other than 3.0 and 4.0
Document requireCard(std::string bytes, const TextLimits& limits = {});
/// Likewise, of bytes that outlive the document.
Document requireCardOver(std::string_view bytes, const TextLimits& limits = {});

}  // namespace crmdav
