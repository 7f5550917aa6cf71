#include "bridge/engine/bases.h"

#include <algorithm>

namespace crmdav {
namespace {

FieldValues valuesIn(const Record& record) {
    return std::visit([](const auto& r) { return valuesOf(r); }, record);
}

/// What couldn't go to the provider is still an edit of the CRM.
void keepUnsent(const Action& action, FieldValues& values) {
    const FieldValues wanted = valuesIn(*action.crmRecord);
    for (const auto& [name, base] : *action.crmBase)
        if (const auto meant = wanted.find(name); meant != wanted.end() && meant->second != base)
            values.insert_or_assign(name, base);
}

FieldValues remoteValues(const SyncSession& s, const std::string& raw) {
    return valuesIn(readRemote(s, {{}, {}, {}, raw}).record);
}

const Element* withKey(const Elements& elements, std::string_view key) {
    const auto found = std::ranges::find(elements, key, &Element::key);
    return found == elements.end() ? nullptr : &*found;
}

/// What is there has nothing that wasn't sent: what is missing wasn't taken, unless it had been there before.
Elements taken(const Elements& sent, const Elements& there, const Elements& before) {
    if (std::ranges::any_of(there, [&](const Element& e) { return std::ranges::find(sent, e) == sent.end(); }))
        return sent;
    Elements base;
    for (const Element& element : sent)
        if (withKey(there, element.key) || withKey(before, element.key)) base.push_back(element);
    return base;
}

/// What the CRM's half was when it was decided upon – somebody may have edited it since –, or what was made of it.
std::optional<FieldValues> crmValues(const SyncSession& s, const LoadedPair& loaded, const Action& action,
                                     const Link& link) {
    if (action.crm == Verb::none && action.crmBase) return action.crmBase;
    if (action.crm == Verb::none && loaded.pair.crm && !loaded.pair.crm->deleted)
        return valuesIn(loaded.pair.crm->record);
    const auto now = readCrm(s, link.local, &link);
    if (!now || now->deleted) return std::nullopt;
    FieldValues values = valuesIn(now->record);
    if (action.crmBase && action.crm == Verb::update) keepUnsent(action, values);
    return values;
}

}  // namespace

// Where it has something else than what was sent, that is its own form of it or somebody's edit: what is new or was
// taken away there is still to come here (C2), what it has no place for isn't (C3).
FieldValues providerValues(const SyncSession& s, const LoadedPair& loaded) {
    FieldValues there = remoteValues(s, loaded.item.raw);
    if (loaded.sent.empty()) return there;
    FieldValues values = remoteValues(s, loaded.sent);
    FieldValues before = loaded.sentOver.empty() ? FieldValues() : remoteValues(s, loaded.sentOver);
    for (auto& [name, sent] : values) sent = taken(sent, there[name], before[name]);
    return values;
}

void setBases(const SyncSession& s, const LoadedPair& loaded, const Action& action, Link& link) {
    if (link.block) {
        if (action.block) link.baseLocal = encodeValues(valuesOf(*action.block));
        return;
    }
    if (action.skipped || (action.held && !action.crmBase) || link.state == LinkState::suppressed ||
        link.state == LinkState::left)
        return;
    if (!link.raw.empty()) link.baseRemote = encodeValues(providerValues(s, loaded));
    if (action.crm == Verb::restore) return;  // what was edited here before it was deleted has still to go there
    if (const auto values = crmValues(s, loaded, action, link)) link.baseLocal = encodeValues(*values);
}

bool isAsSent(const SyncSession& s, const LoadedPair& loaded) {
    return loaded.sent.empty() || remoteValues(s, loaded.sent) == remoteValues(s, loaded.item.raw);
}

void setIntention(const SyncSession& s, const Record& wanted, Link& link) {
    link.baseLocal = encodeValues(valuesIn(wanted));
    link.baseRemote = encodeValues(valuesIn(s.facts.held(wanted)));
}

void forgetUnmade(const SyncSession& s, const RemoteItem& there, Link& link) {
    constexpr std::string_view field = "exceptions";
    const FieldValues now = valuesIn(readRemote(s, there).record);
    const auto made = now.find(field);
    if (made == now.end()) return;
    for (std::string* base : {&link.baseLocal, &link.baseRemote}) {
        FieldValues values = decodeValues(*base);
        std::erase_if(values.find(field)->second, [&](const Element& wanted) {
            return std::ranges::find(made->second, wanted.key, &Element::key) == made->second.end();
        });
        *base = encodeValues(values);
    }
}

}  // namespace crmdav
