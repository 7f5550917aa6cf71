#include <algorithm>
#include <tuple>

#include "protocol/dav/hrefs.h"
#include "server/api/fields.h"
#include "server/api/routes.h"

/// The calendars and address books of one's homes, and how one's devices have them.
namespace crmdav {
namespace {

struct CollectionView {
    Collection collection;
    bool isDefault = false;
};
struct ShareView {
    Share share;
};
constexpr std::string_view everyone = "everyone";

constexpr std::string_view homes[] = {"calendars", "addressbooks"};
constexpr std::pair<ComponentKind, std::string_view> components[] = {{ComponentKind::event, "VEVENT"},
                                                                     {ComponentKind::todo, "VTODO"},
                                                                     {ComponentKind::journal, "VJOURNAL"},
                                                                     {ComponentKind::other, "VFREEBUSY"}};

using View = CollectionView;

std::string_view homeOf(const View& view) { return homes[static_cast<std::size_t>(view.collection.home)]; }

std::string addressOf(const Call& call, const View& view) {
    const std::string own[] = {"dav", std::string(homeOf(view)), call.who.user.login, view.collection.name};
    return call.request.origin + hrefOf(call.request.basePath, own, true);
}

void writeComponents(const Call&, JsonWriter& out, const View& view) {
    out.beginArray();
    for (const auto& [kind, name] : components)
        if (std::ranges::count(view.collection.components, kind)) out.text(name);
    out.endArray();
}

void readColor(const Call&, View& view, const Json& json, const std::string& path) {
    const std::string color = json.isNull() ? std::string() : checkedText(json, path, 9);
    const auto hex = [](char c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); };
    const bool fine =
        (color.size() == 7 || color.size() == 9) && color[0] == '#' && std::all_of(color.begin() + 1, color.end(), hex);
    if (!color.empty() && !fine) throw InvalidField(path, "must be #rrggbb or #rrggbbaa");
    view.collection.color = color;
}

/// A text of the collection, of at most so many bytes.
template <auto Member, std::size_t most>
constexpr Field<View> text(std::string_view name, std::string_view about) {
    return {name, about, Codec<std::string>::schema,
            [](const Call&, JsonWriter& out, const View& view) { out.text(view.collection.*Member); },
            [](const Call&, View& view, const Json& json, const std::string& path) {
                view.collection.*Member = json.isNull() ? std::string() : checkedText(json, path, most);
            }};
}

}  // namespace

namespace {

std::string_view accessName(bool write) { return write ? "write" : "read"; }

std::string withOf(const Share& share) {
    switch (share.with) {
        case Share::With::everyone: return std::string(everyone);
        case Share::With::role: return share.role == Role::admin ? "role:admin" : "role:member";
        case Share::With::principal: break;
    }
    return (share.team ? "team:" : "user:") + share.login;
}

}  // namespace

template <>
std::span<const Field<ShareView>> fieldsOf() {
    using T = ShareView;
    static const Field<T> rows[] = {
        {"with", "user:LOGIN, team:KEY, role:member, role:admin, or everyone.", Codec<std::string>::schema,
         [](const Call&, JsonWriter& out, const T& view) { out.text(withOf(view.share)); }, nullptr},
        {"name", "Of the user or team.", Codec<std::string>::schema,
         [](const Call&, JsonWriter& out, const T& view) {
             view.share.name.empty() ? out.null() : out.text(view.share.name);
         },
         nullptr},
        {"access", "read: without private entries; write.",
         [] { return std::string(R"({"type":"string","enum":["read","write"]})"); },
         [](const Call&, JsonWriter& out, const T& view) { out.text(accessName(view.share.write)); },
         [](const Call&, T& view, const Json& json, const std::string& path) {
             const std::string access = checkedText(json, path, 10);
             if (access != "read" && access != "write") throw InvalidField(path, "must be read or write");
             view.share.write = access == "write";
         }},
    };
    return rows;
}

template <>
std::span<const Field<CollectionView>> fieldsOf() {
    static const Field<View> rows[] = {
        {"id", "UUID.", Codec<std::string>::schema,
         [](const Call&, JsonWriter& out, const View& view) { out.text(collectionId(view.collection.id)); }, nullptr},
        {"home", "calendars or addressbooks.", Codec<std::string>::schema,
         [](const Call&, JsonWriter& out, const View& view) { out.text(homeOf(view)); }, nullptr},
        {"name", "Its name in the address.", Codec<std::string>::schema,
         [](const Call&, JsonWriter& out, const View& view) { out.text(view.collection.name); }, nullptr},
        {"address", "For calendar and contacts apps.", Codec<std::string>::schema,
         [](const Call& call, JsonWriter& out, const View& view) { out.text(addressOf(call, view)); }, nullptr},
        {"owner", "Login of whose it is; null: the organisation's.", Codec<std::string>::schema,
         [](const Call& call, JsonWriter& out, const View& view) {
             view.collection.owner == 0 ? out.null() : out.text(call.directory.login(view.collection.owner));
         },
         nullptr},
        {"access", "own; of what others share, write, or read: without private entries.",
         [] { return std::string(R"({"type":"string","enum":["own","write","read"]})"); },
         [](const Call&, JsonWriter& out, const View& view) {
             out.text(view.collection.part == Part::own ? "own" : accessName(view.collection.part == Part::write));
         },
         nullptr},
        {"components", "What a calendar takes.", Codec<std::vector<std::string>>::schema, writeComponents, nullptr},
        text<&Collection::displayName, 1000>(
            "displayName", "What devices call it; of what isn't one's own, kept for oneself. Empty: as it is called."),
        {"color", "#rrggbb; kept like the name.", Codec<std::string>::schema,
         [](const Call&, JsonWriter& out, const View& view) { out.text(view.collection.color); }, readColor},
        text<&Collection::order, 20>("order", "Where it stands among the others: a number; kept like the name."),
        {"shown", "false: one's devices don't list it. Its address goes on working.", Codec<bool>::schema,
         [](const Call&, JsonWriter& out, const View& view) { out.boolean(!view.collection.hidden); },
         [](const Call& call, View& view, const Json& json, const std::string& path) {
             bool shown = true;
             Codec<bool>::read(call, shown, json, path);
             view.collection.hidden = !shown;
         }},
        field<View, &View::isDefault>("default", "Where invitations, or new contacts, go. It can't be deleted."),
    };
    return rows;
}

namespace {

std::vector<View> mine(const Call& call) {
    std::vector<View> all;
    for (const Home home : {Home::calendars, Home::addressbooks}) {
        const auto chosen = call.store.defaultCollection(call.user(), home);
        for (Collection& collection : call.store.home(call.who.user.login, home)) {
            const bool isDefault = chosen && chosen->id == collection.id;
            all.push_back({std::move(collection), isDefault});
        }
    }
    return all;
}

View requireMine(const Call& call) {
    for (View& view : mine(call))
        if (collectionId(view.collection.id) == call.ids[0]) return std::move(view);
    throw NotFound("there is no such calendar or address book");
}

auto dressOf(const View& view) {
    return std::tie(view.collection.displayName, view.collection.color, view.collection.order);
}

std::string jsonOf(const Call& call, const View& view) {
    JsonWriter out;
    writeFields(call, out, view);
    return out.take();
}

Response list(Call& call) {
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const View& view : mine(call)) writeFields(call, out, view);
    return jsonResponse(200, out.endArray().key("next").null().endObject().take());
}

Response get(Call& call) {
    std::string json = jsonOf(call, requireMine(call));
    const std::string etag = etagOfJson(json);
    return conditional(call.request, etag, std::move(json));
}

Response patch(Call& call) {
    const View before = requireMine(call);
    requireMatch(call.request, etagOfJson(jsonOf(call, before)));
    View wanted = before;
    readFields(call, wanted, call.body());
    const CollectionId id = before.collection.id;
    call.store.batch([&] {
        if (dressOf(wanted) != dressOf(before)) call.store.patchCollection(call.actor(), wanted.collection, {});
        if (wanted.collection.hidden != before.collection.hidden)
            call.store.hideCollection(call.actor(), call.user(), id, wanted.collection.hidden);
        if (wanted.isDefault != before.isDefault)
            call.store.setDefaultCollection(call.actor(), call.user(), before.collection.home,
                                            wanted.isDefault ? id : 0);
    });
    std::string json = jsonOf(call, requireMine(call));
    const std::string etag = etagOfJson(json);
    return jsonResponse(200, std::move(json)).with("ETag", "\"" + etag + "\"");
}

// ---------------------------------------------------------------- shares

/// Whom the address means. @throws NotFound  nobody
Share shareIn(const Call& call) {
    const std::string& with = call.ids[1];
    Share share;
    if (with == everyone) {
        share.with = Share::With::everyone;
    } else if (with == "role:member" || with == "role:admin") {
        share.with = Share::With::role;
        share.role = with == "role:admin" ? Role::admin : Role::member;
    } else {
        const bool team = with.starts_with("team:");
        if (!team && !with.starts_with("user:")) throw NotFound("shared with user:…, team:…, role:… or everyone");
        const auto known = call.store.principal(with.substr(5));
        if (!known || (known->kind == UserKind::team) != team) throw NotFound("there is no " + with);
        share.login = known->login;
        share.team = team;
    }
    return share;
}

/// @throws Forbidden  another's, who shares it
CollectionId requireOwned(const Call& call) {
    const View view = requireMine(call);
    if (view.collection.owner != call.user()) throw Forbidden("only its owner shares it");
    return view.collection.id;
}

Response listShares(Call& call) {
    const CollectionId id = requireOwned(call);
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const Share& share : call.store.shares(call.actor(), id)) writeFields(call, out, ShareView{share});
    return jsonResponse(200, out.endArray().key("next").null().endObject().take());
}

Response putShare(Call& call) {
    const CollectionId id = requireOwned(call);
    ShareView wanted{shareIn(call)};
    readFields(call, wanted, call.body());
    call.store.share(call.actor(), id, wanted.share);
    for (const Share& share : call.store.shares(call.actor(), id))
        if (withOf(share) == withOf(wanted.share)) wanted.share = share;
    JsonWriter out;
    writeFields(call, out, wanted);
    return jsonResponse(200, out.take());
}

Response removeShare(Call& call) {
    const CollectionId id = requireOwned(call);
    call.store.unshare(call.actor(), id, shareIn(call));
    return Response(204);
}

}  // namespace

std::span<const Route> collectionRoutes() {
    using enum Access;
    static constexpr Route routes[] = {
        {"GET", "/collections", "The calendars and address books that one has", list, everybody, "", "",
         "[Collection]"},
        {"GET", "/collections/{id}", "One of them", get, everybody, "", "", "Collection"},
        {"PATCH", "/collections/{id}", "Change how one's devices have it", patch, everybody, "", "Collection",
         "Collection"},
        {"GET", "/collections/{id}/shares", "With whom it is shared", listShares, everybody, "", "", "[Share]"},
        {"PUT", "/collections/{id}/shares/{with}", "Share it with somebody: user:LOGIN, team:KEY, role:…, everyone",
         putShare, everybody, "", "Share", "Share"},
        {"DELETE", "/collections/{id}/shares/{with}", "Share it with them no more", removeShare},
    };
    return routes;
}

std::string collectionSchema() { return schemaOf<CollectionView>(); }
std::string shareSchema() { return schemaOf<ShareView>(); }

}  // namespace crmdav
