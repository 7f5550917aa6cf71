#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "bridge/oauth.h"
#include "tests/standins/google_parts.h"

namespace crmdav::standins {

/// Google's OAuth 2.0, and the people who agree or don't. Thread-safe.
class GoogleSignIn {
public:
    explicit GoogleSignIn(std::function<Instant()> now) : now_(std::move(now)) {}

    std::string clientId = "client-1", clientSecret = "secret-1";
    bool rotates = false;  ///< each refresh gives a new refresh token, the old one ends with its successor's first use
    int expiresIn = 3599;

    Reply call(const Request&, const std::string& path);  ///< /token, /revoke, /v1/userinfo

    // ---- what people do
    /// Signs in at an authorisation address and agrees. @param scopes  ticked ones; empty: all that is asked for
    /// @returns the query of the way back: code and state, or error
    std::map<std::string, std::string> agree(const std::string& address, const std::string& login,
                                             std::string scopes = {});
    /// Without a browser. @param scopes separated by blanks
    Tokens grant(const std::string& login, const std::string& scopes);
    void revoke(const std::string& login);  ///< in the account's own settings
    void expireAccess();                    ///< all access tokens end now, whatever was promised

    /// Whose access token it is, with the scopes. nullopt: of nobody
    struct Session {
        std::string login, scopes;
    };
    std::optional<Session> sessionOf(const std::string& access) const;
    int refreshes() const;

private:
    struct Code {
        std::string login, scopes, challenge, redirect;
    };
    struct Access {
        std::string login, scopes;
        Instant until;
    };
    Json issue(const std::string& login, const std::string& scopes, const std::string& refresh, bool tellRefresh);
    Reply token(const Request&);

    mutable std::mutex mutex_;
    std::function<Instant()> now_;
    std::map<std::string, Code> codes_;
    std::map<std::string, Session> grants_;           ///< by refresh token
    std::map<std::string, std::string> predecessor_;  ///< of a rotated refresh token
    std::map<std::string, Access> access_;
    int refreshes_ = 0, made_ = 0;
};

}  // namespace crmdav::standins
