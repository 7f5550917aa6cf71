#pragma once
#include "protocol/text/json.h"
#include "store/model.h"

/// The fields of an event that stand for themselves: each is read and written in one place. Pure.
namespace crmdav::google {

void readTexts(const Json& event, Activity&);   ///< subject, location, notes
void readStates(const Json& event, Activity&);  ///< status, transparency, visibility, reminders, url

/// Whose a field is: a guest may change what is their own alone (rule C12).
enum class FieldOwner { organiser, anybody };

struct EventField {
    std::string_view name;
    FieldOwner owner;
    Json (*value)(const Activity&);  ///< as it is written; null: nothing
    bool (*same)(const Activity&, const Activity&);
};
extern const EventField eventFields[8];

/// The text as Google shows it: what looks like HTML is shown as HTML there, so it's written as HTML that shows it.
std::string descriptionOf(const std::string& notes);

}  // namespace crmdav::google
