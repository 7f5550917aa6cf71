#include "server/api/answers.h"
#include "server/api/routes.h"

/// Contacts that are one person: which ones look like it but aren't, and making them one.
namespace crmdav {

struct MergeWish {
    std::vector<Id> others;
};

template <>
std::span<const Field<MergeWish>> fieldsOf() {
    static const Field<MergeWish> rows[] = {
        field<MergeWish, &MergeWish::others>(
            "others", "Ids of the contacts that go, 50 at most: the one in the address gets what it lacks of them."),
    };
    return rows;
}

struct DistinctWish {
    std::vector<Id> contacts;
    bool distinct = true;
};

template <>
std::span<const Field<DistinctWish>> fieldsOf() {
    static const Field<DistinctWish> rows[] = {
        field<DistinctWish, &DistinctWish::contacts>("contacts", "Ids of two to 51 contacts: no two are one person."),
        field<DistinctWish, &DistinctWish::distinct>("distinct", "false takes it back; true where it is missing."),
    };
    return rows;
}

namespace {

std::string answerOf(const Call& call, const Contact& contact, std::int64_t entry) {
    JsonWriter out;
    out.beginObject().key("contact");
    writeFields(call, out, contact);
    out.member("entry", entry);
    return out.endObject().take();
}

/// Without If-Match it is merged with what is there now: nothing of it is lost by that.
Response merge(Call& call) {
    const auto into = call.store.contact(call.user(), call.ids[0]);
    if (!into) throw NotFound("there is no such record");
    requireMatch(call.request, into->version);
    MergeWish wish;
    readFields(call, wish, call.body());
    const bool insists = !call.request.header("if-match").empty();
    Contact merged;
    std::int64_t entry = 0;
    call.store.batch([&] {
        merged = call.store.mergeContacts(call.actor(), into->id, wish.others, insists ? into->version : std::string());
        entry = call.store.lastHistoryId();
    });
    return jsonResponse(200, answerOf(call, merged, entry)).with("ETag", "\"" + merged.version + "\"");
}

Response duplicates(Call& call) {
    const std::size_t limit = call.limit();
    auto groups = call.store.duplicates(call.user(), limit + 1);
    const bool more = groups.size() > limit;
    if (more) groups.resize(limit);
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const auto& group : groups) {
        out.beginObject().key("contacts").beginArray();
        for (const Contact& contact : group) writeFields(call, out, contact);
        out.endArray().endObject();
    }
    out.endArray().key("next").null().member("more", more);
    return jsonResponse(200, out.endObject().take());
}

Response setDistinct(Call& call) {
    DistinctWish wish;
    readFields(call, wish, call.body());
    call.store.setDistinct(call.actor(), wish.contacts, wish.distinct);
    return Response(204);
}

}  // namespace

std::span<const Route> mergeRoutes() {
    using enum Access;
    static constexpr Route routes[] = {
        {"GET", "/contacts/duplicates",
         "Contacts that look like one person: the same name, and an address, a number or the organisation in common; "
         "the oldest of each first",
         duplicates, everybody, "limit", "", "Duplicates"},
        {"POST", "/contacts/distinct",
         "Say that contacts are different people, or take it back: they are no duplicates of each other then. Syncs "
         "match contacts as before",
         setDistinct, everybody, "", "Distinct"},
        {"POST", "/contacts/{id}/merge",
         "Make others one with this contact; `entry` is what POST /undo takes to have them all back", merge, everybody,
         "", "Merge", "Merged"},
    };
    return routes;
}

std::string mergeSchema() { return schemaOf<MergeWish>(); }
std::string distinctSchema() { return schemaOf<DistinctWish>(); }
std::string mergedSchema() {
    return R"({"type":"object","properties":{"contact":{"$ref":"#/components/schemas/Contact"},"entry":{"type":)"
           R"("integer","description":"Of the history, for POST /undo."}}})";
}
std::string duplicatesSchema() {
    return R"({"type":"object","properties":{"items":{"type":"array","items":{"type":"object","properties":{)"
           R"("contacts":{"type":"array","items":{"$ref":"#/components/schemas/Contact"}}}}},"next":{"type":"null"},)"
           R"("more":{"type":"boolean","description":"There are more groups than `limit`: they come when these are )"
           R"(merged."}}})";
}

}  // namespace crmdav
