#pragma once
#include <map>

#include "server/dav/resource.h"

namespace crmdav {

/// The state of a home as a sync token: every collection with the state of its content. So a later look finds what
/// changed in which, what is new, and what is gone, without a log of its own.
struct HomeState {
    struct Entry {
        std::int64_t counter = 0;  ///< of its content
        // While a sync of its members isn't done:
        std::int64_t begun = 0;    ///< where a first one began
        std::int64_t told = 0;     ///< the counter of which the collection itself was told
        std::int64_t updated = 0;  ///< of its properties, see propertiesOf()
        std::string name;
        bool veiled = false;  ///< read without the private objects
    };
    std::map<CollectionId, Entry> collections;
    std::string epoch;  ///< of the store: a restored one has another

    /// Rises with each change of the collection's properties, and of how the user has it.
    static std::int64_t propertiesOf(const Collection& collection);
    static HomeState of(const std::vector<Collection>& collections);
    /// nullopt: not written by token()
    static std::optional<HomeState> parse(std::string_view token);
    std::string token() const;
};

/// Token of the asker's home, as far as their password opens it.
std::string stateOf(const Dav& dav, const Resource& home);

/// The sync token of `collection` that stands for such a state of its content, and back.
std::string tokenAt(const Collection& collection, const HomeState::Entry& state);
void setContent(HomeState::Entry& state, std::string_view token);

}  // namespace crmdav
