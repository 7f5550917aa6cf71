#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace crmdav {

/// What stands where an erased person was: as an address, and in text.
inline constexpr std::string_view nobody = "erased@invalid.invalid", noName = "(erased)";

/// What names a person who is to be erased: addresses and full names, as they are and as they were.
class Traces {
public:
    void add(std::string_view written);
    bool in(std::string_view text) const;
    /// With each trace replaced; case counts only beyond ASCII.
    std::string without(std::string text) const;

private:
    std::vector<std::string> all_;
};

/// Where `text` has `wanted`, whatever the case of ASCII letters; npos: nowhere from there on.
std::size_t findIgnoringCase(std::string_view text, std::string_view wanted, std::size_t from);

}  // namespace crmdav
