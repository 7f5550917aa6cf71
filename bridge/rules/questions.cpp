#include <algorithm>
#include <set>

#include "bridge/rules/plan.h"
#include "protocol/text/expand.h"
#include "store/records/activity_ical.h"
#include "store/records/contact_vcard.h"
#include "store/records/linking.h"
#include "store/records/normalise.h"

namespace crmdav {
namespace {

bool isPerson(const Participant& p) { return p.kind == "individual" || p.kind == "unknown"; }

bool isOwnDomain(std::string_view domain, const Facts& facts) {
    return std::ranges::any_of(facts.domains, [&](const std::string& own) {
        return !isFreeMail(own) && (domain == own || (domain.size() > own.size() && domain.ends_with(own) &&
                                                      domain[domain.size() - own.size() - 1] == '.'));
    });
}

bool isSelf(const Participant& p, const Facts& facts) {
    return std::ranges::find(facts.emails, normalEmail(p.email)) != facts.emails.end();
}

}  // namespace

std::string titleOf(const Record& record) {
    if (const auto* activity = std::get_if<Activity>(&record))
        return activity->subject.empty() ? "(no subject)" : activity->subject;
    const auto& contact = std::get<Contact>(record);
    return contact.displayName.empty() ? composedName(contact) : contact.displayName;
}

bool isUpcoming(const Activity& activity, Instant from, const std::string& zone) {
    ZonePtr floating = findZone(zone);
    if (!floating) floating = utcZone();
    try {
        const Document document = makeCalendar(activity, {}, from);
        return CalendarItem(document.root(), floating).anyIn({from, Instant::max()});
    } catch (const std::exception&) {
        return false;
    }
}

bool hasOthers(const Activity& activity, const Facts& facts) {
    return std::ranges::any_of(activity.participants,
                               [&](const Participant& p) { return isPerson(p) && !isSelf(p, facts); });
}

std::vector<std::string> guestsOf(const Activity& activity, const Facts& facts) {
    std::set<std::string> emails;
    for (const Participant& p : activity.participants)
        if (isPerson(p) && !isSelf(p, facts)) emails.insert(normalEmail(p.email));
    emails.erase("");
    return {emails.begin(), emails.end()};
}

bool isInternal(const Activity& activity, const Facts& facts) {
    return hasOthers(activity, facts) && std::ranges::all_of(activity.participants, [&](const Participant& p) {
               return !isPerson(p) || isSelf(p, facts) || isOwnDomain(domainOf(normalEmail(p.email)), facts);
           });
}

std::string incomplete(const Contact& contact) {
    const bool named = !contact.firstName.empty() || !contact.lastName.empty() || !contact.middleName.empty() ||
                       !contact.displayName.empty();
    if (!named) return "it has no name";
    if (contact.emails.empty() && contact.phones.empty()) return "it has neither an email address nor a phone number";
    return {};
}

std::string tooMany(const Contact& contact) {
    if (contact.emails.size() > 10) return "it has more than 10 email addresses";
    if (contact.phones.size() > 10) return "it has more than 10 phone numbers";
    return {};
}

std::string Action::name() const {
    if (skipped) return "skip";
    if (held) return "hold";
    const auto verb = [](Verb which) -> std::string {
        switch (which) {
            case Verb::none: return {};
            case Verb::create: return "create";
            case Verb::update: return "update";
            case Verb::remove: return "delete";
            case Verb::cancel: return "cancel";
            case Verb::leave: return "leave";
            case Verb::restore: return "restore";
        }
        return {};
    };
    if (crm != Verb::none && provider != Verb::none)
        return crm == Verb::update && provider == Verb::update
                   ? "merge"
                   : verb(crm) + " in CRM, " + verb(provider) + " at provider";
    if (crm != Verb::none) return verb(crm) + " in CRM";
    if (provider != Verb::none) return verb(provider) + " at provider";
    if (block) return "busy block";
    if (removeBlock) return "remove busy block";
    if (state == LinkState::suppressed) return "suppress";
    if (state == LinkState::left) return "unlink";
    if (forget) return "forget";
    return state ? "link" : "nothing";
}

}  // namespace crmdav
