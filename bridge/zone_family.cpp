#include "bridge/zone_family.h"

#include <map>
#include <mutex>

#include "protocol/text/zones.h"

namespace crmdav {
namespace {

using namespace std::chrono;

/// At the middle of each month for twenty years: the past is over, and rules of the future are the last ones known.
bool goAlike(const Zone& a, const Zone& b) {
    constexpr local_days first{year{2026} / January / 15};
    for (int month = 0; month < 240; ++month) {
        const LocalTime probe = first + days(30) * month;
        if (a.toUtc(probe) != b.toUtc(probe)) return false;
    }
    return true;
}

std::string familyOf(const std::string& zone) {
    const ZonePtr own = findZone(zone);
    if (!own) return zone;
    const ZonePtr head = findZone(windowsZoneId(own->id()));
    return head && goAlike(*own, *head) ? head->id() : own->id();
}

}  // namespace

std::string zoneFamily(const std::string& zone) {
    constexpr std::size_t most = 2000;  // there are 600 zones; spellings come from outside
    static std::mutex mutex;
    static std::map<std::string, std::string> known;
    const std::lock_guard lock(mutex);
    const auto found = known.find(zone);
    if (found != known.end()) return found->second;
    if (known.size() == most) known.clear();
    return known[zone] = familyOf(zone);
}

}  // namespace crmdav
