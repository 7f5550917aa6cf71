#pragma once
#include <string>

#include "protocol/text/json.h"

/// The body of an event. An online meeting's ends with what the meeting's service wrote there, below a line of
/// underscores: it is none of our notes, and when it's lost the meeting isn't one any more.
namespace crmdav::outlook {

/// Its text, without the service's part.
std::string notesOf(const Json& event);

/// {"contentType","content"} with other notes; the service's part of `event` stays.
std::string bodyOf(const Json& event, const std::string& notes);

}  // namespace crmdav::outlook
