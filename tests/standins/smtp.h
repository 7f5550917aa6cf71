#pragma once
#include <Poco/Net/TCPServer.h>

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

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
    };
    struct Mail {
        std::string from, to, data;
    };

    Smtp();
    ~Smtp();
    std::string url(const std::string& login = {}) const;  ///< smtp://[login@]127.0.0.1:PORT
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

    mutable std::mutex mutex_;
    std::deque<Way> planned_;
    std::vector<Mail> mails_;
    std::vector<std::string> logins_;
    int sessions_ = 0;
    std::unique_ptr<Poco::Net::TCPServer> server_;  // last: it must stop before what it works on goes
};

}  // namespace crmdav::standins
