#include "server/auth/authenticator.h"

#include <algorithm>

#include "server/auth/base64.h"
#include "server/auth/passwords.h"
#include "server/config.h"
#include "server/http/errors.h"
#include "server/http/metrics.h"
#include "server/http/target.h"
#include "store/store.h"

namespace crmdav {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::size_t longestLogin = 64, longestPassword = 256;
constexpr int parallelRuns = 2;
constexpr std::chrono::seconds patience{5};
/// Checked for unknown logins, so that time doesn't tell who exists. Nothing is known to hash to it.
constexpr std::string_view nobodysHash =
    "scrypt$15$8$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// Credentials as a request carries them.
struct Offered {
    std::string login, secret;
    bool bearer = false;
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool startsWith(std::string_view text, std::string_view lowerCase) {
    return text.size() >= lowerCase.size() &&
           std::equal(lowerCase.begin(), lowerCase.end(), text.begin(), [](char a, char b) { return a == lower(b); });
}

/// nullopt: none, or nothing that could be right.
std::optional<Offered> readOffered(std::string_view header) {
    if (startsWith(header, "bearer ")) return Offered{{}, std::string(header.substr(7)), true};
    if (!startsWith(header, "basic ")) return std::nullopt;
    header.remove_prefix(std::min(header.find_first_not_of(' ', 6), header.size()));
    const auto plain = decodeBase64(header);
    if (!plain) return std::nullopt;
    const auto colon = plain->find(':');
    if (colon == plain->npos || colon > longestLogin || plain->size() - colon > longestPassword || !isCleanText(*plain))
        return std::nullopt;
    Offered offered{plain->substr(0, colon), plain->substr(colon + 1)};
    std::transform(offered.login.begin(), offered.login.end(), offered.login.begin(), lower);
    return offered;
}

/// One of the hashes that may be under way at a time; false: there was none free in time.
class ScryptTurn {
public:
    explicit ScryptTurn(std::counting_semaphore<>& runs) : runs_(runs), taken_(runs.try_acquire_for(patience)) {}
    ~ScryptTurn() {
        if (taken_) runs_.release();
    }
    ScryptTurn(const ScryptTurn&) = delete;
    ScryptTurn& operator=(const ScryptTurn&) = delete;
    explicit operator bool() const { return taken_; }

private:
    std::counting_semaphore<>& runs_;
    bool taken_;
};

Response tryLater(std::chrono::seconds wait) {
    return plainAnswer(429, "Too many failed sign-ins. Try again in " + std::to_string(wait.count()) + " seconds.")
        .with("Retry-After", std::to_string(wait.count()));
}

}  // namespace

Authenticator::Authenticator(const Context& context)
    : context_(context), throttle_(context.store), scryptRuns_(parallelRuns) {}

Response Authenticator::refuse(const Request& request, const std::string& login, std::string_view why) {
    if (!login.empty() || why != "no credentials") {
        Metrics::ofProcess().refusedSignIn();
        context_.log.warning("sign-in refused",
                             {{"id", request.id}, {"user", login}, {"client", request.client}, {"cause", why}});
    }
    return plainAnswer(401, context_.config.userPasswords
                                ? "Sign in with your login and an app password or your password."
                                : "Sign in with your login and an app password.")
        .with("WWW-Authenticate", R"(Basic realm="crmdav", charset="UTF-8")");
}

Response Authenticator::slowedRefusal(const Request& request, const std::string& login, std::string_view why) {
    if (const auto wait = throttle_.wait(login, request.client); wait.count() > 0) return tryLater(wait);
    throttle_.failed(login, request.client);
    return refuse(request, login, why);
}

std::optional<Identity> Authenticator::byAppPassword(const Request& request, const std::string& login,
                                                     const std::string& secret) {
    auto known = context_.store.signIn(login, secret);
    if (!known) return std::nullopt;
    context_.store.touchAppPassword(known->password.id, request.client,
                                    std::string(request.header("user-agent").substr(0, 200)));
    return Identity{std::move(known->user), known->password.scope, std::move(known->password.label),
                    std::move(known->password.id), {}};
}

/// A good password that is remembered costs an HMAC; delays apply only to what must be hashed, so that a device with an
/// old password doesn't lock out the others behind the same address.
std::variant<Identity, Response> Authenticator::byOwnPassword(const Request& request, Store::State* state,
                                                              const std::string& login, const std::string& password,
                                                              bool allowed) {
    auto known = allowed ? context_.store.credentials(login) : std::nullopt;
    if (known && (!known->user.active || known->passwordHash.empty())) known.reset();
    const auto accept = [&] { return Identity{std::move(known->user), {}, {}, {}, {}}; };
    if (known && verified_.knows(login, known->passwordHash, password, Steady::now())) return accept();
    if (!allowed) return slowedRefusal(request, login, "wrong login or password");
    if (state) state->end();
    const ScryptTurn turn(scryptRuns_);
    if (!turn) return tryLater(patience);
    if (known && verified_.knows(login, known->passwordHash, password, Steady::now())) return accept();
    // In its turn: of guesses sent all at once none gets by that isn't hashed already.
    if (const auto wait = throttle_.wait(login, request.client); wait.count() > 0) return tryLater(wait);
    if (verifyPassword(password, known ? std::string_view(known->passwordHash) : nobodysHash) && known) {
        verified_.remember(login, known->passwordHash, password, Steady::now());
        throttle_.succeeded(login, request.client);
        return accept();
    }
    throttle_.failed(login, request.client);
    return refuse(request, login, "wrong login or password");
}

std::variant<Identity, Response> Authenticator::signIn(const Request& request, Store::State* state) {
    const auto header = request.header("authorization");
    if (header.empty()) return refuse(request, {}, "no credentials");
    const auto offered = readOffered(header);
    if (!offered || offered->secret.empty() || (offered->login.empty() && !offered->bearer))
        return refuse(request, {}, "malformed credentials");
    if (auto identity = byAppPassword(request, offered->login, offered->secret)) return *std::move(identity);
    if (!offered->bearer) 
        return byOwnPassword(request, state, offered->login, offered->secret, context_.config.userPasswords);
    return slowedRefusal(request, {}, "unknown token");
}

std::variant<Identity, Response> Authenticator::signInByPassword(const Request& request, std::string login,
                                                                 const std::string& password) {
    if (login.size() > longestLogin || password.size() > longestPassword || !isCleanText(login + password))
        return slowedRefusal(request, {}, "malformed credentials");
    std::transform(login.begin(), login.end(), login.begin(), lower);
    return byOwnPassword(request, nullptr, login, password, true);
}

}  // namespace crmdav
