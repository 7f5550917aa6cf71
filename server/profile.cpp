#include "server/profile.h"

#include "protocol/text/digest.h"
#include "protocol/text/text_values.h"
#include "server/http/errors.h"

namespace crmdav {
namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            default: out += c;
        }
    }
    return out;
}

/// A UUID (RFC 9562 version 8) that is always the same for the same name.
std::string uuidOf(const std::string& name) {
    std::string digest = sha256(name);
    digest[6] = static_cast<char>((digest[6] & 0x0f) | 0x80);
    digest[8] = static_cast<char>((digest[8] & 0x3f) | 0x80);
    std::string uuid;
    for (int i = 0; i < 16; ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) uuid += '-';
        uuid += hexOf(std::string_view(digest).substr(static_cast<std::size_t>(i), 1));
    }
    return upperAscii(uuid);
}

void text(std::string& out, std::string_view key, std::string_view value) {
    out.append("<key>").append(key).append("</key><string>").append(escaped(value)).append("</string>\n");
}

struct Server {
    std::string host;
    std::string port;
    bool secure = false;
};

Server serverOf(const Request& request) {
    Server server{{}, request.secure ? "443" : "80", request.origin.starts_with("https:")};
    auto rest = std::string_view(request.origin).substr(server.secure ? 8 : 7);
    const auto colon = rest.rfind(':');
    if (colon != rest.npos && rest.find(']', colon) == rest.npos) {
        server.port = rest.substr(colon + 1);
        rest = rest.substr(0, colon);
    }
    server.host = rest;
    return server;
}

/// @param kind CalDAV or CardDAV
void account(std::string& out, std::string_view kind, const Request& request, const User& user,
             const std::string& title) {
    const auto server = serverOf(request);
    const auto name = [&](std::string_view part) { return std::string(kind).append(part); };
    const std::string type = kind == "CalDAV" ? "com.apple.caldav.account" : "com.apple.carddav.account";
    const std::string id = request.origin + request.basePath + "/" + user.login + "/" + std::string(kind);
    out += "<dict>\n";
    text(out, "PayloadType", type);
    text(out, "PayloadIdentifier", "crmdav." + uuidOf(id));
    text(out, "PayloadUUID", uuidOf(id));
    text(out, "PayloadDisplayName", title);
    out += "<key>PayloadVersion</key><integer>1</integer>\n";
    text(out, name("AccountDescription"), title);
    text(out, name("HostName"), server.host);
    out.append("<key>").append(kind).append("Port</key><integer>").append(server.port).append("</integer>\n");
    out.append("<key>").append(kind).append(server.secure ? "UseSSL</key><true/>\n" : "UseSSL</key><false/>\n");
    text(out, name("PrincipalURL"), request.basePath + "/dav/principals/users/" + user.login + "/");
    text(out, name("Username"), user.login);
    out += "</dict>\n";
}

}  // namespace

Response serveProfile(const Request& request, const Identity& who, const Organisation& organisation) {
    if (request.method != "GET" && request.method != "HEAD")
        return plainAnswer(405, "A profile can only be read.").with("Allow", "GET, HEAD");
    if (request.path.size() != 2 || request.path[1] != who.user.login + ".mobileconfig")
        return plainAnswer(404, "Your own profile is at /profiles/" + who.user.login + ".mobileconfig.");
    const std::string id = request.origin + request.basePath + "/" + who.user.login;
    std::string out = R"(<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
)";
    text(out, "PayloadType", "Configuration");
    text(out, "PayloadIdentifier", "crmdav." + uuidOf(id));
    text(out, "PayloadUUID", uuidOf(id));
    text(out, "PayloadDisplayName", organisation.name);
    text(out, "PayloadDescription",
         "Calendar and contacts of " + organisation.name + ". The device asks for the password.");
    out += "<key>PayloadVersion</key><integer>1</integer>\n<key>PayloadContent</key><array>\n";
    account(out, "CalDAV", request, who.user, organisation.name);
    account(out, "CardDAV", request, who.user, organisation.name);
    out += "</array>\n</dict></plist>\n";
    return Response(200, "application/x-apple-aspen-config; charset=utf-8", std::move(out))
        .with("Content-Disposition", "attachment; filename=\"" + who.user.login + ".mobileconfig\"")
        .with("Cache-Control", "private, no-store");
}

}  // namespace crmdav
