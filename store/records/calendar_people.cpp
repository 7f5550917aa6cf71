#include "store/records/calendar_people.h"

#include <algorithm>
#include <optional>

#include "protocol/text/datetime.h"
#include "store/records/normalise.h"

namespace crmdav {
namespace {

struct Word {
    std::string_view crm, ical;
};
constexpr Word roles[] = {
    {"required", "REQ-PARTICIPANT"}, {"optional", "OPT-PARTICIPANT"}, {"chair", "CHAIR"}, {"none", "NON-PARTICIPANT"}};
constexpr Word responses[] = {{"needs-action", "NEEDS-ACTION"},
                              {"accepted", "ACCEPTED"},
                              {"declined", "DECLINED"},
                              {"tentative", "TENTATIVE"},
                              {"delegated", "DELEGATED"}};
constexpr Word kinds[] = {{"individual", "INDIVIDUAL"},
                          {"group", "GROUP"},
                          {"resource", "RESOURCE"},
                          {"room", "ROOM"},
                          {"unknown", "UNKNOWN"}};

/// What the parameter says; the first word where it is missing or says something else.
std::string read(std::span<const Word> words, std::string_view written) {
    for (const auto& [crm, ical] : words)
        if (equalsIgnoreCase(ical, written)) return std::string(crm);
    return std::string(words.front().crm);
}

void write(Property& line, std::string_view parameter, std::span<const Word> words, const std::string& wanted) {
    if (read(words, line.parameter(parameter)) == wanted) return;
    const auto word = std::ranges::find(words, wanted, &Word::crm);
    line.setParameter(parameter, word == words.end() ? words.front().ical : word->ical);
}

void setName(Property& line, const std::string& name) {
    if (cleanText(line.parameterText("CN")) == name) return;
    if (name.empty())
        line.removeParameter("CN");
    else
        line.setParameter("CN", name);
}

Property* lineOf(Component& item, std::string_view name, const std::string& email) {
    for (Property& line : item.properties())
        if (line.is(name) && emailOf(line) == email) return &line;
    return nullptr;
}

void describe(Property& line, const Participant& person) {
    setName(line, person.name);
    write(line, "ROLE", roles, person.role);
    write(line, "PARTSTAT", responses, person.response);
    write(line, "CUTYPE", kinds, person.kind);
}

bool isBareOrganizer(const Participant& person) {
    return person.organizer && person.role == "chair" && person.response == "accepted" && person.kind == "individual";
}

void addAttendee(Component& item, const Participant& person) {
    Property line("ATTENDEE", "mailto:" + person.email);
    describe(line, person);
    if (person.response == "needs-action") line.setParameter("RSVP", "TRUE");
    item.add(std::move(line));
}

// ---------------------------------------------------------------- alarms

bool countsFromEnd(const Component& item) { return item.is("VTODO") && !item.find("DTSTART"); }

std::optional<Reminder> reminderOf(const Component& item, const Component& alarm) {
    if (!alarm.is("VALARM") || alarm.find("RELATED-TO") || alarm.find("X-APPLE-PROXIMITY")) return std::nullopt;
    const Property* trigger = alarm.find("TRIGGER");
    const std::string action = lowerAscii(trim(alarm.value("ACTION")));
    if (!trigger || (action != "display" && action != "email" && action != "audio")) return std::nullopt;
    if (equalsIgnoreCase(trigger->parameter("RELATED"), "END") != countsFromEnd(item)) return std::nullopt;
    const auto before = Duration::parse(trim(trigger->value()));
    if (!before || before->approximate() % std::chrono::minutes(1) != std::chrono::seconds(0)) return std::nullopt;
    return Reminder{static_cast<int>(-before->approximate() / std::chrono::minutes(1)), action};
}

std::string triggerText(int minutes) {
    const std::chrono::minutes ahead(-minutes);
    Duration duration{};
    if (minutes != 0 && minutes % (24 * 60) == 0)
        duration.days = std::chrono::duration_cast<std::chrono::days>(ahead);
    else
        duration.seconds = ahead;
    return duration.text();
}

void setTrigger(const Component& item, Component& alarm, int minutes) {
    Property* trigger = alarm.find("TRIGGER");
    if (!trigger) trigger = &alarm.add(Property("TRIGGER"));
    trigger->setValue(triggerText(minutes));
    if (countsFromEnd(item)) trigger->setParameter("RELATED", "END");
    for (std::string_view old : {"ACKNOWLEDGED", "X-MOZ-LASTACK"}) alarm.remove(old);
}

void addAlarm(Component& item, const Reminder& reminder) {
    Component alarm("VALARM");
    alarm.setValue("ACTION", upperAscii(reminder.action));
    setTrigger(item, alarm, reminder.minutes);
    const std::string subject = item.text("SUMMARY");
    if (reminder.action != "audio") alarm.setText("DESCRIPTION", subject.empty() ? "Reminder" : subject);
    if (reminder.action == "email") alarm.setText("SUMMARY", subject.empty() ? "Reminder" : subject);
    item.addComponent(std::move(alarm));
}

}  // namespace

// Apple writes urn:uuid: or a principal's path as value, with the address in EMAIL.
std::string emailOf(const Property& line) {
    const std::string_view value = trim(line.value());
    if (startsWithIgnoreCase(value, "mailto:"))
        if (std::string email = normalEmail(value); !email.empty()) return email;
    return normalEmail(line.parameterText("EMAIL"));
}

std::vector<Participant> readParticipants(const Component& item) {
    std::vector<Participant> people;
    for (const Property& line : item.properties()) {
        if (!line.is("ATTENDEE")) continue;
        Participant person;
        person.email = emailOf(line);
        if (person.email.empty() || std::ranges::find(people, person.email, &Participant::email) != people.end())
            continue;
        person.name = cleanText(line.parameterText("CN"));
        person.role = read(roles, line.parameter("ROLE"));
        person.response = read(responses, line.parameter("PARTSTAT"));
        person.kind = read(kinds, line.parameter("CUTYPE"));
        people.push_back(std::move(person));
    }
    const Property* organizer = item.find("ORGANIZER");
    const std::string email = organizer ? emailOf(*organizer) : "";
    if (email.empty()) return people;
    if (auto self = std::ranges::find(people, email, &Participant::email); self != people.end()) {
        self->organizer = true;
    } else {
        Participant chair{.email = email,
                          .name = cleanText(organizer->parameterText("CN")),
                          .role = "chair",
                          .response = "accepted",
                          .kind = "individual",
                          .organizer = true,
                          .contactId = {},
                          .userId = 0};
        people.insert(people.begin(), std::move(chair));
    }
    return people;
}

void overlayParticipants(Component& item, const std::vector<Participant>& wanted) {
    for (const Participant& old : readParticipants(item)) {
        const auto still = std::ranges::find(wanted, old.email, &Participant::email);
        const bool gone = still == wanted.end();
        item.removeIf([&](const Property& line) {
            return ((line.is("ATTENDEE") && gone) || (line.is("ORGANIZER") && (gone || !still->organizer))) &&
                   emailOf(line) == old.email;
        });
    }
    for (const Participant& person : wanted) {
        Property* organizer = lineOf(item, "ORGANIZER", person.email);
        if (organizer) setName(*organizer, person.name);
        Property* attendee = lineOf(item, "ATTENDEE", person.email);
        if (attendee) describe(*attendee, person);
        if (person.organizer && !organizer) {
            item.remove("ORGANIZER");
            Property line("ORGANIZER", "mailto:" + person.email);
            setName(line, person.name);
            item.add(std::move(line));
        }
        if (!attendee && !isBareOrganizer(person)) addAttendee(item, person);
    }
}

std::vector<Reminder> readReminders(const Component& item) {
    std::vector<Reminder> reminders;
    for (const Component& alarm : item.components())
        if (const auto reminder = reminderOf(item, alarm);
            reminder && std::ranges::find(reminders, *reminder) == reminders.end())
            reminders.push_back(*reminder);
    return reminders;
}

void overlayReminders(Component& item, const std::vector<Reminder>& wanted) {
    std::vector<Reminder> missing;
    const auto there = readReminders(item);
    for (const Reminder& reminder : wanted)
        if (std::ranges::find(there, reminder) == there.end() && std::ranges::find(missing, reminder) == missing.end())
            missing.push_back(reminder);
    for (Component& alarm : item.components()) {  // one that goes is moved to where a new one of its kind should be
        const auto old = reminderOf(item, alarm);
        if (!old || std::ranges::find(wanted, *old) != wanted.end()) continue;
        const auto next = std::ranges::find(missing, old->action, &Reminder::action);
        if (next == missing.end()) continue;
        setTrigger(item, alarm, next->minutes);
        missing.erase(next);
    }
    item.removeComponentsIf([&](const Component& alarm) {
        const auto old = reminderOf(item, alarm);
        return old && std::ranges::find(wanted, *old) == wanted.end();
    });
    for (const Reminder& reminder : missing) addAlarm(item, reminder);
}

}  // namespace crmdav
