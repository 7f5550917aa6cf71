#include "store/engine/migrations.h"
#include "tests/store/store_support.h"

namespace crmdav {
namespace {

/// All that clients and people would notice: names, ETags, tokens, bytes, old versions, what lies in the trash.
std::string seenFromOutside(const Store& store, const Collection& collection) {
    std::string all = store.collectionById(collection.id)->syncToken + '\n';
    store.members(collection.id, MemberDetail::bytes,
                  [&](const Member& m, std::string_view bytes) { all.append(m.name + m.etag + m.uid).append(bytes); });
    store.changesSince(collection.id, "", 0, MemberDetail::rows,
                       [&](const Change& change, std::string_view) { all += change.member.name; });
    for (const TrashItem& item : store.trash(0, 100)) all += item.title + '\n';
    for (const HistoryEntry& entry : store.history({})) all += entry.title + std::to_string(entry.id);
    return all;
}

/// Takes a store back to what the program wrote that knew schema 1: bytes keyed by their member, and copied into the
/// history.
constexpr const char* backToOne[] = {
    "CREATE TABLE b(member_id INTEGER PRIMARY KEY, content BLOB NOT NULL)",
    "INSERT INTO b SELECT m.id, b.content FROM members m JOIN bodies b ON b.id=m.body",
    "CREATE TABLE o(history_id BIGINT NOT NULL, position INTEGER NOT NULL, collection_id BIGINT NOT NULL, "
    "name TEXT NOT NULL, uid TEXT NOT NULL, component INTEGER NOT NULL, content BLOB NOT NULL, "
    "PRIMARY KEY(history_id, position))",
    "INSERT INTO o SELECT o.history_id, o.position, o.collection_id, o.name, o.uid, o.component, b.content FROM "
    "history_objects o JOIN bodies b ON b.id=o.body",
    "DROP TABLE bodies",
    "DROP TABLE history_objects",
    "ALTER TABLE b RENAME TO bodies",
    "ALTER TABLE o RENAME TO history_objects",
    "DROP INDEX members_uid",
    "CREATE INDEX members_uid ON members(uid, collection_id) WHERE deleted = 0",
    "UPDATE members SET record_kind=NULL, record_row=NULL WHERE deleted=1",
    "ALTER TABLE members DROP COLUMN body",
    "ALTER TABLE users DROP COLUMN kind",
    "DROP TABLE team_members",
    "DROP TABLE mounts",
    "ALTER TABLE members DROP COLUMN schedule_tag",
    "DROP TABLE shares",
    "ALTER TABLE members DROP COLUMN veiled",
    "DROP TABLE leases",
    "DROP TABLE failed_sign_ins",
    "DROP TABLE sessions",
    "DROP TABLE merge_trail",
    "DROP TABLE distinct_contacts",
    "DROP INDEX contacts_sorted",
    "DROP INDEX companies_sorted",
    "ALTER TABLE contacts DROP COLUMN sort_name",
    "ALTER TABLE companies DROP COLUMN sort_name",
    "DROP TABLE sync_accounts",
    "DROP TABLE sync_sides",
    "DROP TABLE sync_links",
    "DROP TABLE sync_cursors",
    "DROP TABLE sync_stage",
    "DROP TABLE sync_listed",
    "DROP TABLE sync_seen",
    "DROP TABLE sync_guests",
    "DROP TABLE sync_runs",
    "DROP TABLE sync_journal",
    "DROP TABLE sync_outbox",
    "DROP TABLE sync_pushes",
    "DROP TABLE webhooks",
    "DROP TABLE appointment_calendars",
    "DROP TABLE appointment_members",
    "DROP TABLE appointment_questions",
    "DROP TABLE bookings",
    "DROP TABLE appointment_steps",
    "DROP TABLE appointment_enrolments",
    "DROP TABLE appointment_reminders",
    "DROP INDEX activities_calendar",
    "ALTER TABLE activities DROP COLUMN calendar_uuid",
    "DROP INDEX contacts_match",
    "ALTER TABLE contacts DROP COLUMN match_name",
    "UPDATE collections SET components=1 WHERE name='activities'",
    "UPDATE meta SET value='1' WHERE name='schema'",
};

TEST(Migrations, FromSchemaOneChangeNothingThatAnybodySees) {  // D37; kills: migration_kill_test.cpp
    SQLITE_ONLY("schemas before PostgreSQL came were of it alone");
    TempStore store;
    const Actor anna = store.user("anna");
    const Collection work = store.calendar(anna, "work");
    for (const char* name : {"a", "b", "c"})
        store->saveObject(anna, work.id, std::string(name) + ".ics", meeting(name, "20261123T090000Z", name), {});
    store->saveObject(anna, work.id, "a.ics", meeting("a", "20261124T090000Z", "later"), {});
    store->saveObject(anna, work.id, "a.ics", meeting("a", "20261125T090000Z", "later still"), {});
    store->removeObject(anna, work.id, "b.ics", {});
    for (const char* name : {"Zoë", "adam", "Ärzte"}) {
        Contact contact;
        contact.displayName = name;
        store->saveContact(anna, contact, {});
        Company company;
        company.name = name;
        store->saveCompany(anna, company, {});
    }
    const std::string before = seenFromOutside(*store, work);
    {
        Writing writing(store.database());
        for (const char* statement : backToOne) writing.db().exec(Sql::made(statement));
        writing.commit();
    }
    store.reopen();
    EXPECT_EQ(schemaOf(Reading(store.database())), currentSchema());
    EXPECT_EQ(seenFromOutside(*store, work), before);
    EXPECT_THAT(store->check({}), testing::IsEmpty());
    EXPECT_THAT(store->collection("anna", Home::calendars, "activities")->components,
                testing::ElementsAre(ComponentKind::event, ComponentKind::other));
    EXPECT_THAT(store->collection("anna", Home::calendars, "tasks")->components,
                testing::ElementsAre(ComponentKind::todo));

    Store::Query named;
    named.after = Store::byName;
    std::string names;
    for (const Contact& contact : store->contacts(named).records) names += contact.displayName + " ";
    for (const Company& company : store->companies(named).records) names += company.name + " ";
    EXPECT_EQ(names, "adam Ärzte Zoë adam Ärzte Zoë ");

    const auto trash = store->trash(anna.user, 10);
    ASSERT_EQ(trash.size(), 1u);
    store->restore(anna, trash.front().kind, trash.front().record);
    EXPECT_TRUE(store->object(work.id, "b.ics", [](const Member&, std::string_view bytes) {
        EXPECT_EQ(bytes, meeting("b", "20261123T090000Z", "b"));
    }));
    EXPECT_THAT(store->check({}), testing::IsEmpty());
}

}  // namespace
}  // namespace crmdav
