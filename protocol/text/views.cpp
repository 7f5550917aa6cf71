#include "protocol/text/views.h"

#include <algorithm>

#include "protocol/dav/errors.h"
#include "protocol/dav/names.h"
#include "protocol/text/content_lines.h"

namespace crmdav {
namespace {

using namespace std::chrono;

// Of one expansion: each instance repeats all of the text (D24).
constexpr std::size_t mostBytes = 32U << 20U;

bool isOneOf(const Property& property, std::initializer_list<std::string_view> names) {
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return property.is(name); });
}

// Writes the instances of one object (RFC 4791 §9.6.5).
class Expander {
public:
    Expander(const Document& document, const CalendarItem& item, const Zone& floating)
        : eol_(document.eol()), recurring_(item.recurring()), floating_(floating) {}

    void append(std::string& out, const Instance& instance) const {
        const Component& component = *instance.component;
        out.append("BEGIN:").append(component.name()).append(eol_);
        bool ended = false;
        for (const Property& property : component.properties()) {
            if (isOneOf(property, {"RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID"})) continue;
            if (property.is("DTSTART")) {
                appendTime(out, "DTSTART", instance.start, instance.allDay);
            } else if (isOneOf(property, {"DTEND", "DUE"})) {
                appendTime(out, property.is("DUE") ? "DUE" : "DTEND", instance.end, instance.allDay);
                ended = true;
            } else if (property.is("DURATION") && !instance.allDay) {
                appendDuration(out, property, instance);
                ended = true;
            } else {
                property.appendTo(out, eol_);
            }
        }
        // an RDATE with a period of its own, in a series without any
        if (!ended && !instance.allDay && component.is("VEVENT") && instance.end > instance.start)
            appendTime(out, "DTEND", instance.end, false);
        if (recurring_ && !isInitial(instance)) appendRecurrenceId(out, instance);
        for (const Component& child : component.components()) child.appendTo(out, eol_);
        out.append("END:").append(component.name()).append(eol_);
    }

private:
    // RFC 4791 §9.6.5: the others MUST say which instance they are.
    static bool isInitial(const Instance& instance) {
        const Property* const start = instance.overridden ? nullptr : instance.component->find("DTSTART");
        return start && DateTime::parse(trim(start->value()), start->parameter("TZID")) == instance.recurrenceId;
    }

    void appendTime(std::string& out, std::string_view name, Instant time, bool date) const {
        out.append(name);
        if (date) {
            out += ";VALUE=DATE:";
            appendDate(out, floating_.toLocal(time));
        } else {
            out += ':';
            appendDateTime(out, LocalTime{time.time_since_epoch()});
            out += 'Z';
        }
        out += eol_;
    }

    // A day on the clock of a zone may have 23 hours, in UTC it has 24: then the length has to be told in hours.
    void appendDuration(std::string& out, const Property& property, const Instance& instance) const {
        const auto given = Duration::parse(property.value());
        const seconds exact = instance.end - instance.start;
        if (given && given->approximate() == exact) return property.appendTo(out, eol_);
        out.append("DURATION:").append(Duration{days{0}, exact}.text()).append(eol_);
    }

    void appendRecurrenceId(std::string& out, const Instance& instance) const {
        const DateTime& id = instance.recurrenceId;
        if (id.isDate()) {
            out += "RECURRENCE-ID;VALUE=DATE:";
            appendDate(out, id.local);
            out += eol_;
        } else {
            appendTime(out, "RECURRENCE-ID", instance.recurrenceInstant, false);
        }
    }

    std::string_view eol_;
    bool recurring_;
    const Zone& floating_;
};

// The document without some of its components; as stored when all stay.
template <class Unwanted>
std::string without(const Document& document, Unwanted unwanted) {
    const auto components = document.root().components();
    if (std::none_of(components.begin(), components.end(), unwanted)) return document.bytes();
    // decided on the original: the copy's components live elsewhere
    std::vector<bool> gone;
    for (const Component& component : components) gone.push_back(unwanted(component));
    Document copy = document;
    std::size_t at = 0;
    copy.root().removeComponentsIf([&](const Component&) { return gone[at++]; });
    return copy.bytes();
}

}  // namespace

std::string expandView(const Document& document, const TimeRange& range, const ZonePtr& floating, std::size_t most) {
    const Component& root = document.root();
    const CalendarItem item(root, floating);
    std::vector<Instance> instances;
    const Walk walk = item.forEach(range, {most}, [&](const Instance& instance) {
        instances.push_back(instance);
        return true;
    });
    if (walk == Walk::cutShort)
        throw DavError(403, "more than " + std::to_string(most) + " instances in the time range",
                       dav::number_of_matches_within_limits);
    std::stable_sort(instances.begin(), instances.end(),
                     [](const Instance& a, const Instance& b) { return a.start < b.start; });

    const Expander expander(document, item, *floating);
    const std::string_view eol = document.eol();
    std::string out;
    out.append("BEGIN:").append(root.name()).append(eol);
    for (const Property& property : root.properties()) property.appendTo(out, eol);
    for (const Instance& instance : instances) {
        expander.append(out, instance);
        if (out.size() > mostBytes)
            throw DavError(403, "the instances in the time range are too large together",
                           dav::number_of_matches_within_limits);
    }
    const std::unordered_set<const Component*> items(item.components().begin(), item.components().end());
    for (const Component& component : root.components())
        if (!component.is("VTIMEZONE") && !items.contains(&component)) component.appendTo(out, eol);
    out.append("END:").append(root.name()).append(eol);
    return out;
}

std::string limitRecurrenceSet(const Document& document, const TimeRange& range, const ZonePtr& floating) {
    const auto unwanted = CalendarItem(document.root(), floating).unaffecting(range);
    return without(document, [&](const Component& component) { return unwanted.contains(&component); });
}

std::string limitFreeBusySet(const Document& document, const TimeRange& range) {
    const auto outside = [&range](std::string_view value) {
        const auto period = Period::parse(value);
        if (!period) return false;
        const Instant start{period->start.local.time_since_epoch()};
        const Instant end =
            period->end ? Instant{period->end->local.time_since_epoch()} : start + period->duration->approximate();
        return !overlaps(start, end, range);
    };
    Document copy = document;
    for (Component& component : copy.root().components()) {
        if (!component.is("VFREEBUSY")) continue;
        for (Property& property : component.properties()) {
            if (!property.is("FREEBUSY")) continue;
            const auto values = splitEscaped(property.value(), ',');
            if (std::none_of(values.begin(), values.end(), outside)) continue;
            std::string kept;
            for (const auto value : values)
                if (!outside(value)) kept.append(kept.empty() ? "" : ",").append(value);
            property.setValue(kept);
        }
        component.removeIf(
            [](const Property& property) { return property.is("FREEBUSY") && property.value().empty(); });
    }
    return copy.bytes();
}

std::string withoutStandardZones(const Document& document) {
    return without(document, [](const Component& component) {
        return component.is("VTIMEZONE") && isIanaZoneId(component.value("TZID"));
    });
}

}  // namespace crmdav
