#include <openssl/rand.h>

#include <map>

#include "protocol/dav/names.h"
#include "protocol/text/content_lines.h"
#include "protocol/text/datetime.h"
#include "protocol/text/icalendar.h"
#include "protocol/text/zones.h"
#include "server/dav/methods.h"

namespace crmdav {

namespace {

std::string freshName(bool card) {
    unsigned char random[16];
    if (RAND_bytes(random, sizeof random) != 1) throw std::runtime_error("no random bytes");
    constexpr std::string_view hex = "0123456789abcdef";
    std::string name;
    for (const unsigned char byte : random) {
        name += hex[byte >> 4];
        name += hex[byte & 15];
    }
    return name + (card ? ".vcf" : ".ics");
}

/// RFC 5995: a member under a name of the server's choice.
Response addMember(const DavPtr& dav, const Request& request, const Resource& collection) {
    requirePrivilege(*dav, collection, may::bind | may::write_content);
    Resource target = collection;
    target.kind = collection.kind == kind::book ? kind::card : kind::event;
    target.name = freshName(target.kind == kind::card);
    target.href += target.name;
    Precondition condition;
    condition.mustNotExist = true;
    const Saved saved = save(dav, request, target, condition);
    return savedResponse(dav, request, target, saved).with("Location", dav->origin + target.href);
}

/// The user that a calendar user address means: mailto:, or the href of a principal.
std::optional<User> userOfAddress(const Dav& dav, std::string_view address) {
    if (startsWithIgnoreCase(address, "mailto:")) {
        const std::string mail = lowerAscii(address.substr(7));
        for (User& user : dav.store.users()) {
            const bool own =
                lowerAscii(user.email) == mail ||
                std::ranges::any_of(user.otherEmails, [&](const auto& m) { return lowerAscii(m) == mail; });
            if (own && user.active) return std::move(user);
        }
        return std::nullopt;
    }
    const auto target = resolveHref(dav, address);
    return target && target->kind == kind::principal && !target->isTeam() ? target->owner : std::nullopt;
}

/// Busy times of the people that one request asks about, each looked up once: they may be named any number of times.
class People {
public:
    People(DavPtr dav, const TimeRange& range) : dav_(std::move(dav)), range_(range) {}
    const std::vector<BusyPeriod>& busyTimes(const User& user) {
        const auto [known, isNew] = known_.try_emplace(user.id);
        if (isNew) {
            Resource home = resourceOfHome(*dav_, Home::calendars);
            home.foreign = user.id != dav_->who.user.id;
            home.owner = user;
            known->second = busyTimesOf(*dav_, home, range_, true);
        }
        return known->second;
    }

private:
    DavPtr dav_;
    TimeRange range_;
    std::map<std::int64_t, std::vector<BusyPeriod>> known_;
};

/// What one attendee is told about.
void writeRecipient(const DavPtr& dav, XmlWriter& out, const Property& attendee, const Component& asked,
                    const TimeRange& range, bool json, People& people) {
    out.open(caldav::response).open(caldav::recipient).element(dav::href, attendee.value()).close(caldav::recipient);
    const auto user = userOfAddress(*dav, attendee.value());
    out.element(caldav::request_status, user ? "2.0;Success" : "3.7;Invalid Calendar User");
    if (user) {
        FreeBusyHead head;
        head.uid = asked.text("UID");
        head.stamp = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        head.method = "REPLY";
        if (const Property* organizer = asked.find("ORGANIZER")) head.lines.emplace_back(organizer->line());
        head.lines.emplace_back(attendee.line());
        const std::string answer = writeFreeBusy(range, people.busyTimes(*user), head);
        if (json)
            out.open(caldav::calendar_data, {{"content-type", jcalType}, {"version", "2.0"}});
        else
            out.open(caldav::calendar_data);
        out.text(json ? calendarToJson(answer) : answer).close(caldav::calendar_data);
    }
    out.close(caldav::response);
}

/// RFC 6638 §5: when are these people busy? Meetings themselves are scheduled by saving them.
Response askFreeBusy(const DavPtr& dav, const Request& request, const Resource& outbox) {
    requirePrivilege(*dav, outbox, may::read_free_busy);
    const bool json = parseContentType(request.header("content-type")).type == jcalType;
    const Document document = requireCalendar(json ? calendarFromJson(request.body) : request.body);
    const Component* asked = document.root().findComponent("VFREEBUSY");
    if (!asked || !equalsIgnoreCase(document.root().value("METHOD"), "REQUEST"))
        throw DavError(403, "only free-busy requests", caldav::valid_scheduling_message);
    const Property* organizer = asked->find("ORGANIZER");
    const auto asker = organizer ? userOfAddress(*dav, organizer->value()) : std::nullopt;
    if (!asker || asker->id != dav->who.user.id)
        throw DavError(403, "the organizer is not the asker", caldav::valid_organizer);
    ObjectZones zones(document.root(), utcZone());
    TimeRange range;
    for (const auto& [name, instant] : {std::pair{"DTSTART", &range.start}, std::pair{"DTEND", &range.end}}) {
        const Property* property = asked->find(name);
        const auto time = property ? DateTime::parse(property->value(), property->parameter("TZID")) : std::nullopt;
        if (!time) throw DavError(403, "a span of time is missing", caldav::valid_scheduling_message);
        *instant = zones.toUtc(*time);
    }
    if (range.start >= range.end) throw DavError(403, "an empty span of time", caldav::valid_scheduling_message);

    std::string body(xmlDeclaration());
    body += "<C:schedule-response" + std::string(rootNamespaces()) + '>';
    XmlWriter out(body);
    const auto attendees = asked->findAll("ATTENDEE");
    if (attendees.size() > limits::maxAttendees)
        throw DavError(403, "too many attendees", caldav::max_attendees_per_instance);
    People people(dav, range);
    for (const Property* attendee : attendees) writeRecipient(dav, out, *attendee, *asked, range, json, people);
    body += "</C:schedule-response>";
    return Response(200, "application/xml; charset=utf-8", std::move(body));
}

}  // namespace

Response post(const DavPtr& dav, const Request& request, Resource& target) {
    requireExists(target);
    if (target.kind == kind::outbox) return askFreeBusy(dav, request, target);
    if (!request.parameter("add-member")) return Response(405).with("Allow", allowOf(target));
    return addMember(dav, request, target);
}

}  // namespace crmdav
