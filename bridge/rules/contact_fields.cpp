#include "bridge/rules/field_tools.h"
#include "bridge/rules/fields.h"
#include "store/records/normalise.h"

namespace crmdav {
namespace {

constexpr char between = '\x1f';

std::string joined(std::initializer_list<std::string_view> parts) {
    std::string text;
    bool any = false;
    for (const std::string_view part : parts) {
        const std::string plain = plainLine(part);
        any = any || !plain.empty();
        text.append(plain).append(1, between);
    }
    return any ? text : std::string();
}

Elements readName(const Contact& c) {
    std::string parts = joined({c.prefix, c.firstName, c.middleName, c.lastName, c.suffix});
    return one(parts.empty() ? plainLine(c.displayName) : parts);
}
void copyName(const Contact& from, Contact& to) {
    to.prefix = from.prefix;
    to.firstName = from.firstName;
    to.middleName = from.middleName;
    to.lastName = from.lastName;
    to.suffix = from.suffix;
    to.displayName = from.displayName;
}

// Which address, number … it is; how it is written and labelled is the element's text.
std::string emailKey(const LabelledValue& v) { return normalEmail(v.value); }
/// Without the region that a number without country code is of: both sides write theirs as they always did.
std::string phoneKey(const LabelledValue& v) {
    std::string digits;
    for (const char c : v.value)
        if ((c >= '0' && c <= '9') || (c == '+' && digits.empty())) digits += c;
    return digits.starts_with("00") ? "+" + digits.substr(2) : digits;
}
std::string urlKey(const LabelledValue& v) { return normalUrl(v.value); }
std::string plainKey(const LabelledValue& v) { return plainLine(v.value); }

template <std::string (*Key)(const LabelledValue&)>
Elements readValues(const std::vector<LabelledValue>& list) {
    return elementsOf(list, [](const LabelledValue& v) { return Element{Key(v), lowerAscii(v.label)}; });
}

/// A side that has no labels doesn't take them from the other.
template <auto List, std::string (*Key)(const LabelledValue&)>
void putValue(const Contact& from, Contact& to, std::string_view key) {
    const auto same = [&](const LabelledValue& v) { return Key(v) == key; };
    const auto source = std::ranges::find_if(from.*List, same);
    auto& list = to.*List;
    const auto target = std::ranges::find_if(list, same);
    if (source == (from.*List).end()) {
        std::erase_if(list, same);
    } else if (target == list.end()) {
        list.push_back(*source);
    } else {
        const std::string label = source->label.empty() ? target->label : source->label;
        *target = *source;
        target->label = label;
    }
}

std::string addressKey(const PostalAddress& a) {
    std::string key;
    for (const std::string* part : {&a.poBox, &a.extended, &a.street, &a.locality, &a.region, &a.postcode, &a.country})
        key += normalName(*part) + between;
    return key.find_first_not_of(between) == std::string::npos ? std::string() : key;
}

#define TEXT_FIELD(field, plain)                                                                                       \
    {                                                                                                                  \
#field, [](const Contact& c) { return one(plain(c.field)); }, [](const Contact& from,                          \
                                                                         Contact& to) { to.field = from.field; },      \
                                                                                                               nullptr \
    }
#define LIST_FIELD(field, key, mandatory)                                                                              \
    {                                                                                                                  \
#field,                                                                                                        \
            [](const Contact&                                                                                          \
                   c) { return readValues<key>(c.field); },                                                            \
                                                         [](const Contact& from,                                       \
                                                            Contact& to) { to.field = from.field; },                   \
                                                                                                  putValue <           \
                                                                                                      &Contact::field, \
                                                                                                  key>, mandatory      \
    }

constexpr ComparedField<Contact> contactTable[] = {
    {"name", readName, copyName, nullptr, true},
    TEXT_FIELD(nickname, plainLine),
    {"company", [](const Contact& c) { return one(plainLine(c.companyName)); },
     [](const Contact& from, Contact& to) {
         to.companyName = from.companyName;
         to.companyId.reset();
     },
     nullptr},
    TEXT_FIELD(department, plainLine),
    TEXT_FIELD(jobTitle, plainLine),
    TEXT_FIELD(birthday, plainLine),
    TEXT_FIELD(notes, plainText),
    LIST_FIELD(emails, emailKey, true),
    LIST_FIELD(phones, phoneKey, true),
    LIST_FIELD(urls, urlKey, false),
    LIST_FIELD(ims, plainKey, false),
    LIST_FIELD(dates, plainKey, false),
    {"addresses",
     [](const Contact& c) {
         return elementsOf(c.addresses, [](const PostalAddress& a) {
             return Element{addressKey(a), lowerAscii(a.label)};
         });
     },
     [](const Contact& from, Contact& to) { to.addresses = from.addresses; },
     [](const Contact& from, Contact& to, std::string_view key) {
         putElement<&Contact::addresses, addressKey>(from, to, key);
     }},
};
#undef LIST_FIELD
#undef TEXT_FIELD

}  // namespace

std::span<const ComparedField<Contact>> contactFields() { return contactTable; }

}  // namespace crmdav
