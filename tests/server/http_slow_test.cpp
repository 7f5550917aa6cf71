#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <future>

#include "server/http/spool.h"
#include "tests/server/wire.h"

namespace crmdav {
namespace {

using namespace testing;
using namespace std::chrono_literals;

/// A client that takes `window` bytes and then nothing until it is told to.
class Slow : public Outlet {
public:
    explicit Slow(std::size_t window) : window_(window) {}
    void send(std::string_view bytes) override { got += bytes; }
    std::size_t sendNow(std::string_view bytes) override {
        const auto went = std::min(window_, bytes.size());
        got += bytes.substr(0, went);
        window_ -= went;
        return went;
    }
    bool ready(std::chrono::milliseconds) override { return window_ > 0; }
    void take(std::size_t more) { window_ += more; }
    std::string got;

private:
    std::size_t window_;
};

std::string letters(std::size_t length) {
    std::string text(length, ' ');
    for (std::size_t i = 0; i < length; ++i) text[i] = static_cast<char>('a' + i * 7 % 26 + i / 5000 % 2);
    return text;
}

TEST(Spool, KeepsTheOrderWhateverTheClientTakesAndWhen) {
    for (const std::size_t window : {0u, 1u, 999u, 70'000u, 400'000u}) {
        SpoolRoom room(1'000'000);
        Slow client(window);
        Outgoing out(client, room);
        std::string all;
        for (std::size_t length : {10u, 100'000u, 3u, 65'536u, 120'000u}) {
            const auto bytes = letters(length);
            out.write(bytes);
            all += bytes;
            client.take(length / 2);
        }
        out.finish();
        EXPECT_TRUE(client.got == all) << window;
        EXPECT_EQ(out.bytes(), all.size());
    }
}

TEST(Spool, GivesItsRoomBack) {
    SpoolRoom room(100'000);
    for (int round = 0; round < 3; ++round) {
        Slow client(0);
        Outgoing out(client, room);
        out.write(letters(90'000));
        EXPECT_FALSE(room.take(20'000));
        out.finish();
        EXPECT_TRUE(room.take(100'000));
        room.giveBack(100'000);
    }
}

TEST(Spool, WithoutRoomAClientThatTakesNothingIsCut) {
    SpoolRoom room(1000);
    Slow client(0);
    Outgoing out(client, room);
    EXPECT_THROW(out.write(letters(2000)), std::runtime_error);
}

/// Whoever makes an answer may hold one of the store's few readers: it must be free before the client has read.
TEST(SlowReader, AnswerIsMadeWithoutWaitingForTheClient) {
    std::promise<void> made;
    const std::string piece = letters(100'000);
    const wire::Served served([&](const Request& request) {
        Response response(200);
        response.with("Content-Type", "application/octet-stream");
        if (request.path[0] == "whole") {
            std::string body;
            for (int i = 0; i < 200; ++i) body += piece;
            response.body = std::move(body);
            response.held = std::shared_ptr<void>(nullptr, [&](void*) { made.set_value(); });
        } else {
            response.stream = [&](Sink& sink) {
                for (int i = 0; i < 200; ++i) sink.write(piece);
                made.set_value();
            };
        }
        return response;
    });
    for (const char* path : {"/streamed", "/whole"}) {
        made = {};
        const auto client = served.connect();
        client.send("GET " + std::string(path) + " HTTP/1.0\r\nHost: x\r\n\r\n");
        ASSERT_EQ(made.get_future().wait_for(8s), std::future_status::ready) << path;
        const auto answer = client.all();  // only now does it read
        const auto body = wire::bodyOf(answer);
        ASSERT_EQ(body.size(), 200 * piece.size());
        for (std::size_t i = 0; i < 200; ++i) ASSERT_TRUE(body.substr(i * piece.size(), piece.size()) == piece) << i;
    }
}

}  // namespace
}  // namespace crmdav
