"""python3-caldav: the library under many scripts and home automation."""
import datetime
import unittest

import caldav

from harness import Client, WithServer

UTC = datetime.timezone.utc


class PythonCaldav(WithServer):
    def setUp(self):
        self.client = caldav.DAVClient(url=self.server.url + "/dav/", username="anna",
                                       password=self.server.passwords["anna"])
        self.principal = self.client.principal()

    def test_finds_the_calendars(self):
        names = {str(c.url).rstrip("/").split("/")[-1] for c in self.principal.calendars()}
        self.assertLessEqual({"activities", "tasks"}, names)

    def test_searches_and_expands(self):
        calendar = self.principal.make_calendar(name="Suche", cal_id="suche")
        calendar.save_event("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:w@t\r\n"
                            "DTSTAMP:20261101T000000Z\r\nDTSTART:20261102T080000Z\r\nDTEND:20261102T090000Z\r\n"
                            "RRULE:FREQ=WEEKLY\r\nSUMMARY:Runde\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
        found = calendar.date_search(start=datetime.datetime(2036, 1, 1, tzinfo=UTC),
                                     end=datetime.datetime(2036, 1, 15, tzinfo=UTC), expand=True)
        text = "".join(e.data for e in found)
        self.assertEqual(text.count("BEGIN:VEVENT"), 2)
        self.assertNotIn("RRULE", text)
        self.assertEqual(len(calendar.date_search(start=datetime.datetime(2020, 1, 1, tzinfo=UTC),
                                                  end=datetime.datetime(2020, 2, 1, tzinfo=UTC))), 0)
        calendar.delete()

    def test_edits_reach_the_crm_and_come_back(self):
        calendar = self.client.calendar(url=self.server.url + "/dav/calendars/anna/activities/")
        event = calendar.save_event("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:e@t\r\n"
                                    "DTSTAMP:20261101T000000Z\r\nDTSTART:20261203T080000Z\r\nDURATION:PT1H\r\n"
                                    "SUMMARY:Eins\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
        api = Client(self.server, "anna", "tests")
        record = self.activity_by_uid(api, "e@t")
        self.assertEqual(record["subject"], "Eins")
        api.api("PATCH", "/activities/" + record["id"], {"subject": "Zwei", "location": "Büro"})
        event.load()
        self.assertIn("SUMMARY:Zwei", event.data)
        self.assertIn("DURATION:PT1H", event.data)
        event.data = event.data.replace("SUMMARY:Zwei", "SUMMARY:Drei")
        event.save()
        self.assertEqual(self.activity_by_uid(api, "e@t")["subject"], "Drei")
        event.delete()
        self.assertIsNone(self.activity_by_uid(api, "e@t"))

    def test_tasks_and_free_busy(self):
        tasks = self.client.calendar(url=self.server.url + "/dav/calendars/anna/tasks/")
        todo = tasks.save_todo("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTODO\r\nUID:t@t\r\n"
                               "DTSTAMP:20261101T000000Z\r\nSUMMARY:Anrufen\r\nDUE:20261204T100000Z\r\nEND:VTODO\r\n"
                               "END:VCALENDAR\r\n")
        self.assertEqual([t.vobject_instance.vtodo.uid.value for t in tasks.todos()], ["t@t"])
        todo.complete()
        self.assertEqual(tasks.todos(), [])
        self.assertTrue(self.activity_by_uid(Client(self.server, "anna", "tests"), "t@t")["done"])
        calendar = self.principal.make_calendar(name="Frei", cal_id="frei")
        calendar.save_event("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:f@t\r\n"
                            "DTSTAMP:20261101T000000Z\r\nDTSTART:20261205T080000Z\r\nDTEND:20261205T090000Z\r\n"
                            "END:VEVENT\r\nEND:VCALENDAR\r\n")
        busy = calendar.freebusy_request(datetime.datetime(2026, 12, 5, tzinfo=UTC),
                                         datetime.datetime(2026, 12, 6, tzinfo=UTC))
        self.assertIn("20261205T080000Z/", busy.data)


if __name__ == "__main__":
    unittest.main()
