#pragma once
#include <chrono>
#include <functional>
#include <string>

#include "bridge/oauth.h"

namespace crmdav {

/// Where an account's tokens are kept, encrypted (rule A11).
class TokenKeeper {
public:
    virtual ~TokenKeeper() = default;
    virtual std::string load() = 0;
    virtual void save(const std::string& tokens) = 0;
    /// Runs `work` while nobody else does so for this account, in any process. @throws TryLater  it can't be had
    virtual void alone(const std::function<void()>& work) = 0;
};

/// Access tokens for one account. Refreshes 90 s before the end, one refresher at a time over all processes: whoever
/// comes second finds what the first one stored. One thread at a time.
class TokenSource {
public:
    using Clock = std::function<Instant()>;
    TokenSource(HttpClient&, OAuthClient, TokenKeeper&, Clock now);

    /// One that should be good. @throws ReconnectNeeded, TryLater, Misconfigured
    std::string access();
    /// The server answered 401 to `access`: whatever the clocks say, another one, once. Clocks of processes may differ.
    std::string instead(const std::string& access);

    const OAuthClient& client() const noexcept { return client_; }
    const Tokens& tokens();  ///< as stored; loaded at first use
    HttpClient& http() noexcept { return http_; }

private:
    /// @param refused  the access token that is known to be bad; empty: none
    void renew(const std::string& refused);
    bool fresh(const Tokens&) const;

    HttpClient& http_;
    OAuthClient client_;
    TokenKeeper& keeper_;
    Clock now_;
    Tokens tokens_;
};

}  // namespace crmdav
