#include "server/dav/listing.h"

#include <bit>

#include "protocol/dav/hrefs.h"
#include "protocol/dav/names.h"
#include "server/dav/property_values.h"

namespace crmdav {

namespace {

/// RFC 7265: the property's iCalendar as jCal, for those who ask like for CALDAV:calendar-data.
bool writeJsonTimezone(XmlWriter& out, const Resource& calendar) {
    const std::string zone = values::timezoneText(calendar);
    if (zone.empty()) return false;
    out.open(caldav::calendar_timezone, {{"content-type", jcalType}, {"version", "2.0"}});
    out.text(calendarToJson(zone)).close(caldav::calendar_timezone);
    return true;
}

/// Properties of a member that its tags suffice for: those that clients list whole collections by.
constexpr QName ofTags[] = {dav::getetag, dav::getcontenttype, dav::resourcetype};

bool among(const std::vector<QName>& names, const QName& name) { return std::ranges::find(names, name) != names.end(); }

}  // namespace

Listing::Listing(DavPtr dav, std::shared_ptr<const XmlDocument> body, PropertiesWanted wanted, const ZonePtr& zone)
    : dav_(std::move(dav)), body_(std::move(body)), wanted_(std::move(wanted)) {
    if (wanted_.kind == PropertiesWanted::Kind::names) return;
    if (among(wanted_.names, caldav::calendar_data)) calendarData_.emplace(wanted_.calendarData, dav_->timezones, zone);
    if (among(wanted_.names, carddav::address_data)) addressData_.emplace(wanted_.addressData);
}

Listing::Column Listing::columnOf(const QName& name, const LiveProperty* live) {
    Column column{name, live, {}, {}};
    XmlWriter(column.open).open(name);
    XmlWriter(column.close).close(name);
    return column;
}

const std::vector<Listing::Column>& Listing::columns(Kinds on) const {
    auto& known = columns_[static_cast<std::size_t>(std::countr_zero(on))];
    if (known) return *known;
    known.emplace();
    if (wanted_.kind == PropertiesWanted::Kind::all)
        for (const LiveProperty& live : liveProperties())
            if (live.allprop && live.on & on) known->push_back(columnOf(live.name, &live));
    for (const QName& name : wanted_.names)
        if (wanted_.kind == PropertiesWanted::Kind::named || !std::ranges::count(*known, name, &Column::name))
            known->push_back(columnOf(name, liveProperty(name, on)));
    return *known;
}

MemberDetail Listing::detail(Kinds on) const {
    if (wantsBytes()) return MemberDetail::bytes;
    if (wanted_.kind == PropertiesWanted::Kind::names) return MemberDetail::tags;
    const auto tagged = [](const Column& column) {
        return !column.live || std::ranges::find(ofTags, column.name) != std::end(ofTags);
    };
    return std::ranges::all_of(columns(on), tagged) ? MemberDetail::tags : MemberDetail::rows;
}

bool Listing::wantsDead(Kinds on) const {
    if (wanted_.kind != PropertiesWanted::Kind::named) return true;
    return std::ranges::any_of(columns(on), [&](const Column& c) {
        const bool data =
            (calendarData_ && c.name == caldav::calendar_data) || (addressData_ && c.name == carddav::address_data);
        return (!c.live && !data) || (c.live && c.live->kept);
    });
}

bool Listing::writeOne(XmlWriter& out, const Column& column, const Resource& resource,
                       const DeadProperties* dead) const {
    if (!column.live || column.live->kept) {
        if (const auto* kept = findDead(dead, column.name)) return out.raw(*kept->xml), true;
        if (!column.live && resource.member) {
            if (calendarData_ && column.name == caldav::calendar_data && resource.kind == kind::event)
                return calendarData_->write(out, resource.bytes), true;
            if (addressData_ && column.name == carddav::address_data && resource.kind == kind::card)
                return addressData_->write(out, resource.bytes), true;
        }
        if (!column.live || !column.live->write) return false;
    }
    if (wanted_.jsonTimezone && column.name == caldav::calendar_timezone) return writeJsonTimezone(out, resource);
    const std::size_t before = out.out().size();
    out.raw(column.open);
    if (!column.live->write(*dav_, resource, out)) {
        out.out().resize(before);
        return false;
    }
    out.raw(column.close);
    return true;
}

void Listing::writeNames(XmlWriter& out, const Resource& resource, const DeadProperties* dead) const {
    for (const LiveProperty& live : liveProperties())
        if (live.on & resource.kind) out.empty(live.name);
    if (!dead) return;
    for (const auto& property : *dead)
        if (!liveProperty({property.ns, property.name}, resource.kind)) out.empty({property.ns, property.name});
}

bool Listing::needsDress(const Resource& resource) const {
    if (!resource.collection || resource.kind & kind::members) return false;
    const Collection& c = *resource.collection;
    if (c.mounted >= 0 || c.owner == dav_->who.user.id) return false;
    return std::ranges::any_of(columns(resource.kind), [](const Column& column) { return isPersonal(column.name); });
}

void Listing::write(XmlWriter& out, std::vector<PropFailure>& failures, const Resource& resource,
                    const DeadProperties* dead) const {
    if (wanted_.kind == PropertiesWanted::Kind::names) return writeNames(out, resource, dead);
    if (needsDress(resource)) {
        Resource dressed = resource;
        dressed.collection = asSeen(*dav_, *resource.collection);
        return write(out, failures, dressed, dead);
    }
    const auto& all = columns(resource.kind);
    const bool everything = wanted_.kind == PropertiesWanted::Kind::all;
    for (const Column& column : all) {
        try {
            if (writeOne(out, column, resource, dead)) continue;
        } catch (const DavError& error) {  // of this property of this object alone
            failures.push_back({column.name, error.status(), error.condition()});
            continue;
        }
        if (!everything || among(wanted_.names, column.name)) failures.push_back({column.name, 404, {}});
    }
    if (!everything || !dead) return;
    for (const auto& property : *dead)
        if (!std::ranges::count(all, QName{property.ns, property.name}, &Column::name)) out.raw(*property.xml);
}

void Listing::answer(Multistatus& to, const Resource& resource, const DeadProperties* dead) const {
    XmlWriter out = to.begin(resource.href);
    std::vector<PropFailure> failures;
    write(out, failures, resource, dead);
    for (const PropFailure& failure : failures) to.fail(failure.name, failure.status, failure.condition);
    to.end();
}

void Listing::answerAlone(Multistatus& to, const Resource& resource) const {
    if (!wantsDead(resource.kind)) return answer(to, resource, nullptr);
    const DeadProperties dead = deadPropertiesOf(*dav_, resource);
    answer(to, resource, &dead);
}

CollectionRows::CollectionRows(const Dav& dav, const Listing& listing, std::span<const Collection> collections)
    : dav_(dav), listing_(listing) {
    for (const Collection& collection : collections) ids_.push_back(collection.id);
}

void CollectionRows::answer(Multistatus& to, const Resource& collection) {
    if (!listing_.wantsDead(collection.kind)) return listing_.answer(to, collection, nullptr);
    if (!dead_) {
        dead_.emplace();
        for (auto& [id, property] : dav_.store.deadProperties(ids_)) (*dead_)[id].push_back(std::move(property));
    }
    const auto found = dead_->find(collection.collection->id);
    listing_.answer(to, collection, found == dead_->end() ? nullptr : &found->second);
}

MemberRows::MemberRows(const Dav& dav, const Listing& listing, const Resource& collection) : row_(collection) {
    row_.kind = collection.home() == Home::calendars ? kind::event : kind::card;
    prefix_ = row_.href.size();
    detail_ = listing.detail(row_.kind);
    if (!listing.wantsDead(row_.kind)) return;
    for (auto& [member, property] : dav.store.deadProperties(collection.collection->id, true))
        dead_[member].push_back(std::move(property));
}

const std::string& MemberRows::href(std::string_view name) {
    row_.href.resize(prefix_);
    appendSegment(row_.href, name);
    return row_.href;
}

const Resource& MemberRows::at(const Member& member, std::string_view bytes) {
    href(member.name);
    row_.member = &member;
    row_.bytes = bytes;
    return row_;
}

const DeadProperties* MemberRows::deadOf(const Member& member) const {
    const auto found = dead_.find(member.id);
    return found == dead_.end() ? nullptr : &found->second;
}

Response multistatusResponse(const DavPtr& dav, std::function<void(Multistatus&)> write) {
    Response response(207);
    response.with("Content-Type", "application/xml; charset=utf-8");
    if (dav->minimal) response.with("Preference-Applied", "return=minimal");
    response.stream = [dav, write = std::move(write)](Sink& sink) {
        Multistatus answer([&](std::string_view piece) { sink.write(piece); }, dav->minimal);
        write(answer);
        answer.finish();
    };
    return response;
}

}  // namespace crmdav
