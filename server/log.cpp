#include "server/log.h"

#include <unistd.h>

#include <array>
#include <chrono>
#include <ctime>

namespace crmdav {
namespace {

constexpr std::array<std::string_view, 4> levelNames{"debug", "info", "warning", "error"};
constexpr std::size_t flushAt = 32'768;

/// "2026-11-20T09:00:00.123Z"; the part down to the second is made once a second and thread.
void appendTime(std::string& out) {
    const auto now =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    thread_local std::time_t lastSecond = 0;
    thread_local char text[32];
    const auto second = static_cast<std::time_t>(now / 1000);
    if (second != lastSecond) {
        std::tm utc{};
        gmtime_r(&second, &utc);
        std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
        lastSecond = second;
    }
    const auto ms = static_cast<int>(now % 1000);
    const char tail[] = {'.', static_cast<char>('0' + ms / 100), static_cast<char>('0' + ms / 10 % 10),
                         static_cast<char>('0' + ms % 10), 'Z'};
    out.append(text, 19).append(tail, sizeof tail);
}

void appendEscaped(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            (out += '\\') += c;
        } else if (byte < 0x20 || byte == 0x7f) {
            ((out += "\\u00") += hex[byte >> 4]) += hex[byte & 15];
        } else {
            out += c;
        }
    }
}

bool needsQuotes(std::string_view text) {
    if (text.empty()) return true;
    for (const char c : text)
        if (static_cast<unsigned char>(c) <= 0x20 || c == '"' || c == '\\' || c == '=' || c == 0x7f) return true;
    return false;
}

void appendText(std::string& out, LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
    appendTime(out);
    out.append(" ").append(levelNames[static_cast<std::size_t>(level)]).append(" ").append(event);
    for (const auto& [name, value] : fields) {
        out.append(" ").append(name).append("=");
        if (!needsQuotes(value)) {
            out += value;
            continue;
        }
        out += '"';
        appendEscaped(out, value);
        out += '"';
    }
    out += '\n';
}

void appendJson(std::string& out, LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
    out += "{\"time\":\"";
    appendTime(out);
    out.append("\",\"level\":\"").append(levelNames[static_cast<std::size_t>(level)]).append("\",\"event\":\"");
    appendEscaped(out, event);
    for (const auto& [name, value] : fields) {
        out.append("\",\"").append(name).append("\":\"");
        appendEscaped(out, value);
    }
    out += "\"}\n";
}

}  // namespace

Log::Log(int descriptor, LogLevel least, LogFormat format) : descriptor_(descriptor), least_(least), format_(format) {
    timer_ = std::thread([this] { flushNowAndThen(); });
}

Log::~Log() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    timer_.join();
}

void Log::write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
    if (!wants(level)) return;
    thread_local std::string line;
    line.clear();
    (format_ == LogFormat::json ? appendJson : appendText)(line, level, event, fields);
    const std::lock_guard lock(mutex_);
    if (buffer_.empty()) wake_.notify_one();
    buffer_ += line;
    if (level >= LogLevel::warning || buffer_.size() >= flushAt) writeOutLocked();
}

void Log::flush() {
    const std::lock_guard lock(mutex_);
    writeOutLocked();
}

void Log::writeOutLocked() {
    std::string_view rest = buffer_;
    while (!rest.empty()) {
        const auto written = ::write(descriptor_, rest.data(), rest.size());
        if (written <= 0) break;  // nowhere left to complain to
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    buffer_.clear();
}

/// Sleeps while there is nothing to write, so that an idle server stays idle.
void Log::flushNowAndThen() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        wake_.wait(lock, [this] { return stopping_ || !buffer_.empty(); });
        wake_.wait_for(lock, std::chrono::milliseconds(200), [this] { return stopping_; });
        writeOutLocked();
    }
    writeOutLocked();
}

}  // namespace crmdav
