#pragma once
#include <algorithm>
#include <array>
#include <map>

#include "protocol/dav/multistatus.h"
#include "server/dav/properties.h"
#include "server/dav/representation.h"

namespace crmdav {

/// The properties that a request asks for, worked out once, then answered for one resource after the other.
class Listing {
public:
    /// @param body  the request's document: the names asked for point into it. Null: none was sent
    /// @param zone  of floating times in expanded data
    Listing(DavPtr dav, std::shared_ptr<const XmlDocument> body, PropertiesWanted wanted,
            const ZonePtr& zone = utcZone());

    /// Are members' bytes needed?
    bool wantsBytes() const { return calendarData_ || addressData_; }
    /// What has to be read of the members of a collection.
    /// @param on  their kind
    MemberDetail detail(Kinds on) const;
    /// Can dead or kept properties of such a resource be in the answer? They cost a statement.
    bool wantsDead(Kinds on) const;

    /// Writes the DAV:response of a resource.
    void answer(Multistatus& to, const Resource& resource, const DeadProperties* dead) const;
    /// The same for one that stands alone, with its dead properties read if needed.
    void answerAlone(Multistatus& to, const Resource& resource) const;
    /// What goes into the response, without the response: for nested ones (expand-property).
    void write(XmlWriter& out, std::vector<PropFailure>& failures, const Resource& resource,
               const DeadProperties* dead) const;

private:
    struct Column {
        QName name;
        const LiveProperty* live;  ///< null: dead, or data of a member
        std::string open, close;   ///< its tags
    };
    static Column columnOf(const QName& name, const LiveProperty* live);
    const std::vector<Column>& columns(Kinds on) const;
    /// Is it asked how the asker has a collection that isn't theirs, and not read yet?
    bool needsDress(const Resource& resource) const;
    void writeNames(XmlWriter& out, const Resource& resource, const DeadProperties* dead) const;
    bool writeOne(XmlWriter& out, const Column& column, const Resource& resource, const DeadProperties* dead) const;

    DavPtr dav_;
    std::shared_ptr<const XmlDocument> body_;
    PropertiesWanted wanted_;
    std::optional<CalendarView> calendarData_;
    std::optional<CardView> addressData_;
    mutable std::array<std::optional<std::vector<Column>>, 16> columns_;  ///< by kind
};

/// The collections of a home, answered one after the other: what is dead or kept of them is read in one statement, once
/// the first of them needs it.
class CollectionRows {
public:
    CollectionRows(const Dav& dav, const Listing& listing, std::span<const Collection> collections);
    void answer(Multistatus& to, const Resource& collection);

private:
    const Dav& dav_;
    const Listing& listing_;
    std::vector<CollectionId> ids_;
    std::optional<std::map<CollectionId, DeadProperties>> dead_;
};

/// Members of one collection as resources, without looking each of them up.
class MemberRows {
public:
    /// @param collection  where they lie
    MemberRows(const Dav& dav, const Listing& listing, const Resource& collection);
    const Resource& at(const Member& member, std::string_view bytes);
    const DeadProperties* deadOf(const Member& member) const;
    /// What has to be read of the collection's members.
    MemberDetail detail() const { return detail_; }
    /// Address of a name in the collection.
    const std::string& href(std::string_view name);
    void answer(Multistatus& to, const Listing& listing, const Member& member, std::string_view bytes) {
        listing.answer(to, at(member, bytes), deadOf(member));
    }

private:
    Resource row_;
    std::size_t prefix_;
    MemberDetail detail_;
    std::map<MemberId, DeadProperties> dead_;
};

/// 207 with a streamed body.
Response multistatusResponse(const DavPtr& dav, std::function<void(Multistatus&)> write);

}  // namespace crmdav
