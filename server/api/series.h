#pragma once
#include <optional>
#include <utility>

#include "store/model.h"

/// Edits of one occurrence of a series, of it and all after it, and of all of them: what becomes of the record. Pure
/// functions of values; the store writes what they say.
namespace crmdav {

/// What an edit says of one occurrence; what it doesn't say stays.
struct OccurrenceEdit {
    std::optional<When> start, end;
    std::optional<std::string> subject, location, notes;
};

/// Does the series have an occurrence with that original start, which wasn't cancelled?
bool hasOccurrence(const Activity& series, const When& original);

/// When an occurrence takes place, and what it says, by its exception or by the series.
Exception occurrenceOf(const Activity& series, const When& original);

/// This occurrence differs from the series from now on; nothing else changes (rule C8).
void editThis(Activity& series, const When& original, const OccurrenceEdit&);
/// This occurrence doesn't take place.
void cancelThis(Activity& series, const When& original);

/// The series moves so that this occurrence has that time: its start, its rule (days of the week or the month, UNTIL),
/// further dates, and where its exceptions belong. Occurrences with a time of their own keep it, but for this one.
/// @throws InvalidField  the rule names its days in a way that can't be moved to others
void moveAll(Activity& series, const When& original, const When& start, const When& end);

/// Those exceptions go that the series' rule has no place for: after it became another one.
void dropStrayExceptions(Activity& series);

/// Cuts the series before that occurrence. @returns the rest as a series of its own, without id and UID
Activity splitAt(Activity& series, const When& original);
/// Does it begin with that occurrence, so that nothing would be left before?
bool isFirst(const Activity& series, const When& original);

}  // namespace crmdav
