#include <algorithm>

#include "protocol/dav/filter.h"
#include "protocol/dav/prop_match.h"

namespace crmdav {

namespace {

struct CardName {
    std::string_view group, name;
};
CardName split(std::string_view name) {
    const auto dot = name.find('.');
    if (dot == name.npos) return {{}, name};
    return {name.substr(0, dot), name.substr(dot + 1)};
}

bool holds(const PropFilter& filter, const Component& card) {
    const auto [group, name] = split(filter.name);
    return matchesProps(filter, card, group, name, [](const TimeRange&, const Property&) { return false; });
}

using Group = std::vector<Needle>;

/// Needle of one text; nullopt: every value may match.
std::optional<Needle> needleOf(const PropFilter& prop, const TextMatch& match) {
    if (match.negate) return std::nullopt;
    Needle needle{std::string(split(prop.name).name), foldForIndex(match.text)};
    if (needle.text.empty()) return std::nullopt;
    return needle;
}

/// What each card that satisfies `prop` must hold: groups as in requiredText(), empty when the index can't tell.
std::vector<Group> groupsOf(const PropFilter& prop) {
    std::vector<Group> groups;
    if (prop.absent || prop.texts.empty()) return groups;
    if (!prop.allOf && !prop.params.empty()) return groups;
    if (!prop.allOf) groups.emplace_back();
    for (const TextMatch& match : prop.texts) {
        auto needle = needleOf(prop, match);
        if (!needle && prop.allOf) continue;
        if (!needle) return {};
        if (prop.allOf) groups.emplace_back();
        groups.back().push_back(*std::move(needle));
    }
    return groups;
}

/// The group that finds the fewest, by its shortest needle.
const Group& mostSelective(const std::vector<Group>& groups) {
    const auto weakest = [](const Group& group) {
        std::size_t size = group.front().text.size();
        for (const Needle& needle : group) size = std::min(size, needle.text.size());
        return size;
    };
    return *std::max_element(groups.begin(), groups.end(),
                             [&](const Group& a, const Group& b) { return weakest(a) < weakest(b); });
}

}  // namespace

bool matches(const CardFilter& filter, const Document& card) {
    const auto test = [&](const PropFilter& prop) { return holds(prop, card.root()); };
    if (filter.props.empty()) return true;
    return filter.allOf ? std::all_of(filter.props.begin(), filter.props.end(), test)
                        : std::any_of(filter.props.begin(), filter.props.end(), test);
}

std::vector<std::vector<Needle>> requiredText(const CardFilter& filter) {
    std::vector<Group> all;
    if (!filter.allOf && !filter.props.empty()) all.emplace_back();
    for (const PropFilter& prop : filter.props) {
        auto groups = groupsOf(prop);
        if (filter.allOf) {
            std::move(groups.begin(), groups.end(), std::back_inserter(all));
        } else if (groups.empty()) {
            return {};
        } else {
            const Group& best = mostSelective(groups);
            all.front().insert(all.front().end(), best.begin(), best.end());
        }
    }
    return all;
}

}  // namespace crmdav
