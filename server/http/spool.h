#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace crmdav {

/// Where an answer's bytes leave to.
class Outlet {
public:
    virtual ~Outlet() = default;
    virtual void send(std::string_view bytes) = 0;  ///< waits for the client. @throws when it is gone or too slow
    /// What it takes at once. @returns how many bytes went. @throws when it is gone
    virtual std::size_t sendNow(std::string_view bytes) = 0;
    /// Waits until it takes some. @returns false: not within `patience`
    virtual bool ready(std::chrono::milliseconds patience) = 0;
    virtual bool open() { return true; }  ///< false: the client is gone, or no more is to be sent
};

/// A file for reading and writing, in $TMPDIR, or /var/tmp: a disk. @returns -1: none can be made (errno)
int openUnnamedFile();

/// How many bytes all spools of a listener may hold on disk.
class SpoolRoom {
public:
    explicit SpoolRoom(std::uint64_t bytes) : free_(static_cast<std::int64_t>(bytes)) {}
    bool take(std::uint64_t bytes) noexcept;
    void giveBack(std::uint64_t bytes) noexcept { free_ += static_cast<std::int64_t>(bytes); }

private:
    std::atomic<std::int64_t> free_;
};

/// Bytes on their way in a file without a name, first in, first out.
class SpoolFile {
public:
    /// @returns nullptr: no file can be made
    static std::unique_ptr<SpoolFile> open(SpoolRoom& room);
    SpoolFile(const SpoolFile&) = delete;
    SpoolFile& operator=(const SpoolFile&) = delete;
    ~SpoolFile();

    bool append(std::string_view bytes);  ///< false: no room, and nothing of it is kept
    /// The next bytes, read into `buffer`, at most its size. @throws std::system_error
    std::string_view front(std::string& buffer) const;
    void drop(std::size_t bytes);  ///< of the front
    bool empty() const noexcept { return read_ == written_; }

private:
    SpoolFile(int descriptor, SpoolRoom& room) : fd_(descriptor), room_(room) {}
    void clear() noexcept;

    int fd_;
    SpoolRoom& room_;
    std::uint64_t read_ = 0, written_ = 0;
};

/// An answer on its way out, at the pace at which it is made and not at the client's: whoever makes it may hold a
/// connection of the store. What a client doesn't take at once, and within a short patience, waits in a file.
class Outgoing {
public:
    Outgoing(Outlet& outlet, SpoolRoom& room) : outlet_(outlet), room_(room) {}
    Outgoing(const Outgoing&) = delete;
    Outgoing& operator=(const Outgoing&) = delete;

    /// @throws when the client is gone; or takes nothing for long while there is no room in the spool
    void write(std::string_view bytes);
    /// Waits until the client has all that was written.
    void finish();
    bool open() { return outlet_.open(); }
    std::uint64_t bytes() const noexcept { return bytes_; }  ///< written so far

private:
    std::size_t sendDirectly(std::string_view bytes, std::chrono::milliseconds& patience);
    void drainNow();
    void drain();

    Outlet& outlet_;
    SpoolRoom& room_;
    std::unique_ptr<SpoolFile> file_;
    std::string buffer_;
    std::uint64_t bytes_ = 0;
    std::chrono::milliseconds patience_{50};          ///< of an answer in all, before it goes to the file
    std::chrono::milliseconds lastPatience_{10'000};  ///< in all, when there is no room
};

}  // namespace crmdav
