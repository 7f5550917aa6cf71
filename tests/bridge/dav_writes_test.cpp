#include <set>

#include "tests/bridge/dav_fixture.h"

// Who signs in, and what is written; the same of every server.
namespace crmdav {
namespace {

using namespace testing;

class DavWrites : public DavServers {};
constexpr auto calendar = SyncKind::calendar;
constexpr auto contacts = SyncKind::contacts;

TEST_P(DavWrites, TellWhoSignsInAndWhatThereIs) {  // RFC 6764 §6, A3
    const RemoteIdentity who = provider->identify();
    EXPECT_EQ(who.login, server->user);
    EXPECT_NE(who.id, "");
    for (const auto& [kind, path] : {std::pair(calendar, server->calendar), std::pair(contacts, server->book)}) {
        const auto all = provider->collections(kind);
        const auto at = std::ranges::find(all, path, &RemoteCollection::id);
        ASSERT_NE(at, all.end()) << path;
        EXPECT_TRUE(at->writable);
        EXPECT_NE(at->name, "");
        EXPECT_EQ(std::ranges::count(all, true, &RemoteCollection::main), 1);
    }
    EXPECT_EQ(anew().identify().id, who.id);
    if (std::string_view(GetParam().name) == "Crmdav") {  // RFC 6638 §9.2
        const auto all = provider->collections(calendar);
        EXPECT_TRUE(std::ranges::find(all, server->calendar, &RemoteCollection::id)->main) << "where invitations go";
    }
}

TEST_P(DavWrites, AWrongPasswordNeedsItsOwner) {  // rule I8
    if (!server->checksPassword) return;
    provider->collections(calendar);
    server->password = "wrong";
    EXPECT_THROW(anew().changes(calendar, server->calendar, "", {}), ReconnectNeeded) << "with what was found before";
    EXPECT_THROW(provider->identify(), ReconnectNeeded);
}

TEST_P(DavWrites, WhatIsCreatedIsThereAsHeldSays) {  // rules C1, C9
    Activity series = meeting();
    series.rrule = "FREQ=DAILY;COUNT=5";
    Exception cancelled;
    cancelled.original = zoned(3, 10);
    cancelled.cancelled = true;
    Exception moved;
    moved.original = zoned(4, 10);
    moved.subject = "Elsewhere";
    moved.location = "Roof";
    moved.start = zoned(4, 15);
    moved.end = zoned(4, 16);
    series.exceptions = {cancelled, moved};
    Activity whole = meeting();
    whole.start = date(5);
    whole.end = date(7);
    Activity rich = meeting();
    rich.reminders = {{15, "display"}, {1440, "email"}};
    rich.privacy = Privacy::confidential;
    rich.busy = false;
    rich.tentative = true;
    rich.done = true;
    rich.priority = 3;
    rich.url = "https://crm.example.com/activities/1";
    rich.participants.emplace_back().email = "guest@example.org";
    rich.typeId = "11111111-2222-4333-8444-555555555555";
    rich.dealIds = {"11111111-2222-4333-8444-555555555556"};
    for (const Activity& activity : {meeting(), series, whole, rich}) {
        const Id id = key();
        const auto made = provider->create(calendar, server->calendar, id, activity);
        const auto there = anew().read(calendar, server->calendar, made.item.id);
        ASSERT_TRUE(there);
        EXPECT_EQ(there->version, made.item.version);
        EXPECT_EQ(activityIn(*there), std::get<Activity>(provider->held(activity))) << there->raw;
        EXPECT_EQ(activityIn(*there).subject, activity.subject);
        EXPECT_EQ(activityIn(*there).start, activity.start);
        EXPECT_EQ(activityIn(*there).exceptions.size(), activity.exceptions.size());
        EXPECT_EQ(there->uid, activity.uid) << "rule C11";
        EXPECT_EQ(provider->parse(calendar, there->raw).mark, id) << "rule I1";
        EXPECT_FALSE(there->raw.find("ATTENDEE") != std::string::npos) << "rule B12";
    }
    const auto made = provider->create(contacts, server->book, key(), erika());
    const auto there = anew().read(contacts, server->book, made.item.id);
    ASSERT_TRUE(there);
    EXPECT_EQ(there->version, made.item.version);
    EXPECT_EQ(contactIn(*there), std::get<Contact>(provider->held(contactIn(made.item)))) << there->raw;
    Contact expected = erika();
    expected.uid = there->uid;
    EXPECT_EQ(contactIn(*there), expected) << there->raw;
}

TEST_P(DavWrites, WritesHoldOnlyForTheVersionThatWasRead) {  // rule I2
    const auto made = provider->create(calendar, server->calendar, key(), meeting());
    const Record before = provider->parse(calendar, made.item.raw).record;
    Activity after = std::get<Activity>(before);
    after.subject = "Ours";
    const auto changed = provider->update(calendar, server->calendar, made.item, before, after);
    EXPECT_NE(changed.item.version, made.item.version);
    EXPECT_EQ(activityIn(changed.item).subject, "Ours");
    EXPECT_THAT(other("GET", server->calendar + made.item.id).body, HasSubstr("SUMMARY:Ours\r\n"));

    after.subject = "Late";
    EXPECT_THROW(provider->update(calendar, server->calendar, made.item, before, after), Changed);
    EXPECT_THROW(provider->remove(calendar, server->calendar, made.item), Changed);
    provider->remove(calendar, server->calendar, changed.item);
    EXPECT_FALSE(provider->read(calendar, server->calendar, made.item.id));
    EXPECT_NO_THROW(provider->remove(calendar, server->calendar, changed.item)) << "gone already";
    EXPECT_THROW(provider->update(calendar, server->calendar, changed.item, before, after), Gone);

    const auto again = provider->restore(calendar, server->calendar, changed.item);
    EXPECT_EQ(activityIn(again.item).subject, "Ours") << "G5: what was deleted comes back as it was";
    EXPECT_THROW(provider->restore(calendar, server->calendar, made.item), Changed) << "not over what others wrote";
}

TEST_P(DavWrites, ContactsAreChangedAndDeletedTheSameWay) {  // rules I2, D9
    const auto made = provider->create(contacts, server->book, key(), erika());
    const Record before = provider->parse(contacts, made.item.raw).record;
    Contact after = std::get<Contact>(before);
    after.emails.pop_back();
    after.phones.push_back({"work", "+49 731 1", false});
    after.jobTitle = "Chair";
    const auto changed = provider->update(contacts, server->book, made.item, before, after);
    EXPECT_EQ(contactIn(changed.item), after) << changed.item.raw;
    after.jobTitle = "Late";
    EXPECT_THROW(provider->update(contacts, server->book, made.item, before, after), Changed);
    EXPECT_THROW(provider->remove(contacts, server->book, made.item), Changed);
    provider->remove(contacts, server->book, changed.item);
    EXPECT_THROW(provider->update(contacts, server->book, changed.item, before, after), Gone);
}

TEST_P(DavWrites, NothingIsWrittenWhereNothingDiffers) {  // rule C10
    const auto made = provider->create(calendar, server->calendar, key(), meeting());
    const Record same = provider->parse(calendar, made.item.raw).record;
    relay.asked();
    EXPECT_EQ(provider->update(calendar, server->calendar, made.item, same, same).item.version, made.item.version);
    EXPECT_THAT(relay.asked(), IsEmpty());
}

TEST_P(DavWrites, TheSameKeyNeverMakesTwo) {  // rule I1
    using standins::Fault;
    for (const Fault fault : {Fault::lostAfter, Fault::lostBefore, Fault::cut}) {
        const Id id = key();
        const Activity activity = meeting();
        anew().collections(calendar);
        relay.faults.next(fault);
        relay.faults.next(fault);  // HTTP may repeat it by itself once
        EXPECT_THROW(provider->create(calendar, server->calendar, id, activity), TryLater);
        const auto made = anew().create(calendar, server->calendar, id, activity);
        EXPECT_EQ(activityIn(made.item).subject, activity.subject);
        const auto once = provider->create(calendar, server->calendar, id, activity);
        EXPECT_EQ(once.item.id, made.item.id);
        EXPECT_EQ(once.item.version, made.item.version);
    }
    std::string cursor;
    EXPECT_EQ(follow(calendar, cursor).size(), 3U);
}

TEST_P(DavWrites, AWriteWhoseAnswerWasLostIsDoneOrDoneAgain) {  // rule I5
    using standins::Fault;
    auto item = provider->create(calendar, server->calendar, key(), meeting()).item;
    const Record before = provider->parse(calendar, item.raw).record;
    Activity after = std::get<Activity>(before);
    after.subject = "Sent once, or twice";
    relay.faults.next(Fault::lostAfter);
    relay.faults.next(Fault::lostAfter);
    EXPECT_ANY_THROW(provider->update(calendar, server->calendar, item, before, after));
    item = *anew().read(calendar, server->calendar, item.id);
    EXPECT_EQ(activityIn(item).subject, after.subject);
    relay.faults.next(Fault::lostAfter);
    relay.faults.next(Fault::lostAfter);
    EXPECT_ANY_THROW(provider->remove(calendar, server->calendar, item));
    EXPECT_NO_THROW(anew().remove(calendar, server->calendar, item));
    EXPECT_FALSE(provider->read(calendar, server->calendar, item.id));
}

TEST_P(DavWrites, UnknownPropertiesSurviveByteForByte) {  // rule C3
    const std::string id = server->calendar + "kept.ics";
    put(id, event("kept",
                  "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC\r\nCATEGORIES:One,Two\r\n"
                  "X-FOO;X-BAR=\"a:b;c\":value\\, with; odd things\r\nGEO:48.1;11.5\r\n"
                  "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER;RELATED=END:-PT7M\r\nDESCRIPTION:x\r\n"
                  "X-WR-ALARMUID:1\r\nEND:VALARM\r\n"));
    put(server->book + "kept.vcf", card("kept",
                                        "item1.TEL:+49 731 55\r\nitem1.X-ABLabel:_$!<HomePage>!$_\r\n"
                                        "X-SOCIALPROFILE;TYPE=twitter:http://example.com/x\r\nGENDER:F\r\n"));
    const auto lines = [&](const std::string& path) {
        const std::string body = other("GET", path).body;
        std::multiset<std::string> all;
        for (std::size_t at = 0; at < body.size();) {
            const auto end = std::min(body.find('\n', at), body.size());
            all.insert(body.substr(at, end - at));
            at = end + 1;
        }
        return all;
    };
    const auto differing = [](const std::multiset<std::string>& a, const std::multiset<std::string>& b) {
        std::vector<std::string> out;
        std::ranges::set_symmetric_difference(a, b, std::back_inserter(out));
        return out;
    };
    const auto eventBefore = lines(id), cardBefore = lines(server->book + "kept.vcf");

    const auto item = *provider->read(calendar, server->calendar, "kept.ics");
    const Record before = provider->parse(calendar, item.raw).record;
    Activity after = std::get<Activity>(before);
    after.location = "There";
    provider->update(calendar, server->calendar, item, before, after);
    EXPECT_THAT(differing(eventBefore, lines(id)), ElementsAre("LOCATION:There\r"));

    const auto person = *provider->read(contacts, server->book, "kept.vcf");
    const Record was = provider->parse(contacts, person.raw).record;
    Contact now = std::get<Contact>(was);
    now.notes = "Seen";
    provider->update(contacts, server->book, person, was, now);
    EXPECT_THAT(differing(cardBefore, lines(server->book + "kept.vcf")), Contains("NOTE:Seen\r"));
    EXPECT_THAT(differing(cardBefore, lines(server->book + "kept.vcf")), Each(AnyOf("NOTE:Seen\r", StartsWith("REV"))));
}

TEST_P(DavWrites, AChangedOccurrenceLeavesTheOthersAlone) {  // rule C8
    Activity series = meeting();
    series.rrule = "FREQ=WEEKLY;COUNT=4";
    auto item = provider->create(calendar, server->calendar, key(), series).item;
    Record before = provider->parse(calendar, item.raw).record;
    Activity after = std::get<Activity>(before);
    Exception moved;
    moved.original = zoned(9, 10);
    moved.subject = after.subject;
    moved.location = after.location;
    moved.notes = after.notes;
    moved.start = zoned(9, 14);
    moved.end = zoned(9, 15);
    after.exceptions = {moved};
    item = provider->update(calendar, server->calendar, item, before, after).item;
    EXPECT_EQ(activityIn(item), after) << item.raw;
    before = after;
    Exception cancelled;
    cancelled.original = zoned(16, 10);
    cancelled.cancelled = true;
    after.exceptions = {moved, cancelled};
    item = provider->update(calendar, server->calendar, item, before, after).item;
    EXPECT_EQ(activityIn(*anew().read(calendar, server->calendar, item.id)), after) << item.raw;
}

INSTANTIATE_TEST_SUITE_P(All, DavWrites, ValuesIn(davServerKinds), [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace crmdav
