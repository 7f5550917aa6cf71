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
