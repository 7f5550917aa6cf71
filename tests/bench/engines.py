"""One store on SQLite and its copy on PostgreSQL, asked the same in turns: CPU time of crmdav for each request, and the ratio.

Poll, GET and delta may cost 2.5 times as much on PostgreSQL, whose own CPU time isn't counted. Of many short turns the
cheapest is taken: whatever else the machine does only adds."""
import argparse
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.append(str(ROOT / "tests/clients"))

from harness import CRMDAV, NS, Client, Server, card, cpu_seconds, event, propfind_body, report_body    # noqa: E402

HOME = "/dav/calendars/anna/"
EVENTS, WRITTEN, CARDS = HOME + "events/", HOME + "written/", "/dav/addressbooks/anna/cards/"
CHANGED, ALLOWED, GATED = 10, 2.5, ("poll", "get", "delta")
PADDING = "DESCRIPTION:" + "\r\n ".join(["agenda review quarter planning budget travel customer release garden"] * 9) + "\r\n"


def day(n):
    """One after the other in five years, again and again."""
    return time.strftime("%Y%m%d", time.gmtime(1_704_067_200 + 86_400 * (n % 1_826)))


def numbered_event(n, revision=0, name="e"):
    """About 1 KB; each twentieth is a series."""
    hour = 8 + n % 9
    return event(f"{name}{n}", f"Meeting {n}, {revision}", f"{day(n)}T{hour:02}0000", f"{day(n)}T{hour:02}4500",
                 ("RRULE:FREQ=WEEKLY;COUNT=20\r\n" if n % 20 == 0 else "") + f"LOCATION:Room {n % 40}\r\n" + PADDING)


def numbered_card(n):
    last = "Quastenflosser" if n % 500 == 123 else f"Lorenz{n}"
    return card(f"c{n}", "Greta", last, f"p{n}@mail.example", f"TEL;TYPE=CELL:+49 170 {n:07}\r\n"
                f"ADR;TYPE=HOME:;;Hafenstrasse {n % 99};Hamburg;;{n % 99999:05};Germany\r\nNOTE:Met at the harbour fair.\r\n")


class Side:
    """A server on one of the two stores, and a client of it."""

    def __init__(self, name, process, passwords, events):
        self.name, self.process, self.events = name, process, events
        process.passwords = passwords
        self.client, self.count, self.tags = Client(process, "anna", "bench"), 0, {}
        self.token = self.sync("").sync_token
        for n in range(CHANGED):
            self.put(EVENTS + f"{n * (events // CHANGED)}.ics", numbered_event(n * (events // CHANGED), 1))

    def ask(self, status, method, path, body=None, **headers):
        answer = self.client.ask(method, path, body, **headers)
        assert answer.status == status, f"{self.name}: {method} {path}: {answer.status} {answer.text[:300]}"
        return answer

    def listed(self, members, *question, **headers):
        """A multistatus about so many members."""
        answer = self.ask(207, *question, **headers)
        found = answer.body.count(b"<D:response>")
        assert found == members, f"{self.name}: {question[:2]}: {found} members, not {members}"
        return answer

    def put(self, path, body, **headers):
        kind = "text/vcard" if path.endswith("vcf") else "text/calendar"
        return self.ask(201 if "If_None_Match" in headers else 204, "PUT", path, body, Content_Type=kind, **headers)

    def sync(self, token):
        return self.ask(207, "REPORT", EVENTS, report_body(
            "D:sync-collection", f"<D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop>"))

    # Requests, each once a call; n counts them.
    def poll(self, n):
        self.ask(207, "PROPFIND", HOME, propfind_body("D:resourcetype", "D:displayname", "CS:getctag", "D:sync-token"), Depth="1")

    def get(self, n):
        self.ask(200, "GET", EVENTS + f"{n * 977 % self.events}.ics")

    def delta(self, n):
        assert self.sync(self.token).body.count(b"<D:response>") == CHANGED

    def first_sync(self, n):
        assert self.sync("").body.count(b"<D:response>") == self.events

    def etags(self, n):
        self.listed(self.events + 1, "PROPFIND", EVENTS, propfind_body("D:getetag", "D:getcontenttype"), Depth="1")

    def week(self, n):
        self.ask(207, "REPORT", EVENTS, report_body(
            "C:calendar-query", '<D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR">'
            f'<C:comp-filter name="VEVENT"><C:time-range start="{day(30 + n)}T000000Z" end="{day(37 + n)}T000000Z"/>'
            "</C:comp-filter></C:comp-filter></C:filter>"), Depth="1")

    def busy(self, n):
        self.ask(200, "REPORT", EVENTS, report_body(
            "C:free-busy-query", f'<C:time-range start="{day(30 + n)}T000000Z" end="{day(60 + n)}T000000Z"/>'), Depth="1")

    def search(self, n):
        self.ask(207, "REPORT", CARDS, report_body(
            "CR:addressbook-query", '<D:prop><D:getetag/><CR:address-data/></D:prop><CR:filter><CR:prop-filter name="FN">'
            '<CR:text-match match-type="contains">stenflo</CR:text-match></CR:prop-filter></CR:filter>'), Depth="1")

    def put_new(self, n):
        self.tags[n] = self.put(WRITTEN + f"{n}.ics", numbered_event(n, 0, "w"), If_None_Match="*").headers["ETag"]

    def put_update(self, n):
        self.put(WRITTEN + f"{n}.ics", numbered_event(n, 1, "w"), If_Match=self.tags[n])

    def delete(self, n):
        self.ask(204, "DELETE", WRITTEN + f"{n}.ics")

    def cost(self, request, times):
        """Milliseconds of crmdav's CPU time for one of so many requests."""
        self.client.connection.close()    # it rested; the next request opens another
        begun = cpu_seconds(self.process.process.pid)
        for n in range(times):
            getattr(self, request)(n)
        return (cpu_seconds(self.process.process.pid) - begun) * 1000 / times


# How often in a turn. What is written comes last, in the order in which it works.
REQUESTS = {"poll": 300, "get": 500, "delta": 300, "first_sync": 5, "etags": 5, "week": 60, "busy": 100, "search": 50,
            "put_new": 100, "put_update": 100, "delete": 100}


def seed(server, events, cards):
    client = Client(server, "anna", "seed")
    for path in (EVENTS, WRITTEN):
        assert client.ask("MKCALENDAR", path).status == 201
    assert client.ask("MKCOL", CARDS, '<D:mkcol xmlns:D="DAV:" xmlns:CR="%s"><D:set><D:prop><D:resourcetype><D:collection/>'
                      "<CR:addressbook/></D:resourcetype></D:prop></D:set></D:mkcol>" % NS["CR"]).status == 201
    for n in range(events):
        assert client.ask("PUT", EVENTS + f"{n}.ics", numbered_event(n), Content_Type="text/calendar").status == 201
    for n in range(cards):
        assert client.ask("PUT", CARDS + f"{n}.vcf", numbered_card(n), Content_Type="text/vcard").status == 201


@contextlib.contextmanager
def both(events, cards):
    """The two servers. The store is made on SQLite and copied."""
    os.environ.pop("CRMDAV_TEST_STORE", None)
    folder = tempfile.mkdtemp(prefix="crmdav-engines-")
    os.chmod(folder, 0o755)
    cluster = ROOT / "tests/postgresql/cluster"
    with contextlib.ExitStack() as ends:
        ends.callback(shutil.rmtree, folder, ignore_errors=True)
        ends.callback(subprocess.run, [cluster, "stop", folder])
        place = subprocess.run([cluster, "start", folder], capture_output=True, text=True, check=True).stdout.strip()
        url = place.replace("/postgres?", "/bench?")
        subprocess.run(["psql", place, "-qc", "CREATE DATABASE bench TEMPLATE template0"], check=True)
        file = Server(CRMDAV_LOG_LEVEL="warning")
        ends.callback(file.stop)
        seed(file, events, cards)
        file.end()
        subprocess.run([CRMDAV, "copy", "--to", url], env=file.environment, capture_output=True, check=True)
        subprocess.run(["psql", url, "-qc", "ANALYZE"], check=True, stderr=subprocess.DEVNULL)    # skips what isn't crmdav's
        file.start()
        database = file.beside(CRMDAV_STORE_URL=url)
        ends.callback(database.end)
        yield [Side(name, process, file.passwords, events) for name, process in (("SQLite", file), ("PostgreSQL", database))]


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=int, default=10_000)
    options.add_argument("--cards", type=int, default=25_000)
    options.add_argument("--rounds", type=int, default=20)
    options.add_argument("--only", default=",".join(REQUESTS), help="requests, with commas")
    chosen = options.parse_args()
    wanted = [request for request in REQUESTS if request in chosen.only.split(",")]
    with both(chosen.events, chosen.cards) as sides:
        costs = {request: [[] for _ in sides] for request in wanted}
        for side in sides:    # caches, and plans that PostgreSQL settles on after some executions
            for request in wanted:
                side.cost(request, min(20, REQUESTS[request]))
        for _ in range(chosen.rounds):
            for request in wanted:
                for side, measured in zip(sides, costs[request]):
                    measured.append(side.cost(request, REQUESTS[request]))
    failed = False
    print(f"{'ms of CPU':12}{'SQLite':>10}{'PostgreSQL':>12}{'ratio':>8}")
    for request in wanted:
        file, database = map(min, costs[request])
        failed |= request in GATED and database > ALLOWED * file
        print(f"{request:12}{file:10.3f}{database:12.3f}{database / file:8.2f}")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
