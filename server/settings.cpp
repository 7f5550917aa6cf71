#include "server/settings.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <utility>

#include "server/http/head.h"
#include "server/http/target.h"

namespace crmdav {
namespace {

void setListen(Config& config, const std::string& value) {
    const auto colon = value.rfind(':');
    if (colon == value.npos) throw ConfigError("expected ADDRESS:PORT, like 127.0.0.1:8080 or [::]:8080");
    config.listenHost = value.substr(0, colon);
    config.listenPort = static_cast<std::uint16_t>(readNumber(value.substr(colon + 1), 0, 65'535));
    if (config.listenHost.starts_with('[') && config.listenHost.ends_with(']'))
        config.listenHost = config.listenHost.substr(1, config.listenHost.size() - 2);
    if (config.listenHost.empty() || config.listenHost == "*") config.listenHost = "0.0.0.0";
}

void setPublicUrl(Config& config, const std::string& value) {
    const auto scheme = value.starts_with("https://") ? 8u : value.starts_with("http://") ? 7u : 0u;
    const auto slash = std::min(value.find('/', scheme), value.size());
    const auto path = cleanBasePath(std::string_view(value).substr(slash));
    if (scheme == 0 || !isHost(std::string_view(value).substr(scheme, slash - scheme)) || !path)
        throw ConfigError("expected the address that people use, like https://crm.example.org/dav-prefix");
    config.publicOrigin = value.substr(0, slash);
    config.basePath = *path;
}

void setProxies(Config& config, const std::string& value) {
    for (const auto& network : readList(value)) try {
            config.trustedProxies.add(network);
        } catch (const std::invalid_argument&) {
            throw ConfigError(network + " is no address or network, like 10.0.0.0/8, ::1 or loopback");
        }
}

std::string readFileName(const std::string& value) {
    if (!value.empty() && !std::filesystem::exists(value)) throw ConfigError("there is no file " + value);
    return value;
}

void setStoreUrl(Config& config, const std::string& value) {
    const bool file = value.starts_with("sqlite:") && value.size() > 7;
    const bool server = value.starts_with("postgresql://") || value.starts_with("postgres://");
    if (!file && !server) throw ConfigError("expected sqlite:PATH or postgresql://…");
    config.storeUrl = value;
}

std::string readZone(const std::string& value) {
    const bool plain = std::all_of(value.begin(), value.end(), [](unsigned char c) {
        return std::isalnum(c) || c == '/' || c == '_' || c == '-' || c == '+';
    });
    if (value.empty() || !plain || !std::filesystem::is_regular_file("/usr/share/zoneinfo/" + value))
        throw ConfigError("expected an IANA time zone, like Europe/Berlin");
    return value;
}

std::string readRegion(const std::string& value) {
    if (value.size() != 2 || !std::all_of(value.begin(), value.end(), [](unsigned char c) { return std::isupper(c); }))
        throw ConfigError("expected a country code, like DE");
    return value;
}

/// The rest is checked by whoever takes it apart (bridge_options.cpp).
void setMailServer(Config& config, const std::string& value) {
    if (!value.starts_with("smtp://") && !value.starts_with("smtps://"))
        throw ConfigError("expected smtp://USER:PASSWORD@HOST:PORT?from=ADDRESS, or smtps://");
    config.smtpUrl = value;
}

/// The position of `value` among the names.
template <class Choice, std::size_t N>
Choice readChoice(const std::string& value, const std::array<std::string_view, N>& names) {
    const auto found = std::find(names.begin(), names.end(), value);
    if (found != names.end()) return static_cast<Choice>(found - names.begin());
    std::string all;
    for (const auto name : names) all.append(all.empty() ? "" : ", ").append(name);
    throw ConfigError("expected one of " + all);
}
constexpr std::array<std::string_view, 4> levels{"debug", "info", "warning", "error"};
constexpr std::array<std::string_view, 2> formats{"text", "json"};

using Text = const std::string&;
constexpr std::size_t KB = 1024, MB = 1024 * KB;

std::chrono::seconds readSeconds(Text value, std::size_t most, std::size_t least = 1) {
    return std::chrono::seconds(static_cast<long>(readNumber(value, least, most)));
}

std::string readUrl(Text value) {
    if (!value.starts_with("https://") && !value.starts_with("http://"))
        throw ConfigError("expected an address, like https://api.example.org/v1");
    return value;
}

constexpr Setting table[] = {
    {"server.listen", "127.0.0.1:8080", "ADDRESS:PORT", "Where connections are taken.", false, setListen},
    {"server.publicUrl", "", "URL",
     "The address that people use, with the path that a proxy puts in front, if any; empty: as each request says. "
     "Providers of accounts announce changes there, if it is https.",
     false, setPublicUrl},
    {"server.trustedProxies", "", "networks",
     "Proxies whose X-Forwarded-For, -Proto, -Host and -Prefix are believed, like loopback or 10.0.0.0/8.", false,
     setProxies},
    {"server.tls.certificate", "", "PEM file", "Certificate chain, to speak TLS without a proxy; needs server.tls.key.",
     false, [](Config& c, Text v) { c.tlsCertificate = readFileName(v); }},
    {"server.tls.key", "", "PEM file", "Private key of the certificate.", false,
     [](Config& c, Text v) { c.tlsKey = readFileName(v); }},
    {"server.threads", "2000", "4 to 20000", "Connections served at once; each takes a thread, some 30 KB while idle.",
     false, [](Config& c, Text v) { c.threads = readNumber(v, 4, 20'000); }},
    {"store.url", "sqlite:crmdav-data/crmdav.db", "sqlite:PATH or postgresql://USER@HOST/NAME",
     "The database; a file is made when it isn't there.", true, setStoreUrl},
    {"secrets.keyFile", "", "file",
     "Keys that encrypt what opens people's accounts at providers, made at first use; empty: secrets.key beside the "
     "database file, or in crmdav-data.",
     false, [](Config& c, Text v) { c.keyFile = v; }},
    {"bridge.interval", "300", "seconds, 60 to 86400",
     "How often accounts at providers are synced when nothing tells of changes.", false,
     [](Config& c, Text v) { c.bridgeInterval = readSeconds(v, 86'400, 60); }},
    {"bridge.privateNetworks", "false", "true or false",
     "Whether people may connect CalDAV and CardDAV servers on this machine and its private networks, and webhooks may "
     "go there.",
     false, [](Config& c, Text v) { c.privateNetworks = readFlag(v); }},
    {"bridge.google.clientId", "", "text", "OAuth client that Google gave this server; empty: no Google accounts.",
     false, [](Config& c, Text v) { c.google.id = v; }},
    {"bridge.google.clientSecret", "", "text", "Its secret.", true, [](Config& c, Text v) { c.google.secret = v; }},
    {"bridge.google.authUrl", "https://accounts.google.com/o/oauth2/v2/auth", "URL", "Google's sign-in page.", false,
     [](Config& c, Text v) { c.google.authUrl = readUrl(v); }},
    {"bridge.google.tokenUrl", "https://oauth2.googleapis.com/token", "URL", "Where Google gives tokens.", false,
     [](Config& c, Text v) { c.google.tokenUrl = readUrl(v); }},
    {"bridge.google.calendarUrl", "https://www.googleapis.com/calendar/v3", "URL", "Google's Calendar API.", false,
     [](Config& c, Text v) { c.googleCalendarUrl = readUrl(v); }},
    {"bridge.google.peopleUrl", "https://people.googleapis.com", "URL", "Google's People API.", false,
     [](Config& c, Text v) { c.googlePeopleUrl = readUrl(v); }},
    {"bridge.microsoft.clientId", "", "text",
     "OAuth client that Microsoft gave this server; empty: no Microsoft accounts.", false,
     [](Config& c, Text v) { c.microsoft.id = v; }},
    {"bridge.microsoft.clientSecret", "", "text", "Its secret.", true,
     [](Config& c, Text v) { c.microsoft.secret = v; }},
    {"bridge.microsoft.authUrl", "https://login.microsoftonline.com/common/oauth2/v2.0/authorize", "URL",
     "Microsoft's sign-in page.", false, [](Config& c, Text v) { c.microsoft.authUrl = readUrl(v); }},
    {"bridge.microsoft.tokenUrl", "https://login.microsoftonline.com/common/oauth2/v2.0/token", "URL",
     "Where Microsoft gives tokens.", false, [](Config& c, Text v) { c.microsoft.tokenUrl = readUrl(v); }},
    {"bridge.microsoft.graphUrl", "https://graph.microsoft.com/v1.0", "URL", "Microsoft Graph.", false,
     [](Config& c, Text v) { c.graphUrl = readUrl(v); }},
    {"bridge.icloud.caldavUrl", "https://caldav.icloud.com/", "URL", "Apple's calendar server.", false,
     [](Config& c, Text v) { c.icloudCaldavUrl = readUrl(v); }},
    {"bridge.icloud.carddavUrl", "https://contacts.icloud.com/", "URL", "Apple's contacts server.", false,
     [](Config& c, Text v) { c.icloudCarddavUrl = readUrl(v); }},
    {"smtp.url", "", "smtp://USER:PASSWORD@HOST:PORT?from=ADDRESS, or smtps://",
     "The server that takes our mail; without from= it is from the user, or from crmdav@ the organisation's domain; "
     "empty: no mail.",
     true, setMailServer},
    {"organisation.name", "", "text", "Name of the organisation; where given, it replaces what admins set.", false,
     [](Config& c, Text v) { c.organisationName = v; }},
    {"organisation.domains", "", "list", "Own mail domains, with commas between; people there are colleagues.", false,
     [](Config& c, Text v) { c.organisationDomains = readList(v); }},
    {"organisation.timezone", "", "IANA zone", "Time zone of users who chose none, like Europe/Berlin.", false,
     [](Config& c, Text v) { c.organisationZone = readZone(v); }},
    {"organisation.region", "", "country code", "Country of phone numbers without one, like DE.", false,
     [](Config& c, Text v) { c.organisationRegion = readRegion(v); }},
    {"auth.userPasswords", "true", "true or false",
     "Whether DAV and API take a user's own password besides app passwords.", false,
     [](Config& c, Text v) { c.userPasswords = readFlag(v); }},
    {"metrics.token", "", "text", "Bearer token that opens /metrics to other machines; empty: loopback only.", true,
     [](Config& c, Text v) { c.metricsToken = v; }},
    {"limits.bodyBytes", "11534336", "65536 to 1073741824", "Largest request body.", false,
     [](Config& c, Text v) { c.bodyBytes = readNumber(v, 64 * KB, 1024 * MB); }},
    {"limits.importBytes", "104857600", "65536 to 1073741824", "Largest body of an import through the API.", false,
     [](Config& c, Text v) { c.importBytes = readNumber(v, 64 * KB, 1024 * MB); }},
    {"limits.objectBytes", "10485760", "4096 to 1073741824", "Largest calendar object or card.", false,
     [](Config& c, Text v) { c.objectBytes = readNumber(v, 4 * KB, 1024 * MB); }},
    {"limits.collections", "50", "0 to 10000", "Calendars, and address books, that a user may make.", false,
     [](Config& c, Text v) { c.maxCollections = readNumber(v, 0, 10'000); }},
    {"limits.members", "0", "0 to 10000000",
     "Members of a collection that clients are told to stay below; 0: any number.", false,
     [](Config& c, Text v) { c.maxMembers = readNumber(v, 0, 10'000'000); }},
    {"limits.bookingsPerHour", "20", "1 to 100000",
     "Bookings that visitors at one address may make, move or cancel in an hour.", false,
     [](Config& c, Text v) { c.bookingsPerHour = readNumber(v, 1, 100'000); }},
    {"limits.quotaBytes", "0", "0 to 1099511627776", "Bytes of a user's own objects; 0: any number.", false,
     [](Config& c, Text v) { c.quotaBytes = static_cast<std::int64_t>(readNumber(v, 0, 1024 * 1024 * MB)); }},
    {"limits.pastYears", "0", "0 to 200", "How far back queries for a time may look; 0: any time.", false,
     [](Config& c, Text v) { c.pastYears = static_cast<int>(readNumber(v, 0, 200)); }},
    {"limits.futureYears", "0", "0 to 200", "How far ahead queries for a time may look; 0: any time.", false,
     [](Config& c, Text v) { c.futureYears = static_cast<int>(readNumber(v, 0, 200)); }},
    {"limits.inFlightBytes", "25165824", "1048576 to 17179869184",
     "Request bodies held in memory at once, up to twice that while they are stored; further large ones wait.", false,
     [](Config& c, Text v) { c.inFlightBytes = readNumber(v, MB, 16'384 * MB); }},
    {"limits.spoolBytes", "1073741824", "0 to 1099511627776",
     "Answers that slow clients haven't taken yet, on disk in $TMPDIR or /var/tmp.", false,
     [](Config& c, Text v) { c.spoolBytes = readNumber(v, 0, 1024 * 1024 * MB); }},
    {"limits.connectionsPerAddress", "256", "1 to 20000",
     "Connections from one address; trusted proxies aren't counted.", false,
     [](Config& c, Text v) { c.connectionsPerAddress = readNumber(v, 1, 20'000); }},
    {"limits.headerSeconds", "20", "1 to 600", "Time for the head of a request to arrive.", false,
     [](Config& c, Text v) { c.headerTime = readSeconds(v, 600); }},
    {"limits.bodySeconds", "120", "1 to 3600", "Time for a body to arrive, besides 1 second for each 20 KB.", false,
     [](Config& c, Text v) { c.bodyTime = readSeconds(v, 3'600); }},
    {"limits.sendSeconds", "60", "1 to 3600", "Time for a client to take 256 KB of an answer.", false,
     [](Config& c, Text v) { c.sendTime = readSeconds(v, 3'600); }},
    {"limits.idleSeconds", "15", "1 to 3600", "Time that a connection may rest between requests.", false,
     [](Config& c, Text v) { c.idleTime = readSeconds(v, 3'600); }},
    {"limits.gzipFrom", "1024", "0 to 1073741824",
     "Smallest answer in bytes that is compressed for clients that accept it; 0: none.", false,
     [](Config& c, Text v) { c.gzipFrom = readNumber(v, 0, 1024 * MB); }},
    {"log.level", "info", "debug, info, warning or error",
     "What is logged, to standard error; info has a line for each request.", false,
     [](Config& c, Text v) { c.logLevel = readChoice<LogLevel>(v, levels); }},
    {"log.format", "text", "text or json", "How a line looks.", false,
     [](Config& c, Text v) { c.logFormat = readChoice<LogFormat>(v, formats); }},
};

}  // namespace

std::span<const Setting> settings() { return table; }

std::size_t readNumber(const std::string& value, std::size_t least, std::size_t most) {
    std::size_t number = 0;
    const char* end = value.data() + value.size();
    const auto [used, error] = std::from_chars(value.data(), end, number);
    if (error != std::errc{} || used != end || number < least || number > most)
        throw ConfigError("expected a number from " + std::to_string(least) + " to " + std::to_string(most));
    return number;
}

bool readFlag(const std::string& value) {
    if (value != "true" && value != "false") throw ConfigError("expected true or false");
    return value == "true";
}

std::vector<std::string> readList(const std::string& value) {
    std::vector<std::string> list;
    std::string entry;
    for (const char c : value + ",") {
        if (c == ' ' || c == '\t') continue;
        if (c != ',') {
            entry += c;
        } else if (!entry.empty()) {
            list.push_back(std::exchange(entry, {}));
        }
    }
    return list;
}

}  // namespace crmdav
