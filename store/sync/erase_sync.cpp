#include "store/sync/erase_sync.h"

#include <array>
#include <vector>

#include "store/sync/guests.h"
#include "store/sync/sync_rows.h"

namespace crmdav {

namespace {

/// A table with texts that may name people; the last one is a provider's own form, in bytes.
struct Texts {
    std::string_view table;
    std::array<std::string_view, 4> columns;
    bool raw;
};
constexpr Texts everywhere[] = {
    {"sync_links", {"base_local", "base_remote", "note", "raw"}, true},
    {"sync_stage", {"decision", "version", "uid", "raw"}, true},
    {"sync_journal", {"title", "reason", "fields", "raw_before"}, true},
    {"sync_outbox", {"target", "subject", "body", "last_error"}, false},
    {"sync_runs", {"cause", "summary", "mode", "phase"}, false},
};

std::string unfolded(std::string text) {
    if (!text.starts_with("BEGIN:")) return text;
    for (std::size_t at = 0; (at = text.find("\n ", at)) != std::string::npos;) {
        if (at > 0 && text[at - 1] == '\r') --at;
        text.erase(at, text[at] == '\r' ? 3 : 2);
    }
    return text;
}

/// An address that is a value of its own becomes the one that participants have by now (history/erase.cpp), so that the
/// next run sees no difference; what else names the person becomes what stands in texts.
std::string cleaned(std::string text, const Traces& traces, std::span<const std::string> emails) {
    text = unfolded(std::move(text));
    for (const std::string& email : emails)
        for (std::size_t at = 0; (at = findIgnoringCase(text, email, at)) != std::string::npos; ++at)
            if (at > 0 && (text[at - 1] == '"' || text[at - 1] == ':')) text.replace(at, email.size(), nobody);
    return traces.without(std::move(text));
}

std::string listOf(const Texts& texts, std::string_view after) {
    std::string list;
    for (const std::string_view column : texts.columns) {
        if (!list.empty()) list += ", ";
        list.append(column).append(after);
    }
    return list;
}

std::size_t clean(Connection& db, const Texts& texts, const Traces& traces, std::span<const std::string> emails) {
    const std::string select = "SELECT id, " + listOf(texts, "") + " FROM " + std::string(texts.table);
    const auto value = [&](const Rows& row, int column) {
        return std::string(texts.raw && column == 4 ? row.blob(column) : row.text(column));
    };
    std::vector<std::int64_t> found;
    for (auto& row : db.stream(Sql::made(select)))
        for (int column = 1; column <= 4; ++column)
            if (traces.in(unfolded(value(row, column)))) {
                found.push_back(row.int64(0));
                break;
            }
    const Sql update = Sql::made("UPDATE " + std::string(texts.table) + " SET " + listOf(texts, "=?") + " WHERE id=?");
    for (const std::int64_t id : found) {
        std::array<std::string, 4> after;
        if (auto row = db.query(Sql::made(select + " WHERE id=?"), id); row.next())
            for (int i = 0; i < 4; ++i) after[static_cast<std::size_t>(i)] = cleaned(value(row, i + 1), traces, emails);
        if (texts.raw)
            db.exec(update, after[0], after[1], after[2], Blob{after[3]}, id);
        else
            db.exec(update, after[0], after[1], after[2], after[3], id);
    }
    return found.size();
}

}  // namespace

std::size_t eraseFromSync(Connection& db, const std::string& contact, const Traces& traces,
                          std::span<const std::string> emails) {
#define OF_CONTACT "(local=?1 OR link IN (SELECT uuid FROM sync_links WHERE local=?1))"
    const Blob own{contact};
    std::int64_t places = db.exec("DELETE FROM sync_stage WHERE " OF_CONTACT, own);
    places +=
        db.exec("UPDATE sync_journal SET title=?2, reason='', fields='', raw_before=?3, forgotten=1 WHERE " OF_CONTACT,
                own, noName, Blob{});
    places += db.exec(
        "UPDATE sync_links SET uid='', base_local='', base_remote='', raw=?2, note=?3 WHERE local=?1 AND block=0", own,
        Blob{}, erasedNote);
    for (const std::string& email : emails)  // nothing is sent to them any more
        db.exec("UPDATE sync_outbox SET next_try=NULL WHERE sent IS NULL AND lower(target)=?", email);
    forgetGuests(db, emails);
    auto all = static_cast<std::size_t>(places);
    for (const Texts& texts : everywhere) all += clean(db, texts, traces, emails);
    return all;
}

}  // namespace crmdav
