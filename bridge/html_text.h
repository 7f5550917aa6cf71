#pragma once
#include <string>
#include <string_view>

/// Descriptions: plain text here, HTML at providers. What is compared is the text (rule C1); the HTML of a text that
/// didn't change stays as it is at the provider.
namespace crmdav {

/// LF line ends, no blanks at the ends of lines, at most one empty line in a row, none at both ends; no-break spaces
/// and tabs are spaces.
std::string normalText(std::string_view text);

/// What a person reads: blocks and <br> are lines, references are characters, <script>, <style>, <head> and comments
/// are nothing. Never fails: what is no HTML is text. The result is a normalText().
std::string textOfHtml(std::string_view html);

/// A document with this text. textOfHtml(htmlOfText(t)) == normalText(t).
std::string htmlOfText(std::string_view text);

}  // namespace crmdav
