#include "protocol/dav/prop_match.h"

#include <algorithm>

namespace crmdav {

namespace {

bool compares(const TextMatch& match, std::string_view value) { return matches(match, value) != match.negate; }

/// Values of a parameter; those of vCard 2.1 without a name are TYPEs.
bool anyValue(const Property& property, const ParamFilter& filter,
              const std::function<bool(std::string_view)>& accepts) {
    const bool type = equalsIgnoreCase(filter.name, "TYPE");
    for (const Parameter& parameter : property.parameters()) {
        if (!parameter.is(filter.name) && !(type && parameter.name.empty())) continue;
        for (std::string_view value : parameter.values)
            if (accepts(decodeParameter(value))) return true;
    }
    return false;
}

bool holds(const PropFilter& filter, const Property& property,
           const std::function<bool(const TimeRange&, const Property&)>& inRange) {
    const auto text = [&](const TextMatch& match) { return matchesText(match, property); };
    const auto param = [&](const ParamFilter& wanted) { return matchesParam(wanted, property); };
    if (filter.allOf)
        return (!filter.range || inRange(*filter.range, property)) &&
               std::all_of(filter.texts.begin(), filter.texts.end(), text) &&
               std::all_of(filter.params.begin(), filter.params.end(), param);
    return (!filter.range && filter.texts.empty() && filter.params.empty()) ||
           (filter.range && inRange(*filter.range, property)) ||
           std::any_of(filter.texts.begin(), filter.texts.end(), text) ||
           std::any_of(filter.params.begin(), filter.params.end(), param);
}

}  // namespace

bool matchesText(const TextMatch& match, const Property& property) {
    const std::string_view raw = property.value();
    const bool plain = raw.find('\\') == raw.npos;
    bool found = plain ? compares(match, raw) : compares(match, property.text());
    if (!found && match.type != MatchType::contains && raw.find(',') != raw.npos)
        for (const std::string& part : property.texts()) found = found || compares(match, part);
    return found != match.negate;
}

bool matchesParam(const ParamFilter& filter, const Property& property) {
    if (filter.absent) return !anyValue(property, filter, [](std::string_view) { return true; });
    if (!filter.text) return anyValue(property, filter, [](std::string_view) { return true; });
    const bool found =
        anyValue(property, filter, [&](std::string_view value) { return compares(*filter.text, value); });
    if (!filter.text->negate) return found;
    return !found && anyValue(property, filter, [](std::string_view) { return true; });
}

bool matchesProps(const PropFilter& filter, const Component& component, std::string_view group, std::string_view name,
                  const std::function<bool(const TimeRange&, const Property&)>& inRange) {
    const bool absenceAlone = filter.absent && !filter.range && filter.texts.empty() && filter.params.empty();
    bool present = false;
    for (const Property& property : component.properties()) {
        if (!property.is(name) || (!group.empty() && !equalsIgnoreCase(property.group(), group))) continue;
        if (absenceAlone) return false;
        if (holds(filter, property, inRange)) return true;
        present = true;
    }
    return filter.absent && !present;
}

}  // namespace crmdav
