#include <algorithm>
#include <array>

#include "bridge/outlook/events.h"
#include "bridge/outlook/values.h"
#include "bridge/outlook/zone.h"
#include "bridge/urls.h"
#include "store/records/uuid.h"

/// Writing events: each write is conditional on fields that were read (rule I2). Versions alone decide nothing: Outlook
/// changes them without a visible change, and refuses some that are right shortly after a creation.
namespace crmdav::outlook {
namespace {

constexpr std::string_view mailing = "Outlook would mail its guests; that is switched off (Notify guests)";

bool isDuplicate(const Answer& answer) {
    return (answer.status == 400 || answer.status == 409) && answer.code == "errorduplicatetransactionid";
}

Activity activityOf(const RemoteItem& item, const EventOptions& options) {
    return std::get<Activity>(readEvent(item.raw, options).record);
}

const Participant* find(const std::vector<Participant>& people, const std::string& email) {
    const auto found = std::ranges::find(people, email, &Participant::email);
    return found == people.end() ? nullptr : &*found;
}

}  // namespace

RemoteItem Events::unchanged(const std::string& id, const Activity& before) {
    auto item = whole(id);
    if (!item) throw Gone("Outlook doesn't have it any more");
    if (activityOf(*item, options_) != before) throw Changed("It was changed at Outlook");
    return std::move(*item);
}

Json Events::write(const std::string& method, RemoteItem current, const Activity& before, const std::string& body) {
    const std::string id = current.id;
    return calls_.write(method, eventPlace(id), std::move(current), body, [&] { return unchanged(id, before); });
}

std::optional<RemoteItem> Events::created(const std::string& calendar, const std::string& key, const Answer& answer) {
    if (const auto id = textAt(answer.json, {"error", "@event.existingEventId"}); !id.empty())
        if (auto item = whole(std::string(id))) return item;
    const std::string marked = "singleValueExtendedProperties/Any(ep: ep/id eq '" + std::string(linkProperty) +
                               "' and ep/value eq '" + key + "')";
    std::vector<std::string> found;
    calls_.each("/me/calendars/" + percentEncoded(calendar) + "/events?" +
                    formEncoded({{"$filter", marked}, {"$select", "id,transactionId"}}),
                [&](const Json& event) {
                    // Copies made in Outlook carry the mark too, but not the transaction.
                    const bool own = textAt(event, "transactionId") == key;
                    found.insert(own ? found.begin() : found.end(), std::string(textAt(event, "id")));
                });
    return found.empty() ? std::nullopt : whole(found.front());
}

Written Events::create(const std::string& calendar, const Id& key, const Activity& activity) {
    const Activity wanted = heldEvent(activity, options_);
    const auto post = [&](const Id& transaction) {
        return calls_.ask("POST", "/me/calendars/" + percentEncoded(calendar) + "/events",
                          newEvent(activity, key, transaction, options_));
    };
    Answer answer = post(key);
    if (isDuplicate(answer)) {
        if (auto there = created(calendar, key, answer)) return {std::move(*there), true};
        answer = post(newId());  // it was deleted since: its transaction can't be had again
    }
    if (answer.status == 404) throw CollectionGone("Outlook has no such calendar any more");
    if (!answer.good()) fail(answer);
    RemoteItem item = itemOf(R"({"master":)" + toText(answer.json) + "}");
    // A repeated transaction may also be answered with the event that it made.
    if (!changedEvent(item.raw, activityOf(item, options_), activity, options_).empty()) {
        auto there = whole(item.id);
        if (!there) throw TryLater("What was just created at Outlook isn't there");
        return {std::move(*there), true};
    }
    return {finished(std::move(item), wanted)};
}

/// A series that was just created gets its exceptions. One that can't have them isn't left there as half of itself.
RemoteItem Events::finished(RemoteItem item, const Activity& wanted) {
    if (wanted.exceptions.empty()) return item;
    try {
        return settle(item.id, wanted, nullptr);
    } catch (const Refused&) {
        calls_.ask("DELETE", eventPlace(item.id));
        throw;
    } catch (const Gone& gone) {
        throw TryLater(gone.what());
    }
}

Written Events::update(const RemoteItem& base, const Activity& before, const Activity& after,
                       const std::function<std::vector<std::string>()>& own) {
    RemoteItem current = unchanged(base.id, before);
    if (!options_.guests && mailsGuests(current.raw)) throw Refused(std::string(mailing));
    const Activity wanted = wantedEvent(before, after, options_);
    const std::string body = changedEvent(current.raw, before, after, options_);
    const bool series = !before.rrule.empty() || !wanted.rrule.empty();
    if (!body.empty()) {
        const Json answer = write("PATCH", current, before, body);
        current = itemOf(R"({"master":)" + toText(answer) + "}");
    }
    if (!readEvent(base.raw, options_).organised) {
        if (before.exceptions != wanted.exceptions) throw Refused("Only its organiser can change this meeting");
        this->answer(base.id, before, after, own());
    } else if (series) {
        // A change of times may have cost it its exceptions.
        const bool all =
            body.find("\"recurrence\"") != std::string::npos || body.find("\"start\"") != std::string::npos;
        if (!body.empty() || before.exceptions != wanted.exceptions)
            current = settle(base.id, wanted, all ? nullptr : &before);
    }
    if (body.empty() || at(parse(current.raw), "master").find("body") == nullptr || series)
        if (auto again = whole(base.id)) current = std::move(*again);
    return {std::move(current)};
}

/// The login's own answer to an invitation has verbs of its own.
void Events::answer(const std::string& id, const Activity& before, const Activity& after,
                    const std::vector<std::string>& own) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> verbs{
        {{"accepted", "accept"}, {"tentative", "tentativelyAccept"}, {"declined", "decline"}}};
    for (const std::string& email : own) {
        const Participant* old = find(before.participants, email);
        const Participant* now = find(after.participants, email);
        if (!old || !now || old->response == now->response) continue;
        for (const auto& [response, verb] : verbs)
            if (now->response == response)
                calls_.want("POST", eventPlace(id) + "/" + std::string(verb),
                            options_.guests ? R"({"sendResponse":true})" : R"({"sendResponse":false})");
    }
}

void Events::remove(const RemoteItem& base) {
    const Activity before = activityOf(base, options_);
    try {
        const RemoteItem current = unchanged(base.id, before);
        if (!options_.guests && mailsGuests(current.raw)) throw Refused(std::string(mailing));
        write("DELETE", current, before, {});
    } catch (const Gone&) {  // as it should be
    }
}

Written Events::restore(const std::string& calendar, const RemoteItem& was) {
    const Remote old = readEvent(was.raw, options_);
    const Activity& wanted = std::get<Activity>(old.record);
    if (auto there = whole(was.id)) {
        const Activity now = activityOf(*there, options_);
        return update(*there, now, wanted, [] { return std::vector<std::string>(); });
    }
    if (!old.organised || (!options_.guests && mailsGuests(was.raw)))
        throw Refused("A meeting with guests can't be put back at Outlook without inviting them anew");
    const Json raw = parse(was.raw);
    const Json& master = at(raw, "master");
    Json event = jsonObject();
    for (const char* name : {"subject", "body", "start", "end", "isAllDay", "location", "sensitivity", "showAs",
                             "importance", "categories", "isReminderOn", "reminderMinutesBeforeStart", "hideAttendees",
                             "allowNewTimeProposals", "responseRequested", "attendees"})
        if (const Json& value = at(master, name); !value.isNull()) set(event, name, value);
    // Times in the event's own zone, and a recurrence with no more than its type needs.
    const Json own = parse(newEvent(wanted, {}, {}, options_));
    for (const char* name : {"start", "end", "recurrence"})
        if (const Json& value = at(own, name); !value.isNull()) set(event, name, value);
    const Json answer = calls_.want("POST", "/me/calendars/" + percentEncoded(calendar) + "/events", toText(event));
    return {finished(itemOf(R"({"master":)" + toText(answer) + "}"), wanted)};
}

}  // namespace crmdav::outlook
