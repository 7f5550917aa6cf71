#include "store/sync.h"
#include "tests/server/command_line.h"

namespace crmdav {
namespace {

using namespace testing;

class AccountCommands : public CommandLine {
protected:
    AccountCommands() {
        StoreOptions options;
        options.url = place.url();
        const auto store = Store::open(options);
        User anna;
        anna.login = "anna";
        anna = store->addUser({}, anna);
        Account made;
        made.user = anna.id;
        made.provider = "dav";
        made.login = made.identity = "anna@elsewhere.example";
        account = store->sync().saveAccount(made).id;
        store->sync().saveSecret(account, "sealed");
        SyncSide side;
        side.account = account;
        side.kind = SyncKind::contacts;
        side.status = SyncStatus::authorised;
        side.settings = R"({"books":["friends"]})";
        store->sync().saveSide(side);
    }

    bool started() {
        StoreOptions options;
        options.url = place.url();
        return Store::open(options)->sync().side(account, SyncKind::contacts)->lastStart.has_value();
    }

    Id account;
};

TEST_F(AccountCommands, A5_ContactsAreAskedAboutOnceMore) {
    EXPECT_EQ(run({"account", "start", account, "--kind", "contacts"}, "n\n"), 1);
    EXPECT_THAT(err, HasSubstr("Enable contact sync?"));
    EXPECT_THAT(out, HasSubstr("Nothing was started"));
    EXPECT_EQ(run({"account", "start", account, "--kind", "contacts"}), 1) << "nobody answers";
    EXPECT_FALSE(started());
    EXPECT_EQ(run({"account", "start", account, "--kind", "contacts"}, "y\n"), 0) << err;
    EXPECT_TRUE(started());
}

TEST_F(AccountCommands, A5_AScriptSaysSo) {
    EXPECT_EQ(run({"account", "start", account, "--kind", "contacts", "--yes"}), 0) << err;
    EXPECT_TRUE(started());
}

}  // namespace
}  // namespace crmdav
