#pragma once
#include <string>
#include <vector>

#include "bridge/provider.h"

/// Activities ⇄ calendar objects of a DAV server (reference: RFC 4791 §4.1, 6638). Pure but for the clock's time that
/// is handed in.
namespace crmdav {

/// Whose calendar it is, and what may be written to it.
struct DavOwner {
    std::vector<std::string> emails;     ///< lower case; the first one invites
    std::vector<std::string> addresses;  ///< other calendar user addresses
    std::string principal;               ///< what relative addresses are relative to
    bool notifyGuests = false;           ///< B12
    bool wantsEnd = false;               ///< the server refuses events without end
    bool guests() const { return notifyGuests && !emails.empty(); }
};

/// @throws Refused  no calendar object
Remote parseEvent(const std::string& raw, const DavOwner&);
/// What parseEvent says after the activity was written as a new object. @throws Refused  no event
Activity heldEvent(const Activity&, const DavOwner&);
/// A new object. @param mark  becomes Remote::mark
std::string newEvent(const Activity&, const Id& mark, const DavOwner&, Instant now);
/// Only what differs is written; everything else stays byte for byte.
/// @throws Refused  the server would tell the guests (B12); it is no object of ours to change
std::string changedEvent(const std::string& raw, const Activity& before, const Activity& after, const DavOwner&,
                         Instant now);
/// Whether writing it may make the server send mails to guests (RFC 6638 §3.2.1).
bool wouldNotify(const std::string& raw, const DavOwner&);
/// The same object, for the server not to send anything because of it (RFC 6638 §7.1).
std::string unscheduled(const std::string& raw);

/// A record of the link that created it, as Remote::mark wants; empty: none.
std::string markIn(const Component& item);

}  // namespace crmdav
