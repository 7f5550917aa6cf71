#include <array>
#include <ostream>
#include <utility>

#include "server/commands/command.h"
#include "server/settings.h"

namespace crmdav {
namespace {

constexpr std::array<std::string_view, 8> kinds{"contact", "company",    "deal", "activity",
                                                "object",  "collection", "user", "setting"};
constexpr std::array<std::string_view, 6> deeds{"created", "updated", "deleted", "restored", "merged", "erased"};

template <class Choice, std::size_t N>
std::string_view nameOf(Choice choice, const std::array<std::string_view, N>& names) {
    return names[static_cast<std::size_t>(choice)];
}

std::size_t numberOf(const Invocation& call, std::string_view option, std::size_t fallback, std::size_t most) {
    if (!call.has(option)) return fallback;
    try {
        return readNumber(call.option(option), 1, most);
    } catch (const ConfigError& error) {
        throw UsageError("--" + std::string(option) + ": " + error.what());
    }
}

HistoryFilter readFilter(const Invocation& call) {
    HistoryFilter filter;
    filter.record = call.option("record");
    filter.login = call.option("login");
    filter.device = call.option("device");
    if (call.has("from")) filter.from = readTime(call.option("from"));
    if (call.has("until")) filter.until = readTime(call.option("until"));
    filter.limit = numberOf(call, "limit", 100, 100'000);
    return filter;
}

void printJson(std::ostream& out, const HistoryEntry& entry) {
    out << "{\"id\":" << entry.id << ",\"at\":" << jsonText(isoTime(entry.at))
        << ",\"login\":" << jsonText(entry.actorLogin) << ",\"via\":" << jsonText(entry.actor.via)
        << ",\"device\":" << jsonText(entry.actor.device) << ",\"agent\":" << jsonText(entry.actor.agent)
        << ",\"address\":" << jsonText(entry.actor.address) << ",\"deed\":" << jsonText(nameOf(entry.deed, deeds))
        << ",\"kind\":" << jsonText(nameOf(entry.kind, kinds)) << ",\"record\":" << jsonText(entry.record)
        << ",\"title\":" << jsonText(entry.title) << ",\"fields\":[";
    const char* separator = "";
    for (const auto& field : entry.fields)
        out << std::exchange(separator, ",") << "{\"field\":" << jsonText(field.field)
            << ",\"before\":" << jsonText(field.before) << ",\"after\":" << jsonText(field.after) << "}";
    out << "]}";
}

void printText(std::ostream& out, const HistoryEntry& entry) {
    out << entry.id << "\t" << isoTime(entry.at) << "\t" << (entry.actorLogin.empty() ? "system" : entry.actorLogin)
        << " (" << entry.actor.via << (entry.actor.device.empty() ? "" : ", ") << entry.actor.device << ")\t"
        << nameOf(entry.deed, deeds) << " " << nameOf(entry.kind, kinds) << "\t" << entry.record << "\t" << entry.title
        << "\n";
    for (const auto& field : entry.fields)
        out << "\t" << field.field << ": " << field.before << " → " << field.after << "\n";
}

int history(const Invocation& call) {
    const auto entries = call.store(false)->history(readFilter(call));
    if (!call.has("json")) {
        for (const auto& entry : entries) printText(call.out, entry);
        return 0;
    }
    call.out << "[";
    const char* separator = "";
    for (const auto& entry : entries) {
        call.out << std::exchange(separator, ",") << "\n";
        printJson(call.out, entry);
    }
    call.out << "\n]\n";
    return 0;
}

int undoDevice(const Invocation& call, Store& store) {
    for (const std::string_view needed : {"login", "device", "from", "until"})
        if (!call.has(needed))
            throw UsageError("undo takes --entry NUMBER, or --login, --device, --from and --until together");
    const bool dry = call.has("dry-run");
    const auto report =
        store.undoDevice(Invocation::actor(), Invocation::user(store, call.option("login")).login,
                         call.option("device"), readTime(call.option("from")), readTime(call.option("until")), dry);
    for (const auto& [kind, id] : report.undone)
        call.out << (dry ? "would undo\t" : "undone\t") << nameOf(kind, kinds) << "\t" << id << "\n";
    for (const auto& [kind, id] : report.changedSince)
        call.out << "left alone, changed since\t" << nameOf(kind, kinds) << "\t" << id << "\n";
    return 0;
}

int undo(const Invocation& call) {
    const auto store = call.store();
    if (!call.has("entry")) return undoDevice(call, *store);
    constexpr std::size_t anyEntry = 1'000'000'000'000;
    store->undoRecord(Invocation::actor(), static_cast<std::int64_t>(numberOf(call, "entry", 0, anyEntry)));
    call.out << "The record is what it was before entry " << call.option("entry") << ".\n";
    return 0;
}

constexpr Option historyOptions[] = {{"record", "ID", "changes of this record alone"},
                                     {"login", "LOGIN", "changes by this user"},
                                     {"device", "LABEL", "changes by the app password of this label"},
                                     {"from", "TIME", "not before"},
                                     {"until", "TIME", "before"},
                                     {"limit", "NUMBER", "at most so many, newest first (100)"},
                                     {"json", "", "as a JSON array"}};
constexpr Option undoOptions[] = {
    {"entry", "NUMBER", "bring its record back to what it was before this entry of the history"},
    {"login", "LOGIN", "whose device"},
    {"device", "LABEL", "label of its app password"},
    {"from", "TIME", "what it did from then"},
    {"until", "TIME", "until then"},
    {"dry-run", "", "show what would be undone, change nothing"}};

constexpr Command rows[] = {
    {"history", "", "Shows what changed, by whom and from where.",
     "crmdav history --limit 20\ncrmdav history --login anna --device phone --from 2026-11-20 --json", historyOptions,
     history},
    {"undo", "", "Undoes one change, or what a device did in a span of time.",
     "crmdav undo --entry 4711\ncrmdav undo --login anna --device phone --from 2026-11-20T09:00:00Z --until "
     "2026-11-20T10:00:00Z --dry-run",
     undoOptions, undo},
};

}  // namespace

std::span<const Command> historyCommands() { return rows; }

}  // namespace crmdav
