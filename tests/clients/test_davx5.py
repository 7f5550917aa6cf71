"""What DAVx5 asks, from the host name to an edit in both directions."""
import unittest

from harness import Client, WithServer, card, event, report_body, tag


class Davx5(WithServer):
    def setUp(self):
        self.phone = Client(self.server, "anna", "DAVx5/4.4.3-ose (2024/10; dav4jvm; okhttp/4.12.0) Android/15")

    def home(self, service, name):
        first = self.phone.propfind(f"/.well-known/{service}", 0, "D:current-user-principal")
        self.assertIn(first.status, (301, 302, 307, 308))
        principal = self.phone.href(self.phone.propfind(first.headers["Location"], 0, "D:current-user-principal"),
                                    "D:current-user-principal")
        wanted = {"caldav": "calendar-access", "carddav": "addressbook"}[service]
        self.assertIn(wanted, self.phone.ask("OPTIONS", principal).headers["DAV"])
        answer = self.phone.propfind(principal, 0, "D:displayname", "D:resourcetype", name,
                                     "CS:calendar-proxy-read-for", "CS:calendar-proxy-write-for", "D:group-membership")
        return self.phone.href(answer, name)

    def test_events_with_depth_zero_sync(self):
        home = self.home("caldav", "C:calendar-home-set")
        listing = self.phone.propfind(home, 1, "D:resourcetype", "D:displayname", "D:owner", "CS:source",
                                      "A:calendar-color", "C:calendar-description", "C:calendar-timezone",
                                      "C:supported-calendar-component-set", "D:current-user-privilege-set")
        calendar = home + "activities/"
        self.assertIn(calendar, listing.responses)
        state = self.phone.propfind(calendar, 0, "C:supported-calendar-data", "D:supported-report-set", "CS:getctag",
                                    "D:sync-token", "C:max-resource-size")
        self.assertIn(tag("D:sync-token"), state.responses[calendar])
        sync = "<D:sync-token>%s</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop>"
        token = self.phone.ask("REPORT", calendar, report_body("D:sync-collection", sync % ""), Depth="0").sync_token
        names = [f"d{i}.ics" for i in range(12)]
        for i, name in enumerate(names):
            self.assertEqual(self.phone.ask("PUT", calendar + name, event(f"d{i}", f"Termin {i}"), If_None_Match="*",
                                            Content_Type="text/calendar; charset=utf-8").status, 201)
        delta = self.phone.ask("REPORT", calendar, report_body("D:sync-collection", sync % token), Depth="0")
        self.assertEqual(sorted(delta.responses), sorted(calendar + n for n in names))
        tens = "".join(f"<D:href>{calendar}{n}</D:href>" for n in names[:10])
        got = self.phone.ask("REPORT", calendar, report_body(
            "C:calendar-multiget", "<D:prop><D:getcontenttype/><D:getetag/><CS:schedule-tag/><C:calendar-data/></D:prop>"
            + tens))
        self.assertEqual(len(got.responses), 10)
        record = self.activity_by_uid(self.phone, "d3")
        self.phone.api("DELETE", "/activities/" + record["id"])
        gone = self.phone.ask("REPORT", calendar, report_body("D:sync-collection", sync % delta.sync_token), Depth="0")
        self.assertEqual(gone.responses, {calendar + "d3.ics": 404})
        self.assertEqual(self.phone.ask("DELETE", calendar + "d3.ics", If_Match='"x"').status, 404)

    def test_a_stale_token_is_refused_with_its_precondition(self):
        answer = self.phone.ask("REPORT", "/dav/calendars/anna/activities/", report_body(
            "D:sync-collection", "<D:sync-token>urn:uuid:5F1A3B1E</D:sync-token><D:sync-level>1</D:sync-level>"
            "<D:prop><D:getetag/></D:prop>"), Depth="0")
        self.assertEqual(answer.status, 403)
        self.assertIn("valid-sync-token", answer.text)

    def test_contacts_as_version_four(self):
        home = self.home("carddav", "CR:addressbook-home-set")
        book = home + "contacts/"
        self.assertEqual(self.phone.ask("PUT", book + "v.vcf", card("v1", "Uwe", "Öz", "uwe@kunde.example"),
                                        Content_Type="text/vcard", If_None_Match="*").status, 201)
        got = self.phone.ask("REPORT", book, report_body(
            "CR:addressbook-multiget", '<D:prop><D:getcontenttype/><D:getetag/>'
            '<CR:address-data content-type="text/vcard" version="4.0"/></D:prop>'
            f"<D:href>{book}v.vcf</D:href>"))
        data = got.responses[book + "v.vcf"][tag("CR:address-data")].text
        self.assertIn("VERSION:4.0", data)
        self.assertIn("FN:Uwe Öz", data)

    def test_tasks_in_their_own_collection(self):
        tasks = self.home("caldav", "C:calendar-home-set") + "tasks/"
        todo = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:+//IDN tasks.org//android//EN\r\nBEGIN:VTODO\r\nUID:t1\r\n"
                "DTSTAMP:20261120T080000Z\r\nSUMMARY:Angebot schicken\r\nDUE;VALUE=DATE:20261130\r\nPRIORITY:5\r\n"
                "END:VTODO\r\nEND:VCALENDAR\r\n")
        self.assertEqual(self.phone.ask("PUT", tasks + "t1.ics", todo, If_None_Match="*",
                                        Content_Type="text/calendar; charset=utf-8").status, 201)
        record = self.activity_by_uid(self.phone, "t1")
        self.phone.api("PATCH", "/activities/" + record["id"], {"done": True})
        query = report_body("C:calendar-query", "<D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter>"
                            '<C:comp-filter name="VCALENDAR"><C:comp-filter name="VTODO"/></C:comp-filter></C:filter>')
        answer = self.phone.ask("REPORT", tasks, query, Depth="1")
        self.assertIn("STATUS:COMPLETED", answer.text)
        self.assertIn("PRIORITY:5", answer.text)
        refused = self.phone.ask("PUT", "/dav/calendars/anna/activities/t2.ics", todo.replace("UID:t1", "UID:t2"),
                                 Content_Type="text/calendar")
        self.assertEqual(refused.status, 403)
        self.assertIn("supported-calendar-component", refused.text)


if __name__ == "__main__":
    unittest.main()
