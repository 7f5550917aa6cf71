#pragma once
#include <string_view>

#include "protocol/text/content_lines.h"
#include "store/model.h"

/// Times of an activity ⇄ DTSTART, DTEND, RRULE, RDATE, EXDATE and the overrides of single occurrences.
namespace crmdav {

void readSeries(const Component& calendar, const Component& item, Activity&);
/// Only what differs between `before` and `after` is written, in the master and in those overrides that it concerns.
void overlaySeries(Component& calendar, const Activity& before, const Activity& after);

/// `when` moved as the start moved: by the same stretch of wall clock, into the same form.
When shifted(const When& when, const When& from, const When& to);

struct Texts {
    std::string_view subject, location, notes;
};
/// SUMMARY, LOCATION, DESCRIPTION, where they differ. Other forms of a text that changed (ALTREP, X-ALT-DESC) go.
void writeTexts(Component& item, const Texts& before, const Texts& after);

}  // namespace crmdav
