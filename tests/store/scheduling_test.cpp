#include "store/records/scheduling.h"

#include "tests/store/record_fixture.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* times = "DTSTART:20260110T100000Z\r\nDTEND:20260110T110000Z\r\nSUMMARY:Review\r\n";
constexpr const char* annaInvites =
    "ORGANIZER;CN=Anna Alt:mailto:anna@firm.example\r\n"
    "ATTENDEE;CN=Anna Alt;PARTSTAT=ACCEPTED:mailto:anna@firm.example\r\n";
constexpr const char* withBen = "ATTENDEE;CN=Ben Bach;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:ben@firm.example\r\n";

/// A meeting of Anna's with Ben, in a calendar of her own or in activities/.
class Scheduling : public RecordStore, public testing::WithParamInterface<const char*> {
protected:
    Scheduling() {
        if (GetParam() != std::string("own")) return;
        Collection own;
        own.owner = anna.id;
        own.name = "own";
        own.components = {ComponentKind::event};
        store->makeCollection(byAnna, own);
    }
    ~Scheduling() override { EXPECT_THAT(store->check({}), IsEmpty()); }

    CollectionId annas() const { return calendar("anna", GetParam()); }
    CollectionId bens() const { return calendar("ben"); }
    CollectionId inbox(const std::string& login) const { return calendar(login, "inbox"); }
    static std::string meeting(const std::string& more = withBen, const std::string& lines = times) {
        return event("m1", lines + std::string(annaInvites) + more);
    }
    Saved invite() { return put(byAnna, annas(), "m.ics", meeting()); }
    std::string message(const std::string& login) const {
        const auto all = names(inbox(login));
        return all.empty() ? "" : bytes(inbox(login), all.back());
    }
    std::string tag(CollectionId collection, const std::string& name = "m.ics") const {
        return store->member(collection, name)->scheduleTag;
    }
    static std::string with(std::string text, const std::string& what, const std::string& instead) {
        return text.replace(text.find(what), what.size(), instead);
    }
    /// Ben answers, as his app does it.
    void answer(const std::string& status) {
        put(byBen, bens(), "m.ics",
            with(bytes(bens(), "m.ics"), "CN=Ben Bach;PARTSTAT=NEEDS-ACTION", "CN=Ben Bach;PARTSTAT=" + status));
    }
};
INSTANTIATE_TEST_SUITE_P(, Scheduling, testing::Values("own", "activities"));

TEST_P(Scheduling, InvitationIsInTheCalendarAndInTheInbox) {  // RFC 6638 §3.2.1, §4.1; D34
    const Saved saved = invite();
    EXPECT_FALSE(saved.verbatim);
    EXPECT_THAT(bytes(annas(), "m.ics"), HasSubstr(";SCHEDULE-STATUS=1.2:")) << "§3.2.9";
    EXPECT_THAT(bytes(bens(), "m.ics"), Not(HasSubstr("SCHEDULE-")));
    EXPECT_THAT(names(inbox("ben")), SizeIs(1));
    EXPECT_THAT(message("ben"), HasSubstr("METHOD:REQUEST\r\n"));
    EXPECT_THAT(names(inbox("anna")), IsEmpty());
    EXPECT_TRUE(store->activity(ben.id, saved.record)) << "the API shows it, too";
    Store::Query query;
    query.user = ben.id;
    EXPECT_THAT(store->activities(query).records, SizeIs(1));
    HistoryFilter filter;
    filter.record = saved.record;
    EXPECT_THAT(store->history(filter), SizeIs(1)) << "messages are no history";
}

TEST_P(Scheduling, AnswerReachesTheOrganiser) {  // RFC 6638 §3.2.2, §4.2
    invite();
    answer("ACCEPTED");
    EXPECT_THAT(bytes(annas(), "m.ics"), HasSubstr("PARTSTAT=ACCEPTED;RSVP=TRUE;SCHEDULE-STATUS=1.2"));
    EXPECT_THAT(message("anna"), HasSubstr("METHOD:REPLY\r\n"));
    EXPECT_THAT(message("anna"), HasSubstr("PARTSTAT=ACCEPTED"));
    EXPECT_THAT(message("anna"), Not(HasSubstr("ATTENDEE;CN=Anna")));
}

TEST_P(Scheduling, EditsOfOnesOwnThingsAreNotAnswers) {  // D44
    invite();
    std::string alarmed = bytes(bens(), "m.ics");
    alarmed.insert(
        alarmed.find("END:VEVENT"),
        "TRANSP:TRANSPARENT\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nDESCRIPTION:x\r\nEND:VALARM\r\n");
    put(byBen, bens(), "m.ics", alarmed);
    EXPECT_THAT(names(inbox("anna")), IsEmpty());
    EXPECT_THAT(bytes(annas(), "m.ics"), Not(HasSubstr("VALARM")));
}

TEST_P(Scheduling, OnlyTheOrganiserChangesAMeetingInACalendarOfTheirOwn) {  // RFC 6638 §3.2.2.1; D44
    const Saved saved = invite();
    const bool shared = GetParam() == std::string("activities");  // there colleagues edit together
    answer("ACCEPTED");
    put(byBen, bens(), "m.ics", with(bytes(bens(), "m.ics"), "Review", "Ben's"));
    EXPECT_EQ(bytes(annas(), "m.ics").find("Ben's") != std::string::npos, shared);
    EXPECT_THAT(bytes(annas(), "m.ics"), HasSubstr("PARTSTAT=ACCEPTED;RSVP"));
    Activity seen = *store->activity(ben.id, saved.record);
    seen.subject = "Again";
    if (!shared) {
        EXPECT_THROW(store->saveActivity(byBen, seen, ""), Forbidden);
    }
}

TEST_P(Scheduling, ScheduleTagStaysWhenOnlyAnswersComeIn) {  // RFC 6638 §3.2.10
    invite();
    const std::string before = tag(annas()), etag = store->member(annas(), "m.ics")->etag;
    ASSERT_FALSE(before.empty());
    answer("TENTATIVE");
    EXPECT_EQ(tag(annas()), before);
    EXPECT_NE(store->member(annas(), "m.ics")->etag, etag);
    put(byAnna, annas(), "m.ics", with(bytes(annas(), "m.ics"), "Review", "Plan"));
    EXPECT_NE(tag(annas()), before);
}

TEST_P(Scheduling, WhoWritesByTheScheduleTagDoesNotTakeAnswersBack) {  // RFC 6638 §3.2.10, §8.3; D44
    invite();
    const std::string seen = bytes(annas(), "m.ics");
    Precondition condition;
    condition.scheduleTag = tag(annas());
    answer("DECLINED");
    store->saveObject(byAnna, annas(), "m.ics", with(seen, "Review", "Plan"), condition);
    EXPECT_THAT(bytes(annas(), "m.ics"), HasSubstr("PARTSTAT=DECLINED"));
    EXPECT_THAT(bytes(annas(), "m.ics"), HasSubstr("SUMMARY:Plan"));
    EXPECT_THROW(store->saveObject(byAnna, annas(), "m.ics", seen, condition), PreconditionFailed);
    condition.scheduleTag = "";
    EXPECT_THROW(store->saveObject(byAnna, annas(), "n.ics", event("n", times), condition), PreconditionFailed);
}

TEST_P(Scheduling, ChangesAreToldToWhoStayedAndCancelledToWhoLeft) {  // RFC 6638 §3.2.1.2
    invite();
    store->addUser(system, {.login = "cleo", .name = {}, .email = "cleo@firm.example", .otherEmails = {}, .zone = {}});
    const std::string both = meeting(std::string(withBen) + "ATTENDEE:mailto:cleo@firm.example\r\n");
    put(byAnna, annas(), "m.ics", both);
    EXPECT_THAT(message("cleo"), HasSubstr("METHOD:REQUEST"));
    EXPECT_THAT(names(calendar("cleo")), ElementsAre("m.ics"));
    EXPECT_THAT(names(inbox("ben")), SizeIs(1)) << "one message a meeting";
    put(byAnna, annas(), "m.ics", with(both, "DTSTART:20260110T100000Z", "DTSTART:20260110T103000Z"));
    EXPECT_THAT(message("ben"), HasSubstr("DTSTART:20260110T103000Z"));
    EXPECT_THAT(bytes(bens(), "m.ics"), HasSubstr("DTSTART:20260110T103000Z"));
    EXPECT_THAT(bytes(annas(), "m.ics"), HasSubstr("SEQUENCE:1\r\n")) << "RFC 5546 §2.1.4: the client left it";
    put(byAnna, annas(), "m.ics", meeting("ATTENDEE:mailto:cleo@firm.example\r\n"));
    EXPECT_THAT(message("ben"), HasSubstr("METHOD:CANCEL"));
    EXPECT_THAT(names(bens()), IsEmpty());
    EXPECT_THAT(names(calendar("cleo")), ElementsAre("m.ics"));
}

TEST_P(Scheduling, InvitationsGoToTheCalendarThatWasChosenForThem) {  // RFC 6638 §4.3, §9.2
    Collection chosen;
    chosen.owner = ben.id;
    chosen.name = "invited";
    chosen.components = {ComponentKind::event};
    chosen = store->makeCollection(byBen, chosen);
    store->setDefaultCollection(byBen, ben.id, Home::calendars, chosen.id);
    invite();
    EXPECT_THAT(names(chosen.id), ElementsAre("m.ics"));
    EXPECT_THAT(names(bens()), IsEmpty());
}

TEST_P(Scheduling, RemovalByTheOrganiserCancelsForAll) {  // RFC 6638 §3.2.1.3
    invite();
    store->removeObject(byAnna, annas(), "m.ics", {});
    EXPECT_THAT(names(bens()), IsEmpty());
    EXPECT_THAT(message("ben"), HasSubstr("METHOD:CANCEL"));
    EXPECT_THAT(message("ben"), HasSubstr("STATUS:CANCELLED"));
}

TEST_P(Scheduling, RemovalThroughTheApiCancelsToo) {
    const Saved saved = invite();
    Actor api = byAnna;
    api.via = "api";
    store->removeRecord(api, RecordKind::activity, saved.record, "");
    EXPECT_THAT(message("ben"), HasSubstr("METHOD:CANCEL"));
}

TEST_P(Scheduling, RemovalByAnAttendeeDeclines) {  // RFC 6638 §3.2.2.3, rule C11
    invite();
    store->removeObject(byBen, bens(), "m.ics", {});
    EXPECT_THAT(bytes(annas(), "m.ics"), HasSubstr("PARTSTAT=DECLINED"));
    EXPECT_THAT(message("anna"), HasSubstr("METHOD:REPLY"));
    put(byAnna, annas(), "m.ics", with(bytes(annas(), "m.ics"), "Review", "Plan"));
    EXPECT_THAT(names(bens()), IsEmpty()) << "who declined isn't invited again by every edit";
}

TEST_P(Scheduling, NobodyIsToldWhereTheClientOrNobodySchedules) {  // RFC 6638 §7.1; D02
    for (const char* agent : {"CLIENT", "NONE"}) {
        put(byAnna, annas(), "m.ics",
            meeting(with(withBen, "ATTENDEE;", std::string("ATTENDEE;SCHEDULE-AGENT=") + agent + ";")));
        EXPECT_THAT(names(inbox("ben")), IsEmpty()) << agent;
        EXPECT_THAT(bytes(annas(), "m.ics"), Not(HasSubstr("SCHEDULE-STATUS")));
    }
}

TEST_P(Scheduling, ImportsTellNobody) {  // D01
    const std::string sent = meeting();
    Actor import = byAnna;
    import.via = "cli";
    EXPECT_TRUE(put(import, annas(), "m.ics", sent).verbatim);
    EXPECT_THAT(names(inbox("ben")), IsEmpty());
    EXPECT_EQ(bytes(annas(), "m.ics"), sent);
}

TEST_P(Scheduling, AMeetingMovedByPutThereAndDeleteHereIsNotCancelled) {
    invite();
    Collection other;
    other.owner = anna.id;
    other.name = "other";
    other.components = {ComponentKind::event};
    other = store->makeCollection(byAnna, other);
    put(byAnna, other.id, "m.ics", bytes(annas(), "m.ics"));
    store->removeObject(byAnna, annas(), "m.ics", {});
    EXPECT_THAT(names(bens()), ElementsAre("m.ics"));
    EXPECT_THAT(message("ben"), HasSubstr("METHOD:REQUEST"));
    put(byAnna, other.id, "m.ics", with(bytes(other.id, "m.ics"), "Review", "Plan"));
    EXPECT_THAT(bytes(bens(), "m.ics"), HasSubstr("SUMMARY:Plan"));
}

TEST_P(Scheduling, MoveTakesTheMeetingAlongForAll) {  // RFC 4918 §9.9
    invite();
    Collection other;
    other.owner = anna.id;
    other.name = "other";
    other.components = {ComponentKind::event};
    other = store->makeCollection(byAnna, other);
    store->transferObject(byAnna, annas(), "m.ics", other.id, "m.ics", true, false, {});
    EXPECT_THAT(names(bens()), ElementsAre("m.ics"));
    answer("ACCEPTED");
    EXPECT_THAT(bytes(other.id, "m.ics"), HasSubstr("PARTSTAT=ACCEPTED;RSVP"));
}

TEST_P(Scheduling, MessagesAreThrownAwayByTheirOwnerOrAfterAMonth) {
    invite();
    const std::string name = names(inbox("ben")).front();
    EXPECT_THROW(store->removeObject(byAnna, inbox("ben"), name, {}), std::runtime_error);
    store->removeObject(byBen, inbox("ben"), name, {});
    EXPECT_THAT(names(inbox("ben")), IsEmpty());
    EXPECT_THAT(names(bens()), ElementsAre("m.ics"));
    answer("ACCEPTED");
    now += std::chrono::days(31);
    while (store->tend()) {
    }
    EXPECT_THAT(names(inbox("anna")), IsEmpty());
}

TEST_P(Scheduling, PeopleElsewhereAreToldNothing) {  // architecture: nothing goes out before there is an outbox
    const std::string sent = meeting("ATTENDEE;CN=Dora:mailto:dora@customer.example\r\n");
    EXPECT_TRUE(put(byAnna, annas(), "m.ics", sent).verbatim);
    EXPECT_EQ(bytes(annas(), "m.ics"), sent);
}

TEST_P(Scheduling, ErasedPeopleAreInNoMessage) {
    Contact dora;
    dora.displayName = "Dora Dunkel";
    dora.emails.emplace_back().value = "dora@customer.example";
    dora = store->saveContact(byAnna, dora, "");
    put(byAnna, annas(), "m.ics",
        meeting(std::string(withBen) + "ATTENDEE;CN=Dora Dunkel:mailto:dora@customer.example\r\n"));
    ASSERT_THAT(message("ben"), HasSubstr("Dora"));
    store->erase(system, dora.id);
    EXPECT_THAT(message("ben"), Not(HasSubstr("Dora")));
    EXPECT_THAT(bytes(bens(), "m.ics"), Not(HasSubstr("Dora")));
}

}  // namespace
}  // namespace crmdav
