#include "bridge/oauth.h"

#include <algorithm>

#include "bridge/json_values.h"
#include "bridge/urls.h"
#include "protocol/text/datetime.h"
#include "protocol/text/digest.h"
#include "protocol/text/text_values.h"
#include "store/records/normalise.h"
#include "store/records/uuid.h"

namespace crmdav {
namespace {

constexpr std::string_view googleTokenUrl = "https://oauth2.googleapis.com/token";

std::string base64Url(std::string_view bytes) {
    std::string text = base64Encode(bytes);
    while (text.ends_with('=')) text.pop_back();
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    return text;
}

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> found;
    for (std::size_t from = 0; from < text.size();) {
        const auto end = std::min(text.find(' ', from), text.size());
        if (end > from) found.emplace_back(text.substr(from, end - from));
        from = end + 1;
    }
    return found;
}

/// The body as JSON; null where it is none: gateways answer in HTML.
Json bodyOf(const HttpResponse& answer) {
    try {
        return parseJson(answer.body);
    } catch (const JsonError&) {
        return {};
    }
}

/// Words for what the token endpoint says when the grant is no good any more. First fit.
struct Reason {
    std::string_view sign, words;
};
constexpr Reason reasons[] = {
    {"invalid_rapt", "the organisation wants a new sign-in after some time"},
    {"AADSTS700082", "it wasn't used for too long"},
    {"AADSTS50173", "the password was changed"},
    {"AADSTS65001", "the permission was taken back"},
    {"AADSTS50076", "a second factor is asked for"},
    {"AADSTS50079", "a second factor is asked for"},
    {"interaction_required", "the provider wants to ask something"},
    {"login_required", "the provider wants a new sign-in"},
    {"consent_required", "the permission was taken back"},
};

std::string reconnectText(const OAuthClient& client, std::string_view body) {
    for (const auto& [sign, text] : reasons)
        if (body.find(sign) != std::string_view::npos)
            return client.provider + " doesn't let us in any more: " + std::string(text) + ". Please sign in again.";
    return client.provider +
           " doesn't let us in any more: the permission was taken back or has expired. Please sign in again.";
}

[[noreturn]] void fail(const OAuthClient& client, const HttpResponse& answer) {
    const Json body = bodyOf(answer);
    const std::string_view error = textAt(body, "error");
    for (const std::string_view final : {"invalid_grant", "interaction_required", "login_required", "consent_required"})
        if (error == final) throw ReconnectNeeded(reconnectText(client, answer.body));
    if (answer.status >= 500 || answer.status == 429 || answer.status == 408 || error == "temporarily_unavailable" ||
        error == "server_error" || error.empty()) {
        TryLater later(client.provider + "'s sign-in is out of order (status " + std::to_string(answer.status) + ")");
        later.after = answer.retryAfter();
        throw later;
    }
    throw Misconfigured("crmdav isn't set up for " + client.provider + " as it should be: " + std::string(error));
}

HttpResponse send(HttpClient& http, const OAuthClient& client, const HttpRequest& request) {
    try {
        return http.send(request);
    } catch (const HttpFailure& failure) {
        throw TryLater(client.provider + "'s sign-in doesn't answer: " + failure.what());
    } catch (const HttpRefused& refused) {
        throw Misconfigured(client.provider + "'s sign-in can't be asked: " + refused.what());
    }
}

using Form = std::vector<std::pair<std::string, std::string>>;

HttpResponse post(HttpClient& http, const OAuthClient& client, const std::string& url, const Form& form) {
    HttpRequest request;
    request.method = "POST";
    request.url = url;
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
    request.body = formEncoded(form);
    return send(http, client, request);
}

Tokens askForTokens(HttpClient& http, const OAuthClient& client, Form form, Instant now, const Tokens& before) {
    form.emplace_back("client_id", client.id);
    if (!client.secret.empty()) form.emplace_back("client_secret", client.secret);
    if (client.scopeInTokenRequests) form.emplace_back("scope", client.scope);
    const HttpResponse answer = post(http, client, client.tokenUrl, form);
    if (answer.status != 200) fail(client, answer);
    const Json body = bodyOf(answer);
    Tokens tokens;
    tokens.access = textAt(body, "access_token");
    tokens.refresh = textAt(body, "refresh_token");
    tokens.scopes = words(textAt(body, "scope"));
    if (tokens.access.empty()) throw TryLater(client.provider + "'s sign-in answers without a token");
    if (tokens.refresh.empty()) tokens.refresh = before.refresh;
    if (tokens.scopes.empty()) tokens.scopes = before.scopes;
    tokens.expires =
        now + std::chrono::seconds(std::clamp<std::int64_t>(numberAt(body, "expires_in", 3600), 60, 86'400));
    return tokens;
}

}  // namespace

OAuthClient googleOAuth(std::string authUrl, std::string tokenUrl, std::string id, std::string secret) {
    OAuthClient client;
    client.provider = "Google";
    const bool own = tokenUrl == googleTokenUrl;
    client.revokeUrl = resolveUrl(tokenUrl, "/revoke");
    client.userinfoUrl =
        own ? "https://openidconnect.googleapis.com/v1/userinfo" : resolveUrl(tokenUrl, "/v1/userinfo");
    client.authUrl = std::move(authUrl);
    client.tokenUrl = std::move(tokenUrl);
    client.id = std::move(id);
    client.secret = std::move(secret);
    const std::string prefix = "https://www.googleapis.com/auth/";
    client.calendarScope = prefix + "calendar.events";
    client.contactsScope = prefix + "contacts";
    client.scope = "openid email " + client.calendarScope + " " + prefix + "calendar.calendarlist.readonly " + prefix +
                   "calendar.events.freebusy " + client.contactsScope;
    // Without consent there is no refresh token but the first time.
    client.authExtras = {
        {"access_type", "offline"}, {"prompt", "consent select_account"}, {"include_granted_scopes", "true"}};
    return client;
}

OAuthClient microsoftOAuth(std::string authUrl, std::string tokenUrl, std::string id, std::string secret) {
    OAuthClient client;
    client.provider = "Microsoft";
    client.authUrl = std::move(authUrl);
    client.tokenUrl = std::move(tokenUrl);
    client.userinfoUrl = "https://graph.microsoft.com/oidc/userinfo";
    client.id = std::move(id);
    client.secret = std::move(secret);
    client.calendarScope = "Calendars.ReadWrite";
    client.contactsScope = "Contacts.ReadWrite";
    client.scope =
        "offline_access openid profile email User.Read MailboxSettings.Read Calendars.ReadWrite Contacts.ReadWrite";
    client.scopeInTokenRequests = true;
    client.authExtras = {{"response_mode", "query"}, {"prompt", "select_account"}};
    return client;
}

std::string Tokens::text() const {
    JsonWriter out;
    out.beginObject().member("access", access).member("refresh", refresh).member("expires", timeText(expires));
    out.key("scopes").beginArray();
    for (const std::string& scope : scopes) out.text(scope);
    return out.endArray().endObject().take();
}

Tokens Tokens::parse(const std::string& text) {
    try {
        const Json json = parseJson(text);
        Tokens tokens;
        tokens.access = textAt(json, "access");
        tokens.refresh = textAt(json, "refresh");
        tokens.expires = parseInstant(textAt(json, "expires")).value_or(Instant{});
        for (const Json& scope : at(json, "scopes").array) tokens.scopes.push_back(scope.string);
        if (!tokens.refresh.empty()) return tokens;
    } catch (const JsonError&) {
    }
    throw ReconnectNeeded("the account isn't signed in");
}

SignIn beginSignIn(const OAuthClient& client, const std::string& redirectUri, const std::string& login) {
    SignIn signIn;
    signIn.state = base64Url(randomBytes(32));
    signIn.verifier = base64Url(randomBytes(48));
    Form form{{"response_type", "code"},        {"client_id", client.id},
              {"redirect_uri", redirectUri},    {"scope", client.scope},
              {"state", signIn.state},          {"code_challenge", base64Url(sha256(signIn.verifier))},
              {"code_challenge_method", "S256"}};
    form.insert(form.end(), client.authExtras.begin(), client.authExtras.end());
    if (!login.empty()) form.emplace_back("login_hint", login);
    signIn.address = client.authUrl + (client.authUrl.find('?') == std::string::npos ? "?" : "&") + formEncoded(form);
    return signIn;
}

std::string signInFailure(const OAuthClient& client, std::string_view error, std::string_view description) {
    if (error == "access_denied" && description.find("AADSTS90094") == std::string_view::npos)
        return "The sign-in was cancelled.";
    if (error == "access_denied" || error == "admin_policy_enforced" || error == "org_internal")
        return "The organisation's administrator at " + client.provider + " has to allow it first.";
    if (error == "temporarily_unavailable" || error == "server_error")
        return client.provider + "'s sign-in is out of order. Please try again.";
    return client.provider + " refused the sign-in: " + cleanText(error.substr(0, 100));
}

Tokens exchangeCode(HttpClient& http, const OAuthClient& client, const std::string& redirectUri,
                    const std::string& code, const std::string& verifier, Instant now, const Tokens& kept) {
    Tokens tokens = askForTokens(http, client,
                                 {{"grant_type", "authorization_code"},
                                  {"code", code},
                                  {"redirect_uri", redirectUri},
                                  {"code_verifier", verifier}},
                                 now, Tokens{{}, kept.refresh, {}, {}});
    if (tokens.refresh.empty())
        throw ReconnectNeeded(client.provider + " gave no lasting permission. Please sign in again and agree to all.");
    return tokens;
}

Tokens refreshTokens(HttpClient& http, const OAuthClient& client, const Tokens& tokens, Instant now) {
    return askForTokens(http, client, {{"grant_type", "refresh_token"}, {"refresh_token", tokens.refresh}}, now,
                        tokens);
}

bool revokeTokens(HttpClient& http, const OAuthClient& client, const Tokens& tokens) {
    if (client.revokeUrl.empty()) return false;
    const HttpResponse answer = post(http, client, client.revokeUrl, {{"token", tokens.refresh}});
    if (answer.status == 200) return true;
    if (answer.status == 400 && textAt(bodyOf(answer), "error") == "invalid_token") return true;  // revoked already
    fail(client, answer);
}

RemoteIdentity userinfo(HttpClient& http, const OAuthClient& client, const std::string& access) {
    HttpRequest request;
    request.url = client.userinfoUrl;
    request.bearer = access;
    const HttpResponse answer = send(http, client, request);
    if (answer.status == 401) throw ReconnectNeeded(reconnectText(client, {}));
    if (answer.status != 200) fail(client, answer);
    const Json body = bodyOf(answer);
    RemoteIdentity who;
    who.id = textAt(body, "sub");
    who.login = textAt(body, "email");
    if (std::string email = normalEmail(who.login); !email.empty()) who.emails.push_back(std::move(email));
    if (who.id.empty()) throw TryLater(client.provider + " doesn't say who signed in");
    return who;
}

std::string lacking(const OAuthClient& client, const Tokens& tokens, SyncKind kind) {
    const bool calendar = kind == SyncKind::calendar;
    const std::string& needed = calendar ? client.calendarScope : client.contactsScope;
    const auto has = [&](const std::string& scope) {  // Microsoft names them with or without Graph's address
        return equalsIgnoreCase(scope, needed) || scope.ends_with("/" + needed) ||
               (calendar && scope == "https://www.googleapis.com/auth/calendar");
    };
    if (std::ranges::any_of(tokens.scopes, has)) return {};
    return "At the sign-in " + client.provider + " wasn't told that crmdav may use your " +
           (calendar ? "calendars" : "contacts") + ". Please sign in again and tick it.";
}

}  // namespace crmdav
