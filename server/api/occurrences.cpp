#include "protocol/text/recurrence.h"
#include "protocol/text/zones.h"
#include "server/api/calendar.h"
#include "server/api/fields.h"
#include "server/api/series.h"
#include "server/api/times.h"

/// Changes of one occurrence of a series, of it and all after it, or of all of them.
namespace crmdav {
namespace {

using namespace std::chrono;

enum class EditScope { once, following, all };

EditScope scopeOf(const Call& call) {
    const std::string name = call.text("scope");
    if (name.empty() || name == "this") return EditScope::once;
    if (name == "following") return EditScope::following;
    if (name == "all") return EditScope::all;
    throw Problem(400, "scope must be this, following or all");
}

bool isSeries(const Activity& a) { return !a.rrule.empty() || !a.extraDates.empty(); }
bool isDate(const When& when) { return when.kind == When::Kind::date; }

/// The occurrence that the address names; of what isn't a series, itself.
When originalOf(const Call& call, const Activity& activity) {
    if (!isSeries(activity)) return activity.start;
    Json json;
    json.kind = Json::Kind::string;
    json.string = call.ids[1];
    try {
        const When named = readWhen(call, json, zoneText(activity.start), "original");
        if (hasOccurrence(activity, named)) return named;
    } catch (const InvalidField&) {
    } catch (const RuleError&) {
    }
    throw NotFound("the series has no such occurrence");
}

When inZoneOf(const When& when, const std::string& zone) {
    if (when.kind != When::Kind::zoned && when.kind != When::Kind::utc) return when;
    const Instant moment = whenUtc(when);
    const ZonePtr found = zone == "UTC" ? nullptr : findZone(zone);
    if (!found) return {When::Kind::utc, LocalTime(moment.time_since_epoch()), {}};
    return {When::Kind::zoned, found->toLocal(moment), zone};
}

/// When the occurrence shall take place.
struct Times {
    When start, end;
    bool given = false;
};

Times timesOf(const Call& call, const Json& body, const Activity& activity, const Exception& occurrence) {
    const std::string last = activity.component == ComponentKind::todo ? "due" : "end";
    const Json *start = body.find("start"), *end = body.find(last), *zone = body.find("zone");
    Times times{occurrence.start, occurrence.end, start || end || (zone && !zone->isNull())};
    std::string own = zoneText(activity.start.kind == When::Kind::none ? activity.end : activity.start);
    std::string written = call.text("zone");
    if (zone && !zone->isNull()) own = written = checkedZone(*zone, "zone");
    if (written.empty() || own == "floating") written = own;
    const auto read = [&](const Json& json, const std::string& path) {
        const When when = readWhen(call, json, written, path);
        return own.empty() ? when : inZoneOf(when, own);
    };
    if (zone && !zone->isNull())
        for (When* when : {&times.start, &times.end}) *when = inZone(*when, own);
    if (start && !start->isNull()) {
        const When before = times.start;
        times.start = read(*start, "start");
        if (times.end.kind != When::Kind::none) {
            const bool same = isDate(before) == isDate(times.start);
            const seconds lasts = same                  ? seconds(times.end.local - before.local)
                                  : isDate(times.start) ? seconds(days(1))
                                                        : seconds(hours(1));
            times.end = {times.start.kind, times.start.local + lasts, times.start.zone};
        }
    }
    if (end) times.end = end->isNull() ? When{} : read(*end, last);
    if (times.start.kind == When::Kind::none || times.end.kind == When::Kind::none) return times;
    if (isDate(times.start) != isDate(times.end))
        throw InvalidField(last, "must be a date where the start is one, else a time");
    if (whenUtc(times.end) < whenUtc(times.start)) throw InvalidField(last, "lies before the start");
    return times;
}

/// The fields that aren't times: these the activity reads as ever.
Json withoutTimes(const Json& body) {
    Json rest = body;
    std::erase_if(rest.object, [](const JsonMember& member) {
        return member.first == "start" || member.first == "end" || member.first == "due" || member.first == "zone";
    });
    return rest;
}

/// Occurrences that said what the series said go on saying it.
void followTexts(const Activity& before, Activity& after) {
    for (Exception& e : after.exceptions) {
        if (e.cancelled) continue;
        if (e.subject == before.subject) e.subject = after.subject;
        if (e.location == before.location) e.location = after.location;
        if (e.notes == before.notes) e.notes = after.notes;
    }
}

void editAll(const Call& call, Activity& activity, const When& original, const Json& body) {
    const Activity before = activity;
    if (isSeries(activity)) {
        const Times times = timesOf(call, body, activity, occurrenceOf(activity, original));
        if (times.given) moveAll(activity, original, times.start, times.end);
    } else {
        Exception once;
        once.start = activity.start;
        once.end = activity.end;
        const Times times = timesOf(call, body, activity, once);
        activity.start = times.start;
        activity.end = times.end;
    }
    readFields(call, activity, withoutTimes(body));
    followTexts(before, activity);
    if (const Json* rule = body.find("recurrence"); rule && activity.rrule != before.rrule) {
        if (activity.rrule.empty()) activity.extraDates.clear();
        try {
            dropStrayExceptions(activity);
        } catch (const RuleError& error) {
            throw InvalidField("recurrence", error.what());
        }
    }
}

void editOnce(const Call& call, Activity& activity, const When& original, const Json& body) {
    static constexpr std::string_view known[] = {"start", "end", "due", "zone", "subject", "location", "notes"};
    for (const auto& [name, value] : body.object)
        if (std::ranges::find(known, name) == std::end(known))
            throw InvalidField(name, "belongs to the whole series, not to one occurrence");
    OccurrenceEdit edit;
    const Times times = timesOf(call, body, activity, occurrenceOf(activity, original));
    if (times.given) {
        edit.start = times.start;
        edit.end = times.end;
    }
    const auto text = [&](const char* name, std::optional<std::string>& field) {
        if (const Json* value = body.find(name)) field = value->isNull() ? std::string() : checkedText(*value, name);
    };
    text("subject", edit.subject);
    text("location", edit.location);
    text("notes", edit.notes);
    editThis(activity, original, edit);
}

/// What became of the series; what is to be undone names the entries of the history.
struct Edited {
    std::optional<Activity> activity, following;
    std::vector<std::int64_t> entries;
};

Response answer(const Call& call, const Edited& edited) {
    JsonWriter out;
    out.beginObject();
    for (const auto& [name, record] : {std::pair{"activity", &edited.activity}, {"following", &edited.following}}) {
        out.key(name);
        *record ? writeFields(call, out, **record) : void(out.null());
    }
    out.key("entries").beginArray();
    for (const std::int64_t entry : edited.entries) out.number(entry);
    return jsonResponse(200, out.endArray().endObject().take());
}

/// Runs `change` on the activity as it is now, in one transaction.
template <class Change>
Response edit(Call& call, Change change) {
    Edited edited;
    call.store.batch([&] {
        auto activity = call.store.activity(call.user(), call.ids[0]);
        if (!activity) throw NotFound("there is no such record");
        requireMatch(call.request, activity->version);
        const std::int64_t before = call.store.lastHistoryId();
        change(*std::move(activity), edited);
        HistoryFilter mine;
        mine.since = before;
        mine.seenBy = call.user();
        for (const HistoryEntry& entry : call.store.history(mine)) edited.entries.push_back(entry.id);
    });
    return answer(call, edited);
}

Response patchOccurrence(Call& call) {
    const Json body = call.body();
    const EditScope scope = scopeOf(call);
    return edit(call, [&](Activity activity, Edited& edited) {
        const When original = originalOf(call, activity);
        const std::string based = activity.version;
        const bool whole = !isSeries(activity) || scope == EditScope::all ||
                           (scope == EditScope::following && isFirst(activity, original));
        if (whole || scope == EditScope::once) {
            whole ? editAll(call, activity, original, body) : editOnce(call, activity, original, body);
            edited.activity = call.store.saveActivity(call.actor(), activity, based);
            return;
        }
        if (activity.owner != call.user()) throw Forbidden("only its owner can divide a series");
        Activity rest = splitAt(activity, original);
        editAll(call, rest, original, body);
        edited.activity = call.store.saveActivity(call.actor(), activity, based);
        edited.following = call.store.saveActivity(call.actor(), rest, {});
    });
}

Response deleteOccurrence(Call& call) {
    const EditScope scope = scopeOf(call);
    return edit(call, [&](Activity activity, Edited& edited) {
        const When original = originalOf(call, activity);
        const std::string based = activity.version;
        if (!isSeries(activity) || scope == EditScope::all ||
            (scope == EditScope::following && isFirst(activity, original)))
            return call.store.removeRecord(call.actor(), RecordKind::activity, activity.id, based);
        scope == EditScope::once ? cancelThis(activity, original) : void(splitAt(activity, original));
        edited.activity = call.store.saveActivity(call.actor(), activity, based);
    });
}

}  // namespace

std::string occurrenceEditedSchema() {
    const std::string record = R"({"anyOf":[{"$ref":"#/components/schemas/Activity"},{"type":"null"}]})";
    return R"({"type":"object","properties":{"activity":)" + record + R"(,"following":)" + record +
           R"(,"entries":{"type":"array","items":{"type":"integer"},"description":"Entries of the history, to undo it: )"
           R"(the last one first."}}})";
}

std::span<const Route> occurrenceRoutes() {
    using enum Access;
    static constexpr Route routes[] = {
        {"PATCH", "/activities/{id}/occurrences/{original}",
         "Change one occurrence (`scope` this), it and those after it as a series of their own (following), or all of "
         "them, which move along; times without offset are wall clocks of `zone`",
         patchOccurrence, everybody, "scope zone", "Activity", "OccurrenceEdited"},
        {"DELETE", "/activities/{id}/occurrences/{original}",
         "Remove one occurrence, it and those after it, or all of them", deleteOccurrence, everybody, "scope zone", "",
         "OccurrenceEdited"},
    };
    return routes;
}

}  // namespace crmdav
