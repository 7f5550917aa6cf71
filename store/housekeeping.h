#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "store/store.h"

/// What keeps a store well: verifying it, tending it, copying it.
namespace crmdav {

class Connection;
class Database;

/// Every record against its objects, indexes and change log (check.cpp). One line a fault, empty when clean.
std::vector<std::string> check(Connection&, const std::function<void(std::size_t done, std::size_t all)>& progress);

/// One slice of background work (backup.cpp's neighbour tend.cpp): horizons of series, trash older than 30 days,
/// tombstones older than a year. @returns true: more to do
bool tend(Database&);

Store::Figures figures(Connection&);

/// Puts a backup in the place of the store's file: checks that it is a store of crmdav that this program can read,
/// renews its epoch (every client syncs anew) and replaces the file in one step. The old file stays as
/// FILE.before-restore.
/// @throws StoreError  not a backup; or the store is open in another process
void restoreBackup(const StoreOptions&, const std::string& file);

}  // namespace crmdav
