#include <algorithm>
#include <iostream>

#include "server/commands/command.h"

namespace crmdav {
namespace {

constexpr Option everywhere[] = {{"config", "FILE", "properties file; any key can also come from the environment"},
                                 {"help", "", "this text"}};

/// How many arguments a row wants: "LOGIN [NAME]" is one or two, "FILE…" one or more.
struct Count {
    std::size_t least = 0, most = 0;
};
Count countOf(std::string_view arguments) {
    Count count;
    while (!arguments.empty()) {
        const auto end = std::min(arguments.find(' '), arguments.size());
        const auto word = arguments.substr(0, end);
        ++count.most;
        count.least += !word.starts_with('[');
        if (word.find("…") != word.npos) count.most = 100'000;
        arguments.remove_prefix(std::min(end + 1, arguments.size()));
    }
    return count;
}

std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.resize(width, ' ');
    return text;
}

void printOverview(std::ostream& out) {
    out << "crmdav " CRMDAV_VERSION ": a CRM's activities and contacts in calendar and contacts apps\n\n";
    for (const auto& command : commandTable())
        out << "  " << padded("crmdav " + std::string(command.name), 28) << command.about << "\n";
    out << "\nMore about each: crmdav COMMAND --help\n";
}

void printOption(std::ostream& out, const Option& option) {
    out << "  " << padded("--" + std::string(option.name) + " " + std::string(option.takes), 26) << option.about
        << "\n";
}

void printHelp(const Command& command, std::ostream& out) {
    out << command.about << "\n\n  crmdav " << command.name << (command.arguments.empty() ? "" : " ")
        << command.arguments << " [OPTIONS]\n\n";
    for (const auto& option : command.options) printOption(out, option);
    for (const auto& option : everywhere) printOption(out, option);
    out << "\nExamples\n";
    for (auto rest = command.examples; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        out << "  " << rest.substr(0, end) << "\n";
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (command.name == "serve") {
        out << "\nSettings (key = value in FILE; CRMDAV_STORE_URL in the environment is store.url)\n";
        for (const auto& setting : settings()) {
            out << "  " << padded(std::string(setting.name), 30) << setting.about;
            out << " [" << setting.takes << (setting.fallback.empty() ? "" : "; ") << setting.fallback << "]\n";
        }
    }
}

const Option* findOption(const Command& command, std::string_view name) {
    const auto named = [&](const Option& option) { return option.name == name; };
    if (const auto found = std::find_if(command.options.begin(), command.options.end(), named);
        found != command.options.end())
        return &*found;
    const auto found = std::find_if(std::begin(everywhere), std::end(everywhere), named);
    return found == std::end(everywhere) ? nullptr : found;
}

/// Reads one option at `word`; takes the next word for its value where needed.
void readOption(const Command& command, std::span<const std::string> words, std::size_t& at, Invocation& call) {
    const std::string& word = words[at];
    const auto equals = std::min(word.find('='), word.size());
    const std::string name = word.substr(2, equals - 2);
    const auto* option = findOption(command, name);
    if (!option)
        throw UsageError("unknown option --" + name + "; see: crmdav " + std::string(command.name) + " --help");
    if (option->takes.empty()) {
        if (equals < word.size()) throw UsageError("--" + name + " takes no value");
        call.options[name] = "true";
        return;
    }
    if (equals == word.size() && at + 1 == words.size())
        throw UsageError("--" + name + " needs " + std::string(option->takes));
    call.options[name] = equals < word.size() ? word.substr(equals + 1) : words[++at];
}

void readWords(const Command& command, std::span<const std::string> words, Invocation& call) {
    bool optionsEnded = false;
    for (std::size_t at = 0; at < words.size(); ++at) {
        if (!optionsEnded && words[at] == "--") {
            optionsEnded = true;
        } else if (!optionsEnded && words[at].starts_with("--")) {
            readOption(command, words, at, call);
        } else {
            call.arguments.push_back(words[at]);
        }
    }
    if (call.has("help")) return;
    const auto count = countOf(command.arguments);
    if (call.arguments.size() < count.least || call.arguments.size() > count.most)
        throw UsageError("usage: crmdav " + std::string(command.name) + " " + std::string(command.arguments) +
                         "; see --help");
}

std::size_t wordsOf(std::string_view name) { return name.find(' ') == name.npos ? 1 : 2; }

/// The row whose one or two words the line begins with.
const Command& findCommand(const std::vector<Command>& table, std::span<const std::string> words) {
    for (const auto& command : table) {
        const auto count = wordsOf(command.name);
        if (words.size() < count) continue;
        if (command.name == (count == 1 ? words[0] : words[0] + " " + words[1])) return command;
    }
    std::string kin;
    for (const auto& command : table)
        if (command.name.starts_with(words[0] + " ")) kin.append(kin.empty() ? "" : ", ").append(command.name);
    if (!kin.empty()) throw UsageError("which one: " + kin + "?");
    throw UsageError("unknown command " + words[0] + "; see: crmdav --help");
}

int runFound(const Command& command, std::span<const std::string> words, Invocation& call) {
    readWords(command, words, call);
    if (!call.has("help")) return command.run(call);
    printHelp(command, call.out);
    return 0;
}

}  // namespace

std::vector<Command> commandTable() {
    std::vector<Command> table;
    for (const auto group :
         {serveCommands(), demoCommands(), userCommands(), appPasswordCommands(), importCommands(), upkeepCommands(),
          accountCommands(), accountRunCommands(), outboxCommands(), secretCommands(), historyCommands()})
        table.insert(table.end(), group.begin(), group.end());
    return table;
}

int runCommand(std::span<const std::string> words, std::istream& in, std::ostream& out, std::ostream& err) {
    try {
        if (words.empty() || words[0] == "--help" || words[0] == "help") {
            printOverview(words.empty() ? err : out);
            return words.empty() ? 2 : 0;
        }
        if (words[0] == "--version") {
            out << "crmdav " CRMDAV_VERSION "\n";
            return 0;
        }
        const auto table = commandTable();
        const auto& command = findCommand(table, words);
        Invocation call{{}, {}, in, out, err};
        return runFound(command, words.subspan(wordsOf(command.name)), call);
    } catch (const UsageError& error) {
        err << "crmdav: " << error.what() << "\n";
        return 2;
    } catch (const ConfigError& error) {
        err << "crmdav: " << error.what() << "\n";
        return 2;
    } catch (const std::exception& error) {
        err << "crmdav: " << error.what() << "\n";
        return 1;
    }
}

}  // namespace crmdav
