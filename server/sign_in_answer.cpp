#include "server/sign_in_answer.h"

#include "bridge/bridge.h"
#include "bridge/urls.h"
#include "server/auth/sessions.h"
#include "server/console.h"
#include "server/http/errors.h"

namespace crmdav {
namespace {

/// @param state  connected or failed: for the console's words
Response page(const Request& request, int status, std::string_view state, std::string_view title,
              std::string_view text) {
    const std::string body = "<main class=\"sign-in-page\"><section class=\"sign-in\" data-state=\"" +
                             std::string(state) + "\"><h1 class=\"h4\">" + htmlText(title) +
                             "</h1>\n<p class=\"wrap-anywhere\">" + htmlText(text) +
                             "</p>\n<a class=\"btn btn-primary w-100\" href=\"" + htmlText(request.basePath) +
                             "/console/#/integrations\">Integrations</a></section></main>";
    Response response = consoleLike(request, status, title, body, "sign_in_answer.js");
    for (auto& [name, value] : response.headers)
        if (name == "Referrer-Policy") value = "no-referrer";  // the address holds the code
    return response;
}

Response failed(const Request& request, int status, std::string_view why) {
    return page(request, status, "failed", "Not connected", why);
}

std::string given(const Request& request, std::string_view name) {
    return std::string(request.parameter(name).value_or(std::string_view{}));
}

Response toConsole(const Request& request, const std::string& place) {
    return std::move(Response(303)
                         .with("Location", request.basePath + "/console/#/integrations" + place)
                         .with("Cache-Control", "no-store")
                         .with("Referrer-Policy", "no-referrer"));
}

/// A sign-in that was begun in the console ends there. Elsewhere, whoever came here by somebody else's link shall see
/// with whom they are connected now.
Response finish(Store& store, Bridge& bridge, const Request& request) {
    const std::string redirect = request.origin + request.basePath + "/oauth/" + request.path[1] + "/callback";
    const std::string state = given(request, "state");
    const auto who = signInBySession(store, request);
    const Account account = bridge.finishSignIn(0, state, given(request, "code"), redirect, who ? who->session : Id());
    const auto owner = store.userById(account.user);
    if (who && !bridge.sessionOf(state).empty())
        return toConsole(request, "/" + account.id +
                                      (owner && owner->id != who->user.id ? "?user=" + percentEncoded(owner->login)
                                                                          : std::string()));
    return page(
        request, 200, "connected", "Connected",
        account.login + " is connected with the account of " + (owner ? owner->login : "nobody") +
            " here. If that isn't you, take the permission back at the provider. Nothing is synced before it is "
            "started. You can close this page.");
}

}  // namespace

Response serveSignInAnswer(const Context& context, const Request& request) {
    const auto& path = request.path;
    const bool known = path.size() == 3 && (path[1] == "google" || path[1] == "microsoft") && path[2] == "callback";
    if (!known || !context.bridge) return plainAnswer(404, "There is nothing at this address.");
    if (request.method != "GET") return plainAnswer(405, "Providers come here by GET.").with("Allow", "GET");
    if (const std::string error = given(request, "error"); !error.empty()) {
        if (error == "access_denied" && !context.bridge->sessionOf(given(request, "state")).empty())
            return toConsole(request, "/new?signIn=denied&provider=" + path[1]);
        OAuthClient client;
        client.provider = path[1] == "google" ? "Google" : "Microsoft";
        return failed(request, 200, signInFailure(client, error, given(request, "error_description")));
    }
    try {
        return finish(context.store, *context.bridge, request);
    } catch (const Forbidden& error) {
        return failed(request, 403, error.what());
    } catch (const NotNow& error) {
        return failed(request, 409, error.what());
    } catch (const TryLater& error) {
        return failed(request, 503, error.what());
    } catch (const ProviderError& error) {
        return failed(request, 422, error.what());
    }
}

}  // namespace crmdav
