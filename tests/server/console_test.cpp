#include "server/console.h"

#include "server/http/target.h"

namespace crmdav {
namespace {

using namespace testing;

Request asking(const std::string& target, bool zip = false) {
    Request request;
    request.method = "GET";
    const auto taken = parseTarget(target, "");
    request.target = taken.text;
    request.path = taken.path;
    request.slash = taken.slash;
    request.basePath = "/crm";
    if (zip) request.headers.emplace_back("accept-encoding", "br, gzip");
    return request;
}
std::string header(const Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers)
        if (key == name) return value;
    return {};
}
/// The version that the page names.
std::string version() {
    const std::string page = serveConsole(asking("/console/")).body;
    const auto at = page.find("href=\"") + 6;
    return page.substr(at, page.find('/', at) - at);
}

TEST(Console, PageIsUnderAPolicyThatLetsNothingInAndIsInNobodysFrame) {
    const auto page = serveConsole(asking("/console/"));
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(header(page, "Cache-Control"), "no-cache");
    EXPECT_EQ(header(page, "X-Frame-Options"), "DENY");
    EXPECT_THAT(header(page, "Content-Security-Policy"),
                AllOf(HasSubstr("default-src 'none'"), HasSubstr("frame-ancestors 'none'"),
                      HasSubstr("require-trusted-types-for 'script'"), Not(HasSubstr("unsafe"))));
    EXPECT_THAT(page.body, Not(HasSubstr("{version}")));
    EXPECT_EQ(header(serveConsole(asking("/console")), "Location"), "/crm/console/");
}

TEST(Console, FilesAreKeptForEverUnderTheirVersion) {
    const std::string folder = "/console/" + version() + "/";
    for (const char* name : {"app.js", "lib/api.js", "app.css", "bootstrap.min.css", "icons.svg", "texts/de.js"}) {
        const auto file = serveConsole(asking(folder + name));
        EXPECT_EQ(file.status, 200) << name;
        EXPECT_THAT(header(file, "Cache-Control"), HasSubstr("immutable"));
        EXPECT_EQ(header(file, "X-Content-Type-Options"), "nosniff");
    }
    EXPECT_EQ(header(serveConsole(asking(folder + "app.js")), "Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(serveConsole(asking("/console/older/app.js")).status, 404);
    EXPECT_EQ(serveConsole(asking(folder + "index.html")).status, 404) << "only where its version is fresh";
    EXPECT_EQ(serveConsole(asking(folder + "CMakeLists.txt")).status, 404);
}

TEST(Console, FilesAreCompressedOnceForThoseWhoTakeIt) {
    const std::string file = "/console/" + version() + "/bootstrap.min.css";
    const auto plain = serveConsole(asking(file)), zipped = serveConsole(asking(file, true));
    EXPECT_EQ(header(zipped, "Content-Encoding"), "gzip");
    EXPECT_EQ(header(plain, "Content-Encoding"), "");
    EXPECT_LT(zipped.body.size() * 3, plain.body.size());
    EXPECT_EQ(header(zipped, "Vary"), "Accept-Encoding");
}

TEST(Console, IsOnlyRead) {
    auto request = asking("/console/");
    request.method = "POST";
    EXPECT_EQ(serveConsole(request).status, 405);
}

}  // namespace
}  // namespace crmdav
