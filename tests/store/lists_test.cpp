#include "tests/store/record_fixture.h"

namespace crmdav {
namespace {

using namespace std::chrono_literals;

Store::Query asked(std::size_t limit, std::int64_t user = 0) {
    Store::Query query;
    query.limit = limit;
    query.user = user;
    return query;
}
HistoryFilter entries(std::size_t limit, std::int64_t since = 0) {
    HistoryFilter filter;
    filter.limit = limit;
    filter.since = since;
    return filter;
}
PostalAddress street(const std::string& name) {
    PostalAddress address;
    address.street = name;
    return address;
}

/// A hundred and twenty of each kind, each with rows in every child table.
class Lists : public RecordStore {
protected:
    Lists() {
        store->batch([&] {
            for (int i = 0; i < 120; ++i) add(i);
        });
    }

    void add(int i) {
        const std::string n = std::to_string(i);
        Company company;
        company.name = "Firm " + n;
        company.domains = {"firm" + n + ".example"};
        company.emails = {{"work", "info@firm" + n + ".example", false}};
        company.addresses = {street("Street " + n)};
        company = store->saveCompany(byAnna, company, "");
        Contact contact;
        contact.displayName = "Person " + n;
        contact.companyId = company.id;
        contact.emails = {{"work", "p" + n + "@firm" + n + ".example", true},
                          {"home", "p" + n + "@home.example", false}};
        contact.phones = {{"mobile", "+49 30 1234" + n, false}};
        contact.addresses = {street("Lane " + n)};
        contact = store->saveContact(byAnna, contact, "");
        Deal deal;
        deal.title = "Deal " + n;
        deal.companyId = company.id;
        deal.contactIds = {contact.id};
        deal = store->saveDeal(byAnna, deal, "");
        Activity activity;
        activity.subject = "Meeting " + n;
        activity.start = {When::Kind::zoned, std::chrono::local_days(std::chrono::year(2026) / 1 / 10) + 9h,
                          "Europe/Berlin"};
        activity.end = {When::Kind::zoned, std::chrono::local_days(std::chrono::year(2026) / 1 / 10) + 10h,
                        "Europe/Berlin"};
        activity.rrule = "FREQ=DAILY;COUNT=3";
        Exception& cancelled = activity.exceptions.emplace_back();
        cancelled.original = activity.start;
        cancelled.original.local += 24h;
        cancelled.cancelled = true;
        activity.participants.emplace_back().email = "p" + n + "@firm" + n + ".example";
        activity.reminders = {{15, "display"}};
        activity.contactIds = {contact.id};
        activity.companyIds = {company.id};
        activity.dealIds = {deal.id};
        activity.owner = anna.id;
        activity = store->saveActivity(byAnna, activity, "");
        last = {contact, company, deal, activity};
    }

    template <class List>
    static std::size_t statementsOf(List list, std::size_t limit) {
        const std::size_t before = Store::statementsOfThread();
        EXPECT_EQ(list(limit), limit);
        return Store::statementsOfThread() - before;
    }

    struct {
        Contact contact;
        Company company;
        Deal deal;
        Activity activity;
    } last;
};

TEST_F(Lists, TakeTheSameNumberOfStatementsHoweverLongTheyAre) {
    const struct {
        const char* what;
        std::function<std::size_t(std::size_t)> list;
    } cases[] = {
        {"contacts", [&](std::size_t n) { return store->contacts(asked(n)).records.size(); }},
        {"companies", [&](std::size_t n) { return store->companies(asked(n)).records.size(); }},
        {"deals", [&](std::size_t n) { return store->deals(asked(n)).records.size(); }},
        {"activities", [&](std::size_t n) { return store->activities(asked(n)).records.size(); }},
        {"activities of others", [&](std::size_t n) { return store->activities(asked(n, ben.id)).records.size(); }},
        {"series in a time",
         [&](std::size_t n) {
             Store::Query query = asked(n);
             query.from = now;
             query.until = now + 240h;
             return store->activities(query).records.size();
         }},
        {"history", [&](std::size_t n) { return store->history(entries(n)).size(); }},
        {"changes", [&](std::size_t n) { return store->history(entries(n, 1)).size(); }},
    };
    for (const auto& [what, list] : cases) {
        list(1);  // statements are counted, not their preparation
        EXPECT_EQ(statementsOf(list, 10), statementsOf(list, 100)) << what;
        EXPECT_LE(statementsOf(list, 100), 12U) << what;
    }
}

TEST_F(Lists, TheTrashTakesTheSameNumberOfStatementsHoweverFullItIs) {
    store->batch([&] {
        for (const Contact& contact : store->contacts(asked(40)).records)
            store->removeRecord(byBen, RecordKind::contact, contact.id, "");
        for (const Activity& activity : store->activities(asked(40)).records)
            store->removeRecord(byAnna, RecordKind::activity, activity.id, "");
    });
    const auto list = [&](std::size_t n) { return store->trash(0, n).size(); };
    EXPECT_EQ(statementsOf(list, 5), statementsOf(list, 80));
    for (const TrashItem& item : store->trash(0, 80)) {
        EXPECT_EQ(item.deletedBy, item.kind == RecordKind::contact ? "ben" : "anna");
        EXPECT_EQ(item.owner, item.kind == RecordKind::contact ? "" : "anna");
    }
}

TEST_F(Lists, SayWhatARecordReadAloneSays) {
    const auto contacts = store->contacts(asked(200)).records;
    ASSERT_EQ(contacts.size(), 120U);
    EXPECT_EQ(contacts.back(), last.contact);
    EXPECT_EQ(contacts[17], *store->contact(0, contacts[17].id));
    EXPECT_EQ(store->companies(asked(200)).records.back(), last.company);
    EXPECT_EQ(store->deals(asked(200)).records.back(), last.deal);
    const auto activities = store->activities(asked(200)).records;
    ASSERT_EQ(activities.size(), 120U);
    EXPECT_EQ(activities.back(), *store->activity(0, last.activity.id));
    EXPECT_THAT(activities.back().contactIds, testing::ElementsAre(last.contact.id));
    EXPECT_EQ(activities.back().participants.back().contactId, last.contact.id);
}

TEST_F(Lists, PagesMeetWithoutGapsOrRepetitions) {
    std::vector<std::string> ids;
    std::string after;
    do {
        Store::Query query = asked(50, ben.id);
        query.after = after;
        const auto page = store->activities(query);
        for (const Activity& a : page.records) ids.push_back(a.id);
        after = page.next;
    } while (!after.empty());
    EXPECT_EQ(ids.size(), 120U);
    std::ranges::sort(ids);
    EXPECT_EQ(std::ranges::unique(ids).size(), 0U);
}

TEST_F(Lists, WhatOthersMayNotSeeIsNotRead) {
    anna.visibility = Detail::none;
    store->saveUser(system, anna);
    EXPECT_TRUE(store->activities(asked(100, ben.id)).records.empty());
    EXPECT_EQ(store->activities(asked(7, anna.id)).records.size(), 7U);
}

}  // namespace
}  // namespace crmdav
