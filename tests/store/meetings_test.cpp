#include <random>

#include "protocol/text/datetime.h"
#include "store/records/calendar_times.h"
#include "tests/store/record_fixture.h"

namespace crmdav {
namespace {

using namespace std::chrono;
using testing::ElementsAre;
using testing::IsEmpty;

/// The meetings of a contact, company or deal, past and coming (rules F1, F2, F4).
class MeetingsOfRecords : public RecordStore {
protected:
    static Instant moment(const char* text) { return *parseUtc(text); }
    static When utc(Instant at) { return {When::Kind::utc, LocalTime(at.time_since_epoch()), {}}; }

    Contact person(const std::string& email, const std::string& company = {}) {
        Contact c;
        c.displayName = email;
        c.emails = {{"work", email, false}};
        c.companyName = company;
        return store->saveContact(byAnna, c, "");
    }
    Activity meet(const std::string& subject, Instant start, minutes length, const std::string& guest,
                  const std::string& rrule = {}, Privacy privacy = Privacy::open) {
        Activity a;
        a.subject = subject;
        a.start = utc(start);
        a.end = utc(start + length);
        a.rrule = rrule;
        a.privacy = privacy;
        Participant p;
        p.email = guest;
        a.participants = {p};
        return store->saveActivity(byAnna, a, "");
    }
    Store::Query of(const Contact& contact, Instant edge, bool coming, std::size_t limit = 100) const {
        Store::Query query;
        query.user = anna.id;
        query.contact = contact.id;
        (coming ? query.from : query.until) = edge;
        query.limit = limit;
        return query;
    }
    static std::string told(const Meeting& m) { return textOf(m.at.start) + " " + m.at.subject; }
    std::vector<std::string> all(Store::Query query, bool coming) const {
        std::vector<std::string> found;
        for (int pages = 0; pages < 100; ++pages) {
            const auto page = store->meetings(query, coming);
            EXPECT_LE(page.records.size(), query.limit);
            for (const Meeting& m : page.records) found.push_back(told(m));
            if (page.next.empty()) return found;
            query.after = page.next;
        }
        ADD_FAILURE() << "it doesn't end";
        return found;
    }
    const Instant now = moment("20260105T120000Z");
};

TEST_F(MeetingsOfRecords, F2_PastOnesComeLatestFirstAndComingOnesNextFirst) {
    const Contact pat = person("pat@shop.example");
    meet("first", now - days(400), 30min, "pat@shop.example");
    meet("weekly", now - days(15), 45min, "pat@shop.example", "FREQ=WEEKLY;COUNT=4");
    meet("lunch", now + days(2), 60min, "pat@shop.example");
    meet("not theirs", now - days(1), 30min, "other@shop.example");
    EXPECT_THAT(all(of(pat, now, false), false),
                ElementsAre("2026-01-04 12:00 UTC weekly", "2025-12-28 12:00 UTC weekly", "2025-12-21 12:00 UTC weekly",
                            "2024-12-01 12:00 UTC first"));
    EXPECT_THAT(all(of(pat, now, true), true),
                ElementsAre("2026-01-07 12:00 UTC lunch", "2026-01-11 12:00 UTC weekly"));
}

TEST_F(MeetingsOfRecords, F2_TellWhoTakesPartAndWhatTheyAnswered) {
    const Contact pat = person("pat@shop.example");
    Activity a = meet("call", now - days(1), 30min, "pat@shop.example");
    std::ranges::find(a.participants, "pat@shop.example", &Participant::email)->response = "accepted";
    store->saveActivity(byAnna, a, "");
    const auto page = store->meetings(of(pat, now, false), false);
    ASSERT_EQ(page.records.size(), 1U);
    const auto& people = page.records[0].activity.participants;
    const auto guest = std::ranges::find(people, "pat@shop.example", &Participant::email);
    ASSERT_NE(guest, people.end());
    EXPECT_EQ(guest->response, "accepted");
    EXPECT_EQ(guest->contactId, pat.id);
}

TEST_F(MeetingsOfRecords, F1_OfACompanyAreThoseOfItsPeopleAndADealShowsThoseOfItsCompany) {
    Company shop;
    shop.name = "Shop";
    shop = store->saveCompany(byAnna, shop, "");
    person("pat@shop.example", "Shop");
    meet("call", now - days(1), 30min, "pat@shop.example");
    Deal deal;
    deal.title = "Shelves";
    deal.companyId = shop.id;
    deal = store->saveDeal(byAnna, deal, "");
    Store::Query query;
    query.user = anna.id;
    query.until = now;
    query.company = shop.id;
    EXPECT_THAT(all(query, false), ElementsAre("2026-01-04 12:00 UTC call"));
    query.company.clear();
    query.deal = deal.id;
    EXPECT_THAT(all(query, false), ElementsAre("2026-01-04 12:00 UTC call"));
}

TEST_F(MeetingsOfRecords, F4_PrivateOnesAreNotInTheHistoryThatOthersSee) {
    const Contact pat = person("pat@shop.example");
    meet("secret", now - days(1), 30min, "pat@shop.example", "", Privacy::confidential);
    auto query = of(pat, now, false);
    EXPECT_EQ(all(query, false).size(), 1U);
    query.user = ben.id;
    EXPECT_THAT(all(query, false), IsEmpty());
}

TEST_F(MeetingsOfRecords, OfASeriesWithoutEndComeByPagesAndTheBeginningIsReached) {
    const Contact pat = person("pat@shop.example");
    meet("daily", now - days(3000), 15min, "pat@shop.example", "FREQ=DAILY");
    auto query = of(pat, now, true, 40);
    auto page = store->meetings(query, true);
    EXPECT_EQ(page.records.size(), 40U);
    EXPECT_EQ(told(page.records[0]), "2026-01-05 12:00 UTC daily");
    query.after = page.next;
    EXPECT_EQ(told(store->meetings(query, true).records[0]), "2026-02-14 12:00 UTC daily");
    EXPECT_EQ(all(of(pat, now, false, 500), false).size(), 3000U);
}

TEST_F(MeetingsOfRecords, RandomOnesComeOnceAndInOrderWhateverThePages) {
    std::mt19937 random(7);
    const Contact pat = person("pat@shop.example");
    std::vector<std::pair<Instant, std::string>> expected;
    for (int i = 0; i < 120; ++i) {
        const Instant start = now + days(static_cast<int>(random() % 4000) - 2000) + hours(random() % 4);
        const std::string subject = "m" + std::to_string(i);
        const unsigned count = random() % 3 ? 1 : 1 + random() % 9;
        meet(subject, start, 30min, "pat@shop.example",
             count > 1 ? "FREQ=WEEKLY;COUNT=" + std::to_string(count) : std::string());
        for (unsigned n = 0; n < count; ++n) expected.emplace_back(start + weeks(n), subject);
    }
    std::ranges::sort(expected);
    for (const std::size_t limit : {7U, 50U, 500U}) {
        auto past = all(of(pat, now, false, limit), false), coming = all(of(pat, now, true, limit), true);
        EXPECT_EQ(past.size() + coming.size(), expected.size());
        std::ranges::reverse(past);
        past.insert(past.end(), coming.begin(), coming.end());
        std::vector<std::string> starts, wanted;
        for (const std::string& one : past) starts.push_back(one.substr(0, one.rfind(' ')));
        for (const auto& [start, subject] : expected) wanted.push_back(textOf(utc(start)));
        EXPECT_EQ(starts, wanted);
        std::ranges::sort(past);
        EXPECT_EQ(std::ranges::adjacent_find(past), past.end()) << "twice";
    }
}

TEST_F(MeetingsOfRecords, AsManyStatementsForALongHistoryAsForAShortOne) {
    const Contact pat = person("pat@shop.example"), sam = person("sam@shop.example");
    store->batch([&] {
        for (int i = 0; i < 300; ++i) meet("m", now - hours(i + 1), 30min, "pat@shop.example");
        for (int i = 0; i < 10; ++i) meet("m", now - hours(i + 1), 30min, "sam@shop.example");
    });
    const auto statements = [&](const Contact& contact) {
        const std::size_t before = Store::statementsOfThread();
        EXPECT_FALSE(store->meetings(of(contact, now, false, 5), false).records.empty());
        return Store::statementsOfThread() - before;
    };
    statements(pat);
    EXPECT_EQ(statements(pat), statements(sam));
}

TEST_F(MeetingsOfRecords, BadCursorsAndMissingRecordsAreRefused) {
    const Contact pat = person("pat@shop.example");
    auto query = of(pat, now, false);
    query.after = "yesterday";
    EXPECT_THROW(store->meetings(query, false), InvalidField);
    query = of(pat, now, false);
    query.contact.clear();
    EXPECT_THROW(store->meetings(query, false), InvalidField);
}

}  // namespace
}  // namespace crmdav
