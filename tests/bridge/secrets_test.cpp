#include "bridge/secrets.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>

#include "tests/support/store_place.h"

namespace crmdav {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Rule A11.
class SecretsTest : public testing::Test {
protected:
    std::string file() const { return place / "secrets.key"; }
    std::string contents() const {
        std::ifstream in(file());
        std::stringstream text;
        text << in.rdbuf();
        return text.str();
    }
    /// The lines with keys.
    std::vector<std::string> keys() const {
        std::istringstream in(contents());
        std::vector<std::string> all;
        for (std::string line; std::getline(in, line);)
            if (!line.starts_with('#')) all.push_back(line);
        return all;
    }

    StorePlace place;
    Secrets secrets{file()};
    const Id anna = "0190c9a1-0000-7000-8000-00000000000a", ben = "0190c9a1-0000-7000-8000-00000000000b";
};

TEST_F(SecretsTest, OpensWhatItSealed) {
    for (const std::string& plain :
         {std::string("refresh token"), std::string(), std::string("\0\xff", 2), std::string(100'000, 'x')}) {
        const std::string sealed = secrets.seal(anna, plain);
        EXPECT_TRUE(plain.size() <= 2 || sealed.find(plain) == std::string::npos);
        EXPECT_EQ(secrets.open(anna, sealed), plain);
        EXPECT_EQ(Secrets(file()).open(anna, sealed), plain) << "another process does, too";
    }
    EXPECT_NE(secrets.seal(anna, "same"), secrets.seal(anna, "same"));
}

TEST_F(SecretsTest, MakesItsKeyAtFirstUseForItsOwnEyes) {
    EXPECT_FALSE(fs::exists(file()));
    EXPECT_THROW(secrets.open(anna, std::string(60, '\1')), SecretError);
    EXPECT_FALSE(fs::exists(file())) << "there is nothing to open yet";
    secrets.seal(anna, "x");
    EXPECT_EQ(fs::status(file()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    ASSERT_THAT(keys(), testing::SizeIs(1));
    EXPECT_EQ(keys()[0].size(), 64U);
    const auto before = contents();
    Secrets(file()).seal(anna, "x");
    EXPECT_EQ(contents(), before);
}

TEST_F(SecretsTest, EveryChangedBitIsNoticed) {
    const std::string sealed = secrets.seal(anna, "token");
    for (std::size_t i = 0; i < sealed.size() * 8; ++i) {
        std::string changed = sealed;
        changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << i % 8));
        EXPECT_THROW(secrets.open(anna, changed), SecretError) << i;
    }
    for (std::size_t size = 0; size < sealed.size(); ++size)
        EXPECT_THROW(secrets.open(anna, sealed.substr(0, size)), SecretError) << size;
    EXPECT_THROW(secrets.open(anna, sealed + "x"), SecretError);
}

TEST_F(SecretsTest, OneAccountsDoesNotOpenAsAnothers) {
    const std::string sealed = secrets.seal(anna, "token");
    EXPECT_THROW(secrets.open(ben, sealed), SecretError);
    EXPECT_EQ(secrets.open(anna, sealed), "token");
}

TEST_F(SecretsTest, AnotherKeyOpensNothing) {
    const std::string sealed = secrets.seal(anna, "token");
    Secrets other(place / "other.key");
    other.seal(anna, "x");
    try {
        other.open(anna, sealed);
        ADD_FAILURE() << "opened";
    } catch (const SecretError& error) {
        EXPECT_THAT(error.what(), HasSubstr("other.key"));
    }
}

TEST_F(SecretsTest, AKeyFileWithASlipIsRefusedWithoutShowingIt) {
    const std::string digits(63, 'a');
    for (const std::string& text : {digits, digits + "z", digits + "aa", std::string("# nothing\n"), std::string()}) {
        std::ofstream(file(), std::ios::trunc) << text << "\n";
        try {
            secrets.seal(anna, "x");
            ADD_FAILURE() << text;
        } catch (const KeyFileError& error) {
            EXPECT_THAT(error.what(), HasSubstr("secrets.key"));
            EXPECT_THAT(error.what(), testing::Not(HasSubstr("aaaa")));
        }
    }
    std::ofstream(file(), std::ios::trunc) << "# by hand: openssl rand -hex 32\r\n" << std::string(64, 'A') << "\r\n";
    EXPECT_EQ(secrets.open(anna, secrets.seal(anna, "x")), "x");
}

// ---------------------------------------------------------------- with a store

class KeyRotation : public SecretsTest {
protected:
    KeyRotation() {
        open();
        User user;
        user.login = "anna";
        user.name = "Anna";
        const std::int64_t id = store->addUser({}, user).id;
        for (int i = 0; i < 5; ++i) {
            Account account;
            account.user = id;
            account.provider = "google";
            account.identity = account.login = std::to_string(i);
            ids.push_back(store->sync().saveAccount(account).id);
            secrets.save(*store, ids.back(), "token " + std::to_string(i));
        }
    }
    void open() {
        store.reset();
        StoreOptions options;
        options.url = place.url();
        store = Store::open(options);
    }
    void expectAllOpen() {
        Secrets anew(file());
        for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(anew.load(*store, ids[i]), "token " + std::to_string(i));
    }
    std::set<std::string> sealed() const {
        std::set<std::string> all;
        for (const Id& id : ids) all.insert(store->sync().secret(id));
        return all;
    }

    std::unique_ptr<Store> store;
    std::vector<Id> ids;
};

TEST_F(KeyRotation, EncryptsEverythingAnewAndForgetsTheOldKey) {
    const auto old = sealed();
    const auto before = keys();
    const auto done = secrets.rotate(*store, true);
    EXPECT_EQ(done.sealed, 5U);
    EXPECT_THAT(done.lost, IsEmpty());
    ASSERT_THAT(keys(), testing::SizeIs(1));
    EXPECT_NE(keys(), before);
    expectAllOpen();
    for (const std::string& one : old) EXPECT_THROW(secrets.open(ids[0], one), SecretError);
    EXPECT_EQ(fs::status(file()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(KeyRotation, ThatIsKilledAnywhereLosesNothingAndIsDoneAgain) {
    for (int kill = 0; kill <= 6; ++kill) {
        store.reset();
        const pid_t child = fork();
        if (child == 0) {
            StoreOptions options;
            options.url = place.url();
            const auto own = Store::open(options);
            Secrets rotating(file());
            int left = kill;
            rotating.rotate(*own, true, [&](std::size_t, std::size_t) {
                if (left-- == 0) raise(SIGKILL);
            });
            _exit(0);
        }
        int status = 0;
        ASSERT_EQ(waitpid(child, &status, 0), child);
        EXPECT_EQ(WIFSIGNALED(status), kill < 6) << kill;
        open();
        expectAllOpen();
    }
    EXPECT_THAT(keys(), testing::SizeIs(1));
}

TEST_F(KeyRotation, ServersGoOnMeanwhile) {
    Secrets serving(file());
    serving.seal(ids[0], "it has read the file");
    bool saved = false;
    secrets.rotate(*store, true, [&](std::size_t done, std::size_t) {
        EXPECT_EQ(serving.load(*store, ids[0]), "token 0") << "by the old key or the new one";
        if (done == 3 && !saved) serving.save(*store, ids[1], "token 1"), saved = true;
    });
    EXPECT_THAT(keys(), testing::SizeIs(1));
    expectAllOpen();
    EXPECT_EQ(serving.load(*store, ids[4]), "token 4");
}

TEST_F(KeyRotation, ASecretOfTheOldKeyThatComesLateIsFoundBeforeThatKeyGoes) {
    const std::string late = secrets.seal(ids[0], "late");
    bool saved = false;
    secrets.rotate(*store, true, [&](std::size_t done, std::size_t all) {
        if (done == all && !saved) store->sync().saveSecret(ids[0], late), saved = true;
    });
    EXPECT_EQ(secrets.load(*store, ids[0]), "late");
    EXPECT_THAT(keys(), testing::SizeIs(1));
}

TEST_F(KeyRotation, WhatNoKeyOpensIsReported) {
    store->sync().saveSecret(ids[1], store->sync().secret(ids[0]));  // swapped
    store->sync().saveSecret(ids[2], "garbage");
    secrets.save(*store, ids[3], "");
    const auto done = secrets.rotate(*store, true);
    EXPECT_EQ(done.sealed, 2U);
    EXPECT_THAT(done.lost, ElementsAre(ids[1], ids[2]));
    EXPECT_EQ(secrets.load(*store, ids[0]), "token 0");
    EXPECT_EQ(secrets.load(*store, ids[3]), "");
}

TEST_F(KeyRotation, AFileThatCannotBeReadLosesNoAccount) {
    const std::string old = contents();
    EXPECT_THROW(secrets.rotate(*store, true,
                                [&](std::size_t done, std::size_t) {
                                    if (done == 2) std::ofstream(file(), std::ios::trunc) << "spoilt\n";
                                }),
                 KeyFileError);
    const auto keysOfBoth = [&] {
        Secrets anew(file());
        return anew.load(*store, ids[4]);
    };
    EXPECT_THROW(keysOfBoth(), KeyFileError);
    std::ofstream(file(), std::ios::trunc) << old;
    EXPECT_EQ(keysOfBoth(), "token 4");
}

TEST_F(KeyRotation, OfSeveralMachinesGoesByAKeyThatWasPutThereByHand) {
    const std::string own(64, '7');
    const std::string both = own + "\n" + keys()[0] + "\n";
    std::ofstream(file(), std::ios::trunc) << both;
    secrets.rotate(*store, false);
    EXPECT_THAT(keys(), ElementsAre(own));
    expectAllOpen();
}

}  // namespace
}  // namespace crmdav
