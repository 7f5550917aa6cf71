#include <iostream>
#include <ostream>

#include "protocol/text/json.h"
#include "server/commands/account_text.h"
#include "server/commands/sign_in_page.h"

/// An account's life: connect, settings, start and stop (rules A).
namespace crmdav {
namespace {

std::string timeOr(const std::optional<Instant>& at, std::string_view otherwise) {
    return at ? isoTime(*at) : std::string(otherwise);
}

void writeSide(JsonWriter& out, const SyncSide& side) {
    out.beginObject().member("kind", wordOf(side.kind)).member("status", statusText(side)).member("cause", side.cause);
    out.member("lastSuccess", timeOr(side.lastSuccess, "")).member("nextTry", timeOr(side.nextTry, "")).endObject();
}

void printSide(std::ostream& out, const SyncSide& side) {
    out << "  " << wordOf(side.kind) << "\t" << statusText(side);
    if (side.lastSuccess) out << ", last success " << isoTime(*side.lastSuccess);
    if (side.nextTry && side.status == SyncStatus::failing) out << ", next try " << isoTime(*side.nextTry);
    if (!side.cause.empty()) out << ": " << side.cause;
    out << "\n";
}

std::vector<SyncSide> sidesOf(Store& store, const Id& account) {
    std::vector<SyncSide> sides;
    for (const SyncKind kind : {SyncKind::calendar, SyncKind::contacts})
        if (auto side = store.sync().side(account, kind)) sides.push_back(std::move(*side));
    return sides;
}

int list(const Invocation& call) {
    const auto store = call.store();
    const std::int64_t user = call.arguments.empty() ? 0 : Invocation::user(*store, call.arguments[0]).id;
    JsonWriter json;
    json.beginArray();
    for (const Account& account : store->sync().accounts(user)) {
        const auto owner = store->userById(account.user);
        const std::string login = owner ? owner->login : std::string();
        if (!call.has("json")) {
            call.out << account.id << "\t" << login << "\t" << account.provider << " " << account.login
                     << (account.connected ? "" : " (disconnected)") << "\n";
            for (const SyncSide& side : sidesOf(*store, account.id)) printSide(call.out, side);
            continue;
        }
        json.beginObject().member("id", account.id).member("user", login).member("provider", account.provider);
        json.member("login", account.login).member("connected", account.connected).key("sync").beginArray();
        for (const SyncSide& side : sidesOf(*store, account.id)) writeSide(json, side);
        json.endArray().endObject();
    }
    if (call.has("json")) call.out << json.endArray().take() << "\n";
    return 0;
}

int add(const Invocation& call) {
    const auto store = call.store();
    const User user = Invocation::user(*store, call.arguments[0]);
    const std::string& provider = call.arguments[1];
    const auto bridge = openBridge(call, *store);
    Account account;
    if (provider == "dav" || provider == "icloud") {
        const std::string address = call.option("address");
        if (!call.has("login")) throw UsageError("--login NAME says who signs in there");
        std::string password;
        call.err << "Password of " << call.option("login")
                 << " (an app password, where the provider has them): " << std::flush;
        std::getline(call.in, password);
        if (password.empty()) throw UsageError("the password comes from standard input");
        account = bridge->accounts().connectDav(user.id, provider, address, call.option("login"), password);
    } else {
        SignInPage page;
        call.out << "Open this address, sign in and allow it:\n\n  "
                 << bridge->beginSignIn(user.id, provider, page.redirect()) << "\n\nWaiting for the answer …"
                 << std::endl;
        const auto answer = page.wait();
        account = bridge->finishSignIn(user.id, answer.state, answer.code, page.redirect());
    }
    call.out << "Connected " << account.login << " as " << account.id << ": Authorised.\nNext: crmdav account preview "
             << account.id << "\n";
    return 0;
}

int collections(const Invocation& call) {
    const auto store = call.store();
    const Account account = accountOf(*store, call.arguments[0]);
    const auto bridge = openBridge(call, *store);
    for (const RemoteCollection& c : bridge->accounts().collections(account.id, kindOf(call)))
        call.out << c.id << "\t" << c.name << (c.main ? "\tmain" : "") << (c.writable ? "" : "\tread-only")
                 << (c.busyOnly ? "\tbusy times only" : "") << "\n";
    if (kindOf(call) == SyncKind::contacts)
        for (const RemoteGroup& group : bridge->accounts().groups(account.id))
            call.out << "group\t" << group.id << "\t" << group.name << "\n";
    return 0;
}

/// NAME=VALUE: a value is JSON where it is, else text.
std::string asJson(const std::vector<std::string>& pairs, std::size_t from) {
    JsonWriter out;
    out.beginObject();
    for (std::size_t i = from; i < pairs.size(); ++i) {
        const auto equals = pairs[i].find('=');
        if (equals == std::string::npos) throw UsageError("expected NAME=VALUE, not " + pairs[i]);
        out.key(pairs[i].substr(0, equals));
        const std::string value = pairs[i].substr(equals + 1);
        try {
            out.value(parseJson(value));
        } catch (const JsonError&) {
            out.text(value);
        }
    }
    return out.endObject().take();
}

int settings(const Invocation& call) {
    const auto store = call.store();
    const Account account = accountOf(*store, call.arguments[0]);
    const auto bridge = openBridge(call, *store);
    const auto side = bridge->accounts().saveSettings(account.id, kindOf(call), asJson(call.arguments, 1));
    call.out << side.settings << "\n";
    return 0;
}

/// Contacts are everybody's: they are asked for once more (A5).
bool isMeant(const Invocation& call) {
    if (kindOf(call) == SyncKind::calendar || call.has("yes")) return true;
    call.err
        << "Contacts of this account will be everybody's who works with the CRM, unless its settings say otherwise.\n"
           "Enable contact sync? [y/N] "
        << std::flush;
    std::string answer;
    std::getline(call.in, answer);
    return answer == "y" || answer == "yes";
}

template <SyncSide (Accounts::*Change)(const Id&, SyncKind)>
int change(const Invocation& call) {
    const auto store = call.store();
    const Account account = accountOf(*store, call.arguments[0]);
    const auto bridge = openBridge(call, *store);
    printSide(call.out, (bridge->accounts().*Change)(account.id, kindOf(call)));
    return 0;
}

int start(const Invocation& call) {
    if (isMeant(call)) return change<&Accounts::start>(call);
    call.out << "Nothing was started.\n";
    return 1;
}

int disconnect(const Invocation& call) {
    const auto store = call.store();
    const Account account = accountOf(*store, call.arguments[0]);
    const auto bridge = openBridge(call, *store);
    const bool revoked = bridge->accounts().disconnect(account.id);
    call.out << "Disconnected " << account.login << ". What was synced stays on both sides.\n";
    if (!revoked) call.out << "Take the permission back at the provider, too: it can't be told from here.\n";
    return 0;
}

int status(const Invocation& call) {
    const auto store = call.store();
    const Account account = accountOf(*store, call.arguments[0]);
    const auto bridge = openBridge(call, *store);
    JsonWriter json;
    json.beginArray();
    for (const SyncSide& side : sidesOf(*store, account.id)) {
        const auto today = bridge->accounts().today(account.id, side.kind);
        const auto counts = store->sync().countLinks({account.id, side.kind});
        if (call.has("json")) {
            json.beginObject().key("sync");
            writeSide(json, side);
            json.member("linked", counts.linked).member("busyBlocks", counts.blocks);
            json.member("addedToCrm", today.addedToCrm).member("addedToProvider", today.addedToProvider);
            json.member("updatedInCrm", today.updatedInCrm).member("updatedAtProvider", today.updatedAtProvider);
            json.member("deletedInCrm", today.deletedInCrm).member("deletedAtProvider", today.deletedAtProvider);
            json.endObject();
            continue;
        }
        printSide(call.out, side);
        call.out << "    linked " << counts.linked << ", busy blocks " << counts.blocks << "\n    today added "
                 << today.addedToCrm + today.addedToProvider << " (to CRM " << today.addedToCrm << ", to provider "
                 << today.addedToProvider << "), updated " << today.updatedInCrm + today.updatedAtProvider
                 << " (in CRM " << today.updatedInCrm << ", at provider " << today.updatedAtProvider << "), deleted "
                 << today.deletedInCrm << "\n";
    }
    if (call.has("json")) call.out << json.endArray().take() << "\n";
    return 0;
}

constexpr Option kind{"kind", "KIND", "calendar (the usual) or contacts"};
constexpr Option kindOptions[] = {kind};
constexpr Option startOptions[] = {kind, {"yes", "", "contacts: without the question"}};
constexpr Option jsonOptions[] = {{"json", "", "as JSON"}};
constexpr Option addOptions[] = {{"address", "URL", "of the server; for an email address it may be found without"},
                                 {"login", "NAME", "user name or address there"}};

constexpr Command rows[] = {
    {"account list", "[LOGIN]", "Lists connected accounts with their status.",
     "crmdav account list\ncrmdav account list "
     "anna --json",
     jsonOptions, list},
    {"account add", "LOGIN PROVIDER",
     "Connects an account: dav, icloud, google or microsoft. A password comes from standard input.",
     "crmdav account add anna dav --address https://dav.example.org --login anna\ncrmdav account add anna google",
     addOptions, add},
    {"account collections", "ACCOUNT", "Lists an account's calendars, or its address books and groups.",
     "crmdav account collections 0193 --kind contacts", kindOptions, collections},
    {"account settings", "ACCOUNT [NAME=VALUE…]", "Shows or changes what is synced, and how.",
     "crmdav account settings 0193 direction=two-way\ncrmdav account settings 0193 --kind contacts group=starred",
     kindOptions, settings},
    {"account start", "ACCOUNT", "Starts its sync.", "crmdav account start 0193", startOptions, start},
    {"account stop", "ACCOUNT", "Stops its sync; data stays on both sides.", "crmdav account stop 0193", kindOptions,
     change<&Accounts::stop>},
    {"account confirm", "ACCOUNT", "Lets a paused sync delete as much as it said.", "crmdav account confirm 0193",
     kindOptions, change<&Accounts::confirm>},
    {"account status", "ACCOUNT", "Status, links, and what was done today.", "crmdav account status 0193", jsonOptions,
     status},
    {"account disconnect",
     "ACCOUNT",
     "Forgets the sign-in; data and links stay.",
     "crmdav account disconnect 0193",
     {},
     disconnect},
};

}  // namespace

std::span<const Command> accountCommands() { return rows; }

}  // namespace crmdav
