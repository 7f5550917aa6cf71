#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/bridge/history.h"
#include "tests/support/sanitized.h"

/// Random histories of edits and deletions on all sides – one provider or two at once, series and their occurrences –,
/// with faults of every kind: 429, 500, 412, lost answers, expired cursors, empty and repeated pages, people who edit
/// in the midst of a run, death at any call or transaction. When those stop, all sides agree by the rules, nothing is
/// doubled or lost, and nothing more is written (rules B13, C1–C11, D2–D10, I1–I6). CRMDAV_HISTORIES=100000 for a long
/// one; CRMDAV_SEED=N for one history again.
namespace crmdav {
namespace {

const unsigned usual = isSanitized() ? 100 : 2'000;
constexpr unsigned parts = 8;  ///< so that they can be run at once

unsigned numberFrom(const char* name, unsigned fallback) {
    const char* text = std::getenv(name);
    return text ? static_cast<unsigned>(std::strtoul(text, nullptr, 10)) : fallback;
}

void live(unsigned seed, SyncKind kind) {
    History history(seed, kind);
    history.happen();
    history.check();
    if (testing::Test::HasFailure()) ADD_FAILURE() << "CRMDAV_SEED=" << seed << "\n" << history.story();
}

class Convergence : public testing::TestWithParam<unsigned> {
protected:
    static void histories(SyncKind kind) {
        const char* one = std::getenv("CRMDAV_SEED");
        const unsigned seed = numberFrom("CRMDAV_SEED", 0);
        if (one && seed % parts != GetParam()) GTEST_SKIP() << "another seed is asked for";
        if (one) return live(seed, kind);
        const unsigned count = numberFrom("CRMDAV_HISTORIES", usual) / 2;  // as many of each kind
        for (unsigned s = GetParam(); s < count && !HasFailure(); s += parts) live(s, kind);
    }
};

TEST_P(Convergence, EventsOfAllSides) { histories(SyncKind::calendar); }
TEST_P(Convergence, ContactsOfAllSides) { histories(SyncKind::contacts); }

INSTANTIATE_TEST_SUITE_P(Seeds, Convergence, testing::Range(0U, parts));

}  // namespace
}  // namespace crmdav
