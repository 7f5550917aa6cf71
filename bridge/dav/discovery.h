#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "bridge/dav/session.h"
#include "store/sync.h"

/// From an address that people know to the collections' homes (RFC 6764, 5397, 4791 §6.2.1, 6352 §7.1.1).
namespace crmdav {

struct DavHome {
    std::string base;                ///< where discovery began
    std::string principal;           ///< empty: the server told of none
    std::vector<std::string> homes;  ///< addresses of the collections' parents; empty: not known, or there are none
    friend bool operator==(const DavHome&, const DavHome&) = default;
};

/// What discovery finds. Kept between runs as JSON: only a cache.
struct DavFound {
    DavHome calendar, contacts;
    std::string inbox;                   ///< where scheduling messages arrive (RFC 6638 §2.2); empty: none
    std::vector<std::string> emails;     ///< of the owner, lower case
    std::vector<std::string> addresses;  ///< other calendar user addresses of the owner, as canonicalUrl or as written

    DavHome& of(SyncKind kind) { return kind == SyncKind::calendar ? calendar : contacts; }
    static DavFound parse(const std::string& json);  ///< empty where it is no such thing
    std::string json() const;
};

/// Finds the homes of one kind, and who the owner is.
/// @throws Refused  there is no such server, or it has nothing of that kind
DavFound discover(DavSession&, const DavLogin&, SyncKind, DavFound known);

}  // namespace crmdav
