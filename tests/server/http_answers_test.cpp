#include <Poco/Net/StreamSocket.h>
#include <zlib.h>

#include <future>
#include <thread>

#include "protocol/dav/errors.h"
#include "store/store.h"
#include "tests/server/wire.h"

namespace crmdav::wire {
namespace {

using namespace testing;

std::string ask(std::string_view method, std::string_view headers = "", std::string_view version = "HTTP/1.1") {
    return std::string(method) + " /x " + std::string(version) + "\r\nHost: h\r\n" + std::string(headers) + "\r\n";
}
Response streamed(std::size_t bytes) {
    Response response(200);
    response.with("Content-Type", "text/plain");
    response.stream = [bytes](Sink& sink) {
        for (std::size_t i = 0; i < bytes / 100; ++i) sink.write(std::string(100, 'a'));
    };
    return response;
}
std::string gunzip(std::string_view packed) {
    z_stream stream{};
    inflateInit2(&stream, 15 + 16);
    std::string out(1 << 20, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int ended = inflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return ended == Z_STREAM_END ? out : "not gzip";
}

TEST(Answer, HeadHasTheHeadersOfGetAndNoBody) {
    const Served server([](const Request&) { return Response(200, "text/plain", "hello"); });
    const auto answer = server.exchange(ask("HEAD"));
    EXPECT_THAT(answer, HasSubstr("Content-Length: 5\r\n"));
    EXPECT_EQ(bodyOf(answer), "");
}

TEST(Answer, NoContentHasNoLength) {
    const Served server([](const Request&) { return Response(204); });
    EXPECT_THAT(server.exchange(ask("DELETE")), Not(HasSubstr("Content-Length")));
}

TEST(Answer, ConnectionOf10GoesOnWhenAsked) {
    const Served server([](const Request&) { return Response(200, "text/plain", "done"); });
    const auto asked = ask("GET", "Connection: keep-alive\r\n", "HTTP/1.0");
    EXPECT_THAT(server.exchange(asked + asked),
                AllOf(HasSubstr("Connection: keep-alive\r\n"), HasSubstr("doneHTTP/1.1 200")));
    EXPECT_THAT(server.exchange(ask("GET", "", "HTTP/1.0")), HasSubstr("Connection: close\r\n"));
}

TEST(Answer, SmallStreamGetsALength) {
    const Served server([](const Request&) { return streamed(1'000); });
    EXPECT_THAT(server.exchange(ask("GET")), AllOf(HasSubstr("Content-Length: 1000\r\n"), Not(HasSubstr("chunked"))));
}

TEST(Answer, LargeStreamGoesInChunks) {
    const Served server([](const Request&) { return streamed(200'000); });
    const auto answer = server.exchange(ask("GET", "Connection: close\r\n"));
    EXPECT_THAT(answer, HasSubstr("Transfer-Encoding: chunked\r\n"));
    EXPECT_EQ(std::count(answer.begin() + static_cast<long>(answer.find("\r\n\r\n")), answer.end(), 'a'), 200'000);
    EXPECT_THAT(answer, EndsWith("\r\n0\r\n\r\n"));
}

TEST(Answer, LargeStreamTo10EndsWithTheConnection) {
    const Served server([](const Request&) { return streamed(200'000); });
    const auto answer = server.exchange(ask("GET", "Connection: keep-alive\r\n", "HTTP/1.0"));
    EXPECT_THAT(answer, Not(HasSubstr("chunked")));
    EXPECT_EQ(bodyOf(answer).size(), 200'000U);
}

TEST(Answer, TextIsCompressedForWhoAcceptsIt) {
    const Served server([](const Request&) { return Response(207, "application/xml", std::string(5'000, 'x')); });
    const auto answer = server.exchange(ask("PROPFIND", "Accept-Encoding: br, gzip\r\n"));
    EXPECT_THAT(answer, HasSubstr("Content-Encoding: gzip\r\n"));
    EXPECT_EQ(gunzip(bodyOf(answer)), std::string(5'000, 'x'));
    EXPECT_THAT(server.exchange(ask("PROPFIND")), Not(HasSubstr("Content-Encoding")));
    EXPECT_THAT(server.exchange(ask("PROPFIND", "Accept-Encoding: gzip;q=0\r\n")), Not(HasSubstr("Content-Encoding")));
}

TEST(Answer, WhatAStrongEtagNamesIsNeverCompressed) {  // D26
    const Served server(
        [](const Request&) { return Response(200, "text/calendar", std::string(5'000, 'x')).with("ETag", "\"a\""); });
    EXPECT_THAT(server.exchange(ask("GET", "Accept-Encoding: gzip\r\n")),
                AllOf(HasSubstr("ETag: \"a\""), Not(HasSubstr("gzip"))));
}

TEST(Answer, LineBreaksInAHeaderValueAreDropped) {
    const Served server([](const Request&) { return Response(200).with("Location", "/a\r\nX-Evil: 1"); });
    EXPECT_THAT(server.exchange(ask("GET")), HasSubstr("Location: /aX-Evil: 1\r\n"));
}

TEST(Answer, CarriesDateServerAndRequestId) {
    const Served server([](const Request&) { return Response(200); });
    EXPECT_THAT(server.exchange(ask("GET")),
                AllOf(HasSubstr("\r\nDate: "), HasSubstr("\r\nServer: crmdav\r\n"), HasSubstr("\r\nX-Request-Id: ")));
}

struct Thrown {
    const char* name;
    void (*raise)();
    int status;
    std::string_view holds;
};
class Failure : public TestWithParam<Thrown> {};
TEST_P(Failure, BecomesAnAnswerAndTheConnectionGoesOn) {
    static void (*raise)() = nullptr;
    static const Served server([](const Request& request) {
        if (request.method == "GET") return Response(200, "text/plain", "next");
        raise();
        return Response(200);
    });
    raise = GetParam().raise;
    const auto answer = server.exchange(ask("PUT", "Content-Length: 1\r\n") + "x" + ask("GET"));
    EXPECT_EQ(statusOf(answer), GetParam().status);
    EXPECT_THAT(answer, HasSubstr(std::string(GetParam().holds)));
    EXPECT_THAT(answer, EndsWith("next"));
}
const Thrown thrown[] = {
    {"Dav",
     [] {
         throw DavError(403, "no", {"DAV:", "need-privileges"});
     },
     403, "need-privileges"},
    {"Precondition", [] { throw PreconditionFailed("changed meanwhile"); }, 412, "changed meanwhile"},
    {"NotThere", [] { throw NotFound("no such contact"); }, 404, "no such contact"},
    {"NotAllowed", [] { throw Forbidden("not yours"); }, 403, "not yours"},
    {"Field", [] { throw InvalidField("email", "no address"); }, 422, "email: no address"},
    {"Busy", [] { throw StoreBusy("all connections"); }, 503, "Retry-After: 5"},
};
INSTANTIATE_TEST_SUITE_P(Answer, Failure, ValuesIn(thrown), [](const auto& test) { return test.param.name; });

TEST(Answer, UnexpectedFailuresTellOnlyTheirId) {
    const Served server([](const Request&) -> Response { throw std::logic_error("secret detail"); });
    const auto answer = server.exchange(ask("GET"));
    EXPECT_EQ(statusOf(answer), 500);
    EXPECT_THAT(answer, Not(HasSubstr("secret detail")));
}

TEST(Answer, StreamThatFailsLateIsCutNotEnded) {
    const Served server([](const Request&) {
        Response response(200);
        response.stream = [](Sink& sink) {
            sink.write(std::string(200'000, 'a'));
            throw std::runtime_error("disk");
        };
        return response;
    });
    EXPECT_THAT(server.exchange(ask("GET")), Not(EndsWith("0\r\n\r\n")));
}

TEST(Answer, StreamThatFailsEarlyIsAnError) {
    const Served server([](const Request&) {
        Response response(207);
        response.stream = [](Sink& sink) {
            sink.write("<multistatus>");
            throw DavError(507, "too many");
        };
        return response;
    });
    EXPECT_EQ(statusOf(server.exchange(ask("REPORT"))), 507);
}

Config hasty() {
    Config config;
    config.headerTime = config.bodyTime = config.sendTime = config.idleTime = std::chrono::seconds(1);
    return config;
}

TEST(Deadline, EndsAHeadThatNeverEnds) {
    const Served server([](const Request&) { return Response(200); }, hasty());
    const auto slow = server.connect();
    slow.send("GET /x HTTP/1.1\r\nHost:");
    EXPECT_EQ(slow.all(), "");
}

TEST(Deadline, EndsABodyThatStalls) {
    std::atomic<bool> handled{false};
    const Served server(
        [&](const Request&) {
            handled = true;
            return Response(200);
        },
        hasty());
    const auto slow = server.connect();
    slow.send(ask("PUT", "Content-Length: 100\r\n") + "begun");
    slow.all();
    EXPECT_FALSE(handled);
}

TEST(Deadline, EndsAClientThatStopsReading) {
    std::promise<void> ended;
    constexpr std::size_t bytes = 20 << 20;
    const Served server(
        [&](const Request&) {
            Response response(200);
            response.held = std::shared_ptr<void>(nullptr, [&](void*) { ended.set_value(); });
            response.stream = [](Sink& sink) { sink.write(std::string(bytes, 'a')); };
            return response;
        },
        hasty());
    const auto slow = server.connect();
    slow.send(ask("GET"));
    EXPECT_EQ(ended.get_future().wait_for(std::chrono::seconds(8)), std::future_status::ready);
    EXPECT_LT(slow.all().size(), bytes);
}

TEST(Deadline, EndsIdleConnections) {
    const Served server([](const Request&) { return Response(200); }, hasty());
    const auto idle = server.connect();
    idle.send(ask("GET"));
    EXPECT_EQ(statusOf(idle.all()), 200);
}

TEST(Connections, AreCappedPerAddress) {
    Config config;
    config.connectionsPerAddress = 2;
    const Served server([](const Request&) { return Response(200, "text/plain", "done"); }, config);
    const auto first = server.connect(), other = server.connect();
    for (const auto* socket : {&first, &other}) {
        socket->send(ask("GET"));
        EXPECT_THAT(socket->until("done"), HasSubstr("200 OK"));
    }
    EXPECT_EQ(server.exchange(ask("GET")), "");
}

TEST(Stop, FinishesRunningRequestsAndEndsIdleOnes) {
    std::promise<void> entered, leave;
    Served server([&](const Request& request) {
        if (request.method == "PUT") {
            entered.set_value();
            leave.get_future().wait();
        }
        return Response(200, "text/plain", "done");
    });
    const auto idle = server.connect();
    idle.send(ask("GET"));
    idle.until("done");
    const auto busy = server.connect();
    busy.send(ask("PUT", "Content-Length: 0\r\n"));
    entered.get_future().wait();
    auto stopped = std::async(std::launch::async, [&] { server.listener->stop(); });
    EXPECT_EQ(idle.all(), "");
    leave.set_value();
    const auto answer = busy.all();
    EXPECT_THAT(answer, EndsWith("done"));
    stopped.get();
}

/// A proxy gives what can't connect to another process, but can't know what became of a request that it sent.
TEST(Stop, RefusesConnectionsAndAnswersWhatKeptOnesBegin) {
    std::promise<void> entered, leave;
    Served server([&](const Request& request) {
        if (request.method == "PUT") {
            entered.set_value();
            leave.get_future().wait();
        }
        return Response(200, "text/plain", "done");
    });
    const auto kept = server.connect();
    kept.send(ask("GET"));
    kept.until("done");
    const auto busy = server.connect();
    busy.send(ask("PUT", "Content-Length: 0\r\n"));
    entered.get_future().wait();
    auto stopped = std::async(std::launch::async, [&] { server.listener->stop(); });
    const auto refused = [&] {  // or not heard, in the instant before
        try {
            Poco::Net::StreamSocket socket;
            socket.connect({"127.0.0.1", server.listener->port()}, Poco::Timespan(0, 20'000));
            return false;
        } catch (const std::exception&) {
            return true;
        }
    };
    while (!refused()) std::this_thread::yield();
    kept.send(ask("GET"));
    EXPECT_THAT(kept.all(), AllOf(HasSubstr("200 OK"), HasSubstr("Connection: close"), EndsWith("done")));
    leave.set_value();
    busy.all();
    stopped.get();
}

TEST(Budget, LargeBodiesWaitForEachOther) {
    Config config;
    config.inFlightBytes = 1'000'000;
    std::atomic<int> within{0}, most{0};
    const Served server(
        [&](const Request&) {
            most = std::max<int>(most, ++within);
            std::this_thread::yield();
            --within;
            return Response(204);
        },
        config);
    std::vector<std::future<int>> answers;
    for (int i = 0; i < 6; ++i)
        answers.push_back(std::async(std::launch::async, [&] {
            return statusOf(server.exchange(ask("PUT", "Content-Length: 900000\r\n") + std::string(900'000, 'x')));
        }));
    for (auto& answer : answers) EXPECT_EQ(answer.get(), 204);
    EXPECT_EQ(most, 1);
}

}  // namespace
}  // namespace crmdav::wire
