#include <atomic>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "tests/store/store_support.h"

namespace crmdav {
namespace {

/// A client that syncs by token (RFC 6578) and knows nothing but what it was told.
class Client {
public:
    Client(Store& store, CollectionId collection) : store_(store), collection_(collection) {}
    /// @returns whether there is more
    bool sync() {
        const auto reached = store_.changesSince(collection_, token_, 7, MemberDetail::tags,
                                                 [&](const Change& change, std::string_view) {
                                                     if (change.deleted)
                                                         known.erase(change.member.name);
                                                     else
                                                         known[change.member.name] = change.member.etag;
                                                 });
        EXPECT_TRUE(reached) << "a token died";
        if (!reached) return false;
        token_ = reached->token;
        return reached->truncated;
    }
    std::map<std::string, std::string> known;

private:
    Store& store_;
    CollectionId collection_;
    std::string token_;
};

/// Server processes: stores with connections of their own on one database.
class Processes : public testing::Test {
protected:
    std::unique_ptr<SqlStore> process() { return std::make_unique<SqlStore>(store.options, true); }
    std::map<std::string, std::string> contents(CollectionId collection) {
        std::map<std::string, std::string> all;
        store->members(collection, MemberDetail::tags,
                       [&](const Member& member, std::string_view) { all[member.name] = member.etag; });
        return all;
    }

    TempStore store;
};

// A reader never sees token N while a change below N is still uncommitted.
TEST_F(Processes, AClientThatSyncsWhileAllOfThemWriteMissesNothing) {
    store.options.wait = std::chrono::seconds(60);
    const Actor anna = store.user("anna"), ben = store.user("ben");
    const Collection calendars[] = {*store->collection("anna", Home::calendars, "activities"),
                                    *store->collection("ben", Home::calendars, "activities")};
    std::atomic<int> writing{4};
    std::vector<std::thread> threads;
    for (unsigned seed = 0; seed < 4; ++seed)
        threads.emplace_back([&, seed] {
            const auto own = process();
            std::mt19937 random(seed);
            for (int i = 0; i < 40; ++i) {
                const bool annas = random() % 2;
                const auto number = std::to_string(random() % 12);
                const auto& calendar = calendars[annas ? 0 : 1];
                // Meetings of both are one record with a member in either calendar.
                const std::string guests =
                    random() % 2 ? "ORGANIZER:mailto:anna@example.com\r\nATTENDEE:mailto:anna@example.com\r\n"
                                   "ATTENDEE:mailto:ben@example.com\r\n"
                                 : "";
                const std::string uid = std::to_string(annas) + "-" + number;
                try {
                    if (random() % 4)
                        own->saveObject(annas ? anna : ben, calendar.id, uid + ".ics",
                                        meeting(uid, "20261201T090000Z", std::to_string(random()), annas ? guests : ""),
                                        {});
                    else
                        own->removeObject(annas ? anna : ben, calendar.id, uid + ".ics", {});
                } catch (const NotFound&) {
                }
            }
            --writing;
        });
    std::vector<std::unique_ptr<SqlStore>> theirs;
    for (int i = 0; i < 2; ++i) theirs.push_back(process());
    Client clients[] = {{*theirs[0], calendars[0].id}, {*theirs[1], calendars[1].id}};
    for (auto& client : clients)
        threads.emplace_back([&] {
            while (writing) client.sync();
            while (client.sync()) continue;
        });
    for (auto& thread : threads) thread.join();
    for (int i = 0; i < 2; ++i) EXPECT_EQ(clients[i].known, contents(calendars[i].id));
    EXPECT_THAT(store->check({}), testing::IsEmpty());
}

// The CRM's change feed is the history: who asks for what came since entry N must not miss one below N.
TEST_F(Processes, AFeedReadWhileAllOfThemWriteHasEveryEntry) {
    store.options.wait = std::chrono::seconds(60);
    std::vector<std::pair<Actor, CollectionId>> users;  // each in a calendar that is nobody else's
    for (const char* login : {"anna", "ben", "cora", "dora"}) {
        const Actor actor = store.user(login);
        users.emplace_back(actor, store.calendar(actor, "plan").id);
    }
    const std::int64_t begun = store->lastHistoryId();
    std::atomic<int> writing{4};
    std::vector<std::thread> threads;
    for (const auto& [actor, calendar] : users)
        threads.emplace_back([&, actor = actor, calendar = calendar] {
            const auto own = process();
            for (int i = 0; i < 25; ++i)
                own->saveObject(actor, calendar, std::to_string(i), meeting(std::to_string(i), "20261201T090000Z"), {});
            --writing;
        });
    std::set<std::int64_t> seen;
    const auto read = [&](std::int64_t since) {
        HistoryFilter filter;
        filter.since = since;
        for (const auto& entry : store->history(filter)) seen.insert(since = entry.id);
        return since;
    };
    std::int64_t since = begun;
    while (writing) since = read(since);
    for (auto& thread : threads) thread.join();
    for (std::int64_t last = -1; last != since;) last = std::exchange(since, read(since));
    EXPECT_EQ(seen.size(), 100U);
}

TEST_F(Processes, OfManyThatSaveOverTheSameVersionExactlyOneWins) {
    store.options.wait = std::chrono::seconds(60);
    const Actor anna = store.user("anna");
    const Collection calendar = store.calendar(anna, "plan");
    std::string etag = store->saveObject(anna, calendar.id, "a.ics", meeting("a", "20261201T090000Z", "0"), {}).etag;
    std::vector<std::unique_ptr<SqlStore>> processes;
    for (int i = 0; i < 3; ++i) processes.push_back(process());
    for (int round = 1; round <= 10; ++round) {
        std::atomic<int> won{0}, lost{0};
        std::string next;
        std::vector<std::thread> writers;
        for (int w = 0; w < 6; ++w)
            writers.emplace_back([&, w] {
                Precondition condition;
                condition.matchGiven = true;
                condition.match = {etag};
                const std::string subject = std::to_string(round) + "-" + std::to_string(w);
                try {
                    const Saved saved = processes[static_cast<std::size_t>(w % 3)]->saveObject(
                        anna, calendar.id, "a.ics", meeting("a", "20261201T090000Z", subject), condition);
                    ++won;
                    next = saved.etag;
                } catch (const PreconditionFailed&) {
                    ++lost;
                }
            });
        for (auto& writer : writers) writer.join();
        ASSERT_EQ(won, 1);
        ASSERT_EQ(lost, 5);
        etag = next;
    }
}

}  // namespace
}  // namespace crmdav
