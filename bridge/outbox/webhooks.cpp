#include "bridge/outbox/webhooks.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "bridge/http_client.h"
#include "bridge/secrets.h"
#include "bridge/urls.h"
#include "protocol/text/digest.h"
#include "store/records/uuid.h"

namespace crmdav {
namespace {

constexpr std::size_t longestUrl = 2000;

Delivery::Outcome outcomeOf(int status) {
    using enum Delivery::Outcome;
    if (status / 100 == 2) return taken;
    if (status >= 500 || status == 408 || status == 425 || status == 429) return later;
    return status == 410 ? refused : mistaken;  // redirects, too: nobody follows them
}

}  // namespace

std::string webhookSignature(std::string_view secret, Instant now, std::string_view body) {
    const std::string seconds = std::to_string(now.time_since_epoch().count());
    const std::string text = seconds + "." + std::string(body);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
    return "t=" + seconds + ",v1=" + hexOf({reinterpret_cast<const char*>(digest), size});
}

void Webhooks::requireGood(const Webhook& webhook) const {
    const std::string& url = webhook.url;
    const UrlOrigin origin = originOf(url);
    const bool clean = std::ranges::none_of(url, [](unsigned char c) { return c <= ' ' || c >= 127; });
    if (origin.host.empty() || !clean || url.size() > longestUrl)
        throw InvalidField("url", "must be an address, like https://example.org/crm-events");
    if (url.substr(0, url.find_first_of("/?#", url.find("//") + 2)).find('@') != std::string::npos)
        throw InvalidField("url", "must not hold a login: others would see it; deliveries are signed");
    if (origin.scheme != "https" && !inner_) throw InvalidField("url", "must begin with https://");
    for (const std::string& event : webhook.events)
        if (std::ranges::find(webhookEvents, event) == std::ranges::end(webhookEvents))
            throw InvalidField("events", "there is no event " + event);
}

std::pair<Webhook, std::string> Webhooks::add(const Webhook& wanted) {
    requireGood(wanted);
    Webhook webhook = wanted;
    webhook.id = newId();
    const std::string secret = hexOf(randomBytes(32));
    store_.batch([&] { webhook = store_.sync().saveWebhook(webhook, secrets_.seal(webhook.id, secret)); });
    return {webhook, secret};
}

Webhook Webhooks::save(const Webhook& webhook) {
    requireGood(webhook);
    return store_.sync().saveWebhook(webhook, {});
}

Delivery Webhooks::deliver(HttpClient& http, const OutboxItem& item, Instant now) const {
    const auto webhook = store_.sync().webhook(item.target);
    if (!webhook) return {Delivery::Outcome::refused, "the webhook was removed", {}};
    if (!webhook->active) return {Delivery::Outcome::refused, "the webhook was switched off", {}};
    HttpRequest request;
    request.method = "POST";
    request.url = webhook->url;
    request.body = item.body;
    const std::string secret = secrets_.open(webhook->id, store_.sync().webhookSecret(webhook->id));
    request.headers = {{"Content-Type", "application/json"},
                       {"Crmdav-Id", item.key},
                       {"Crmdav-Event", item.subject},
                       {"Crmdav-Signature", webhookSignature(secret, now, item.body)}};
    try {
        const HttpResponse answer = http.send(request);
        const auto outcome = outcomeOf(answer.status);
        if (outcome == Delivery::Outcome::taken) return {};
        return {outcome, "answered " + std::to_string(answer.status), answer.retryAfter(), true};
    } catch (const HttpFailure& failure) {
        return {Delivery::Outcome::later, failure.what(), {}, true};
    } catch (const HttpRefused& refused) {
        return {Delivery::Outcome::refused, refused.what(), {}};
    }
}

}  // namespace crmdav
