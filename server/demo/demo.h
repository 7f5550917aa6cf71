#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

/// A small company's CRM, invented: Musterbach Software, its people, customers and a year of its calendar. The same
/// every time, but for the dates: they lie around the day it is made, so that the calendar looks alive.
namespace crmdav::demo {

struct Colleague {
    std::string_view login, name, zone;
    Role role;
    Detail visibility;
    std::string_view password;  ///< published: the demo is for a server that only this machine reaches
};

std::span<const Colleague> colleagues();

Actor theDemo();  ///< who makes what nobody of them made

enum class Made { now, before };

/// Makes it in an empty store; a store that has it already is left as it is.
/// @param today  the day the year is laid around
/// @throws std::runtime_error  the store holds another organisation
Made make(Store&, Instant today);

// ---------------------------------------------------------------- its parts, in this order

struct Cast {
    std::vector<User> users;  ///< as colleagues()
    std::vector<Company> companies;
    std::vector<Contact> contacts;  ///< with companyId
    std::vector<Deal> deals;
    std::vector<ActivityType> types;
};

void makePeople(Store&, Cast&);                         ///< organisation and users; people.cpp
void makeCustomers(Store&, Cast&);                      ///< companies, contacts with photos, deals; customers.cpp
void makeCalendar(Store&, const Cast&, Instant today);  ///< activities and tasks; calendar.cpp

void makeElsewhere(Store&, Instant today);  ///< a user who plays another provider; elsewhere.cpp

/// Anna's account at that provider, which is this server itself: made, or told its new address. @returns its id
Id connectElsewhere(Store&, const std::string& keyFile, const std::string& address);

/// A square PNG of some hundred bytes: up to two letters on coloured ground.
std::string avatar(std::string_view initials, std::size_t colour);

}  // namespace crmdav::demo
