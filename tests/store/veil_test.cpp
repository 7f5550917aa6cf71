#include "store/objects/veil.h"

#include "protocol/dav/filter.h"
#include "protocol/text/content_lines.h"
#include "store/engine/migrations.h"
#include "tests/store/shares_support.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

/// Readers of a shared calendar, and what is private in it.
class Veiled : public Shares {};

TEST_F(Veiled, ReadersDoNotGetToKnowOfPrivateObjectsInAnyReading) {
    share("ben");
    share("carl", true);
    const Collection bens = *plansOf("ben"), carls = *plansOf("carl");
    EXPECT_THAT(namesIn(bens), ElementsAre("open.ics"));
    EXPECT_THAT(namesIn(carls), ElementsAre("open.ics", "secret.ics")) << "who may write sees them";
    EXPECT_THAT(namesIn(plan), ElementsAre("open.ics", "secret.ics"));
    EXPECT_FALSE(store->member(bens, "secret.ics"));
    EXPECT_FALSE(store->memberByUid(bens, "secret"));
    EXPECT_FALSE(store->object(bens, "secret.ics", [](const auto&, auto) { ADD_FAILURE(); }));
    const std::vector<std::string> both{"open.ics", "secret.ics"};
    for (const bool withBytes : {false, true}) {
        std::vector<std::string> found;
        store->multiget(bens, both, withBytes, [&](const Member& m, std::string_view bytes) {
            found.push_back(m.name);
            EXPECT_EQ(m.etag.empty(), m.name == "secret.ics");
            EXPECT_EQ(bytes.empty(), !withBytes || m.etag.empty());
        });
        EXPECT_THAT(found, UnorderedElementsAre("open.ics", "secret.ics")) << "asked for, so told that it isn't there";
    }
    for (const MemberDetail detail : {MemberDetail::tags, MemberDetail::rows, MemberDetail::bytes}) {
        std::vector<std::string> listed, changed;
        store->members(bens, detail, [&](const Member& m, std::string_view) { listed.push_back(m.name); });
        store->changesSince(bens, "", 0, detail,
                            [&](const Change& c, std::string_view) { changed.push_back(c.member.name); });
        EXPECT_THAT(listed, ElementsAre("open.ics"));
        EXPECT_THAT(changed, ElementsAre("open.ics"));
    }
    CalendarFilter all, week;
    CompFilter comp;
    comp.name = "VEVENT";
    all.root.comps.push_back(comp);
    comp.range = TimeRange{*parseUtc("20261120T000000Z"), *parseUtc("20261127T000000Z")};
    week.root.comps.push_back(comp);
    for (const CalendarFilter& filter : {CalendarFilter(), all, week})
        for (const bool withBytes : {false, true}) {
            std::vector<std::string> found;
            const auto note = [&](const Member& m, std::string_view) { found.push_back(m.name); };
            store->queryCalendar(bens, filter, "", 0, note, withBytes);
            EXPECT_THAT(found, ElementsAre("open.ics"));
        }
    EXPECT_THROW(
        store->transferObject(ben, plan.id, "secret.ics", store->collection("ben", Home::calendars, "activities")->id,
                              "x.ics", false, true, {}),
        NotFound);
    const CollectionId ids[] = {bens.id};
    const auto busy = store->freeBusy(ids, *comp.range, "");
    EXPECT_EQ(busy.size(), 1u) << "both make busy, at the same time";
}

TEST_F(Veiled, CardsAreVeiledLikeEvents) {
    const Collection book = store.book(anna, "book");
    store->saveObject(anna, book.id, "a.vcf", card("a", "Erika"), {});
    store->saveObject(anna, book.id, "b.vcf", card("b", "Erika", "CLASS:CONFIDENTIAL\r\n"), {});
    store->share(anna, book.id, {.login = "ben"});
    const Collection bens = *store->collection("ben", Home::addressbooks, "anna~book");
    EXPECT_THAT(namesIn(bens), ElementsAre("a.vcf"));
    PropFilter name;
    name.name = "FN";
    name.texts.push_back(textMatch("Erika", Collation::unicodeCasemap, {}));
    CardFilter erika;
    erika.props.push_back(name);
    for (const CardFilter& filter : {CardFilter(), erika}) {
        std::vector<std::string> found;
        store->queryBook(bens, filter, 0, [&](const Member& m, std::string_view) { found.push_back(m.name); });
        EXPECT_THAT(found, ElementsAre("a.vcf"));
    }
}

TEST_F(Veiled, WhatBecomesPrivateIsDeletedForReadersAndWhatAlwaysWasIsNeverNamed) {  // RFC 6578 §3.5.2
    share("ben");
    const Collection bens = *plansOf("ben");
    std::string token, annas;
    EXPECT_THAT(delta(bens, token), ElementsAre("open.ics"));
    delta(plan, annas);
    put("secret.ics", "secret", std::string(hidden) + "LOCATION:Elsewhere\r\n");
    EXPECT_THAT(delta(bens, token), IsEmpty()) << "not even its name";
    put("open.ics", "open", hidden);
    EXPECT_THAT(delta(bens, token), ElementsAre("-open.ics"));
    put("open.ics", "open", std::string(hidden) + "LOCATION:Here\r\n");
    EXPECT_THAT(delta(bens, token), IsEmpty()) << "it was gone already";
    store->removeObject(anna, plan.id, "open.ics", {});
    store->removeObject(anna, plan.id, "secret.ics", {});
    EXPECT_THAT(delta(bens, token), IsEmpty());
    put("secret.ics", "secret");
    put("open.ics", "open", hidden);
    EXPECT_THAT(delta(bens, token), ElementsAre("secret.ics"));
    put("open.ics", "open");
    EXPECT_THAT(delta(bens, token), ElementsAre("open.ics"));
    EXPECT_THAT(delta(plan, annas), UnorderedElementsAre("open.ics", "secret.ics"));
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(Veiled, ADeletedNameThatComesBackPrivateIsReportedGone) {
    share("ben");
    const Collection bens = *plansOf("ben");
    std::string token;
    delta(bens, token);
    store->removeObject(anna, plan.id, "open.ics", {});
    put("open.ics", "open", hidden);
    EXPECT_THAT(delta(bens, token), ElementsAre("-open.ics"));
}

TEST_F(Veiled, AFirstSyncInPagesHearsOfWhatBecamePrivateMeanwhile) {
    put("third.ics", "third");
    share("ben");
    const Collection bens = *plansOf("ben");
    std::string token;
    EXPECT_THAT(delta(bens, token, 1), ElementsAre("open.ics"));
    put("open.ics", "open", hidden);
    EXPECT_THAT(delta(bens, token, 1), ElementsAre("third.ics"));
    EXPECT_THAT(delta(bens, token, 1), ElementsAre("-open.ics"));
}

TEST_F(Veiled, WhoLosesOrGetsSightOfPrivateObjectsStartsOver) {
    share("ben", true);
    const Collection wide = *plansOf("ben");
    std::string token = wide.syncToken;
    share("ben", false);
    const Collection narrow = *plansOf("ben");
    EXPECT_NE(wide.ctag, narrow.ctag);
    EXPECT_THAT(delta(narrow, token), ElementsAre("invalid"));
    token = narrow.syncToken;
    share("ben", true);
    EXPECT_THAT(delta(*plansOf("ben"), token), ElementsAre("invalid"));
}

/// The text of an object, and whether readers see it (RFC 5545 §3.8.1.3).
TEST(Veil, IsWhatTheObjectSays) {
    struct Row {
        const char* lines;
        bool isPrivate;
    };
    for (const auto& [lines, isPrivateText] :
         {Row{"", false}, Row{"CLASS:PUBLIC\r\n", false}, Row{"class: public \r\n", false},
          Row{"CLASS:PRIVATE\r\n", true}, Row{"CLASS:CONFIDENTIAL\r\n", true}, Row{"CLA\r\n SS:PRIVATE\r\n", true},
          Row{"CLASS;X-A=b:X-OURS\r\n", true}})
        EXPECT_EQ(isPrivate(Document::parse(event("a", lines)).root()), isPrivateText) << lines;
    EXPECT_TRUE(
        isPrivate(Document::parse("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:a\r\n"
                                  "RECURRENCE-ID:20261123T090000Z\r\nCLASS:PRIVATE\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
                      .root()))
        << "one occurrence";
}

TEST_F(Veiled, PrivateObjectsFromBeforeAreVeiledByTheMigration) {  // D37
    {
        Writing writing(store.database());
        writing.db().exec("DROP TABLE shares");
        writing.db().exec("ALTER TABLE members DROP COLUMN veiled");
        shareCollections(writing);
        writing.commit();
    }
    share("ben");
    EXPECT_THAT(namesIn(*plansOf("ben")), ElementsAre("open.ics"));
    EXPECT_THAT(store->check({}), IsEmpty());
}

}  // namespace
}  // namespace crmdav
