#pragma once
#include <string>
#include <string_view>

namespace crmdav {

/// How the values of a property are laid out in jCal and jCard.
struct JsonType {
    enum class Shape { single, list, structured };  ///< list: comma; structured: semicolon, in jCard commas within
    std::string_view name;                          ///< property, upper case
    std::string_view type;                          ///< default value type, lower case
    Shape shape = Shape::single;
};

/// @returns type "unknown" for properties that no RFC defines (RFC 7265 §5, RFC 7095 §5)
const JsonType& jsonTypeOf(std::string_view property, bool card);

/// date, date-time, time, utc-offset … in the form with `-` and `:`; what is no such value comes back as it is.
std::string extendedForm(std::string_view type, std::string_view value);
std::string basicForm(std::string_view type, std::string_view value);

/// Whether extendedForm() means something for this type.
bool isTimeType(std::string_view type);

}  // namespace crmdav
