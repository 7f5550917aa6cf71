#pragma once

/// Private objects of shared collections: who may only read doesn't get to know of them. `members.veiled` says of each
/// member: 0, everybody may see it; a change number, it was made private with that change; -1, it never was anything
/// else under this name.
namespace crmdav {

class Component;

/// Does the object, or a part of it, say CLASS:PRIVATE or CONFIDENTIAL? A value that nobody knows is meant like PRIVATE
/// (RFC 5545 §3.8.1.3).
bool isPrivate(const Component& root);

inline constexpr int neverOpen = -1;

/// Ends a condition on members `m` for those who don't get to see private ones.
#define OPEN_ONLY " AND m.veiled=0"

}  // namespace crmdav
