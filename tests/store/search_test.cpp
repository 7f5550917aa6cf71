#include "tests/store/record_fixture.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Contacts by what people write, however the store finds them: by its text index, or by looking at all.
class Search : public RecordStore {
protected:
    Search() {
        add("Zoë Berger", "zoe@penwick.example", "+49 30 1234567", "Penwick Ltd");
        add("Anna-Lena O'Brien", "al_100%@c.example", "030 7654321", "");
        add("Bo Xi", "bo@x.example", "", "ÖKO Müller");
        add("{Curly} \"Quote\"", "cq@c.example", "", "a&b | c:*");
    }
    void add(const std::string& name, const std::string& email, const std::string& phone, const std::string& company) {
        Contact contact;
        contact.displayName = name;
        contact.companyName = company;
        contact.emails = {{"", email, false}};
        if (!phone.empty()) contact.phones = {{"", phone, false}};
        store->saveContact(byAnna, contact, {});
    }
    std::vector<std::string> found(const std::string& text, const std::string& after = {}) const {
        Store::Query query;
        query.user = anna.id;
        query.text = text;
        query.after = after;
        std::vector<std::string> names;
        for (const Contact& contact : store->contacts(query).records)
            names.push_back(contact.displayName.substr(0, contact.displayName.find(' ')));
        return names;
    }
};

TEST_F(Search, FindsWhatHasTheTextSomewhere) {
    const struct {
        std::string text;
        std::vector<std::string> names;
    } rows[] = {{"berger", {"Zoë"}},
                {"BERG", {"Zoë"}},
                {"oë ber", {"Zoë"}},
                {"penwick", {"Zoë"}},
                {"zoe@PEN", {"Zoë"}},
                {"o'br", {"Anna-Lena"}},
                {"100%", {"Anna-Lena"}},
                {"_100", {"Anna-Lena"}},
                {"xi", {"Bo"}},
                {"b", {"Zoë", "Anna-Lena", "Bo", "{Curly}"}},
                {"Müller", {"Bo"}},
                {"\"quo", {"{Curly}"}},
                {"a&b | c:*", {"{Curly}"}},
                {"0301234567", {"Zoë"}},
                {"+49 30 76", {"Anna-Lena"}},
                {"4321", {"Anna-Lena"}},
                {"nobody at all", {}},
                {"' OR 1=1", {}},
                {"zz", {}}};
    for (const auto& [text, names] : rows) {
        EXPECT_THAT(found(text), testing::UnorderedElementsAreArray(names)) << text;
        EXPECT_THAT(found(text, "-"), testing::UnorderedElementsAreArray(names)) << text;
    }
}

TEST_F(Search, ForgetsWhatIsThereNoMore) {
    Store::Query query;
    query.user = anna.id;
    query.text = "berger";
    Contact zoe = store->contacts(query).records.at(0);
    zoe.displayName = "Zoë Winter";
    store->saveContact(byAnna, zoe, {});
    EXPECT_THAT(found("berger"), IsEmpty());
    EXPECT_THAT(found("winter"), ElementsAre("Zoë"));
    store->removeRecord(byAnna, RecordKind::contact, zoe.id, {});
    EXPECT_THAT(found("winter"), IsEmpty());
}

}  // namespace
}  // namespace crmdav
