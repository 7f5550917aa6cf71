#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>

/// bridge/README.md states the rules; each has a test that names it: in its name, or in the comment before or behind
/// it.
namespace {

namespace fs = std::filesystem;
const fs::path tests = TESTS_DIR;

/// Rule numbers in a text: "B5" also in "B5_OneWay…", "C4–C6" is three.
std::set<std::string> rulesIn(const std::string& text) {
    static const std::regex rule("(^|[^A-Za-z0-9])([ABCDEGI])([1-9][0-9]?)(?:–[ABCDEGI]?([1-9][0-9]?))?(?![A-Za-z0-9])");
    std::set<std::string> found;
    for (std::sregex_iterator at(text.begin(), text.end(), rule), none; at != none; ++at) {
        const std::smatch& match = *at;
        const int first = std::stoi(match[3]), last = match[4].matched ? std::stoi(match[4]) : first;
        for (int n = first; n <= last; ++n)
            if ((match[2] != "D" || n <= 12) && (match[2] != "E" || n <= 3))  // demands, and what is the store's
                found.insert(match[2].str() + std::to_string(n));
    }
    return found;
}

std::set<std::string> statedRules() {
    std::ifstream file(tests.parent_path() / "bridge/README.md");
    static const std::regex item("^- \\*\\*([ABCDEGI][1-9][0-9]?)\\*\\* .*");
    std::set<std::string> rules;
    std::smatch match;
    for (std::string line; std::getline(file, line);)
        if (std::regex_match(line, match, item)) {
            EXPECT_TRUE(rules.insert(match[1]).second) << "stated twice: " << match[1];
        }
    return rules;
}

/// Of the comments that a test's line has before and behind it, and of its name.
void addNamed(const fs::path& source, std::map<std::string, std::string>& named) {
    std::ifstream file(source);
    std::string before;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("//")) {
            before += line;
            continue;
        }
        if (line.starts_with("TEST"))
            for (const std::string& rule : rulesIn(before + " " + line))
                named.emplace(rule, source.filename().string());
        before.clear();
    }
}

TEST(Rules, AreStatedOnceAndEachIsNamedByATest) {
    std::map<std::string, std::string> named;  // rule → where
    for (const char* folder : {"bridge", "server", "store"})
        for (const auto& entry : fs::directory_iterator(tests / folder)) {
            const std::string name = entry.path().filename();  // elsewhere D is a demand
            const bool ofBridge =
                folder == std::string("bridge") || name.find("sync_") == 0 || name.find("account") != std::string::npos;
            if (entry.path().extension() == ".cpp" && ofBridge) addNamed(entry.path(), named);
        }
    const std::set<std::string> stated = statedRules();
    EXPECT_GT(stated.size(), 50U);
    for (const std::string& rule : stated) EXPECT_TRUE(named.contains(rule)) << "no test names " << rule;
    for (const auto& [rule, where] : named) {
        EXPECT_TRUE(stated.contains(rule))
            << "bridge/README.md doesn't state " << rule << ", which a test names in " << where;
    }
}

}  // namespace
