#include "bridge/pushes.h"

#include <arpa/inet.h>
#include <openssl/crypto.h>

#include <algorithm>

#include "bridge/public_address.h"
#include "bridge/remote_ids.h"
#include "bridge/urls.h"
#include "protocol/text/digest.h"
#include "protocol/text/text_values.h"
#include "store/records/uuid.h"

namespace crmdav {
namespace {

using namespace std::chrono_literals;

constexpr auto askAgain = 1h;
constexpr auto endingTakes = 5s;
constexpr std::size_t secretBytes = 24;  ///< 32 characters: Graph takes 128, Google 256

bool isSecretOf(const SyncPush& push, std::string_view secret) {
    const std::string digest = sha256(secret);
    return digest.size() == push.secret.size() && CRYPTO_memcmp(digest.data(), push.secret.data(), digest.size()) == 0;
}

bool isLiteral(const std::string& host, bool& isPublic) {
    sockaddr_in four{};
    sockaddr_in6 six{};
    four.sin_family = AF_INET;
    six.sin6_family = AF_INET6;
    const std::string bare = host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
    if (inet_pton(AF_INET, bare.c_str(), &four.sin_addr) == 1) {
        isPublic = isPublicAddress(reinterpret_cast<const sockaddr&>(four));
        return true;
    }
    if (inet_pton(AF_INET6, bare.c_str(), &six.sin6_addr) != 1) return false;
    isPublic = isPublicAddress(reinterpret_cast<const sockaddr&>(six));
    return true;
}

/// What no provider would get an answer from, as far as the address itself tells.
bool isReachable(const std::string& address) {
    const UrlOrigin origin = originOf(address);
    if (origin.scheme != "https") return false;
    if (bool isPublic = false; isLiteral(origin.host, isPublic)) return isPublic;
    if (origin.host.find('.') == std::string::npos) return false;
    constexpr std::string_view inner[] = {".localhost", ".local", ".internal", ".home.arpa"};
    return std::ranges::none_of(inner, [&](std::string_view end) { return origin.host.ends_with(end); });
}

/// Prolonged when a third of its time is left, so that the provider may be away for a while.
void lasts(SyncPush& push, Instant now, Instant until) {
    constexpr auto untold = 24h;
    push.until = until > now ? until : now + untold;
    push.renew = now + (push.until - now) * 2 / 3;
}

}  // namespace

Pushes::Pushes(Store& store, MakeProvider makeProvider, std::string address, Clock clock)
    : store_(store),
      makeProvider_(std::move(makeProvider)),
      address_(isReachable(address) ? std::move(address) : std::string()),
      clock_(std::move(clock)) {}

std::string Pushes::callbackFor(const std::string& provider) const {
    if (address_.empty() || (provider != "google" && provider != "microsoft")) return {};
    return address_ + "/hooks/" + provider;
}

void Pushes::keep(SyncSession& s) const {
    const std::string callback = callbackFor(s.account.provider);
    const auto& synced = s.collections();
    std::vector<SyncPush> known = s.sync.pushes(s.account.id, s.kind());
    const auto stray = std::ranges::partition(known, [&](const SyncPush& push) {
        return push.callback == callback && std::ranges::find(synced, push.collection) != synced.end();
    });
    for (const SyncPush& push : stray) drop(s.provider, push);
    known.erase(stray.begin(), stray.end());
    if (callback.empty()) return;
    for (const std::string& collection : synced) {
        const auto found = std::ranges::find(known, collection, &SyncPush::collection);
        SyncPush push;
        if (found != known.end()) push = *found;
        push.account = s.account.id;
        push.kind = s.kind();
        push.collection = collection;
        push.callback = callback;
        keepOne(s, push);
    }
}

void Pushes::keepOne(SyncSession& s, const SyncPush& push) const {
    const Instant now = clock_.now();
    if (!push.id.empty() && now < push.renew) return;
    SyncPush next = push;
    try {
        const bool lives = !push.id.empty() && now < push.until;
        if (const auto longer = lives ? s.provider.renew({push.id, push.resource, push.until}) : std::nullopt) {
            lasts(next, now, longer->until);
            save(s, next);
            return;
        }
        const std::string secret = base64Encode(randomBytes(secretBytes));
        const auto made = s.provider.subscribe(s.kind(), push.collection, push.callback, secret);
        if (!made) return;  // it has none
        next.id = made->id;
        next.resource = made->resource;
        next.secret = sha256(secret);
        lasts(next, now, made->until);
        if (!save(s, next)) return drop(s.provider, next);
        if (!push.id.empty()) drop(s.provider, push);
        s.sync.wake(push.account, push.kind);  // for what changed since the run looked there
    } catch (const ProviderError&) {
        if (next.id.empty()) next.id = newId();
        next.renew = now + askAgain;
        save(s, next);
    }
}

/// false: somebody stopped or disconnected it meanwhile.
bool Pushes::save(SyncSession& s, const SyncPush& push) const {
    bool saved = false;
    s.guarded([&] {
        const auto side = s.sync.side(push.account, push.kind);
        saved = side && side->status == SyncStatus::active;
        if (saved) s.sync.savePush(push);
    });
    return saved;
}

void Pushes::drop(Provider& provider, const SyncPush& push) const {
    store_.sync().removePush(push.id);
    unsubscribe(provider, push);
}

void Pushes::unsubscribe(Provider& provider, const SyncPush& push) const {
    if (push.until <= clock_.now()) return;
    try {
        provider.unsubscribe({push.id, push.resource, push.until});
    } catch (const ProviderError&) {  // it ends by itself; what it says until then is nobody's
    }
}

void Pushes::end(const Account& account, SyncKind kind, Places* places) const {
    const auto known = store_.sync().pushes(account.id, kind);
    if (known.empty()) return;
    for (const SyncPush& push : known) store_.sync().removePush(push.id);
    ProviderOptions options;
    options.stop = [last = std::chrono::steady_clock::now() + endingTakes] {
        return std::chrono::steady_clock::now() > last;
    };
    try {
        const Place place(places);
        const auto provider = makeProvider_(account, options);
        for (const SyncPush& push : known) unsubscribe(*provider, push);
    } catch (const ProviderError&) {
    }
}

bool Pushes::take(const std::string& id, std::string_view secret, PushNews news) const {
    SyncStore& sync = store_.sync();
    if (!isKeepableId(id)) return false;  // no database has to look for any bytes
    auto push = sync.push(id);
    if (!push || !isSecretOf(*push, secret)) return false;
    if (news == PushNews::greeting) return true;
    if (news == PushNews::ended) sync.removePush(id);
    if (news == PushNews::expiring) {
        push->renew = {};
        sync.savePush(*push);
    }
    sync.wake(push->account, push->kind);
    return true;
}

}  // namespace crmdav
