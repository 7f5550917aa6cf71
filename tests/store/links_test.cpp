#include "tests/store/record_fixture.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* meeting = "DTSTART:20260110T100000Z\r\nDTEND:20260110T110000Z\r\nSUMMARY:Review\r\n";
constexpr const char* withBen =
    "ORGANIZER:mailto:anna@firm.example\r\nATTENDEE;X-KEEP=1;PARTSTAT=ACCEPTED:mailto:anna@firm.example\r\n"
    "ATTENDEE;CN=Ben:mailto:BEN@firm.example\r\nATTENDEE:mailto:cleo@customer.example\r\n";

/// What records are linked with: by addresses, names and domains, and by hand.
class Links : public RecordStore {};

struct Address {
    const char* attendee;
    bool linked;
};
class LinkByDomain : public RecordStore, public testing::WithParamInterface<Address> {};

TEST_P(LinkByDomain, IsForPeopleOfTheCustomerOnly) {  // rules D12, F1; D66
    Organisation organisation = store->organisation();
    organisation.domains = {"firm.example"};
    store->saveOrganisation(system, organisation);
    const std::string meetingWith = std::string(meeting) + "ATTENDEE" + GetParam().attendee + "\r\n";
    Company company;
    company.name = "Customer";
    company.domains = {"customer.example", "gmail.com", "firm.example"};
    const auto linked = [&](const Id& id) {
        Store::Query query;
        query.company = id;
        return !store->activities(query).records.empty();
    };
    put(byAnna, calendar("anna"), "1.ics", event("u1", meetingWith));
    company = store->saveCompany(byAnna, company, "");
    EXPECT_EQ(linked(company.id), GetParam().linked) << "a domain that came later (F3)";
    store->removeObject(byAnna, calendar("anna"), "1.ics", {});
    put(byAnna, calendar("anna"), "2.ics", event("u2", meetingWith));
    EXPECT_EQ(linked(company.id), GetParam().linked);
}

INSTANTIATE_TEST_SUITE_P(
    , LinkByDomain,
    testing::Values(Address{":mailto:cleo@customer.example", true}, Address{":mailto:CLEO@Customer.Example", true},
                    Address{":mailto:cleo@gmail.com", false}, Address{":mailto:no-reply@customer.example", false},
                    Address{":mailto:noreply+17@customer.example", false},
                    Address{":mailto:do_not_reply@customer.example", false},
                    Address{":mailto:Mailer-Daemon@customer.example", false},
                    Address{";CUTYPE=ROOM:mailto:room1@customer.example", false},
                    Address{";CUTYPE=RESOURCE:mailto:beamer@customer.example", false},
                    Address{":mailto:ben@firm.example", false}, Address{":mailto:someone.else@firm.example", false}));

TEST_F(Links, AddressesLinkPastActivitiesToo) {  // rules F1, F3
    const Saved event1 = put(byAnna, calendar("anna"), "1.ics", event("u1", std::string(meeting) + withBen));
    const Saved cleo = put(byAnna, book("anna"), "c.vcf", card("c1", "FN:Cleo\r\nEMAIL:Cleo@Customer.example\r\n"));
    Store::Query query;
    query.user = anna.id;
    query.contact = cleo.record;
    ASSERT_THAT(store->activities(query).records, testing::SizeIs(1));
    EXPECT_EQ(store->activities(query).records[0].id, event1.record);
    put(byAnna, book("anna"), "c.vcf", card("c1", "FN:Cleo\r\nEMAIL:other@customer.example\r\n"));
    EXPECT_THAT(store->activities(query).records, IsEmpty());
}

TEST_F(Links, MeetingsOfACompanyFollowItsDomainAndPeople) {
    put(byAnna, calendar("anna"), "1.ics", event("u1", std::string(meeting) + withBen));
    Company company;
    company.name = "Customer Ltd";
    company.domains = {"customer.example"};
    company = store->saveCompany(byAnna, company, "");
    Store::Query query;
    query.user = anna.id;
    query.company = company.id;
    EXPECT_THAT(store->activities(query).records, testing::SizeIs(1));
    Deal deal;
    deal.title = "Big one";
    deal.companyId = company.id;
    deal = store->saveDeal(byAnna, deal, "");
    query.company.clear();
    query.deal = deal.id;
    EXPECT_THAT(store->activities(query).records, testing::SizeIs(1));
}

TEST_F(Links, OrgNameLinksACompanyThatIsThereAndMakesNone) {
    const Company company = store->saveCompany(
        byAnna,
        [] {
            Company c;
            c.name = "ACME Corp";
            return c;
        }(),
        "");
    const Saved linked = put(byAnna, book("anna"), "1.vcf", card("c1", "FN:A\r\nORG:acme corp;Sales\r\n"));
    const Saved alone = put(byAnna, book("anna"), "2.vcf", card("c2", "FN:B\r\nORG:Unknown\r\n"));
    EXPECT_EQ(store->contact(anna.id, linked.record)->companyId, company.id);
    EXPECT_EQ(store->contact(anna.id, linked.record)->department, "Sales");
    EXPECT_FALSE(store->contact(anna.id, alone.record)->companyId);
    EXPECT_EQ(store->contact(anna.id, alone.record)->companyName, "Unknown");
}

TEST_F(Links, PrivateContactsAreTheirOwnersAlone) {
    const Saved saved =
        put(byAnna, book("anna", "private"), "p.vcf", card("c1", "FN:Secret\r\nEMAIL:cleo@customer.example\r\n"));
    EXPECT_TRUE(store->contact(anna.id, saved.record));
    EXPECT_FALSE(store->contact(ben.id, saved.record));
    EXPECT_THROW(store->saveContact(byBen, *store->contact(anna.id, saved.record), ""), NotFound);
    Store::Query query;
    query.user = ben.id;
    EXPECT_THAT(store->contacts(query).records, IsEmpty());
    const Saved event1 = put(byAnna, calendar("anna"), "1.ics", event("u1", std::string(meeting) + withBen));
    const Activity activity = store->activity(ben.id, event1.record).value();
    for (const Participant& p : activity.participants) EXPECT_FALSE(p.contactId) << p.email;
}

TEST_F(Links, LinksThatOneDoesNotSeeStayWhateverOneChanges) {
    const Id secret = put(byAnna, book("anna", "private"), "p.vcf", card("c1", "FN:Secret\r\n")).record;
    const Id known = put(byAnna, book("anna"), "k.vcf", card("c2", "FN:Known\r\n")).record;
    Deal deal;
    deal.title = "D";
    deal.contactIds = {secret, known};
    deal = store->saveDeal(byAnna, deal, "");
    const Saved met = put(byAnna, calendar("anna"), "1.ics", event("u1", std::string(meeting) + withBen));
    Activity activity = *store->activity(anna.id, met.record);
    activity.contactIds = {secret, known};
    store->saveActivity(byAnna, activity, "");

    Deal bens = *store->deal(ben.id, deal.id);
    EXPECT_THAT(bens.contactIds, ElementsAre(known));
    Store::Query query;
    query.user = ben.id;
    EXPECT_THAT(store->deals(query).records.at(0).contactIds, ElementsAre(known));
    query.contact = secret;
    EXPECT_THAT(store->deals(query).records, IsEmpty());
    bens.stage = "won";
    EXPECT_THAT(store->saveDeal(byBen, bens, "").contactIds, ElementsAre(known));
    EXPECT_THAT(store->deal(anna.id, deal.id)->contactIds, ElementsAre(secret, known));
    Activity seen = *store->activity(ben.id, met.record);
    EXPECT_THAT(seen.contactIds, ElementsAre(known));
    seen.subject = "Later";
    store->saveActivity(byBen, seen, "");
    EXPECT_THAT(store->activity(anna.id, met.record)->contactIds, ElementsAre(secret, known));
    seen = *store->activity(ben.id, met.record);
    seen.contactIds = {};
    store->saveActivity(byBen, seen, "");
    EXPECT_THAT(store->activity(anna.id, met.record)->contactIds, ElementsAre(secret));
    seen.contactIds = {put(byAnna, book("anna", "private"), "q.vcf", card("c3", "FN:Other\r\n")).record};
    EXPECT_THROW(store->saveActivity(byBen, seen, ""), InvalidField) << "he can't add what he doesn't see";
}

TEST_F(Links, WhatIsLinkedWithTheTrashCanBeChangedAndKeepsItsLinks) {  // D51
    const Id person = put(byAnna, book("anna"), "k.vcf", card("c2", "FN:Known\r\n")).record;
    Company company;
    company.name = "Firm";
    company = store->saveCompany(byAnna, company, "");
    Deal deal;
    deal.title = "D";
    deal.contactIds = {person};
    deal.companyId = company.id;
    deal = store->saveDeal(byAnna, deal, "");
    const Id met = put(byAnna, calendar("anna"), "1.ics", event("u1", meeting)).record;
    Activity activity = *store->activity(anna.id, met);
    activity.contactIds = {person};
    activity.companyIds = {company.id};
    activity.dealIds = {deal.id};
    store->saveActivity(byAnna, activity, "");
    store->removeRecord(byAnna, RecordKind::contact, person, "");
    store->removeRecord(byAnna, RecordKind::company, company.id, "");

    activity = *store->activity(anna.id, met);
    activity.subject = "Later";
    EXPECT_EQ(store->saveActivity(byAnna, activity, "").subject, "Later");
    Deal changed = *store->deal(anna.id, deal.id);
    changed.stage = "won";
    store->saveDeal(byAnna, changed, "");
    store->restore(byAnna, RecordKind::contact, person);
    store->restore(byAnna, RecordKind::company, company.id);
    activity = *store->activity(anna.id, met);
    EXPECT_THAT(activity.contactIds, ElementsAre(person));
    EXPECT_THAT(activity.companyIds, ElementsAre(company.id));
    EXPECT_THAT(store->deal(anna.id, deal.id)->contactIds, ElementsAre(person));
    EXPECT_EQ(store->deal(anna.id, deal.id)->companyId, company.id);
}

}  // namespace
}  // namespace crmdav
