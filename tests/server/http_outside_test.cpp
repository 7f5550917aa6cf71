#include "server/http/forwarded.h"
#include "server/http/target.h"

namespace crmdav {
namespace {

using namespace testing;

Head headWith(std::vector<std::pair<std::string, std::string>> headers) {
    Head head;
    head.host = "inside:8080";
    head.headers = std::move(headers);
    return head;
}
Config trusting(const char* network) {
    Config config;
    config.trustedProxies.add(network);
    return config;
}

TEST(Outside, ForwardedHeadersOfAnybodyElseCountForNothing) {  // D18
    const auto head = headWith({{"x-forwarded-for", "1.2.3.4"},
                                {"x-forwarded-proto", "https"},
                                {"x-forwarded-host", "evil"},
                                {"x-forwarded-prefix", "/p"}});
    const auto seen = seenFromOutside(trusting("10.0.0.0/8"), head, "192.168.0.1", false);
    EXPECT_EQ(seen.client, "192.168.0.1");
    EXPECT_EQ(seen.origin, "http://inside:8080");
    EXPECT_EQ(seen.basePath, "");
}

TEST(Outside, TrustedProxyIsBelieved) {
    const auto head = headWith({{"x-forwarded-for", "6.6.6.6, 1.2.3.4, 10.0.0.7"},
                                {"x-forwarded-proto", "https"},
                                {"x-forwarded-host", "crm.example"},
                                {"x-forwarded-prefix", "/crm/dav/"}});
    const auto seen = seenFromOutside(trusting("10.0.0.0/8"), head, "10.1.1.1", false);
    EXPECT_EQ(seen.client, "1.2.3.4");  // 6.6.6.6 is what that client made up
    EXPECT_EQ(seen.origin, "https://crm.example");
    EXPECT_EQ(seen.basePath, "/crm/dav");
    EXPECT_TRUE(seen.secure);
}

TEST(Outside, PublicUrlBeatsWhatTheRequestSays) {
    Config config;
    config.publicOrigin = "https://crm.example";
    config.basePath = "/dav-here";
    const auto seen = seenFromOutside(config, headWith({}), "10.1.1.1", false);
    EXPECT_EQ(seen.origin, "https://crm.example");
    EXPECT_EQ(seen.basePath, "/dav-here");
}

TEST(Outside, RefusesHeaderInjectionByATrustedProxy) {
    EXPECT_THROW(seenFromOutside(trusting("loopback"), headWith({{"x-forwarded-host", "a\"b"}}), "127.0.0.1", false),
                 HttpError);
    EXPECT_THROW(
        seenFromOutside(trusting("loopback"), headWith({{"x-forwarded-prefix", "//evil"}}), "127.0.0.1", false),
        HttpError);
}

struct Prefixed {
    const char *target, *basePath, *rest;
};
TEST(Target, BasePathIsCutOffWhereTheProxyDidnt) {  // D18
    for (const auto& [target, basePath, rest] :
         {Prefixed{"/crm/dav/x", "/crm", "/dav/x"}, Prefixed{"/dav/x", "/crm", "/dav/x"}, Prefixed{"/crm", "/crm", "/"},
          Prefixed{"/crm?a=b", "/crm", "/?a=b"}, Prefixed{"/crmx/dav", "/crm", "/crmx/dav"},
          Prefixed{"/dav/", "", "/dav/"}})
        EXPECT_EQ(parseTarget(target, basePath).text, rest) << target;
}

TEST(Target, EmptySegmentsMeanNothing) {  // but never first: http_framing_test
    const Target target = parseTarget("/dav//calendars///anna//", "");
    EXPECT_THAT(target.path, ElementsAre("dav", "calendars", "anna"));
    EXPECT_TRUE(target.slash);
    EXPECT_THROW(parseTarget("/crm//evil.example/", "/crm"), HttpError);
}

TEST(Target, BasePathsAreCleaned) {
    EXPECT_EQ(cleanBasePath(""), "");
    EXPECT_EQ(cleanBasePath("/"), "");
    EXPECT_EQ(cleanBasePath("/crm/dav/"), "/crm/dav");
    for (const char* bad : {"crm", "//evil", "/a\"b", "/a b", "/../x"})
        EXPECT_EQ(cleanBasePath(bad), std::nullopt) << bad;
}

TEST(Networks, ContainWhatTheyName) {
    Networks nets;
    nets.add("10.1.0.0/20");
    nets.add("fd00::/8");
    nets.add("192.168.7.7");
    for (const char* inside : {"10.1.0.1", "10.1.15.255", "::ffff:10.1.2.3", "fd12::1", "192.168.7.7"})
        EXPECT_TRUE(nets.contains(inside)) << inside;
    for (const char* outside : {"10.1.16.0", "fe80::1", "192.168.7.8", "", "unknown"})
        EXPECT_FALSE(nets.contains(outside)) << outside;
    for (const char* bad : {"10.0.0.0/33", "10.0.0", "x", "10.0.0.0/", "1.2.3.4/-1"})
        EXPECT_THROW(nets.add(bad), std::invalid_argument) << bad;
}

}  // namespace
}  // namespace crmdav
