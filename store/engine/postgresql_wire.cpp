#include "store/engine/postgresql_wire.h"

#include <stdexcept>
#include <string>

#include "store/engine/session.h"

namespace crmdav::postgresql {

std::string_view stateOf(const PGresult* result) {
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return state ? state : "";
}

void fail(const PGresult* result, PGconn* link, std::string_view doing) {
    const std::string_view state = stateOf(result);
    const char* primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    std::string said = std::string(doing) + ": " + (primary ? primary : PQerrorMessage(link));
    while (said.ends_with('\n')) said.pop_back();
    if (!state.empty()) said.append(" (").append(state).append(")");
    if (state == "40001" || state == "40P01") throw TryAgain(said);  // serialization failure, deadlock
    if (state == "22021") throw std::invalid_argument("text that isn't UTF-8");
    const bool busy = state == "55P03" || state == "57014" || state.starts_with("53");  // lock, time, resources
    if (busy) throw StoreBusy(said);
    throw StoreError(said);
}

/// An error without a state is libpq's own: it couldn't send, while what the server said before it went is still
/// unread, and so takes the connection for a good one.
bool isLost(const PGresult* result, PGconn* link) {
    const std::string_view state = stateOf(result);
    return PQstatus(link) != CONNECTION_OK || state.empty() || state.starts_with("08") || state.starts_with("57P") ||
           state == "25P03";
}

bool isFine(const PGresult* result) {
    const auto status = PQresultStatus(result);
    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY;
}

std::int64_t getBigEndian(const char* from, int size) {
    std::uint64_t bits = size > 0 && (static_cast<unsigned char>(*from) & 0x80U) ? ~0ULL : 0;
    for (int i = 0; i < size; ++i) bits = bits << 8 | static_cast<unsigned char>(from[i]);
    return static_cast<std::int64_t>(bits);
}

}  // namespace crmdav::postgresql
