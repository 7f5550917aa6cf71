#include "server/import/contact_columns.h"

#include <algorithm>
#include <optional>
#include <span>

#include "protocol/text/text_values.h"

namespace crmdav {
namespace {

struct Name {
    std::string_view header;
    Part part;
    std::string_view label;
};
constexpr Name names[] = {
    {"name", Part::fullName, ""},
    {"full name", Part::fullName, ""},
    {"display name", Part::fullName, ""},
    {"anzeigename", Part::fullName, ""},
    {"file as", Part::ignore, ""},
    {"title", Part::prefix, ""},
    {"name prefix", Part::prefix, ""},
    {"anrede", Part::prefix, ""},
    {"first name", Part::first, ""},
    {"given name", Part::first, ""},
    {"firstname", Part::first, ""},
    {"vorname", Part::first, ""},
    {"middle name", Part::middle, ""},
    {"additional name", Part::middle, ""},
    {"weitere vornamen", Part::middle, ""},
    {"last name", Part::last, ""},
    {"family name", Part::last, ""},
    {"surname", Part::last, ""},
    {"lastname", Part::last, ""},
    {"nachname", Part::last, ""},
    {"suffix", Part::suffix, ""},
    {"name suffix", Part::suffix, ""},
    {"nickname", Part::nickname, ""},
    {"spitzname", Part::nickname, ""},
    {"company", Part::company, ""},
    {"organization", Part::company, ""},
    {"organisation", Part::company, ""},
    {"organization name", Part::company, ""},
    {"organization 1 - name", Part::company, ""},
    {"firma", Part::company, ""},
    {"department", Part::department, ""},
    {"organization department", Part::department, ""},
    {"organization 1 - department", Part::department, ""},
    {"abteilung", Part::department, ""},
    {"job title", Part::title, ""},
    {"organization title", Part::title, ""},
    {"position", Part::title, ""},
    {"organization 1 - title", Part::title, ""},
    {"funktion", Part::title, ""},
    {"notes", Part::notes, ""},
    {"note", Part::notes, ""},
    {"notizen", Part::notes, ""},
    {"bemerkung", Part::notes, ""},
    {"birthday", Part::birthday, ""},
    {"geburtstag", Part::birthday, ""},
    {"anniversary", Part::anniversary, ""},
    {"web page", Part::url, ""},
    {"website", Part::url, ""},
    {"webseite", Part::url, ""},
    {"url", Part::url, ""},
    {"homepage", Part::url, ""},
    {"personal web page", Part::url, "home"},
    {"business web page", Part::url, "work"},
    {"categories", Part::tags, ""},
    {"kategorien", Part::tags, ""},
    {"tags", Part::tags, ""},
    {"labels", Part::tags, ""},
    {"group membership", Part::tags, ""},
    {"uid", Part::uid, ""},
    {"email", Part::email, ""},
    {"e-mail", Part::email, ""},
    {"e-mail address", Part::email, ""},
    {"email address", Part::email, ""},
    {"e-mail-adresse", Part::email, ""},
    {"primary email", Part::email, ""},
    {"mail", Part::email, ""},
    {"secondary email", Part::email, ""},
    {"phone", Part::phone, ""},
    {"telephone", Part::phone, ""},
    {"telefon", Part::phone, ""},
    {"primary phone", Part::phone, ""},
    {"mobile phone", Part::phone, "cell"},
    {"mobile", Part::phone, "cell"},
    {"mobile number", Part::phone, "cell"},
    {"mobiltelefon", Part::phone, "cell"},
    {"handy", Part::phone, "cell"},
    {"business phone", Part::phone, "work"},
    {"work phone", Part::phone, "work"},
    {"telefon geschäftlich", Part::phone, "work"},
    {"home phone", Part::phone, "home"},
    {"telefon privat", Part::phone, "home"},
    {"other phone", Part::phone, ""},
    {"company main phone", Part::phone, "work"},
    {"business fax", Part::phone, "fax"},
    {"fax", Part::phone, "fax"},
    {"fax number", Part::phone, "fax"},
    {"home fax", Part::phone, "fax"},
    {"pager", Part::phone, "pager"},
    {"street", Part::street, ""},
    {"address", Part::street, ""},
    {"straße", Part::street, ""},
    {"strasse", Part::street, ""},
    {"city", Part::city, ""},
    {"ort", Part::city, ""},
    {"stadt", Part::city, ""},
    {"state", Part::region, ""},
    {"region", Part::region, ""},
    {"postal code", Part::postcode, ""},
    {"zip", Part::postcode, ""},
    {"zip code", Part::postcode, ""},
    {"plz", Part::postcode, ""},
    {"postleitzahl", Part::postcode, ""},
    {"country", Part::country, ""},
    {"land", Part::country, ""},
};

/// "Business Street", "Home City" (Outlook); "Work Address", "Home ZipCode" (Thunderbird)
constexpr Name addressParts[] = {
    {"street", Part::street, ""},        {"street 2", Part::extended, ""},      {"address", Part::street, ""},
    {"address po box", Part::poBox, ""}, {"po box", Part::poBox, ""},           {"city", Part::city, ""},
    {"state", Part::region, ""},         {"postal code", Part::postcode, ""},   {"zipcode", Part::postcode, ""},
    {"country", Part::country, ""},      {"country/region", Part::country, ""},
};
/// "Address 1 - Street" (Google)
constexpr Name numberedParts[] = {
    {"street", Part::street, ""},   {"extended address", Part::extended, ""},
    {"po box", Part::poBox, ""},    {"city", Part::city, ""},
    {"region", Part::region, ""},   {"postal code", Part::postcode, ""},
    {"country", Part::country, ""}, {"formatted", Part::ignore, ""},
};

std::optional<Column> among(std::span<const Name> table, std::string_view header) {
    const auto found = std::ranges::find(table, header, &Name::header);
    if (found == table.end()) return std::nullopt;
    return Column{found->part, std::string(found->label), 1, {}, false, false};
}

/// "e-mail 2 - value" → {"e-mail", 2, "value"}
std::optional<Column> googleColumn(std::string_view header) {
    static constexpr Name kinds[] = {{"e-mail", Part::email, ""},         {"email", Part::email, ""},
                                     {"phone", Part::phone, ""},          {"website", Part::url, ""},
                                     {"address", Part::wholeAddress, ""}, {"event", Part::anniversary, ""}};
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
        else if (kind.part == Part::wholeAddress) {
            const auto part = among(numberedParts, what);
            column.part = part ? part->part : Part::ignore;
        } else if (what != "value" && what != "address") {
            return Column{Part::ignore, {}, 1, {}, false, false};  // "display name" of an email
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
        if (auto column = among(names, header.substr(0, header.size() - 2))) {
            column->slot = header.back() - '0';
            return column;
        }
    if (header.starts_with("e-mail ") && header.ends_with(" address") && header.size() == 16)
        return Column{Part::email, {}, header[7] - '0', {}, false, false};
    if (header.starts_with("e-mail") && (header.ends_with("type") || header.ends_with("display name")))
        return Column{Part::ignore, {}, 1, {}, false, false};
    return std::nullopt;
}

}  // namespace

Column columnOf(const std::string& header) {
    std::string key = lowerAscii(trim(header));
    std::ranges::replace(key, '_', ' ');
    std::optional<Column> column = among(names, key);
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
