#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "server/config.h"
#include "server/http/message.h"

namespace crmdav {

/// Largest body for a method and target (base path cut off), asked before any of it is read.
using BodyLimit = std::function<std::size_t(std::string_view method, std::string_view target)>;

/// Takes connections and turns them into requests for `handler`, one thread each (Poco's TCPServer and thread pool).
/// Heads and bodies are read by our own strict reader, not by Poco's HTTPServer: that one decodes encoded words into
/// line breaks, takes a chunked body that was cut off for a whole one, and needs eight system calls where two do.
class Listener {
public:
    /// @throws ConfigError  the address can't be listened on, or the certificate not be read
    Listener(const Config& config, Handler handler, BodyLimit limit, Log& log);
    ~Listener();

    void start();
    /// Takes no more connections, answers what has been asked, then ends. Past `patience` connections are cut.
    void stop(std::chrono::milliseconds patience = std::chrono::seconds(30));
    std::uint16_t port() const;
    /// "http://127.0.0.1:8080"
    std::string address() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace crmdav
