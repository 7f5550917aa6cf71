#include "server/demo/demo.h"

#include <Poco/File.h>

#include <fstream>
#include <ostream>

#include "server/commands/command.h"

namespace crmdav {
namespace {

bool isLoopback(const std::string& host) { return host == "127.0.0.1" || host == "::1" || host == "localhost"; }

/// "127.0.0.1:8080", "[::1]:8080" or "8080"
void setListen(Config& config, const std::string& listen) {
    const auto colon = listen.rfind(':');
    std::string host = colon == std::string::npos ? config.listenHost : listen.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    const std::string port = colon == std::string::npos ? listen : listen.substr(colon + 1);
    if (port.empty() || port.size() > 5 || port.find_first_not_of("0123456789") != std::string::npos ||
        std::stoul(port) > 65535)
        throw UsageError("--listen takes HOST:PORT, such as 127.0.0.1:8080");
    config.listenHost = host;
    config.listenPort = static_cast<std::uint16_t>(std::stoul(port));
}

void printLogins(std::ostream& out, const Config& config) {
    out << "\n  login   password                role\n";
    for (const auto& each : demo::colleagues()) {
        std::string row = "  " + std::string(each.login);
        row.resize(10, ' ');
        row += each.password;
        row.resize(34, ' ');
        out << row << (each.role == Role::admin ? "admin" : "member") << "\n";
    }
    out << "\nThese passwords are in the manual: for this machine only. One of your own for an app:\n"
           "  CRMDAV_STORE_URL="
        << config.storeUrl << " crmdav app-password add LOGIN --label \"My phone\"\n";
}

void printAddresses(std::ostream& out, const std::string& base) {
    out << "  console                  " << base << "/console/   (open it in a browser, sign in as anna)\n"
        << "  calendars and contacts   " << base << "/dav/   (give an app this address, or the host name alone)\n"
        << "  API                      " << base << "/api/v1/openapi.json\n";
}

/// For the other commands on this demo.
void writeProperties(const std::string& data, const Config& config) {
    std::ofstream(data + "/crmdav.properties")
        << "store.url = " << config.storeUrl << "\nserver.listen = " << config.listenHost << ":" << config.listenPort
        << "\nbridge.privateNetworks = true\n";
}

void printAccount(std::ostream& out, const std::string& data, const Id& account) {
    const std::string with = " " + account + " --config " + data + "/crmdav.properties\n";
    out << "\nAnna has an account elsewhere, which another user of this server plays. While it is served:\n"
        << "  crmdav account preview" << with << "  crmdav account start  " << with << "  crmdav account journal"
        << with;
}

int runDemo(const Invocation& call) {
    Config config = call.config();
    const std::string data = call.option("data", ".demo");
    if (call.has("listen")) setListen(config, call.option("listen"));
    // Its passwords are published, so it must be out of others' reach.
    if (!isLoopback(config.listenHost))
        throw UsageError("the demo listens on this machine only: --listen 127.0.0.1:8080");
    Poco::File(data).createDirectories();
    config.storeUrl = "sqlite:" + data + "/crmdav.db";
    config.privateNetworks = true;  // its one account leads to this machine
    const std::string own =
        "http://" +
        (config.listenHost.find(':') == std::string::npos ? config.listenHost : "[" + config.listenHost + "]") + ":" +
        std::to_string(config.listenPort) + "/";
    Id account;
    {
        StoreOptions options;
        options.url = config.storeUrl;
        const auto store = Store::open(options);
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        const auto made = demo::make(*store, now);
        account = demo::connectElsewhere(*store, keyFileOf(config), own);
        const auto figures = store->figures();
        call.out << (made == demo::Made::now ? "Made" : "Found") << " the demo organisation Musterbach Software in "
                 << data << ": " << figures.users << " users, " << figures.contacts << " contacts, "
                 << figures.activities << " activities.\n";
    }
    printLogins(call.out, config);
    writeProperties(data, config);
    printAccount(call.out, data, account);
    if (!call.has("serve")) {
        call.out << "\nServe it:\n  crmdav demo --data " << data << " --serve" << std::endl;
        return 0;
    }
    return serve(config, [&](const std::string& address) {
        call.out << "\nServing until Ctrl-C:\n";
        printAddresses(call.out, address);
        call.out << std::flush;
    });
}

constexpr Option options[] = {
    {"data", "DIR", "folder of the demo's database (else .demo); made at the first run, used again later"},
    {"serve", "", "serve it, too"},
    {"listen", "HOST:PORT", "where to listen, on this machine only (else 127.0.0.1:8080)"},
};

constexpr Command commands[] = {
    {"demo", "", "Makes a demo organisation: users, companies, deals, contacts, a year of activities.",
     "crmdav demo --data .demo --serve", options, runDemo},
};

}  // namespace

std::span<const Command> demoCommands() { return commands; }

}  // namespace crmdav
