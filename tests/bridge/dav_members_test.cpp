#include "bridge/dav/members.h"

#include <gtest/gtest.h>

namespace crmdav {
namespace {

TEST(DavMembers, EachNameOnceTheLastOneCounts) {  // RFC 6578 §3.5: a change after the other
    DavMembers members;
    members.add("b.vcf", 1);
    members.add("c.vcf", 2, true);
    members.add("a.vcf", 3);
    members.add("b.vcf", 4, true);
    members.add("c.vcf", 5);
    members.settle();
    ASSERT_EQ(members.size(), 3U);
    EXPECT_EQ(members[0].name, "a.vcf");
    EXPECT_EQ(members[1].name, "b.vcf");
    EXPECT_EQ(members[1].version, 4U);
    EXPECT_TRUE(members[1].gone);
    EXPECT_EQ(members[2].version, 5U);
    EXPECT_FALSE(members[2].gone);
    EXPECT_EQ(members.after(""), 0U);
    EXPECT_EQ(members.after("a.vcf"), 1U);
    EXPECT_EQ(members.after("bb"), 2U) << "one that is gone meanwhile";
    EXPECT_EQ(members.after("c.vcf"), 3U);
    EXPECT_EQ(DavMembers().after("a"), 0U);
}

}  // namespace
}  // namespace crmdav
