#include <thread>

#include "server/api/watcher.h"
#include "store/records/uuid.h"
#include "tests/server/accounts_world.h"

/// GET /events, over the wire.
namespace crmdav {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Events : public ApiAccounts {
protected:
    Events() {
        eventLimits() = {3, 5, 20ms, 200ms};
        served = std::make_unique<wire::Served>(
            [this](const Request& request) { return route(context, parts, authenticator, request); });
    }
    ~Events() override {
        served.reset();
        eventLimits() = {};
    }

    std::string passwordOf(const Identity& who) {
        return store->addAppPassword({}, who.user.id, "page", {}, {}).secret;
    }
    /// A listener whose stream has begun.
    std::unique_ptr<wire::Socket> listen(const std::string& bearer, const std::string& headers = {}) {
        auto socket = std::make_unique<wire::Socket>(served->listener->port());
        socket->send("GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nAuthorization: Bearer " +
                     bearer + "\r\n" + headers + "\r\n");
        began = socket->until("retry: ");
        if (wire::statusOf(began) == 200) began += socket->until("\n\n");
        return socket;
    }
    void saveContact(const Identity& owner, const std::string& name) {
        Contact contact;
        contact.owner = owner.user.id;
        contact.displayName = name;
        Actor actor;
        actor.user = owner.user.id;
        store->saveContact(actor, contact, {});
    }
    /// What comes within a few heartbeats.
    static std::string soon(const wire::Socket& socket) {
        return socket.until("\n:\n") + socket.until("\n:\n") + socket.until("\n:\n");
    }

    Authenticator authenticator{context};
    std::unique_ptr<wire::Served> served;
    std::string began;
};

TEST_F(Events, TellOfAnAccountAsItChanges) {
    const auto socket = listen(passwordOf(alice));
    EXPECT_THAT(began, AllOf(HasSubstr("Content-Type: text/event-stream"), HasSubstr("Cache-Control: no-store"),
                             Not(HasSubstr("gzip"))));
    connect();
    EXPECT_THAT(socket->until("}\n\n"), AllOf(HasSubstr("event: account\ndata: {"), HasSubstr(id)));
    ask(alice, "POST", "/accounts/" + id + "/stop");
    EXPECT_THAT(socket->until("\"stopped\""), HasSubstr("\"status\":\"stopped\""));
}

/// Progress is in the account: how far the run is.
TEST_F(Events, TellHowFarARunIs) {
    const auto socket = listen(passwordOf(alice));
    connect();
    ask(alice, "POST", "/accounts/" + id + "/start");
    socket->until("\"syncing\"");
    SyncSide side = *store->sync().side(id, SyncKind::calendar);
    side.status = SyncStatus::syncing;
    store->sync().saveSide(side);
    SyncRun run{newId(), id, SyncKind::calendar, "run", "applying", "", 50, 700, "", side.lastStart.value(), {}};
    store->sync().saveRun(run);
    EXPECT_THAT(socket->until("\"done\":50"), HasSubstr("\"phase\":\"applying\""));
    run.done = 100;
    store->sync().saveRun(run);
    EXPECT_THAT(socket->until("\"done\":100"), HasSubstr("\"done\":100,\"all\":700"));
    EXPECT_EQ(ask(alice, "GET", "/accounts/" + id)["calendar"].find("run")->find("all")->integer, 700);
}

/// A page that was left comes back to the preview that is still being made.
TEST_F(Events, TellHowFarAPreviewIs) {
    const auto socket = listen(passwordOf(alice));
    connect();
    socket->until(id);
    SyncRun run{newId(),
                id,
                SyncKind::contacts,
                "preview",
                "planning",
                "",
                50,
                700,
                "",
                std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()),
                {}};
    store->sync().saveRun(run);
    const auto shown = [&] { return *ask(alice, "GET", "/accounts/" + id)["contacts"].find("run"); };
    EXPECT_TRUE(shown().isNull()) << "nobody works on it: who did is gone";
    const auto lease = store->sync().takeLease("sync:" + id + ":contacts", "somebody", std::chrono::seconds(60));
    ASSERT_TRUE(lease);
    EXPECT_THAT(socket->until("\"done\":50"), HasSubstr("\"mode\":\"preview\""));
    EXPECT_EQ(ask(alice, "GET", "/accounts/" + id)["contacts"].find("run")->find("all")->integer, 700);
    EXPECT_EQ(ask(alice, "GET", "/accounts/" + id)["calendar"].find("run")->kind, Json::Kind::null);
    run.done = 100;
    store->sync().saveRun(run);
    EXPECT_THAT(socket->until("\"done\":100"), HasSubstr("\"all\":700"));
    run.ended = run.started;
    store->sync().saveRun(run);
    store->sync().releaseLease(*lease);
    EXPECT_THAT(socket->until("}\n\n"), HasSubstr("\"run\":null"));
}

TEST_F(Events, TellOfAColleaguesTimesAsFarAsOneSeesThem) {
    const auto activity = [&](const std::string& subject, Privacy privacy) {
        Activity made;
        made.owner = alice.user.id;
        made.subject = subject;
        made.privacy = privacy;
        made.start = {When::Kind::utc, std::chrono::local_days(std::chrono::year(2026) / 1 / 10), {}};
        made.end = {When::Kind::utc, made.start.local + 1h, {}};
        return made;
    };
    Actor byAlice;
    byAlice.user = alice.user.id;
    Activity dentist = activity("Dentist", Privacy::personal), open = activity("Open", Privacy::open);
    dentist = store->saveActivity(byAlice, dentist, {});
    User showing = *store->userById(alice.user.id);
    showing.visibility = Detail::everything;
    store->saveUser({}, showing);
    open = store->saveActivity(byAlice, open, {});

    const auto bobs = listen(passwordOf(bob));
    const auto isTold = [&](Activity& what, const auto& change) {
        change(what);
        what = store->saveActivity(byAlice, what, {});
        return soon(*bobs).find("event: change") != std::string::npos;
    };
    EXPECT_TRUE(isTold(dentist, [](Activity& a) { a.end.local += 1h; })) << "the busy block moves";
    EXPECT_FALSE(isTold(dentist, [](Activity& a) { a.subject = "Surgeon"; })) << "nothing that bob would see";
    EXPECT_TRUE(isTold(open, [](Activity& a) { a.notes = "Bring the papers"; }));
    store->removeRecord(byAlice, RecordKind::activity, dentist.id, {});
    EXPECT_THAT(soon(*bobs), HasSubstr("event: change")) << "it is gone";

    const Collection own = [&] {
        Collection wanted;
        wanted.owner = alice.user.id;
        wanted.name = "own";
        wanted.components = {ComponentKind::event};
        return store->makeCollection(byAlice, wanted);
    }();
    soon(*bobs);
    store->saveObject(byAlice, own.id, "x.ics",
                      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\nBEGIN:VEVENT\r\nUID:x\r\nDTSTAMP:"
                      "20260101T000000Z\r\nDTSTART:20260110T090000Z\r\nSUMMARY:Own\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
                      {});
    EXPECT_THAT(soon(*bobs), Not(HasSubstr("event: change"))) << "a calendar of one's own is nobody's business";
    showing.visibility = Detail::none;
    store->saveUser({}, showing);
    soon(*bobs);
    EXPECT_FALSE(isTold(open, [](Activity& a) { a.end.local += 1h; }));
}

TEST_F(Events, TellOnlyWhatTheAskerMaySee) {
    const auto bobs = listen(passwordOf(bob)), admins = listen(passwordOf(admin));
    connect();
    saveContact(alice, "Hidden One");
    EXPECT_THAT(soon(*bobs), AllOf(Not(HasSubstr(id)), Not(HasSubstr("event:"))));
    EXPECT_THAT(soon(*admins), AllOf(HasSubstr(id), Not(HasSubstr("event: change"))));
    saveContact(bob, "Own One");
    EXPECT_THAT(bobs->until("}\n\n"), HasSubstr("event: change\ndata: {\"last\":"));
}

TEST_F(Events, TellWhatWasMissedWhileTheConnectionWasLost) {
    eventLimits().ofUser = eventLimits().inAll = 20;
    const auto before = std::to_string(store->lastHistoryId());
    const std::string bearer = passwordOf(bob);
    saveContact(bob, "Meanwhile");
    const auto socket = listen(bearer, "Last-Event-ID: " + before + "\r\n");
    EXPECT_THAT(began + soon(*socket), HasSubstr("event: change"));
    for (const char* odd : {"-1", "x", "99999999999999999999", ""}) {
        const auto other = listen(bearer, "Last-Event-ID: " + std::string(odd) + "\r\n");
        EXPECT_EQ(wire::statusOf(began), 200) << odd;
    }
}

TEST_F(Events, HaveAHeartbeat) {
    const auto socket = listen(passwordOf(alice));
    EXPECT_THAT(socket->until(":\n\n"), HasSubstr(":\n\n"));
    EXPECT_THAT(socket->until(":\n\n"), HasSubstr(":\n\n"));
}

TEST_F(Events, EndWhenTheUserIsSwitchedOff) {
    const auto socket = listen(passwordOf(alice));
    User user = *store->userById(alice.user.id);
    user.active = false;
    store->saveUser({}, user);
    EXPECT_THAT(socket->until("0\r\n\r\n"), testing::EndsWith("0\r\n\r\n"));
}

TEST_F(Events, EndWithTheirPassword) {
    const auto made = store->addAppPassword({}, alice.user.id, "page", {}, {});
    const auto socket = listen(made.secret);
    store->revokeAppPassword({}, alice.user.id, made.password.id);
    EXPECT_THAT(socket->until("0\r\n\r\n"), testing::EndsWith("0\r\n\r\n"));
}

TEST_F(Events, EndWhenTheServerStops) {
    const auto socket = listen(passwordOf(alice));
    const auto begun = std::chrono::steady_clock::now();
    served->listener->stop();
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
    EXPECT_THAT(socket->all(), testing::EndsWith("0\r\n\r\n"));
}

TEST_F(Events, AreForSomePagesOfAUserAndSomeInAll) {
    const std::string bearer = passwordOf(alice), others = passwordOf(bob);
    std::vector<std::unique_ptr<wire::Socket>> open;
    for (int i = 0; i < 3; ++i) open.push_back(listen(bearer));
    {
        const wire::Socket socket(served->listener->port());
        socket.send("GET /api/v1/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " + bearer +
                    "\r\n\r\n");
        EXPECT_THAT(socket.until("already"), AllOf(HasSubstr("503"), HasSubstr("Retry-After: 30")));
    }
    for (int i = 0; i < 2; ++i) open.push_back(listen(others));
    {
        const wire::Socket socket(served->listener->port());
        socket.send("GET /api/v1/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " + others +
                    "\r\n\r\n");
        EXPECT_THAT(socket.until("already"), HasSubstr("503"));
    }
    // Nobody waits with one of the store's two readers in hand.
    EXPECT_EQ(ask(alice, "GET", "/accounts").status, 200);
    open.clear();  // who is gone is seen soon, and their places are free again
    for (int tries = 0; tries < 500; ++tries) {
        const wire::Socket socket(served->listener->port());
        socket.send("GET /api/v1/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " + bearer +
                    "\r\n\r\n");
        if (socket.until("\n\n").find("retry:") != std::string::npos) return;
        std::this_thread::sleep_for(20ms);
    }
    ADD_FAILURE() << "a closed page keeps its place";
}

TEST_F(Events, NeedSomebodySignedIn) {
    EXPECT_THAT(served->exchange("GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("401"));
}

}  // namespace
}  // namespace crmdav
