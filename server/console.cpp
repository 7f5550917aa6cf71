#include "server/console.h"

#include <algorithm>
#include <map>

#include "protocol/text/digest.h"
#include "server/console_assets.h"
#include "server/http/answer.h"
#include "server/http/errors.h"
#include "server/http/gzip.h"

namespace crmdav {
namespace {

/// Nothing but our own files, no script or style within a page, no text that becomes markup, in nobody's frame.
constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

std::string_view typeOf(std::string_view path) {
    constexpr std::pair<std::string_view, std::string_view> types[] = {
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".svg", "image/svg+xml"},
    };
    for (const auto& [ending, type] : types)
        if (path.ends_with(ending)) return type;
    return "application/octet-stream";
}

std::string packed(std::string_view bytes) {
    std::string out;
    Gzip gzip;
    gzip.add(bytes, out);
    gzip.finish(out);
    return out;
}

/// As it is sent: compressed once, for all.
struct File {
    std::string_view type, plain;
    std::string zipped;
};

struct Files {
    std::string version;
    std::map<std::string_view, std::string> pages;  ///< those in HTML, with the version in them
    std::map<std::string_view, File> byPath;

    Files() {
        std::string all;
        for (const ConsoleAsset& asset : consoleAssets()) {
            all.append(asset.path).append("\n").append(sha256(std::string(asset.bytes)));
            if (asset.path.ends_with(".html"))
                pages[asset.path] = asset.bytes;
            else
                byPath[asset.path] = {typeOf(asset.path), asset.bytes, packed(asset.bytes)};
        }
        version = hexOf(sha256(all)).substr(0, 12);
        constexpr std::string_view place = "{version}";
        for (auto& [path, page] : pages)
            for (auto at = page.find(place); at != page.npos; at = page.find(place, at))
                page.replace(at, place.size(), version);
    }
};

const Files& files() {
    static const Files all;
    return all;
}

Response guarded(Response response) {
    return std::move(response.with("X-Content-Type-Options", "nosniff")
                         .with("Cross-Origin-Resource-Policy", "same-origin")
                         .with("Referrer-Policy", "same-origin"));
}

Response underPolicy(Response response) {
    return guarded(std::move(response.with("Content-Security-Policy", std::string(policy))
                                 .with("X-Frame-Options", "DENY")
                                 .with("Cross-Origin-Opener-Policy", "same-origin")
                                 .with("Permissions-Policy", "camera=(), microphone=(), geolocation=()")));
}

Response thePage(std::string_view name) {
    return underPolicy(
        std::move(Response(200, "text/html; charset=utf-8", files().pages.at(name)).with("Cache-Control", "no-cache")));
}

Response theFile(const Request& request, const File& file) {
    const bool zip = acceptsGzip(request.header("accept-encoding")) && file.zipped.size() < file.plain.size();
    Response response(200, std::string(file.type), zip ? file.zipped : std::string(file.plain));
    response.with("Cache-Control", "public, max-age=31536000, immutable").with("Vary", "Accept-Encoding");
    if (zip) response.with("Content-Encoding", "gzip");
    return guarded(std::move(response));
}

}  // namespace

Response serveBookingPage() { return thePage("book.html"); }

std::string htmlText(std::string_view text) {
    std::string escaped;
    for (const char c : text) switch (c) {
            case '&': escaped += "&amp;"; break;
            case '<': escaped += "&lt;"; break;
            case '>': escaped += "&gt;"; break;
            case '"': escaped += "&quot;"; break;
            default: escaped += c;
        }
    return escaped;
}

Response consoleLike(const Request& request, int status, std::string_view title, std::string_view body,
                     std::string_view module) {
    const std::string folder = htmlText(request.basePath) + "/console/" + files().version + "/";
    std::string page =
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n<title>";
    page.append(htmlText(title)).append("</title>\n<link rel=\"icon\" href=\"").append(folder);
    page.append("logo.svg\" type=\"image/svg+xml\">\n<link rel=\"stylesheet\" href=\"").append(folder);
    page.append("bootstrap.min.css\">\n<link rel=\"stylesheet\" href=\"").append(folder);
    page.append("app.css\">\n<script src=\"").append(folder).append("theme.js\"></script>\n");
    page.append("<script type=\"module\" src=\"")
        .append(folder)
        .append(module)
        .append("\"></script>\n</head>\n<body>\n");
    page.append(body).append("\n</body>\n</html>\n");
    return underPolicy(
        std::move(Response(status, "text/html; charset=utf-8", std::move(page)).with("Cache-Control", "no-store")));
}

Response serveConsole(const Request& request) {
    if (request.method != "GET" && request.method != "HEAD")
        return plainAnswer(405, "The console is only read here.").with("Allow", "GET, HEAD");
    const auto& path = request.path;
    if (path.size() == 1)
        return request.slash
                   ? thePage("index.html")
                   : plainAnswer(301, "The console is at /console/.").with("Location", request.basePath + "/console/");
    if (path[1] != files().version) return plainAnswer(404, "There is no such file, or not any more: reload the page.");
    std::string name;
    for (std::size_t i = 2; i < path.size(); ++i) name.append(i == 2 ? "" : "/").append(path[i]);
    const auto found = files().byPath.find(name);
    if (found == files().byPath.end()) return plainAnswer(404, "There is no such file.");
    return theFile(request, found->second);
}

}  // namespace crmdav
