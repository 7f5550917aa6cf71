#include "bridge/dav/members.h"

#include <algorithm>

namespace crmdav {

/// FNV-1a.
std::uint64_t DavMembers::digest(std::string_view etag) {
    std::uint64_t hash = 14'695'981'039'346'656'037U;
    for (const char c : etag) hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
    return hash;
}

void DavMembers::add(std::string_view name, std::uint64_t version, bool gone) {
    entries_.push_back({version, static_cast<std::uint32_t>(names_.size()),
                        static_cast<std::uint32_t>(name.size()) & 0x7fff'ffffU, gone});
    names_ += name;
}

void DavMembers::settle() {
    std::ranges::stable_sort(entries_, {}, [this](const Entry& entry) { return nameOf(entry); });
    std::size_t once = 0;
    for (const Entry& entry : entries_) {
        if (once > 0 && nameOf(entries_[once - 1]) == nameOf(entry)) --once;
        entries_[once++] = entry;
    }
    entries_.resize(once);
}

DavMembers::Member DavMembers::operator[](std::size_t at) const {
    const Entry& entry = entries_[at];
    return {nameOf(entry), entry.version, entry.gone != 0};
}

std::size_t DavMembers::after(std::string_view name) const {
    const auto found =
        std::ranges::upper_bound(entries_, name, {}, [this](const Entry& entry) { return nameOf(entry); });
    return static_cast<std::size_t>(found - entries_.begin());
}

}  // namespace crmdav
