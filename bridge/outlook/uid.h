#pragma once
#include <string>
#include <string_view>

namespace crmdav::outlook {

/// The iCalendar UID behind Exchange's iCalUId, the same for a series and its occurrences, and as other systems have it
/// where the invitation came from one (rule C11). The id is a GlobalObjectId in hex (MS-OXOCAL §2.2.1.27): 16 bytes of
/// class, the date of an occurrence in 16–19, the size of the rest in 36–39, which may be "vCal-Uid" and a foreign UID.
/// What is none is given back as it is.
std::string meetingUid(std::string_view iCalUId);

}  // namespace crmdav::outlook
