#pragma once
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "protocol/dav/errors.h"

/// XML as requests bring it and answers carry it.
namespace crmdav {

/// What a request body may cost at most; beyond it parsing stops with DavError 400.
struct XmlLimits {
    std::size_t bytes = 8 << 20;
    std::size_t depth = 64;
    std::size_t elements = 200'000;
    std::size_t attributes = 64;  ///< of one element
};

struct XmlAttribute {
    QName name;               ///< ns is empty for the usual, unprefixed one
    std::string_view prefix;  ///< as written
    std::string_view value;
};

/// An element, or a run of character data between elements (`isText()`). Lives in its XmlDocument.
class Xml {
public:
    bool isText() const noexcept { return name_.name.empty(); }
    QName name() const noexcept { return name_; }
    bool is(const QName& name) const noexcept { return name_ == name; }
    std::string_view prefix() const noexcept { return prefix_; }
    /// Character data directly inside, in one piece, entities resolved.
    std::string_view text() const noexcept { return text_; }
    /// text() without white space at both ends.
    std::string_view trimmed() const noexcept;
    std::span<const XmlAttribute> attributes() const noexcept { return attributes_; }
    /// Unprefixed attribute; nullopt: not there.
    std::optional<std::string_view> attribute(std::string_view name) const noexcept;

    /// Child elements: `for (const Xml* e = x.firstElement(); e; e = e->nextElement())`.
    const Xml* firstElement() const noexcept;
    const Xml* nextElement() const noexcept;
    /// First child element of that name, or null.
    const Xml* child(const QName& name) const noexcept;
    /// Children of both sorts, in order.
    const Xml* firstChild() const noexcept { return first_; }
    const Xml* next() const noexcept { return next_; }

private:
    friend class XmlBuilder;
    QName name_;
    std::string_view prefix_, text_;
    std::span<const XmlAttribute> attributes_;
    Xml *first_ = nullptr, *last_ = nullptr, *next_ = nullptr;
};

/// A parsed body; owns all its names and texts.
class XmlDocument {
public:
    /// UTF-8, UTF-16 with BOM, or a declared encoding that expat knows.
    /// @throws DavError 400  not well-formed, a DOCTYPE, or beyond the limits
    static XmlDocument parse(std::string_view bytes, const XmlLimits& limits = {});
    XmlDocument(XmlDocument&&) noexcept;
    XmlDocument& operator=(XmlDocument&&) noexcept;
    ~XmlDocument();

    const Xml& root() const noexcept;

private:
    friend class XmlBuilder;
    struct Storage;
    explicit XmlDocument(std::unique_ptr<Storage> storage) noexcept;
    std::unique_ptr<Storage> storage_;
};

/// A document that comes in pieces and may be long: of it, one child of the root is known at a time.
class XmlStream {
public:
    using Each = std::function<void(const Xml& child)>;  ///< the child is gone when it returns
    /// @param root    name that it must have
    /// @param limits  elements: of one child; bytes: whoever reads it counts them
    XmlStream(const QName& root, Each each, const XmlLimits& limits = {});
    ~XmlStream();

    /// @throws DavError 400  as XmlDocument::parse; another root; and whatever `each` throws
    void take(std::string_view bytes);
    /// That was all. @throws DavError 400  it wasn't
    void finish();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// The element with all it holds: attributes, xml:lang, nested namespaces, mixed content. Declares every namespace it
/// uses, so it can be kept (dead properties) and put anywhere later.
/// @param language xml:lang that holds around it; written unless the element has its own
std::string serialise(const Xml& element, std::string_view language = {});

/// Appends character data or an attribute value: & < > " escaped, CR as &#13;, control characters dropped.
void appendEscaped(std::string& out, std::string_view text);

/// Namespace declarations for the root of an answer: ` xmlns:D="DAV:" xmlns:C="…" …`.
std::string_view rootNamespaces() noexcept;
/// `<?xml version="1.0" encoding="utf-8"?>` and a line end.
std::string_view xmlDeclaration() noexcept;

/// Appends elements to a string below a root that carries rootNamespaces(). Other namespaces are declared in place.
/// Copyable; holds nothing but the reference.
class XmlWriter {
public:
    explicit XmlWriter(std::string& out) noexcept : out_(out) {}
    XmlWriter& open(const QName& name);
    /// Start tag with unprefixed attributes.
    XmlWriter& open(const QName& name, std::initializer_list<std::pair<std::string_view, std::string_view>> attributes);
    XmlWriter& close(const QName& name);
    XmlWriter& empty(const QName& name);
    XmlWriter& empty(const QName& name,
                     std::initializer_list<std::pair<std::string_view, std::string_view>> attributes);
    XmlWriter& element(const QName& name, std::string_view text);    ///< with escaped text
    XmlWriter& elementRaw(const QName& name, std::string_view xml);  ///< with ready XML inside
    XmlWriter& text(std::string_view text);
    XmlWriter& raw(std::string_view xml);
    /// <D:href>; `href` is percent-encoded already.
    XmlWriter& href(std::string_view href);
    std::string& out() noexcept { return out_; }

private:
    void tag(const QName& name, std::string_view before, std::string_view after);
    std::string& out_;
};

}  // namespace crmdav
