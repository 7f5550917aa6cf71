#include "server/http/answer.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <optional>

#include "server/http/errors.h"
#include "server/http/gzip.h"
#include "server/http/live.h"

namespace crmdav {
namespace {

constexpr std::size_t pieceBytes = 65'536;

/// "Date: Sun, 06 Nov 1994 08:49:37 GMT", made once a second and thread.
std::string_view dateLine() {
    thread_local std::time_t made = 0;
    thread_local char text[48];
    thread_local std::size_t length = 0;
    const auto now = std::time(nullptr);
    if (now != made) {
        std::tm utc{};
        gmtime_r(&now, &utc);
        length = std::strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
        made = now;
    }
    return {text, length};
}

void appendNumber(std::string& out, std::uint64_t number) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append(digits, end);
}

bool is(std::string_view a, std::string_view lowerCase) {
    return a.size() == lowerCase.size() && std::equal(a.begin(), a.end(), lowerCase.begin(), [](char x, char y) {
               return (x >= 'A' && x <= 'Z' ? x | 0x20 : x) == y;
           });
}

bool isText(std::string_view type) {
    return type.starts_with("text/") || type.find("xml") != type.npos || type.find("json") != type.npos;
}

/// Compression would change what a strong ETag names, and help nothing with pictures.
bool compressible(const Response& response, const AnswerStyle& style) {
    if (!style.gzip || style.gzipFrom == 0 || isLive(response)) return false;
    bool text = false;
    for (const auto& [name, value] : response.headers) {
        if ((is(name, "etag") && value.starts_with('"')) || is(name, "content-encoding") || is(name, "content-range"))
            return false;
        if (is(name, "content-type")) text = isText(value);
    }
    return text;
}

bool bodyless(int status) { return status < 200 || status == 204 || status == 304; }

/// Header values come from handlers, and those may have put a name of a client's making into them.
void appendHeader(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ");
    const auto bad = [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; };
    if (std::none_of(value.begin(), value.end(), bad)) {
        out.append(value);
    } else {
        for (const char c : value)
            if (!bad(static_cast<unsigned char>(c))) out += c;
    }
    out += "\r\n";
}

void appendHead(std::string& out, const Response& response, const AnswerStyle& style, std::string_view requestId,
                bool keepAlive) {
    out += "HTTP/1.1 ";
    appendNumber(out, static_cast<std::uint64_t>(response.status));
    out.append(" ").append(reasonOf(response.status)).append("\r\n");
    out += dateLine();
    out += "Server: crmdav\r\n";
    appendHeader(out, "X-Request-Id", requestId);
    if (!keepAlive) out += "Connection: close\r\n";
    if (keepAlive && !style.chunks) out += "Connection: keep-alive\r\n";  // HTTP/1.0 closes unless told
    for (const auto& [name, value] : response.headers) appendHeader(out, name, value);
}

void appendLength(std::string& out, std::uint64_t length) {
    out += "Content-Length: ";
    appendNumber(out, length);
    out += "\r\n";
}

/// Collects a streamed body: up to one piece it may still become a whole answer, after that it goes out in pieces.
class StreamSink : public LiveSink {
public:
    StreamSink(Outgoing& out, std::function<void(std::string&)> head, bool chunks, bool gzip)
        : out_(out), head_(std::move(head)), chunks_(chunks), wantsGzip_(gzip) {
        collected_.reserve(pieceBytes / 8);
    }

    void write(std::string_view bytes) override {
        if (bytes.size() < pieceBytes) {
            collected_ += bytes;
            if (collected_.size() >= pieceBytes) sendCollected();
            return;
        }
        begin();
        sendCollected();
        for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), largePiece)))
            sendPiece(bytes.substr(0, largePiece));
    }

    void flush() override {
        sendCollected();
        out_.finish();
    }

    bool open() override { return out_.open(); }

    void finish() {
        sendCollected();
        if (gzip_) {
            packed_.clear();
            gzip_->finish(packed_);
            sendCounted(packed_);
        }
        if (chunks_) out_.write("0\r\n\r\n");
        for (auto* buffer : {&collected_, &piece_, &packed_}) std::string().swap(*buffer);
        gzip_.reset();
        out_.finish();
    }

    bool begun() const { return begun_; }
    std::string& collected() { return collected_; }

private:
    static constexpr std::size_t largePiece = 4 * pieceBytes;

    void begin() {
        if (std::exchange(begun_, true)) return;
        head_(piece_);
        if (wantsGzip_) gzip_ = std::make_unique<Gzip>();
    }

    void sendCollected() {
        if (collected_.empty()) return;
        begin();
        sendPiece(collected_);
        collected_.clear();
    }

    void sendPiece(std::string_view bytes) {
        if (!gzip_) return sendCounted(bytes);
        packed_.clear();
        gzip_->add(bytes, packed_);
        sendCounted(packed_);
    }

    /// In one write with the head, where it wasn't sent yet.
    void sendCounted(std::string_view body) {
        if (body.empty()) return;
        if (chunks_) {
            char size[20];
            piece_.append(size, std::to_chars(size, size + sizeof size, body.size(), 16).ptr).append("\r\n");
        }
        piece_ += body;
        if (chunks_) piece_ += "\r\n";
        out_.write(piece_);
        piece_.clear();
    }

    Outgoing& out_;
    std::function<void(std::string&)> head_;
    const bool chunks_, wantsGzip_;
    bool begun_ = false;
    std::string collected_, piece_, packed_;
    std::unique_ptr<Gzip> gzip_;
};

}  // namespace

bool acceptsGzip(std::string_view list) noexcept {
    const auto at = list.find("gzip");
    if (at == list.npos) return false;
    auto rest = list.substr(at + 4);
    rest = rest.substr(0, rest.find(','));
    const auto q = rest.find("q=");
    return q == rest.npos || rest.find_first_of("123456789", q) != rest.npos;
}

Answered AnswerWriter::writeWhole(Response& response, const AnswerStyle& style, std::string_view requestId) {
    out_.clear();
    std::optional<std::string> packed;
    const bool pack = compressible(response, style);
    if (pack && response.body.size() >= style.gzipFrom && !style.head) {
        Gzip gzip;
        gzip.add(response.body, packed.emplace());
        gzip.finish(*packed);
    }
    const std::string_view body = packed ? *packed : response.body;
    appendHead(out_, response, style, requestId, style.keepAlive);
    if (packed) out_ += "Content-Encoding: gzip\r\n";
    if (pack) out_ += "Vary: Accept-Encoding\r\n";
    if (!bodyless(response.status)) appendLength(out_, body.size());
    out_ += "\r\n";
    const bool sendsBody = !style.head && !bodyless(response.status);
    std::uint64_t bytes = out_.size();
    if (sendsBody && body.size() <= pieceBytes) {
        out_ += body;
        client_.send(out_);
        bytes = out_.size();
    } else if (sendsBody) {
        Outgoing out(client_, room_);
        out.write(out_);
        out.write(body);
        packed.reset();
        std::string().swap(response.body);
        response.held.reset();
        out.finish();
        bytes = out.bytes();
    } else {
        client_.send(out_);
    }
    if (out_.capacity() > 2 * pieceBytes) std::string().swap(out_);
    return {response.status, bytes, style.keepAlive};
}

Answered AnswerWriter::write(Response& response, const AnswerStyle& style, std::string_view requestId,
                             const std::function<Response(std::exception_ptr)>& onError) {
    if (!response.stream) return writeWhole(response, style, requestId);
    const bool keepAlive = style.keepAlive && style.chunks;
    const bool gzip = compressible(response, style);
    const auto head = [&](std::string& out) {
        appendHead(out, response, style, requestId, keepAlive);
        if (gzip) out += "Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n";
        out += style.chunks ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n";
    };
    if (style.head) {
        out_.clear();
        head(out_);
        client_.send(out_);
        return {response.status, out_.size(), keepAlive};
    }
    Outgoing out(client_, room_);
    StreamSink sink(out, head, style.chunks, gzip);
    try {
        response.stream(sink);
    } catch (...) {
        if (sink.begun()) throw;  // half an answer is out: only cutting the connection says so
        Response failure = onError(std::current_exception());
        return writeWhole(failure, style, requestId);
    }
    if (sink.begun()) {
        sink.finish();
        return {response.status, out.bytes(), keepAlive};
    }
    response.body = std::move(sink.collected());
    return writeWhole(response, style, requestId);
}

}  // namespace crmdav
