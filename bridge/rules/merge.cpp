#include "bridge/rules/merge.h"

#include <algorithm>
#include <set>

namespace crmdav {
namespace {

const Element* find(const Elements& elements, std::string_view key) {
    const auto found = std::ranges::find(elements, key, &Element::key);
    return found == elements.end() ? nullptr : &*found;
}
bool same(const Element* a, const Element* b) { return a && b ? *a == *b : a == b; }

/// Which way one value goes.
enum class Way { none, toCrm, toProvider };
struct Decided {
    Way way = Way::none;
    bool conflict = false;  ///< both sides had changed it
};

/// One field, or one element of it, of both sides now and then. Null: it isn't there.
struct Sides {
    const Element *crm, *held, *provider, *crmBase, *providerBase;
};

Decided decide(const Sides& s, bool first, bool providerWins) {
    if (first) {
        if (same(s.held, s.provider)) return {};
        if (!s.held) return {s.crm ? Way::none : Way::toCrm};  // the CRM has what the provider can't hold
        if (!s.provider) return {Way::toProvider};
        return {providerWins ? Way::toCrm : Way::toProvider, true};
    }
    const bool crmChanged = !same(s.crm, s.crmBase), providerChanged = !same(s.provider, s.providerBase);
    if (!crmChanged && !providerChanged) return {};
    if (same(s.held, s.provider)) return {};  // they agree again
    if (crmChanged && providerChanged) return {providerWins ? Way::toCrm : Way::toProvider, true};
    return {crmChanged ? Way::toProvider : Way::toCrm};
}

template <class R>
class Merger {
public:
    Merger(const R& crm, const R& held, const R& provider, const Bases* bases, const MergePolicy& policy)
        : crm_(crm), held_(held), provider_(provider), bases_(bases), policy_(policy), result_{crm,   provider, false,
                                                                                               false, {},       {}} {}

    Merge<R> run() {
        for (const ComparedField<R>& field : comparedFieldsOf<R>()) mergeField(field);
        return std::move(result_);
    }

private:
    void mergeField(const ComparedField<R>& field) {
        const Elements crm = field.read(crm_), held = field.read(held_), provider = field.read(provider_);
        const Elements *crmBase = baseOf(true, field.name), *providerBase = baseOf(false, field.name);
        const bool first = !crmBase || !providerBase;
        static const Elements none;
        Elements kept = crm;  // the base from now on: as it is, but for what couldn't be sent
        for (const std::string& key : keysOf({&crm, &held, &provider, crmBase, providerBase})) {
            const Sides sides{find(crm, key), find(held, key), find(provider, key), find(first ? none : *crmBase, key),
                              find(first ? none : *providerBase, key)};
            const Decided decided = decide(sides, first, policy_.providerWins);
            if (decided.way == Way::toCrm) toCrm(field, key, sides, decided.conflict);
            if (decided.way == Way::toProvider && !toProvider(field, key, sides, decided.conflict) && !first)
                put(kept, sides.crmBase, key);
        }
        protectMandatory(field, crm);
        Elements base = field.read(result_.crm);
        // What the provider gave is agreed on; what couldn't go there stays an edit.
        for (const Element& was : kept)
            if (const Element* now = find(crm, was.key); !now || *now != was) put(base, &was, was.key);
        for (const Element& now : crm)
            if (!find(kept, now.key)) put(base, nullptr, now.key);
        result_.base.insert_or_assign(std::string(field.name), std::move(base));
    }

    const Elements* baseOf(bool crm, std::string_view name) const {
        if (!bases_) return nullptr;
        const FieldValues& values = crm ? bases_->crm : bases_->provider;
        const auto found = values.find(name);
        return found == values.end() ? nullptr : &found->second;
    }

    static std::set<std::string> keysOf(std::initializer_list<const Elements*> lists) {
        std::set<std::string> keys;
        for (const Elements* list : lists)
            if (list)
                for (const Element& element : *list) keys.insert(element.key);
        return keys;
    }

    static void put(Elements& elements, const Element* value, const std::string& key) {
        std::erase_if(elements, [&](const Element& e) { return e.key == key; });
        if (!value) return;
        elements.insert(std::ranges::upper_bound(elements, key, {}, &Element::key), *value);
    }

    static std::string text(const Element* element) { return element ? shown({*element}) : std::string(); }

    void apply(const ComparedField<R>& field, const R& from, R& to, const std::string& key) {
        if (field.put)
            field.put(from, to, key);
        else
            field.copy(from, to);
    }

    void toCrm(const ComparedField<R>& field, const std::string& key, const Sides& s, bool conflict) {
        result_.fields.push_back({std::string(field.name), false, text(s.crm), text(s.provider),
                                  conflict ? text(s.crm) : std::string(), false});
        apply(field, provider_, result_.crm, key);
        result_.changesCrm = true;
    }

    /// @returns false: it mustn't be sent
    bool toProvider(const ComparedField<R>& field, const std::string& key, const Sides& s, bool conflict) {
        if (field.guests && !policy_.guests) return true;  // theirs to keep, ours to keep
        if (!policy_.toProvider) return false;
        const bool refused = policy_.locked || (field.organisers && !policy_.organised);
        result_.fields.push_back({std::string(field.name), true, text(s.provider), text(s.held),
                                  conflict ? text(s.provider) : std::string(), refused});
        if (refused) return false;
        apply(field, crm_, result_.provider, key);
        result_.changesProvider = true;
        return true;
    }

    void protectMandatory(const ComparedField<R>& field, const Elements& before) {
        if (!field.mandatory || !policy_.keepMandatory || before.empty() || !field.read(result_.crm).empty()) return;
        field.copy(crm_, result_.crm);
        for (MergedField& merged : result_.fields)
            if (merged.name == field.name && !merged.toProvider) merged.refused = true;
        result_.changesCrm =
            std::ranges::any_of(result_.fields, [](const MergedField& f) { return !f.toProvider && !f.refused; });
    }

    const R &crm_, &held_, &provider_;
    const Bases* bases_;
    const MergePolicy& policy_;
    Merge<R> result_;
};

}  // namespace

template <class R>
Merge<R> merge(const R& crm, const R& held, const R& provider, const Bases* bases, const MergePolicy& policy) {
    return Merger<R>(crm, held, provider, bases, policy).run();
}

template Merge<Activity> merge(const Activity&, const Activity&, const Activity&, const Bases*, const MergePolicy&);
template Merge<Contact> merge(const Contact&, const Contact&, const Contact&, const Bases*, const MergePolicy&);

}  // namespace crmdav
