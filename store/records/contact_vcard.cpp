#include "store/records/contact_vcard.h"

#include <algorithm>
#include <utility>

#include "protocol/text/datetime.h"
#include "store/records/card_lines.h"
#include "store/records/normalise.h"

namespace crmdav {
namespace {

bool saysYes(std::string_view value, std::string_view expected) { return equalsIgnoreCase(trim(value), expected); }

/// A field that is one part of one structured property.
struct PartField {
    std::string_view property;
    std::size_t part;
    std::string Contact::*field;
};
const PartField partFields[] = {
    {"N", 0, &Contact::lastName},     {"N", 1, &Contact::firstName}, {"N", 2, &Contact::middleName},
    {"N", 3, &Contact::prefix},       {"N", 4, &Contact::suffix},    {"ORG", 0, &Contact::companyName},
    {"ORG", 1, &Contact::department},
};

/// A field that is the whole text of one property.
struct TextField {
    std::string_view property;
    std::string Contact::*field;
};
const TextField textFields[] = {
    {"FN", &Contact::displayName}, {"TITLE", &Contact::jobTitle}, {"NOTE", &Contact::notes}};

struct ListField {
    const LineKind& lines;
    std::vector<LabelledValue> Contact::*field;
};
const ListField listFields[] = {{emailLines, &Contact::emails},
                                {phoneLines, &Contact::phones},
                                {urlLines, &Contact::urls},
                                {imLines, &Contact::ims},
                                {dateLines, &Contact::dates}};

std::string nicknameOf(const Component& card) {
    std::string joined;
    if (const Property* nickname = card.find("NICKNAME"))
        for (const std::string& name : nickname->texts()) joined += (joined.empty() ? "" : ", ") + name;
    return cleanText(joined);
}

std::vector<std::string> tagsOf(const Component& card) {
    std::vector<std::string> tags;
    for (const Property& line : card.properties())
        if (line.is("CATEGORIES"))
            for (const std::string& written : line.texts())
                if (std::string tag = cleanText(trim(written)); !tag.empty()) tags.push_back(std::move(tag));
    return tags;
}

void setTags(Component& card, const std::vector<std::string>& tags) {
    bool first = true;
    card.removeIf(
        [&](const Property& p) { return p.is("CATEGORIES") && (tags.empty() || !std::exchange(first, false)); });
    if (tags.empty()) return;
    Property* line = card.find("CATEGORIES");
    (line ? *line : card.add(Property("CATEGORIES"))).setTexts(tags);
}

/// The property as a whole; an emptied one goes, FN stays as RFC 6350 §6.2.1 wants.
void setWhole(Component& card, std::string_view name, const std::string& plain) {
    if (plain.empty() && name != "FN")
        card.remove(name);
    else
        card.setText(name, plain);
}

void setStructured(Component& card, std::string_view name, std::size_t part, const std::string& plain) {
    Property* line = card.find(name);
    if (!line && plain.empty()) return;
    if (!line) line = &card.add(Property(name, name == "N" ? ";;;;" : ""));
    setPart(*line, part, plain);
    if (name == "ORG" && line->value().find_first_not_of(";") == std::string_view::npos) card.remove(name);
}

void setBirthday(Component& card, const std::string& birthday) {
    if (birthday.empty()) {
        card.remove("BDAY");
        return;
    }
    const bool version4 = isVersion4(card);
    Property* line = card.find("BDAY");
    if (!line) line = &card.add(Property("BDAY"));
    std::string value = birthday;
    const bool dashes = line->value().empty() ? !version4 : line->value().find('-', 2) != std::string_view::npos;
    if (!dashes) std::erase(value, '-');
    line->removeParameter("X-APPLE-OMIT-YEAR");
    if (line->hasParameter("VALUE")) line->setParameter("VALUE", "date");
    line->setValue(value);
}

void revise(Component& card, Instant now) {
    Property* rev = card.find("REV");
    if (!rev) return;
    std::string text = utcText(now);
    if (rev->value().find('-') != std::string_view::npos) {  // 1995-10-31T22:27:10Z is 3.0's other form
        text.insert(13, ":").insert(11, ":");
        text.insert(6, "-").insert(4, "-");
    }
    rev->setValue(text);
}

Component emptyCard(const std::string& uid, const Id& id) {
    Component card("VCARD");
    card.setValue("VERSION", "3.0");
    card.setValue("PRODID", "-//crmdav//EN");
    card.setText("UID", uid);
    if (!id.empty()) card.setValue("X-CRMDAV-ID", id);
    return card;
}

std::string imageType(std::string_view image) {
    if (image.starts_with("\x89PNG")) return "png";
    if (image.starts_with("GIF8")) return "gif";
    return image.starts_with("RIFF") && image.find("WEBP") == 8 ? "webp" : "jpeg";
}

}  // namespace

std::string fullDate(const Property& line) {
    std::string digits;
    const std::string value = line.text();
    const auto end = std::min(value.find_first_of("T "), value.size());
    for (char c : value.substr(0, end))
        if (c >= '0' && c <= '9')
            digits += c;
        else if (c != '-')
            return {};
    if (digits.size() != 8 || value.starts_with('-') || line.parameter("X-APPLE-OMIT-YEAR") == digits.substr(0, 4))
        return {};
    if (!DateTime::parse(digits)) return {};
    return digits.insert(6, "-").insert(4, "-");
}

CardKind cardKind(const Component& card) {
    std::string_view kind = card.value("KIND");
    if (kind.empty()) kind = card.value("X-ADDRESSBOOKSERVER-KIND");
    if (saysYes(kind, "group")) return CardKind::group;
    if (saysYes(kind, "org") || saysYes(card.value("X-ABShowAs"), "COMPANY")) return CardKind::company;
    return kind.empty() || saysYes(kind, "individual") ? CardKind::person : CardKind::other;
}

Contact readContact(const Document& document) {
    const Component& card = document.root();
    Contact contact;
    for (const auto& [property, field] : textFields) contact.*field = cleanText(card.text(property));
    for (const auto& [property, part, field] : partFields)
        if (const Property* line = card.find(property)) contact.*field = partText(*line, part);
    for (const auto& [lines, field] : listFields) contact.*field = readLines(card, lines);
    contact.addresses = readAddresses(card);
    contact.nickname = nicknameOf(card);
    contact.tags = tagsOf(card);
    if (const Property* birthday = card.find("BDAY")) contact.birthday = fullDate(*birthday);
    contact.hasPhoto = card.find("PHOTO") != nullptr;
    contact.uid = card.text("UID");
    return contact;
}

void overlayContact(Document& document, const Contact& before, const Contact& after, Instant now) {
    Component& card = document.root();
    const std::string old = document.bytes();
    for (const auto& [property, field] : textFields)
        if (before.*field != after.*field) setWhole(card, property, after.*field);
    for (const auto& [property, part, field] : partFields)
        if (before.*field != after.*field) setStructured(card, property, part, after.*field);
    for (const auto& [lines, field] : listFields)
        if (before.*field != after.*field) overlayLines(card, lines, after.*field);
    if (before.addresses != after.addresses) overlayAddresses(card, after.addresses);
    if (before.nickname != after.nickname) setWhole(card, "NICKNAME", after.nickname);
    if (before.tags != after.tags) setTags(card, after.tags);
    if (before.birthday != after.birthday) setBirthday(card, after.birthday);
    if (document.bytes() != old) revise(card, now);
}

Company readCompany(const Document& document) {
    const Component& card = document.root();
    Company company;
    if (const Property* organisation = card.find("ORG")) company.name = partText(*organisation, 0);
    if (company.name.empty()) company.name = cleanText(card.text("FN"));
    company.emails = readLines(card, emailLines);
    company.phones = readLines(card, phoneLines);
    company.urls = readLines(card, urlLines);
    company.addresses = readAddresses(card);
    company.notes = cleanText(card.text("NOTE"));
    company.uid = card.text("UID");
    return company;
}

void overlayCompany(Document& document, const Company& before, const Company& after, Instant now) {
    Component& card = document.root();
    const std::string old = document.bytes();
    if (before.name != after.name) {
        if (cleanText(card.text("FN")) == before.name || card.text("FN").empty()) card.setText("FN", after.name);
        if (card.find("ORG"))
            setStructured(card, "ORG", 0, after.name);
        else if (cleanText(card.text("FN")) != after.name)
            card.setText("FN", after.name);
    }
    if (before.emails != after.emails) overlayLines(card, emailLines, after.emails);
    if (before.phones != after.phones) overlayLines(card, phoneLines, after.phones);
    if (before.urls != after.urls) overlayLines(card, urlLines, after.urls);
    if (before.addresses != after.addresses) overlayAddresses(card, after.addresses);
    if (before.notes != after.notes) setWhole(card, "NOTE", after.notes);
    if (document.bytes() != old) revise(card, now);
}

Document makeCard(const Contact& contact, Instant now) {
    Component card = emptyCard(contact.uid, contact.id);
    card.setValue("N", ";;;;");
    card.setText("FN", contact.displayName.empty() ? composedName(contact) : contact.displayName);
    card.setValue("REV", utcText(now));
    Document document(std::move(card));
    Contact blank;
    blank.displayName = contact.displayName;
    overlayContact(document, blank, contact, now);
    return document;
}

Document makeCard(const Company& company, Instant now) {
    Component card = emptyCard(company.uid, company.id);
    card.setValue("N", ";;;;");
    card.setText("FN", company.name);
    card.add(Property("ORG")).setText(company.name);
    card.setValue("X-ABShowAs", "COMPANY");
    card.setValue("KIND", "org");
    card.setValue("REV", utcText(now));
    Document document(std::move(card));
    Company blank;
    blank.name = company.name;
    overlayCompany(document, blank, company, now);
    return document;
}

std::string composedName(const Contact& contact) {
    std::string name;
    for (const std::string* part :
         {&contact.prefix, &contact.firstName, &contact.middleName, &contact.lastName, &contact.suffix})
        if (!part->empty()) name += (name.empty() ? "" : " ") + *part;
    if (!name.empty()) return name;
    for (const std::string* other : {&contact.nickname, &contact.companyName})
        if (!other->empty()) return *other;
    if (!contact.emails.empty()) return contact.emails.front().value;
    return contact.phones.empty() ? "Unnamed" : contact.phones.front().value;
}

std::optional<std::string> readPhoto(const Document& document) {
    const Property* photo = document.root().find("PHOTO");
    if (!photo) return std::nullopt;
    std::string_view value = photo->value();
    if (startsWithIgnoreCase(value, "data:")) {
        const auto comma = value.find(";base64,");
        return comma == std::string_view::npos ? std::nullopt : base64Decode(value.substr(comma + 8));
    }
    const std::string_view encoding = photo->parameter("ENCODING");
    if (!saysYes(encoding, "b") && !saysYes(encoding, "base64")) return std::nullopt;
    return base64Decode(value);
}

void setPhoto(Document& document, std::string_view image, Instant now) {
    Component& card = document.root();
    if (!image.empty() && readPhoto(document) == image) return;
    card.remove("PHOTO");
    if (!image.empty()) {
        const std::string type = imageType(image);
        if (isVersion4(card)) {
            card.add(Property("PHOTO", "data:image/" + type + ";base64," + base64Encode(image)));
        } else {
            Property& photo = card.add(Property("PHOTO", base64Encode(image)));
            photo.setParameter("ENCODING", "b");
            photo.setParameter("TYPE", upperAscii(type));
        }
    }
    revise(card, now);
}

}  // namespace crmdav
