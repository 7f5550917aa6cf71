#include "protocol/dav/hrefs.h"
#include "protocol/dav/names.h"
#include "protocol/dav/preconditions.h"
#include "protocol/text/text_values.h"
#include "server/dav/methods.h"
#include "server/http/budget.h"

namespace crmdav {

namespace {

/// What is stored where that isn't the body itself.
struct Made {
    std::string text;
    std::shared_ptr<void> held;  ///< its room: that of the body was counted before it was known to need more
};

/// What a PUT of a body with this type becomes; an absent type is that of the collection, as some clients forget it.
std::string_view contentOf(const Request& request, bool card, Made& made) {
    const ContentType type = parseContentType(request.header("content-type"));
    const std::string_view own = card ? "text/vcard" : "text/calendar", json = card ? jcardType : jcalType;
    if (type.type == json) {
        made.held = holdLarge(4 * request.body.size());
        made.text = card ? cardFromJson(request.body) : calendarFromJson(request.body);
        return made.text;
    }
    const bool fine = type.type.empty() || type.type == own || (card && (type.type == "text/x-vcard")) ||
                      type.type == "application/octet-stream";
    if (!fine)
        throw DavError(403, "not a " + std::string(own),
                       card ? carddav::supported_address_data : caldav::supported_calendar_data);
    if (!validUtf8(request.body) || (!type.charset.empty() && type.charset != "utf-8" && type.charset != "us-ascii"))
        throw DavError(403, "not UTF-8", card ? carddav::valid_address_data : caldav::valid_calendar_data);
    return request.body;
}

/// RFC 4791 §5.2.9, by the lines of each component.
void requireFewAttendees(std::string_view calendar) {
    int attendees = 0;
    for (auto line = calendar.find('\n'); line != std::string_view::npos; line = calendar.find('\n', line + 1)) {
        const std::string_view rest = calendar.substr(line + 1, 9);
        if (startsWithIgnoreCase(rest, "BEGIN:V")) attendees = 0;
        if (startsWithIgnoreCase(rest, "ATTENDEE;") || startsWithIgnoreCase(rest, "ATTENDEE:")) ++attendees;
        if (attendees > limits::maxAttendees)
            throw DavError(403, "too many attendees", caldav::max_attendees_per_instance);
    }
}

bool notModified(const Request& request, const std::string& etag, const Member& member) {
    const std::string_view sent = request.header("if-none-match");
    if (const auto tags = parseEntityTags(sent)) return tags->any || tags->has(etag) || tags->has(member.etag);
    const auto since = parseHttpDate(request.header("if-modified-since"));
    return since && member.modified <= *since;
}

/// RFC 6638 §8.2.
void tagMeeting(Response& response, const std::string& tag) {
    if (!tag.empty()) response.with("Schedule-Tag", '"' + tag + '"');
}

/// A page that says what is here: folders are for apps, but people look too.
Response folderPage(const DavPtr& dav, const Resource& target) {
    std::string names;
    const auto line = [&](const std::string& href, std::string_view text) {
        names += "<li><a href=\"" + href + "\">";
        appendEscaped(names, text);
        names += "</a></li>\n";
    };
    if (target.kind & kind::homes) {
        for (const Collection& c : visibleCollections(*dav, target.home()))
            line(collectionHref(*dav, dav->who.user.login, c), c.name);
    } else if (target.kind & (kind::calendar | kind::inbox | kind::book)) {
        dav->store.members(*target.collection, MemberDetail::tags, [&](const Member& member, std::string_view) {
            std::string href = target.href;
            appendSegment(href, member.name);
            line(href, member.name);
        });
    }
    std::string page = "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>crmdav</title></head><body><h1>";
    appendEscaped(page, target.href);
    page += "</h1>\n<p>An address for calendar and contacts apps.</p>\n<ul>\n" + names + "</ul></body></html>\n";
    Response response(200, "text/html; charset=utf-8", std::move(page));
    if (target.collection) response.with("ETag", etagOf(target));
    return response;
}

/// GET of a calendar or an address book: all its members in one file, as webcal readers and people take it.
Response wholeCollection(const DavPtr& dav, const Resource& target) {
    const bool card = target.kind == kind::book;
    Response response(200);
    response.with("Content-Type", std::string(contentTypeOf(card ? kind::card : kind::event)));
    response.with("ETag", etagOf(target));
    response.stream = [dav, target, card](Sink& sink) {
        if (card) {
            dav->store.members(*target.collection, MemberDetail::bytes,
                               [&](const Member&, std::string_view b) { sink.write(b); });
            return;
        }
        writeWholeCalendar(*dav, *target.collection, sink);
    };
    return response;
}

}  // namespace

Precondition preconditionOf(const Request& request) {
    Precondition condition;
    if (const auto match = parseEntityTags(request.header("if-match"))) {
        condition.mustExist = match->any;
        condition.match = match->tags;
        condition.matchGiven = !match->any;
    }
    if (const auto none = parseEntityTags(request.header("if-none-match"))) {
        condition.mustNotExist = none->any;
        condition.noneMatch = none->tags;
    }
    if (const auto tag = parseEntityTags(request.header("if-schedule-tag-match")))
        condition.scheduleTag = tag->tags.empty() ? std::string() : tag->tags.front();
    for (const StateList& list : parseIf(request.header("if"))) {
        if (!list.resource.empty()) continue;  // about another resource: requireConditions
        for (const StateTerm& term : list.terms) {
            if (!term.isTag) continue;
            (term.negated ? condition.noneMatch : condition.match).push_back(term.value);
            if (!term.negated) condition.matchGiven = true;
        }
    }
    return condition;
}

void requireConditions(const DavPtr& dav, const Request& request, const Resource& resource) {
    const auto stateOfCollection = [&](std::string_view href) -> std::optional<std::string> {
        if (href.empty()) return resource.collection ? std::optional(resource.collection->syncToken) : std::nullopt;
        const auto other = resolveHref(*dav, href);
        if (!other || other->foreign || !other->collection) return std::nullopt;
        return other->collection->syncToken;
    };
    const auto lists = parseIf(request.header("if"));
    const bool fine = holds(lists, [&](std::string_view href, const StateTerm& term) {
        if (term.isTag) return href.empty() && !term.negated;  // checked with the write (preconditionOf)
        return stateOfCollection(href) == term.value;
    });
    if (!fine) throw PreconditionFailed("If");
    if (!resource.isCollection() || !resource.collection) return;
    const auto match = parseEntityTags(request.header("if-match"));
    if (match && !match->any && !match->has(resource.collection->ctag)) throw PreconditionFailed("If-Match");
}

Response get(const DavPtr& dav, const Request& request, Resource& target) {
    requirePrivilege(*dav, target, may::read);
    requireExists(target);
    if (target.isCollection()) {
        const std::string_view accept = request.header("accept");
        const auto takes = [&](std::string_view type) { return accept.find(type) != std::string_view::npos; };
        const bool whole = (target.kind == kind::calendar && !takes("text/html")) ||
                           (target.kind == kind::book && takes("text/vcard"));
        return whole ? wholeCollection(dav, target) : folderPage(dav, target);
    }
    const bool card = target.kind == kind::card;
    Response response;
    if (const auto known = dav->store.member(*target.collection, target.name))
        response.held = holdLarge(static_cast<std::size_t>(known->size));
    const bool there =
        dav->store.object(*target.collection, target.name, [&](const Member& member, std::string_view bytes) {
            const Form form = formOf(request.header("accept"), card, bytes)
                                  .value_or(Form{std::string(contentTypeOf(target.kind)), "", false, ""});
            const std::string etag = member.etag + form.suffix + (dav->timezones || card ? "" : ";notz");
            response.with("ETag", '"' + etag + '"').with("Last-Modified", httpDate(member.modified));
            tagMeeting(response, member.scheduleTag);
            response.with("Vary", card ? "Accept" : "Accept, CalDAV-Timezones");
            if (notModified(request, etag, member)) {
                response.status = 304;
                return;
            }
            response.with("Content-Type", form.type);
            response.body = inForm(form, card, bytes, dav->timezones);
        });
    if (!there) throw DavError(404, "no such member");
    return response;
}

Saved save(const DavPtr& dav, const Request& request, const Resource& target, const Precondition& condition) {
    const bool card = target.kind == kind::card;
    if (request.body.size() > dav->config.objectBytes)
        throw DavError(403, "larger than max-resource-size",
                       card ? carddav::max_resource_size : caldav::max_resource_size);
    Made made;
    const std::string_view content = contentOf(request, card, made);
    if (!card) requireFewAttendees(content);
    const std::string& owner =
        target.collection->ownerLogin.empty() ? dav->who.user.login : target.collection->ownerLogin;
    if (dav->config.quotaBytes != 0 &&
        dav->store.usage(owner).bytes + static_cast<std::int64_t>(content.size()) > dav->config.quotaBytes)
        throw DavError(507, "quota is used up", dav::quota_not_exceeded);
    try {
        Saved saved = dav->store.saveObject(dav->actor, target.collection->id, target.name, content, condition);
        if (content.data() != request.body.data()) saved.verbatim = false;  // came as JSON
        return saved;
    } catch (const DavError& error) {
        if (error.condition() != caldav::no_uid_conflict && error.condition() != carddav::no_uid_conflict) throw;
        std::string inner = error.inner();  // the store names the other member relative to the collection
        inner.insert(inner.find('>') + 1, target.href, 0, target.href.rfind('/') + 1);
        throw DavError(error.status(), error.what(), error.condition(), inner);
    }
}

Response savedResponse(const DavPtr& dav, const Request& request, const Resource& target, const Saved& saved) {
    Response response(saved.created ? 201 : 204);
    if (!dav->representation) {
        if (saved.verbatim) response.with("ETag", '"' + saved.etag + '"');
        tagMeeting(response, saved.scheduleTag);
        return response;
    }
    std::string accept(request.header("accept"));
    if (accept.empty() || accept == "*/*") accept = parseContentType(request.header("content-type")).type;
    const bool card = target.kind == kind::card;
    response.held = holdLarge(request.body.size());
    dav->store.object(*target.collection, target.name, [&](const Member& member, std::string_view bytes) {
        const Form form =
            formOf(accept, card, bytes).value_or(Form{std::string(contentTypeOf(target.kind)), "", false, ""});
        response.status = saved.created ? 201 : 200;
        response.with("ETag", '"' + member.etag + form.suffix + '"').with("Content-Type", form.type);
        tagMeeting(response, member.scheduleTag);
        response.with("Content-Location", target.href).with("Preference-Applied", "return=representation");
        response.body = inForm(form, card, bytes, true);
    });
    return response;
}

/// PUT of a calendar object or a card (RFC 4791 §5.3.2, RFC 6352 §6.3.2).
Response put(const DavPtr& dav, const Request& request, Resource& target) {
    if (!(target.kind & kind::members)) throw DavError(403, "only members of a collection can be put");
    requirePrivilege(*dav, target, may::write_content | may::bind);
    requireConditions(dav, request, target);
    try {
        return savedResponse(dav, request, target, save(dav, request, target, preconditionOf(request)));
    } catch (const PreconditionFailed&) {
        if (!dav->representation) throw;
        Response current = savedResponse(dav, request, target, {});  // RFC 8144 §3.2
        if (current.body.empty()) throw;
        current.status = 412;
        return current;
    }
}

Response remove(const DavPtr& dav, const Request& request, Resource& target) {
    requirePrivilege(*dav, target, may::unbind);
    requireExists(target);
    requireConditions(dav, request, target);
    if (target.kind & kind::members) {
        try {
            dav->store.removeObject(dav->actor, target.collection->id, target.name, preconditionOf(request));
        } catch (const NotFound& error) {
            throw DavError(404, error.what());
        }
        return Response(204);
    }
    const Depth depth = parseDepth(request.header("depth"), Depth::infinity);
    if (depth != Depth::infinity) throw DavError(400, "a collection goes with all that is in it (RFC 4918 §9.6.1)");
    if (!target.collection) throw DavError(403, "this can't be deleted");
    requireOwn(target);
    dav->store.removeCollection(dav->actor, target.collection->id);
    return Response(204);
}

}  // namespace crmdav
