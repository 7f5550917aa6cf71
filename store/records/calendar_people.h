#pragma once
#include <vector>

#include "protocol/text/content_lines.h"
#include "store/model.h"

/// Participants ⇄ ORGANIZER and ATTENDEE, reminders ⇄ VALARM.
namespace crmdav {

/// The address of an ORGANIZER or ATTENDEE line, normalised; empty: none.
std::string emailOf(const Property& line);

/// Those with an email address, each once; an organiser without ATTENDEE line comes first, as chair who accepted.
std::vector<Participant> readParticipants(const Component& item);
void overlayParticipants(Component& item, const std::vector<Participant>& wanted);

/// Alarms at whole minutes before or after the start (of a task without start: its due date), each once. Others –
/// absolute ones, snoozes, location alarms – aren't mapped.
std::vector<Reminder> readReminders(const Component& item);
/// Alarms that stay keep their bytes; one that moves keeps its text and sound but not its acknowledgement (D47).
void overlayReminders(Component& item, const std::vector<Reminder>& wanted);

}  // namespace crmdav
