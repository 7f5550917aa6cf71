#include "server/api/routes.h"
#include "tests/server/api_world.h"

namespace crmdav {
namespace {

using testing::HasSubstr;
using testing::Not;

class ApiPeople : public ApiWorld {};

/// Every address of the table, with Alice's things in it, asked by Bob: he sees, guesses and changes nothing of hers.
TEST_F(ApiPeople, NobodyReachesWhatIsAnothers) {
    const std::string activity =
        ask(alice, "POST", "/activities", R"({"subject":"Secret subject","start":"2026-11-20T09:00",
        "end":"2026-11-20T10:00","notes":"hush","privacy":"private"})")
            .text("id");
    const std::string contact =
        ask(alice, "POST", "/contacts", R"({"owner":"alice","firstName":"Secret","lastName":"Friend"})").text("id");
    const std::string feed =
        ask(alice, "POST", "/feeds", R"({"calendar":"activities","detail":"everything","label":"Secret feed"})")
            .text("id");
    const std::string password = ask(alice, "POST", "/app-passwords", R"({"label":"Secret phone"})").text("id");
    ASSERT_FALSE(activity.empty() || contact.empty() || feed.empty() || password.empty());
    for (const Route& route : allRoutes()) {
        const std::string_view template_ = route.path;
        if (template_.starts_with("/me") || template_ == "/openapi.json" || template_ == "/organisation") continue;
        for (const std::string& id : {activity, contact, feed, password, std::string("alice")}) {
            std::string path(template_);
            if (const auto at = path.find("{kind}"); at != path.npos)
                path.replace(at, 6, id == activity ? "activity" : "contact");
            while (path.find('{') != path.npos) path.replace(path.find('{'), path.find('}') - path.find('{') + 1, id);
            if (route.method == "POST" && path.find(id) == path.npos) continue;  // making one's own
            const Answer answer = ask(bob, std::string(route.method), path, R"({"notes":"mine now"})");
            EXPECT_THAT(answer.body, Not(HasSubstr("Secret"))) << route.method << path;
            EXPECT_THAT(answer.body, Not(HasSubstr("hush"))) << route.method << path;
            if (path.find(id) != path.npos && route.method != "GET") {
                EXPECT_THAT(answer.status, testing::AnyOf(403, 404, 422)) << route.method << path;
            }
        }
    }
    EXPECT_EQ(ask(alice, "GET", "/activities/" + activity).text("notes"), "hush");
    EXPECT_EQ(ask(alice, "GET", "/contacts/" + contact).status, 200);
    EXPECT_EQ(ask(alice, "GET", "/app-passwords").items().size(), 1u);
    EXPECT_TRUE(ask(alice, "GET", "/feeds").items()[0].find("revoked")->isNull());
}

TEST_F(ApiPeople, FeedIsShownOnceAndGetsAnotherAddress) {  // D63
    const auto opens = [&](const std::string& url) {
        const std::size_t at = url.rfind('/') + 1;
        return store->feed(url.substr(at, url.size() - at - 4));
    };
    std::vector<std::string> urls;
    for (const char* detail : {"busy", "subject", "everything"}) {
        const Answer made =
            ask(alice, "POST", "/feeds", R"({"calendar":"tasks","label":"x","detail":")" + std::string(detail) + "\"}");
        ASSERT_EQ(made.status, 201) << made.body;
        EXPECT_EQ(made.headers.at("Cache-Control"), "no-store");
        EXPECT_EQ(made.text("detail"), detail);
        EXPECT_EQ(made.text("calendar"), "tasks");
        EXPECT_THAT(made.text("url"), testing::MatchesRegex("https://crm.example/feeds/[a-z]+\\.ics"));
        urls.push_back(made.text("url"));
    }
    const Answer list = ask(alice, "GET", "/feeds");
    ASSERT_EQ(list.items().size(), 3u);
    for (const Json& feed : list.items()) EXPECT_TRUE(feed.find("url")->isNull()) << list.body;
    EXPECT_THAT(list.body, Not(HasSubstr("/feeds/")));

    const std::string id = list.items()[0].find("id")->string;
    EXPECT_EQ(ask(bob, "POST", "/feeds/" + id + "/secret").status, 404);
    const Answer renewed = ask(alice, "POST", "/feeds/" + id + "/secret");
    ASSERT_EQ(renewed.status, 200) << renewed.body;
    EXPECT_EQ(renewed.text("id"), id);
    EXPECT_EQ(renewed.headers.at("Cache-Control"), "no-store");
    EXPECT_FALSE(opens(urls[0]));
    EXPECT_TRUE(opens(renewed.text("url")));
    EXPECT_TRUE(opens(urls[1]));
    EXPECT_EQ(ask(alice, "DELETE", "/feeds/" + id).status, 204);
    EXPECT_FALSE(opens(renewed.text("url")));
    EXPECT_EQ(ask(alice, "POST", "/feeds/" + id + "/secret").status, 404) << "what is revoked stays so";
}

TEST_F(ApiPeople, EverybodyChoosesACalendarPerType) {
    const Answer changed = ask(alice, "PATCH", "/me", R"({"calendarPerType":true})");
    ASSERT_EQ(changed.status, 200) << changed.body;
    EXPECT_TRUE(store->collection("alice", Home::calendars, "call"));
    EXPECT_FALSE(store->collection("bob", Home::calendars, "call"));
}

TEST_F(ApiPeople, MembersCannotDoWhatAdminsDo) {
    for (const Route& route : allRoutes()) {
        if (route.access != Access::admins) continue;
        std::string path(route.path);
        while (path.find('{') != path.npos) path.replace(path.find('{'), path.find('}') - path.find('{') + 1, "alice");
        EXPECT_EQ(ask(alice, std::string(route.method), path, "{}").status, 403) << route.method << path;
    }
}

TEST_F(ApiPeople, ScopeOfTheAppPasswordHolds) {
    Identity calendarsOnly = alice, readOnly = alice, oneCalendar = alice;
    calendarsOnly.scope.api = false;
    readOnly.scope.readOnly = true;
    oneCalendar.scope.collection = 1;
    for (const Route& route : allRoutes()) {
        const std::string method(route.method), path(route.path);
        EXPECT_EQ(ask(calendarsOnly, method, path, "{}").status, 403) << path;
        EXPECT_EQ(ask(oneCalendar, method, path, "{}").status, 403) << path;
        if (method != "GET") {
            EXPECT_EQ(ask(readOnly, method, path, "{}").status, 403) << path;
        }
    }
    EXPECT_EQ(ask(readOnly, "GET", "/contacts").status, 200);
}

TEST_F(ApiPeople, LimitedPasswordMakesNoneThatOpensMore) {
    const Answer made =
        ask(alice, "POST", "/app-passwords", R"({"label":"API only","scope":{"caldav":false,"carddav":false,"api":true},
        "expires":"2099-01-01T00:00:00Z"})");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_FALSE(made.text("secret").empty());
    EXPECT_EQ(made.headers.at("Cache-Control"), "no-store");
    EXPECT_THAT(ask(alice, "GET", "/app-passwords").body, Not(HasSubstr(made.text("secret"))));
    Identity limited = alice;
    limited.passwordId = made.text("id");
    limited.scope = {false, false, true, std::nullopt, false};
    EXPECT_EQ(ask(limited, "POST", "/app-passwords", R"({"label":"more"})").status, 403);
    EXPECT_EQ(
        ask(limited, "POST", "/app-passwords", R"({"label":"longer","scope":{"caldav":false,"carddav":false}})").status,
        403);
    EXPECT_EQ(ask(limited, "POST", "/app-passwords",
                  R"({"label":"same","scope":{"caldav":false,"carddav":false},"expires":"2098-01-01T00:00:00Z"})")
                  .status,
              201);
    EXPECT_EQ(ask(limited, "PUT", "/me/password", R"({"current":"","password":"long enough to do"})").status, 403);
}

TEST_F(ApiPeople, EverybodyKnowsTheNamesOfWhoIsThereAndNothingElseOfThem) {
    ask(admin, "POST", "/users", R"({"login":"carl","name":"Carl Gone","email":"carl@firm.example"})");
    ASSERT_EQ(ask(admin, "PATCH", "/users/carl", R"({"active":false})").status, 200);
    ask(admin, "POST", "/users", R"({"login":"dora","name":"Dora Day","email":"dora@firm.example"})");
    const Answer seen = ask(bob, "GET", "/colleagues");
    ASSERT_EQ(seen.status, 200) << seen.body;
    EXPECT_THAT(seen.body, HasSubstr(R"({"login":"dora","name":"Dora Day"})"));
    EXPECT_THAT(seen.body, HasSubstr(R"("login":"alice")"));
    EXPECT_THAT(seen.body, Not(HasSubstr("carl")));
    EXPECT_THAT(seen.body, Not(HasSubstr("@")));
    EXPECT_EQ(ask(bob, "GET", "/users").status, 403);
}

TEST_F(ApiPeople, AdminsMakeChangeSwitchOffAndRemoveUsers) {
    const Answer made = ask(admin, "POST", "/users", R"({"login":"carl","name":"Carl","email":"carl@firm.example"})");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.headers.at("Location"), "/api/v1/users/carl");
    EXPECT_EQ(ask(admin, "POST", "/users", R"({"login":"carl"})").status, 422);
    EXPECT_EQ(ask(admin, "PATCH", "/users/carl", R"({"login":"karl"})").status, 422);
    EXPECT_FALSE(ask(admin, "PATCH", "/users/carl", R"({"active":false})")["active"].boolean);
    EXPECT_EQ(ask(admin, "DELETE", "/users/carl?heir=nobody").status, 400);
    EXPECT_EQ(ask(admin, "DELETE", "/users/carl?heir=alice").status, 204);
    EXPECT_EQ(ask(admin, "GET", "/users/carl").status, 404);
    EXPECT_EQ(ask(admin, "DELETE", "/users/anna").status, 409);
    EXPECT_EQ(ask(admin, "PATCH", "/users/anna", R"({"active":false})").status, 409);
}

TEST_F(ApiPeople, NobodyRaisesThemselves) {
    EXPECT_EQ(ask(alice, "PATCH", "/me", R"({"zone":"Europe/London","visibility":"subject"})").status, 200);
    EXPECT_EQ(ask(alice, "GET", "/me").text("zone"), "Europe/London");
    for (const std::string body :
         {R"({"role":"admin"})", R"({"email":"bob@firm.example"})", R"({"otherEmails":["bob@firm.example"]})"})
        EXPECT_EQ(ask(alice, "PATCH", "/me", body).status, 403) << body;
}

TEST_F(ApiPeople, ChangesAreSeenByWhoMaySeeTheRecord) {
    std::vector<std::int64_t> ids, all;
    const Answer whole = ask(bob, "GET", "/changes?limit=500");
    for (const Json& one : whole.items()) all.push_back(one.find("id")->integer);
    ASSERT_GT(all.size(), 2U);
    std::int64_t start = 0;
    for (std::size_t page = 0; page < all.size(); ++page) {
        const Answer some = ask(bob, "GET", "/changes?limit=1&since=" + std::to_string(start));
        for (const Json& one : some.items()) ids.push_back(one.find("id")->integer);
        start = some["last"].integer;
    }
    EXPECT_TRUE(std::ranges::is_sorted(all)) << "oldest first, from the beginning";
    EXPECT_EQ(ids, all) << "page by page the same";
    const std::string shared = ask(alice, "POST", "/contacts", R"({"firstName":"Ann","lastName":"Lee"})").text("id");
    ask(alice, "PATCH", "/contacts/" + shared, R"({"jobTitle":"CEO"})");
    ask(alice, "POST", "/contacts", R"({"owner":"alice","firstName":"Mine"})");
    const Answer changes = ask(bob, "GET", "/changes?since=" + std::to_string(start));
    ASSERT_EQ(changes.items().size(), 2u) << changes.body;
    EXPECT_EQ(changes.items()[0].find("deed")->string, "created");
    EXPECT_EQ(changes.items()[1].find("deed")->string, "updated");
    EXPECT_EQ(changes.items()[1].find("by")->string, "alice");
    EXPECT_EQ(changes.items()[1].find("record")->string, shared);
    EXPECT_TRUE(ask(bob, "GET", "/changes?since=" + std::to_string(changes["last"].integer)).items().empty());
    const Answer history = ask(bob, "GET", "/history?record=" + shared);
    EXPECT_EQ(history.items()[0].find("fields")->array[0].find("field")->string, "jobTitle") << history.body;

    const auto entry = changes.items()[1].find("id")->integer;
    EXPECT_EQ(ask(alice, "POST", "/undo", "{\"entry\":" + std::to_string(entry) + "}").status, 200);
    EXPECT_EQ(ask(alice, "GET", "/contacts/" + shared).text("jobTitle"), "");
}

TEST_F(ApiPeople, MethodsAndAddressesThatAreNotThere) {
    EXPECT_EQ(ask(alice, "GET", "/nonsense").status, 404);
    EXPECT_EQ(ask(alice, "GET", "/contacts/not-there").status, 404);
    const Answer wrong = ask(alice, "DELETE", "/contacts");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(wrong.headers.at("Allow"), "GET, POST");
    EXPECT_EQ(ask(alice, "POST", "/contacts", "{}", {{"content-type", "text/xml"}}).status, 415);
}

TEST_F(ApiPeople, OpenApiDescribesEveryRoute) {
    const Answer description = ask(alice, "GET", "/openapi.json");
    ASSERT_EQ(description.status, 200);
    EXPECT_EQ(description.text("openapi"), "3.1.0");
    for (const Route& route : allRoutes()) {
        const Json* path = description["paths"].find(route.path);
        ASSERT_NE(path, nullptr) << route.path;
        std::string method(route.method);
        for (char& c : method) c = static_cast<char>(c | 0x20);
        EXPECT_NE(path->find(method), nullptr) << route.path << method;
    }
    // Every reference leads somewhere.
    const Json* schemas = description["components"].find("schemas");
    const std::string marker = "#/components/schemas/";
    for (std::size_t at = description.body.find(marker); at != std::string::npos;
         at = description.body.find(marker, at + 1)) {
        const std::size_t begin = at + marker.size();
        const std::string name = description.body.substr(begin, description.body.find('"', begin) - begin);
        EXPECT_NE(schemas->find(name), nullptr) << name;
    }
}

}  // namespace
}  // namespace crmdav
