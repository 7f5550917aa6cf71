#include "tests/support/postgresql.h"

#include <sys/stat.h>

#include <stdexcept>

#include "store/store.h"

namespace crmdav::postgresql {

std::string addressOf(const std::string& server, const std::string& database) {
    const auto from = server.find('/', server.find("://") + 3) + 1;
    const auto query = server.find('?', from);
    return server.substr(0, from) + database + (query == std::string::npos ? "" : server.substr(query));
}

Session::Session(const std::string& url) : connection_(PQconnectdb(url.c_str()), PQfinish) {
    if (PQstatus(connection_.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(connection_.get()));
    PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);
}

std::vector<std::string> Session::ask(const std::string& sql) {
    if (PQstatus(connection_.get()) != CONNECTION_OK) PQreset(connection_.get());  // a test restarted the server
    const std::unique_ptr<PGresult, void (*)(PGresult*)> result(
        PQexecParams(connection_.get(), sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 1), PQclear);
    const auto state = PQresultStatus(result.get());
    if (state != PGRES_COMMAND_OK && state != PGRES_TUPLES_OK)
        throw std::runtime_error(sql + ": " + PQerrorMessage(connection_.get()));
    std::vector<std::string> values;
    for (int row = 0; row < PQntuples(result.get()); ++row)
        for (int column = 0; column < PQnfields(result.get()); ++column)
            values.emplace_back(PQgetvalue(result.get(), row, column),
                                static_cast<std::size_t>(PQgetlength(result.get(), row, column)));
    return values;
}

std::string migratedTemplate(Session& server, const std::string& url) {
    struct stat program {};
    stat("/proc/self/exe", &program);
    const std::string name = "template_" + std::to_string(program.st_ino) + "_" +
                             std::to_string(program.st_mtim.tv_sec) + "_" + std::to_string(program.st_mtim.tv_nsec);
    server.ask("SELECT pg_advisory_lock(1)");  // several test programs begin at once
    if (server.ask("SELECT 1 FROM pg_database WHERE datname = '" + name + "' AND datistemplate").empty()) {
        server.ask("DROP DATABASE IF EXISTS " + name);
        server.ask("CREATE DATABASE " + name + " TEMPLATE template0 STRATEGY file_copy");
        StoreOptions options;
        options.url = addressOf(url, name);
        Store::open(options);
        server.ask("ALTER DATABASE " + name + " WITH IS_TEMPLATE true ALLOW_CONNECTIONS false");
    }
    server.ask("SELECT pg_advisory_unlock(1)");
    return name;
}

}  // namespace crmdav::postgresql
