#include "server/api/calendar.h"
#include "protocol/text/zones.h"
#include "server/api/fields.h"
#include "server/api/times.h"

/// What takes place in a span of time, as a calendar shows it: every occurrence with wall clocks of one zone.
namespace crmdav {

using namespace std::chrono;

namespace {

constexpr auto longestSpan = days(400);
constexpr std::size_t usualEntries = 2000, mostEntries = 10'000;

bool isTimed(const When& when) { return when.kind == When::Kind::zoned || when.kind == When::Kind::utc; }

/// 2026-11-20T09:00 where there are no seconds, else with them; dates as they are.
std::string wallText(const When& when) {
    std::string text = whenText({when.kind == When::Kind::date ? when.kind : When::Kind::floating, when.local, {}});
    if (text.size() == 19 && text.ends_with(":00")) text.resize(16);
    return text;
}

using ShownRows = std::vector<Field<ShownEntry>>;
using Shown = ShownEntry;

Field<Shown> text(std::string_view name, std::string_view about,
                  void (*write)(const Call&, JsonWriter&, const Shown&)) {
    return {name, about, Codec<std::string>::schema, write};
}
Field<Shown> flag(std::string_view name, std::string_view about,
                  void (*write)(const Call&, JsonWriter&, const Shown&)) {
    return {name, about, Codec<bool>::schema, write};
}

ShownRows shownTimes() {
    return {
        text("activity", "Id of the activity; null: a busy block.",
             [](const Call&, JsonWriter& out, const Shown& e) { textOrNull(out, e.activity); }),
        text("etag", "Version of the activity, for If-Match.",
             [](const Call&, JsonWriter& out, const Shown& e) { textOrNull(out, e.version); }),
        text("original", "Of a series: the occurrence's start in it, by which it is named; null: it isn't one.",
             [](const Call&, JsonWriter& out, const Shown& e) { textOrNull(out, whenText(e.original)); }),
        text("start", "Wall clock of the zone asked for (2026-11-20T09:00), or a date.",
             [](const Call&, JsonWriter& out, const Shown& e) { textOrNull(out, wallText(e.start)); }),
        text("end", "Exclusive. Of a task, when it is due.",
             [](const Call&, JsonWriter& out, const Shown& e) { textOrNull(out, wallText(e.end)); }),
        flag("allDay", "Start and end are dates, whatever the zone.",
             [](const Call&, JsonWriter& out, const Shown& e) { out.boolean(e.start.kind == When::Kind::date); }),
    };
}

ShownRows factRows() {
    return {
        text("subject", "What it is about; null: the asker may see the time only.",
             [](const Call&, JsonWriter& out, const Shown& e) { textOrNull(out, e.subject); }),
        text("location", "Where.", [](const Call&, JsonWriter& out, const Shown& e) { textOrNull(out, e.location); }),
        text("type", "Key of the activity type; null: the asker may see the time only.",
             [](const Call& call, JsonWriter& out, const Shown& e) {
                 textOrNull(out, e.typeId.empty() ? std::string() : call.directory.typeKey(e.typeId));
             }),
        text("owner", "Login of whose it is.",
             [](const Call& call, JsonWriter& out, const Shown& e) { textOrNull(out, call.directory.login(e.owner)); }),
        {"kind", "event or task.", [] { return std::string(R"({"enum":["event","task"]})"); },
         [](const Call&, JsonWriter& out, const Shown& e) {
             out.text(e.component == ComponentKind::todo ? "task" : "event");
         }},
        {"privacy", "public, private or confidential.", [] { return Codec<Privacy>::schema(); },
         [](const Call& call, JsonWriter& out, const Shown& e) { Codec<Privacy>::write(call, out, e.privacy); }},
        flag("series", "One of several.", [](const Call&, JsonWriter& out, const Shown& e) { out.boolean(e.series); }),
        flag("busy", "Takes up time.", [](const Call&, JsonWriter& out, const Shown& e) { out.boolean(e.busy); }),
        flag("tentative", "Not certain yet.",
             [](const Call&, JsonWriter& out, const Shown& e) { out.boolean(e.tentative); }),
        flag("cancelled", "Doesn't take place.",
             [](const Call&, JsonWriter& out, const Shown& e) { out.boolean(e.cancelled); }),
        flag("done", "Done.", [](const Call&, JsonWriter& out, const Shown& e) { out.boolean(e.done); }),
        flag("block", "A busy block of a conflict calendar: a time and no more.",
             [](const Call&, JsonWriter& out, const Shown& e) { out.boolean(e.activity.empty()); }),
    };
}

/// A bound of the span: wall clock of the zone, and the moment that it is.
struct Edge {
    LocalTime local;
    Instant moment;
};

Edge edgeOf(const Call& call, const char* name, const std::string& zoneName, const Zone& zone) {
    Json json;
    json.kind = Json::Kind::string;
    json.string = call.text(name);
    if (json.string.empty()) throw Problem(400, std::string(name) + " is missing: name the span of time");
    try {
        const When when = readWhen(call, json, zoneName, name);
        if (!isTimed(when)) return {when.local, zone.toUtc(when.local)};
        const Instant moment = whenUtc(when);
        return {zone.toLocal(moment), moment};
    } catch (const InvalidField& error) {
        throw Problem(400, std::string(name) + " " + error.what());
    }
}

}  // namespace

std::string zoneAsked(const Call& call) {
    Json json;
    json.kind = Json::Kind::string;
    json.string = call.text("zone");
    if (json.string.empty()) return call.zone();
    try {
        std::string zone = checkedZone(json, "zone");
        if (zone != "floating") return zone;
    } catch (const InvalidField&) {
    }
    throw Problem(400, "zone must be an IANA name such as Europe/Berlin, or UTC");
}

ShownEntry shownIn(const Zone& zone, CalendarEntry found) {
    ShownEntry entry{std::move(found)};
    for (When* when : {&entry.start, &entry.end})
        if (isTimed(*when)) *when = {When::Kind::floating, zone.toLocal(whenUtc(*when)), {}};
    return entry;
}

namespace {

/// Dates and floating times may be in the answer that the span hasn't got in this zone.
bool isWithin(const ShownEntry& entry, const Edge& from, const Edge& until) {
    const LocalTime start = entry.start.local, end = std::max(start, entry.end.local);
    if (entry.component == ComponentKind::todo) return entry.end.local >= from.local && entry.end.local < until.local;
    return start < until.local && (end > from.local || start >= from.local);
}

Response listOccurrences(Call& call) {
    const std::string zoneName = zoneAsked(call);
    ZonePtr zone = zoneName == "UTC" ? utcZone() : findZone(zoneName);
    if (!zone) zone = utcZone();
    const Edge from = edgeOf(call, "from", zoneName, *zone), until = edgeOf(call, "until", zoneName, *zone);
    if (until.moment <= from.moment) throw Problem(400, "until must lie after from");
    if (until.moment - from.moment > longestSpan) throw Problem(400, "a span has at most 400 days");
    Store::Query query;
    query.user = call.user();
    query.from = from.moment;
    query.until = until.moment;
    query.owner = call.text("owner");
    query.limit = static_cast<std::size_t>(call.number("limit", usualEntries, 1, mostEntries));
    if (const std::string type = call.text("type"); !type.empty()) {
        const auto id = call.directory.typeId(type);
        if (!id) throw Problem(400, "there is no such activity type");
        query.type = *id;
    }
    bool complete = true;
    JsonWriter out;
    out.beginObject().member("zone", zoneName).key("items").beginArray();
    for (CalendarEntry& found : call.store.occurrences(query, complete)) {
        const ShownEntry entry = shownIn(*zone, std::move(found));
        if (isWithin(entry, from, until)) writeFields(call, out, entry);
    }
    out.endArray().member("complete", complete).endObject();
    std::string json = out.take();
    const std::string etag = etagOfJson(json);
    return conditional(call.request, etag, std::move(json));
}

}  // namespace

template <>
std::span<const Field<ShownEntry>> fieldsOf() {
    static const auto rows = [] {
        ShownRows all = shownTimes();
        const ShownRows facts = factRows();
        all.insert(all.end(), facts.begin(), facts.end());
        return all;
    }();
    return rows;
}

std::string calendarSchema() {
    return R"({"type":"object","properties":{"zone":{"type":"string","description":"Whose wall clocks the times are."},)"
           R"("items":{"type":"array","items":)" +
           schemaOf<ShownEntry>() +
           R"(},"complete":{"type":"boolean","description":"False: there were more than the limit."}}})";
}

std::span<const Route> calendarRoutes() {
    using enum Access;
    static constexpr Route routes[] = {
        {"GET", "/calendar",
         "What takes place from `from` until `until` (dates or times, at most 400 days), series expanded, with busy "
         "blocks; `owner`: in whose calendar",
         listOccurrences, everybody, "from until zone owner type limit", "", "Calendar"},
    };
    return routes;
}

}  // namespace crmdav
