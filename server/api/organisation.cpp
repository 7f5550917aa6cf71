#include "protocol/text/text_values.h"
#include "protocol/text/vcard.h"
#include "server/api/answers.h"
#include "server/api/people_fields.h"
#include "server/api/routes.h"
#include "server/config.h"

/// The organisation and its logo. What the configuration file says can't be changed here.
namespace crmdav {
namespace {

constexpr std::string_view logoSetting = "organisation.logo";
constexpr std::size_t logoBytes = 512 * 1024;

struct Fixable {
    std::string_view field, setting;
    bool (*given)(const Config&);
    bool (*same)(const Organisation&, const Organisation&);
};

constexpr Fixable fixable[] = {
    {"name", "organisation.name", [](const Config& c) { return c.organisationName.has_value(); },
     [](const Organisation& a, const Organisation& b) { return a.name == b.name; }},
    {"domains", "organisation.domains", [](const Config& c) { return c.organisationDomains.has_value(); },
     [](const Organisation& a, const Organisation& b) { return a.domains == b.domains; }},
    {"zone", "organisation.timezone", [](const Config& c) { return c.organisationZone.has_value(); },
     [](const Organisation& a, const Organisation& b) { return a.zone == b.zone; }},
    {"region", "organisation.region", [](const Config& c) { return c.organisationRegion.has_value(); },
     [](const Organisation& a, const Organisation& b) { return a.region == b.region; }},
};

/// Kept as VERSION:BASE64, so that the version, which is asked for with the organisation, costs no decoding.
struct Logo {
    explicit Logo(const Call& call)
        : kept(call.store.setting(logoSetting)), colon(std::min(kept.find(':'), kept.size())) {}

    std::string version() const { return kept.substr(0, colon); }
    std::string bytes() const {
        return kept.empty() ? kept : base64Decode(std::string_view(kept).substr(colon + 1)).value_or("");
    }

    std::string kept;
    std::size_t colon;
};

Response getOrganisation(Call& call) { return shown(call, call.store.organisation()); }

Response patchOrganisation(Call& call) {
    const Organisation before = call.store.organisation();
    requireMatch(call.request, etagOfJson(jsonOf(call, before)));
    Organisation wanted = before;
    readFields(call, wanted, call.body());
    for (const Fixable& row : fixable)
        if (row.given(call.config) && !row.same(before, wanted))
            throw InvalidField(std::string(row.field),
                               "is fixed by the configuration file: " + std::string(row.setting));
    call.store.saveOrganisation(call.actor(), wanted);
    return answer(call, 200, call.store.organisation());
}

// ---------------------------------------------------------------- logo

Response getLogo(Call& call) {
    const Logo logo(call);
    const std::string bytes = logo.bytes();
    if (bytes.empty()) throw NotFound("there is no logo");
    Response response = conditional(call.request, logo.version(), bytes);
    for (auto& [name, value] : response.headers)
        if (name == "Content-Type") value = mediaTypeOf(bytes);
    return response.with("X-Content-Type-Options", "nosniff")
        .with("Content-Security-Policy", "default-src 'none'; sandbox");
}

/// By its bytes, whatever the request calls it: no SVG, which is a program.
bool isPicture(std::string_view bytes) {
    const std::string_view type = mediaTypeOf(bytes);
    return type == "image/png" || type == "image/jpeg" || type == "image/webp";
}

Response putLogo(Call& call) {
    const std::string& bytes = call.request.body;
    if (bytes.size() > logoBytes) throw Problem(413, "a logo has at most 512 KB");
    if (!isPicture(bytes)) throw Problem(415, "send an image: PNG, JPEG or WebP");
    call.store.saveSetting(call.actor(), logoSetting, etagOfJson(bytes) + ":" + base64Encode(bytes),
                           std::string(mediaTypeOf(bytes)) + ", " + std::to_string(bytes.size()) + " bytes");
    return Response(204);
}

Response deleteLogo(Call& call) {
    if (!call.store.setting(logoSetting).empty()) call.store.saveSetting(call.actor(), logoSetting, {}, "(none)");
    return Response(204);
}

}  // namespace

std::string logoVersion(const Call& call) { return Logo(call).version(); }

std::vector<std::string> fixedFields(const Config& config) {
    std::vector<std::string> fixed;
    for (const Fixable& row : fixable)
        if (row.given(config)) fixed.emplace_back(row.field);
    return fixed;
}

std::span<const Route> organisationRoutes() {
    using enum Access;
    static constexpr Route routes[] = {
        {"GET", "/organisation", "The organisation", getOrganisation, everybody, "", "", "Organisation"},
        {"PATCH", "/organisation", "Change the organisation", patchOrganisation, admins, "", "Organisation",
         "Organisation"},
        {"GET", "/organisation/logo", "Its logo; `v`, as the organisation says it, only keeps caches fresh", getLogo,
         everybody, "v", "", "image"},
        {"PUT", "/organisation/logo", "Set the logo: PNG, JPEG or WebP, at most 512 KB", putLogo, admins, "", "image"},
        {"DELETE", "/organisation/logo", "Remove the logo", deleteLogo, admins},
    };
    return routes;
}

}  // namespace crmdav
