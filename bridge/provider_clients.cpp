#include "bridge/provider_clients.h"

#include "bridge/secrets.h"
#include "protocol/text/text_values.h"

namespace crmdav {
namespace {

/// So long another process's change may go unnoticed.
constexpr std::chrono::seconds cached{5};

std::string idSetting(const std::string& provider) { return "bridge." + provider + ".clientId"; }
std::string secretSetting(const std::string& provider) { return "bridge." + provider + ".clientSecret"; }

}  // namespace

ProviderClients::ProviderClients(Store& store, Secrets& secrets, OAuthClient google, OAuthClient microsoft, Clock clock)
    : store_(store),
      secrets_(secrets),
      clock_(std::move(clock)),
      google_{std::move(google), {}, {}},
      microsoft_{std::move(microsoft), {}, {}} {}

bool ProviderClients::knows(std::string_view provider) { return provider == "google" || provider == "microsoft"; }

const std::vector<std::string>& ProviderClients::secretSettings() {
    static const std::vector<std::string> names{secretSetting("google"), secretSetting("microsoft")};
    return names;
}

OAuthClient ProviderClients::current(const std::string& provider) {
    const std::lock_guard lock(mutex_);
    Slot& slot = provider == "google" ? google_ : microsoft_;
    const Instant now = clock_.now();
    if (slot.read && now >= *slot.read && now < *slot.read + cached) return slot.now;
    OAuthClient client = slot.file;
    if (client.id.empty()) client.id = store_.setting(idSetting(provider));
    if (client.secret.empty() && !client.id.empty()) try {
            client.secret = secrets_.loadSetting(store_, secretSetting(provider));
        } catch (const SecretError& error) {
            throw Misconfigured("the secret of this server's registration at " + client.provider +
                                " can't be decrypted (" + error.what() + "): an administrator enters it again");
        }
    slot.now = std::move(client);
    slot.read = now;
    return slot.now;
}

ProviderClients::View ProviderClients::view(const std::string& provider) const {
    const OAuthClient& file = slot(provider).file;
    View view;
    view.fixedId = !file.id.empty();
    view.fixedSecret = !file.secret.empty();
    view.id = view.fixedId ? file.id : store_.setting(idSetting(provider));
    view.hasSecret = view.fixedSecret || !store_.setting(secretSetting(provider)).empty();
    return view;
}

void ProviderClients::save(const Actor& actor, const std::string& provider, const std::optional<std::string>& id,
                           const std::optional<std::string>& secret) {
    store_.batch([&] {
        const View before = view(provider);
        if (id && !before.fixedId && *id != before.id) store_.saveSetting(actor, idSetting(provider), *id, *id);
        if (secret && !before.fixedSecret && !(secret->empty() && !before.hasSecret))
            secrets_.saveSetting(store_, actor, secretSetting(provider), *secret);
    });
    const std::lock_guard lock(mutex_);
    (provider == "google" ? google_ : microsoft_).read.reset();
}

}  // namespace crmdav
