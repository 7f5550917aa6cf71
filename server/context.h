#pragma once

namespace crmdav {

class Store;
class Log;
struct Config;

/// What every handler works with; all of it outlives the requests, and all of it is thread safe.
struct Context {
    Store& store;
    const Config& config;
    Log& log;
};

}  // namespace crmdav
