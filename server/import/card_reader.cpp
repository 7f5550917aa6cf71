#include "protocol/text/content_lines.h"
#include "protocol/text/vcard.h"
#include "protocol/text/vcard_convert.h"
#include "server/import/readers.h"

/// Card files: each card on its own, so that a broken one costs nothing but itself.
namespace crmdav {
namespace {

std::string nameOf(const Component& card) {
    for (const std::string_view name : {"FN", "ORG", "EMAIL", "TEL"})
        if (std::string text = card.text(name); !text.empty()) return text;
    return {};
}

/// What old address books forget, and nobody can do without.
void complete(Component& card, Incoming& incoming) {
    if (cardVersion(card) == CardVersion::other) {
        if (!card.find("VERSION")) card.setValue("VERSION", "3.0");
        convertCard(card, CardVersion::v3);
    }
    incoming.uid = cardUid(card);
    if (incoming.uid.empty()) {
        std::string content;
        for (const Property& property : card.properties())
            if (!property.is("REV") && !property.is("UID")) content.append(property.line()) += '\n';
        incoming.uid = uidOf(content);
        card.setValue("UID", incoming.uid);
    }
    if (card.text("FN").empty() && !incoming.title.empty()) card.setText("FN", incoming.title);
}

/// A card in Windows-1252 that doesn't say so.
void reread(Piece& piece) {
    std::string converted;
    try {
        piece.document = Document::parse(std::string(asUtf8(piece.bytes, converted)));
        piece.error.clear();
    } catch (const ParseError& error) {
        piece.error = error.what();
    }
}

}  // namespace

void readCardFile(std::string_view text, const TakeIncoming& take) {
    std::size_t offset = 0;
    parseAll(text, [&](Piece&& piece) {
        offset += piece.bytes.size();
        Incoming incoming;
        incoming.target = Becomes::contact;
        incoming.line = piece.line;
        incoming.offset = offset;
        if (!piece.document && !validUtf8(piece.bytes)) reread(piece);
        incoming.error = piece.error;
        if (piece.document && !piece.document->root().is("VCARD")) incoming.error = "is no card";
        if (incoming.error.empty() && piece.document) {
            Component& card = piece.document->root();
            incoming.title = nameOf(card);
            if (vCardKind(card) == VCardKind::org) incoming.target = Becomes::company;
            complete(card, incoming);
            incoming.bytes = piece.document->bytes();
        }
        take(std::move(incoming));
        return true;
    });
}

}  // namespace crmdav
