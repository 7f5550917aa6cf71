#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "protocol/dav/multistatus_read.h"
#include "protocol/dav/names.h"
#include "protocol/dav/requests.h"
#include "protocol/text/content_lines.h"

/// Any bytes as a request body or an answer: parsed or refused with DavError, and what was parsed is written and read
/// again.
using namespace crmdav;

namespace {

template <auto parse>
void attempt(const Xml& root) {
    try {
        parse(root);
    } catch (const DavError&) {
    }
}

void filters(const Xml& root) {
    static const Document event = Document::parse(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20260101T100000\nRRULE:FREQ=DAILY\nSUMMARY:Ä\n"
        "CATEGORIES:a,b\nBEGIN:VALARM\nTRIGGER:-PT5M\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n");
    static const Document card = Document::parse("BEGIN:VCARD\nFN:Ä\nEMAIL;TYPE=x:a,b\nEND:VCARD\n");
    if (root.is(caldav::calendar_query)) {
        const auto query = parseCalendarQuery(root);
        (void)hintsOf(query.filter);
        (void)matches(query.filter, event, utcZone());
    }
    if (root.is(carddav::addressbook_query)) {
        const auto query = parseAddressbookQuery(root);
        (void)requiredText(query.filter);
        (void)matches(query.filter, card);
    }
}

/// An answer that is read as it comes in says what it says as a whole.
void requireSameInPieces(std::string_view bytes) {
    const auto whole = ReadMultistatus::parse(bytes);
    std::size_t count = 0;
    bool same = true;
    MultistatusStream stream([&](const ReadResponse& response) {
        same = same && count < whole.responses.size() && whole.responses[count].href == response.href &&
               whole.responses[count].status == response.status;
        ++count;
    });
    try {
        for (std::size_t at = 0; at < bytes.size(); at += 5) stream.take(bytes.substr(at, 5));
        same = stream.finish() == whole.syncToken && same;
    } catch (const DavError&) {
        same = false;
    }
    if (!same || count != whole.responses.size()) std::abort();
}

constexpr std::array parsers{
    attempt<parsePropertyUpdate>,
    attempt<parseMkcol>,
    attempt<parseMkcalendar>,
    attempt<parseSyncCollection>,
    attempt<parseCalendarQuery>,
    attempt<parseCalendarMultiget>,
    attempt<parseAddressbookMultiget>,
    attempt<parseFreeBusyQuery>,
    attempt<parseAddressbookQuery>,
    attempt<parseExpandProperty>,
    attempt<parsePrincipalMatch>,
    attempt<parsePrincipalPropertySearch>,
    attempt<parseAclPrincipalPropSet>,
    attempt<parsePrincipalSearchPropertySet>,
    attempt<filters>,
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    try {
        const auto document = XmlDocument::parse(bytes);
        const std::string kept = serialise(document.root());
        if (serialise(XmlDocument::parse(kept, {.depth = 65}).root()) != kept) std::abort();
        for (const auto parse : parsers) parse(document.root());
        parsePropfind(&document.root());
        (void)conditionIn(bytes);
        requireSameInPieces(bytes);
    } catch (const DavError&) {
    }
    return 0;
}
