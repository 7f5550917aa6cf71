"""The shipped fail2ban filter finds the clients whose sign-ins the server really refused, and nobody else (D60)."""
import base64
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from harness import Client, Server

FILTER = pathlib.Path(__file__).resolve().parent.parent.parent / "conf/fail2ban/filter.d/crmdav.conf"
STRANGERS = [
    ("anna", "wrong", "192.0.2.1"),
    ("nobody", "wrong", "2001:db8::2"),
    ("two words", "wrong", "192.0.2.3"),
    # logins that would like to be another client's line
    ('x client=198.51.100.1 cause="wrong', "wrong", "192.0.2.4"),
    ('x" client=198.51.100.2 cause="wrong', "wrong", "192.0.2.5"),
    ('x","client":"198.51.100.3","cause":"wrong', "wrong", "192.0.2.6"),
    ("x\\", "wrong", "192.0.2.7"),
    ("", "wrong", "192.0.2.8"),
]


@unittest.skipUnless(shutil.which("fail2ban-regex"), "fail2ban is unpacked by tests/clients/run")
class Fail2ban(unittest.TestCase):
    def found(self, log):
        """Addresses by what the filter makes of `log`."""
        done = subprocess.run(["fail2ban-regex", "--out", "ip", log, FILTER], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout.split()

    def check(self, form):
        server = Server(CRMDAV_LOG_FORMAT=form, CRMDAV_SERVER_TRUSTEDPROXIES="127.0.0.1")
        good = Client(server, "anna", "a good one")
        try:
            self.assertEqual(good.propfind("/dav/", 0, "D:resourcetype", X_Forwarded_For="192.0.2.100").status, 207)
            self.assertEqual(good.ask("GET", "/dav/", sign_in=False, X_Forwarded_For="192.0.2.101").status, 401)
            for login, password, address in STRANGERS:
                given = base64.b64encode(f"{login}:{password}".encode()).decode()
                answer = good.ask("PROPFIND", "/dav/", sign_in=False, Authorization="Basic " + given,
                                  X_Forwarded_For=address)
                self.assertEqual(answer.status, 401)
            log = server.folder / "log"
            self.assertEqual(self.found(log), [address for _, _, address in STRANGERS])
            with tempfile.NamedTemporaryFile("w", suffix=".log") as journal:    # as fail2ban gets it from the journal
                for line in log.read_text().splitlines():
                    journal.write(f"Nov 21 04:00:00 host crmdav[17]: {line}\n")
                journal.flush()
                self.assertEqual(self.found(journal.name), [address for _, _, address in STRANGERS])
        finally:
            good.connection.close()
            server.stop()

    def test_text(self):
        self.check("text")

    def test_json(self):
        self.check("json")
