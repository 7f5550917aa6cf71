#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "server/http/head.h"

namespace crmdav {

/// Decodes a chunked body (RFC 9112 §7.1) as its bytes arrive. Whole only when done(): a body that is cut off is never
/// taken for a complete one. Trailers are checked and dropped.
class ChunkedDecoder {
public:
    /// @param limit most bytes of body
    explicit ChunkedDecoder(std::size_t limit) : limit_(limit) {}

    /// Appends what `bytes` hold of the body to `body`. @returns bytes used: all, or fewer at the end of the body
    /// @throws HttpError 400 malformed, 413 over the limit
    std::size_t feed(std::string_view bytes, std::string& body);
    bool done() const noexcept { return state_ == State::done; }

private:
    enum class State { size, data, dataEnd, trailer, done };
    bool takeLine(std::string_view& rest);
    void readSize(std::size_t soFar);

    const std::size_t limit_;
    State state_ = State::size;
    std::string line_;        ///< a size or trailer line, as far as it came
    std::uint64_t left_ = 0;  ///< of the current chunk
    std::size_t trailerBytes_ = 0;
};

}  // namespace crmdav
