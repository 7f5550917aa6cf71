#include <algorithm>

#include "bridge/rules/plan_tools.h"

namespace crmdav {
namespace {

class ContactPlan {
public:
    ContactPlan(const Pair& pair, const ContactSettings& settings, const Facts& facts)
        : pair_(pair), settings_(settings), facts_(facts) {}

    Action make() {
        const bool crm = pair_.crm && !pair_.crm->deleted, provider = pair_.provider && !pair_.provider->gone;
        Action action;
        if (provider && !pair_.link && remote().use != Use::record) return action;
        if (provider && !remote().skip.empty())
            action = skip("I6", remote().skip);
        else if (pair_.own)
            action = skip("C10", "it is the CRM's own record");
        else if (!pair_.link)
            action = provider ? fromProvider() : crm ? fromCrm() : Action{};
        else if (pair_.link->state == LinkState::left && pair_.link->remote.empty() && !provider)
            action.forget = !crm;                          // its creation there was undone (G4)
        else if (pair_.link->remote.empty() && !provider)  // it never came to be there, as far as is known
            action = crm ? fromCrm() : forgottenUnlessOpen();
        else if (pair_.link->state == LinkState::suppressed && !crm)
            action.forget = !provider;
        else
            action = crm && provider ? both() : crm ? goneAtProvider() : provider ? goneInCrm() : forgotten();
        if (provider && !isErased()) action.title = titleOf(remote().record);
        if (crm) action.title = titleOf(pair_.crm->record);
        return action;
    }

private:
    const Contact& crm() const { return std::get<Contact>(pair_.crm->record); }
    const Remote& remote() const { return pair_.provider->remote; }
    const Contact& card() const { return std::get<Contact>(remote().record); }
    bool twoWay() const { return settings_.direction == Direction::twoWay; }
    bool inGroup() const {
        return settings_.group.empty() || std::ranges::find(remote().groups, settings_.group) != remote().groups.end();
    }

    /// Nothing of them comes back, and nothing is told of them.
    bool isErased() const { return pair_.link && pair_.link->note == erasedNote; }

    /// What keeps a contact from being synced, and by which rule (D4, D5).
    static std::optional<Action> unfit(const Contact& contact) {
        if (const auto missing = incomplete(contact); !missing.empty()) return skip("D4", missing);
        if (const auto excess = tooMany(contact); !excess.empty()) return skip("D5", excess);
        return std::nullopt;
    }

    Action fromProvider() {
        if (!inGroup()) return {};
        if (auto action = unfit(card())) return *action;
        if (pair_.crm) return mergeBoth("D8", nullptr);
        Action action;
        action.rule = twoWay() ? "D3" : "D2";
        action.crm = Verb::create;
        action.crmRecord = card();
        action.state = LinkState::linked;
        action.counted = facts_.reconnected ? Counted::updatedInCrm : Counted::addedToCrm;
        return action;
    }

    Action fromCrm() {
        if (!twoWay() || !pair_.crm->inScope || settings_.books.empty()) return {};
        if (auto action = unfit(crm())) return *action;
        return pushed(pair_, facts_, "D3");
    }

    Action mergeBoth(const char* rule, const Bases* bases) {
        MergePolicy policy;
        policy.providerWins = true;  // D8, D9
        policy.toProvider = twoWay() && !remote().readOnly;
        policy.keepMandatory = true;
        Action action;
        Contact held;
        try {
            held = std::get<Contact>(facts_.held(crm()));
        } catch (const Refused& refused) {
            action = skip("C3", refused.what());
            action.state = LinkState::unsyncable;
            return action;
        }
        take(action, merge(crm(), held, card(), bases, policy), pair_, rule);
        if (!bases && action.counted == Counted::nothing) action.counted = Counted::updatedInCrm;  // G2
        if (action.crmRecord && bases)
            if (const auto excess = tooMany(std::get<Contact>(*action.crmRecord)); !excess.empty())
                return skip("D5", excess);
        return action;
    }

    Action both() {
        if (pair_.made) return pushed(pair_, facts_, "D3");
        if (!inGroup()) {  // D1: unlinked and kept; the link revives when it comes back
            Action action;
            action.rule = "D1";
            action.reason = "it isn't in the group that is synced any more";
            if (pair_.link->state != LinkState::left) action.state = LinkState::left;
            return action;
        }
        const bool complete = incomplete(card()).empty();
        const Bases bases = pair_.link->state == LinkState::creating ? Bases{} : basesOf(*pair_.link);
        const bool met = !bases.crm.empty() && !bases.provider.empty();
        if (!met && !complete) return skip("D4", incomplete(card()));
        if (const auto excess = tooMany(card()); !excess.empty()) return skip("D5", excess);
        return mergeBoth(twoWay() ? "D3" : "D9", met ? &bases : nullptr);
    }

    /// What was begun there may still appear (I1): the run ends it.
    Action forgottenUnlessOpen() const {
        Action action;
        action.forget = !isOpen(*pair_.link);
        return action;
    }

    Action forgotten() const {
        Action action;
        action.forget = true;
        action.rule = "D2";
        return action;
    }

    Action goneInCrm() {
        Action action;
        if (!twoWay() || remote().readOnly || pair_.link->state == LinkState::left) {
            action.rule = "D2";
            if (pair_.link->state != LinkState::suppressed) action.state = LinkState::suppressed;
            return action;
        }
        const auto deletedAt = pair_.crm ? pair_.crm->deletedAt : std::nullopt;
        const bool edited = !isErased() && changedSince(card(), pair_.link->baseRemote);
        if (edited && !deletionWins(deletedAt, remote().modified)) {
            action.rule = "C6";
            action.reason = "it was changed at the provider, as far as is known after it was deleted in the CRM";
            action.crm = Verb::restore;
            action.crmRecord = card();
            action.state = LinkState::linked;
            action.counted = Counted::updatedInCrm;
            return action;
        }
        action.rule = edited ? "C6" : "D3";
        action.provider = Verb::remove;
        action.forget = true;
        action.counted = Counted::deletedAtProvider;
        if (edited) {
            action.reason = deletedLater;
            action.fields = lostWith(card(), pair_.link->baseRemote);
        }
        return action;
    }

    Action goneAtProvider() {
        Action action;
        action.forget = true;
        if (pair_.link->state == LinkState::left) {
            action.rule = "D1";
            return action;
        }
        if (changedSince(crm(), pair_.link->baseLocal)) {  // when it was deleted there, nobody tells
            action.rule = "C6";
            action.reason = "it was changed in the CRM, and deleted at the provider: when is not known";
            if (!twoWay() || !pair_.crm->inScope || settings_.books.empty()) return action;
            action.forget = false;
            action.provider = Verb::create;
            action.providerRecord = crm();
            action.state = LinkState::linked;
            action.counted = Counted::updatedAtProvider;
            return action;
        }
        action.rule = twoWay() ? "D3" : "D2";
        action.crm = Verb::remove;
        action.counted = Counted::deletedInCrm;
        return action;
    }

    const Pair& pair_;
    const ContactSettings& settings_;
    const Facts& facts_;
};

}  // namespace

Action planContact(const Pair& pair, const ContactSettings& settings, const Facts& facts) {
    return ContactPlan(pair, settings, facts).make();
}

}  // namespace crmdav
