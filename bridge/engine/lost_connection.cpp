#include "bridge/engine/lost_connection.h"

#include "protocol/text/json.h"

namespace crmdav {

void tellOfLostConnection(Store& store, const Account& account, const std::string& cause) {
    SyncStore& sync = store.sync();
    const auto user = store.userById(account.user);
    if (!user) return;
    const std::string key =
        "reconnect:" + account.id + ":" + std::to_string(account.signedIn.time_since_epoch().count());
    if (!user->email.empty()) {
        OutboxItem mail;
        mail.channel = "mail";
        mail.key = key;
        mail.target = user->email;
        mail.subject = "Reconnect " + account.login;
        mail.body = "The connection to " + account.login + " (" + account.provider + ") has ended: " + cause +
                    "\n\nNothing is synced until you sign in there again. Nothing is lost: it goes on where it "
                    "stopped.\n";
        sync.post(mail);
    }
    JsonWriter data;
    data.beginObject().member("account", account.id).member("provider", account.provider);
    data.member("accountLogin", account.login).member("user", user->login).member("cause", cause).endObject();
    sync.announce({key, "account.reconnect", data.take()});
}

}  // namespace crmdav
