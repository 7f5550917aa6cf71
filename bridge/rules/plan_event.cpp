#include <algorithm>

#include "bridge/rules/event_kind.h"
#include "bridge/rules/plan_tools.h"

namespace crmdav {
namespace {

const Activity& activityOf(const Record& record) { return std::get<Activity>(record); }

class EventPlan {
public:
    EventPlan(const Pair& pair, const CalendarSettings& settings, const Facts& facts)
        : pair_(pair), settings_(settings), facts_(facts) {}

    Action make() {
        const bool crm = pair_.crm && !pair_.crm->deleted, provider = pair_.provider && !pair_.provider->gone;
        Action action;
        if (provider && !pair_.provider->remote.skip.empty()) {
            action = skip("I6", pair_.provider->remote.skip);
        } else if (pair_.own) {
            action = skip("C10", "it is the CRM's own record");
        } else if (pair_.twin) {
            action = skip("C11", "the same event is in another calendar of this account that is synced");
        } else if (!pair_.link) {
            action = crm && provider ? adopt() : provider ? foreign() : crm ? born() : Action{};
        } else if (pair_.link->block) {
            action = provider ? reconsiderBlock() : dropBlock("B2");
        } else if (pair_.link->state == LinkState::suppressed && !crm) {
            if (!provider) action.forget = true;
        } else if (pair_.link->state == LinkState::left && !provider) {
            action.forget = !crm;
        } else if (pair_.link->remote.empty() && !provider) {  // it never came to be there, as far as is known
            if (crm) action = crmBorn() ? born() : recreated();
            action.forget = !crm && pair_.link->state != LinkState::creating;
        } else {
            action = crm && provider ? both() : crm ? goneAtProvider() : provider ? goneInCrm() : forgotten();
        }
        if (provider) action.title = titleOf(pair_.provider->remote.record);
        if (crm) action.title = titleOf(pair_.crm->record);
        return action;
    }

private:
    const Activity& crm() const { return activityOf(pair_.crm->record); }
    const Remote& remote() const { return pair_.provider->remote; }
    const Activity& event() const { return activityOf(remote().record); }
    bool crmBorn() const { return pair_.link && pair_.link->origin == Origin::crm; }

    // ------------------------------------------------------------ one side only
    Action foreign() {
        const EventKind kind = kindOf(*pair_.provider, settings_, facts_);
        if (kind.as == EventKind::nothing) return {};
        Action action;
        action.rule = kind.rule;
        action.reason = kind.reason;
        action.state = LinkState::linked;
        if (kind.as == EventKind::block) {
            action.block = blockOf(event());
            return action;
        }
        const char* rule = takenUpBy(remote(), settings_, facts_);
        if (!rule || event().cancelled) return {};
        Activity made = event();
        made.typeId = settings_.saveAs;
        // The past is no appointment that anything could follow (B15, E5).
        if (isUpcoming(made, facts_.now, facts_.zone)) made.calendar = facts_.calendar;
        action.rule = rule;
        action.crm = Verb::create;
        action.crmRecord = std::move(made);
        // Into an unassigned calendar they are pulled in while it has no triggers to add them (B10).
        const bool pulled = isUnassigned(facts_.calendar) && !settings_.allowTrigger;
        action.makeContacts = action.rule == "B3" && (settings_.makeContacts || pulled);
        action.counted = facts_.reconnected ? Counted::updatedInCrm : Counted::addedToCrm;
        return action;
    }

    bool isUnassigned(const Id& calendar) const {
        return std::ranges::find(facts_.unassigned, calendar) != facts_.unassigned.end();
    }

    /// Nothing to say about it: it is not to be pushed.
    bool mayBePushed() const {
        const Activity& a = crm();
        if (!pair_.crm->inScope || pair_.crm->elsewhere || !settings_.push || settings_.calendars.empty()) return false;
        if (a.component != ComponentKind::event || a.cancelled || a.start.kind == When::Kind::none) return false;
        if (!typeTicked()) return false;
        if (settings_.direction == Direction::oneWay && a.created < facts_.started && !pair_.crm->edited)
            return false;  // B5
        return isUpcoming(a, facts_.started, facts_.zone);
    }

    Action born() {
        if (!mayBePushed()) return {};
        return pushed(pair_, facts_, pushRule());
    }
    /// What was begun is done, whether new activities are pushed or not (C6).
    Action recreated() {
        if (!mayBeRecreated()) return {};
        Action action = pushed(pair_, facts_, "C6");
        if (action.provider == Verb::create) action.counted = Counted::updatedAtProvider;
        return action;
    }
    const char* pushRule() const {
        return settings_.direction == Direction::oneWay ? "B1" : settings_.direction == Direction::twoWay ? "B3" : "B4";
    }

    // ------------------------------------------------------------ busy blocks
    Action dropBlock(const char* rule) const {
        Action action;
        action.rule = rule;
        action.removeBlock = true;
        action.forget = true;
        return action;
    }

    Action reconsiderBlock() {
        const EventKind kind = kindOf(*pair_.provider, settings_, facts_);
        if (kind.as == EventKind::nothing || event().cancelled) return dropBlock(kind.rule[0] ? kind.rule : "B2");
        if (kind.as == EventKind::block) {
            Action action;
            const Activity block = blockOf(event());
            if (!changedSince(block, pair_.link->baseLocal)) return action;  // C10
            action.rule = kind.rule;
            action.reason = kind.reason;
            action.block = block;
            return action;
        }
        Action action = foreign();
        if (action.crm == Verb::create) action.removeBlock = true;
        return action;
    }

    /// A provider's event that is an activity and mustn't be one any more (B14, B4).
    Action turnIntoBlock(const EventKind& kind) const {
        Action action;
        action.rule = std::string_view(kind.rule) == "B4" ? "B4" : "B14";
        action.reason = kind.reason;
        action.crm = pair_.crm->shared ? Verb::leave : Verb::remove;
        if (kind.as == EventKind::block) action.block = blockOf(event());
        action.state = LinkState::linked;
        action.forget = kind.as != EventKind::block;
        return action;
    }

    // ------------------------------------------------------------ both sides
    MergePolicy policy() const {
        MergePolicy policy;
        // C2: the later edit; equal or unknown times: the CRM's.
        policy.providerWins = remote().modified && *remote().modified > crm().updated;
        policy.organised = remote().organised;
        policy.guests = facts_.guests;
        return policy;
    }

    Action mergeBoth(const char* rule, const Bases* bases) {
        Action action;
        Activity held;
        try {
            held = activityOf(facts_.held(crm()));
        } catch (const Refused& refused) {
            action = skip("C3", refused.what());
            action.state = LinkState::unsyncable;
            return action;
        }
        MergePolicy allowed = policy();
        allowed.locked = remote().readOnly;
        take(action, merge(crm(), held, event(), bases, allowed), pair_, rule);
        if (action.held) {
            action.rule = remote().readOnly ? "B12" : "C12";
            action.reason = !remote().hold.empty() ? remote().hold
                            : remote().readOnly    ? "the provider lets nobody change it"
                                                   : "only its organiser may change this";
        }
        return action;
    }

    Action both() {
        if (pair_.made) return pushed(pair_, facts_, pushRule());
        if (!crmBorn() && pair_.link->state != LinkState::suppressed) {
            const EventKind kind = kindOf(*pair_.provider, settings_, facts_);
            if (kind.as != EventKind::record && !staysActivity(kind)) return turnIntoBlock(kind);
        }
        if (crmBorn() && !typeTicked() && changedSince(crm(), pair_.link->baseLocal)) {
            Action action;
            action.held = true;
            action.rule = "B7";
            action.reason = "activities of its type are not synced any more";
            return action;
        }
        const Bases bases = basesOf(*pair_.link);
        return mergeBoth("C2", bases.crm.empty() ? nullptr : &bases);
    }

    /// Other settings don't undo what was taken up before (A7). In smart mode the last contact among the guests has to
    /// be one no more, and nobody to have worked on the activity, nor is the past made another one (B4).
    bool staysActivity(const EventKind& kind) const {
        const std::string_view rule = kind.rule;
        if (rule == "B2") return true;
        return rule == "B4" && (!pair_.knew || pair_.crm->edited || !isUpcoming(event(), facts_.now, facts_.zone));
    }

    /// Appointments of an unassigned calendar go out whatever their type (B10).
    bool typeTicked() const {
        return settings_.types.empty() || isUnassigned(crm().calendar) ||
               std::ranges::find(settings_.types, crm().typeId) != settings_.types.end();
    }

    /// The same meeting, met for the first time (C11, A9).
    Action adopt() {
        const EventKind kind = kindOf(*pair_.provider, settings_, facts_);
        if (kind.as == EventKind::nothing && !pair_.crm->inScope) return {};
        const std::string_view rule = kind.rule;  // what the CRM has already stays an activity, whoever its guests are
        if (kind.as == EventKind::block && rule != "B2" && rule != "B4") {
            Action action;
            action.rule = kind.rule;
            action.reason = kind.reason;
            action.block = blockOf(event());
            action.state = LinkState::linked;
            return action;
        }
        Action action = mergeBoth("C11", nullptr);
        action.state = LinkState::linked;
        if (action.counted == Counted::nothing) action.counted = Counted::updatedInCrm;  // G2
        return action;
    }

    // ------------------------------------------------------------ one side is gone
    Action forgotten() const {
        Action action;
        action.forget = true;
        action.rule = "C4";
        return action;
    }

    Action goneInCrm() {
        Action action;
        if (!crmBorn()) {  // C5: it stays there, and isn't taken up again
            action.rule = "C5";
            if (pair_.link->state != LinkState::suppressed) action.state = LinkState::suppressed;
            return action;
        }
        const auto deletedAt = pair_.crm ? pair_.crm->deletedAt : std::nullopt;
        const bool edited = changedSince(event(), pair_.link->baseRemote);
        if (edited && !deletionWins(deletedAt, remote().modified)) {
            action.rule = "C6";
            action.reason = "it was changed at the provider, as far as is known after it was deleted in the CRM";
            action.crm = Verb::restore;
            action.crmRecord = event();
            action.state = LinkState::linked;
            action.counted = Counted::updatedInCrm;
            return action;
        }
        action.rule = edited ? "C6" : "C4";
        if (remote().readOnly || !remote().organised) {
            action.held = true;
            action.reason = remote().hold.empty() ? "the provider lets nobody delete it" : remote().hold;
            return action;
        }
        action.provider = Verb::remove;
        action.forget = true;
        action.counted = Counted::deletedAtProvider;
        if (edited) {
            action.reason = deletedLater;
            action.fields = lostWith(event(), pair_.link->baseRemote);
        }
        return action;
    }

    Action goneAtProvider() {
        Action action;
        const bool edited = changedSince(crm(), pair_.link->baseLocal);
        if (crmBorn() || settings_.providerDeletes != ProviderDeletes::keep) {
            // When it was deleted there, nobody tells: an edit counts as later (C6).
            if (edited && mayBeRecreated()) {
                action.rule = "C6";
                action.reason = "it was changed in the CRM, and deleted at the provider: when is not known";
                action.provider = Verb::create;
                action.providerRecord = crm();
                action.state = LinkState::linked;
                action.counted = Counted::updatedAtProvider;
                return action;
            }
        }
        action.forget = true;
        action.counted = Counted::deletedInCrm;
        action.rule = crmBorn() ? "C4" : "C5";
        if (pair_.crm->shared && !crmBorn()) {  // C11: one attendee's copy
            action.rule = "C11";
            action.crm = Verb::leave;
        } else if (crmBorn() || settings_.providerDeletes == ProviderDeletes::remove) {
            action.crm = Verb::remove;
        } else if (settings_.providerDeletes == ProviderDeletes::cancel) {
            if (crm().cancelled) {
                action.counted = Counted::nothing;
                return action;
            }
            Activity cancelled = crm();
            cancelled.cancelled = true;
            action.crm = Verb::cancel;
            action.crmRecord = std::move(cancelled);
        } else {
            action.counted = Counted::nothing;
            action.forget = false;
            if (pair_.link->state != LinkState::left) action.state = LinkState::left;
        }
        return action;
    }

    /// At the side that lost it, by its own organiser alone.
    bool mayBeRecreated() const {
        return pair_.crm->inScope && !pair_.crm->shared && !crm().cancelled && !settings_.calendars.empty() &&
               (crmBorn() || std::ranges::none_of(crm().participants, &Participant::organizer));
    }

    const Pair& pair_;
    const CalendarSettings& settings_;
    const Facts& facts_;
};

}  // namespace

Action planEvent(const Pair& pair, const CalendarSettings& settings, const Facts& facts) {
    return EventPlan(pair, settings, facts).make();
}

}  // namespace crmdav
