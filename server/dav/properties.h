#pragma once
#include <span>

#include "protocol/dav/requests.h"
#include "protocol/dav/xml.h"
#include "server/dav/permit.h"
#include "server/dav/resource.h"

namespace crmdav {

/// What instructions change, collected so that all take effect or none does (RFC 4918 §9.2).
struct Patch {
    const Dav& dav;
    const Resource& resource;
    Collection changed;                     ///< of collections: their columns as they shall be
    std::vector<Store::DeadProperty> kept;  ///< values stored as XML
    std::optional<CollectionId> chosen{};   ///< the new default of the resource's home; 0: the usual one
};

/// A live property: the only place where its name, its carriers, its getter and its setter meet.
struct LiveProperty {
    QName name;
    Kinds on;      ///< resource kinds that carry it
    bool allprop;  ///< answered to DAV:allprop? (RFC 4791 §5.2 and others: mostly not)
    /// Appends what is inside the element; false: not set here, answer 404.
    bool (*write)(const Dav&, const Resource&, XmlWriter&);
    /// Takes the value over into the patch; Xml null: remove; none: protected.
    /// @throws DavError  what the propstat of this property says
    void (*set)(Patch&, const Xml*) = nullptr;
    bool kept = false;  ///< the value, once set, is stored as XML and read before `write` is asked
};

std::span<const LiveProperty> liveProperties();
/// The row that a resource of this kind carries, or null.
const LiveProperty* liveProperty(const QName& name, Kinds kind);

/// Do users have it for themselves on collections that belong to others? Name, colour, order.
bool isPersonal(const QName& name);

/// Dead properties (and kept values of live ones) by the name of their element.
using DeadProperties = std::vector<Store::DeadProperty>;
const Store::DeadProperty* findDead(const DeadProperties* dead, const QName& name);

/// Of one resource that isn't a member.
DeadProperties deadPropertiesOf(const Dav& dav, const Resource& resource);

/// Applies the instructions to the resource, all or none.
/// @returns  a response's propstats: what was done, or what failed with the rest as 424
struct PatchOutcome {
    bool done = false;
    std::string propstats;
};
PatchOutcome patch(const Dav& dav, const Resource& resource, std::span<const Instruction> instructions);

/// The same for a collection that is about to be made: collects without writing.
PatchOutcome collect(Patch& into, Kinds kind, std::span<const Instruction> instructions);

/// HTTP's content type of a member.
std::string_view contentTypeOf(Kinds kind);
/// Its entity tag as sent, with quotes; of a collection the state of its content.
std::string etagOf(const Resource& resource);

/// Limits that are told to clients.
namespace limits {
inline constexpr int maxAttendees = 100, maxInstances = 10'000;
// Bytes of one value; beyond it 507 (RFC 4918 §9.2.1).
inline constexpr std::size_t maxProperty = 262'144, maxName = 4'096;
}  // namespace limits
/// First and last time that a query may ask for; nullopt: any.
std::optional<Instant> earliestTime(const Config& config);
std::optional<Instant> latestTime(const Config& config);

}  // namespace crmdav
