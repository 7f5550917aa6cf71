#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/dav/errors.h"
#include "protocol/dav/xml.h"

/// Answers that speak of many resources (RFC 4918 §13), written as they are found.
namespace crmdav {

/// `HTTP/1.1 404 Not Found`; clients compare the whole line.
std::string_view statusLine(int status) noexcept;
std::string_view reasonPhrase(int status) noexcept;

/// A property that isn't answered with 200.
struct PropFailure {
    QName name;
    int status = 404;
    QName condition;  ///< goes into the propstat's DAV:error; empty: none
};

/// Appends DAV:propstat elements: 200 first, then one for each status and condition, in order of their first failure.
/// @param found    property elements, ready XML
/// @param minimal  Prefer: return=minimal (RFC 8144 §2.1): no 404 propstats; an empty 200 one stands for "none of
/// these"
void appendPropstats(std::string& out, std::string_view found, const std::vector<PropFailure>& failures, bool minimal);

/// Writes DAV:multistatus piece by piece:
///     Multistatus answer(flush);
///     answer.begin(href).element(dav::getetag, etag);  answer.fail(dav::owner);  answer.end();
///     answer.status(goneHref, 404);
///     answer.syncToken(token);
///     answer.finish();
class Multistatus {
public:
    using Flush = std::function<void(std::string_view)>;
    /// @param flush gets pieces of about 32 KB; the first one not before 32 KB are there or finish()
    explicit Multistatus(Flush flush, bool minimal = false);

    /// Starts a response; what the writer appends is its 200 propstat.
    /// @param href percent-encoded already (hrefs.h)
    XmlWriter begin(std::string_view href);
    void fail(const QName& name, int status = 404, const QName& condition = {}) {
        failures_.push_back({name, status, condition});
    }
    void end();

    /// A response without propstats.
    void status(std::string_view href, int status, const QName& condition = {}, std::string_view description = {});
    void syncToken(std::string_view token);
    void description(std::string_view text);  ///< DAV:responsedescription of the whole
    void finish();

private:
    void flushIfFull();
    Flush flush_;
    bool minimal_;
    std::string out_;
    std::size_t found_ = 0;  ///< where the properties of the open response start
    std::vector<PropFailure> failures_;
};

}  // namespace crmdav
