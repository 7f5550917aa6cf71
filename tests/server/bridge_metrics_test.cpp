#include "server/bridge_metrics.h"

#include "tests/bridge/push_world.h"

namespace crmdav {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class BridgeMetrics : public testing::Test, protected PushWorld {
protected:
    /// As Prometheus gets it.
    std::string metrics() {
        HttpLimits limits;
        limits.inner = true;
        return HttpClient(limits).send({"GET", listener->address() + "/metrics"}).body;
    }
    static std::string state(const Account& account, const std::string& kind, const std::string& state) {
        return "crmdav_bridge_account_state{account=\"" + account.id + "\",provider=\"" + account.provider +
               "\",kind=\"" + kind + "\",state=\"" + state + "\"} 1\n";
    }
};

TEST_F(BridgeMetrics, ARevokedGrantShows) {  // D14
    const Account mine = connectGoogle();
    EXPECT_THAT(metrics(), HasSubstr(state(mine, "contacts", "authorised")));
    settle(mine);
    EXPECT_THAT(metrics(),
                AllOf(HasSubstr(state(mine, "calendar", "active")), HasSubstr(state(mine, "contacts", "authorised"))));
    google.signIn().revoke(login);
    google.signIn().expireAccess();
    EXPECT_EQ(run(mine), SyncStatus::reconnect);
    EXPECT_THAT(metrics(), AllOf(HasSubstr(state(mine, "calendar", "reconnect")),
                                 Not(HasSubstr(state(mine, "calendar", "active"))),
                                 HasSubstr("crmdav_bridge_runs_total{provider=\"google\",kind=\"calendar\","
                                           "outcome=\"reconnect\"} 1\n"),
                                 HasSubstr("crmdav_bridge_outbox{state=\"waiting\"} 1\n")));
    connectGoogle();
    EXPECT_EQ(run(mine), SyncStatus::active);
    EXPECT_THAT(metrics(), HasSubstr(state(mine, "calendar", "active")));
}

TEST_F(BridgeMetrics, RunsActionsAndSubscriptionsAreCounted) {
    const Account work = connectMicrosoft();
    meetAtMicrosoft("One");
    meetAtMicrosoft("Two");
    settle(work);
    const std::string of = "{provider=\"microsoft\",kind=\"calendar\",";
    EXPECT_THAT(metrics(), AllOf(HasSubstr("crmdav_bridge_runs_total" + of + "outcome=\"done\"} 3\n"),
                                 HasSubstr("crmdav_bridge_actions_total" + of + "action=\"create in CRM\"} 2\n"),
                                 HasSubstr("crmdav_bridge_subscriptions 1\n")));
    graph.faults().next(standins::Fault::broken);
    EXPECT_EQ(run(work), SyncStatus::failing);
    EXPECT_THAT(metrics(), HasSubstr("crmdav_bridge_runs_total" + of + "outcome=\"failed\"} 1\n"));
}

TEST_F(BridgeMetrics, AgesAreOfWhatRuns) {
    const Account mine = connectGoogle();
    settle(mine);
    std::string text;
    const std::string age =
        "crmdav_bridge_success_age_seconds{account=\"" + mine.id + "\",provider=\"google\",kind=\"calendar\"} ";
    appendBridge(text, *temp.store, bridge.get(), now + std::chrono::minutes(7));
    EXPECT_THAT(text, HasSubstr(age + "420\n"));
    bridge->accounts().stop(mine.id, SyncKind::calendar);
    text.clear();
    appendBridge(text, *temp.store, nullptr, now);
    EXPECT_THAT(text, Not(HasSubstr(age))) << "nobody waits for it";
    EXPECT_THAT(text, HasSubstr(state(mine, "calendar", "stopped")));
}

TEST_F(BridgeMetrics, NobodyIsNamed) {
    const Account mine = connectGoogle(), work = connectMicrosoft();
    settle(mine);
    settle(work);
    google.signIn().revoke(login);
    google.signIn().expireAccess();
    run(mine);
    for (const char* name : {"@", "anna", "example", "contoso"}) EXPECT_THAT(metrics(), Not(HasSubstr(name))) << name;
}

}  // namespace
}  // namespace crmdav
