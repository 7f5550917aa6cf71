#include "tests/standins/smtp.h"

#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Net/TCPServerConnectionFactory.h>

#include <algorithm>

#include "protocol/text/text_values.h"

namespace crmdav::standins {

class Smtp::Session : public Poco::Net::TCPServerConnection {
public:
    Session(const Poco::Net::StreamSocket& socket, Smtp& smtp)
        : TCPServerConnection(socket), smtp_(smtp), secured_(smtp.tls_ == Tls::atOnce) {}

    void run() override {
        try {
            serve();
        } catch (const Poco::Exception&) {  // who doesn't like the certificate hangs up
        }
    }

private:
    void serve() {
        way_ = smtp_.draw();
        if (way_ == Way::closed) return say("554 no mail here");
        say("220 stand-in ESMTP");
        std::string line;
        while (readLine(line) && take(line)) {
        }
    }
    void say(const std::string& text) {
        const std::string wire = text + "\r\n";
        socket().sendBytes(wire.data(), static_cast<int>(wire.size()));
    }
    bool readLine(std::string& line) {
        for (std::size_t end = 0;;) {
            if ((end = buffer_.find("\r\n")) != std::string::npos) {
                line = buffer_.substr(0, end);
                buffer_.erase(0, end + 2);
                return true;
            }
            char bytes[4096];
            const int size = socket().receiveBytes(bytes, sizeof bytes);
            if (size <= 0) return false;
            buffer_.append(bytes, static_cast<std::size_t>(size));
        }
    }
    static std::string between(const std::string& line) {
        const auto begin = line.find('<') + 1;
        return line.substr(begin, line.find('>') - begin);
    }

    /// @returns false: the connection ends
    bool take(const std::string& line) {
        if (startsWithIgnoreCase(line, "EHLO")) {
            const bool offers = smtp_.tls_ == Tls::offered && !secured_;
            say(std::string("250-stand-in\r\n250-8BITMIME\r\n") + (offers ? "250-STARTTLS\r\n" : "") +
                "250 AUTH PLAIN");
        } else if (startsWithIgnoreCase(line, "STARTTLS")) {
            if (way_ == Way::noTls) return say("454 no TLS now"), true;
            say(way_ == Way::forgedTls ? "220 go on\r\n250-forged\r\n250 AUTH PLAIN" : "220 go on");
            socket() = Poco::Net::SecureStreamSocket::attach(socket(), smtp_.context_);
            buffer_.clear();
            secured_ = true;
        } else if (startsWithIgnoreCase(line, "AUTH PLAIN")) {
            say("334 ");
            std::string encoded;
            if (!readLine(encoded)) return false;
            std::string login = base64Decode(encoded).value_or("?");
            std::ranges::replace(login, '\0', ' ');
            const std::lock_guard lock(smtp_.mutex_);
            smtp_.logins_.push_back(login);
            say(way_ == Way::noLogin ? "535 wrong password" : "235 welcome");
        } else if (startsWithIgnoreCase(line, "MAIL FROM")) {
            mail_.from = between(line);
            say("250 fine");
        } else if (startsWithIgnoreCase(line, "RCPT TO")) {
            mail_.to = between(line);
            say(way_ == Way::greylist  ? "451 4.7.1 greylisted, come again"
                : way_ == Way::unknown ? "550 5.1.1 no such user"
                                       : "250 fine");
        } else if (startsWithIgnoreCase(line, "DATA")) {
            say("354 go on");
            return takeData();
        } else if (startsWithIgnoreCase(line, "QUIT")) {
            say("221 bye");
            return false;
        } else {
            say("250 fine");
        }
        return true;
    }

    bool takeData() {
        for (std::string line; readLine(line) && line != ".";)
            mail_.data += (line.starts_with("..") ? line.substr(1) : line) + "\r\n";
        if (smtp_.looking) smtp_.looking();
        if (way_ == Way::spam) return say("554 5.7.1 looks like spam"), true;
        if (way_ == Way::hangUpBefore) return false;
        {
            const std::lock_guard lock(smtp_.mutex_);
            mail_.secured = secured_;
            smtp_.mails_.push_back(mail_);
        }
        if (way_ == Way::hangUpAfter) return false;
        return say("250 taken"), true;
    }

    Smtp& smtp_;
    Way way_ = Way::take;
    bool secured_;
    std::string buffer_;
    Mail mail_;
};

namespace {

template <class Made, class Owner>
struct Factory : Poco::Net::TCPServerConnectionFactory {
    explicit Factory(Owner& owner) : owner_(owner) {}
    Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket& socket) override {
        return new Made(socket, owner_);
    }
    Owner& owner_;
};

}  // namespace

Smtp::Smtp(Tls tls, const Certificates::Files& files) : tls_(tls) {
    using namespace Poco::Net;
    if (tls != Tls::none)
        context_ = new Context(Context::TLS_SERVER_USE, files.key, files.certificate, "", Context::VERIFY_NONE);
    const SocketAddress address("127.0.0.1", 0);
    const ServerSocket socket = tls == Tls::atOnce ? SecureServerSocket(address, 64, context_) : ServerSocket(address);
    server_ = std::make_unique<TCPServer>(new Factory<Session, Smtp>(*this), socket);
    server_->start();
}

Smtp::~Smtp() { server_->stop(); }

std::string Smtp::url(const std::string& login) const {
    return (tls_ == Tls::atOnce ? "smtps://" : "smtp://") + login + (login.empty() ? "" : "@") +
           "127.0.0.1:" + std::to_string(server_->port());
}

void Smtp::next(Way way) {
    const std::lock_guard lock(mutex_);
    planned_.push_back(way);
}

Smtp::Way Smtp::draw() {
    const std::lock_guard lock(mutex_);
    ++sessions_;
    if (planned_.empty()) return Way::take;
    const Way way = planned_.front();
    planned_.pop_front();
    return way;
}

std::vector<Smtp::Mail> Smtp::mails() const {
    const std::lock_guard lock(mutex_);
    return mails_;
}

std::vector<std::string> Smtp::logins() const {
    const std::lock_guard lock(mutex_);
    return logins_;
}

int Smtp::sessions() const {
    const std::lock_guard lock(mutex_);
    return sessions_;
}

}  // namespace crmdav::standins
