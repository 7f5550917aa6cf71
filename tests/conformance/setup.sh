#!/bin/sh
# Serves an empty store with the accounts that the conformance suite needs.
#     tests/conformance/setup.sh BUILD-FOLDER [PORT [own|crm]]
# own: in a calendar and an address book that the users made. crm: in activities/ and contacts/, with a profile that
# says so.
# Then, beside it: .../conformance/run .../profiles/crmdav.json --group A
set -eu
build=${1:?build folder}
port=${2:-8080}
in=${3:-own}
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT INT TERM

cat > "$data/crmdav.properties" <<END
server.listen = 127.0.0.1:$port
store.url = sqlite:$data/crmdav.db
auth.userPasswords = true
limits.collections = 50
limits.members = 10000
limits.quotaBytes = 104857600
limits.pastYears = 2
limits.futureYears = 8
log.level = warning
END
"$build/tests/conformance_accounts" "sqlite:$data/crmdav.db" "$in"
"$build/server/crmdav" serve --config "$data/crmdav.properties"
