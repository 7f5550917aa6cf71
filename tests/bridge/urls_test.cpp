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

// What servers write for one resource: relative or absolute, with or without port, escaped or not.
TEST(Urls, OneResourceHasOneSpelling) {
    const std::string at = "https://Dav.Example.com/";
    for (const char* href : {"/a@b/c%20d/", "https://dav.example.com:443/a%40b/c%20d/",
                             "HTTPS://DAV.example.com/a%40b//c d/", "/x/../a%40b/c%20d/?y"})
        EXPECT_EQ(canonicalUrl(at, href), "https://dav.example.com/a%40b/c%20d/") << href;
    EXPECT_EQ(canonicalUrl(at, "/a%2Fb/%ff%3a"), "https://dav.example.com/a%2Fb/%ff%3a") << "no UTF-8: as it is";
    EXPECT_EQ(canonicalUrl("http://h:8080", "x"), "http://h:8080/x");
    EXPECT_EQ(canonicalUrl("http://h", "mailto:a@b"), "");
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
