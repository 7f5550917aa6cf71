#include "protocol/text/partial_data.h"

#include <algorithm>

namespace crmdav {
namespace {

void appendWithoutValue(std::string& out, const Property& property, std::string_view eol) {
    Property empty = property;
    empty.setValue({});
    empty.appendTo(out, eol);
}

void appendSelected(std::string& out, const Component& component, const CompSelection& selection,
                    std::string_view eol) {
    component.beginLine().appendTo(out, eol);
    for (const Property& property : component.properties()) {
        const auto wanted =
            std::ranges::find_if(selection.props, [&](const auto& prop) { return property.is(prop.name); });
        if (selection.allProps || (wanted != selection.props.end() && !wanted->noValue))
            property.appendTo(out, eol);
        else if (wanted != selection.props.end())
            appendWithoutValue(out, property, eol);
    }
    for (const Component& inner : component.components()) {
        const auto wanted =
            std::ranges::find_if(selection.comps, [&](const auto& comp) { return inner.is(comp.name); });
        if (selection.allComps)
            inner.appendTo(out, eol);
        else if (wanted != selection.comps.end())
            appendSelected(out, inner, *wanted, eol);
    }
    component.endLine().appendTo(out, eol);
}

bool isSelected(const Property& property, std::string_view name) {
    const auto dot = name.find('.');
    if (dot == std::string_view::npos) return property.is(name);
    return equalsIgnoreCase(property.group(), name.substr(0, dot)) && property.is(name.substr(dot + 1));
}

}  // namespace

std::string partialCalendar(const Document& document, const CompSelection& selection) {
    std::string out;
    if (document.root().is(selection.name)) appendSelected(out, document.root(), selection, document.eol());
    return out;
}

std::string partialCard(const Document& document, std::span<const CompSelection::Prop> props) {
    const Component& card = document.root();
    std::string out;
    card.beginLine().appendTo(out, document.eol());
    for (const Property& property : card.properties()) {
        const auto wanted =
            std::ranges::find_if(props, [&](const auto& prop) { return isSelected(property, prop.name); });
        if (property.is("VERSION") || (wanted != props.end() && !wanted->noValue))
            property.appendTo(out, document.eol());
        else if (wanted != props.end())
            appendWithoutValue(out, property, document.eol());
    }
    card.endLine().appendTo(out, document.eol());
    return out;
}

}  // namespace crmdav
