#pragma once
#include <string>
#include <utility>
#include <vector>

#include "bridge/bridge.h"
#include "bridge/http_client.h"
#include "server/auth/authenticator.h"
#include "server/dav/dav.h"
#include "server/routes.h"
#include "tests/server/api_world.h"
#include "tests/server/temp_store.h"
#include "tests/server/wire.h"
#include "tests/standins/google.h"

/// The API with a bridge behind it, another crmdav as a provider of CalDAV and CardDAV, and a stand-in for Google.
namespace crmdav {

inline constexpr Parts parts{handleDav, handleApi, davHeader};

inline HttpLimits innerNetwork() {
    HttpLimits limits;
    limits.inner = true;
    return limits;
}

/// Another crmdav, on loopback, as the provider of Anna's account there.
class RemoteCrm {
public:
    RemoteCrm() : password(temp_.store->addAppPassword({}, temp_.anna.id, "bridge", {}, {}).secret) {}
    std::string url() const { return served_.listener->address() + "/"; }
    void put(const std::string& path, const std::string& body) {
        HttpClient http(innerNetwork());
        const auto type = path.ends_with(".vcf") ? "text/vcard" : "text/calendar";
        const auto made = http.send({"PUT", url() + path, {{"Content-Type", type}}, body, "anna", password});
        ASSERT_EQ(made.status, 201) << made.body;
    }
    void putEvent(const std::string& uid, const std::string& subject) {
        put("dav/calendars/anna/activities/" + uid + ".ics",
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:" + uid +
                "\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20990302T100000Z\r\nDTEND:20990302T110000Z\r\nSUMMARY:" +
                subject + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    }
    void putCard(const std::string& uid, const std::string& name) {
        put("dav/addressbooks/anna/private/" + uid + ".vcf",
            "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + uid + "\r\nFN:" + name + " Muster\r\nN:Muster;" + name +
                ";;;\r\nEMAIL:" + uid + "@example.org\r\nEND:VCARD\r\n");
    }
    std::size_t events() {
        std::size_t count = 0;
        const auto calendar = temp_.store->collection("anna", Home::calendars, "activities");
        temp_.store->members(calendar->id, MemberDetail::rows, [&](const Member&, std::string_view) { ++count; });
        return count;
    }

private:
    TempStore temp_;
    Log log_{2, LogLevel::error};
    Context context_{*temp_.store, temp_.config, log_};
    Authenticator authenticator_{context_};
    wire::Served served_{[this](const Request& request) { return route(context_, parts, authenticator_, request); }};

public:
    const std::string password;
};

class ApiAccounts : public ApiWorld {
protected:
    ApiAccounts() { context.bridge = &bridge; }
    ~ApiAccounts() override {
        EXPECT_THAT(answers_, testing::Not(testing::HasSubstr(remote.password))) << "A11";
        EXPECT_THAT(place.everything(), testing::Not(testing::HasSubstr(remote.password))) << "A11";
    }

    BridgeOptions options() {
        BridgeOptions options;
        options.google = google.client();
        options.googleCalendarUrl = google.calendarUrl();
        options.googlePeopleUrl = google.url();
        options.keyFile = place / "secrets.key";
        options.privateNetworks = true;
        return options;
    }
    /// As ApiWorld does; all that is ever answered is looked through for secrets at the end.
    Answer ask(const Identity& who, const std::string& method, const std::string& address, const std::string& body = {},
               const Headers& headers = {}) {
        Answer answer = ApiWorld::ask(who, method, address, body, headers);
        answers_ += answer.body;
        return answer;
    }
    std::string wish(const std::string& password) const {
        JsonWriter out;
        out.beginObject().member("provider", "dav").member("address", remote.url()).member("login", "anna");
        return out.member("password", password).endObject().take();
    }
    /// Alice's account at the other server. @returns its address below /api/v1
    std::string connect() {
        const Answer made = ask(alice, "POST", "/accounts", wish(remote.password));
        EXPECT_EQ(made.status, 201) << made.body;
        id = made.text("id");
        return "/accounts/" + id;
    }
    void run(SyncKind kind = SyncKind::calendar) {
        const auto result = bridge.runs().run(id, kind);
        ASSERT_TRUE(result);
        ASSERT_EQ(result->status, SyncStatus::active) << result->cause;
    }
    /// The provider sends a browser back. @param secret  of the session in its cookie; empty: it has none
    Response comeBack(std::vector<std::pair<std::string, std::string>> query, const std::string& provider = "google",
                      const std::string& secret = {}) {
        Request request;
        request.method = "GET";
        request.path = {"oauth", provider, "callback"};
        request.query = std::move(query);
        request.origin = "https://crm.example";
        request.client = "192.0.2.1";
        if (!secret.empty()) request.headers.emplace_back("cookie", "theme=dark; crmdav_session=" + secret);
        Authenticator authenticator(context);
        return route(context, parts, authenticator, request);
    }

    RemoteCrm remote;
    standins::Google google{1};
    Bridge bridge{*store, options()};
    Id id;

private:
    std::string answers_;
};

/// One member of each item of a list.
inline std::vector<std::string> membersOf(const Answer& answer, std::string_view name) {
    std::vector<std::string> all;
    for (const Json& item : answer.items()) all.push_back(item.find(name)->string);
    return all;
}

}  // namespace crmdav
