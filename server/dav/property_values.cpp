#include "server/dav/property_values.h"

#include <openssl/sha.h>

#include "protocol/dav/headers.h"
#include "protocol/dav/names.h"
#include "protocol/text/views.h"
#include "server/dav/home_state.h"

namespace crmdav {

namespace {

Instant startOfYear(int fromNow) {
    const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    const auto year = std::chrono::year_month_day(today).year() + std::chrono::years(fromNow);
    return std::chrono::sys_days(year / std::chrono::January / 1);
}

}  // namespace

std::optional<Instant> earliestTime(const Config& config) {
    return config.pastYears ? std::optional(startOfYear(-config.pastYears)) : std::nullopt;
}

std::optional<Instant> latestTime(const Config& config) {
    return config.futureYears ? std::optional(startOfYear(config.futureYears + 1)) : std::nullopt;
}

}  // namespace crmdav

namespace crmdav::values {

namespace {

bool number(XmlWriter& out, std::int64_t value) { return out.raw(std::to_string(value)), true; }

bool textUnlessEmpty(XmlWriter& out, std::string_view text) {
    if (!text.empty()) out.text(text);
    return !text.empty();
}

/// `20260101T000000Z`
bool time(XmlWriter& out, const std::optional<Instant>& instant) {
    if (!instant) return false;
    for (const char c : isoDate(*instant))
        if (c != '-' && c != ':') out.out() += c;
    return true;
}

/// A name-based UUID (RFC 4122 §4.3): the same for the same thing for ever, and nobody else's.
std::string uuidOf(const std::string& name) {
    unsigned char hash[SHA_DIGEST_LENGTH];
    SHA1(reinterpret_cast<const unsigned char*>(name.data()), name.size(), hash);
    hash[6] = static_cast<unsigned char>((hash[6] & 0x0f) | 0x50);
    hash[8] = static_cast<unsigned char>((hash[8] & 0x3f) | 0x80);
    constexpr std::string_view hex = "0123456789abcdef";
    std::string out;
    for (int i = 0; i < 16; ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
        out += hex[hash[i] >> 4];
        out += hex[hash[i] & 15];
    }
    return out;
}

}  // namespace

bool creationDate(const Dav&, const Resource& r, XmlWriter& out) {
    out.raw(isoDate(r.member ? r.member->created : r.collection->created));
    return true;
}

bool displayName(const Dav&, const Resource& r, XmlWriter& out) {
    if (r.kind == kind::principal) return out.text(r.owner->name.empty() ? r.owner->login : r.owner->name), true;
    if (r.collection) return textUnlessEmpty(out, r.collection->displayName);
    if (r.owner) return out.text(r.owner->login), true;
    return false;
}

bool contentLength(const Dav&, const Resource& r, XmlWriter& out) { return number(out, r.member ? r.member->size : 0); }

bool contentType(const Dav&, const Resource& r, XmlWriter& out) { return out.raw(contentTypeOf(r.kind)), true; }

bool etag(const Dav& dav, const Resource& r, XmlWriter& out) {
    if (!r.member && !r.collection) return out.raw("\"").text(stateOf(dav, r)).raw("\""), true;
    out.raw("\"").raw(r.member ? r.member->etag : r.collection->ctag).raw("\"");
    return true;
}

bool lastModified(const Dav&, const Resource& r, XmlWriter& out) {
    out.raw(httpDate(r.member ? r.member->modified : r.collection->updated));
    return true;
}

bool resourceType(const Dav&, const Resource& r, XmlWriter& out) {
    if (r.kind & kind::members) return true;
    out.empty(dav::collection);
    switch (r.kind) {
        case kind::principal: out.empty(dav::principal); break;
        case kind::calendar: out.empty(caldav::calendar); break;
        case kind::inbox: out.empty(caldav::schedule_inbox); break;
        case kind::outbox: out.empty(caldav::schedule_outbox); break;
        case kind::book: out.empty(carddav::addressbook); break;
        default: break;
    }
    return true;
}

bool nothing(const Dav&, const Resource&, XmlWriter&) { return true; }

bool owner(const Dav& dav, const Resource& r, XmlWriter& out) {
    if (r.collection && r.collection->owner == 0) return true;  // the organisation's: nobody in particular
    if (r.collection && !r.collection->ownerLogin.empty())
        return out.href(principalHref(dav, r.collection->ownerLogin)), true;
    if (!r.owner) return false;
    if (!r.isTeam()) out.href(principalHref(dav, r.owner->login));
    return true;
}

bool supportedPrivileges(const Dav&, const Resource&, XmlWriter& out) {
    const auto single = [&](const Privilege& p) {
        out.open(dav::supported_privilege).open(dav::privilege).empty(p.name).close(dav::privilege);
        out.open(dav::description, {{"xml:lang", "en"}}).text(p.description).close(dav::description);
    };
    const auto all = crmdav::privileges();
    single(all.front());
    for (const Privilege& p : all.subspan(1)) {
        const bool inWrite = (p.bits & may::write) && p.bits != may::write;
        const bool inRead = p.bits == may::read_free_busy;
        if (inWrite || inRead) continue;
        single(p);
        for (const Privilege& part : all.subspan(1)) {
            const bool member = p.bits == may::write ? (part.bits & may::write) && part.bits != may::write
                                                     : p.bits == may::read && part.bits == may::read_free_busy;
            if (!member) continue;
            single(part);
            out.close(dav::supported_privilege);
        }
        out.close(dav::supported_privilege);
    }
    out.close(dav::supported_privilege);
    return true;
}

bool privileges(const Dav& dav, const Resource& r, XmlWriter& out) {
    const unsigned granted = privilegesOn(dav, r);
    for (const Privilege& p : crmdav::privileges())
        if ((granted & p.bits) == p.bits) out.open(dav::privilege).empty(p.name).close(dav::privilege);
    return true;
}

bool aclRestrictions(const Dav&, const Resource&, XmlWriter& out) {
    out.empty(dav::grant_only).empty(dav::no_invert);
    return true;
}

bool principalCollections(const Dav& dav, const Resource&, XmlWriter& out) {
    return out.href(dav.basePath + "/dav/principals/users/"), true;
}

bool principalUrl(const Dav&, const Resource& r, XmlWriter& out) { return out.href(r.href), true; }

namespace {
bool principals(const Dav& dav, XmlWriter& out, const std::vector<std::string>& logins) {
    for (const std::string& login : logins) out.href(principalHref(dav, login));
    return true;
}
}  // namespace

bool members(const Dav& dav, const Resource& r, XmlWriter& out) {
    return !r.isTeam() || principals(dav, out, dav.store.membersOf(r.owner->id, false));
}

bool expandedMembers(const Dav& dav, const Resource& r, XmlWriter& out) {
    return !r.isTeam() || principals(dav, out, dav.store.membersOf(r.owner->id, true));
}

bool memberships(const Dav& dav, const Resource& r, XmlWriter& out) {
    return principals(dav, out, dav.store.teamsOf(r.owner->id, false));
}

bool expandedMemberships(const Dav& dav, const Resource& r, XmlWriter& out) {
    return principals(dav, out, dav.store.teamsOf(r.owner->id, true));
}

bool currentPrincipal(const Dav& dav, const Resource&, XmlWriter& out) {
    return out.href(principalHref(dav, dav.who.user.login)), true;
}

namespace {
/// What lies in a collection counts for its owner.
std::int64_t usedBytes(const Dav& dav, const Resource& r) {
    if (r.collection && !r.collection->ownerLogin.empty()) return dav.store.usage(r.collection->ownerLogin).bytes;
    if (!dav.usage) dav.usage = dav.store.usage(dav.who.user.login);
    return dav.usage->bytes;
}
}  // namespace

bool quotaAvailable(const Dav& dav, const Resource& r, XmlWriter& out) {
    if (dav.config.quotaBytes == 0 || r.foreign) return false;
    return number(out, std::max<std::int64_t>(0, dav.config.quotaBytes - usedBytes(dav, r)));
}

bool quotaUsed(const Dav& dav, const Resource& r, XmlWriter& out) {
    return !r.foreign && number(out, usedBytes(dav, r));
}

bool resourceId(const Dav&, const Resource& r, XmlWriter& out) {
    const std::string name = r.collection ? "collection/" + std::to_string(r.collection->id) + '/' +
                                                std::to_string(r.collection->created.time_since_epoch().count())
                                          : (r.isTeam() ? "team/" : "user/") + r.owner->login;
    return out.href("urn:uuid:" + uuidOf("https://crmdav/" + name)), true;
}

bool addMember(const Dav& dav, const Resource& r, XmlWriter& out) {
    if (!(privilegesOn(dav, r) & may::bind)) return false;
    return out.href(r.href + "?add-member"), true;
}

bool syncToken(const Dav& dav, const Resource& r, XmlWriter& out) {
    return out.text(r.collection ? r.collection->syncToken : stateOf(dav, r)), true;
}

bool ctag(const Dav& dav, const Resource& r, XmlWriter& out) {
    return out.text(r.collection ? r.collection->ctag : stateOf(dav, r)), true;
}

bool maxCollections(const Dav& dav, const Resource&, XmlWriter& out) {
    return number(out, static_cast<std::int64_t>(dav.config.maxCollections));
}

bool maxMembers(const Dav& dav, const Resource&, XmlWriter& out) {
    return dav.config.maxMembers != 0 && number(out, static_cast<std::int64_t>(dav.config.maxMembers));
}

bool description(const Dav&, const Resource& r, XmlWriter& out) {
    return textUnlessEmpty(out, r.collection->description);
}

std::string timezoneText(const Resource& r) {
    if (!r.collection->timezone.empty()) return r.collection->timezone;
    return r.collection->timezoneId.empty() ? "" : writeTimeZoneCalendar(r.collection->timezoneId, Instant{});
}

bool timezone(const Dav&, const Resource& r, XmlWriter& out) { return textUnlessEmpty(out, timezoneText(r)); }

bool timezoneId(const Dav&, const Resource& r, XmlWriter& out) {
    return textUnlessEmpty(out, r.collection->timezoneId);
}

namespace {
/// A calendar that takes everything says so of all that its objects can contain (RFC 4791 §5.2.3), zones included; a
/// chosen set is answered as it was set.
constexpr std::pair<ComponentKind, std::string_view> componentNames[] = {{ComponentKind::event, "VEVENT"},
                                                                         {ComponentKind::todo, "VTODO"},
                                                                         {ComponentKind::journal, "VJOURNAL"},
                                                                         {ComponentKind::other, "VFREEBUSY"},
                                                                         {ComponentKind::other, "VTIMEZONE"}};
}  // namespace

bool components(const Dav&, const Resource& r, XmlWriter& out) {
    for (const ComponentKind component : r.collection->components)
        for (const auto& [known, name] : componentNames)
            if (component == known) out.empty(caldav::comp, {{"name", name}});
    return true;
}

bool componentSets(const Dav&, const Resource&, XmlWriter&) {
    return true;  // empty: any combination can be had
}

bool calendarData(const Dav&, const Resource&, XmlWriter& out) {
    for (const std::string_view type : {"text/calendar", "application/calendar+json"})
        out.empty(caldav::calendar_data, {{"content-type", type}, {"version", "2.0"}});
    return true;
}

bool addressData(const Dav&, const Resource&, XmlWriter& out) {
    for (const std::string_view version : {"3.0", "4.0"})
        out.empty(carddav::address_data_type, {{"content-type", "text/vcard"}, {"version", version}});
    return true;
}

bool collations(const Dav&, const Resource& r, XmlWriter& out) {
    const QName name = r.kind == kind::book ? carddav::supported_collation : caldav::supported_collation;
    for (const std::string_view collation : {"i;ascii-casemap", "i;octet", "i;unicode-casemap"})
        out.element(name, collation);
    return true;
}

bool maxSize(const Dav& dav, const Resource&, XmlWriter& out) {
    return number(out, static_cast<std::int64_t>(dav.config.objectBytes));
}

bool minDateTime(const Dav& dav, const Resource&, XmlWriter& out) { return time(out, earliestTime(dav.config)); }
bool maxDateTime(const Dav& dav, const Resource&, XmlWriter& out) { return time(out, latestTime(dav.config)); }
bool maxInstances(const Dav&, const Resource&, XmlWriter& out) { return number(out, limits::maxInstances); }
bool maxAttendees(const Dav&, const Resource&, XmlWriter& out) { return number(out, limits::maxAttendees); }

bool calendarHome(const Dav& dav, const Resource& r, XmlWriter& out) {
    return !r.isTeam() && (out.href(homeHref(dav, r.owner->login, Home::calendars)), true);
}

bool bookHome(const Dav& dav, const Resource& r, XmlWriter& out) {
    return !r.isTeam() && (out.href(homeHref(dav, r.owner->login, Home::addressbooks)), true);
}

bool addresses(const Dav&, const Resource& r, XmlWriter& out) {
    const auto mail = [&](const std::string& address) {
        if (!address.empty()) out.element(dav::href, "mailto:" + address);
    };
    mail(r.owner->email);
    for (const std::string& other : r.owner->otherEmails) mail(other);
    return out.href(r.href), true;
}

std::string_view userTypeOf(const User& principal) {
    switch (principal.kind) {
        case UserKind::room: return "ROOM";
        case UserKind::resource: return "RESOURCE";
        case UserKind::team: return "GROUP";
        default: return "INDIVIDUAL";
    }
}

bool userType(const Dav&, const Resource& r, XmlWriter& out) { return out.raw(userTypeOf(*r.owner)), true; }

bool scheduleTag(const Dav&, const Resource& r, XmlWriter& out) {
    if (r.member->scheduleTag.empty()) return false;
    return out.raw('"' + r.member->scheduleTag + '"'), true;
}

bool inboxUrl(const Dav& dav, const Resource& r, XmlWriter& out) {
    return !r.isTeam() && (out.href(homeHref(dav, r.owner->login, Home::calendars) + "inbox/"), true);
}

bool outboxUrl(const Dav& dav, const Resource& r, XmlWriter& out) {
    return !r.isTeam() && (out.href(homeHref(dav, r.owner->login, Home::calendars) + "outbox/"), true);
}

bool transparency(const Dav&, const Resource& r, XmlWriter& out) {
    return out.empty(r.collection->transparent ? caldav::transparent : caldav::opaque), true;
}

namespace {
bool defaultOf(const Dav& dav, const Resource& r, Home home, XmlWriter& out) {
    const auto chosen = dav.store.defaultCollection(r.owner->id, home);
    if (chosen) out.href(collectionHref(dav, r.owner->login, *chosen));
    return chosen.has_value();
}
}  // namespace

bool defaultCalendar(const Dav& dav, const Resource& r, XmlWriter& out) {
    return defaultOf(dav, r, Home::calendars, out);
}

bool defaultBook(const Dav& dav, const Resource& r, XmlWriter& out) {
    return defaultOf(dav, r, Home::addressbooks, out);
}

bool emailAddresses(const Dav&, const Resource& r, XmlWriter& out) {
    constexpr QName address{cs::ns, "email-address"};
    if (!r.owner->email.empty()) out.element(address, r.owner->email);
    for (const std::string& other : r.owner->otherEmails) out.element(address, other);
    return true;
}

bool color(const Dav&, const Resource& r, XmlWriter& out) { return textUnlessEmpty(out, r.collection->color); }
bool order(const Dav&, const Resource& r, XmlWriter& out) { return textUnlessEmpty(out, r.collection->order); }

}  // namespace crmdav::values
