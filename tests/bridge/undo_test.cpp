#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bridge/sync_world.h"

/// Rule G4: what a run did is taken back, and nothing else.
namespace crmdav {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* twoWay = R"({"direction":"two-way","calendars":["work"]})";

class Undo : public testing::Test, protected SyncWorld {};

TEST_F(Undo, G4_ARunIsUndoneOnBothSides) {
    event("e1", "Theirs");
    makeActivity("Mine");
    start(calendar, twoWay);
    run(calendar);
    Activity theirs = *activityCalled("Theirs");
    theirs.location = "Edited";
    edit(theirs);
    run(calendar);
    const auto entries = journal();
    EXPECT_EQ(runs->undo(entries.front().run, 0)->undone, 1);
    EXPECT_EQ(rawOf("work", "Theirs").find("Edited"), std::string::npos);
    const auto first = runs->undo(entries.back().run, 0);
    EXPECT_EQ(first->undone + static_cast<std::int64_t>(first->left.size()), 2);
    EXPECT_THAT(rawOf("work", "Mine"), IsEmpty());
    EXPECT_EQ(settle(calendar), 0) << "what was undone isn't done again";
}

// G4, C2: what nobody undid, and didn't go to the other side yet, isn't agreed on by an undo.
TEST_F(Undo, AnUndoTakesNoEditForAgreed) {
    event("e1", "Theirs");
    start(calendar, twoWay);
    run(calendar);
    Activity activity = *activityCalled("Theirs");
    activity.subject = "Ours";
    edit(activity);
    run(calendar);
    activity = *activityCalled("Ours");
    activity.location = "Berlin";
    edit(activity);
    EXPECT_EQ(runs->undo(journal().front().run, 0)->undone, 1);
    EXPECT_THAT(rawOf("work", "Theirs"), Not(HasSubstr("Berlin")));
    run(calendar);
    EXPECT_THAT(rawOf("work", "Theirs"), HasSubstr("LOCATION:Berlin"));
    EXPECT_EQ(activityCalled("Ours")->location, "Berlin");
    EXPECT_EQ(settle(calendar), 0);
}

TEST_F(Undo, WhatARunDidInTheCrmIsTakenBackThere) {
    event("e1", "Theirs");
    start(calendar, twoWay);
    run(calendar);
    std::string raw = server.at("work", "e1").raw;
    server.put("work", "e1", raw.replace(raw.find("Theirs"), 6, "Edited"));
    run(calendar);
    ASSERT_TRUE(activityCalled("Edited"));
    const auto entries = journal();
    EXPECT_EQ(runs->undo(entries.front().run, 0)->undone, 1);
    EXPECT_TRUE(activityCalled("Theirs"));
    EXPECT_EQ(settle(calendar), 0);
    EXPECT_TRUE(activityCalled("Theirs")) << "and stays as it is";
    EXPECT_FALSE(rawOf("work", "Edited").empty()) << "what they did isn't undone";
    EXPECT_EQ(runs->undo(entries.front().run, 0)->undone, 0) << "it is undone";
    EXPECT_EQ(runs->undo(entries.back().run, 0)->left.at(0).why, "it was changed in the CRM since");
}

TEST_F(Undo, WhatARunMadeInTheCrmGoesAndIsNotTakenUpAgain) {
    event("e1", "Theirs");
    start(calendar, twoWay);
    run(calendar);
    EXPECT_EQ(runs->undo(journal().front().run, 0)->undone, 1);
    EXPECT_TRUE(activities().empty());
    server.expireCursors();
    EXPECT_EQ(settle(calendar), 0);
    EXPECT_TRUE(activities().empty());
    EXPECT_EQ(count("work"), 1U) << "it is theirs";
}

TEST_F(Undo, AMeetingGoesWithTheGuestsThatBecameContacts) {
    const std::string guests =
        "ORGANIZER:mailto:anna@example.com\r\nATTENDEE:mailto:anna@example.com\r\n"
        "ATTENDEE;CN=Zoe Neu:mailto:zoe@neu.example\r\nATTENDEE;CN=Max Neu:mailto:max@neu.example\r\n";
    event("e1", "Theirs", 1, guests);
    start(calendar, twoWay);
    run(calendar);
    ASSERT_THAT(contacts(), testing::SizeIs(testing::Ge(2U)));
    Contact edited = contacts().front();
    edited.jobTitle = "Edited";
    edit(edited);
    EXPECT_EQ(runs->undo(journal().front().run, 0)->undone, 1);
    EXPECT_TRUE(activities().empty());
    ASSERT_EQ(contacts().size(), 1U) << "whom somebody edited since";
    EXPECT_EQ(contacts().front().id, edited.id);
    EXPECT_EQ(settle(calendar), 0);
    EXPECT_TRUE(activities().empty());
}

constexpr const char* zoe =
    "ORGANIZER:mailto:anna@example.com\r\nATTENDEE:mailto:anna@example.com\r\n"
    "ATTENDEE;CN=Zoe Neu:mailto:zoe@neu.example\r\n";

TEST_F(Undo, AMeetingThatIsUndoneAloneTakesItsGuestsAlong) {  // D12
    event("e1", "Theirs", 1, zoe);
    event("e2", "Another", 2, zoe);
    event("e3", "Last", 3,
          std::string(zoe).replace(std::string(zoe).find("Zoe Neu:mailto:zoe"), 18, "Max Neu:mailto:max"));
    start(calendar, twoWay);
    run(calendar);
    ASSERT_EQ(contacts().size(), 2U);
    const auto undo = [&](const std::string& title) {
        for (const JournalEntry& entry : journal())
            if (entry.title == title) return runs->undo(entry.run, entry.id)->undone;
        return std::int64_t(0);
    };
    EXPECT_EQ(undo("Last"), 1);
    ASSERT_EQ(contacts().size(), 1U) << "Max goes with his meeting";
    EXPECT_EQ(undo("Theirs"), 1);
    EXPECT_EQ(contacts().size(), 1U) << "Zoe has another one";
    EXPECT_EQ(undo("Another"), 1);
    EXPECT_TRUE(contacts().empty());
    EXPECT_EQ(settle(calendar), 0);
    EXPECT_TRUE(contacts().empty());
}

TEST_F(Undo, AGuestOfAMeetingThatWasThereBeforeGoesAllTheSame) {  // D12
    Activity before;
    before.subject = "A colleague's";
    before.owner = ben.id;
    before.start = {When::Kind::utc, std::chrono::local_seconds(now.time_since_epoch()), {}};
    before.end = {When::Kind::utc, before.start.local + std::chrono::hours(1), {}};
    before.participants.emplace_back().email = "zoe@neu.example";
    store->saveActivity(as(ben), before, {});
    event("e1", "Theirs", 1, zoe);
    start(calendar, twoWay);
    run(calendar);
    ASSERT_EQ(contacts().size(), 1U);
    EXPECT_EQ(runs->undo(journal().front().run, 0)->undone, 1);
    EXPECT_TRUE(contacts().empty()) << "it isn't why there is such a contact";
}

TEST_F(Undo, AGuestWhomALaterRunsMeetingHasStays) {  // D12
    event("e1", "Theirs", 1, zoe);
    start(calendar, twoWay);
    run(calendar);
    const Id first = journal().front().run;
    event("e2", "Later", 2, zoe);
    run(calendar);
    ASSERT_EQ(contacts().size(), 1U);
    const Id zoes = contacts().front().id;
    EXPECT_EQ(runs->undo(first, 0)->undone, 1);
    ASSERT_EQ(contacts().size(), 1U);
    EXPECT_EQ(activityCalled("Later")->participants.back().contactId, zoes);
}

TEST_F(Undo, CompaniesThatARunMadeGoWithItsContacts) {  // D11
    for (const auto& [id, company] : {std::pair("c1", "Acme"), {"c2", "Acme"}, {"c3", "Kept"}, {"c4", "Edited"}})
        card(id, "Ann" + std::string(id), "Lee", std::string(id) + "@else.org", "ORG:" + std::string(company) + "\r\n");
    start(book, R"({"direction":"two-way","books":["work"]})");
    run(book);
    const auto companies = [&] { return store->companies({}).records; };
    ASSERT_EQ(companies().size(), 3U);
    for (Company company : companies()) {
        if (company.name == "Kept") {
            Deal deal;
            deal.title = "Big";
            deal.stage = "new";
            deal.companyId = company.id;
            store->saveDeal(as(anna), deal, {});
        } else if (company.name == "Edited") {
            company.notes = "Edited";
            store->saveCompany(as(anna), company, {});
        }
    }
    const auto entries = journal();
    EXPECT_EQ(runs->undo(entries.front().run, entries.front().id)->undone, 1);
    EXPECT_EQ(companies().size(), 3U) << "Acme has another contact, others were edited or have a deal";
    EXPECT_EQ(runs->undo(entries.front().run, 0)->undone, 3);
    EXPECT_TRUE(contacts().empty());
    std::vector<std::string> names;
    for (const Company& company : companies()) names.push_back(company.name);
    EXPECT_THAT(names, testing::UnorderedElementsAre("Kept", "Edited"));
    EXPECT_EQ(settle(book), 0);
}

TEST_F(Undo, ARunOfWhichNothingIsLeftSaysSo) {
    event("e1", "Theirs");
    event("e2", "Another");
    start(calendar, twoWay);
    run(calendar);
    const auto entries = journal();
    const Id first = entries.front().run;
    const auto undone = [&] { return store->sync().run(first)->undone; };
    EXPECT_EQ(undone(), std::nullopt);
    EXPECT_EQ(runs->undo(first, entries.front().id)->undone, 1);
    EXPECT_EQ(undone(), std::nullopt) << "one action is left";
    EXPECT_EQ(runs->undo(first, 0)->undone, 1);
    EXPECT_NE(undone(), std::nullopt);
    for (const SyncRun& one : store->sync().runs(account, {}, 10))
        EXPECT_EQ(one.undone.has_value(), one.id == first) << one.mode;
}

TEST_F(Undo, AContactThatCameWithAPhotoGoesWhole) {
    card("c1", "Ann", "Lee", "ann@else.org",
         "ORG:Acme\r\nPHOTO;ENCODING=b;TYPE=PNG:"
         "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==\r\n");
    start(book, R"({"direction":"two-way","books":["work"]})");
    run(book);
    ASSERT_EQ(contacts().size(), 1U);
    ASSERT_TRUE(contacts().front().hasPhoto);
    EXPECT_EQ(runs->undo(journal().front().run, 0)->undone, 1);
    EXPECT_TRUE(contacts().empty());
}

TEST_F(Undo, WhatARunDeletedThereIsMadeAgainThereAndStays) {
    const Id mine = makeActivity("Mine").id;
    start(calendar, twoWay);
    run(calendar);
    removeActivity(mine);
    run(calendar);
    ASSERT_EQ(count("work"), 0U);
    const JournalEntry deletion = journal().front();
    EXPECT_EQ(runs->undo(deletion.run, 0)->undone, 1);
    EXPECT_EQ(count("work"), 1U);
    EXPECT_EQ(settle(calendar), 0);
    EXPECT_EQ(count("work"), 1U) << "it isn't deleted again";
    EXPECT_TRUE(activities().empty()) << "nor taken up";
}

TEST_F(Undo, WhatSomebodyChangedSinceIsLeftAlone) {
    event("e1", "Theirs");
    start(calendar, twoWay);
    run(calendar);
    Activity ours = *activityCalled("Theirs");
    ours.subject = "Ours";
    edit(ours);
    run(calendar);
    const Id pushed = journal().front().run;
    const auto why = [&] { return runs->undo(pushed, 0)->left.at(0).why; };
    server.put("work", "e1", server.at("work", "e1").raw);
    std::string raw = server.at("work", "e1").raw;
    server.put("work", "e1", std::string(raw).insert(raw.find("X-UNKNOWN"), "LOCATION:There\r\n"));
    EXPECT_EQ(why(), "it was changed at the provider since");
    server.remove("work", "e1");
    EXPECT_EQ(why(), "it was deleted at the provider since");
    server.put("work", "e1", raw);
    EXPECT_EQ(runs->undo(pushed, 0)->undone, 1) << "another version of the same is no change";
    EXPECT_THAT(rawOf("work", "Theirs"), Not(IsEmpty()));
}

// G4, A7: nor when everything is looked at anew, or when it is edited.
TEST_F(Undo, WhatWasUndoneIsNotDoneAgain) {
    makeActivity("Mine");
    makeContact("Max", "Meier", "max@else.org");
    start(calendar, twoWay);
    start(book, R"({"direction":"two-way","books":["work"]})");
    for (const SyncKind kind : {calendar, book}) {
        run(kind);
        ASSERT_EQ(count("work"), 1U);
        EXPECT_EQ(runs->undo(journal().front().run, 0)->undone, 1);
        ASSERT_EQ(count("work"), 0U);
        change(kind, kind == calendar ? R"({"skipPrivate":false})" : R"({"keepPhotos":true})");
        EXPECT_EQ(settle(kind), 0);
        EXPECT_EQ(count("work"), 0U);
    }
    Contact max = contacts().at(0);
    max.notes = "Tall";
    edit(max);
    Activity mine = *activityCalled("Mine");
    mine.notes = "Long";
    edit(mine);
    EXPECT_EQ(settle(calendar), 0);
    EXPECT_EQ(settle(book), 0);
    EXPECT_EQ(count("work"), 0U);
}

}  // namespace
}  // namespace crmdav
