#include <algorithm>

#include "protocol/text/zones.h"
#include "server/demo/demo.h"
#include "server/demo/random.h"

/// A year around today: nine months back, three ahead.
namespace crmdav::demo {
namespace {

using namespace std::chrono;

struct Plan {
    std::string_view type, subject;  ///< {company} and {person} are filled in
    int minutes;
    bool online;
};
constexpr Plan plans[] = {
    {"call", "Rückruf {person}", 15, false},
    {"call", "Telefonat mit {person} zum Angebot", 30, false},
    {"call", "Call with {person}", 30, false},
    {"call", "Nachfassen: {company}", 20, false},
    {"meeting", "Projektstand {company}", 60, true},
    {"meeting", "Kick-off {company}", 90, false},
    {"meeting", "Jahresgespräch mit {person}", 60, false},
    {"meeting", "Quarterly review {company}", 60, true},
    {"meeting", "Workshop Anforderungen {company}", 120, false},
    {"lunch", "Mittagessen mit {person}", 75, false},
    {"lunch", "Lunch with {person}", 75, false},
    {"demo", "Demo für {company}", 45, true},
    {"demo", "Product demo {company}", 45, true},
};
constexpr std::string_view personal[] = {"Zahnarzt", "Elternabend", "Dentist", "Autowerkstatt", "School concert"};
constexpr std::string_view chores[] = {"Angebot schreiben: {company}", "Unterlagen an {person} senden",
                                       "Send contract to {person}",    "Rechnung prüfen: {company}",
                                       "Protokoll {company}",          "Prepare demo for {company}",
                                       "Reisekosten abrechnen",        "Referenz anfragen: {company}"};
constexpr std::string_view places[] = {"Gasthaus Zur Mühle", "Café Lindenhof", "The Old Foundry", "Bistro am Kanal"};
constexpr int slots[] = {9 * 60, 10 * 60 + 30, 13 * 60, 14 * 60 + 30, 16 * 60};

struct Series {
    std::string_view owner, type, subject, rule, zone;
    int firstDay;  ///< days from this week's Monday
    int startMinute, minutes;
    std::string_view guests;  ///< logins, space between
    int moved, cancelled;     ///< which occurrences: weeks from this week; 999: none
};
constexpr Series series[] = {
    {"anna", "meeting", "Teamrunde Vertrieb", "FREQ=WEEKLY;BYDAY=MO", "Europe/Berlin", -252, 540, 45, "ben clara david",
     1, -2},
    {"anna", "meeting", "Monatsrunde: alle zusammen", "FREQ=MONTHLY;BYDAY=1TH", "Europe/Berlin", -270, 900, 60,
     "ben clara david emma felix", 999, 999},
    {"ben", "call", "Jour fixe Pilotkunde", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "Europe/Berlin", -194, 630, 30, "clara",
     999, -4},
    {"emma", "call", "US–Europe sync", "FREQ=WEEKLY;BYDAY=TU,TH", "America/New_York", -181, 570, 30, "david anna", 2,
     -1},
    {"felix", "call", "Tokyo morning hand-over", "FREQ=WEEKLY;BYDAY=FR", "Asia/Tokyo", -122, 540, 30, "clara", 999,
     999},
    {"clara", "lunch", "Stammtisch Wien", "FREQ=MONTHLY;BYDAY=-1FR", "Europe/Vienna", -255, 750, 90, "", 999, 999},
    {"david", "meeting", "1:1 Anna and David", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;COUNT=30", "Europe/London", -249, 840,
     30, "anna", -1, 999},
    {"ben", "demo", "Offene Produktvorführung", "FREQ=MONTHLY;BYDAY=2TU;UNTIL={until}", "Europe/Berlin", -270, 840, 45,
     "", 999, 999},
};

struct Fair {
    std::string_view owner, subject, location;
    int day, days;
    bool busy;
    std::string_view guests;
};
constexpr Fair fairs[] = {
    {"ben", "Fachmesse Nordtechnik", "Messehallen, Halle 4", -130, 3, true, "clara"},
    {"clara", "Donau Software Tage", "Wien, Alte Börsenhalle", -45, 2, true, ""},
    {"emma", "Hudson Trade Fair", "Albany, NY", 25, 3, true, "david"},
    {"anna", "Klausur der Geschäftsleitung", "Landgut Seeblick", 38, 2, true, "ben"},
    {"felix", "Obon holidays", "", -98, 4, true, ""},
    {"david", "Annual leave", "", 52, 5, true, ""},
    {"ben", "Urlaub", "", -70, 10, true, ""},
    {"anna", "Geschäftsjubiläum", "", 9, 1, false, ""},
};

class CalendarMaker {
public:
    CalendarMaker(Store& store, const Cast& cast, Instant today) : store_(store), cast_(cast), now_(today) {
        const auto day = floor<days>(today);
        monday_ = local_days(day.time_since_epoch()) - (weekday(sys_days(day)) - Monday);
    }

    void make() {
        for (const User& user : cast_.users)
            store_.batch([&] {
                for (int day = -270; day <= 95; ++day) workday(user, day);
                for (int i = 0; i < 20; ++i) task(user, i);
            });
        store_.batch([&] {
            for (const Series& each : series) repeat(each);
            for (const Fair& each : fairs) fair(each);
        });
    }

private:
    const User& user(std::string_view login) const { return *std::ranges::find(cast_.users, login, &User::login); }

    static std::vector<std::string_view> words(std::string_view text) {
        std::vector<std::string_view> all;
        while (!text.empty()) {
            const auto space = std::min(text.find(' '), text.size());
            all.push_back(text.substr(0, space));
            text.remove_prefix(std::min(space + 1, text.size()));
        }
        return all;
    }

    When at(int day, int minute, std::string_view zone) const {
        return {When::Kind::zoned, monday_ + days(day) + minutes(minute), std::string(zone)};
    }
    When date(int day) const { return {When::Kind::date, local_seconds(monday_ + days(day)), {}}; }
    bool isPast(const When& when) const {
        const ZonePtr zone = when.kind == When::Kind::zoned ? findZone(when.zone) : nullptr;
        return (zone ? zone->toUtc(when.local) : Instant(when.local.time_since_epoch())) < now_;
    }

    Id type(std::string_view key) const {
        const auto found = std::ranges::find(cast_.types, key, &ActivityType::key);
        return found == cast_.types.end() ? Id() : found->id;
    }

    Activity begin(const User& owner, std::string_view key) {
        Activity activity;
        activity.owner = owner.id;
        activity.typeId = type(key);
        char uid[64];
        std::snprintf(uid, sizeof uid, "demo-activity-%05d@musterbach.example", ++count_);
        activity.uid = uid;
        return activity;
    }

    void save(const Activity& activity) {
        Actor actor;
        actor.user = activity.owner;
        actor.via = "demo";
        store_.saveActivity(actor, activity, {});
    }

    void invite(Activity& activity, const User& host) {
        if (!activity.participants.empty()) return;
        Participant self;
        self.email = host.email;
        self.name = host.name;
        self.response = "accepted";
        self.role = "chair";
        self.organizer = true;
        activity.participants.push_back(self);
    }

    void invite(Activity& activity, const User& host, std::string_view email, std::string_view name) {
        static constexpr std::string_view answers[] = {"accepted",  "accepted",     "accepted",
                                                       "tentative", "needs-action", "declined"};
        invite(activity, host);
        Participant guest;
        guest.email = email;
        guest.name = name;
        guest.response = isPast(activity.start) ? answers[random_.below(4)] : random_.of(answers);
        activity.participants.push_back(guest);
    }

    std::string filled(std::string_view text, const Contact& contact) const {
        std::string out(text);
        if (const auto at = out.find("{person}"); at != out.npos) out.replace(at, 8, contact.displayName);
        if (const auto at = out.find("{company}"); at != out.npos) out.replace(at, 9, contact.companyName);
        return out;
    }

    void workday(const User& owner, int day) {
        const unsigned weekdayOf = weekday(sys_days((monday_ + days(day)).time_since_epoch())).iso_encoding();
        if (weekdayOf > 5) return;
        std::size_t slot = random_.below(2);
        // The further ahead, the emptier.
        const unsigned chance = day < 7 ? 62 : day < 30 ? 45 : 18;
        for (; slot < std::size(slots); slot += 2 + random_.below(2))
            if (random_.percent(chance)) appointment(owner, day, slots[slot]);
    }

    void appointment(const User& owner, int day, int minute) {
        const Contact& contact = random_.in(cast_.contacts);
        const Plan& plan = random_.of(plans);
        Activity activity = begin(owner, plan.type);
        if (plan.type == "lunch") minute = 12 * 60 + 15;
        activity.start = at(day, minute, owner.zone);
        activity.end = at(day, minute + plan.minutes, owner.zone);
        if (random_.percent(3)) {
            activity.subject = random_.of(personal);
            activity.privacy = Privacy::personal;
            activity.typeId.clear();
            return save(activity);
        }
        activity.subject = filled(plan.subject, contact);
        invite(activity, owner, contact.emails[0].value, contact.displayName);
        if (random_.percent(18)) {
            const User& colleague = random_.in(cast_.users);
            if (colleague.id != owner.id) invite(activity, owner, colleague.email, colleague.name);
        }
        if (plan.type == "lunch")
            activity.location = random_.of(places);
        else if (plan.online)
            activity.url = "https://meet.musterbach.example/" + activity.uid.substr(14, 5);
        else if (plan.type == "meeting" && !contact.addresses.empty())
            activity.location = contact.addresses[0].street + ", " + contact.addresses[0].locality;
        if (random_.percent(25))
            activity.notes = "Unterlagen liegen im Projektordner.\nBitte Zahlen vom letzten Quartal mitbringen.";
        if (random_.percent(50)) activity.reminders = {{15, "display"}};
        finish(activity, contact);
        save(activity);
    }

    void finish(Activity& activity, const Contact& contact) {
        if (random_.percent(4))
            activity.cancelled = true;
        else if (isPast(activity.end))
            activity.done = random_.percent(92);
        else
            activity.tentative = random_.percent(10);
        if (random_.percent(20))
            for (const Deal& deal : cast_.deals)
                if (deal.companyId == contact.companyId) {
                    activity.dealIds = {deal.id};
                    break;
                }
    }

    void task(const User& owner, int number) {
        const Contact& contact = random_.in(cast_.contacts);
        Activity activity = begin(owner, "");
        activity.component = ComponentKind::todo;
        activity.typeId.clear();
        activity.subject = filled(random_.of(chores), contact);
        const int day = random_.between(-60, 40);
        activity.end = number % 3 == 0 ? at(day, 17 * 60, owner.zone) : date(day);
        activity.priority = number % 4 == 0 ? 1 : number % 4 == 1 ? 5 : 0;
        activity.contactIds = {contact.id};
        if (isPast(activity.end) && random_.percent(85)) {
            activity.done = true;
            activity.percent = 100;
            activity.completed = Instant(activity.end.local.time_since_epoch()) - hours(5);
        } else if (random_.percent(20)) {
            activity.percent = 50;
        }
        save(activity);
    }

    /// The first day on or after `from` that the rule's weekday names (the start of a series belongs to it).
    int firstDayOf(const Series& each) const {
        static constexpr std::string_view names[] = {"MO", "TU", "WE", "TH", "FR"};
        const std::string_view rule = each.rule;
        const std::string_view by = rule.substr(rule.find("BYDAY=") + 6);
        const bool monthly = rule.starts_with("FREQ=MONTHLY");
        const int nth = by[0] == '-' ? -1 : monthly ? by[0] - '0' : 0;
        const std::string_view name = by.substr(by[0] == '-' ? 2 : monthly ? 1 : 0, 2);
        const auto wanted = static_cast<unsigned>(std::ranges::find(names, name) - std::begin(names)) + 1;
        for (int day = each.firstDay;; ++day) {
            const year_month_day date(sys_days((monday_ + days(day)).time_since_epoch()));
            if (weekday(sys_days(date)).iso_encoding() != wanted) continue;
            if (nth == 0 || (nth > 0 && static_cast<int>(unsigned(date.day()) - 1) / 7 + 1 == nth)) return day;
            if (nth < 0 && year_month_day(sys_days(date) + days(7)).month() != date.month()) return day;
        }
    }

    void repeat(const Series& each) {
        const User& owner = user(each.owner);
        Activity activity = begin(owner, each.type);
        const int first = firstDayOf(each);
        activity.subject = each.subject;
        activity.start = at(first, each.startMinute, each.zone);
        activity.end = at(first, each.startMinute + each.minutes, each.zone);
        activity.rrule = each.rule;
        if (const auto until = activity.rrule.find("{until}"); until != std::string::npos) {
            const year_month_day last(sys_days((monday_ + days(-21)).time_since_epoch()));
            char text[32];
            std::snprintf(text, sizeof text, "%04d%02u%02uT230000Z", int(last.year()), unsigned(last.month()),
                          unsigned(last.day()));
            activity.rrule.replace(until, 7, text);
        }
        activity.url = "https://meet.musterbach.example/" + activity.uid.substr(14, 5);
        for (const std::string_view guest : words(each.guests)) {
            const User& colleague = user(guest);
            invite(activity, owner, colleague.email, colleague.name);
        }
        activity.reminders = {{10, "display"}};
        // In the week `moved` it is a day later and elsewhere; in the week `cancelled` it doesn't take place.
        const int offset = first - floorWeek(first);
        if (each.cancelled != 999)
            activity.exceptions.push_back(exception(activity, each, each.cancelled * 7 + offset, true));
        if (each.moved != 999) activity.exceptions.push_back(exception(activity, each, each.moved * 7 + offset, false));
        std::ranges::sort(activity.exceptions, {}, [](const Exception& e) { return e.original.local; });
        save(activity);
    }

    static int floorWeek(int day) { return (day >= 0 ? day / 7 : (day - 6) / 7) * 7; }

    Exception exception(const Activity& activity, const Series& each, int day, bool cancelled) const {
        Exception one;
        // Every second week means every second week: go on to one that takes place.
        const bool fortnightly = each.rule.find("INTERVAL=2") != std::string_view::npos;
        const int first = static_cast<int>(duration_cast<days>(activity.start.local - local_seconds(monday_)).count());
        if (fortnightly && (day - first) / 7 % 2 != 0) day += 7;
        one.original = at(day, each.startMinute, each.zone);
        one.cancelled = cancelled;
        if (cancelled) return one;
        one.subject = std::string(each.subject) + " (verschoben)";
        one.location = "Raum Lichtung";
        one.start = at(day + 1, each.startMinute + 60, each.zone);
        one.end = at(day + 1, each.startMinute + 60 + each.minutes, each.zone);
        return one;
    }

    void fair(const Fair& each) {
        const User& owner = user(each.owner);
        Activity activity = begin(owner, "meeting");
        activity.subject = each.subject;
        activity.location = each.location;
        activity.start = date(each.day);
        activity.end = date(each.day + each.days);
        activity.busy = each.busy;
        for (const std::string_view guest : words(each.guests)) {
            const User& colleague = user(guest);
            invite(activity, owner, colleague.email, colleague.name);
        }
        save(activity);
    }

    Store& store_;
    const Cast& cast_;
    Instant now_;
    local_days monday_;
    Random random_{20'260'102};
    int count_ = 0;
};

}  // namespace

void makeCalendar(Store& store, const Cast& cast, Instant today) { CalendarMaker(store, cast, today).make(); }

}  // namespace crmdav::demo
