#include "bridge/json_values.h"
#include "tests/bridge/hostile_world.h"

/// A provider whose lists of changes lie: nothing is deleted or made twice, and when it behaves again all goes on. The
/// same for every provider and kind.
namespace crmdav {
namespace {

using namespace std::chrono;
using standins::Reply;
using standins::Request;
using testing::AnyOf;
using testing::HasSubstr;

class HostileLists : public HostileTest {};
FOR_ALL_PROVIDERS(HostileLists);

/// One page after the other, none of which is the last.
TEST_P(HostileLists, ListsThatDontEndAreLeft) {
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
TEST_P(HostileLists, DuplicatesAreOne) {
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
TEST_P(HostileLists, IdsThatCantBeKeptAreLeftOut) {
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
TEST_P(HostileLists, AnEmptyListingDeletesNothing) {
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

TEST_P(HostileLists, ItsClockMayBeADayOff) {
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
