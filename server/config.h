#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/networks.h"
#include "server/log.h"

namespace crmdav {

/// A setting that can't be used; the text says where it stands, what is wrong, and what to write instead.
struct ConfigError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Every setting, checked. Without a file all have working defaults.
struct Config {
    std::string listenHost = "127.0.0.1";
    std::uint16_t listenPort = 8080;          ///< 0: any free port (tests)
    std::string publicOrigin;                 ///< https://host[:port] of server.publicUrl; empty: as the request says
    std::string basePath;                     ///< "" or "/crm/dav": goes before every address we write
    Networks trustedProxies;                  ///< only these may say X-Forwarded-…
    std::string tlsCertificate, tlsKey;       ///< PEM files; both or none
    std::size_t threads = 2000;               ///< connections served at once
    std::size_t connectionsPerAddress = 256;  ///< trusted proxies are not counted

    std::string storeUrl = "sqlite:crmdav-data/crmdav.db";
    std::string keyFile;  ///< as set; empty: keyFileOf() knows

    std::chrono::seconds bridgeInterval{300};
    bool privateNetworks = false;  ///< people's CalDAV and CardDAV servers, and webhooks, may be in ours
    std::string smtpUrl;           ///< of the server that takes our mail; empty: no mail is sent
    /// What we are to a provider, and where it is.
    struct ProviderClient {
        std::string id, secret, authUrl, tokenUrl;
    };
    ProviderClient google{"", "", "https://accounts.google.com/o/oauth2/v2/auth",
                          "https://oauth2.googleapis.com/token"};
    std::string googleCalendarUrl = "https://www.googleapis.com/calendar/v3";
    std::string googlePeopleUrl = "https://people.googleapis.com";
    ProviderClient microsoft{"", "", "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
                             "https://login.microsoftonline.com/common/oauth2/v2.0/token"};
    std::string graphUrl = "https://graph.microsoft.com/v1.0";
    std::string icloudCaldavUrl = "https://caldav.icloud.com/", icloudCarddavUrl = "https://contacts.icloud.com/";

    std::optional<std::string> organisationName, organisationZone,
        organisationRegion;  ///< given: they win over the store
    std::optional<std::vector<std::string>> organisationDomains;

    bool userPasswords = true;  ///< DAV and API also take the user's own password
    std::string metricsToken;   ///< Bearer token for /metrics from elsewhere than loopback; empty: none

    std::size_t bodyBytes = 11'534'336;      ///< largest request body
    std::size_t importBytes = 104'857'600;   ///< largest body of an import
    std::size_t objectBytes = 10'485'760;    ///< largest calendar object or card (max-resource-size)
    std::size_t maxCollections = 50;         ///< a user's calendars, or address books, beside the default one
    std::size_t maxMembers = 0;              ///< of a collection, told to clients that ask (cs:max-resources); 0: none
    std::size_t bookingsPerHour = 20;        ///< by visitors at one address
    std::int64_t quotaBytes = 0;             ///< of a user's own objects (RFC 4331); 0: none
    int pastYears = 0, futureYears = 0;      ///< how far time-range queries may look from now; 0: any time
    std::size_t inFlightBytes = 25'165'824;  ///< request bodies held at once; more wait
    std::size_t spoolBytes = 1'073'741'824;  ///< answers that slow clients haven't taken yet, on disk
    std::size_t gzipFrom = 1'024;            ///< smallest answer that is compressed; 0: none
    std::chrono::seconds headerTime{20}, bodyTime{120}, sendTime{60}, idleTime{15};

    LogLevel logLevel = LogLevel::info;
    LogFormat logFormat = LogFormat::text;
};

/// Where the keys of the accounts' secrets are: secrets.keyFile, else secrets.key beside the database file, or in
/// crmdav-data.
std::string keyFileOf(const Config&);

/// A row of the one table that reading, `--help` and conf/crmdav.properties share.
struct Setting {
    std::string_view name;      ///< store.url; from the environment CRMDAV_STORE_URL
    std::string_view fallback;  ///< as it would be written in the file; empty: not set
    std::string_view takes;     ///< "seconds, 1 to 600", for people
    std::string_view about;     ///< one sentence
    bool secret = false;        ///< may also be read from the file named by `<name>.file`
    /// @throws ConfigError saying what is wrong with the value alone
    void (*set)(Config&, const std::string& value) = nullptr;
};
std::span<const Setting> settings();

/// Looks up an environment variable; tests give their own.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment processEnvironment();

/// Reads a properties text: `key = value`, `#` and `!` comments, `\` continues a line.
/// The environment wins over the text. @param source its name in errors
/// @throws ConfigError  unknown key (with its line and the nearest known one), given twice, or a bad value
Config parseConfig(std::string_view text, const std::string& source, const Environment& environment);
/// @param file empty: no file, defaults and environment alone
Config readConfig(const std::string& file);

}  // namespace crmdav
