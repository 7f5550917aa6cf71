#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "store/store.h"

/// Files of calendars, cards and contact tables into a user's collections. No mail is sent and nobody is invited.
namespace crmdav {

struct ImportOptions {
    std::string calendar;  ///< name or display name of one of the user's calendars; empty: activities/ and tasks/
    std::string book;      ///< the same of an address book; empty: contacts/, companies of the file to companies/
    bool dryRun = false;   ///< read and check everything, write nothing
    /// Called now and then with how much of the file is done.
    std::function<void(std::uint64_t bytes, std::uint64_t all)> progress;
};

struct LeftOut {
    std::size_t line = 0;  ///< in the file, from 1
    std::string what;      ///< subject or name, as far as it could be read
    std::string why;
};

struct ImportReport {
    std::size_t created = 0, updated = 0, unchanged = 0;
    std::vector<LeftOut> leftOut;
    std::size_t read() const { return created + updated + unchanged + leftOut.size(); }
};

/// Reads a .ics (also vCalendar 1.0), .vcf (2.1, 3.0, 4.0) or .csv file; the content decides, not the name.
/// The same file again changes nothing: what has a UID is found by it, what has none gets one that follows from its
/// content (calendars and cards) or from email and name (tables). A broken item is left out with its line and reason,
/// and the others are stored. Memory is that of one object beside an index of the UIDs, whatever the file's size.
/// @throws std::runtime_error  the file can't be read, is none of these, or there is no such calendar or book
ImportReport importFile(Store&, const Actor&, const User&, const std::string& file, const ImportOptions&);

/// Everything that the user's homes hold into `directory`: calendars/NAME/ and addressbooks/NAME/ with each object as
/// it is stored, byte for byte; NAME.ics or NAME.vcf with all of them in one file; contacts.csv and activities.csv.
/// @returns objects written. @throws std::runtime_error  the folder isn't empty or can't be written
std::size_t exportAll(const Store&, const User&, const std::string& directory);

}  // namespace crmdav
