#include "tests/store/sync_support.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// Rule B4: a contact who comes or goes finds the events by whose guests they are activities or blocks.
class SyncGuests : public SyncTest {
protected:
    SyncGuests() {
        watched = link(events(), "a", newId());
        sync().watchGuests(watched.id, std::vector<WatchedGuest>{{"ann@else.org", false}, {"bea@else.org", true}});
        told();
    }
    Id person(const Actor& actor, CollectionId where, const std::string& uid, const std::string& email) {
        return put(actor, where, uid + ".vcf", card(uid, "FN:" + uid + "\r\nEMAIL:" + email + "\r\n")).record;
    }
    /// Links that are staged since the last time; a run is wanted where there are some.
    std::vector<Id> told() {
        sync().clearStage(events());
        while (true) {
            const std::int64_t next = sync().stageChanges(events(), cursor_, 100);
            if (next == cursor_) break;
            cursor_ = next;
        }
        std::vector<Id> links;
        for (const Staged& one : staged(events())) links.push_back(one.link);
        SyncSide side = *sync().side(account.id, SyncKind::calendar);
        EXPECT_EQ(side.wanted, !links.empty());
        side.wanted = false;
        sync().saveSide(side);
        return links;
    }

    Link watched;

private:
    std::int64_t cursor_ = 0;
};

TEST_F(SyncGuests, WhoBecomesAContactOrIsNoneAnyMoreStagesTheLink) {
    const Id ann = person(byAnna, book("anna"), "ann", "Ann@else.org");
    EXPECT_THAT(told(), ElementsAre(watched.id));
    EXPECT_THAT(told(), IsEmpty()) << "once";
    person(byAnna, book("anna"), "cid", "cid@else.org");
    EXPECT_THAT(told(), IsEmpty()) << "nobody watches him";
    store->removeRecord(byAnna, RecordKind::contact, ann, "");
    EXPECT_THAT(told(), ElementsAre(watched.id));
    store->restore(byAnna, RecordKind::contact, ann);
    EXPECT_THAT(told(), ElementsAre(watched.id));
    Contact contact = *store->contact(0, ann);
    contact.jobTitle = "Chief";
    contact = store->saveContact(byAnna, contact, "");
    EXPECT_THAT(told(), IsEmpty()) << "the address is the same";
    contact.emails.clear();
    store->saveContact(byAnna, contact, "");
    EXPECT_THAT(told(), ElementsAre(watched.id));
}

TEST_F(SyncGuests, AreThoseOfTheLinkAsItIsNow) {
    EXPECT_THAT(sync().watchedGuests(watched.id),
                ElementsAre(WatchedGuest{"ann@else.org", false}, WatchedGuest{"bea@else.org", true}));
    sync().watchGuests(watched.id, std::vector<WatchedGuest>{{"bea@else.org", false}});
    person(byAnna, book("anna"), "ann", "ann@else.org");
    EXPECT_THAT(told(), IsEmpty());
    sync().removeLink(watched.id);
    person(byAnna, book("anna"), "bea", "bea@else.org");
    EXPECT_THAT(told(), IsEmpty());
    EXPECT_THAT(sync().watchedGuests(watched.id), IsEmpty());
}

TEST_F(SyncGuests, APreviewTakesNothingAway) {  // G5
    person(byAnna, book("anna"), "ann", "ann@else.org");
    SyncScope preview = events();
    preview.preview = true;
    sync().beginPreview(preview);
    sync().stageChanges(preview, 0, 100);
    EXPECT_EQ(staged(preview).size(), 1U);
    EXPECT_THAT(told(), ElementsAre(watched.id));
}

TEST_F(SyncGuests, KnowTheContactsThatTheirOwnerSees) {
    const std::vector<std::string> asked{"ann@else.org", "bea@else.org", "cid@else.org"};
    person(byAnna, book("anna"), "ann", "ann@else.org");
    EXPECT_THAT(sync().contactsAmong(anna.id, asked), ElementsAre("ann@else.org"));
    const Id bea = person(byBen, book("ben", "private"), "bea", "bea@else.org");
    EXPECT_THAT(sync().contactsAmong(anna.id, asked), ElementsAre("ann@else.org"));
    EXPECT_THAT(sync().contactsAmong(ben.id, asked), ElementsAre("ann@else.org", "bea@else.org"));
    store->removeRecord(byBen, RecordKind::contact, bea, "");
    EXPECT_THAT(sync().contactsAmong(ben.id, asked), ElementsAre("ann@else.org"));
}

TEST_F(SyncGuests, WhoIsErasedIsWatchedNoMore) {
    const Id ann = person(byAnna, book("anna"), "ann", "ann@else.org");
    store->erase(byAnna, ann);
    EXPECT_THAT(place.everything(), Not(HasSubstr("ann@else.org")));
    EXPECT_THAT(sync().watchedGuests(watched.id), ElementsAre(WatchedGuest{"bea@else.org", true}));
}

TEST_F(SyncGuests, GoWithTheAccount) {
    sync().removeAccount(account.id);
    EXPECT_THAT(place.everything(), Not(HasSubstr("bea@else.org")));
}

}  // namespace
}  // namespace crmdav
