#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bridge/provider.h"
#include "bridge/rules/merge.h"
#include "bridge/settings.h"
#include "store/sync.h"

/// What is to be done with one pair, and by which rule. Pure: no clock, no network, no database.
namespace crmdav {

/// What holds for all pairs of a run.
struct Facts {
    Instant now{};
    Instant started{};                 ///< first start of the login: upcoming is measured from it (B6, A9)
    std::vector<std::string> domains;  ///< of the organisation (B9), lower case
    std::vector<std::string> emails;   ///< that mean the account's owner, lower case
    std::string region = "DE";         ///< for phone numbers (D7)
    std::string zone = "UTC";          ///< the owner's: for dates and floating times
    Id calendar;                       ///< appointment calendar that foreign events go into (E1); empty: none
    std::vector<Id> unassigned;        ///< appointment calendars of that kind (B10)
    bool reconnected = false;          ///< what is new counts as an update (A9)
    bool guests = true;                ///< the provider takes them (B12)
    /// The record as the provider would have it. @throws Refused  it can't be expressed there (C3)
    std::function<Record(const Record&)> held;
};

/// The CRM's half.
struct CrmHalf {
    Record record;
    bool deleted = false;
    std::optional<Instant> deletedAt;
    bool inScope = true;     ///< it is the account's user's, or in the book that is synced
    bool elsewhere = false;  ///< it came from another account: only that one writes it (B13)
    bool shared = false;     ///< others have it in their calendars too (C11)
    /// A person changed one of its C1 fields since the start (B5); of what smart mode took up: somebody changed
    /// anything.
    bool edited = false;
};

/// The provider's half.
struct ProviderHalf {
    Remote remote;
    bool gone = false;
    bool conflictOnly = false;              ///< its calendar is read for busy times only
    std::vector<WatchedGuest> guests = {};  ///< in smart mode its owner's (B4)
};

struct Pair {
    const Link* link = nullptr;  ///< null: not linked
    std::optional<CrmHalf> crm;
    std::optional<ProviderHalf> provider;
    bool own = false;   ///< the provider's half is the CRM's own record: the account leads back to this very CRM
    bool made = false;  ///< a creation of ours made the provider's half, and didn't come to note it (I1)
    bool knew = false;  ///< when it was last looked at, a contact was among its guests (B4)
    bool twin = false;  ///< the same event is in another calendar of the account that is synced, too
};

enum class Verb { none, create, update, remove, cancel, leave, restore };

struct Action {
    Verb crm = Verb::none, provider = Verb::none;
    std::optional<Record> crmRecord, providerRecord;  ///< what they shall be
    std::optional<Activity> block;                    ///< a busy block with these times shall be there
    bool removeBlock = false;
    std::optional<LinkState> state;  ///< of the link from now on; nullopt: as it is
    bool forget = false;             ///< the link goes
    bool skipped = false, held = false;
    std::string rule, reason;
    std::vector<MergedField> fields;
    std::optional<FieldValues> crmBase;  ///< nullopt: as the CRM's half is then
    std::string title;
    Counted counted = Counted::nothing;
    bool alsoAtProvider = false;
    bool makeContacts = false;  ///< of its guests (D12)
    bool deletes(bool atProvider) const {
        return (atProvider ? provider : crm) == Verb::remove || (!atProvider && crm == Verb::cancel);
    }
    /// What the journal calls it: "create in CRM", "skip" …
    std::string name() const;
};

Action planEvent(const Pair&, const CalendarSettings&, const Facts&);
Action planContact(const Pair&, const ContactSettings&, const Facts&);

/// Name or subject.
std::string titleOf(const Record&);

// ---------------------------------------------------------------- questions that rules ask (questions.cpp)

/// Does it, or a part of it, end at `from` or later (B6)?
bool isUpcoming(const Activity&, Instant from, const std::string& zone);
/// Others take part, and all of them are the organisation's own (B9). Rooms and groups are nobody.
bool isInternal(const Activity&, const Facts&);
bool hasOthers(const Activity&, const Facts&);
/// Addresses (normal form) of the people who take part, but for the owner's own; each once, in order.
std::vector<std::string> guestsOf(const Activity&, const Facts&);
/// A name, and an email address or a phone number (D4). Empty: it has; else what is missing.
std::string incomplete(const Contact&);
/// More than ten of something (D5); empty: not.
std::string tooMany(const Contact&);

}  // namespace crmdav
