#include "store/booking/checks.h"

#include <algorithm>
#include <array>
#include <set>

#include "protocol/text/zones.h"
#include "store/records/activity_types.h"
#include "store/records/normalise.h"
#include "store/records/users.h"
#include "store/store.h"

namespace crmdav {
namespace {

using namespace std::chrono;
using namespace std::string_view_literals;

constexpr std::size_t mostMembers = 200, mostQuestions = 20, mostChoices = 50;
constexpr std::array questionKinds{"text"sv, "long"sv, "choice"sv, "check"sv};

void checkLine(const char* field, std::string& text, std::size_t most, bool needed) {
    text = cleanText(text);
    if (text.size() > most) throw InvalidField(field, "at most " + std::to_string(most) + " bytes");
    if (needed && text.find_first_not_of(" \n\t") == std::string::npos) throw InvalidField(field, "it can't be empty");
}

template <class Length>
void within(const char* field, Length value, Length low, Length high, const char* unit) {
    if (value < low || value > high)
        throw InvalidField(field, "from " + std::to_string(low.count()) + " to " + std::to_string(high.count()) + unit);
}

void checkRules(Connection& db, SlotRules& rules) {
    if (rules.zone.empty()) rules.zone = organisation(db).zone;
    const std::string zone = ianaZoneId(rules.zone);
    if (zone.empty()) throw InvalidField("zone", "no time zone of that name");
    rules.zone = zone;
    within("duration", rules.duration, minutes(5), minutes(24 * 60), " minutes");
    within("step", rules.step, minutes(5), minutes(24 * 60), " minutes");
    within("before", rules.before, minutes(0), minutes(24 * 60), " minutes");
    within("after", rules.after, minutes(0), minutes(24 * 60), " minutes");
    within("notice", rules.notice, minutes(0), minutes(90 * 24 * 60), " minutes");
    within("horizon", rules.horizon, days(1), days(730), " days");
}

void checkMembers(const AppointmentCalendar& calendar) {
    const std::size_t count = calendar.members.size();
    if (calendar.kind == CalendarKind::group) {
        if (count == 0 || count > mostMembers) throw InvalidField("members", "a group has 1 to 200 members");
        return;
    }
    if (count != 1) throw InvalidField("members", "one who has the calendar, or keeps it");
    if (calendar.collective) throw InvalidField("collective", "only of a group");
}

void checkQuestions(std::vector<Question>& questions) {
    if (questions.size() > mostQuestions) throw InvalidField("questions", "at most 20 questions");
    std::set<std::string> labels;
    for (Question& q : questions) {
        checkLine("questions", q.label, 300, true);
        if (!labels.insert(q.label).second) throw InvalidField("questions", "\"" + q.label + "\" is asked twice");
        if (std::ranges::find(questionKinds, q.kind) == questionKinds.end())
            throw InvalidField("questions", "a question's kind is text, long, choice or check");
        if ((q.kind == "choice") == q.choices.empty() || q.choices.size() > mostChoices)
            throw InvalidField("questions", "a choice, and nothing else, has 1 to 50 choices");
        for (std::string& choice : q.choices) checkLine("questions", choice, 200, true);
    }
}

bool validKey(std::string_view key) {
    return !key.empty() && key.size() <= 64 && key.front() != '-' && std::ranges::all_of(key, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

std::string answerTo(const Question& question, const std::map<std::string, std::string>& answers) {
    const auto given = answers.find(question.label);
    std::string answer = given == answers.end() ? "" : cleanText(given->second);
    if (question.kind == "check") answer = answer == "yes" ? "yes" : "";
    if (answer.size() > (question.kind == "long" ? 5'000U : 500U))
        throw InvalidField("answers", "the answer to \"" + question.label + "\" is too long");
    if (question.required && answer.find_first_not_of(" \n\t") == std::string::npos)
        throw InvalidField("answers", "\"" + question.label + "\" needs an answer");
    if (question.kind == "choice" && !answer.empty() &&
        std::ranges::find(question.choices, answer) == question.choices.end())
        throw InvalidField("answers", "\"" + question.label + "\" has other choices");
    return answer;
}

}  // namespace

void checkCalendar(Connection& db, AppointmentCalendar& calendar) {
    if (!validKey(calendar.key)) throw InvalidField("key", "a key has 1 to 64 of a-z, 0-9 and -");
    checkLine("name", calendar.name, 200, true);
    checkLine("description", calendar.description, 5'000, false);
    checkLine("location", calendar.location, 1'000, false);
    if (calendar.color.size() != 7 || calendar.color[0] != '#' ||
        calendar.color.find_first_not_of("0123456789abcdefABCDEF", 1) != std::string::npos)
        throw InvalidField("color", "a color is written #rrggbb");
    const auto types = storedTypes(db);
    if (!calendar.typeId.empty() && !typeOfId(types, calendar.typeId))
        throw InvalidField("type", "no such activity type");
    checkRules(db, calendar.rules);
    checkMembers(calendar);
    checkQuestions(calendar.questions);
}

void checkRequest(const AppointmentCalendar& calendar, BookingRequest& request) {
    checkLine("name", request.name, 200, true);
    request.email = normalEmail(request.email);
    if (request.email.empty() || request.email.size() > 254)
        throw InvalidField("email", "an address is written name@domain");
    if (request.zone.empty()) request.zone = calendar.rules.zone;
    request.zone = ianaZoneId(request.zone);
    if (request.zone.empty()) throw InvalidField("zone", "no time zone of that name");
    checkLine("language", request.language, 20, false);
    if (request.key.size() > 100) throw InvalidField("key", "at most 100 bytes");
    std::map<std::string, std::string> answers;
    for (const Question& question : calendar.questions)
        if (const std::string answer = answerTo(question, request.answers); !answer.empty())
            answers[question.label] = answer;
    request.answers = std::move(answers);
}

}  // namespace crmdav
