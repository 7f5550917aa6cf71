#include "store/records/check_records.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <vector>

#include "protocol/text/content_lines.h"
#include "store/engine/database.h"
#include "store/engine/dialect.h"
#include "store/objects/collections.h"
#include "store/records/activities.h"
#include "store/records/activity_ical.h"
#include "store/records/check_links.h"
#include "store/records/companies.h"
#include "store/records/contact_details.h"
#include "store/records/contact_vcard.h"
#include "store/records/contacts.h"
#include "store/records/normalise.h"
#include "store/records/rows.h"
#include "store/records/users.h"
#include "store/records/uuid.h"

namespace crmdav {
namespace {

constexpr std::size_t slice = 200;
constexpr std::int64_t anyZone = 28 * 3600;  ///< how far apart one wall clock's moments are

/// What the record says first, then what its object says.
std::string lineOf(std::string_view kind, const Id& id, const FieldChange& field) {
    const auto shortened = [](std::string text) {
        for (char& c : text)
            if (static_cast<unsigned char>(c) < ' ') c = ' ';
        return text.size() > 120 ? cleanText(text.substr(0, 120)) + " …" : text;
    };
    return std::string(kind) + " " + id + ", " + field.field + ": the record has \"" + shortened(field.before) +
           "\", its object \"" + shortened(field.after) + "\"";
}

/// The member that a record is read from: the owner's own, else the first.
struct Source {
    Collection collection;
    std::string bytes;
};

class Check {
public:
    Check(Connection& db, const HearFault& fault, const std::function<void()>& count)
        : db_(db), fault_(fault), count_(count), types_(storedTypes(db)), plain_(types_.begin(), types_.end()) {
        const auto meta = [&](std::string_view name) {
            auto row = db.query("SELECT value FROM meta WHERE name=?", name);
            return row.next() ? row.string(0) : std::string();
        };
        region_ = organisation(db).region;
        phonesRead_ = meta("phones") == region_;
        zonesRead_ = meta("zones") == db.database().options().zoneData;
        placed_ = zonesRead_ && !areExtentsStale(db);
    }

    void contacts() {
        walk(
            "SELECT id FROM contacts WHERE deleted_at IS NULL AND id>? ORDER BY id LIMIT ?", RecordKind::contact,
            [&](const auto& rows) { return loadContacts(db_, rows); },
            [&](const StoredContact& stored, const Source& source, const Document& document) {
                StoredContact read = stored;
                static_cast<Contact&>(read) = readContact(document);
                static_cast<RecordHead&>(read) = stored;
                if (read.displayName.empty()) read.displayName = composedName(read);
                read.companyId = stored.companyId;
                read.custom = stored.custom;
                read.owner = source.collection.owner;
                compare("contact", stored, differencesOf(stored, read));
                if (stored.uid != read.uid) told("contact", stored, {"uid", stored.uid, read.uid});
            });
    }

    void companies() {
        walk(
            "SELECT id FROM companies WHERE deleted_at IS NULL AND id>? ORDER BY id LIMIT ?", RecordKind::company,
            [&](const auto& rows) { return loadCompanies(db_, rows); },
            [&](const StoredCompany& stored, const Source&, const Document& document) {
                StoredCompany read = stored;
                static_cast<Company&>(read) = readCompany(document);
                static_cast<RecordHead&>(read) = stored;
                if (read.name.empty()) read.name = "Unnamed";
                read.domains = stored.domains;
                read.custom = stored.custom;
                compare("company", stored, differencesOf(stored, read));
                if (stored.uid != read.uid) told("company", stored, {"uid", stored.uid, read.uid});
            });
    }

    void activities() {
        walk(
            "SELECT id FROM activities WHERE deleted_at IS NULL AND id>? ORDER BY id LIMIT ?", RecordKind::activity,
            [&](const auto& rows) { return loadActivities(db_, rows, types_); },
            [&](const StoredActivity& stored, const Source& source, const Document& document) {
                StoredActivity read = stored;
                static_cast<Activity&>(read) = readActivity(document, plain_, stored.typeId);
                static_cast<RecordHead&>(read) = stored;
                if (source.collection.purpose == Purpose::typed) read.typeId = stored.typeId;
                if (source.collection.owner != stored.owner) {  // everyone's own
                    read.reminders = stored.reminders;
                    read.busy = stored.busy;
                }
                read.contactIds = stored.contactIds;
                read.companyIds = stored.companyIds;
                read.dealIds = stored.dealIds;
                read.calendar = stored.calendar;
                read.hidden = source.collection.purpose == Purpose::calendar;
                compare("activity", stored, differencesOf(stored, read));
                if (stored.uid != read.uid) told("activity", stored, {"uid", stored.uid, read.uid});
                extent(stored);
            });
    }

    /// Forms in which addresses and names are searched; phones where `tend` has read them in the region of now.
    void searchColumns() {
        for (auto& row : db_.query("SELECT d.record_kind, d.kind, d.value, d.normal, COALESCE(c.uuid, m.uuid) FROM "
                                   "details d LEFT JOIN contacts c ON d.record_kind=0 AND c.id=d.record_row LEFT JOIN "
                                   "companies m ON d.record_kind=1 AND m.id=d.record_row WHERE d.kind<>1 OR ?<>0",
                                   phonesRead_)) {
            const std::string value = row.string(row.isNull(2) ? 3 : 2);
            const std::string normal = normalDetail(row.as<DetailKind>(1), value, region_);
            if (normal != row.text(3) && more_)
                more_ = fault_((row.integer(0) ? "company " : "contact ") + idOf(row.blob(4)) + ", " + value +
                               ": searched as \"" + row.string(3) + "\", not \"" + normal + "\"");
        }
        for (auto& row : db_.query("SELECT uuid, name, name_key FROM companies"))
            if (normalName(row.text(1)) != row.text(2) && more_)
                more_ = fault_("company " + idOf(row.blob(0)) + ", name: searched as \"" + row.string(2) + "\"");
    }

private:
    template <class Load, class Each>
    void walk(Sql next, RecordKind kind, Load load, Each each) {
        std::vector<std::int64_t> rows;
        for (std::int64_t last = 0; more_; last = rows.back()) {
            rows.clear();
            for (auto& row : db_.query(next, last, slice)) rows.push_back(row.int64(0));
            if (rows.empty()) return;
            const auto records = load(rows);
            auto sources = sourcesOf(kind, records);
            for (const auto& record : records) {
                count_();
                const auto source = sources.find(record.row);
                if (source == sources.end()) continue;  // told by checkLinks
                try {
                    each(record, source->second, Document::parse(std::string(source->second.bytes)));
                } catch (const std::exception&) {
                    continue;  // what is wrong with the bytes is told with the objects
                }
            }
        }
    }

    template <class Stored>
    std::map<std::int64_t, Source> sourcesOf(RecordKind kind, const std::vector<Stored>& records) {
        std::map<std::int64_t, std::int64_t> owners;
        std::vector<std::int64_t> rows;
        for (const Stored& record : records) {
            owners[record.row] = record.owner;
            rows.push_back(record.row);
        }
        std::map<std::int64_t, Source> sources;
        const RowKeys keys(rows);
        for (auto& row : db_.query("SELECT m.record_row, c.id, c.owner, c.purpose, b.content FROM members m JOIN "
                                   "collections c ON c.id=m.collection_id AND c.deleted_at IS NULL JOIN bodies b ON "
                                   "b.id=m.body WHERE m.record_kind=? AND m.deleted=0 AND " ANY_OF(
                                       "m.record_row") " ORDER BY m.record_row, m.collection_id",
                                   kind, keys.json())) {
            const bool ownersOwn = row.int64(2) == owners[row.int64(0)];
            const auto known = sources.find(row.int64(0));
            if (known != sources.end() && (!ownersOwn || known->second.collection.owner == row.int64(2))) continue;
            Source source;
            source.collection.id = row.int64(1);
            source.collection.owner = row.int64(2);
            source.collection.purpose = row.as<Purpose>(3);
            source.bytes = row.blob(4);
            sources[row.int64(0)] = std::move(source);
        }
        return sources;
    }

    void told(std::string_view kind, const RecordHead& head, const FieldChange& field) {
        if (more_) more_ = fault_(lineOf(kind, head.id, field));
    }
    void compare(std::string_view kind, const RecordHead& head, const std::vector<FieldChange>& fields) {
        for (const FieldChange& field : fields) told(kind, head, field);
    }

    /// The columns for finding activities by time. While `tend` reckons them again, they stand in the zone that was the
    /// owner's, by the rules of zones that were.
    void extent(const StoredActivity& a) {
        auto row = db_.query("SELECT from_utc, until_utc FROM activities WHERE id=?", a.row);
        if (!row.next()) return;
        const Extent wanted = extentOf(db_, a);
        const std::int64_t off = placed_ || (zonesRead_ && inZone(a)) ? 0 : anyZone;
        const auto same = [&](int column, const std::optional<std::int64_t>& value) {
            return row.isNull(column) ? !value : value && std::abs(row.int64(column) - *value) <= off;
        };
        if (!same(0, wanted.from)) told("activity", a, {"start in UTC", row.string(0), textOf(wanted.from)});
        if (!same(1, wanted.until)) told("activity", a, {"end in UTC", row.string(1), textOf(wanted.until)});
    }
    static std::string textOf(const std::optional<std::int64_t>& moment) {
        return moment ? std::to_string(*moment) : "";
    }
    static bool inZone(const Activity& a) {
        const auto fixed = [](const When& when) {
            return when.kind != When::Kind::floating && when.kind != When::Kind::date;
        };
        return fixed(a.start) && fixed(a.end) && std::ranges::all_of(a.extraDates, fixed) &&
               std::ranges::all_of(a.exceptions, [&](const Exception& e) { return fixed(e.start) && fixed(e.end); });
    }

    Connection& db_;
    const HearFault& fault_;
    const std::function<void()>& count_;
    const std::vector<StoredType> types_;
    const std::vector<ActivityType> plain_;
    std::string region_;
    bool phonesRead_ = false, zonesRead_ = false, placed_ = false;
    bool more_ = true;
};

}  // namespace

void checkRecords(Connection& db, const HearFault& fault, const std::function<void()>& count) {
    checkLinks(db, fault);
    Check check(db, fault, count);
    check.contacts();
    check.companies();
    check.activities();
    check.searchColumns();
}

}  // namespace crmdav
