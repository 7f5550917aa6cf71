#include "protocol/text/vcard_convert.h"

#include <algorithm>
#include <array>

#include "protocol/text/json_types.h"

namespace crmdav {
namespace {

/// What only one version has, under the name by which the other one keeps it. In 3.0 the X- names are those that
/// Apple and others use where there are such.
constexpr std::pair<std::string_view, std::string_view> renamed[] = {
    // 3.0                          4.0
    {"LABEL", "X-LABEL"},
    {"MAILER", "X-MAILER"},
    {"AGENT", "X-AGENT"},
    {"CLASS", "X-CLASS"},
    {"NAME", "X-NAME"},
    {"PROFILE", "X-PROFILE"},
    {"SORT-STRING", "X-SORT-STRING"},
    {"X-ADDRESSBOOKSERVER-KIND", "KIND"},
    {"X-ADDRESSBOOKSERVER-MEMBER", "MEMBER"},
    {"X-ANNIVERSARY", "ANNIVERSARY"},
    {"X-BIRTHPLACE", "BIRTHPLACE"},
    {"X-CLIENTPIDMAP", "CLIENTPIDMAP"},
    {"X-DEATHDATE", "DEATHDATE"},
    {"X-DEATHPLACE", "DEATHPLACE"},
    {"X-EXPERTISE", "EXPERTISE"},
    {"X-GENDER", "GENDER"},
    {"X-HOBBY", "HOBBY"},
    {"X-INTEREST", "INTEREST"},
    {"X-LANG", "LANG"},
    {"X-ORG-DIRECTORY", "ORG-DIRECTORY"},
    {"X-RELATED", "RELATED"},
    {"X-XML", "XML"},
};

constexpr std::string_view anniversaryLabel = "_$!<Anniversary>!$_";  ///< X-ABLabel of Apple's X-ABDATE
constexpr std::string_view partialBirthday = "X-BDAY";                ///< in 3.0: a BDAY that 3.0 cannot say
constexpr std::string_view noYear = "1604";                           ///< Apple's year for a birthday without one

using Types = std::vector<std::string>;

bool contains(const Types& types, std::string_view wanted) {
    return std::ranges::any_of(types, [&](const auto& type) { return equalsIgnoreCase(type, wanted); });
}

void dropType(Property& property, std::string_view unwanted) {
    auto types = property.parameterTexts("TYPE");
    std::erase_if(types, [&](const auto& type) { return equalsIgnoreCase(type, unwanted); });
    property.setParameter("TYPE", types);
}

bool isAnniversary(const Component& card, const Property& property) {
    const Property* const label = card.findInGroup(property.group(), "X-ABLabel");
    return label != nullptr && equalsIgnoreCase(label->text(), anniversaryLabel);
}

bool hasInlineData(const Property& property) {
    return property.hasParameter("ENCODING") || startsWithIgnoreCase(property.value(), "data:");
}

void convertBinary(Property& property, CardVersion to) {
    const bool reference = equalsIgnoreCase(property.parameter("VALUE"), "uri") ||
                           (property.hasParameter("MEDIATYPE") || startsWithIgnoreCase(property.value(), "http"));
    if (!hasInlineData(property) && !reference) return;
    if (const auto photo = readPhoto(property)) writePhoto(property, *photo, to);
}

void setIfDifferent(Property& property, const std::string& value) {
    if (property.value() != value) property.setValue(value);
}

// ---------------------------------------------------------------- 3.0 to 4.0

void preferenceTo4(Property& property) {
    if (!property.hasParameters() || !contains(property.parameterTexts("TYPE"), "pref")) return;
    dropType(property, "pref");
    if (!property.hasParameter("PREF")) property.setParameter("PREF", "1");
}

void dateTo4(Property& property) {
    const auto date = readCardDate(property);
    if (!date) return;
    if (date->year == 0 && property.hasParameter("X-APPLE-OMIT-YEAR")) {
        property.removeParameter("X-APPLE-OMIT-YEAR");
        property.removeParameter("VALUE");  // `--0412` is no VALUE=date of 3.0
        property.setValue("--" + basicForm("date", property.value()).substr(4, 4));
        return;
    }
    setIfDifferent(property, basicForm("date-and-or-time", property.value()));
}

void geoTo4(Property& property) {
    const auto parts = splitTexts(property.value(), ';');
    if (parts.size() == 2) property.setValue("geo:" + parts[0] + ',' + parts[1]);
}

void zoneTo4(Property& property) {
    if (equalsIgnoreCase(property.parameter("VALUE"), "text")) return property.removeParameter("VALUE");
    const std::string value(trim(property.value()));
    if (!value.starts_with('+') && !value.starts_with('-')) return;
    property.setParameter("VALUE", "utc-offset");
    setIfDifferent(property, basicForm("utc-offset", value));
}

bool isGender(const Property& property) {
    const auto sex = splitTexts(property.value(), ';').front();
    return sex.empty() || (sex.size() == 1 && std::string_view("MFONU").find(sex[0]) != std::string_view::npos);
}

void renameTo4(const Component& card, Property& property) {
    if (property.is("X-ABDATE") && isAnniversary(card, property) && card.find("ANNIVERSARY") == nullptr)
        return property.setName("ANNIVERSARY");
    if (property.is(partialBirthday) && card.find("BDAY") == nullptr) return property.setName("BDAY");
    if (property.is("X-ABShowAs") && equalsIgnoreCase(trim(property.value()), "COMPANY") &&
        card.find("KIND") == nullptr) {
        property.setName("KIND");
        return property.setValue("org");
    }
    if (property.is("X-GENDER") && !isGender(property)) return;
    for (const auto& [three, four] : renamed)
        if (property.is(three)) return property.setName(four);
}

void propertyTo4(const Component& card, Property& property) {
    renameTo4(card, property);
    preferenceTo4(property);
    if (property.is("PHOTO") || property.is("LOGO") || property.is("SOUND") || property.is("KEY"))
        convertBinary(property, CardVersion::v4);
    else if (property.is("BDAY") || property.is("ANNIVERSARY") || property.is("DEATHDATE"))
        dateTo4(property);
    else if (property.is("REV"))
        setIfDifferent(property, basicForm("timestamp", property.value()));
    else if (property.is("GEO"))
        geoTo4(property);
    else if (property.is("TZ"))
        zoneTo4(property);
}

/// RFC 6350 §6.7.9: VERSION comes first.
void versionFirst(Component& card) {
    const bool first = !card.properties().empty() && card.properties()[0].is("VERSION");
    if (first) return card.find("VERSION")->setValue("4.0");
    card.remove("VERSION");
    card.insert(0, Property("VERSION", "4.0"));
}

void to4(Component& card) {
    for (Property& property : card.properties()) propertyTo4(card, property);
    versionFirst(card);
}

// ---------------------------------------------------------------- 4.0 to 3.0

void preferenceTo3(Property& property) {
    if (property.parameter("PREF") != "1") return;
    property.removeParameter("PREF");
    auto types = property.parameterTexts("TYPE");
    types.emplace_back("pref");
    property.setParameter("TYPE", types);
}

/// @returns false for what 3.0 has no form for
bool dateTo3(Property& property) {
    const auto date = readCardDate(property);
    if (!date || date->month == 0 || date->day == 0) return false;
    if (equalsIgnoreCase(property.parameter("VALUE"), "date-and-or-time")) property.removeParameter("VALUE");
    if (date->year == 0) {
        property.setParameter("X-APPLE-OMIT-YEAR", noYear);
        const std::string day = basicForm("date", property.value());
        property.setValue(extendedForm("date", std::string(noYear) + day.substr(2, 4)));
        return true;
    }
    setIfDifferent(property, extendedForm("date-and-or-time", property.value()));
    return true;
}

void geoTo3(Property& property) {
    const auto value = property.value();
    if (!startsWithIgnoreCase(value, "geo:")) return;
    auto place =
        std::string(value.substr(4, value.find(';') == std::string_view::npos ? value.npos : value.find(';') - 4));
    std::ranges::replace(place, ',', ';');
    property.setValue(place);
}

void zoneTo3(Property& property) {
    if (equalsIgnoreCase(property.parameter("VALUE"), "utc-offset")) {
        property.removeParameter("VALUE");
        return setIfDifferent(property, extendedForm("utc-offset", property.value()));
    }
    if (!property.hasParameter("VALUE")) property.setParameter("VALUE", "text");
}

void phoneTo3(Property& property) {
    if (!startsWithIgnoreCase(property.value(), "tel:")) return;
    property.removeParameter("VALUE");
    property.setText(property.value().substr(4));
}

void renameTo3(const Component& card, Property& property) {
    if (property.is("ANNIVERSARY") && isAnniversary(card, property)) return property.setName("X-ABDATE");
    if (property.is("KIND") && equalsIgnoreCase(trim(property.value()), "org")) {
        property.setName("X-ABShowAs");
        return property.setValue("COMPANY");
    }
    for (const auto& [three, four] : renamed)
        if (property.is(four)) return property.setName(three);
}

void propertyTo3(const Component& card, Property& property) {
    preferenceTo3(property);
    if (property.is("PHOTO") || property.is("LOGO") || property.is("SOUND") || property.is("KEY")) {
        convertBinary(property, CardVersion::v3);
    } else if (property.is("BDAY")) {
        if (!dateTo3(property)) property.setName(partialBirthday);
    } else if (property.is("ANNIVERSARY")) {
        dateTo3(property);
    } else if (property.is("GEO")) {
        geoTo3(property);
    } else if (property.is("TZ")) {
        zoneTo3(property);
    } else if (property.is("TEL")) {
        phoneTo3(property);
    }
    renameTo3(card, property);
}

/// N is required in 3.0, and Apple shows nothing else: people split at the last blank, other cards in one part.
void addName(Component& card) {
    if (card.find("N") != nullptr) return;
    const std::string name = card.text("FN");
    const auto blank = vCardKind(card) == VCardKind::individual ? name.rfind(' ') : std::string::npos;
    const bool whole = blank == std::string::npos;
    const std::array<std::vector<std::string>, 5> parts{
        {{whole ? name : name.substr(blank + 1)}, {whole ? std::string() : name.substr(0, blank)}, {""}, {""}, {""}}};
    card.add(Property("N", joinStructured(parts)));
}

void to3(Component& card) {
    for (Property& property : card.properties()) propertyTo3(card, property);
    card.setValue("VERSION", "3.0");
    addName(card);
}

// ---------------------------------------------------------------- 2.1 to 3.0

constexpr std::array<std::string_view, 5> encodings{"BASE64", "QUOTED-PRINTABLE", "8BIT", "7BIT", "B"};

/// `TEL;HOME;FAX`, `PHOTO;BASE64;JPEG`, `ENCODING=8BIT`, `VALUE=URL`
void parametersTo3(Property& property) {
    Types types;
    bool base64 = false;
    Property plain(property.group().empty() ? std::string(property.name())
                                            : std::string(property.group()) + '.' + std::string(property.name()),
                   property.value());
    for (const auto& parameter : property.parameters()) {
        const auto first = parameter.values.front();
        const bool encoding =
            parameter.is("ENCODING") || (parameter.name.empty() && std::ranges::any_of(encodings, [&](auto name) {
                                             return equalsIgnoreCase(first, name);
                                         }));
        if (encoding) {
            base64 = base64 || equalsIgnoreCase(first, "BASE64") || equalsIgnoreCase(first, "B");
        } else if (parameter.name.empty() || parameter.is("TYPE")) {
            for (const auto value : parameter.values) types.push_back(decodeParameter(value));
        } else if (parameter.is("VALUE") && equalsIgnoreCase(first, "URL")) {
            plain.setParameter("VALUE", "uri");
        } else if (!parameter.is("CHARSET")) {
            plain.setParameter(parameter.name, property.parameterTexts(parameter.name));
        }
    }
    if (base64) plain.setParameter("ENCODING", "b");
    plain.setParameter("TYPE", types);
    property = plain;
}

void legacyTo3(Component& card) {
    for (Property& property : card.properties())
        if (property.hasParameters()) parametersTo3(property);
    card.setValue("VERSION", "3.0");
    addName(card);
}

}  // namespace

void convertCard(Component& card, CardVersion to) {
    const CardVersion from = cardVersion(card);
    if (from == to || to == CardVersion::other) return;
    if (from == CardVersion::other) legacyTo3(card);
    if (to == CardVersion::v4) to4(card);
    if (to == CardVersion::v3 && from == CardVersion::v4) to3(card);
}

std::string convertedCard(const Document& document, CardVersion to) {
    if (to == CardVersion::other || cardVersion(document.root()) == to) return document.bytes();
    Document copy = document;
    convertCard(copy.root(), to);
    return copy.bytes();
}

}  // namespace crmdav
