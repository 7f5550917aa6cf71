#pragma once

namespace crmdav {

class Bridge;
class Store;
class Log;
struct Config;

/// What every handler works with; all of it outlives the requests, and all of it is thread safe.
struct Context {
    Store& store;
    const Config& config;
    Log& log;
    Bridge* bridge = nullptr;  ///< null: no accounts are synced from here
};

}  // namespace crmdav
