#include "protocol/dav/hrefs.h"
#include "protocol/dav/names.h"
#include "protocol/text/content_lines.h"
#include "server/dav/reports.h"

namespace crmdav {

namespace {

void queryOne(const ReportRequest& request, const AddressbookQuery& asked, const Listing& listing,
              Multistatus& answer) {
    Resource found = request.target;
    request.dav->store.object(*found.collection, found.name, [&](const Member& member, std::string_view bytes) {
        if (!matches(asked.filter, Document::parse(std::string(bytes)))) return;
        found.member = &member;
        found.bytes = bytes;
        listing.answer(answer, found, nullptr);
    });
}

void queryAll(const ReportRequest& request, const AddressbookQuery& asked, const Listing& listing,
              Multistatus& answer) {
    const bool home = request.target.kind & kind::bookHome;
    const auto books = home ? visibleCollections(*request.dav, Home::addressbooks)
                            : std::vector<Collection>{*request.target.collection};
    bool truncated = false;
    std::size_t left = asked.limit;
    for (const Collection& book : books) {
        if (asked.limit && left == 0) {
            truncated = true;
            break;
        }
        MemberRows rows(*request.dav, listing, resourceOf(*request.dav, book));
        truncated |=
            request.dav->store.queryBook(book, asked.filter, left, [&](const Member& member, std::string_view bytes) {
                rows.answer(answer, listing, member, bytes);
                if (left) --left;
            });
    }
    if (truncated) answer.status(request.target.href, 507, dav::number_of_matches_within_limits);
}

/// The members asked for, by the collection they lie in.
struct Wanted {
    Resource collection;
    std::vector<std::string> names;
};

}  // namespace

/// RFC 6352 §8.6.
Response addressbookQuery(ReportRequest&& request) {
    auto asked = std::make_shared<AddressbookQuery>(parseAddressbookQuery(request.root()));
    auto listing = std::make_shared<const Listing>(request.dav, request.body, asked->wanted);
    const DavPtr dav = request.dav;  // the closure takes the request
    return multistatusResponse(dav, [request = std::move(request), asked, listing](Multistatus& answer) {
        if (request.target.kind & kind::members) return queryOne(request, *asked, *listing, answer);
        if (request.depth != Depth::zero) queryAll(request, *asked, *listing, answer);
    });
}

Response addressbookMultiget(ReportRequest&& request) {
    Multiget asked = parseAddressbookMultiget(request.root());
    return multiget(std::move(request), std::move(asked), kind::card);
}

/// RFC 4791 §7.9, RFC 6352 §8.7. Depth is meaningless here and ignored, as clients send any.
Response multiget(ReportRequest&& request, Multiget asked, Kinds memberKind) {
    const Dav& dav = *request.dav;
    ZonePtr zone = asked.zone ? asked.zone : utcZone();
    if (!asked.zone && request.target.collection) zone = zonePointerOf(dav, *request.target.collection);
    auto listing = std::make_shared<const Listing>(request.dav, request.body, asked.wanted, zone);
    auto wanted = std::make_shared<std::vector<Wanted>>();
    auto refused = std::make_shared<std::vector<std::pair<std::string, int>>>();
    for (const std::string_view href : asked.hrefs) {
        const auto refuse = [&](int status) {
            std::string escaped;
            appendEscaped(escaped, href);
            refused->emplace_back(std::move(escaped), status);
        };
        const auto address = addressOf(href, dav.origin, dav.basePath);
        if (!address || address->path.size() != 5) {
            refuse(404);
            continue;
        }
        const auto& path = address->path;
        const auto known = std::ranges::find_if(*wanted, [&](const Wanted& w) {
            return w.collection.name == path[3] && w.collection.owner->login == path[2];
        });
        if (known != wanted->end()) {
            known->names.push_back(path[4]);
            continue;
        }
        auto collection = resolveHref(dav, href.substr(0, href.rfind('/') + 1));
        if (!collection || !collection->exists || !(collection->kind & kind::collections))
            refuse(404);
        else if (collection->foreign || !(privilegesOn(dav, *collection) & may::read))
            refuse(403);
        else if ((memberKind == kind::card) != (collection->home() == Home::addressbooks))
            refuse(404);
        else
            wanted->push_back({*std::move(collection), {path[4]}});
    }
    return multistatusResponse(request.dav, [dav = request.dav, listing, wanted, refused](Multistatus& answer) {
        for (const Wanted& part : *wanted) {
            MemberRows rows(*dav, *listing, part.collection);
            dav->store.multiget(*part.collection.collection, part.names, listing->wantsBytes(),
                                [&](const Member& member, std::string_view bytes) {
                                    if (member.etag.empty())
                                        answer.status(rows.href(member.name), 404);
                                    else
                                        rows.answer(answer, *listing, member, bytes);
                                });
        }
        for (const auto& [href, status] : *refused) answer.status(href, status);
    });
}

}  // namespace crmdav
