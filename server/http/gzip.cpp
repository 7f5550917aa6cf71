#include "server/http/gzip.h"

#include <zlib.h>

#include <new>

namespace crmdav {

struct Gzip::State {
    z_stream stream{};
};

Gzip::Gzip() : state_(std::make_unique<State>()) {
    constexpr int gzipWindow = 15 + 16;
    if (deflateInit2(&state_->stream, Z_BEST_SPEED, Z_DEFLATED, gzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::bad_alloc();
}

Gzip::~Gzip() { deflateEnd(&state_->stream); }

void Gzip::run(std::string_view bytes, std::string& out, int flush) {
    z_stream& stream = state_->stream;
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib only reads it
    stream.avail_in = static_cast<uInt>(bytes.size());
    do {
        char piece[16'384];
        stream.next_out = reinterpret_cast<Bytef*>(piece);
        stream.avail_out = sizeof piece;
        deflate(&stream, flush);
        out.append(piece, sizeof piece - stream.avail_out);
    } while (stream.avail_out == 0);
}

void Gzip::add(std::string_view bytes, std::string& out) {
    constexpr std::size_t most = 1u << 30;
    for (; bytes.size() > most; bytes.remove_prefix(most)) run(bytes.substr(0, most), out, Z_NO_FLUSH);
    if (!bytes.empty()) run(bytes, out, Z_NO_FLUSH);
}

void Gzip::finish(std::string& out) { run({}, out, Z_FINISH); }

}  // namespace crmdav
