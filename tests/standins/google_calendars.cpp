#include "tests/standins/google_calendars.h"

#include <algorithm>

#include "tests/standins/google_event_checks.h"
#include "tests/standins/google_series.h"

/// What an event is and what becomes of it. Requests: google_calendar_calls.cpp
namespace crmdav::standins {
namespace {

void merge(Json& target, const Json& patch) {
    for (const auto& [name, value] : patch.object) {
        if (value.isNull()) {
            drop(target, name);
        } else if (value.kind == Json::Kind::object && at(target, name).kind == Json::Kind::object) {
            Json inner = at(target, name);
            merge(inner, value);
            set(target, name, std::move(inner));
        } else {
            Json plain = value;
            if (value.kind == Json::Kind::object) {
                plain = jsonObject();
                merge(plain, value);
            }
            set(target, name, std::move(plain));
        }
    }
}

bool cancelled(const Json& event) { return textAt(event, "status") == "cancelled"; }
bool hasGuests(const Json& event) { return !at(event, "attendees").array.empty(); }

/// What a guest may change: the own answer, and what is the own copy's alone.
Json guestsPart(const Json& event, const Json& members, const std::string& login) {
    Json part = jsonObject();
    for (const auto& [name, value] : members.object) {
        if (name == "attendees") {
            Json guests = at(event, "attendees");
            for (Json& guest : guests.array)
                for (const Json& wanted : value.array)
                    if (textAt(wanted, "email") == login && textAt(guest, "email") == login) merge(guest, wanted);
            set(part, "attendees", std::move(guests));
            continue;
        }
        const bool own = name == "reminders" || name == "transparency" || name == "visibility" || name == "colorId" ||
                         (name == "extendedProperties" && !value.find("shared"));
        if (!own && !sameJson(value, at(event, name)))
            throw GoogleError{403, "forbiddenForNonOrganizer",
                              "Shared properties can only be changed by the organizer of the event."};
        if (own) set(part, name, value);
    }
    return part;
}

}  // namespace

GoogleCalendars::GoogleCalendars(std::string login, const GoogleQuirks& quirks, std::function<Instant()> now)
    : login_(std::move(login)), quirks_(quirks), now_(std::move(now)) {
    add(login_, login_);
}

void GoogleCalendars::add(const std::string& id, const std::string& name, const std::string& role,
                          const std::string& zone) {
    const std::lock_guard lock(mutex_);
    Entry calendar;
    calendar.name = name;
    calendar.role = role;
    calendar.zone = zone;
    calendars_[id] = std::move(calendar);
}

void GoogleCalendars::removeCalendar(const std::string& id) {
    const std::lock_guard lock(mutex_);
    calendars_.erase(id);
}

GoogleCalendars::Entry& GoogleCalendars::entry(const std::string& calendar) {
    const auto found = calendars_.find(calendar == "primary" ? login_ : calendar);
    if (found == calendars_.end()) throw GoogleError{404, "notFound", "Not Found"};
    return found->second;
}

GoogleCalendars::Row* GoogleCalendars::row(Entry& calendar, const std::string& id) {
    const auto found = calendar.rows.find(id);
    return found == calendar.rows.end() ? nullptr : &found->second;
}

Json GoogleCalendars::view(Entry& calendar, const Row& row) {
    if (row.series.isNull()) return row.event;
    Json event = row.series;
    if (quirks_.exceptionsFollow)
        if (const Row* master = this->row(calendar, std::string(textAt(row.series, "recurringEventId"))))
            if (const auto one = occurrenceAt(master->event, *momentOf(at(row.series, "originalStartTime"))))
                event = instanceOf(master->event, *one);
    merge(event, row.event);
    return event;
}

std::optional<Json> GoogleCalendars::known(Entry& calendar, const std::string& id) {
    if (const Row* found = row(calendar, id)) return view(calendar, *found);
    const auto underscore = id.rfind('_');
    const Row* master = underscore == id.npos ? nullptr : row(calendar, id.substr(0, underscore));
    if (!master || cancelled(master->event) || !master->event.find("recurrence")) return std::nullopt;
    const std::string key = id.substr(underscore + 1);
    const auto moment = parseUtc(key.size() == 8 ? key + "T000000Z" : key);
    const auto one = moment ? occurrenceAt(master->event, *moment) : std::nullopt;
    return one ? std::optional(instanceOf(master->event, *one)) : std::nullopt;
}

void GoogleCalendars::touch(const std::string& calendar, Entry& in, Row& row) {
    row.change = ++in.change;
    set(row.event, "etag", jsonText("\"" + std::to_string(3'400'000'000'000'000 + ++made_ * 2000) + "\""));
    set(row.event, "updated", jsonText(stamp(now_())));
    for (const Channel& channel : channels_)
        if (channel.calendar == calendar && channel.until > now_()) say(channel, "exists");
}

void GoogleCalendars::say(const Channel& channel, const std::string& state) {
    messages_.push_back({channel.address, channel.id, channel.token, "resource-" + channel.id, state});
    if (onMessage) onMessage(messages_.back());
}

void GoogleCalendars::requireMatch(const Json& event, const Write& write) const {
    if (!write.ifMatch.empty() && write.ifMatch != textAt(event, "etag"))
        throw GoogleError{412, "conditionNotMet", "Precondition Failed"};
}

void GoogleCalendars::mail(const std::string& calendar, const Json& before, const Json& after, const Write& write) {
    if (write.byUser || write.sendUpdates == "none" || (!hasGuests(before) && !hasGuests(after))) return;
    mails_.push_back({calendar, std::string(textAt(after, "id")), write.method});
}

/// Exceptions whose original start isn't one of the series any more go without a trace.
void GoogleCalendars::dropUnfit(Entry& calendar, const Json& master) {
    std::erase_if(calendar.rows, [&](const auto& one) {
        const Json& series = one.second.series;
        if (textAt(series, "recurringEventId") != textAt(master, "id")) return false;
        return !master.find("recurrence") || !occurrenceAt(master, *momentOf(at(series, "originalStartTime")));
    });
}

Json GoogleCalendars::insertEvent(const std::string& calendar, Json event, const Write& write) {
    Entry& in = entry(calendar);
    if (!event.find("id")) set(event, "id", jsonText("g" + std::to_string(++made_) + "made0here"));
    const std::string id(textAt(event, "id"));
    if (id.size() < 5 || id.find_first_not_of("0123456789abcdefghijklmnopqrstuv") != id.npos)
        throw GoogleError{400, "invalid", "Invalid resource id value."};
    if (in.rows.contains(id)) throw GoogleError{409, "duplicate", "The requested identifier already exists."};
    const auto type = textAt(event, "eventType");
    if (!write.byUser && !type.empty() && type != "default")
        throw GoogleError{400, "eventTypeRestriction", "This event type can't be created."};
    const Json self =
        jsonObject({{"email", jsonText(calendar == "primary" ? login_ : calendar)}, {"self", jsonFlag(true)}});
    const std::pair<std::string_view, Json> defaults[] = {
        {"kind", jsonText("calendar#event")},
        {"status", jsonText("confirmed")},
        {"htmlLink", jsonText("https://www.google.com/calendar/event?eid=" + id)},
        {"created", jsonText(stamp(now_()))},
        {"creator", jsonObject({{"email", jsonText(login_)}, {"self", jsonFlag(true)}})},
        {"organizer", self},
        {"iCalUID", jsonText(id + "@google.com")},
        {"sequence", jsonNumber(0)},
        {"reminders", jsonObject({{"useDefault", jsonFlag(true)}})},
        {"eventType", jsonText("default")}};
    for (const auto& [name, value] : defaults)
        if (!event.find(name)) set(event, name, value);
    checkEvent(event, in.zone, login_, quirks_);
    Row& made = in.rows[id];
    made.event = std::move(event);
    touch(calendar, in, made);
    mail(calendar, {}, made.event, write);
    return made.event;
}

Json GoogleCalendars::change(const std::string& calendar, const std::string& id, const Json& asked, bool whole,
                             const Write& write) {
    Entry& in = entry(calendar);
    const auto before = known(in, id);
    if (!before) throw GoogleError{404, "notFound", "Not Found"};
    requireMatch(*before, write);
    const Row* old = row(in, id);
    const bool exception = old ? !old->series.isNull() : true;
    if (whole && cancelled(*before) && !quirks_.undelete && !write.byUser)
        throw GoogleError{403, "forbidden", "Forbidden"};
    if (textAt(asked, "status") == "cancelled") {
        cancel(calendar, id, write);
        return view(in, *row(in, id));
    }
    const bool guest = !write.byUser && before->find("organizer") && !trueAt(*before, {"organizer", "self"}) &&
                       !trueAt(*before, "guestsCanModify");
    const Json members = guest ? guestsPart(*before, asked, login_) : asked;
    Json after = *before;
    if (whole)  // PUT: what is left out is gone
        std::erase_if(after.object, [](const auto& one) {
            for (const std::string_view kept :
                 {"id", "kind", "etag", "htmlLink", "created", "creator", "organizer", "iCalUID", "sequence",
                  "eventType", "recurringEventId", "originalStartTime"})
                if (one.first == kept) return false;
            return true;
        });
    merge(after, members);
    if (cancelled(after)) {  // a changed occurrence takes place; a deleted event stays deleted unless it's said
        if (!exception) return after;
        set(after, "status", jsonText("confirmed"));
    }
    if (!after.find("status")) set(after, "status", jsonText("confirmed"));
    checkEvent(after, in.zone, login_, quirks_);
    if (!exception) {
        Row& changed = in.rows.at(id);
        changed.event = after;
        touch(calendar, in, changed);
        dropUnfit(in, after);
        if (quirks_.exceptionsFollow)
            for (auto& [other, one] : in.rows)
                if (textAt(one.series, "recurringEventId") == id) touch(calendar, in, one);
    } else {
        Row& changed = in.rows[id];
        if (changed.series.isNull()) changed.series = *before;
        if (!members.find("status") && cancelled(changed.event)) drop(changed.event, "status");
        for (const auto& [name, value] : after.object)
            if (!sameJson(value, at(*before, name))) set(changed.event, name, value);
        for (const auto& [name, value] : before->object)
            if (!after.find(name)) set(changed.event, name, {});
        touch(calendar, in, changed);
    }
    Json now = view(in, in.rows.at(id));
    mail(calendar, *before, now, write);
    return now;
}

void GoogleCalendars::cancel(const std::string& calendar, const std::string& id, const Write& write) {
    Entry& in = entry(calendar);
    const auto before = known(in, id);
    if (!before) throw GoogleError{404, "notFound", "Not Found"};
    if (cancelled(*before)) {
        if (quirks_.deletedIsChanged) requireMatch(*before, write);
        throw GoogleError{410, "deleted", "Resource has been deleted"};
    }
    requireMatch(*before, write);
    Row& gone = in.rows[id];
    if (gone.event.isNull()) gone.series = *before;
    set(gone.event, "status", jsonText("cancelled"));
    touch(calendar, in, gone);
    mail(calendar, *before, *before, write);
    if (!gone.series.isNull()) return;
    if (!quirks_.exceptionsEnd) {
        std::erase_if(in.rows, [&](const auto& one) { return textAt(one.second.series, "recurringEventId") == id; });
        return;
    }
    for (auto& [other, one] : in.rows)
        if (textAt(one.series, "recurringEventId") == id) {
            set(one.event, "status", jsonText("cancelled"));
            touch(calendar, in, one);
        }
}

// ---------------------------------------------------------------- what the user does

Json GoogleCalendars::insert(const std::string& calendar, Json event) {
    const std::lock_guard lock(mutex_);
    return insertEvent(calendar, std::move(event), {"", "", "", true});
}

Json GoogleCalendars::edit(const std::string& calendar, const std::string& id, const Json& members) {
    const std::lock_guard lock(mutex_);
    return change(calendar, id, members, false, {"", "", "", true});
}

void GoogleCalendars::erase(const std::string& calendar, const std::string& id) {
    const std::lock_guard lock(mutex_);
    cancel(calendar, id, {"", "", "", true});
}

std::optional<Json> GoogleCalendars::find(const std::string& calendar, const std::string& id) const {
    const std::lock_guard lock(mutex_);
    auto& self = const_cast<GoogleCalendars&>(*this);
    return self.known(self.entry(calendar), id);
}

std::vector<Json> GoogleCalendars::live(const std::string& calendar) const {
    const std::lock_guard lock(mutex_);
    auto& self = const_cast<GoogleCalendars&>(*this);
    Entry& in = self.entry(calendar);
    std::vector<Json> events;
    for (const auto& [id, row] : in.rows)
        if (Json event = self.view(in, row); !cancelled(event)) events.push_back(std::move(event));
    return events;
}

void GoogleCalendars::expireTokens(const std::string& calendar) {
    const std::lock_guard lock(mutex_);
    ++entry(calendar).epoch;
}

std::vector<GuestMail> GoogleCalendars::mails() const {
    const std::lock_guard lock(mutex_);
    return mails_;
}

std::vector<PushMessage> GoogleCalendars::takeMessages() {
    const std::lock_guard lock(mutex_);
    return std::exchange(messages_, {});
}

std::size_t GoogleCalendars::channels() const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(
        std::ranges::count_if(channels_, [this](const Channel& channel) { return channel.until > now_(); }));
}

}  // namespace crmdav::standins
