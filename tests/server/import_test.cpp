#include "server/import/import.h"

#include <fstream>
#include <sstream>

#include "tests/server/api_world.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Import : public ApiWorld {
protected:
    ImportReport take(const std::string& file, const ImportOptions& options = {}) {
        const std::string path = file.starts_with('/') ? file : std::string(TESTS_DIR) + "/corpus/import/" + file;
        return importFile(*store, {}, alice.user, path, options);
    }
    std::string write(const std::string& name, const std::string& text) {
        std::ofstream(place / name, std::ios::binary) << text;
        return place / name;
    }
    std::map<std::string, std::string> objects(Home home, const std::string& name) {
        std::map<std::string, std::string> all;
        const auto collection = store->collection("alice", home, name);
        if (collection)
            store->members(collection->id, MemberDetail::bytes,
                           [&](const Member& member, std::string_view bytes) { all[member.name] = bytes; });
        return all;
    }
    static std::string read(const std::string& path) {
        std::ifstream file(path, std::ios::binary);
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
    }
};

/// D72: in one go, again without duplicates, with a line for what was left out.
TEST_F(Import, SameFileTwiceChangesNothing) {
    const struct {
        std::string file;
        std::size_t created, leftOut;
    } rows[] = {
        {"many.ics", 4, 1},           {"calendar-each.ics", 3, 0}, {"single.ics", 1, 0}, {"broken.ics", 1, 2},
        {"twice.ics", 1, 0},          {"phone.vcs", 2, 0},         {"cards.vcf", 4, 1},  {"google.csv", 1, 0},
        {"outlook-german.csv", 1, 1}, {"plain-utf16.csv", 1, 0},
    };
    for (const auto& row : rows) {
        const ImportReport dry = take(row.file, {{}, {}, true, {}});
        const ImportReport first = take(row.file);
        EXPECT_EQ(first.created, row.created) << row.file;
        EXPECT_EQ(first.leftOut.size(), row.leftOut) << row.file;
        EXPECT_GE(dry.created, first.created) << row.file;
        const auto before = store->lastHistoryId();
        const ImportReport second = take(row.file);
        EXPECT_EQ(second.created + second.updated, 0u) << row.file;
        EXPECT_EQ(second.unchanged, row.created) << row.file;
        EXPECT_EQ(store->lastHistoryId(), before) << row.file;
    }
}

TEST_F(Import, EventsTasksPeopleAndCompaniesGoWhereTheyBelong) {
    take("many.ics");
    take("cards.vcf");
    EXPECT_EQ(objects(Home::calendars, "activities").size(), 3u);
    EXPECT_EQ(objects(Home::calendars, "tasks").size(), 1u);
    EXPECT_EQ(objects(Home::addressbooks, "contacts").size(), 3u);
    EXPECT_EQ(objects(Home::addressbooks, "companies").size(), 1u);
    EXPECT_EQ(ask(alice, "GET", "/activities?q=Weekly").items().size(), 1u);
    EXPECT_EQ(ask(alice, "GET", "/contacts?email=joerg@firm.example").items().size(), 1u);
}

TEST_F(Import, WhatIsLeftOutSaysWhereAndWhy) {
    const ImportReport report = take("broken.ics");
    ASSERT_EQ(report.leftOut.size(), 2u);
    EXPECT_EQ(report.leftOut[0].line, 4u);
    EXPECT_THAT(report.leftOut[0].why, HasSubstr("END"));
    EXPECT_EQ(report.leftOut[1].what, "Bad rule");
    EXPECT_FALSE(report.leftOut[1].why.empty());
}

TEST_F(Import, DryRunWritesNothing) {
    const auto before = store->lastHistoryId();
    EXPECT_EQ(take("cards.vcf", {{}, {}, true, {}}).created, 4u);
    EXPECT_EQ(store->lastHistoryId(), before);
    EXPECT_TRUE(objects(Home::addressbooks, "contacts").empty());
}

TEST_F(Import, IntoTheBookThatIsNamed) {
    take("google.csv", {{}, "private", false, {}});
    EXPECT_EQ(objects(Home::addressbooks, "private").size(), 1u);
    EXPECT_TRUE(ask(bob, "GET", "/contacts?q=Grace").items().empty());
    EXPECT_THROW(take("google.csv", {{}, "nowhere", false, {}}), std::runtime_error);
}

TEST_F(Import, WhatIsNoSuchFileIsRefused) {
    EXPECT_THROW(take(write("text.txt", "hello\nworld\n")), std::runtime_error);
    EXPECT_THROW(take(place / "not-there.ics"), std::runtime_error);
    EXPECT_EQ(take(write("empty.ics", "")).read(), 0u);
}

TEST_F(Import, ThousandsOfEventsInBatches) {
    std::string file = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n";
    for (int i = 0; i < 450; ++i)
        file += "BEGIN:VEVENT\r\nUID:e" + std::to_string(i) +
                "\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260101T100000Z\r\nSUMMARY:E" + std::to_string(i) +
                "\r\nEND:VEVENT\r\n";
    std::vector<std::uint64_t> done;
    const auto report = take(write("big.ics", file + "END:VCALENDAR\r\n"),
                             {{}, {}, false, [&](std::uint64_t at, std::uint64_t) { done.push_back(at); }});
    EXPECT_EQ(report.created, 450u);
    EXPECT_EQ(done.size(), 4u);
    EXPECT_TRUE(std::ranges::is_sorted(done));
}

/// Real files come out again undamaged.
TEST_F(Import, ExportIsByteForByteAndComesBackIn) {
    take("single.ics");
    take("many.ics");
    take("cards.vcf");
    const auto events = objects(Home::calendars, "activities");
    const auto cards = objects(Home::addressbooks, "contacts");
    const std::string out = place / "out";
    EXPECT_EQ(exportAll(*store, alice.user, out), events.size() + cards.size() + 2);
    for (const auto& [name, bytes] : events) EXPECT_EQ(read(out + "/calendars/activities/" + name), bytes);
    for (const auto& [name, bytes] : cards) EXPECT_EQ(read(out + "/addressbooks/contacts/" + name), bytes);
    EXPECT_EQ(read(out + "/calendars/activities/alone.ics"),
              read(std::string(TESTS_DIR) + "/corpus/import/single.ics"));
    EXPECT_THAT(read(out + "/contacts.csv"), HasSubstr("Jane Doe"));
    EXPECT_THAT(read(out + "/activities.csv"), HasSubstr("Weekly round"));
    const ImportReport again = take(out + "/addressbooks/contacts.vcf");
    EXPECT_EQ(again.unchanged, cards.size());
    EXPECT_EQ(take(out + "/calendars/activities.ics").created, 0u);
    EXPECT_THROW(exportAll(*store, alice.user, out), std::runtime_error);  // never over what is there
}

}  // namespace
}  // namespace crmdav
