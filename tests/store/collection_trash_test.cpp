#include "tests/store/record_fixture.h"

namespace crmdav {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

class CollectionTrash : public RecordStore {
protected:
    CollectionTrash() {
        Collection wanted;
        wanted.owner = anna.id;
        wanted.name = wanted.displayName = "club";
        wanted.components = {ComponentKind::event, ComponentKind::todo, ComponentKind::journal};
        club = store->makeCollection(byAnna, wanted).id;
        wanted.home = Home::addressbooks;
        wanted.purpose = Purpose::book;
        wanted.name = wanted.displayName = "friends";
        friends = store->makeCollection(byAnna, wanted).id;
        put(byAnna, club, "a.ics", event("a", "DTSTART:20260110T090000Z\r\nDURATION:PT1H\r\nSUMMARY:Chess\r\n"));
        put(byAnna, club, "b.ics", event("b", "DTSTART:20260111T090000Z\r\nDURATION:PT1H\r\nSUMMARY:Go\r\n"));
        put(byAnna, friends, "f.vcf", card("f", "FN:Frida\r\nEMAIL:frida@home.example\r\n"));
        put(byAnna, calendar("anna"), "m.ics",
            event("m",
                  "DTSTART:20260112T090000Z\r\nDURATION:PT1H\r\nSUMMARY:Lunch\r\n"
                  "ORGANIZER:mailto:anna@firm.example\r\nATTENDEE:mailto:frida@home.example\r\n"));
    }
    std::vector<std::string> subjects(const std::string& text = "") const {
        Store::Query query;
        query.user = anna.id;
        query.text = text;
        std::vector<std::string> found;
        for (const Activity& a : store->activities(query).records) found.push_back(a.subject);
        return found;
    }
    std::size_t contacts() const {
        Store::Query query;
        query.user = anna.id;
        return store->contacts(query).records.size();
    }
    std::size_t lunchesWithFrida(const Id& frida) const {
        Store::Query query;
        query.user = anna.id;
        query.contact = frida;
        return store->activities(query).records.size();
    }
    Id idOfActivity(const std::string& text) const {
        Store::Query query;
        query.text = text;
        const auto found = store->activities(query).records;
        return found.empty() ? Id() : found[0].id;
    }
    std::vector<std::string> faults() const { return store->check({}); }
    void tendAll() {
        while (store->tend()) {
        }
    }

    CollectionId club = 0, friends = 0;
};

TEST_F(CollectionTrash, ItsRecordsAreNowhereUntilItIsRestored) {
    const Id frida = store->contacts({}).records[0].id, chess = idOfActivity("Chess");
    EXPECT_EQ(lunchesWithFrida(frida), 1U);
    store->removeCollection(byAnna, club);
    store->removeCollection(byAnna, friends);
    EXPECT_THAT(subjects(), testing::ElementsAre("Lunch"));
    EXPECT_THAT(subjects("Chess"), IsEmpty());
    EXPECT_EQ(contacts(), 0U);
    EXPECT_FALSE(store->activity(anna.id, chess));
    EXPECT_FALSE(store->contact(anna.id, frida));
    EXPECT_EQ(lunchesWithFrida(frida), 0U);
    EXPECT_FALSE(store->collection("anna", Home::calendars, "club"));

    const auto trash = store->trash(anna.id, 10);
    ASSERT_THAT(trash, SizeIs(2));  // each collection whole, not its records one by one
    EXPECT_EQ(trash[0].kind, RecordKind::collection);
    EXPECT_EQ(trash[0].deletedBy, "anna");
    EXPECT_THROW(store->restore(byAnna, RecordKind::activity, chess), NotFound);
    EXPECT_THAT(faults(), IsEmpty());

    for (const TrashItem& item : trash) store->restore(byAnna, item.kind, item.record);
    EXPECT_THAT(subjects(), testing::UnorderedElementsAre("Chess", "Go", "Lunch"));
    EXPECT_EQ(store->activity(anna.id, chess)->subject, "Chess");
    EXPECT_EQ(lunchesWithFrida(frida), 1U);
    EXPECT_THAT(store->trash(anna.id, 10), IsEmpty());
    EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(CollectionTrash, TheHistoryTellsOfEachRecord) {
    const Id chess = idOfActivity("Chess");
    store->removeCollection(byAnna, club);
    HistoryFilter filter;
    filter.record = chess;
    auto entries = store->history(filter);
    ASSERT_THAT(entries, SizeIs(2));
    EXPECT_EQ(entries[0].deed, Deed::deleted);
    EXPECT_EQ(entries[0].title, "Chess");
    EXPECT_EQ(entries[0].fields[0].field, "collection");
    EXPECT_EQ(entries[0].fields[0].before, "club");
    store->restore(byAnna, RecordKind::collection, store->trash(anna.id, 10)[0].record);
    EXPECT_EQ(store->history(filter)[0].deed, Deed::restored);
}

TEST_F(CollectionTrash, WhatWasSavedElsewhereMeanwhileStaysThere) {
    const Id chess = idOfActivity("Chess");
    store->removeCollection(byAnna, club);
    const Saved saved = put(byAnna, calendar("anna"), "a.ics",
                            event("a", "DTSTART:20260110T090000Z\r\nDURATION:PT1H\r\nSUMMARY:Chess at noon\r\n"));
    EXPECT_EQ(saved.record, chess);  // revived by its UID (D31)
    EXPECT_THAT(faults(), IsEmpty());
    store->restore(byAnna, RecordKind::collection, store->trash(anna.id, 10)[0].record);
    EXPECT_THAT(subjects(), testing::UnorderedElementsAre("Chess at noon", "Chess", "Go", "Lunch"));
    EXPECT_EQ(store->activity(anna.id, chess)->subject, "Chess at noon");
    EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(CollectionTrash, AfterThirtyDaysItIsGoneWithItsRecords) {
    const Id chess = idOfActivity("Chess");
    store->removeCollection(byAnna, club);
    const Id trashed = store->trash(anna.id, 10)[0].record;
    now += std::chrono::days(29);
    tendAll();
    EXPECT_THAT(store->trash(anna.id, 10), SizeIs(1));
    now += std::chrono::days(2);
    tendAll();
    EXPECT_THAT(store->trash(anna.id, 10), IsEmpty());
    EXPECT_THROW(store->restore(byAnna, RecordKind::collection, trashed), NotFound);
    EXPECT_THROW(store->restore(byAnna, RecordKind::activity, chess), NotFound);
    EXPECT_THAT(subjects(), testing::ElementsAre("Lunch"));
    EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(CollectionTrash, UndoingALostPhoneBringsItBackWithAllItHeld) {
    Actor phone = byAnna;
    phone.device = "lost phone";
    put(phone, club, "a.ics", event("a", "DTSTART:20260110T090000Z\r\nDURATION:PT1H\r\nSUMMARY:Rubbish\r\n"));
    store->removeCollection(phone, club);
    const auto report = store->undoDevice(byAnna, "anna", "lost phone", now - 1h, now + 1h, false);
    EXPECT_THAT(report.changedSince, IsEmpty());
    EXPECT_THAT(subjects(), testing::UnorderedElementsAre("Chess", "Go", "Lunch"));
    EXPECT_THAT(faults(), IsEmpty());
}

}  // namespace
}  // namespace crmdav
