#include <ostream>
#include <sstream>

#include "protocol/text/json.h"
#include "server/commands/account_text.h"
#include "server/settings.h"

/// What goes out, and who is told by webhook.
namespace crmdav {
namespace {

int add(const Invocation& call) {
    const auto store = call.store();
    const auto bridge = openBridge(call, *store);
    Webhook wanted;
    wanted.url = call.arguments[0];
    std::istringstream events(call.option("events"));
    for (std::string event; std::getline(events, event, ',');) wanted.events.push_back(event);
    const auto [webhook, secret] = bridge->webhooks().add(wanted);
    call.out << "Webhook " << webhook.id << "\nSecret  " << secret << "\nKeep the secret: it is shown this once.\n";
    return 0;
}

int list(const Invocation& call) {
    const auto store = call.store();
    JsonWriter json;
    json.beginArray();
    for (const Webhook& webhook : store->sync().webhooks()) {
        if (!call.has("json"))
            call.out << webhook.id << "\t" << (webhook.active ? "active" : "off") << "\t" << webhook.url << "\n";
        json.beginObject().member("id", webhook.id).member("url", webhook.url).member("active", webhook.active);
        json.key("events").beginArray();
        for (const std::string& event : webhook.events) json.text(event);
        json.endArray().member("created", isoTime(webhook.created)).endObject();
    }
    if (call.has("json")) call.out << json.endArray().take() << "\n";
    return 0;
}

int remove(const Invocation& call) {
    const auto store = call.store();
    store->sync().removeWebhook(call.arguments[0]);
    call.out << "Removed.\n";
    return 0;
}

std::string outcomeOf(const OutboxItem& item) {
    if (item.sent) return "sent " + isoTime(*item.sent);
    return item.nextTry ? "next try " + isoTime(*item.nextTry) : "given up";
}

int outbox(const Invocation& call) {
    const auto store = call.store();
    OutboxFilter filter;
    filter.failed = call.has("failed");
    filter.about = call.option("about");
    try {
        if (call.has("limit")) filter.limit = readNumber(call.option("limit"), 1, 100'000);
    } catch (const ConfigError& error) {
        throw UsageError(std::string("--limit: ") + error.what());
    }
    JsonWriter json;
    json.beginArray();
    for (const OutboxItem& item : store->sync().posted(filter)) {
        if (!call.has("json")) {
            call.out << isoTime(item.created) << "\t" << item.channel << "\t" << item.target << "\t" << item.subject
                     << "\t" << outcomeOf(item) << (item.lastError.empty() ? "" : ": ") << item.lastError << "\n";
            continue;
        }
        json.beginObject().member("channel", item.channel).member("key", item.key).member("target", item.target);
        json.member("subject", item.subject).member("created", isoTime(item.created));
        json.member("attempts", std::int64_t{item.attempts}).member("sent", item.sent ? isoTime(*item.sent) : "");
        json.member("nextTry", item.nextTry ? isoTime(*item.nextTry) : "").member("error", item.lastError).endObject();
    }
    if (call.has("json")) call.out << json.endArray().take() << "\n";
    return 0;
}

constexpr Option addOptions[] = {{"events", "NAMES", "only these, with commas between them"}};
constexpr Option jsonOptions[] = {{"json", "", "as JSON"}};
constexpr Option outboxOptions[] = {{"failed", "", "only what was given up"},
                                    {"about", "ID", "only what is about this appointment"},
                                    {"limit", "NUMBER", "how many at most"},
                                    {"json", "", "as JSON"}};

constexpr Command rows[] = {
    {"webhook add", "URL", "Has another program told what happens here; shows the secret that signs, once.",
     "crmdav webhook add https://example.org/crm-events\n"
     "crmdav webhook add https://example.org/leads --events appointment.customer_booked,appointment.cancelled",
     addOptions, add},
    {"webhook list", "", "Lists who is told.", "crmdav webhook list --json", jsonOptions, list},
    {"webhook remove",
     "ID",
     "Tells it nothing any more.",
     "crmdav webhook remove 0b6e0a56-4a3c-4b62-a6f2-6f3f7d1d1a11",
     {},
     remove},
    {"outbox", "", "Lists mail and webhooks with their outcomes, newest first.",
     "crmdav outbox --failed\ncrmdav outbox --limit 20 --json", outboxOptions, outbox},
};

}  // namespace

std::span<const Command> outboxCommands() { return rows; }

}  // namespace crmdav
