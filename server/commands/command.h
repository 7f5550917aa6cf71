#pragma once
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "server/config.h"
#include "store/store.h"

/// The command line as a table: one row a command. To add one: write `int run(const Invocation&)`, put its row into a
/// `std::span<const Command> …Commands()` in its file, and name that in command_table.cpp.
namespace crmdav {

/// Wrong usage: one line that says what to do. Exit status 2.
struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Option {
    std::string_view name;   ///< "label", given as --label
    std::string_view takes;  ///< "TEXT": given as --label TEXT or --label=TEXT; empty: a flag
    std::string_view about;
};

/// One call of a command, already checked against its row.
struct Invocation {
    std::vector<std::string> arguments;  ///< without the command's own words
    std::map<std::string, std::string, std::less<>> options;
    std::istream& in;
    std::ostream& out;
    std::ostream& err;

    bool has(std::string_view option) const { return options.contains(option); }
    std::string option(std::string_view name, std::string_view fallback = {}) const;
    /// Reads --config FILE, or the defaults, and the environment. @throws ConfigError
    Config config() const;
    /// Opens the store of the configuration. @throws StoreError
    std::unique_ptr<Store> store(bool migrate = true) const;
    /// The user of that login. @throws std::runtime_error there is none
    static User user(const Store& store, const std::string& login);
    /// Who the history names for what the command line does.
    static Actor actor();
};

struct Command {
    std::string_view name;                    ///< one or two words: "serve", "user add"
    std::string_view arguments;               ///< "LOGIN [NAME]": [ ] optional, … after the last: any number more
    std::string_view about;                   ///< one sentence
    std::string_view examples;                ///< complete command lines, one a line
    std::span<const Option> options;          ///< besides --config and --help
    int (*run)(const Invocation&) = nullptr;  ///< 0 done, 1 failed
};

/// All rows, in the order of `crmdav --help`.
std::vector<Command> commandTable();

/// Runs `crmdav WORDS…`: 0 done, 1 failed, 2 wrong usage. Errors go to `err` in one line.
int runCommand(std::span<const std::string> words, std::istream& in, std::ostream& out, std::ostream& err);

/// Serves until SIGTERM or SIGINT, then finishes the running requests. Returns the exit status.
/// @param ready called with the address once connections are taken (demo prints its logins there)
int serve(const Config& config, const std::function<void(const std::string& address)>& ready = {});

std::span<const Command> serveCommands();
std::span<const Command> userCommands();
std::span<const Command> appPasswordCommands();
std::span<const Command> upkeepCommands();  ///< backup, restore, copy, check, migrate
std::span<const Command> secretCommands();  ///< rotate-key
std::span<const Command> importCommands();  ///< import, export
std::span<const Command> demoCommands();
std::span<const Command> accountCommands();     ///< connecting accounts at providers
std::span<const Command> accountRunCommands();  ///< their runs, and what they did
std::span<const Command> outboxCommands();      ///< webhooks, and what goes out
std::span<const Command> historyCommands();     ///< history, undo

/// Writes a JSON string with its quotes.
std::string jsonText(std::string_view text);
/// "2026-11-20T09:00:00Z"
std::string isoTime(Instant at);
/// Reads that, or a date. @throws UsageError
Instant readTime(const std::string& text);
/// How the store is to be opened.
StoreOptions storeOptions(const Config& config);

}  // namespace crmdav
