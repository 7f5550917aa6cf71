#pragma once
#include <string>

#include "protocol/dav/xml.h"
#include "tests/standins/icloud.h"

/// Answers as iCloud writes them.
namespace crmdav::standins::apple_answers {

inline constexpr const char* principalPath = "/1234567/principal/";

inline Reply xml(int status, const std::string& body) { return {.status = status, .body = body, .type = "text/plain"}; }
inline Reply empty(int status) { return {.status = status, .body = "", .type = "text/html"}; }

inline std::string multistatus(const std::string& inside) {
    return "<?xml version='1.0' encoding='UTF-8'?><multistatus xmlns='DAV:'>" + inside + "</multistatus>";
}
inline std::string response(const std::string& href, const std::string& found, const std::string& missing = {}) {
    std::string out = "<response xmlns='DAV:'><href>" + href + "</href>";
    // The classic trap: what isn't there comes as well, empty.
    if (!missing.empty())
        out += "<propstat><prop>" + missing + "</prop><status>HTTP/1.1 404 Not Found</status></propstat>";
    return out + "<propstat><prop>" + found + "</prop><status>HTTP/1.1 200 OK</status></propstat></response>";
}
inline std::string status(const std::string& href, const std::string& line, const std::string& more = {}) {
    return "<response xmlns='DAV:'><href>" + href + "</href><status>HTTP/1.1 " + line + "</status>" + more +
           "</response>";
}
inline std::string escaped(std::string_view text) {
    std::string out;
    appendEscaped(out, text);
    return out;
}
inline std::string error(const char* condition, const char* ns = "DAV:") {
    return "<error xmlns='DAV:'><" + std::string(condition) + " xmlns='" + ns + "'/></error>";
}
inline std::string lineOf(const std::string& bytes, std::string_view name) {
    const auto at = bytes.find("\r\n" + std::string(name) + ":");
    return at == bytes.npos ? ""
                            : bytes.substr(at + name.size() + 3, bytes.find("\r\n", at + 2) - at - name.size() - 3);
}

}  // namespace crmdav::standins::apple_answers
