#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/booking/calendars.h"
#include "store/records/activities.h"
#include "store/records/contacts.h"

/// An appointment as other programs are told of it.
namespace crmdav {

class Connection;

/// What any colleague may see of it (rule F4): of private ones the times.
/// nullopt: not even that
std::optional<Activity> openTo(const StoredActivity&);

/// Its contacts that are there: those of participants who didn't decline, with the address they take part with, then
/// those that are linked by hand.
struct AppointmentContact {
    StoredContact contact;
    std::string address;  ///< empty: none is known
    bool takesPart = false;
};
/// @param all  also who is a contact of the owner's alone
std::vector<AppointmentContact> contactsOf(Connection&, const Activity&, bool all);

/// What is said beside it.
struct AppointmentNews {
    std::string_view ended{};  ///< cancelled, deleted, removed (from the calendar); empty: it takes place
    std::string_view more{};   ///< members of the object, as JSON, after a comma
};
std::string appointmentJson(Connection&, const StoredActivity&, const StoredCalendar&, const AppointmentNews&);

}  // namespace crmdav
