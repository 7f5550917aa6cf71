#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "server/http/message.h"
#include "server/http/spool.h"

namespace crmdav {

/// How a particular request wants to be answered.
struct AnswerStyle {
    bool head = false;      ///< HEAD: no body
    bool chunks = true;     ///< HTTP/1.1: a body of unknown length goes in chunks, else to the end of the connection
    bool keepAlive = true;  ///< what the connection would like; answers of unknown length in HTTP/1.0 end it
    bool gzip = false;      ///< the client accepts it
    std::size_t gzipFrom = 1024;  ///< smallest body worth compressing; 0: never
};

/// What became of an answer.
struct Answered {
    int status = 0;
    std::uint64_t bytes = 0;  ///< of the whole answer, head included
    bool keepAlive = true;
};

/// Writes answers as bytes: a small one whole and in one piece, a streamed one in pieces of about 64 KB, which don't
/// wait for a slow client but go to the spool.
/// Only text is compressed, and nothing that carries an ETag: a strong ETag names the bytes sent (D26).
class AnswerWriter {
public:
    AnswerWriter(Outlet& client, SpoolRoom& room) : client_(client), room_(room) {}

    /// @param onError makes the answer out of an exception of `response.stream` before its first 64 KB
    Answered write(Response& response, const AnswerStyle& style, std::string_view requestId,
                   const std::function<Response(std::exception_ptr)>& onError);

private:
    Answered writeWhole(Response& response, const AnswerStyle& style, std::string_view requestId);

    Outlet& client_;
    SpoolRoom& room_;
    std::string out_;  ///< kept from answer to answer
};

/// Does Accept-Encoding allow gzip (RFC 9110 §12.5.3)?
bool acceptsGzip(std::string_view acceptEncoding) noexcept;

}  // namespace crmdav
