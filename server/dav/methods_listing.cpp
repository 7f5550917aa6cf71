#include "protocol/dav/names.h"
#include "server/dav/dav.h"
#include "server/dav/methods.h"

namespace crmdav {

namespace {

Resource folder(Kinds on, std::string href) {
    Resource out;
    out.kind = on;
    out.href = std::move(href);
    return out;
}

void answerHome(const Dav& dav, const Listing& listing, const Resource& home, Multistatus& answer) {
    const auto& collections = visibleCollections(dav, home.home());
    CollectionRows rows(dav, listing, collections);
    for (const Collection& collection : collections) rows.answer(answer, resourceOf(dav, collection));
}

/// What lies in a folder that is neither a home nor a collection: other folders.
void eachFolder(const Dav& dav, const Resource& parent, const std::function<void(const Resource&)>& visit) {
    const std::string root = dav.basePath + "/dav/";
    const auto home = [&](Home which) { visit(resourceOfHome(dav, which)); };
    switch (parent.kind) {
        case kind::root:
            visit(folder(kind::principals, root + "principals/"));
            if (dav.who.scope.caldav) visit(folder(kind::calendars, root + "calendars/"));
            if (dav.who.scope.carddav) visit(folder(kind::books, root + "addressbooks/"));
            break;
        case kind::principals: visit(folder(kind::users, root + "principals/users/")); break;
        case kind::users: visit(resourceOfUser(dav, dav.who.user)); break;
        case kind::calendars: home(Home::calendars); break;
        case kind::books: home(Home::addressbooks); break;
        default: break;
    }
}

}  // namespace

Response options(const DavPtr& dav, const Request&, Resource& target) {
    if (target.kind & kind::members && !target.foreign)
        target.exists = dav->store.member(*target.collection, target.name).has_value();
    return Response(200).with("DAV", std::string(davHeader())).with("Allow", allowOf(target));
}

/// RFC 4918 §9.1. Depth infinity is refused on everything that holds something (DAV:propfind-finite-depth).
Response propfind(const DavPtr& dav, const Request& request, Resource& target) {
    requirePrivilege(*dav, target, may::read);
    requireMember(*dav, target);
    const Depth depth = parseDepth(request.header("depth"), Depth::infinity);
    if (depth == Depth::infinity && target.isCollection())
        throw DavError(403, "Depth is 0 or 1 here", dav::propfind_finite_depth);
    std::shared_ptr<const XmlDocument> body;
    if (!request.body.empty()) body = std::make_shared<const XmlDocument>(XmlDocument::parse(request.body));
    const ZonePtr zone =
        target.collection && target.isCollection() ? zonePointerOf(*dav, *target.collection) : utcZone();
    auto listing = std::make_shared<const Listing>(dav, body, parsePropfind(body ? &body->root() : nullptr), zone);
    if (target.member && listing->wantsBytes() && !readMember(*dav, target)) throw DavError(404, "no such member");

    Response response = multistatusResponse(dav, [dav, listing, target, depth](Multistatus& answer) {
        if (target.member) return listing->answerAlone(answer, target);
        if (!dav->noroot || depth == Depth::zero) listing->answerAlone(answer, target);
        if (depth == Depth::zero) return;
        if (target.kind & (kind::calendar | kind::inbox | kind::book)) {
            MemberRows rows(*dav, *listing, target);
            dav->store.members(*target.collection, rows.detail(), [&](const Member& member, std::string_view bytes) {
                rows.answer(answer, *listing, member, bytes);
            });
        }
        if (target.kind & kind::homes) return answerHome(*dav, *listing, target, answer);
        eachFolder(*dav, target, [&](const Resource& below) { listing->answerAlone(answer, below); });
    });
    if (target.collection && target.isCollection())
        response.with("Last-Modified", httpDate(target.collection->updated));
    return response;
}

/// RFC 4918 §9.2.
Response proppatch(const DavPtr& dav, const Request& request, Resource& target) {
    requireExists(target);
    requirePrivilege(*dav, target, may::write_properties);
    requireMember(*dav, target);
    requireConditions(dav, request, target);
    const XmlDocument body = XmlDocument::parse(request.body);
    const auto instructions = parsePropertyUpdate(body.root());
    const bool another = target.collection && !target.collection->ownerLogin.empty();
    const auto isOwn = [](const Instruction& each) { return isPersonal(each.name); };
    if (another && !std::ranges::all_of(instructions, isOwn)) requirePrivilege(*dav, target, may::write_content);
    const PatchOutcome outcome = patch(*dav, target, instructions);
    if (outcome.done && dav->minimal) return Response(200).with("Preference-Applied", "return=minimal");
    std::string answer(xmlDeclaration());
    XmlWriter out(answer);
    answer += "<D:multistatus" + std::string(rootNamespaces()) + '>';
    out.open(dav::response).href(target.href).raw(outcome.propstats).close(dav::response);
    answer += "</D:multistatus>";
    return Response(207, "application/xml; charset=utf-8", std::move(answer));
}

}  // namespace crmdav
