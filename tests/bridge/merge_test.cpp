#include "bridge/rules/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

Contact ann() {
    Contact c;
    c.displayName = "Ann Lee";
    c.firstName = "Ann";
    c.lastName = "Lee";
    c.emails = {{"work", "ann@x.org", true}};
    c.phones = {{"mobile", "+49 170 1", false}};
    return c;
}

template <class R>
Bases basesOf(const R& crm, const R& provider) {
    return {valuesOf(crm), valuesOf(provider)};
}

std::vector<std::string> values(const std::vector<LabelledValue>& list) {
    std::vector<std::string> all;
    for (const LabelledValue& v : list) all.push_back(v.value);
    return all;
}

// Rule C1: a field that is equal on both sides is no change, whatever else is said.
TEST(Merge, C1_EqualSidesChangeNothing) {
    const Bases bases = basesOf(ann(), ann());
    const auto merged = merge(ann(), ann(), ann(), &bases, {});
    EXPECT_FALSE(merged.changesCrm || merged.changesProvider);
    EXPECT_TRUE(merged.fields.empty());
}

// Rule C2: changed on one side, it goes to the other; on both, one wins and the other is remembered.
TEST(Merge, C2_EachFieldGoesWhereItDidNotChange) {
    const Bases bases = basesOf(ann(), ann());
    Contact crm = ann(), provider = ann();
    crm.jobTitle = "CEO";
    provider.nickname = "Annie";
    const auto merged = merge(crm, crm, provider, &bases, {});
    EXPECT_EQ(merged.crm.nickname, "Annie");
    EXPECT_EQ(merged.provider.jobTitle, "CEO");
    EXPECT_TRUE(merged.changesCrm && merged.changesProvider);
    for (const MergedField& field : merged.fields) EXPECT_EQ(field.lost, "") << "nothing went lost";
}

TEST(Merge, C2_TheLosingValueIsKept) {
    const Bases bases = basesOf(ann(), ann());
    Contact crm = ann(), provider = ann();
    crm.notes = "from the CRM";
    provider.notes = "from the provider";
    for (const bool providerWins : {false, true}) {
        const auto merged = merge(crm, crm, provider, &bases, {.providerWins = providerWins});
        ASSERT_EQ(merged.fields.size(), 1U);
        EXPECT_EQ(merged.fields[0].lost, providerWins ? "from the CRM" : "from the provider");
        EXPECT_EQ(merged.crm.notes, merged.provider.notes);
        EXPECT_EQ(merged.crm.notes, providerWins ? "from the provider" : "from the CRM");
    }
}

// Rule C10: what both sides changed to the same value, or one took from the other, is agreed.
TEST(Merge, C10_TheSameEditOnBothSidesIsNone) {
    Contact edited = ann(), held = ann();
    edited.notes = held.notes = "the same";
    edited.nickname = "not held there";
    const Bases bases = basesOf(ann(), ann());
    EXPECT_TRUE(merge(edited, held, held, &bases, {}).fields.empty());
    const Bases theirs = basesOf(ann(), held);
    EXPECT_TRUE(merge(edited, held, held, &theirs, {}).fields.empty());
}

// Rule D10: lists are sets; one added here and one removed there both survive.
TEST(Merge, D10_ListsMergeElementByElement) {
    Contact base = ann();
    base.emails.push_back({"home", "old@x.org", false});
    const Bases bases = basesOf(base, base);
    Contact crm = base, provider = base;
    crm.emails.push_back({"other", "new@x.org", false});
    std::erase_if(provider.emails, [](const LabelledValue& v) { return v.value == "old@x.org"; });
    provider.emails.push_back({"home", "third@x.org", false});
    const auto merged = merge(crm, crm, provider, &bases, {});
    EXPECT_THAT(values(merged.crm.emails), UnorderedElementsAre("ann@x.org", "new@x.org", "third@x.org"));
    EXPECT_THAT(values(merged.provider.emails), UnorderedElementsAre("ann@x.org", "new@x.org", "third@x.org"));
}

// mapping.md §4: what a provider can't hold is not an edit there, and stays here.
TEST(Merge, C3_WhatTheProviderCannotHoldStays) {
    Contact crm = ann();
    for (const char* more : {"2@x.org", "3@x.org", "4@x.org"}) crm.emails.push_back({"", more, false});
    Contact held = crm;
    held.emails.resize(3);
    Bases bases = basesOf(crm, held);
    Contact provider = held;
    provider.jobTitle = "CTO";
    const auto merged = merge(crm, held, provider, &bases, {});
    EXPECT_EQ(merged.crm.emails.size(), 4U);
    EXPECT_EQ(merged.crm.jobTitle, "CTO");
    EXPECT_FALSE(merged.changesProvider);

    std::erase_if(provider.emails, [](const LabelledValue& v) { return v.value == "2@x.org"; });  // sent, and removed
    EXPECT_THAT(values(merge(crm, held, provider, &bases, {}).crm.emails),
                ElementsAre("ann@x.org", "3@x.org", "4@x.org"));
}

// A provider without labels doesn't take ours away.
// Rule C3: what the provider wouldn't hold, and has of its own, is the CRM's as it is there.
TEST(Merge, C3_TheFirstMergeTakesNothingBackThatIsNotHeld) {
    Contact crm = ann(), held = ann(), provider = ann();
    crm.phones = {{"work", "+49 170 2", false}};
    held.phones = {};
    provider.phones = {{"home", "+49 170 2", false}};
    EXPECT_FALSE(merge(crm, held, provider, nullptr, {}).changesCrm);
}

TEST(Merge, D10_LabelsCountWhereBothHaveThem) {
    Contact unlabelled = ann();
    unlabelled.emails[0].label.clear();
    const Bases bases = basesOf(ann(), unlabelled);
    Contact provider = unlabelled;
    provider.emails.push_back({"", "second@x.org", false});
    const auto merged = merge(ann(), unlabelled, provider, &bases, {});
    ASSERT_EQ(merged.crm.emails.size(), 2U);
    EXPECT_EQ(merged.crm.emails[0].label, "work");
}

// Rule D9: a mandatory field isn't emptied by the provider, the rest of the change is taken; and it isn't tried again.
TEST(Merge, D9_MandatoryFieldsAreNotEmptied) {
    const Bases bases = basesOf(ann(), ann());
    Contact provider = ann();
    provider.emails.clear();
    provider.jobTitle = "CEO";
    const auto merged = merge(ann(), ann(), provider, &bases, {.providerWins = true, .keepMandatory = true});
    EXPECT_THAT(values(merged.crm.emails), ElementsAre("ann@x.org"));
    EXPECT_EQ(merged.crm.jobTitle, "CEO");
    const Bases next{merged.base, valuesOf(provider)};
    const auto again = merge(merged.crm, merged.crm, provider, &next, {.providerWins = true, .keepMandatory = true});
    EXPECT_FALSE(again.changesCrm || again.changesProvider);
}

// Rule D8: the first merge is the union; the provider's value counts where both have one.
TEST(Merge, D8_TheFirstMergeIsTheUnion) {
    Contact crm = ann(), provider = ann();
    crm.department = "Sales";
    crm.jobTitle = "CEO";
    provider.jobTitle = "Chief";
    provider.emails = {{"home", "a@home.org", false}};
    const auto merged = merge(crm, crm, provider, nullptr, {.providerWins = true});
    EXPECT_EQ(merged.crm.jobTitle, "Chief");
    EXPECT_EQ(merged.provider.department, "Sales");
    EXPECT_THAT(values(merged.crm.emails), UnorderedElementsAre("ann@x.org", "a@home.org"));
    EXPECT_THAT(values(merged.provider.emails), UnorderedElementsAre("ann@x.org", "a@home.org"));
}

// Rule D2: what mayn't be sent stays an edit, which a later two-way run sends.
TEST(Merge, D2_WhatIsNotSentStaysAnEdit) {
    const Bases bases = basesOf(ann(), ann());
    Contact crm = ann();
    crm.notes = "mine";
    const auto oneWay = merge(crm, crm, ann(), &bases, {.toProvider = false});
    EXPECT_FALSE(oneWay.changesCrm || oneWay.changesProvider);
    const Bases next{oneWay.base, valuesOf(ann())};
    EXPECT_EQ(merge(crm, crm, ann(), &next, {}).provider.notes, "mine");
    for (const bool removed : {false, true}) {  // one that is changed, and one that is removed
        crm = ann();
        crm.phones = {{"home", "+49 170 1", false}};
        if (removed) crm.phones.clear();
        EXPECT_EQ(merge(crm, crm, ann(), &bases, {.locked = true}).base.at("phones"), bases.crm.at("phones"));
    }
    crm.notes = "mine";
    EXPECT_EQ(merge(crm, crm, ann(), nullptr, {.toProvider = false}).base.at("notes"), valuesOf(crm).at("notes"))
        << "what both have when they meet is agreed on";
}

// Rule C12: what only the organiser may change isn't sent, what is one's own is.
TEST(Merge, C12_GuestsSendOnlyTheirOwn) {
    Activity base;
    base.subject = "Meeting";
    base.start = {When::Kind::utc, std::chrono::local_days(std::chrono::year(2027) / 1 / 5), {}};
    base.end = {When::Kind::utc, base.start.local + std::chrono::hours(1), {}};
    const Bases bases = basesOf(base, base);
    Activity crm = base;
    crm.subject = "Mine";
    crm.reminders = {{15, "display"}};
    const auto merged = merge(crm, crm, base, &bases, {.organised = false});
    EXPECT_EQ(merged.provider.subject, "Meeting");
    EXPECT_EQ(merged.provider.reminders.size(), 1U);
    EXPECT_TRUE(std::ranges::any_of(merged.fields, &MergedField::refused));
}

/// A contact made of few values, so that histories collide.
Contact randomContact(std::mt19937& random) {
    const auto pick = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
    const char* words[] = {"", "a", "b", "c"};
    Contact c = ann();
    c.jobTitle = words[pick(4)];
    c.notes = words[pick(4)];
    c.emails.clear();
    for (int i = 0; i < 4; ++i)
        if (pick(2)) c.emails.push_back({words[pick(3)], std::string(1, static_cast<char>('a' + i)) + "@x.org", false});
    return c;
}

// Rules C2, D10: after a merge both sides hold the same and nothing is left to do.
TEST(Merge, RandomSidesConverge) {
    for (unsigned seed = 0; seed < 5000; ++seed) {
        std::mt19937 random(seed);
        const Contact base = randomContact(random), crm = randomContact(random), provider = randomContact(random);
        const Bases bases = basesOf(base, base);
        const auto merged = merge(crm, crm, provider, seed % 5 ? &bases : nullptr, {.providerWins = seed % 2 == 0});
        auto a = valuesOf(merged.crm), b = valuesOf(merged.provider);
        if (a != b) {  // labels that one side took away stay on the other
            for (auto* side : {&a, &b})
                for (Element& e : (*side)["emails"]) e.text.clear();
        }
        ASSERT_EQ(a, b) << "seed " << seed;
        const Bases next{merged.base, valuesOf(merged.provider)};
        const auto again = merge(merged.crm, merged.crm, merged.provider, &next, {});
        ASSERT_FALSE(again.changesCrm || again.changesProvider) << "seed " << seed;
    }
}

TEST(FieldValues, SurviveTheirEncoding) {
    Contact c = ann();
    c.notes = "line 1\nline \"2\"";
    EXPECT_EQ(decodeValues(encodeValues(valuesOf(c))), valuesOf(c));
}

}  // namespace
}  // namespace crmdav
