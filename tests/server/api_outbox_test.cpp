#include "tests/server/accounts_world.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

/// Webhooks and the outbox: admins' business.
class ApiOutbox : public ApiAccounts {};

TEST_F(ApiOutbox, AWebhookIsMadeChangedAndRemoved) {
    const Answer made = ask(admin, "POST", "/webhooks", R"({"url":"http://127.0.0.1:9/events"})");
    ASSERT_EQ(made.status, 201) << made.body;
    id = made.json.find("webhook")->find("id")->string;
    const std::string secret = made.text("secret");
    EXPECT_THAT(made.headers.at("Location"), HasSubstr("/webhooks/" + id));
    EXPECT_EQ(secret.size(), 64U);
    const Answer seen = ask(admin, "GET", "/webhooks/" + id);
    EXPECT_EQ(seen.text("url"), "http://127.0.0.1:9/events");
    EXPECT_THAT(seen.body, Not(HasSubstr(secret)));
    EXPECT_THAT(ask(admin, "GET", "/webhooks").items(), SizeIs(1));
    EXPECT_THAT(place.everything(), Not(HasSubstr(secret))) << "A11";

    const Headers match{{"if-match", seen.headers.at("ETag")}};
    EXPECT_EQ(ask(admin, "PATCH", "/webhooks/" + id, R"({"active":false})", match).status, 200);
    EXPECT_EQ(ask(admin, "PATCH", "/webhooks/" + id, R"({"active":true})", match).status, 412);
    EXPECT_EQ(ask(admin, "DELETE", "/webhooks/" + id).status, 204);
    EXPECT_EQ(ask(admin, "GET", "/webhooks/" + id).status, 404);
}

TEST_F(ApiOutbox, E3_AWebhookChoosesItsEvents) {
    const Answer made =
        ask(admin, "POST", "/webhooks", R"({"url":"http://127.0.0.1:9/","events":["appointment.customer_booked"]})");
    ASSERT_EQ(made.status, 201) << made.body;
    id = made.json.find("webhook")->find("id")->string;
    store->sync().announce({"a", "appointment.created", "{}", "record-1"});
    store->sync().announce({"b", "appointment.customer_booked", "{}", "record-1"});
    store->sync().announce({"c", "appointment.customer_booked", "{}", "record-2"});
    auto told = ask(admin, "GET", "/outbox?about=record-1");
    EXPECT_THAT(membersOf(told, "subject"), ElementsAre("appointment.customer_booked"));
    EXPECT_THAT(ask(admin, "GET", "/outbox").items(), SizeIs(2));
    const Answer wrong = ask(admin, "PATCH", "/webhooks/" + id, R"({"events":["appointment.exploded"]})");
    EXPECT_EQ(wrong.text("field"), "events");
    EXPECT_EQ(ask(admin, "PATCH", "/webhooks/" + id, R"({"events":null})").json.find("events")->array.size(), 0U);
    store->sync().announce({"d", "appointment.created", "{}"});
    EXPECT_THAT(ask(admin, "GET", "/outbox").items(), SizeIs(3)) << "none chosen: all";
}

TEST_F(ApiOutbox, FaultsNameTheField) {
    for (const char* url : {"", "nowhere", "ftp://example.org/", "https://user:pass@example.org/", "https://a b/"}) {
        const Answer answer = ask(admin, "POST", "/webhooks", R"({"url":")" + std::string(url) + "\"}");
        EXPECT_EQ(answer.status, 422) << url;
        EXPECT_EQ(answer.text("field"), "url") << url;
    }
}

TEST_F(ApiOutbox, OutcomesAreListed) {
    ask(admin, "POST", "/webhooks", R"({"url":"http://127.0.0.1:9/events"})");
    store->sync().announce({"k", "test.event", "{}"});
    auto waiting = ask(admin, "GET", "/outbox");
    EXPECT_THAT(membersOf(waiting, "outcome"), ElementsAre("waiting"));
    OutboxItem item = store->sync().posted({})[0];
    item.nextTry.reset();
    item.lastError = "answered 410";
    store->sync().savePosted(item);
    const Answer failed = ask(admin, "GET", "/outbox?failed=true&channel=webhook&target=" + item.target);
    EXPECT_THAT(membersOf(failed, "outcome"), ElementsAre("given up"));
    EXPECT_THAT(membersOf(failed, "error"), ElementsAre("answered 410"));
    EXPECT_THAT(ask(admin, "GET", "/outbox?channel=mail").items(), SizeIs(0));
}

TEST_F(ApiOutbox, IsNobodyElsesBusiness) {
    for (const auto& [method, address] : {std::pair("GET", "/webhooks"), {"POST", "/webhooks"}, {"GET", "/outbox"}})
        EXPECT_EQ(ask(bob, method, address, R"({"url":"https://example.org/"})").status, 403) << address;
}

}  // namespace
}  // namespace crmdav
