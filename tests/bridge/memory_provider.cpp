#include "tests/bridge/memory_provider.h"

#include <algorithm>
#include <ranges>

#include "protocol/text/freebusy.h"
#include "store/records/activity_ical.h"
#include "store/records/contact_vcard.h"

namespace crmdav {
namespace {

using namespace std::chrono;

Instant now() { return floor<seconds>(system_clock::now()); }

std::string uidOf(const std::string& raw) {
    const auto at = raw.find("\nUID:");
    return at == std::string::npos ? std::string() : raw.substr(at + 5, raw.find_first_of("\r\n", at + 5) - at - 5);
}

std::string asBytes(const Record& record, const Id& key, const Id& mark) {
    if (const auto* activity = std::get_if<Activity>(&record)) {
        Activity made = *activity;
        if (made.uid.empty()) made.uid = key;
        return makeCalendar(made, {}, now()).bytes();
    }
    Contact made = std::get<Contact>(record);
    made.id = mark;
    if (made.uid.empty()) made.uid = key;
    return makeCard(made, now()).bytes();
}

}  // namespace

/// What happens around each call.
struct MemoryProvider::Call {
    Call(MemoryServer& s, std::string what, bool writes) : server(s), name(std::move(what)) {
        ++server.calls;
        server.writes += writes;
        if (server.fault) server.fault(name, false);
    }
    void end() {
        if (server.fault) server.fault(name, true);
    }
    MemoryServer& server;
    std::string name;
};

std::string MemoryServer::put(const std::string& collection, const std::string& id, const std::string& raw) {
    auto& object = collections[collection][id];
    object.raw = raw;
    object.uid = uidOf(raw);
    object.version = ++clock;
    object.gone = false;
    return id;
}

void MemoryServer::remove(const std::string& collection, const std::string& id) {
    auto& object = collections.at(collection).at(id);
    object.gone = true;
    object.version = ++clock;
}

std::vector<std::string> MemoryServer::ids(const std::string& collection) const {
    std::vector<std::string> list;
    const auto found = collections.find(collection);
    if (found == collections.end()) return list;
    for (const auto& [id, object] : found->second)
        if (!object.gone) list.push_back(id);
    return list;
}

const MemoryServer::Object& MemoryServer::at(const std::string& collection, const std::string& id) const {
    return collections.at(collection).at(id);
}

RemoteIdentity MemoryProvider::identify() {
    Call call(server_, "identify", false);
    return {server_.emails.front(), server_.emails.front(), server_.emails};
}

std::vector<RemoteCollection> MemoryProvider::collections(SyncKind) {
    Call call(server_, "collections", false);
    std::vector<RemoteCollection> list;
    for (const auto& [id, objects] : server_.collections) {
        const bool busyOnly = server_.busyOnly.contains(id), writable = !busyOnly && !server_.readOnly.contains(id);
        list.push_back({id, id, {}, {}, writable, list.empty(), busyOnly});
    }
    return list;
}

RemoteItem MemoryProvider::itemOf(const std::string& id, const MemoryServer::Object& object) const {
    if (object.gone) return {id, std::to_string(object.version), object.uid, {}, true, false};
    return {id, std::to_string(object.version), object.uid, object.raw, false, false};
}

ChangePage MemoryProvider::changes(SyncKind, const std::string& collection, const std::string& cursor, Instant) {
    Call call(server_, "changes", false);
    if (server_.busyOnly.contains(collection)) throw CollectionGone(collection + " can't be read");
    // "L12": a listing that has come to version 12; "12": changes after it.
    const bool listing = cursor.empty() || cursor[0] == 'L';
    const std::int64_t since = cursor.empty() ? 0 : std::stoll(cursor.substr(listing ? 1 : 0));
    if (!listing && since < server_.oldest) throw CursorExpired("the position is too old");
    if (server_.stutters && server_.stutters() && !cursor.ends_with('s')) return stutter(collection, cursor, listing);
    std::vector<std::pair<std::int64_t, std::string>> found;
    for (const auto& [id, object] : server_.collections[collection])
        // What is deleted while a listing goes on is told of in its later pages.
        if (object.version > since && !(listing && ((object.gone && cursor.empty()) || server_.hideAll)))
            found.emplace_back(object.version, id);
    std::ranges::sort(found);
    ChangePage page;
    page.listing = listing;
    page.first = cursor.empty();
    page.more = found.size() > server_.page;
    if (page.more) found.resize(server_.page);
    for (const auto& [version, id] : found) page.items.push_back(itemOf(id, server_.collections[collection][id]));
    page.cursor = (page.more && listing ? "L" : "") +
                  std::to_string(page.more ? found.back().first : std::max(server_.clock, server_.oldest));
    call.end();
    return page;
}

/// An empty page, or what was listed already, and the next one is where it would have been.
ChangePage MemoryProvider::stutter(const std::string& collection, const std::string& cursor, bool listing) {
    ChangePage page;
    page.listing = listing;
    page.first = cursor.empty();
    page.more = true;
    page.cursor = (cursor.empty() ? "L0" : cursor) + "s";
    for (const auto& [id, object] : server_.collections[collection])
        if (!object.gone && object.version <= std::stoll(page.cursor.substr(listing ? 1 : 0)))
            page.items.push_back(itemOf(id, object));
    return page;
}

std::optional<RemoteItem> MemoryProvider::read(SyncKind, const std::string& collection, const std::string& id) {
    Call call(server_, "read", false);
    if (server_.busyOnly.contains(collection)) throw CollectionGone(collection + " can't be read");
    auto& objects = server_.collections[collection];
    const auto found = objects.find(id);
    return found == objects.end() || found->second.gone ? std::nullopt : std::optional(itemOf(id, found->second));
}

Written MemoryProvider::create(SyncKind, const std::string& collection, const Id& key, const Record& record) {
    Call call(server_, "create", true);
    requireWritable(collection);
    for (auto& [id, object] : server_.collections[collection])
        if (object.key == key && !object.gone) return {itemOf(id, object), true};
    const std::string id = "n" + std::to_string(++server_.made);
    server_.put(collection, id, asBytes(held(record), key, server_.marks ? key : Id()));
    server_.collections[collection][id].key = key;
    const Written made{itemOf(id, server_.at(collection, id))};
    call.end();  // after which others may edit it
    return made;
}

std::string MemoryProvider::contactMadeBy(const std::string& collection, const Id& key) {
    Call call(server_, "made", false);
    for (const auto& [id, object] : server_.collections[collection])
        if (object.key == key && !object.gone) return id;
    return {};
}

void MemoryProvider::requireWritable(const std::string& collection) const {
    if (server_.readOnly.contains(collection)) throw CollectionGone(collection + " can't be written to");
}

MemoryServer::Object& MemoryProvider::current(const std::string& collection, const RemoteItem& base) {
    auto& objects = server_.collections[collection];
    const auto found = objects.find(base.id);
    if (found == objects.end() || found->second.gone) throw Gone("it isn't there any more");
    if (std::to_string(found->second.version) != base.version) throw Changed("it has changed");
    return found->second;
}

Written MemoryProvider::update(SyncKind kind, const std::string& collection, const RemoteItem& base,
                               const Record& before, const Record& after) {
    Call call(server_, "update", true);
    requireWritable(collection);
    auto& object = current(collection, base);
    Document document = Document::parse(object.raw);
    const Record wanted = held(after);
    if (kind == SyncKind::calendar) {
        Activity activity = std::get<Activity>(wanted);
        if (!server_.guests) activity.participants = std::get<Activity>(before).participants;
        overlayActivity(document, std::get<Activity>(before), activity, {}, now());
    } else {
        overlayContact(document, std::get<Contact>(before), std::get<Contact>(wanted), now());
    }
    server_.put(collection, base.id, document.bytes());
    const Written written{itemOf(base.id, object)};
    call.end();
    return written;
}

void MemoryProvider::remove(SyncKind, const std::string& collection, const RemoteItem& base) {
    Call call(server_, "remove", true);
    requireWritable(collection);
    try {
        current(collection, base);
    } catch (const Gone&) {
        return;
    }
    server_.remove(collection, base.id);
    call.end();
}

Written MemoryProvider::restore(SyncKind, const std::string& collection, const RemoteItem& was) {
    Call call(server_, "restore", true);
    server_.put(collection, was.id, was.raw);
    call.end();
    return {itemOf(was.id, server_.at(collection, was.id))};
}

Remote MemoryProvider::parse(SyncKind kind, const std::string& raw) const {
    Remote remote;
    const Document document = Document::parse(raw);
    if (kind == SyncKind::calendar) {
        Activity activity = readActivity(document, {}, {});
        const auto organizer = std::ranges::find_if(activity.participants, &Participant::organizer);
        remote.organised = organizer == activity.participants.end() ||
                           std::ranges::find(server_.emails, organizer->email) != server_.emails.end();
        remote.record = std::move(activity);
    } else {
        remote.record = readContact(document);
        if (const auto at = raw.find("\nX-CRMDAV-ID:"); at != std::string::npos)
            remote.mark = raw.substr(at + 13, raw.find('\r', at + 13) - at - 13);
        remote.hasPhoto = readPhoto(document).has_value();
        if (raw.find("CATEGORIES:friends") != std::string::npos) remote.groups.emplace_back("friends");
    }
    if (const auto at = raw.find("\nX-TEST-MODIFIED:"); at != std::string::npos && server_.tellsTimes)
        remote.modified = Instant(seconds(std::stoll(raw.substr(at + 17))));
    return remote;
}

Record MemoryProvider::held(const Record& record) const {
    Record kept = record;
    if (auto* activity = std::get_if<Activity>(&kept)) {
        if (!server_.guests) activity->participants.clear();
        if (server_.coarse) activity->reminders.clear();
    } else if (server_.coarse) {
        auto& emails = std::get<Contact>(kept).emails;
        if (emails.size() > 3) emails.resize(3);
    }
    return kept;
}

std::vector<BusyPeriod> MemoryProvider::busy(const std::vector<std::string>& calendars, const TimeRange& range) {
    Call call(server_, "busy", false);
    std::vector<BusyPeriod> periods;
    for (const std::string& calendar : calendars) {
        const auto found = server_.collections.find(calendar);
        if (found == server_.collections.end()) throw CollectionGone("there is no " + calendar);
        for (const auto& [id, object] : found->second) {
            if (object.gone) continue;
            const Document document = Document::parse(object.raw);
            addBusy(CalendarItem(document.root(), utcZone()), range, {}, {}, periods);
        }
    }
    return mergeBusy(std::move(periods), range);
}

std::optional<std::string> MemoryProvider::photo(const std::string& collection, const RemoteItem& item) {
    Call call(server_, "photo", false);
    return readPhoto(Document::parse(server_.at(collection, item.id).raw));
}

}  // namespace crmdav
