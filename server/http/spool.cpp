#include "server/http/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

namespace crmdav {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::size_t pieceBytes = 65'536;

}  // namespace

int openUnnamedFile() {
    const char* folder = std::getenv("TMPDIR");
    const std::string place = folder && *folder ? folder : "/var/tmp";
    const int made = ::open(place.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (made >= 0) return made;
    std::string name = place + "/crmdav-spool-XXXXXX";  // a file system that makes none without a name
    const int named = ::mkostemp(name.data(), O_CLOEXEC);
    if (named >= 0) ::unlink(name.c_str());
    return named;
}

bool SpoolRoom::take(std::uint64_t bytes) noexcept {
    const auto wanted = static_cast<std::int64_t>(bytes);
    if (free_.fetch_sub(wanted) >= wanted) return true;
    free_ += wanted;
    return false;
}

std::unique_ptr<SpoolFile> SpoolFile::open(SpoolRoom& room) {
    const int made = openUnnamedFile();
    return made < 0 ? nullptr : std::unique_ptr<SpoolFile>(new SpoolFile(made, room));
}

SpoolFile::~SpoolFile() {
    room_.giveBack(written_);
    ::close(fd_);
}

void SpoolFile::clear() noexcept {
    if (::ftruncate(fd_, 0) != 0) return;  // then it only stays as long as it is
    room_.giveBack(written_);
    read_ = written_ = 0;
}

bool SpoolFile::append(std::string_view bytes) {
    if (!room_.take(bytes.size())) return false;
    std::uint64_t at = written_;
    for (auto rest = bytes; !rest.empty();) {
        const auto put = ::pwrite(fd_, rest.data(), rest.size(), static_cast<off_t>(at));
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) {  // the disk is full: what was written lies beyond the end
            room_.giveBack(bytes.size());
            return false;
        }
        rest.remove_prefix(static_cast<std::size_t>(put));
        at += static_cast<std::uint64_t>(put);
    }
    written_ = at;
    return true;
}

std::string_view SpoolFile::front(std::string& buffer) const {
    const auto most = std::min<std::uint64_t>(buffer.size(), written_ - read_);
    while (true) {
        const auto got = ::pread(fd_, buffer.data(), most, static_cast<off_t>(read_));
        if (got > 0) return {buffer.data(), static_cast<std::size_t>(got)};
        if (got == 0 || errno != EINTR) throw std::system_error(errno, std::generic_category(), "spool");
    }
}

void SpoolFile::drop(std::size_t bytes) {
    read_ += bytes;
    if (empty()) clear();
}

/// @param patience  how long it may wait; what it waited is taken off. @returns how many bytes went
std::size_t Outgoing::sendDirectly(std::string_view bytes, std::chrono::milliseconds& patience) {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const auto went = outlet_.sendNow(bytes.substr(sent));
        sent += went;
        if (went != 0) continue;
        const auto from = Steady::now();
        const bool goesOn = patience.count() > 0 && outlet_.ready(patience);
        patience -= std::chrono::ceil<std::chrono::milliseconds>(Steady::now() - from);
        if (!goesOn) break;
    }
    return sent;
}

/// As much of the file as the client takes at once.
void Outgoing::drainNow() {
    while (!file_->empty() && outlet_.ready(std::chrono::milliseconds(0))) {
        const auto bytes = file_->front(buffer_);
        const auto went = outlet_.sendNow(bytes);
        file_->drop(went);
        if (went < bytes.size()) return;
    }
}

void Outgoing::drain() {
    while (!file_->empty()) {
        const auto bytes = file_->front(buffer_);
        outlet_.send(bytes);
        file_->drop(bytes.size());
    }
}

void Outgoing::write(std::string_view bytes) {
    bytes_ += bytes.size();
    if (file_) drainNow();
    if (!file_ || file_->empty()) bytes.remove_prefix(sendDirectly(bytes, patience_));
    if (bytes.empty()) return;
    if (!file_ && (file_ = SpoolFile::open(room_))) buffer_.resize(pieceBytes);
    if (file_ && file_->append(bytes)) return;
    while (file_ && !file_->empty()) {  // no room: now the client has to take it
        const auto front = file_->front(buffer_);
        const auto went = sendDirectly(front, lastPatience_);
        file_->drop(went);
        if (went < front.size()) throw std::runtime_error("no room in the spool for a slow client's answer");
    }
    if (sendDirectly(bytes, lastPatience_) < bytes.size())
        throw std::runtime_error("no room in the spool for a slow client's answer");
}

void Outgoing::finish() {
    if (file_) drain();
}

}  // namespace crmdav
