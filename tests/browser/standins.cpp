#include <iostream>

#include "bridge/json_values.h"
#include "bridge/urls.h"
#include "tests/standins/google.h"
#include "tests/standins/graph.h"

/// Google and Outlook for the browser's tests, with sign-in pages on which somebody clicks. Writes the settings of a
/// crmdav that is registered there as one line of JSON, then serves until its input ends. What people do at their
/// provider meanwhile is asked of it by POST /do/….
namespace {

using namespace crmdav;
using namespace crmdav::standins;

constexpr const char* googleLogin = "anna.home@gmail.example";

std::string html(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '&' || c == '<' || c == '"')
            escaped += c == '&' ? "&amp;" : c == '<' ? "&lt;" : "&quot;";
        else
            escaped += c;
    }
    return escaped;
}

Reply seeOther(const std::string& address) {
    Reply reply;
    reply.status = 302;
    reply.headers.emplace_back("Location", address);
    return reply;
}

std::string queryOf(const Request& request) {
    std::vector<std::pair<std::string, std::string>> fields;
    for (const auto& [name, value] : request.query)
        if (name != "as") fields.emplace_back(name, value);
    return formEncoded(fields);
}

/// As the providers' pages do: who it is, and whether they agree.
Reply signInPage(const std::string& name, const std::string& login, const Request& request) {
    const std::string query = html(queryOf(request));
    Reply reply;
    reply.type = "text/html; charset=utf-8";
    reply.body = "<!doctype html><html lang=en><title>" + name + "</title><h1>Sign in to " + name + "</h1><p>crmdav wants " +
                 "to see your calendars and contacts.<p><a href=\"?as=" + login + "&amp;" + query + "\">Allow as " + login +
                 "</a><p><a href=\"?as=nobody&amp;" + query + "\">Cancel</a></html>";
    return reply;
}

class World {
public:
    World() {
        for (int i = 0; i < 40; ++i) addPerson(i);
        google_.calendars(googleLogin)
            .insert(googleLogin, parseJson(R"({"summary":"Planning with Jana","start":{"dateTime":"2099-03-02T10:00:00Z"},)"
                                           R"("end":{"dateTime":"2099-03-02T11:00:00Z"},"attendees":[{"email":")" +
                                           std::string(googleLogin) +
                                           R"(","self":true},{"email":"jana.weiss@lindenhof.example"}]})"));
        graph_.addEvent(graph_.mainCalendar(),
                        R"({"subject":"Offer for Contoso","start":{"dateTime":"2099-04-02T10:00:00","timeZone":"UTC"},)"
                        R"("end":{"dateTime":"2099-04-02T11:00:00","timeZone":"UTC"}})");
        graph_.addContact(R"({"givenName":"Otto","surname":"Outlook","displayName":"Otto Outlook",)"
                          R"("emailAddresses":[{"name":"x","address":"otto@contoso.example"}]})");
    }

    std::string settings() {
        const OAuthClient google = google_.client();
        JsonWriter out;
        out.beginObject();
        out.member("CRMDAV_BRIDGE_GOOGLE_CLIENTID", google.id).member("CRMDAV_BRIDGE_GOOGLE_CLIENTSECRET", google.secret);
        out.member("CRMDAV_BRIDGE_GOOGLE_AUTHURL", host_.url() + "/google").member("CRMDAV_BRIDGE_GOOGLE_TOKENURL", google.tokenUrl);
        out.member("CRMDAV_BRIDGE_GOOGLE_CALENDARURL", google_.calendarUrl());
        out.member("CRMDAV_BRIDGE_GOOGLE_PEOPLEURL", google_.url());
        out.member("CRMDAV_BRIDGE_MICROSOFT_CLIENTID", "client-2").member("CRMDAV_BRIDGE_MICROSOFT_CLIENTSECRET", "secret-2");
        out.member("CRMDAV_BRIDGE_MICROSOFT_AUTHURL", host_.url() + "/microsoft");
        out.member("CRMDAV_BRIDGE_MICROSOFT_TOKENURL", host_.url() + "/microsoft/token");
        out.member("CRMDAV_BRIDGE_MICROSOFT_GRAPHURL", graph_.url());
        return out.member("standins", host_.url()).endObject().take();
    }

private:
    void addPerson(int i) {
        const std::string number = std::to_string(i);
        google_.people(googleLogin)
            .insert(parseJson(R"({"names":[{"givenName":"Guest","familyName":"Number)" + number +
                              R"("}],"emailAddresses":[{"value":"guest)" + number + R"(@guests.example"}]})"));
    }

    Reply answer(const Request& request) {
        const std::string as = request.parameter("as"), back = request.parameter("redirect_uri");
        const std::string state = request.parameter("state");
        if (as == "nobody") return seeOther(back + "?" + formEncoded({{"error", "access_denied"}, {"state", state}}));
        if (request.path == "/google") return as.empty() ? signInPage("Google", googleLogin, request) : atGoogle(request, as);
        if (request.path == "/microsoft")
            return as.empty() ? signInPage("Microsoft", Graph::login, request)
                              : seeOther(back + "?" + formEncoded({{"code", "code-ms"}, {"state", state}}));
        if (request.path == "/microsoft/token") return microsoftToken();
        if (request.method == "POST" && request.path.starts_with("/do/")) return happens(request.path.substr(4));
        return {.status = 404};
    }

    Reply atGoogle(const Request& request, const std::string& login) {
        const auto back = google_.signIn().agree("?" + queryOf(request), login);
        return seeOther(request.parameter("redirect_uri") + "?" + formEncoded({back.begin(), back.end()}));
    }

    Reply microsoftToken() {
        JsonWriter out;
        out.beginObject().member("access_token", graph_.token()).member("refresh_token", "refresh-ms");
        out.member("expires_in", std::int64_t{3600}).member("token_type", "Bearer");
        out.member("scope", "User.Read Calendars.ReadWrite Contacts.ReadWrite MailboxSettings.Read");
        return {.body = out.endObject().take()};
    }

    /// What one would find there.
    Json atGoogleNow() {
        return jsonObject({{"events", jsonArray(google_.calendars(googleLogin).live(googleLogin))},
                           {"contacts", jsonArray(google_.people(googleLogin).live())}});
    }

    Json atMicrosoftNow() {
        Json events = jsonArray(), contacts = jsonArray();
        for (const std::string& id : graph_.events(graph_.mainCalendar())) events.array.push_back(graph_.event(id));
        for (const std::string& id : graph_.contacts()) contacts.array.push_back(graph_.contact(id));
        return jsonObject({{"events", std::move(events)}, {"contacts", std::move(contacts)}});
    }

    /// What people do at their provider.
    Reply happens(const std::string& what) {
        if (what == "google/tell") return {.body = toText(atGoogleNow())};
        if (what == "microsoft/tell") return {.body = toText(atMicrosoftNow())};
        if (what == "google/revoke") google_.signIn().revoke(googleLogin);
        if (what == "google/forget") {
            auto people = google_.people(googleLogin).live();
            for (std::size_t i = 0; i < people.size() && i < 30; ++i)
                google_.people(googleLogin).erase(std::string(textAt(people[i], "resourceName")));
            google_.people(googleLogin).settle();
        }
        return {.body = "{}"};
    }

    Google google_{1};
    Graph graph_{1};
    HttpHost host_{[this](const Request& request) { return answer(request); }};
};

}  // namespace

int main() {
    World world;
    std::cout << world.settings() << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
    }
}
