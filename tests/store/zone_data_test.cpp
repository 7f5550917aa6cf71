#include "protocol/text/zones.h"
#include "store/engine/database.h"
#include "tests/store/store_support.h"

namespace crmdav {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

/// Three hundred members, reckoned by rules of zones that were an hour off.
class ZoneData : public testing::Test {
protected:
    ZoneData() {
        store->batch([&] {
            for (int i = 0; i < 150; ++i) {
                const std::string n = std::to_string(i);
                store->saveObject(anna, work.id, "a" + n + ".ics", event("a" + n, times), {});
                store->saveObject(anna, work.id, "s" + n + ".ics", event("s" + n, times + "RRULE:FREQ=WEEKLY\r\n"), {});
            }
        });
    }
    /// The index as older rules would have made it.
    void makeStale() {
        Writing writing(store.database());
        writing.db().exec("UPDATE members SET start_utc=start_utc+3600 WHERE span IS NOT NULL");
        writing.db().exec(
            "UPDATE occurrences SET start_utc=start_utc+3600 WHERE member_id IN (SELECT id FROM members "
            "WHERE span IS NOT NULL)");
        writing.db().exec("UPDATE activities SET from_utc=from_utc+3600");
        writing.commit();
    }
    std::size_t slices() {
        std::size_t count = 1;
        while (store->tend()) ++count;
        return count;
    }

    TempStore store;
    Actor anna = store.user("anna");
    Collection work = store.calendar(anna, "work");
    const std::string times =
        "DTSTART;TZID=Europe/Berlin:20261124T090000\r\nDTEND;TZID=Europe/Berlin:20261124T100000\r\nSUMMARY:S\r\n";
};

TEST_F(ZoneData, NewRulesAreReadIntoTheIndexSliceBySlice) {
    slices();
    makeStale();
    EXPECT_FALSE(store->check({}).empty());
    EXPECT_EQ(slices(), 1U);  // nothing to do: the rules are those it was made by
    EXPECT_FALSE(store->check({}).empty());

    const std::string token = store->collectionById(work.id)->syncToken;
    store.options.zoneData = "2099z";
    store.reopen();
    EXPECT_TRUE(store->tend());
    EXPECT_FALSE(store->check({}).empty());  // not all at once
    store.reopen();                          // and a restart goes on where it was
    EXPECT_LE(slices(), 4U);
    EXPECT_THAT(store->check({}), IsEmpty());
    EXPECT_EQ(store->collectionById(work.id)->syncToken, token);  // nothing that clients would notice
}

TEST_F(ZoneData, TheSystemsVersionIsKnown) {
    EXPECT_THAT(zoneDataVersion(), testing::Not(IsEmpty()));
    EXPECT_EQ(store.database().options().zoneData, zoneDataVersion());
}

}  // namespace
}  // namespace crmdav
