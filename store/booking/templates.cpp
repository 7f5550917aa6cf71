#include "store/booking/templates.h"

#include <algorithm>

#include "store/store.h"

namespace crmdav {
namespace {

constexpr std::string_view names[] = {
    "contact.name",     "contact.firstName",   "contact.lastName",     "contact.email",
    "contact.company",  "appointment.subject", "appointment.when",     "appointment.date",
    "appointment.time", "appointment.end",     "appointment.location", "appointment.zone",
    "host.name",        "host.email",          "calendar.name",        "organisation.name",
};

/// Hands out the text between fields, and their names. @returns false: braces aren't closed
template <class Text, class Name>
bool walk(std::string_view text, Text plain, Name name) {
    for (auto open = text.find("{{"); open != std::string_view::npos; open = text.find("{{")) {
        plain(text.substr(0, open));
        const auto close = text.find("}}", open);
        if (close == std::string_view::npos) return false;
        std::string_view inner = text.substr(open + 2, close - open - 2);
        while (inner.starts_with(' ')) inner.remove_prefix(1);
        while (inner.ends_with(' ')) inner.remove_suffix(1);
        name(inner);
        text.remove_prefix(close + 2);
    }
    plain(text);
    return true;
}

}  // namespace

std::span<const std::string_view> templateFields() noexcept { return names; }

void checkTemplate(const std::string& field, std::string_view text) {
    const auto check = [&](std::string_view name) {
        if (std::ranges::find(names, name) != std::end(names)) return;
        throw InvalidField(field, "there is no field \"" + std::string(name.substr(0, 60)) + "\"");
    };
    if (!walk(
            text, [](std::string_view) {}, check))
        throw InvalidField(field, "the braces of a field aren't closed");
}

std::string fillTemplate(std::string_view text, const std::map<std::string_view, std::string>& values) {
    std::string filled;
    const auto put = [&](std::string_view name) {
        if (const auto value = values.find(name); value != values.end()) filled += value->second;
    };
    walk(
        text, [&](std::string_view plain) { filled += plain; }, put);
    return filled;
}

}  // namespace crmdav
