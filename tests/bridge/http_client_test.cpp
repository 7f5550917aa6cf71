#include "bridge/http_client.h"

#include <zlib.h>

#include "bridge/public_address.h"
#include "tests/bridge/raw_server.h"

namespace crmdav {
namespace {

using namespace testing;
using namespace std::chrono_literals;

HttpLimits near() {
    HttpLimits limits;
    limits.inner = true;
    limits.bytes = 1U << 20U;
    limits.headerBytes = 8192;
    return limits;
}

std::string answer(std::string_view head, std::string_view body) {
    return "HTTP/1.1 " + std::string(head) + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
}

std::string gzipped(std::string_view plain) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, plain.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

/// Answers every request with the same bytes.
raw::Server always(std::string bytes) {
    return raw::Server([bytes = std::move(bytes)](raw::Connection& connection) {
        while (!connection.request().empty()) connection.send(bytes);
    });
}
/// Answers one request and hangs up.
raw::Server once(std::string bytes) {
    return raw::Server([bytes = std::move(bytes)](raw::Connection& connection) {
        connection.request();
        connection.send(bytes);
    });
}
/// Answers with what it was asked.
raw::Server echo() {
    return raw::Server([](raw::Connection& connection) {
        for (auto request = connection.request(); !request.empty(); request = connection.request())
            connection.send(answer("200 OK", request));
    });
}

TEST(HttpClient, AnyMethodWithItsHeadersBodyAndLogin) {
    const auto server = echo();
    HttpClient client(near());
    for (const char* method : {"PROPFIND", "REPORT", "PATCH", "PUT", "POST", "DELETE", "GET", "MKCALENDAR"}) {
        HttpRequest request{method, server.url("/a%20b?c=d"), {{"Depth", "1"}, {"Content-Type", "text/xml"}}};
        request.body = "<x/>";
        request.user = "anna@example.com";
        request.password = "pass:word";
        const auto got = client.send(request);
        EXPECT_EQ(got.status, 200);
        EXPECT_THAT(got.body, StartsWith(std::string(method) + " /a%20b?c=d HTTP/1.1\r\n"));
        EXPECT_THAT(got.body, HasSubstr("Authorization: Basic YW5uYUBleGFtcGxlLmNvbTpwYXNzOndvcmQ=\r\n"));
        EXPECT_THAT(got.body, HasSubstr("Depth: 1\r\n"));
        EXPECT_THAT(got.body, HasSubstr("Content-Type: text/xml\r\n"));
        EXPECT_THAT(got.body, HasSubstr("User-Agent: crmdav/" CRMDAV_VERSION "\r\n"));
        EXPECT_THAT(got.body, EndsWith("\r\n\r\n<x/>"));
    }
    HttpRequest request{"POST", server.url()};
    request.bearer = "t0ken";
    const auto got = client.send(request);
    EXPECT_THAT(got.body, HasSubstr("Authorization: Bearer t0ken\r\n"));
    EXPECT_THAT(got.body, Not(HasSubstr("Content-Type")));
    EXPECT_EQ(server.connections(), 1) << "the connection is kept";
}

TEST(HttpClient, HeadersAreThoseOfTheFinalAnswer) {
    const auto server = always("HTTP/1.1 103 Early Hints\r\nX-A: early\r\n\r\n" +
                               answer("207 Multi-Status\r\nx-a:  one \r\nX-B:\r\nX-a: two", "body"));
    HttpClient client(near());
    const auto got = client.send({"GET", server.url()});
    EXPECT_EQ(got.status, 207);
    EXPECT_EQ(got.header("X-A"), "one");
    EXPECT_EQ(got.header("X-C"), "");
    EXPECT_EQ(got.body, "body");
}

TEST(HttpClient, GzipIsDecoded) {
    const std::string zipped = gzipped("hello");
    const auto server = always(answer("200 OK\r\nContent-Encoding: gzip", zipped));
    EXPECT_EQ(HttpClient(near()).send({"GET", server.url()}).body, "hello");
}

TEST(HttpClient, RedirectsAreNotFollowed) {
    const auto elsewhere = echo();
    const auto server = always(answer("301 Moved\r\nLocation: " + elsewhere.url(), ""));
    HttpClient client(near());
    const auto got = client.send({"PROPFIND", server.url()});
    EXPECT_EQ(got.status, 301);
    EXPECT_EQ(got.header("location"), elsewhere.url());
    EXPECT_EQ(elsewhere.connections(), 0);
}

// D-limits: what is too large is refused while it comes, not afterwards.
TEST(HttpClient, AnswersThatAreTooLargeAreRefused) {
    const auto endless = [](std::string head, std::string more) {
        return [head = std::move(head), more = std::move(more)](raw::Connection& connection) {
            connection.request();
            connection.send(head);
            while (connection.send(more)) {
            }
        };
    };
    const raw::Server body(endless("HTTP/1.1 200 OK\r\n\r\n", std::string(4096, 'x')));
    const raw::Server chunks(endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"));
    const raw::Server headers(endless("HTTP/1.1 200 OK\r\n", "X-More: of it\r\n"));
    const raw::Server line(endless("HTTP/1.1 200 OK\r\nX-Long: ", std::string(4096, 'x')));
    const raw::Server hints(endless("", "HTTP/1.1 103 Early Hints\r\nX-A: b\r\n\r\n"));
    const raw::Server trailers(
        endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", "X-More: of it\r\n"));
    const auto bomb = once(answer("200 OK\r\nContent-Encoding: gzip", gzipped(std::string(64U << 20U, '\0'))));
    const auto sized = once("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + std::string(2U << 20U, 'x'));
    for (const auto* server : {&body, &chunks, &headers, &hints, &trailers, &bomb, &sized})
        EXPECT_THROW(HttpClient(near()).send({"GET", server->url()}), HttpRefused);
    EXPECT_ANY_THROW(HttpClient(near()).send({"GET", line.url()}));
    EXPECT_EQ(HttpClient(near()).send({"GET", once(answer("200 OK", std::string(1U << 20U, 'x'))).url()}).body.size(),
              1U << 20U);
}

TEST(HttpClient, ABodyCanBeTakenAsItComes) {
    std::string plain;
    for (int i = 0; i < 50'000; ++i) plain += std::to_string(i);
    const auto server = always(answer("207 Multi-Status\r\nContent-Encoding: gzip", gzipped(plain)));
    HttpClient http(near());
    HttpRequest request{"REPORT", server.url()};
    std::string taken;
    std::size_t largest = 0;
    request.take = [&](int status, std::string_view bytes) {
        EXPECT_EQ(status, 207);
        largest = std::max(largest, bytes.size());
        taken += bytes;
        return true;
    };
    EXPECT_EQ(http.send(request).body, "");
    EXPECT_EQ(taken, plain);
    EXPECT_LT(largest, plain.size()) << "in pieces";
    request.take = [](int, std::string_view) { return false; };
    EXPECT_EQ(http.send(request).body, plain) << "what isn't taken is kept";
    struct Enough {};
    request.take = [](int, std::string_view) -> bool { throw Enough{}; };
    EXPECT_THROW(http.send(request), Enough);

    const auto large = always(answer("207 Multi-Status", std::string((1U << 20U) + 1, 'x')));
    request.url = large.url();
    request.take = [](int, std::string_view) { return true; };
    EXPECT_THROW(http.send(request), HttpRefused) << "the limit holds for it, too";
}

TEST(HttpClient, CutAnswersAreFailures) {
    for (const char* cut : {"", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n", "nonsense\r\n\r\n",
                            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nfour"}) {
        const auto server = once(cut);
        try {
            HttpClient(near()).send({"GET", server.url()});
            ADD_FAILURE() << cut;
        } catch (const HttpFailure& failure) {
            EXPECT_TRUE(failure.sent) << cut;
        }
    }
}

TEST(HttpClient, ADeadlineEndsSlowAnswers) {
    const raw::Server silent([](raw::Connection& connection) {
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour");
        connection.awaitEnd();
    });
    auto limits = near();
    limits.all = 100ms;
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_THROW(HttpClient(limits).send({"GET", silent.url()}), HttpFailure);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
}

// Rule I5: a byte now and then is no answer, however often it comes.
TEST(HttpClient, ADeadlineEndsWhatTrickles) {
    for (const std::string head : {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nX-Long: "}) {
        std::atomic<int> looks = 0;
        std::atomic<bool> ended = false;
        const raw::Server trickling([&](raw::Connection& connection) {
            connection.request();
            connection.send(head);
            for (int known = 0; !ended && connection.send("x"); known = looks) looks.wait(known);  // one for each look
        });
        auto limits = near();
        limits.all = 100ms;
        HttpClient client(limits);
        const auto look = [&] {
            ++looks;
            looks.notify_all();
            return false;
        };
        client.setStop(look);
        EXPECT_THROW(client.send({"GET", trickling.url()}), HttpFailure);
        EXPECT_GT(looks, 0);
        ended = true;
        look();
    }
}

// Rule A8: stopping doesn't wait for the other side.
TEST(HttpClient, StopsWhenItIsTold) {
    std::atomic<bool> asked = false;
    const raw::Server silent([&](raw::Connection& connection) {
        connection.request();
        asked = true;
        connection.awaitEnd();
    });
    HttpClient client(near());
    client.setStop([&] { return asked.load(); });
    EXPECT_THROW(client.send({"GET", silent.url()}), HttpFailure);
    client.setStop([]() -> bool { throw std::logic_error("of the caller"); });
    EXPECT_THROW(client.send({"GET", silent.url()}), std::logic_error);
}

TEST(HttpClient, SaysWhetherARequestNeverReachedTheServer) {
    std::uint16_t port = 0;
    {
        const auto gone = echo();
        port = gone.port();
    }
    const raw::Server plain([](raw::Connection& connection) { connection.send("220 not TLS\r\n"); });
    for (const std::string& url :
         {"http://127.0.0.1:" + std::to_string(port) + "/", std::string("http://nowhere.invalid/"),
          "https://127.0.0.1:" + std::to_string(plain.port()) + "/"}) {
        try {
            HttpClient(near()).send({"GET", url});
            ADD_FAILURE() << url;
        } catch (const HttpFailure& failure) {
            EXPECT_FALSE(failure.sent) << url;
        }
    }
}

// RFC 9110 §9.2.2: a POST may have been carried out when its connection breaks; anything else may be repeated.
TEST(HttpClient, OnlyAPostIsNotRepeatedOverAnotherConnection) {
    for (const char* method : {"POST", "PUT"}) {
        std::atomic<int> requests = 0;
        const raw::Server server([&](raw::Connection& connection) {
            if (!connection.request().empty()) ++requests;
            connection.send(answer("200 OK", "first"));
            if (!connection.request().empty()) ++requests;  // and hangs up
        });
        HttpClient client(near());
        client.send({"GET", server.url()});
        HttpRequest request{method, server.url()};
        request.body = "once";
        if (std::string_view(method) == "PUT") {
            EXPECT_EQ(client.send(request).body, "first");
            EXPECT_EQ(requests, 3);
        } else {
            EXPECT_THROW(client.send(request), HttpFailure);
            EXPECT_EQ(requests, 2);
        }
    }
}

TEST(HttpClient, InnerAddressesAreRefused) {
    const auto server = echo();
    auto limits = near();
    limits.inner = false;
    HttpClient client(limits);
    const auto port = std::to_string(server.port());
    for (const char* host : {"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "0x7f.1"})
        EXPECT_THROW(client.send({"GET", "http://" + std::string(host) + ":" + port + "/"}), HttpRefused) << host;
    EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClient, OnlyHttpAndNothingSmuggledIn) {
    const auto server = echo();
    HttpClient client(near());
    for (const std::string& url :
         {std::string("file:///etc/passwd"), std::string("ftp://127.0.0.1/"), std::string("/relative"), std::string(),
          "http://user:secret@127.0.0.1:" + std::to_string(server.port()) + "/"})
        EXPECT_ANY_THROW(client.send({"GET", url})) << url;
    EXPECT_THROW(client.send({"GET", server.url(), {{"If-Match", "\"a\"\r\nX-Evil: 1"}}}), HttpRefused);
    EXPECT_THROW(client.send({"GET / HTTP/1.1\r\nX: 1", server.url()}), HttpRefused);
    EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClient, NoProxyOfTheEnvironmentStandsBetween) {
    const auto proxy = echo();
    ::setenv("http_proxy", proxy.url().c_str(), 1);
    const auto server = always(answer("200 OK", "the server"));
    const auto got = HttpClient(near()).send({"GET", server.url()});
    ::unsetenv("http_proxy");
    EXPECT_EQ(got.body, "the server");
}

// RFC 6890 and the IANA registries of special-purpose addresses.
TEST(PublicAddress, IsNoneOfTheSpecialOnes) {
    const auto isPublic = [](const char* text) {
        sockaddr_storage storage{};
        auto& six = reinterpret_cast<sockaddr_in6&>(storage);
        auto& four = reinterpret_cast<sockaddr_in&>(storage);
        storage.ss_family = std::string_view(text).find(':') == std::string_view::npos ? AF_INET : AF_INET6;
        void* to = storage.ss_family == AF_INET ? static_cast<void*>(&four.sin_addr) : &six.sin6_addr;
        EXPECT_EQ(::inet_pton(storage.ss_family, text, to), 1) << text;
        return isPublicAddress(reinterpret_cast<const sockaddr&>(storage));
    };
    for (const char* text : {"0.0.0.0",
                             "10.1.2.3",
                             "100.64.0.1",
                             "100.127.255.255",
                             "127.8.8.8",
                             "169.254.169.254",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.0.0.1",
                             "192.168.7.7",
                             "198.18.0.1",
                             "198.19.255.255",
                             "224.0.0.1",
                             "255.255.255.255",
                             "::",
                             "::1",
                             "::ffff:10.0.0.1",
                             "::ffff:127.0.0.1",
                             "64:ff9b::7f00:1",
                             "2002:7f00:1::",
                             "2001::1",
                             "2001:db8::1",
                             "fc00::1",
                             "fd12::1",
                             "fe80::1",
                             "fec0::1",
                             "ff02::1",
                             "::7f00:1",
                             "64:ff9b:1::1",
                             "100::1"})
        EXPECT_FALSE(isPublic(text)) << text;
    for (const char* text : {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255",
                             "172.32.0.0", "192.167.255.255", "223.255.255.255", "2606:4700::1111", "2a00:1450::1",
                             "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::"})
        EXPECT_TRUE(isPublic(text)) << text;
    sockaddr local{};
    local.sa_family = AF_UNIX;
    EXPECT_FALSE(isPublicAddress(local));
}

}  // namespace
}  // namespace crmdav
