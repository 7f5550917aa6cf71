#include "server/feed_writer.h"

#include <algorithm>
#include <array>

#include "protocol/text/content_lines.h"
#include "protocol/text/digest.h"

namespace crmdav {
namespace {

/// What tells when, and nothing else.
constexpr std::array<std::string_view, 14> timing{"DTSTAMP",  "DTSTART", "DTEND",         "DURATION", "RRULE",
                                                  "RDATE",    "EXDATE",  "RECURRENCE-ID", "TRANSP",   "STATUS",
                                                  "SEQUENCE", "CREATED", "LAST-MODIFIED", "UID"};

bool isTiming(const Property& property) {
    return std::any_of(timing.begin(), timing.end(), [&](std::string_view name) { return property.is(name); });
}

bool isHidden(const Component& event) {
    const auto privacy = event.value("CLASS");
    return !privacy.empty() && !equalsIgnoreCase(privacy, "PUBLIC");
}

bool blocksTime(const Component& event) {
    return !equalsIgnoreCase(event.value("TRANSP"), "TRANSPARENT") &&
           !equalsIgnoreCase(event.value("STATUS"), "CANCELLED");
}

}  // namespace

std::string FeedWriter::hiddenUid(std::string_view uid) const {
    return hexOf(sha256(key_ + "\n" + std::string(uid)).substr(0, 16));
}

/// Feeds are asked for once an hour at most: RFC 7986 §5.7, and the older name that Outlook and Google read.
void FeedWriter::begin(std::string& out, std::string_view name) {
    out += "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//crmdav//feed//EN\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n";
    appendFolded(out, "NAME:" + escapeText(name));
    appendFolded(out, "X-WR-CALNAME:" + escapeText(name));
    out += "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\nX-PUBLISHED-TTL:PT1H\r\n";
}

void FeedWriter::add(std::string& out, std::string_view object) {
    Document document = [&]() -> Document {
        try {
            return Document::parse(std::string(object));
        } catch (const ParseError&) {
            return Document(Component("VCALENDAR"));
        }
    }();
    for (Component& component : document.root().components()) {
        if (component.is("VTIMEZONE")) {
            if (zones_.insert(std::string(component.value("TZID"))).second) component.appendTo(out);
            continue;
        }
        if (!component.is("VEVENT")) continue;
        const bool hidden = detail_ == Detail::busy || isHidden(component);
        if (hidden && !blocksTime(component)) continue;
        if (hidden || detail_ == Detail::subject) {
            const bool keepSubject = !hidden;
            component.removeIf([&](const Property& p) { return !isTiming(p) && !(keepSubject && p.is("SUMMARY")); });
            component.removeComponentsIf([](const Component&) { return true; });
            component.setValue("UID", hiddenUid(component.value("UID")));
            if (hidden) component.setText("SUMMARY", "Busy");
        } else {
            component.removeComponentsIf([](const Component& c) { return c.is("VALARM"); });
        }
        component.appendTo(out);
    }
}

void FeedWriter::end(std::string& out) { out += "END:VCALENDAR\r\n"; }

}  // namespace crmdav
