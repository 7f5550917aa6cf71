#include <algorithm>
#include <stdexcept>

#include "protocol/text/calendar_item.h"
#include "protocol/text/content_lines.h"

namespace crmdav {
namespace {

using namespace std::chrono;

constexpr Duration oneDay{days{1}, seconds{0}};

std::optional<ItemKind> kindOf(const Component& component) {
    struct Row {
        std::string_view name;
        ItemKind kind;
    };
    constexpr Row rows[] = {{"VEVENT", ItemKind::event},
                            {"VTODO", ItemKind::todo},
                            {"VJOURNAL", ItemKind::journal},
                            {"VFREEBUSY", ItemKind::freeBusy},
                            {"VAVAILABILITY", ItemKind::availability}};
    for (const auto& [name, kind] : rows)
        if (component.is(name)) return kind;
    return std::nullopt;
}

class ItemReader {
public:
    ItemReader(const Component& calendar, CalendarItem::State& item) : zones_(calendar, item.floating), item_(item) {
        bool first = true;
        for (const Component& child : calendar.components()) {
            const auto kind = kindOf(child);
            if (!kind || (!first && *kind != item.kind)) continue;
            item.kind = *kind;
            first = false;
            addComponent(child);
        }
        finishOverrides();
        if (item_.master && item_.master->dated()) readRecurrence(*item_.master);
    }

private:
    void problem(const std::string& text) {
        if (item_.problem.empty()) item_.problem = text;
    }

    void addComponent(const Component& component) {
        item_.components.push_back(&component);
        ItemPart part;
        part.component = &component;
        readTimes(part);
        if (const Property* id = component.find("RECURRENCE-ID")) {
            part.recurrenceId = timeOf(*id);
            if (!part.recurrenceId) return;
            part.thisAndFuture = equalsIgnoreCase(id->parameter("RANGE"), "THISANDFUTURE");
            item_.overrides.push_back(std::move(part));
        } else if (item_.master) {
            problem("more than one component without RECURRENCE-ID");
        } else {
            item_.master = std::move(part);
        }
    }

    std::optional<DateTime> timeOf(const Property& property) {
        auto time = DateTime::parse(property.value(), property.parameter("TZID"));
        if (!time) problem(std::string(property.name()) + " is not a time");
        return time;
    }
    std::optional<DateTime> timeOf(const Component& component, std::string_view name) {
        const Property* property = component.find(name);
        return property != nullptr ? timeOf(*property) : std::nullopt;
    }

    void setStart(ItemPart& part, const DateTime& start) {
        part.start = start;
        part.zone = zones_.zoneOf(start);
        part.startUtc = part.endUtc = part.zone->toUtc(start.local);
    }
    void setLength(ItemPart& part, Duration length) {
        if (length.days.count() < 0 || length.seconds.count() < 0) length = {};
        part.length = length;
        part.endUtc = part.endFor(part.start.local, part.startUtc);
    }
    // DTEND and DUE fix an exact length, for all instances (RFC 5545 §3.8.5.3); between dates it is in days.
    void setEnd(ItemPart& part, const DateTime& end) {
        if (part.start.isDate() && end.isDate())
            return setLength(part, {floor<days>(end.local - part.start.local), seconds{0}});
        setLength(part, {days{0}, zones_.toUtc(end) - part.startUtc});
    }

    void readTimes(ItemPart& part) {
        const Component& component = *part.component;
        const bool unreadable = component.find("DTSTART") != nullptr && !timeOf(component, "DTSTART");
        if (unreadable) return;
        if (const auto start = timeOf(component, "DTSTART")) setStart(part, *start);
        switch (item_.kind) {
            case ItemKind::event: return readEvent(part);
            case ItemKind::todo: return readTodo(part);
            case ItemKind::journal: return readJournal(part);
            case ItemKind::freeBusy: return readFreeBusy(part);
            case ItemKind::availability: return readAvailability(part);
        }
    }

    std::optional<Duration> durationOf(const Component& component) {
        const Property* property = component.find("DURATION");
        if (property == nullptr) return std::nullopt;
        const auto length = Duration::parse(property->value());
        if (!length) problem("DURATION is not a duration");
        return length;
    }

    void readEvent(ItemPart& part) {
        if (!part.dated()) return problem("no DTSTART");
        part.form = OverlapForm::span;
        if (const auto end = timeOf(*part.component, "DTEND"))
            setEnd(part, *end);
        else if (const auto length = durationOf(*part.component))
            setLength(part, *length);
        // without an end a date lasts that day, a time no time (RFC 5545 §3.6.1); nor is there a day without length
        if (part.start.isDate() && part.length == Duration{}) setLength(part, oneDay);
    }

    void readTodo(ItemPart& part) {
        const auto due = timeOf(*part.component, "DUE");
        if (part.dated()) {
            part.form = OverlapForm::span;
            if (due) {
                setEnd(part, *due);
                part.form = OverlapForm::todoDue;
            } else if (const auto length = durationOf(*part.component)) {
                setLength(part, *length);
                part.form = OverlapForm::todoDuration;
            }
        } else if (due) {
            setStart(part, *due);
            part.form = OverlapForm::dueOnly;
        } else {
            readUndated(part);
        }
    }

    void readUndated(ItemPart& part) {
        const auto completed = timeOf(*part.component, "COMPLETED"), created = timeOf(*part.component, "CREATED");
        part.form = OverlapForm::always;
        part.startUtc = Instant::min();
        part.endUtc = Instant::max();
        if (completed && created) {
            part.form = OverlapForm::completedCreated;
            std::tie(part.startUtc, part.endUtc) = std::minmax({zones_.toUtc(*completed), zones_.toUtc(*created)});
        } else if (completed) {
            part.form = OverlapForm::completed;
            part.startUtc = part.endUtc = zones_.toUtc(*completed);
        } else if (created) {
            part.form = OverlapForm::created;
            part.startUtc = zones_.toUtc(*created);
        }
    }

    void readJournal(ItemPart& part) {
        if (!part.dated()) return;
        part.form = OverlapForm::span;
        if (part.start.isDate()) setLength(part, oneDay);
    }

    void readFreeBusy(ItemPart& part) {
        const auto end = timeOf(*part.component, "DTEND");
        if (part.dated() && end) {
            setEnd(part, *end);
            part.form = OverlapForm::freeBusySpan;
            return;
        }
        part.zone = nullptr;
        for (const Property* property : part.component->findAll("FREEBUSY"))
            for (const auto value : splitEscaped(property->value(), ','))
                if (const auto period = Period::parse(value)) {
                    const auto [from, until] = spanOf(*period, nullptr);
                    part.startUtc = part.form == OverlapForm::never ? from : std::min(part.startUtc, from);
                    part.endUtc = part.form == OverlapForm::never ? until : std::max(part.endUtc, until);
                    part.form = OverlapForm::freeBusyPeriods;
                }
    }

    void readAvailability(ItemPart& part) {
        part.form = OverlapForm::span;
        if (!part.dated()) part.startUtc = Instant::min();
        const auto end = timeOf(*part.component, "DTEND");
        const auto length = durationOf(*part.component);
        if (part.dated() && !end && length)
            setLength(part, *length);
        else
            part.endUtc = end ? zones_.toUtc(*end) : Instant::max();
        part.zone = nullptr;  // the whole of it happens once; what repeats is AVAILABLE inside
    }

    std::pair<Instant, Instant> spanOf(const Period& period, const ZonePtr& zone) {
        const Instant start = instantOf(period.start, zone);
        if (period.end) return {start, std::max(start, instantOf(*period.end, zone))};
        return {start, start + period.duration->approximate()};
    }

    // Clients forget TZID beside the master's: a floating time is the master's then.
    Instant instantOf(const DateTime& time, const ZonePtr& master) {
        return time.kind == DateTime::Kind::floating && master ? master->toUtc(time.local) : zones_.toUtc(time);
    }

    // A time that names an instance of `master`, in the master's terms: as date of a series of dates, on the master's
    // clock when only the day is given.
    Instant nameOf(const DateTime& time, const ItemPart& master) {
        const auto day = floor<days>(time.local);
        if (master.start.isDate()) return master.zone->toUtc(day);
        if (time.isDate()) return master.zone->toUtc(day + (master.start.local - floor<days>(master.start.local)));
        return instantOf(time, master.zone);
    }

    void finishOverrides() {
        const bool named = item_.master && item_.master->dated();
        for (ItemPart& part : item_.overrides) {
            part.key = named ? nameOf(*part.recurrenceId, *item_.master) : zones_.toUtc(*part.recurrenceId);
            if (part.dated()) part.shift = part.start.local - part.zone->toLocal(part.key);
            part.thisAndFuture = part.thisAndFuture && part.dated();
        }
        std::stable_sort(item_.overrides.begin(), item_.overrides.end(),
                         [](const auto& a, const auto& b) { return a.key < b.key; });
    }

    void readRecurrence(const ItemPart& master) {
        item_.extras.push_back({master.start.local, master.startUtc, std::nullopt});
        for (const Property& property : master.component->properties()) {
            if (property.is("RRULE"))
                readRule(property, item_.rules);
            else if (property.is("EXRULE"))
                readRule(property, item_.exceptionRules);
            else if (property.is("RDATE"))
                forEachTime(property, [&](std::string_view value) { return addExtra(property, value, master); });
            else if (property.is("EXDATE"))
                forEachTime(property, [&](std::string_view value) { return exclude(property, value, master); });
        }
        // of equal starts the one with an end of its own stays
        std::stable_sort(item_.extras.begin(), item_.extras.end(), [](const ExtraStart& a, const ExtraStart& b) {
            return a.utc != b.utc ? a.utc < b.utc : a.end.has_value() && !b.end.has_value();
        });
        const auto same = [](const ExtraStart& a, const ExtraStart& b) { return a.utc == b.utc; };
        item_.extras.erase(std::unique(item_.extras.begin(), item_.extras.end(), same), item_.extras.end());
        std::sort(item_.excluded.begin(), item_.excluded.end());
        std::sort(item_.excludedDays.begin(), item_.excludedDays.end());
    }

    void readRule(const Property& property, std::vector<Rule>& rules) {
        constexpr std::size_t mostRules = 20;
        if (rules.size() >= mostRules) return problem("too many rules");
        try {
            Rule rule = Rule::parse(property.value());
            if (item_.master->start.isDate()) {
                if (rule.frequency < Rule::Frequency::daily) return problem("a date cannot recur within the day");
                rule.hours.clear();  // to be ignored for dates (RFC 5545 §3.3.10)
                rule.minutes.clear();
                rule.seconds.clear();
            }
            rules.push_back(std::move(rule));
        } catch (const RuleError& error) {
            problem(error.what());
        }
    }

    template <class Read>
    void forEachTime(const Property& property, Read read) {
        for (const auto value : splitEscaped(property.value(), ','))
            if (!trim(value).empty() && !read(value)) problem(std::string(property.name()) + " is not a time");
    }

    bool addExtra(const Property& property, std::string_view value, const ItemPart& master) {
        const std::string_view tzid = property.parameter("TZID");
        std::optional<Instant> end;
        auto time = DateTime::parse(value, tzid);
        if (const auto period = time ? std::nullopt : Period::parse(value, tzid)) {
            time = period->start;
            end = spanOf(*period, master.zone).second;
        }
        if (!time) return false;
        const Instant utc = nameOf(*time, master);
        item_.extras.push_back({master.zone->toLocal(utc), utc, end});
        return true;
    }

    bool exclude(const Property& property, std::string_view value, const ItemPart& master) {
        const auto time = DateTime::parse(value, property.parameter("TZID"));
        if (!time) return false;
        if (time->isDate() && !master.start.isDate())
            item_.excludedDays.push_back(floor<days>(time->local));
        else
            item_.excluded.push_back(nameOf(*time, master));
        return true;
    }

    ObjectZones zones_;
    CalendarItem::State& item_;
};

}  // namespace

Instant ItemPart::endFor(LocalTime local, Instant utc) const {
    if (length.days.count() == 0) return utc + length.seconds;
    return zone->toUtc(local + length.days) + length.seconds;
}

// UNTIL on the clock of DTSTART (RFC 5545 §3.3.10): a day given for times means all of that day.
std::optional<LocalTime> CalendarItem::State::untilOf(const Rule& rule) const {
    if (!rule.until) return std::nullopt;
    const DateTime& until = *rule.until;
    if (master->start.isDate()) return floor<days>(until.local);
    if (until.isDate()) return until.local + seconds{86'399};
    if (until.kind == DateTime::Kind::utc && master->start.kind != DateTime::Kind::floating)
        return master->zone->toLocal(Instant{until.local.time_since_epoch()});
    return until.local;
}

CalendarItem::CalendarItem(const Component& calendar, ZonePtr floating) : state_(std::make_unique<State>()) {
    if (!floating) throw std::invalid_argument("CalendarItem needs a zone");
    state_->floating = std::move(floating);
    ItemReader(calendar, *state_);
}

CalendarItem::~CalendarItem() = default;
CalendarItem::CalendarItem(CalendarItem&&) noexcept = default;
CalendarItem& CalendarItem::operator=(CalendarItem&&) noexcept = default;

ItemKind CalendarItem::kind() const noexcept { return state_->kind; }
bool CalendarItem::recurring() const noexcept { return state_->repeats() || state_->components.size() > 1; }
const Component* CalendarItem::master() const noexcept { return state_->master ? state_->master->component : nullptr; }
const std::vector<const Component*>& CalendarItem::components() const noexcept { return state_->components; }
const std::string& CalendarItem::problem() const noexcept { return state_->problem; }

}  // namespace crmdav
