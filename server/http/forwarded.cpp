#include "server/http/forwarded.h"

#include <algorithm>

#include "protocol/text/text_values.h"
#include "server/http/target.h"

namespace crmdav {
namespace {

std::string_view headerOf(const Head& head, std::string_view name) {
    for (const auto& [key, value] : head.headers)
        if (key == name) return value;
    return {};
}

std::string_view lastOf(std::string_view list) {
    const auto comma = list.rfind(',');
    return trim(comma == list.npos ? list : list.substr(comma + 1));
}

/// Walks the list from the end: each trusted proxy vouches for the entry before it.
std::string clientBehind(const Networks& trusted, std::string_view list, const std::string& peer) {
    std::string client = peer;
    while (!list.empty() && trusted.contains(client)) {
        const auto entry = lastOf(list);
        const auto comma = list.rfind(',');
        list = comma == list.npos ? std::string_view() : list.substr(0, comma);
        Networks anything;
        try {
            anything.add(entry);
        } catch (const std::invalid_argument&) {
            break;  // "unknown", or made up
        }
        if (entry.find('/') != entry.npos) break;
        client = entry;
    }
    return client;
}

}  // namespace

Outside seenFromOutside(const Config& config, const Head& head, const std::string& peer, bool overTls) {
    Outside seen{peer, {}, config.basePath, overTls};
    std::string host = head.host;
    if (!config.trustedProxies.empty() && config.trustedProxies.contains(peer)) {
        for (const auto& [name, value] : head.headers)
            if (name == "x-forwarded-for") seen.client = clientBehind(config.trustedProxies, value, seen.client);
        if (const auto proto = headerOf(head, "x-forwarded-proto"); !proto.empty())
            seen.secure = lastOf(proto) == "https";
        if (const auto name = lastOf(headerOf(head, "x-forwarded-host")); !name.empty()) {
            if (!isHost(name)) throw HttpError(400, "malformed X-Forwarded-Host");
            host = name;
        }
        if (const auto prefix = lastOf(headerOf(head, "x-forwarded-prefix"));
            !prefix.empty() && seen.basePath.empty()) {
            auto path = cleanBasePath(prefix);
            if (!path) throw HttpError(400, "malformed X-Forwarded-Prefix");
            seen.basePath = std::move(*path);
        }
    }
    if (config.publicOrigin.empty()) {
        seen.origin.append(seen.secure ? "https://" : "http://").append(host);
    } else {
        seen.origin = config.publicOrigin;
        seen.secure = seen.secure || config.publicOrigin.starts_with("https:");
    }
    return seen;
}

}  // namespace crmdav
