#include "store/sql_store.h"
#include "tests/store/record_fixture.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

/// Contacts that look like one person, of which somebody says that they aren't.
class Distinct : public RecordStore {
protected:
    Contact make(const std::string& email, const std::string& phone = {}, std::int64_t owner = 0) {
        Contact contact;
        contact.displayName = "Max Berger";
        contact.owner = owner;
        if (!email.empty()) contact.emails = {{"work", email, false}};
        if (!phone.empty()) contact.phones = {{"mobile", phone, false}};
        now += std::chrono::minutes(1);
        return store->saveContact(byAnna, contact, {});
    }
    std::vector<std::vector<Id>> groups() const {
        std::vector<std::vector<Id>> ids;
        for (const auto& group : store->duplicates(anna.id, 100)) {
            ids.emplace_back();
            for (const Contact& contact : group) ids.back().push_back(contact.id);
        }
        return ids;
    }
    void apart(const std::vector<Id>& contacts, bool distinct = true) {
        store->setDistinct(byAnna, contacts, distinct);
        EXPECT_THAT(store->check({}), IsEmpty());
    }
    std::int64_t pairs() const {
        Reading reading(static_cast<SqlStore&>(*store).database());
        auto row = reading.db().query("SELECT COUNT(*) FROM distinct_contacts");
        return row.next() ? row.int64(0) : -1;
    }
    std::int64_t merge(const Contact& into, const Contact& other) {
        store->mergeContacts(byAnna, into.id, std::vector{other.id}, {});
        EXPECT_THAT(store->check({}), IsEmpty());
        return store->lastHistoryId();
    }
};

TEST_F(Distinct, AreNoDuplicatesUntilThatIsTakenBack) {
    const Contact a = make("m@c.example"), b = make("m@c.example");
    ASSERT_THAT(groups(), ElementsAre(ElementsAre(a.id, b.id)));
    apart({b.id, a.id});
    EXPECT_THAT(groups(), IsEmpty());
    apart({a.id, b.id});
    EXPECT_EQ(pairs(), 1) << "whichever is named first";
    store->saveContact(byAnna, *store->contact(anna.id, a.id), {});
    EXPECT_THAT(groups(), IsEmpty());
    apart({a.id, b.id}, false);
    EXPECT_THAT(groups(), ElementsAre(ElementsAre(a.id, b.id)));
    EXPECT_EQ(pairs(), 0);
}

TEST_F(Distinct, OfAGroupAreAllOfThem) {
    const Contact a = make("m@c.example"), b = make("m@c.example"), c = make("m@c.example");
    apart({a.id, b.id, c.id});
    EXPECT_EQ(pairs(), 3);
    EXPECT_THAT(groups(), IsEmpty());
    const Contact d = make("m@c.example");  // may be any of them
    EXPECT_THAT(groups(), ElementsAre(ElementsAre(a.id, d.id)));
    apart({a.id, d.id});
    EXPECT_THAT(groups(), ElementsAre(ElementsAre(b.id, d.id)));
}

TEST_F(Distinct, AreNeverInOneGroupWhoeverStandsBetween) {
    const Contact a = make("a@c.example"), b = make("a@c.example", "+49 30 1234"), c = make("", "+49 30 1234"),
                  d = make("a@c.example");
    apart({a.id, b.id});
    EXPECT_THAT(groups(), UnorderedElementsAre(ElementsAre(a.id, d.id), ElementsAre(b.id, c.id)));
    apart({a.id, d.id});
    EXPECT_THAT(groups(), ElementsAre(ElementsAre(b.id, c.id, d.id)));
}

TEST_F(Distinct, StaySoForWhomTheyAreMergedInto) {
    const Contact a = make("m@c.example"), b = make("m@c.example"), c = make("m@c.example");
    apart({b.id, c.id});
    const std::int64_t entry = merge(a, b);
    EXPECT_THAT(groups(), IsEmpty()) << "what was b is a now";
    store->undoRecord(byAnna, entry);
    EXPECT_THAT(store->check({}), IsEmpty());
    EXPECT_THAT(groups(), ElementsAre(ElementsAre(a.id, b.id))) << "of a nobody said it";
    EXPECT_EQ(pairs(), 1);
}

TEST_F(Distinct, WhatWasSaidOfBothIsStillSaidAfterTheUndoOfTheirMerge) {
    const Contact a = make("m@c.example"), b = make("m@c.example"), c = make("m@c.example");
    apart({a.id, c.id});
    apart({b.id, c.id});
    const std::int64_t entry = merge(a, b);
    store->undoRecord(byAnna, entry);
    EXPECT_EQ(pairs(), 2);
    EXPECT_THAT(groups(), ElementsAre(ElementsAre(a.id, b.id)));
}

TEST_F(Distinct, CanBeMergedAllTheSame) {
    const Contact a = make("m@c.example"), b = make("m@c.example");
    apart({a.id, b.id});
    const std::int64_t entry = merge(a, b);
    EXPECT_EQ(store->contact(anna.id, b.id)->id, a.id);
    store->undoRecord(byAnna, entry);
    EXPECT_THAT(groups(), IsEmpty());
}

TEST_F(Distinct, AreForgottenWithTheContact) {
    const Contact a = make("m@c.example"), b = make("m@c.example"), c = make("m@c.example");
    apart({a.id, b.id, c.id});
    store->removeRecord(byAnna, RecordKind::contact, a.id, {});
    EXPECT_EQ(pairs(), 3) << "it can come back";
    store->erase(byAnna, b.id);
    EXPECT_EQ(pairs(), 1);
    now += std::chrono::days(40);
    while (store->tend()) continue;
    EXPECT_EQ(pairs(), 0);
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(Distinct, AreSaidOfContactsThatOneSees) {
    const Contact a = make("m@c.example"), b = make("m@c.example"), own = make("m@c.example", {}, anna.id);
    const auto say = [&](const Actor& who, const std::vector<Id>& contacts) {
        store->setDistinct(who, contacts, true);
    };
    EXPECT_THROW(say(byBen, {a.id, own.id}), NotFound);
    EXPECT_THROW(say(byAnna, {a.id, "nobody"}), NotFound);
    EXPECT_THROW(say(byAnna, {a.id}), InvalidField);
    EXPECT_THROW(say(byAnna, {a.id, b.id, a.id}), InvalidField);
    EXPECT_THROW(say(byAnna, std::vector<Id>(52, a.id)), InvalidField);
    merge(a, b);
    EXPECT_THROW(say(byAnna, {a.id, b.id}), InvalidField) << "one by now";
    EXPECT_EQ(pairs(), 0);
}

TEST_F(Distinct, MatterToNoSync) {  // D7
    const Contact a = make("m@c.example"), b = make("m@c.example");
    const auto named = [&] { return store->sync().contactsNamed(0, "berger max"); };
    const auto before = named();
    ASSERT_THAT(before, SizeIs(2));
    apart({a.id, b.id});
    EXPECT_EQ(named(), before);
}

}  // namespace
}  // namespace crmdav
