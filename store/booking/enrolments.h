#pragma once
#include <cstdint>

#include "store/model.h"

/// Which appointments are in the reminder campaign of their calendar, and when which step of it is due (rule E4). A
/// change only marks an appointment; what is marked is planned before anything fires.
namespace crmdav {

class Connection;

void enrol(Connection&, std::int64_t activity);
/// It changed: its reminders move with it. Nothing for what isn't enrolled.
void planAnew(Connection&, std::int64_t activity);
/// The calendar's steps changed.
void planAllAnew(Connection&, const Id& calendar);
/// It is gone for good.
void leaveCampaign(Connection&, std::int64_t activity);

/// There are some that planSome() would plan.
bool toBePlanned(Connection&);
/// Plans some of what is marked, and series whose plan ends soon. @returns true: there may be more
bool planSome(Connection&);

}  // namespace crmdav
