#include "bridge/html_text.h"

#include <random>

namespace crmdav {
namespace {

// Rule C1: the text is compared, so the same text must come from every spelling of it.
TEST(HtmlText, WhatAPersonReads) {
    struct Row {
        const char *html, *text;
    };
    const Row rows[] = {
        {"<html><body>a</body></html>", "a"},
        {"<html><head><style>p{}</style><title>t</title></head><body><p>a</p><p>b</p></body></html>", "a\n\nb"},
        {"<div>a</div><div>b</div>", "a\nb"},
        {"a<br>b<BR/>c", "a\nb\nc"},
        {"a\r\n  b", "a b"},
        {"&lt;x&gt; &amp;amp; &#65;&#x42; &unknown;", "<x> &amp; AB &unknown;"},
        {"a&nbsp;&nbsp;b&nbsp;", "a  b"},
        {"<pre>a\n  b</pre>c", "a\n  b\nc"},
        {"x<!-- <p>no</p> -->y", "xy"},
        {"1 < 2 and 3 > 2", "1 < 2 and 3 > 2"},
        {"<ul><li>a</li><li>b</li></ul>", "a\nb"},
        {"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"},
        {"<a href=\"https://x\">here</a>", "here"},
        {"<script>var a = '<p>';</script>b", "b"},
        {"", ""},
        {"<", "<"},
    };
    for (const Row& row : rows) EXPECT_EQ(textOfHtml(row.html), row.text) << row.html;
}

TEST(HtmlText, TextComesBackFromItsHtml) {
    std::mt19937 random(7);
    const std::string letters = "ab  \n\n\t<>&;\r";
    for (int round = 0; round < 2000; ++round) {
        std::string text;
        for (int i = 0; i < 30; ++i) text += letters[random() % letters.size()];
        EXPECT_EQ(textOfHtml(htmlOfText(text)), normalText(text)) << round;
        EXPECT_EQ(normalText(normalText(text)), normalText(text)) << round;
    }
}

TEST(HtmlText, NormalTextHasNoTrailingBlanks) {
    EXPECT_EQ(normalText("\r\n a \r\n\r\n\r\nb\xC2\xA0\n"), " a\n\nb");
    EXPECT_EQ(normalText("Grüße\tan\v alle "), "Grüße an alle");
}

}  // namespace
}  // namespace crmdav
