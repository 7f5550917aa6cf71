#include "store/engine/database.h"
#include "store/engine/migrations.h"

namespace crmdav {

// What slows down who guesses passwords, whichever process they ask.
void countFailedSignIns(Connection& db) {
    db.script(R"(
CREATE TABLE failed_sign_ins(
    key {blob} PRIMARY KEY,            -- digest of login and address: what people mistype may be a password
    count BIGINT NOT NULL,
    last BIGINT NOT NULL
) {clustered};
CREATE INDEX failed_sign_ins_last ON failed_sign_ins(last);
)");
}

}  // namespace crmdav
