#include "protocol/text/line_parser.h"

#include <algorithm>
#include <array>
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

struct BlockFacts {
    unsigned char bad = 0, high = 0, carriageReturns = 0;
};

template <std::size_t size>
BlockFacts factsOf(const unsigned char* bytes) {
    BlockFacts facts;
    for (std::size_t i = 0; i < size; ++i) {
        const unsigned char c = bytes[i];
        const bool allowed = (c >= 0x20 && c != 0x7f) || c == '\n' || c == '\r' || c == '\t';
        facts.high |= c;
        facts.bad |= static_cast<unsigned char>(!allowed);
        facts.carriageReturns = static_cast<unsigned char>(facts.carriageReturns + (c == '\r' ? 1 : 0));
    }
    return facts;
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
    : limits_(limits), source_(new Document::Source{std::move(bytes), nullptr}), bytes_(source_->bytes) {}

void LineParser::fail(const std::string& why) const { throw ParseError(lineNumber(bytes_, lineStart_), why); }

void LineParser::requireCleanBytes() {
    constexpr std::size_t block = 64;
    const auto* data = reinterpret_cast<const unsigned char*>(bytes_.data());
    const auto take = [&](const BlockFacts& facts, std::size_t size) {
        if (facts.bad != 0) {
            const auto* const bad = std::find_if(data + lineStart_, data + lineStart_ + size,
                                                 [](const unsigned char& c) { return factsOf<1>(&c).bad != 0; });
            lineStart_ = static_cast<std::size_t>(bad - data);
            fail("control character " + std::to_string(static_cast<int>(*bad)));
        }
        onlyAscii_ = onlyAscii_ && facts.high < 0x80;
        carriageReturns_ += facts.carriageReturns;
        lineStart_ += size;
    };
    while (bytes_.size() - lineStart_ >= block) take(factsOf<block>(data + lineStart_), block);
    while (lineStart_ < bytes_.size()) take(factsOf<1>(data + lineStart_), 1);
    lineStart_ = 0;
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
    while (end < line.size() && nameCharacters[static_cast<unsigned char>(line[end])]) ++end;
    const auto dot = line.substr(0, end).find('.');
    property.nameStart_ = dot == std::string_view::npos ? 0 : static_cast<std::uint32_t>(dot + 1);
    property.nameEnd_ = static_cast<std::uint32_t>(end);
    if (end == property.nameStart_ || dot == 0) fail("no property name");
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
        if (line.is("BEGIN")) {
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
        } else if (line.is("END")) {
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
