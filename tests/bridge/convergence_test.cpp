#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <set>

#include "store/records/activity_ical.h"
#include "store/records/contact_vcard.h"
#include "tests/bridge/sync_world.h"

/// Random histories of edits and deletions on both sides, with faults of every kind: when those stop, both sides agree
/// by the rules, nothing is doubled or lost, and nothing more is written (rules C1–C10, D2–D10, I1–I6).
/// CRMDAV_HISTORIES=100000 for a long one; CRMDAV_SEED=N for one history again.
namespace crmdav {
namespace {

/// The process dies: nobody catches it.
struct Killed {};

constexpr const char* events = R"({"direction":"two-way","calendars":["work"]})";
constexpr const char* cards = R"({"direction":"two-way","books":["work"]})";

class History : public SyncWorld {
public:
    History(unsigned seed, SyncKind what) : kind(what), random(seed) {
        server.page = static_cast<std::size_t>(pick(4) + 1);
        server.tellsTimes = pick(2) == 0;
        server.coarse = pick(3) == 0;
        server.marks = pick(2) == 0;
        start(kind, kind == calendar ? events : cards);
    }

    void happen() {
        const int steps = pick(10) + 6;
        for (int i = 0; i < steps; ++i) step();
        server.fault = nullptr;
        for (int i = 0; i < 4; ++i) {
            tell("quiet run");
            if (run(kind).status == SyncStatus::paused) accounts->confirm(account, kind);
            tellJournal();
            now += std::chrono::hours(3);  // whatever waits for its time
        }
    }

    void check() {
        const int before = server.writes;
        const auto entries = journal().size();
        for (int i = 0; i < 3; ++i) run(kind);
        EXPECT_EQ(server.writes, before) << "it writes for ever";
        EXPECT_EQ(journal().size(), entries) << "it does something for ever";
        EXPECT_EQ(side(kind).status, SyncStatus::active) << side(kind).cause;
        const auto crm = crmState(), provider = providerState();
        for (const auto& [token, made] : tokens) {
            const auto c = crm.find(token), p = provider.find(token);
            const bool inCrm = c != crm.end(), atProvider = p != provider.end();
            if (inCrm && atProvider) {
                EXPECT_EQ(c->second, p->second) << "they differ: " << token;
            }
            if (!inCrm && atProvider) {
                EXPECT_TRUE(kind == calendar && !made.crmBorn) << "only there: " << token;
            }
            if (inCrm && !atProvider) ADD_FAILURE() << "only in the CRM: " << token;
            if (!inCrm && !atProvider) {
                EXPECT_TRUE(made.deleted) << "lost: " << token;
            }
            if (inCrm && atProvider) requireEdits(token, made, c->second);
        }
        const auto faults = store->check({});
        EXPECT_TRUE(faults.empty()) << faults.front();
    }

private:
    /// CRMDAV_SEED tells what happened, step by step.
    void tell(const std::string& what) {
        if (std::getenv("CRMDAV_SEED")) std::cerr << formatted(now) << " " << what << "\n";
    }
    void tellJournal() {
        for (const JournalEntry& entry : journal()) {
            if (entry.id <= toldJournal) continue;
            tell("  " + entry.title + ": " + entry.action + " " + entry.outcome + " " + entry.rule + " " +
                 entry.reason);
            for (const JournalField& field : entry.fields)
                tell("     " + field.field + ": " + field.before + " -> " + field.after + " lost " + field.lost);
        }
        if (const auto all = journal(); !all.empty()) toldJournal = all.front().id;
    }
    static std::string formatted(Instant at) { return std::to_string(at.time_since_epoch().count() % 1'000'000); }

    struct Token {
        bool crmBorn = false, deleted = false;
        std::string lastInCrm,
            lastAtProvider;  ///< what people wrote last on each side, and didn't write over or remove
    };

    int pick(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); }
    std::string fresh() { return "v" + std::to_string(++counter); }

    void step() {
        now += std::chrono::seconds(pick(100));
        switch (pick(9)) {
            case 0: return makeInCrm();
            case 1: return makeAtProvider();
            case 2:
            case 3: return editInCrm();
            case 4:
            case 5: return editAtProvider();
            case 6: return pick(2) ? removeInCrm() : removeAtProvider();
            case 7:
                if (pick(4) == 0) server.expireCursors();
                return;
            default: return faultyRun();
        }
    }

    void faultyRun() {
        if (pick(3) == 0) {
            server.fault = nullptr;
        } else {
            server.fault = [this](const std::string& call, bool after) {
                if (pick(12) != 0) return tell(call + (after ? " done" : ""));
                const int which = pick(4);
                tell(call + (after ? " done" : "") + ": fault " + std::to_string(which));
                switch (which) {
                    case 0: throw TryLater("429");
                    case 1: throw Killed{};
                    case 2: throw TryLater(after ? "the answer got lost" : "500");
                    default:
                        if (call == "update" || call == "remove") throw Changed("412");
                        throw TryLater("time-out");
                }
            };
        }
        tell("run");
        try {
            run(kind);
        } catch (const Killed&) {  // its lease is gone with it, here
        }
        tellJournal();
        now += std::chrono::seconds(pick(5000));
    }

    // ---- the CRM's side
    void makeInCrm() {
        const std::string token = "T" + std::to_string(++counter);
        tokens[token].crmBorn = true;
        tell("crm makes " + token);
        if (kind == calendar)
            makeActivity(token, 1 + pick(20));
        else
            makeContact(token, "Lee", token + "@else.org");
    }
    /// One record of the CRM, that is there. nullopt: there is none.
    template <class Work>
    void withCrm(const Work& work) {
        if (kind == calendar) {
            auto all = activities();
            std::erase_if(all, [](const Activity& a) { return a.cancelled; });
            if (!all.empty()) work(all[static_cast<std::size_t>(pick(static_cast<int>(all.size())))]);
        } else if (auto all = contacts(); !all.empty()) {
            work(all[static_cast<std::size_t>(pick(static_cast<int>(all.size())))]);
        }
    }
    void editInCrm() {
        const std::string value = fresh();
        withCrm([&](auto& record) {
            Token& token = tokens[tokenOf(record)];
            if (wordOf(valueOf(record)) == token.lastAtProvider)
                token.lastAtProvider.clear();  // seen, and written over
            if constexpr (std::is_same_v<std::decay_t<decltype(record)>, Activity>) {
                record.location = value;
                if (pick(4) == 0)
                    record.start.local += std::chrono::hours(1), record.end.local += std::chrono::hours(1);
            } else {
                record.jobTitle = value;
                if (pick(3) == 0) record.emails.push_back({"home", value + "@more.org", false});
            }
            token.lastInCrm = value;
            tell("crm edits " + tokenOf(record) + " " + value);
            edit(record);
        });
    }
    void removeInCrm() {
        withCrm([&](auto& record) {
            tokens[tokenOf(record)].deleted = true;
            tokens[tokenOf(record)].lastInCrm.clear();
            tell("crm removes " + tokenOf(record));
            if constexpr (std::is_same_v<std::decay_t<decltype(record)>, Activity>)
                removeActivity(record.id);
            else
                removeContact(record.id);
        });
    }
    static std::string tokenOf(const Activity& a) { return a.subject; }
    static std::string tokenOf(const Contact& c) { return c.firstName; }

    // ---- the provider's side
    void makeAtProvider() {
        const std::string token = "T" + std::to_string(++counter);
        tokens[token];
        tell("provider makes " + token);
        if (kind == calendar)
            event("p" + token, token, 1 + pick(20));
        else
            card("p" + token, token, "Ray", token + "@else.org");
    }
    std::string anyId() {
        const auto ids = server.ids("work");
        return ids.empty() ? "" : ids[static_cast<std::size_t>(pick(static_cast<int>(ids.size())))];
    }
    void editAtProvider() {
        const std::string id = anyId(), value = fresh();
        if (id.empty()) return;
        tell("provider edits " + id + " " + value);
        Document document = Document::parse(server.at("work", id).raw);
        const auto write = [&](std::string& seen, Token& token) {
            if (seen == token.lastInCrm) token.lastInCrm.clear();  // seen, and written over
            seen = token.lastAtProvider = value;
        };
        if (kind == calendar) {
            Activity before = std::get<Activity>(parsed(id)), after = before;
            write(after.location, tokens[after.subject]);
            if (pick(4) == 0) after.start.local += std::chrono::hours(1), after.end.local += std::chrono::hours(1);
            overlayActivity(document, before, after, {}, now);
        } else {
            Contact before = std::get<Contact>(parsed(id)), after = before;
            write(after.jobTitle, tokens[after.firstName]);
            overlayContact(document, before, after, now);
        }
        server.put("work", id, document.bytes());
    }
    void removeAtProvider() {
        const std::string id = anyId();
        if (id.empty()) return;
        tell("provider removes " + id);
        const Record record = parsed(id);
        Token& token =
            tokens[kind == calendar ? std::get<Activity>(record).subject : std::get<Contact>(record).firstName];
        token.deleted = true;
        token.lastAtProvider.clear();
        server.remove("work", id);
    }
    Record parsed(const std::string& id) {
        return MemoryProvider(server).parse(kind, server.at("work", id).raw).record;
    }

    // ---- what is there, by token
    using State = std::map<std::string, std::string>;
    static void add(State& state, const std::string& token, const std::string& value) {
        EXPECT_TRUE(state.emplace(token, value).second) << "doubled: " << token;
    }
    static std::string wordOf(const std::string& value) { return value.substr(0, value.find(' ')); }
    static std::string valueOf(const Activity& a) {
        return a.location + " " + std::to_string(a.start.local.time_since_epoch().count());
    }
    static std::string valueOf(const Contact& c) { return c.jobTitle; }
    State crmState() {
        State state;
        if (kind == calendar)
            for (const Activity& a : activities()) {
                if (!a.cancelled) add(state, a.subject, valueOf(a));
            }
        else
            for (const Contact& c : contacts()) add(state, c.firstName, valueOf(c));
        return state;
    }
    State providerState() {
        State state;
        for (const std::string& id : server.ids("work")) {
            const Record record = parsed(id);
            if (kind == calendar)
                add(state, std::get<Activity>(record).subject, valueOf(std::get<Activity>(record)));
            else
                add(state, std::get<Contact>(record).firstName, valueOf(std::get<Contact>(record)));
        }
        return state;
    }

    /// Both sides' last words: one of them is there, and the other one at least in the journal.
    void requireEdits(const std::string& token, const Token& made, const std::string& value) {
        std::string told;
        for (const JournalEntry& entry : journal())
            for (const JournalField& field : entry.fields)
                told += " " + field.before + " " + field.after + " " + field.lost + " ";
        for (const std::string& word : {made.lastInCrm, made.lastAtProvider}) {
            const bool there = word.empty() || wordOf(value) == word;
            EXPECT_TRUE(there || told.find(" " + word + " ") != std::string::npos)
                << "an edit of " << token << " vanished: " << word << ", it is " << value;
        }
    }

    SyncKind kind;
    std::mt19937 random;
    int counter = 0;
    std::int64_t toldJournal = 0;
    std::map<std::string, Token> tokens;
};

unsigned numberFrom(const char* name, unsigned fallback) {
    const char* text = std::getenv(name);
    return text ? static_cast<unsigned>(std::strtoul(text, nullptr, 10)) : fallback;
}

#if defined(__SANITIZE_ADDRESS__) || !defined(__OPTIMIZE__)
constexpr unsigned usual = 15;
#else
constexpr unsigned usual = 250;
#endif

void histories(SyncKind kind) {
    const unsigned count = numberFrom("CRMDAV_HISTORIES", usual), first = numberFrom("CRMDAV_SEED", 0);
    for (unsigned seed = first; seed < (std::getenv("CRMDAV_SEED") ? first + 1 : count); ++seed) {
        SCOPED_TRACE("CRMDAV_SEED=" + std::to_string(seed));
        History history(seed, kind);
        history.happen();
        history.check();
        if (testing::Test::HasFailure()) return;
    }
}

TEST(Convergence, EventsOfBothSides) { histories(SyncKind::calendar); }
TEST(Convergence, ContactsOfBothSides) { histories(SyncKind::contacts); }

}  // namespace
}  // namespace crmdav
