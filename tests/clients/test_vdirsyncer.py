"""vdirsyncer between a folder and the server, with khal and khard's formats on top."""
import pathlib
import subprocess
import unittest

from harness import Client, WithServer, card, event


class Vdirsyncer(WithServer):
    def setUp(self):
        self.folder = self.server.folder / self._testMethodName
        self.folder.mkdir()
        secret = self.folder / "password"
        secret.write_text(self.server.passwords["anna"])
        self.configuration = self.folder / "config"
        pairs = []
        for kind, ending in (("caldav", ".ics"), ("carddav", ".vcf")):
            collections = '["activities", "tasks"]' if kind == "caldav" else '["contacts", "private"]'
            pairs.append(f'''
[pair {kind}]
a = "{kind}_here"
b = "{kind}_there"
collections = {collections}
metadata = ["displayname"]
conflict_resolution = "b wins"
[storage {kind}_here]
type = "filesystem"
path = "{self.folder}/{kind}"
fileext = "{ending}"
[storage {kind}_there]
type = "{kind}"
url = "{self.server.url}/"
username = "anna"
password.fetch = ["command", "cat", "{secret}"]
''')
        self.configuration.write_text(f'[general]\nstatus_path = "{self.folder}/status"\n' + "".join(pairs))

    def run_it(self, *words):
        done = subprocess.run(["vdirsyncer", "-c", str(self.configuration), *words], capture_output=True, text=True,
                              input="y\n" * 8, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_both_directions_and_a_second_run_moves_nothing(self):
        client = Client(self.server, "anna", "tests")
        client.ask("PUT", "/dav/calendars/anna/activities/s.ics", event("s@server", "From the server"),
                   Content_Type="text/calendar")
        client.ask("PUT", "/dav/addressbooks/anna/contacts/c.vcf", card("c@server", "Carl", "Server", "c@x.example"),
                   Content_Type="text/vcard")
        self.run_it("discover")
        calendar = self.folder / "caldav" / "activities"
        (calendar / "l.ics").write_bytes(event("l@local", "From the folder").encode())
        self.run_it("sync")
        self.assertEqual(client.ask("GET", "/dav/calendars/anna/activities/s.ics").body,
                         next(p for p in calendar.iterdir() if b"s@server" in p.read_bytes()).read_bytes())
        self.assertEqual(self.activity_by_uid(client, "l@local")["subject"], "From the folder")
        again = self.run_it("sync")
        self.assertNotIn("Copying", again)
        self.assertNotIn("Deleting", again)

        record = self.activity_by_uid(client, "l@local")
        client.api("PATCH", "/activities/" + record["id"], {"subject": "Renamed in the CRM"})
        self.run_it("sync")
        self.assertIn("Renamed in the CRM", (calendar / "l.ics").read_text())
        (calendar / "l.ics").unlink()
        self.run_it("sync")
        self.assertIsNone(self.activity_by_uid(client, "l@local"))

    def test_khal_shows_and_makes_events(self):
        client = Client(self.server, "anna", "tests")
        self.run_it("discover")
        khal = self.folder / "khal.conf"
        khal.write_text(f"[calendars]\n[[crm]]\npath = {self.folder}/caldav/activities\n[locale]\n"
                        "local_timezone = Europe/Berlin\ndefault_timezone = Europe/Berlin\n"
                        "timeformat = %H:%M\ndateformat = %d.%m.%Y\nlongdateformat = %d.%m.%Y\n"
                        "datetimeformat = %d.%m.%Y %H:%M\nlongdatetimeformat = %d.%m.%Y %H:%M\n"
                        f"[sqlite]\npath = {self.folder}/khal.db\n")
        client.ask("PUT", "/dav/calendars/anna/activities/k.ics", event("k@server", "Besuch bei Öz"),
                   Content_Type="text/calendar")
        self.run_it("sync")
        listed = subprocess.run(["khal", "-c", str(khal), "list", "01.12.2026", "1d"], capture_output=True, text=True,
                                timeout=60)
        self.assertIn("Besuch bei Öz", listed.stdout, listed.stderr)
        self.assertIn("09:00-10:00", listed.stdout)
        made = subprocess.run(["khal", "-c", str(khal), "new", "-a", "crm", "02.12.2026", "14:00", "15:00", "Aus khal"],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(made.returncode, 0, made.stderr)
        self.run_it("sync")
        records = client.api("GET", "/activities?limit=500").json["items"]
        self.assertEqual([r["start"][:16] for r in records if r["subject"] == "Aus khal"], ["2026-12-02T14:00"])


if __name__ == "__main__":
    unittest.main()
