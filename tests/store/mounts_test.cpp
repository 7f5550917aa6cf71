#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/dav/errors.h"
#include "protocol/dav/names.h"
#include "store/engine/migrations.h"
#include "store/objects/mounts.h"
#include "tests/store/home_state.h"
#include "tests/store/store_support.h"

namespace crmdav {
namespace {

class Mounts : public testing::Test {
protected:
    Collection in(Home home, const std::string& name, const std::string& login = "anna") {
        for (Collection& c : store->home(login, home))
            if (c.name == name) return std::move(c);
        throw NotFound(name);
    }
    std::string defaultOf(const Actor& who, Home home) { return store->defaultCollection(who.user, home)->name; }

    TempStore store;
    Actor anna = store.user("anna"), ben = store.user("ben");
};

TEST_F(Mounts, HidingIsTheUsersOwnAndChangesNothingElse) {
    const Collection contacts = in(Home::addressbooks, "contacts");
    store->hideCollection(anna, anna.user, contacts.id, true);
    EXPECT_TRUE(in(Home::addressbooks, "contacts").hidden);
    EXPECT_FALSE(in(Home::addressbooks, "contacts", "ben").hidden);
    EXPECT_TRUE(store->collection("anna", Home::addressbooks, "contacts")) << "its address goes on working";
    store->hideCollection(anna, anna.user, contacts.id, false);
    EXPECT_FALSE(in(Home::addressbooks, "contacts").hidden);
}

TEST_F(Mounts, NobodyHidesInboxOutboxOrWhatIsNotInTheirHomes) {
    for (const char* name : {"inbox", "outbox"})
        EXPECT_THROW(store->hideCollection(anna, anna.user, in(Home::calendars, name).id, true), InvalidField) << name;
    EXPECT_THROW(store->hideCollection(anna, anna.user, store.calendar(ben, "plan").id, true), NotFound);
    EXPECT_THROW(store->hideCollection(anna, anna.user, 4711, true), NotFound);
}

TEST_F(Mounts, NameColourAndOrderOfTheOrganisationsBooksAreEachUsersOwn) {  // D75
    Collection wanted = store->mounted(anna.user, *store->collection("anna", Home::addressbooks, "contacts"));
    const auto annas = wanted.mounted, bens = in(Home::addressbooks, "contacts", "ben").mounted;
    wanted.displayName = "Kundschaft";
    wanted.color = "#ff0000";
    wanted.order = "7";
    store->patchCollection(anna, wanted, {});
    const Collection seen = in(Home::addressbooks, "contacts");
    EXPECT_EQ(seen.displayName, "Kundschaft");
    EXPECT_EQ(seen.color, "#ff0000");
    EXPECT_EQ(seen.order, "7");
    EXPECT_GT(seen.mounted, annas) << "the state of her home changes";
    const Collection other = in(Home::addressbooks, "contacts", "ben");
    EXPECT_EQ(other.displayName, "Contacts");
    EXPECT_EQ(other.color, "");
    EXPECT_EQ(other.mounted, bens);
    EXPECT_EQ(store->collectionById(seen.id)->displayName, "Contacts");

    wanted = seen;
    wanted.displayName.clear();  // as the organisation calls it again
    store->patchCollection(anna, wanted, {});
    EXPECT_EQ(in(Home::addressbooks, "contacts").displayName, "Contacts");
    EXPECT_EQ(in(Home::addressbooks, "contacts").color, "#ff0000");
    HistoryFilter filter;
    filter.seenBy = ben.user;
    for (const HistoryEntry& entry : store->history(filter))
        for (const FieldChange& change : entry.fields) EXPECT_NE(change.after, "Kundschaft") << "hers alone";
}

TEST_F(Mounts, TheDefaultsAreWhatWasChosenUnderAnyNameElseTheUsualOnes) {  // RFC 6638 §9.2
    EXPECT_EQ(defaultOf(anna, Home::calendars), "activities");
    EXPECT_EQ(defaultOf(anna, Home::addressbooks), "contacts");
    const Collection plan = store.calendar(anna, "plan"), book = store.book(anna, "book");
    store->setDefaultCollection(anna, anna.user, Home::calendars, plan.id);
    store->setDefaultCollection(anna, anna.user, Home::addressbooks, book.id);
    store->renameCollection(anna, plan.id, "plans");
    EXPECT_EQ(defaultOf(anna, Home::calendars), "plans");
    EXPECT_EQ(defaultOf(anna, Home::addressbooks), "book");
    EXPECT_EQ(defaultOf(ben, Home::calendars), "activities");
    EXPECT_EQ(defaultCalendar(Reading(store.database()), anna.user)->id, plan.id);
    store->setDefaultCollection(anna, anna.user, Home::calendars, 0);
    EXPECT_EQ(defaultOf(anna, Home::calendars), "activities");
    EXPECT_EQ(defaultOf(anna, Home::addressbooks), "book") << "each home has its own";
}

TEST_F(Mounts, OnlyACalendarForEventsOrABookForPeopleCanBeDefault) {
    const auto refuse = [&](Home home, CollectionId id) {
        EXPECT_THROW(store->setDefaultCollection(anna, anna.user, home, id), InvalidField) << id;
    };
    for (const char* name : {"tasks", "inbox", "outbox"}) refuse(Home::calendars, in(Home::calendars, name).id);
    refuse(Home::addressbooks, in(Home::addressbooks, "companies").id);
    refuse(Home::addressbooks, in(Home::calendars, "activities").id);
    EXPECT_THROW(store->setDefaultCollection(anna, anna.user, Home::calendars, store.calendar(ben, "x").id), NotFound);
}

TEST_F(Mounts, TheChosenDefaultCannotBeDeleted) {  // RFC 6638 §4.3.1.1
    const Collection plan = store.calendar(anna, "plan"), book = store.book(anna, "book");
    const auto condition = [&](const Collection& c) {
        try {
            store->removeCollection(anna, c.id);
        } catch (const DavError& error) {
            EXPECT_EQ(error.status(), 403);
            return error.condition();
        }
        return QName{};
    };
    store->setDefaultCollection(anna, anna.user, Home::calendars, plan.id);
    store->setDefaultCollection(anna, anna.user, Home::addressbooks, book.id);
    EXPECT_EQ(condition(plan), caldav::default_calendar_needed);
    EXPECT_EQ(condition(book), carddav::default_addressbook_needed);
    EXPECT_TRUE(store->collection("anna", Home::calendars, "plan"));
    store->setDefaultCollection(anna, anna.user, Home::calendars, 0);
    EXPECT_EQ(condition(plan), QName{});
    EXPECT_FALSE(store->collection("anna", Home::calendars, "plan"));
}

TEST_F(Mounts, ADefaultThatGoesToAnHeirIsTheLeaversNoMore) {
    const Collection plan = store.calendar(anna, "plan");
    store->setDefaultCollection(anna, anna.user, Home::calendars, plan.id);
    store->removeUser({}, anna.user, ben.user);
    EXPECT_EQ(defaultOf(ben, Home::calendars), "activities");
    store->removeCollection(ben, plan.id);
}

/// A poll, GET or PUT finds its collection by one statement that never looks at mounts; so does a list of a home.
TEST_F(Mounts, TheLookUpOfACollectionDoesNotReadThem) {
    const auto steps = [&](const auto& verb) {
        verb();
        const std::size_t statements = Store::statementsOfThread(), before = Database::stepsOfThread();
        verb();
        EXPECT_EQ(Store::statementsOfThread() - statements, 1u);
        return Database::stepsOfThread() - before;
    };
    const auto find = [&] { EXPECT_TRUE(store->collection("anna", Home::addressbooks, "contacts")); };
    const std::size_t without = steps(find);
    for (const char* name : {"contacts", "companies", "private"})
        store->hideCollection(anna, anna.user, in(Home::addressbooks, name).id, true);
    EXPECT_EQ(steps(find), without);
    EXPECT_GT(steps([&] { EXPECT_EQ(store->home("anna", Home::addressbooks).size(), 3u); }), 0u);
}

/// Until schema 5 a default was kept as it was sent (D37).
TEST_F(Mounts, DefaultsThatWereSetBeforeStayWhatTheyWere) {
    const Collection plan = store.calendar(anna, "mein plan"), inbox = in(Home::calendars, "inbox");
    {
        Writing writing(store.database());
        writing.db().exec("DROP TABLE mounts");
        writing.db().exec(
            "INSERT INTO dead_properties(collection_id, member_id, ns, name, xml) VALUES(?, 0, ?, "
            "'schedule-default-calendar-URL', ?)",
            inbox.id, caldav::ns,
            "<C:schedule-default-calendar-URL xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><D:href xmlns:D=\"DAV:\"> "
            "/crm/dav/calendars/anna/mein%20plan/ </D:href></C:schedule-default-calendar-URL>");
        writing.db().exec(
            "INSERT INTO path_properties(path, ns, name, xml) VALUES('/dav/addressbooks/ben/', ?, "
            "'default-addressbook-URL', '<x><href>/dav/addressbooks/ben/private</href></x>')",
            carddav::ns);
        writing.commit();
    }
    Writing writing(store.database());
    mountCollections(writing);
    writing.commit();
    EXPECT_EQ(defaultOf(anna, Home::calendars), "mein plan");
    EXPECT_EQ(defaultOf(ben, Home::addressbooks), "private");
    EXPECT_EQ(defaultOf(ben, Home::calendars), "activities");
    EXPECT_THAT(store->deadProperties(inbox.id, false), testing::IsEmpty());
    EXPECT_THAT(store->pathProperties("/dav/addressbooks/ben/"), testing::IsEmpty());
}

}  // namespace
}  // namespace crmdav
