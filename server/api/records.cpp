#include "protocol/text/vcard.h"
#include "server/api/answers.h"
#include "server/api/routes.h"
#include "server/api/times.h"

/// Contacts, companies, deals, activities and their types: list, read, make, change, remove.
namespace crmdav {
namespace {

/// What tells one kind of record from another here; the rest is the same for all.
template <class Record>
struct Traits;

template <>
struct Traits<Contact> {
    static constexpr RecordKind kind = RecordKind::contact;
    static constexpr std::string_view path = "/contacts/";
    static auto page(const Store& store, const Store::Query& query) { return store.contacts(query); }
    static auto get(const Store& store, std::int64_t user, const Id& id) { return store.contact(user, id); }
    static auto save(Store& store, const Actor& actor, const Contact& record, const std::string& based) {
        return store.saveContact(actor, record, based);
    }
};

template <>
struct Traits<Company> {
    static constexpr RecordKind kind = RecordKind::company;
    static constexpr std::string_view path = "/companies/";
    static auto page(const Store& store, const Store::Query& query) { return store.companies(query); }
    static auto get(const Store& store, std::int64_t user, const Id& id) { return store.company(user, id); }
    static auto save(Store& store, const Actor& actor, const Company& record, const std::string& based) {
        return store.saveCompany(actor, record, based);
    }
};

template <>
struct Traits<Deal> {
    static constexpr RecordKind kind = RecordKind::deal;
    static constexpr std::string_view path = "/deals/";
    static auto page(const Store& store, const Store::Query& query) { return store.deals(query); }
    static auto get(const Store& store, std::int64_t user, const Id& id) { return store.deal(user, id); }
    static auto save(Store& store, const Actor& actor, const Deal& record, const std::string& based) {
        return store.saveDeal(actor, record, based);
    }
};

template <>
struct Traits<Activity> {
    static constexpr RecordKind kind = RecordKind::activity;
    static constexpr std::string_view path = "/activities/";
    static auto page(const Store& store, const Store::Query& query) { return store.activities(query); }
    static auto get(const Store& store, std::int64_t user, const Id& id) { return store.activity(user, id); }
    static auto save(Store& store, const Actor& actor, const Activity& record, const std::string& based) {
        return store.saveActivity(actor, record, based);
    }
};

template <class Record>
void prepare(const Call&, Record&) {}
template <>
void prepare(const Call& call, Activity& activity) {
    activity.owner = call.user();
}

template <class Record>
void finish(Record&) {}
template <>
void finish(Activity& activity) {
    for (When* when : {&activity.start, &activity.end})
        if (when->kind != When::Kind::zoned) when->zone.clear();
    const auto isDate = [](const When& when) { return when.kind == When::Kind::date; };
    const bool both = activity.start.kind != When::Kind::none && activity.end.kind != When::Kind::none;
    const std::string end = activity.component == ComponentKind::todo ? "due" : "end";
    if (both && isDate(activity.start) != isDate(activity.end))
        throw InvalidField(end, "must be a date where the start is one, else a time");
    if (both && whenUtc(activity.end) < whenUtc(activity.start)) throw InvalidField(end, "lies before the start");
}

/// A record that others see less of has another ETag for them: a view's ETag names the view.
template <class Record>
std::string etagFor(const Call& call, const Record& record, const std::string& json) {
    const bool view = Traits<Record>::kind == RecordKind::activity && record.owner != call.user();
    return view ? record.version + "." + etagOfJson(json).substr(0, 8) : record.version;
}

template <class Record>
Record find(const Call& call, const Id& id) {
    auto record = Traits<Record>::get(call.store, call.user(), id);
    if (!record) throw NotFound("there is no such record");
    return *std::move(record);
}

/// @param named  the list can go by names
Store::Query queryOf(const Call& call, bool named) {
    Store::Query query;
    query.user = call.user();
    query.text = call.text("q");
    query.updatedSince = call.instant("updated_since");
    query.from = call.instant("from");
    query.until = call.instant("until");
    query.contact = call.text("contact");
    query.company = call.text("company");
    query.deal = call.text("deal");
    query.email = call.text("email");
    query.owner = call.text("owner");
    query.done = call.boolean("done");
    query.after = call.text("after");
    const std::string order = call.text("order");
    const bool isByName = named && order == "name";
    if (!order.empty() && order != "oldest" && order != "newest" && !isByName)
        throw Problem(400, named ? "order is oldest, newest or name" : "order is oldest or newest");
    if (order == "newest" && query.after.empty()) query.after = Store::newestFirst;
    if (isByName && query.after.empty()) query.after = Store::byName;
    query.limit = call.limit();
    if (const std::string type = call.text("type"); !type.empty()) {
        const auto id = call.directory.typeId(type);
        if (!id) throw Problem(400, "there is no such activity type");
        query.type = *id;
    }
    return query;
}

template <class Record>
Response list(Call& call) {
    constexpr bool named = Traits<Record>::kind == RecordKind::contact || Traits<Record>::kind == RecordKind::company;
    const auto page = Traits<Record>::page(call.store, queryOf(call, named));
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const Record& record : page.records) writeFields(call, out, record);
    out.endArray().key("next");
    page.next.empty() ? out.null() : out.text(nextPage(call, "after", page.next));
    return jsonResponse(200, out.endObject().take());
}

template <class Record>
Response get(Call& call) {
    const Record record = find<Record>(call, call.ids[0]);
    std::string json = jsonOf(call, record);
    const std::string etag = etagFor(call, record, json);
    return conditional(call.request, etag, std::move(json));
}

template <class Record>
Response versioned(const Call& call, int status, const Record& record) {
    std::string json = jsonOf(call, record);
    const std::string etag = etagFor(call, record, json);
    return jsonResponse(status, std::move(json)).with("ETag", "\"" + etag + "\"");
}

template <class Record>
Response create(Call& call) {
    Record record;
    prepare(call, record);
    readFields(call, record, call.body());
    finish(record);
    const Record saved = Traits<Record>::save(call.store, call.actor(), record, {});
    return versioned(call, 201, saved).with("Location", call.address(std::string(Traits<Record>::path) + saved.id));
}

/// RFC 7396, onto what is there now. Without If-Match, one that comes between is no reason to fail: the patch says
/// which fields it is about, so it is applied to the newer record.
template <class Record>
Response patch(Call& call) {
    const Json body = call.body();
    const bool insists = !call.request.header("if-match").empty();
    for (int attempt = 1;; ++attempt) {
        Record record = find<Record>(call, call.ids[0]);
        requireMatch(call.request, insists ? etagFor(call, record, jsonOf(call, record)) : record.version);
        const std::string based = record.version, uid = record.id;
        readFields(call, record, body);
        finish(record);
        try {
            return versioned(call, 200, Traits<Record>::save(call.store, call.actor(), record, based));
        } catch (const PreconditionFailed&) {
            if (insists || attempt == 3) throw;
        }
    }
}

template <class Record>
Response remove(Call& call) {
    const Record record = find<Record>(call, call.ids[0]);
    const bool insists = !call.request.header("if-match").empty();
    requireMatch(call.request, insists ? etagFor(call, record, jsonOf(call, record)) : record.version);
    call.store.removeRecord(call.actor(), Traits<Record>::kind, call.ids[0], insists ? record.version : std::string());
    return Response(204);
}

// ---------------------------------------------------------------- photos, erasure

Response getPhoto(Call& call) {
    const auto photo = call.store.contactPhoto(call.user(), call.ids[0]);
    if (!photo) throw NotFound("there is no photo");
    const std::string_view type = mediaTypeOf(*photo);
    Response response = conditional(call.request, etagOfJson(*photo), *photo);
    for (auto& [name, value] : response.headers)
        if (name == "Content-Type") value = type.empty() ? "application/octet-stream" : type;
    return response.with("X-Content-Type-Options", "nosniff");
}

Response putPhoto(Call& call) {
    find<Contact>(call, call.ids[0]);
    if (call.request.body.size() > 2'097'152) throw Problem(413, "a photo has at most 2 MB");
    if (mediaTypeOf(call.request.body).empty()) throw Problem(415, "send an image: JPEG, PNG, GIF, WebP, HEIC");
    call.store.setContactPhoto(call.actor(), call.ids[0], call.request.body);
    return Response(204);
}

Response deletePhoto(Call& call) {
    find<Contact>(call, call.ids[0]);
    call.store.setContactPhoto(call.actor(), call.ids[0], {});
    return Response(204);
}

Response erase(Call& call) {
    const std::size_t places = call.store.erase(call.actor(), call.ids[0]);
    JsonWriter out;
    out.beginObject().member("places", static_cast<std::int64_t>(places)).endObject();
    return jsonResponse(200, out.take());
}

// ---------------------------------------------------------------- activity types

ActivityType findType(const Call& call) {
    for (const ActivityType& type : call.store.activityTypes())
        if (type.id == call.ids[0] || type.key == call.ids[0]) return type;
    throw NotFound("there is no such activity type");
}

Response listTypes(Call& call) {
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const ActivityType& type : call.store.activityTypes()) writeFields(call, out, type);
    return jsonResponse(200, out.endArray().key("next").null().endObject().take());
}

Response typeAnswer(const Call& call, int status, const ActivityType& type) {
    return jsonResponse(status, jsonOf(call, type)).with("ETag", "\"" + type.version + "\"");
}

Response getType(Call& call) {
    const ActivityType type = findType(call);
    return conditional(call.request, type.version, jsonOf(call, type));
}

Response createType(Call& call) {
    ActivityType type;
    readFields(call, type, call.body());
    const ActivityType saved = call.store.saveActivityType(call.actor(), type, {});
    return typeAnswer(call, 201, saved).with("Location", call.address("/activity-types/" + saved.id));
}

Response patchType(Call& call) {
    ActivityType type = findType(call);
    requireMatch(call.request, type.version);
    const std::string based = type.version;
    readFields(call, type, call.body());
    return typeAnswer(call, 200, call.store.saveActivityType(call.actor(), type, based));
}

Response removeType(Call& call) {
    const ActivityType type = findType(call);
    requireMatch(call.request, type.version);
    call.store.removeActivityType(call.actor(), type.id);
    return Response(204);
}

#define CRMDAV_PAGE "after limit q updated_since "

}  // namespace

std::span<const Route> recordRoutes() {
    using enum Access;
    static constexpr Route routes[] = {
        {"GET", "/contacts",
         "Contacts, in the order of their last change, with order=newest the other way, or with order=name by their "
         "names, whatever case and accents",
         list<Contact>, everybody, CRMDAV_PAGE "order company deal email owner", "", "[Contact]"},
        {"POST", "/contacts", "Make a contact", create<Contact>, everybody, "", "Contact", "Contact", true},
        {"GET", "/contacts/{id}", "One contact", get<Contact>, everybody, "", "", "Contact"},
        {"PATCH", "/contacts/{id}", "Change a contact", patch<Contact>, everybody, "", "Contact", "Contact"},
        {"DELETE", "/contacts/{id}", "A contact to the trash", remove<Contact>},
        {"GET", "/contacts/{id}/photo", "The photo; `v` may be its version, so that nothing older is shown", getPhoto,
         everybody, "v", "", "image"},
        {"PUT", "/contacts/{id}/photo", "Set the photo", putPhoto, everybody, "", "image"},
        {"DELETE", "/contacts/{id}/photo", "Remove the photo", deletePhoto},
        {"POST", "/contacts/{id}/erase", "Remove a person everywhere, history and trash included", erase, admins, "",
         "", "Erased"},
        {"GET", "/companies", "Companies, ordered as contacts", list<Company>, everybody, CRMDAV_PAGE "order owner", "",
         "[Company]"},
        {"POST", "/companies", "Make a company", create<Company>, everybody, "", "Company", "Company", true},
        {"GET", "/companies/{id}", "One company", get<Company>, everybody, "", "", "Company"},
        {"PATCH", "/companies/{id}", "Change a company", patch<Company>, everybody, "", "Company", "Company"},
        {"DELETE", "/companies/{id}", "A company to the trash", remove<Company>},
        {"GET", "/deals", "Deals, ordered as contacts, but not by name", list<Deal>, everybody,
         CRMDAV_PAGE "order contact company owner", "", "[Deal]"},
        {"POST", "/deals", "Make a deal", create<Deal>, everybody, "", "Deal", "Deal", true},
        {"GET", "/deals/{id}", "One deal", get<Deal>, everybody, "", "", "Deal"},
        {"PATCH", "/deals/{id}", "Change a deal", patch<Deal>, everybody, "", "Deal", "Deal"},
        {"DELETE", "/deals/{id}", "A deal to the trash", remove<Deal>},
        {"GET", "/activities", "Activities: one's own, and of others what they show", list<Activity>, everybody,
         CRMDAV_PAGE "from until contact company deal type email owner done", "", "[Activity]"},
        {"POST", "/activities", "Make an activity", create<Activity>, everybody, "", "Activity", "Activity", true},
        {"GET", "/activities/{id}", "One activity", get<Activity>, everybody, "", "", "Activity"},
        {"PATCH", "/activities/{id}", "Change an activity", patch<Activity>, everybody, "", "Activity", "Activity"},
        {"DELETE", "/activities/{id}", "An activity to the trash", remove<Activity>},
        {"GET", "/activity-types", "Activity types", listTypes, everybody, "", "", "[ActivityType]"},
        {"POST", "/activity-types", "Make an activity type", createType, admins, "", "ActivityType", "ActivityType",
         true},
        {"GET", "/activity-types/{id}", "One activity type, by id or key", getType, everybody, "", "", "ActivityType"},
        {"PATCH", "/activity-types/{id}", "Change an activity type", patchType, admins, "", "ActivityType",
         "ActivityType"},
        {"DELETE", "/activity-types/{id}", "Remove an activity type", removeType, admins},
    };
    return routes;
}

#undef CRMDAV_PAGE

}  // namespace crmdav
