#include <cstdio>
#include <ctime>

#include "server/commands/command.h"

namespace crmdav {

std::string Invocation::option(std::string_view name, std::string_view fallback) const {
    const auto found = options.find(name);
    return found == options.end() ? std::string(fallback) : found->second;
}

Config Invocation::config() const { return readConfig(option("config")); }

std::unique_ptr<Store> Invocation::store(bool migrate) const { return Store::open(storeOptions(config()), migrate); }

StoreOptions storeOptions(const Config& config) {
    StoreOptions options;
    options.url = config.storeUrl;
    options.maxObjectBytes = config.objectBytes;
    return options;
}

User Invocation::user(const Store& store, const std::string& login) {
    auto user = store.user(login);
    if (!user) throw std::runtime_error("there is no user " + login + "; see: crmdav user list");
    return *std::move(user);
}

Actor Invocation::actor() {
    Actor actor;
    actor.via = "cli";
    return actor;
}

std::string jsonText(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            (out += '\\') += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
            out += escape;
        } else {
            out += c;
        }
    }
    return out += '"';
}

std::string isoTime(Instant at) {
    const std::time_t seconds = at.time_since_epoch().count();
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    char text[32];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

Instant readTime(const std::string& text) {
    std::tm utc{};
    constexpr const char* forms[] = {"%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%MZ", "%Y-%m-%d"};
    for (const char* form : forms) {
        utc = {};
        const char* end = strptime(text.c_str(), form, &utc);
        if (end && *end == '\0') return Instant(std::chrono::seconds(timegm(&utc)));
    }
    throw UsageError("not a time: " + text + "; write 2026-11-20 or 2026-11-20T09:00:00Z (UTC)");
}

}  // namespace crmdav
