#include "store/records/card_lines.h"

#include <algorithm>
#include <array>
#include <optional>

#include "store/records/contact_vcard.h"
#include "store/records/normalise.h"

namespace crmdav {
namespace {

using namespace std::string_view_literals;

/// TYPE values and the label they stand for; earlier ones win where a line has several (`TYPE=WORK,FAX` is a fax).
constexpr std::pair<std::string_view, std::string_view> typeLabels[] = {
    {"fax", "fax"},   {"pager", "pager"}, {"cell", "mobile"}, {"iphone", "mobile"}, {"mobile", "mobile"},
    {"main", "main"}, {"home", "home"},   {"work", "work"},   {"other", "other"},
};
/// TYPE values that say something else than whose or what for.
constexpr std::array silentTypes{"internet"sv, "voice"sv, "pref"sv, "text"sv,   "video"sv,  "x400"sv,
                                 "msg"sv,      "dom"sv,   "intl"sv, "postal"sv, "parcel"sv, "jpeg"sv};

std::string_view labelOfType(std::string_view type) {
    const auto* known = std::ranges::find(typeLabels, type, &std::pair<std::string_view, std::string_view>::first);
    return known == std::end(typeLabels) ? std::string_view{} : known->second;
}

std::string_view typeOfLabel(std::string_view label) {
    if (label == "mobile") return "cell";
    return labelOfType(label) == label ? label : std::string_view{};
}

bool isSilent(std::string_view type) { return std::ranges::find(silentTypes, type) != silentTypes.end(); }

/// TYPE values, lower-case, the bare ones of vCard 2.1 included.
std::vector<std::string> typesOf(const Property& line) {
    std::vector<std::string> types;
    if (!line.hasParameters()) return types;
    for (const Parameter& parameter : line.parameters())
        if (parameter.name.empty() || parameter.is("TYPE"))
            for (std::string_view value : parameter.values)  // "work,fax" in quotes is a list too (RFC 6350 §5.6)
                for (std::string_view type : splitEscaped(value, ',')) types.push_back(lowerAscii(trim(type)));
    return types;
}

/// `_$!<Home>!$_` is how Apple spells the labels that it translates.
std::string plainLabel(const std::string& written) {
    if (!written.starts_with("_$!<") || !written.ends_with(">!$_")) return written;
    std::string inner = lowerAscii(written.substr(4, written.size() - 8));
    return inner == "cell" ? "mobile" : inner;
}

std::string freeGroup(const Component& card) {
    for (int number = 1;; ++number) {
        std::string group = "item" + std::to_string(number);
        if (std::ranges::none_of(card.properties(),
                                 [&](const Property& p) { return equalsIgnoreCase(p.group(), group); }))
            return group;
    }
}

void setTypes(Property& line, const std::vector<std::string>& types, bool version4) {
    if (line.hasParameter("")) line.removeParameter("");
    std::vector<std::string> spelt;
    for (const std::string& type : types) spelt.push_back(version4 ? type : upperAscii(type));
    line.setParameter("TYPE", std::span<const std::string>(spelt));
}

// ---------------------------------------------------------------- values

std::string readEmail(const Property& line) {
    std::string text = line.text();
    return startsWithIgnoreCase(text, "mailto:") ? text.substr(7) : text;
}

std::string readPhone(const Property& line) {
    std::string text = line.text();
    return startsWithIgnoreCase(text, "tel:") ? text.substr(4) : text;
}

void writeText(Property& line, const std::string& value, bool) {
    line.removeParameter("VALUE");  // tel: and mailto: URIs can't hold what people write
    line.setText(value);
}

void writeUri(Property& line, const std::string& value, bool version4) {
    std::string escaped;
    for (char c : value) {
        if (c == '\\' || (!version4 && (c == ',' || c == ';'))) escaped += '\\';
        escaped += c;
    }
    line.setValue(escaped);
}

std::string readText(const Property& line) { return line.text(); }

void writeDate(Property& line, const std::string& value, bool version4) {
    const bool dashes = line.value().empty() ? !version4 : line.value().find('-') != std::string_view::npos;
    std::string date = value;
    if (!dashes) std::erase(date, '-');
    line.removeParameter("X-APPLE-OMIT-YEAR");
    if (line.hasParameter("VALUE")) line.setParameter("VALUE", "date");
    line.setValue(date);
}

constexpr std::array emailNames{"EMAIL"sv}, phoneNames{"TEL"sv}, urlNames{"URL"sv}, imNames{"IMPP"sv};
constexpr std::array dateNames{"X-ABDATE"sv, "ANNIVERSARY"sv, "X-ANNIVERSARY"sv};

bool isOf(const Property& line, const LineKind& kind) {
    return std::ranges::any_of(kind.names, [&](std::string_view name) { return line.is(name); });
}

std::vector<std::size_t> linesOf(const Component& card, const LineKind& kind) {
    std::vector<std::size_t> found;
    const auto properties = card.properties();
    for (std::size_t i = 0; i < properties.size(); ++i)
        if (isOf(properties[i], kind) && !kind.read(properties[i]).empty()) found.push_back(i);
    return found;
}

/// Which line each wanted value gets: the one that says the same, else one that will be changed, else none.
/// @param same  rows of tests, the strictest first
template <class Value>
std::vector<std::optional<std::size_t>> assign(const std::vector<Value>& lines, const std::vector<Value>& wanted,
                                               std::initializer_list<bool (*)(const Value&, const Value&)> tests) {
    std::vector<std::optional<std::size_t>> chosen(wanted.size());
    std::vector<bool> taken(lines.size());
    for (auto* same : tests)
        for (std::size_t w = 0; w < wanted.size(); ++w)
            for (std::size_t l = 0; !chosen[w] && l < lines.size(); ++l)
                if (!taken[l] && same(lines[l], wanted[w])) {
                    chosen[w] = l;
                    taken[l] = true;
                }
    return chosen;
}

/// Puts the lines at `places` (any order) into that order, within the slots they have together.
void reorder(Component& card, const std::vector<std::size_t>& places) {
    if (std::ranges::is_sorted(places)) return;
    std::vector<std::size_t> slots = places;
    std::ranges::sort(slots);
    std::vector<Property> moved;
    for (std::size_t place : places) moved.push_back(std::move(card.properties()[place]));
    for (std::size_t i = 0; i < slots.size(); ++i) card.properties()[slots[i]] = std::move(moved[i]);
}

std::size_t indexOf(const Component& card, const Property& line) {
    return static_cast<std::size_t>(&line - card.properties().data());
}

/// Overlay of one kind of line: `assigned` lines are edited, the others removed, what has none is added.
template <class Value, class Edit, class Add>
void carryOut(Component& card, std::vector<std::size_t> places, const std::vector<Value>& wanted,
              const std::vector<std::optional<std::size_t>>& chosen, Edit edit, Add add) {
    std::vector<std::size_t> order;
    for (std::size_t w = 0; w < wanted.size(); ++w) {
        if (chosen[w]) {
            edit(places[*chosen[w]], wanted[w]);
            order.push_back(places[*chosen[w]]);
            continue;
        }
        const std::size_t at = add(wanted[w]);
        const auto shift = [&](std::size_t& place) { place += place >= at ? 1 : 0; };
        std::ranges::for_each(places, shift);
        std::ranges::for_each(order, shift);
        order.push_back(at);
    }
    reorder(card, order);
    std::ranges::sort(order);
    std::vector<std::size_t> gone;
    for (std::size_t place : places)
        if (!std::ranges::binary_search(order, place)) gone.push_back(place);
    std::ranges::sort(gone, std::greater{});
    while (!gone.empty()) {
        const auto removed = removeLine(card, gone.front());
        gone.erase(gone.begin());
        for (std::size_t& place : gone)
            place -=
                static_cast<std::size_t>(std::ranges::count_if(removed, [&](std::size_t at) { return at < place; }));
    }
}

}  // namespace

const LineKind emailLines{emailNames, readEmail, writeText};
const LineKind phoneLines{phoneNames, readPhone, writeText};
const LineKind urlLines{urlNames, readText, writeUri};
const LineKind imLines{imNames, readText, writeUri};
const LineKind dateLines{dateNames, fullDate, writeDate};

bool isVersion4(const Component& card) { return trim(card.value("VERSION")).starts_with('4'); }

std::string labelOf(const Component& card, const Property& line) {
    if (!line.group().empty())
        if (const Property* label = card.findInGroup(line.group(), "X-ABLabel")) return plainLabel(label->text());
    const auto types = typesOf(line);
    for (const auto& [type, label] : typeLabels)
        if (std::ranges::find(types, type) != types.end()) return std::string(label);
    for (const std::string& type : types)
        if (!isSilent(type)) return type.starts_with("x-") ? type.substr(2) : type;
    return line.is("ANNIVERSARY") || line.is("X-ANNIVERSARY") ? "anniversary" : "";
}

void setLabel(Component& card, std::size_t at, const std::string& label) {
    if (labelOf(card, card.properties()[at]) == label) return;
    const bool version4 = isVersion4(card);
    std::vector<std::string> types;
    bool changed = false;
    for (std::string& type : typesOf(card.properties()[at])) {
        if (isSilent(type))
            types.push_back(std::move(type));
        else
            changed = true;
    }
    if (card.properties()[at].is("ANNIVERSARY") || card.properties()[at].is("X-ANNIVERSARY"))
        card.properties()[at].setName("X-ABDATE");  // which says nothing itself
    const std::string_view type = typeOfLabel(label);
    if (!type.empty()) types.emplace_back(type);
    if (changed || !type.empty()) setTypes(card.properties()[at], types, version4);

    const std::string group(card.properties()[at].group());
    Property* companion = group.empty() ? nullptr : card.findInGroup(group, "X-ABLabel");
    const bool custom = type.empty() && !label.empty();
    if (companion && custom) {
        companion->setText(label);
    } else if (companion) {
        card.removeIf([&](const Property& p) { return p.is("X-ABLabel") && equalsIgnoreCase(p.group(), group); });
    } else if (custom) {
        const std::string used = group.empty() ? freeGroup(card) : group;
        if (group.empty()) card.properties()[at].setGroup(used);
        card.add(Property::ofText(used + ".X-ABLabel", label));
    }
}

bool preferredOf(const Property& line) {
    const auto types = typesOf(line);
    return line.parameter("PREF") == "1" || std::ranges::find(types, "pref") != types.end();
}

void setPreferred(Property& line, bool preferred, bool version4) {
    if (preferredOf(line) == preferred) return;
    if (version4 && preferred) return line.setParameter("PREF", "1");
    if (line.parameter("PREF") == "1") line.removeParameter("PREF");
    auto types = typesOf(line);
    const bool had = std::erase(types, "pref") != 0;
    if (preferred) types.emplace_back("pref");
    if (had || preferred) setTypes(line, types, version4);
}

std::vector<LabelledValue> readLines(const Component& card, const LineKind& kind) {
    std::vector<LabelledValue> values;
    for (const Property& line : card.properties())
        if (isOf(line, kind))
            if (std::string value = kind.read(line); !value.empty())
                values.push_back({labelOf(card, line), cleanText(value), preferredOf(line)});
    return values;
}

void overlayLines(Component& card, const LineKind& kind, const std::vector<LabelledValue>& wanted) {
    const bool version4 = isVersion4(card);
    const auto places = linesOf(card, kind);
    std::vector<LabelledValue> lines;
    for (std::size_t place : places) {
        const Property& line = card.properties()[place];
        lines.push_back({labelOf(card, line), cleanText(kind.read(line)), preferredOf(line)});
    }
    using Test = bool (*)(const LabelledValue&, const LabelledValue&);
    const auto chosen = assign<LabelledValue>(
        lines, wanted,
        {Test([](auto& a, auto& b) { return a == b; }),
         Test([](auto& a, auto& b) { return a.value == b.value && a.label == b.label; }),
         Test([](auto& a, auto& b) { return a.value == b.value; }),
         Test([](auto& a, auto& b) { return a.label == b.label; }), Test([](auto&, auto&) { return true; })});
    const auto say = [&](std::size_t at, const LabelledValue& value) {
        Property& line = card.properties()[at];
        if (cleanText(kind.read(line)) != value.value) kind.write(line, value.value, version4);
        setPreferred(line, value.preferred, version4);
    };
    carryOut(card, places, wanted, chosen, say, [&](const LabelledValue& value) {
        const bool anniversary = version4 && value.label == "anniversary" && &kind == &dateLines;
        Property& line = card.add(Property(anniversary ? "ANNIVERSARY"sv : kind.names.front()));
        if (&kind == &emailLines && !version4) line.setParameter("TYPE", "INTERNET");
        kind.write(line, value.value, version4);
        setPreferred(line, value.preferred, version4);
        return indexOf(card, line);
    });
    for (std::size_t i = 0; i < wanted.size(); ++i)  // a label may add or remove a line, so places are looked up anew
        setLabel(card, linesOf(card, kind).at(i), wanted[i].label);
}

std::string partText(const Property& line, std::size_t index) {
    const auto parts = splitEscaped(line.value(), ';');
    if (index >= parts.size()) return {};
    std::string text;
    for (const std::string& piece : splitTexts(parts[index], ',')) {
        if (!text.empty() && !piece.empty()) text += ", ";
        text += piece;
    }
    return cleanText(text);
}

void setPart(Property& line, std::size_t index, const std::string& plain) {
    if (partText(line, index) == plain) return;
    std::vector<std::string> parts;
    for (std::string_view part : splitEscaped(line.value(), ';')) parts.emplace_back(part);
    if (parts.size() <= index) parts.resize(index + 1);
    parts[index] = escapeText(plain);
    std::string value;
    for (std::size_t i = 0; i < parts.size(); ++i) value += (i ? ";" : "") + parts[i];
    line.setValue(value);
}

namespace {

constexpr std::string PostalAddress::*addressParts[] = {
    &PostalAddress::poBox,  &PostalAddress::extended, &PostalAddress::street, &PostalAddress::locality,
    &PostalAddress::region, &PostalAddress::postcode, &PostalAddress::country};

PostalAddress readAddress(const Component& card, const Property& line) {
    PostalAddress address;
    for (std::size_t i = 0; i < std::size(addressParts); ++i) address.*addressParts[i] = partText(line, i);
    address.label = labelOf(card, line);
    address.preferred = preferredOf(line);
    return address;
}

bool samePlace(const PostalAddress& a, const PostalAddress& b) {
    return std::ranges::all_of(addressParts, [&](auto part) { return a.*part == b.*part; });
}

bool isEmpty(const PostalAddress& address) { return samePlace(address, {}); }

void writeAddress(Component& card, Property& line, const PostalAddress& address) {
    if (!samePlace(readAddress(card, line), address)) line.removeParameter("LABEL");  // a delivery label of the old one
    for (std::size_t i = 0; i < std::size(addressParts); ++i) setPart(line, i, address.*addressParts[i]);
    setPreferred(line, address.preferred, isVersion4(card));
}

std::vector<std::size_t> addressLines(const Component& card) {
    std::vector<std::size_t> found;
    const auto properties = card.properties();
    for (std::size_t i = 0; i < properties.size(); ++i)
        if (properties[i].is("ADR") && !isEmpty(readAddress(card, properties[i]))) found.push_back(i);
    return found;
}

}  // namespace

std::vector<PostalAddress> readAddresses(const Component& card) {
    std::vector<PostalAddress> addresses;
    for (std::size_t place : addressLines(card)) addresses.push_back(readAddress(card, card.properties()[place]));
    return addresses;
}

void overlayAddresses(Component& card, const std::vector<PostalAddress>& all) {
    std::vector<PostalAddress> wanted = all;
    std::erase_if(wanted, isEmpty);
    using Test = bool (*)(const PostalAddress&, const PostalAddress&);
    const auto chosen = assign<PostalAddress>(
        readAddresses(card), wanted,
        {Test([](auto& a, auto& b) { return a == b; }), Test([](auto& a, auto& b) { return samePlace(a, b); }),
         Test([](auto& a, auto& b) { return a.label == b.label; }), Test([](auto&, auto&) { return true; })});
    carryOut(
        card, addressLines(card), wanted, chosen,
        [&](std::size_t at, const PostalAddress& address) { writeAddress(card, card.properties()[at], address); },
        [&](const PostalAddress& address) {
            Property& line = card.add(Property("ADR", ";;;;;;"));
            writeAddress(card, line, address);
            return indexOf(card, line);
        });
    for (std::size_t i = 0; i < wanted.size(); ++i) setLabel(card, addressLines(card).at(i), wanted[i].label);
}

std::vector<std::size_t> removeLine(Component& card, std::size_t at) {
    const std::string group(card.properties()[at].group());
    const auto inGroup = [&](const Property& p) { return !group.empty() && equalsIgnoreCase(p.group(), group); };
    std::vector<std::size_t> removed{at};
    bool alone = true;
    const auto properties = card.properties();
    for (std::size_t i = 0; i < properties.size(); ++i) {
        if (i == at || !inGroup(properties[i])) continue;
        if (properties[i].is("X-ABLabel") || properties[i].is("X-ABADR"))
            removed.push_back(i);
        else
            alone = false;
    }
    if (!alone) removed.resize(1);
    std::size_t index = 0;
    card.removeIf([&](const Property&) { return std::ranges::find(removed, index++) != removed.end(); });
    return removed;
}

}  // namespace crmdav
