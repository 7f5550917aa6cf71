#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/text/json.h"
#include "store/model.h"

/// The fields of a person that come in numbers. Pure.
namespace crmdav::google {

/// Entries of a field that the user wrote (source CONTACT), as they are.
std::vector<const Json*> ownEntries(const Json& person, std::string_view field);
/// Place among these of the primary one (rule D11).
std::size_t primaryOf(const std::vector<const Json*>& entries);
/// An entry as it's sent: without what Google itself adds.
Json sendable(const Json& entry);

/// One kind of labelled values.
struct PersonList {
    std::string_view name;
    std::vector<LabelledValue> Contact::*field;
    std::string (*read)(const Json& entry);  ///< empty: not the CRM's; left as it is
    void (*write)(Json& entry, const std::string& value);
    std::string (*label)(std::string_view type);
    std::string (*type)(std::string_view label);
    bool ranked;  ///< one of several is the preferred one
};
extern const PersonList personLists[5];

std::vector<LabelledValue> readList(const Json& person, const PersonList&);
bool sameList(const PersonList&, const std::vector<LabelledValue>& a, const std::vector<LabelledValue>& b);
/// The whole field: entries that stay keep what is known of them.
Json listJson(const Json& person, const PersonList&, const std::vector<LabelledValue>& wanted);

/// The primary address; empty: none.
std::vector<PostalAddress> readAddress(const Json& person);
/// Which of several Google is to have: the one that it has, else the preferred, else the first.
std::optional<PostalAddress> takenAddress(const std::vector<PostalAddress>& before,
                                          const std::vector<PostalAddress>& after);
Json addressesJson(const Json& person, const std::optional<PostalAddress>& wanted);

/// {year, month, day} ⇄ YYYY-MM-DD; empty: without year.
std::string dateOf(const Json& date);
Json dateJson(std::string_view date);

}  // namespace crmdav::google
