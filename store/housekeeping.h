#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

/// What keeps a store well: verifying it, tending it, copying it.
namespace crmdav {

class Connection;
class Database;

/// Every record against its objects, indexes and change log (check.cpp). One line a fault, empty when clean.
std::vector<std::string> check(Connection&, const std::function<void(std::size_t done, std::size_t all)>& progress);

/// One slice of background work (backup.cpp's neighbour tend.cpp): horizons of series, trash older than 30 days,
/// tombstones older than a year, what the bridge doesn't remember for ever (sync/retention.h). @returns true: more to do
bool tend(Database&);

Store::Figures figures(Connection&);

/// A consistent copy in a new SQLite file, of a store on either engine, while it serves. @throws StoreError
void backupStore(Database&, const std::string& file);

/// Puts a backup in the place of the store: checks that it is a store of crmdav that this program can read, renews its
/// epoch (every client syncs anew) and replaces what is there in one step: a SQLite file stays as FILE.before-restore;
/// what a PostgreSQL database held goes into a backup of that name beside `file`.
/// @returns where the old store is now; empty: there was none
/// @throws StoreError  not a backup; or another process has the store open
std::string restoreBackup(const StoreOptions&, const std::string& file);

/// For a store that was put back to an earlier state by other means: renews its epoch, as restoreBackup() does, so that
/// no client goes on from a state that is no more. @throws StoreError  none there; or another process has it open
void renewStore(const StoreOptions&);

/// Whether a store's URL has a password in it: everybody on the machine can read a command line.
/// @throws StoreError  it names no engine
bool namesPassword(const std::string& url);

/// Told once a table is copied, and once it is compared.
using CopyProgress = std::function<void(std::string_view doing, std::string_view table, std::int64_t rows)>;

/// Copies the store to another URL, of either engine, where none may be yet. Everything that clients hold stays:
/// addresses, ETags, tokens, secrets. @returns false: the store has changed since
/// @throws StoreError  as in copy.h
bool copyStore(const StoreOptions&, const std::string& url, const CopyProgress& progress);

}  // namespace crmdav
