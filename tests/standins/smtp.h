#pragma once
#include <Poco/Net/Context.h>
#include <Poco/Net/TCPServer.h>

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tests/standins/certificates.h"

namespace crmdav::standins {

/// A mail server (RFC 5321) on loopback that does to each mail what it is told. Thread-safe.
class Smtp {
public:
    enum class Way {
        take,
        greylist,      ///< 451 to its address
        unknown,       ///< 550 to its address
        spam,          ///< 554 to the mail itself
        hangUpBefore,  ///< the mail isn't taken, the connection ends without an answer
        hangUpAfter,   ///< the mail is taken, the connection ends without an answer
        closed,        ///< 554 instead of a greeting
        noLogin,       ///< 535 to the password
        noTls,         ///< 454 to STARTTLS
        forgedTls,     ///< the answer to STARTTLS brings some more along, as if they had come after it
    };
    enum class Tls {
        none,
        offered,  ///< STARTTLS (RFC 3207)
        atOnce,   ///< smtps (RFC 8314)
    };
    struct Mail {
        std::string from, to, data;
        bool secured = false;  ///< it came over TLS
    };

    explicit Smtp(Tls tls = Tls::none, const Certificates::Files& = {});
    ~Smtp();
    std::string url(const std::string& login = {}) const;  ///< smtp://[login@]127.0.0.1:PORT, or smtps://
    /// What happens to the next ones; after that they are taken.
    void next(Way);
    std::vector<Mail> mails() const;          ///< that were taken, as they came
    std::vector<std::string> logins() const;  ///< what came with AUTH PLAIN, decoded, NUL as blank
    int sessions() const;
    /// Called with each mail before it is answered.
    std::function<void()> looking;

private:
    class Session;
    Way draw();

    const Tls tls_;
    Poco::Net::Context::Ptr context_;
    mutable std::mutex mutex_;
    std::deque<Way> planned_;
    std::vector<Mail> mails_;
    std::vector<std::string> logins_;
    int sessions_ = 0;
    std::unique_ptr<Poco::Net::TCPServer> server_;  // last: it must stop before what it works on goes
};

}  // namespace crmdav::standins
