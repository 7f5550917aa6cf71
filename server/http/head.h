#pragma once
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The head of an HTTP/1 request, strictly (RFC 9112): what could be read in two ways is refused, because a proxy in
/// front may read it the other way (request smuggling). Pure functions over bytes.
namespace crmdav {

/// A request that can't be trusted to end where it seems to: answered with `status`, then the connection is closed.
struct HttpError : std::runtime_error {
    HttpError(int code, const std::string& why) : std::runtime_error(why), status(code) {}
    int status;
};

struct Head {
    std::string method;  ///< a token of at most 32 characters
    std::string target;  ///< origin form ("/path?query") or "*"; scheme and host of the absolute form are cut off
    std::string host;    ///< of the absolute form, else the Host header; a checked host[:port], or empty in 1.0
    int minor = 1;       ///< HTTP/1.minor
    std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
    std::optional<std::uint64_t> length;                       ///< Content-Length
    bool chunked = false;
    bool keepAlive = true;
    bool expectContinue = false;
};

constexpr std::size_t maxHeadBytes = 32'768;
constexpr std::size_t maxHeaders = 100;

/// Bytes up to and including the empty line that ends the head; 0: not there yet.
/// @param from where the last look ended
/// @throws HttpError 431 when the head is larger than maxHeadBytes
std::size_t headEnd(std::string_view bytes, std::size_t from);

/// @param bytes the head with its empty line
/// @throws HttpError 400, 405, 431, 501 or 505
Head parseHead(std::string_view bytes);

/// host[:port] without anything that could end up in a header or an address: letters, digits, ".-_[]:".
bool isHost(std::string_view text) noexcept;
bool isToken(std::string_view text) noexcept;

}  // namespace crmdav
