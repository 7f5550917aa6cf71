#include "protocol/dav/xml.h"

#include "protocol/dav/names.h"

using namespace crmdav;
using ::testing::HasSubstr;

namespace {

int statusOf(std::string_view bytes, const XmlLimits& limits = {}) {
    try {
        XmlDocument::parse(bytes, limits);
        return 200;
    } catch (const DavError& error) {
        return error.status();
    }
}

/// The first property of a DAV:prop, serialised, read again and serialised again.
std::string keptTwice(std::string_view bytes) {
    const auto first = XmlDocument::parse(bytes);
    const std::string kept = serialise(*first.root().firstElement());
    const auto second = XmlDocument::parse(kept);
    EXPECT_EQ(serialise(second.root()), kept);
    return kept;
}

}  // namespace

TEST(Xml, NamesTextsAndAttributesAreRead) {
    const auto document = XmlDocument::parse(
        "<?xml version='1.0'?>\n<D:propfind xmlns:D='DAV:' xmlns:x='urn:x'>\n"
        "  <D:prop a='1' x:a='2'> one &amp; <![CDATA[<two>]]>&#13;<x:y/>three </D:prop></D:propfind>");
    const Xml& root = document.root();
    EXPECT_EQ(root.name(), dav::propfind);
    const Xml* prop = root.child(dav::prop);
    ASSERT_TRUE(prop);
    EXPECT_EQ(prop->text(), " one & <two>\rthree ");
    EXPECT_EQ(prop->trimmed(), "one & <two>\rthree");
    EXPECT_EQ(prop->attribute("a"), "1");
    EXPECT_EQ(prop->attribute("b"), std::nullopt);
    ASSERT_EQ(prop->attributes().size(), 2U);
    EXPECT_EQ(prop->attributes()[1].name, (QName{"urn:x", "a"}));
    EXPECT_EQ(prop->firstElement()->name(), (QName{"urn:x", "y"}));
    EXPECT_FALSE(prop->nextElement());
    EXPECT_FALSE(root.child(dav::allprop));
}

TEST(Xml, EncodingsWithMarkAreRead) {
    const std::string utf16("\xff\xfe<\0a\0/\0>\0", 10);
    EXPECT_EQ(XmlDocument::parse(utf16).root().name().name, "a");
    EXPECT_EQ(XmlDocument::parse("\xef\xbb\xbf<a>\xc3\xa4</a>").root().text(), "ä");
    EXPECT_EQ(XmlDocument::parse("<?xml version='1.0' encoding='iso-8859-1'?><a>\xe4</a>").root().text(), "ä");
}

TEST(Xml, WhatIsNoSoundXmlIs400) {
    const std::string_view bodies[] = {
        "",
        "   ",
        "<a>",
        "<a></b>",
        "<a/>junk",
        "<D:a/>",
        "<a>\x01</a>",
        "<a>&#1;</a>",
        "<a>\xff</a>",
        "<a>&unknown;</a>",
        "<a x='1' x='2'/>",
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        "<!DOCTYPE a SYSTEM 'http://example.com/x.dtd'><a/>",
    };
    for (const auto body : bodies) EXPECT_EQ(statusOf(body), 400) << body;
    EXPECT_EQ(statusOf(std::string_view("<a>\0</a>", 8)), 400);
}

TEST(Xml, LimitsAre400) {
    const auto nested = [](std::size_t depth) {
        std::string text;
        for (std::size_t i = 0; i < depth; ++i) text += "<a>";
        for (std::size_t i = 0; i < depth; ++i) text += "</a>";
        return text;
    };
    EXPECT_EQ(statusOf(nested(64)), 200);
    EXPECT_EQ(statusOf(nested(65)), 400);
    EXPECT_EQ(statusOf("<a><b/><b/></a>", {.elements = 2}), 400);
    EXPECT_EQ(statusOf("<a><b/><b/></a>", {.elements = 3}), 200);
    EXPECT_EQ(statusOf("<a b='' c=''/>", {.attributes = 1}), 400);
    EXPECT_EQ(statusOf("<a/>", {.bytes = 3}), 400);
}

TEST(XmlSerialise, KeepsWhatAPropertyHolds) {
    // RFC 4918 §4.3: namespaces, attributes, xml:lang, mixed content, order
    EXPECT_EQ(keptTwice("<D:prop xmlns:D='DAV:' xmlns:Z='urn:z'><Z:a Z:b='1' c=\"&quot;2'\" xml:lang='de'>x "
                        "<D:b>y</D:b> z<q xmlns='urn:q'><r/><s xmlns=''/></q></Z:a></D:prop>"),
              "<Z:a Z:b='1' c='&quot;2&#39;' xml:lang='de' xmlns:Z='urn:z'>x <D:b xmlns:D='DAV:'>y</D:b> "
              "z<q xmlns='urn:q'><r/><s xmlns=''/></q></Z:a>");
}

TEST(XmlSerialise, ElementWithoutNamespaceStaysWithout) {
    EXPECT_EQ(keptTwice("<D:prop xmlns:D='DAV:'><a/></D:prop>"), "<a xmlns=''/>");
}

TEST(XmlSerialise, OnePrefixOfTwoNamespacesIsDeclaredAnew) {
    EXPECT_EQ(keptTwice("<p><x:a xmlns:x='urn:1'><x:b xmlns:x='urn:2'/><x:c/></x:a></p>"),
              "<x:a xmlns:x='urn:1'><x:b xmlns:x='urn:2'/><x:c/></x:a>");
}

TEST(XmlSerialise, WhiteSpaceAndLineEndsSurvive) {
    EXPECT_EQ(keptTwice("<p><a b='1&#10;2&#9;3'>\n x&#13;\n </a></p>"),
              "<a b='1&#10;2&#9;3' xmlns=''>\n x&#13;\n </a>");
}

TEST(XmlSerialise, LanguageAroundIsWrittenUnlessItHasItsOwn) {
    const auto document = XmlDocument::parse("<p><a>1</a><b xml:lang='fr'>2</b></p>");
    const Xml* a = document.root().firstElement();
    EXPECT_EQ(serialise(*a, "en"), "<a xml:lang='en' xmlns=''>1</a>");
    EXPECT_EQ(serialise(*a->nextElement(), "en"), "<b xml:lang='fr' xmlns=''>2</b>");
}

TEST(XmlSerialise, BothQuotesInAnAttributeSurvive) {
    EXPECT_EQ(keptTwice("<p><a b=\"it's &quot;so&quot;\"/></p>"), "<a b='it&#39;s &quot;so&quot;' xmlns=''/>");
}

TEST(XmlWriter, KnownNamespacesHavePrefixesOthersAreDeclaredInPlace) {
    std::string out;
    XmlWriter(out)
        .open(dav::prop)
        .element(dav::displayname, "a<b>&\"c\"\r\n\x01")
        .empty(caldav::comp, {{"name", "V\"1\n"}})
        .element({"urn:x&y", "z"}, "1")
        .open(cs::getctag)
        .text("2")
        .close(cs::getctag)
        .elementRaw(dav::owner, "<D:href>/</D:href>")
        .href("/a%20b/")
        .close(dav::prop);
    EXPECT_EQ(out,
              "<D:prop><D:displayname>a&lt;b&gt;&amp;&quot;c&quot;&#13;\n</D:displayname>"
              "<C:comp name=\"V&quot;1&#10;\"/><z xmlns=\"urn:x&amp;y\">1</z><CS:getctag>2</CS:getctag>"
              "<D:owner><D:href>/</D:href></D:owner><D:href>/a%20b/</D:href></D:prop>");
}

TEST(XmlWriter, WhatXmlCannotHoldIsLeftOutOrReplaced) {
    std::string out;
    appendEscaped(out,
                  "a\x01\x0b\x1f"
                  "b\tc\x7f\xef\xbf\xbe\xef\xbf\xbf\xef\xbb\xbf\xf0\x9f\x98\x80");
    EXPECT_EQ(out, "ab\tc\x7f\xef\xbf\xbd\xef\xbf\xbd\xef\xbb\xbf\xf0\x9f\x98\x80");
    EXPECT_EQ(XmlDocument::parse("<a>" + out + "</a>").root().text(), out);
}

TEST(ErrorBody, NamesTheConditionAndWhatIsInside) {
    // RFC 4918 §16, RFC 4791 §5.3.2.1
    const DavError error(403, "UID <1> is taken", caldav::no_uid_conflict, "<D:href>/dav/1.ics</D:href>");
    const auto document = XmlDocument::parse(errorBody(error));
    EXPECT_EQ(document.root().name(), dav::error);
    const Xml* condition = document.root().child(caldav::no_uid_conflict);
    ASSERT_TRUE(condition);
    EXPECT_EQ(condition->child(dav::href)->text(), "/dav/1.ics");
    EXPECT_EQ(document.root().child(dav::responsedescription)->text(), "UID <1> is taken");
    EXPECT_THAT(errorBody(DavError(403, "x", dav::valid_sync_token)), HasSubstr("<D:valid-sync-token/>"));
    EXPECT_EQ(errorBody(DavError(404, "nothing here")), "");
}
