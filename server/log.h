#pragma once
#include <atomic>
#include <condition_variable>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace crmdav {

enum class LogLevel { debug, info, warning, error };
enum class LogFormat { text, json };

/// One `name=value` of a log line. Values are escaped on writing: a hostile value can't forge a line.
struct LogField {
    std::string_view name;
    std::string_view value;
};

/// Lines of text or JSON to one file descriptor. A line costs an append to a buffer; a timer (and every warning or
/// error) writes the buffer out. Never give it a secret.
class Log {
public:
    explicit Log(int descriptor = 2, LogLevel least = LogLevel::info, LogFormat format = LogFormat::text);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    bool wants(LogLevel level) const noexcept { return level >= least_; }
    /// @param event  what happened, in a few words without values: "request", "sign-in refused", "started"
    void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});
    void info(std::string_view event, std::initializer_list<LogField> f = {}) { write(LogLevel::info, event, f); }
    void warning(std::string_view event, std::initializer_list<LogField> f = {}) { write(LogLevel::warning, event, f); }
    void error(std::string_view event, std::initializer_list<LogField> f = {}) { write(LogLevel::error, event, f); }
    void flush();

private:
    void writeOutLocked();
    void flushNowAndThen();

    const int descriptor_;
    const LogLevel least_;
    const LogFormat format_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::string buffer_;
    bool stopping_ = false;
    std::thread timer_;
};

}  // namespace crmdav
