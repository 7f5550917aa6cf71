#include "server/api/answers.h"
#include "server/api/calendar.h"

/// The meetings of a contact, company or deal, past and coming (rule F2), as far as the asker may see them (rule F4).
namespace crmdav {
namespace {

using namespace std::chrono;

Id Store::Query::*linkOf(RecordKind kind) {
    if (kind == RecordKind::contact) return &Store::Query::contact;
    return kind == RecordKind::company ? &Store::Query::company : &Store::Query::deal;
}

bool isThere(const Call& call, RecordKind kind, const Id& id) {
    if (kind == RecordKind::contact) return call.store.contact(call.user(), id).has_value();
    if (kind == RecordKind::company) return call.store.company(call.user(), id).has_value();
    return call.store.deal(call.user(), id).has_value();
}

bool isComing(const Call& call) {
    const std::string when = call.text("when");
    if (!when.empty() && when != "past" && when != "coming") throw Problem(400, "when is past or coming");
    return when == "coming";
}

void write(const Call& call, JsonWriter& out, const Zone& zone, const Meeting& meeting) {
    const ShownEntry shown = shownIn(zone, meeting.at);
    const auto length = duration_cast<minutes>(shown.end.local - shown.start.local);
    out.beginObject().key("at");
    writeFields(call, out, shown);
    out.member("minutes", std::max<std::int64_t>(0, length.count())).key("record");
    writeFields(call, out, meeting.activity);
    out.endObject();
}

template <RecordKind kind>
Response list(Call& call) {
    const Id& id = call.ids[0];
    const std::string zoneName = zoneAsked(call);
    ZonePtr zone = zoneName == "UTC" ? utcZone() : findZone(zoneName);
    if (!zone) zone = utcZone();
    Store::Query query;
    query.user = call.user();
    query.*linkOf(kind) = id;
    query.after = call.text("after");
    query.limit = call.limit();
    const bool coming = isComing(call);
    (coming ? query.from : query.until) = floor<seconds>(system_clock::now());
    if (!isThere(call, kind, id)) throw NotFound("there is no such record");
    const auto page = call.store.meetings(query, coming);
    JsonWriter out;
    out.beginObject().member("zone", zoneName).key("items").beginArray();
    for (const Meeting& meeting : page.records) write(call, out, *zone, meeting);
    out.endArray().key("next");
    if (page.next.empty())
        out.null();
    else
        out.text(nextPage(call, "after", page.next));
    return jsonResponse(200, out.endObject().take());
}

}  // namespace

#define CRMDAV_MEETINGS \
    "`when` is past, the latest first, or coming, the next first; series expanded; times are wall clocks of `zone`"

std::span<const Route> meetingRoutes() {
    using enum Access;
    static constexpr Route routes[] = {
        {"GET", "/contacts/{id}/meetings", "Meetings with a contact: " CRMDAV_MEETINGS, list<RecordKind::contact>,
         everybody, "when zone after limit", "", "Meetings"},
        {"GET", "/companies/{id}/meetings", "Meetings with a company and its people: " CRMDAV_MEETINGS,
         list<RecordKind::company>, everybody, "when zone after limit", "", "Meetings"},
        {"GET", "/deals/{id}/meetings", "Meetings of a deal and its company: " CRMDAV_MEETINGS, list<RecordKind::deal>,
         everybody, "when zone after limit", "", "Meetings"},
    };
    return routes;
}
#undef CRMDAV_MEETINGS

std::string meetingsSchema() {
    return R"({"type":"object","properties":{"zone":{"type":"string"},"items":{"type":"array","items":{"type":)"
           R"("object","properties":{"at":)" +
           schemaOf<ShownEntry>() +
           R"(,"minutes":{"type":"integer","description":"How long it takes."},"record":{"$ref":)"
           R"("#/components/schemas/Activity"}}}},"next":{"type":["string","null"]}}})";
}

}  // namespace crmdav
