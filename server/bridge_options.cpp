#include "server/bridge_options.h"

#include <algorithm>

#include "bridge/urls.h"
#include "server/config.h"

namespace crmdav {

BridgeOptions bridgeOptions(const Config& config) {
    BridgeOptions options;
    options.google = googleOAuth(config.google.authUrl, config.google.tokenUrl, config.google.id, config.google.secret);
    options.microsoft = microsoftOAuth(config.microsoft.authUrl, config.microsoft.tokenUrl, config.microsoft.id,
                                       config.microsoft.secret);
    // A national cloud's Graph has it, too.
    if (!config.graphUrl.empty()) options.microsoft.userinfoUrl = resolveUrl(config.graphUrl, "/oidc/userinfo");
    options.googleCalendarUrl = config.googleCalendarUrl;
    options.googlePeopleUrl = config.googlePeopleUrl;
    options.graphUrl = config.graphUrl;
    options.icloudCaldavUrl = config.icloudCaldavUrl;
    options.icloudCarddavUrl = config.icloudCarddavUrl;
    options.keyFile = keyFileOf(config);
    if (!config.publicOrigin.empty()) options.publicUrl = config.publicOrigin + config.basePath;
    options.interval = config.bridgeInterval;
    options.limits.asked = static_cast<int>(std::clamp<std::size_t>(config.threads / 8, 1, 16));
    options.privateNetworks = config.privateNetworks;
    try {
        if (!config.smtpUrl.empty()) options.smtp = SmtpServer::parse(config.smtpUrl);
    } catch (const std::invalid_argument& error) {
        throw ConfigError(std::string("smtp.url: ") + error.what());
    }
    return options;
}

}  // namespace crmdav
