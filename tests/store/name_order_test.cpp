#include "store/records/sort_name.h"
#include "store/sql_store.h"
#include "tests/store/record_fixture.h"

namespace crmdav {
namespace {

using testing::ElementsAre;

/// Lists of contacts and companies in the order of their names.
class NameOrder : public RecordStore {
protected:
    Contact person(const std::string& name, std::int64_t owner = 0) {
        Contact contact;
        contact.displayName = name;
        contact.owner = owner;
        return store->saveContact(byAnna, contact, {});
    }
    void firm(const std::string& name) {
        Company company;
        company.name = name;
        store->saveCompany(byAnna, company, {});
    }
    Store::Query asked(std::size_t limit = 100) const {
        Store::Query query;
        query.user = anna.id;
        query.after = Store::byName;
        query.limit = limit;
        return query;
    }
    template <class Record, class Name>
    static std::vector<std::string> namesOf(const std::vector<Record>& records, Name name) {
        std::vector<std::string> all;
        for (const Record& record : records) all.push_back(record.*name);
        return all;
    }
    std::vector<std::string> people(Store::Query query) const {
        std::vector<std::string> all;
        for (;;) {
            const auto page = store->contacts(query);
            for (const Contact& contact : page.records) all.push_back(contact.displayName);
            if (page.next.empty()) return all;
            query.after = page.next;
        }
    }
};

TEST(SortName, IsWithoutCaseAccentsAndPunctuationAndNotTooLong) {
    EXPECT_EQ(sortName("Zoë  O’Neil-Müller"), "zoe oneil muller");
    EXPECT_EQ(sortName("(Ärzte) GROSS/Groß"), "arzte gross gross");
    EXPECT_EQ(sortName("  ?!  "), "?!");
    EXPECT_EQ(sortName(""), "");
    const std::string cut = sortName(std::string(199, 'a') + "漢字漢字");
    EXPECT_EQ(cut, std::string(199, 'a')) << "a letter is cut off whole";
    EXPECT_LE(sortName(std::string(900, 'x')).size(), 200U);
}

TEST_F(NameOrder, GoesByLettersWhateverTheirCaseAndAccents) {
    for (const char* name :
         {"zoe", "Émile", "Ähre", "Adam", "emil", "Zoë Ab", "ÉMILE A", "Ahorn", "Ødegård", "1. FC", "Ünal"})
        person(name);
    const std::vector<std::string> order{"1. FC",   "Adam", "Ahorn", "Ähre",   "emil",   "Émile",
                                         "ÉMILE A", "Ünal", "zoe",   "Zoë Ab", "Ødegård"};
    EXPECT_EQ(people(asked()), order);
    EXPECT_EQ(people(asked(1)), order);
    EXPECT_EQ(people(asked(3)), order);
    for (const char* name : {"Österreich AG", "oslo AS", "Zürich", "Ost"}) firm(name);
    const auto page = store->companies(asked(3));
    EXPECT_THAT(namesOf(page.records, &Company::name), ElementsAre("oslo AS", "Ost", "Österreich AG"));
    Store::Query more = asked(3);
    more.after = page.next;
    EXPECT_THAT(namesOf(store->companies(more).records, &Company::name), ElementsAre("Zürich"));
}

TEST_F(NameOrder, GoesOnWhereItStoodWhateverHappensMeanwhile) {
    std::vector<Contact> all;
    for (const char* name : {"A", "B", "B", "B", "C", "D"}) all.push_back(person(name));
    auto page = store->contacts(asked(2));
    EXPECT_THAT(namesOf(page.records, &Contact::id), ElementsAre(all[0].id, all[1].id));
    person("A 1");
    store->removeRecord(byAnna, RecordKind::contact, all[1].id, {});
    Contact renamed = all[4];
    renamed.displayName = "Z";
    store->saveContact(byAnna, renamed, {});
    Store::Query rest = asked();
    rest.after = page.next;
    EXPECT_THAT(namesOf(store->contacts(rest).records, &Contact::id),
                ElementsAre(all[2].id, all[3].id, all[5].id, all[4].id));
}

TEST_F(NameOrder, TakesTheSameFiltersAndShowsNothingElse) {
    person("Ann Lee");
    person("Zoe Lee");
    person("Max Lee", anna.id);
    person("Max Other");
    Store::Query query = asked();
    query.text = "lee";
    EXPECT_THAT(people(query), ElementsAre("Ann Lee", "Max Lee", "Zoe Lee"));
    query.user = ben.id;
    EXPECT_THAT(people(query), ElementsAre("Ann Lee", "Zoe Lee"));
    now += std::chrono::hours(1);
    person("Bea Lee");
    query.updatedSince = now;
    EXPECT_THAT(people(query), ElementsAre("Bea Lee"));
}

TEST_F(NameOrder, IsOnlyForListsOfNames) {
    EXPECT_THROW(store->deals(asked()), InvalidField);
    EXPECT_THROW(store->activities(asked()), InvalidField);
    for (const char* odd : {"n-", "nx", "n5", "n5x", "nn"}) {
        Store::Query query = asked();
        query.after = odd;
        EXPECT_THROW(store->contacts(query), InvalidField) << odd;
    }
}

/// A page costs the same wherever it is and however many there are.
TEST_F(NameOrder, TakesTheTimeOfAPage) {
    const auto addTo = [&](int count) {
        store->batch([&] {
            for (int i = static_cast<int>(store->figures().contacts); i < count; ++i)
                person("Person " + std::to_string(i * 7919 % 100'000));
        });
    };
    const auto stepsOf = [&](const Store::Query& query) {
        EXPECT_EQ(store->contacts(query).records.size(), 20U);
        const std::size_t before = Database::stepsOfThread();
        store->contacts(query);
        return Database::stepsOfThread() - before;
    };
    const auto middle = [&] {
        Store::Query query = asked(20);
        query.after = "n1-person 5";
        return query;
    };
    addTo(200);
    const std::size_t few = stepsOf(asked(20)), fewInside = stepsOf(middle());
    addTo(std::getenv("CRMDAV_TEST_LONG") ? 25'000 : 2'000);
    EXPECT_LE(stepsOf(asked(20)), few + few / 10 + 10);
    EXPECT_LE(stepsOf(middle()), fewInside + fewInside / 10 + 10);
}

}  // namespace
}  // namespace crmdav
