#include <expat.h>

#include <array>
#include <cstring>
#include <exception>
#include <memory_resource>
#include <type_traits>
#include <vector>

#include "protocol/dav/names.h"
#include "protocol/dav/xml.h"

namespace crmdav {

namespace {

constexpr char separator = '\n';  // expat refuses namespaces that contain it
constexpr std::array knownNamespaces{dav::ns, caldav::ns, carddav::ns, cs::ns, apple::ns};
constexpr std::string_view blanks = " \t\r\n";

struct ParserFree {
    void operator()(XML_Parser parser) const noexcept { XML_ParserFree(parser); }
};
using Parser = std::unique_ptr<std::remove_pointer_t<XML_Parser>, ParserFree>;

Parser makeParser() {
    Parser parser(XML_ParserCreateNS(nullptr, separator));
    if (!parser) throw std::bad_alloc();
    return parser;
}

}  // namespace

/// One block of memory for the whole tree: nodes and texts live and go together.
struct XmlDocument::Storage {
    std::pmr::monotonic_buffer_resource memory{8192};
    const Xml* root = nullptr;

    std::string_view keep(std::string_view text) {
        if (text.empty()) return {};
        char* copy = static_cast<char*>(memory.allocate(text.size(), 1));
        std::memcpy(copy, text.data(), text.size());
        return {copy, text.size()};
    }
    std::string_view keepNamespace(std::string_view uri) {
        for (std::string_view known : knownNamespaces)
            if (uri == known) return known;
        return keep(uri);
    }
};

/// Takes expat's calls and grows the tree; of a stream, that of one child after the other.
class XmlBuilder {
public:
    /// @param each  gets the root's children; null: all becomes one tree
    XmlBuilder(XML_Parser parser, const XmlLimits& limits, const QName& root = {},
               const XmlStream::Each* each = nullptr)
        : parser_(parser),
          limits_(limits),
          root_(root),
          each_(each),
          storage_(std::make_unique<XmlDocument::Storage>()) {
        XML_SetUserData(parser, this);
        XML_SetReturnNSTriplet(parser, 1);
        XML_SetElementHandler(
            parser,
            [](void* self, const char* name, const char** attributes) {
                static_cast<XmlBuilder*>(self)->start(name, attributes);
            },
            [](void* self, const char*) { static_cast<XmlBuilder*>(self)->end(); });
        XML_SetCharacterDataHandler(parser, [](void* self, const char* text, int size) {
            static_cast<XmlBuilder*>(self)->text_.append(text, static_cast<std::size_t>(size));
        });
        XML_SetStartDoctypeDeclHandler(parser, [](void* self, const char*, const char*, const char*, int) {
            static_cast<XmlBuilder*>(self)->stop("a DOCTYPE is not allowed");
        });
    }

    /// @throws DavError 400; what `each` threw
    void parse(std::string_view bytes, bool final) {
        const auto outcome = XML_Parse(parser_, bytes.data(), static_cast<int>(bytes.size()), final);
        if (failure_) std::rethrow_exception(failure_);
        if (error_) throw DavError(400, std::string("XML: ") + error_);
        if (outcome != XML_STATUS_OK)
            throw DavError(400, "XML, line " + std::to_string(XML_GetCurrentLineNumber(parser_)) + ": " +
                                    XML_ErrorString(XML_GetErrorCode(parser_)));
    }
    XmlDocument take() && { return XmlDocument(std::move(storage_)); }

private:
    static_assert(std::is_trivially_destructible_v<Xml> && std::is_trivially_destructible_v<XmlAttribute>);

    void stop(const char* why) {
        error_ = why;
        XML_StopParser(parser_, XML_FALSE);
    }

    Xml* make() { return new (storage_->memory.allocate(sizeof(Xml), alignof(Xml))) Xml; }

    static void append(Xml* parent, Xml* child) {
        (parent->last_ ? parent->last_->next_ : parent->first_) = child;
        parent->last_ = child;
    }

    struct Name {
        QName name;
        std::string_view prefix;
    };
    // "local", "uri\nlocal" or "uri\nlocal\nprefix"
    Name readName(std::string_view triplet) {
        const auto first = triplet.find(separator);
        if (first == triplet.npos) return {{{}, storage_->keep(triplet)}, {}};
        const auto second = triplet.find(separator, first + 1);
        const std::string_view prefix = second == triplet.npos ? std::string_view() : triplet.substr(second + 1);
        const std::string_view local = triplet.substr(first + 1, second == triplet.npos ? second : second - first - 1);
        return {{storage_->keepNamespace(triplet.substr(0, first)), storage_->keep(local)}, storage_->keep(prefix)};
    }

    void start(const char* name, const char** attributes) {
        if (error_) return;
        if (open_.size() >= limits_.depth) return stop("elements too deep");
        if (++elements_ > limits_.elements) return stop("too many elements");
        flushText();
        const Name read = readName(name);
        if (each_ && open_.empty()) {
            if (read.name != root_) return stop("another root than expected");
            return open_.push_back(&streamed_);
        }
        Xml* element = make();
        element->name_ = read.name;
        element->prefix_ = read.prefix;
        readAttributes(*element, attributes);
        if (open_.empty())
            storage_->root = element;
        else if (!inStream())
            append(open_.back(), element);
        open_.push_back(element);
    }

    /// Directly inside of a root whose children go their own ways.
    bool inStream() const { return each_ && open_.size() == 1; }

    void readAttributes(Xml& element, const char** attributes) {
        std::size_t count = 0;
        while (attributes[2 * count]) ++count;
        if (count == 0) return;
        if (count > limits_.attributes) return stop("too many attributes");
        auto* made =
            static_cast<XmlAttribute*>(storage_->memory.allocate(count * sizeof(XmlAttribute), alignof(XmlAttribute)));
        for (std::size_t i = 0; i < count; ++i) {
            const Name read = readName(attributes[2 * i]);
            new (made + i) XmlAttribute{read.name, read.prefix, storage_->keep(attributes[2 * i + 1])};
        }
        element.attributes_ = {made, count};
    }

    void end() {
        if (error_) return;
        flushText();
        const Xml& done = *open_.back();
        joinTexts(*open_.back());
        open_.pop_back();
        if (inStream()) handOn(done);
    }

    /// Nothing may be thrown through expat.
    void handOn(const Xml& child) noexcept {
        try {
            (*each_)(child);
        } catch (...) {
            failure_ = std::current_exception();
            stop("the reader stopped");
        }
        storage_->memory.release();
        elements_ = 0;
    }

    void flushText() {
        if (inStream()) text_.clear();
        if (text_.empty() || open_.empty()) return;
        Xml* node = make();
        node->text_ = storage_->keep(text_);
        append(open_.back(), node);
        text_.clear();
    }

    void joinTexts(Xml& element) {
        std::size_t pieces = 0;
        for (const Xml* child = element.first_; child; child = child->next_)
            if (child->isText() && ++pieces == 1) element.text_ = child->text_;
        if (pieces < 2) return;
        text_.clear();
        for (const Xml* child = element.first_; child; child = child->next_)
            if (child->isText()) text_ += child->text_;
        element.text_ = storage_->keep(text_);
        text_.clear();
    }

    XML_Parser parser_;
    const XmlLimits& limits_;
    const QName root_;
    const XmlStream::Each* each_;
    std::unique_ptr<XmlDocument::Storage> storage_;
    Xml streamed_;  ///< root of a stream; nothing is ever put into it
    std::vector<Xml*> open_;
    std::string text_;
    std::size_t elements_ = 0;
    const char* error_ = nullptr;
    std::exception_ptr failure_ = nullptr;
};

XmlDocument::XmlDocument(std::unique_ptr<Storage> storage) noexcept : storage_(std::move(storage)) {}
XmlDocument::XmlDocument(XmlDocument&&) noexcept = default;
XmlDocument& XmlDocument::operator=(XmlDocument&&) noexcept = default;
XmlDocument::~XmlDocument() = default;

const Xml& XmlDocument::root() const noexcept { return *storage_->root; }

XmlDocument XmlDocument::parse(std::string_view bytes, const XmlLimits& limits) {
    if (bytes.size() > limits.bytes) throw DavError(400, "XML body too big");
    const Parser parser = makeParser();
    XmlBuilder builder(parser.get(), limits);
    builder.parse(bytes, true);
    return std::move(builder).take();
}

struct XmlStream::Parts {
    Parts(const QName& root, Each given, const XmlLimits& limited)
        : limits(limited), each(std::move(given)), builder(parser.get(), limits, root, &each) {}
    const XmlLimits limits;
    const Each each;
    const Parser parser = makeParser();
    XmlBuilder builder;
};

XmlStream::XmlStream(const QName& root, Each each, const XmlLimits& limits)
    : parts_(std::make_unique<Parts>(root, std::move(each), limits)) {}
XmlStream::~XmlStream() = default;

void XmlStream::take(std::string_view bytes) { parts_->builder.parse(bytes, false); }
void XmlStream::finish() { parts_->builder.parse({}, true); }

std::string_view Xml::trimmed() const noexcept {
    const auto start = text_.find_first_not_of(blanks);
    if (start == text_.npos) return {};
    return text_.substr(start, text_.find_last_not_of(blanks) - start + 1);
}

std::optional<std::string_view> Xml::attribute(std::string_view name) const noexcept {
    for (const XmlAttribute& attribute : attributes_)
        if (attribute.name.ns.empty() && attribute.name.name == name) return attribute.value;
    return std::nullopt;
}

const Xml* Xml::firstElement() const noexcept { return first_ && first_->isText() ? first_->nextElement() : first_; }

const Xml* Xml::nextElement() const noexcept {
    const Xml* next = next_;
    while (next && next->isText()) next = next->next_;
    return next;
}

const Xml* Xml::child(const QName& name) const noexcept {
    for (const Xml* element = firstElement(); element; element = element->nextElement())
        if (element->is(name)) return element;
    return nullptr;
}

}  // namespace crmdav
