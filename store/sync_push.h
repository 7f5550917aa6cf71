#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/model.h"

/// Subscriptions to what providers notify of (A6, D30): what SyncStore remembers of them.
namespace crmdav {

enum class SyncKind;

/// A subscription for one collection, or that none could be had so far.
struct SyncPush {
    std::string id;  ///< as notifications name it
    Id account;
    SyncKind kind{};
    std::string collection;
    std::string resource;  ///< what the provider wants to know, beside the id, to end it
    std::string callback;  ///< the address that it calls
    std::string secret;    ///< SHA-256 of what notifications bring along; empty: the provider gave no subscription
    Instant renew{};       ///< to be prolonged, or asked for once more, from then on
    Instant until{};       ///< its end
};

class PushStore {
public:
    virtual ~PushStore() = default;
    virtual std::vector<SyncPush> pushes(const Id& account, SyncKind) const = 0;
    virtual std::optional<SyncPush> push(std::string_view id) const = 0;
    virtual void savePush(const SyncPush&) = 0;  ///< new, or instead of the one with its id
    virtual void removePush(std::string_view id) = 0;
    /// Sets SyncSide::wanted of a side that was started. Writes nothing where it is set.
    virtual void wake(const Id& account, SyncKind) = 0;
};

}  // namespace crmdav
