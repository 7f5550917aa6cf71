#include <zlib.h>

#include <fstream>

#include "tests/bridge/hostile_world.h"
#include "tests/support/sanitized.h"

/// A provider that wants to crash, fill or mislead us can't: whatever it answers, nothing is deleted or made twice, and
/// when it behaves again all goes on. The same for every provider and kind.
namespace crmdav {
namespace {

using namespace std::chrono;
using standins::Reply;
using standins::Request;
using testing::AnyOf;

std::string gzipBomb() {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string plain(1U << 20U, ' '), out(2U << 20U, '\0');
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    for (int i = 0; i < 1024; ++i) {  // a gigabyte
        stream.next_in = reinterpret_cast<Bytef*>(plain.data());
        stream.avail_in = static_cast<uInt>(plain.size());
        deflate(&stream, i == 1023 ? Z_FINISH : Z_NO_FLUSH);
    }
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    all.reserve(text.size() * times);
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

double peakMegabytes() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024;
    return 0;
}

class HostileAnswers : public HostileTest {};
FOR_ALL_PROVIDERS(HostileAnswers);

TEST_P(HostileAnswers, Nonsense) {
    const Reply answers[] = {
        {.status = 200, .body = "<html><body>Sign in to the hotel's network</body></html>", .type = "text/html"},
        {.status = 200, .body = ""},
        {.status = 200, .body = "{\"items\":[{\"id\":"},
        {.status = 200, .body = "{}"},
        {.status = 200, .body = "[]"},
        {.status = 200, .body = "null"},
        {.status = 200, .body = R"({"items":"text","value":7,"connections":{"a":1}})"},
        {.status = 200, .body = std::string("{\"items\":\"\xff\xfe\0\"}", 15)},
        {.status = 207, .body = "<D:multistatus xmlns:D='DAV:'><D:response>", .type = "text/xml"},
        {.status = 207, .body = "{}", .type = "application/json"},
        {.status = 207, .body = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", .type = "image/png"},
        {.status = 204},
        {.status = 304},
        {.status = 418, .body = "teapot"},
        {.status = 600, .body = "?"},
        {.status = 200, .body = "cut off", .type = "text/plain", .headers = {}, .wire = Reply::Wire::cut},
        {.status = 200, .body = "", .type = "text/plain", .headers = {}, .wire = Reply::Wire::lost},
        {.status = 503, .body = "", .type = "text/plain", .headers = {{"Retry-After", "99999999999999999999"}}},
        {.status = 503,
         .body = "",
         .type = "text/plain",
         .headers = {{"Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT"}}},
    };
    for (const Reply& answer : answers) {
        const auto before = records();
        front->turn(always(answer));
        for (int i = 0; i < 2; ++i) run();
        EXPECT_EQ(records(), before) << answer.status << answer.body;
        front->turnGood();
        const auto side = *store->sync().side(account, kind);
        EXPECT_LE(side.nextTry.value_or(now), now + hours(25)) << answer.status;
    }
    EXPECT_EQ(aftermath(), "");
}

TEST_P(HostileAnswers, NothingFillsTheMemory) {
    const std::string deep = speaksJson() ? repeated("[", 1U << 20U) : repeated("<a>", 1U << 20U);
    const std::string wide = speaksJson() ? "{\"value\":[" + repeated("0,", 4'000'000) + "0]}"
                                          : "<a>" + repeated("<b/>", 4'000'000) + "</a>";
    const std::string lol = "<!DOCTYPE l [<!ENTITY a 'lollollollol'><!ENTITY b '" + repeated("&a;", 1000) +
                            "'><!ENTITY c '" + repeated("&b;", 1000) + "'>]><l>" + repeated("&c;", 1000) + "</l>";
    const int ok = speaksJson() ? 200 : 207;
    const Reply answers[] = {
        {.status = ok, .body = "{", .type = "text/xml", .headers = {}, .wire = Reply::Wire::whole, .blanks = 1U << 30U},
        {.status = ok, .body = gzipBomb(), .type = "text/xml", .headers = {{"Content-Encoding", "gzip"}}},
        {.status = ok, .body = deep, .type = "text/xml"},
        {.status = ok, .body = wide, .type = "text/xml"},
        {.status = ok, .body = lol, .type = "text/xml"},
        {.status = ok, .body = "{}", .type = "text/xml", .headers = {{"X-Long", std::string(1U << 20U, 'x')}}},
    };
    std::ofstream("/proc/self/clear_refs") << "5";
    const double before = peakMegabytes();
    const auto titles = records();
    for (const Reply& answer : answers) {
        front->turn(always(answer));
        EXPECT_THAT(run().status, AnyOf(SyncStatus::failing, SyncStatus::reconnect));
        EXPECT_EQ(records(), titles);
    }
    if (!isSanitized()) {
        EXPECT_LT(peakMegabytes() - before, 150) << "MB";
    }
    EXPECT_EQ(aftermath(), "");
}

TEST_P(HostileAnswers, RedirectsLeadNowhere) {
    std::atomic<int> inside = 0;
    const standins::HttpHost inner([&](const Request&) {
        ++inside;
        return Reply{};
    });
    const std::string elsewhere =
        "http://localhost.localdomain:" + inner.url().substr(inner.url().rfind(':') + 1) + "/";
    for (const int status : {301, 302, 303, 307, 308}) {
        front->turn([&](const Request& request) {  // in circles
            return Reply{status, "", "text/plain", {{"Location", front->url() + request.path}}};
        });
        run();
        EXPECT_LT(front->asked(), 100);
        front->turn(always({status, "", "text/plain", {{"Location", elsewhere}}}));
        run();
    }
    EXPECT_EQ(inside, 0) << "nobody else gets the login";
    EXPECT_EQ(aftermath(), "");
}

TEST_P(HostileAnswers, InnerAddressesAreNotAsked) {
    limits.inner = false;
    EXPECT_EQ(run().status, SyncStatus::failing);
    limits.inner = true;
    EXPECT_EQ(aftermath(), "");
}

TEST_P(HostileAnswers, SlowAnswersEnd) {  // slow loris
    limits.all = milliseconds(300);
    front->turn(always({.status = 200,
                        .body = std::string(1000, ' '),
                        .type = "text/xml",
                        .headers = {},
                        .wire = Reply::Wire::whole,
                        .blanks = 0,
                        .pause = milliseconds(20)}));
    const auto begun = steady_clock::now();
    EXPECT_EQ(run().status, SyncStatus::failing);
    EXPECT_LT(steady_clock::now() - begun, seconds(10));
    limits.all = seconds(60);
    EXPECT_EQ(aftermath(), "");
}

}  // namespace
}  // namespace crmdav
