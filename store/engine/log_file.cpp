#include "store/engine/log_file.h"

#include <sqlite3.h>

#include <new>
#include <stdexcept>
#include <string>

namespace crmdav {

namespace {

constexpr std::size_t most = 128 * 1024;

sqlite3_vfs* system = nullptr;  ///< SQLite's own way to files

/// A log: the system's file, and what is to be written to it next.
struct LogFile {
    sqlite3_file base;
    sqlite3_file* real;
    std::string* waiting;
    sqlite3_int64 at;  ///< where `waiting` belongs
};

LogFile& of(sqlite3_file* file) { return *reinterpret_cast<LogFile*>(file); }

int flush(LogFile& log) {
    if (log.waiting->empty()) return SQLITE_OK;
    const int code =
        log.real->pMethods->xWrite(log.real, log.waiting->data(), static_cast<int>(log.waiting->size()), log.at);
    log.waiting->clear();
    return code;
}

/// Calls a method of the system's file, after all that waits has reached it.
template <auto Method, class... Args>
int settled(sqlite3_file* file, Args... args) {
    LogFile& log = of(file);
    if (const int code = flush(log); code != SQLITE_OK) return code;
    return (log.real->pMethods->*Method)(log.real, args...);
}

template <auto Method, class... Args>
int passed(sqlite3_file* file, Args... args) {
    return (of(file).real->pMethods->*Method)(of(file).real, args...);
}

int closeLog(sqlite3_file* file) {
    LogFile& log = of(file);
    const int flushed = flush(log);
    delete log.waiting;
    const int closed = log.real->pMethods->xClose(log.real);
    return flushed != SQLITE_OK ? flushed : closed;
}

int writeLog(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
    LogFile& log = of(file);
    const auto length = static_cast<std::size_t>(size);
    const bool follows = at == log.at + static_cast<sqlite3_int64>(log.waiting->size());
    if (!follows || log.waiting->size() + length > most)
        if (const int code = flush(log); code != SQLITE_OK) return code;
    if (length > most) return log.real->pMethods->xWrite(log.real, bytes, size, at);
    try {
        if (log.waiting->empty()) log.at = at;
        log.waiting->append(static_cast<const char*>(bytes), length);
    } catch (const std::bad_alloc&) {
        return SQLITE_NOMEM;
    }
    return SQLITE_OK;
}

const sqlite3_io_methods methods = [] {
    sqlite3_io_methods own{};
    own.iVersion = 1;
    own.xClose = closeLog;
    own.xRead = settled<&sqlite3_io_methods::xRead, void*, int, sqlite3_int64>;
    own.xWrite = writeLog;
    own.xTruncate = settled<&sqlite3_io_methods::xTruncate, sqlite3_int64>;
    own.xSync = settled<&sqlite3_io_methods::xSync, int>;
    own.xFileSize = settled<&sqlite3_io_methods::xFileSize, sqlite3_int64*>;
    own.xLock = passed<&sqlite3_io_methods::xLock, int>;
    own.xUnlock = passed<&sqlite3_io_methods::xUnlock, int>;
    own.xCheckReservedLock = passed<&sqlite3_io_methods::xCheckReservedLock, int*>;
    own.xFileControl = settled<&sqlite3_io_methods::xFileControl, int, void*>;
    own.xSectorSize = passed<&sqlite3_io_methods::xSectorSize>;
    own.xDeviceCharacteristics = passed<&sqlite3_io_methods::xDeviceCharacteristics>;
    return own;
}();

/// Only a log is ours; any other file is the system's from here on.
int openFile(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* given) {
    if (!(flags & SQLITE_OPEN_WAL)) return system->xOpen(system, name, file, flags, given);
    LogFile& log = of(file);
    log = {{nullptr}, reinterpret_cast<sqlite3_file*>(&log + 1), nullptr, 0};
    const int code = system->xOpen(system, name, log.real, flags, given);
    if (code != SQLITE_OK) {
        if (log.real->pMethods) log.real->pMethods->xClose(log.real);
        return code;
    }
    log.waiting = new (std::nothrow) std::string;
    if (!log.waiting) {
        log.real->pMethods->xClose(log.real);
        return SQLITE_NOMEM;
    }
    log.base.pMethods = &methods;
    return SQLITE_OK;
}

}  // namespace

void gatherLogWrites() {
    system = sqlite3_vfs_find(nullptr);
    static sqlite3_vfs own = *system;  // its other methods don't care whose they are
    own.pNext = nullptr;
    own.zName = "crmdav";
    own.szOsFile = system->szOsFile + static_cast<int>(sizeof(LogFile));
    own.xOpen = openFile;
    if (sqlite3_vfs_register(&own, 1) != SQLITE_OK) throw std::runtime_error("SQLite takes no file system");
}

}  // namespace crmdav
