#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/text/json.h"
#include "server/auth/identity.h"
#include "server/http/message.h"
#include "store/store.h"

namespace crmdav {

class Bridge;
struct Config;

/// A failure with a status of its own; the body becomes application/problem+json.
struct Problem : std::runtime_error {
    Problem(int code, const std::string& why) : std::runtime_error(why), status(code) {}
    int status;
};

/// Users and activity types by the names that the API uses for them; each read at most once a request.
class Directory {
public:
    explicit Directory(const Store& store) : store_(store) {}
    /// Empty: nobody of that id.
    std::string login(std::int64_t user) const;
    std::optional<User> user(std::string_view login) const;
    /// Key of a type, by its id; empty: unknown.
    std::string typeKey(const Id& type) const;
    /// By id or key; nullopt: unknown.
    std::optional<Id> typeId(std::string_view idOrKey) const;
    const std::string& organisationZone() const;

private:
    const std::vector<User>& users() const;
    const std::vector<ActivityType>& types() const;

    const Store& store_;
    mutable std::optional<std::vector<User>> users_;
    mutable std::optional<std::vector<ActivityType>> types_;
    mutable std::optional<std::string> zone_;
};

/// One request on its way through its handler.
struct Call {
    Store& store;
    const Config& config;
    const Request& request;
    const Identity& who;
    std::vector<std::string> ids;  ///< what stood in place of the template's {…}, in order
    Directory directory;
    Bridge* bridge;  ///< null: as in Context

    std::int64_t user() const { return who.user.id; }
    Actor actor() const { return actorOf(who, request, who.session.empty() ? "api" : "console"); }
    /// Zone of times that name none: the asker's, else the organisation's.
    std::string zone() const { return who.user.zone.empty() ? directory.organisationZone() : who.user.zone; }
    /// Address below /api/v1, with what goes before it.
    std::string address(std::string_view path) const;

    /// The JSON object in the body. @throws Problem 415, InvalidField
    Json body() const;
    std::string text(std::string_view parameter) const;  ///< empty: not given
    /// @throws Problem 400  not a number, a time (RFC 3339), true or false
    std::int64_t number(std::string_view parameter, std::int64_t fallback, std::int64_t least, std::int64_t most) const;
    std::optional<Instant> instant(std::string_view parameter) const;
    std::optional<bool> boolean(std::string_view parameter) const;
    std::size_t limit() const { return static_cast<std::size_t>(number("limit", 100, 1, 500)); }
};

Response jsonResponse(int status, std::string body);
Response problemResponse(int status, std::string_view detail, std::string_view field = {});

/// Is `etag` (without quotes) among those of a header (RFC 7232 §3.1, §3.2)? "*" matches everything.
bool namesEtag(std::string_view header, std::string_view etag);
/// @throws PreconditionFailed  If-Match is there and doesn't name `etag`
void requireMatch(const Request&, std::string_view etag);
/// 304 when If-None-Match names the ETag, else `body` with it.
Response conditional(const Request&, std::string_view etag, std::string body);
/// ETag of what has no version of its own: from its JSON.
std::string etagOfJson(std::string_view json);

/// Address of the next page: this one's, with `after` (or another cursor) replaced.
std::string nextPage(const Call&, std::string_view cursor, std::string_view value);

std::string_view kindName(RecordKind) noexcept;  ///< contact, activity …
std::optional<RecordKind> kindNamed(std::string_view) noexcept;
std::string_view deedName(Deed) noexcept;

/// The one of `known` that is closest to `name`; empty: none is close.
std::string_view nearest(std::string_view name, std::span<const std::string_view> known);

}  // namespace crmdav
