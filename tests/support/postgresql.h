#pragma once
#include <libpq-fe.h>

#include <memory>
#include <string>
#include <vector>

/// As much of PostgreSQL as tests need beside the store, by libpq itself.
namespace crmdav::postgresql {

/// The server's address with another database in it.
std::string addressOf(const std::string& server, const std::string& database);

class Session {
public:
    /// @throws std::runtime_error  here and below: what the server says
    explicit Session(const std::string& url);
    /// The answer's values, row after row; as binary, so that text and bytea are the bytes they hold.
    std::vector<std::string> ask(const std::string& sql);

private:
    std::unique_ptr<PGconn, void (*)(PGconn*)> connection_;
};

/// A database with the current schema, made once in a server's life for each build of this program, to be copied.
std::string migratedTemplate(Session& server, const std::string& url);

}  // namespace crmdav::postgresql
