#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/model.h"

/// The fields of activities and contacts that the rules compare (C1, D11), in one table each: the only place that knows
/// which these are and when two values are the same.
namespace crmdav {

/// One value of a field. Lists are compared as sets (D10): `key` says which element it is, `text` all that is compared
/// of it. A field with one value has an element without key; an empty one has none.
struct Element {
    std::string key, text;
    std::string label{};  ///< for people, where the key is none for them; not compared, not kept
    friend bool operator==(const Element& a, const Element& b) { return a.key == b.key && a.text == b.text; }
};
using Elements = std::vector<Element>;  ///< ascending keys, each once

template <class R>
struct ComparedField {
    std::string_view name;
    Elements (*read)(const R&);
    void (*copy)(const R& from, R& to);  ///< the field as a whole
    /// One element: added, replaced, or removed where `from` has none. Null: the field has one value.
    void (*put)(const R& from, R& to, std::string_view key);
    bool mandatory = false;   ///< never emptied from the provider's side (D9)
    bool organisers = false;  ///< only the organiser may change it (C12)
    bool guests = false;      ///< who is invited: not every provider may be told (B12)
};

std::span<const ComparedField<Activity>> activityFields();
std::span<const ComparedField<Contact>> contactFields();

template <class R>
std::span<const ComparedField<R>> comparedFieldsOf();
template <>
inline std::span<const ComparedField<Activity>> comparedFieldsOf() {
    return activityFields();
}
template <>
inline std::span<const ComparedField<Contact>> comparedFieldsOf() {
    return contactFields();
}

/// Values by the fields' names, of one side at one time.
using FieldValues = std::map<std::string, Elements, std::less<>>;

template <class R>
FieldValues valuesOf(const R& record) {
    FieldValues values;
    for (const ComparedField<R>& field : comparedFieldsOf<R>()) values.emplace(field.name, field.read(record));
    return values;
}

/// As JSON, for a link; empty fields too, so that one that is missing is one that wasn't known then.
std::string encodeValues(const FieldValues&);
/// @throws JsonError
FieldValues decodeValues(const std::string&);

/// For people: elements in one line each.
std::string shown(const Elements&);

}  // namespace crmdav
