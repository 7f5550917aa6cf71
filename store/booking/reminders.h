#pragma once

/// What fires of reminder campaigns (rule E4).
namespace crmdav {

class Connection;

/// postReminders() would do something.
bool hasReminders(Connection&);
/// See BookingStore::postReminders(). Nothing fires while something is to be planned.
bool postReminders(Connection&);

}  // namespace crmdav
