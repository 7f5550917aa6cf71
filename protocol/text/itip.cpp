#include "protocol/text/itip.h"

#include <algorithm>
#include <charconv>

namespace crmdav {

namespace {

bool isPerson(const Property& line) { return line.is("ATTENDEE") || line.is("ORGANIZER"); }

bool isItem(const Component& part) { return part.is("VEVENT") || part.is("VTODO") || part.is("VJOURNAL"); }

template <class Each>
void eachItem(Component& calendar, Each each) {
    for (Component& part : calendar.components())
        if (isItem(part)) each(part);
}

/// The object as a message of that method, its sender's own things taken out.
Document messageOf(std::string_view object, std::string_view method) {
    Document message = Document::parse(std::string(object));
    Component& calendar = message.root();
    calendar.setValue("METHOD", method);
    dropScheduleParameters(calendar);
    eachItem(calendar,
             [](Component& item) { item.removeComponentsIf([](const Component& part) { return part.is("VALARM"); }); });
    return message;
}

const Component* sameItem(const Component& calendar, const Component& item) {
    for (const Component& other : calendar.components())
        if (other.is(item.name()) && other.value("RECURRENCE-ID") == item.value("RECURRENCE-ID")) return &other;
    return nullptr;
}

const Property* sameAttendee(const Component& item, const Property& attendee) {
    for (const Property& other : item.properties())
        if (other.is("ATTENDEE") && equalsIgnoreCase(trim(other.value()), trim(attendee.value()))) return &other;
    return nullptr;
}

constexpr std::string_view identifying[] = {"UID",      "RECURRENCE-ID", "DTSTART", "DTEND",     "DURATION", "DUE",
                                            "SEQUENCE", "SUMMARY",       "DTSTAMP", "ORGANIZER", "ATTENDEE"};

}  // namespace

bool isSchedulingObject(const Component& calendar) {
    return std::ranges::any_of(calendar.components(), [](const Component& item) {
        return isItem(item) && item.find("ORGANIZER") && item.find("ATTENDEE");
    });
}

bool isServersToSchedule(const Property& person) {
    const std::string_view agent = person.parameter("SCHEDULE-AGENT");
    return agent.empty() || equalsIgnoreCase(agent, "SERVER");
}

void dropScheduleParameters(Component& calendar) {
    eachItem(calendar, [](Component& item) {
        for (Property& line : item.properties()) {
            if (!isPerson(line)) continue;
            for (const std::string_view name : {"SCHEDULE-AGENT", "SCHEDULE-FORCE-SEND", "SCHEDULE-STATUS"})
                if (line.hasParameter(name)) line.removeParameter(name);
        }
    });
}

std::string requestMessage(std::string_view object) { return messageOf(object, "REQUEST").bytes(); }

std::string cancelMessage(std::string_view object, const IsPerson& isTold, Instant now) {
    Document message = messageOf(object, "CANCEL");
    const int sequence = sequenceOf(message.root()) + 1;
    eachItem(message.root(), [&](Component& item) {
        item.removeIf([&](const Property& line) { return line.is("ATTENDEE") && !isTold(line); });
        item.setValue("STATUS", "CANCELLED");
        item.setValue("DTSTAMP", utcText(now));
    });
    setSequence(message.root(), sequence);
    return message.bytes();
}

std::string replyMessage(std::string_view object, const IsPerson& isSender, Instant now) {
    Document message = messageOf(object, "REPLY");
    eachItem(message.root(), [&](Component& item) {
        item.removeIf([&](const Property& line) {
            const bool kept = std::ranges::any_of(identifying, [&](std::string_view name) { return line.is(name); });
            return !kept || (line.is("ATTENDEE") && !isSender(line));
        });
        item.setValue("DTSTAMP", utcText(now));
        item.setValue("REQUEST-STATUS", "2.0;Success");
    });
    return message.bytes();
}

bool keepAnswers(Component& sent, const Component& stored, const IsPerson& isOwn) {
    bool changed = false;
    eachItem(sent, [&](Component& item) {
        const Component* before = sameItem(stored, item);
        if (!before) return;
        for (Property& line : item.properties()) {
            if (!line.is("ATTENDEE") || isOwn(line)) continue;
            const Property* old = sameAttendee(*before, line);
            if (!old || equalsIgnoreCase(old->parameter("PARTSTAT"), line.parameter("PARTSTAT"))) continue;
            if (old->hasParameter("PARTSTAT"))
                line.setParameter("PARTSTAT", old->parameter("PARTSTAT"));
            else
                line.removeParameter("PARTSTAT");
            changed = true;
        }
    });
    return changed;
}

int sequenceOf(const Component& calendar) {
    for (const Component& item : calendar.components()) {
        if (!isItem(item) || !item.find("SEQUENCE")) continue;
        int sequence = 0;
        const std::string_view text = trim(item.value("SEQUENCE"));
        std::from_chars(text.data(), text.data() + text.size(), sequence);
        return std::clamp(sequence, 0, 1'000'000'000);
    }
    return 0;
}

void setSequence(Component& calendar, int sequence) {
    eachItem(calendar, [&](Component& item) { item.setValue("SEQUENCE", std::to_string(sequence)); });
}

}  // namespace crmdav
