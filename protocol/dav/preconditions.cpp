#include "protocol/dav/preconditions.h"

#include <algorithm>
#include <array>

#include "protocol/dav/errors.h"
#include "protocol/text/text_values.h"

namespace crmdav {

namespace {

/// Reads one entity tag off the front: W/"x", "x", or a token that someone forgot to quote.
std::string takeTag(std::string_view& rest) {
    if (rest.starts_with("W/") || rest.starts_with("w/")) rest.remove_prefix(2);
    if (!rest.starts_with('"')) {
        const std::string_view token = rest.substr(0, rest.find_first_of(", \t"));
        rest.remove_prefix(token.size());
        return std::string(token);
    }
    const auto end = rest.find('"', 1);
    const std::string_view tag = rest.substr(1, end == rest.npos ? end : end - 1);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    return std::string(tag);
}

constexpr std::array<std::string_view, 5> compressionMarks{"--gzip", "-gzip", ";gzip", "-br", "-zstd"};

/// Beside a tag that a compressing proxy may have marked, the one it was made from. Both stay: a mark can be part of an
/// unmarked tag.
void addUncompressed(std::vector<std::string>& tags) {
    for (std::string_view mark : compressionMarks) {
        if (!tags.back().ends_with(mark)) continue;
        tags.push_back(tags.back().substr(0, tags.back().size() - mark.size()));
        return;
    }
}

void skip(std::string_view& rest, std::string_view what) {
    rest.remove_prefix(std::min(rest.find_first_not_of(what), rest.size()));
}

[[noreturn]] void badIf() { throw DavError(400, "If header can't be read"); }

std::string takeCoded(std::string_view& rest, char closing) {
    const auto end = rest.find(closing, 1);
    if (end == rest.npos) badIf();
    std::string inside(rest.substr(1, end - 1));
    rest.remove_prefix(end + 1);
    return inside;
}

StateTerm takeTerm(std::string_view& rest) {
    StateTerm term;
    if (startsWithIgnoreCase(rest, "not") && rest.size() > 3 && std::string_view(" \t<[").find(rest[3]) != rest.npos) {
        term.negated = true;
        rest.remove_prefix(3);
        skip(rest, " \t");
    }
    if (rest.starts_with('<')) {
        term.value = takeCoded(rest, '>');
    } else if (rest.starts_with('[')) {
        term.isTag = true;
        const std::string inside = takeCoded(rest, ']');
        std::string_view tag = inside;
        term.value = takeTag(tag);
    } else {
        badIf();
    }
    return term;
}

StateList takeList(std::string_view& rest, const std::string& resource) {
    StateList list{resource, {}};
    rest.remove_prefix(1);
    for (skip(rest, " \t"); !rest.starts_with(')'); skip(rest, " \t")) list.terms.push_back(takeTerm(rest));
    rest.remove_prefix(1);
    if (list.terms.empty()) badIf();
    return list;
}

}  // namespace

bool EntityTags::has(std::string_view etag) const { return std::find(tags.begin(), tags.end(), etag) != tags.end(); }

std::optional<EntityTags> parseEntityTags(std::string_view header) {
    std::string_view rest = trim(header);
    if (rest.empty()) return std::nullopt;
    EntityTags found;
    if (rest == "*") {
        found.any = true;
        return found;
    }
    for (skip(rest, ", \t"); !rest.empty(); skip(rest, ", \t")) {
        found.tags.push_back(takeTag(rest));
        addUncompressed(found.tags);
    }
    return found;
}

std::vector<StateList> parseIf(std::string_view header) {
    std::vector<StateList> lists;
    std::string resource;
    std::string_view rest = header;
    for (skip(rest, " \t"); !rest.empty(); skip(rest, " \t")) {
        if (rest.starts_with('<')) {
            resource = takeCoded(rest, '>');
            skip(rest, " \t");
            if (!rest.starts_with('(')) badIf();
        } else if (rest.starts_with('(')) {
            lists.push_back(takeList(rest, resource));
        } else {
            badIf();
        }
    }
    return lists;
}

bool holds(const std::vector<StateList>& lists,
           const std::function<bool(std::string_view resource, const StateTerm& term)>& termHolds) {
    if (lists.empty()) return true;
    return std::any_of(lists.begin(), lists.end(), [&](const StateList& list) {
        return std::all_of(list.terms.begin(), list.terms.end(),
                           [&](const StateTerm& term) { return termHolds(list.resource, term) != term.negated; });
    });
}

}  // namespace crmdav
