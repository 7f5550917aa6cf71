#include <algorithm>

#include "protocol/text/content_lines.h"
#include "protocol/text/legacy_text.h"

/// Files with several roots: cut at BEGIN and END, each part read on its own.
namespace crmdav {
namespace {

std::string_view lineAt(std::string_view bytes, std::size_t at) {
    return bytes.substr(at, std::min(bytes.find('\n', at), bytes.size() - 1) + 1 - at);
}

std::string_view withoutLineEnd(std::string_view line) {
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    return line;
}

/// Finds the next root component; keeps the count of lines as it goes.
class Cutter {
public:
    explicit Cutter(std::string_view bytes) : bytes_(bytes) {
        if (bytes_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    }

    /// @returns false at the end; else `piece` has its bytes, its line, and an error if it is no whole component
    bool next(Piece& piece) {
        while (at_ < bytes_.size() && withoutLineEnd(lineAt(bytes_, at_)).empty()) step();
        if (at_ >= bytes_.size()) return false;
        const std::size_t start = at_;
        piece.line = line_;
        piece.errorLine = line_;
        const std::string_view first = withoutLineEnd(lineAt(bytes_, at_));
        if (startsWithIgnoreCase(first, "BEGIN:")) {
            if (!skipComponent(first)) piece.error = "no END for " + std::string(first.substr(0, 80));
        } else {
            do step();
            while (at_ < bytes_.size() && !startsWithIgnoreCase(lineAt(bytes_, at_), "BEGIN:"));
            piece.error = "text outside of a component";
        }
        piece.bytes = bytes_.substr(start, at_ - start);
        return true;
    }

private:
    void step() {
        at_ += lineAt(bytes_, at_).size();
        ++line_;
    }

    /// A BEGIN like the first one within it means that its END is missing: the next piece begins there.
    bool skipComponent(std::string_view first) {
        std::size_t depth = 0;
        do {
            const auto line = lineAt(bytes_, at_);
            if (startsWithIgnoreCase(line, "BEGIN:")) {
                if (depth > 0 && equalsIgnoreCase(withoutLineEnd(line), first)) return false;
                ++depth;
            } else if (startsWithIgnoreCase(line, "END:")) {
                --depth;
            }
            step();
        } while (depth > 0 && at_ < bytes_.size());
        return depth == 0;
    }

    std::string_view bytes_;
    std::size_t at_ = 0, line_ = 1;
};

/// Files of old Macs: the first line ends with a CR alone.
std::optional<std::string> normaliseBareCr(std::string_view bytes) {
    const auto end = bytes.find_first_of("\r\n");
    if (end == std::string_view::npos || bytes[end] == '\n' || bytes.substr(end + 1).starts_with('\n'))
        return std::nullopt;
    std::string normal;
    normal.reserve(bytes.size());
    for (std::size_t i = 0; i < bytes.size(); ++i)
        if (bytes[i] != '\r')
            normal += bytes[i];
        else if (i + 1 == bytes.size() || bytes[i + 1] != '\n')
            normal += '\n';
    return normal;
}

void read(Piece& piece, const TextLimits& limits) {
    if (!piece.error.empty()) return;
    if (piece.bytes.size() > limits.bytes) {
        piece.error = "too large";
        return;
    }
    try {
        auto modern = decodeLegacy(piece.bytes);
        piece.document = Document::parse(modern ? *std::move(modern) : std::string(piece.bytes), limits);
        piece.errorLine = 0;
    } catch (const ParseError& error) {
        piece.error = error.why();
        piece.errorLine = piece.line + error.line() - 1;
    }
}

}  // namespace

void parseAll(std::string_view bytes, const std::function<bool(Piece&&)>& each, const TextLimits& limits) {
    const auto normal = normaliseBareCr(bytes);
    Cutter cutter(normal ? *normal : bytes);
    for (Piece piece; cutter.next(piece); piece = Piece{}) {
        read(piece, limits);
        if (!each(std::move(piece))) return;
    }
}

}  // namespace crmdav
