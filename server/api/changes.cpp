#include <charconv>

#include "server/api/events.h"
#include "server/api/fields.h"
#include "server/api/routes.h"

/// What happened, and back: the change feed, history, trash, undo.
namespace crmdav {

/// What an undo of a device asks for.
struct UndoWish {
    std::int64_t entry = 0;
    std::string login, device;
    std::optional<Instant> from, until;
    bool dryRun = false;
};

template <>
std::span<const Field<UndoWish>> fieldsOf() {
    using T = UndoWish;
    static const Field<T> rows[] = {
        field<T, &T::entry>("entry", "Undo this one entry of the history: its record becomes what it was before."),
        field<T, &T::device>("device", "Or all that this device (label of an app password) did …"),
        field<T, &T::login>("login", "… of this user (only admins name others) …"),
        field<T, &T::from>("from", "… from this moment …"),
        field<T, &T::until>("until", "… until this one."),
        field<T, &T::dryRun>("dryRun", "Only say what would be undone."),
    };
    return rows;
}

namespace {

/// An owner is kept by number; the API names users by their login.
std::string shownValue(const Call& call, const FieldChange& change, const std::string& value) {
    std::int64_t user = 0;
    if (change.field != "owner" || std::from_chars(value.data(), value.data() + value.size(), user).ec != std::errc{})
        return value;
    return call.directory.login(user);
}

std::string plainTextSchema() { return R"({"type":"string"})"; }

}  // namespace

template <>
std::span<const Field<FieldChange>> fieldsOf() {
    using T = FieldChange;
    static const Field<T> rows[] = {
        readOnly<T, &T::field>("field", "Which field."),
        {"before", "Its value before.", plainTextSchema,
         [](const Call& call, JsonWriter& out, const T& change) { out.text(shownValue(call, change, change.before)); }},
        {"after", "Its value after; of an owner the login, empty: nobody, the organisation.", plainTextSchema,
         [](const Call& call, JsonWriter& out, const T& change) { out.text(shownValue(call, change, change.after)); }},
    };
    return rows;
}

namespace {

std::vector<Field<HistoryEntry>> changeRows() {
    using T = HistoryEntry;
    return {
        readOnly<T, &T::id>("id", "Rises with time: the cursor."),
        readOnly<T, &T::at>("at", "When."),
        {"kind", "contact, company, deal, activity, object, collection, user, setting, team.", plainTextSchema,
         [](const Call&, JsonWriter& out, const T& entry) { out.text(kindName(entry.kind)); }},
        readOnly<T, &T::record>("record", "Id of the record."),
        readOnly<T, &T::title>("title", "Its name or subject, as it was."),
        {"deed", "created, updated, deleted, restored, merged, erased.", plainTextSchema,
         [](const Call&, JsonWriter& out, const T& entry) { out.text(deedName(entry.deed)); }},
        readOnly<T, &T::actorLogin>("by", "Login of who did it; empty: the system."),
        {"via", "dav, api, cli, feed, bridge, demo.", plainTextSchema,
         [](const Call&, JsonWriter& out, const T& entry) { out.text(entry.actor.via); }},
        {"device", "Label of the app password.", plainTextSchema,
         [](const Call&, JsonWriter& out, const T& entry) { out.text(entry.actor.device); }},
    };
}

}  // namespace

template <>
std::span<const Field<HistoryEntry>> fieldsOf() {
    using T = HistoryEntry;
    static const auto rows = [] {
        auto all = changeRows();
        all.push_back({"agent", "User-Agent.", plainTextSchema,
                       [](const Call&, JsonWriter& out, const T& entry) { out.text(entry.actor.agent); }});
        all.push_back({"address", "Address it came from: shown to oneself and to admins.", plainTextSchema,
                       [](const Call& call, JsonWriter& out, const T& entry) {
                           const bool may = call.who.admin() || entry.actor.user == call.user();
                           out.text(may ? entry.actor.address : std::string());
                       }});
        all.push_back({"run", "Of the bridge: ACCOUNT:KIND:RUN, the run that did it; empty: none.", plainTextSchema,
                       [](const Call&, JsonWriter& out, const T& entry) {
                           out.text(entry.actor.via == "bridge" ? entry.actor.request : std::string());
                       }});
        all.push_back(readOnly<T, &T::fields>("fields", "What changed; empty for created."));
        return all;
    }();
    return rows;
}

template <>
std::span<const Field<TrashItem>> fieldsOf() {
    using T = TrashItem;
    static const Field<T> rows[] = {
        {"kind", "contact, company, deal, activity, collection.", plainTextSchema,
         [](const Call&, JsonWriter& out, const T& item) { out.text(kindName(item.kind)); }},
        readOnly<T, &T::record>("record", "Id of the record."),
        readOnly<T, &T::title>("title", "Its name or subject."),
        readOnly<T, &T::owner>("owner", "Whose it was; empty: the organisation's."),
        readOnly<T, &T::deleted>("deleted", "When it was deleted; restorable for 30 days."),
        readOnly<T, &T::deletedBy>("deletedBy", "By whom."),
    };
    return rows;
}

namespace {

HistoryFilter filterOf(const Call& call) {
    HistoryFilter filter;
    filter.seenBy = call.user();
    filter.limit = call.limit();
    return filter;
}

/// The feed of all record changes that the asker may see, oldest first. `last` is where to go on next time, also when
/// there was nothing to see.
Response listChanges(Call& call) {
    const std::int64_t newest = call.store.lastHistoryId();
    HistoryFilter filter = filterOf(call);
    const std::int64_t since = call.number("since", 0, 0, std::numeric_limits<std::int64_t>::max());
    filter.since = since;
    const auto entries = call.store.history(filter);
    const bool more = entries.size() == filter.limit;
    static const auto rows = changeRows();
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const HistoryEntry& entry : entries) {
        out.beginObject();
        for (const auto& row : rows) {
            out.key(row.name);
            row.write(call, out, entry);
        }
        out.endObject();
    }
    out.endArray().key("next");
    more ? out.text(nextPage(call, "since", std::to_string(entries.back().id))) : out.null();
    const std::int64_t reached = entries.empty() ? since : entries.back().id;
    out.member("last", more ? reached : std::max(reached, newest)).endObject();
    return jsonResponse(200, out.take());
}

Response listHistory(Call& call) {
    HistoryFilter filter = filterOf(call);
    filter.record = call.text("record");
    filter.login = call.text("login");
    filter.device = call.text("device");
    filter.from = call.instant("from");
    filter.until = call.instant("until");
    filter.before = call.number("before", 0, 0, std::numeric_limits<std::int64_t>::max());
    const auto entries = call.store.history(filter);
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const HistoryEntry& entry : entries) writeFields(call, out, entry);
    out.endArray().key("next");
    const bool more = entries.size() == filter.limit;
    more ? out.text(nextPage(call, "before", std::to_string(entries.back().id))) : out.null();
    return jsonResponse(200, out.endObject().take());
}

Response listTrash(Call& call) {
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const TrashItem& item : call.store.trash(call.user(), call.limit())) writeFields(call, out, item);
    return jsonResponse(200, out.endArray().key("next").null().endObject().take());
}

Response restore(Call& call) {
    const auto kind = kindNamed(call.ids[0]);
    if (!kind) throw NotFound("there is no such kind of record");
    call.store.restore(call.actor(), *kind, call.ids[1]);
    return Response(204);
}

void writeUndone(JsonWriter& out, std::string_view name, const std::vector<std::pair<RecordKind, Id>>& records) {
    out.key(name).beginArray();
    for (const auto& [kind, id] : records)
        out.beginObject().member("kind", kindName(kind)).member("record", id).endObject();
    out.endArray();
}

Response undoEntry(Call& call, std::int64_t entry) {
    HistoryFilter filter = filterOf(call);
    filter.since = entry - 1;
    filter.limit = 1;
    const auto found = call.store.history(filter);
    if (found.empty() || found[0].id != entry) throw NotFound("there is no such entry in the history");
    call.store.undoRecord(call.actor(), entry);
    JsonWriter out;
    out.beginObject();
    writeUndone(out, "undone", {{found[0].kind, found[0].record}});
    writeUndone(out, "changedSince", {});
    return jsonResponse(200, out.endObject().take());
}

Response undo(Call& call) {
    UndoWish wish;
    readFields(call, wish, call.body());
    if (wish.entry > 0) return undoEntry(call, wish.entry);
    if (wish.device.empty()) throw InvalidField("device", "name the device, or an entry of the history");
    if (!wish.from || !wish.until) throw InvalidField("from", "name the span of time: from and until");
    const std::string login = wish.login.empty() ? call.who.user.login : wish.login;
    if (login != call.who.user.login && !call.who.admin()) throw Forbidden("only admins undo what others did");
    const UndoReport report =
        call.store.undoDevice(call.actor(), login, wish.device, *wish.from, *wish.until, wish.dryRun);
    JsonWriter out;
    out.beginObject();
    writeUndone(out, "undone", report.undone);
    writeUndone(out, "changedSince", report.changedSince);
    return jsonResponse(200, out.endObject().take());
}

}  // namespace

std::span<const Route> changeRoutes() {
    using enum Access;
    static constexpr Route routes[] = {
        {"GET", "/changes", "Every change of a record after `since`, oldest first; go on from `last`", listChanges,
         everybody, "since limit", "", "[Change]"},
        {"GET", "/events",
         "What happens, as server-sent events: `account` with an Account that looks otherwise now, `change` with the "
         "`last` of /changes when there is something new",
         listenToEvents, everybody, "", "", "events"},
        {"GET", "/history", "What changed, field by field, newest first", listHistory, everybody,
         "record login device from until before limit", "", "[Change]"},
        {"GET", "/trash", "What can be restored", listTrash, everybody, "limit", "", "[TrashItem]"},
        {"POST", "/trash/{kind}/{id}/restore", "Bring a record back", restore},
        {"POST", "/undo", "Undo an entry of the history, or what a device did", undo, everybody, "", "Undo", "Undone"},
    };
    return routes;
}

std::string undoSchema() { return schemaOf<UndoWish>(); }
std::string changeSchema() { return schemaOf<HistoryEntry>(); }
std::string trashSchema() { return schemaOf<TrashItem>(); }

}  // namespace crmdav
