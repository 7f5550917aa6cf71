#include "protocol/text/line_parser.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace crmdav {
namespace {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

constexpr std::array<bool, 256> makeNameCharacters() {
    std::array<bool, 256> allowed{};
    for (int c = 0x21; c < 0x7f; ++c) allowed[static_cast<std::size_t>(c)] = true;
    for (const char c : {':', ';', '=', '"', ',', '\\'}) allowed[static_cast<unsigned char>(c)] = false;
    return allowed;
}

/// More than the RFCs allow (letters, digits, `-`): real files have `_` and `/` in X- names.
constexpr auto nameCharacters = makeNameCharacters();

constexpr std::uint64_t everyByte(std::uint64_t byte) { return byte * 0x0101010101010101U; }

/// High bit of each byte that is a control character, eight at a time.
std::uint64_t controlsIn(std::uint64_t word) {
    const std::uint64_t low = word & everyByte(0x7f);
    const std::uint64_t below = ~(low + everyByte(0x60)), del = low + everyByte(0x01);  // < 0x20, 0x7f
    return (below | del) & ~word & everyByte(0x80);
}

/// Most lines differ from BEGIN and END in their first character already.
bool isWord(const Property& property, std::string_view word) {
    const char first = property.line().front();
    return (first == word[0] || first == word[0] + 32) && property.is(word);
}

std::size_t lineNumber(std::string_view bytes, std::size_t offset) {
    const auto before = bytes.substr(0, offset);
    return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
}

}  // namespace

ParseError::ParseError(std::size_t line, const std::string& why)
    : std::runtime_error("line " + std::to_string(line) + ": " + why), why_(why), line_(line) {}

void Document::SourceFree::operator()(Source* source) const noexcept { delete source; }

LineParser::LineParser(std::string bytes, const TextLimits& limits)
    : limits_(limits), source_(new Document::Source{std::move(bytes), {}, nullptr}), bytes_(source_->owned) {
    source_->bytes = bytes_;
}

LineParser::LineParser(std::string_view lent, const TextLimits& limits)
    : limits_(limits), source_(new Document::Source{{}, lent, nullptr}), bytes_(lent) {}

void LineParser::fail(const std::string& why) const { throw ParseError(lineNumber(bytes_, lineStart_), why); }

void LineParser::requireCleanBytes() {
    std::uint64_t all = 0;
    for (std::size_t at = 0; at < bytes_.size(); at += 8) {
        std::uint64_t word = everyByte(' ');
        std::memcpy(&word, bytes_.data() + at, std::min<std::size_t>(8, bytes_.size() - at));
        all |= word;
        for (std::uint64_t found = controlsIn(word); found != 0; found &= found - 1) {
            const auto control = (word >> static_cast<unsigned>(std::countr_zero(found) - 7)) & 0xffU;
            if (control == '\r') ++carriageReturns_;
            if (control == '\r' || control == '\n' || control == '\t') continue;
            lineStart_ = bytes_.find(static_cast<char>(control), at);
            fail("control character " + std::to_string(control));
        }
    }
    onlyAscii_ = (all & everyByte(0x80)) == 0;
}

bool LineParser::atBlankLine() const noexcept {
    return at_ < bytes_.size() &&
           (bytes_[at_] == '\n' || (bytes_[at_] == '\r' && at_ + 1 < bytes_.size() && bytes_[at_ + 1] == '\n'));
}

void LineParser::skipPrefix() {
    if (bytes_.starts_with(byteOrderMark)) at_ = byteOrderMark.size();
    for (; atBlankLine(); ++at_)
        if (bytes_[at_] == '\r') ++at_, ++lineEndsWithCr_;
}

/// Reads one content line with its folds, and the blank lines behind it.
Property LineParser::nextLine() {
    lineStart_ = at_;
    if (++lines_ > limits_.lines) fail("too many lines");
    const std::size_t lineFeed = std::min(bytes_.find('\n', at_), bytes_.size());
    std::size_t end = lineFeed;
    if (lineFeed < bytes_.size() && end > at_ && bytes_[end - 1] == '\r') --end, ++lineEndsWithCr_;
    at_ = std::min(lineFeed + 1, bytes_.size());

    Property property;
    property.raw_ = bytes_.data() + lineStart_;
    property.line_ = property.raw_;
    property.lineSize_ = static_cast<std::uint32_t>(end - lineStart_);
    if (at_ < bytes_.size() && (bytes_[at_] == ' ' || bytes_[at_] == '\t')) unfold(property, end);
    if (property.lineSize_ > limits_.lineBytes) fail("line too long");
    for (; atBlankLine(); ++at_)
        if (bytes_[at_] == '\r') ++at_, ++lineEndsWithCr_;
    property.rawSize_ = static_cast<std::uint32_t>(at_ - lineStart_);
    locate(property);
    return property;
}

void LineParser::unfold(Property& property, std::size_t firstEnd) {
    if (!source_->unfolded) source_->unfolded.reset(new char[bytes_.size() - lineStart_]);
    char* const start = source_->unfolded.get() + unfoldedSize_;
    char* out = std::copy(bytes_.begin() + static_cast<std::ptrdiff_t>(lineStart_),
                          bytes_.begin() + static_cast<std::ptrdiff_t>(firstEnd), start);
    while (at_ < bytes_.size() && (bytes_[at_] == ' ' || bytes_[at_] == '\t')) {
        const std::size_t lineFeed = std::min(bytes_.find('\n', at_), bytes_.size());
        std::size_t end = lineFeed;
        if (lineFeed < bytes_.size() && bytes_[end - 1] == '\r') --end, ++lineEndsWithCr_;
        const std::size_t size = end - at_ - 1;
        std::memcpy(out, bytes_.data() + at_ + 1, size);
        out += size;
        at_ = std::min(lineFeed + 1, bytes_.size());
    }
    property.folded_ = true;
    property.line_ = start;
    property.lineSize_ = static_cast<std::uint32_t>(out - start);
    unfoldedSize_ += property.lineSize_;
}

void LineParser::locate(Property& property) {
    const auto line = property.line();
    std::size_t end = 0;
    for (; end < line.size() && nameCharacters[static_cast<unsigned char>(line[end])]; ++end)
        if (line[end] == '.' && property.nameStart_ == 0) property.nameStart_ = static_cast<std::uint32_t>(end + 1);
    property.nameEnd_ = static_cast<std::uint32_t>(end);
    if (end == property.nameStart_ || property.nameStart_ == 1) fail("no property name");
    if (end == line.size() || (line[end] != ':' && line[end] != ';')) fail("no colon behind the property name");
    property.valueStart_ = line[end] == ':' ? property.nameEnd_ + 1 : parameterEnd(line, end);
    if (!onlyAscii_ && !validUtf8(line)) fail("not UTF-8");
}

/// @returns where the value begins, behind the parameters that start at `at`
std::uint32_t LineParser::parameterEnd(std::string_view line, std::size_t at) const {
    bool quoted = false;
    std::size_t parameters = 0;
    for (; at < line.size(); ++at) {
        const char c = line[at];
        if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && c == ':') {
            return static_cast<std::uint32_t>(at + 1);
        } else if (!quoted && c == ';' && ++parameters > limits_.parameters) {
            fail("too many parameters");
        }
    }
    fail(quoted ? "quote without end" : "no colon behind the parameters");
}

void LineParser::failAtBareCarriageReturn() {
    for (lineStart_ = bytes_.find('\r'); bytes_.substr(lineStart_ + 1).starts_with('\n');)
        lineStart_ = bytes_.find('\r', lineStart_ + 1);
    fail("carriage return without line feed");
}

Document LineParser::read() {
    if (bytes_.size() > limits_.bytes) fail("too large");
    requireCleanBytes();
    skipPrefix();
    Document document{Component()};
    document.prefix_ = bytes_.substr(0, at_);
    std::vector<Component*> open;
    bool closed = false;
    while (at_ < bytes_.size()) {
        Property line = nextLine();
        if (closed) fail("more than one component");
        if (isWord(line, "BEGIN")) {
            if (open.size() == limits_.depth) fail("components nested too deep");
            Component* component = &document.root_;
            if (!open.empty()) {
                Component& parent = *open.back();
                component = &parent.components_.emplace_back(Component());
                component->position_ = static_cast<std::uint32_t>(parent.properties_.size());
            }
            component->begin_ = std::move(line);
            if (component->name().empty()) fail("BEGIN without a name");
            component->properties_.reserve(12);
            open.push_back(component);
        } else if (open.empty()) {
            fail("text before BEGIN");
        } else if (isWord(line, "END")) {
            if (!equalsIgnoreCase(trim(line.value()), open.back()->name()))
                fail("END does not match BEGIN:" + std::string(open.back()->name()));
            open.back()->end_ = std::move(line);
            open.pop_back();
            closed = open.empty();
        } else {
            open.back()->properties_.push_back(std::move(line));
        }
    }
    lineStart_ = bytes_.size();
    if (!closed) fail(open.empty() ? "empty" : "no END:" + std::string(open.back()->name()));
    if (carriageReturns_ != lineEndsWithCr_) failAtBareCarriageReturn();
    const auto firstEnd = bytes_.find('\n', document.prefix_.size());
    document.eol_ = firstEnd != std::string_view::npos && bytes_[firstEnd - 1] != '\r' ? "\n" : "\r\n";
    document.source_ = std::move(source_);
    return document;
}

Document Document::parse(std::string bytes, const TextLimits& limits) {
    return LineParser(std::move(bytes), limits).read();
}

Document Document::over(std::string_view bytes, const TextLimits& limits) { return LineParser(bytes, limits).read(); }

Document::Document(Component root, std::string eol) : eol_(std::move(eol)), root_(std::move(root)) {}

Document::Document(const Document& other) : prefix_(other.prefix_), eol_(other.eol_), root_(other.root_) {}

Document& Document::operator=(const Document& other) {
    if (this == &other) return *this;
    Document copy(other);
    return *this = std::move(copy);
}

std::string Document::bytes() const {
    std::string out = prefix_;
    if (source_) out.reserve(source_->bytes.size() + 256);
    root_.appendTo(out, eol_);
    return out;
}

}  // namespace crmdav
