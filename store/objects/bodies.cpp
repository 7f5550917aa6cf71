#include "store/objects/bodies.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace crmdav {
namespace {

constexpr std::size_t large = 262'144, roomForLarge = 16'777'216;

std::mutex lock;
std::condition_variable freed;
std::size_t room = roomForLarge;
thread_local int mine = 0;  ///< large ones that this thread has: it never waits for itself

}  // namespace

void Body::Share::take(std::size_t bytes) {
    if (bytes <= large) return;
    if (mine == 0) {
        const auto wanted = std::min(bytes, roomForLarge);
        std::unique_lock guard(lock);
        freed.wait(guard, [&] { return room >= wanted; });
        room -= wanted;
        taken = wanted;
    }
    counted = true;
    ++mine;
}

Body::Share::~Share() {
    if (counted) --mine;
    if (taken == 0) return;
    {
        const std::lock_guard guard(lock);
        room += taken;
    }
    freed.notify_all();
}

Body::Body(Connection& db, const Member& member, const Rows& row, int column) {
    if (row.isNull(column))
        read(db, member);
    else
        bytes_ = row.blob(column);
}

Body::Body(Connection& db, const Member& member) { read(db, member); }

void Body::read(Connection& db, const Member& member) {
    if (member.id == 0) return;
    share_.take(static_cast<std::size_t>(member.size));
    row_.emplace(db.query("SELECT b.content FROM members m JOIN bodies b ON b.id=m.body WHERE m.id=?", member.id));
    if (row_->next()) bytes_ = row_->blob(0);
}

}  // namespace crmdav
