#include "bridge/secrets.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "bridge/provider_clients.h"
#include "protocol/text/text_values.h"
#include "store/records/uuid.h"

namespace crmdav {

namespace {

// version, key id, nonce, encrypted, tag. Version and key id are authenticated, too.
constexpr char version = 1;
constexpr std::size_t headSize = 1 + SecretKey::idSize, nonceSize = 12, tagSize = 16;

struct FreeCipher {
    void operator()(EVP_CIPHER_CTX* cipher) const noexcept { EVP_CIPHER_CTX_free(cipher); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

const unsigned char* bytesIn(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytesIn(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

void require(int done) {
    if (done != 1) throw SecretError("AES-256-GCM failed");
}

/// The authenticated beginning: what the whole is, and whose.
void feedContext(EVP_CIPHER_CTX* cipher, std::string_view head, const Id& account, bool encrypt) {
    int size = 0;
    for (const std::string_view part : {head, std::string_view(account)})
        require((encrypt ? EVP_EncryptUpdate : EVP_DecryptUpdate)(cipher, nullptr, &size, bytesIn(part),
                                                                  static_cast<int>(part.size())));
}

std::string keyIdOf(std::string_view sealed) {
    if (sealed.size() < headSize + nonceSize + tagSize || sealed[0] != version)
        throw SecretError("that is nothing we encrypted");
    return std::string(sealed.substr(1, SecretKey::idSize));
}

}  // namespace

std::string Secrets::seal(const Id& account, std::string_view plain) {
    const SecretKey key = file_.keysOrNew().front();
    const std::string nonce = randomBytes(nonceSize);
    std::string sealed = std::string(1, version) + key.id;
    const Cipher cipher(EVP_CIPHER_CTX_new());
    require(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.bytes.data(), bytesIn(nonce)));
    feedContext(cipher.get(), sealed, account, true);
    sealed += nonce;
    const std::size_t begin = sealed.size();
    sealed.resize(begin + plain.size() + tagSize);
    int size = 0;
    require(EVP_EncryptUpdate(cipher.get(), bytesIn(sealed) + begin, &size, bytesIn(plain),
                              static_cast<int>(plain.size())));
    unsigned char* const end = bytesIn(sealed) + begin + plain.size();
    require(EVP_EncryptFinal_ex(cipher.get(), end, &size));
    require(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tagSize, end));
    return sealed;
}

std::string Secrets::open(const Id& account, std::string_view sealed) {
    const std::string id = keyIdOf(sealed);
    const auto keys = file_.keys();
    const auto key = std::ranges::find(keys, id, &SecretKey::id);
    if (key == keys.end()) throw SecretError("the key that encrypted it isn't in " + file_.path());
    const std::string_view text = sealed.substr(headSize + nonceSize, sealed.size() - headSize - nonceSize - tagSize);
    std::string tag(sealed.substr(sealed.size() - tagSize)), plain(text.size(), '\0');
    const Cipher cipher(EVP_CIPHER_CTX_new());
    require(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key->bytes.data(),
                               bytesIn(sealed.substr(headSize, nonceSize))));
    feedContext(cipher.get(), sealed.substr(0, headSize), account, false);
    int size = 0;
    require(EVP_DecryptUpdate(cipher.get(), bytesIn(plain), &size, bytesIn(text), static_cast<int>(text.size())));
    require(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tagSize, tag.data()));
    if (EVP_DecryptFinal_ex(cipher.get(), bytesIn(plain) + size, &size) != 1) {
        OPENSSL_cleanse(plain.data(), plain.size());
        throw SecretError("it was changed since we encrypted it, or is another account's");
    }
    return plain;
}

void Secrets::save(Store& store, const Id& account, std::string_view plain) {
    store.batch([&] { store.sync().saveSecret(account, plain.empty() ? std::string() : seal(account, plain)); });
}

namespace {

/// Settings are text.
std::string sealedSetting(const Store& store, const std::string& name) {
    return base64Decode(store.setting(name)).value_or("");
}

std::string openLatest(const std::function<std::string()>& read, const std::function<std::string(std::string)>& open) {
    for (std::string sealed = read();;) {
        try {
            return sealed.empty() ? sealed : open(sealed);
        } catch (const SecretError&) {
            std::string again = read();
            if (again == sealed) throw;
            sealed = std::move(again);  // its key went while we were looking
        }
    }
}

}  // namespace

std::string Secrets::load(Store& store, const Id& account) {
    return openLatest([&] { return store.sync().secret(account); },
                      [&](const std::string& sealed) { return open(account, sealed); });
}

void Secrets::saveSetting(Store& store, const Actor& actor, const std::string& name, std::string_view plain) {
    store.batch([&] {
        if (plain.empty())
            store.saveSetting(actor, name, {}, "(none)");
        else
            store.saveSetting(actor, name, base64Encode(seal(name, plain)), "(set)");
    });
}

std::string Secrets::loadSetting(const Store& store, const std::string& name) {
    return openLatest([&] { return sealedSetting(store, name); },
                      [&](const std::string& sealed) { return open(name, sealed); });
}

// ---------------------------------------------------------------- rotation

namespace {

/// An account, a webhook or a setting: what has a secret.
struct Owner {
    enum class Kind { account, webhook, setting };
    Id id;
    Kind kind = Kind::account;

    std::string sealedIn(Store& store) const {
        if (kind == Kind::setting) return sealedSetting(store, id);
        return kind == Kind::webhook ? store.sync().webhookSecret(id) : store.sync().secret(id);
    }
    void save(Store& store, const std::string& sealed) const {
        SyncStore& sync = store.sync();
        if (kind == Kind::setting)
            store.saveSetting({.user = 0, .via = "cli", .device = {}, .agent = {}, .address = {}, .request = {}}, id,
                              base64Encode(sealed), "(encrypted anew)");
        else if (kind == Kind::account)
            sync.saveSecret(id, sealed);
        else if (const auto now = sync.webhook(id))
            sync.saveWebhook(*now, sealed);
    }
};

std::vector<Owner> ownersIn(Store& store) {
    std::vector<Owner> owners;
    for (const Account& account : store.sync().accounts(0)) owners.push_back({account.id, Owner::Kind::account});
    for (const Webhook& webhook : store.sync().webhooks()) owners.push_back({webhook.id, Owner::Kind::webhook});
    for (const std::string& name : ProviderClients::secretSettings())
        if (!store.setting(name).empty()) owners.push_back({name, Owner::Kind::setting});
    return owners;
}

}  // namespace

bool Secrets::isCurrent(std::string_view sealed) {
    const auto keys = file_.keys();
    return !keys.empty() && keyIdOf(sealed) == keys.front().id;
}

Secrets::Rotated Secrets::rotate(Store& store, bool newKey,
                                 const std::function<void(std::size_t, std::size_t)>& progress) {
    if (newKey) file_.add();
    Rotated rotated;
    const auto isLost = [&](const Id& id) { return std::ranges::find(rotated.lost, id) != rotated.lost.end(); };
    const auto renew = [&](const Owner& owner) {
        const std::string sealed = owner.sealedIn(store);
        std::string plain;
        if (sealed.empty() || isLost(owner.id)) return;
        try {
            if (isCurrent(sealed)) return void(++rotated.sealed);
            plain = open(owner.id, sealed);
        } catch (const KeyFileError&) {
            throw;
        } catch (const SecretError&) {
            return rotated.lost.push_back(owner.id);
        }
        owner.save(store, seal(owner.id, plain));
        ++rotated.sealed;
    };
    for (bool done = false; !done;) {
        const auto owners = ownersIn(store);
        rotated.sealed = 0;
        std::size_t passed = 0;
        if (progress) progress(passed, owners.size());
        for (const Owner& owner : owners) {
            store.batch([&] { renew(owner); });
            if (progress) progress(++passed, owners.size());
        }
        // Nobody stores a secret while this looks; who read the file before the new key was in it may have done so
        // since.
        store.batch([&] {
            done = std::ranges::all_of(ownersIn(store), [&](const Owner& owner) {
                const std::string sealed = owner.sealedIn(store);
                return sealed.empty() || isLost(owner.id) || isCurrent(sealed);
            });
            if (done) file_.dropOthers();
        });
    }
    return rotated;
}

}  // namespace crmdav
