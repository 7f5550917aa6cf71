#include "bridge/outlook/slots.h"

#include <algorithm>
#include <array>
#include <string>

#include "bridge/html_text.h"
#include "bridge/outlook/event.h"
#include "bridge/outlook/values.h"
#include "store/records/normalise.h"

namespace crmdav::outlook {
namespace {

// ---------------------------------------------------------------- phones

struct PhoneKind {
    std::string_view label;
    std::size_t most;
};
constexpr std::array<PhoneKind, 3> phoneKinds{{{"mobile", 1}, {"work", 2}, {"home", 2}}};

std::size_t kindOf(std::string_view label) {
    if (label == "mobile") return 0;
    if (label == "home") return 2;
    if (label == "work" || label == "main" || label == "other" || label.empty()) return 1;
    return phoneKinds.size();  // fax, pager and what people made up: Graph shows no place for them
}

std::vector<std::string> slotsOf(const Json& contact, std::size_t kind) {
    std::vector<std::string> values;
    if (kind == 0) {
        if (std::string mobile = oneLine(textAt(contact, "mobilePhone")); !mobile.empty()) values.push_back(mobile);
        return values;
    }
    for (const Json& phone : at(contact, kind == 1 ? "businessPhones" : "homePhones").array)
        if (std::string value = oneLine(phone.string); !value.empty()) values.push_back(value);
    return values;
}

/// `wanted` in the order of `old`, as far as it was there.
std::vector<std::string> settled(const std::vector<std::string>& old, const std::vector<std::string>& wanted) {
    std::vector<std::string> out;
    for (const std::string& value : old)
        if (std::ranges::find(wanted, value) != wanted.end()) out.push_back(value);
    for (const std::string& value : wanted)
        if (std::ranges::find(out, value) == out.end()) out.push_back(value);
    return out;
}

// ---------------------------------------------------------------- addresses

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> places{
    {{"home", "homeAddress"}, {"work", "businessAddress"}, {"other", "otherAddress"}}};
constexpr std::array<std::pair<std::string_view, std::string PostalAddress::*>, 5> parts{
    {{"street", &PostalAddress::street},
     {"city", &PostalAddress::locality},
     {"state", &PostalAddress::region},
     {"postalCode", &PostalAddress::postcode},
     {"countryOrRegion", &PostalAddress::country}}};

std::size_t placeOf(std::string_view label) {
    const auto place = std::ranges::find(places, label, &std::pair<std::string_view, std::string_view>::first);
    return place == places.end() ? places.size() - 1 : static_cast<std::size_t>(place - places.begin());
}

bool isEmpty(const PostalAddress& address) {
    return std::ranges::all_of(parts, [&](const auto& part) { return (address.*part.second).empty(); });
}

PostalAddress addressAt(const Json& contact, std::size_t place) {
    PostalAddress address;
    address.label = places[place].first;
    for (const auto& [name, member] : parts)
        address.*member = normalText(textAt(at(contact, places[place].second), name));
    return address;
}

void writeAddress(JsonWriter& out, std::size_t place, const PostalAddress& address) {
    out.key(places[place].second).beginObject();
    for (const auto& [name, member] : parts) {
        out.key(name);
        if ((address.*member).empty())
            out.null();
        else
            out.text(address.*member);
    }
    out.endObject();
}

}  // namespace

std::vector<LabelledValue> readEmails(const Json& contact) {
    std::vector<LabelledValue> all;
    for (const Json& email : at(contact, "emailAddresses").array)
        if (std::string address = oneLine(textAt(email, "address")); !normalEmail(address).empty())
            all.push_back({"", std::move(address), false});
    return all;
}

std::vector<LabelledValue> heldEmails(const std::vector<LabelledValue>& emails) {
    std::vector<LabelledValue> kept;
    for (const LabelledValue& email : emails) {
        const std::string address = oneLine(email.value);
        const auto same = [&](const LabelledValue& other) { return normalEmail(other.value) == normalEmail(address); };
        if (normalEmail(address).empty() || kept.size() == mostOfAKind || std::ranges::any_of(kept, same)) continue;
        kept.push_back({"", address, false});
    }
    return kept;
}

void writeEmails(JsonWriter& out, const Json& base, const std::vector<LabelledValue>& wanted) {
    std::vector<std::string> old, now;
    for (const LabelledValue& email : readEmails(base)) old.push_back(email.value);
    for (const LabelledValue& email : wanted) now.push_back(email.value);
    out.key("emailAddresses").beginArray();
    for (const std::string& address : settled(old, now)) {
        std::string name = address;
        for (const Json& email : at(base, "emailAddresses").array)
            if (textAt(email, "address") == address && !textAt(email, "name").empty()) name = textAt(email, "name");
        out.beginObject().member("name", name).member("address", address).endObject();
    }
    out.endArray();
}

std::vector<LabelledValue> readPhones(const Json& contact) {
    std::vector<LabelledValue> all;
    for (std::size_t kind = 0; kind < phoneKinds.size(); ++kind)
        for (std::string& value : slotsOf(contact, kind))
            all.push_back({std::string(phoneKinds[kind].label), std::move(value), false});
    return all;
}

std::vector<LabelledValue> heldPhones(const std::vector<LabelledValue>& phones) {
    std::vector<LabelledValue> kept;
    for (std::size_t kind = 0; kind < phoneKinds.size(); ++kind) {
        std::size_t count = 0;
        // Those that say what they are go first, then main and other.
        for (const bool named : {true, false})
            for (const LabelledValue& phone : phones) {
                if (kindOf(phone.label) != kind || (phone.label == phoneKinds[kind].label) != named) continue;
                if (oneLine(phone.value).empty() || count++ >= phoneKinds[kind].most) continue;
                kept.push_back({std::string(phoneKinds[kind].label), oneLine(phone.value), false});
            }
    }
    return kept;
}

void writePhones(JsonWriter& out, const Json& base, const std::vector<LabelledValue>& wanted) {
    for (std::size_t kind = 0; kind < phoneKinds.size(); ++kind) {
        std::vector<std::string> now;
        for (const LabelledValue& phone : wanted)
            if (phone.label == phoneKinds[kind].label) now.push_back(phone.value);
        const std::vector<std::string> old = slotsOf(base, kind);
        now = settled(old, now);
        if (now == old) continue;
        if (kind == 0) {
            out.key("mobilePhone");
            if (now.empty())
                out.null();
            else
                out.text(now.front());
            continue;
        }
        out.key(kind == 1 ? "businessPhones" : "homePhones").beginArray();
        for (const std::string& value : now) out.text(value);
        out.endArray();
    }
}

std::vector<PostalAddress> readAddresses(const Json& contact) {
    for (std::size_t place = 0; place < places.size(); ++place)
        if (PostalAddress address = addressAt(contact, place); !isEmpty(address)) return {std::move(address)};
    return {};
}

std::vector<PostalAddress> heldAddresses(const std::vector<PostalAddress>& addresses) {
    for (std::size_t place = 0; place < places.size(); ++place)
        for (const PostalAddress& address : addresses) {
            if (placeOf(address.label) != place) continue;
            PostalAddress kept;
            kept.label = places[place].first;
            for (const auto& [name, member] : parts) kept.*member = normalText(address.*member);
            for (const std::string& line : {address.extended, address.poBox})
                if (!line.empty()) kept.street = normalText(line + "\n" + kept.street);
            if (!isEmpty(kept)) return {std::move(kept)};
        }
    return {};
}

void writeAddresses(JsonWriter& out, const Json& base, const std::vector<PostalAddress>& before,
                    const std::vector<PostalAddress>& wanted) {
    const bool had = !before.empty(), has = !wanted.empty();
    const std::size_t from = had ? placeOf(before.front().label) : places.size();
    std::size_t to = has ? placeOf(wanted.front().label) : places.size();
    // An address that isn't ours is never overwritten: then the changed one stays where it was.
    if (had && has && to != from && !isEmpty(addressAt(base, to))) to = from;
    if (had && to != from) writeAddress(out, from, {});
    if (has) writeAddress(out, to, wanted.front());
}

}  // namespace crmdav::outlook
