#pragma once
#include "server/dav/properties.h"

/// Setters of live properties: each takes a value over into the patch, or says why not.
namespace crmdav::setters {

using Setter = void(Patch&, const Xml*);

Setter displayName, description, color, order, timezone, timezoneId, transparency, components, availability,
    defaultCalendar, defaultBook;

}  // namespace crmdav::setters
