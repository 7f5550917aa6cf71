#include "bridge/secrets.h"
#include "server/auth/passwords.h"
#include "server/demo/demo.h"

/// A second user of the demo's own server, who plays another provider: what anna has at home. Her account there is
/// connected and not started, so that a newcomer sees the bridge at work without signing in anywhere.
namespace crmdav::demo {
namespace {

constexpr std::string_view login = "elsewhere", password = "elsewhere-shows-the-demo";
constexpr std::string_view calendar = "/dav/calendars/elsewhere/activities/";
constexpr std::string_view book = "/dav/addressbooks/elsewhere/private/";

std::string dayText(Instant today, int days) {
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(today) + std::chrono::days(days));
    char text[16];
    std::snprintf(text, sizeof text, "%04d%02u%02u", int(date.year()), unsigned(date.month()), unsigned(date.day()));
    return {text, 8};
}

std::string event(std::string_view uid, const std::string& lines) {
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Elsewhere//EN\r\nBEGIN:VEVENT\r\nUID:" + std::string(uid) +
           "\r\nDTSTAMP:20260101T000000Z\r\n" + lines + "END:VEVENT\r\nEND:VCALENDAR\r\n";
}

std::string timed(const std::string& day, std::string_view from, std::string_view until) {
    return "DTSTART:" + day + "T" + std::string(from) + "Z\r\nDTEND:" + day + "T" + std::string(until) + "Z\r\n";
}

void makeEvents(Store& store, const User& user, Instant today) {
    const auto home = store.collection(user.login, Home::calendars, "activities");
    const auto put = [&](const char* uid, const std::string& lines) {
        store.saveObject(theDemo(), home->id, std::string(uid) + ".ics", event(uid, lines), {});
    };
    // Her address there is nobody's here: else the CRM would know the meeting by itself.
    const std::string guests =
        "ORGANIZER:mailto:anna@home.example\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:anna@home.example\r\n";
    put("coffee-with-jana",
        timed(dayText(today, 2), "130000", "140000") + "SUMMARY:Coffee with Jana\r\n" + guests +
            "ATTENDEE;CN=Jana Weiss:mailto:jana.weiss@lindenhof.example\r\nLOCATION:Café Linde\r\n");
    put("dentist", timed(dayText(today, 3), "070000", "080000") + "SUMMARY:Dentist\r\nCLASS:PRIVATE\r\n");
    put("choir", timed(dayText(today, 1), "180000", "193000") +
                     "SUMMARY:Choir\r\nRRULE:FREQ=WEEKLY;COUNT=20\r\nEXDATE:" + dayText(today, 8) + "T180000Z\r\n");
    put("trade-fair", "DTSTART;VALUE=DATE:" + dayText(today, 12) + "\r\nDTEND;VALUE=DATE:" + dayText(today, 15) +
                          "\r\nSUMMARY:Trade fair\r\n");
}

void makeCards(Store& store, const User& user, const User& anna) {
    const auto home = store.collection(user.login, Home::addressbooks, "private");
    const auto put = [&](const char* uid, const std::string& lines) {
        store.saveObject(theDemo(), home->id, std::string(uid) + ".vcf",
                         "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + std::string(uid) + "\r\n" + lines + "END:VCARD\r\n",
                         {});
    };
    put("jana",
        "N:Weiss;Jana;;;\r\nFN:Jana Weiss\r\nEMAIL;TYPE=HOME:jana.weiss@lindenhof.example\r\nTEL;TYPE=CELL:+49 "
        "170 5550101\r\n");
    put("choirmaster", "N:Sommer;Ruth;;;\r\nFN:Ruth Sommer\r\nTEL;TYPE=HOME:+49 30 5550102\r\nNOTE:Choir\r\n");
    put("nameless", "N:Plumber;;;;\r\nFN:Plumber\r\n");  // incomplete: skipped with a reason (rule D4)
    Contact known;  // … whom anna's own book knows already, so that they are merged
    known.firstName = "Jana";
    known.lastName = "Weiss";
    known.emails = {{"work", "jana.weiss@lindenhof.example", true}};
    known.jobTitle = "Architect";
    known.owner = anna.id;
    store.saveContact(theDemo(), known, {});
}

}  // namespace

void makeElsewhere(Store& store, Instant today) {
    User user;
    user.login = login;
    user.name = "Anna at home (plays another provider)";
    user.visibility = Detail::none;
    user = store.addUser(theDemo(), user);
    store.setPasswordHash(theDemo(), user.id, hashPassword(password));
    makeEvents(store, user, today);
    makeCards(store, user, *store.user(colleagues()[0].login));
}

Id connectElsewhere(Store& store, const std::string& keyFile, const std::string& address) {
    const auto anna = store.user(colleagues()[0].login);
    SyncStore& sync = store.sync();
    Account account;
    account.user = anna->id;
    account.provider = "dav";
    account.login = login;
    account.identity = address + "dav/principals/users/elsewhere/";
    account.emails = {"anna@home.example"};
    for (const Account& known : sync.accounts(anna->id))
        if (known.login == login) account = known;
    const bool isNew = account.id.empty();
    account.address = address;
    account = sync.saveAccount(account);
    if (!isNew) return account.id;
    Secrets(keyFile).save(store, account.id, password);
    for (const SyncKind kind : {SyncKind::calendar, SyncKind::contacts}) {
        SyncSide side;
        side.account = account.id;
        side.kind = kind;
        side.status = SyncStatus::authorised;
        const bool events = kind == SyncKind::calendar;
        side.settings = std::string(R"({"direction":"two-way",")") + (events ? "calendars" : "books") + R"(":[")" +
                        std::string(events ? calendar : book) + "\"]" + (events ? "}" : R"(,"personal":true})");
        sync.saveSide(side);
    }
    return account.id;
}

}  // namespace crmdav::demo
