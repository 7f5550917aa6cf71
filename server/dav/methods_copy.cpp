#include "protocol/dav/hrefs.h"
#include "protocol/dav/names.h"
#include "server/dav/methods.h"

namespace crmdav {

namespace {

/// Where the Destination header points. @throws DavError 400, 409, 502 (RFC 4918 §9.8.5)
Resource destinationOf(const Dav& dav, const Request& request) {
    const std::string_view header = request.header("destination");
    if (header.empty()) throw DavError(400, "Destination is missing");
    const auto address = addressOf(header, dav.origin, dav.basePath);
    if (!address) throw DavError(502, "Destination is not on this server");
    try {
        return resolve(dav, address->path, address->slash);
    } catch (const DavError&) {
        throw DavError(409, "the collection of Destination does not exist");
    }
}

Response created(const Dav& dav, const Resource& there, bool isNew) {
    Response response(isNew ? 201 : 204);
    if (isNew) response.with("Location", dav.origin + there.href);
    return response;
}

Response transfer(const DavPtr& dav, const Request& request, Resource& target, bool isMove) {
    requireMember(*dav, target);
    Resource there = destinationOf(*dav, request);
    const bool overwrite = parseOverwrite(request.header("overwrite"));
    if (there.foreign) requirePrivilege(*dav, there, may::bind);
    if (there.kind != target.kind) throw DavError(403, "members lie in collections of their kind");
    requirePrivilege(*dav, there, may::bind | may::write_content);
    if (isMove) requirePrivilege(*dav, target, may::unbind);
    if (there.collection->id == target.collection->id && there.name == target.name)
        throw DavError(403, "source and destination are the same");
    requireConditions(dav, request, target);
    const Saved saved = dav->store.transferObject(dav->actor, target.collection->id, target.name, there.collection->id,
                                                  there.name, isMove, overwrite, preconditionOf(request));
    return created(*dav, there, saved.created).with("ETag", '"' + saved.etag + '"');
}

/// A collection gets another name in its home: members, properties and tokens stay.
Response rename(const DavPtr& dav, const Request& request, const Resource& target) {
    requireExists(target);
    requirePrivilege(*dav, resourceOfHome(*dav, target.home()), may::bind | may::unbind);
    requirePrivilege(*dav, target, may::unbind);
    requireOwn(target);
    const Resource there = destinationOf(*dav, request);
    if (there.foreign) requirePrivilege(*dav, there, may::bind);
    if (!(there.kind & kind::collections) || there.home() != target.home())
        throw DavError(403, "calendars and address books lie in their home only",
                       target.home() == Home::calendars ? caldav::calendar_collection_location_ok
                                                        : carddav::addressbook_collection_location_ok);
    if (there.exists) {
        if (!parseOverwrite(request.header("overwrite"))) throw PreconditionFailed("Overwrite: F");
        throw DavError(403, "a collection never replaces another");
    }
    requireConditions(dav, request, target);
    dav->store.renameCollection(dav->actor, target.collection->id, there.name);
    return created(*dav, there, true);
}

}  // namespace

/// RFC 4918 §9.8, of members.
Response copy(const DavPtr& dav, const Request& request, Resource& target) {
    requirePrivilege(*dav, target, may::read);
    if (target.isCollection()) throw DavError(403, "collections can't be copied");
    return transfer(dav, request, target, false);
}

/// RFC 4918 §9.9, of members and collections.
Response move(const DavPtr& dav, const Request& request, Resource& target) {
    if (target.isCollection()) return rename(dav, request, target);
    return transfer(dav, request, target, true);
}

}  // namespace crmdav
