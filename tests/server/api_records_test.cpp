#include <set>

#include "tests/server/api_world.h"

namespace crmdav {
namespace {

using testing::HasSubstr;
using testing::Not;

class ApiRecords : public ApiWorld {};

TEST_F(ApiRecords, MadeReadChangedRemovedAndRestored) {
    const struct {
        std::string path, kind, body, patch, field, before, after;
    } rows[] = {
        {"/contacts", "contact",
         R"({"firstName":"Ann","lastName":"Lee","emails":[{"label":"work","value":"ann@c.example"}]})",
         R"({"jobTitle":"CEO"})", "jobTitle", "", "CEO"},
        {"/companies", "company", R"({"name":"Penwick Ltd","domains":["penwick.example"]})", R"({"notes":"good"})",
         "notes", "", "good"},
        {"/deals", "deal", R"({"title":"Big one","stage":"lead","valueCents":120000})", R"({"stage":"won"})", "stage",
         "lead", "won"},
        {"/activities", "activity", R"({"subject":"Call","start":"2026-11-20T09:00","end":"2026-11-20T10:00"})",
         R"({"subject":"Longer call"})", "subject", "Call", "Longer call"},
    };
    for (const auto& row : rows) {
        const Answer made = ask(alice, "POST", row.path, row.body);
        ASSERT_EQ(made.status, 201) << row.path << made.body;
        const std::string address = row.path + "/" + made.text("id");
        EXPECT_EQ(made.headers.at("Location"), "/api/v1" + address);
        EXPECT_EQ(made.text(row.field), row.before);

        const Answer read = ask(alice, "GET", address);
        EXPECT_EQ(read.body, made.body);
        EXPECT_EQ(ask(alice, "GET", address, "", {{"if-none-match", read.headers.at("ETag")}}).status, 304);

        const Answer changed = ask(alice, "PATCH", address, row.patch, {{"if-match", read.headers.at("ETag")}});
        ASSERT_EQ(changed.status, 200) << changed.body;
        EXPECT_EQ(changed.text(row.field), row.after);
        EXPECT_NE(changed.headers.at("ETag"), read.headers.at("ETag"));
        EXPECT_EQ(ask(alice, "PATCH", address, row.patch, {{"if-match", read.headers.at("ETag")}}).status, 412);

        EXPECT_EQ(ask(alice, "DELETE", address, "", {{"if-match", "\"other\""}}).status, 412);
        EXPECT_EQ(ask(alice, "DELETE", address).status, 204);
        EXPECT_EQ(ask(alice, "GET", address).status, 404);
        EXPECT_EQ(ask(alice, "POST", "/trash/" + row.kind + "/" + made.text("id") + "/restore").status, 204)
            << row.kind;
        EXPECT_EQ(ask(alice, "GET", address).text(row.field), row.after);
    }
}

TEST_F(ApiRecords, MergePatchLeavesWhatItDoesNotName) {
    const Answer made =
        ask(alice, "POST", "/contacts", R"({"firstName":"Ann","lastName":"Lee","notes":"n","tags":["a","b"],
        "custom":{"shoe":"38","hat":"L"},"emails":[{"value":"a@x.example"},{"value":"b@x.example"}]})");
    ASSERT_EQ(made.status, 201) << made.body;
    const Answer changed = ask(alice, "PATCH", "/contacts/" + made.text("id"),
                               R"({"notes":null,"tags":["c"],"custom":{"hat":null,"coat":"M"}})");
    ASSERT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(changed.text("notes"), "");
    EXPECT_EQ(changed["tags"].array.size(), 1u);
    EXPECT_EQ(changed["custom"].object.size(), 2u);
    EXPECT_EQ(changed["custom"].find("coat")->string, "M");
    EXPECT_EQ(changed["emails"].array.size(), 2u);
    EXPECT_EQ(changed.text("lastName"), "Lee");
}

TEST_F(ApiRecords, WhatCannotBeTakenIsNamedAndNothingIsStored) {
    const struct {
        std::string path, body, field;
        int status;
    } rows[] = {
        {"/contacts", R"({"firstname":"Ann"})", "firstname", 422},
        {"/contacts", R"({"firstName":5})", "firstName", 422},
        {"/contacts", R"({"emails":"a@x.example"})", "emails", 422},
        {"/contacts", R"({"emails":[{"value":"a@x.example","lable":"work"}]})", "emails[0].lable", 422},
        {"/contacts", R"({"firstName":"a\u0007b"})", "firstName", 422},
        {"/contacts", R"({"id":"11111111-1111-4111-8111-111111111111","firstName":"A"})", "id", 422},
        {"/activities", R"({"subject":"x","start":"tomorrow"})", "start", 422},
        {"/activities", R"({"subject":"x","start":"2026-02-30"})", "start", 422},
        {"/activities", R"({"subject":"x","start":"2026-11-20T09:00","zone":"Mars/Olympus"})", "zone", 422},
        {"/activities", R"({"subject":"x","start":"2026-11-20T09:00","end":"2026-11-20T08:00"})", "end", 422},
        {"/activities", R"({"subject":"x","start":"2026-11-20","end":"2026-11-20T08:00"})", "end", 422},
        {"/activities", R"({"subject":"x","start":"2026-11-20","type":"nonsense"})", "type", 422},
        {"/activities", R"({"subject":"x","start":"2026-11-20T09:00+01:00","zone":"floating"})", "start", 422},
        {"/activities", R"({"subject":"x","start":"2026-11-20","privacy":"secret"})", "privacy", 422},
        {"/activities", R"({"subject":"x","start":"2026-11-20","recurrence":"FREQ=DAILY","extraDates":[null]})",
         "extraDates[0]", 422},
        {"/activities", R"({"subject":"x","start":"2026-11-20","recurrence":"FREQ=DAILY","exceptions":["y"]})",
         "exceptions[0]", 422},
        {"/activities", R"({"subject":"x","start":"2026-11-20","owner":"bob"})", "", 403},
        {"/contacts", R"([])", "", 400},
        {"/contacts", R"({"firstName")", "", 400},
        {"/contacts", "", "", 400},
    };
    for (const auto& row : rows) {
        const Answer answer = ask(alice, "POST", row.path, row.body);
        EXPECT_EQ(answer.status, row.status) << row.body << answer.body;
        EXPECT_EQ(answer.text("field"), row.field) << row.body;
        EXPECT_EQ(answer.headers.at("Content-Type"), "application/problem+json");
    }
    EXPECT_TRUE(ask(alice, "GET", "/contacts").items().empty());
    EXPECT_TRUE(ask(alice, "GET", "/activities").items().empty());
    EXPECT_THAT(ask(alice, "POST", "/contacts", R"({"firstname":"Ann"})").text("detail"),
                HasSubstr("did you mean firstName"));
}

/// D07, D08: what was written is read, in whatever zone it was meant.
TEST_F(ApiRecords, TimesComeBackAsTheyWereMeant) {
    const struct {
        std::string sent, start, end, zone;
    } rows[] = {
        {R"("start":"2026-07-01T09:00","end":"2026-07-01T10:00","zone":"Europe/Berlin")", "2026-07-01T09:00:00+02:00",
         "2026-07-01T10:00:00+02:00", "Europe/Berlin"},
        {R"("start":"2026-07-01T09:00:00+02:00","end":"2026-07-01T10:00:00+02:00","zone":"Europe/Berlin")",
         "2026-07-01T09:00:00+02:00", "2026-07-01T10:00:00+02:00", "Europe/Berlin"},
        {R"("start":"2026-07-01T07:00:00Z","end":"2026-07-01T08:00:00Z","zone":"Asia/Kolkata")",
         "2026-07-01T12:30:00+05:30", "2026-07-01T13:30:00+05:30", "Asia/Kolkata"},
        {R"("start":"2026-07-01T07:00:00Z","end":"2026-07-01T08:00:00Z")", "2026-07-01T07:00:00Z",
         "2026-07-01T08:00:00Z", "UTC"},
        {R"("start":"2026-07-01T09:00","end":"2026-07-01T10:00","zone":"floating")", "2026-07-01T09:00:00",
         "2026-07-01T10:00:00", "floating"},
        {R"("start":"2026-07-01T09:00","end":"2026-07-01T10:00")", "2026-07-01T09:00:00+02:00",
         "2026-07-01T10:00:00+02:00", "Europe/Berlin"},
        {R"("start":"2026-12-24","end":"2026-12-27")", "2026-12-24", "2026-12-27", ""},
    };
    for (const auto& row : rows) {
        const Answer made = ask(alice, "POST", "/activities", "{\"subject\":\"x\"," + row.sent + "}");
        ASSERT_EQ(made.status, 201) << row.sent << made.body;
        EXPECT_EQ(made.text("start"), row.start) << row.sent;
        EXPECT_EQ(made.text("end"), row.end) << row.sent;
        EXPECT_EQ(made.text("zone"), row.zone) << row.sent;
        const std::string address = "/activities/" + made.text("id");
        const std::string back = "{\"start\":\"" + row.start + "\",\"end\":\"" + row.end + "\"}";
        const Answer again = ask(alice, "PATCH", address, back);
        ASSERT_EQ(again.status, 200) << again.body;
        EXPECT_EQ(again.text("start"), row.start);
        EXPECT_EQ(again.text("zone"), row.zone);
    }
}

TEST_F(ApiRecords, ZoneAloneKeepsTheWallClock) {
    const Answer made =
        ask(alice, "POST", "/activities", R"({"subject":"x","start":"2026-07-01T09:00","end":"2026-07-01T10:00"})");
    const Answer moved = ask(alice, "PATCH", "/activities/" + made.text("id"), R"({"zone":"America/New_York"})");
    EXPECT_EQ(moved.text("start"), "2026-07-01T09:00:00-04:00") << moved.body;
    EXPECT_EQ(moved.text("end"), "2026-07-01T10:00:00-04:00");
}

TEST_F(ApiRecords, AnActivityStaysItsOwners) {
    const std::string address =
        "/activities/" + ask(alice, "POST", "/activities", R"({"subject":"x","start":"2026-11-20"})").text("id");
    for (const char* owner : {"\"anna\"", "null"}) {
        const Answer given = ask(alice, "PATCH", address, std::string("{\"owner\":") + owner + "}");
        EXPECT_EQ(given.status, owner[0] == 'n' ? 422 : 403) << given.body;
    }
    EXPECT_EQ(ask(alice, "PATCH", address, R"({"owner":"alice","subject":"y"})").status, 200);
    EXPECT_EQ(ask(admin, "POST", "/activities", R"({"subject":"x","start":"2026-11-20","owner":"bob"})").status, 403);
}

TEST_F(ApiRecords, WhatIsNoRecordIsNotRestored) {
    for (const char* kind : {"user", "team", "setting", "collection", "object", "contact", "nonsense"})
        EXPECT_EQ(
            ask(alice, "POST", std::string("/trash/") + kind + "/11111111-1111-4111-8111-111111111111/restore").status,
            404)
            << kind;
}

TEST_F(ApiRecords, SeriesWithExceptions) {
    const Answer made =
        ask(alice, "POST", "/activities", R"({"subject":"Round","start":"2026-10-05T09:00","end":"2026-10-05T10:00",
        "zone":"Europe/Berlin","recurrence":"FREQ=WEEKLY;COUNT=10","exceptions":[{"original":"2026-10-12T09:00","cancelled":true},
        {"original":"2026-10-26T09:00","subject":"Round, later","start":"2026-10-26T11:00","end":"2026-10-26T12:00"}]})");
    ASSERT_EQ(made.status, 201) << made.body;
    const Answer read = ask(alice, "GET", "/activities/" + made.text("id"));
    ASSERT_EQ(read["exceptions"].array.size(), 2u);
    EXPECT_TRUE(read["exceptions"].array[0].find("cancelled")->boolean);
    EXPECT_EQ(read["exceptions"].array[1].find("original")->string, "2026-10-26T09:00:00+01:00");
    EXPECT_EQ(read["exceptions"].array[1].find("start")->string, "2026-10-26T11:00:00+01:00");
    EXPECT_EQ(read["exceptions"].array[1].find("subject")->string, "Round, later");
}

TEST_F(ApiRecords, DueDateAloneMakesATask) {
    const Answer made = ask(alice, "POST", "/activities", R"({"subject":"Write offer","due":"2026-11-30"})");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.text("kind"), "task");
    EXPECT_EQ(made.text("due"), "2026-11-30");
    EXPECT_EQ(ask(alice, "PATCH", "/activities/" + made.text("id"), R"({"kind":"event"})").status, 422);
}

TEST_F(ApiRecords, PagesHoldEveryRecordOnce) {
    store->batch([&] {
        for (int i = 0; i < 25; ++i) {
            Contact contact;
            contact.displayName = "Person " + std::to_string(i);
            store->saveContact({}, contact, {});
        }
    });
    std::set<std::string> seen;
    std::string address = "/contacts?limit=10";
    int pages = 0;
    while (!address.empty()) {
        const Answer page = ask(alice, "GET", address);
        ASSERT_EQ(page.status, 200) << page.body;
        for (const Json& item : page.items()) EXPECT_TRUE(seen.insert(item.find("id")->string).second);
        address = page.text("next");
        if (!address.empty()) address = address.substr(std::string("/api/v1").size());
        ASSERT_LE(++pages, 3);
    }
    EXPECT_EQ(seen.size(), 25u);
}

TEST_F(ApiRecords, FiltersAndUnknownOnes) {
    ASSERT_EQ(
        ask(alice, "POST", "/contacts", R"({"firstName":"Ann","lastName":"Lee","emails":[{"value":"ann@c.example"}]})")
            .status,
        201);
    ASSERT_EQ(
        ask(alice, "POST", "/contacts", R"({"firstName":"Bo","lastName":"Ray","emails":[{"value":"bo@d.example"}]})")
            .status,
        201);
    ASSERT_EQ(
        ask(alice, "POST", "/activities", R"({"subject":"Early","start":"2026-01-10T09:00","end":"2026-01-10T10:00"})")
            .status,
        201);
    ASSERT_EQ(ask(alice, "POST", "/activities",
                  R"({"subject":"Late","start":"2026-05-10T09:00","end":"2026-05-10T10:00","done":true,"type":"call"})")
                  .status,
              201);
    const struct {
        std::string address;
        std::size_t count;
    } rows[] = {
        {"/contacts?q=lee", 1},
        {"/contacts?email=bo@d.example", 1},
        {"/contacts?q=nobody", 0},
        {"/activities?from=2026-05-01T00:00:00Z", 1},
        {"/activities?until=2026-02-01T00:00:00Z", 1},
        {"/activities?done=true", 1},
        {"/activities?type=call", 1},
        {"/activities?owner=alice", 2},
        {"/activities?owner=bob", 0},
        {"/contacts?updated_since=2099-01-01T00:00:00Z", 0},
    };
    for (const auto& row : rows) EXPECT_EQ(ask(alice, "GET", row.address).items().size(), row.count) << row.address;
    for (const std::string address :
         {"/contacts?limt=5", "/contacts?limit=0", "/contacts?limit=x", "/contacts?type=call", "/activities?done=maybe",
          "/activities?from=yesterday", "/activities?type=nonsense"})
        EXPECT_EQ(ask(alice, "GET", address).status, 400) << address;
}

TEST_F(ApiRecords, PhonesAreFoundHoweverTheyAreWritten) {  // D73
    ASSERT_EQ(
        ask(alice, "POST", "/contacts", R"({"firstName":"Ann","phones":[{"label":"work","value":"089 / 123-45"}]})")
            .status,
        201);
    ASSERT_EQ(
        ask(alice, "POST", "/companies", R"({"name":"Firm","phones":[{"label":"main","value":"+49 89 12 34 50"}]})")
            .status,
        201);
    for (const char* asked : {"+49 89 123-45", "+498912345", "0049 89 12345", "089 12345", "(089) 12345",
                              "+49 (0)89 12345", "123-45", "+49 89", "089/123-45"})
        EXPECT_EQ(ask(alice, "GET", std::string("/contacts?q=") + asked).items().size(), 1u) << asked;
    for (const char* asked : {"+43 89 123-45", "+49 89 123-46", "()", "089 x 12345"})
        EXPECT_EQ(ask(alice, "GET", std::string("/contacts?q=") + asked).items().size(), 0u) << asked;
    EXPECT_EQ(ask(alice, "GET", "/companies?q=+49 89 12 34 50").items().size(), 1u);
    EXPECT_EQ(ask(alice, "GET", "/companies?q=089 123450").items().size(), 1u);
    EXPECT_EQ(ask(alice, "GET", "/companies?q=089 123451").items().size(), 0u);
}

TEST_F(ApiRecords, PhotoInAndOut) {
    const std::string id = ask(alice, "POST", "/contacts", R"({"firstName":"Ann","lastName":"Lee"})").text("id");
    const std::string png("\x89PNG\r\n\x1a\n0123456789", 18);
    EXPECT_EQ(ask(alice, "GET", "/contacts/" + id + "/photo").status, 404);
    EXPECT_EQ(ask(alice, "PUT", "/contacts/" + id + "/photo", "<script>").status, 415);
    EXPECT_EQ(ask(alice, "PUT", "/contacts/" + id + "/photo", png).status, 204);
    const Answer photo = ask(alice, "GET", "/contacts/" + id + "/photo");
    EXPECT_EQ(photo.body, png);
    EXPECT_EQ(photo.headers.at("Content-Type"), "image/png");
    EXPECT_TRUE(ask(alice, "GET", "/contacts/" + id)["hasPhoto"].boolean);
    EXPECT_EQ(ask(alice, "DELETE", "/contacts/" + id + "/photo").status, 204);
    EXPECT_FALSE(ask(alice, "GET", "/contacts/" + id)["hasPhoto"].boolean);
}

}  // namespace
}  // namespace crmdav
