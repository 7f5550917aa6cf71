#include <gtest/gtest.h>

#include "store/records/normalise.h"

namespace crmdav {
namespace {

struct Phone {
    const char *written, *region, *normal;
};
class Phones : public testing::TestWithParam<Phone> {};
TEST_P(Phones, AreComparedAsE164) { EXPECT_EQ(normalPhone(GetParam().written, GetParam().region), GetParam().normal); }
INSTANTIATE_TEST_SUITE_P(
    D73, Phones,
    testing::Values(Phone{"0170 1234567", "DE", "+491701234567"}, Phone{"+49 (0)170/1234567", "DE", "+491701234567"},
                    Phone{"0049 170 1234567", "DE", "+491701234567"}, Phone{"(555) 010-9999", "US", "+15550109999"},
                    Phone{"1-555-010-9999 ext. 12", "US", "+15550109999"}, Phone{"011 49 170 1", "US", "+491701"},
                    Phone{"06 12 34 56 78", "FR", "+33612345678"}, Phone{"348 1234567", "IT", "+393481234567"},
                    Phone{"tel:+44-20-7946;ext=5", "DE", "+44207946"}, Phone{"12345", "XX", "12345"},
                    Phone{"call me", "DE", ""}));

TEST(Normal, EmailsAndNames) {
    EXPECT_EQ(normalEmail(" MAILTO:Anna@Firm.Example "), "anna@firm.example");
    EXPECT_EQ(normalEmail("anna"), "");
    EXPECT_EQ(normalEmail("@firm.example"), "");
    EXPECT_EQ(normalName("  STRA\xc3\x9f"
                         "E   1 "),
              "strasse 1");
    EXPECT_EQ(normalCompany("Acme GmbH & Co. KG"), "acme");
}

}  // namespace
}  // namespace crmdav
