#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/text/text_values.h"

/// Content lines (RFC 5545 §3.1, RFC 6350 §3.2) as a tree that keeps every byte: what nobody touched is written
/// back exactly as it came, folding, case and line ends included. Knows no property's meaning.
namespace crmdav {

/// Text that is no sequence of content lines, or beyond the limits.
class ParseError : public std::runtime_error {
public:
    ParseError(std::size_t line, const std::string& why);
    std::size_t line() const noexcept { return line_; }       ///< physical line, from 1
    const std::string& why() const noexcept { return why_; }  ///< what() without the line number

private:
    std::string why_;
    std::size_t line_;
};

/// What a document may have at most; beyond it ParseError.
struct TextLimits {
    std::size_t bytes = 64U << 20U;      ///< of the document
    std::size_t lineBytes = 16U << 20U;  ///< of one unfolded line (photos are long)
    std::size_t lines = 500'000;         ///< content lines
    std::size_t depth = 16;              ///< components within each other
    std::size_t parameters = 100;        ///< of one line
};

/// One parameter as written; `values` without quotes, RFC 6868 not decoded (see Property::parameterText).
struct Parameter {
    std::string_view name;                 ///< empty for the bare form of vCard 2.1, `TEL;HOME:`
    std::vector<std::string_view> values;  ///< at least one
    bool is(std::string_view other) const noexcept { return equalsIgnoreCase(name, other); }
};

/// One content line. Views it hands out live as long as the property stays where it is and unchanged.
/// A copy owns its text and is independent of the document; a moved one is not.
class Property {
public:
    /// A new line. Line breaks and control characters in `value` are made harmless (LF becomes `\n`).
    /// @param name  with group if wanted: `item1.TEL`
    /// @param value as on the wire, already escaped
    explicit Property(std::string_view name, std::string_view value = {});
    /// A new line with a plain TEXT value, escaped here.
    static Property ofText(std::string_view name, std::string_view plain);

    Property(const Property& other);
    Property& operator=(const Property& other);
    Property(Property&&) noexcept = default;
    Property& operator=(Property&&) noexcept = default;
    ~Property() = default;

    std::string_view group() const noexcept;  ///< `item1` of `item1.TEL`; empty: none
    std::string_view name() const noexcept;   ///< as written, without group
    bool is(std::string_view name) const noexcept {
        return nameEnd_ - nameStart_ == name.size() && equalsIgnoreCase(this->name(), name);
    }
    std::string_view value() const noexcept;                    ///< unfolded, still escaped
    std::string text() const { return unescapeText(value()); }  ///< value as one TEXT, plain
    std::vector<std::string> texts() const {
        return splitTexts(value(), ',');
    }                                        ///< comma list of TEXT (CATEGORIES), plain
    std::string_view line() const noexcept;  ///< the whole content line, unfolded, without line end

    bool hasParameters() const noexcept { return valueStart_ > nameEnd_ + 1; }
    std::vector<Parameter> parameters() const;
    bool hasParameter(std::string_view name) const noexcept;
    /// First value of a parameter without quotes, RFC 6868 not decoded: right for TZID, VALUE, PARTSTAT …
    /// Empty: not there. For text (CN, LABEL, X-TITLE) take parameterText().
    std::string_view parameter(std::string_view name) const noexcept;
    std::string parameterText(std::string_view name) const;  ///< first value, RFC 6868 decoded; empty: not there
    /// All values of all parameters of that name (`TYPE=a,b;TYPE=c`), RFC 6868 decoded, in order.
    std::vector<std::string> parameterTexts(std::string_view name) const;

    // Editing: the line is written anew (folded at 75 octets), even if nothing changed in the end.
    void setValue(std::string_view escaped);
    void setText(std::string_view plain) { setValue(escapeText(plain)); }
    void setTexts(std::span<const std::string> plain);  ///< comma list, each escaped
    /// Replaces all parameters of that name by one at the place of the first, else adds it behind the others.
    /// Values are plain: quotes and RFC 6868 are put here as needed. No values: removes.
    void setParameter(std::string_view name, std::span<const std::string> values);
    void setParameter(std::string_view name, std::string_view value);
    void removeParameter(std::string_view name);
    void setName(std::string_view name);    ///< keeps the group
    void setGroup(std::string_view group);  ///< empty: removes

    bool touched() const noexcept { return rawSize_ == 0; }       ///< new or edited: its bytes are made when written
    void appendTo(std::string& out, std::string_view eol) const;  ///< original bytes, or folded with `eol`

private:
    friend class LineParser;
    friend class Component;
    Property() = default;
    void rewrite(std::string line);  // takes a checked unfolded line
    void locate();                   // finds the parts in line(); the line is known to be right

    const char* raw_ = nullptr;   // into the document's bytes; unused when owned_ has text
    const char* line_ = nullptr;  // into the document's bytes or its unfolded copy; likewise
    std::uint32_t rawSize_ = 0, lineSize_ = 0;
    std::uint32_t nameStart_ = 0, nameEnd_ = 0, valueStart_ = 0;  // in line()
    bool folded_ = false;
    std::string owned_;  // raw bytes, then the unfolded line if that differs; when touched the line only
};

/// BEGIN … END with what is between. References to properties and components are valid until the next add or remove.
class Component {
public:
    explicit Component(std::string_view name);  ///< a new, empty one

    std::string_view name() const noexcept { return trim(begin_.value()); }  ///< as written
    bool is(std::string_view name) const noexcept { return equalsIgnoreCase(this->name(), name); }

    std::span<const Property> properties() const noexcept { return properties_; }
    std::span<Property> properties() noexcept { return properties_; }
    std::span<const Component> components() const noexcept { return components_; }
    std::span<Component> components() noexcept { return components_; }

    const Property* find(std::string_view name) const noexcept;  ///< first of that name, any group; null: none
    Property* find(std::string_view name) noexcept;
    std::vector<const Property*> findAll(std::string_view name) const;
    std::size_t count(std::string_view name) const noexcept;
    /// The property `name` of the same group: X-ABLabel of `item1`. Null: none, or empty group.
    const Property* findInGroup(std::string_view group, std::string_view name) const noexcept;
    Property* findInGroup(std::string_view group, std::string_view name) noexcept;
    std::string_view value(std::string_view name) const noexcept;  ///< escaped value of the first; empty: none
    std::string text(std::string_view name) const;                 ///< plain text of the first; empty: none
    const Component* findComponent(std::string_view name) const noexcept;
    Component* findComponent(std::string_view name) noexcept;

    /// Puts it behind the last of that name, else before the first component, else before END.
    Property& add(Property property);
    /// Puts it before the property that is now at `index`, or behind all others.
    Property& insert(std::size_t index, Property property);
    Property& append(Property property) { return insert(properties_.size(), std::move(property)); }
    /// Gives the first property of that name this value (its parameters stay), or adds one.
    Property& setValue(std::string_view name, std::string_view escaped);
    Property& setText(std::string_view name, std::string_view plain);
    std::size_t remove(std::string_view name);  ///< all of that name; returns how many
    std::size_t removeIf(const std::function<bool(const Property&)>& unwanted);

    Component& addComponent(Component component);  ///< behind the last of that name, else before END
    std::size_t removeComponentsIf(const std::function<bool(const Component&)>& unwanted);

    void appendTo(std::string& out, std::string_view eol = "\r\n") const;  ///< BEGIN … END as bytes

    const Property& beginLine() const noexcept { return begin_; }
    const Property& endLine() const noexcept { return end_; }

private:
    friend class LineParser;
    Component() = default;

    Property begin_, end_;
    std::vector<Property> properties_;
    std::vector<Component> components_;
    std::uint32_t position_ = 0;  // properties of the parent written before this component
};

/// One root component with its bytes. Copies are deep.
class Document {
public:
    /// @param bytes UTF-8, with or without BOM; line ends CRLF or LF, mixed too; blank lines are kept
    /// @throws ParseError  control characters, bad UTF-8, no or more than one root, a BEGIN or END without partner,
    ///                     a line without colon or name, beyond the limits
    static Document parse(std::string bytes, const TextLimits& limits = {});
    /// As parse, without a copy of the bytes: they have to outlive the document (a copy of it is independent of them).
    static Document over(std::string_view bytes, const TextLimits& limits = {});
    explicit Document(Component root, std::string eol = "\r\n");  ///< a new one

    Document(const Document& other);
    Document& operator=(const Document& other);
    Document(Document&&) noexcept = default;
    Document& operator=(Document&&) noexcept = default;
    ~Document() = default;

    const Component& root() const noexcept { return root_; }
    Component& root() noexcept { return root_; }
    std::string bytes() const;  ///< untouched lines as they came, others folded at 75 octets between characters
    std::string_view eol() const noexcept { return eol_; }  ///< line end of the first line; for new lines

private:
    friend class LineParser;
    struct Source;
    struct SourceFree {
        void operator()(Source* source) const noexcept;
    };
    std::unique_ptr<Source, SourceFree> source_;  // what the untouched lines point into; null in copies
    std::string prefix_;                          // BOM and blank lines before the root
    std::string eol_;
    Component root_;
};

/// One root component of a file with several, or why it is none.
struct Piece {
    std::size_t line = 1;              ///< where it begins in the file, from 1
    std::string_view bytes;            ///< its part of the buffer; of a normalised copy if the file had bare CRs
    std::optional<Document> document;  ///< nullopt: broken
    std::string error;                 ///< why; empty: fine
    std::size_t errorLine = 0;         ///< in the file
};

/// Reads a file of many cards or calendars, each on its own: a broken one is handed over with its error and the
/// next follows. Also reads files with bare CR as line end. `limits` hold for each piece.
/// @param each returns false to stop
void parseAll(std::string_view bytes, const std::function<bool(Piece&&)>& each, const TextLimits& limits = {});

/// `line` folded at 75 octets, never inside a UTF-8 character, with `eol` at its end.
void appendFolded(std::string& out, std::string_view line, std::string_view eol = "\r\n");

}  // namespace crmdav
