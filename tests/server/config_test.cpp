#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "server/config.h"

namespace crmdav {
namespace {

using namespace testing;

Environment with(std::map<std::string, std::string> variables = {}) {
    return [variables](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
}
Config parse(std::string_view text, Environment environment = with()) {
    return parseConfig(text, "test.properties", environment);
}
std::string errorOf(std::string_view text, Environment environment = with()) {
    try {
        parse(text, environment);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "accepted";
}

TEST(Config, NothingGivenServesOnLoopbackWithSqlite) {
    const auto config = parse("");
    EXPECT_EQ(config.listenHost, "127.0.0.1");
    EXPECT_EQ(config.listenPort, 8080);
    EXPECT_EQ(config.storeUrl, "sqlite:crmdav-data/crmdav.db");
}

TEST(Config, ReadsPropertiesWithCommentsAndContinuedLines) {
    const auto config = parse(
        "# comment\n! too\n\n  server.listen = 0.0.0.0:81\norganisation.domains = a.example, \\\n   b.example\r\n");
    EXPECT_EQ(config.listenPort, 81);
    EXPECT_THAT(*config.organisationDomains, ElementsAre("a.example", "b.example"));
}

TEST(Config, TheEnvironmentWins) {
    const auto config = parse(
        "store.url = sqlite:file.db\n",
        with({{"CRMDAV_STORE_URL", "sqlite:environment.db"}, {"CRMDAV_SERVER_PUBLICURL", "https://crm.example/dav/"}}));
    EXPECT_EQ(config.storeUrl, "sqlite:environment.db");
    EXPECT_EQ(config.publicOrigin, "https://crm.example");
    EXPECT_EQ(config.basePath, "/dav");
}

TEST(Config, KeysAreBesideTheDatabaseFile) {
    EXPECT_EQ(keyFileOf(parse("")), "crmdav-data/secrets.key");
    EXPECT_EQ(keyFileOf(parse("store.url = sqlite:/var/lib/crmdav/a.db")), "/var/lib/crmdav/secrets.key");
    EXPECT_EQ(keyFileOf(parse("store.url = postgresql://db.example.com/crmdav")), "crmdav-data/secrets.key");
    EXPECT_EQ(keyFileOf(parse("secrets.keyFile = /run/keys")), "/run/keys");
}

TEST(Config, SecretsCanComeFromAFile) {
    const auto file = std::filesystem::temp_directory_path() / ("crmdav-secret-" + std::to_string(getpid()));
    std::ofstream(file) << "hush\n";
    EXPECT_EQ(parse("metrics.token.file = " + file.string()).metricsToken, "hush");
    EXPECT_THAT(errorOf("metrics.token = a\nmetrics.token.file = " + file.string()), HasSubstr("given too"));
    std::filesystem::remove(file);
    EXPECT_THAT(errorOf("metrics.token.file = " + file.string()), HasSubstr("can't read"));
}

TEST(Config, UnknownKeyIsNamedWithItsLineAndTheNearestKnownOne) {
    EXPECT_EQ(errorOf("\nserver.listne = x"),
              "test.properties:2: unknown key server.listne; did you mean server.listen?");
    EXPECT_THAT(errorOf("limits.bodybytes = 1"), HasSubstr("limits.bodyBytes"));
}

struct Bad {
    const char *line, *says;
};
class BadValue : public TestWithParam<Bad> {};
TEST_P(BadValue, StopsTheStartWithItsLine) {
    EXPECT_THAT(errorOf("# first\n" + std::string(GetParam().line)),
                AllOf(StartsWith("test.properties:2: "), HasSubstr(GetParam().says)));
}
INSTANTIATE_TEST_SUITE_P(
    Config, BadValue,
    Values(Bad{"server.listen = 8080", "ADDRESS:PORT"}, Bad{"server.listen = a:70000", "0 to 65535"},
           Bad{"server.publicUrl = crm.example", "https://"}, Bad{"server.publicUrl = https://a\"b", "https://"},
           Bad{"server.publicUrl = https://crm.example//x", "https://"},
           Bad{"server.trustedProxies = 10.0.0.0/40", "no address"},
           Bad{"server.tls.key = /no/such/file", "there is no file"}, Bad{"server.threads = 1", "4 to 20000"},
           Bad{"store.url = mysql:x", "sqlite:PATH"}, Bad{"organisation.timezone = Europe/Nowhere", "IANA"},
           Bad{"organisation.timezone = ../../etc/passwd", "IANA"}, Bad{"organisation.region = de", "country code"},
           Bad{"auth.userPasswords = yes", "true or false"}, Bad{"log.level = loud", "debug, info, warning, error"},
           Bad{"limits.idleSeconds = 1.5", "1 to 3600"}, Bad{"server.listen", "key = value"}));

TEST(Config, AKeyGivenTwiceIsRefused) {
    EXPECT_EQ(errorOf("log.level = info\nlog.level = info"), "test.properties:2: log.level is given twice");
}

TEST(Config, CertificateAndKeyBelongTogether) {
    EXPECT_THAT(errorOf("server.tls.key = /etc/passwd"), HasSubstr("belong together"));
}

TEST(Config, EveryFallbackIsWhatTheProgramDoesWithoutIt) {
    std::string text;
    for (const auto& setting : settings())
        if (!setting.fallback.empty()) text.append(setting.name).append(" = ").append(setting.fallback).append("\n");
    const auto given = parse(text), missing = parse("");
    EXPECT_EQ(given.bodyBytes, missing.bodyBytes);
    EXPECT_EQ(given.inFlightBytes, missing.inFlightBytes);
    EXPECT_EQ(given.objectBytes, missing.objectBytes);
    EXPECT_EQ(given.importBytes, missing.importBytes);
    EXPECT_EQ(given.gzipFrom, missing.gzipFrom);
    EXPECT_EQ(given.threads, missing.threads);
    EXPECT_EQ(given.connectionsPerAddress, missing.connectionsPerAddress);
    EXPECT_EQ(given.maxCollections, missing.maxCollections);
    EXPECT_EQ(given.headerTime + given.bodyTime + given.sendTime + given.idleTime,
              missing.headerTime + missing.bodyTime + missing.sendTime + missing.idleTime);
    EXPECT_EQ(given.userPasswords, missing.userPasswords);
    EXPECT_EQ(given.storeUrl, missing.storeUrl);
}

/// The annotated file names each key once, in order, with the sentence and the default of the table.
TEST(Config, AnnotatedFileIsInStepWithTheTable) {
    std::ifstream in(std::string(TESTS_DIR) + "/../conf/crmdav.properties");
    std::stringstream text;
    text << in.rdbuf();
    std::size_t at = 0;
    for (const auto& setting : settings()) {
        std::string wanted = "\n# " + std::string(setting.about) + " (" + std::string(setting.takes) + ")\n#" +
                             std::string(setting.name) + " =";
        if (!setting.fallback.empty()) wanted += " " + std::string(setting.fallback);
        const auto found = text.str().find(wanted + "\n", at);
        ASSERT_NE(found, std::string::npos) << "missing or out of order:" << wanted;
        at = found + 1;
    }
    EXPECT_EQ(errorOf(text.str()), "accepted");
}

}  // namespace
}  // namespace crmdav
