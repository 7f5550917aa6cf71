#pragma once
#include <optional>
#include <semaphore>
#include <string>
#include <variant>

#include "server/auth/identity.h"
#include "server/auth/throttle.h"
#include "server/auth/verified.h"
#include "server/context.h"
#include "store/store.h"

namespace crmdav {

/// Who asks, by Basic or Bearer credentials: an app password (one look-up by its SHA-256), or the user's own password
/// where `auth.userPasswords` allows it (scrypt once, then a memory of verified credentials).
class Authenticator {
public:
    explicit Authenticator(const Context& context);

    /// @returns the identity, or the answer that refuses: 401 with the one realm, or 429 with Retry-After while the
    ///          login and address are slowed down (a 401 would make Thunderbird drop a good password)
    /// @param state  of the store, for the whole request, or null; ended before a password is hashed, which takes long
    std::variant<Identity, Response> signIn(const Request& request, Store::State* state);

    /// The console's form: the user's own password, whatever `auth.userPasswords` says.
    std::variant<Identity, Response> signInByPassword(const Request& request, std::string login,
                                                      const std::string& password);

private:
    std::optional<Identity> byAppPassword(const Request& request, const std::string& login, const std::string& secret);
    std::variant<Identity, Response> byOwnPassword(const Request& request, Store::State* state,
                                                   const std::string& login, const std::string& password,
                                                   bool allowed);
    Response refuse(const Request& request, const std::string& login, std::string_view why);
    /// The same for what needs no hash to be refused.
    Response slowedRefusal(const Request& request, const std::string& login, std::string_view why);

    const Context& context_;
    Throttle throttle_;
    Verified verified_;
    std::counting_semaphore<> scryptRuns_;  ///< each takes 32 MB and a core for 70 ms
};

}  // namespace crmdav
