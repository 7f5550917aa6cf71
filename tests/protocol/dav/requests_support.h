#pragma once
#include <string>
#include <string_view>

#include "protocol/dav/names.h"
#include "protocol/dav/requests.h"

/// What the tests of request bodies share.
namespace crmdav {

/// The body inside an element of that name, with the usual prefixes declared.
inline std::string body(std::string_view name, std::string_view inside, std::string_view attributes = "") {
    return "<" + std::string(name) + std::string(rootNamespaces()) + " " + std::string(attributes) + ">" +
           std::string(inside) + "</" + std::string(name) + ">";
}

/// "200", "400", or "403 valid-filter".
template <class Parse>
std::string outcome(Parse parse, std::string_view xml) {
    const auto document = XmlDocument::parse(xml);
    try {
        parse(document.root());
        return "200";
    } catch (const DavError& error) {
        const auto condition = error.condition().name;
        return std::to_string(error.status()) + (condition.empty() ? "" : " ") + std::string(condition);
    }
}

inline Instant utc(std::string_view text) { return *parseUtc(text); }

inline constexpr std::string_view start = "start=\"20260101T000000Z\"";
inline constexpr std::string_view both = "start=\"20260101T000000Z\" end=\"20260201T000000Z\"";

}  // namespace crmdav
