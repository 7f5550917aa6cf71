#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/text/content_lines.h"
#include "store/model.h"

/// Lines of a card that come in numbers and carry labels: EMAIL, TEL, URL, IMPP, ADR, dates.
namespace crmdav {

/// home, work, mobile, fax, pager, main, other, or the custom text: from X-ABLabel of the group, else from TYPE.
std::string labelOf(const Component& card, const Property&);
/// Sets it in the place that fits: TYPE for the usual ones, X-ABLabel in a group of its own for others.
void setLabel(Component& card, std::size_t line, const std::string& label);
bool preferredOf(const Property&);
void setPreferred(Property&, bool preferred, bool version4);
bool isVersion4(const Component& card);

/// How the values of one kind of line are read and written.
struct LineKind {
    std::span<const std::string_view> names;  ///< the first one is used for new lines
    std::string (*read)(const Property&);     ///< empty: a line that isn't mapped, and never touched
    void (*write)(Property&, const std::string& value, bool version4);
};
extern const LineKind emailLines, phoneLines, urlLines, imLines, dateLines;

std::vector<LabelledValue> readLines(const Component& card, const LineKind&);
/// Makes the lines say `wanted`, in that order, touching no more of them than needed.
void overlayLines(Component& card, const LineKind&, const std::vector<LabelledValue>& wanted);

std::vector<PostalAddress> readAddresses(const Component& card);
void overlayAddresses(Component& card, const std::vector<PostalAddress>& wanted);

/// Replaces part `index` of a structured value (N, ADR, ORG) if its text differs; the other parts stay as written.
void setPart(Property&, std::size_t index, const std::string& plain);
/// Text of a part; a list in it is joined with ", ".
std::string partText(const Property&, std::size_t index);

/// X-ABLabel and X-ABADR of a line that was the group's only other one go with it. @returns the places of what went
std::vector<std::size_t> removeLine(Component& card, std::size_t line);

}  // namespace crmdav
