#pragma once
#include <optional>
#include <string>
#include <vector>

#include "bridge/rules/fields.h"

/// The three-way merge of a pair, field by field and, of lists, element by element (C2, D8–D10). Pure.
namespace crmdav {

/// What each side was when they last agreed. A side is compared with its own base only: what the other can't hold, or
/// writes in a form of its own, is no edit.
struct Bases {
    FieldValues crm, provider;
};

struct MergePolicy {
    bool providerWins = false;   ///< where both changed to different values: the later one (C2), contacts D9
    bool toProvider = true;      ///< what changed in the CRM may be sent (D2)
    bool organised = true;       ///< also what only an organiser may change (C12)
    bool locked = false;         ///< nothing at all may be sent (B12)
    bool guests = true;          ///< guests may be told; else they stand in the description, and nothing is said (B12)
    bool keepMandatory = false;  ///< the provider can't empty what the CRM needs (D9)
};

struct MergedField {
    std::string name;
    bool toProvider = false;    ///< else it went to the CRM
    std::string before, after;  ///< on the side that it went to
    std::string lost;           ///< the other side's change, which didn't win
    bool refused = false;       ///< it should have gone, and mustn't: C12, D9
};

template <class R>
struct Merge {
    R crm, provider;  ///< as they should be from now on
    bool changesCrm = false, changesProvider = false;
    std::vector<MergedField> fields;
    FieldValues base;  ///< of the CRM's side after this: what couldn't be sent is still an edit
};

/// @param held   the CRM's record as the provider would have it: what differs from it and equals that is no difference
/// @param bases  null: they meet for the first time; then each gets what the other has more, and of two values that
/// differ one wins
template <class R>
Merge<R> merge(const R& crm, const R& held, const R& provider, const Bases* bases, const MergePolicy&);

extern template Merge<Activity> merge(const Activity&, const Activity&, const Activity&, const Bases*,
                                      const MergePolicy&);
extern template Merge<Contact> merge(const Contact&, const Contact&, const Contact&, const Bases*, const MergePolicy&);

}  // namespace crmdav
