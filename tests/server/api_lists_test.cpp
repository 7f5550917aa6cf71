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

}  // namespace
}  // namespace crmdav
