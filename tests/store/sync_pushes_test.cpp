#include "tests/store/sync_support.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

class SyncPushes : public SyncTest {
protected:
    SyncPush made(const std::string& id, SyncKind kind = SyncKind::calendar) {
        SyncPush push;
        push.id = id;
        push.account = account.id;
        push.kind = kind;
        push.collection = "work";
        push.resource = "r/" + id;
        push.callback = "https://crm.example/hooks/google";
        push.secret = std::string("\0\xff digest", 9);
        push.renew = now + std::chrono::hours(1);
        push.until = now + std::chrono::hours(2);
        sync().savePush(push);
        return push;
    }
    bool wanted(SyncKind kind) { return sync().side(account.id, kind)->wanted; }
};

TEST_F(SyncPushes, AreKeptWholeAndByTheirId) {  // A6
    const SyncPush one = made("One");
    made("two", SyncKind::contacts);
    const auto found = sync().push("One");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->account, account.id);
    EXPECT_EQ(found->kind, SyncKind::calendar);
    EXPECT_EQ(found->collection, one.collection);
    EXPECT_EQ(found->resource, one.resource);
    EXPECT_EQ(found->callback, one.callback);
    EXPECT_EQ(found->secret, one.secret);
    EXPECT_EQ(found->renew, one.renew);
    EXPECT_EQ(found->until, one.until);
    EXPECT_FALSE(sync().push("one")) << "ids have a case";
    EXPECT_THAT(sync().pushes(account.id, SyncKind::contacts), ElementsAre(Field(&SyncPush::id, "two")));

    SyncPush longer = one;
    longer.until += std::chrono::hours(3);
    sync().savePush(longer);
    EXPECT_THAT(sync().pushes(account.id, SyncKind::calendar), SizeIs(1));
    EXPECT_EQ(sync().figures(now + std::chrono::hours(4)).pushes, 1);
    sync().removePush("One");
    sync().removePush("One");
    EXPECT_FALSE(sync().push("One"));
}

TEST_F(SyncPushes, GoWithTheirAccount) {
    made("one");
    const Account other = connect(anna.id, "sub-2");
    sync().removeAccount(account.id);
    EXPECT_FALSE(sync().push("one"));
    EXPECT_THAT(store->check({}), IsEmpty());
    SyncPush stray;
    stray.id = "stray";
    stray.account = newId();
    EXPECT_THROW(sync().savePush(stray), NotFound);
}

TEST_F(SyncPushes, WakeWhatWasStarted) {  // A6, A8
    sync().wake(account.id, SyncKind::contacts);
    EXPECT_TRUE(wanted(SyncKind::contacts));
    EXPECT_FALSE(wanted(SyncKind::calendar));
    for (const SyncStatus status : {SyncStatus::none, SyncStatus::authorised, SyncStatus::stopped}) {
        SyncSide side = *sync().side(account.id, SyncKind::calendar);
        side.status = status;
        sync().saveSide(side);
        sync().wake(account.id, SyncKind::calendar);
        EXPECT_FALSE(wanted(SyncKind::calendar));
    }
    sync().wake(newId(), SyncKind::calendar);
}

}  // namespace
}  // namespace crmdav
