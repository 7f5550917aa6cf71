#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bridge/key_file.h"
#include "store/sync.h"

/// What opens people's accounts at providers – tokens, passwords –, and signs webhooks, encrypted where it is stored
/// (rule A11): AES-256-GCM with a random nonce, the owner's id as associated data, so that nothing opens as another's.
namespace crmdav {

/// Thread safe.
class Secrets {
public:
    explicit Secrets(std::string keyFile) : file_(std::move(keyFile)) {}

    /// Makes the key file where there is none. @throws SecretError
    std::string seal(const Id& account, std::string_view plain);
    /// @throws SecretError  it was tampered with, is another account's, or its key isn't in the file
    std::string open(const Id& account, std::string_view sealed);

    /// Encrypts and stores in one transaction, so that no rotation of keys comes in between. Empty: forgets it.
    void save(Store&, const Id& account, std::string_view plain);
    /// Empty: the account has none. @throws SecretError
    std::string load(Store&, const Id& account);

    /// The same for a setting that admins make; its name is its owner. What the history says is that it was set.
    void saveSetting(Store&, const Actor&, const std::string& name, std::string_view plain);
    std::string loadSetting(const Store&, const std::string& name);

    struct Rotated {
        std::size_t sealed = 0;  ///< accounts, webhooks and settings whose secret is encrypted with the current key now
        std::vector<Id> lost;    ///< those whose secret no key opens: to be signed in to, or made, again
    };
    /// Encrypts everything anew, with a new key, or with the first one of the file. Only then the other keys go:
    /// whoever is killed in the middle begins again. Servers may go on meanwhile.
    /// @param progress  (accounts done, accounts)
    Rotated rotate(Store&, bool newKey, const std::function<void(std::size_t, std::size_t)>& progress = {});

private:
    bool isCurrent(std::string_view sealed);
    KeyFile file_;
};

}  // namespace crmdav
