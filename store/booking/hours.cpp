#include "store/booking/hours.h"

#include <algorithm>
#include <map>

#include "protocol/dav/names.h"
#include "protocol/dav/xml.h"
#include "protocol/text/content_lines.h"
#include "protocol/text/json_text.h"
#include "protocol/text/working_hours.h"
#include "store/engine/database.h"
#include "store/history.h"
#include "store/history/history.h"
#include "store/objects/collections.h"
#include "store/queries.h"
#include "store/records/rows.h"
#include "store/records/users.h"

namespace crmdav {
namespace {

constexpr const QName* hoursNames[] = {&caldav::calendar_availability, &cs::calendar_availability};

/// What the element holds: a VCALENDAR, or the same as JSON (RFC 7265).
std::string calendarIn(const std::string& xml) {
    const XmlDocument element = XmlDocument::parse(xml);
    const bool json = element.root().attribute("content-type").value_or("") == "application/calendar+json";
    return json ? fromJson(element.root().trimmed()).bytes() : std::string(element.root().trimmed());
}

std::string zoneOfCalendar(Connection& db, const Collection& calendar) {
    if (!calendar.timezone.empty()) return calendar.timezone;
    return calendar.timezoneId.empty() ? zoneOfUser(db, calendar.owner) : calendar.timezoneId;
}

}  // namespace

std::string workingHours(Connection& db, std::int64_t user) {
    for (const QName* name : hoursNames) {
        auto row = db.query(
            "SELECT d.xml FROM dead_properties d JOIN collections c ON c.id=d.collection_id WHERE c.owner=? AND "
            "c.purpose=? AND d.member_id=0 AND d.ns=? AND d.name=?",
            user, Purpose::inbox, name->ns, name->name);
        if (row.next()) return calendarIn(row.string(0));
    }
    return {};
}

void setWorkingHours(Connection& db, const Actor& actor, std::int64_t user, std::string_view calendar) {
    const auto whose = userById(db, user);
    const auto inbox = whose ? findByPurpose(db, user, Purpose::inbox) : std::nullopt;
    if (!inbox) throw NotFound("no such user");
    if (actor.user != 0 && actor.user != user) {
        const auto who = userById(db, actor.user);
        if (!who || who->role != Role::admin) throw Forbidden("another user's working hours");
    }
    const std::string before = workingHours(db, user);
    if (before == calendar) return;
    std::vector<Store::DeadProperty> properties;
    for (const QName* name : hoursNames)
        properties.push_back({std::string(name->ns), std::string(name->name), std::nullopt});
    if (!calendar.empty()) {
        std::string xml;
        XmlWriter(xml).open(dav::prop).element(caldav::calendar_availability, calendar).close(dav::prop);
        const XmlDocument prop = XmlDocument::parse("<x" + std::string(rootNamespaces()) + ">" + xml + "</x>");
        properties.front().xml = serialise(*prop.root().firstElement()->firstElement());
    }
    patchCollection(db, Actor{}, *inbox, properties);
    const FieldChange change{"workingHours", before, std::string(calendar)};
    remember(db, actor,
             {.kind = RecordKind::user,
              .record = userId(user),
              .title = whose->login,
              .owner = user,
              .fields = {&change, 1}});
}

void addAway(Connection& db, std::int64_t user, const TimeRange& range, bool usual, std::vector<BusyPeriod>& out) {
    const std::string zone = zoneOfUser(db, user);
    std::string hours = workingHours(db, user);
    if (hours.empty() && usual) hours = writeWorkingHours(usualHours(zone), db.now(), "usual");
    if (hours.empty()) return;
    const ZonePtr floating = findZone(zone);
    addUnavailable(Document::parse(std::move(hours)), range, floating ? floating : utcZone(), out);
}

void addMeetings(Connection& db, const User& user, const TimeRange& range, std::vector<BusyPeriod>& out) {
    std::map<std::string, std::vector<CollectionId>> byZone;
    for (const Collection& c : listHome(db, user.login, Home::calendars))  // the hidden ones too
        if (isCalendar(c.purpose) && !c.transparent && c.ownerLogin.empty())
            byZone[zoneOfCalendar(db, c)].push_back(c.id);
    for (const auto& [zone, ids] : byZone) std::ranges::copy(freeBusy(db, ids, range, zone), std::back_inserter(out));
}

std::vector<BusyPeriod> busyTimes(Connection& db, std::int64_t user, const TimeRange& range) {
    const auto known = userById(db, user);
    if (!known) throw NotFound("no such user");
    std::vector<BusyPeriod> periods;
    addMeetings(db, *known, range, periods);
    addAway(db, user, range, false, periods);
    return mergeBusy(std::move(periods), range);
}

}  // namespace crmdav
