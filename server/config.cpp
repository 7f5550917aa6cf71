#include "server/config.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

#include "server/settings.h"

namespace crmdav {
namespace {

struct Line {
    std::size_t number;
    std::string value;
};
using Lines = std::map<std::string, Line, std::less<>>;

std::string withoutBlanks(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r\f");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\f") - first + 1);
}

/// Levenshtein's distance: how many letters to change, add or drop.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = i;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t k = 1; k <= b.size(); ++k) {
            const auto changed = diagonal + (a[i - 1] != b[k - 1]);
            diagonal = row[k];
            row[k] = std::min({row[k] + 1, row[k - 1] + 1, changed});
        }
    }
    return row.back();
}

std::string_view nearest(std::string_view unknown) {
    const auto closer = [&](const Setting& a, const Setting& b) {
        return distance(unknown, a.name) < distance(unknown, b.name);
    };
    return std::min_element(settings().begin(), settings().end(), closer)->name;
}

const Setting* find(std::string_view name) {
    const auto all = settings();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Setting& s) { return s.name == name; });
    return found == all.end() ? nullptr : &*found;
}

bool isKnown(std::string_view key) {
    if (find(key)) return true;
    constexpr std::string_view ending = ".file";
    if (!key.ends_with(ending)) return false;
    const auto* setting = find(key.substr(0, key.size() - ending.size()));
    return setting && setting->secret;
}

Lines readLines(std::string_view text, const std::string& source) {
    Lines lines;
    std::istringstream in{std::string(text)};
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        const auto first = number;
        line = withoutBlanks(line);
        for (std::string more; line.ends_with('\\') && std::getline(in, more); ++number) {
            line.pop_back();
            line += withoutBlanks(more);
        }
        if (line.empty() || line[0] == '#' || line[0] == '!') continue;
        const auto at = source + ":" + std::to_string(first) + ": ";
        const auto equals = line.find('=');
        if (equals == line.npos) throw ConfigError(at + "expected key = value");
        const auto key = withoutBlanks(line.substr(0, equals));
        if (!isKnown(key))
            throw ConfigError(at + "unknown key " + key + "; did you mean " + std::string(nearest(key)) + "?");
        if (!lines.emplace(key, Line{first, withoutBlanks(line.substr(equals + 1))}).second)
            throw ConfigError(at + key + " is given twice");
    }
    return lines;
}

/// store.url is CRMDAV_STORE_URL, server.publicUrl CRMDAV_SERVER_PUBLICURL.
std::string environmentName(std::string_view key) {
    std::string name = "CRMDAV_";
    for (const char c : key) name += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return name;
}

std::string readSecret(const std::string& file) {
    std::ifstream in(file);
    std::string secret;
    if (!in || !std::getline(in, secret)) throw ConfigError("can't read a line from " + file);
    return withoutBlanks(secret);
}

/// A value and where it came from, for the error message.
struct Given {
    std::string value, where;
};

std::optional<Given> lookUp(const std::string& key, const Lines& lines, const std::string& source,
                            const Environment& environment) {
    const auto variable = environmentName(key);
    if (auto value = environment(variable)) return Given{*value, variable};
    if (const auto line = lines.find(key); line != lines.end())
        return Given{line->second.value, source + ":" + std::to_string(line->second.number) + ": " + key};
    return std::nullopt;
}

}  // namespace

Environment processEnvironment() {
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        return value ? std::optional<std::string>(value) : std::nullopt;
    };
}

Config parseConfig(std::string_view text, const std::string& source, const Environment& environment) {
    const auto lines = readLines(text, source);
    Config config;
    for (const auto& setting : settings()) {
        const std::string key(setting.name);
        auto given = lookUp(key, lines, source, environment);
        const auto file = setting.secret ? lookUp(key + ".file", lines, source, environment) : std::nullopt;
        if (given && file) throw ConfigError(file->where + ": " + key + " is given too; keep one of them");
        const auto where = file ? file->where : given ? given->where : key;
        try {
            if (file) given = Given{readSecret(file->value), where};
            const bool leftEmpty = given && given->value.empty() && setting.fallback.empty();
            if (given && !leftEmpty) setting.set(config, given->value);
        } catch (const ConfigError& error) {
            throw ConfigError(where + ": " + error.what());
        }
    }
    if (config.tlsCertificate.empty() != config.tlsKey.empty())
        throw ConfigError(source + ": server.tls.certificate and server.tls.key belong together; give both or none");
    if (config.bodyBytes < config.objectBytes)
        throw ConfigError(source + ": limits.bodyBytes must not be smaller than limits.objectBytes");
    return config;
}

std::string keyFileOf(const Config& config) {
    if (!config.keyFile.empty()) return config.keyFile;
    constexpr std::string_view sqlite = "sqlite:";
    const std::filesystem::path folder =
        config.storeUrl.starts_with(sqlite) ? std::filesystem::path(config.storeUrl.substr(sqlite.size())).parent_path()
                                            : "crmdav-data";
    return folder / "secrets.key";
}

Config readConfig(const std::string& file) {
    if (file.empty()) return parseConfig({}, "defaults", processEnvironment());
    std::ifstream in(file, std::ios::binary);
    if (!in) throw ConfigError("can't read " + file + "; give the configuration with --config FILE");
    std::ostringstream text;
    text << in.rdbuf();
    return parseConfig(text.str(), file, processEnvironment());
}

}  // namespace crmdav
