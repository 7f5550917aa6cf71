#include "protocol/dav/filter.h"
#include "store/sql_store.h"
#include "tests/store/record_fixture.h"

namespace crmdav {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

/// One record of each kind, linked with each other; damage comes by SQL, past every door.
class CheckRecords : public RecordStore {
protected:
    CheckRecords() {
        Company company;
        company.name = "Firm GmbH";
        company.domains = {"client.example"};
        company = store->saveCompany(byAnna, company, "");
        put(byAnna, book("anna"), "c.vcf",
            card("c", "FN:Carla Conrad\r\nEMAIL:Carla@Client.example\r\nTEL:+49 30 1234\r\nORG:Firm GmbH\r\n"));
        put(byAnna, calendar("anna"), "m.ics",
            event("m",
                  "DTSTART;TZID=Europe/Berlin:20260112T090000\r\nDTEND;TZID=Europe/Berlin:20260112T100000\r\n"
                  "SUMMARY:Lunch\r\nRRULE:FREQ=DAILY;COUNT=3\r\nEXDATE;TZID=Europe/Berlin:20260113T090000\r\n"
                  "ORGANIZER:mailto:anna@firm.example\r\nATTENDEE:mailto:carla@client.example\r\n"
                  "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\n"));
    }
    void damage(const std::string& sql) {
        Writing writing(static_cast<SqlStore&>(*store).database());
        writing.db().exec(Sql::made(sql));
        writing.commit();
    }
};

TEST_F(CheckRecords, ASoundStoreHasNoFaults) { EXPECT_THAT(store->check({}), IsEmpty()); }

TEST_F(CheckRecords, DamageOfARecordIsToldWithItsKindAndField) {
    Store::Query all;
    const Id contact = store->contacts(all).records.at(0).id, activity = store->activities(all).records.at(0).id;
    const struct {
        const char *damage, *repair;
        std::string says;
    } rows[] = {
        {"UPDATE contacts SET last_name='X', display_name='X'",
         "UPDATE contacts SET last_name='', display_name='Carla Conrad'",
         "contact " + contact + ", displayName: the record has \"X\", its object \"Carla Conrad\""},
        {"UPDATE details SET value='other@client.example' WHERE kind=0", nullptr, "contact " + contact + ", emails"},
        {"UPDATE activities SET subject='Dinner'", "UPDATE activities SET subject='Lunch'",
         "activity " + activity + ", subject: the record has \"Dinner\", its object \"Lunch\""},
        {"UPDATE activities SET from_utc=from_utc+3600", "UPDATE activities SET from_utc=from_utc-3600",
         "start in UTC"},
        {"UPDATE activities SET hidden=1", "UPDATE activities SET hidden=0", "hidden"},
        {"UPDATE activities SET children=children-4", "UPDATE activities SET children=children+4",
         "exceptions that the activity doesn't know of, activity " + activity},
        {"UPDATE activity_participants SET contact_id=99 WHERE email LIKE 'carla%'",
         "UPDATE activity_participants SET contact_id=1 WHERE email LIKE 'carla%'",
         "linked with a contact that isn't there or has another address, activity " + activity +
             " carla@client.example"},
        {"UPDATE activity_participants SET contact_id=NULL WHERE email LIKE 'carla%'",
         "UPDATE activity_participants SET contact_id=1 WHERE email LIKE 'carla%'",
         "not linked with the contact of that address"},
        {"UPDATE companies SET name_key='x'", "UPDATE companies SET name_key='firm gmbh'", "searched as \"x\""},
        {"UPDATE contacts SET company_id=77", "UPDATE contacts SET company_id=1", "company that isn't there, contact"},
        {"UPDATE contacts SET deleted_at=1", "UPDATE contacts SET deleted_at=NULL",
         "contact in the trash with an object " + contact},
        {"INSERT INTO activity_reminders VALUES(99, 0, 5, 'display')",
         "DELETE FROM activity_reminders WHERE activity_id=99", "reminders of no activity, row 99"},
        {"UPDATE members SET record_row=55 WHERE uid='m'", nullptr, "object of no activity: m.ics"},
    };
    for (const auto& row : rows) {
        damage(row.damage);
        EXPECT_THAT(store->check({}), Contains(HasSubstr(row.says))) << row.damage;
        if (row.repair) damage(row.repair);
    }
    EXPECT_THAT(store->check({}), Contains(HasSubstr("activity without object " + activity)));
}

TEST_F(CheckRecords, PhonesAreThoseOfTheRegion) {  // D73
    put(byAnna, book("anna"), "p.vcf", card("p", "FN:Paul\r\nTEL:030 1234567\r\n"));
    const auto move = [&](const char* region) {
        store->saveOrganisation(system, {.name = "Firm", .domains = {}, .zone = "Europe/Berlin", .region = region});
    };
    const auto tend = [&] {
        while (store->tend()) continue;
    };
    tend();
    EXPECT_THAT(store->check({}), IsEmpty());
    damage("UPDATE details SET normal='+41301234567' WHERE kind=1 AND normal='+49301234567'");
    EXPECT_THAT(store->check({}), Contains(HasSubstr("030 1234567: searched as \"+41301234567\"")));
    move("CH");
    EXPECT_THAT(store->check({}), IsEmpty()) << "not yet read in the new region";
    put(byAnna, book("anna"), "q.vcf", card("q", "FN:Paula\r\nTEL:030 7654321\r\n"));
    move("DE");  // before anybody came to it
    tend();
    EXPECT_THAT(store->check({}), IsEmpty());
    Store::Query german;
    german.text = "+49307654321";
    EXPECT_EQ(store->contacts(german).records.size(), 1U);
}

TEST_F(CheckRecords, FloatingTimesStandInTheirOwnersZone) {  // RFC 5545 §3.3.5
    put(byAnna, calendar("anna"), "day.ics", event("day", "DTSTART;VALUE=DATE:20260110\r\nSUMMARY:Day\r\n"));
    while (store->tend()) continue;
    EXPECT_THAT(store->check({}), IsEmpty());
    damage("UPDATE activities SET from_utc=from_utc+3600 WHERE subject='Day'");
    EXPECT_THAT(store->check({}), Contains(HasSubstr("start in UTC")));
    User moved = *store->user("anna");
    moved.zone = "Asia/Tokyo";
    store->saveUser(system, moved);
    EXPECT_THAT(store->check({}), IsEmpty()) << "not yet reckoned again";
    while (store->tend()) continue;
    EXPECT_THAT(store->check({}), IsEmpty());
    damage("UPDATE activities SET until_utc=until_utc+60 WHERE subject='Day'");
    EXPECT_THAT(store->check({}), Contains(HasSubstr("end in UTC")));
}

/// D23: what no parser would have let in doesn't take the rest away, and is told by name.
TEST_F(CheckRecords, BrokenObjectsAreTheOnlyOnesThatAreMissed) {
    const CollectionId home = calendar("anna");
    const std::string odd[] = {
        "",
        "BEGIN:VCALENDAR",
        "nonsense\r\n",
        std::string("\xff\xfe broken \xc3", 11),
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:x\r\nDTSTART:99999999T999999\r\nEND:VEVENT\r\nEND:"
        "VCALENDAR\r\n",
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:x\r\nDTSTART:20260110T000000Z\r\nRRULE:FREQ=WEEKLY;"
        "INTERVAL=0;"
        "BYDAY=XX\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:x\r\nFN:Not an event\r\nEND:VCARD\r\n",
        "BEGIN:VEVENT\r\nEND:VCALENDAR\r\n",
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nBEGIN:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    };
    for (int i = 0; i < 50; ++i) {
        const std::string n = std::to_string(i);
        put(byAnna, home, "bad" + n + ".ics",
            event("bad" + n, "DTSTART:20260110T090000Z\r\nSUMMARY:Odd\r\nRRULE:FREQ=DAILY\r\n"));
        put(byAnna, home, "good" + n + ".ics", event("good" + n, "DTSTART:20260110T090000Z\r\nSUMMARY:Good\r\n"));
        Writing writing(static_cast<SqlStore&>(*store).database());
        writing.db().exec("UPDATE bodies SET content=? WHERE id=(SELECT body FROM members WHERE name=?)",
                          Blob{odd[i % std::size(odd)]}, "bad" + n + ".ics");
        writing.commit();
    }
    const auto good = [](const std::vector<std::string>& all) {
        return std::ranges::count_if(all, [](const std::string& name) { return name.starts_with("good"); });
    };
    EXPECT_EQ(good(names(home)), 50);
    std::vector<std::string> synced;
    store->changesSince(home, "", 0, MemberDetail::bytes,
                        [&](const Change& c, std::string_view) { synced.push_back(c.member.name); });
    EXPECT_EQ(good(synced), 50);
    std::vector<std::string> queried;
    CalendarFilter filter;
    CompFilter& part = filter.root.comps.emplace_back();
    part.name = "VEVENT";
    part.range = TimeRange{now, now + std::chrono::days(300)};
    store->queryCalendar(home, filter, "", 0, [&](const Member& m, std::string_view) { queried.push_back(m.name); });
    EXPECT_EQ(good(queried), 50);
    const CollectionId collections[] = {home};
    EXPECT_FALSE(store->freeBusy(collections, {now, now + std::chrono::days(300)}, "").empty());
    Store::Query query;
    query.from = now;
    query.limit = 200;
    EXPECT_GE(store->activities(query).records.size(), 50U);
    now += std::chrono::days(700);
    while (store->tend()) {
    }
    const auto faults = store->check({});
    for (int i = 0; i < 50; ++i) EXPECT_THAT(faults, Contains(HasSubstr("bad" + std::to_string(i) + ".ics: "))) << i;
    EXPECT_THAT(faults, testing::Not(Contains(HasSubstr("good"))));
}

}  // namespace
}  // namespace crmdav
