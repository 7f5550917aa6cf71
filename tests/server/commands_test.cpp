#include <fstream>
#include <set>
#include <sstream>

#include "bridge/secrets.h"
#include "tests/server/command_line.h"

namespace crmdav {
namespace {

using namespace testing;

TEST_F(CommandLine, EveryCommandHasHelpWithExamples) {
    std::set<std::string> names;
    for (const auto& command : commandTable()) {
        EXPECT_TRUE(names.insert(std::string(command.name)).second) << command.name;
        std::vector<std::string> words;
        std::istringstream split{std::string(command.name)};
        for (std::string word; split >> word;) words.push_back(word);
        words.emplace_back("--help");
        EXPECT_EQ(run(words), 0) << command.name;
        EXPECT_THAT(out, AllOf(HasSubstr("Examples\n  "), HasSubstr("crmdav " + std::string(command.name))))
            << command.name;
    }
}

TEST_F(CommandLine, WrongUsageIsStatus2AndOneLine) {
    for (const std::vector<std::string>& words : {std::vector<std::string>{"nonsense"},
                                                  {"user"},
                                                  {"user", "add"},
                                                  {"user", "add", "a", "b"},
                                                  {"user", "list", "--loud"},
                                                  {"user", "list", "--json=1"},
                                                  {"user", "add", "a", "--role", "king"},
                                                  {"user", "add", "a", "--kind", "team"},
                                                  {"user", "add", "a", "--kind", "room", "--stdin"},
                                                  {"user", "change", "a", "--calendar-per-type", "maybe"},
                                                  {"history", "--from", "yesterday"},
                                                  {"history", "--limit", "x"},
                                                  {"restore"},
                                                  {"restore", "--in-place", "copy.db"},
                                                  {"undo"}}) {
        EXPECT_EQ(run(words), 2) << words[0];
        EXPECT_EQ(std::count(err.begin(), err.end(), '\n'), 1) << err;
    }
}

TEST_F(CommandLine, BadConfigurationIsStatus2) {
    std::ofstream(place / "crmdav.properties") << "store.ulr = x\n";
    EXPECT_EQ(run({"user", "list"}), 2);
    EXPECT_THAT(err, HasSubstr("did you mean store.url?"));
}

TEST_F(CommandLine, UsersAreAddedListedChangedAndRemoved) {
    ASSERT_EQ(run({"user", "add", "anna", "--name", "Anna \"A\" Berg", "--email", "anna@example.org"}), 0) << err;
    EXPECT_THAT(out, HasSubstr("shown this once: "));
    EXPECT_EQ(run({"user", "add", "anna"}), 1);
    EXPECT_THAT(err, HasSubstr("already"));
    ASSERT_EQ(run({"user", "list", "--json"}), 0);
    EXPECT_THAT(out, HasSubstr(R"("login":"anna","name":"Anna \"A\" Berg")"));
    ASSERT_EQ(run({"user", "change", "anna", "--name", "Anna Berg", "--off"}), 0) << err;
    run({"user", "list"});
    EXPECT_THAT(out, HasSubstr("anna\tmember\toff\t"));
    ASSERT_EQ(run({"user", "change", "anna", "--calendar-per-type", "on"}), 0) << err;
    StoreOptions options;
    options.url = place.url();
    EXPECT_TRUE(Store::open(options)->user("anna")->calendarPerType);
    ASSERT_EQ(run({"user", "remove", "anna"}), 0) << err;
    EXPECT_EQ(run({"user", "password", "anna"}), 1);
}

TEST_F(CommandLine, RoomsHaveNoPassword) {  // RFC 6638 §2.4.2
    ASSERT_EQ(run({"user", "add", "attic", "--kind", "room", "--email", "attic@example.org"}), 0) << err;
    EXPECT_THAT(out, Not(HasSubstr("Password")));
    run({"user", "list"});
    EXPECT_THAT(out, HasSubstr("attic\troom\tactive"));
    EXPECT_EQ(run({"user", "password", "attic"}), 1);
    EXPECT_EQ(run({"app-password", "add", "attic", "--label", "door"}), 1);
    EXPECT_EQ(run({"user", "change", "attic", "--role", "admin"}), 1);
}

TEST_F(CommandLine, PasswordsComeFromStdinAndAreNeverShownThen) {
    ASSERT_EQ(run({"user", "add", "anna", "--stdin"}, "correct horse battery\n"), 0) << err;
    EXPECT_THAT(out, Not(HasSubstr("correct")));
    EXPECT_EQ(run({"user", "password", "anna", "--stdin"}, "short\n"), 1);
}

TEST_F(CommandLine, AppPasswordsAreAddedListedAndRevoked) {
    run({"user", "add", "anna"});
    ASSERT_EQ(
        run({"app-password", "add", "anna", "--label", "phone", "--scope", "caldav,carddav", "--read-only", "--json"}),
        0)
        << err;
    const auto id = out.substr(7, 36);
    ASSERT_EQ(run({"app-password", "list", "anna"}), 0);
    EXPECT_THAT(out, AllOf(HasSubstr(id), HasSubstr("phone\tcaldav,carddav read-only"), HasSubstr("never")));
    EXPECT_EQ(run({"app-password", "add", "anna", "--scope", "mail"}), 2);
    ASSERT_EQ(run({"app-password", "revoke", "anna", id}), 0) << err;
    run({"app-password", "list", "anna", "--json"});
    EXPECT_THAT(out, Not(HasSubstr(R"("revoked":"")")));
    EXPECT_EQ(run({"app-password", "revoke", "anna", "none"}), 1);
}

TEST_F(CommandLine, BackupIsRestoredAndClean) {
    run({"user", "add", "anna"});
    ASSERT_EQ(run({"backup", place / "copy.db"}), 0) << err;
    StoreOptions options;
    options.url = place.url();
    EXPECT_FALSE(Store::open(options)->setting("backup.last").empty()) << "whoever looks at its health sees when";
    EXPECT_EQ(run({"backup", place / "copy.db"}), 1);
    run({"user", "add", "bert"});
    ASSERT_EQ(run({"restore", place / "copy.db"}), 0) << err;
    run({"user", "list"});
    EXPECT_THAT(out, AllOf(HasSubstr("anna"), Not(HasSubstr("bert"))));
    EXPECT_EQ(run({"check"}), 0) << out;
    EXPECT_EQ(run({"migrate"}), 0);
}

/// D71: what devices were told after that state is not known to the store.
TEST_F(CommandLine, AStoreThatWasPutBackByOtherMeansForgetsItsTokens) {
    ASSERT_EQ(run({"user", "add", "anna"}), 0) << err;
    StoreOptions options;
    options.url = place.url();
    const auto contacts = [](Store& store) { return *store.collection("anna", Home::addressbooks, "contacts"); };
    std::string token;
    {
        const auto serving = Store::open(options);
        token = contacts(*serving).syncToken;
        EXPECT_EQ(run({"restore", "--in-place"}), 1);
        EXPECT_THAT(err, HasSubstr("is in use"));
    }
    ASSERT_EQ(run({"restore", "--in-place"}), 0) << err;
    const auto store = Store::open(options);
    const auto known = [&](const std::string& since) {
        return store->changesSince(contacts(*store).id, since, 0, MemberDetail::tags, [](auto&, auto) {}).has_value();
    };
    EXPECT_FALSE(known(token));
    EXPECT_TRUE(known(contacts(*store).syncToken));
    EXPECT_THAT(store->check({}), IsEmpty());
}

/// D51, D52: what a phone deleted by mistake comes back as it was, by its entry or with all else the phone did.
TEST_F(CommandLine, WhatADeviceDeletedComesBackByteForByte) {
    run({"user", "add", "anna"});
    StoreOptions options;
    options.url = place.url();
    const std::string card =
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:c1\r\nFN:Cleo\r\nX-KEEP:1\r\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/"
        "AAEC\r\nEND:VCARD\r\n";
    Actor phone;
    phone.via = "dav";
    phone.device = "phone";
    Id contact, deal;
    const auto removeIt = [&] {
        const auto store = Store::open(options);
        phone.user = store->user("anna")->id;
        const auto book = store->collection("anna", Home::addressbooks, "contacts")->id;
        if (contact.empty()) {
            Actor desk = phone;
            desk.device = "desk";
            contact = store->saveObject(desk, book, "c.vcf", card, {}).record;
            Deal wanted;
            wanted.title = "D";
            wanted.contactIds = {contact};
            deal = store->saveDeal(desk, wanted, "").id;
        }
        store->removeObject(phone, book, "c.vcf", {});
        return store->lastHistoryId();
    };
    const auto expectBack = [&] {
        const auto store = Store::open(options);
        std::string bytes;
        store->object(store->collection("anna", Home::addressbooks, "contacts")->id, "c.vcf",
                      [&](const Member&, std::string_view content) { bytes = content; });
        EXPECT_EQ(bytes, card);
        EXPECT_TRUE(store->contactPhoto(0, contact));
        EXPECT_THAT(store->deal(0, deal)->contactIds, ElementsAre(contact));
    };
    const std::string entry = std::to_string(removeIt());
    ASSERT_EQ(run({"undo", "--entry", entry}), 0) << err;
    expectBack();

    removeIt();
    const std::vector<std::string> device{"undo",   "--login",    "anna",    "--device",  "phone",
                                          "--from", "2020-01-01", "--until", "2099-01-01"};
    auto dry = device;
    dry.emplace_back("--dry-run");
    ASSERT_EQ(run(dry), 0) << err;
    EXPECT_THAT(out, AllOf(HasSubstr("contact"), HasSubstr(contact)));
    EXPECT_FALSE(Store::open(options)->contact(0, contact)) << "a dry run changes nothing";
}

TEST_F(CommandLine, HistoryTellsWhoDidWhat) {
    run({"user", "add", "anna"});
    ASSERT_EQ(run({"history", "--json"}), 0) << err;
    EXPECT_THAT(out, AllOf(HasSubstr(R"("deed":"created","kind":"user")"), HasSubstr(R"("via":"cli")")));
}

TEST_F(CommandLine, RotateKeyEncryptsTheAccountsAnew) {  // A11
    run({"user", "add", "anna"});
    std::ofstream(place / "crmdav.properties", std::ios::app) << "secrets.keyFile = " << place / "own.key"
                                                              << "\n";
    StoreOptions options;
    options.url = place.url();
    const auto store = Store::open(options);
    Account account;
    account.user = store->user("anna")->id;
    account.provider = "icloud";
    account.login = "anna@icloud.example";
    account = store->sync().saveAccount(account);
    Secrets secrets(place / "own.key");
    secrets.save(*store, account.id, "app password");
    const std::string before = store->sync().secret(account.id);
    ASSERT_EQ(run({"rotate-key"}), 0) << err;
    EXPECT_THAT(out, AllOf(HasSubstr("anew: 1."), HasSubstr("own.key")));
    EXPECT_NE(store->sync().secret(account.id), before);
    EXPECT_EQ(secrets.load(*store, account.id), "app password");
    store->sync().saveSecret(account.id, "garbage");
    EXPECT_EQ(run({"rotate-key"}), 1);
    EXPECT_THAT(err, HasSubstr("anna@icloud.example"));
}

}  // namespace
}  // namespace crmdav
