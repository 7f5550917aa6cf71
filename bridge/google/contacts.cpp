#include "bridge/google/contacts.h"

#include <algorithm>

#include "bridge/json_values.h"
#include "protocol/text/datetime.h"

namespace crmdav::google {
namespace {

using namespace std::chrono_literals;

/// Part of the cursor: with other parameters a sync token is void.
constexpr std::int64_t contactParameters = 1;
constexpr auto fullReadEvery = std::chrono::days(6);
/// Until a write shows in lists: "several minutes", says Google.
constexpr auto delay = 10min;
/// A key that is younger is being tried for the first time.
constexpr auto brandNew = 20s;

/// The moment in a UUIDv7; any other key counts as old.
Instant madeAt(const Id& key) {
    std::uint64_t milliseconds = 0;
    if (key.size() != 36 || key[14] != '7') return {};
    for (const char c : key.substr(0, 8) + key.substr(9, 4)) {
        const auto digit = std::string_view("0123456789abcdef").find(c);
        if (digit == std::string_view::npos) return {};
        milliseconds = milliseconds << 4U | digit;
    }
    return Instant(std::chrono::seconds(milliseconds / 1000));
}

struct Cursor {
    std::string sync, page;
    Instant full{};  ///< when the listing that it goes on from began

    static Cursor parse(const std::string& text) {
        try {
            const Json json = parseJson(text);
            const auto full = parseInstant(textAt(json, "full"));
            if (numberAt(json, "v") != contactParameters || !full)
                throw CursorExpired("the cursor is of another version");
            return {std::string(textAt(json, "sync")), std::string(textAt(json, "page")), *full};
        } catch (const JsonError&) {
            throw CursorExpired("the cursor is none of ours");
        }
    }
    std::string text() const {
        JsonWriter out;
        out.beginObject().member("v", contactParameters).member("sync", sync).member("page", page);
        return out.member("full", crmdav::timeText(full)).endObject().take();
    }
};

bool isStale(const Answer& answer) {
    return answer.status == 400 && (answer.reason == "failedPrecondition" || answer.reason == "FAILED_PRECONDITION");
}

void requireWrittenPerson(const Answer& answer) {
    if (answer.good()) return;
    if (isStale(answer) || answer.status == 412) throw Changed("it was changed at Google meanwhile");
    if (answer.status == 404 || answer.status == 410) throw Gone("it is gone at Google");
    refuse(answer);
}

std::string resourceOf(const std::string& group) { return group == "starred" ? "contactGroups/starred" : group; }

Contact contactOf(const RemoteItem& item) { return std::get<Contact>(readPerson(item.raw).record); }

}  // namespace

std::string Contacts::person(const std::string& id, const std::string& verb) const {
    return base_ + "/v1/" + id + (verb.empty() ? "" : ":" + verb);
}

std::vector<RemoteCollection> Contacts::list() const {
    RemoteCollection all;
    all.id = "people/me";
    all.name = "Contacts";
    all.main = true;
    return {all};
}

std::vector<RemoteGroup> Contacts::groups() {
    std::vector<RemoteGroup> found{{"starred", "Starred"}};
    api_.each({"GET", base_ + "/v1/contactGroups", {{"pageSize", "1000"}}}, "contactGroups", [&](const Json& group) {
        if (textAt(group, "groupType") == "USER_CONTACT_GROUP")
            found.push_back({std::string(textAt(group, "resourceName")), std::string(textAt(group, "name"))});
    });
    return found;
}

ChangePage Contacts::changes(const std::string& text) {
    Cursor cursor = text.empty() ? Cursor{{}, {}, now_()} : Cursor::parse(text);
    const bool listing = cursor.sync.empty();
    if (!listing && cursor.page.empty() && now_() - cursor.full > fullReadEvery)
        throw CursorExpired("Google's contacts are read in full every six days");
    Call call{"GET",
              base_ + "/v1/people/me/connections",
              {{"personFields", std::string(personFields)},
               {"pageSize", "500"},
               {"requestSyncToken", "true"},
               {"sources", "READ_SOURCE_TYPE_CONTACT"}}};
    if (!cursor.sync.empty()) call.query.emplace_back("syncToken", cursor.sync);
    if (!cursor.page.empty()) call.query.emplace_back("pageToken", cursor.page);
    const Answer answer = api_.call(call);
    if (answer.status == 403) throw CollectionGone("the contacts can't be read any more: " + answer.message);
    // EXPIRED_SYNC_TOKEN comes with several statuses; a token that Google doesn't understand is void as well.
    if (!answer.good()) throw CursorExpired("Google wants a full read: " + answer.message);

    ChangePage found;
    found.listing = listing;
    found.first = listing && cursor.page.empty();
    for (const Json& person : at(answer.body, "connections").array) found.items.push_back(itemOf(person));
    cursor.page = textAt(answer.body, "nextPageToken");
    found.more = !cursor.page.empty();
    if (!found.more) cursor.sync = textAt(answer.body, "nextSyncToken");
    if (!found.more && cursor.sync.empty()) throw Nonsense("Google's list of contacts has no end");
    found.cursor = cursor.text();
    return found;
}

std::optional<Json> Contacts::get(const std::string& id) {
    Answer answer = api_.call({"GET", person(id), {{"personFields", std::string(personFields)}}});
    if (answer.status == 404 || answer.status == 410) return std::nullopt;
    if (answer.status == 403) throw CollectionGone("the contacts can't be read any more: " + answer.message);
    if (!answer.good()) throw Nonsense("Google doesn't give the contact: " + answer.message);
    if (trueAt(answer.body, {"metadata", "deleted"})) return std::nullopt;
    return std::move(answer.body);
}

std::optional<RemoteItem> Contacts::read(const std::string& id) {
    const auto found = get(id);
    return found ? std::optional(itemOf(*found)) : std::nullopt;
}

/// What an earlier create() with this key made. Google's search finds neither clientData nor what is minutes old; a
/// list of all marks has at least the former, and is got once.
std::optional<Json> Contacts::made(const Id& key) {
    if (!marks_) {
        std::map<std::string, std::string> marks;
        const Call call{
            "GET",
            base_ + "/v1/people/me/connections",
            {{"personFields", "clientData,metadata"}, {"pageSize", "1000"}, {"sources", "READ_SOURCE_TYPE_CONTACT"}}};
        api_.each(call, "connections", [&](const Json& one) {
            if (const auto mark = markOf(one); !mark.empty()) marks.emplace(mark, textAt(one, "resourceName"));
        });
        marks_ = std::move(marks);
    }
    const auto found = marks_->find(key);
    return found == marks_->end() ? std::nullopt : get(found->second);
}

Written Contacts::create(const Id& key, const Contact& record) {
    const auto age = now_() - madeAt(key);
    if (age > brandNew || age < -brandNew) {  // a key of the future: clocks differ, and nothing can be told by them
        if (const auto there = made(key)) return {itemOf(*there), true};
        if (age > brandNew && age < delay) {
            marks_.reset();
            TryLater later("whether Google has made the contact shows in some minutes");
            later.after = std::chrono::ceil<std::chrono::seconds>(delay - age);
            throw later;
        }
    }
    std::vector<std::string> groups;
    if (!newIn_.empty()) groups = {"contactGroups/myContacts", resourceOf(newIn_)};
    try {
        const Answer answer = api_.call({"POST",
                                         base_ + "/v1/people:createContact",
                                         {{"personFields", std::string(personFields)}},
                                         newPerson(record, key, groups)});
        requireWrittenPerson(answer);
        return {itemOf(answer.body)};
    } catch (TryLater& later) {  // it may have been made: the next try must not come before it shows
        marks_.reset();
        later.after = std::max(later.after.value_or(0s), std::chrono::seconds(delay));
        throw;
    }
}

/// Etags differ between kinds of calls, and updates take only those of a get (People §3): so what is compared is the
/// user's own fields, and what is sent is the etag of this very get.
Json Contacts::unchanged(const RemoteItem& base) {
    auto now = get(base.id);
    if (!now) throw Gone("it is gone at Google");
    Contact before = contactOf(base), there = contactOf(itemOf(*now));
    before.hasPhoto = there.hasPhoto;
    if (before != there) throw Changed("it was changed at Google meanwhile");
    return std::move(*now);
}

Written Contacts::write(const Json& now, const PersonChange& change) {
    const std::string id(textAt(now, "resourceName"));
    if (change.fields.empty()) return {itemOf(now)};
    std::string mask;
    for (const std::string& field : change.fields) mask += (mask.empty() ? "" : ",") + field;
    Json body = change.body;
    addEtags(body, now);
    const Answer answer = api_.call({"PATCH",
                                     person(id, "updateContact"),
                                     {{"updatePersonFields", mask}, {"personFields", std::string(personFields)}},
                                     body});
    requireWrittenPerson(answer);
    return {itemOf(answer.body)};
}

Written Contacts::update(const RemoteItem& base, const Contact& before, const Contact& after) {
    const Json now = unchanged(base);
    return write(now, changedPerson(now, before, after));
}

void Contacts::remove(const RemoteItem& base) {
    try {
        unchanged(base);
    } catch (const Gone&) {
        return;
    }
    const Answer answer = api_.call({"DELETE", person(base.id, "deleteContact")});
    if (answer.status != 404 && answer.status != 410) requireWrittenPerson(answer);
}

Written Contacts::restore(const RemoteItem& was) {
    if (const auto now = get(was.id)) return write(*now, changedPerson(*now, contactOf(itemOf(*now)), contactOf(was)));
    Json again;
    try {
        again = personAgain(parseJson(was.raw, pageLimits));
    } catch (const JsonError& error) {
        throw Nonsense(std::string("the contact as it was can't be read: ") + error.what());
    }
    const Answer answer = api_.call(
        {"POST", base_ + "/v1/people:createContact", {{"personFields", std::string(personFields)}}, std::move(again)});
    requireWrittenPerson(answer);
    return {itemOf(answer.body)};
}

std::optional<std::string> Contacts::photo(const RemoteItem& item) {
    std::string url;
    try {
        url = photoOf(parseJson(item.raw, pageLimits));
    } catch (const JsonError&) {
    }
    if (url.empty()) return std::nullopt;
    HttpRequest request;  // without our token: pictures are on other hosts
    request.url = url + (url.find('?') == std::string::npos ? "?sz=400" : "");
    try {
        HttpResponse response = api_.tokens().http().send(request);
        if (response.status == 404) return std::nullopt;
        if (response.status == 200 && response.header("Content-Type").starts_with("image/"))
            return std::move(response.body);
        throw TryLater("Google doesn't give the photo (status " + std::to_string(response.status) + ")");
    } catch (const HttpFailure& failure) {
        throw TryLater(std::string("Google doesn't give the photo: ") + failure.what());
    } catch (const HttpRefused&) {
        return std::nullopt;
    }
}

}  // namespace crmdav::google
