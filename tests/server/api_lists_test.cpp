#include "api_world.h"

namespace crmdav {
namespace {

/// "A request does one thing: no query per member."
TEST_F(ApiWorld, ListsTakeTheSameNumberOfStatementsHoweverLongTheyAre) {
    store->batch([&] {
        for (int i = 0; i < 100; ++i) {
            const std::string n = std::to_string(i);
            ask(alice, "POST", "/companies", R"({"name": "Firm )" + n + R"(", "domains": ["f)" + n + R"(.example"]})");
            ask(alice, "POST", "/contacts",
                R"({"displayName": "P )" + n + R"(", "emails": [{"value": "p)" + n + R"(@f)" + n + R"(.example"}]})");
            ask(alice, "POST", "/deals", R"({"title": "Deal )" + n + R"("})");
            ask(admin, "POST", "/activities",
                R"({"subject": "Call )" + n +
                    R"(", "start": "2026-01-10T09:00", "end": "2026-01-10T10:00", "zone": "Europe/Berlin", "participants": [{"email": "p)" +
                    n + R"(@f)" + n + R"(.example"}]})");
        }
    });
    for (const char* list :
         {"/contacts?", "/companies?", "/deals?", "/activities?", "/history?", "/changes?since=1&"}) {
        const auto statements = [&](int limit) {
            const std::size_t before = Store::statementsOfThread();
            const Answer answer = ask(admin, "GET", list + ("limit=" + std::to_string(limit)));
            EXPECT_EQ(answer.status, 200) << list << answer.body;
            EXPECT_EQ(answer.items().size(), static_cast<std::size_t>(limit)) << list;
            return Store::statementsOfThread() - before;
        };
        EXPECT_EQ(statements(10), statements(100)) << list;
    }
}

TEST_F(ApiWorld, ListsBeginWithTheNewestChangeWhereOneAsksForIt) {
    const struct {
        std::string list, body;
    } rows[] = {{"/contacts", R"({"displayName": "Penwick )"},
                {"/companies", R"({"name": "Penwick )"},
                {"/deals", R"({"title": "Penwick )"}};
    for (const auto& [list, body] : rows) {
        for (int i = 0; i < 5; ++i) ASSERT_EQ(ask(alice, "POST", list, body + std::to_string(i) + R"("})").status, 201);
        const auto idsOf = [&](const std::string& query) {
            std::vector<std::string> ids;
            for (std::string next = list + query; !next.empty();) {
                const Answer page = ask(alice, "GET", next);
                EXPECT_EQ(page.status, 200) << page.body;
                for (const Json& item : page.items()) ids.push_back(item.find("id")->string);
                const std::string address = page["next"].isNull() ? std::string() : page.text("next");
                next = address.empty() ? std::string() : address.substr(address.find(list));
            }
            return ids;
        };
        for (const std::string text : {"", "&q=penwick", "&q=pe"}) {
            auto oldest = idsOf("?limit=2" + text);
            EXPECT_EQ(oldest.size(), 5u) << list << text;
            std::ranges::reverse(oldest);
            EXPECT_EQ(idsOf("?limit=2&order=newest" + text), oldest) << list << text;
        }
        EXPECT_EQ(ask(alice, "GET", list + "?order=biggest").status, 400);
    }
    EXPECT_EQ(ask(alice, "GET", "/activities?order=newest").status, 400);
    EXPECT_EQ(ask(alice, "GET", "/activities?after=-").status, 422);
}

TEST_F(ApiWorld, ListsGoByNameWhereOneAsksForIt) {
    for (const char* name : {"Zoe", "adam", "Äbba", "Bea"})
        ask(alice, "POST", "/contacts", R"({"displayName":")" + std::string(name) + "\"}");
    std::string names;
    for (std::string next = "/contacts?order=name&limit=3"; !next.empty();) {
        const Answer page = ask(alice, "GET", next);
        ASSERT_EQ(page.status, 200) << page.body;
        for (const Json& item : page.items()) names += item.find("displayName")->string + " ";
        const std::string address = page.text("next");
        next = address.empty() ? "" : address.substr(address.find("/contacts"));
    }
    EXPECT_EQ(names, "Äbba adam Bea Zoe ");
    EXPECT_EQ(ask(alice, "GET", "/deals?order=name").status, 400);
    EXPECT_EQ(ask(alice, "GET", "/contacts?order=size").status, 400);
    EXPECT_EQ(ask(alice, "GET", "/companies?order=name").status, 200);
    EXPECT_EQ(ask(alice, "GET", "/contacts?after=n7").status, 422);
}

}  // namespace
}  // namespace crmdav
