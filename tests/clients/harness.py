"""A running crmdav with two users, and a small DAV client that asks what real clients ask."""
import base64
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import xml.etree.ElementTree as ET

HERE = pathlib.Path(__file__).resolve().parent
CRMDAV = os.environ.get("CRMDAV", str(HERE.parent.parent / "build/release/server/crmdav"))

NS = {
    "D": "DAV:", "C": "urn:ietf:params:xml:ns:caldav", "CR": "urn:ietf:params:xml:ns:carddav",
    "CS": "http://calendarserver.org/ns/", "A": "http://apple.com/ns/ical/", "M": "http://me.com/_namespace/",
}


def until(condition, seconds=30, why="condition"):
    """Awaits `condition()`; its value, or a failure that says what was awaited."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {why}")


def cpu_seconds(pid):
    """CPU time of a process, all its threads together: the clock that clock_getcpuclockid() names."""
    return time.clock_gettime(~pid << 3 | 2)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Process:
    """crmdav on a loopback port of its own, with the store that its environment names."""

    def __init__(self, log, environment):
        self.port, self.log = free_port(), log
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = dict(environment, CRMDAV_SERVER_LISTEN=f"127.0.0.1:{self.port}")

    def start(self):
        self.process = subprocess.Popen([CRMDAV, "serve"], env=self.environment, stdout=self.log, stderr=self.log)
        until(self.answers, why="the server answers")

    def again(self, **settings):
        """Ends it, and begins it with further settings."""
        self.end()
        self.environment.update(settings)
        self.start()

    def end(self):
        self.process.terminate()
        self.process.wait(20)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError(pathlib.Path(self.log.name).read_text())
        try:
            socket.create_connection(("127.0.0.1", self.port), 0.2).close()
            return True
        except OSError:
            return False


class Server(Process):
    """crmdav with a store of its own: a file, or a database of the server that CRMDAV_TEST_STORE names.

    settings: CRMDAV_… variables, as the configuration names them.
    """

    def __init__(self, **settings):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="crmdav-clients-"))
        self.database, store = None, f"sqlite:{self.folder}/crmdav.db"
        if os.environ.get("CRMDAV_TEST_STORE"):
            self.database = "clients_" + re.sub(r"\W", "_", self.folder.name.rsplit("-", 1)[1]).lower()
            self.sql(f'CREATE DATABASE "{self.database}" TEMPLATE template0')
            store = re.sub(r"(?<=[^/]/)[^/?]*(?=\?|$)", self.database, os.environ["CRMDAV_TEST_STORE"], 1)
        super().__init__(open(self.folder / "log", "wb"), dict(os.environ, CRMDAV_STORE_URL=store, **settings))
        self.passwords = {}
        self.command("migrate")
        for login, name in (("anna", "Anna Winter"), ("ben", "Ben Sommer")):
            self.command("user", "add", login, "--name", name, "--email", f"{login}@acme.example", "--role", "member")
            made = json.loads(self.command("app-password", "add", login, "--label", "tests", "--json"))
            self.passwords[login] = made["secret"]
        self.start()

    @staticmethod
    def sql(statement):
        """Asks the PostgreSQL of CRMDAV_TEST_STORE; its answer as text."""
        done = subprocess.run(["psql", os.environ["CRMDAV_TEST_STORE"], "-qAt", "-v", "ON_ERROR_STOP=1", "-c", statement],
                              capture_output=True, text=True, timeout=60)
        if done.returncode:
            raise AssertionError(f"{statement}: {done.stderr}")
        return done.stdout

    def beside(self, **settings):
        """One more process with the same store."""
        other = Process(self.log, dict(self.environment, **settings))
        other.start()
        return other

    def command(self, *words):
        done = subprocess.run([CRMDAV, *words], env=self.environment, capture_output=True, text=True, timeout=600)
        if done.returncode:
            raise AssertionError(f"crmdav {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def stop(self):
        self.end()
        self.log.close()
        if not os.environ.get("KEEP"):
            if self.database:
                self.sql(f'DROP DATABASE "{self.database}" WITH (FORCE)')
            shutil.rmtree(self.folder, ignore_errors=True)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def responses(self):
        """href → {"{ns}name": element} of the 200 propstat; a response that has a status alone → that status."""
        found = {}
        for response in ET.fromstring(self.body).findall("D:response", NS):
            href = response.find("D:href", NS).text
            status = response.find("D:status", NS)
            if status is not None:
                found[href] = int(status.text.split()[1])
                continue
            found[href] = {p.tag: p for stat in response.findall("D:propstat", NS)
                           if stat.find("D:status", NS).text == "HTTP/1.1 200 OK"
                           for p in stat.find("D:prop", NS)}
        return found

    @property
    def sync_token(self):
        return ET.fromstring(self.body).find("D:sync-token", NS).text


class Client:
    """One user agent: keeps its connection, signs in when asked to, follows redirects as the caller wishes."""
    repeats = True    # what was asked on a connection that turned out to be closed

    def __init__(self, server, login, agent, port=None):
        self.server, self.login, self.agent = server, login, agent
        self.connection = http.client.HTTPConnection("127.0.0.1", port or server.port, timeout=30)
        self.credentials = base64.b64encode(f"{login}:{server.passwords[login]}".encode()).decode()

    def ask(self, method, path, body=None, sign_in=True, **headers):
        path = urllib.parse.urlsplit(path)._replace(scheme="", netloc="").geturl()
        fields = {"User-Agent": self.agent}
        if sign_in:
            fields["Authorization"] = "Basic " + self.credentials
        if body is not None and "Content_Type" not in headers:
            fields["Content-Type"] = "text/xml; charset=utf-8"
        fields.update({name.replace("_", "-"): value for name, value in headers.items()})
        body = body.encode() if isinstance(body, str) else body
        try:
            self.connection.request(method, path, body, fields)
            answer = self.connection.getresponse()
        except http.client.RemoteDisconnected:    # it rested too long; clients ask again
            self.connection.close()
            if not self.repeats:
                raise
            self.connection.request(method, path, body, fields)
            answer = self.connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())

    def propfind(self, path, depth, *names, **headers):
        if depth is not None:
            headers["Depth"] = str(depth)
        return self.ask("PROPFIND", path, propfind_body(*names), **headers)

    def api(self, method, path, value=None, **headers):
        body = None if value is None else json.dumps(value)
        if method == "PATCH":
            headers.setdefault("Content_Type", "application/merge-patch+json")
        return self.ask(method, "/api/v1" + path, body, **{"Content_Type": "application/json", **headers})

    def href(self, answer, name):
        """The href inside the first property of that name in a multistatus."""
        for properties in answer.responses.values():
            element = properties.get(tag(name))
            if element is not None and element.find("D:href", NS) is not None:
                return element.find("D:href", NS).text
        raise AssertionError(f"no {name} in {answer.text}")


def tag(name):
    prefix, local = name.split(":")
    return "{%s}%s" % (NS[prefix], local)


def declared():
    return " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NS.items())


def propfind_body(*names):
    return f'<?xml version="1.0" encoding="UTF-8"?><D:propfind {declared()}><D:prop>' + \
        "".join(f"<{name}/>" for name in names) + "</D:prop></D:propfind>"


def report_body(name, inner):
    return f'<?xml version="1.0" encoding="UTF-8"?><{name} {declared()}>{inner}</{name}>'


def event(uid, summary, start="20261201T090000", end="20261201T100000", extra=""):
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//tests//EN\r\nBEGIN:VEVENT\r\n"
            f"UID:{uid}\r\nDTSTAMP:20261120T080000Z\r\nDTSTART;TZID=Europe/Berlin:{start}\r\n"
            f"DTEND;TZID=Europe/Berlin:{end}\r\nSUMMARY:{summary}\r\n{extra}END:VEVENT\r\nEND:VCALENDAR\r\n")


def card(uid, first, last, email, extra=""):
    return (f"BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:-//tests//EN\r\nUID:{uid}\r\nFN:{first} {last}\r\n"
            f"N:{last};{first};;;\r\nEMAIL;type=INTERNET;type=WORK;type=pref:{email}\r\n{extra}END:VCARD\r\n")


class WithServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def activity_by_uid(self, client, uid):
        for record in client.api("GET", "/activities?limit=500").json["items"]:
            if record.get("uid") == uid:
                return record
        return None

    def contact_by_uid(self, client, uid):
        for record in client.api("GET", "/contacts?limit=500").json["items"]:
            if record.get("uid") == uid:
                return record
        return None
