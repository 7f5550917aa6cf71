#include "bridge/google/person_fields.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <span>

#include "bridge/json_values.h"
#include "store/records/normalise.h"

namespace crmdav::google {
namespace {

struct Synonym {
    std::string_view google, crm;
};
/// The first one with a CRM word is what is written for it.
constexpr Synonym phoneTypes[] = {{"workFax", "fax"},      {"homeFax", "fax"},     {"otherFax", "fax"},
                                  {"pager", "pager"},      {"workPager", "pager"}, {"mobile", "mobile"},
                                  {"workMobile", "mobile"}};
constexpr Synonym protocols[] = {{"jabber", "xmpp"}, {"aim", "aim"},          {"msn", "msnim"}, {"yahoo", "ymsgr"},
                                 {"skype", "skype"}, {"googleTalk", "gtalk"}, {"icq", "icq"},   {"qq", "qq"}};

std::string crmWord(std::span<const Synonym> words, std::string_view google) {
    const auto found = std::ranges::find(words, google, &Synonym::google);
    return std::string(found == words.end() ? google : found->crm);
}
std::string googleWord(std::span<const Synonym> words, std::string_view crm) {
    const auto found = std::ranges::find(words, crm, &Synonym::crm);
    return std::string(found == words.end() ? crm : found->google);
}

std::string sameText(std::string_view text) { return cleanText(text); }
std::string readValue(const Json& entry) { return cleanText(textAt(entry, "value")); }
void writeValue(Json& entry, const std::string& value) { set(entry, "value", jsonText(value)); }

/// An address as IMPP has it: xmpp:ann@example.com; without known protocol the name alone.
std::string readChat(const Json& entry) {
    const std::string name = cleanText(textAt(entry, "username"));
    const std::string_view protocol = textAt(entry, "protocol");
    return name.empty() || protocol.empty() ? name : crmWord(protocols, protocol) + ":" + name;
}
void writeChat(Json& entry, const std::string& value) {
    const auto colon = value.find(':');
    set(entry, "username", jsonText(std::string_view(value).substr(colon == value.npos ? 0 : colon + 1)));
    if (colon != value.npos) set(entry, "protocol", jsonText(googleWord(protocols, value.substr(0, colon))));
    if (colon == value.npos) drop(entry, "protocol");
}

std::string readDate(const Json& entry) { return dateOf(at(entry, "date")); }
void writeDate(Json& entry, const std::string& value) { set(entry, "date", dateJson(value)); }

std::vector<LabelledValue> ranked(const PersonList& list, std::vector<LabelledValue> values) {
    const auto first = std::ranges::find_if(values, &LabelledValue::preferred);
    const std::size_t best = first == values.end() ? 0 : static_cast<std::size_t>(first - values.begin());
    for (std::size_t i = 0; i < values.size(); ++i) values[i].preferred = list.ranked && values.size() > 1 && i == best;
    return values;
}

struct AddressPart {
    std::string_view name;
    std::string PostalAddress::*field;
};
constexpr AddressPart addressParts[] = {
    {"type", &PostalAddress::label},
    {"poBox", &PostalAddress::poBox},
    {"extendedAddress", &PostalAddress::extended},
    {"streetAddress", &PostalAddress::street},
    {"city", &PostalAddress::locality},
    {"region", &PostalAddress::region},
    {"postalCode", &PostalAddress::postcode},
    {"country", &PostalAddress::country},
};

bool sameAddress(const PostalAddress& a, const PostalAddress& b) {
    return std::ranges::all_of(addressParts, [&](const AddressPart& part) { return a.*part.field == b.*part.field; });
}

PostalAddress addressOf(const Json& entry) {
    PostalAddress address;
    for (const auto& [name, field] : addressParts) address.*field = cleanText(textAt(entry, name));
    if (address.country.empty()) address.country = cleanText(textAt(entry, "countryCode"));
    const PostalAddress nowhere{.label = address.label,
                                .poBox = {},
                                .extended = {},
                                .street = {},
                                .locality = {},
                                .region = {},
                                .postcode = {},
                                .country = {}};
    if (address == nowhere) address.street = cleanText(textAt(entry, "formattedValue"));  // never put into parts
    return address;
}

}  // namespace

const PersonList personLists[5] = {
    {"emailAddresses", &Contact::emails, readValue, writeValue, sameText, sameText, true},
    {"phoneNumbers", &Contact::phones, readValue, writeValue,
     [](std::string_view type) { return cleanText(crmWord(phoneTypes, type)); },
     [](std::string_view label) { return googleWord(phoneTypes, label); }, true},
    {"urls", &Contact::urls, readValue, writeValue, sameText, sameText, false},
    {"imClients", &Contact::ims, readChat, writeChat, sameText, sameText, false},
    {"events", &Contact::dates, readDate, writeDate, sameText, sameText, false},
};

std::vector<const Json*> ownEntries(const Json& person, std::string_view field) {
    std::vector<const Json*> own;
    for (const Json& entry : at(person, field).array) {
        const auto source = textAt(entry, {"metadata", "source", "type"});
        if (source.empty() || source == "CONTACT") own.push_back(&entry);
    }
    return own;
}

std::size_t primaryOf(const std::vector<const Json*>& entries) {
    for (const std::string_view flag : {"primary", "sourcePrimary"})
        for (std::size_t i = 0; i < entries.size(); ++i)
            if (trueAt(*entries[i], {"metadata", flag})) return i;
    return 0;
}

Json sendable(const Json& entry) {
    Json sent = entry;
    for (const std::string_view name : {"metadata", "formattedType", "canonicalForm", "displayNameLastFirst"})
        drop(sent, name);
    // Google makes it from the parts; sent along, it would stay as it is when they change.
    if (sent.object.size() > 1 && sent.find("formattedValue"))
        for (const auto& part : addressParts)
            if (part.name != "type" && sent.find(part.name)) {
                drop(sent, "formattedValue");
                break;
            }
    if (trueAt(entry, {"metadata", "sourcePrimary"}))
        set(sent, "metadata", jsonObject({{"sourcePrimary", jsonFlag(true)}}));
    return sent;
}

std::vector<LabelledValue> readList(const Json& person, const PersonList& list) {
    std::vector<LabelledValue> values;
    const auto entries = ownEntries(person, list.name);
    const std::size_t primary = primaryOf(entries);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        LabelledValue value{list.label(textAt(*entries[i], "type")), list.read(*entries[i]), i == primary};
        if (!value.value.empty()) values.push_back(std::move(value));
    }
    return ranked(list, std::move(values));
}

bool sameList(const PersonList& list, const std::vector<LabelledValue>& a, const std::vector<LabelledValue>& b) {
    return std::ranges::is_permutation(ranked(list, a), ranked(list, b));
}

Json listJson(const Json& person, const PersonList& list, const std::vector<LabelledValue>& wanted) {
    std::vector<const Json*> old = ownEntries(person, list.name);
    Json field = jsonArray();
    for (const LabelledValue& value : ranked(list, wanted)) {
        const auto same =
            std::ranges::find_if(old, [&](const Json* entry) { return list.read(*entry) == value.value; });
        Json entry = same == old.end() ? jsonObject() : sendable(**same);
        if (same == old.end()) list.write(entry, value.value);
        if (same != old.end()) old.erase(same);
        if (value.label.empty())
            drop(entry, "type");
        else if (list.label(textAt(entry, "type")) != value.label)
            set(entry, "type", jsonText(list.type(value.label)));
        drop(entry, "metadata");
        if (value.preferred) set(entry, "metadata", jsonObject({{"sourcePrimary", jsonFlag(true)}}));
        field.array.push_back(std::move(entry));
    }
    for (const Json* entry : old)
        if (list.read(*entry).empty()) field.array.push_back(sendable(*entry));
    return field;
}

std::vector<PostalAddress> readAddress(const Json& person) {
    const auto entries = ownEntries(person, "addresses");
    if (entries.empty()) return {};
    return {addressOf(*entries[primaryOf(entries)])};
}

std::optional<PostalAddress> takenAddress(const std::vector<PostalAddress>& before,
                                          const std::vector<PostalAddress>& after) {
    if (after.empty()) return std::nullopt;
    auto taken = std::ranges::find_if(
        after, [&](const PostalAddress& one) { return !before.empty() && sameAddress(one, before.front()); });
    if (taken == after.end()) taken = std::ranges::find_if(after, &PostalAddress::preferred);
    PostalAddress address = taken == after.end() ? after.front() : *taken;
    address.preferred = false;
    return address;
}

Json addressesJson(const Json& person, const std::optional<PostalAddress>& wanted) {
    const auto entries = ownEntries(person, "addresses");
    const std::size_t primary = primaryOf(entries);
    Json field = jsonArray();
    for (std::size_t i = 0; i < std::max<std::size_t>(entries.size(), 1); ++i) {
        Json entry = i < entries.size() ? sendable(*entries[i]) : jsonObject();
        if (i == primary) {
            if (!wanted) continue;
            const PostalAddress old = addressOf(entry);
            for (const auto& [name, part] : addressParts) {
                if (old.*part == (*wanted).*part && entry.find(name)) continue;
                if ((*wanted).*part == "")
                    drop(entry, name);
                else
                    set(entry, name, jsonText((*wanted).*part));
            }
            if (old.country != wanted->country) drop(entry, "countryCode");
            drop(entry, "formattedValue");
        }
        field.array.push_back(std::move(entry));
    }
    return field;
}

std::string dateOf(const Json& date) {
    const auto year = numberAt(date, "year"), month = numberAt(date, "month"), day = numberAt(date, "day");
    const std::chrono::year_month_day whole(
        std::chrono::year(static_cast<int>(std::clamp<std::int64_t>(year, 0, 9999))),
        std::chrono::month(static_cast<unsigned>(std::clamp<std::int64_t>(month, 0, 13))),
        std::chrono::day(static_cast<unsigned>(std::clamp<std::int64_t>(day, 0, 32))));
    if (year < 1 || year > 9999 || !whole.ok()) return {};
    char text[16];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", int(whole.year()), unsigned(whole.month()),
                  unsigned(whole.day()));
    return text;
}

Json dateJson(std::string_view date) {
    const auto number = [&](std::size_t from, std::size_t length) {
        int value = 0;
        if (from + length <= date.size()) std::from_chars(date.data() + from, date.data() + from + length, value);
        return jsonNumber(value);
    };
    return jsonObject({{"year", number(0, 4)}, {"month", number(5, 2)}, {"day", number(8, 2)}});
}

}  // namespace crmdav::google
