#include <algorithm>
#include <filesystem>
#include <fstream>

#include "protocol/text/text_values.h"
#include "server/api/times.h"
#include "server/import/csv.h"
#include "server/import/import.h"

namespace crmdav {
namespace {

namespace fs = std::filesystem;

/// A name from outside as the name of a file: nothing that leads elsewhere.
std::string fileName(std::string_view name) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string safe;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        const bool bad =
            byte < 0x20 || byte == 0x7f || c == '/' || c == '\\' || c == '%' || c == ':' || (c == '.' && safe.empty());
        if (bad)
            safe.append(1, '%').append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
        else
            safe += c;
    }
    if (safe.size() > 200) safe.resize(200);
    return safe;
}

class File {
public:
    explicit File(const fs::path& path) : path_(path), out_(path, std::ios::binary) {}
    void write(std::string_view bytes) { out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size())); }
    void close() {
        out_.close();
        if (!out_) throw std::runtime_error("can't write " + path_.string());
    }

private:
    fs::path path_;
    std::ofstream out_;
};

/// What is between the calendar's own lines: components, which one file can hold many of. Zones only once.
void appendComponents(File& all, std::string_view bytes, std::vector<std::string>& zones) {
    std::size_t at = 0;
    std::string component;
    int depth = 0;
    while (at < bytes.size()) {
        const std::size_t end = std::min(bytes.find('\n', at), bytes.size() - 1) + 1;
        const std::string_view line = bytes.substr(at, end - at);
        at = end;
        if (startsWithIgnoreCase(line, "BEGIN:")) ++depth;
        if (depth >= 2) component += line;
        if (!startsWithIgnoreCase(line, "END:")) continue;
        if (--depth != 1) continue;
        if (!component.ends_with('\n')) component += "\r\n";
        const bool zone = startsWithIgnoreCase(component, "BEGIN:VTIMEZONE");
        if (!zone || std::ranges::find(zones, component) == zones.end()) all.write(component);
        if (zone) zones.push_back(component);
        component.clear();
    }
}

std::size_t exportCollection(const Store& store, const Collection& collection, const fs::path& folder) {
    const bool calendar = collection.home == Home::calendars;
    const fs::path directory = folder / fileName(collection.name);
    fs::create_directories(directory);
    File all(folder / (fileName(collection.name) + (calendar ? ".ics" : ".vcf")));
    if (calendar) all.write("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//crmdav//export//EN\r\n");
    std::vector<std::string> zones;
    std::size_t count = 0;
    store.members(collection.id, MemberDetail::bytes, [&](const Member& member, std::string_view bytes) {
        File one(directory / fileName(member.name));
        one.write(bytes);
        one.close();
        if (calendar)
            appendComponents(all, bytes, zones);
        else
            all.write(bytes);
        if (!calendar && !bytes.ends_with('\n')) all.write("\r\n");
        ++count;
    });
    if (calendar) all.write("END:VCALENDAR\r\n");
    all.close();
    return count;
}

std::string valueAt(const std::vector<LabelledValue>& values, std::size_t at) {
    return at < values.size() ? values[at].value : std::string();
}

void exportContacts(const Store& store, const User& user, const fs::path& path) {
    File file(path);
    std::string rows;
    appendCsvRow(rows, {"Name",   "First Name",  "Middle Name", "Last Name", "Company",  "Department", "Job Title",
                        "E-mail", "E-mail 2",    "E-mail 3",    "Phone",     "Phone 2",  "Phone 3",    "Street",
                        "City",   "Postal Code", "Country",     "Website",   "Birthday", "Notes",      "UID"});
    Store::Query query;
    query.user = user.id;
    query.limit = 500;
    do {
        const auto page = store.contacts(query);
        for (const Contact& c : page.records) {
            const PostalAddress address = c.addresses.empty() ? PostalAddress{} : c.addresses[0];
            appendCsvRow(rows, {c.displayName,
                                c.firstName,
                                c.middleName,
                                c.lastName,
                                c.companyName,
                                c.department,
                                c.jobTitle,
                                valueAt(c.emails, 0),
                                valueAt(c.emails, 1),
                                valueAt(c.emails, 2),
                                valueAt(c.phones, 0),
                                valueAt(c.phones, 1),
                                valueAt(c.phones, 2),
                                address.street,
                                address.locality,
                                address.postcode,
                                address.country,
                                valueAt(c.urls, 0),
                                c.birthday,
                                c.notes,
                                c.uid});
        }
        file.write(rows);
        rows.clear();
        query.after = page.next;
    } while (!query.after.empty());
    file.close();
}

void exportActivities(const Store& store, const User& user, const fs::path& path) {
    const Directory directory(store);
    File file(path);
    std::string rows;
    appendCsvRow(rows, {"Type", "Subject", "Start", "End", "Zone", "All Day", "Recurrence", "Location", "Owner",
                        "Participants", "Done", "Cancelled", "Notes", "UID"});
    Store::Query query;
    query.user = user.id;
    query.limit = 500;
    do {
        const auto page = store.activities(query);
        for (const Activity& a : page.records) {
            if (a.owner != user.id &&
                std::ranges::find(a.participants, user.id, &Participant::userId) == a.participants.end())
                continue;  // a colleague's, of which the user merely sees something
            std::string participants;
            for (const Participant& each : a.participants)
                participants.append(participants.empty() ? "" : "; ").append(each.email);
            appendCsvRow(
                rows, {directory.typeKey(a.typeId), a.subject, whenText(a.start), whenText(a.end), zoneText(a.start),
                       a.start.kind == When::Kind::date ? "yes" : "no", a.rrule, a.location, directory.login(a.owner),
                       participants, a.done ? "yes" : "no", a.cancelled ? "yes" : "no", a.notes, a.uid});
        }
        file.write(rows);
        rows.clear();
        query.after = page.next;
    } while (!query.after.empty());
    file.close();
}

}  // namespace

std::size_t exportAll(const Store& store, const User& user, const std::string& directory) {
    const fs::path root(directory);
    fs::create_directories(root);
    if (!fs::is_empty(root)) throw std::runtime_error(directory + " isn't empty: name a new folder");
    std::size_t count = 0;
    for (const Home home : {Home::calendars, Home::addressbooks}) {
        const fs::path folder = root / (home == Home::calendars ? "calendars" : "addressbooks");
        fs::create_directories(folder);
        for (const Collection& collection : store.home(user.login, home))
            if (collection.purpose != Purpose::inbox && collection.purpose != Purpose::outbox &&
                collection.ownerLogin.empty())
                count += exportCollection(store, collection, folder);
    }
    exportContacts(store, user, root / "contacts.csv");
    exportActivities(store, user, root / "activities.csv");
    return count;
}

}  // namespace crmdav
