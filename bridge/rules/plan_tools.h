#pragma once
#include <string>
#include <utility>

#include "bridge/rules/plan.h"
#include "protocol/text/json.h"

/// What both plans are made from.
namespace crmdav {

inline Action skip(std::string rule, std::string reason) {
    Action action;
    action.skipped = true;
    action.rule = std::move(rule);
    action.reason = std::move(reason);
    return action;
}

inline Bases basesOf(const Link& link) {
    return {link.baseLocal.empty() ? FieldValues{} : decodeValues(link.baseLocal),
            link.baseRemote.empty() ? FieldValues{} : decodeValues(link.baseRemote)};
}

/// The CRM's half is created at the provider; again, where that was begun before (I1).
inline Action pushed(const Pair& pair, const Facts& facts, std::string rule) {
    try {
        facts.held(pair.crm->record);
    } catch (const Refused& refused) {
        Action action = skip("C3", refused.what());
        action.state = LinkState::unsyncable;
        return action;
    }
    Action action;
    action.rule = std::move(rule);
    action.provider = Verb::create;
    action.providerRecord = pair.crm->record;
    action.state = LinkState::linked;
    action.counted = facts.reconnected ? Counted::updatedAtProvider : Counted::addedToProvider;
    return action;
}

/// Differs this side from what it was at the last agreement?
template <class R>
bool changedSince(const R& record, const std::string& base) {
    return base.empty() || valuesOf(record) != decodeValues(base);
}

/// Turns a merge into an action.
template <class R>
void take(Action& action, Merge<R>&& merged, const Pair& pair, const char* rule) {
    action.fields = std::move(merged.fields);
    action.crmBase = std::move(merged.base);
    if (merged.changesCrm) {
        action.crm = Verb::update;
        action.crmRecord = std::move(merged.crm);
    }
    if (merged.changesProvider) {
        action.provider = Verb::update;
        action.providerRecord = std::move(merged.provider);
    }
    if (!pair.link || pair.link->state != LinkState::linked) action.state = LinkState::linked;
    action.rule = rule;
    for (const MergedField& field : action.fields) action.held = action.held || (field.refused && field.toProvider);
    action.held = action.held && !merged.changesCrm && !merged.changesProvider;
    if (merged.changesCrm)
        action.counted = Counted::updatedInCrm;
    else if (merged.changesProvider)
        action.counted = Counted::updatedAtProvider;
    action.alsoAtProvider = merged.changesCrm && merged.changesProvider;
}

/// What was changed since the last agreement, and goes with a deletion at the provider: for the journal (C6).
template <class R>
std::vector<MergedField> lostWith(const R& record, const std::string& base) {
    const FieldValues before = base.empty() ? FieldValues{} : decodeValues(base);
    std::vector<MergedField> fields;
    for (const auto& [name, now] : valuesOf(record))
        if (const auto was = before.find(name); was == before.end() ? !now.empty() : was->second != now)
            fields.push_back({name, true, shown(now), {}, shown(now), false});
    return fields;
}
constexpr const char* deletedLater = "it was deleted in the CRM after it was changed at the provider";

/// Was the deletion later than the edit, for certain (C6)?
inline bool deletionWins(std::optional<Instant> deleted, std::optional<Instant> edited) {
    return deleted && edited && *deleted > *edited;
}

}  // namespace crmdav
