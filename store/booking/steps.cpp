#include "store/booking/steps.h"

#include <algorithm>
#include <set>

#include "store/booking/templates.h"
#include "store/engine/database.h"
#include "store/records/normalise.h"
#include "store/records/uuid.h"
#include "store/store.h"

namespace crmdav {
namespace {

constexpr std::size_t mostSteps = 20, longestSubject = 500, longestText = 10'000;
constexpr int year = 525'600;

/// @param path  which one it is: "reminders[0]"
void checkStep(const std::string& path, ReminderStep& step) {
    const auto refuse = [&](const char* field, const char* why) { throw InvalidField(path + "." + field, why); };
    if (step.channel != "mail" && step.channel != "webhook") refuse("channel", "a reminder goes by mail or webhook");
    if (step.minutes < -year || step.minutes > year) refuse("minutes", "more than a year from the appointment");
    step.subject = cleanText(step.subject);
    std::ranges::replace(step.subject, '\n', ' ');
    step.text = cleanText(step.text);
    if (step.subject.size() > longestSubject) refuse("subject", "a subject has at most 500 bytes");
    if (step.text.size() > longestText) refuse("text", "a text has at most 10000 bytes");
    const auto blank = [](const std::string& text) { return text.find_first_not_of(" \n\t") == std::string::npos; };
    if (step.channel == "mail" && blank(step.subject)) refuse("subject", "a mail needs a subject and a text");
    if (step.channel == "mail" && blank(step.text)) refuse("text", "a mail needs a subject and a text");
    checkTemplate(path + ".subject", step.subject);
    checkTemplate(path + ".text", step.text);
}

}  // namespace

std::vector<ReminderStep> stepsOf(Connection& db, std::int64_t calendar) {
    std::vector<ReminderStep> steps;
    for (auto& row : db.query("SELECT uuid, from_end, minutes, channel, subject, text FROM appointment_steps WHERE "
                              "calendar_id=? ORDER BY position",
                              calendar))
        steps.push_back(
            {idOf(row.blob(0)), row.boolean(1), row.integer(2), row.string(3), row.string(4), row.string(5)});
    return steps;
}

void writeSteps(Connection& db, std::int64_t calendar, const std::vector<ReminderStep>& steps) {
    db.exec("DELETE FROM appointment_steps WHERE calendar_id=?", calendar);
    int position = 0;
    for (const ReminderStep& s : steps)
        db.exec(
            "INSERT INTO appointment_steps(calendar_id, position, uuid, from_end, minutes, channel, subject, text) "
            "VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
            calendar, position++, Blob{bytesOf(s.id)}, s.fromEnd, s.minutes, s.channel, s.subject, s.text);
}

void checkSteps(std::vector<ReminderStep>& steps, const std::vector<ReminderStep>& before) {
    if (steps.size() > mostSteps) throw InvalidField("reminders", "at most 20 reminders");
    std::set<Id> taken;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        ReminderStep& step = steps[i];
        checkStep("reminders[" + std::to_string(i) + "]", step);
        if (step.id.empty()) continue;
        if (std::ranges::find(before, step.id, &ReminderStep::id) == before.end())
            throw InvalidField("reminders", "there is no reminder of that id");
        if (!taken.insert(step.id).second) throw InvalidField("reminders", "a reminder is there twice");
    }
    for (ReminderStep& step : steps) {
        if (!step.id.empty()) continue;
        for (const ReminderStep& known : before) {
            ReminderStep same = step;
            same.id = known.id;
            if (same == known && taken.insert(known.id).second) step.id = known.id;
            if (!step.id.empty()) break;
        }
        if (step.id.empty()) step.id = newId();
    }
}

std::string textOf(const std::vector<ReminderStep>& steps) {
    std::string text;
    for (const ReminderStep& s : steps) {
        if (!text.empty()) text += '\n';
        text += std::to_string(std::abs(s.minutes)) + (s.minutes < 0 ? " min after " : " min before ") +
                (s.fromEnd ? "the end, " : "the start, ") + s.channel + ": " + s.subject + " – " + s.text;
    }
    return text;
}

}  // namespace crmdav
