#include <algorithm>
#include <set>

#include "server/demo/demo.h"
#include "server/demo/random.h"
#include "server/demo/words.h"

namespace crmdav::demo {
namespace {

constexpr std::size_t companyCount = 60, contactCount = 300, dealCount = 42, batchSize = 100;

/// a-z of a name, for addresses: "Müller-Rößler" → mueller-roessler
std::string plain(std::string_view name) {
    static const std::pair<std::string_view, std::string_view> spellings[] = {{"ä", "ae"}, {"ö", "oe"}, {"ü", "ue"},
                                                                              {"Ä", "ae"}, {"Ö", "oe"}, {"Ü", "ue"},
                                                                              {"ß", "ss"}, {"é", "e"},  {"ë", "e"}};
    std::string text;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const auto spelling =
            std::ranges::find_if(spellings, [&](const auto& s) { return name.substr(i).starts_with(s.first); });
        if (spelling != std::end(spellings)) {
            text += spelling->second;
            ++i;
        } else if (std::isalnum(static_cast<unsigned char>(name[i])) || name[i] == '-') {
            text += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
        }
    }
    return text;
}

std::string digits(Random& random, std::string_view pattern) {
    std::string number(pattern);
    for (char& c : number)
        if (c == '#') c = static_cast<char>('0' + random.below(10));
    return number;
}

std::string numbered(std::string_view what, std::size_t number) {
    std::string text = std::to_string(number + 1);
    return "demo-" + std::string(what) + "-" + std::string(4 - std::min<std::size_t>(4, text.size()), '0') + text;
}

class Customers {
public:
    Customers(Store& store, Cast& cast) : store_(store), cast_(cast) {}

    void make() {
        std::vector<City> seats;
        inBatches(companyCount, [&](std::size_t i) { seats.push_back(makeCompany(i)); });
        inBatches(contactCount, [&](std::size_t i) {
            const std::size_t company = i < companyCount ? i : random_.below(companyCount);
            makeContact(i, company, seats[company]);
        });
        inBatches(dealCount, [&](std::size_t i) { makeDeal(i); });
    }

private:
    template <class Make>
    void inBatches(std::size_t count, const Make& each) {
        for (std::size_t from = 0; from < count; from += batchSize)
            store_.batch([&] {
                for (std::size_t i = from; i < std::min(count, from + batchSize); ++i) each(i);
            });
    }

    Actor actor() {
        Actor self;
        self.user = random_.in(cast_.users).id;
        self.via = "demo";
        return self;
    }

    City makeCompany(std::size_t i) {
        const City city = cities[i < std::size(cities) ? i : random_.below(std::size(cities))];
        const bool german = countries[city.country].german;
        Company company;
        std::string domain;
        do {
            const std::string stem(german ? random_.of(stems) : random_.of(englishStems));
            const std::string trade(german ? random_.of(trades) : random_.of(englishTrades));
            company.name = stem + " " + trade + " " + (german ? std::string(random_.of(germanForms)) : "Ltd");
            domain = plain(stem) + "-" + plain(trade) + ".example";
        } while (!domains_.insert(domain).second);
        company.domains = {domain};
        company.emails = {{"work", "info@" + domain, true}};
        company.phones = {{"work", digits(random_, countries[city.country].phone), true}};
        company.urls = {{"work", "https://www." + domain + "/", true}};
        company.addresses = {address(city)};
        company.uid = numbered("company", i);
        cast_.companies.push_back(store_.saveCompany(actor(), company, {}));
        return city;
    }

    PostalAddress address(const City& city) {
        const bool german = countries[city.country].german;
        const std::string number = std::to_string(random_.between(1, 120));
        PostalAddress address;
        address.label = "work";
        address.street = german ? std::string(random_.of(streets)) + " " + number
                                : number + " " + std::string(random_.of(englishStreets));
        address.locality = city.name;
        address.region = city.region;
        address.postcode = city.postcode;
        address.country = countries[city.country].name;
        return address;
    }

    void makeContact(std::size_t i, std::size_t at, const City& city) {
        const Company& company = cast_.companies[at];
        const Country& country = countries[city.country];
        Contact contact;
        std::string local;
        do {
            contact.firstName = country.german ? random_.of(firstNames) : random_.of(englishFirstNames);
            contact.lastName = country.german ? random_.of(lastNames) : random_.of(englishLastNames);
            local = plain(contact.firstName) + "." + plain(contact.lastName);
        } while (!addresses_.insert(local + "@" + company.domains[0]).second);
        if (random_.percent(6)) contact.prefix = "Dr.";
        contact.companyId = company.id;
        contact.companyName = company.name;
        contact.jobTitle = country.german ? random_.of(jobs) : random_.of(englishJobs);
        if (random_.percent(50))
            contact.department = country.german ? random_.of(departments) : random_.of(englishDepartments);
        contact.emails = {{"work", local + "@" + company.domains[0], true}};
        if (random_.percent(15)) contact.emails.push_back({"home", local + "@post.example", false});
        contact.phones = {{"work", digits(random_, country.phone), true}};
        if (random_.percent(60)) contact.phones.push_back({"mobile", digits(random_, country.mobile), false});
        if (random_.percent(70)) contact.addresses = company.addresses;
        if (random_.percent(30)) contact.birthday = birthday();
        if (random_.percent(25)) contact.tags = {std::string(random_.of(tags))};
        if (random_.percent(20)) contact.notes = note(country.german);
        contact.uid = numbered("contact", i);
        if (i % 40 == 39) contact.owner = cast_.users[i / 40 % cast_.users.size()].id;  // a few are somebody's own
        Actor who = actor();
        if (contact.owner != 0) who.user = contact.owner;
        Contact saved = store_.saveContact(who, contact, {});
        if (random_.percent(70)) {
            const std::string initials{initial(contact.firstName), initial(contact.lastName)};
            store_.setContactPhoto(who, saved.id, avatar(initials, random_.below(12)));
        }
        if (saved.owner == 0) cast_.contacts.push_back(std::move(saved));
    }

    static char initial(std::string_view name) {
        return static_cast<char>(std::toupper(static_cast<unsigned char>(plain(name)[0])));
    }

    std::string birthday() {
        char text[32];
        std::snprintf(text, sizeof text, "%04d-%02d-%02d", random_.between(1955, 2001), random_.between(1, 12),
                      random_.between(1, 28));
        return text;
    }

    std::string note(bool german) {
        static constexpr std::string_view notes[] = {"Am besten vormittags erreichbar.", "Auf der Messe kennengelernt.",
                                                     "Wünscht Angebote per Post.", "Kennt Ben aus dem Studium."};
        static constexpr std::string_view englishNotes[] = {"Prefers calls in the afternoon.", "Met at the trade fair.",
                                                            "Decides together with procurement.", "Plays chess, too."};
        return std::string(german ? random_.of(notes) : random_.of(englishNotes));
    }

    void makeDeal(std::size_t i) {
        const Contact& contact = random_.in(cast_.contacts);
        Deal deal;
        deal.companyId = contact.companyId;
        deal.contactIds = {contact.id};
        deal.title = std::string(random_.of(products)) + " – " + contact.companyName;
        deal.stage = stages[i % std::size(stages)];
        deal.valueCents = random_.between(8, 900) * 50'000LL;
        deal.currency = i % 9 == 8 ? "USD" : "EUR";
        if (random_.percent(40)) deal.notes = "Entscheidung bis Quartalsende.";
        cast_.deals.push_back(store_.saveDeal(actor(), deal, {}));
    }

    Store& store_;
    Cast& cast_;
    Random random_{20'260'101};
    std::set<std::string> domains_, addresses_;
};

}  // namespace

void makeCustomers(Store& store, Cast& cast) { Customers(store, cast).make(); }

}  // namespace crmdav::demo
