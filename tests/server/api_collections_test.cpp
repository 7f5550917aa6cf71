#include "tests/server/api_world.h"

namespace crmdav {
namespace {

class ApiCollections : public ApiWorld {
protected:
    const Json& named(const Answer& list, const std::string& home, const std::string& name) {
        for (const Json& item : list.items())
            if (item.find("home")->string == home && item.find("name")->string == name) return item;
        throw std::runtime_error(name);
    }
    std::string idOf(const Identity& who, const std::string& home, const std::string& name) {
        return named(ask(who, "GET", "/collections"), home, name).find("id")->string;
    }
};

TEST_F(ApiCollections, ListsOnesHomesWithWhatOnesDevicesHaveOfThem) {
    const Answer list = ask(alice, "GET", "/collections");
    ASSERT_EQ(list.status, 200) << list.body;
    const Json& activities = named(list, "calendars", "activities");
    EXPECT_EQ(activities.find("address")->string, "https://crm.example/dav/calendars/alice/activities/");
    EXPECT_EQ(activities.find("owner")->string, "alice");
    EXPECT_EQ(activities.find("displayName")->string, "Activities");
    EXPECT_EQ(activities.find("components")->array.at(0).string, "VEVENT");
    EXPECT_TRUE(activities.find("shown")->boolean);
    EXPECT_TRUE(activities.find("default")->boolean);
    const Json& contacts = named(list, "addressbooks", "contacts");
    EXPECT_TRUE(contacts.find("owner")->isNull());
    EXPECT_TRUE(contacts.find("default")->boolean);
    EXPECT_FALSE(named(list, "addressbooks", "private").find("default")->boolean);
    EXPECT_EQ(ask(alice, "GET", "/collections/" + idOf(alice, "calendars", "tasks")).text("name"), "tasks");
}

TEST_F(ApiCollections, PatchChangesItForOneself) {
    const std::string path = "/collections/" + idOf(alice, "addressbooks", "contacts");
    const Answer changed =
        ask(alice, "PATCH", path, R"({"shown":false,"displayName":"Customers","color":"#AABBCC","order":"2"})");
    ASSERT_EQ(changed.status, 200) << changed.body;
    EXPECT_FALSE(changed["shown"].boolean);
    EXPECT_EQ(changed.text("displayName"), "Customers");
    EXPECT_EQ(changed.text("color"), "#AABBCC");
    EXPECT_EQ(changed.text("order"), "2");
    const Answer bobs = ask(bob, "GET", path);  // the same book: the organisation's
    EXPECT_TRUE(bobs["shown"].boolean);
    EXPECT_EQ(bobs.text("displayName"), "Contacts");
    const Answer back = ask(alice, "PATCH", path, R"({"shown":true,"displayName":null})");
    EXPECT_TRUE(back["shown"].boolean);
    EXPECT_EQ(back.text("displayName"), "Contacts");
    EXPECT_EQ(back.text("color"), "#AABBCC");
}

TEST_F(ApiCollections, ChoosesTheDefault) {
    const std::string path = "/collections/" + idOf(alice, "addressbooks", "private");
    EXPECT_TRUE(ask(alice, "PATCH", path, R"({"default":true})")["default"].boolean);
    EXPECT_EQ(store->defaultCollection(alice.user.id, Home::addressbooks)->name, "private");
    EXPECT_EQ(store->defaultCollection(bob.user.id, Home::addressbooks)->name, "contacts");
    EXPECT_FALSE(ask(alice, "PATCH", path, R"({"default":false})")["default"].boolean);
    EXPECT_EQ(store->defaultCollection(alice.user.id, Home::addressbooks)->name, "contacts");
}

TEST_F(ApiCollections, RefusesWhatIsWrongAndChangesNothing) {
    const std::string tasks = "/collections/" + idOf(alice, "calendars", "tasks");
    for (const char* body : {R"({"color":"red"})", R"({"color":"#12345g"})", R"({"shown":"no"})", R"({"name":"x"})",
                             R"({"displayName":"Mine","default":true})"})
        EXPECT_EQ(ask(alice, "PATCH", tasks, body).status, 422) << body;
    EXPECT_EQ(ask(alice, "GET", tasks).text("displayName"), "Tasks");
    const std::string inbox = "/collections/" + idOf(alice, "calendars", "inbox");
    EXPECT_EQ(ask(alice, "PATCH", inbox, R"({"shown":false})").text("field"), "shown");
    EXPECT_EQ(ask(alice, "PATCH", tasks, R"({"shown":false})", {{"if-match", "\"old\""}}).status, 412);
}

TEST_F(ApiCollections, TheOwnerSharesWithUsersTeamsRolesAndEveryone) {  // D36
    ask(admin, "POST", "/teams", R"({"key":"sales","name":"Sales","members":["bob"]})");
    const std::string id = idOf(alice, "calendars", "activities"), shares = "/collections/" + id + "/shares";
    for (const char* with : {"user:bob", "team:sales", "role:admin", "role:member", "everyone"}) {
        const Answer made = ask(alice, "PUT", shares + "/" + with, R"({"access":"read"})");
        ASSERT_EQ(made.status, 200) << with << made.body;
        EXPECT_EQ(made.text("with"), with);
        EXPECT_EQ(made.text("access"), "read");
    }
    EXPECT_EQ(ask(alice, "GET", shares).items().size(), 5u);
    EXPECT_EQ(ask(alice, "PUT", shares + "/user:bob", R"({"access":"write"})").text("name"), "bob");
    const Answer bobs = ask(bob, "GET", "/collections/" + id);
    EXPECT_EQ(bobs.text("name"), "alice~activities");
    EXPECT_EQ(bobs.text("address"), "https://crm.example/dav/calendars/bob/alice~activities/");
    EXPECT_EQ(bobs.text("owner"), "alice");
    EXPECT_EQ(bobs.text("access"), "write");
    EXPECT_EQ(bobs.text("displayName"), "Activities (alice)");
    EXPECT_EQ(ask(admin, "GET", "/collections/" + id).text("access"), "read");
    EXPECT_FALSE(ask(bob, "PATCH", "/collections/" + id, R"({"shown":false})")["shown"].boolean);
    EXPECT_TRUE(ask(admin, "GET", "/collections/" + id)["shown"].boolean);
    EXPECT_EQ(ask(bob, "PATCH", "/collections/" + id, R"({"default":true})").status, 422);

    for (const char* method : {"GET", "PUT", "DELETE"}) {  // a part of it is no right to share it
        const std::string path = method == std::string("GET") ? shares : shares + "/everyone";
        EXPECT_EQ(ask(bob, method, path, R"({"access":"write"})").status, 403) << method;
    }
    for (const char* with : {"user:bob", "team:sales", "role:admin", "role:member", "everyone"})
        EXPECT_EQ(ask(alice, "DELETE", shares + "/" + with).status, 204) << with;
    EXPECT_EQ(ask(alice, "DELETE", shares + "/everyone").status, 404);
    EXPECT_EQ(ask(bob, "GET", "/collections/" + id).status, 404);
}

TEST_F(ApiCollections, SharesNothingThatIsNotOnesOwnOrWithNobody) {
    const std::string mine = "/collections/" + idOf(alice, "calendars", "tasks") + "/shares/";
    for (const char* with : {"user:nobody", "team:bob", "bob", "role:chief", "user:"})
        EXPECT_EQ(ask(alice, "PUT", mine + with, R"({"access":"read"})").status, 404) << with;
    EXPECT_EQ(ask(alice, "PUT", mine + "user:alice", R"({"access":"read"})").status, 422);
    EXPECT_EQ(ask(alice, "PUT", mine + "user:bob", R"({"access":"own"})").status, 422);
    const std::string inbox = "/collections/" + idOf(alice, "calendars", "inbox") + "/shares/user:bob";
    EXPECT_EQ(ask(alice, "PUT", inbox, R"({"access":"read"})").status, 422);
    const std::string contacts = "/collections/" + idOf(alice, "addressbooks", "contacts") + "/shares/user:bob";
    EXPECT_EQ(ask(admin, "PUT", contacts, R"({"access":"read"})").status, 403);
    EXPECT_EQ(ask(bob, "PUT", mine + "user:bob", R"({"access":"read"})").status, 404);
}

TEST_F(ApiCollections, AnAppPasswordForASharedCalendarSaysWhichOne) {
    const std::string id = idOf(alice, "calendars", "tasks");
    const std::string wanted = R"({"label":"wall","scope":{"collection":"calendars/alice~tasks"}})";
    EXPECT_EQ(ask(bob, "POST", "/app-passwords", wanted).status, 422);
    ask(alice, "PUT", "/collections/" + id + "/shares/user:bob", R"({"access":"read"})");
    const Answer made = ask(bob, "POST", "/app-passwords", wanted);
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made["scope"].find("collection")->string, "calendars/alice~tasks");
    EXPECT_EQ(ask(bob, "POST", "/feeds", R"({"calendar":"alice~tasks","label":"x"})").status, 404);
}

TEST_F(ApiCollections, NobodySeesOrChangesAnothersCollections) {
    const std::string id = idOf(alice, "calendars", "activities");
    for (const Identity& other : {bob, admin}) {
        EXPECT_EQ(ask(other, "GET", "/collections/" + id).status, 404);
        EXPECT_EQ(ask(other, "PATCH", "/collections/" + id, R"({"shown":false})").status, 404);
        EXPECT_THAT(ask(other, "GET", "/collections").body, testing::Not(testing::HasSubstr(id)));
    }
}

}  // namespace
}  // namespace crmdav
