#include "server/api/call.h"

#include <Poco/SHA2Engine.h>

#include <algorithm>
#include <charconv>
#include <numeric>

#include "server/api/fields.h"

namespace crmdav {
namespace {

struct KindRow {
    RecordKind kind;
    std::string_view name;
};
constexpr KindRow kinds[] = {
    {RecordKind::contact, "contact"},   {RecordKind::company, "company"}, {RecordKind::deal, "deal"},
    {RecordKind::activity, "activity"}, {RecordKind::object, "object"},   {RecordKind::collection, "collection"},
    {RecordKind::user, "user"},         {RecordKind::setting, "setting"}, {RecordKind::team, "team"},
};
constexpr std::string_view deeds[] = {"created", "updated", "deleted", "restored", "merged", "erased"};

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0u);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t swapped = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, swapped}));
        }
    }
    return row.back();
}

void appendQuery(std::string& out, std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) || c == '-' || c == '.' || c == '_' || c == '~')
            out += c;
        else
            out.append(1, '%').append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    }
}

}  // namespace

std::string Directory::login(std::int64_t id) const {
    const auto found = std::ranges::find(users(), id, &User::id);
    return found == users().end() ? std::string() : found->login;
}

std::optional<User> Directory::user(std::string_view login) const {
    const auto found = std::ranges::find(users(), login, &User::login);
    return found == users().end() ? std::nullopt : std::optional(*found);
}

std::string Directory::typeKey(const Id& type) const {
    for (const ActivityType& each : types())
        if (each.id == type || (type.empty() && each.isDefault)) return each.key;
    return {};
}

std::optional<Id> Directory::typeId(std::string_view idOrKey) const {
    for (const ActivityType& each : types())
        if (each.id == idOrKey || each.key == idOrKey) return each.id;
    return std::nullopt;
}

const std::string& Directory::organisationZone() const {
    if (!zone_) zone_ = store_.organisation().zone;
    return *zone_;
}

const std::vector<User>& Directory::users() const {
    if (!users_) users_ = store_.users();
    return *users_;
}

const std::vector<ActivityType>& Directory::types() const {
    if (!types_) types_ = store_.activityTypes();
    return *types_;
}

std::string Call::address(std::string_view path) const { return request.basePath + "/api/v1" + std::string(path); }

Json Call::body() const {
    const std::string_view type = request.header("content-type");
    const std::string_view media = trimmed(type.substr(0, type.find(';')));
    if (!media.empty() && media != "application/json" && media != "application/merge-patch+json")
        throw Problem(415, "send application/json");
    Json json;
    try {
        json = parseJson(request.body);
    } catch (const JsonError& error) {
        throw InvalidField("", error.what());
    }
    if (json.kind != Json::Kind::object) throw InvalidField("", "the body must be a JSON object");
    return json;
}

std::string Call::text(std::string_view parameter) const {
    return std::string(request.parameter(parameter).value_or(std::string_view{}));
}

std::int64_t Call::number(std::string_view parameter, std::int64_t fallback, std::int64_t least,
                          std::int64_t most) const {
    const auto text = request.parameter(parameter);
    if (!text) return fallback;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc() || end != text->data() + text->size() || value < least || value > most)
        throw Problem(400, std::string(parameter) + " must be a number from " + std::to_string(least) + " to " +
                               std::to_string(most));
    return value;
}

std::optional<Instant> Call::instant(std::string_view parameter) const {
    const auto text = request.parameter(parameter);
    if (!text) return std::nullopt;
    const auto value = parseInstant(*text);
    if (!value) throw Problem(400, std::string(parameter) + " must be a time such as 2026-11-20T09:00:00Z");
    return value;
}

std::optional<bool> Call::boolean(std::string_view parameter) const {
    const auto text = request.parameter(parameter);
    if (!text) return std::nullopt;
    if (*text != "true" && *text != "false") throw Problem(400, std::string(parameter) + " must be true or false");
    return *text == "true";
}

Response jsonResponse(int status, std::string body) {
    Response response(status, "application/json", std::move(body));
    response.with("Cache-Control", "private, no-cache");
    return response;
}

Response problemResponse(int status, std::string_view detail, std::string_view field) {
    struct Title {
        int status;
        std::string_view text;
    };
    static constexpr Title titles[] = {
        {400, "Bad request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not found"},
        {405, "Method not allowed"},
        {409, "Conflict"},
        {412, "Precondition failed"},
        {413, "Too large"},
        {415, "Unsupported media type"},
        {422, "Not acceptable as it is"},
        {503, "Busy"},
    };
    const auto title = std::ranges::find(titles, status, &Title::status);
    JsonWriter out;
    out.beginObject().member("type", "about:blank");
    out.member("title", title == std::end(titles) ? std::string_view("Error") : title->text);
    out.member("status", std::int64_t{status}).member("detail", detail);
    if (!field.empty()) out.member("field", field);
    out.endObject();
    Response response(status, "application/problem+json", out.take());
    response.with("Cache-Control", "no-store");
    return response;
}

bool namesEtag(std::string_view header, std::string_view etag) {
    while (!header.empty()) {
        const auto comma = header.find(',');
        std::string_view one = trimmed(header.substr(0, comma));
        if (one == "*") return true;
        if (one.starts_with("W/")) one.remove_prefix(2);  // a proxy that compresses weakens our ETags (D26)
        if (one.size() >= 2 && one.front() == '"' && one.back() == '"') one = one.substr(1, one.size() - 2);
        if (one == etag) return true;
        header = comma == std::string_view::npos ? std::string_view{} : header.substr(comma + 1);
    }
    return false;
}

void requireMatch(const Request& request, std::string_view etag) {
    const std::string_view wanted = request.header("if-match");
    if (!wanted.empty() && !namesEtag(wanted, etag)) throw PreconditionFailed("it has changed: read it again");
}

Response conditional(const Request& request, std::string_view etag, std::string body) {
    const std::string quoted = "\"" + std::string(etag) + "\"";
    if (namesEtag(request.header("if-none-match"), etag)) return Response(304).with("ETag", quoted);
    return jsonResponse(200, std::move(body)).with("ETag", quoted);
}

std::string etagOfJson(std::string_view json) {
    Poco::SHA2Engine engine(Poco::SHA2Engine::SHA_256);
    engine.update(json.data(), json.size());
    return Poco::DigestEngine::digestToHex(engine.digest()).substr(0, 22);
}

std::string nextPage(const Call& call, std::string_view cursor, std::string_view value) {
    std::string address = call.request.basePath;
    for (const std::string& segment : call.request.path) {
        address += '/';
        appendQuery(address, segment);
    }
    char separator = '?';
    const auto append = [&](std::string_view name, std::string_view text) {
        address += std::exchange(separator, '&');
        appendQuery(address, name);
        address += '=';
        appendQuery(address, text);
    };
    for (const auto& [name, text] : call.request.query)
        if (name != cursor) append(name, text);
    append(cursor, value);
    return address;
}

std::string_view kindName(RecordKind kind) noexcept { return std::ranges::find(kinds, kind, &KindRow::kind)->name; }

std::optional<RecordKind> kindNamed(std::string_view name) noexcept {
    const auto found = std::ranges::find(kinds, name, &KindRow::name);
    return found == std::end(kinds) ? std::nullopt : std::optional(found->kind);
}

std::string_view deedName(Deed deed) noexcept { return deeds[static_cast<int>(deed)]; }

std::string_view nearest(std::string_view name, std::span<const std::string_view> known) {
    std::string_view best;
    std::size_t least = 4;  // further away than three letters is a guess that confuses
    for (const std::string_view each : known)
        if (const auto far = distance(name.substr(0, 64), each); far < least && far < each.size()) {
            least = far;
            best = each;
        }
    return best;
}

}  // namespace crmdav
