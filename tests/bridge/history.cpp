#include "tests/bridge/history.h"

#include <algorithm>

#include "store/records/activity_ical.h"
#include "store/records/contact_vcard.h"

namespace crmdav {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

constexpr const char* events = R"({"direction":"two-way","calendars":["work"]})";
constexpr const char* otherEvents = R"({"direction":"two-way","calendars":["work"],"push":false})";
constexpr const char* cards = R"({"direction":"two-way","books":["work"]})";

/// The day of an occurrence, which a series that moves by hours keeps.
std::string slotOf(const When& original) {
    return std::to_string(floor<days>(original.local).time_since_epoch().count());
}

void move(When& when, hours by) {
    if (when.kind != When::Kind::none) when.local += by;
}

}  // namespace

// ------------------------------------------------------------ words
void Words::saw(const std::string& record, const std::string& slot, const std::string& word) {
    std::erase_if(last_[{record, slot}], [&](const auto& last) { return last.second == word; });
}

void Words::wrote(int where, const std::string& record, const std::string& slot, const std::string& seen,
                  const std::string& word) {
    saw(record, slot, seen);
    last_[{record, slot}].erase(where);
    if (!word.empty()) last_[{record, slot}][where] = word;
}

void Words::removed(const std::string& record, const Slots& seen) {
    for (const auto& [slot, word] : seen) saw(record, slot, word);
}

std::vector<std::pair<std::string, std::string>> Words::of(const std::string& record) const {
    std::vector<std::pair<std::string, std::string>> list;
    for (const auto& [key, last] : last_)
        if (key.first == record)
            for (const auto& [where, word] : last) list.emplace_back(key.second, word);
    return list;
}

// ------------------------------------------------------------ the course of things
History::History(unsigned seed, SyncKind what) : kind_(what), random_(seed) {
    providers_ = pick(2) + 1;
    const bool coarse = chance(4);
    for (MemoryServer* one : {&server, &otherServer}) {
        one->page = static_cast<std::size_t>(pick(4) + 1);
        one->tellsTimes = chance(2);
        one->coarse = coarse;
        one->marks = chance(2);
    }
    start(what, what == calendar ? events : cards);
    if (providers_ == 2) startOther(what, what == calendar ? otherEvents : cards);
}

void History::happen() {
    const int steps = pick(10) + 6 * providers_;
    for (int i = 0; i < steps; ++i) step();
    for (MemoryServer* one : {&server, &otherServer}) one->fault = nullptr, one->stutters = nullptr;
    for (int i = 0; i < 4 * providers_; ++i) {
        quietRun(account);
        if (providers_ == 2) quietRun(otherAccount);
        now += hours(3);  // whatever waits for its time
    }
}

void History::quietRun(const Id& which) {
    tell("quiet run" + std::string(which == account ? "" : " of the other"));
    if (run(which, kind_).status == SyncStatus::paused) accounts->confirm(which, kind_);
    tellJournal();
}

void History::step() {
    now += seconds(pick(100));
    const int where = pick(providers_ + 1);
    switch (pick(10)) {
        case 0:
        case 1: return make(where);
        case 2:
        case 3:
        case 4:
        case 5: return edit(where);
        case 6: return remove(where);
        case 7:
            if (chance(4)) serverOf(where).expireCursors();
            if (kind_ == calendar && providers_ == 2 && chance(3)) makeAtBoth();
            return;
        default: return faultyRun();
    }
}

void History::faultyRun() {
    const bool faults = !chance(3);
    for (MemoryServer* one : {&server, &otherServer}) {
        one->stutters = [this] { return chance(6); };
        one->fault = nullptr;
        if (faults) one->fault = [this, one](const std::string& call, bool after) { fault(*one, call, after); };
    }
    const Id& which = providers_ == 2 && chance(2) ? otherAccount : account;
    tell(which == account ? "run" : "run of the other");
    // At any look at the clock: in the midst of a transaction of the CRM, too.
    clockTicks_ = faults && chance(3) ? pick(60) : -1;
    onClock = [this] {
        if (clockTicks_ >= 0 && clockTicks_-- == 0) throw Killed{};
    };
    try {
        run(which, kind_);
    } catch (const Killed&) {  // its lease is gone with it, here
        tell("killed");
    }
    onClock = nullptr;
    tellJournal();
    now += seconds(pick(5000));
}

void History::fault(MemoryServer& at, const std::string& call, bool after) {
    if (inside_) return;
    if (chance(20)) {  // somebody edits just now
        inside_ = true;
        onClock = nullptr;
        edit(pick(providers_ + 1));
        inside_ = false;
    }
    if (!chance(12)) return tell("  " + call + (after ? " done" : ""));
    const int which = pick(5);
    tell("  " + call + (after ? " done" : "") + ", fault " + std::to_string(which));
    switch (which) {
        case 0: throw TryLater("429");
        case 1: throw Killed{};
        case 2: throw TryLater(after ? "the answer got lost" : "500");
        case 3: return at.expireCursors();
        default:
            if (call == "update" || call == "remove") throw Changed("412");
            throw TryLater("time-out");
    }
}

// ------------------------------------------------------------ people
void History::make(int where) {
    const std::string token = "T" + std::to_string(++counter_);
    tokens_[token].born = where;
    const bool series = kind_ == calendar && chance(2);
    tell(std::to_string(where) + " makes " + token + (series ? ", a series" : ""));
    const int day = 1 + pick(20);
    if (where == crm && kind_ == calendar) {
        Activity made = makeActivity(token, day);
        if (series) {
            made.rrule = "FREQ=DAILY;COUNT=5";
            SyncWorld::edit(made);
        }
    } else if (where == crm) {
        makeContact(token, "Lee", token + "@else.org");
    } else {
        const std::string id = "p" + token,
                          stamp = "X-TEST-MODIFIED:" + std::to_string(now.time_since_epoch().count()) + "\r\n";
        if (kind_ == calendar)
            event(id, token, day, series ? "RRULE:FREQ=DAILY;COUNT=5\r\n" : "");
        else
            card(id, token, "Ray", token + "@else.org", stamp);
        if (where == 2) {
            otherServer.put("work", id, server.at("work", id).raw);
            server.collections["work"].erase(id);
        }
    }
}

void History::makeAtBoth() {
    make(1);
    const std::string token = "T" + std::to_string(counter_), id = "p" + token;
    tokens_[token].shared = true;
    tell("  at both");
    otherServer.put("work", id, server.at("work", id).raw);
}

std::string History::anyId(int where) {
    const auto ids = serverOf(where).ids("work");
    return ids.empty() ? "" : ids[static_cast<std::size_t>(pick(static_cast<int>(ids.size())))];
}

Record History::parsed(int where, const std::string& id) {
    return MemoryProvider(serverOf(where)).parse(kind_, serverOf(where).at("work", id).raw).record;
}

std::vector<Activity> History::living() {
    auto all = activities();
    std::erase_if(all, [](const Activity& a) { return a.cancelled; });
    return all;
}

void History::write(int where, const std::string& id, const Record& before, const Record& after) {
    Document document = Document::parse(serverOf(where).at("work", id).raw);
    if (kind_ == calendar)
        overlayActivity(document, std::get<Activity>(before), std::get<Activity>(after), {}, now);
    else
        overlayContact(document, std::get<Contact>(before), std::get<Contact>(after), now);
    std::string raw = document.bytes();
    if (const auto at = raw.find("\nX-TEST-MODIFIED:"); at != std::string::npos)
        raw.replace(at + 17, raw.find('\r', at) - at - 17, std::to_string(now.time_since_epoch().count()));
    serverOf(where).put("work", id, raw);
}

void History::edit(int where) {
    const auto one = [&](auto all) {
        if (all.empty()) return;
        auto record = all[static_cast<std::size_t>(pick(static_cast<int>(all.size())))];
        editRecord(crm, record);
        SyncWorld::edit(record);
    };
    if (where == crm) return kind_ == calendar ? one(living()) : one(contacts());
    const std::string id = anyId(where);
    if (id.empty()) return;
    const Record before = parsed(where, id);
    Record after = before;
    std::visit([&](auto& record) { editRecord(where, record); }, after);
    write(where, id, before, after);
}

void History::editRecord(int where, Activity& a) {
    if (!a.rrule.empty() && chance(2)) return editOccurrence(where, a);
    if (!a.rrule.empty() && chance(6)) return split(where, a);
    const std::string word = fresh();
    tell(std::to_string(where) + " edits " + a.subject + ": " + word);
    words_.wrote(where, a.subject, "", a.location, word);
    a.location = word;
    if (!chance(4)) return;
    tell("  and moves it");
    move(a.start, hours(1)), move(a.end, hours(1));
    for (Exception& e : a.exceptions) {
        move(e.original, hours(1));
        if (!e.cancelled) move(e.start, hours(1)), move(e.end, hours(1));
    }
}

void History::editOccurrence(int where, Activity& a) {
    Exception wanted;
    const int day = pick(5);
    wanted.original = a.start;
    wanted.original.local += days(day);
    wanted.subject = a.subject;
    wanted.location = fresh();
    wanted.notes = a.notes;
    wanted.start = wanted.end = wanted.original;
    wanted.end.local += a.end.local - a.start.local;
    const std::string slot = slotOf(wanted.original);
    const bool cancels = day > 0 && chance(4);  // an event without any occurrence is none
    tell(std::to_string(where) + (cancels ? " cancels an occurrence of " : " edits an occurrence of ") + a.subject +
         ": " + slot + " " + wanted.location);
    const auto found = std::ranges::find(a.exceptions, wanted.original, &Exception::original);
    words_.wrote(where, a.subject, slot, found == a.exceptions.end() ? "" : found->location,
                 cancels ? "" : wanted.location);
    if (cancels) {
        wanted = {wanted.original, true, {}, {}, {}, {}, {}};
    }
    if (found != a.exceptions.end())
        *found = wanted;
    else
        a.exceptions.insert(std::ranges::upper_bound(a.exceptions, wanted.original.local, {},
                                                     [](const Exception& e) { return e.original.local; }),
                            wanted);
}

/// "This and all following": the series ends earlier. What follows is another event, as make() makes some (C8).
void History::split(int where, Activity& a) {
    a.rrule = "FREQ=DAILY;COUNT=" + std::to_string(1 + pick(3));
    tell(std::to_string(where) + " splits " + a.subject + ": " + a.rrule);
    const auto first = slotOf(a.start);
    const int count = a.rrule.back() - '0';
    std::erase_if(a.exceptions, [&](const Exception& e) {
        const bool beyond = std::stoi(slotOf(e.original)) >= std::stoi(first) + count;
        if (beyond) words_.wrote(where, a.subject, slotOf(e.original), e.location, "");
        return beyond;
    });
}

void History::editRecord(int where, Contact& c) {
    const std::string word = fresh();
    tell(std::to_string(where) + " edits " + c.firstName + ": " + word);
    words_.wrote(where, c.firstName, "", c.jobTitle, word);
    c.jobTitle = word;
    if (chance(3) && c.emails.size() < 5) c.emails.push_back({"home", word + "@more.org", false});
}

void History::remove(int where) {
    const auto note = [&](const Record& record) {
        const Seen what = seen(record);
        tell(std::to_string(where) + " removes " + what.token);
        tokens_[what.token].deleted = true;
        words_.removed(what.token, what.slots);
    };
    if (where != crm) {
        const std::string id = anyId(where);
        if (id.empty()) return;
        note(parsed(where, id));
        serverOf(where).remove("work", id);
    } else if (kind_ == calendar) {
        const auto all = living();
        if (all.empty()) return;
        const Activity& one = all[static_cast<std::size_t>(pick(static_cast<int>(all.size())))];
        note(one);
        removeActivity(one.id);
    } else {
        const auto all = contacts();
        if (all.empty()) return;
        const Contact& one = all[static_cast<std::size_t>(pick(static_cast<int>(all.size())))];
        note(one);
        removeContact(one.id);
    }
}

}  // namespace crmdav
