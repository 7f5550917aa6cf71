#include "protocol/dav/filter.h"
#include "store/engine/database.h"
#include "tests/store/store_support.h"

namespace crmdav {
namespace {

/// Small in everyday runs; as large as the demand with CRMDAV_TEST_LONG=1.
int large(int everyday, int demanded) { return std::getenv("CRMDAV_TEST_LONG") ? demanded : everyday; }

class Scale : public testing::Test {
protected:
    static std::string uid(int n) { return "m" + std::to_string(n); }
    void put(const Collection& c, int n, const std::string& subject = "Meeting") {
        char start[32];
        std::snprintf(start, sizeof start, "%04d%02d%02dT%02d0000Z", 2000 + n / 336 % 300, n / 28 % 12 + 1, n % 28 + 1,
                      n % 24);
        store->saveObject(anna, c.id, uid(n) + ".ics", meeting(c.name + uid(n), start, subject), {});
    }
    void inBatches(int count, const std::function<void(int)>& work) {
        for (int from = 0; from < count; from += 1000)
            store->batch([&] {
                for (int n = from; n < std::min(count, from + 1000); ++n) work(n);
            });
    }

    TempStore store;
    Actor anna = store.user("anna");
};

/// Statements, and steps of SQLite's machine (rows stepped over among them).
struct Cost {
    std::size_t statements, steps;
};

TEST_F(Scale, DeltaWeekPollAndPutTakeTheSameOverAThousandAndOverManyMembers) {
    const auto costs = [&](const std::string& name, int members) {
        const Collection c = store.calendar(anna, name);
        inBatches(members, [&](int n) { put(c, n); });
        const std::string token = store->collectionById(c.id)->syncToken;
        for (int n = 100; n < 110; ++n) put(c, n, "Changed");
        CalendarFilter week;
        CompFilter comp;
        comp.name = "VEVENT";
        comp.range = TimeRange{*parseUtc("20010305T000000Z"), *parseUtc("20010312T000000Z")};
        week.root.comps.push_back(comp);
        std::map<std::string, Cost> all;
        std::map<std::string, int> found;
        const auto measure = [&](const std::string& what, const auto& verb) {
            verb();  // statements are prepared, pages are read
            found[what] = 0;
            const std::size_t statements = Store::statementsOfThread(), steps = Database::stepsOfThread();
            verb();
            all[what] = {Store::statementsOfThread() - statements, Database::stepsOfThread() - steps};
        };
        measure("delta", [&] {
            store->changesSince(c.id, token, 0, MemberDetail::rows, [&](const auto&, auto) { ++found["delta"]; });
        });
        measure("week", [&] { store->queryCalendar(c.id, week, "", 0, [&](const auto&, auto) { ++found["week"]; }); });
        measure("poll", [&] { found["poll"] += !store->collectionById(c.id)->syncToken.empty(); });
        measure("put", [&] { put(c, 500, "Changed " + std::to_string(++found["put"] + 7)); });
        EXPECT_EQ(found["delta"], 10);
        EXPECT_EQ(found["week"], 7);
        return all;
    };
    const auto few = costs("few", 1000), many = costs("many", large(10'000, 100'000));
    for (const auto& [what, cost] : few) {
        EXPECT_EQ(many.at(what).statements, cost.statements) << what;
        EXPECT_LE(many.at(what).steps, cost.steps + cost.steps / 20 + 10) << what << " over " << cost.steps;
        RecordProperty(what + " statements", std::to_string(many.at(what).statements));
        RecordProperty(what + " steps", std::to_string(many.at(what).steps));
    }
}

TEST_F(Scale, AfterVeryManyChangesADeltaInPiecesGivesExactlyTheState) {  // D20
    const Collection c = store.calendar(anna, "work");
    const int items = large(200, 10'000), changes = large(4'000, 1'000'000);
    std::map<std::string, std::string> mine;
    std::string token;
    const auto syncInPieces = [&] {
        for (bool more = true; more;) {
            int seen = 0;
            const auto reached =
                store->changesSince(c.id, token, 97, MemberDetail::rows, [&](const Change& change, std::string_view) {
                    ++seen;
                    change.deleted ? void(mine.erase(change.member.name))
                                   : void(mine[change.member.name] = change.member.etag);
                });
            ASSERT_TRUE(reached);
            ASSERT_LE(seen, 97);
            token = reached->token;
            more = reached->truncated;
        }
        std::map<std::string, std::string> theirs;
        store->members(c.id, MemberDetail::rows, [&](const Member& m, std::string_view) { theirs[m.name] = m.etag; });
        ASSERT_EQ(mine, theirs);
    };
    inBatches(changes, [&](int n) {
        const int item = static_cast<int>(static_cast<unsigned>(n) * 2654435761u % static_cast<unsigned>(items));
        if (n % 7 == 3 && store->member(c.id, uid(item) + ".ics"))
            store->removeObject(anna, c.id, uid(item) + ".ics", {});
        else
            put(c, item, "Change " + std::to_string(n));
        if (n % (changes / 4) == 1) syncInPieces();
    });
    syncInPieces();
    Reading reading(store.database());
    auto row = reading.db().query("SELECT COUNT(*) FROM members WHERE collection_id=?", c.id);
    ASSERT_TRUE(row.next());
    EXPECT_LE(row.int64(0), items);
}

}  // namespace
}  // namespace crmdav
