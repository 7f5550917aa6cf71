#pragma once
#include "protocol/text/content_lines.h"

namespace crmdav {

struct Document::Source {
    std::string owned;  // empty: the bytes are lent
    std::string_view bytes;
    std::unique_ptr<char[]> unfolded;  // of all folded lines, one behind the other
};

/// Reads the bytes of one document: one pass for forbidden bytes, one for the lines.
class LineParser {
public:
    LineParser(std::string bytes, const TextLimits& limits);
    LineParser(std::string_view lent, const TextLimits& limits);  ///< see Document::over
    Document read();

private:
    void requireCleanBytes();
    void skipPrefix();
    Property nextLine();
    void unfold(Property& property, std::size_t firstEnd);
    void locate(Property& property);
    std::uint32_t parameterEnd(std::string_view line, std::size_t at) const;
    bool atBlankLine() const noexcept;
    [[noreturn]] void failAtBareCarriageReturn();
    [[noreturn]] void fail(const std::string& why) const;

    TextLimits limits_;
    std::unique_ptr<Document::Source, Document::SourceFree> source_;
    std::string_view bytes_;
    std::size_t at_ = 0;         // next byte to read
    std::size_t lineStart_ = 0;  // where the line being read began, for messages
    std::size_t lines_ = 0, lineEndsWithCr_ = 0, carriageReturns_ = 0;
    std::size_t unfoldedSize_ = 0;
    bool onlyAscii_ = true;
};

}  // namespace crmdav
