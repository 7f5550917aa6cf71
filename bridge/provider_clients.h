#pragma once
#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "bridge/engine/account_run.h"
#include "bridge/oauth.h"

namespace crmdav {

class Secrets;

/// What we are to Google and Microsoft: what the configuration file says, and for the rest what admins set, which is
/// kept in the store, the secret encrypted. Thread safe.
class ProviderClients {
public:
    /// @param google, microsoft  as the file has them; id or secret empty: admins may set it
    ProviderClients(Store&, Secrets&, OAuthClient google, OAuthClient microsoft, Clock);

    static bool knows(std::string_view provider);  ///< google, microsoft

    /// As it is now; another process's change is seen after some seconds. id empty: we aren't registered there.
    /// @throws Misconfigured  the secret that is kept can't be decrypted
    OAuthClient current(const std::string& provider);

    struct View {
        std::string id;
        bool hasSecret = false;
        bool fixedId = false, fixedSecret = false;  ///< the file says so: admins can't change it
    };
    View view(const std::string& provider) const;
    /// One transaction. nullopt: stays as it is; empty: not set any more. What the file fixes isn't touched.
    void save(const Actor&, const std::string& provider, const std::optional<std::string>& id,
              const std::optional<std::string>& secret);

    /// Names of the store's settings that hold secrets, for the rotation of keys; each also is the associated data.
    static const std::vector<std::string>& secretSettings();

private:
    struct Slot {
        OAuthClient file, now;
        std::optional<Instant> read;
    };
    const Slot& slot(const std::string& provider) const { return provider == "google" ? google_ : microsoft_; }

    Store& store_;
    Secrets& secrets_;
    Clock clock_;
    mutable std::mutex mutex_;
    Slot google_, microsoft_;
};

}  // namespace crmdav
