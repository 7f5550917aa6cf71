#include "bridge/dav/event_form.h"

#include <algorithm>

#include "bridge/urls.h"
#include "protocol/dav/errors.h"
#include "protocol/text/icalendar.h"
#include "store/records/activity_ical.h"
#include "store/records/calendar_people.h"

namespace crmdav {
namespace {

constexpr std::chrono::days day{1};

Document documentOf(const std::string& raw) {
    try {
        return Document::parse(raw);
    } catch (const ParseError& error) {
        throw Refused(std::string("It is no calendar object: ") + error.what());
    }
}

/// An all-day event without end, or with one that isn't after its start, lasts a day (RFC 5545 §3.6.1).
void settleEnd(Activity& activity) {
    if (activity.start.kind != When::Kind::date) return;
    if (activity.end.kind == When::Kind::date && activity.end.local > activity.start.local) return;
    activity.end = activity.start;
    activity.end.local += day;
}

Activity read(const Document& document) {
    Activity activity = readActivity(document, {}, {});
    settleEnd(activity);
    return activity;
}

bool isOwn(const Property& person, const DavOwner& owner) {
    const auto has = [](const std::vector<std::string>& list, const std::string& text) {
        return std::ranges::find(list, text) != list.end();
    };
    if (has(owner.emails, emailOf(person))) return true;
    const std::string value = lowerAscii(trim(person.value()));
    return has(owner.addresses, value) || has(owner.addresses, canonicalUrl(owner.principal, trim(person.value())));
}

bool isOrganised(const Component& item, const DavOwner& owner) {
    const Property* organizer = item.find("ORGANIZER");
    return !organizer || isOwn(*organizer, owner);
}

bool hasGuests(const Component& calendar, const DavOwner& owner) {
    for (const Component& item : calendar.components())
        for (const Property& line : item.properties())
            if (line.is("ATTENDEE") && !isOwn(line, owner)) return true;
    return false;
}

bool wouldNotify(const Component& calendar, const DavOwner& owner) {
    const Component* item = masterOf(calendar);
    return !owner.guests() && item && item->find("ORGANIZER") && isOrganised(*item, owner) &&
           hasGuests(calendar, owner);
}

/// What is written of it, and how: guests with the owner as organiser, or none.
Activity writable(const Activity& activity, const DavOwner& owner) {
    if (activity.component != ComponentKind::event) throw Refused("Tasks aren't written to calendars.");
    if (activity.start.kind == When::Kind::none) throw Refused("It has no start.");
    Activity out = activity;
    settleEnd(out);
    if (owner.wantsEnd && out.end.kind == When::Kind::none) out.end = out.start;
    std::erase_if(out.participants, [](const Participant& person) { return person.email.empty(); });
    const auto foreign = [&](const Participant& p) {
        return std::ranges::find(owner.emails, p.email) == owner.emails.end();
    };
    if (!owner.guests() || std::ranges::none_of(out.participants, foreign)) {
        out.participants.clear();
    } else if (std::ranges::none_of(out.participants, &Participant::organizer)) {
        // Servers refuse guests without a host.
        const auto own = std::ranges::find(out.participants, owner.emails.front(), &Participant::email);
        if (own != out.participants.end()) out.participants.erase(own);
        Participant host;
        host.email = owner.emails.front();
        host.role = "chair";
        host.response = "accepted";
        host.organizer = true;
        out.participants.insert(out.participants.begin(), std::move(host));
    }
    return out;
}

std::optional<Instant> modifiedIn(const Component& calendar) {
    std::optional<Instant> latest;
    for (const Component& item : calendar.components())
        if (const auto at = parseUtc(trim(item.value("LAST-MODIFIED"))); at && (!latest || *latest < *at)) latest = at;
    return latest;
}

}  // namespace

std::string markIn(const Component& item) {
    std::string mark = lowerAscii(trim(item.value("X-CRMDAV-ID")));
    const bool uuid = mark.size() == 36 && mark.find_first_not_of("0123456789abcdef-") == mark.npos;
    return uuid ? mark : std::string();
}

Remote parseEvent(const std::string& raw, const DavOwner& owner) {
    Document document = documentOf(raw);
    Component& calendar = document.root();
    calendar.remove("METHOD");  // an invitation that somebody put there as it came
    Remote remote;
    const ComponentKind kind = componentOf(calendar);
    if (kind == ComponentKind::todo || kind == ComponentKind::journal) {
        remote.record = Activity();
        remote.use = Use::nothing;
        return remote;
    }
    try {
        requireCalendarObject(document);
    } catch (const DavError& error) {
        throw Refused(std::string("It is no calendar object: ") + error.what());
    }
    const Component* item = masterOf(calendar);
    if (!item) throw Refused("It is no event.");
    Activity activity = read(document);
    if (activity.start.kind == When::Kind::none) throw Refused("It has no start.");
    if (item->find("RECURRENCE-ID")) {  // invited to some occurrences of a series only
        remote.readOnly = true;
        if (!activity.exceptions.empty()) remote.skip = "It has several occurrences of a series, and not the series.";
    }
    remote.modified = modifiedIn(calendar);
    remote.mark = markIn(*item);
    remote.organised = isOrganised(*item, owner);
    remote.record = std::move(activity);
    return remote;
}

Activity heldEvent(const Activity& activity, const DavOwner& owner) {
    return read(makeCalendar(writable(activity, owner), {}, Instant{}));
}

std::string newEvent(const Activity& activity, const Id& mark, const DavOwner& owner, Instant now) {
    Activity wanted = writable(activity, owner);
    wanted.id = mark;
    return makeCalendar(wanted, {}, now).bytes();
}

std::string changedEvent(const std::string& raw, const Activity& before, const Activity& after, const DavOwner& owner,
                         Instant now) {
    Document document = documentOf(raw);
    const Component* item = masterOf(document.root());
    if (!item || item->find("RECURRENCE-ID"))
        throw Refused("Single occurrences of somebody's series can't be changed.");
    if (wouldNotify(document.root(), owner)) throw Refused("It has guests, whom the server would tell of the change.");
    Activity wanted = writable(after, owner);
    if (!owner.guests()) wanted.participants = before.participants;
    document.root().remove("METHOD");
    overlayActivity(document, before, wanted, {}, now);
    if (before.location != after.location) masterOf(document.root())->remove("X-APPLE-STRUCTURED-LOCATION");
    return document.bytes();
}

bool wouldNotify(const std::string& raw, const DavOwner& owner) {
    return !raw.empty() && wouldNotify(documentOf(raw).root(), owner);
}

std::string unscheduled(const std::string& raw) {
    Document document = documentOf(raw);
    for (Component& item : document.root().components())
        for (Property& line : item.properties())
            if ((line.is("ATTENDEE") || line.is("ORGANIZER")) && !line.hasParameter("SCHEDULE-AGENT"))
                line.setParameter("SCHEDULE-AGENT", "CLIENT");
    return document.bytes();
}

}  // namespace crmdav
