#include "server/hooks.h"

#include <set>
#include <tuple>

#include "bridge/bridge.h"
#include "protocol/text/json.h"
#include "server/http/errors.h"

namespace crmdav {
namespace {

void lookNow(Bridge& bridge) {
    if (Scheduler* scheduler = bridge.scheduler()) scheduler->nudge();
}

/// Everything is in the headers (Google Calendar API, "Push notifications"). What isn't 2xx or 5xx isn't sent again.
Response fromGoogle(Bridge& bridge, const Request& request) {
    const bool greeting = request.header("x-goog-resource-state") == "sync";
    const std::string channel(request.header("x-goog-channel-id"));
    if (!bridge.pushes().take(channel, request.header("x-goog-channel-token"),
                              greeting ? PushNews::greeting : PushNews::changed))
        return plainAnswer(404, "There is no such channel.");
    if (!greeting) lookNow(bridge);
    return Response(204);
}

/// Graph's question whether somebody is there: what it says, as plain text.
Response handshake(std::string_view token) {
    constexpr std::size_t longest = 4096;
    if (token.size() > longest) return plainAnswer(400, "That is too long for a validation token.");
    Response answer(200, "text/plain", std::string(token));
    return std::move(answer.with("X-Content-Type-Options", "nosniff").with("Cache-Control", "no-store"));
}

PushNews newsOf(std::string_view lifecycleEvent) {
    if (lifecycleEvent == "subscriptionRemoved") return PushNews::ended;
    if (lifecycleEvent == "reauthorizationRequired") return PushNews::expiring;
    return PushNews::changed;  // or "missed"
}

std::string_view textOf(const Json& json, std::string_view name) {
    const Json* value = json.find(name);
    return value && value->kind == Json::Kind::string ? std::string_view(value->string) : std::string_view();
}

/// Notifications and lifecycle notifications have one form (Graph, "changeNotificationCollection"). Which of them are
/// ours is nobody's business: whoever doesn't get 2xx tries again for hours.
Response fromMicrosoft(Bridge& bridge, const Request& request) {
    if (const auto token = request.parameter("validationToken")) return handshake(*token);
    constexpr JsonLimits limits{.bytes = hookBytes, .depth = 8, .values = 50'000, .names = 100};
    constexpr std::size_t most = 1000;
    Json body;
    try {
        body = parseJson(request.body, limits);
    } catch (const JsonError& error) {
        return plainAnswer(400, std::string("That is no notification: ") + error.what());
    }
    const Json* list = body.find("value");
    if (!list || list->kind != Json::Kind::array) return plainAnswer(400, "A notification has a list \"value\".");
    if (list->array.size() > most) return plainAnswer(413, "These are too many at once.");
    std::set<std::tuple<std::string_view, std::string_view, PushNews>> different;
    for (const Json& one : list->array)
        different.emplace(textOf(one, "subscriptionId"), textOf(one, "clientState"),
                          newsOf(textOf(one, "lifecycleEvent")));
    bool ours = false;
    for (const auto& [id, secret, news] : different)
        if (bridge.pushes().take(std::string(id), secret, news)) ours = true;
    if (ours) lookNow(bridge);
    return Response(202);
}

}  // namespace

Response serveHook(const Context& context, const Request& request) {
    const auto& path = request.path;
    const bool google = path.size() == 2 && path[1] == "google", microsoft = path.size() == 2 && path[1] == "microsoft";
    if (!context.bridge || !(google || microsoft)) return plainAnswer(404, "There is nothing at this address.");
    if (request.method != "POST") return plainAnswer(405, "Providers come here by POST.").with("Allow", "POST");
    return google ? fromGoogle(*context.bridge, request) : fromMicrosoft(*context.bridge, request);
}

}  // namespace crmdav
