#include "server/http/chunked.h"

#include <algorithm>
#include <charconv>

namespace crmdav {
namespace {
constexpr std::size_t maxLine = 1'024, maxTrailer = 8'192;
}

/// Collects up to CR LF; true when the line is whole (without its end).
bool ChunkedDecoder::takeLine(std::string_view& rest) {
    const auto end = rest.find('\n');
    const auto part = rest.substr(0, end == rest.npos ? rest.size() : end + 1);
    if (line_.size() + part.size() > maxLine) throw HttpError(400, "line too long in a chunked body");
    line_ += part;
    rest.remove_prefix(part.size());
    if (end == rest.npos || !line_.ends_with('\n')) return false;
    if (!line_.ends_with("\r\n")) throw HttpError(400, "bare line feed in a chunked body");
    line_.resize(line_.size() - 2);
    if (std::any_of(line_.begin(), line_.end(), [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; }))
        throw HttpError(400, "control character in a chunked body");
    return true;
}

void ChunkedDecoder::readSize(std::size_t soFar) {
    const char* begin = line_.data();
    const char* end = begin + std::min(line_.find(';'), line_.size());  // extensions are ignored (§7.1.1)
    const auto [used, error] = std::from_chars(begin, end, left_, 16);
    if (begin == end || error != std::errc{} || used != end) throw HttpError(400, "malformed chunk size");
    if (left_ > limit_ - std::min(soFar, limit_)) throw HttpError(413, "body too large");
    line_.clear();
    state_ = left_ == 0 ? State::trailer : State::data;
}

std::size_t ChunkedDecoder::feed(std::string_view bytes, std::string& body) {
    std::string_view rest = bytes;
    while (!rest.empty() && state_ != State::done) {
        if (state_ == State::data) {
            const auto part = rest.substr(0, std::min<std::uint64_t>(left_, rest.size()));
            body += part;
            left_ -= part.size();
            rest.remove_prefix(part.size());
            if (left_ == 0) state_ = State::dataEnd;
            continue;
        }
        if (!takeLine(rest)) break;
        if (state_ == State::size) {
            readSize(body.size());
        } else if (state_ == State::dataEnd) {
            if (!line_.empty()) throw HttpError(400, "chunk longer than its size");
            state_ = State::size;
        } else if (line_.empty()) {
            state_ = State::done;
        } else {
            if ((trailerBytes_ += line_.size()) > maxTrailer) throw HttpError(431, "trailers too large");
            line_.clear();
        }
    }
    return bytes.size() - rest.size();
}

}  // namespace crmdav
