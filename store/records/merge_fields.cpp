#include "store/records/merge_fields.h"

#include <algorithm>
#include <set>
#include <utility>

#include "store/records/contact_details.h"
#include "store/records/normalise.h"

namespace crmdav {
namespace {

void takeValues(DetailKind kind, std::vector<LabelledValue>& into, const std::vector<LabelledValue>& other,
                std::string_view region) {
    std::set<std::string> known;
    for (const LabelledValue& value : into) known.insert(normalDetail(kind, value.value, region));
    const bool chosen = std::ranges::any_of(into, &LabelledValue::preferred);
    for (LabelledValue value : other) {
        if (!known.insert(normalDetail(kind, value.value, region)).second) continue;
        value.preferred = value.preferred && !chosen;
        into.push_back(std::move(value));
    }
}

std::string placeOf(const PostalAddress& a) {
    std::string place;
    for (const std::string* part : {&a.poBox, &a.extended, &a.street, &a.locality, &a.region, &a.postcode, &a.country})
        place.append(normalName(*part)).append("\n");
    return place;
}

void takeAddresses(std::vector<PostalAddress>& into, const std::vector<PostalAddress>& other) {
    std::set<std::string> known;
    for (const PostalAddress& address : into) known.insert(placeOf(address));
    const bool chosen = std::ranges::any_of(into, &PostalAddress::preferred);
    for (PostalAddress address : other) {
        if (!known.insert(placeOf(address)).second) continue;
        address.preferred = address.preferred && !chosen;
        into.push_back(std::move(address));
    }
}

void takeTags(std::vector<std::string>& into, const std::vector<std::string>& other) {
    std::set<std::string> known;
    for (const std::string& tag : into) known.insert(normalName(tag));
    for (const std::string& tag : other)
        if (known.insert(normalName(tag)).second) into.push_back(tag);
}

}  // namespace

void takeLacking(StoredContact& into, const StoredContact& other, std::string_view region) {
    for (std::string Contact::*field :
         {&Contact::prefix, &Contact::firstName, &Contact::middleName, &Contact::lastName, &Contact::suffix,
          &Contact::nickname, &Contact::department, &Contact::jobTitle, &Contact::birthday})
        if ((into.*field).empty()) into.*field = other.*field;
    if (!into.companyId && into.companyName.empty()) {
        into.companyId = other.companyId;
        into.companyRow = other.companyRow;
        into.companyName = other.companyName;
    }
    takeValues(DetailKind::email, into.emails, other.emails, region);
    takeValues(DetailKind::phone, into.phones, other.phones, region);
    takeValues(DetailKind::url, into.urls, other.urls, region);
    takeValues(DetailKind::im, into.ims, other.ims, region);
    takeValues(DetailKind::date, into.dates, other.dates, region);
    takeAddresses(into.addresses, other.addresses);
    takeTags(into.tags, other.tags);
    if (into.notes.find(other.notes) == std::string::npos)
        into.notes += (into.notes.empty() ? "" : "\n\n") + other.notes;
    into.custom.insert(other.custom.begin(), other.custom.end());
}

}  // namespace crmdav
