#include "bridge/rules/matching.h"

#include <algorithm>
#include <set>

#include "store/records/contacts.h"
#include "store/records/normalise.h"

namespace crmdav {
namespace {

template <class Normal>
bool shareOne(const std::vector<LabelledValue>& a, const std::vector<LabelledValue>& b, Normal normal) {
    std::set<std::string> known;
    for (const LabelledValue& value : a)
        if (std::string form = normal(value.value); !form.empty()) known.insert(std::move(form));
    return std::ranges::any_of(b, [&](const LabelledValue& value) { return known.contains(normal(value.value)); });
}

}  // namespace

int criteriaMet(const Contact& a, const Contact& b, std::string_view region) {
    const std::string name = matchName(a);
    if (name.empty() || name != matchName(b)) return 0;
    const std::string company = normalCompany(a.companyName);
    return shareOne(a.emails, b.emails, [](const std::string& v) { return normalEmail(v); }) +
           shareOne(a.phones, b.phones, [&](const std::string& v) { return normalPhone(v, region); }) +
           (!company.empty() && company == normalCompany(b.companyName));
}

const Contact* bestMatch(const Contact& contact, std::span<const Contact> candidates, std::string_view region) {
    const Contact* best = nullptr;
    int met = 0;
    for (const Contact& candidate : candidates) {
        const int now = criteriaMet(contact, candidate, region);
        if (now > met || (now == met && now > 0 && candidate.created < best->created)) {
            best = &candidate;
            met = now;
        }
    }
    return best;
}

}  // namespace crmdav
