#include "protocol/dav/multistatus.h"

#include <algorithm>
#include <array>
#include <utility>

#include "protocol/dav/names.h"

namespace crmdav {

namespace {

constexpr std::size_t piece = 32 * 1024;

struct StatusText {
    int status;
    std::string_view line;
};
constexpr std::size_t lineHead = sizeof("HTTP/1.1 200 ") - 1;
constexpr StatusText statusTexts[] = {
    {200, "HTTP/1.1 200 OK"},
    {201, "HTTP/1.1 201 Created"},
    {202, "HTTP/1.1 202 Accepted"},
    {204, "HTTP/1.1 204 No Content"},
    {207, "HTTP/1.1 207 Multi-Status"},
    {301, "HTTP/1.1 301 Moved Permanently"},
    {302, "HTTP/1.1 302 Found"},
    {303, "HTTP/1.1 303 See Other"},
    {304, "HTTP/1.1 304 Not Modified"},
    {307, "HTTP/1.1 307 Temporary Redirect"},
    {308, "HTTP/1.1 308 Permanent Redirect"},
    {400, "HTTP/1.1 400 Bad Request"},
    {401, "HTTP/1.1 401 Unauthorized"},
    {403, "HTTP/1.1 403 Forbidden"},
    {404, "HTTP/1.1 404 Not Found"},
    {405, "HTTP/1.1 405 Method Not Allowed"},
    {406, "HTTP/1.1 406 Not Acceptable"},
    {408, "HTTP/1.1 408 Request Timeout"},
    {409, "HTTP/1.1 409 Conflict"},
    {410, "HTTP/1.1 410 Gone"},
    {411, "HTTP/1.1 411 Length Required"},
    {412, "HTTP/1.1 412 Precondition Failed"},
    {413, "HTTP/1.1 413 Payload Too Large"},
    {414, "HTTP/1.1 414 URI Too Long"},
    {415, "HTTP/1.1 415 Unsupported Media Type"},
    {422, "HTTP/1.1 422 Unprocessable Entity"},
    {423, "HTTP/1.1 423 Locked"},
    {424, "HTTP/1.1 424 Failed Dependency"},
    {428, "HTTP/1.1 428 Precondition Required"},
    {429, "HTTP/1.1 429 Too Many Requests"},
    {431, "HTTP/1.1 431 Request Header Fields Too Large"},
    {500, "HTTP/1.1 500 Internal Server Error"},
    {501, "HTTP/1.1 501 Not Implemented"},
    {502, "HTTP/1.1 502 Bad Gateway"},
    {503, "HTTP/1.1 503 Service Unavailable"},
    {504, "HTTP/1.1 504 Gateway Timeout"},
    {505, "HTTP/1.1 505 HTTP Version Not Supported"},
    {507, "HTTP/1.1 507 Insufficient Storage"},
    {508, "HTTP/1.1 508 Loop Detected"},
};

void appendStatus(std::string& out, int status) { ((out += "<D:status>") += statusLine(status)) += "</D:status>"; }

void appendError(std::string& out, const QName& condition) {
    if (condition.name.empty()) return;
    out += "<D:error>";
    XmlWriter(out).empty(condition);
    out += "</D:error>";
}

constexpr std::string_view propstatStart = "<D:propstat><D:prop>";
constexpr std::string_view okEnd = "</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>";

void appendFailures(std::string& out, const std::vector<PropFailure>& failures, bool minimal) {
    const auto sameStat = [](const PropFailure& a, const PropFailure& b) {
        return a.status == b.status && a.condition == b.condition;
    };
    for (auto first = failures.begin(); first != failures.end(); ++first) {
        if (minimal && first->status == 404) continue;
        const auto same = [&](const PropFailure& other) { return sameStat(*first, other); };
        if (std::any_of(failures.begin(), first, same)) continue;
        out += propstatStart;
        for (auto failure = first; failure != failures.end(); ++failure)
            if (same(*failure)) XmlWriter(out).empty(failure->name);
        out += "</D:prop>";
        appendStatus(out, first->status);
        appendError(out, first->condition);
        out += "</D:propstat>";
    }
}

bool anyShown(const std::vector<PropFailure>& failures, bool minimal) {
    return std::any_of(failures.begin(), failures.end(),
                       [&](const PropFailure& failure) { return !minimal || failure.status != 404; });
}

}  // namespace

std::string_view statusLine(int status) noexcept {
    const auto* found = std::lower_bound(std::begin(statusTexts), std::end(statusTexts), status,
                                         [](const StatusText& row, int wanted) { return row.status < wanted; });
    if (found != std::end(statusTexts) && found->status == status) return found->line;
    return "HTTP/1.1 500 Internal Server Error";
}

std::string_view reasonPhrase(int status) noexcept { return statusLine(status).substr(lineHead); }

void appendPropstats(std::string& out, std::string_view found, const std::vector<PropFailure>& failures, bool minimal) {
    if (!found.empty() || !anyShown(failures, minimal)) ((out += propstatStart) += found) += okEnd;
    appendFailures(out, failures, minimal);
}

Multistatus::Multistatus(Flush flush, bool minimal) : flush_(std::move(flush)), minimal_(minimal) {
    out_.reserve(piece + piece / 2);
    ((out_ += xmlDeclaration()) += "<D:multistatus") += rootNamespaces();
    out_ += '>';
}

XmlWriter Multistatus::begin(std::string_view href) {
    out_ += "<D:response><D:href>";
    appendEscaped(out_, href);
    out_ += "</D:href>";
    out_ += propstatStart;
    found_ = out_.size();
    return XmlWriter(out_);
}

void Multistatus::end() {
    if (out_.size() > found_ || !anyShown(failures_, minimal_))
        out_ += okEnd;
    else
        out_.resize(found_ - propstatStart.size());
    appendFailures(out_, failures_, minimal_);
    failures_.clear();
    out_ += "</D:response>\n";
    flushIfFull();
}

void Multistatus::status(std::string_view href, int status, const QName& condition, std::string_view text) {
    out_ += "<D:response><D:href>";
    appendEscaped(out_, href);
    out_ += "</D:href>";
    appendStatus(out_, status);
    appendError(out_, condition);
    if (!text.empty()) XmlWriter(out_).element(dav::responsedescription, text);
    out_ += "</D:response>\n";
    flushIfFull();
}

void Multistatus::syncToken(std::string_view token) { XmlWriter(out_).element(dav::sync_token, token); }

void Multistatus::description(std::string_view text) { XmlWriter(out_).element(dav::responsedescription, text); }

void Multistatus::finish() {
    out_ += "</D:multistatus>\n";
    flush_(out_);
    out_.clear();
}

void Multistatus::flushIfFull() {
    if (out_.size() < piece) return;
    flush_(out_);
    if (out_.capacity() > 8 * piece) std::string().swap(out_);  // after a photo
    out_.clear();
}

}  // namespace crmdav
