#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

/// A server on a free port of loopback that may do whatever a server should not: it gets a connection and a request,
/// and writes bytes.
namespace crmdav::raw {

class Connection {
public:
    explicit Connection(int fd) : fd_(fd) {
        timeval patience{10, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }
    ~Connection() { ::close(fd_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// @returns false: nobody reads any more
    bool send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    /// Head and body of the next request (Content-Length only); empty: the connection is closed.
    std::string request() {
        std::string text = std::exchange(rest_, {});
        std::size_t end = 0;
        while ((end = text.find("\r\n\r\n")) == text.npos)
            if (!more(text)) return {};
        const auto length = text.find("Content-Length: ");
        const std::size_t whole = end + 4 + (length < end ? std::stoul(text.substr(length + 16)) : 0);
        while (text.size() < whole)
            if (!more(text)) return {};
        rest_ = text.substr(whole);
        return text.substr(0, whole);
    }
    /// Until the other side hangs up.
    void awaitEnd() {
        std::string ignored;
        while (more(ignored)) ignored.clear();
    }

private:
    bool more(std::string& text) const {
        char buffer[65'536];
        const auto got = ::recv(fd_, buffer, sizeof buffer, 0);
        if (got > 0) text.append(buffer, static_cast<std::size_t>(got));
        return got > 0;
    }
    int fd_;
    std::string rest_;
};

class Server {
public:
    /// @param serve  called with each connection, one after the other, on the server's thread
    explicit Server(std::function<void(Connection&)> serve) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (::bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(fd_, 16) != 0 ||
            ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
            throw std::runtime_error("listen");
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this, serve = std::move(serve)] {
            for (int fd = 0; (fd = ::accept(fd_, nullptr, nullptr)) >= 0;) {
                ++connections_;
                Connection connection(fd);
                serve(connection);
            }
        });
    }
    ~Server() {
        ::shutdown(fd_, SHUT_RDWR);
        thread_.join();
        ::close(fd_);
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t port() const { return port_; }
    std::string url(std::string_view path = "/") const {
        return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
    }
    int connections() const { return connections_; }

private:
    int fd_;
    std::uint16_t port_ = 0;
    std::atomic<int> connections_ = 0;
    std::thread thread_;
};

}  // namespace crmdav::raw
