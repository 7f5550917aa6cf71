#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crmdav {

/// Names of a collection's members, and which version each is, in as little memory as it takes: there may be 100,000.
class DavMembers {
public:
    struct Member {
        std::string_view name;      ///< last segment of its address, percent-encoded as canonicalUrl does
        std::uint64_t version = 0;  ///< digest of its ETag
        bool gone = false;
    };
    static std::uint64_t digest(std::string_view etag);

    void add(std::string_view name, std::uint64_t version, bool gone = false);
    /// Each name once – the last one added counts –, in their order. To be called before anything is asked.
    void settle();

    std::size_t size() const { return entries_.size(); }
    Member operator[](std::size_t at) const;
    /// Of the first member behind this name.
    std::size_t after(std::string_view name) const;

private:
    struct Entry {
        std::uint64_t version;
        std::uint32_t at, size : 31, gone : 1;  ///< of the name in names_
    };
    std::string_view nameOf(const Entry& entry) const { return {names_.data() + entry.at, entry.size}; }

    std::string names_;
    std::vector<Entry> entries_;
};

}  // namespace crmdav
