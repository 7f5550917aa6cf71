#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "bridge/outbox/delivery.h"
#include "store/sync.h"

/// Other programs that are told what happens here.
namespace crmdav {

class HttpClient;
class Secrets;

class Webhooks {
public:
    /// @param inner  they may be in our own networks, and be spoken to without TLS
    Webhooks(Store& store, Secrets& secrets, bool inner) : store_(store), secrets_(secrets), inner_(inner) {}

    /// @param wanted  without an id
    /// @returns also its secret, which nobody is shown again
    /// @throws InvalidField
    std::pair<Webhook, std::string> add(const Webhook& wanted);
    Webhook save(const Webhook&);  ///< changed, but for its secret @throws InvalidField
    void remove(const Id& id) { store_.sync().removeWebhook(id); }

    /// @throws SecretError
    Delivery deliver(HttpClient&, const OutboxItem&, Instant now) const;

private:
    void requireGood(const Webhook&) const;

    Store& store_;
    Secrets& secrets_;
    bool inner_;
};

/// Header of a delivery: `t=SECONDS,v1=HEX`, HMAC-SHA-256 with the webhook's secret over "SECONDS.BODY".
std::string webhookSignature(std::string_view secret, Instant now, std::string_view body);

}  // namespace crmdav
