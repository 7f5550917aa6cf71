#include "server/dav/properties.h"

#include <algorithm>

#include "protocol/dav/multistatus.h"
#include "protocol/dav/names.h"
#include "server/dav/home_state.h"
#include "server/dav/property_setters.h"
#include "server/dav/property_values.h"
#include "server/dav/reports.h"

namespace crmdav {

namespace {

using namespace kind;

constexpr LiveProperty propertyTable[] = {
    // RFC 4918 §15
    {dav::resourcetype, all, true, values::resourceType},
    {dav::getetag, members | collections | homes, true, values::etag},
    {dav::getcontenttype, members | collections | homes, true, values::contentType},
    {dav::getcontentlength, members | collections | homes, true, values::contentLength},
    {dav::getlastmodified, members | collections, true, values::lastModified},
    {dav::creationdate, members | collections, true, values::creationDate},
    {dav::displayname, collections, true, values::displayName, setters::displayName},
    {dav::displayname, principal | homes, true, values::displayName},
    {dav::supportedlock, all, true, values::nothing},
    // RFC 3744, 5397, 3253
    {dav::owner, homes | collections | members | principal, false, values::owner},
    {dav::current_user_principal, all, false, values::currentPrincipal},
    {dav::principal_collection_set, all, false, values::principalCollections},
    {dav::current_user_privilege_set, all, false, values::privileges},
    {dav::supported_privilege_set, all, false, values::supportedPrivileges},
    {dav::acl, all, false, values::acl},
    {dav::acl_restrictions, all, false, values::aclRestrictions},
    {dav::inherited_acl_set, all, false, values::nothing},
    {dav::principal_URL, principal, false, values::principalUrl},
    {dav::alternate_URI_set, principal, false, values::nothing},
    {dav::group_member_set, principal, false, values::members},
    {dav::group_membership, principal, false, values::memberships},
    {{cs::ns, "expanded-group-member-set"}, principal, false, values::expandedMembers},
    {{cs::ns, "expanded-group-membership"}, principal, false, values::expandedMemberships},
    {dav::supported_report_set, all, false, values::supportedReports},
    // RFC 6578, ctag, RFC 5995, 5842, 4331
    {dav::sync_token, syncable, false, values::syncToken},
    {cs::getctag, syncable | outbox, false, values::ctag},
    {dav::add_member, calendar | book, false, values::addMember},
    {dav::resource_id, collections | principal, false, values::resourceId},
    {dav::quota_available_bytes, homes | collections, false, values::quotaAvailable},
    {dav::quota_used_bytes, homes | collections, false, values::quotaUsed},
    {{cs::ns, "max-collections"}, homes, false, values::maxCollections},
    {{cs::ns, "max-resources"}, calendar | book, false, values::maxMembers},
    // RFC 4791 §5.2, §6.2, RFC 7809
    {caldav::calendar_home_set, principal, false, values::calendarHome},
    {caldav::calendar_description, calendar, false, values::description, setters::description},
    {caldav::calendar_timezone, calendarLike, false, values::timezone, setters::timezone},
    {caldav::calendar_timezone_id, calendarLike, false, values::timezoneId, setters::timezoneId},
    {caldav::timezone_service_set, calendarHome, false, values::nothing},
    {caldav::supported_calendar_component_set, calendarLike, false, values::components, setters::components},
    {caldav::supported_calendar_component_sets, calendarHome, false, values::componentSets},
    {caldav::supported_calendar_data, calendarLike, false, values::calendarData},
    {caldav::supported_collation_set, calendarLike | calendarHome, false, values::collations},
    {caldav::max_resource_size, calendarLike, false, values::maxSize},
    {caldav::min_date_time, calendarLike, false, values::minDateTime},
    {caldav::max_date_time, calendarLike, false, values::maxDateTime},
    {caldav::max_instances, calendarLike, false, values::maxInstances},
    {caldav::max_attendees_per_instance, calendarLike, false, values::maxAttendees},
    // RFC 6638, RFC 7953
    {caldav::schedule_tag, event, false, values::scheduleTag},
    {caldav::calendar_user_address_set, principal, false, values::addresses},
    {caldav::calendar_user_type, principal, false, values::userType},
    {caldav::schedule_inbox_URL, principal, false, values::inboxUrl},
    {caldav::schedule_outbox_URL, principal, false, values::outboxUrl},
    {caldav::schedule_calendar_transp, calendar, false, values::transparency, setters::transparency},
    {caldav::schedule_default_calendar_URL, inbox, false, values::defaultCalendar, setters::defaultCalendar},
    {caldav::calendar_availability, inbox, false, nullptr, setters::availability, true},
    {cs::calendar_availability, inbox, false, nullptr, setters::availability, true},
    // RFC 6352 §6.2, §7.1
    {carddav::addressbook_home_set, principal, false, values::bookHome},
    {carddav::addressbook_description, book, false, values::description, setters::description},
    {carddav::supported_address_data, book, false, values::addressData},
    {carddav::supported_collation_set, book, false, values::collations},
    {carddav::max_resource_size, book, false, values::maxSize},
    {carddav::default_addressbook_URL, bookHome, false, values::defaultBook, setters::defaultBook},
    // Apple
    {cs::email_address_set, principal, false, values::emailAddresses},
    {apple::calendar_color, calendar | book, false, values::color, setters::color},
    {apple::calendar_order, calendar | book, false, values::order, setters::order},
};

/// Where dead properties of a resource that isn't a collection of the store are kept.
std::string keyOf(const Dav& dav, const Resource& resource) { return resource.href.substr(dav.basePath.size()); }

/// What an instruction does, or the failure of its propstat.
std::optional<PropFailure> apply(Patch& into, Kinds on, const Instruction& instruction) {
    const LiveProperty* live = liveProperty(instruction.name, on);
    if (live && !live->set) return PropFailure{instruction.name, 403, dav::cannot_modify_protected_property};
    const auto most = live && isPersonal(instruction.name) ? limits::maxName : limits::maxProperty;
    auto xml = instruction.value ? std::optional(serialise(*instruction.value, instruction.language)) : std::nullopt;
    if (xml && xml->size() > most) return PropFailure{instruction.name, 507, {}};
    try {
        if (live)
            live->set(into, instruction.value);
        else
            into.kept.push_back({std::string(instruction.name.ns), std::string(instruction.name.name), std::move(xml)});
    } catch (const DavError& error) {
        return PropFailure{instruction.name, error.status(), error.condition()};
    }
    return std::nullopt;
}

}  // namespace

std::span<const LiveProperty> liveProperties() { return propertyTable; }

const LiveProperty* liveProperty(const QName& name, Kinds on) {
    for (const LiveProperty& property : propertyTable)
        if (property.on & on && property.name == name) return &property;
    return nullptr;
}

bool isPersonal(const QName& name) {
    return name == dav::displayname || name == apple::calendar_color || name == apple::calendar_order;
}

const Store::DeadProperty* findDead(const DeadProperties* dead, const QName& name) {
    if (!dead) return nullptr;
    for (const Store::DeadProperty& property : *dead)
        if (property.name == name.name && property.ns == name.ns) return &property;
    return nullptr;
}

DeadProperties deadPropertiesOf(const Dav& dav, const Resource& resource) {
    if (resource.foreign) return {};
    if (!resource.collection) return dav.store.pathProperties(keyOf(dav, resource));
    DeadProperties out;
    for (auto& [member, property] : dav.store.deadProperties(resource.collection->id, resource.member != nullptr))
        if (!resource.member || member == resource.member->id) out.push_back(std::move(property));
    return out;
}

PatchOutcome collect(Patch& into, Kinds on, std::span<const Instruction> instructions) {
    std::vector<PropFailure> failures;
    for (const Instruction& instruction : instructions)
        if (auto failure = apply(into, on, instruction)) failures.push_back(*failure);

    PatchOutcome outcome;
    outcome.done = failures.empty();
    std::string found;
    XmlWriter writer(found);
    const auto failed = [&](const QName& name) {
        return std::ranges::any_of(failures, [&](const PropFailure& f) { return f.name == name; });
    };
    for (const Instruction& instruction : instructions) {
        if (outcome.done)
            writer.empty(instruction.name);
        else if (!failed(instruction.name))
            failures.push_back({instruction.name, 424, {}});
    }
    appendPropstats(outcome.propstats, found, failures, false);
    return outcome;
}

PatchOutcome patch(const Dav& dav, const Resource& resource, std::span<const Instruction> instructions) {
    Patch changes{dav, resource, resource.collection ? asSeen(dav, *resource.collection) : Collection{}, {}};
    PatchOutcome outcome = collect(changes, resource.kind, instructions);
    if (!outcome.done) return outcome;
    dav.store.batch([&] {
        if (changes.chosen)
            dav.store.setDefaultCollection(dav.actor, dav.who.user.id, resource.home(), *changes.chosen);
        if (resource.kind & members)
            dav.store.patchMember(dav.actor, resource.collection->id, resource.name, changes.kept);
        else if (resource.collection)
            dav.store.patchCollection(dav.actor, changes.changed, changes.kept);
        else
            dav.store.patchPath(dav.actor, keyOf(dav, resource), changes.kept);
    });
    return outcome;
}

std::string_view contentTypeOf(Kinds on) {
    if (on & event) return "text/calendar;charset=utf-8";
    if (on & card) return "text/vcard;charset=utf-8";
    return "httpd/unix-directory";
}

std::string etagOf(const Resource& resource) {
    return '"' + (resource.member ? resource.member->etag : resource.collection->ctag) + '"';
}

bool values::supportedReports(const Dav&, const Resource& resource, XmlWriter& out) {
    for (const Report& report : reports()) {
        if (!(report.listed & resource.kind)) continue;
        out.open(dav::supported_report).open(dav::report).empty(report.name);
        out.close(dav::report).close(dav::supported_report);
    }
    return true;
}

}  // namespace crmdav
