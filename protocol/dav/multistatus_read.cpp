#include "protocol/dav/multistatus_read.h"

#include <algorithm>

#include "protocol/dav/names.h"

namespace crmdav {
namespace {

/// `HTTP/1.1 404 Not Found`; 0: no status line.
int statusIn(const Xml* element) {
    if (!element) return 0;
    const std::string_view line = element->trimmed();
    const auto space = line.find(' ');
    if (!line.starts_with("HTTP/") || space == line.npos || line.size() < space + 4) return 0;
    int status = 0;
    for (const char c : line.substr(space + 1, 3)) {
        if (c < '0' || c > '9') return 0;
        status = status * 10 + (c - '0');
    }
    return status;
}

/// A response of several hrefs has one status for all of them (RFC 4918 §14.24).
void readResponse(const Xml& element, std::vector<ReadResponse>& out) {
    ReadResponse response;
    response.status = statusIn(element.child(dav::status));
    for (const Xml* part = element.firstElement(); part; part = part->nextElement()) {
        const Xml* properties = part->is(dav::propstat) ? part->child(dav::prop) : nullptr;
        if (!properties || statusIn(part->child(dav::status)) != 200) continue;
        for (const Xml* property = properties->firstElement(); property; property = property->nextElement())
            response.found.push_back(property);
    }
    for (const Xml* part = element.firstElement(); part; part = part->nextElement())
        if (part->is(dav::href) && !part->trimmed().empty()) {
            response.href = part->trimmed();
            out.push_back(response);
        }
}

}  // namespace

const Xml* ReadResponse::find(const QName& property) const noexcept {
    const auto at = std::find_if(found.begin(), found.end(), [&](const Xml* known) { return known->is(property); });
    return at == found.end() ? nullptr : *at;
}

std::string_view ReadResponse::text(const QName& property) const noexcept {
    const Xml* element = find(property);
    return element ? element->trimmed() : std::string_view();
}

std::string_view ReadResponse::hrefIn(const QName& property) const noexcept {
    const Xml* element = find(property);
    const Xml* inside = element ? element->child(dav::href) : nullptr;
    return inside ? inside->trimmed() : std::string_view();
}

ReadMultistatus ReadMultistatus::parse(std::string_view body, const XmlLimits& limits) {
    ReadMultistatus read{{}, {}, XmlDocument::parse(body, limits)};
    const Xml& root = read.document.root();
    if (!root.is(dav::multistatus)) throw DavError(400, "no DAV:multistatus");
    for (const Xml* part = root.firstElement(); part; part = part->nextElement())
        if (part->is(dav::response)) readResponse(*part, read.responses);
    if (const Xml* token = root.child(dav::sync_token)) read.syncToken = token->trimmed();
    return read;
}

MultistatusStream::MultistatusStream(Each each, const XmlLimits& limits)
    : stream_(
          dav::multistatus,
          [this, each = std::move(each)](const Xml& part) {
              if (part.is(dav::sync_token)) syncToken_ = part.trimmed();
              if (!part.is(dav::response)) return;
              std::vector<ReadResponse> responses;
              readResponse(part, responses);
              for (const ReadResponse& response : responses) each(response);
          },
          limits) {}

std::string MultistatusStream::finish() {
    stream_.finish();
    return std::move(syncToken_);
}

std::string conditionIn(std::string_view body) {
    if (body.empty()) return {};
    try {
        const XmlDocument document = XmlDocument::parse(body);
        const Xml* condition = document.root().is(dav::error) ? document.root().firstElement() : nullptr;
        return condition ? std::string(condition->name().name) : std::string();
    } catch (const DavError&) {
        return {};
    }
}

}  // namespace crmdav
