#include <atomic>

#include "tests/server/wire.h"

namespace crmdav::wire {
namespace {

using namespace testing;

/// A request whose bytes leave doubts must be refused, end its connection, and never reach a handler.
struct Trap {
    const char* name;
    std::string bytes;
    int status;
};

std::string get(std::string_view target, std::string_view headers = "") {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n" + std::string(headers) + "\r\n";
}
std::string put(std::string_view headers, std::string_view body) {
    return "PUT /x HTTP/1.1\r\nHost: h\r\n" + std::string(headers) + "\r\n" + std::string(body);
}
/// What a smuggled second request would look like.
const std::string second = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";

class Refused : public TestWithParam<Trap> {};

TEST_P(Refused, AndTheConnectionEnds) {
    static std::atomic<int> handled{0};
    static const Served server([](const Request&) {
        ++handled;
        return Response(200, "text/plain", "handled");
    });
    const auto answer = server.exchange(GetParam().bytes);
    EXPECT_EQ(statusOf(answer), GetParam().status) << answer;
    EXPECT_THAT(answer, HasSubstr("Connection: close"));
    EXPECT_THAT(answer, Not(HasSubstr("handled")));
    EXPECT_EQ(handled, 0);
}

const Trap traps[] = {
    {"ContentLengthBesideChunked", put("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + second),
     400},
    {"GzipChunked", put("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501},
    {"ChunkedTwice", put("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 501},
    {"ChunkedIdentity", put("Transfer-Encoding: identity\r\n", ""), 501},
    {"ChunkedIn10", "PUT /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"ContentLengthTwice", put("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
    {"ContentLengthList", put("Content-Length: 5, 5\r\n", "hello"), 400},
    {"ContentLengthLetters", put("Content-Length: abc\r\n", "hello"), 400},
    {"ContentLengthNegative", put("Content-Length: -3\r\n", ""), 400},
    {"ContentLengthPlus", put("Content-Length: +3\r\n", "abc"), 400},
    {"ContentLengthThousands", put("Content-Length: 1,0\r\n", "0123456789"), 400},
    {"ContentLengthEmpty", put("Content-Length:\r\n", ""), 400},
    {"ContentLengthHuge", put("Content-Length: 99999999999999999999\r\n", ""), 400},
    {"BodyTooLarge", put("Content-Length: 99999999999\r\n", ""), 413},
    {"BodyShorterThanSaid", put("Content-Length: 10\r\n", "hello"), 400},
    {"ChunkedCutOff", put("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n"), 400},
    {"ChunkedCutInChunk", put("Transfer-Encoding: chunked\r\n", "5\r\nhel"), 400},
    {"ChunkSizeNotHex", put("Transfer-Encoding: chunked\r\n", "5x\r\nhello\r\n0\r\n\r\n"), 400},
    {"ChunkSizeEmpty", put("Transfer-Encoding: chunked\r\n", "\r\nhello\r\n0\r\n\r\n"), 400},
    {"ChunkSizeOverflow", put("Transfer-Encoding: chunked\r\n", "10000000000000005\r\nhello\r\n0\r\n\r\n"), 400},
    {"ChunkTooLarge", put("Transfer-Encoding: chunked\r\n", "ffffffff\r\n"), 413},
    {"ChunkLongerThanSaid", put("Transfer-Encoding: chunked\r\n", "3\r\nhello\r\n0\r\n\r\n"), 400},
    {"ChunkBareLineFeed", put("Transfer-Encoding: chunked\r\n", "5\nhello\r\n0\r\n\r\n"), 400},
    {"HeaderWithControl", get("/x", "X-A: a\x01b\r\n"), 400},
    {"HeaderWithNul", get("/x", std::string("X-A: a\0b\r\n", 10)), 400},
    {"HeaderWithBareCr", get("/x", "X-A: a\rX-Evil: 1\r\n"), 400},
    {"HeaderWithBareLf", get("/x", "X-A: a\nX-Evil: 1\r\n"), 400},
    {"HeaderWithoutColon", get("/x", "just words\r\n"), 400},
    {"BlankBeforeColon", get("/x", "Content-Length : 5\r\n"), 400},
    {"FoldedHeader", get("/x", "X-A: a\r\n b\r\n"), 400},
    {"EmptyHeaderName", get("/x", ": a\r\n"), 400},
    {"NoHost", "GET /x HTTP/1.1\r\n\r\n", 400},
    {"HostTwice", "GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
    {"HostWithSlash", "GET /x HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
    {"HostWithQuote", "GET /x HTTP/1.1\r\nHost: a\"b\r\n\r\n", 400},
    {"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    {"Http20", "GET /x HTTP/2.0\r\nHost: h\r\n\r\n", 505},
    {"Http12", "GET /x HTTP/1.2\r\nHost: h\r\n\r\n", 505},
    {"Http09", "GET /x\r\n\r\n", 400},
    {"TwoBlanks", "GET  /x HTTP/1.1\r\nHost: h\r\n\r\n", 400},
    {"StrangeMethod", "G{T /x HTTP/1.1\r\nHost: h\r\n\r\n", 400},
    {"AuthorityForm", "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
    {"StarForGet", "GET * HTTP/1.1\r\nHost: h\r\n\r\n", 400},
    {"DotDot", get("/a/../b"), 400},
    {"EscapedDotDot", get("/a/%2e%2E/b"), 400},
    {"Dot", get("/a/./b"), 400},
    {"EscapedSlash", get("/a%2Fb"), 400},
    {"EscapedNul", get("/a%00b"), 400},
    {"EscapedLineBreak", get("/a%0d%0ab"), 400},
    {"EscapeCutOff", get("/a%4"), 400},
    {"EscapeNotHex", get("/a%zz"), 400},
    {"NotUtf8", get("/a%ff"), 400},
    {"OverlongUtf8", get("/a%c0%af"), 400},
    {"Surrogate", get("/a%ed%a0%80"), 400},
    {"TwoSlashesFirst", get("//evil.example/x"), 400},
    {"QuoteInTarget", get("/a\"b"), 400},
    {"Backslash", get("/\\evil.example"), 400},
    {"Fragment", get("/a#b"), 400},
    {"QueryWithControl", get("/a?b=%01"), 400},
    {"UnknownExpectation", get("/x", "Expect: the-unexpected\r\n"), 417},
    {"HundredHeaders",
     get("/x",
         [] {
             std::string headers;
             for (int i = 0; i < 101; ++i) headers += "X-" + std::to_string(i) + ": a\r\n";
             return headers;
         }()),
     431},
    {"HeadTooLarge", get("/x", "X-A: " + std::string(40'000, 'a') + "\r\n"), 431},
    {"TargetTooLong", get("/" + std::string(17'000, 'a')), 414},
};
INSTANTIATE_TEST_SUITE_P(Framing, Refused, ValuesIn(traps), [](const auto& test) { return test.param.name; });

/// Right requests in unusual dress are taken.
struct Fine {
    const char* name;
    std::string bytes;
    std::string seen;  ///< what the handler makes of it
};
class Taken : public TestWithParam<Fine> {};

TEST_P(Taken, AsTheHandlerSeesIt) {
    static const Served server([](const Request& request) {
        std::string seen = request.method;
        for (const auto& segment : request.path) seen += " [" + segment + "]";
        for (const auto& [name, value] : request.query) seen += " " + name + "=" + value;
        return Response(200, "text/plain", seen + (request.slash ? " /" : "") + " <" + request.body + ">");
    });
    const auto answer = server.exchange(GetParam().bytes);
    EXPECT_EQ(statusOf(answer), 200) << answer;
    EXPECT_EQ(bodyOf(answer), GetParam().seen);
}

const Fine fine[] = {
    {"PropfindWithoutBody", "PROPFIND /dav/ HTTP/1.1\r\nHost: h\r\n\r\n", "PROPFIND [dav] / <>"},
    {"AbsoluteForm", "GET http://elsewhere:81/a/b?c=d HTTP/1.1\r\nHost: h\r\n\r\n", "GET [a] [b] c=d <>"},
    {"AbsoluteFormWithoutPath", "OPTIONS http://elsewhere HTTP/1.1\r\nHost: h\r\n\r\n", "OPTIONS / <>"},
    {"OptionsStar", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "OPTIONS <>"},
    {"Http10WithoutHost", "GET /a HTTP/1.0\r\n\r\n", "GET [a] <>"},
    {"EscapedUtf8", get("/%C3%A4%20%25/"), "GET [\xC3\xA4 %] / <>"},
    {"EscapedOnce", get("/%252e%252e"), "GET [%2e%2e] <>"},
    {"QueryWithPlus", get("/a?b=c+d%26e&f"), "GET [a] b=c d&e f= <>"},
    {"EmptyLineFirst", "\r\n" + get("/a"), "GET [a] <>"},
    {"ChunkedBody", put("Transfer-Encoding: chunked\r\n", "5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nX-Trailer: z\r\n\r\n"),
     "PUT [x] <hello world>"},
    {"EncodedWordStaysText", get("/a", "X-A: =?utf-8?q?a=0D=0AX-Evil:_1?=\r\n"), "GET [a] <>"},
    {"NoLengthNoBody", "PUT /x HTTP/1.1\r\nHost: h\r\n\r\n", "PUT [x] <>"},
};
INSTANTIATE_TEST_SUITE_P(Framing, Taken, ValuesIn(fine), [](const auto& test) { return test.param.name; });

TEST(Framing, PipelinedRequestsAreAnsweredInOrder) {
    const Served server(
        [](const Request& request) { return Response(200, "text/plain", "<" + request.path[0] + request.body + ">"); });
    const auto answer =
        server.exchange(get("/one") + put("Content-Length: 3\r\n", "abc") + get("/three", "Connection: close\r\n"));
    EXPECT_LT(answer.find("<one>"), answer.find("<xabc>"));
    EXPECT_LT(answer.find("<xabc>"), answer.find("<three>"));
}

TEST(Framing, ExpectIsAnsweredOnlyWhenTheBodyIsWelcome) {
    const Served server([](const Request& request) { return Response(200, "text/plain", request.body); });
    const auto welcome = server.connect();
    welcome.send(put("Content-Length: 5\r\nExpect: 100-continue\r\n", ""));
    EXPECT_EQ(welcome.until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    welcome.send("hello");
    EXPECT_THAT(welcome.until("hello"), HasSubstr("200 OK"));
    const auto tooLarge = server.connect();
    tooLarge.send(put("Content-Length: 999999999\r\nExpect: 100-continue\r\n", ""));
    EXPECT_EQ(statusOf(tooLarge.all()), 413);
}

}  // namespace
}  // namespace crmdav::wire
