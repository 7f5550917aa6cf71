#pragma once
#include "bridge/rules/plan.h"

/// What an event of the provider is to the CRM, as its owner decided. Pure.
namespace crmdav {

struct EventKind {
    enum { record, block, nothing } as = nothing;
    const char* rule = "";
    const char* reason = "";
};

/// An activity, a busy block (B2, B4, B8, B9, B13), or nothing: what takes no time that is still to come.
EventKind kindOf(const ProviderHalf&, const CalendarSettings&, const Facts&);

/// A contact is among them.
bool knowsAny(const std::vector<WatchedGuest>&);

/// The rule by which an event that may be an activity becomes one: upcoming (B3, in smart mode B4), changed since the
/// start (B6), or of the time that the meeting history covers (B15). Null: it doesn't.
const char* takenUpBy(const Remote&, const CalendarSettings&, const Facts&);

/// All that is told of a busy block: when.
Activity blockOf(const Activity& event);

}  // namespace crmdav
