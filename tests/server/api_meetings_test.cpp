#include "api_world.h"

namespace crmdav {
namespace {

/// GET /contacts/{id}/meetings and its like (rule F2).
TEST_F(ApiWorld, F2_MeetingsOfARecordComeWithTheirTimesLengthPeopleAndPages) {
    const std::string contact =
        ask(alice, "POST", "/contacts", R"({"displayName": "Pat", "emails": [{"value": "pat@shop.example"}]})")
            .text("id");
    for (const char* start : {"2024-01-10T09:00", "2024-01-11T09:00", "2024-01-12T09:00"})
        ask(alice, "POST", "/activities",
            R"({"subject": "Call", "zone": "Europe/Berlin", "start": ")" + std::string(start) + R"(", "end": ")" +
                std::string(start).substr(0, 10) + R"(T09:45", "participants": [{"email": "pat@shop.example"}]})");
    const Answer first = ask(alice, "GET", "/contacts/" + contact + "/meetings?limit=2&zone=Europe/Berlin");
    ASSERT_EQ(first.status, 200) << first.body;
    ASSERT_EQ(first.items().size(), 2U);
    EXPECT_NE(first.body.find(R"("start":"2024-01-12T09:00")"), std::string::npos) << first.body;
    EXPECT_NE(first.body.find(R"("minutes":45)"), std::string::npos);
    EXPECT_NE(first.body.find("pat@shop.example"), std::string::npos);
    EXPECT_EQ(ask(alice, "GET", "/contacts/" + contact + "/meetings?when=coming").items().size(), 0U);
    EXPECT_EQ(ask(alice, "GET", "/contacts/" + contact + "/meetings?when=sometimes").status, 400);
    EXPECT_EQ(ask(alice, "GET", "/contacts/none/meetings").status, 404);
    EXPECT_EQ(ask(alice, "GET", "/companies/none/meetings").status, 404);
    EXPECT_EQ(ask(alice, "GET", "/deals/none/meetings").status, 404);
}

}  // namespace
}  // namespace crmdav
