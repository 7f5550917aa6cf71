#include "bridge/engine/description.h"

#include <algorithm>
#include <cstdio>

namespace crmdav {
namespace {

// Plain words between marks that no HTML, Markdown or mail program takes for something else.
constexpr std::string_view begin = "[CRM info]", end = "[/CRM info]";

void addLine(std::string& out, std::initializer_list<std::string_view> parts) {
    std::string line;
    for (const std::string_view part : parts) {
        if (part.empty()) continue;
        if (!line.empty()) line += ", ";
        line += part;
    }
    if (!line.empty()) out.append(line).append(1, '\n');
}

std::string amount(const Deal& deal) {
    char text[40];
    std::snprintf(text, sizeof text, "%.2f ", static_cast<double>(deal.valueCents) / 100);
    return text + deal.currency;
}

std::vector<Id> contactsOf(const Activity& activity) {
    std::vector<Id> ids = activity.contactIds;
    for (const Participant& p : activity.participants)
        if (p.contactId && std::ranges::find(ids, *p.contactId) == ids.end()) ids.push_back(*p.contactId);
    return ids;
}

}  // namespace

std::string withBlock(std::string_view notes, std::string_view block) {
    std::string text(notes);
    if (block.empty()) return text;
    if (!text.empty()) text += "\n\n";
    return text.append(begin).append("\n").append(block).append(end);
}

std::string withoutBlock(std::string_view notes) {
    const auto from = notes.find(begin);
    if (from == std::string_view::npos) return std::string(notes);
    const auto to = notes.find(end, from);
    std::string before(notes.substr(0, from));
    std::string after(to == std::string_view::npos ? std::string_view() : notes.substr(to + end.size()));
    const auto last = before.find_last_not_of(" \t\r\n");
    before.erase(last == std::string::npos ? 0 : last + 1);
    const auto first = after.find_first_not_of(" \t\r\n");
    after.erase(0, first == std::string::npos ? after.size() : first);
    if (before.empty() || after.empty()) return before + after;
    return before + "\n\n" + withoutBlock(after);
}

std::string infoOf(const Store& store, std::int64_t user, const Activity& activity, bool info, bool guests) {
    std::string out;
    if (guests)
        for (const Participant& p : activity.participants) addLine(out, {p.name, p.email});
    if (!info) return out;
    for (const Id& id : contactsOf(activity))
        if (const auto c = store.contact(user, id))
            addLine(out, {c->displayName, c->emails.empty() ? "" : c->emails.front().value,
                          c->phones.empty() ? "" : c->phones.front().value, c->companyName});
    for (const Id& id : activity.dealIds)
        if (const auto deal = store.deal(user, id)) addLine(out, {deal->title, deal->stage, amount(*deal)});
    return out;
}

}  // namespace crmdav
