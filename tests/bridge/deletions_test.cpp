#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bridge/sync_world.h"

/// The truth table of deletions (C4–C6, D2, D3; demand D16): where it was born × where it was deleted × direction ×
/// whether the other side was edited, for activities and contacts.
namespace crmdav {
namespace {

enum class Born { crm, provider };
enum class DeletedIn { crm, provider };

struct Case {
    SyncKind kind;
    Born born;
    DeletedIn in;
    bool twoWay, edited;
    bool inCrm, atProvider;  ///< what is there afterwards; an activity that was cancelled isn't
    const char* rule;
};

constexpr SyncKind event = SyncKind::calendar, card = SyncKind::contacts;
constexpr Case cases[] = {
    // A CRM-born pair ends together, in every direction; an edit on the other side wins where nobody knows better.
    {event, Born::crm, DeletedIn::crm, false, false, false, false, "C4"},
    {event, Born::crm, DeletedIn::crm, true, false, false, false, "C4"},
    {event, Born::crm, DeletedIn::provider, false, false, false, false, "C4"},
    {event, Born::crm, DeletedIn::provider, true, false, false, false, "C4"},
    {event, Born::crm, DeletedIn::crm, false, true, true, true, "C6"},
    {event, Born::crm, DeletedIn::crm, true, true, true, true, "C6"},
    {event, Born::crm, DeletedIn::provider, false, true, true, true, "C6"},
    {event, Born::crm, DeletedIn::provider, true, true, true, true, "C6"},
    // A provider-born one is cancelled, and what the CRM deletes stays there.
    {event, Born::provider, DeletedIn::crm, true, false, false, true, "C5"},
    {event, Born::provider, DeletedIn::crm, true, true, false, true, "C5"},
    {event, Born::provider, DeletedIn::provider, true, false, false, false, "C5"},
    {event, Born::provider, DeletedIn::provider, true, true, true, true, "C6"},
    // Contacts, wherever they were born.
    {card, Born::provider, DeletedIn::crm, false, false, false, true, "D2"},
    {card, Born::provider, DeletedIn::crm, false, true, false, true, "D2"},
    {card, Born::provider, DeletedIn::provider, false, false, false, false, "D2"},
    {card, Born::provider, DeletedIn::provider, false, true, true, false, "C6"},
    {card, Born::provider, DeletedIn::crm, true, false, false, false, "D3"},
    {card, Born::provider, DeletedIn::crm, true, true, true, true, "C6"},
    {card, Born::provider, DeletedIn::provider, true, false, false, false, "D3"},
    {card, Born::provider, DeletedIn::provider, true, true, true, true, "C6"},
    {card, Born::crm, DeletedIn::crm, true, false, false, false, "D3"},
    {card, Born::crm, DeletedIn::crm, true, true, true, true, "C6"},
    {card, Born::crm, DeletedIn::provider, true, false, false, false, "D3"},
    {card, Born::crm, DeletedIn::provider, true, true, true, true, "C6"},
};

class Deletions : public testing::TestWithParam<Case>, protected SyncWorld {
protected:
    const Case& c() const { return GetParam(); }
    void makePair() {
        const std::string direction = c().twoWay ? "two-way" : "one-way";
        const std::string list = c().kind == calendar ? "calendars" : "books";
        start(c().kind, R"({"direction":")" + direction + R"(",")" + list + R"(":["work"]})");
        if (c().kind == calendar && c().born == Born::crm) makeActivity("Pair");
        if (c().kind == calendar && c().born == Born::provider) SyncWorld::event("e1", "Pair");
        if (c().kind == book && c().born == Born::crm) makeContact("Ann", "Pair", "ann@else.org");
        if (c().kind == book && c().born == Born::provider) SyncWorld::card("e1", "Ann", "Pair", "ann@else.org");
        run(c().kind);
        ASSERT_TRUE(there());
        ASSERT_EQ(count("work"), 1U);
    }
    bool there() {
        if (c().kind == book) return !contacts().empty();
        const auto all = activities();
        return std::ranges::any_of(all, [](const Activity& a) { return !a.cancelled; });
    }
    Id record() { return c().kind == book ? contacts().front().id : activities().front().id; }
    void editCrm() {
        if (c().kind == calendar) {
            Activity a = activities().front();
            a.location = "edited";
            edit(a);
        } else {
            Contact contact = contacts().front();
            contact.jobTitle = "edited";
            edit(contact);
        }
    }
    void editProvider() {
        const std::string id = server.ids("work").front();
        std::string raw = server.at("work", id).raw;
        const std::string end = c().kind == calendar ? "END:VEVENT" : "END:VCARD";
        raw.insert(raw.find(end), c().kind == calendar ? "LOCATION:edited\r\n" : "TITLE:edited\r\n");
        server.put("work", id, raw);
    }
    void remove() {
        if (c().in == DeletedIn::provider) return server.remove("work", server.ids("work").front());
        if (c().kind == calendar)
            removeActivity(record());
        else
            removeContact(record());
    }
};

TEST_P(Deletions, EndAsTheRulesSay) {
    server.tellsTimes = false;
    makePair();
    if (c().edited && c().in == DeletedIn::provider) editCrm();
    if (c().edited && c().in == DeletedIn::crm) editProvider();
    remove();
    run(c().kind);
    EXPECT_EQ(there(), c().inCrm);
    EXPECT_EQ(count("work"), c().atProvider ? 1U : 0U);
    const auto done = journal();
    EXPECT_TRUE(std::ranges::any_of(done, [&](const JournalEntry& e) { return e.rule == c().rule; })) << c().rule;
    // Nothing comes back, and nothing more happens.
    EXPECT_EQ(settle(c().kind), 0);
    EXPECT_EQ(there(), c().inCrm);
    EXPECT_EQ(count("work"), c().atProvider ? 1U : 0U);
    if (c().edited && c().inCrm) {
        const bool kept =
            c().kind == calendar ? activities().front().location == "edited" : contacts().front().jobTitle == "edited";
        EXPECT_TRUE(kept) << "the edit was lost";
    }
}

std::string nameOf(const testing::TestParamInfo<Case>& info) {
    const Case& c = info.param;
    return std::string(c.rule) + (c.kind == event ? "_event" : "_contact") +
           (c.born == Born::crm ? "_crmBorn" : "_providerBorn") +
           (c.in == DeletedIn::crm ? "_deletedInCrm" : "_deletedAtProvider") + (c.twoWay ? "_twoWay" : "_oneWay") +
           (c.edited ? "_edited" : "");
}
INSTANTIATE_TEST_SUITE_P(TruthTable, Deletions, testing::ValuesIn(cases), nameOf);

class DeletionSettings : public testing::Test, protected SyncWorld {};

// Rule C5: cancel is the usual; delete and keep are settings.
TEST_F(DeletionSettings, C5_WhatBecomesOfAnActivityIsASetting) {
    for (const char* what : {"cancel", "delete", "keep"}) {
        SyncWorld::event(what, what);
        start(calendar,
              std::string(R"({"direction":"two-way","calendars":["work"],"providerDeletes":")") + what + "\"}");
        run(calendar);
        ASSERT_TRUE(activityCalled(what));
        server.remove("work", what);
        run(calendar);
        const auto left = activityCalled(what);
        EXPECT_EQ(left.has_value(), std::string(what) != "delete");
        EXPECT_EQ(left && left->cancelled, std::string(what) == "cancel");
    }
    Activity kept = *activityCalled("keep");
    kept.location = "edited later";
    edit(kept);
    const int before = server.writes;
    run(calendar);
    EXPECT_EQ(count("work"), 0U) << "what is kept in the CRM alone isn't pushed again";
    EXPECT_EQ(server.writes, before) << "nor is it tried";
}

// Rule C6: a provider that tells when it was edited lets a later deletion win.
TEST_F(DeletionSettings, C6_ADeletionThatIsKnownToBeLaterWins) {
    start(calendar, R"({"direction":"two-way","calendars":["work"]})");
    makeActivity("Pair");
    run(calendar);
    const std::string id = server.ids("work").front();
    std::string raw = server.at("work", id).raw;
    raw.insert(raw.find("END:VEVENT"),
               "LOCATION:edited\r\nX-TEST-MODIFIED:" + std::to_string(now.time_since_epoch().count()) + "\r\n");
    server.put("work", id, raw);
    now += std::chrono::minutes(5);
    removeActivity(activityCalled("Pair")->id);
    run(calendar);
    EXPECT_EQ(count("work"), 0U);
    EXPECT_TRUE(activities().empty());
}

// Rule G6, demand D05: many deletions at once are asked about, on either side.
TEST_F(DeletionSettings, G6_TheBrake) {
    for (int i = 0; i < 30; ++i)
        SyncWorld::card("c" + std::to_string(i), "N" + std::to_string(i), "Lee", std::to_string(i) + "@else.org");
    start(book, R"({"direction":"two-way","books":["work"]})");
    run(book);
    ASSERT_EQ(contacts().size(), 30U);
    for (int i = 0; i < 12; ++i) server.remove("work", "c" + std::to_string(i));
    EXPECT_EQ(run(book).status, SyncStatus::paused);
    EXPECT_EQ(contacts().size(), 30U);
    EXPECT_EQ(side(book).status, SyncStatus::paused);
    EXPECT_NE(side(book).cause.find("delete 12 in the CRM and 0 at the provider"), std::string::npos);
    accounts->confirm(account, book);
    EXPECT_EQ(run(book).status, SyncStatus::active);
    EXPECT_EQ(contacts().size(), 18U);
    for (int i = 12; i < 22; ++i) server.remove("work", "c" + std::to_string(i));
    EXPECT_EQ(run(book).status, SyncStatus::active) << "ten are few";
    EXPECT_EQ(contacts().size(), 8U);
}

// Demand D05: an empty listing is no deletion of everything.
TEST_F(DeletionSettings, G6_AnEmptyListingDeletesNothing) {
    for (int i = 0; i < 5; ++i) SyncWorld::event("e" + std::to_string(i), "E" + std::to_string(i));
    start(calendar, R"({"direction":"two-way","calendars":["work"]})");
    run(calendar);
    ASSERT_EQ(activities().size(), 5U);
    server.hideAll = true;
    server.expireCursors();
    run(calendar);
    for (const Activity& a : activities()) EXPECT_FALSE(a.cancelled);
    EXPECT_EQ(activities().size(), 5U);
}

// Rule I4, demand D06: an expired position leads to a comparison with what is linked, in both directions of change.
TEST_F(DeletionSettings, I4_AnExpiredPositionIsComparedWithTheLinks) {
    for (int i = 0; i < 8; ++i) SyncWorld::event("e" + std::to_string(i), "E" + std::to_string(i));
    start(calendar, R"({"direction":"two-way","calendars":["work"]})");
    run(calendar);
    server.remove("work", "e0");
    SyncWorld::event("e1", "E1 changed");
    SyncWorld::event("e9", "E9 new");
    server.expireCursors();
    run(calendar);
    EXPECT_TRUE(activityCalled("E0")->cancelled);
    EXPECT_TRUE(activityCalled("E1 changed"));
    EXPECT_TRUE(activityCalled("E9 new"));
    EXPECT_EQ(activities().size(), 9U);
    EXPECT_EQ(settle(calendar), 0);
}

// Rules C4, I1: the provider has made it and its answer got lost; deleted in the CRM before the next run, it goes
// there, too, and doesn't come back as somebody else's.
TEST_F(DeletionSettings, C4_WhatWasDeletedBeforeItsCreationWasKnownGoesThereToo) {
    server.marks = false;
    start(calendar, R"({"direction":"two-way","calendars":["work"]})");
    const Id id = makeActivity("Pair").id;
    server.fault = [](const std::string& call, bool after) {
        if (call == "create" && after) throw TryLater("the answer got lost");
    };
    run(calendar);
    server.fault = nullptr;
    removeActivity(id);
    ASSERT_EQ(count("work"), 1U);
    EXPECT_EQ(settle(calendar), 0);
    EXPECT_EQ(count("work"), 0U);
    EXPECT_TRUE(activities().empty());
}

// Rules C6, I1: a contact whose creation wasn't known yet when it was deleted in the CRM, edited at a provider at a
// time that nobody tells, is kept as the contact that it was, and as one for all accounts.
TEST_F(DeletionSettings, C6_AContactEditedBeforeItsCreationWasKnownComesBackAsItself) {
    server.marks = server.tellsTimes = otherServer.tellsTimes = false;
    start(book, R"({"direction":"two-way","books":["work"]})");
    startOther(book, R"({"direction":"two-way","books":["work"]})");
    const auto editAt = [](MemoryServer& there, const std::string& line) {
        const std::string id = there.ids("work").back();
        std::string raw = there.at("work", id).raw;
        there.put("work", id, raw.insert(raw.find("END:VCARD"), line + "\r\n"));
    };
    for (const std::string name : {"Ann", "Eve"}) {
        const Id id = makeContact(name, "Pair", name + "@else.org").id;
        server.fault = [](const std::string& call, bool after) {
            if (call == "create" && after) throw TryLater("the answer got lost");
        };
        run(book);
        server.fault = nullptr;
        run(otherAccount, book);
        removeContact(id);
        if (name == "Ann") editAt(server, "TITLE:edited");
        editAt(otherServer, "NOTE:edited");
        for (int i = 0; i < 3; ++i)
            for (const Id& one : {account, otherAccount}) {
                const auto result = run(one, book);
                EXPECT_EQ(result.status, SyncStatus::active) << result.cause;
            }
        const auto all = contacts();
        ASSERT_EQ(all.size(), name == "Ann" ? 1U : 2U);
        EXPECT_TRUE(std::ranges::any_of(all, [&](const Contact& c) { return c.id == id && c.notes == "edited"; }));
        for (const MemoryServer* there : {&server, &otherServer}) {
            ASSERT_EQ(there->ids("work").size(), all.size());
            const std::string raw = there->at("work", there->ids("work").back()).raw;
            EXPECT_EQ(raw.find("TITLE:edited\r\n") != std::string::npos, name == "Ann");
            EXPECT_NE(raw.find("NOTE:edited\r\n"), std::string::npos);
        }
    }
}

// Rules D3, D7: what somebody else made there under the same name is no creation of ours that never happened.
TEST_F(DeletionSettings, D3_ADeletionBeforeACreationHappenedTakesNobodyElsesContactAlong) {
    server.marks = false;
    start(book, R"({"direction":"two-way","books":["work"]})");
    const Id id = makeContact("Ann", "Pair", "ann@else.org").id;
    server.fault = [](const std::string& call, bool after) {
        if (call == "create" && !after) throw TryLater("500");
    };
    run(book);
    server.fault = nullptr;
    card("theirs", "Ann", "Pair", "ann@else.org",
         "X-TEST-MODIFIED:" + std::to_string(now.time_since_epoch().count()) + "\r\n");
    now += std::chrono::minutes(5);
    removeContact(id);
    EXPECT_EQ(settle(book), 0);
    EXPECT_EQ(count("work"), 1U);
    EXPECT_EQ(contacts().size(), 1U);
}

// Rules C5, C7: it is known again in the calendar where its owner puts it.
TEST_F(DeletionSettings, C5_WhatWasDeletedInTheCrmIsNotTakenUpFromAnotherCalendar) {
    SyncWorld::event("e1", "Theirs");
    start(calendar, R"({"direction":"two-way","calendars":["work","home"]})");
    run(calendar);
    removeActivity(activityCalled("Theirs")->id);
    run(calendar);
    server.put("home", "e1", server.at("work", "e1").raw);
    server.remove("work", "e1");
    EXPECT_EQ(settle(calendar), 0);
    EXPECT_TRUE(activities().empty());
    EXPECT_EQ(count("home"), 1U) << "and stays there";
}

// Rule C6: what was to be made anew is made at the next run where this one was cut, by an account that pushes nothing
// new, too.
TEST_F(DeletionSettings, C6_ARecreationThatWasCutIsFinished) {
    SyncWorld::event("e1", "Theirs");
    start(calendar, R"({"direction":"two-way","calendars":["work"],"push":false})");
    run(calendar);
    Activity theirs = *activityCalled("Theirs");
    theirs.location = "edited";
    edit(theirs);
    server.remove("work", "e1");
    server.fault = [](const std::string& call, bool after) {
        if (call == "create" && !after) throw TryLater("500");
    };
    run(calendar);
    ASSERT_EQ(count("work"), 0U);
    server.fault = nullptr;
    EXPECT_EQ(settle(calendar), 0);
    EXPECT_NE(rawOf("work", "Theirs").find("edited"), std::string::npos);
    EXPECT_EQ(accounts->today(account, calendar).addedToProvider, 0) << "G2: it isn't new";
}

}  // namespace
}  // namespace crmdav
