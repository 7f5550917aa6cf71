#include <zlib.h>

#include <array>
#include <vector>

#include "server/demo/demo.h"

/// PNG (ISO 15948) with a palette: ground, its lighter half, letters.
namespace crmdav::demo {
namespace {

constexpr int size = 96, scale = 6, glyphWidth = 5, glyphHeight = 7;

/// A to Z, five columns in seven rows; the highest of the five bits is the left one.
constexpr std::array<std::array<unsigned char, 7>, 26> glyphs = {{
    {14, 17, 17, 31, 17, 17, 17}, {30, 17, 17, 30, 17, 17, 30}, {14, 17, 16, 16, 16, 17, 14},
    {30, 17, 17, 17, 17, 17, 30}, {31, 16, 16, 30, 16, 16, 31}, {31, 16, 16, 30, 16, 16, 16},
    {14, 17, 16, 23, 17, 17, 14}, {17, 17, 17, 31, 17, 17, 17}, {14, 4, 4, 4, 4, 4, 14},
    {7, 2, 2, 2, 2, 18, 12},      {17, 18, 20, 24, 20, 18, 17}, {16, 16, 16, 16, 16, 16, 31},
    {17, 27, 21, 21, 17, 17, 17}, {17, 25, 21, 19, 17, 17, 17}, {14, 17, 17, 17, 17, 17, 14},
    {30, 17, 17, 30, 16, 16, 16}, {14, 17, 17, 17, 21, 18, 13}, {30, 17, 17, 30, 20, 18, 17},
    {15, 16, 16, 14, 1, 1, 30},   {31, 4, 4, 4, 4, 4, 4},       {17, 17, 17, 17, 17, 17, 14},
    {17, 17, 17, 17, 17, 10, 4},  {17, 17, 17, 21, 21, 21, 10}, {17, 17, 10, 4, 10, 17, 17},
    {17, 17, 10, 4, 4, 4, 4},     {31, 1, 2, 4, 8, 16, 31},
}};

constexpr std::array<std::array<unsigned char, 3>, 12> grounds = {{
    {0x1f, 0x6f, 0x8b},
    {0x8e, 0x3b, 0x46},
    {0x3c, 0x6e, 0x47},
    {0x5b, 0x4b, 0x8a},
    {0xb0, 0x6a, 0x1e},
    {0x2f, 0x4f, 0x7f},
    {0x7a, 0x5c, 0x3e},
    {0x00, 0x7f, 0x73},
    {0xa0, 0x3c, 0x78},
    {0x4a, 0x5a, 0x2a},
    {0x6b, 0x2d, 0x5c},
    {0x35, 0x5c, 0x7d},
}};

void appendNumber(std::string& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}

void appendChunk(std::string& out, std::string_view type, std::string_view data) {
    appendNumber(out, static_cast<std::uint32_t>(data.size()));
    const std::size_t start = out.size();
    out.append(type).append(data);
    const auto* covered = reinterpret_cast<const Bytef*>(out.data() + start);
    appendNumber(out, static_cast<std::uint32_t>(crc32(0, covered, static_cast<uInt>(out.size() - start))));
}

/// Is the point inside of one of the letters?
bool isLetter(std::string_view initials, int x, int y) {
    const int count = static_cast<int>(initials.size());
    const int width = (count * (glyphWidth + 1) - 1) * scale, left = (size - width) / 2;
    const int top = (size - glyphHeight * scale) / 2;
    if (x < left || x >= left + width || y < top || y >= top + glyphHeight * scale) return false;
    const int column = (x - left) / scale, letter = column / (glyphWidth + 1), bit = column % (glyphWidth + 1);
    const char c = initials[static_cast<std::size_t>(letter)];
    if (bit == glyphWidth || c < 'A' || c > 'Z') return false;
    return glyphs[static_cast<std::size_t>(c - 'A')][static_cast<std::size_t>((y - top) / scale)] >> (4 - bit) & 1;
}

/// Two bits a point, a filter byte before each row.
std::string pixels(std::string_view initials) {
    std::string rows;
    for (int y = 0; y < size; ++y) {
        rows += '\0';
        for (int x = 0; x < size; x += 4) {
            unsigned packed = 0;
            for (int i = 0; i < 4; ++i)
                packed = packed << 2 | (isLetter(initials, x + i, y) ? 2u : x + i < y ? 1u : 0u);
            rows += static_cast<char>(packed);
        }
    }
    uLongf length = compressBound(static_cast<uLong>(rows.size()));
    std::string packed(length, '\0');
    compress2(reinterpret_cast<Bytef*>(packed.data()), &length, reinterpret_cast<const Bytef*>(rows.data()),
              static_cast<uLong>(rows.size()), 9);
    packed.resize(length);
    return packed;
}

std::string palette(std::size_t colour) {
    std::string colours;
    for (const unsigned char c : grounds[colour % grounds.size()]) colours += static_cast<char>(c);
    for (const unsigned char c : grounds[colour % grounds.size()]) colours += static_cast<char>(c + (255 - c) / 6);
    return colours + "\xff\xff\xff";
}

}  // namespace

std::string avatar(std::string_view initials, std::size_t colour) {
    std::string png = "\x89PNG\r\n\x1a\n", header;
    appendNumber(header, size);
    appendNumber(header, size);
    header += std::string("\2\3\0\0\0", 5);  // two bits, palette
    appendChunk(png, "IHDR", header);
    appendChunk(png, "PLTE", palette(colour));
    appendChunk(png, "IDAT", pixels(initials));
    appendChunk(png, "IEND", {});
    return png;
}

}  // namespace crmdav::demo
