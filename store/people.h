#pragma once
#include <optional>
#include <string>
#include <vector>

#include "store/objects.h"

/// Signing in: app passwords and their scopes, as plain values.
namespace crmdav {

/// What an app password opens. Empty scope: everything its user may do.
struct Scope {
    bool caldav = true, carddav = true, api = true;
    std::optional<CollectionId> collection;  ///< nothing but this collection
    bool readOnly = false;
    friend bool operator==(const Scope&, const Scope&) = default;
};

struct AppPassword {
    Id id;
    std::int64_t user = 0;
    std::string label;
    Scope scope;
    Instant created{};
    std::optional<Instant> expires, lastUsed, revoked;
    std::string lastAddress, lastAgent;
};

struct NewAppPassword {
    AppPassword password;
    std::string secret;  ///< shown once, never stored: xxxx-xxxx-xxxx-xxxx-xxxx
};

/// A browser in which somebody signed in to the console.
struct ConsoleSession {
    Id id;
    std::int64_t user = 0;
    Instant created{}, lastUsed{}, expires{};
    std::string address, agent;  ///< where it began
};

struct NewConsoleSession {
    ConsoleSession session;
    std::string secret;  ///< of its cookie, never stored: 32 letters
};

/// A user as the sign-in needs it.
struct Credentials {
    User user;
    std::string passwordHash;  ///< scrypt, see people.cpp; empty: no password set
};

struct Feed {
    Id id;
    std::int64_t user = 0;
    CollectionId collection = 0;
    std::string secret;  ///< part of the address; only known when it was just made, else empty
    Detail detail = Detail::busy;
    std::string label;
    Instant created{};
    std::optional<Instant> revoked;
};

}  // namespace crmdav
