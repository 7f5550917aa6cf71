#pragma once
#include <map>
#include <random>
#include <set>

#include "tests/bridge/sync_world.h"

namespace crmdav {

/// The process dies: nobody catches it.
struct Killed {};

/// What people wrote last, place by place, and nobody who had seen it wrote over or removed: it has to be there in the
/// end, or in the journal. A place is the CRM or a provider, a slot what is written at once: a field, or an occurrence.
class Words {
public:
    using Slots = std::map<std::string, std::string>;  ///< slot → word that stands there
    void wrote(int where, const std::string& record, const std::string& slot, const std::string& seen,
               const std::string& word);
    void removed(const std::string& record, const Slots& seen);
    /// Those of a record that are to be found: slot and word.
    std::vector<std::pair<std::string, std::string>> of(const std::string& record) const;

private:
    void saw(const std::string& record, const std::string& slot, const std::string& word);
    std::map<std::pair<std::string, std::string>, std::map<int, std::string>> last_;  ///< (record, slot) → place → word
};

/// One random life of records in the CRM and at one provider or two, with faults of every kind, from a seed.
/// Records are known by a token in their subject or first name.
class History : public SyncWorld {
public:
    History(unsigned seed, SyncKind);
    /// People edit and runs fail; then nothing fails any more, and nobody edits.
    void happen();
    /// Both sides agree by the rules, nothing is doubled or lost, nothing more is written.
    void check();
    const std::string& story() const { return story_; }

private:
    struct Token {
        int born = 0;  ///< place
        bool deleted = false;
        bool shared = false;  ///< the same meeting is in calendars of both providers
    };
    /// What a record is, as far as both sides have to agree.
    struct Seen {
        std::string token, value;
        Words::Slots slots;
    };
    static constexpr int crm = 0;  ///< the first place; providers are 1 and 2

    int pick(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
    bool chance(int in) { return pick(in) == 0; }
    std::string fresh() { return "v" + std::to_string(++counter_); }
    void tell(const std::string& what);
    void tellJournal();

    void step();
    void faultyRun();
    void fault(MemoryServer&, const std::string& call, bool after);
    void quietRun(const Id& account);
    void make(int where);
    void makeAtBoth();
    void edit(int where);
    void remove(int where);
    void editRecord(int where, Activity&);
    void editOccurrence(int where, Activity&);
    void split(int where, Activity&);
    void editRecord(int where, Contact&);
    std::string anyId(int provider);
    Record parsed(int provider, const std::string& id);
    void write(int provider, const std::string& id, const Record& before, const Record& after);

    std::vector<Activity> living();
    MemoryServer& serverOf(int where) { return where == 1 ? server : otherServer; }
    Seen seen(const Activity&) const;
    Seen seen(const Contact&) const;
    Seen seen(const Record&) const;
    std::map<std::string, Seen> stateOf(int where);
    void checkToken(const std::string& token, const Token&, const std::vector<std::map<std::string, Seen>>& states);
    void checkWords(const std::string& token, const Seen& last);
    std::string told();

    const SyncKind kind_;
    std::mt19937 random_;
    int counter_ = 0, providers_ = 1, clockTicks_ = 0;
    bool inside_ = false;  ///< somebody edits while a run works
    std::map<std::string, Token> tokens_;
    Words words_;
    std::string story_;
    std::int64_t toldJournal_ = 0;
};

}  // namespace crmdav
