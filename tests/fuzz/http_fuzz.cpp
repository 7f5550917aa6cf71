#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "server/config.h"
#include "server/http/chunked.h"
#include "server/http/forwarded.h"
#include "server/http/head.h"
#include "server/http/target.h"

/// Bytes as a client sends them: whatever is accepted must hold what message.h promises of a Request.
namespace {

using namespace crmdav;

void require(bool holds) {
    if (!holds) std::abort();
}

void readBody(const Head& head, std::string_view rest) {
    if (!head.chunked) return;
    // However the bytes are cut into pieces, the body is the same.
    const auto decode = [&](std::size_t piece) {
        ChunkedDecoder decoder(65'536);
        std::string body;
        try {
            for (std::size_t at = 0; at < rest.size() && !decoder.done();)
                at += decoder.feed(rest.substr(at, piece), body);
        } catch (const HttpError&) {
            return std::string("refused");
        }
        require(body.size() <= 65'536);
        return (decoder.done() ? "whole:" : "part:") + body;
    };
    require(decode(rest.size()) == decode(1));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    static const Config config =
        parseConfig("server.trustedProxies = loopback", "fuzz", [](const std::string&) { return std::nullopt; });
    try {
        const auto end = headEnd(bytes, 0);
        if (end == 0) return 0;
        const Head head = parseHead(bytes.substr(0, end));
        require(!(head.chunked && head.length) && isToken(head.method));
        for (const auto& [name, value] : head.headers)
            for (const unsigned char c : value) require((c >= 0x20 || c == '\t') && c != 0x7f);
        const Outside outside = seenFromOutside(config, head, "127.0.0.1", false);
        require(outside.basePath.empty() || (outside.basePath[0] == '/' && !outside.basePath.starts_with("//")));
        require(outside.origin.find_first_of("\"'<> \r\n") == std::string::npos);
        const Target target = parseTarget(head.target, outside.basePath);
        for (const auto& segment : target.path)
            require(!segment.empty() && segment != "." && segment != ".." && segment.find('/') == segment.npos &&
                    isCleanText(segment));
        readBody(head, bytes.substr(end));
    } catch (const HttpError& refused) {
        require(refused.status >= 400 && refused.status < 600);
    }
    return 0;
}
