#include <thread>

#include "tests/store/store_support.h"

namespace crmdav {
namespace {

using namespace std::chrono_literals;

class FailedSignIns : public testing::Test {
protected:
    std::int64_t rows() {
        const Reading reading(store.database());
        auto row = reading.db().query("SELECT COUNT(*) FROM failed_sign_ins");
        return row.next() ? row.int64(0) : -1;
    }
    std::int64_t known(const std::string& key) { return store->failures({{key}})[0].count; }

    TempStore store;
};

TEST_F(FailedSignIns, AreCountedByAllProcessesTogether) {
    const std::vector<std::string> keys{"anna\xff", "all"};
    store.options.wait = 60s;
    std::vector<std::thread> processes;
    for (int p = 0; p < 3; ++p)
        processes.emplace_back([&] {
            SqlStore process(store.options, true);
            for (int i = 0; i < 20; ++i) process.noteFailure(keys);
        });
    for (auto& process : processes) process.join();
    EXPECT_EQ(known("anna\xff"), 60);
    EXPECT_EQ(known("all"), 60);
    store.now += 7s;
    EXPECT_EQ(store->failures(keys)[1].ago, 7s);
    SqlStore(store.options, true).forgetFailures("anna\xff");
    EXPECT_EQ(known("anna\xff"), 0);
    EXPECT_EQ(known("all"), 60);
}

TEST_F(FailedSignIns, OfALaterClockAreFromNow) {
    const std::vector<std::string> keys{"anna"};
    store->noteFailure(keys);
    store.now -= 20s;
    EXPECT_EQ(store->failures(keys)[0].ago, 0s);
}

TEST_F(FailedSignIns, GoAnHourAfterTheLast) {
    const std::vector<std::string> anna{"anna"}, ben{"ben"};
    store->noteFailure(anna);
    store.now += 1h;
    EXPECT_EQ(known("anna"), 0);
    store->noteFailure(ben);
    EXPECT_EQ(rows(), 1);
    store.now += 24h;
    while (store->tend()) continue;
    EXPECT_EQ(rows(), 0) << "also where nobody fails any more";
}

TEST_F(FailedSignIns, AreBounded) {
    write(store.database(), [](Connection& db) {
        for (int i = 0; i < 10'100; ++i)
            db.exec("INSERT INTO failed_sign_ins(key, count, last) VALUES(?, 7, ?)", Blob{std::to_string(i)},
                    db.now() - 10s);
    });
    const std::vector<std::string> keys{"anna", "all"};
    store->noteFailure(keys);
    EXPECT_EQ(rows(), 10'000);
    EXPECT_EQ(known("anna"), 1) << "the latest stay";
}

}  // namespace
}  // namespace crmdav
