"""A million contacts and a million activities of a thousand users in PostgreSQL: a poll, a delta, a week and a GET read as many
rows as with one user, and cost at most 1.5 times the CPU (crmdav's and its sessions'), measured in turns.

The store of one user is made by crmdav, the others are copies of that user, made in the database. They have no history."""
import argparse
import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from harness import Client, Server, card, cpu_seconds, event, report_body

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MOVE = 100_000_000    # beyond all keys of the first user
HOME, ACTIVITIES = "/dav/calendars/anna/", "/dav/calendars/anna/activities/"

# What a copied user's rows have of their own; all other columns stay. {k} is the number of the copy.
OWN = {
    "users": ("id = {anna}", {"id": "id + {k} * {move}", "login": "'u' || {k}", "email": "'u' || {k} || '@acme.example'"}),
    "user_emails": ("user_id = {anna}", {"email": "'u' || {k} || '@acme.example'", "user_id": "user_id + {k} * {move}"}),
    "collections": ("owner = {anna}", {"id": "id + {k} * {move}", "owner": "owner + {k} * {move}"}),
    "members": ("collection_id IN ({collections})",
                {"id": "id + {k} * {move}", "collection_id": "collection_id + {k} * {move}",
                 "record_row": "record_row + {k} * {move}", "body": "body + {k} * {move}"}),
    "bodies": ("id IN (SELECT body FROM members WHERE collection_id IN ({collections}))", {"id": "id + {k} * {move}"}),
    "occurrences": ("collection_id IN ({collections})",
                    {"collection_id": "collection_id + {k} * {move}", "member_id": "member_id + {k} * {move}"}),
    "card_text": ("member_id IN (SELECT id FROM members WHERE collection_id IN ({collections}))",
                  {"member_id": "member_id + {k} * {move}"}),
    "activities": ("owner = {anna}", {"id": "id + {k} * {move}", "owner": "owner + {k} * {move}",
                                      "uuid": "decode(md5(id || '/' || {k}), 'hex')"}),
    "contacts": ("owner = {anna}", {"id": "id + {k} * {move}", "owner": "owner + {k} * {move}",
                                    "uuid": "decode(md5(id || '/' || {k}), 'hex')"}),
    "details": ("record_kind = 0 AND record_row IN (SELECT id FROM contacts WHERE owner = {anna})",
                {"record_row": "record_row + {k} * {move}"}),
}


def psql(url, *statements, seconds=1800):
    words = [word for statement in statements for word in ("-c", statement)]
    done = subprocess.run(["psql", url, "-qAt", "-v", "ON_ERROR_STOP=1", *words], capture_output=True, text=True,
                          timeout=seconds)
    if done.returncode:
        raise AssertionError(f"{statements}: {done.stderr}")
    return done.stdout.strip()


def fill(client, each):
    """What a user has: appointments of some years, and private contacts."""
    for n in range(each):
        day = time.strftime("%Y%m%d", time.gmtime(1_735_689_600 + 86_400 * (n % 1_000)))
        assert client.ask("PUT", f"{ACTIVITIES}{n}.ics", event(f"e{n}", f"Meeting {n}", f"{day}T090000", f"{day}T100000"),
                          Content_Type="text/calendar").status == 201
        assert client.ask("PUT", f"/dav/addressbooks/anna/private/{n}.vcf", card(f"c{n}", f"First{n}", f"Last{n}", f"c{n}@x.example"),
                          Content_Type="text/vcard").status == 201


def multiply(url, copies):
    anna = psql(url, "SELECT id FROM users WHERE login = 'anna'")
    names = {"anna": anna, "collections": f"SELECT id FROM collections WHERE owner = {anna}", "k": "copies.k", "move": MOVE}
    for table, (of_anna, own) in OWN.items():
        columns = psql(url, f"SELECT attname FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 "
                            "AND NOT attisdropped ORDER BY attnum").split()
        values = ", ".join(own.get(column, f'"{column}"').format(**names) for column in columns)
        listed = ", ".join(f'"{column}"' for column in columns)
        psql(url, f"INSERT INTO {table}({listed}) SELECT {values} FROM (SELECT * FROM {table} WHERE {of_anna.format(**names)}) t, "
                  f"generate_series(1::bigint, {copies}) copies(k)")
    psql(url, "VACUUM ANALYZE")


class Side:
    """A server on one of the two stores."""

    def __init__(self, server, url):
        self.server, self.url = server, url
        self.client = Client(server, "anna", "bench")
        self.token = self.client.ask("REPORT", ACTIVITIES, report_body(
            "D:sync-collection", "<D:sync-token/><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop>")).sync_token
        for n in range(10):
            day = "20261123"
            assert self.client.ask("PUT", f"{ACTIVITIES}new{n}.ics", event(f"new{n}", "New", f"{day}T{n + 8:02}0000", f"{day}T{n + 8:02}3000"),
                                   Content_Type="text/calendar").status == 201
        psql(url, "ANALYZE")

    def poll(self):
        return self.client.propfind(HOME, 1, "D:getetag", "D:sync-token", "CS:getctag")

    def delta(self):
        return self.client.ask("REPORT", ACTIVITIES, report_body(
            "D:sync-collection", f"<D:sync-token>{self.token}</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop>"))

    def week(self):
        return self.client.ask("REPORT", ACTIVITIES, report_body(
            "C:calendar-query", "<D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter><C:comp-filter name=\"VCALENDAR\">"
            "<C:comp-filter name=\"VEVENT\"><C:time-range start=\"20261123T000000Z\" end=\"20261130T000000Z\"/>"
            "</C:comp-filter></C:comp-filter></C:filter>"), Depth="1")

    def get(self):
        return self.client.ask("GET", f"{ACTIVITIES}7.ics")

    def cpu(self):
        """Seconds of crmdav and of PostgreSQL's sessions with it."""
        sessions = psql(self.url, "SELECT pid FROM pg_stat_activity WHERE application_name = 'crmdav' AND datname = current_database()")
        return sum(cpu_seconds(int(pid)) for pid in [self.server.process.pid, *sessions.split()])

    def rows(self):
        """Rows that its tables and indexes have handed out since the database was made, once all sessions have said so."""
        read = ("SELECT COALESCE(sum(seq_tup_read + COALESCE(idx_tup_fetch, 0)), 0) FROM pg_stat_user_tables "
                "WHERE relname NOT IN ('history', 'leases')")    # which the background work looks at every second
        time.sleep(11)    # a session that rests tells what it read within ten seconds, and nothing says that it has
        return int(psql(self.url, read))


def measure(sides, what, requests, rounds):
    """Milliseconds of CPU for a request, the least of all turns (whatever else the machine does only adds), and the rows
    that it reads."""
    cost, rows = [[] for _ in sides], []
    for side in sides:
        for _ in range(8):    # until the planner has settled
            assert getattr(side, what)().status in (200, 207), what
        before = side.rows()
        for _ in range(10):
            getattr(side, what)()
        rows.append((side.rows() - before) / 10)
    for _ in range(rounds):
        for side, costs in zip(sides, cost):
            begun = side.cpu()
            for _ in range(requests):
                getattr(side, what)()
            costs.append((side.cpu() - begun) * 1000 / requests)
    return [min(costs) for costs in cost], rows


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--users", type=int, default=1000)
    options.add_argument("--each", type=int, default=1000)
    options.add_argument("--requests", type=int, default=200)
    options.add_argument("--rounds", type=int, default=10)
    chosen = options.parse_args()
    folder = tempfile.mkdtemp(prefix="crmdav-million-")
    os.chmod(folder, 0o755)
    cluster = [ROOT / "tests/postgresql/cluster"]
    os.environ["CRMDAV_TEST_STORE"] = subprocess.run([*cluster, "start", folder], capture_output=True, text=True, check=True).stdout.strip()
    with contextlib.ExitStack() as ends:
        ends.callback(shutil.rmtree, folder, ignore_errors=True)
        ends.callback(subprocess.run, [*cluster, "stop", folder])
        small = Server(CRMDAV_LOG_LEVEL="warning", CRMDAV_LIMITS_IDLESECONDS="600")
        ends.callback(small.stop)
        fill(Client(small, "anna", "fill"), chosen.each)
        small.end()
        url = small.environment["CRMDAV_STORE_URL"]
        big = small.database + "_large"
        Server.sql(f'CREATE DATABASE "{big}" TEMPLATE "{small.database}"')
        large_url = url.replace(small.database, big)
        begun = time.monotonic()
        multiply(large_url, chosen.users - 1)
        psql(url, "VACUUM ANALYZE")
        print(f"{chosen.users} users with {chosen.each} activities and contacts each: "
              f"{int(psql(large_url, 'SELECT pg_database_size(current_database())')) >> 20} MB, made in {time.monotonic() - begun:.0f} s")
        small.start()
        large = small.beside(CRMDAV_STORE_URL=large_url)
        ends.callback(large.end)
        large.passwords = small.passwords
        sides = [Side(small, url), Side(large, large_url)]
        failed = False
        for what in ("get", "poll", "delta", "week"):
            (one, many), rows = measure(sides, what, chosen.requests, chosen.rounds)
            print(f"{what:6} {one:.3f} and {many:.3f} ms of CPU, {many / one:.2f} times; rows {rows[0]:.0f} and {rows[1]:.0f}")
            failed |= many > 1.5 * one or rows[1] > 1.5 * rows[0] + 2
        raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
