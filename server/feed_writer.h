#pragma once
#include <set>
#include <string>
#include <string_view>

#include "store/model.h"

namespace crmdav {

/// Writes a webcal feed (RFC 5545 in one VCALENDAR) from the objects of a calendar, cut down to a detail level: a
/// leaked address shows only what the level allows. Private and confidential events are busy blocks at every level; at
/// `busy` those that block no time aren't there at all. UIDs are hashed (with `key`) unless everything is
/// shown.
class FeedWriter {
public:
    /// @param key  the same as long as the feed lives, unknown to its readers: the feed's id
    FeedWriter(Detail detail, std::string key) : detail_(detail), key_(std::move(key)) {}

    static void begin(std::string& out, std::string_view name);
    /// Appends the events of one object; nothing when it can't be read.
    void add(std::string& out, std::string_view object);
    static void end(std::string& out);

private:
    std::string hiddenUid(std::string_view uid) const;

    const Detail detail_;
    const std::string key_;
    std::set<std::string, std::less<>> zones_;  ///< TZIDs whose VTIMEZONE is written already
};

}  // namespace crmdav
