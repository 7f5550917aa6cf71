#pragma once
#include <map>

#include "bridge/provider.h"

namespace crmdav {

/// What a run keeps in its store of what collections were seen to hold.
class SeenInMemory : public SeenMembers {
public:
    /// Keeps what a page says, as the reader does.
    void take(const std::string& collection, const ChangePage& page) {
        auto& known = all_[collection];
        if (page.listing && page.first) known.clear();
        for (const SeenMember& member : page.seen)
            if (member.gone)
                known.erase(member.name);
            else
                known[member.name] = member.version;
    }
    std::vector<SeenMember> after(const std::string& collection, const std::string& name,
                                  std::size_t limit) const override {
        std::vector<SeenMember> lot;
        const auto known = all_.find(collection);
        if (known == all_.end()) return lot;
        for (auto at = known->second.upper_bound(name); at != known->second.end() && lot.size() < limit; ++at)
            lot.push_back({at->first, at->second});
        return lot;
    }

private:
    std::map<std::string, std::map<std::string, std::int64_t>> all_;
};

}  // namespace crmdav
