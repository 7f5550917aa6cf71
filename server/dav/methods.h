#pragma once
#include <span>

#include "protocol/dav/headers.h"
#include "server/dav/reports.h"

namespace crmdav {

/// A method: where it is allowed, and the function that answers it.
struct Method {
    std::string_view name;
    Kinds on;         ///< kinds of what is there
    Kinds onNothing;  ///< kinds of what isn't there yet
    Response (*run)(const DavPtr&, const Request&, Resource&);
    bool anywhere = false;  ///< says itself what is wrong with other places (RFC 4791 and 4918 name conditions)
};
std::span<const Method> methods();

/// Value of Allow: what can be done with the resource as it is now.
std::string allowOf(const Resource& resource);

// methods_listing.cpp
Response options(const DavPtr&, const Request&, Resource&);
Response propfind(const DavPtr&, const Request&, Resource&);
Response proppatch(const DavPtr&, const Request&, Resource&);
// methods_object.cpp
Response get(const DavPtr&, const Request&, Resource&);
Response put(const DavPtr&, const Request&, Resource&);
Response remove(const DavPtr&, const Request&, Resource&);
// methods_post.cpp
Response post(const DavPtr&, const Request&, Resource&);
// methods_collection.cpp
Response mkcol(const DavPtr&, const Request&, Resource&);
Response mkcalendar(const DavPtr&, const Request&, Resource&);
// methods_copy.cpp
Response copy(const DavPtr&, const Request&, Resource&);
Response move(const DavPtr&, const Request&, Resource&);

/// Every object of a calendar as one VCALENDAR, each time zone once.
void writeWholeCalendar(const Dav& dav, const Collection& collection, Sink& sink);

/// Conditions of a request on the resource itself, for the store to check in its transaction.
Precondition preconditionOf(const Request& request);
/// If and If-Match on a collection. @throws PreconditionFailed
void requireConditions(const DavPtr& dav, const Request& request, const Resource& resource);

/// Stores the body as member `target` (PUT, POST to add a member).
Saved save(const DavPtr& dav, const Request& request, const Resource& target, const Precondition& condition);
/// The answer to a save, with the stored object if that was asked for (RFC 8144 §3).
Response savedResponse(const DavPtr& dav, const Request& request, const Resource& target, const Saved& saved);

}  // namespace crmdav
