#include "tests/store/record_fixture.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// Contacts that are one person become one, and several again by an undo.
class Merge : public RecordStore {
protected:
    Contact make(const std::string& first, const std::string& email, const std::string& phone = {},
                 const Actor* who = nullptr, std::int64_t owner = 0) {
        Contact contact;
        contact.firstName = first;
        contact.lastName = "Berger";
        contact.owner = owner;
        if (!email.empty()) contact.emails = {{"work", email, false}};
        if (!phone.empty()) contact.phones = {{"mobile", phone, false}};
        now += std::chrono::minutes(1);
        return store->saveContact(who ? *who : byAnna, contact, {});
    }
    Contact merge(const Id& into, const std::vector<Id>& others) {
        Contact merged = store->mergeContacts(byAnna, into, others, {});
        EXPECT_THAT(store->check({}), IsEmpty());
        return merged;
    }
    std::int64_t lastEntry() const { return store->lastHistoryId(); }
    void undo(std::int64_t entry) {
        store->undoRecord(byAnna, entry);
        EXPECT_THAT(store->check({}), IsEmpty());
    }
    Contact read(const Id& id) const {
        const auto found = store->contact(anna.id, id);
        return found ? *found : Contact{};
    }
    /// All cards of the organisation's book, by name.
    std::map<std::string, std::string> cards() const {
        std::map<std::string, std::string> all;
        for (const std::string& name : names(book("anna"))) all[name] = bytes(book("anna"), name);
        return all;
    }
    Deal deal(const std::string& title, const std::vector<Id>& contacts) {
        Deal wanted;
        wanted.title = title;
        wanted.contactIds = contacts;
        return store->saveDeal(byAnna, wanted, {});
    }
    Activity linked(const std::string& subject, const std::vector<Id>& contacts) {
        Activity wanted;
        wanted.owner = anna.id;
        wanted.subject = subject;
        wanted.contactIds = contacts;
        wanted.start = {When::Kind::utc, std::chrono::local_days(std::chrono::year(2026) / 1 / 10), {}};
        wanted.end = {When::Kind::utc, wanted.start.local + std::chrono::hours(1), {}};
        return store->saveActivity(byAnna, wanted, {});
    }
    Activity meetingWith(const std::string& email) {
        const Saved saved = put(byAnna, calendar("anna"), email + ".ics",
                                event(email,
                                      "DTSTART:20260110T100000Z\r\nDURATION:PT1H\r\nSUMMARY:Lunch\r\n"
                                      "ORGANIZER:mailto:anna@firm.example\r\nATTENDEE:mailto:" +
                                          email + "\r\n"));
        return *store->activity(anna.id, saved.record);
    }
    std::optional<Id> participantOf(const Activity& activity, const std::string& email) const {
        const Activity now_ = *store->activity(anna.id, activity.id);
        for (const Participant& p : now_.participants)
            if (p.email == email) return p.contactId;
        return std::nullopt;
    }
};

TEST_F(Merge, TheOneGetsWhatItLacksAndKeepsWhatItHas) {  // D8
    const Contact one = make("Ana", "ana@c.example");
    Contact other = make("Ana", "ANA@c.example", "+49 30 1234567");
    other.emails.push_back({"home", "ana@home.example", true});
    other.jobTitle = "CEO";
    other.companyName = "Penwick Ltd";
    other.birthday = "1980-02-03";
    other.notes = "likes tea";
    other.tags = {"vip"};
    other.custom = {{"shoe", "38"}};
    other.addresses = {{.label = "home",
                        .poBox = {},
                        .extended = {},
                        .street = "Ring 1",
                        .locality = "Bonn",
                        .region = {},
                        .postcode = {},
                        .country = {}}};
    store->saveContact(byAnna, other, {});
    store->setContactPhoto(byAnna, other.id, "\xff\xd8\xff photo");
    const Contact merged = merge(one.id, {other.id});
    ASSERT_THAT(merged.emails, SizeIs(2)) << "addresses are compared without case";
    EXPECT_EQ(merged.emails[0].value, "ana@c.example");
    EXPECT_EQ(merged.emails[1].value, "ana@home.example");
    EXPECT_THAT(merged.phones, SizeIs(1));
    EXPECT_EQ(merged.jobTitle + merged.companyName + merged.birthday + merged.notes,
              "CEOPenwick Ltd1980-02-03likes tea");
    EXPECT_THAT(merged.tags, ElementsAre("vip"));
    EXPECT_EQ(merged.custom.at("shoe"), "38");
    EXPECT_THAT(merged.addresses, SizeIs(1));
    EXPECT_TRUE(merged.hasPhoto);
    EXPECT_EQ(store->contactPhoto(anna.id, one.id), "\xff\xd8\xff photo");
    ASSERT_THAT(cards(), SizeIs(1));
    EXPECT_THAT(cards().begin()->second, HasSubstr("ana@home.example"));
    EXPECT_EQ(read(merged.id), merged);
}

TEST_F(Merge, WhatItHasStaysAndNotesComeBehind) {
    Contact one = make("Ana", "a@c.example"), other = make("Anna", "b@c.example");
    one.jobTitle = "CTO";
    one.notes = "first";
    other.jobTitle = "CEO";
    other.notes = "second";
    one = store->saveContact(byAnna, one, {});
    store->saveContact(byAnna, other, {});
    const Contact merged = merge(one.id, {other.id});
    EXPECT_EQ(merged.displayName, "Ana Berger");
    EXPECT_EQ(merged.jobTitle, "CTO");
    EXPECT_EQ(merged.notes, "first\n\nsecond");
}

TEST_F(Merge, OthersAreGoneForDevicesAndTheirIdsLeadOn) {  // D48
    const Contact one = make("Ana", "a@c.example"), other = make("Ana", "b@c.example");
    const CollectionId contacts = book("anna");
    const auto nobody = [](const Change&, std::string_view) {};
    const std::string before = store->changesSince(contacts, "", 0, MemberDetail::rows, nobody)->token;
    merge(one.id, {other.id});
    EXPECT_EQ(read(other.id).id, one.id);
    EXPECT_THAT(store->trash(anna.id, 100), IsEmpty());
    EXPECT_THROW(store->restore(byAnna, RecordKind::contact, other.id), NotFound);
    EXPECT_THROW(store->removeRecord(byAnna, RecordKind::contact, other.id, {}), NotFound) << "that isn't meant";
    std::vector<std::string> gone;
    store->changesSince(contacts, before, 0, MemberDetail::rows, [&](const Change& change, std::string_view) {
        if (change.deleted) gone.push_back(change.member.name);
    });
    EXPECT_THAT(gone, SizeIs(1));
    const Contact third = make("Ana", "c@c.example");
    merge(third.id, {one.id});
    EXPECT_EQ(read(other.id).id, third.id) << "over two merges";
}

TEST_F(Merge, DealsActivitiesAndMeetingsFollowAndGoBack) {
    const Contact one = make("Ana", "a@c.example"), other = make("Ana", "b@c.example"),
                  third = make("X", "x@c.example");
    const Deal alone = deal("alone", {third.id, other.id}), both = deal("both", {other.id, one.id});
    const Activity call = linked("call", {other.id}), twice = linked("twice", {one.id, other.id});
    const Activity lunch = meetingWith("b@c.example");
    ASSERT_EQ(participantOf(lunch, "b@c.example"), other.id);
    const auto contactsOf = [&](const Deal& d) { return store->deal(anna.id, d.id)->contactIds; };
    const auto linksOf = [&](const Activity& a) { return store->activity(anna.id, a.id)->contactIds; };
    merge(one.id, {other.id});
    const std::int64_t entry = lastEntry();
    EXPECT_THAT(contactsOf(alone), ElementsAre(third.id, one.id));
    EXPECT_THAT(contactsOf(both), ElementsAre(one.id));
    EXPECT_THAT(linksOf(call), ElementsAre(one.id));
    EXPECT_THAT(linksOf(twice), ElementsAre(one.id));
    EXPECT_EQ(participantOf(lunch, "b@c.example"), one.id);
    EXPECT_NE(store->deal(anna.id, alone.id)->version, alone.version) << "who has read it has another version";
    Store::Query query;
    query.user = anna.id;
    query.contact = one.id;
    EXPECT_THAT(store->deals(query).records, SizeIs(2));
    undo(entry);
    EXPECT_THAT(contactsOf(alone), ElementsAre(third.id, other.id));
    EXPECT_THAT(contactsOf(both), ElementsAre(other.id, one.id));
    EXPECT_THAT(linksOf(call), ElementsAre(other.id));
    EXPECT_THAT(linksOf(twice), ElementsAre(one.id, other.id));
    EXPECT_EQ(participantOf(lunch, "b@c.example"), other.id);
}

TEST_F(Merge, AnUndoBringsBackEveryByte) {
    const Contact one = make("Ana", "a@c.example");
    const std::string raw = card("raw", "FN:Ana Berger\r\nEMAIL;X-OWN=1:raw@c.example\r\nX-UNKNOWN:kept\r\n");
    const Id other = put(byAnna, book("anna"), "raw.vcf", raw).record;
    const Contact third = make("Ana", "c@c.example", "+49 30 1");
    store->setContactPhoto(byAnna, third.id, "\x89PNG photo");
    const auto before = cards();
    const Contact otherBefore = read(other), thirdBefore = read(third.id);
    merge(one.id, {third.id, other});
    const std::int64_t entry = lastEntry();
    ASSERT_THAT(cards(), SizeIs(1));
    const auto told = store->history({.record = one.id, .login = {}, .device = {}, .from = {}, .until = {}});
    EXPECT_EQ(told[0].id, entry);
    EXPECT_EQ(told[0].deed, Deed::merged);
    undo(entry);
    EXPECT_EQ(cards(), before);
    EXPECT_EQ(read(one.id).emails, one.emails);
    EXPECT_FALSE(read(one.id).hasPhoto);
    Contact back = read(other);
    EXPECT_EQ(back.id, other);
    EXPECT_EQ(back.emails, otherBefore.emails);
    EXPECT_EQ(store->contactPhoto(anna.id, third.id), "\x89PNG photo");
    EXPECT_EQ(read(third.id).phones, thirdBefore.phones);
    EXPECT_THROW(store->undoRecord(byAnna, entry), NotFound) << "once";
    merge(one.id, {other});
    undo(lastEntry());
    EXPECT_EQ(cards(), before);
}

TEST_F(Merge, AnAddressThatBothHadGoesBackToWhoHadTheMeeting) {
    const Contact other = make("Ana", "same@c.example");
    const Activity lunch = meetingWith("same@c.example");
    const Contact one = make("Ana", "same@c.example");
    ASSERT_EQ(participantOf(lunch, "same@c.example"), other.id);
    merge(one.id, {other.id});
    EXPECT_EQ(participantOf(lunch, "same@c.example"), one.id);
    undo(lastEntry());
    EXPECT_EQ(participantOf(lunch, "same@c.example"), other.id);
}

TEST_F(Merge, AnUndoOfWhatWasBeforeItBringsThemBackToo) {
    Contact one = make("Ana", "a@c.example");
    const Contact other = make("Ana", "b@c.example");
    one.jobTitle = "CEO";
    store->saveContact(byAnna, one, {});
    const std::int64_t edit = lastEntry();
    merge(one.id, {other.id});
    undo(edit);
    EXPECT_EQ(read(one.id).jobTitle, "");
    EXPECT_THAT(read(one.id).emails, SizeIs(1));
    EXPECT_EQ(read(other.id).id, other.id) << "nobody is lost";
}

TEST_F(Merge, WhoWasMergedIsNotUndoneByWhatTheyWereBefore) {
    const Contact one = make("Ana", "a@c.example");
    const Contact other = make("Ana", "b@c.example");
    const std::int64_t created = lastEntry();
    merge(one.id, {other.id});
    EXPECT_THROW(store->undoRecord(byAnna, created), NotFound) << "it would take the other one away";
    EXPECT_EQ(read(one.id).id, one.id);
    Actor merger = byAnna;
    merger.device = "laptop";
    const Contact another = make("Ana", "d@c.example", {}, &byAnna);
    store->mergeContacts(merger, one.id, std::vector{another.id}, {});
    const auto report =
        store->undoDevice(byAnna, "anna", "phone", now - std::chrono::hours(1), now + std::chrono::hours(1), false);
    EXPECT_THAT(report.changedSince, testing::Contains(std::pair(RecordKind::contact, another.id)));
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(Merge, AllThatADeviceDidIsUndoneItsMergesIncluded) {
    const Contact one = make("Ana", "a@c.example"), other = make("Ana", "b@c.example");
    merge(one.id, {other.id});
    const auto report =
        store->undoDevice(byAnna, "anna", "phone", now - std::chrono::hours(1), now + std::chrono::hours(1), false);
    EXPECT_THAT(report.changedSince, IsEmpty());
    EXPECT_THAT(report.undone, SizeIs(2));
    EXPECT_THAT(cards(), IsEmpty());
    EXPECT_THAT(store->trash(anna.id, 10), SizeIs(2)) << "each by itself";
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(Merge, OnlyWhatOneSeesAndOfOneOwner) {
    const Contact one = make("Ana", "a@c.example"), own = make("Ana", "b@c.example", {}, &byAnna, anna.id),
                  bens = make("Ana", "c@c.example", {}, &byBen, ben.id);
    const auto attempt = [&](const Id& into, std::vector<Id> others, const std::string& based = {}) {
        store->mergeContacts(byAnna, into, others, based);
    };
    EXPECT_THROW(attempt(one.id, {bens.id}), NotFound);
    EXPECT_THROW(attempt(bens.id, {one.id}), NotFound);
    EXPECT_THROW(attempt(one.id, {own.id}), InvalidField) << "what is private would be everybody's";
    EXPECT_THROW(attempt(one.id, {one.id}), InvalidField);
    EXPECT_THROW(attempt(one.id, {}), InvalidField);
    EXPECT_THROW(attempt(one.id, {make("Z", "z@c.example").id}, "other"), PreconditionFailed);
    EXPECT_THAT(store->check({}), IsEmpty());
    EXPECT_EQ(read(one.id), one);
}

TEST_F(Merge, ErasingThePersonErasesAllThatTheyWere) {
    const Contact one = make("Ana", "a@c.example");
    const Contact other = make("Annabella", "secret@hidden.example", "+49 30 7654321");
    const Contact third = make("Ana", "third@hidden.example");
    merge(other.id, {third.id});
    merge(one.id, {other.id});
    store->erase(byAnna, one.id);
    EXPECT_THAT(store->check({}), IsEmpty());
    const std::string all = place.everything();
    for (const char* trace : {"hidden.example", "Annabella", "7654321"}) EXPECT_THAT(all, Not(HasSubstr(trace)));
    EXPECT_FALSE(store->contact(anna.id, other.id));
}

TEST_F(Merge, ADeviceThatPutsTheOldCardAgainMakesANewContact) {
    const Contact one = make("Ana", "a@c.example");
    const Id other = put(byAnna, book("anna"), "o.vcf", card("o", "FN:Ana Berger\r\nEMAIL:o@c.example\r\n")).record;
    merge(one.id, {other});
    const Id again = put(byAnna, book("anna"), "o.vcf", card("o", "FN:Ana Berger\r\nEMAIL:o@c.example\r\n")).record;
    EXPECT_NE(again, other);
    EXPECT_EQ(read(other).id, one.id);
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(Merge, AfterThirtyDaysItIsForGood) {
    const Contact one = make("Ana", "a@c.example"), other = make("Ana", "b@c.example");
    merge(one.id, {other.id});
    const std::int64_t entry = lastEntry();
    now += std::chrono::days(40);
    while (store->tend()) continue;
    EXPECT_THROW(store->undoRecord(byAnna, entry), NotFound);
    EXPECT_EQ(read(other.id).id, one.id);
    EXPECT_THAT(store->check({}), IsEmpty());
}

// ---------------------------------------------------------------- who looks like one person

TEST_F(Merge, TheSameNameAndSomethingInCommonIsADuplicate) {  // D7
    const Contact a = make("Zoë", "zoe@c.example"), b = make("ZOE", "Zoe@C.example", "030 1234567"),
                  c = make("Zoe", "other@c.example", "+49 30 1234567");
    make("Zoe", "nothing@shared.example");
    make("Max", "max@c.example");
    make("Max", "zoe@c.example");  // the same address, another name
    Contact d = make("Lea", "l1@c.example"), e = make("Lea", "l2@c.example");
    d.companyName = "Penwick Ltd";
    e.companyName = "penwick";
    store->saveContact(byAnna, d, {});
    store->saveContact(byAnna, e, {});
    make("Lea", "l1@c.example", {}, &byBen, ben.id);
    const auto groups = store->duplicates(anna.id, 10);
    std::vector<std::vector<Id>> ids;
    for (const auto& group : groups) {
        ids.emplace_back();
        for (const Contact& contact : group) ids.back().push_back(contact.id);
    }
    EXPECT_THAT(ids, testing::UnorderedElementsAre(ElementsAre(a.id, b.id, c.id), ElementsAre(d.id, e.id)));
    EXPECT_THAT(store->duplicates(anna.id, 1), SizeIs(1));
    merge(d.id, {e.id});
    EXPECT_THAT(store->duplicates(anna.id, 10), SizeIs(1));
}

TEST_F(Merge, LookingForDuplicatesTakesFewStatementsHoweverManyThereAre) {
    const auto statements = [&] {
        const std::size_t before = Store::statementsOfThread();
        store->duplicates(anna.id, 100);
        return Store::statementsOfThread() - before;
    };
    for (int i = 0; i < 2; ++i) make("Ana", "a@c.example");
    const std::size_t few = statements();
    for (int i = 0; i < 60; ++i) make("P" + std::to_string(i / 2), "p" + std::to_string(i / 2) + "@c.example");
    EXPECT_EQ(statements(), few);
    EXPECT_LT(few, 10U);
}

}  // namespace
}  // namespace crmdav
