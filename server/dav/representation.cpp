#include "server/dav/representation.h"

#include "protocol/dav/headers.h"
#include "protocol/dav/names.h"
#include "protocol/text/content_lines.h"
#include "protocol/text/json_text.h"
#include "protocol/text/partial_data.h"
#include "protocol/text/vcard_convert.h"
#include "protocol/text/views.h"

namespace crmdav {

namespace {

constexpr std::pair<std::string_view, ComponentKind> componentNames[] = {
    {"VEVENT", ComponentKind::event},    {"VTODO", ComponentKind::todo},      {"VJOURNAL", ComponentKind::journal},
    {"VFREEBUSY", ComponentKind::other}, {"VTIMEZONE", ComponentKind::other}, {"VAVAILABILITY", ComponentKind::other},
    {"VPOLL", ComponentKind::other},
};

constexpr std::string_view otherVersion(std::string_view version) { return version == "4.0" ? "3.0" : "4.0"; }

std::string_view storedVersion(std::string_view card) {
    return card.find("\nVERSION:4") != std::string_view::npos ? "4.0" : "3.0";
}

CardVersion versionOf(std::string_view version) { return version == "4.0" ? CardVersion::v4 : CardVersion::v3; }

/// What a view can't be made of goes out as it is stored: one odd object must not spoil the answer (D23). A view that
/// is too large is told so (D24): the rule itself, in the place of its instances, would be read as one of them.
template <class Make>
std::string orAsStored(std::string_view bytes, const Make& make) {
    try {
        return make(Document::parse(std::string(bytes)));
    } catch (const ParseError&) {
    } catch (const DavError& error) {
        if (error.condition() == dav::number_of_matches_within_limits) throw;
    }
    return std::string(bytes);
}

}  // namespace

std::optional<ComponentKind> componentKindOf(std::string_view name) {
    for (const auto& [known, kind] : componentNames)
        if (equalsIgnoreCase(known, name)) return kind;
    return std::nullopt;
}

std::string calendarFromJson(std::string_view json) try {
    return fromJson(json).bytes();
} catch (const ParseError& error) {
    throw DavError(403, error.what(), caldav::valid_calendar_data);
}

std::string cardFromJson(std::string_view json) try { return fromJson(json).bytes(); } catch (const ParseError& error) {
    throw DavError(403, error.what(), carddav::valid_address_data);
}

std::string calendarToJson(std::string_view calendar) { return toJson(Document::parse(std::string(calendar))); }
std::string cardToJson(std::string_view card) { return toJson(Document::parse(std::string(card))); }

std::string CalendarView::made(std::string_view bytes) const {
    return orAsStored(bytes, [&](Document document) {
        const auto next = [&](std::string text) { document = Document::parse(std::move(text)); };
        if (request_.expand) next(expandView(document, *request_.expand, zone_));
        if (request_.limitRecurrenceSet) next(limitRecurrenceSet(document, *request_.limitRecurrenceSet, zone_));
        if (request_.limitFreeBusySet) next(limitFreeBusySet(document, *request_.limitFreeBusySet));
        if (!timezones_) next(withoutStandardZones(document));
        if (request_.selection) {
            std::string part = partialCalendar(document, *request_.selection);
            if (part.empty() || !request_.json) return part;
            next(std::move(part));
        }
        return request_.json ? toJson(document) : document.bytes();
    });
}

void CalendarView::write(XmlWriter& out, std::string_view bytes) const {
    const bool asStored = request_.plain() && timezones_;
    const std::string view = asStored ? std::string() : made(bytes);  // before anything is written: it may throw
    if (request_.json)
        out.open(caldav::calendar_data, {{"content-type", jcalType}, {"version", "2.0"}});
    else
        out.open(caldav::calendar_data);
    out.text(asStored ? bytes : std::string_view(view));
    out.close(caldav::calendar_data);
}

void CardView::write(XmlWriter& out, std::string_view bytes) const {
    out.open(carddav::address_data);
    const bool asStored = request_.version.empty() || request_.version == storedVersion(bytes);
    if (asStored && request_.allProps) {
        out.text(bytes);
    } else {
        out.text(orAsStored(bytes, [&](Document card) {
            if (!asStored) convertCard(card.root(), versionOf(request_.version));
            return request_.allProps ? card.bytes() : partialCard(card, request_.props);
        }));
    }
    out.close(carddav::address_data);
}

std::optional<Form> formOf(std::string_view accept, bool card, std::string_view bytes) {
    if (!card) {
        const MediaType offers[] = {{"text/calendar", ""}, {jcalType, ""}};
        const auto chosen = negotiate(accept, offers);
        if (!chosen) return std::nullopt;
        if (*chosen == 0) return Form{"text/calendar;charset=utf-8", "", false, ""};
        return Form{std::string(jcalType), ";json", true, ""};
    }
    const std::string_view stored = storedVersion(bytes), other = otherVersion(stored);
    const MediaType offers[] = {{"text/vcard", stored}, {"text/vcard", other}, {jcardType, ""}};
    const auto chosen = negotiate(accept, offers);
    if (!chosen) return std::nullopt;
    if (*chosen == 2) return Form{std::string(jcardType), ";json", true, ""};
    if (*chosen == 0) return Form{"text/vcard;charset=utf-8", "", false, ""};
    return Form{"text/vcard;charset=utf-8;version=" + std::string(other), ';' + std::string(other), false,
                std::string(other)};
}

std::string inForm(const Form& form, bool card, std::string_view bytes, bool timezones) {
    if (!form.json && form.version.empty() && (timezones || card)) return std::string(bytes);
    return orAsStored(bytes, [&](Document document) {
        if (!form.version.empty()) convertCard(document.root(), versionOf(form.version));
        if (!card && !timezones) document = Document::parse(withoutStandardZones(document));
        return form.json ? toJson(document) : document.bytes();
    });
}

}  // namespace crmdav
