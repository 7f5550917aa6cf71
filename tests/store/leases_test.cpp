#include "store/sync/leases.h"
#include "tests/store/store_support.h"

namespace crmdav {
namespace {

using namespace std::chrono_literals;

class Leases : public testing::Test {
protected:
    std::optional<Lease> take(const std::string& holder) {
        return write(store.database(), [&](Connection& db) { return takeLease(db, "sync", holder, 60s); });
    }
    void require(const Lease& lease) {
        write(store.database(), [&](Connection& db) { requireLease(db, lease); });
    }

    TempStore store;
};

TEST_F(Leases, OneHolderAtATime) {
    const auto first = take("a");
    ASSERT_TRUE(first);
    EXPECT_FALSE(take("b"));
    ASSERT_TRUE(take("a")) << "it lasts longer";
    EXPECT_EQ(take("a")->fence, first->fence);
    EXPECT_THAT(store->leases(), testing::ElementsAre(testing::Field(&Lease::holder, "a")));
}

TEST_F(Leases, WhoSleptTooLongWritesNoMore) {  // D71: another takes over, and nothing is done twice
    const auto first = take("a");
    store.now += 61s;
    require(*first);  // nobody came meanwhile
    const auto second = take("b");
    ASSERT_TRUE(second);
    EXPECT_GT(second->fence, first->fence);
    EXPECT_THROW(require(*first), LeaseLost);
    store.now += 61s;
    const auto third = take("a");
    ASSERT_TRUE(third);
    EXPECT_THROW(require(*first), LeaseLost) << "the same process in another life of the lease";
    EXPECT_THROW(require(*second), LeaseLost);
    require(*third);
}

TEST_F(Leases, AReleasedOneIsFreeAtOnceAndItsNumberIsNotUsedAgain) {
    const auto first = take("a");
    write(store.database(), [&](Connection& db) { releaseLease(db, *first); });
    EXPECT_THAT(store->leases(), testing::IsEmpty());
    const auto second = take("b");
    ASSERT_TRUE(second);
    EXPECT_GT(second->fence, first->fence);
}

TEST_F(Leases, UpkeepIsDoneByTheProcessThatHasIt) {
    SqlStore other(store.options, true);
    const auto tended = [&] {
        const Reading reading(store.database());
        auto row = reading.db().query("SELECT value FROM meta WHERE name='tended'");
        return row.next() ? row.string(0) : std::string();
    };
    while (store->tend()) continue;
    const std::string today = tended();
    store.now += std::chrono::hours(24);
    const auto lease = write(store.database(), [](Connection& db) { return takeLease(db, "upkeep", "a third", 60s); });
    ASSERT_TRUE(lease);
    EXPECT_FALSE(other.tend());
    EXPECT_EQ(tended(), today);
    store.now += 61s;
    while (other.tend()) continue;
    EXPECT_NE(tended(), today);
    ASSERT_EQ(store->leases().size(), 1U);
    EXPECT_EQ(store->leases()[0].holder, other.database().holder());
}

}  // namespace
}  // namespace crmdav
