#include "server/demo/demo.h"

#include <algorithm>

#include "protocol/text/vcard.h"
#include "server/auth/passwords.h"
#include "tests/server/api_world.h"

namespace crmdav {
namespace {

constexpr Instant today{std::chrono::sys_days{std::chrono::year(2026) / 11 / 20} + std::chrono::hours(10)};

template <class Page>
auto everything(const Page& page) {
    Store::Query query;
    query.limit = 500;
    auto first = page(query);
    auto all = first.records;
    while (!first.next.empty()) {
        query.after = first.next;
        first = page(query);
        all.insert(all.end(), first.records.begin(), first.records.end());
    }
    return all;
}

class Demo : public testing::Test {
protected:
    static void SetUpTestSuite() {
        place_ = std::make_unique<StorePlace>();
        store_ = openStore(*place_);
        ASSERT_EQ(demo::make(*store_, today), demo::Made::now);
    }
    static void TearDownTestSuite() {
        store_.reset();
        place_.reset();
    }
    static inline std::unique_ptr<StorePlace> place_;
    static inline std::unique_ptr<Store> store_;
};

TEST_F(Demo, LooksLikeACompany) {
    EXPECT_EQ(store_->users().size(), 7u);
    const auto contacts = everything([](const auto& query) { return store_->contacts(query); });
    EXPECT_GE(contacts.size(), 290u);
    EXPECT_GE(std::ranges::count(contacts, true, &Contact::hasPhoto), 150);
    EXPECT_EQ(everything([](const auto& query) { return store_->companies(query); }).size(), 60u);
    EXPECT_GE(everything([](const auto& query) { return store_->deals(query); }).size(), 40u);
    const auto activities = everything([](const auto& query) { return store_->activities(query); });
    EXPECT_GE(activities.size(), 1200u);
    const auto count = [&](const auto& is) { return std::ranges::count_if(activities, is); };
    EXPECT_GE(count([](const Activity& a) { return !a.rrule.empty() && !a.exceptions.empty(); }), 4);
    EXPECT_GE(count([](const Activity& a) { return a.start.kind == When::Kind::date; }), 8);
    EXPECT_GE(count([](const Activity& a) { return a.component == ComponentKind::todo; }), 100);
    EXPECT_GE(count([](const Activity& a) { return a.privacy == Privacy::personal; }), 20);
    EXPECT_GE(count([](const Activity& a) { return a.cancelled; }), 20);
    EXPECT_GE(count([](const Activity& a) { return a.start.zone == "Asia/Tokyo"; }), 100);
}

TEST_F(Demo, NobodyInItIsReal) {
    const auto contacts = everything([](const auto& query) { return store_->contacts(query); });
    for (const Contact& contact : contacts)
        for (const LabelledValue& email : contact.emails) EXPECT_TRUE(email.value.ends_with(".example")) << email.value;
}

TEST_F(Demo, PrintedPasswordsOpenIt) {
    for (const auto& colleague : demo::colleagues()) {
        const auto known = store_->credentials(colleague.login);
        ASSERT_TRUE(known);
        EXPECT_TRUE(verifyPassword(colleague.password, known->passwordHash)) << colleague.login;
    }
}

TEST_F(Demo, SecondRunReusesIt) {
    const auto before = store_->lastHistoryId();
    EXPECT_EQ(demo::make(*store_, today + std::chrono::days(3)), demo::Made::before);
    EXPECT_EQ(store_->lastHistoryId(), before);
}

TEST_F(Demo, StoreIsSound) { EXPECT_THAT(store_->check({}), testing::IsEmpty()); }

TEST_F(Demo, SameEveryTime) {
    const StorePlace place;
    const auto second = openStore(place);
    demo::make(*second, today);
    const auto uids = [](const Store& store) {
        std::vector<std::string> all;
        for (const auto& a : everything([&](const auto& query) { return store.activities(query); }))
            all.push_back(a.uid + a.subject + std::to_string(a.start.local.time_since_epoch().count()));
        std::ranges::sort(all);
        return all;
    };
    EXPECT_EQ(uids(*store_), uids(*second));
}

TEST(DemoStore, AnotherOrganisationIsLeftAlone) {
    const StorePlace place;
    const auto store = openStore(place);
    User user;
    user.login = "somebody";
    store->addUser({}, user);
    EXPECT_THROW(demo::make(*store, today), std::runtime_error);
    EXPECT_EQ(store->users().size(), 1u);
}

TEST(Avatar, IsASmallPng) {
    const std::string image = demo::avatar("AZ", 3);
    EXPECT_EQ(mediaTypeOf(image), "image/png");
    EXPECT_LT(image.size(), 2000u);
    EXPECT_EQ(image, demo::avatar("AZ", 3));
    EXPECT_NE(image, demo::avatar("AZ", 4));
    EXPECT_NE(image, demo::avatar("BZ", 3));
}

}  // namespace
}  // namespace crmdav
