#pragma once
#include <functional>
#include <string>

/// Verifies the records against their objects: what the mapping reads out of the bytes is what columns and child rows
/// say; links lead to what is there; columns for searching are those of the values.
namespace crmdav {

class Connection;

/// Hears of one fault, as a line that names the record and the field. @returns false: enough
using HearFault = std::function<bool(std::string line)>;

/// @param count  called for each record that was read
void checkRecords(Connection&, const HearFault& fault, const std::function<void()>& count);

}  // namespace crmdav
