#include "protocol/dav/names.h"
#include "server/dav/acl.h"
#include "server/dav/property_values.h"
#include "server/dav/reports.h"

namespace crmdav {

namespace {

/// The names of an expand-property's level, as a request for them.
PropertiesWanted named(const std::vector<ExpandProperty>& properties) {
    PropertiesWanted wanted;
    for (const ExpandProperty& property : properties) wanted.names.push_back(property.qname());
    return wanted;
}

/// One property of a resource as an element; empty: not there.
std::string valueOf(const DavPtr& dav, const Resource& resource, const QName& name) {
    PropertiesWanted wanted;
    wanted.names = {name};
    const Listing listing(dav, nullptr, std::move(wanted));
    const DeadProperties dead = listing.wantsDead(resource.kind) ? deadPropertiesOf(*dav, resource) : DeadProperties{};
    std::string out;
    XmlWriter writer(out);
    std::vector<PropFailure> failures;
    listing.write(writer, failures, resource, &dead);
    return failures.empty() ? out : std::string();
}

/// The element with namespaces of its own, so that it can be read again.
XmlDocument reread(const std::string& element) {
    return XmlDocument::parse("<x" + std::string(rootNamespaces()) + '>' + element + "</x>");
}

/// What an href inside an expanded property becomes: a response with the inner properties (RFC 3253 §3.8).
void expandHref(const DavPtr& dav, XmlWriter& out, std::string_view href, const ExpandProperty& property) {
    out.open(dav::response);
    auto target = resolveHref(*dav, href);
    const bool readable = target && (privilegesOn(*dav, *target) & may::read);
    const bool there = readable && (target->kind & kind::members ? readMember(*dav, *target) : target->exists);
    if (!there) {
        out.element(dav::href, href).element(dav::status, statusLine(target && !readable ? 403 : 404));
    } else {
        out.href(target->href);
        const Listing listing(dav, nullptr, named(property.inner));
        const DeadProperties dead = deadPropertiesOf(*dav, *target);
        std::string found;
        XmlWriter inner(found);
        std::vector<PropFailure> failures;
        listing.write(inner, failures, *target, &dead);
        appendPropstats(out.out(), found, failures, dav->minimal);
    }
    out.close(dav::response);
}

bool isPrincipalProperty(const User& user, const QName& name, const TextMatch& text) {
    if (name == dav::displayname) return matches(text, user.name.empty() ? user.login : user.name);
    if (name == caldav::calendar_user_type) return matches(text, values::userTypeOf(user));
    if (name != cs::email_address_set && name != caldav::calendar_user_address_set) return false;
    const std::string before = name == cs::email_address_set ? "" : "mailto:";
    return (!user.email.empty() && matches(text, before + user.email)) ||
           std::ranges::any_of(user.otherEmails, [&](const std::string& mail) { return matches(text, before + mail); });
}

bool isFound(const User& user, const PrincipalPropertySearch& search) {
    if (!user.active || (!search.type.empty() && search.type != values::userTypeOf(user))) return false;
    const auto one = [&](const PrincipalPropertySearch::Search& part) {
        const TextMatch text = textMatch(part.text, Collation::unicodeCasemap, part.type);
        return std::ranges::all_of(part.properties,
                                   [&](const QName& name) { return isPrincipalProperty(user, name, text); });
    };
    return search.anyOf ? std::ranges::any_of(search.searches, one) : std::ranges::all_of(search.searches, one);
}

}  // namespace

/// RFC 3253 §3.8, one level deep.
Response expandProperty(ReportRequest&& request) {
    const auto asked = parseExpandProperty(request.root());
    for (const ExpandProperty& property : asked)
        for (const ExpandProperty& inner : property.inner)
            if (!inner.inner.empty()) throw DavError(501, "properties are expanded one level deep");

    const DavPtr dav = request.dav;  // the closure takes the request
    if (request.target.kind & kind::members && !readMember(*dav, request.target)) throw DavError(404, "no such member");
    return multistatusResponse(dav, [request = std::move(request), asked](Multistatus& answer) {
        XmlWriter out = answer.begin(request.target.href);
        for (const ExpandProperty& property : asked) {
            const std::string value = valueOf(request.dav, request.target, property.qname());
            if (value.empty()) {
                answer.fail(property.qname());
                continue;
            }
            if (property.inner.empty()) {
                out.raw(value);
                continue;
            }
            const XmlDocument document = reread(value);
            out.open(property.qname());
            for (const Xml* e = document.root().firstElement()->firstElement(); e; e = e->nextElement()) {
                if (e->is(dav::href))
                    expandHref(request.dav, out, e->trimmed(), property);
                else
                    out.raw(serialise(*e));
            }
            out.close(property.qname());
        }
        answer.end();
    });
}

/// RFC 3744 §9.3: the asker's own principal and their teams', or the resources that name it in a property.
Response principalMatch(ReportRequest&& request) {
    auto asked = std::make_shared<PrincipalMatch>(parsePrincipalMatch(request.root()));
    auto listing = std::make_shared<const Listing>(request.dav, request.body, asked->wanted);
    const DavPtr dav = request.dav;  // the closure takes the request
    return multistatusResponse(dav, [dav, request = std::move(request), asked, listing](Multistatus& answer) {
        const Kinds on = request.target.kind;
        if (asked->self) {
            if (!(on & (kind::principalCollections | kind::root))) return;
            listing->answerAlone(answer, resourceOfUser(*dav, dav->who.user));
            for (const std::string& key : dav->store.teamsOf(dav->who.user.id, true))
                if (auto team = dav->store.principal(key))
                    listing->answerAlone(answer, resourceOfUser(*dav, *std::move(team)));
            return;
        }
        if (!(on & kind::homes)) return;
        const std::string self = principalHref(*dav, dav->who.user.login);
        for (const Collection& collection : visibleCollections(*dav, request.target.home())) {
            const Resource resource = resourceOf(*dav, collection);
            if (valueOf(dav, resource, asked->property).find('>' + self + '<') != std::string::npos)
                listing->answerAlone(answer, resource);
        }
    });
}

/// RFC 3744 §9.4. Everybody may look for colleagues, from any address that says apply-to-principal-collection-set.
Response principalPropertySearch(ReportRequest&& request) {
    auto asked = std::make_shared<PrincipalPropertySearch>(parsePrincipalPropertySearch(request.root()));
    auto listing = std::make_shared<const Listing>(request.dav, request.body, asked->wanted);
    const DavPtr dav = request.dav;  // the closure takes the request
    return multistatusResponse(dav, [dav, request = std::move(request), asked, listing](Multistatus& answer) {
        if (!asked->inPrincipalCollections && !(request.target.kind & (kind::principalCollections | kind::root)))
            return;
        std::size_t found = 0;
        for (User& user : dav->store.principals()) {
            if (!isFound(user, *asked)) continue;
            if (asked->limit && found++ == asked->limit)
                return answer.status(request.target.href, 507, dav::number_of_matches_within_limits);
            listing->answer(answer, resourceOfUser(*dav, std::move(user)), nullptr);
        }
    });
}

/// RFC 3744 §9.5: what principal-property-search can look for.
Response principalSearchPropertySet(ReportRequest&& request) {
    parsePrincipalSearchPropertySet(request.root());
    constexpr std::pair<QName, std::string_view> searchable[] = {
        {dav::displayname, "Display Name"},
        {cs::email_address_set, "Email Addresses"},
        {caldav::calendar_user_address_set, "Calendar User Address Set"},
        {caldav::calendar_user_type, "Calendar User Type"},
    };
    std::string body(xmlDeclaration());
    XmlWriter out(body);
    body += "<D:principal-search-property-set" + std::string(rootNamespaces()) + '>';
    for (const auto& [name, description] : searchable) {
        out.open(dav::principal_search_property).open(dav::prop).empty(name).close(dav::prop);
        out.open(dav::description, {{"xml:lang", "en"}}).text(description).close(dav::description);
        out.close(dav::principal_search_property);
    }
    body += "</D:principal-search-property-set>";
    return Response(200, "application/xml; charset=utf-8", std::move(body));
}

/// RFC 3744 §9.2: the principals that the resource's ACL names.
Response aclPrincipalPropSet(ReportRequest&& request) {
    if (!request.root().child(dav::prop)) throw DavError(400, "DAV:prop is missing");
    auto listing = std::make_shared<const Listing>(request.dav, request.body, parseAclPrincipalPropSet(request.root()));
    const DavPtr dav = request.dav;  // the closure takes the request
    return multistatusResponse(dav, [request = std::move(request), listing](Multistatus& answer) {
        for (auto& grant : grantsOn(*request.dav, request.target))
            if (grant.principal)
                listing->answerAlone(answer, resourceOfUser(*request.dav, *std::move(grant.principal)));
    });
}

}  // namespace crmdav
