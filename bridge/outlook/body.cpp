#include "bridge/outlook/body.h"

#include "bridge/html_text.h"
#include "bridge/outlook/values.h"

namespace crmdav::outlook {
namespace {

const std::string rule(20, '_');

/// Where the service's part begins; npos: there is none.
std::size_t servicePart(const Json& event, const std::string& html) {
    if (!trueAt(event, "isOnlineMeeting")) return std::string::npos;
    const auto line = html.find(rule);
    if (line == std::string::npos) return line;
    const auto block = html.rfind("<div", line);
    return block == std::string::npos ? line : block;
}

}  // namespace

std::string notesOf(const Json& event) {
    const Json& body = at(event, "body");
    const std::string content(textAt(body, "content"));
    const std::string own = content.substr(0, servicePart(event, content));
    return textAt(body, "contentType") == "text" ? normalText(own) : textOfHtml(own);
}

std::string bodyOf(const Json& event, const std::string& notes) {
    std::string html = htmlOfText(notes);
    const std::string content(textAt(event, {"body", "content"}));
    if (const auto part = servicePart(event, content); part != std::string::npos)
        html.replace(html.rfind("</body>"), std::string::npos, content.substr(part));
    JsonWriter out;
    out.beginObject().member("contentType", "html").member("content", html).endObject();
    return out.take();
}

}  // namespace crmdav::outlook
