#include "bridge/dav/card_form.h"

#include <algorithm>

#include "bridge/dav/event_form.h"
#include "protocol/text/datetime.h"
#include "store/records/contact_vcard.h"

namespace crmdav {
namespace {

constexpr std::string_view groupLine = "X-CRMDAV-GROUP";

Document documentOf(const std::string& raw) {
    try {
        return Document::parse(raw);
    } catch (const ParseError& error) {
        throw Refused(std::string("It is no card: ") + error.what());
    }
}

/// Without what isn't synced: tags are each side's own, photos go by themselves.
Contact cleaned(Contact contact) {
    contact.tags.clear();
    contact.hasPhoto = false;
    return contact;
}

/// REV as 3.0 and 4.0 write it: 19951031T222710Z, 1995-10-31T22:27:10Z, with fractions of a second.
std::optional<Instant> revisedAt(const Component& card) {
    std::string text(trim(card.value("REV")));
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    if (const auto dot = text.find('.'); dot != text.npos && text.ends_with('Z'))
        text.erase(dot, text.size() - dot - 1);
    return parseUtc(text);
}

}  // namespace

Remote parseCard(const std::string& raw) {
    const Document document = documentOf(raw);
    const Component& card = document.root();
    if (!card.is("VCARD")) throw Refused("It is no card.");
    Remote remote;
    const CardKind kind = cardKind(card);
    if (kind == CardKind::group || kind == CardKind::other) {
        remote.record = Contact();
        remote.use = Use::nothing;
        return remote;
    }
    if (cardVersion(card) == CardVersion::other) throw Refused("It is a card of an old version.");
    Contact contact = readContact(document);
    if (kind == CardKind::company && contact.firstName.empty() && contact.lastName.empty())
        remote.skip = "It is a company's card.";
    remote.hasPhoto = contact.hasPhoto;
    remote.record = cleaned(std::move(contact));
    remote.modified = revisedAt(card);
    remote.mark = markIn(card);
    for (const Property* line : card.findAll(groupLine)) remote.groups.push_back(line->text());
    return remote;
}

Contact heldContact(const Contact& contact) { return cleaned(readContact(makeCard(cleaned(contact), Instant{}))); }

std::string newCard(const Contact& contact, const Id& mark, Instant now) {
    Contact wanted = cleaned(contact);
    wanted.id = mark;
    return makeCard(wanted, now).bytes();
}

std::string changedCard(const std::string& raw, const Contact& before, const Contact& after, Instant now) {
    Document document = documentOf(raw);
    overlayContact(document, cleaned(before), cleaned(after), now);
    return document.bytes();
}

std::optional<Photo> photoOf(const std::string& raw) {
    const Document document = documentOf(raw);
    const Property* line = document.root().find("PHOTO");
    return line ? readPhoto(*line) : std::nullopt;
}

std::string withGroups(const std::string& raw, const std::vector<std::string>& groups) {
    if (groups.empty()) return raw;
    Document document = documentOf(raw);
    for (const std::string& group : groups) document.root().append(Property::ofText(groupLine, group));
    return document.bytes();
}

std::string withoutGroups(const std::string& raw) {
    if (raw.find(groupLine) == raw.npos) return raw;
    Document document = documentOf(raw);
    document.root().remove(groupLine);
    return document.bytes();
}

}  // namespace crmdav
