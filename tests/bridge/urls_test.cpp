#include "bridge/urls.h"

#include <gtest/gtest.h>

namespace crmdav {
namespace {

// RFC 3986 §5: what servers answer as hrefs and Location.
TEST(Urls, ReferencesAreResolvedAgainstWhereTheyWereFound) {
    const std::string base = "https://dav.example.com/a/b/";
    EXPECT_EQ(resolveUrl(base, "/x%40y/"), "https://dav.example.com/x%40y/");
    EXPECT_EQ(resolveUrl(base, "c.ics"), "https://dav.example.com/a/b/c.ics");
    EXPECT_EQ(resolveUrl(base, "https://p62.example.com:443/1/"), "https://p62.example.com:443/1/");
    EXPECT_EQ(resolveUrl(base, "file:///etc/passwd"), "");
    EXPECT_EQ(resolveUrl("gopher://x/", "/y"), "");
}

TEST(Urls, TheOriginHasItsPort) {
    EXPECT_EQ(originOf("HTTPS://Dav.Example.com/x"), (UrlOrigin{"https", "dav.example.com", 443}));
    EXPECT_EQ(originOf("http://127.0.0.1:8080"), (UrlOrigin{"http", "127.0.0.1", 8080}));
    EXPECT_EQ(originOf("mailto:a@b").host, "");
    EXPECT_EQ(pathOf("https://h/a%20b?x=1"), "/a%20b");
    EXPECT_EQ(pathOf("https://h"), "/");
}

TEST(Urls, FormsArePercentEncoded) { EXPECT_EQ(formEncoded({{"a b", "1&2"}, {"c", "ü~"}}), "a%20b=1%262&c=%C3%BC~"); }

}  // namespace
}  // namespace crmdav
