#include "protocol/text/text_values.h"
#include "tests/standins/graph_mailbox.h"

/// Subscriptions: asked for, prolonged, ended, and what is sent to who asked.
namespace crmdav::standins {
namespace {

using namespace std::chrono;

constexpr minutes longest{4230};

std::string encoded(std::string_view text) {
    std::string all;
    for (const char c : text) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        const auto byte = static_cast<unsigned char>(c);
        if (c == ' ')
            all += '+';  // as Graph does it
        else if (std::isalnum(byte) != 0)
            all += c;
        else
            all.append({'%', digits[byte >> 4U], digits[byte & 15U]});
    }
    return all;
}

HttpRequest posted(const std::string& address, const Json& note) {
    HttpRequest request;
    request.method = "POST";
    request.url = address;
    request.headers = {{"Content-Type", "application/json"}};
    request.body = toText(jsonObject({{"value", jsonArray({note})}}));
    return request;
}

}  // namespace

/// Whether somebody is there who wants to be called.
void Graph::Mailbox::shakeHands(const std::string& address) {
    const std::string token = "Validation: Testing client application reachability. Request-Id: " + newId('V');
    HttpRequest request;
    request.method = "POST";
    request.url = address + "?validationToken=" + encoded(token);
    request.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
    const auto answer = callbacks.call(request);
    const bool right = answer && answer->status == 200 && answer->body == token &&
                       answer->header("Content-Type").starts_with("text/plain");
    if (!right) throw Problem{400, "InvalidRequest", "Subscription validation request failed."};
}

Reply Graph::Mailbox::subscribe(const Request& request, const std::vector<std::string>& path) {
    const Json body = request.body.empty() ? Json() : parseJson(request.body);
    const auto until = parseInstant(textAt(body, "expirationDateTime"));
    if (request.method != "DELETE" && (!until || *until > clock() + longest))
        throw Problem{400, "InvalidRequest", "Subscription expiration can only be 4230 minutes in the future."};
    if (request.method == "POST") {
        const auto resource = textAt(body, "resource");
        const bool one = resource.starts_with("/me/calendars/") || resource.starts_with("/me/contactFolders/");
        if (one && !habits.eachCalendarWatched) throw Problem{400, "InvalidRequest", "resource not supported"};
        if (textAt(body, "clientState").empty() || !textAt(body, "notificationUrl").starts_with("https://"))
            throw Problem{400, "InvalidRequest", "something is missing"};
        if (callbacks.isOn())
            for (const char* address : {"notificationUrl", "lifecycleNotificationUrl"})
                shakeHands(std::string(textAt(body, address)));
        Json made = body;
        const std::string id = newId('S');
        set(made, "id", jsonText(id));
        return jsonReply(subscriptionList[id] = made, 201);
    }
    const auto found = path.empty() ? subscriptionList.end() : subscriptionList.find(path[0]);
    if (found == subscriptionList.end() || lapsed(found->second))
        throw Problem{404, "ResourceNotFound", "no such subscription"};
    if (request.method == "DELETE") {
        subscriptionList.erase(found);
        return {.status = 204};
    }
    set(found->second, "expirationDateTime", at(body, "expirationDateTime"));
    return jsonReply(found->second);
}

bool Graph::Mailbox::lapsed(const Json& subscription) const {
    return *parseInstant(textAt(subscription, "expirationDateTime")) <= clock();
}

/// Of a calendar, or a folder of contacts.
void Graph::Mailbox::tell(const std::string& place, bool contacts) {
    if (!callbacks.isOn()) return;
    const std::string all = contacts ? "/me/contacts" : "/me/events";
    const std::string one =
        contacts ? "/me/contactFolders/" + place + "/contacts" : "/me/calendars/" + place + "/events";
    for (const auto& [id, subscription] : subscriptionList) {
        const auto resource = textAt(subscription, "resource");
        if ((resource != all && resource != one) || lapsed(subscription)) continue;
        callbacks.later(posted(std::string(textAt(subscription, "notificationUrl")),
                               jsonObject({{"subscriptionId", jsonText(id)},
                                           {"clientState", at(subscription, "clientState")},
                                           {"changeType", jsonText("updated")},
                                           {"resource", jsonText("Users/me-1/Events/x")},
                                           {"tenantId", jsonText("t")}})));
    }
}

void Graph::lifecycle(const std::string& event) {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, subscription] : mailbox_->subscriptionList)
        callbacks_.later(posted(std::string(textAt(subscription, "lifecycleNotificationUrl")),
                                jsonObject({{"subscriptionId", jsonText(id)},
                                            {"clientState", at(subscription, "clientState")},
                                            {"lifecycleEvent", jsonText(event)}})));
    if (event == "subscriptionRemoved") mailbox_->subscriptionList.clear();
}

}  // namespace crmdav::standins
