#include "server/import/contact_columns.h"

#include <algorithm>
#include <optional>
#include <span>

#include "protocol/text/text_values.h"

namespace crmdav {
namespace {

struct Name {
    std::string_view header;
    CardPart part;
    std::string_view label;
};
constexpr Name columnNames[] = {
    {"name", CardPart::fullName, ""},
    {"full name", CardPart::fullName, ""},
    {"display name", CardPart::fullName, ""},
    {"anzeigename", CardPart::fullName, ""},
    {"file as", CardPart::ignore, ""},
    {"title", CardPart::prefix, ""},
    {"name prefix", CardPart::prefix, ""},
    {"anrede", CardPart::prefix, ""},
    {"first name", CardPart::first, ""},
    {"given name", CardPart::first, ""},
    {"firstname", CardPart::first, ""},
    {"vorname", CardPart::first, ""},
    {"middle name", CardPart::middle, ""},
    {"additional name", CardPart::middle, ""},
    {"weitere vornamen", CardPart::middle, ""},
    {"last name", CardPart::last, ""},
    {"family name", CardPart::last, ""},
    {"surname", CardPart::last, ""},
    {"lastname", CardPart::last, ""},
    {"nachname", CardPart::last, ""},
    {"suffix", CardPart::suffix, ""},
    {"name suffix", CardPart::suffix, ""},
    {"nickname", CardPart::nickname, ""},
    {"spitzname", CardPart::nickname, ""},
    {"company", CardPart::company, ""},
    {"organization", CardPart::company, ""},
    {"organisation", CardPart::company, ""},
    {"organization name", CardPart::company, ""},
    {"organization 1 - name", CardPart::company, ""},
    {"firma", CardPart::company, ""},
    {"department", CardPart::department, ""},
    {"organization department", CardPart::department, ""},
    {"organization 1 - department", CardPart::department, ""},
    {"abteilung", CardPart::department, ""},
    {"job title", CardPart::title, ""},
    {"organization title", CardPart::title, ""},
    {"position", CardPart::title, ""},
    {"organization 1 - title", CardPart::title, ""},
    {"funktion", CardPart::title, ""},
    {"notes", CardPart::notes, ""},
    {"note", CardPart::notes, ""},
    {"notizen", CardPart::notes, ""},
    {"bemerkung", CardPart::notes, ""},
    {"birthday", CardPart::birthday, ""},
    {"geburtstag", CardPart::birthday, ""},
    {"anniversary", CardPart::anniversary, ""},
    {"web page", CardPart::url, ""},
    {"website", CardPart::url, ""},
    {"webseite", CardPart::url, ""},
    {"url", CardPart::url, ""},
    {"homepage", CardPart::url, ""},
    {"personal web page", CardPart::url, "home"},
    {"business web page", CardPart::url, "work"},
    {"categories", CardPart::tags, ""},
    {"kategorien", CardPart::tags, ""},
    {"tags", CardPart::tags, ""},
    {"labels", CardPart::tags, ""},
    {"group membership", CardPart::tags, ""},
    {"uid", CardPart::uid, ""},
    {"email", CardPart::email, ""},
    {"e-mail", CardPart::email, ""},
    {"e-mail address", CardPart::email, ""},
    {"email address", CardPart::email, ""},
    {"e-mail-adresse", CardPart::email, ""},
    {"primary email", CardPart::email, ""},
    {"mail", CardPart::email, ""},
    {"secondary email", CardPart::email, ""},
    {"phone", CardPart::phone, ""},
    {"telephone", CardPart::phone, ""},
    {"telefon", CardPart::phone, ""},
    {"primary phone", CardPart::phone, ""},
    {"mobile phone", CardPart::phone, "cell"},
    {"mobile", CardPart::phone, "cell"},
    {"mobile number", CardPart::phone, "cell"},
    {"mobiltelefon", CardPart::phone, "cell"},
    {"handy", CardPart::phone, "cell"},
    {"business phone", CardPart::phone, "work"},
    {"work phone", CardPart::phone, "work"},
    {"telefon geschäftlich", CardPart::phone, "work"},
    {"home phone", CardPart::phone, "home"},
    {"telefon privat", CardPart::phone, "home"},
    {"other phone", CardPart::phone, ""},
    {"company main phone", CardPart::phone, "work"},
    {"business fax", CardPart::phone, "fax"},
    {"fax", CardPart::phone, "fax"},
    {"fax number", CardPart::phone, "fax"},
    {"home fax", CardPart::phone, "fax"},
    {"pager", CardPart::phone, "pager"},
    {"street", CardPart::street, ""},
    {"address", CardPart::street, ""},
    {"straße", CardPart::street, ""},
    {"strasse", CardPart::street, ""},
    {"city", CardPart::city, ""},
    {"ort", CardPart::city, ""},
    {"stadt", CardPart::city, ""},
    {"state", CardPart::region, ""},
    {"region", CardPart::region, ""},
    {"postal code", CardPart::postcode, ""},
    {"zip", CardPart::postcode, ""},
    {"zip code", CardPart::postcode, ""},
    {"plz", CardPart::postcode, ""},
    {"postleitzahl", CardPart::postcode, ""},
    {"country", CardPart::country, ""},
    {"land", CardPart::country, ""},
};

/// "Business Street", "Home City" (Outlook); "Work Address", "Home ZipCode" (Thunderbird)
constexpr Name addressParts[] = {
    {"street", CardPart::street, ""},          {"street 2", CardPart::extended, ""},
    {"address", CardPart::street, ""},         {"address po box", CardPart::poBox, ""},
    {"po box", CardPart::poBox, ""},           {"city", CardPart::city, ""},
    {"state", CardPart::region, ""},           {"postal code", CardPart::postcode, ""},
    {"zipcode", CardPart::postcode, ""},       {"country", CardPart::country, ""},
    {"country/region", CardPart::country, ""},
};
/// "Address 1 - Street" (Google)
constexpr Name numberedParts[] = {
    {"street", CardPart::street, ""},   {"extended address", CardPart::extended, ""},
    {"po box", CardPart::poBox, ""},    {"city", CardPart::city, ""},
    {"region", CardPart::region, ""},   {"postal code", CardPart::postcode, ""},
    {"country", CardPart::country, ""}, {"formatted", CardPart::ignore, ""},
};

std::optional<Column> among(std::span<const Name> table, std::string_view header) {
    const auto found = std::ranges::find(table, header, &Name::header);
    if (found == table.end()) return std::nullopt;
    return Column{found->part, std::string(found->label), 1, {}, false, false};
}

/// "e-mail 2 - value" → {"e-mail", 2, "value"}
std::optional<Column> googleColumn(std::string_view header) {
    static constexpr Name kinds[] = {{"e-mail", CardPart::email, ""},         {"email", CardPart::email, ""},
                                     {"phone", CardPart::phone, ""},          {"website", CardPart::url, ""},
                                     {"address", CardPart::wholeAddress, ""}, {"event", CardPart::anniversary, ""}};
    for (const Name& kind : kinds) {
        if (!header.starts_with(kind.header)) continue;
        const std::string_view rest = trim(header.substr(kind.header.size()));
        const auto dash = rest.find(" - ");
        const std::string_view number = rest.substr(0, std::min(dash, rest.size()));
        if (number.size() != 1 || number[0] < '1' || number[0] > '9') continue;
        Column column{kind.part, {}, number[0] - '0', {}, false, false};
        const std::string_view what = dash == std::string_view::npos ? "value" : trim(rest.substr(dash + 3));
        if (what == "label" || what == "type")
            column.isLabel = true;
        else if (kind.part == CardPart::wholeAddress) {
            const auto part = among(numberedParts, what);
            column.part = part ? part->part : CardPart::ignore;
        } else if (what != "value" && what != "address") {
            return Column{CardPart::ignore, {}, 1, {}, false, false};  // "display name" of an email
        }
        return column;
    }
    return std::nullopt;
}

/// "business phone 2", "e-mail 2 address", "home street"
std::optional<Column> outlookColumn(std::string_view header) {
    struct Place {
        std::string_view prefix, label;
        int slot;
    };
    static constexpr Place places[] = {
        {"business ", "work", 1}, {"work ", "work", 1}, {"home ", "home", 2}, {"other ", "", 3}};
    for (const Place& place : places)
        if (header.starts_with(place.prefix))
            if (auto column = among(addressParts, header.substr(place.prefix.size()))) {
                column->label = place.label;
                column->slot = place.slot;
                return column;
            }
    if (header.size() > 2 && header[header.size() - 2] == ' ' && header.back() >= '2' && header.back() <= '9')
        if (auto column = among(columnNames, header.substr(0, header.size() - 2))) {
            column->slot = header.back() - '0';
            return column;
        }
    if (header.starts_with("e-mail ") && header.ends_with(" address") && header.size() == 16)
        return Column{CardPart::email, {}, header[7] - '0', {}, false, false};
    if (header.starts_with("e-mail") && (header.ends_with("type") || header.ends_with("display name")))
        return Column{CardPart::ignore, {}, 1, {}, false, false};
    return std::nullopt;
}

}  // namespace

Column columnOf(const std::string& header) {
    std::string key = lowerAscii(trim(header));
    std::ranges::replace(key, '_', ' ');
    std::optional<Column> column = among(columnNames, key);
    if (!column) column = googleColumn(key);
    if (!column) column = outlookColumn(key);
    if (!column) {
        column.emplace();
        column->unknown = !key.empty();
    }
    column->header = header;
    return *column;
}

}  // namespace crmdav
