#include "server/dav/dav.h"

#include "protocol/dav/names.h"
#include "server/dav/methods.h"

namespace crmdav {

namespace {

using namespace kind;
constexpr Kinds makeable = calendar | book, movable = members | makeable;

constexpr Method methodTable[] = {
    {"OPTIONS", all, members | makeable, options},
    {"GET", all, 0, get},
    {"HEAD", all, 0, get},
    {"PROPFIND", all, 0, propfind},
    {"PROPPATCH", all & ~roots & ~principalCollections, 0, proppatch},
    {"REPORT", all, 0, report},
    {"PUT", members, members, put, true},
    {"DELETE", members | collections, 0, remove},
    {"POST", makeable | outbox, 0, post},
    {"COPY", members, 0, copy, true},
    {"MOVE", movable, 0, move, true},
    {"MKCOL", 0, makeable, mkcol, true},
    {"MKCALENDAR", 0, calendar, mkcalendar, true},
};

DavPtr davOf(const Context& context, const Request& request, const Identity& who) {
    const Prefer prefer = parsePrefer(request.header("prefer"), request.header("brief"));
    return std::make_shared<const Dav>(Dav{
        .context = context,
        .store = context.store,
        .config = context.config,
        .who = who,
        .basePath = request.basePath,
        .origin = request.origin,
        .agent = std::string(request.header("user-agent").substr(0, 200)),
        .minimal = prefer.minimal,
        .representation = prefer.representation,
        .noroot = prefer.depthNoroot,
        .timezones = request.header("caldav-timezones") != "F",
        .actor = actorOf(who, request, "dav"),
        .usage = {},
        .listed = {},
    });
}

}  // namespace

std::span<const Method> methods() { return methodTable; }

std::string_view davHeader() noexcept {
    return "1, 3, access-control, calendar-access, addressbook, extended-mkcol, calendar-availability, "
           "inbox-availability, calendarserver-home-sync, calendarserver-principal-property-search, "
           "calendarserver-principal-search, add-member";
}

std::string allowOf(const Resource& resource) {
    std::string out;
    for (const Method& method : methodTable) {
        if (!((resource.exists ? method.on : method.onNothing) & resource.kind)) continue;
        if (!out.empty()) out += ", ";
        out += method.name;
    }
    return out;
}

Response handleDav(const Context& context, const Request& request, const Identity& who) {
    const DavPtr dav = davOf(context, request, who);
    Resource target = resolve(*dav, request.path, request.slash);
    const auto method = std::ranges::find(methodTable, request.method, &Method::name);
    if (method == std::end(methodTable)) {
        const bool known = request.method == "LOCK" || request.method == "UNLOCK" || request.method == "ACL" ||
                           request.method == "PATCH";
        return Response(known ? 405 : 501).with("Allow", allowOf(target));
    }
    const bool aboutOthers = method->name == "REPORT" || method->name == "OPTIONS";  // say themselves what they need
    if (target.foreign && !aboutOthers) requirePrivilege(*dav, target, may::read);
    if (!method->anywhere && !((target.exists ? method->on : method->onNothing) & target.kind)) {
        requireExists(target);
        return Response(405).with("Allow", allowOf(target));
    }
    return method->run(dav, request, target);
}

}  // namespace crmdav
