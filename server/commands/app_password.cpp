#include <algorithm>
#include <ostream>
#include <utility>

#include "server/commands/command.h"

namespace crmdav {
namespace {

struct Part {
    std::string_view name;
    bool Scope::*opens;
};
constexpr Part parts[] = {{"caldav", &Scope::caldav}, {"carddav", &Scope::carddav}, {"api", &Scope::api}};

/// "caldav,carddav" opens these two and nothing else.
Scope readScope(const Invocation& call, const Store& store, const std::string& login) {
    Scope scope;
    scope.readOnly = call.has("read-only");
    if (call.has("scope")) {
        scope.caldav = scope.carddav = scope.api = false;
        std::string rest = call.option("scope") + ",";
        for (auto comma = rest.find(','); comma != rest.npos; comma = rest.find(',')) {
            const auto name = rest.substr(0, comma);
            const auto part =
                std::find_if(std::begin(parts), std::end(parts), [&](const Part& p) { return p.name == name; });
            if (part == std::end(parts)) throw UsageError("--scope takes caldav, carddav and api, with commas between");
            scope.*part->opens = true;
            rest.erase(0, comma + 1);
        }
    }
    if (call.has("collection")) {
        const auto name = call.option("collection");
        auto collection = store.collection(login, Home::calendars, name);
        if (!collection) collection = store.collection(login, Home::addressbooks, name);
        if (!collection) throw std::runtime_error("there is no collection " + name + " of " + login);
        scope.collection = collection->id;
    }
    return scope;
}

std::string textOf(const Scope& scope) {
    std::string text;
    for (const auto& part : parts)
        if (scope.*part.opens) text.append(text.empty() ? "" : ",").append(part.name);
    if (scope.collection) text += " one collection";
    if (scope.readOnly) text += " read-only";
    return text;
}

std::string timeOr(const std::optional<Instant>& time, std::string_view otherwise) {
    return time ? isoTime(*time) : std::string(otherwise);
}

int add(const Invocation& call) {
    const auto store = call.store();
    const auto user = Invocation::user(*store, call.arguments[0]);
    std::optional<Instant> expires;
    if (call.has("expires")) expires = readTime(call.option("expires"));
    const auto made = store->addAppPassword(Invocation::actor(), user.id, call.option("label", "app"),
                                            readScope(call, *store, user.login), expires);
    if (call.has("json"))
        call.out << "{\"id\":" << jsonText(made.password.id) << ",\"login\":" << jsonText(user.login)
                 << ",\"secret\":" << jsonText(made.secret) << "}\n";
    else
        call.out << "App password of " << user.login << ", shown this once: " << made.secret << "\n";
    return 0;
}

int list(const Invocation& call) {
    const auto store = call.store();
    const auto passwords = store->appPasswords(Invocation::user(*store, call.arguments[0]).id);
    if (!call.has("json")) {
        for (const auto& p : passwords)
            call.out << p.id << "\t" << (p.revoked ? "revoked" : "active") << "\t" << p.label << "\t" << textOf(p.scope)
                     << "\tused " << timeOr(p.lastUsed, "never") << " " << p.lastAddress << "\n";
        return 0;
    }
    call.out << "[";
    const char* separator = "";
    for (const auto& p : passwords) {
        call.out << std::exchange(separator, ",") << "\n{\"id\":" << jsonText(p.id)
                 << ",\"label\":" << jsonText(p.label) << ",\"scope\":" << jsonText(textOf(p.scope))
                 << ",\"created\":" << jsonText(isoTime(p.created))
                 << ",\"expires\":" << jsonText(timeOr(p.expires, ""))
                 << ",\"revoked\":" << jsonText(timeOr(p.revoked, ""))
                 << ",\"lastUsed\":" << jsonText(timeOr(p.lastUsed, ""))
                 << ",\"lastAddress\":" << jsonText(p.lastAddress) << ",\"lastAgent\":" << jsonText(p.lastAgent) << "}";
    }
    call.out << "\n]\n";
    return 0;
}

int revoke(const Invocation& call) {
    const auto store = call.store();
    const auto user = Invocation::user(*store, call.arguments[0]);
    const auto all = store->appPasswords(user.id);
    const auto& wanted = call.arguments[1];
    const auto found = std::find_if(all.begin(), all.end(), [&](const AppPassword& p) { return p.id == wanted; });
    if (found == all.end())
        throw std::runtime_error(user.login + " has no app password " + wanted + "; see: crmdav app-password list " +
                                 user.login);
    store->revokeAppPassword(Invocation::actor(), user.id, found->id);
    call.out << "Revoked " << found->label << ".\n";
    return 0;
}

constexpr Option addOptions[] = {{"label", "TEXT", "what it is for, like phone"},
                                 {"scope", "LIST", "what it opens: caldav,carddav,api; without it everything"},
                                 {"collection", "NAME", "nothing but this calendar or address book"},
                                 {"read-only", "", "reading only"},
                                 {"expires", "TIME", "from then on it doesn't work any more"},
                                 {"json", "", "as JSON"}};
constexpr Option listOptions[] = {{"json", "", "as a JSON array"}};

constexpr Command rows[] = {
    {"app-password add", "LOGIN", "Makes an app password and shows it once.",
     "crmdav app-password add anna --label phone\ncrmdav app-password add anna --label report --scope api --read-only "
     "--expires 2027-01-01",
     addOptions, add},
    {"app-password list", "LOGIN", "Lists a user's app passwords with their last use.",
     "crmdav app-password list anna --json", listOptions, list},
    {"app-password revoke",
     "LOGIN ID",
     "Makes an app password useless at once.",
     "crmdav app-password revoke anna 0b6e0a56-4a3c-4b62-a6f2-6f3f7d1d1a11",
     {},
     revoke},
};

}  // namespace

std::span<const Command> appPasswordCommands() { return rows; }

}  // namespace crmdav
