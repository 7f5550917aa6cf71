#pragma once
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/auth/identity.h"
#include "server/config.h"
#include "server/context.h"
#include "server/http/message.h"
#include "store/store.h"

namespace crmdav {

/// What lies at an address, as a bit; a set of them says where a property, report or method belongs.
using Kinds = unsigned;
namespace kind {
inline constexpr Kinds root = 1, principals = 2, users = 4, principal = 8, calendars = 16, books = 32,
                       calendarHome = 64, bookHome = 128, calendar = 256, inbox = 512, outbox = 1024, book = 2048,
                       event = 4096, card = 8192;
inline constexpr Kinds homes = calendarHome | bookHome, members = event | card,
                       calendarLike = calendar | inbox | outbox, collections = calendarLike | book,
                       principalCollections = principals | users, roots = root | calendars | books,
                       syncable = homes | calendar | inbox | book,
                       folders = roots | principalCollections | homes | collections | principal,
                       all = folders | members;
}  // namespace kind

/// One DAV request on its way; streams share it, so it holds no reference to what ends with the request.
struct Dav {
    const Context& context;
    Store& store;
    const Config& config;
    Identity who;
    std::string basePath;         ///< "" or "/crm": goes before every address
    std::string origin;           ///< https://host
    std::string agent;            ///< User-Agent
    bool minimal = false;         ///< Prefer: return=minimal (RFC 8144), or Brief: t
    bool representation = false;  ///< Prefer: return=representation
    bool noroot = false;          ///< Prefer: depth-noroot
    bool timezones = true;  ///< false: CalDAV-Timezones: F, VTIMEZONEs of the IANA database are left out (RFC 7809)
    Actor actor;
    mutable std::optional<Store::Usage> usage;  ///< of the asker, once it was asked for
    /// What the asker's homes list, once it was asked for: one answer is of one state of them.
    mutable std::array<std::optional<std::vector<Collection>>, 2> listed;
};
using DavPtr = std::shared_ptr<const Dav>;

/// A member that was looked up alone.
struct MemberFound {
    Member member;
    std::string bytes;
};

/// An address and what is there.
struct Resource {
    Kinds kind = 0;
    std::string href;                      ///< escaped, with the base path; ends in a slash for everything but members
    std::string name;                      ///< last segment, unescaped
    bool exists = true;                    ///< false: the parent is there, but nothing has this name
    bool foreign = false;                  ///< another user's home, or something in it (its names are never looked up)
    std::optional<User> owner;             ///< whose principal or home it is or lies in; of a team's principal the team
    std::optional<Collection> collection;  ///< the collection itself, or the one that holds the member
    const Member* member = nullptr;
    std::string_view bytes;                   ///< of the member, where they were read
    std::shared_ptr<const MemberFound> kept;  ///< what these point into when it was looked up alone

    Home home() const {
        return kind & (kind::bookHome | kind::book | kind::card | kind::books) ? Home::addressbooks : Home::calendars;
    }
    bool isCollection() const { return (kind & kind::members) == 0; }
    bool isTeam() const { return kind == kind::principal && owner->kind == UserKind::team; }
};

/// Resolves the path of a request. Members are not looked up (see requireMember): who reads or writes one does that in
/// the same statement.
/// @throws DavError 404: there can't be anything, or the user of the home doesn't exist
Resource resolve(const Dav& dav, const std::vector<std::string>& path, bool slash);

/// Resolves an href as clients send it in bodies and in Destination: an absolute path or a URL of this server.
/// nullopt: not an address of ours, or there can't be anything.
std::optional<Resource> resolveHref(const Dav& dav, std::string_view href);

std::string principalHref(const Dav& dav, std::string_view login);
std::string homeHref(const Dav& dav, std::string_view login, Home home);
/// Of a collection as it is mounted in `login`'s home.
std::string collectionHref(const Dav& dav, std::string_view login, const Collection& collection);

/// The collections of the asker's home that their devices list: not those they hid, and those that their password
/// opens. One that opens a single collection lists it all the same.
const std::vector<Collection>& visibleCollections(const Dav& dav, Home home);
/// The collection with the asker's own name, colour and order where it isn't theirs; a statement where that is unknown.
Collection asSeen(const Dav& dav, const Collection& collection);

Kinds kindOf(const Collection& collection);
/// The collection as a resource of the asker's own home.
Resource resourceOf(const Dav& dav, Collection collection);
Resource resourceOfHome(const Dav& dav, Home home);
Resource resourceOfUser(const Dav& dav, User user);  ///< or team, as Store::principal answers it

}  // namespace crmdav
