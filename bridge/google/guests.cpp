#include "bridge/google/guests.h"

#include <algorithm>
#include <set>

#include "bridge/json_values.h"
#include "store/records/normalise.h"

namespace crmdav::google {
namespace {

struct Word {
    std::string_view crm, google;
};
constexpr Word answers[] = {
    {"needs-action", "needsAction"}, {"accepted", "accepted"}, {"declined", "declined"}, {"tentative", "tentative"}};

std::string answerOf(std::string_view google) {
    const auto* word = std::ranges::find(answers, google, &Word::google);
    return std::string(word == std::end(answers) ? answers[0].crm : word->crm);
}
std::string_view googleAnswer(std::string_view crm) {
    const auto* word = std::ranges::find(answers, crm, &Word::crm);
    return word == std::end(answers) ? answers[0].google : word->google;
}

bool isResource(const Participant& person) { return person.kind == "room" || person.kind == "resource"; }

/// The organiser, who need not be in the list of guests.
bool isBareOrganizer(const Participant& person, const std::string& login) {
    return person.organizer && person.role == "chair" && person.response == "accepted" && person.email == login;
}

std::string organizerOf(const Json& event, const std::string& login) {
    const std::string email = normalEmail(textAt(event, {"organizer", "email"}));
    const bool calendar = email.ends_with("calendar.google.com");
    return calendar ? (trueAt(event, {"organizer", "self"}) ? normalEmail(login) : "") : email;
}

Participant guestOf(const Json& attendee) {
    Participant person;
    person.email = normalEmail(textAt(attendee, "email"));
    person.name = cleanText(textAt(attendee, "displayName"));
    if (trueAt(attendee, "optional")) person.role = "optional";
    person.response = answerOf(textAt(attendee, "responseStatus"));
    if (trueAt(attendee, "resource")) person.kind = "resource";
    person.organizer = trueAt(attendee, "organizer");
    return person;
}

/// Writes into an attendee what differs from what it says.
void describe(Json& attendee, const Participant& person) {
    const Participant old = guestOf(attendee);
    if (old.name != person.name) set(attendee, "displayName", jsonText(person.name));
    if ((old.role == "optional") != (person.role == "optional"))
        set(attendee, "optional", jsonFlag(person.role == "optional"));
    if (googleAnswer(old.response) != googleAnswer(person.response))
        set(attendee, "responseStatus", jsonText(googleAnswer(person.response)));
}

Json newAttendee(const Participant& person) {
    Json attendee = jsonObject({{"email", jsonText(person.email)}});
    if (!person.name.empty()) set(attendee, "displayName", jsonText(person.name));
    if (person.role == "optional") set(attendee, "optional", jsonFlag(true));
    if (isResource(person)) set(attendee, "resource", jsonFlag(true));
    set(attendee, "responseStatus", jsonText(googleAnswer(person.response)));
    return attendee;
}

const Participant* find(const std::vector<Participant>& people, const std::string& email) {
    const auto found = std::ranges::find(people, email, &Participant::email);
    return found == people.end() ? nullptr : &*found;
}

}  // namespace

std::vector<Participant> readGuests(const Json& event, const std::string& login) {
    std::vector<Participant> people;
    for (const Json& attendee : at(event, "attendees").array) {
        Participant person = guestOf(attendee);
        if (!person.email.empty() && !find(people, person.email)) people.push_back(std::move(person));
    }
    const std::string organizer = organizerOf(event, login);
    const bool own = !event.find("organizer") || trueAt(event, {"organizer", "self"});
    if (organizer.empty() || (people.empty() && own)) return people;
    if (std::ranges::any_of(people, &Participant::organizer)) return people;
    if (const auto there = std::ranges::find(people, organizer, &Participant::email); there != people.end()) {
        there->organizer = true;
        return people;
    }
    Participant chair;
    chair.email = organizer;
    chair.name = cleanText(textAt(event, {"organizer", "displayName"}));
    chair.role = "chair";
    chair.response = "accepted";
    chair.organizer = true;
    people.insert(people.begin(), std::move(chair));
    return people;
}

Json guestsJson(const Json& old, const std::vector<Participant>& before, const std::vector<Participant>& after,
                const std::string& login) {
    Json list = jsonArray();
    std::set<std::string> there;
    for (const Json& attendee : old.array) {
        const std::string email = normalEmail(textAt(attendee, "email"));
        const Participant* wanted = find(after, email);
        if (!wanted && find(before, email)) continue;
        Json kept = attendee;
        if (wanted) describe(kept, *wanted);
        list.array.push_back(std::move(kept));
        there.insert(email);
    }
    const std::string own = normalEmail(login);
    for (const Participant& person : after)
        if (!person.email.empty() && !there.contains(person.email) && !isBareOrganizer(person, own))
            list.array.push_back(newAttendee(person));
    return list;
}

Json ownAnswerJson(const Json& event, const std::vector<Participant>& after, const std::string& login) {
    for (const Json& attendee : at(event, "attendees").array) {
        const std::string email = normalEmail(textAt(attendee, "email"));
        if (!trueAt(attendee, "self") && email != normalEmail(login)) continue;
        const Participant* wanted = find(after, email);
        if (!wanted || googleAnswer(wanted->response) == textAt(attendee, "responseStatus")) return {};
        return jsonArray(
            {jsonObject({{"email", jsonText(email)}, {"responseStatus", jsonText(googleAnswer(wanted->response))}})});
    }
    return {};
}

bool sameGuests(const std::vector<Participant>& a, const std::vector<Participant>& b) {
    return a.size() == b.size() && std::ranges::all_of(a, [&](const Participant& person) {
               const Participant* other = find(b, person.email);
               return other && other->name == person.name && other->organizer == person.organizer &&
                      (other->role == "optional") == (person.role == "optional") &&
                      googleAnswer(other->response) == googleAnswer(person.response) &&
                      isResource(*other) == isResource(person);
           });
}

}  // namespace crmdav::google
