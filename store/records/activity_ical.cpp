#include "store/records/activity_ical.h"

#include <algorithm>

#include "protocol/text/datetime.h"
#include "store/records/calendar_people.h"
#include "store/records/calendar_series.h"
#include "store/records/calendar_times.h"
#include "store/records/normalise.h"

namespace crmdav {
namespace {

bool says(const Component& item, std::string_view name, std::string_view value) {
    return equalsIgnoreCase(trim(item.value(name)), value);
}

int numberIn(std::string_view value, int most) {
    int number = 0;
    for (char c : trim(value))
        if (c < '0' || c > '9' || (number = number * 10 + (c - '0')) > most) return 0;
    return number;
}

template <class Calendar>
auto masterIn(Calendar& calendar) -> decltype(&calendar.components()[0]) {
    decltype(&calendar.components()[0]) first = nullptr;
    for (auto& item : calendar.components()) {
        if (!item.is("VEVENT") && !item.is("VTODO")) continue;
        if (!item.find("RECURRENCE-ID")) return &item;
        if (!first) first = &item;
    }
    return first;
}

// ---------------------------------------------------------------- type

Id typeOf(const Component& item, std::span<const ActivityType> types, const Id& fallback) {
    const auto own = std::ranges::find(types, lowerAscii(trim(item.text("X-CRMDAV-TYPE"))), &ActivityType::key);
    Id named;
    for (const Property& line : item.properties()) {
        if (!line.is("CATEGORIES")) continue;
        for (const std::string& category : line.texts())
            for (const ActivityType& type : types) {
                if (normalName(type.name) != normalName(category)) continue;
                if (own != types.end() && own->id == type.id) return type.id;
                if (named.empty()) named = type.id;  // a client that doesn't know our property changed the category
            }
    }
    if (!named.empty()) return named;
    return own != types.end() ? own->id : fallback;
}

void writeType(Component& item, std::span<const ActivityType> types, const Id& before, const Id& after) {
    const auto wanted = std::ranges::find(types, after, &ActivityType::id);
    if (wanted == types.end()) return;
    const auto old = std::ranges::find(types, before, &ActivityType::id);
    bool written = false;
    for (Property& line : item.properties()) {
        if (!line.is("CATEGORIES")) continue;
        auto categories = line.texts();
        for (std::string& category : categories)
            if (!written && old != types.end() && normalName(category) == normalName(old->name)) {
                category = wanted->name;
                written = true;
            }
        if (written) {
            line.setTexts(categories);
            break;
        }
    }
    if (!written) item.add(Property::ofText("CATEGORIES", wanted->name));
    item.setText("X-CRMDAV-TYPE", wanted->key);
}

// ---------------------------------------------------------------- states

void readStates(const Component& item, Activity& activity) {
    activity.cancelled = says(item, "STATUS", "CANCELLED");
    activity.tentative = says(item, "STATUS", "TENTATIVE");
    activity.busy = !says(item, "TRANSP", "TRANSPARENT");
    if (says(item, "CLASS", "PRIVATE")) activity.privacy = Privacy::personal;
    if (says(item, "CLASS", "CONFIDENTIAL")) activity.privacy = Privacy::confidential;
    activity.priority = numberIn(item.value("PRIORITY"), 9);
    if (activity.component == ComponentKind::event) {
        activity.done = says(item, "X-CRMDAV-DONE", "TRUE") || says(item, "X-CRMDAV-DONE", "1");
        return;
    }
    activity.completed = parseUtc(trim(item.value("COMPLETED")));
    const bool open = says(item, "STATUS", "NEEDS-ACTION") || says(item, "STATUS", "IN-PROCESS") || activity.cancelled;
    activity.done = says(item, "STATUS", "COMPLETED") || (!open && activity.completed);
    activity.percent = numberIn(item.value("PERCENT-COMPLETE"), 100);
}

std::string_view statusOf(const Activity& activity) {
    if (activity.cancelled) return "CANCELLED";
    if (activity.component == ComponentKind::event) return activity.tentative ? "TENTATIVE" : "CONFIRMED";
    if (activity.done) return "COMPLETED";
    return activity.percent > 0 ? "IN-PROCESS" : "NEEDS-ACTION";
}

/// A property whose value is a default when it isn't there: the default is only written over something else.
void writeState(Component& item, std::string_view name, std::string_view value, bool isDefault) {
    if (isDefault && !item.find(name)) return;
    item.setValue(name, value);
}

void writeStates(Component& item, const Activity& before, const Activity& after) {
    if (statusOf(before) != statusOf(after) || (!item.find("STATUS") && before.done != after.done && item.is("VTODO")))
        writeState(item, "STATUS", statusOf(after), statusOf(after) == "CONFIRMED");
    if (before.busy != after.busy) {
        writeState(item, "TRANSP", after.busy ? "OPAQUE" : "TRANSPARENT", after.busy);
        if (item.find("X-MICROSOFT-CDO-BUSYSTATUS"))
            item.setValue("X-MICROSOFT-CDO-BUSYSTATUS", after.busy ? "BUSY" : "FREE");
    }
    if (before.privacy != after.privacy)
        writeState(item, "CLASS",
                   after.privacy == Privacy::open       ? "PUBLIC"
                   : after.privacy == Privacy::personal ? "PRIVATE"
                                                        : "CONFIDENTIAL",
                   after.privacy == Privacy::open);
    if (before.priority != after.priority) {
        if (after.priority == 0)
            item.remove("PRIORITY");
        else
            item.setValue("PRIORITY", std::to_string(after.priority));
    }
    if (after.component == ComponentKind::event) {
        if (before.done == after.done) return;
        if (after.done)
            item.setValue("X-CRMDAV-DONE", "TRUE");
        else
            item.remove("X-CRMDAV-DONE");
        return;
    }
    if (before.completed != after.completed) {
        if (after.completed)
            item.setValue("COMPLETED", utcText(*after.completed));
        else
            item.remove("COMPLETED");
    }
    if (before.percent != after.percent) {
        if (after.percent == 0)
            item.remove("PERCENT-COMPLETE");
        else
            item.setValue("PERCENT-COMPLETE", std::to_string(after.percent));
    }
}

// ---------------------------------------------------------------- all of it

bool timeChanged(const Activity& before, const Activity& after) {
    return before.start != after.start || before.end != after.end || before.rrule != after.rrule ||
           before.extraDates != after.extraDates || before.exceptions != after.exceptions ||
           before.cancelled != after.cancelled;
}

void writeUrl(Component& item, const std::string& url) {
    if (url.empty())
        item.remove("URL");
    else
        item.setValue("URL", url);
}

void apply(Document& document, const Activity& before, const Activity& after, std::span<const ActivityType> types) {
    Component& calendar = document.root();
    Component* item = masterOf(calendar);
    if (!item) return;
    writeTexts(*item, {before.subject, before.location, before.notes}, {after.subject, after.location, after.notes});
    if (before.start != after.start || before.end != after.end || before.rrule != after.rrule ||
        before.extraDates != after.extraDates || before.exceptions != after.exceptions) {
        overlaySeries(calendar, before, after);
        item = masterOf(calendar);  // a VTIMEZONE or an override may have come before it
    }
    if (before.typeId != after.typeId) writeType(*item, types, before.typeId, after.typeId);
    writeStates(*item, before, after);
    if (before.url != after.url) writeUrl(*item, after.url);
    if (before.participants != after.participants) overlayParticipants(*item, after.participants);
    if (before.reminders != after.reminders) overlayReminders(*item, after.reminders);
}

}  // namespace

ComponentKind componentOf(const Component& calendar) {
    for (const Component& item : calendar.components()) {
        if (item.is("VEVENT")) return ComponentKind::event;
        if (item.is("VTODO")) return ComponentKind::todo;
        if (item.is("VJOURNAL")) return ComponentKind::journal;
    }
    return ComponentKind::other;
}

const Component* masterOf(const Component& calendar) { return masterIn(calendar); }
Component* masterOf(Component& calendar) { return masterIn(calendar); }

Id namedType(const Document& document, std::span<const ActivityType> types) {
    const Component* item = masterOf(document.root());
    return item ? typeOf(*item, types, {}) : Id();
}

Activity readActivity(const Document& document, std::span<const ActivityType> types, const Id& fallback) {
    const Component& calendar = document.root();
    Activity activity;
    activity.component = componentOf(calendar);
    const Component* item = masterOf(calendar);
    if (!item) return activity;
    activity.uid = item->text("UID");
    activity.typeId = typeOf(*item, types, fallback);
    activity.subject = cleanText(item->text("SUMMARY"));
    activity.location = cleanText(item->text("LOCATION"));
    activity.notes = cleanText(item->text("DESCRIPTION"));
    activity.url = cleanText(item->value("URL"));
    readSeries(calendar, *item, activity);
    readStates(*item, activity);
    activity.participants = readParticipants(*item);
    activity.reminders = readReminders(*item);
    return activity;
}

void overlayActivity(Document& document, const Activity& before, const Activity& after,
                     std::span<const ActivityType> types, Instant now) {
    const std::string old = document.bytes();
    apply(document, before, after, types);
    if (document.bytes() == old) return;
    Component* item = masterOf(document.root());
    if (item->find("LAST-MODIFIED")) item->setValue("LAST-MODIFIED", utcText(now));
    if (!timeChanged(before, after)) return;
    item->setValue("DTSTAMP", utcText(now));
    item->setValue("SEQUENCE", std::to_string(numberIn(item->value("SEQUENCE"), 1'000'000'000) + 1));
}

Document makeCalendar(const Activity& activity, std::span<const ActivityType> types, Instant now) {
    Component calendar("VCALENDAR");
    calendar.setValue("VERSION", "2.0");
    calendar.setValue("PRODID", "-//crmdav//EN");
    calendar.setValue("CALSCALE", "GREGORIAN");
    Component item(activity.component == ComponentKind::todo ? "VTODO" : "VEVENT");
    item.setText("UID", activity.uid);
    item.setValue("DTSTAMP", utcText(now));
    item.setValue("CREATED", utcText(now));
    item.setValue("LAST-MODIFIED", utcText(now));
    item.setValue("SEQUENCE", "0");
    if (!activity.id.empty()) item.setValue("X-CRMDAV-ID", activity.id);
    calendar.addComponent(std::move(item));
    Document document(std::move(calendar));
    Activity blank;
    blank.component = activity.component;
    apply(document, blank, activity, types);
    std::ranges::stable_partition(document.root().components(),
                                  [](const Component& part) { return part.is("VTIMEZONE"); });
    return document;
}

void settleExceptions(const Activity& before, Activity& after) {
    if (before.rrule.empty() || after.rrule.empty() || before.exceptions != after.exceptions) return;
    const bool another = before.start != after.start;
    for (Exception& exception : after.exceptions) {
        const auto follow = [&](const std::string& old, const std::string& now, std::string& own) {
            if (own == old) own = now;
        };
        follow(before.subject, after.subject, exception.subject);
        follow(before.location, after.location, exception.location);
        follow(before.notes, after.notes, exception.notes);
        if (!another) continue;
        const bool sameTime = exception.start == exception.original;
        const auto lasted = exception.end.local - exception.start.local;
        exception.original = shifted(exception.original, before.start, after.start);
        if (exception.cancelled || !sameTime) continue;
        exception.start = exception.original;
        if (exception.end.kind == When::Kind::none) continue;
        exception.end = exception.start;
        exception.end.local +=
            lasted == before.end.local - before.start.local ? after.end.local - after.start.local : lasted;
    }
}

}  // namespace crmdav
