#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "protocol/dav/errors.h"
#include "protocol/text/content_lines.h"
#include "protocol/text/json_text.h"
#include "protocol/text/vcard.h"
#include "protocol/text/vcard_convert.h"

/// Any bytes as a card: what would be stored is read and goes over to the other version and back.
using namespace crmdav;

namespace {

void readCard(const Document& document) {
    const Component& card = document.root();
    (void)vCardKind(card);
    (void)groupMembers(card);
    (void)cardUid(card);
    for (const Property& property : card.properties()) {
        (void)readPhoto(property);
        (void)readCardDate(property);
    }
    const std::string json = toJson(document);
    try {
        (void)toJson(fromJson(json));
    } catch (const ParseError&) {  // names that the lines allow and jCard doesn't
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::optional<Document> document;
    try {
        document = requireCard(std::string(reinterpret_cast<const char*>(data), size),
                               {.bytes = 1U << 20U, .lineBytes = 1U << 16U, .lines = 2'000});
    } catch (const DavError&) {
        return 0;
    }
    // From here on nothing may be refused: an exception is a finding.
    readCard(*document);
    for (const CardVersion version : {CardVersion::v3, CardVersion::v4}) {
        const Document other = requireCard(convertedCard(*document, version));
        readCard(other);
        (void)requireCard(convertedCard(other, cardVersion(document->root())));
    }
    return 0;
}
