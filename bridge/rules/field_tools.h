#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "bridge/rules/fields.h"
#include "protocol/text/text_values.h"

/// What the tables of fields are made from.
namespace crmdav {

/// A single value; empty text is no value.
inline Elements one(std::string text) { return text.empty() ? Elements{} : Elements{{{}, std::move(text)}}; }

/// A line's worth of text: runs of white space are one blank.
std::string plainLine(std::string_view text);
/// Text of several lines: line ends are LF, blanks at the ends of lines and empty lines at the end go, a no-break space
/// is a blank.
std::string plainText(std::string_view text);

/// Ascending, each key once (the first of them), none without a key.
template <class List, class Make>
Elements elementsOf(const List& list, Make make) {
    Elements all;
    for (const auto& item : list) {
        Element element = make(item);
        if (!element.key.empty() && std::ranges::find(all, element.key, &Element::key) == all.end())
            all.push_back(std::move(element));
    }
    std::ranges::sort(all, {}, &Element::key);
    return all;
}

template <auto List, auto Key, class R>
void putElement(const R& from, R& to, std::string_view key) {
    const auto same = [&](const auto& item) { return Key(item) == key; };
    const auto source = std::ranges::find_if(from.*List, same);
    auto& list = to.*List;
    const auto target = std::ranges::find_if(list, same);
    if (source == (from.*List).end())
        std::erase_if(list, same);
    else if (target == list.end())
        list.push_back(*source);
    else
        *target = *source;
}

}  // namespace crmdav
