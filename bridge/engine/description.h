#pragma once
#include <string>
#include <string_view>

#include "store/store.h"

/// What the bridge adds to an event's description at the provider, and cuts off again when it comes back (B11, B12): so
/// that it never enters the CRM's notes, never grows and never counts as a change. Pure but for infoOf().
namespace crmdav {

/// Empty block: the notes alone.
std::string withBlock(std::string_view notes, std::string_view block);
/// Whatever became of the white space around it on its way.
std::string withoutBlock(std::string_view notes);

/// @param info    linked contacts' name, email, phone, company, and deals' name, stage, value
/// @param guests  who takes part, where the provider may not be told in its own way
std::string infoOf(const Store&, std::int64_t user, const Activity&, bool info, bool guests);

}  // namespace crmdav
