#include "tests/bridge/outlook_provider_world.h"

/// Events that are changed and deleted there, with and without guests.
namespace crmdav::outlook_tests {
namespace {

using OutlookWrites = OutlookProviderTest;

TEST_F(OutlookWrites, OnlyWhatDiffersIsWritten) {
    const std::string id = world.graph.addEvent(
        world.graph.mainCalendar(),
        eventJson(
            "x", "2026-03-10T10:00:00", "2026-03-10T11:00:00",
            R"(,"categories":["Red category"],"showAs":"oof","body":{"contentType":"html","content":"<body><b>bold</b> text</body>"})"));
    sync();
    const std::string html(textAt(world.graph.event(id), {"body", "content"}));
    const Written written = update(world.known.at(id), [](Activity& a) { a.subject = "y"; });
    EXPECT_EQ(read(world, written.item).subject, "y");
    EXPECT_EQ(read(world, written.item).notes, "bold text");
    const Json now = world.graph.event(id);
    EXPECT_EQ(textAt(now, {"body", "content"}), html);  // the text didn't change: its HTML stays
    EXPECT_EQ(textAt(now, "showAs"), "oof");
    EXPECT_EQ(at(now, "categories").array.size(), 1U);
    world.graph.forgetRequests();
    update(written.item, [](Activity&) {});
    for (const std::string& request : world.graph.requests()) EXPECT_TRUE(request.starts_with("GET ")) << request;
}

// Rule I2
TEST_F(OutlookWrites, AWriteOverAnotherChangeIsRefused) {
    const RemoteItem item = create(meeting("x"));
    world.graph.editEvent(item.id, R"({"location":{"displayName":"Bern"}})");
    EXPECT_THROW(update(item, [](Activity& a) { a.subject = "y"; }), Changed);
    EXPECT_THROW(world.provider.remove(calendar, world.graph.mainCalendar(), item), Changed);
    EXPECT_EQ(textAt(world.graph.event(item.id), "subject"), "x");
    world.graph.removeEvent(item.id);
    EXPECT_THROW(update(item, [](Activity& a) { a.subject = "y"; }), Gone);
    EXPECT_NO_THROW(world.provider.remove(calendar, world.graph.mainCalendar(), item));
}

// microsoft-graph §6: versions change without a visible change, and 412 comes without a cause.
TEST_F(OutlookWrites, AVersionAloneIsNoChange) {
    world.graph.habits().laterVersion = true;
    const RemoteItem item = create(meeting("x"));
    world.graph.editEvent(item.id, R"({"categories":["Blue category"]})");
    EXPECT_EQ(read(world, update(item, [](Activity& a) { a.subject = "y"; }).item).subject, "y");
    world.graph.habits().spurious412 = 100;
    sync();
    EXPECT_THROW(update(world.known.at(item.id), [](Activity& a) { a.subject = "z"; }), Changed);
}

TEST_F(OutlookWrites, DeletingTwiceIsFine) {
    for (const bool odd : {false, true}) {
        world.graph.habits().deletedAgainIs400 = odd;
        const RemoteItem item = create(meeting("x"), odd ? "a" : "b");
        for (const Fault fault : {Fault::none, Fault::lostAfter, Fault::lostAfter}) world.graph.faults().next(fault);
        EXPECT_THROW(world.provider.remove(calendar, world.graph.mainCalendar(), item), TryLater);
        EXPECT_NO_THROW(world.provider.remove(calendar, world.graph.mainCalendar(), item));
        EXPECT_THAT(world.graph.events(world.graph.mainCalendar()), testing::IsEmpty());
    }
}

// Rule C8: editing one occurrence doesn't rewrite the others; a new time keeps the exceptions.
TEST_F(OutlookWrites, ExceptionsSurviveWhatOutlookForgets) {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        OutlookWorld other(GraphHabits::random(seed), seed);
        const std::string main = other.graph.mainCalendar();
        const std::string id =
            other.graph.addEvent(main, eventJson("Jour fixe", "2026-03-03T10:00:00", "2026-03-03T11:00:00", weekly));
        other.graph.cancelOccurrence(id, "2026-03-10");
        other.graph.editOccurrence(id, "2026-03-24", R"({"subject":"Retro"})");
        other.sync(calendar, main, from);
        const auto change = [&](const std::function<void(Activity&)>& edit) {
            const Activity before = read(other, other.known.at(id));
            Activity after = before;
            edit(after);
            RemoteItem item = other.provider.update(calendar, main, other.known.at(id), before, after).item;
            EXPECT_EQ(read(other, item), after) << seed;
            other.known[id] = std::move(item);
        };
        // One more exception.
        change([](Activity& a) {
            Exception other_ = a.exceptions.back();
            other_.original = other_.start = at("2026-04-14T10:00:00", "Europe/Berlin");
            other_.end = at("2026-04-14T12:00:00", "Europe/Berlin");
            a.exceptions.push_back(other_);
        });
        // Another time of day: the exceptions move along.
        change([](Activity& a) {
            a.start.local += hours(1);
            a.end.local += hours(1);
            for (Exception& exception : a.exceptions) {
                exception.original.local += hours(1);
                if (exception.cancelled) continue;
                exception.start.local += hours(1);
                exception.end.local += hours(1);
            }
        });
        // Another rule; what isn't an occurrence of it any more is left out.
        change([](Activity& a) { a.rrule = "FREQ=WEEKLY;BYDAY=TU;WKST=MO;COUNT=40"; });
        // An exception that is none any more, and an occurrence that takes place after all.
        change([](Activity& a) { a.exceptions.pop_back(); });
        change([](Activity& a) { std::erase_if(a.exceptions, [](const Exception& e) { return e.cancelled; }); });
        EXPECT_THAT(other.graph.mails(), testing::IsEmpty());
    }
}

TEST_F(OutlookWrites, ASingleEventBecomesASeriesAndBack) {
    RemoteItem item = create(meeting("x", "2026-03-03T10:00:00", "2026-03-03T11:00:00"));
    item = update(item, [](Activity& a) { a.rrule = "FREQ=DAILY;COUNT=5"; }).item;
    EXPECT_EQ(read(world, item).rrule, "FREQ=DAILY;COUNT=5");
    item = update(item, [](Activity& a) { a.rrule.clear(); }).item;
    EXPECT_EQ(read(world, item).rrule, "");
}

// Rule B12: an event with guests that the login organises is neither changed nor deleted.
TEST_F(OutlookWrites, WhatWouldMailGuestsIsHeld) {
    const std::string id = world.graph.addEvent(
        world.graph.mainCalendar(), eventJson("Sales", "2026-03-03T10:00:00", "2026-03-03T11:00:00", guests + weekly));
    sync();
    const RemoteItem item = world.known.at(id);
    const Remote remote = world.provider.parse(calendar, item.raw);
    EXPECT_TRUE(remote.readOnly);
    EXPECT_THAT(remote.hold, testing::HasSubstr("mail"));
    EXPECT_TRUE(remote.organised);
    ASSERT_EQ(std::get<Activity>(remote.record).participants.size(), 2U);
    EXPECT_TRUE(std::get<Activity>(remote.record).participants[0].organizer);
    EXPECT_EQ(std::get<Activity>(remote.record).participants[1].email, "bob@acme.example");
    EXPECT_THROW(update(item, [](Activity& a) { a.subject = "y"; }), Refused);
    EXPECT_THROW(update(item, [](Activity& a) { a.reminders.clear(); }), Refused);
    EXPECT_THROW(world.provider.remove(calendar, world.graph.mainCalendar(), item), Refused);
    world.graph.removeEvent(id);
    EXPECT_THROW(world.provider.restore(calendar, world.graph.mainCalendar(), item), Refused);
}

TEST(OutlookGuests, AreWrittenAndMailedWhereThatIsWanted) {
    OutlookWorld world({}, 1, {"Europe/Zurich", true});
    const std::string main = world.graph.mainCalendar();
    Activity activity = meeting("Sales");
    activity.participants = {person("ann@contoso.example", "Ann"), person("bob@acme.example", "Bob"),
                             person("eve@acme.example", "")};
    activity.participants[0].organizer = true;
    activity.participants[0].role = "chair";
    activity.participants[0].response = "accepted";
    activity.participants[2].role = "optional";
    EXPECT_TRUE(world.provider.takesGuests());
    const RemoteItem item = world.provider.create(calendar, main, "k", activity).item;
    const Activity before = read(world, item);
    EXPECT_EQ(before.participants, activity.participants);
    EXPECT_EQ(world.graph.mails().size(), 1U);
    Activity after = before;
    after.participants.pop_back();
    EXPECT_EQ(read(world, world.provider.update(calendar, main, item, before, after).item).participants.size(), 2U);
    EXPECT_EQ(world.graph.mails().size(), 2U);
}

const std::string invited =
    R"(,"isOrganizer":false,"organizer":{"emailAddress":{"address":"bob@acme.example","name":"Bob"}},"attendees":[)"
    R"({"type":"required","status":{"response":"none"},"emailAddress":{"address":"bob@acme.example","name":"Bob"}},)"
    R"({"type":"required","status":{"response":"none"},"emailAddress":{"address":"Ann@Contoso.example","name":"Ann"}}])";

// Rule C12
TEST_F(OutlookWrites, AGuestChangesItsOwnCopyAndItsAnswerOnly) {
    const std::string id = world.graph.addEvent(
        world.graph.mainCalendar(),
        eventJson("Pitch", "2026-03-10T10:00:00", "2026-03-10T11:00:00", invited + R"(,"iCalUId":"abc@google.com")"));
    sync();
    const RemoteItem item = world.known.at(id);
    const Remote remote = world.provider.parse(calendar, item.raw);
    EXPECT_FALSE(remote.organised);
    EXPECT_EQ(remote.hold, "");
    EXPECT_EQ(item.uid, "abc@google.com");                                 // rule C11
    EXPECT_EQ(std::get<Activity>(remote.record).participants.size(), 2U);  // the organiser is listed twice
    EXPECT_THROW(update(item, [](Activity& a) { a.subject = "y"; }), Refused);
    const RemoteItem own = update(item, [](Activity& a) { a.reminders = {{45, "display"}}; }).item;
    EXPECT_EQ(read(world, own).reminders.at(0).minutes, 45);
    const RemoteItem answered = update(own, [](Activity& a) { a.participants[1].response = "accepted"; }).item;
    EXPECT_EQ(read(world, answered).participants[1].response, "accepted");
}

}  // namespace
}  // namespace crmdav::outlook_tests
