#include "bridge/dav/dav_provider.h"

#include "bridge/dav/account.h"
#include "bridge/dav/busy_times.h"
#include "bridge/dav/card_form.h"
#include "bridge/dav/event_form.h"
#include "bridge/urls.h"
#include "protocol/text/text_values.h"
#include "protocol/text/vcard.h"

namespace crmdav {
namespace {

Instant now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

/// The object's text at the server, without what only we see.
std::string textOf(SyncKind kind, const RemoteItem& item) {
    return kind == SyncKind::contacts ? withoutGroups(item.raw) : item.raw;
}

/// Apple's servers want upper case (reference: icloud-dav §5); others don't mind.
std::string nameOf(SyncKind kind, const Id& key) {
    return upperAscii(key) + (kind == SyncKind::calendar ? ".ics" : ".vcf");
}

}  // namespace

struct DavProvider::Parts {
    Parts(HttpClient& http, DavLogin given) : account(http, std::move(given)) {}

    DavOwner owner() const {
        const DavFound& found = account.found();
        const DavLogin& login = account.login();
        DavOwner owner{found.emails, found.addresses, found.calendar.principal, login.notifyGuests, login.icloud};
        if (owner.emails.empty() && login.user.find('@') != std::string::npos)
            owner.emails.push_back(lowerAscii(login.user));
        return owner;
    }
    std::string newObject(SyncKind kind, const Id& key, Record record) const;
    std::string changedObject(SyncKind kind, DavCollection&, const RemoteItem& base, const Record& before,
                              const Record& after) const;
    std::optional<RemoteItem> one(OpenCollection& open, const std::string& name);
    Written written(OpenCollection& open, std::string name, const DavAnswered&, const std::string& bytes);
    Written putOver(OpenCollection& open, const RemoteItem& base, const std::string& bytes);

    DavAccount account;
    const SeenMembers* seen = nullptr;
};

std::string DavProvider::Parts::newObject(SyncKind kind, const Id& key, Record record) const {
    std::visit([&](auto& known) { known.uid = known.uid.empty() ? upperAscii(key) : known.uid; }, record);
    return kind == SyncKind::calendar ? newEvent(std::get<Activity>(record), key, owner(), now())
                                      : newCard(std::get<Contact>(record), key, now());
}

/// Of a card, what was read may be a conversion: what is stored is what is changed.
std::string DavProvider::Parts::changedObject(SyncKind kind, DavCollection& collection, const RemoteItem& base,
                                              const Record& before, const Record& after) const {
    if (kind == SyncKind::calendar)
        return changedEvent(base.raw, std::get<Activity>(before), std::get<Activity>(after), owner(), now());
    const auto stored = collection.get(base.id);
    if (!stored) throw Gone("The contact isn't there any more.");
    if (stored->bytes.empty()) throw Refused("The contact can't be read.");
    if (!stored->etag.empty() && stored->etag != base.version) throw Changed("The contact changed.");
    return changedCard(stored->bytes, std::get<Contact>(before), std::get<Contact>(after), now());
}

std::optional<RemoteItem> DavProvider::Parts::one(OpenCollection& open, const std::string& name) {
    auto items = open.collection.fetch(std::span(&name, 1));
    if (items.empty() || items.front().gone) return std::nullopt;
    open.groups.annotate(items);
    return std::move(items.front());
}

/// RFC 4791 §5.3.4: a strong ETag promises that the bytes are what was sent. Not all servers know: the first time, it
/// is looked at.
Written DavProvider::Parts::written(OpenCollection& open, std::string name, const DavAnswered& answered,
                                    const std::string& bytes) {
    const std::string etag(answered.header("ETag"));
    if (const std::string moved = open.collection.nameOf(answered.header("Location"));
        !answered.header("Location").empty() && !moved.empty())
        name = moved;
    const bool promised = etag.starts_with('"');
    if (promised && open.verbatim.value_or(false)) {
        RemoteItem item{name, etag, uidIn(bytes), bytes};
        std::vector<RemoteItem> items{std::move(item)};
        open.groups.annotate(items);
        return {std::move(items.front())};
    }
    auto item = one(open, name);
    if (!item) throw TryLater("The server took the record, and doesn't have it.");
    const bool same = textOf(open.collection.kind(), *item) == bytes;
    if (promised) open.verbatim = same && open.verbatim.value_or(true);
    return {std::move(*item), false, same ? std::string() : bytes};
}

Written DavProvider::Parts::putOver(OpenCollection& open, const RemoteItem& base, const std::string& bytes) {
    if (base.version.empty()) throw Refused("The server tells no versions: it can't be changed without a risk.");
    const auto answered = open.collection.put(base.id, bytes, {"If-Match", base.version});
    if (isGone(answered.status)) throw Gone("The record isn't there any more.");
    if (answered.status == 412) {
        auto there = one(open, base.id);
        if (!there) throw Gone("The record isn't there any more.");
        // It may be this very write: its connection broke, and it was sent once more.
        if (textOf(open.collection.kind(), *there) != bytes) throw Changed("The record changed.");
        return {std::move(*there)};
    }
    return written(open, base.id, answered, bytes);
}

DavProvider::DavProvider(HttpClient& http, DavLogin login) : parts_(std::make_unique<Parts>(http, std::move(login))) {}
DavProvider::~DavProvider() = default;

std::string DavProvider::found() const { return parts_->account.found().json(); }
RemoteIdentity DavProvider::identify() { return parts_->account.identify(); }
std::vector<RemoteCollection> DavProvider::collections(SyncKind kind) { return parts_->account.collections(kind); }
std::vector<RemoteGroup> DavProvider::groups() { return parts_->account.groups(); }

ChangePage DavProvider::changes(SyncKind kind, const std::string& collection, const std::string& cursor, Instant) {
    const SeenAfter seen = [&](const std::string& name, std::size_t limit) {
        return parts_->seen ? parts_->seen->after(collection, name, limit) : std::vector<SeenMember>();
    };
    return parts_->account.with(kind, collection,
                                [&](OpenCollection& open) { return open.groups.page(open.changes, cursor, seen); });
}

void DavProvider::setSeen(const SeenMembers& seen) { parts_->seen = &seen; }

std::optional<RemoteItem> DavProvider::read(SyncKind kind, const std::string& collection, const std::string& id) {
    return parts_->account.with(kind, collection, [&](OpenCollection& open) { return parts_->one(open, id); });
}

Written DavProvider::create(SyncKind kind, const std::string& collection, const Id& key, const Record& record) {
    const std::string name = nameOf(kind, key), bytes = parts_->newObject(kind, key, record);
    return parts_->account.with(kind, collection, [&](OpenCollection& open) {
        const auto answered = open.collection.put(name, bytes, {"If-None-Match", "*"});
        if (isGone(answered.status)) throw Refused("The server refused it: " + reasonOf(answered));
        if (answered.status != 412) {
            open.groups.join(uidIn(bytes));
            return parts_->written(open, name, answered, bytes);
        }
        // An earlier try got through, although its answer didn't (rule I1).
        auto item = parts_->one(open, name);
        if (!item) throw Refused("The server refused it: " + reasonOf(answered));
        if (item->uid != uidIn(bytes)) throw Refused("The server has another record in its place.");
        open.groups.join(item->uid);
        return Written{std::move(*item), true};
    });
}

/// Its name: servers and other clients may drop the mark, and nobody has to be asked.
std::string DavProvider::contactMadeBy(const std::string&, const Id& key) { return nameOf(SyncKind::contacts, key); }

Written DavProvider::update(SyncKind kind, const std::string& collection, const RemoteItem& base, const Record& before,
                            const Record& after) {
    return parts_->account.with(kind, collection, [&](OpenCollection& open) {
        const std::string bytes = parts_->changedObject(kind, open.collection, base, before, after);
        if (bytes == textOf(kind, base)) return Written{base};
        return parts_->putOver(open, base, bytes);
    });
}

void DavProvider::remove(SyncKind kind, const std::string& collection, const RemoteItem& base) {
    const bool quietly = !parts_->account.login().notifyGuests;
    if (kind == SyncKind::calendar && quietly && wouldNotify(base.raw, parts_->owner()))
        throw Refused("It has guests, whom the server would tell of the deletion.");
    parts_->account.with(kind, collection, [&](OpenCollection& open) {
        const auto answered = open.collection.remove(base.id, base.version, quietly);
        if (answered.status == 412 && parts_->one(open, base.id)) throw Changed("The record changed.");
        return 0;
    });
}

Written DavProvider::restore(SyncKind kind, const std::string& collection, const RemoteItem& was) {
    std::string bytes = textOf(kind, was);
    if (kind == SyncKind::calendar && wouldNotify(bytes, parts_->owner())) bytes = unscheduled(bytes);
    return parts_->account.with(kind, collection, [&](OpenCollection& open) {
        if (!was.version.empty()) {
            try {
                return parts_->putOver(open, was, bytes);
            } catch (const Gone&) {  // then it is made anew
            }
        }
        const auto answered = open.collection.put(was.id, bytes, {"If-None-Match", "*"});
        if (answered.status == 412) throw Changed("There is a record in its place.");
        if (isGone(answered.status)) throw Refused("The server refused it: " + reasonOf(answered));
        return parts_->written(open, was.id, answered, bytes);
    });
}

Remote DavProvider::parse(SyncKind kind, const std::string& raw) const {
    if (raw.empty()) throw Refused("The server doesn't hand it out.");
    return kind == SyncKind::calendar ? parseEvent(raw, parts_->owner()) : parseCard(raw);
}

Record DavProvider::held(const Record& record) const {
    if (const Activity* activity = std::get_if<Activity>(&record)) return heldEvent(*activity, parts_->owner());
    return heldContact(std::get<Contact>(record));
}

bool DavProvider::takesGuests() const { return parts_->owner().guests(); }

std::optional<std::string> DavProvider::photo(const std::string&, const RemoteItem& item) {
    const auto photo = photoOf(item.raw);
    if (!photo) return std::nullopt;
    std::string image = photo->uri.empty() ? photo->image : parts_->account.download(photo->uri);
    if (mediaTypeOf(image).empty()) return std::nullopt;
    return image;
}

std::vector<BusyPeriod> DavProvider::busy(const std::vector<std::string>& calendars, const TimeRange& range) {
    std::vector<BusyPeriod> periods;
    const ZonePtr own = findZone(parts_->account.login().zone);
    for (const std::string& calendar : calendars)
        parts_->account.with(SyncKind::calendar, calendar, [&](OpenCollection& open) {
            addBusyOf(open.collection, range, parts_->owner().emails, own ? own : utcZone(), periods);
            return 0;
        });
    return mergeBusy(std::move(periods), range);
}

}  // namespace crmdav
