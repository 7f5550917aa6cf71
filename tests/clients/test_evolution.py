"""Evolution Data Server, the engine under Evolution and GNOME Calendar: discovery, sync and edits in both directions."""
import json
import os
import subprocess
import unittest

from harness import HERE, Client, WithServer, card, event, until


class EvolutionTest(WithServer):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        home = cls.server.folder / "evolution"
        home.mkdir(mode=0o700)
        environment = dict(os.environ, HOME=str(home), XDG_CONFIG_HOME=str(home), XDG_DATA_HOME=str(home),
                           XDG_CACHE_HOME=str(home), XDG_RUNTIME_DIR=str(home), GIO_USE_VFS="local")
        environment.pop("DISPLAY", None)
        cls.log = open(cls.server.folder / "evolution.log", "wb")
        cls.session = subprocess.Popen(["dbus-run-session", "--", "/usr/bin/python3", "-B", str(HERE / "evolution.py")],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=cls.log, text=True,
                                       env=environment)
        cls.ask("start", cls.server.url + "/", "anna", cls.server.passwords["anna"])

    @classmethod
    def tearDownClass(cls):
        cls.session.stdin.close()
        cls.session.wait(20)
        cls.session.stdout.close()
        cls.log.close()
        super().tearDownClass()

    @classmethod
    def ask(cls, *words):
        cls.session.stdin.write(json.dumps(words) + "\n")
        cls.session.stdin.flush()
        answer = json.loads(cls.session.stdout.readline() or '{"error": "Evolution ended"}')
        if "error" in answer:
            raise AssertionError(f"{words[0]}: {answer['error']}")
        return answer["value"]

    def test_calendar(self):
        crm = Client(self.server, "anna", "tests")
        url = self.server.url + "/dav/calendars/anna/activities/"
        self.assertIn(url, [href for href, _ in self.ask("discover", "events")])
        self.assertIn(self.server.url + "/dav/calendars/anna/tasks/", [href for href, _ in self.ask("discover", "tasks")])
        crm.ask("PUT", "/dav/calendars/anna/activities/s.ics", event("s@server", "Vom Server"), Content_Type="text/calendar")
        self.ask("open", "events", url)
        until(lambda: self.ask("titles", url) == ["Vom Server"], why="the first sync")
        text = event("e@evolution", "Aus Evolution").split("BEGIN:VEVENT")[1].split("END:VEVENT")[0]
        self.ask("add", url, "BEGIN:VEVENT" + text + "END:VEVENT\r\n")
        record = until(lambda: self.activity_by_uid(crm, "e@evolution"), why="the new event is in the CRM")
        crm.api("PATCH", "/activities/" + record["id"], {"subject": "Umbenannt im CRM"})
        until(lambda: "Umbenannt im CRM" in self.ask("titles", url), why="the CRM's edit arrives")
        self.ask("rename", url, "s@server", "Umbenannt in Evolution")
        until(lambda: self.activity_by_uid(crm, "s@server")["subject"] == "Umbenannt in Evolution", why="the edit")
        self.ask("remove", url, "e@evolution")
        until(lambda: self.activity_by_uid(crm, "e@evolution") is None, why="the deletion")

    def test_address_book(self):
        crm = Client(self.server, "anna", "tests")
        url = self.server.url + "/dav/addressbooks/anna/contacts/"
        self.assertIn(url, [href for href, _ in self.ask("discover", "contacts")])
        crm.ask("PUT", "/dav/addressbooks/anna/contacts/c.vcf", card("c@server", "Carla", "Server", "c@x.example"),
                Content_Type="text/vcard")
        self.ask("open", "contacts", url)
        until(lambda: self.ask("names", url) == ["Carla Server"], why="the first sync")
        self.ask("add_card", url, card("d@evolution", "Dora", "Vogel", "d@x.example"))
        until(lambda: self.contact_by_uid(crm, "d@evolution"), why="the new card is in the CRM")


if __name__ == "__main__":
    unittest.main()
