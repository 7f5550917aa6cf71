#include "server/dav/property_setters.h"

#include <algorithm>

#include "protocol/dav/names.h"
#include "protocol/text/content_lines.h"
#include "protocol/text/zones.h"
#include "server/dav/representation.h"

namespace crmdav::setters {

namespace {

std::string textOf(const Xml* value) { return value ? std::string(value->text()) : std::string(); }

/// A calendar inside a property, as iCalendar text; it must hold a component of that name.
Document calendarIn(const Xml& value, std::string_view component) {
    try {
        std::string bytes(value.trimmed());
        if (value.attribute("content-type").value_or("") == jcalType) bytes = calendarFromJson(bytes);
        Document document = Document::parse(std::move(bytes));
        if (document.root().is("VCALENDAR") && document.root().findComponent(component)) return document;
    } catch (const ParseError&) {
    }
    throw DavError(403, "not a calendar with a " + std::string(component), caldav::valid_calendar_data);
}

void keep(Patch& patch, const QName& name, const Xml* value) {
    patch.kept.push_back(
        {std::string(name.ns), std::string(name.name), value ? std::optional(serialise(*value)) : std::nullopt});
}

/// The collection of the asker that an href inside the value names.
std::optional<Resource> collectionIn(const Patch& patch, const Xml& value, Kinds wanted) {
    const Xml* href = value.child(dav::href);
    auto target = href ? resolveHref(patch.dav, href->trimmed()) : std::nullopt;
    const bool fine = target && target->kind == wanted && target->exists && !target->foreign &&
                      target->collection->ownerLogin.empty();
    return fine ? std::move(target) : std::nullopt;
}

}  // namespace

void displayName(Patch& patch, const Xml* value) { patch.changed.displayName = textOf(value); }
void description(Patch& patch, const Xml* value) { patch.changed.description = textOf(value); }
void color(Patch& patch, const Xml* value) { patch.changed.color = value ? std::string(value->trimmed()) : ""; }
void order(Patch& patch, const Xml* value) { patch.changed.order = value ? std::string(value->trimmed()) : ""; }

void timezone(Patch& patch, const Xml* value) {
    patch.changed.timezone.clear();
    patch.changed.timezoneId.clear();
    if (!value) return;
    const Document zone = calendarIn(*value, "VTIMEZONE");
    patch.changed.timezone = zone.bytes();
    const Component& definition = *zone.root().findComponent("VTIMEZONE");
    const std::string id = definition.text("TZID");
    if (zone.root().components().size() != 1 || (!findZone(id) && !zoneOf(definition)))
        throw DavError(403, "not one time zone", caldav::valid_calendar_data);
    if (findZone(id)) patch.changed.timezoneId = id;
}

/// RFC 7809 §5.2: the identifier stands for the definition; setting one replaces the other.
void timezoneId(Patch& patch, const Xml* value) {
    const std::string id = value ? std::string(value->trimmed()) : std::string();
    if (value && !findZone(id)) throw DavError(403, "no such time zone", caldav::valid_timezone);
    patch.changed.timezone.clear();
    patch.changed.timezoneId = id;
}

void transparency(Patch& patch, const Xml* value) {
    patch.changed.transparent = value && value->child(caldav::transparent);
}

/// RFC 4791 §5.2.3: chosen when the calendar is made, protected from then on.
void components(Patch& patch, const Xml* value) {
    if (patch.changed.id != 0)
        throw DavError(403, "components are fixed at birth", dav::cannot_modify_protected_property);
    patch.changed.components.clear();
    for (const Xml* comp = value ? value->firstElement() : nullptr; comp; comp = comp->nextElement()) {
        const auto kind = componentKindOf(comp->attribute("name").value_or(""));
        if (kind) patch.changed.components.push_back(*kind);
    }
    if (patch.changed.components.empty())
        throw DavError(403, "no supported component", caldav::supported_calendar_component);
}

void availability(Patch& patch, const Xml* value) {
    if (value) calendarIn(*value, "VAVAILABILITY");
    for (const QName& name : {caldav::calendar_availability, cs::calendar_availability})
        if (!value || value->is(name)) keep(patch, name, value);
}

/// RFC 6638 §9.2, §4.3.1.2.
void defaultCalendar(Patch& patch, const Xml* value) {
    const auto target = value ? collectionIn(patch, *value, kind::calendar) : std::nullopt;
    const bool events = target && std::ranges::count(target->collection->components, ComponentKind::event);
    if (value && !events)
        throw DavError(403, "not a calendar of this user for events", caldav::valid_schedule_default_calendar_URL);
    patch.chosen = target ? target->collection->id : 0;
}

void defaultBook(Patch& patch, const Xml* value) {
    const auto target = value ? collectionIn(patch, *value, kind::book) : std::nullopt;
    if (value && (!target || target->collection->purpose == Purpose::companies))
        throw DavError(403, "not an address book of this user for people");
    patch.chosen = target ? target->collection->id : 0;
}

}  // namespace crmdav::setters
