"""conf/nginx-balanced.conf, crmdav@.service and postgresql.conf as they are shipped: two processes on one PostgreSQL behind
a real nginx. A process that goes costs nobody a request, and no write is ever done twice (D71)."""
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import types
import unittest

from harness import CRMDAV, Client, Server, event, until
from test_proxy import NGINX, Proxy, Through

CONF = pathlib.Path(__file__).resolve().parent.parent.parent / "conf"
CLUSTER = CONF.parent / "tests/postgresql/cluster"
HOME = "/dav/calendars/anna/activities/"
WRITES = ("PUT", "DELETE", "PROPPATCH", "MKCALENDAR", "MKCOL", "MOVE", "COPY", "POST", "PATCH", "ACL", "LOCK")
READS = ("GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT")


def environment_of(instance):
    words = (CONF / "crmdav@.service").read_text().splitlines()
    return dict(line.removeprefix("Environment=").replace("%i", instance).split("=", 1)
                for line in words if line.startswith("Environment="))


class Postgresql:
    """A server with the shipped settings; stores of tests are in it until it stops."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="crmdav-clients-")
        os.chmod(self.folder, 0o755)
        self.url = subprocess.run([CLUSTER, "start", self.folder, CONF / "postgresql.conf"], check=True, text=True,
                                  capture_output=True).stdout.strip()
        self.before, os.environ["CRMDAV_TEST_STORE"] = os.environ.get("CRMDAV_TEST_STORE"), self.url

    @property
    def socket(self):
        return (pathlib.Path(self.folder) / "place").read_text().strip()

    def stop(self):
        del os.environ["CRMDAV_TEST_STORE"]
        if self.before:
            os.environ["CRMDAV_TEST_STORE"] = self.before
        subprocess.run([CLUSTER, "stop", self.folder], check=True)
        shutil.rmtree(self.folder, ignore_errors=True)


@unittest.skipUnless(NGINX, "nginx is unpacked by tests/clients/run")
class Balanced(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.postgresql = Postgresql()
        cls.server = Server(CRMDAV_SERVER_TRUSTEDPROXIES="loopback")
        cls.other = cls.server.beside()
        folder = cls.server.folder / "nginx"
        folder.mkdir()
        cls.proxy = Proxy(folder, {8081: cls.server.port, 8082: cls.other.port}, shipped=CONF / "nginx-balanced.conf")

    @classmethod
    def tearDownClass(cls):
        cls.proxy.stop()
        cls.other.end()
        cls.server.stop()
        cls.postgresql.stop()

    def client(self):
        return Through(self.server, "anna", self.proxy)

    def put(self, client, name, summary="Meeting", **headers):
        return client.ask("PUT", HOME + name, event(name, summary), Content_Type="text/calendar", **headers)

    def requests(self, process):
        """How many it has answered: its own figures, at its own port."""
        figures = Client(self.server, "anna", "prometheus", process.port).ask("GET", "/metrics", sign_in=False).text
        return sum(map(int, re.findall(r'^crmdav_requests_total\{.*\} (\d+)$', figures, re.M)))

    def answers_others(self, process, ask=lambda: None):
        before = self.requests(process)
        ask()
        return self.requests(process) > before + 1    # one is our own

    def both_are_asked(self):
        """Until nginx has taken back what another test ended."""
        client = self.client()
        for process in (self.server, self.other):
            until(lambda: self.answers_others(process, lambda: client.ask("GET", "/health/live")), why="nginx asks both")

    def test_both_serve_one_state(self):
        self.both_are_asked()
        before = [self.requests(p) for p in (self.server, self.other)]
        clients, tags = [self.client() for _ in range(8)], {}
        for turn in range(5):
            for number, client in enumerate(clients):
                name = f"both-{turn}-{number}.ics"
                tags[name] = self.put(client, name).headers["ETag"]
                got = clients[number - 1].ask("GET", HOME + name)
                self.assertEqual((got.status, got.headers["ETag"]), (200, tags[name]))
        for process, past in zip((self.server, self.other), before):
            self.assertGreater(self.requests(process) - past, 20)

    def test_postgresql_takes_every_setting(self):
        ours = re.findall(r"^(\w+) *=", (CONF / "postgresql.conf").read_text(), re.M)
        self.assertGreater(len(ours), 20)
        said = subprocess.run(["psql", self.postgresql.url.replace("crmdav@", "postgres@"), "-qAtc", "SELECT name FROM "
                               "pg_settings WHERE source = 'configuration file' AND NOT pending_restart"],
                              check=True, capture_output=True, text=True).stdout.split()
        self.assertEqual([name for name in ours if name not in said], [])

    def test_the_database_is_made_and_named_as_the_unit_says(self):
        words = re.search(r"^#.* -- (createdb .*)$", (CONF / "crmdav@.service").read_text(), re.M).group(1).split()
        subprocess.run([words[0], "-h", self.postgresql.socket, "-U", "postgres", *words[1:]], check=True, timeout=60)
        environment = dict(os.environ, **environment_of("8081"))
        environment["CRMDAV_STORE_URL"] = environment["CRMDAV_STORE_URL"].replace("/run/postgresql", self.postgresql.socket)
        for command in ("migrate", "check"):
            done = subprocess.run([CRMDAV, command], env=environment, capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_dashboard_asks_for_figures_that_there_are(self):
        self.put(self.client(), "figures.ics")
        text = Client(self.server, "anna", "prometheus", self.server.port).ask("GET", "/metrics").text
        there = set(re.findall(r"^# TYPE (\w+) (?:counter|gauge)$", text, re.M)) | {
            name + ending for name in re.findall(r"^# TYPE (\w+) histogram$", text, re.M)
            for ending in ("_bucket", "_sum", "_count")}
        asked = set()
        for panel in json.loads((CONF / "grafana.json").read_text())["panels"]:
            for target in panel.get("targets", []):
                asked.update(re.findall(r"\bcrmdav_\w+", target["expr"]))
        self.assertGreater(len(asked), 15)
        self.assertEqual(asked - there, set())

    def test_figures_are_not_for_the_world(self):
        self.assertEqual(self.client().ask("GET", "/metrics").status, 404)

    def test_a_process_that_is_killed_costs_no_read_and_no_write(self):
        """But what it was doing just then, of which there is nothing here."""
        client = self.client()
        self.assertEqual(self.put(client, "killed.ics").status, 201)
        self.both_are_asked()
        self.other.kill()
        try:
            for number in range(40):
                self.assertEqual(client.propfind(HOME, 0, "D:sync-token").status, 207)
                self.assertEqual(self.put(client, f"killed-{number}.ics").status, 201)
        finally:
            self.other.start()

    def test_restarting_one_after_the_other_costs_nobody_a_request(self):
        self.both_are_asked()
        faults, ends = [], threading.Event()

        def work(number):
            client, serial = self.client(), 0
            while not ends.is_set():
                serial += 1
                states = (self.put(client, f"restart-{number}-{serial}.ics", If_None_Match="*").status,
                          client.propfind(HOME, 0, "D:sync-token").status)
                if states != (201, 207):
                    faults.append(states)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for process in (self.server, self.other):
            process.again()
            until(lambda: self.answers_others(process), why="nginx takes it back")
        ends.set()
        for thread in threads:
            thread.join()
        self.assertEqual(faults, [])


class Breaks(threading.Thread):
    """Takes requests, as a process that dies before it answers: it did them or didn't, nobody knows."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener, self.taken = socket.create_server(("127.0.0.1", 0)), []
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        while True:
            connection, _ = self.listener.accept()
            with connection:
                head = connection.recv(65536).decode()
                length = int((re.findall(r"(?i)\ncontent-length: (\d+)", head) or [0])[0])
                body = head.partition("\r\n\r\n")[2]
                while len(body) < length:
                    body += connection.recv(65536).decode()
                self.taken.append((head.split()[0], body))


@unittest.skipUnless(NGINX, "nginx is unpacked by tests/clients/run")
class RepeatedNever(unittest.TestCase):
    """Each method with upstreams that take a request and break: writes reach one of them, once."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="crmdav-clients-"))
        self.folder.chmod(0o755)

    def tearDown(self):
        self.proxy.stop()
        shutil.rmtree(self.folder)

    def client(self, first, second):
        self.proxy = Proxy(self.folder, {8081: first, 8082: second}, shipped=CONF / "nginx-balanced.conf",
                           replace=[("max_fails=1", "max_fails=0")])
        nobody = types.SimpleNamespace(port=0, passwords={"anna": ""})
        return Through(nobody, "anna", self.proxy)

    def test_what_may_have_been_done_is_not_done_again(self):
        first, second = Breaks(), Breaks()
        client = self.client(first.port, second.port)
        for method in WRITES:
            answer = client.ask(method, "/dav/x", "body", sign_in=False)
            self.assertEqual(answer.status, 502, method)
            taken = first.taken + second.taken
            self.assertEqual(taken, [(method, "body")])
            first.taken, second.taken = [], []
        for method in READS:
            answer = client.ask(method, "/dav/x", "body" if method in ("PROPFIND", "REPORT") else None, sign_in=False)
            self.assertEqual(answer.status, 502, method)
            self.assertEqual([m for m, _ in first.taken + second.taken], [method] * 2)
            first.taken, second.taken = [], []

    def test_what_was_not_sent_goes_to_who_is_there(self):
        there = Breaks()
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        client = self.client(port, there.port)
        for method in WRITES * 3:
            client.ask(method, "/dav/x", "body", sign_in=False)
            self.assertEqual(there.taken, [(method, "body")])
            there.taken = []


class Shipped(unittest.TestCase):
    def test_the_units_shut_in_alike(self):
        one, several = ((CONF / name).read_text().split("# An own user")[1] for name in ("crmdav.service", "crmdav@.service"))
        self.assertEqual(re.sub(r"^StateDirectory.*\n", "", one.partition("\n")[2], flags=re.M), several.partition("\n")[2])

    def test_an_instance_is_a_port(self):
        self.assertEqual(environment_of("8082")["CRMDAV_SERVER_LISTEN"], "127.0.0.1:8082")
        balanced = (CONF / "nginx-balanced.conf").read_text()
        started = re.search(r"enable --now (.*)", (CONF / "crmdav@.service").read_text()).group(1)
        for port in re.findall(r"crmdav@(\d+)", started):
            self.assertIn(f"server 127.0.0.1:{port} ", balanced)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd isn't here")
    def test_systemd_understands_the_units(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, installed in (("crmdav.service", "crmdav.service"), ("crmdav@.service", "crmdav@8081.service")):
                text = (CONF / name).read_text().replace("/usr/local/bin/crmdav", "/bin/true")
                (pathlib.Path(folder) / installed).write_text(text)
                done = subprocess.run(["systemd-analyze", "verify", "--man=no", f"{folder}/{installed}"],
                                      capture_output=True, text=True, timeout=60)
                self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
