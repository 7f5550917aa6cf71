#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>

/// Texts with fields: "Hello {{contact.name}}".
namespace crmdav {

/// The names that can stand between the braces.
std::span<const std::string_view> templateFields() noexcept;

/// @throws InvalidField  a field that there isn't, or braces that aren't closed
void checkTemplate(const std::string& field, std::string_view text);

/// What isn't among the values is empty.
std::string fillTemplate(std::string_view text, const std::map<std::string_view, std::string>& values);

}  // namespace crmdav
