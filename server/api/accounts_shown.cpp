#include "server/api/accounts_shown.h"

#include "bridge/rules/fields.h"

namespace crmdav {
namespace {

void hide(std::string& text) {
    if (!text.empty()) text = "(private)";
}

void hide(Json& object, std::string_view name) {
    for (auto& [member, value] : object.object)
        if (member == name) hide(value.string);
}

}  // namespace

AccountsShown::Seen AccountsShown::seen(SyncKind kind, const Id& local) const {
    if (own()) return {};
    if (local.empty()) return {false, false};
    if (kind == SyncKind::contacts) {
        const bool known = call_.store.contact(call_.user(), local).has_value();
        return {known, known};
    }
    const auto whole = call_.store.activity(account_.user, local), shown = call_.store.activity(call_.user(), local);
    if (!whole || !shown) return {false, false};
    return {!shown->subject.empty() && shown->subject == whole->subject, valuesOf(*shown) == valuesOf(*whole)};
}

void AccountsShown::hideIn(JournalEntry& entry) const {
    const Seen shown = seen(entry.kind, entry.local);
    if (!shown.title) hide(entry.title);
    if (shown.fields) return;
    for (JournalField& field : entry.fields)
        for (std::string* value : {&field.before, &field.after, &field.lost}) hide(*value);
}

void AccountsShown::hideIn(Json& decision, SyncKind kind, const Id& local) const {
    const Seen shown = seen(kind, local);
    if (!shown.title) hide(decision, "title");
    if (shown.fields) return;
    for (auto& [member, value] : decision.object)
        if (member == "fields")
            for (Json& field : value.array)
                for (const std::string_view name : {"before", "after", "lost"}) hide(field, name);
}

void AccountsShown::hideIn(std::string& title, std::int64_t entry) const {
    if (own()) return;
    const auto known = call_.store.sync().journalEntry(entry);
    if (!known || !seen(known->kind, known->local).title) hide(title);
}

void AccountsShown::requireSearchable() const {
    if (!own()) throw Forbidden("only its owner can search a journal: what is hidden from you would be found");
}

}  // namespace crmdav
