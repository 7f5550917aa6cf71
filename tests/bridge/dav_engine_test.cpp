#include "tests/bridge/dav_fixture.h"
#include "tests/bridge/sync_world.h"

// Whole runs of the bridge against real servers: what the rules ask for, and then no write any more.
namespace crmdav {
namespace {

using namespace testing;

class DavEngine : public DavServers {
protected:
    DavEngine() {
        const Clock clock{[this] { return world.now; }};
        const MakeProvider make = [this](const Account&, const ProviderOptions& options) {
            DavLogin login;
            login.address = relay.url() + "/";
            login.user = server->user;
            login.password = server->password;
            login.found = found;
            login.keepFound = [this](const std::string& text) { found = text; };
            login.notifyGuests = options.notifyGuests;
            http.setStop(options.stop);
            return std::make_unique<DavProvider>(http, login);
        };
        world.runs = std::make_unique<AccountRuns>(*world.store, make, "test", std::chrono::seconds(300), clock);
        world.accounts = std::make_unique<Accounts>(
            *world.store, make,
            [this](const Id& id, const std::string& secret) { world.sync().saveSecret(id, secret); }, clock);
    }
    void start(SyncKind kind) {
        const std::string place =
            kind == SyncKind::calendar ? R"("calendars":[")" + server->calendar : R"("books":[")" + server->book;
        world.start(kind, R"({"direction":"two-way",)" + place + R"("]})");
    }
    void run(SyncKind kind) {
        const RunResult result = world.run(kind);
        EXPECT_EQ(result.status, SyncStatus::active) << result.cause;
    }
    /// Requests of one more run.
    std::vector<std::string> idle(SyncKind kind) {
        run(kind);
        relay.asked();
        run(kind);
        return relay.asked();
    }
    std::string later(const std::string& uid, const std::string& subject, const std::string& lines = {}) const {
        return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//other//EN\r\nBEGIN:VEVENT\r\nUID:" + uid +
               "\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20270305T100000Z\r\nDTEND:20270305T110000Z\r\n" + lines +
               "SUMMARY:" + subject + "\r\nX-KEPT;P=1:kept\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    }
    /// Somebody else replaces a text of what we write, between our PUT and our look at it; once.
    void editNext(const std::string& text, const std::string& by) {
        relay.afterPut = [this, text, by](const HttpRequest& put) {
            const auto at = put.body.find(text);
            if (at == put.body.npos) return;
            relay.afterPut = nullptr;
            HttpRequest theirs = put;
            std::erase_if(theirs.headers, [](const auto& header) { return header.first.starts_with("If-"); });
            theirs.body.replace(at, text.size(), by);
            EXPECT_LT(relay.ask(theirs).status, 300);
        };
    }
    std::map<std::string, RemoteItem> there(SyncKind kind) {
        std::string cursor;
        auto items = follow(kind, cursor);
        std::map<std::string, RemoteItem> bySubject;
        for (auto& [id, item] : items)
            if (!item.gone)
                bySubject[kind == SyncKind::calendar ? activityIn(item).subject : contactIn(item).lastName] = item;
        return bySubject;
    }

    SyncWorld world;
    std::string found;
};

TEST_P(DavEngine, EventsGoBothWaysAndThenRest) {  // rules B3, C2, C4, C10
    constexpr auto kind = SyncKind::calendar;
    put(server->calendar + "a.ics", later("a", "Theirs"));
    put(server->calendar + "b.ics", later("b", "Theirs too", "RRULE:FREQ=WEEKLY;COUNT=3\r\n"));
    world.makeActivity("Mine");
    const auto gone = world.makeActivity("Mine too", 3);
    start(kind);
    run(kind);
    EXPECT_EQ(world.activities().size(), 4U);
    EXPECT_EQ(there(kind).size(), 4U);
    EXPECT_THAT(idle(kind), ElementsAre("REPORT " + server->calendar)) << "one call, no write";

    Activity theirs = world.activityCalled("Theirs").value();
    theirs.subject = "Ours";
    world.edit(theirs);
    auto mine = there(kind).at("Mine");
    std::string raw = mine.raw;
    raw.replace(raw.find("SUMMARY:Mine"), 12, "SUMMARY:Mine as edited");
    put(server->calendar + mine.id, raw);
    world.removeActivity(gone.id);
    run(kind);
    EXPECT_TRUE(world.activityCalled("Mine as edited"));
    const auto items = there(kind);
    ASSERT_TRUE(items.contains("Ours"));
    EXPECT_THAT(items.at("Ours").raw, HasSubstr("X-KEPT;P=1:kept\r\n"));
    EXPECT_FALSE(items.contains("Mine too")) << "C4";
    EXPECT_THAT(idle(kind), ElementsAre("REPORT " + server->calendar));

    other("DELETE", server->calendar + mine.id);
    run(kind);
    EXPECT_FALSE(world.activityCalled("Mine as edited"));
    EXPECT_THAT(idle(kind), ElementsAre("REPORT " + server->calendar));
    for (const JournalEntry& entry : world.journal()) EXPECT_EQ(entry.outcome, "done") << entry.action << entry.reason;
}

TEST_P(DavEngine, ContactsGoBothWaysAndThenRest) {  // rules D3, D9, C10
    constexpr auto kind = SyncKind::contacts;
    put(server->book + "a.vcf", card("a", "EMAIL:erika@example.org\r\nX-KEPT:kept\r\n"));
    world.makeContact("Max", "Meier", "max@example.org");
    start(kind);
    run(kind);
    EXPECT_EQ(world.contacts().size(), 2U);
    ASSERT_EQ(there(kind).size(), 2U);
    EXPECT_THAT(idle(kind), ElementsAre("REPORT " + server->book));

    for (Contact contact : world.contacts())
        if (contact.lastName == "Muster") {
            contact.jobTitle = "Boss";
            world.edit(contact);
        }
    const auto meier = there(kind).at("Meier");
    std::string raw = meier.raw;
    raw.insert(raw.find("END:VCARD"), "TEL;TYPE=CELL:+49 151 1\r\n");
    put(server->book + meier.id, raw);
    run(kind);
    EXPECT_THAT(there(kind).at("Muster").raw, AllOf(HasSubstr("TITLE:Boss\r\n"), HasSubstr("X-KEPT:kept\r\n")));
    const auto contacts = world.contacts();
    const auto at = std::ranges::find(contacts, "Meier", &Contact::lastName);
    ASSERT_NE(at, contacts.end());
    EXPECT_EQ(at->phones.size(), 1U);
    EXPECT_THAT(idle(kind), ElementsAre("REPORT " + server->book));
}

TEST_P(DavEngine, AnEditBetweenAWriteAndTheLookAtItComesToTheCrm) {  // rules I2, C2: nothing is taken for agreed
    relay.tagsPuts = false;
    constexpr auto kind = SyncKind::calendar;
    world.makeActivity("Mine");
    start(kind);
    editNext("SUMMARY:Mine", "SUMMARY:Theirs");
    run(kind);
    ASSERT_TRUE(world.activityCalled("Theirs")) << "over a creation";
    Activity activity = *world.activityCalled("Theirs");
    activity.location = "Here";
    world.edit(activity);
    editNext("SUMMARY:Theirs", "SUMMARY:Theirs again");
    run(kind);
    ASSERT_TRUE(world.activityCalled("Theirs again")) << "over a change";
    EXPECT_EQ(world.activityCalled("Theirs again")->location, "Here");
    EXPECT_EQ(activityIn(there(kind).at("Theirs again")).location, "Here");
    EXPECT_THAT(idle(kind), ElementsAre("REPORT " + server->calendar));
}

TEST_P(DavEngine, AContactEditedBetweenAWriteAndTheLookAtItComesToTheCrm) {  // rules I2, D9
    relay.tagsPuts = false;
    constexpr auto kind = SyncKind::contacts;
    world.makeContact("Max", "Meier", "max@example.org");
    start(kind);
    editNext("END:VCARD", "TEL;TYPE=CELL:+49 151 1\r\nEND:VCARD");
    run(kind);
    ASSERT_EQ(world.contacts().size(), 1U);
    EXPECT_EQ(world.contacts()[0].phones.size(), 1U);
    Contact contact = world.contacts()[0];
    contact.jobTitle = "Boss";
    world.edit(contact);
    editNext("TITLE:Boss", "TITLE:Chief");
    run(kind);
    EXPECT_EQ(world.contacts()[0].jobTitle, "Chief") << "the very field that was written";
    contact = world.contacts()[0];
    contact.notes = "Tall";
    world.edit(contact);
    editNext("TITLE:Chief\r\n", "");
    run(kind);
    EXPECT_EQ(world.contacts()[0].jobTitle, "") << "it was there before: somebody took it away";
    EXPECT_EQ(world.contacts()[0].notes, "Tall");
    EXPECT_THAT(idle(kind), ElementsAre("REPORT " + server->book));
}

TEST_P(DavEngine, AContactDeletedBeforeItsCreationWasKnownGoesThereToo) {  // rules D3, I1: of a server without marks
    constexpr auto kind = SyncKind::contacts;
    const Id id = world.makeContact("Max", "Meier", "max@example.org").id;
    start(kind);
    run(kind);
    Link link = world.sync().linkOfLocal({world.account, kind}, id).value();
    link.state = LinkState::creating;  // as if the answer had got lost
    link.remote = link.version = link.uid = link.raw = "";
    world.sync().saveLink(link);
    const auto made = there(kind).at("Meier");
    std::string raw = made.raw;
    const auto mark = raw.find("X-CRMDAV-ID");
    ASSERT_NE(mark, raw.npos);
    put(server->book + made.id, raw.erase(mark, raw.find('\n', mark) + 1 - mark));
    world.removeContact(id);
    run(kind);
    EXPECT_TRUE(world.contacts().empty());
    EXPECT_TRUE(there(kind).empty());
    EXPECT_THAT(idle(kind), ElementsAre("REPORT " + server->book));
}

TEST_P(DavEngine, AnEditBetweenAnUndoAndTheLookAtItComesToTheCrm) {  // rules G4, I2, C2
    relay.tagsPuts = false;
    constexpr auto kind = SyncKind::calendar;
    put(server->calendar + "a.ics", later("a", "Plan", "LOCATION:Berlin\r\n"));
    start(kind);
    run(kind);
    Activity plan = world.activityCalled("Plan").value();
    plan.location = "Rome";
    world.edit(plan);
    run(kind);
    editNext("LOCATION:Berlin", "LOCATION:Paris");
    EXPECT_EQ(world.runs->undo(world.journal().front().run, 0)->undone, 1);
    EXPECT_EQ(world.activityCalled("Plan")->location, "Rome") << "what is undone is what the run did there";
    run(kind);
    EXPECT_EQ(world.activityCalled("Plan")->location, "Paris");
    EXPECT_THAT(idle(kind), ElementsAre("REPORT " + server->calendar));
}

TEST_P(DavEngine, WhatAServerDropsStaysAndWhatItRewritesComesOnce) {  // rules C3, C10
    relay.tagsPuts = false;
    relay.beforePut = [](HttpRequest& put) {
        for (const auto& [from, to] : {std::pair("TITLE:Boss\r\n", ""), std::pair("NOTE:tall", "NOTE:Tall.")})
            if (const auto at = put.body.find(from); at != put.body.npos)
                put.body.replace(at, std::string_view(from).size(), to);
    };
    constexpr auto kind = SyncKind::contacts;
    Contact contact = world.makeContact("Max", "Meier", "max@example.org");
    contact.jobTitle = "Boss";
    contact.notes = "tall";
    world.edit(contact);
    start(kind);
    run(kind);
    ASSERT_EQ(world.contacts().size(), 1U);
    EXPECT_EQ(world.contacts()[0].jobTitle, "Boss") << "nobody took it away";
    EXPECT_EQ(world.contacts()[0].notes, "Tall.");
    const auto asked = relay.asked();
    EXPECT_EQ(std::ranges::count_if(asked, [](const auto& line) { return line.starts_with("PUT"); }), 1);
    EXPECT_THAT(idle(kind), ElementsAre("REPORT " + server->book));
    contact = world.contacts()[0];
    contact.phones = {{"mobile", "+49 151 1", true}};
    world.edit(contact);
    run(kind);
    EXPECT_EQ(world.contacts()[0].jobTitle, "Boss");
    EXPECT_THAT(idle(kind), ElementsAre("REPORT " + server->book));
}

TEST_P(DavEngine, ATokenThatEndedNeitherDoublesNorDeletes) {  // rule I4
    constexpr auto kind = SyncKind::calendar;
    put(server->calendar + "a.ics", later("a", "Theirs"));
    world.makeActivity("Mine");
    start(kind);
    run(kind);
    relay.unknown = "sync-collection";  // from now on, the server has none
    run(kind);
    EXPECT_EQ(world.activities().size(), 2U);
    EXPECT_EQ(there(kind).size(), 2U);
    EXPECT_THAT(idle(kind), ElementsAre("PROPFIND " + server->calendar));
}

TEST_P(DavEngine, LostAnswersNeitherDoubleNorLose) {  // rules I1, I5
    constexpr auto kind = SyncKind::calendar;
    for (int i = 0; i < 6; ++i) {
        world.makeActivity("Mine " + std::to_string(i), 2 + i);
        put(server->calendar + std::to_string(i) + ".ics", later(std::to_string(i), "Theirs " + std::to_string(i)));
    }
    start(kind);
    relay.faults.rate(30);
    for (int i = 0; i < 12; ++i) {
        world.run(kind);
        world.now += std::chrono::hours(1);  // whatever back-off there was
    }
    relay.faults.rate(0);
    for (int i = 0; i < 3; ++i) run(kind);
    EXPECT_EQ(world.activities().size(), 12U);
    EXPECT_EQ(there(kind).size(), 12U);
    EXPECT_THAT(idle(kind), ElementsAre("REPORT " + server->calendar));
}

TEST_P(DavEngine, BusyTimesOfAColleagueBecomeBlocks) {  // rules B13, C10
    if (server->colleague.empty()) GTEST_SKIP() << "it shares no busy times";
    constexpr auto kind = SyncKind::calendar;
    const auto theirs = [&](const char* method, const std::string& name, std::string body) {
        HttpRequest request{method, canonicalUrl(server->url(), server->colleagueCalendar + name)};
        request.headers = {{"Content-Type", "text/calendar"}};
        request.body = std::move(body);
        request.user = server->colleague;
        request.password = server->colleaguePassword;
        EXPECT_LT(http.send(request).status, 300);
    };
    theirs("PUT", "a.ics", later("a", "Secret"));
    theirs("PUT", "b.ics", later("b", "Series", "RRULE:FREQ=WEEKLY;COUNT=3\r\n"));
    world.start(kind, R"({"direction":"two-way","calendars":[")" + server->calendar + R"("],"conflictCalendars":[")" +
                          server->colleagueCalendar + R"("]})");
    run(kind);
    EXPECT_EQ(world.blocks(), 3U) << "the first of the series is at the same time as the other";
    EXPECT_TRUE(world.activities().empty());
    const auto done = world.journal().size();
    EXPECT_THAT(idle(kind), ElementsAre("REPORT " + server->calendar, "REPORT " + server->colleagueCalendar,
                                        "REPORT " + server->colleagueCalendar));
    EXPECT_EQ(world.journal().size(), done);
    theirs("DELETE", "b.ics", {});
    run(kind);
    EXPECT_EQ(world.blocks(), 1U);
}

INSTANTIATE_TEST_SUITE_P(All, DavEngine, ValuesIn(davServerKinds), [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace crmdav
