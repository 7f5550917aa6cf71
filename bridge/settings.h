#pragma once
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "store/model.h"
#include "store/sync.h"

/// What an account's owner decides (rules A, B, D): kept as JSON in SyncSide::settings, and read by plan and run alone.
namespace crmdav {

/// `smart`, of calendars alone: two-way, but of the provider's events only those with a contact among their guests
/// (B4).
enum class Direction { oneWay, twoWay, smart };
/// What becomes of an activity whose event was deleted at the provider where it was born (C5).
enum class ProviderDeletes { cancel, remove, keep };

struct CalendarSettings {
    Direction direction = Direction::oneWay;
    std::vector<std::string>
        calendars;  ///< linked ones, by the provider's ids; what is born in the CRM goes to the first
    std::vector<std::string> conflicts;  ///< read for busy times only; linked ones are that by themselves
    std::vector<Id> types;               ///< activities of these are pushed (B7); empty: of all types
    Id saveAs;                           ///< type of activities born from events; empty: the default one
    bool push = true;                    ///< what is born in the CRM goes to this account: one of a user's (B13)
    bool includeInfo = false;            ///< contacts and deals stand in the description (B11)
    bool notifyGuests = false;           ///< the provider may write to guests (B12)
    bool skipPrivate = true;             ///< B8
    bool skipInternal = true;            ///< B9
    bool aloneIsBusy = false;            ///< events without guests take time and are no activities (B9)
    bool makeContacts = true;            ///< of unknown guests, in two-way mode (D12, E2)
    Id defaultCalendar;                  ///< appointment calendar that foreign events go into (E1); empty: none
    bool allowTrigger = false;           ///< what runs do to appointments fires its calendar's triggers (E3)
    ProviderDeletes providerDeletes = ProviderDeletes::cancel;
    std::string historySince;  ///< YYYY-MM-DD: past meetings are taken up since then (B15); empty: off
    friend bool operator==(const CalendarSettings&, const CalendarSettings&) = default;
};

struct ContactSettings {
    Direction direction = Direction::oneWay;
    std::vector<std::string> books;  ///< by the provider's ids
    std::string group;               ///< only those in it (D1); empty: all
    bool personal = false;           ///< they go to the user's private book, not to the organisation's
    bool keepPhotos = false;         ///< photos are kept in step, not only taken once (D11)
    friend bool operator==(const ContactSettings&, const ContactSettings&) = default;
};

/// A setting that isn't acceptable; `field` names it.
struct BadSetting : std::runtime_error {
    BadSetting(std::string name, const std::string& why) : std::runtime_error(why), field(std::move(name)) {}
    std::string field;
};

std::string encode(const CalendarSettings&);
std::string encode(const ContactSettings&);
/// What isn't named stays as in `before`. @throws BadSetting  unknown names, wrong types or values
CalendarSettings calendarSettings(const std::string& json, const CalendarSettings& before = {});
ContactSettings contactSettings(const std::string& json, const ContactSettings& before = {});

}  // namespace crmdav
