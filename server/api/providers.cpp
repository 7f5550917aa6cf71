#include "bridge/bridge.h"
#include "bridge/provider_clients.h"
#include "protocol/text/text_values.h"
#include "server/api/accounts_fields.h"
#include "server/api/answers.h"
#include "server/api/routes.h"

/// What this server is to Google and Microsoft: its registration there, which admins enter.
namespace crmdav {

/// The secret is read and never written.
struct ProviderView {
    std::string provider, name, clientId, redirect;
    bool hasSecret = false;
    std::vector<std::string> fixed;
    std::optional<std::string> secret;
};

template <>
std::span<const Field<ProviderView>> fieldsOf() {
    using T = ProviderView;
    static const Field<T> rows[] = {
        readOnly<T, &T::provider>("provider", "google or microsoft."),
        readOnly<T, &T::name>("name", "As people call it."),
        field<T, &T::clientId>("clientId", "What the provider calls this server; empty: no accounts there."),
        {"clientSecret", "Its password there. It is never shown; null or empty takes it away.",
         [] { return std::string(R"({"type":["string","null"],"writeOnly":true})"); },
         [](const Call&, JsonWriter& out, const T&) { out.null(); },
         [](const Call&, T& client, const Json& json, const std::string& path) {
             client.secret = json.isNull() ? std::string() : checkedText(json, path, 1000);
         }},
        readOnly<T, &T::hasSecret>("hasSecret", "A secret is kept."),
        readOnly<T, &T::fixed>("fixed", "Fields that the configuration file says: they can't be changed here."),
        readOnly<T, &T::redirect>("redirect", "The address to register at the provider as redirect URI."),
    };
    return rows;
}

namespace {

ProviderView view(const Call& call, const std::string& provider) {
    const auto known = bridgeOf(call).clients().view(provider);
    ProviderView shown;
    shown.provider = provider;
    shown.name = provider == "google" ? "Google" : "Microsoft";
    shown.clientId = known.id;
    shown.hasSecret = known.hasSecret;
    if (known.fixedId) shown.fixed.emplace_back("clientId");
    if (known.fixedSecret) shown.fixed.emplace_back("clientSecret");
    shown.redirect = call.request.origin + call.request.basePath + "/oauth/" + provider + "/callback";
    return shown;
}

Response listProviders(Call& call) { return all(call, std::vector{view(call, "google"), view(call, "microsoft")}); }

std::string pasted(std::string_view value, const char* field) {
    const std::string clean(trim(value));
    for (const unsigned char c : clean)
        if (c <= 0x20 || c >= 0x7f) throw InvalidField(field, "has a blank or a special character in it: copy it anew");
    return clean;
}

Response patchProvider(Call& call) {
    const std::string& provider = call.ids[0];
    if (!ProviderClients::knows(provider)) throw NotFound("there are google and microsoft");
    const ProviderView before = view(call, provider);
    requireMatch(call.request, etagOfJson(jsonOf(call, before)));
    ProviderView wanted = before;
    readFields(call, wanted, call.body());
    const auto requireFree = [&](const char* field) {
        if (std::ranges::find(before.fixed, field) != before.fixed.end())
            throw InvalidField(field, "is fixed by the configuration file: bridge." + provider + "." + field);
    };
    std::optional<std::string> id, secret;
    if (wanted.clientId != before.clientId) {
        requireFree("clientId");
        id = pasted(wanted.clientId, "clientId");
        if (id->size() > 500) throw InvalidField("clientId", "has at most 500 characters");
    }
    if (wanted.secret) {
        requireFree("clientSecret");
        secret = pasted(*wanted.secret, "clientSecret");
    }
    bridgeOf(call).clients().save(call.actor(), provider, id, secret);
    return answer(call, 200, view(call, provider));
}

}  // namespace

std::span<const Route> providerRoutes() {
    using enum Access;
    static constexpr Route routes[] = {
        {"GET", "/providers", "This server's registrations at providers; secrets are never shown", listProviders,
         admins, "", "", "[Provider]"},
        {"PATCH", "/providers/{provider}", "Enter the registration at google or microsoft; it counts at once",
         patchProvider, admins, "", "Provider", "Provider"},
    };
    return routes;
}

std::string providerSchema() { return schemaOf<ProviderView>(); }

}  // namespace crmdav
