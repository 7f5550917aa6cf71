#include "protocol/dav/names.h"
#include "server/dav/methods.h"

namespace crmdav {

namespace {

/// A kind of collection that can be made, and what a client calls it.
struct Makeable {
    Home home;
    Purpose purpose;
    QName type;
};
constexpr Makeable aCalendar{Home::calendars, Purpose::calendar, caldav::calendar};
constexpr Makeable aBook{Home::addressbooks, Purpose::book, carddav::addressbook};

/// Do these count against a user's share? What everybody has from the start does not, but for the tasks.
bool counts(const Collection& c) {
    if (!c.ownerLogin.empty()) return false;
    return c.purpose == Purpose::tasks || c.purpose == Purpose::calendar || c.purpose == Purpose::book;
}

void requireRoom(const Dav& dav, Home home) {
    const auto all = dav.store.home(dav.who.user.login, home);
    if (static_cast<std::size_t>(std::ranges::count_if(all, counts)) >= dav.config.maxCollections)
        throw DavError(403, "as many collections as a user may have", {cs::ns, "max-collections"});
}

/// RFC 4791 §5.3.1.2: below the home only, where nothing has this name.
void requirePlace(const Dav& dav, const Resource& target, Home home, int existsStatus) {
    const bool below = target.kind & (kind::collections) && target.home() == home;
    const bool inCollection = target.kind & kind::members;
    if (target.exists && !inCollection && !(target.kind & kind::collections))
        throw DavError(existsStatus, "something is there", dav::resource_must_be_null);
    if (!below)
        throw DavError(403, "calendars and address books lie in their home only",
                       home == Home::calendars ? caldav::calendar_collection_location_ok
                                               : carddav::addressbook_collection_location_ok);
    requirePrivilege(dav, resourceOfHome(dav, home), may::bind);
    if (target.exists) throw DavError(existsStatus, "something is there", dav::resource_must_be_null);
}

/// Makes the collection with its properties, all or nothing. @returns the propstats of what failed; empty: made
std::string make(const Dav& dav, const Resource& target, const Makeable& what,
                 std::span<const Instruction> properties) {
    Collection wanted;
    wanted.owner = dav.who.user.id;
    wanted.home = what.home;
    wanted.name = target.name;
    wanted.purpose = what.purpose;
    if (what.home == Home::calendars)
        wanted.components = {ComponentKind::event, ComponentKind::todo, ComponentKind::journal, ComponentKind::other};
    Patch patch{dav, target, std::move(wanted), {}};
    const PatchOutcome outcome = collect(patch, target.kind, properties);
    if (!outcome.done) return outcome.propstats;
    requireRoom(dav, what.home);
    dav.store.batch([&] {
        const Collection made = dav.store.makeCollection(dav.actor, patch.changed);
        if (!patch.kept.empty()) dav.store.patchCollection(dav.actor, made, patch.kept);
    });
    return {};
}

Response made() { return Response(201).with("Cache-Control", "no-cache"); }

Response refused(int status, std::string_view open, const std::string& inner, std::string_view close) {
    std::string body(xmlDeclaration());
    body += "<D:" + std::string(open) + std::string(rootNamespaces()) + '>' + inner + "</D:" + std::string(close) + '>';
    return Response(status, "application/xml; charset=utf-8", std::move(body));
}

bool isOf(const NewCollection& asked, const Makeable& what) {
    return asked.types.size() == 2 && std::ranges::count(asked.types, dav::collection) == 1 &&
           std::ranges::count(asked.types, what.type) == 1;
}

}  // namespace

/// MKCOL, plain (RFC 4918 §9.3) and extended (RFC 5689). A plain one among address books makes an address book, as
/// there are no other collections there; among calendars it would be none, and is refused.
Response mkcol(const DavPtr& dav, const Request& request, Resource& target) {
    const Makeable& fitting = target.home() == Home::calendars ? aCalendar : aBook;
    requirePlace(*dav, target, fitting.home, 405);
    if (request.body.empty()) {
        if (fitting.home == Home::calendars)
            throw DavError(403, "only calendars can be made here: MKCALENDAR", dav::valid_resourcetype);
        make(*dav, target, aBook, {});
        return made();
    }
    const std::string type = parseContentType(request.header("content-type")).type;
    if (!type.empty() && !type.ends_with("xml")) throw DavError(415, "the body of MKCOL is XML");
    const XmlDocument body = XmlDocument::parse(request.body);
    const NewCollection asked = parseMkcol(body.root());
    if (!isOf(asked, fitting)) throw DavError(403, "no such collection here", dav::valid_resourcetype);
    const std::string failed = make(*dav, target, fitting, asked.properties);
    return failed.empty() ? made() : refused(424, "mkcol-response", failed, "mkcol-response");
}

/// RFC 4791 §5.3.1.
Response mkcalendar(const DavPtr& dav, const Request& request, Resource& target) {
    requirePlace(*dav, target, Home::calendars, 403);
    NewCollection asked;
    std::optional<XmlDocument> body;
    if (!request.body.empty()) {
        body = XmlDocument::parse(request.body);
        asked = parseMkcalendar(body->root());
    }
    if (!asked.types.empty() && !isOf(asked, aCalendar))
        throw DavError(403, "MKCALENDAR makes calendars", dav::valid_resourcetype);
    const std::string failed = make(*dav, target, aCalendar, asked.properties);
    if (failed.empty()) return made();
    std::string inner;
    XmlWriter(inner).open(dav::response).href(target.href).raw(failed).close(dav::response);
    return refused(207, "multistatus", inner, "multistatus");
}

}  // namespace crmdav
