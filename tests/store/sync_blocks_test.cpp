#include "protocol/dav/errors.h"
#include "tests/store/sync_support.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// Rule B2.
class BusyBlocks : public SyncTest {
protected:
    void save(const std::string& start) {
        sync().saveBlock(byAnna, anna.id, block, event(block, "DTSTART:" + start + "\r\nDURATION:PT1H\r\n"));
        busy = calendar("anna", "busy");
    }
    std::vector<BusyPeriod> busyTimes() const {
        const std::vector<CollectionId> ids{busy};
        const Instant from = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
        return store->freeBusy(ids, {from, from + std::chrono::days(30)}, "UTC");
    }
    CollectionId busy = 0;
    const Id block = newId();
};

TEST_F(BusyBlocks, OccupyTimeAndAreToldToClients) {
    save("20260105T090000Z");
    sync().removeBlock(byAnna, anna.id, block);
    const std::string before = store->collectionById(busy)->syncToken;
    save("20260106T090000Z");
    ASSERT_THAT(busyTimes(), SizeIs(1));
    std::vector<std::string> told;
    store->changesSince(busy, before, 0, MemberDetail::rows, [&](const Change& change, std::string_view) {
        told.push_back(change.member.name + (change.deleted ? " gone" : ""));
    });
    EXPECT_THAT(told, ElementsAre(block + ".ics"));
    EXPECT_THAT(store->check({}), IsEmpty());

    save("20260107T090000Z");
    EXPECT_THAT(names(busy), SizeIs(1));
    ASSERT_THAT(busyTimes(), SizeIs(1));
    sync().removeBlock(byAnna, anna.id, block);
    sync().removeBlock(byAnna, anna.id, block);
    EXPECT_THAT(busyTimes(), IsEmpty());
    told.clear();
    store->changesSince(busy, before, 0, MemberDetail::rows, [&](const Change& change, std::string_view) {
        told.push_back(change.member.name + (change.deleted ? " gone" : ""));
    });
    EXPECT_THAT(told, ElementsAre(block + ".ics gone"));
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(BusyBlocks, AreNoRecordsAndNoHistory) {
    const std::int64_t last = store->lastHistoryId();
    save("20260106T090000Z");
    sync().removeBlock(byAnna, anna.id, block);
    EXPECT_EQ(store->lastHistoryId(), last);
    EXPECT_THAT(store->activities({}).records, IsEmpty());
    EXPECT_THAT(store->trash(anna.id, 10), IsEmpty());
}

TEST_F(BusyBlocks, AreNoBusinessOfClients) {
    save("20260106T090000Z");
    EXPECT_THROW(store->removeObject(byAnna, busy, block + ".ics", {}), Forbidden);
    EXPECT_THROW(put(byAnna, busy, "own.ics", event("own", "DTSTART:20260106T090000Z\r\n")), Forbidden);
}

TEST_F(BusyBlocks, NeedAUserAndAnEvent) {
    EXPECT_THROW(sync().saveBlock(byAnna, 99, block, event(block, "DTSTART:20260106T090000Z\r\n")), NotFound);
    EXPECT_THROW(sync().saveBlock(byAnna, anna.id, block, "busy"), DavError);
    EXPECT_FALSE(store->collection("anna", Home::calendars, "busy"));
}

TEST_F(BusyBlocks, FindAPlaceBesideACalendarOfThatName) {
    Collection own;
    own.owner = anna.id;
    own.name = "busy";
    own.components = {ComponentKind::event};
    store->makeCollection(byAnna, own);
    sync().saveBlock(byAnna, anna.id, block, event(block, "DTSTART:20260106T090000Z\r\n"));
    EXPECT_THAT(names(calendar("anna", "busy-2")), SizeIs(1));
}

TEST_F(BusyBlocks, OfASeriesAreFoundFarAhead) {
    sync().saveBlock(byAnna, anna.id, block,
                     event(block, "DTSTART:20200106T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY\r\n"));
    busy = calendar("anna", "busy");
    EXPECT_THAT(busyTimes(), SizeIs(4));
    EXPECT_THAT(store->check({}), IsEmpty());
}

}  // namespace
}  // namespace crmdav
