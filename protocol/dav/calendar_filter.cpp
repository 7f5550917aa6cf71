#include <algorithm>
#include <array>
#include <unordered_set>

#include "protocol/dav/filter.h"
#include "protocol/dav/prop_match.h"
#include "protocol/text/expand.h"

namespace crmdav {

namespace {

/// One object under one filter.
class Matcher {
public:
    Matcher(const Component& calendar, const ZonePtr& floating) : calendar_(calendar), zones_(calendar, floating) {}

    bool root(const CompFilter& filter) {
        if (filter.absent || !calendar_.is(filter.name)) return false;
        return conditions(filter, calendar_);
    }

private:
    /// Props and inner components; no conditions: true.
    bool conditions(const CompFilter& filter, const Component& component) {
        const auto prop = [&](const PropFilter& wanted) { return this->prop(wanted, component); };
        const auto comp = [&](const CompFilter& wanted) { return child(wanted, component); };
        if (filter.allOf || (filter.props.empty() && filter.comps.empty()))
            return std::all_of(filter.props.begin(), filter.props.end(), prop) &&
                   std::all_of(filter.comps.begin(), filter.comps.end(), comp);
        return std::any_of(filter.props.begin(), filter.props.end(), prop) ||
               std::any_of(filter.comps.begin(), filter.comps.end(), comp);
    }

    /// RFC 4791 §9.7.1: one component of that name meets all; the time-range holds for an instance of that same one, so
    /// that an override is not found by what only its series says.
    bool child(const CompFilter& filter, const Component& parent) {
        std::vector<const Component*> fitting;
        std::size_t all = 0;
        for (const Component& component : parent.components()) {
            if (!component.is(filter.name)) continue;
            ++all;
            if (filter.absent) return false;
            const bool fits = conditions(filter, component);
            const bool decides = !filter.range || (!filter.allOf && !(filter.props.empty() && filter.comps.empty()));
            if (fits && decides) return true;
            if (fits || !filter.allOf) fitting.push_back(&component);
        }
        if (filter.absent) return true;
        if (fitting.empty() || !filter.range) return false;
        if (filter.name == "VALARM") return item().alarmIn(*filter.range, fitting);
        return fitting.size() == all ? item().anyIn(*filter.range) : instanceOf(fitting, *filter.range);
    }

    bool instanceOf(const std::vector<const Component*>& components, const TimeRange& range) {
        const std::unordered_set<const Component*> wanted(components.begin(), components.end());
        bool found = false;
        item().forEach(range, Bound{}, [&](const Instance& instance) {
            found = wanted.contains(instance.component);
            return !found;
        });
        return found;
    }

    bool prop(const PropFilter& filter, const Component& component) {
        return matchesProps(filter, component, {}, filter.name,
                            [&](const TimeRange& range, const Property& property) { return falls(property, range); });
    }

    /// Any of the property's times. A date is its whole day (RFC 4791 §9.9).
    bool falls(const Property& property, const TimeRange& range) {
        const std::string_view tzid = property.parameter("TZID");
        for (std::string_view value : splitEscaped(property.value(), ',')) {
            if (const auto time = DateTime::parse(value, tzid)) {
                const Instant start = zones_.toUtc(*time);
                const Instant end = time->isDate() ? start + std::chrono::days(1) : start;
                if (overlaps(start, end, range)) return true;
            } else if (const auto period = Period::parse(value, tzid)) {
                const Instant start = zones_.toUtc(period->start);
                const Instant end = period->end        ? zones_.toUtc(*period->end)
                                    : period->duration ? start + period->duration->approximate()
                                                       : start;
                if (overlaps(start, end, range)) return true;
            }
        }
        return false;
    }

    const CalendarItem& item() {
        if (!item_) item_.emplace(calendar_, zones_.floating());
        return *item_;
    }

    const Component& calendar_;
    ObjectZones zones_;
    std::optional<CalendarItem> item_;
};

constexpr std::array<std::string_view, 5> objectKinds{"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VAVAILABILITY"};
bool isObjectKind(std::string_view name) {
    return std::find(objectKinds.begin(), objectKinds.end(), name) != objectKinds.end();
}

/// The UID's text that each object must match, if the filter asks for one.
const PropFilter* uidFilter(const CompFilter& comp) {
    for (const PropFilter& prop : comp.props)
        if (prop.name == "UID" && !prop.absent && prop.allOf && prop.texts.size() == 1) return &prop;
    return nullptr;
}

void collectRanges(const CompFilter& comp, std::vector<TimeRange>& ranges) {
    if (comp.range) ranges.push_back(*comp.range);
    for (const PropFilter& prop : comp.props)
        if (prop.range) ranges.push_back(*prop.range);
    for (const CompFilter& inner : comp.comps) collectRanges(inner, ranges);
}

}  // namespace

bool matches(const CalendarFilter& filter, const Document& object, const ZonePtr& floating) {
    return Matcher(object.root(), filter.zone ? filter.zone : floating).root(filter.root);
}

std::vector<TimeRange> rangesOf(const CalendarFilter& filter) {
    std::vector<TimeRange> ranges;
    collectRanges(filter.root, ranges);
    return ranges;
}

CalendarHints hintsOf(const CalendarFilter& filter) {
    CalendarHints hints;
    const CompFilter& root = filter.root;
    hints.nothing = root.absent;
    if (!root.allOf && root.props.size() + root.comps.size() > 1) return hints;
    const CompFilter* wanted = nullptr;
    for (const CompFilter& comp : root.comps) {
        if (comp.absent || !isObjectKind(comp.name)) continue;
        if (wanted && wanted->name != comp.name) hints.nothing = true;  // an object has one kind (RFC 4791 §4.1)
        if (!wanted) wanted = &comp;
    }
    const bool rootAsksNoMore = root.props.empty() && root.comps.size() == (wanted ? 1 : 0);
    hints.exact = rootAsksNoMore;
    if (!wanted || hints.nothing) return hints;
    hints.component = wanted->name;
    const std::size_t conditions = wanted->props.size() + wanted->comps.size() + (wanted->range ? 1 : 0);
    hints.exact = rootAsksNoMore && conditions == 0;
    if (!wanted->allOf && conditions > 1) return hints;
    hints.range = wanted->range;
    const PropFilter* uid = uidFilter(*wanted);
    if (uid) hints.uid = &uid->texts.front();
    const bool uidAlone = wanted->props.empty() || (uid && wanted->props.size() == 1 && uid->params.empty());
    hints.exact = rootAsksNoMore && wanted->comps.empty() && uidAlone;
    return hints;
}

}  // namespace crmdav
