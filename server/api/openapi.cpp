#include <map>

#include "server/api/appointment_fields.h"
#include "server/api/fields.h"
#include "server/api/people_fields.h"
#include "server/api/routes.h"

namespace crmdav {

// The schemas of changes.cpp and collections.cpp, whose records are known there only.
std::string collectionSchema();
std::string shareSchema();
std::string undoSchema();
std::string changeSchema();
std::string trashSchema();
// Those of merge.cpp.
std::string mergeSchema();
std::string mergedSchema();
std::string duplicatesSchema();
std::string distinctSchema();
// Those of calendar.cpp and occurrences.cpp.
std::string calendarSchema();
std::string occurrenceEditedSchema();
std::string meetingsSchema();
// Those of accounts_fields.cpp.
std::string accountSchema();
std::string newAccountSchema();
std::string syncSideSchema();
std::string signInWishSchema();
std::string signInSchema();
std::string disconnectedSchema();
std::string remoteCollectionSchema();
std::string remoteGroupSchema();
std::string syncSettingsSchema();
std::string syncMetricsSchema();
std::string decisionSchema();
std::string previewSchema();
std::string syncRunSchema();
std::string journalSchema();
std::string runUndoSchema();
std::string runUndoneSchema();
// Those of sessions.cpp.
std::string consoleSessionSchema();
std::string sessionSignInSchema();
std::string signedInSchema();
std::string endedSchema();
// Those of qr.cpp.
std::string qrSchema();
// Those of outbox.cpp.
std::string webhookSchema();
std::string newWebhookSchema();
std::string outboxItemSchema();

// That of appointments.cpp.
std::string availabilitySchema();
// Those of providers.cpp and health.cpp.
std::string providerSchema();
std::string healthSchema();

namespace {

struct Schema {
    std::string_view name;
    std::string (*json)();
};

std::string problemSchema() {
    return R"({"type":"object","description":"RFC 9457","properties":{"type":{"type":"string"},"title":{"type":)"
           R"("string"},"status":{"type":"integer"},"detail":{"type":"string"},"field":{"type":"string"}}})";
}
std::string recordsSchema(std::string_view first, std::string_view second) {
    const std::string list = R"({"type":"array","items":{"type":"object","properties":{"kind":{"type":"string"},)"
                             R"("record":{"type":"string"}}}})";
    return R"({"type":"object","properties":{")" + std::string(first) + "\":" + list + ",\"" + std::string(second) +
           "\":" + list + "}}";
}

constexpr Schema schemas[] = {
    {"Contact", schemaOf<Contact>},
    {"Company", schemaOf<Company>},
    {"Deal", schemaOf<Deal>},
    {"Activity", schemaOf<Activity>},
    {"ActivityType", schemaOf<ActivityType>},
    {"Calendar", calendarSchema},
    {"OccurrenceEdited", occurrenceEditedSchema},
    {"User", schemaOf<User>},
    {"Colleague", schemaOf<Colleague>},
    {"Team", schemaOf<Team>},
    {"NewPassword", schemaOf<NewSecret>},
    {"HandOver", schemaOf<HandOver>},
    {"Organisation", schemaOf<Organisation>},
    {"Provider", providerSchema},
    {"Health", healthSchema},
    {"AppPassword", schemaOf<AppPasswordView>},
    {"Feed", schemaOf<FeedView>},
    {"ConsoleSession", consoleSessionSchema},
    {"SessionSignIn", sessionSignInSchema},
    {"SignedIn", signedInSchema},
    {"Ended", endedSchema},
    {"Collection", collectionSchema},
    {"Share", shareSchema},
    {"Change", changeSchema},
    {"TrashItem", trashSchema},
    {"Undo", undoSchema},
    {"Undone", [] { return recordsSchema("undone", "changedSince"); }},
    {"Merge", mergeSchema},
    {"Merged", mergedSchema},
    {"Duplicates", duplicatesSchema},
    {"Distinct", distinctSchema},
    {"Meetings", meetingsSchema},
    {"Erased", [] { return std::string(R"({"type":"object","properties":{"places":{"type":"integer"}}})"); }},
    {"AppointmentCalendar", schemaOf<AppointmentCalendarView>},
    {"Availability", availabilitySchema},
    {"Booking", schemaOf<BookingView>},
    {"BookingWish", schemaOf<BookingWish>},
    {"WorkingHours", schemaOf<HoursView>},
    {"Account", accountSchema},
    {"NewAccount", newAccountSchema},
    {"SyncSide", syncSideSchema},
    {"SignInWish", signInWishSchema},
    {"SignIn", signInSchema},
    {"Disconnected", disconnectedSchema},
    {"RemoteCollection", remoteCollectionSchema},
    {"RemoteGroup", remoteGroupSchema},
    {"SyncSettings", syncSettingsSchema},
    {"SyncMetrics", syncMetricsSchema},
    {"Decision", decisionSchema},
    {"Preview", previewSchema},
    {"SyncRun", syncRunSchema},
    {"JournalEntry", journalSchema},
    {"RunUndo", runUndoSchema},
    {"RunUndone", runUndoneSchema},
    {"Qr", qrSchema},
    {"Webhook", webhookSchema},
    {"NewWebhook", newWebhookSchema},
    {"OutboxItem", outboxItemSchema},
    {"Problem", problemSchema},
};

std::string reference(std::string_view name) { return R"({"$ref":"#/components/schemas/)" + std::string(name) + "\"}"; }

std::string content(std::string_view name) {
    if (name == "image") return R"({"image/*":{"schema":{"type":"string","format":"binary"}}})";
    if (name == "events") return R"({"text/event-stream":{"schema":{"type":"string"}}})";
    if (name == "openapi") return R"({"application/json":{"schema":{"type":"object"}}})";
    std::string schema = reference(name);
    if (name.starts_with('['))
        schema = R"({"type":"object","properties":{"items":{"type":"array","items":)" +
                 reference(name.substr(1, name.size() - 2)) +
                 R"(},"next":{"type":["string","null"],"description":"Address of the next page."}}})";
    return R"({"application/json":{"schema":)" + schema + "}}";
}

void parameter(JsonWriter& out, std::string_view name, std::string_view in) {
    out.beginObject().member("name", name).member("in", in);
    if (in == "path") out.member("required", true);
    out.key("schema").raw(R"({"type":"string"})").endObject();
}

void parameters(JsonWriter& out, const Route& route) {
    out.key("parameters").beginArray();
    for (std::size_t at = route.path.find('{'); at != std::string_view::npos; at = route.path.find('{', at + 1))
        parameter(out, route.path.substr(at + 1, route.path.find('}', at) - at - 1), "path");
    for (std::string_view rest = route.parameters; !rest.empty();) {
        const auto space = rest.find(' ');
        parameter(out, rest.substr(0, space), "query");
        rest = space == std::string_view::npos ? std::string_view{} : rest.substr(space + 1);
    }
    for (const std::string_view name : {"If-Match", "If-None-Match"})
        if ((name == "If-Match") != (route.method == "GET")) parameter(out, name, "header");
    out.endArray();
}

void operation(JsonWriter& out, const Route& route) {
    std::string method(route.method);
    for (char& c : method) c = static_cast<char>(c | 0x20);
    out.key(method).beginObject().member("summary", route.summary);
    if (route.access == Access::admins) out.member("description", "Admins only.");
    parameters(out, route);
    if (!route.body.empty())
        out.key("requestBody")
            .beginObject()
            .member("required", true)
            .key("content")
            .raw(content(route.body))
            .endObject();
    out.key("responses").beginObject();
    out.key(route.answer.empty() ? "204" : route.creates ? "201" : "200").beginObject().member("description", "Done.");
    if (!route.answer.empty()) out.key("content").raw(content(route.answer));
    out.endObject().key("default").beginObject().member("description", "It failed.");
    out.key("content").raw(R"({"application/problem+json":{"schema":)" + reference("Problem") + "}}");
    out.endObject().endObject().endObject();
}

}  // namespace

std::string openApi(std::string_view server) {
    std::map<std::string_view, std::vector<const Route*>> byPath;
    for (const Route& route : allRoutes()) byPath[route.path].push_back(&route);
    JsonWriter out;
    out.beginObject().member("openapi", "3.1.0").key("info").beginObject();
    out.member("title", "crmdav").member("version", "1");
    out.member("description",
               "Records of the CRM. Lists are paged: follow `next`. Every record has an ETag; send it as If-Match to "
               "change only what you have read. PATCH is a JSON merge patch (RFC 7396): null empties a field, lists "
               "are replaced whole. Failures are application/problem+json with the `field` at fault.");
    out.endObject().key("servers").beginArray().beginObject().member("url", server).endObject().endArray();
    out.key("security").raw(R"([{"basic":[]},{"bearer":[]}])").key("paths").beginObject();
    for (const auto& [path, routes] : byPath) {
        out.key(path).beginObject();
        for (const Route* route : routes) operation(out, *route);
        out.endObject();
    }
    out.endObject().key("components").beginObject().key("securitySchemes");
    out.raw(R"({"basic":{"type":"http","scheme":"basic"},"bearer":{"type":"http","scheme":"bearer"}})");
    out.key("schemas").beginObject();
    for (const Schema& schema : schemas) out.key(schema.name).raw(schema.json());
    return out.endObject().endObject().endObject().take();
}

}  // namespace crmdav
