#pragma once
#include <Poco/Net/TCPServerConnection.h>

#include <atomic>
#include <string>

#include "server/http/answer.h"
#include "server/http/budget.h"
#include "server/http/head.h"
#include "server/http/listener.h"
#include "server/http/watchdog.h"

namespace crmdav {

/// What the connections of one listener share.
struct Wire {
    Wire(const Config& settings, Handler handles, BodyLimit limits, Log& lines)
        : config(settings),
          handler(std::move(handles)),
          bodyLimit(std::move(limits)),
          log(lines),
          secure(!settings.tlsCertificate.empty()),
          bodies(settings.inFlightBytes),
          spool(settings.spoolBytes) {}

    const Config& config;
    Handler handler;
    BodyLimit bodyLimit;
    Log& log;
    const bool secure;
    ByteBudget bodies;
    SpoolRoom spool;
    AddressCount addresses;
    std::atomic<std::uint64_t> requests{0};
    std::string idPrefix;  ///< of this process, before the number of the request
    Watchdog watchdog;
};

/// One client connection: request after request until either side closes.
class ClientConnection : public Poco::Net::TCPServerConnection, private Outlet {
public:
    ClientConnection(const Poco::Net::StreamSocket& socket, Wire& wire);
    void run() override;

private:
    bool serveOne();
    bool readHead();
    bool receive(std::size_t most);
    void readBody(const Head& head, Request& request, ByteBudget::Share& share);
    void readCounted(const Head& head, Request& request);
    void readChunked(std::size_t limit, Request& request, ByteBudget::Share& share);
    void takeShare(ByteBudget::Share& share, std::size_t bytes);
    void answer(const Request& request, Response response, AnswerStyle style,
                std::chrono::steady_clock::time_point begun);
    Answered undelivered(const Request& request, const Response& response, std::string_view cause);
    bool refuse(const Request& request, const std::exception_ptr& error);
    void send(std::string_view bytes) override;
    std::size_t sendNow(std::string_view bytes) override;
    bool ready(std::chrono::milliseconds patience) override;
    bool open() override;
    void letClientRead();
    void logRequest(const Request& request, const Response& response, const Answered& answered,
                    std::chrono::microseconds took);
    std::string nextId();

    Wire& wire_;
    Watched watched_;
    std::string peer_;
    std::string in_;  ///< received and not used yet
    std::size_t headBytes_ = 0;
    bool keepAlive_ = true;
    AnswerWriter writer_;
};

}  // namespace crmdav
