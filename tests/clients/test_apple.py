"""What Apple's Calendar and Contacts (dataaccessd, accountsd) ask, from the host name to an edit in both directions."""
import unittest

from harness import Client, NS, WithServer, card, event, report_body, tag

HOME_PROPERTIES = [
    "D:add-member", "A:calendar-color", "A:calendar-order", "C:calendar-description", "C:calendar-timezone",
    "C:calendar-free-busy-set", "C:default-alarm-vevent-date", "C:default-alarm-vevent-datetime",
    "C:max-attendees-per-instance", "C:max-date-time", "C:max-instances", "C:max-resource-size", "C:min-date-time",
    "C:schedule-calendar-transp", "C:schedule-default-calendar-URL", "C:supported-calendar-component-set",
    "C:supported-calendar-component-sets", "CS:getctag", "CS:allowed-sharing-modes", "CS:pre-publish-url",
    "CS:publish-url", "CS:push-transports", "CS:pushkey", "CS:source", "CS:subscribed-strip-alarms",
    "CS:subscribed-strip-attachments", "CS:subscribed-strip-todos", "CS:xmpp-server", "CS:xmpp-uri",
    "A:autoprovisioned", "A:language-code", "A:location-code", "A:refreshrate", "M:bulk-requests",
    "D:current-user-privilege-set", "D:displayname", "D:owner", "D:quota-available-bytes", "D:quota-used-bytes",
    "D:resource-id", "D:resourcetype", "D:supported-report-set", "D:sync-token",
]


class Apple(WithServer):
    def principal_of(self, client, service):
        """RFC 6764 §6 as Apple does it: well-known without credentials, the redirect, then signed in."""
        first = client.propfind(f"/.well-known/{service}", 0, "D:current-user-principal", "D:principal-URL",
                                "D:resourcetype", sign_in=False)
        self.assertIn(first.status, (301, 302, 307, 308), first.text)
        root = first.headers["Location"]
        self.assertEqual(client.propfind(root, 0, "D:current-user-principal", sign_in=False).status, 401)
        answer = client.propfind(root, 0, "D:current-user-principal", "D:principal-URL", "D:resourcetype")
        self.assertEqual(answer.status, 207)
        return client.href(answer, "D:current-user-principal")

    def test_calendar_from_discovery_to_edits_both_ways(self):
        mac = Client(self.server, "anna", "macOS/14.5 (23F79) dataaccessd/1.0")
        principal = self.principal_of(mac, "caldav")
        options = mac.ask("OPTIONS", principal)
        self.assertIn("calendar-access", options.headers["DAV"])
        self.assertEqual(options.headers["DAV"].split(",")[0].strip(), "1")
        answer = mac.propfind(principal, 0, "C:calendar-home-set", "C:calendar-user-address-set",
                              "D:current-user-principal", "D:displayname", "CS:dropbox-home-URL",
                              "CS:email-address-set", "CS:notification-URL", "D:principal-collection-set",
                              "D:principal-URL", "D:resource-id", "C:schedule-inbox-URL", "C:schedule-outbox-URL",
                              "D:supported-report-set")
        self.assertIn("mailto:anna@acme.example", answer.text)
        home = mac.href(answer, "C:calendar-home-set")
        listing = mac.propfind(home, 1, *HOME_PROPERTIES)
        self.assertEqual(listing.status, 207)
        calendars = {href: p for href, p in listing.responses.items()
                     if p[tag("D:resourcetype")].find("C:calendar", NS) is not None}
        self.assertIn(home + "activities/", calendars)
        for properties in calendars.values():
            for name in ("D:displayname", "C:supported-calendar-component-set", "D:current-user-privilege-set",
                         "CS:getctag", "D:sync-token"):
                self.assertIn(tag(name), properties)

        # A new calendar, as the Calendar app makes one.
        guid = home + "5F1A3B1E-8D0C-4C57-9E3B-111111111111/"
        made = mac.ask("MKCALENDAR", guid, report_body(
            "C:mkcalendar", "<D:set><D:prop><D:displayname>Privat</D:displayname>"
            '<A:calendar-color symbolic-color="purple">#CC73E1FF</A:calendar-color><A:calendar-order>7</A:calendar-order>'
            '<C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>'
            "<C:calendar-free-busy-set><NO/></C:calendar-free-busy-set></D:prop></D:set>"))
        self.assertEqual(made.status, 201, made.text)
        patched = mac.ask("PROPPATCH", guid, report_body(
            "D:propertyupdate", "<D:set><D:prop><A:calendar-order>3</A:calendar-order>"
            "<A:calendar-color>#1BADF8FF</A:calendar-color></D:prop></D:set>"))
        self.assertEqual(patched.status, 207)
        kept = mac.propfind(guid, 0, "A:calendar-order", "A:calendar-color").responses[guid]
        self.assertEqual((kept[tag("A:calendar-order")].text, kept[tag("A:calendar-color")].text), ("3", "#1BADF8FF"))

        # First sync without a Depth header, then an edit on the Mac, one by the CRM, one more sync.
        activities = home + "activities/"
        sync = "<D:sync-token>%s</D:sync-token><D:sync-level>1</D:sync-level>" \
               "<D:prop><D:getcontenttype/><D:getetag/></D:prop>"
        first = mac.ask("REPORT", activities, report_body("D:sync-collection", sync % ""))
        self.assertEqual(first.status, 207, first.text)
        put = mac.ask("PUT", activities + "A1.ics", event("A1@mac", "Kick-off", extra="X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC\r\n"),
                      Content_Type="text/calendar", If_None_Match="*")
        self.assertEqual(put.status, 201, put.text)
        record = self.activity_by_uid(mac, "A1@mac")
        self.assertEqual(record["subject"], "Kick-off")
        changed = mac.api("PATCH", "/activities/" + record["id"], {"subject": "Kick-off (moved)"})
        self.assertEqual(changed.status, 200, changed.text)
        delta = mac.ask("REPORT", activities, report_body("D:sync-collection", sync % first.sync_token))
        self.assertEqual(list(delta.responses), [activities + "A1.ics"])
        fetched = mac.ask("REPORT", activities, report_body(
            "C:calendar-multiget", "<D:prop><D:getetag/><C:calendar-data/><CS:created-by/></D:prop>"
            f"<D:href>{activities}A1.ics</D:href>"), Depth="1")
        self.assertIn("SUMMARY:Kick-off (moved)", fetched.text)
        self.assertIn("X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC", fetched.text)
        etag = fetched.responses[activities + "A1.ics"][tag("D:getetag")].text
        self.assertEqual(mac.ask("PUT", activities + "A1.ics", event("A1@mac", "Kick-off (again)"),
                                 Content_Type="text/calendar", If_Match='"stale"').status, 412)
        self.assertEqual(mac.ask("PUT", activities + "A1.ics", event("A1@mac", "Kick-off (again)"),
                                 Content_Type="text/calendar", If_Match=etag).status, 204)
        self.assertEqual(self.activity_by_uid(mac, "A1@mac")["subject"], "Kick-off (again)")
        self.assertEqual(mac.ask("DELETE", activities + "A1.ics").status, 204)
        gone = mac.ask("REPORT", activities, report_body("D:sync-collection", sync % delta.sync_token))
        self.assertEqual(gone.responses, {activities + "A1.ics": 404})
        self.assertIsNone(self.activity_by_uid(mac, "A1@mac"))

    def test_contacts_with_groups_labels_and_photo(self):
        phone = Client(self.server, "anna", "iOS/18.1 (22B83) dataaccessd/1.0")
        principal = self.principal_of(phone, "carddav")
        self.assertIn("addressbook", phone.ask("OPTIONS", principal).headers["DAV"])
        answer = phone.propfind(principal, 0, "CR:addressbook-home-set", "CR:directory-gateway", "D:displayname",
                                "CS:email-address-set", "D:principal-collection-set", "D:principal-URL",
                                "D:resource-id", "D:supported-report-set")
        home = phone.href(answer, "CR:addressbook-home-set")
        books = phone.propfind(home, 1, "D:resourcetype", "D:displayname", "D:current-user-privilege-set",
                               "CS:getctag", "CR:max-resource-size", "D:sync-token", "CS:me-card").responses
        book = home + "contacts/"
        self.assertIsNotNone(books[book][tag("D:resourcetype")].find("CR:addressbook", NS))
        labelled = card("P1", "Zoë", "O'Neil", "zoe@kunde.example",
                        "item1.TEL:+49 30 1234567\r\nitem1.X-ABLabel:_$!<Assistant>!$_\r\n"
                        "X-SOCIALPROFILE;type=twitter:https://social.example/zoe\r\n")
        self.assertEqual(phone.ask("PUT", book + "P1.vcf", labelled, Content_Type="text/vcard; charset=utf-8",
                                   If_None_Match="*").status, 201)
        group = ("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:G1\r\nN:Kunden\r\nFN:Kunden\r\nX-ADDRESSBOOKSERVER-KIND:group\r\n"
                 "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:P1\r\nEND:VCARD\r\n")
        self.assertEqual(phone.ask("PUT", book + "G1.vcf", group, Content_Type="text/vcard; charset=utf-8",
                                   If_None_Match="*").status, 201)
        self.assertEqual(phone.ask("GET", book + "G1.vcf").text, group)
        self.assertIsNone(self.contact_by_uid(phone, "G1"), "a group card is no person (D35)")
        record = self.contact_by_uid(phone, "P1")
        self.assertEqual(phone.api("PATCH", "/contacts/" + record["id"], {"jobTitle": "Einkauf"}).status, 200)
        served = phone.ask("GET", book + "P1.vcf").text
        self.assertIn("TITLE:Einkauf\r\n", served)
        for line in labelled.splitlines(keepends=True):
            self.assertIn(line, served)
        # The organisation's book is everyone's.
        self.assertEqual(Client(self.server, "ben", "iOS/18.1").ask(
            "GET", "/dav/addressbooks/ben/contacts/P1.vcf").text, served)

    def test_every_place_where_apple_looks_leads_to_the_principal(self):
        for path in ("/.well-known/caldav", "/.well-known/carddav", "/", "/principals/", "/dav/principals/",
                     "/calendar/dav/anna/user/", "/caldav/v2"):
            client, hops, at = Client(self.server, "anna", "iOS/17.6"), 0, path
            answer = client.propfind(at, 0, "D:current-user-principal")
            while answer.status in (301, 302, 307, 308) and hops < 3:
                at, hops = answer.headers["Location"], hops + 1
                answer = client.propfind(at, 0, "D:current-user-principal")
            self.assertEqual(answer.status, 207, f"{path} ends at {at}")
            self.assertEqual(client.href(answer, "D:current-user-principal"), "/dav/principals/users/anna/", path)


if __name__ == "__main__":
    unittest.main()
