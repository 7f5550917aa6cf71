#pragma once
#include <functional>

#include "protocol/dav/filter.h"
#include "protocol/text/content_lines.h"

/// What calendar_filter.cpp and card_filter.cpp share; nobody else includes it.
namespace crmdav {

/// Does a property's text match: the whole value, or one of a comma list (CATEGORIES)? Unescaped; `negate` turns round
/// the whole.
bool matchesText(const TextMatch& match, const Property& property);

bool matchesParam(const ParamFilter& filter, const Property& property);

/// Is there a property of that name that meets the filter's conditions, or, where `absent` is asked for, none of the name
/// at all? A filter without conditions asks for the property's presence.
bool matchesProps(const PropFilter& filter, const Component& component, std::string_view group, std::string_view name,
                  const std::function<bool(const TimeRange&, const Property&)>& inRange);

}  // namespace crmdav
