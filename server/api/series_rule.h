#pragma once
#include <optional>
#include <string>
#include <utility>

#include "protocol/text/recurrence.h"
#include "store/model.h"

/// RRULEs that move with their series, or end where it is cut.
namespace crmdav {

/// UNTIL as wall clock of the series (RFC 5545 §3.3.10); nullopt: none.
std::optional<LocalTime> untilOf(const Rule&, const When& start);

/// The rule of a series whose start moves: the days it names move along, and so does its UNTIL. @throws InvalidField
std::string movedRule(const std::string& rrule, const When& from, const When& to);

/// A rule up to an occurrence, without it, and the rule from it on. @param before  how many starts come before it
std::pair<std::string, std::string> splitRule(const std::string& rrule, const When& start, const When& original,
                                              std::size_t before);

}  // namespace crmdav
