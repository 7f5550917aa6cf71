#pragma once
#include <memory>
#include <optional>
#include <string_view>

#include "protocol/text/recurrence.h"

namespace crmdav {

bool isSupportedScale(std::string_view upperCaseName);

/// The starts of a rule in another calendar than the Gregorian, or with SKIP (RFC 7529), by libical and ICU.
/// COUNT and UNTIL are left to the caller. Only for rules of days and longer: check usable() first.
class ScaledRule {
public:
    static bool usable(const Rule& rule);
    ScaledRule(const Rule& rule, LocalTime start);
    ~ScaledRule();
    void seek(LocalTime from);
    std::optional<LocalTime> next();  ///< ends before the year 2500

private:
    struct Iterator;
    std::unique_ptr<Iterator> iterator_;
};

}  // namespace crmdav
