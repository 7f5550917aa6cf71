#include "tests/server/api_world.h"

namespace crmdav {
namespace {

using testing::SizeIs;

/// Contacts that are one person: POST /contacts/{id}/merge, GET /contacts/duplicates.
class ApiMerge : public ApiWorld {
protected:
    Answer make(const std::string& email, const Identity* who = nullptr) {
        return ask(who ? *who : alice, "POST", "/contacts",
                   R"({"firstName":"Ann","lastName":"Lee","emails":[{"value":")" + email + R"("}]})");
    }
    Answer privateOf(const Identity& who, const std::string& email) {
        Contact contact;
        contact.displayName = "Ann Lee";
        contact.owner = who.user.id;
        contact.emails = {{"", email, false}};
        Actor actor;
        actor.user = who.user.id;
        return ask(who, "GET", "/contacts/" + store->saveContact(actor, contact, {}).id);
    }
    static std::string others(const Answer& one) { return R"({"others":[")" + one.text("id") + R"("]})"; }
};

TEST_F(ApiMerge, OneOfTwoAndTwoAgain) {
    const Answer one = make("a@c.example"), two = make("b@c.example");
    const std::string address = "/contacts/" + one.text("id");
    const Answer merged = ask(alice, "POST", address + "/merge", others(two), {{"if-match", one.headers.at("ETag")}});
    ASSERT_EQ(merged.status, 200) << merged.body;
    const Json& contact = merged["contact"];
    EXPECT_EQ(contact.find("id")->string, one.text("id"));
    EXPECT_THAT(contact.find("emails")->array, SizeIs(2));
    EXPECT_EQ(ask(alice, "GET", "/contacts/" + two.text("id")).text("id"), one.text("id"));
    EXPECT_EQ(ask(alice, "GET", address).headers.at("ETag"), merged.headers.at("ETag"));
    EXPECT_EQ(ask(alice, "DELETE", "/contacts/" + two.text("id")).status, 404) << "that would be the other one";
    EXPECT_THAT(ask(alice, "GET", "/contacts").items(), SizeIs(1));
    const Answer history = ask(alice, "GET", "/history?record=" + one.text("id"));
    EXPECT_EQ(history.items().front().find("deed")->string, "merged");

    const std::string entry = std::to_string(merged["entry"].integer);
    EXPECT_EQ(ask(alice, "POST", "/undo", R"({"entry":)" + entry + "}").status, 200);
    EXPECT_THAT(ask(alice, "GET", "/contacts").items(), SizeIs(2));
    EXPECT_EQ(ask(alice, "POST", "/undo", R"({"entry":)" + entry + "}").status, 404) << "once";
}

TEST_F(ApiMerge, NobodyMergesWhatTheyMayNotSee) {
    const Answer one = make("a@c.example"), hers = privateOf(alice, "h@c.example"), his = privateOf(bob, "b@c.example");
    const std::string address = "/contacts/" + one.text("id") + "/merge";
    EXPECT_EQ(ask(alice, "POST", address, others(his)).status, 404);
    EXPECT_EQ(ask(alice, "POST", "/contacts/" + his.text("id") + "/merge", others(one)).status, 404);
    EXPECT_EQ(ask(admin, "POST", "/contacts/" + his.text("id") + "/merge", others(hers)).status, 404);
    const Answer mixed = ask(alice, "POST", address, others(hers));
    EXPECT_EQ(mixed.status, 422);
    EXPECT_EQ(mixed.text("field"), "others");
    Identity reader = alice;
    reader.scope.readOnly = true;
    EXPECT_EQ(ask(reader, "POST", address, others(make("c@c.example"))).status, 403);
}

TEST_F(ApiMerge, WhatIsWrongIsNamed) {
    const Answer one = make("a@c.example"), two = make("b@c.example");
    const std::string address = "/contacts/" + one.text("id") + "/merge";
    EXPECT_EQ(ask(alice, "POST", address, others(two), {{"if-match", "\"old\""}}).status, 412);
    for (const std::string& body : {std::string(R"({"others":[]})"), others(one), std::string("{}"),
                                    std::string(R"({"others":"x"})"), std::string(R"({"otters":[]})")})
        EXPECT_EQ(ask(alice, "POST", address, body).status, 422) << body;
    EXPECT_EQ(ask(alice, "POST", address, R"({"others":["nobody"]})").status, 404);
    EXPECT_THAT(ask(alice, "GET", "/contacts").items(), SizeIs(2));
}

TEST_F(ApiMerge, DuplicatesAreThoseOneSees) {
    make("a@c.example");
    privateOf(bob, "a@c.example");
    privateOf(bob, "a@c.example");
    EXPECT_THAT(ask(alice, "GET", "/contacts/duplicates").items(), SizeIs(0));
    make("A@c.example");
    const Answer found = ask(alice, "GET", "/contacts/duplicates");
    ASSERT_THAT(found.items(), SizeIs(1));
    EXPECT_THAT(found.items()[0].find("contacts")->array, SizeIs(2));
    EXPECT_FALSE(found["more"].boolean);
    const Answer one = ask(bob, "GET", "/contacts/duplicates?limit=1");
    EXPECT_THAT(one.items(), SizeIs(1));
    EXPECT_TRUE(one["more"].boolean);
}

TEST_F(ApiMerge, WhoIsSaidToBeSomebodyElseIsNoDuplicate) {
    const Answer one = make("a@c.example"), two = make("a@c.example"), his = privateOf(bob, "a@c.example");
    const auto say = [&](const Identity& who, const Answer& other, const std::string& more = {}) {
        return ask(who, "POST", "/contacts/distinct",
                   R"({"contacts":[")" + one.text("id") + R"(",")" + other.text("id") + "\"]" + more + "}");
    };
    EXPECT_THAT(ask(alice, "GET", "/contacts/duplicates").items(), SizeIs(1));
    EXPECT_EQ(say(alice, two).status, 204);
    EXPECT_THAT(ask(bob, "GET", "/contacts/duplicates").items(), SizeIs(0));
    EXPECT_EQ(say(bob, two, R"(,"distinct":false)").status, 204);
    EXPECT_THAT(ask(alice, "GET", "/contacts/duplicates").items(), SizeIs(1));
    EXPECT_EQ(say(alice, his).status, 404);
    const Answer same = say(alice, one);
    EXPECT_EQ(same.status, 422);
    EXPECT_EQ(same.text("field"), "contacts");
    EXPECT_EQ(ask(alice, "POST", "/contacts/distinct", "{}").status, 422);
    Identity reader = alice;
    reader.scope.readOnly = true;
    EXPECT_EQ(say(reader, two).status, 403);
}

}  // namespace
}  // namespace crmdav
