#include "bridge/urls.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "protocol/dav/hrefs.h"
#include "protocol/text/text_values.h"

namespace crmdav {
namespace {

using Url = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

Url parsed(std::string_view text) {
    Url url(curl_url(), curl_url_cleanup);
    const bool good = curl_url_set(url.get(), CURLUPART_URL, std::string(text).c_str(), CURLU_URLENCODE) == CURLUE_OK;
    return good ? std::move(url) : Url(nullptr, curl_url_cleanup);
}

std::string part(const Url& url, CURLUPart which, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) return {};
    std::string copy(text);
    curl_free(text);
    return copy;
}

bool isHttp(const Url& url) {
    const std::string scheme = url ? part(url, CURLUPART_SCHEME) : std::string();
    return equalsIgnoreCase(scheme, "http") || equalsIgnoreCase(scheme, "https");
}

}  // namespace

std::string percentEncoded(std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                           (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' || byte == '~';
        if (plain)
            out += c;
        else
            out.append(1, '%').append(1, digits[byte >> 4U]).append(1, digits[byte & 15U]);
    }
    return out;
}

std::string formEncoded(const std::vector<std::pair<std::string, std::string>>& fields) {
    std::string out;
    for (const auto& [name, value] : fields) {
        if (!out.empty()) out += '&';
        out.append(percentEncoded(name)).append(1, '=').append(percentEncoded(value));
    }
    return out;
}

std::string resolveUrl(std::string_view base, std::string_view reference) {
    const Url url = parsed(base);
    if (!isHttp(url)) return {};
    if (curl_url_set(url.get(), CURLUPART_URL, std::string(reference).c_str(), CURLU_URLENCODE) != CURLUE_OK) return {};
    return isHttp(url) ? part(url, CURLUPART_URL) : std::string();
}

std::string canonicalUrl(std::string_view base, std::string_view reference) {
    const std::string url = resolveUrl(base, reference);
    const UrlOrigin origin = originOf(url);
    if (origin.host.empty()) return {};
    std::string out = origin.scheme + "://" + origin.host;
    if (origin.port != (origin.scheme == "https" ? 443 : 80)) out += ":" + std::to_string(origin.port);
    const std::string path = pathOf(url);
    for (std::size_t at = 0; at < path.size();) {
        const auto end = std::min(path.find('/', at), path.size());
        const std::string_view segment = std::string_view(path).substr(at, end - at);
        if (!segment.empty()) {
            const auto plain = decodePercent(segment);
            out += "/" + (plain ? percentEncoded(*plain) : std::string(segment));
        }
        at = end + 1;
    }
    if (path.ends_with('/')) out += '/';
    return out;
}

UrlOrigin originOf(std::string_view text) {
    const Url url = parsed(text);
    if (!isHttp(url)) return {};
    return {lowerAscii(part(url, CURLUPART_SCHEME)), lowerAscii(part(url, CURLUPART_HOST)),
            std::atoi(part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT).c_str())};
}

std::string pathOf(std::string_view text) {
    const Url url = parsed(text);
    return url ? part(url, CURLUPART_PATH) : std::string("/");
}

}  // namespace crmdav
