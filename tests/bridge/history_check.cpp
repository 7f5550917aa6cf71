#include <algorithm>

#include "tests/bridge/history.h"

namespace crmdav {

// ------------------------------------------------------------ the story
void History::tell(const std::string& what) {
    story_ += std::to_string(now.time_since_epoch().count() % 1'000'000) + " " + what + "\n";
}

void History::tellJournal() {
    const auto all = journal();
    for (auto entry = all.rbegin(); entry != all.rend(); ++entry) {
        if (entry->id <= toldJournal_) continue;
        toldJournal_ = entry->id;
        tell("  " + entry->title + ": " + entry->action + " " + entry->outcome + " " + entry->rule + " " +
             entry->reason + (entry->account == account ? "" : ", other account"));
        for (const JournalField& field : entry->fields)
            tell("     " + field.field + ": " + field.before + " -> " + field.after + " lost " + field.lost);
    }
}

// ------------------------------------------------------------ what is there
History::Seen History::seen(const Activity& a) const {
    Seen seen{a.subject, a.location, {{"", a.location}}};
    seen.value += " " + std::to_string(a.start.local.time_since_epoch().count()) + " " + a.rrule;
    for (const Exception& e : a.exceptions) {
        const std::string slot = std::to_string(floor<std::chrono::days>(e.original.local).time_since_epoch().count());
        seen.value += " " + slot + ":" + (e.cancelled ? "-" : e.location);
        seen.slots[slot] = e.cancelled ? "" : e.location;
    }
    return seen;
}

History::Seen History::seen(const Contact& c) const {
    Seen seen{c.firstName, c.jobTitle, {{"", c.jobTitle}}};
    std::set<std::string> emails;
    for (const LabelledValue& email : c.emails) emails.insert(email.value);
    if (!server.coarse)
        for (const std::string& email : emails) seen.value += " " + email;
    return seen;
}

History::Seen History::seen(const Record& record) const {
    return std::visit([&](const auto& r) { return seen(r); }, record);
}

std::map<std::string, History::Seen> History::stateOf(int where) {
    std::map<std::string, Seen> state;
    const auto add = [&](Seen one) {
        const std::string token = one.token;
        EXPECT_TRUE(state.emplace(token, std::move(one)).second) << "doubled at " << where << ": " << token;
    };
    if (where != crm) {
        for (const std::string& id : serverOf(where).ids("work")) add(seen(parsed(where, id)));
    } else if (kind_ == calendar) {
        for (const Activity& a : living()) add(seen(a));
    } else {
        for (const Contact& c : contacts()) add(seen(c));
    }
    return state;
}

// ------------------------------------------------------------ whether it is right
void History::check() {
    const int before = server.writes + otherServer.writes;
    const auto entries = journal().size();
    for (int i = 0; i < 10; ++i) quietRun(i % providers_ == 0 ? account : otherAccount);
    EXPECT_EQ(server.writes + otherServer.writes, before) << "it writes for ever";
    EXPECT_EQ(journal().size(), entries) << "it does something for ever";
    for (const Id& one : {account, otherAccount}) {
        const auto state = one.empty() ? std::nullopt : sync().side(one, kind_);
        EXPECT_TRUE(!state || state->status == SyncStatus::active) << state->cause;
    }
    std::vector<std::map<std::string, Seen>> states;
    for (int where = 0; where <= providers_; ++where) states.push_back(stateOf(where));
    for (const auto& [token, made] : tokens_) checkToken(token, made, states);
    const auto faults = store->check({});
    EXPECT_TRUE(faults.empty()) << faults.front();
}

/// Contacts are everywhere. An event is in the CRM and where it was born, what was born in the CRM at the first
/// provider.
void History::checkToken(const std::string& token, const Token& made,
                         const std::vector<std::map<std::string, Seen>>& states) {
    const auto inCrm = states[crm].find(token);
    const int home = std::max(made.born, 1);
    bool anywhere = inCrm != states[crm].end();
    for (int where = 1; where <= providers_; ++where) {
        const auto there = states[static_cast<std::size_t>(where)].find(token);
        const bool isThere = there != states[static_cast<std::size_t>(where)].end();
        anywhere = anywhere || isThere;
        const bool belongs = kind_ == book || where == home || made.shared;
        if (isThere && !belongs) ADD_FAILURE() << token << " strayed to " << where;
        if (isThere && inCrm == states[crm].end()) {
            EXPECT_TRUE(kind_ == calendar && made.born != crm) << "only at " << where << ": " << token;  // C5
        }
        if (!isThere && belongs && inCrm != states[crm].end() && !made.shared)
            ADD_FAILURE() << token << " is not at " << where;
        if (isThere && inCrm != states[crm].end()) {
            EXPECT_EQ(inCrm->second.value, there->second.value) << token << " differs at " << where;
        }
    }
    EXPECT_TRUE(anywhere || made.deleted) << token << " is lost";
    if (inCrm != states[crm].end()) checkWords(token, inCrm->second);
}

/// What people wrote is there, or at least in the journal (C2, C6).
void History::checkWords(const std::string& token, const Seen& last) {
    const std::string journal = told();
    const auto isTold = [&](const std::string& word) {
        for (auto at = journal.find(word); at != std::string::npos; at = journal.find(word, at + 1))
            if (!std::isdigit(static_cast<unsigned char>(journal[at + word.size()]))) return true;
        return false;
    };
    for (const auto& [slot, word] : words_.of(token)) {
        const auto there = last.slots.find(slot);
        EXPECT_TRUE((there != last.slots.end() && there->second == word) || isTold(word))
            << "an edit of " << token << " vanished: " << word << " " << slot << "; it is " << last.value;
    }
}

std::string History::told() {
    std::string all;
    for (const JournalEntry& entry : journal())
        for (const JournalField& field : entry.fields)
            all += " " + field.before + " " + field.after + " " + field.lost + " ";
    return all;
}

}  // namespace crmdav
