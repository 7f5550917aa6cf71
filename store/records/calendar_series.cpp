#include "store/records/calendar_series.h"

#include <algorithm>

#include "store/records/activity_ical.h"
#include "store/records/calendar_times.h"
#include "store/records/normalise.h"

namespace crmdav {
namespace {

/// The override of one occurrence; null: none.
Component* overrideOf(Component& calendar, const When& original, const When& start) {
    for (Component& item : calendar.components()) {
        if (!item.is("VEVENT") && !item.is("VTODO")) continue;
        const Property* id = item.find("RECURRENCE-ID");
        if (id && inFormOf(readWhen(calendar, *id), start) == original) return &item;
    }
    return nullptr;
}

Component& master(Component& calendar) { return *const_cast<Component*>(masterOf(calendar)); }

Exception readOverride(const Component& calendar, const Component& item, const When& start) {
    Exception exception;
    exception.original = inFormOf(readWhen(calendar, *item.find("RECURRENCE-ID")), start);
    exception.cancelled = equalsIgnoreCase(trim(item.value("STATUS")), "CANCELLED");
    exception.subject = cleanText(item.text("SUMMARY"));
    exception.location = cleanText(item.text("LOCATION"));
    exception.notes = cleanText(item.text("DESCRIPTION"));
    if (const Property* begin = item.find("DTSTART")) exception.start = readWhen(calendar, *begin);
    exception.end = readEnd(calendar, item);
    return exception;
}

Exception cancelledAt(const When& original) {
    Exception exception;
    exception.original = original;
    exception.cancelled = true;
    return exception;
}

void addTime(Component& calendar, std::string_view name, const When& when) {
    Property property = propertyOf(calendar, name, when);  // may add a VTIMEZONE, and with it move the master
    Component& item = master(calendar);
    if (const Property* start = item.find("DTSTART"); start && readWhen(calendar, *start).kind == when.kind &&
                                                      readWhen(calendar, *start).zone == when.zone &&
                                                      when.kind == When::Kind::zoned)
        property.setParameter("TZID", start->parameter("TZID"));
    item.add(std::move(property));
}

void cancel(Component& calendar, const When& original, const When& start) {
    if (const Component* own = overrideOf(calendar, original, start))
        calendar.removeComponentsIf([&](const Component& item) { return &item == own; });
    addTime(calendar, "EXDATE", original);
}

void uncancel(Component& calendar, const When& original, const When& start) {
    Component& item = master(calendar);
    auto times = readTimes(calendar, item, "EXDATE");
    std::erase_if(times, [&](const ListedTime& time) { return inFormOf(time.when, start) != original; });
    removeTimes(item, std::move(times));
}

/// What belongs to the series and not to one occurrence.
bool isOfSeries(const Property& property) {
    for (std::string_view name :
         {"RRULE", "RDATE", "EXDATE", "EXRULE", "DTSTART", "DTEND", "DUE", "DURATION", "X-CRMDAV-ID"})
        if (property.is(name)) return true;
    return false;
}

void addOverride(Component& calendar, const Exception& exception) {
    Component item = master(calendar);
    item.removeIf(isOfSeries);
    Property id = propertyOf(calendar, "RECURRENCE-ID", exception.original);
    item.add(std::move(id));
    item.add(propertyOf(calendar, "DTSTART", exception.start));
    writeEnd(calendar, item, exception.start, exception.end);
    const Exception old = readOverride(calendar, item, exception.original);
    writeTexts(item, {old.subject, old.location, old.notes}, {exception.subject, exception.location, exception.notes});
    calendar.addComponent(std::move(item));
}

void editOverride(Component& calendar, Component& item, const Exception& before, const Exception& after) {
    writeTexts(item, {before.subject, before.location, before.notes}, {after.subject, after.location, after.notes});
    if (before.start == after.start && before.end == after.end) return;
    Component edited = item;  // a new VTIMEZONE would move the components
    const When id = after.original;
    if (Property* begin = edited.find("DTSTART"))
        writeWhen(calendar, *begin, after.start);
    else
        edited.add(propertyOf(calendar, "DTSTART", after.start));
    writeEnd(calendar, edited, after.start, after.end);
    if (Component* place = overrideOf(calendar, id, id)) *place = std::move(edited);
}

void moveException(Component& calendar, const Exception& before, const When& to, const When& start) {
    Component& item = master(calendar);
    auto times = readTimes(calendar, item, "EXDATE");
    std::erase_if(times, [&](const ListedTime& time) { return inFormOf(time.when, start) != before.original; });
    if (!times.empty()) {
        removeTimes(item, std::move(times));
        addTime(calendar, "EXDATE", to);
    }
    if (Component* own = overrideOf(calendar, before.original, start)) {
        Property id = *own->find("RECURRENCE-ID");
        writeWhen(calendar, id, to);
        if (Component* again = overrideOf(calendar, before.original, start))
            *again->find("RECURRENCE-ID") = std::move(id);
    }
}

const Exception* find(const std::vector<Exception>& all, const When& original) {
    const auto found = std::ranges::find(all, original, &Exception::original);
    return found == all.end() ? nullptr : &*found;
}

/// By time; of those with the same original the first stays.
void sortOnce(std::vector<Exception>& all) {
    std::ranges::stable_sort(all, {}, [](const Exception& e) { return e.original.local; });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        bool again = false;
        for (std::size_t j = kept; j > 0 && !again && all[j - 1].original.local == all[i].original.local; --j)
            again = all[j - 1].original == all[i].original;
        if (again) continue;
        if (kept != i) all[kept] = std::move(all[i]);
        ++kept;
    }
    all.resize(kept);
}

/// @param before  as the object has them, already under their new originals
void overlayExceptions(Component& calendar, const std::vector<Exception>& before, const Activity& after) {
    for (const Exception& old : before) {
        if (find(after.exceptions, old.original)) continue;
        uncancel(calendar, old.original, after.start);
        if (const Component* own = overrideOf(calendar, old.original, after.start))
            calendar.removeComponentsIf([&](const Component& item) { return &item == own; });
    }
    for (const Exception& wanted : after.exceptions) {
        const Exception* old = find(before, wanted.original);
        if (old && *old == wanted) continue;
        if (wanted.cancelled) {
            if (!old || !old->cancelled) cancel(calendar, wanted.original, after.start);
            continue;
        }
        uncancel(calendar, wanted.original, after.start);
        Component* own = overrideOf(calendar, wanted.original, after.start);
        if (!own)
            addOverride(calendar, wanted);
        else {
            const Exception now = readOverride(calendar, *own, after.start);
            if (now.cancelled) own->remove("STATUS");
            editOverride(calendar, *own, now, wanted);
        }
    }
}

void overlayDates(Component& calendar, const std::vector<When>& wanted, const When& start) {
    Component& item = master(calendar);
    auto times = readTimes(calendar, item, "RDATE");
    std::vector<When> there;
    for (const ListedTime& time : times) there.push_back(inFormOf(time.when, start));
    std::vector<ListedTime> unwanted;
    for (std::size_t i = 0; i < times.size(); ++i)
        if (std::ranges::find(wanted, there[i]) == wanted.end()) unwanted.push_back(times[i]);
    removeTimes(item, std::move(unwanted));
    for (const When& when : wanted)
        if (std::ranges::find(there, when) == there.end()) addTime(calendar, "RDATE", when);
}

}  // namespace

void writeTexts(Component& item, const Texts& before, const Texts& after) {
    const auto write = [&](std::string_view name, std::string_view old, std::string_view now) {
        if (old == now) return false;
        if (now.empty()) return item.remove(name) != 0;
        item.setText(name, now).removeParameter("ALTREP");  // the old text in HTML
        return true;
    };
    write("SUMMARY", before.subject, after.subject);
    write("LOCATION", before.location, after.location);
    if (write("DESCRIPTION", before.notes, after.notes)) item.remove("X-ALT-DESC");
}

When shifted(const When& when, const When& from, const When& to) {
    When moved = inFormOf(when, from);
    if (to.kind == When::Kind::date) {
        const auto days =
            std::chrono::floor<std::chrono::days>(to.local) - std::chrono::floor<std::chrono::days>(from.local);
        return {When::Kind::date, std::chrono::floor<std::chrono::days>(moved.local) + days, {}};
    }
    return {to.kind, moved.local + (to.local - from.local), to.zone};
}

void readSeries(const Component& calendar, const Component& item, Activity& activity) {
    if (const Property* start = item.find("DTSTART")) activity.start = readWhen(calendar, *start);
    activity.end = readEnd(calendar, item);
    activity.rrule = cleanText(trim(item.value("RRULE")));
    for (const ListedTime& time : readTimes(calendar, item, "RDATE"))
        activity.extraDates.push_back(inFormOf(time.when, activity.start));
    for (const ListedTime& time : readTimes(calendar, item, "EXDATE"))
        activity.exceptions.push_back(cancelledAt(inFormOf(time.when, activity.start)));
    for (const Component& other : calendar.components()) {
        if (&other == &item || !(other.is("VEVENT") || other.is("VTODO")) || !other.find("RECURRENCE-ID")) continue;
        Exception exception = readOverride(calendar, other, activity.start);
        if (exception.cancelled) exception = cancelledAt(exception.original);
        activity.exceptions.push_back(std::move(exception));
    }
    sortOnce(activity.exceptions);
}

void overlaySeries(Component& calendar, const Activity& before, const Activity& after) {
    std::vector<Exception> there = before.exceptions;
    if (before.start != after.start) {
        for (Exception& exception : there) {
            const When to = shifted(exception.original, before.start, after.start);
            if (!find(after.exceptions, to)) continue;  // the caller gave new ones: by comparison below
            moveException(calendar, exception, to, before.start);
            exception.original = to;
        }
        Component& item = master(calendar);
        if (after.start.kind == When::Kind::none)
            item.remove("DTSTART");
        else {
            Property start = item.find("DTSTART") ? *item.find("DTSTART") : Property("DTSTART");
            writeWhen(calendar, start, after.start);
            Component& again = master(calendar);
            if (Property* place = again.find("DTSTART"))
                *place = std::move(start);
            else
                again.add(std::move(start));
        }
    }
    if (before.start != after.start || before.end != after.end) {
        Component edited = master(calendar);
        writeEnd(calendar, edited, after.start, after.end);
        master(calendar) = std::move(edited);
    }
    if (before.rrule != after.rrule) {
        Component& item = master(calendar);
        if (after.rrule.empty())
            item.remove("RRULE");
        else
            item.setValue("RRULE", after.rrule);
    }
    if (before.extraDates != after.extraDates) overlayDates(calendar, after.extraDates, after.start);
    if (there != after.exceptions) overlayExceptions(calendar, there, after);
}

}  // namespace crmdav
