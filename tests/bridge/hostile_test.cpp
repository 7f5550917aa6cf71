#include <zlib.h>

#include <fstream>

#include "bridge/json_values.h"
#include "tests/bridge/hostile_world.h"

/// A provider that wants to crash, fill or mislead us can't: whatever it answers, nothing is deleted or made twice, and
/// when it behaves again all goes on. The same for every provider and kind.
namespace crmdav {
namespace {

using namespace std::chrono;
using standins::Reply;
using standins::Request;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;

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

struct Case {
    const char* provider;
    SyncKind kind;
};

class Hostile : public testing::TestWithParam<Case>, protected HostileWorld {
protected:
    Hostile() : HostileWorld(GetParam().provider, GetParam().kind) {}

    /// Two runs against it; what was here is as it was, and after them all is well.
    RunResult survive(Front::Evil evil, Front::Twist twist = {}) {
        const auto before = records();
        front->turn(std::move(evil), std::move(twist));
        run();
        RunResult result = run();
        EXPECT_EQ(records(), before);
        EXPECT_NE(store->sync().side(account, kind)->status, SyncStatus::syncing);
        EXPECT_EQ(aftermath(), "");
        return result;
    }
    static Front::Evil always(Reply reply) {
        return [reply = std::move(reply)](const Request&) { return reply; };
    }
    Front::Evil toLists(Reply reply) {
        return [this, reply = std::move(reply)](const Request& request) {
            return victim->isList(request) ? std::optional(reply) : std::nullopt;
        };
    }
    bool speaksJson() const { return std::string_view(GetParam().provider) != "dav"; }
};

INSTANTIATE_TEST_SUITE_P(Providers, Hostile,
                         testing::Values(Case{"google", SyncKind::calendar}, Case{"google", SyncKind::contacts},
                                         Case{"outlook", SyncKind::calendar}, Case{"outlook", SyncKind::contacts},
                                         Case{"dav", SyncKind::calendar}, Case{"dav", SyncKind::contacts}),
                         [](const auto& one) {
                             return one.param.provider +
                                    std::string(one.param.kind == SyncKind::calendar ? "Events" : "Contacts");
                         });

TEST_P(Hostile, Nonsense) {
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

TEST_P(Hostile, NothingFillsTheMemory) {
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
#if !defined(__SANITIZE_ADDRESS__)
    EXPECT_LT(peakMegabytes() - before, 150) << "MB";
#else
    (void)before;
#endif
    EXPECT_EQ(aftermath(), "");
}

TEST_P(Hostile, RedirectsLeadNowhere) {
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

TEST_P(Hostile, InnerAddressesAreNotAsked) {
    limits.inner = false;
    EXPECT_EQ(run().status, SyncStatus::failing);
    limits.inner = true;
    EXPECT_EQ(aftermath(), "");
}

TEST_P(Hostile, SlowAnswersEnd) {  // slow loris
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

/// One page after the other, none of which is the last.
TEST_P(Hostile, ListsThatDontEndAreLeft) {
    const auto endless = [&](bool same) {
        auto pages = std::make_shared<std::atomic<int>>(0);
        return [this, pages, same](const Request& request) -> std::optional<Reply> {
            if (!victim->isList(request)) return std::nullopt;
            const std::string n = same ? "1" : std::to_string(++*pages);
            if (speaksJson())
                return Reply{200, R"({"items":[],"connections":[],"value":[],"nextPageToken":")" + n +
                                      R"(","@odata.nextLink":")" + front->url() + "/v1.0/me/delta?$skiptoken=" + n +
                                      "\"}"};
            return Reply{
                207,
                "<multistatus xmlns='DAV:'><response><href>" + request.path +
                    "</href><status>HTTP/1.1 507 Insufficient Storage</status></response><sync-token>http://x/" + n +
                    "</sync-token></multistatus>",
                "text/xml"};
        };
    };
    for (const bool same : {true, false}) {
        const RunResult result = survive(endless(same));
        EXPECT_EQ(result.status, SyncStatus::failing) << result.cause;
        EXPECT_THAT(result.cause, AnyOf(HasSubstr("circles"), HasSubstr("no end"), HasSubstr("refuses"),
                                        HasSubstr("doesn't"), HasSubstr("repeats")));
    }
}

/// Each record comes twice in a page.
TEST_P(Hostile, DuplicatesAreOne) {
    store->sync().keepCollections({account, kind}, {});  // everything is listed again
    survive({}, [this](const Request& request, Reply& reply) {
        if (!victim->isList(request) || reply.status / 100 != 2) return;
        if (!speaksJson()) {
            const auto first = reply.body.find("<D:response"), last = reply.body.rfind("</D:response>");
            if (first == std::string::npos || last == std::string::npos) return;
            reply.body.insert(last + 13, reply.body.substr(first, last + 13 - first));
            return;
        }
        Json json = parseJson(reply.body, pageLimits);
        for (const char* name : {"items", "connections", "value"})
            for (auto& [member, value] : json.object)
                if (member == name) {
                    const auto once = value.array;
                    value.array.insert(value.array.end(), once.begin(), once.end());
                }
        reply.body = toText(json);
    });
}

/// Ids that no table and no address can hold.
TEST_P(Hostile, IdsThatCantBeKeptAreLeftOut) {
    const std::string large(1U << 20U, 'i');
    for (const std::string& id : {large, std::string("a\\u0000b"), std::string("a\\nb"), std::string()}) {
        const std::string item =
            kind == SyncKind::calendar
                ? R"({"id":")" + id + R"(","etag":"\"1\"","@odata.etag":"1","iCalUID":")" + id +
                      R"(","summary":"Bad","subject":"Bad","status":"confirmed","start":{"dateTime":"2099-01-01T10:00:00Z","timeZone":"UTC"},"end":{"dateTime":"2099-01-01T11:00:00Z","timeZone":"UTC"}})"
                : R"({"id":")" + id + R"(","resourceName":")" + id + R"(","etag":"1","@odata.etag":"1"})";
        const std::string href = id.starts_with("a\\") ? "a&#1;b" : id;
        front->turn([&](const Request& request) -> std::optional<Reply> {
            if (!victim->isList(request)) return std::nullopt;
            if (speaksJson())
                return Reply{200, R"({"items":[)" + item + R"(],"connections":[)" + item + R"(],"value":[)" + item +
                                      R"(],"nextSyncToken":"s","@odata.deltaLink":")" + front->url() +
                                      "/v1.0/me/delta?$deltatoken=1\"}"};
            return Reply{207,
                         "<multistatus xmlns='DAV:'><response><href>" + request.path + href +
                             "</href><propstat><prop><getetag>\"1\"</getetag></prop><status>HTTP/1.1 200 OK</status>"
                             "</propstat></response><sync-token>http://x/1</sync-token></multistatus>",
                         "text/xml"};
        });
        for (int i = 0; i < 2; ++i) run();
        for (const std::string& title : records()) EXPECT_THAT(title, HasSubstr("Record")) << id.substr(0, 10);
        front->turnGood();
    }
    EXPECT_EQ(aftermath(), "");
}

/// An empty listing, and every question answered with "there is no such thing" at first: the brake stands (G6), or what
/// is asked for is still there.
TEST_P(Hostile, AnEmptyListingDeletesNothing) {
    store->sync().keepCollections({account, kind}, {});
    const auto before = records();
    front->turn(toLists(
        speaksJson()
            ? Reply{200, R"({"items":[],"connections":[],"value":[],"nextSyncToken":"s","@odata.deltaLink":")" +
                             front->url() + "/v1.0/me/delta?$deltatoken=1\"}"}
            : Reply{207, "<multistatus xmlns='DAV:'><sync-token>http://x/1</sync-token></multistatus>", "text/xml"}));
    for (int i = 0; i < 2; ++i) run();
    EXPECT_EQ(records(), before);
    EXPECT_EQ(aftermath(), "");
}

TEST_P(Hostile, ItsClockMayBeADayOff) {
    for (const int off : {-1, 1}) {
        const auto date = "Fri, " + std::to_string(15 + off) + " Jan 2027 10:00:00 GMT";
        survive({}, [date](const Request&, Reply& reply) { reply.headers.emplace_back("Date", date); });
    }
    front->turn(always(
        {.status = 503,
         .body = "",
         .type = "text/plain",
         .headers = {{"Date", "Fri, 15 Jan 2027 10:00:00 GMT"}, {"Retry-After", "Fri, 15 Jan 2027 11:00:00 GMT"}}}));
    const RunResult result = run();
    EXPECT_EQ(result.after, seconds(3600)) << "by its own clock";
    EXPECT_EQ(aftermath(), "");
}

}  // namespace
}  // namespace crmdav
