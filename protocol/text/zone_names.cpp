#include <unicode/ucal.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <sstream>
#include <string>
#include <unordered_map>

#include "protocol/text/text_values.h"
#include "protocol/text/tzif.h"
#include "protocol/text/zones.h"

namespace crmdav {
namespace {

using namespace std::chrono;

constexpr const char* zoneFolder = "/usr/share/zoneinfo/";

struct Less {
    bool operator()(const std::string& a, const std::string& b) const {
        return std::lexicographical_compare(
            a.begin(), a.end(), b.begin(), b.end(),
            [](unsigned char x, unsigned char y) { return std::tolower(x) < std::tolower(y); });
    }
};

std::string readFile(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    return std::move(content).str();
}

// Every name of tzdata with the name it stands for today, found by any case.
using Names = std::map<std::string, std::string, Less>;

const Names& names() {
    static const Names table = [] {
        Names found;
        std::istringstream source(readFile(std::string(zoneFolder) + "tzdata.zi"));
        for (std::string kind, rest, line; std::getline(source, line);) {
            std::istringstream words(line);
            std::string first, second;
            words >> kind >> first >> second;
            if (kind == "Z") found.emplace(first, first);
            if (kind == "L") found.emplace(second, first);
        }
        for (const char* alias : {"UTC", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu"})
            found[alias] = "UTC";
        return found;
    }();
    return table;
}

std::string lookUp(std::string_view name) {
    const auto found = names().find(std::string(name));
    return found == names().end() ? std::string() : found->second;
}

std::string ofWindows(std::string_view name) {
    std::u16string wide;
    for (const char c : name) wide += static_cast<char16_t>(static_cast<unsigned char>(c));
    std::array<char16_t, 128> found{};
    UErrorCode error = U_ZERO_ERROR;
    const auto size = ucal_getTimeZoneIDForWindowsID(wide.data(), static_cast<int32_t>(wide.size()), nullptr,
                                                     found.data(), found.size(), &error);
    if (U_FAILURE(error) != 0 || size <= 0) return {};
    return lookUp(std::string(found.data(), found.data() + size));
}

// Windows display names that name no city of tzdata.
struct DisplayName {
    std::string_view text, windows;
};
constexpr DisplayName displayNames[] = {
    {"Alaska", "Alaskan Standard Time"},
    {"Arizona", "US Mountain Standard Time"},
    {"Atlantic Time (Canada)", "Atlantic Standard Time"},
    {"Azores", "Azores Standard Time"},
    {"Central America", "Central America Standard Time"},
    {"Central Time (US & Canada)", "Central Standard Time"},
    {"Coordinated Universal Time", "UTC"},
    {"Eastern Time (US & Canada)", "Eastern Standard Time"},
    {"Fiji", "Fiji Standard Time"},
    {"Greenland", "Greenland Standard Time"},
    {"Hawaii", "Hawaiian Standard Time"},
    {"Indiana (East)", "US Eastern Standard Time"},
    {"Islamabad", "Pakistan Standard Time"},
    {"Abu Dhabi", "Arabian Standard Time"},
    {"Cabo Verde Is.", "Cape Verde Standard Time"},
    {"Mountain Time (US & Canada)", "Mountain Standard Time"},
    {"Newfoundland", "Newfoundland Standard Time"},
    {"Pacific Time (US & Canada)", "Pacific Standard Time"},
    {"Saskatchewan", "Canada Central Standard Time"},
    {"Sri Jayawardenepura", "Sri Lanka Standard Time"},
    {"West Central Africa", "W. Central Africa Standard Time"},
};

std::string ofPlace(std::string_view place) {
    for (const auto& [text, windows] : displayNames)
        if (equalsIgnoreCase(text, place)) return ofWindows(windows);
    std::string city(place);
    std::replace(city.begin(), city.end(), ' ', '_');
    for (const auto& [name, current] : names()) {
        const auto slash = name.rfind('/');
        if (slash != std::string::npos && equalsIgnoreCase(std::string_view(name).substr(slash + 1), city))
            return current;
    }
    return {};
}

// "(UTC+01:00) Amsterdam, Berlin, Bern": the first place that tzdata knows, if the offset is right.
std::string ofDisplayName(std::string_view text) {
    const auto close = text.find(')');
    if (!(text.starts_with("(UTC") || text.starts_with("(GMT")) || close == std::string_view::npos) return {};
    std::string_view offset = text.substr(4, close - 4);
    std::int64_t expected = 0;
    if (offset.size() >= 6 && offset[3] == ':') {
        expected =
            ((offset[1] - '0') * 10 + (offset[2] - '0')) * 3600 + ((offset[4] - '0') * 10 + (offset[5] - '0')) * 60;
        if (offset[0] == '-') expected = -expected;
    }
    std::string place;
    for (const char c : std::string(text.substr(close + 1)) + ',') {
        if (c == '\\') continue;
        if (c != ',') {
            if (!place.empty() || c != ' ') place += c;
            continue;
        }
        const std::string name = ofPlace(place);
        if (const ZonePtr zone = name.empty() ? nullptr : findZone(name)) {
            const sys_days winter = 2025y / 1 / 15, summer = 2025y / 7 / 15;
            if (zone->offsetAt(winter).count() == expected || zone->offsetAt(summer).count() == expected) return name;
        }
        place.clear();
    }
    return {};
}

std::string_view cleaned(std::string_view tzid) {
    const auto junk = [](char c) { return c == ' ' || c == '\t' || c == '"' || c == '\''; };
    while (!tzid.empty() && junk(tzid.back())) tzid.remove_suffix(1);
    while (!tzid.empty() && junk(tzid.front())) tzid.remove_prefix(1);
    return tzid;
}

std::string resolve(std::string_view tzid) {
    tzid = cleaned(tzid);
    if (tzid.empty() || tzid.size() > 200) return {};
    if (std::string name = lookUp(tzid); !name.empty()) return name;
    // /freeassociation.sourceforge.net/Tzfile/Europe/Berlin, tzone://Microsoft/Utc: the longest known tail
    if (tzid.front() == '/' || tzid.find("://") != std::string_view::npos)
        for (auto slash = tzid.find('/'); slash != std::string_view::npos; slash = tzid.find('/', slash + 1))
            if (std::string name = lookUp(tzid.substr(slash + 1)); !name.empty()) return name;
    if (std::string name = ofWindows(tzid); !name.empty()) return name;
    return ofDisplayName(tzid);
}

struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};

// Spelling to zone. Spellings come from outside: only so many are remembered, unknown ones included.
class Known {
public:
    bool find(std::string_view tzid, ZonePtr& zone) const {
        const std::shared_lock lock(mutex_);
        const auto found = zones_.find(tzid);
        if (found == zones_.end()) return false;
        zone = found->second;
        return true;
    }
    void add(std::string_view tzid, const ZonePtr& zone) {
        const std::unique_lock lock(mutex_);
        if (zones_.size() < 2'000 && tzid.size() <= 200) zones_.emplace(std::string(tzid), zone);
    }

private:
    mutable std::shared_mutex mutex_;
    std::unordered_map<std::string, ZonePtr, Hash, std::equal_to<>> zones_;
};

Known& known() {
    static Known table;
    return table;
}

}  // namespace

std::string zoneDataVersion() {
    const std::filesystem::path folder(zoneFolder);
    std::string line;
    constexpr std::string_view heading = "# version ";
    if (std::ifstream rules(folder / "tzdata.zi"); std::getline(rules, line) && line.starts_with(heading))
        return line.substr(heading.size());
    if (std::ifstream version(folder / "+VERSION"); std::getline(version, line) && !line.empty()) return line;
    std::error_code error;
    std::filesystem::file_time_type newest{};
    bool any = false;
    for (std::filesystem::recursive_directory_iterator file(folder, error), end; !error && file != end;
         file.increment(error)) {
        const auto written = file->last_write_time(error);
        if (!error && (!any || written > newest)) newest = written, any = true;
    }
    return any ? "of " + std::to_string(newest.time_since_epoch().count()) : "";
}

ZonePtr findZone(std::string_view tzid) {
    ZonePtr zone;
    if (known().find(tzid, zone)) return zone;
    const std::string name = resolve(tzid);
    if (name == "UTC") {
        zone = utcZone();
    } else if (!name.empty() && !known().find(name, zone)) {
        zone = readTzif(name, readFile(zoneFolder + name));  // `name` is one of tzdata's own: no way out of the folder
        known().add(name, zone);
    }
    known().add(tzid, zone);
    return zone;
}

std::string ianaZoneId(std::string_view tzid) {
    const ZonePtr zone = findZone(tzid);
    return zone ? zone->id() : std::string();
}

std::vector<std::string> ianaZoneIds() {
    std::vector<std::string> all;
    for (const auto& [name, current] : names()) all.push_back(name);
    return all;
}

bool isIanaZoneId(std::string_view tzid) {
    const auto found = names().find(std::string(tzid));
    return found != names().end() && found->first == tzid;
}

std::string windowsZoneId(std::string_view iana) {
    const std::string name = ianaZoneId(iana);
    const std::u16string wide(name.begin(), name.end());
    std::array<char16_t, 128> found{};
    UErrorCode error = U_ZERO_ERROR;
    const auto size =
        ucal_getWindowsTimeZoneID(wide.data(), static_cast<int32_t>(wide.size()), found.data(), found.size(), &error);
    if (U_FAILURE(error) != 0 || size <= 0) return {};
    return {found.data(), found.data() + size};
}

}  // namespace crmdav
