#include <limits>

#include "bridge/bridge.h"
#include "server/api/answers.h"
#include "server/api/routes.h"

/// What goes out – mail and webhooks –, and who is told by webhook: admins' business.
namespace crmdav {
namespace {

struct NewWebhook {
    Webhook webhook;
    std::string secret;
};

std::string outcomeOf(const OutboxItem& item) { return item.sent ? "sent" : item.nextTry ? "waiting" : "given up"; }

}  // namespace

template <>
std::span<const Field<Webhook>> fieldsOf() {
    using T = Webhook;
    static const Field<T> rows[] = {
        readOnly<T, &T::id>("id", "UUID."),
        field<T, &T::url>("url", "Where events are posted to."),
        field<T, &T::active>("active", "false: it gets nothing."),
        field<T, &T::events>("events", "Which it gets, such as appointment.created; none: all."),
        readOnly<T, &T::created>("created", "When it was made."),
    };
    return rows;
}

template <>
std::span<const Field<OutboxItem>> fieldsOf() {
    using T = OutboxItem;
    static const Field<T> rows[] = {
        readOnly<T, &T::id>("id", "Rises with time."),
        readOnly<T, &T::channel>("channel", "mail or webhook."),
        readOnly<T, &T::key>("key", "The same for every attempt; a webhook gets it as Crmdav-Id."),
        readOnly<T, &T::target>("target", "Address, or id of the webhook."),
        readOnly<T, &T::subject>("subject", "Of a mail; of a webhook the event."),
        readOnly<T, &T::about>("about", "Id of the appointment that it is about; empty: none."),
        {"outcome", "waiting, sent or given up.",
         [] { return std::string(R"({"type":"string","enum":["waiting","sent","given up"]})"); },
         [](const Call&, JsonWriter& out, const T& item) { out.text(outcomeOf(item)); }, nullptr},
        readOnly<T, &T::attempts>("attempts", "How often it was tried."),
        readOnly<T, &T::created>("created", "When it was made."),
        readOnly<T, &T::nextTry>("nextTry", "When it is tried next."),
        readOnly<T, &T::sent>("sent", "When its receiver took it."),
        readOnly<T, &T::lastError>("error", "What went wrong last; empty: nothing."),
    };
    return rows;
}

template <>
std::span<const Field<NewWebhook>> fieldsOf() {
    using T = NewWebhook;
    static const Field<T> rows[] = {
        readOnly<T, &T::webhook>("webhook", "As it is."),
        readOnly<T, &T::secret>("secret", "That its deliveries are signed with; shown this once."),
    };
    return rows;
}

std::string webhookSchema() { return schemaOf<Webhook>(); }
std::string newWebhookSchema() { return schemaOf<NewWebhook>(); }
std::string outboxItemSchema() { return schemaOf<OutboxItem>(); }

namespace {

Webhook webhookAsked(const Call& call) {
    auto webhook = call.store.sync().webhook(call.ids[0]);
    if (!webhook) throw NotFound("there is no such webhook");
    return *std::move(webhook);
}

Webhooks& webhooksOf(const Call& call) {
    if (!call.bridge) throw Problem(503, "nothing is sent by this process");
    return call.bridge->webhooks();
}

Response listWebhooks(Call& call) { return all(call, call.store.sync().webhooks()); }
Response getWebhook(Call& call) { return shown(call, webhookAsked(call)); }

Response createWebhook(Call& call) {
    Webhook wanted;
    readFields(call, wanted, call.body());
    NewWebhook made;
    std::tie(made.webhook, made.secret) = webhooksOf(call).add(wanted);
    Response response(201, "application/json", jsonOf(call, made));
    response.with("Location", call.address("/webhooks/" + made.webhook.id));
    return std::move(response.with("Cache-Control", "no-store"));
}

Response patchWebhook(Call& call) {
    Webhook webhook = webhookAsked(call);
    requireMatch(call.request, etagOfJson(jsonOf(call, webhook)));
    readFields(call, webhook, call.body());
    return answer(call, 200, webhooksOf(call).save(webhook));
}

Response removeWebhook(Call& call) {
    const Webhook webhook = webhookAsked(call);
    requireMatch(call.request, etagOfJson(jsonOf(call, webhook)));
    webhooksOf(call).remove(webhook.id);
    return Response(204);
}

Response listOutbox(Call& call) {
    OutboxFilter filter;
    filter.channel = call.text("channel");
    filter.target = call.text("target");
    filter.about = call.text("about");
    filter.failed = call.boolean("failed").value_or(false);
    filter.before = call.number("before", 0, 0, std::numeric_limits<std::int64_t>::max());
    filter.limit = call.limit();
    const auto items = call.store.sync().posted(filter);
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const OutboxItem& item : items) writeFields(call, out, item);
    out.endArray().key("next");
    const bool more = items.size() == filter.limit;
    more ? out.text(nextPage(call, "before", std::to_string(items.back().id))) : out.null();
    return jsonResponse(200, out.endObject().take());
}

}  // namespace

std::span<const Route> outboxRoutes() {
    using enum Access;
    static constexpr Route routes[] = {
        {"GET", "/webhooks", "Who is told by webhook", listWebhooks, admins, "", "", "[Webhook]"},
        {"POST", "/webhooks", "Have another program told; the answer has the secret that signs", createWebhook, admins,
         "", "Webhook", "NewWebhook", true},
        {"GET", "/webhooks/{id}", "One webhook", getWebhook, admins, "", "", "Webhook"},
        {"PATCH", "/webhooks/{id}", "Change its address, switch it off or on", patchWebhook, admins, "", "Webhook",
         "Webhook"},
        {"DELETE", "/webhooks/{id}", "Remove it; what waits for it isn't sent", removeWebhook, admins},
        {"GET", "/outbox", "Mail and webhooks with their outcomes, newest first; `target` is a webhook's id",
         listOutbox, admins, "channel target about failed before limit", "", "[OutboxItem]"},
    };
    return routes;
}

}  // namespace crmdav
