#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "server/http/listener.h"

/// A listener on a free port of loopback, and a client that sends the bytes it is given.
namespace crmdav::wire {

class Socket {
public:
    explicit Socket(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        timeval patience{120, 0};  // a busy machine is no fault; what never answers still ends
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
            throw std::runtime_error("connect");
    }
    ~Socket() { ::close(fd_); }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    void send(std::string_view bytes) const { (void)!::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
    void endSending() const { ::shutdown(fd_, SHUT_WR); }
    /// One read; empty at the end of the connection.
    std::string receive() const {
        char buffer[65'536];
        const auto got = ::recv(fd_, buffer, sizeof buffer, 0);
        return got > 0 ? std::string(buffer, static_cast<std::size_t>(got)) : std::string();
    }
    /// Until the other side closes.
    std::string all() const {
        std::string bytes;
        for (auto more = receive(); !more.empty(); more = receive()) bytes += more;
        return bytes;
    }
    /// Until `text` has come, or the connection ends.
    std::string until(std::string_view text) const {
        std::string bytes;
        while (bytes.find(text) == bytes.npos) {
            const auto more = receive();
            if (more.empty()) break;
            bytes += more;
        }
        return bytes;
    }

private:
    int fd_;
};

struct Served {
    explicit Served(Handler handler, Config settings = {}) : config(std::move(settings)) {
        config.listenPort = 0;
        const auto limit = [this](std::string_view, std::string_view) { return config.bodyBytes; };
        listener = std::make_unique<Listener>(config, std::move(handler), limit, log);
        listener->start();
    }
    Socket connect() const { return Socket(listener->port()); }
    /// Sends bytes, and nothing after them; what comes back until the server closes.
    std::string exchange(std::string_view bytes) const {
        const Socket socket(listener->port());
        socket.send(bytes);
        socket.endSending();
        return socket.all();
    }

    Config config;
    Log log{2, LogLevel::error};
    std::unique_ptr<Listener> listener;
};

inline int statusOf(std::string_view answer) {
    return answer.starts_with("HTTP/1.1 ") && answer.size() > 12 ? std::stoi(std::string(answer.substr(9, 3))) : 0;
}
inline std::string_view bodyOf(std::string_view answer) {
    const auto end = answer.find("\r\n\r\n");
    return end == answer.npos ? std::string_view() : answer.substr(end + 4);
}

}  // namespace crmdav::wire
