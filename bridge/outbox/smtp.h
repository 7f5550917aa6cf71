#pragma once
#include <functional>
#include <stdexcept>
#include <string>

#include "bridge/outbox/delivery.h"

/// Handing mail to a server (RFC 5321).
namespace crmdav {

/// Where mail goes and whom it is from, as `smtp.url` says it.
struct SmtpServer {
    std::string url;             ///< without login
    std::string user, password;  ///< empty: none
    std::string from;            ///< address; empty: the URL names none
    /// Required, it is checked whom one speaks with. If offered – mail that goes in clear as well, without a login –,
    /// any certificate is better than none (RFC 7435).
    enum class Tls { none, ifOffered, required } tls = Tls::none;
    std::string authorities = {};  ///< PEM file of those who are trusted to certify servers; empty: the system's

    /// smtp://[USER:PASSWORD@]HOST[:PORT][?from=ADDRESS], or smtps://. A login is only told over TLS, but to this
    /// machine itself. `from` is the user where that is an address.
    /// @throws std::invalid_argument  in words for an administrator, without the password
    static SmtpServer parse(const std::string& url);
};

/// @param mail  as mailOf() makes it
/// @param stop  asked while it waits; true: it is left for later
Delivery sendMail(const SmtpServer&, const std::string& from, const std::string& to, const std::string& mail,
                  const std::function<bool()>& stop);

}  // namespace crmdav
