"""Thunderbird itself, headless: from the host name to edits in both directions."""
import unittest

from harness import Client, WithServer, card, event, until
from marionette import Thunderbird

FIND_CALENDARS = """
    const { cal } = ChromeUtils.importESModule("resource:///modules/calendar/calUtils.sys.mjs");
    const found = await cal.provider.detection.detect(args[0], args[1], args[2], true, [], {});
    return [...found.values()].flat().map(c => ({ name: c.name, url: c.uri.spec, readOnly: c.readOnly }));
"""
# What the setup dialogue does when "remember password" is ticked.
REMEMBER = """
    const { cal } = ChromeUtils.importESModule("resource:///modules/calendar/calUtils.sys.mjs");
    await cal.auth.passwordManagerSave(args[0], args[1], args[2], args[3]);
"""
SUBSCRIBE = """
    const { cal } = ChromeUtils.importESModule("resource:///modules/calendar/calUtils.sys.mjs");
    const calendar = cal.manager.createCalendar("caldav", Services.io.newURI(args[0]));
    calendar.name = args[1];
    calendar.setProperty("username", args[2]);
    calendar.setProperty("cache.enabled", true);
    cal.manager.registerCalendar(calendar);
    return calendar.id;
"""
TITLES = """
    const { cal } = ChromeUtils.importESModule("resource:///modules/calendar/calUtils.sys.mjs");
    const calendar = cal.manager.getCalendarById(args[0]);
    if (args[1]) { calendar.refresh(); }
    const items = await calendar.getItemsAsArray(Ci.calICalendar.ITEM_FILTER_ALL_ITEMS, 0, null, null);
    return items.map(i => i.title + " @ " + (i.startDate || i.dueDate).icalString).sort();
"""
ADD = """
    const { cal } = ChromeUtils.importESModule("resource:///modules/calendar/calUtils.sys.mjs");
    const { CalEvent } = ChromeUtils.importESModule("resource:///modules/CalEvent.sys.mjs");
    await cal.manager.getCalendarById(args[0]).addItem(new CalEvent(args[1]));
"""
RENAME = """
    const { cal } = ChromeUtils.importESModule("resource:///modules/calendar/calUtils.sys.mjs");
    const calendar = cal.manager.getCalendarById(args[0]);
    const old = (await calendar.getItemsAsArray(Ci.calICalendar.ITEM_FILTER_ALL_ITEMS, 0, null, null))
        .find(i => i.title == args[1]);
    const item = old.clone();
    item.title = args[2];
    await calendar.modifyItem(item, old);
"""
REMOVE = """
    const { cal } = ChromeUtils.importESModule("resource:///modules/calendar/calUtils.sys.mjs");
    const calendar = cal.manager.getCalendarById(args[0]);
    const items = await calendar.getItemsAsArray(Ci.calICalendar.ITEM_FILTER_ALL_ITEMS, 0, null, null);
    await calendar.deleteItem(items.find(i => i.title == args[1]));
"""
FIND_BOOKS = """
    const { CardDAVUtils } = ChromeUtils.importESModule("resource:///modules/CardDAVUtils.sys.mjs");
    const found = await CardDAVUtils.detectAddressBooks(args[0], args[1], args[2], false);
    return found.map(b => ({ name: b.name, url: b.url.href }));
"""
OPEN_BOOK = """
    const { CardDAVUtils } = ChromeUtils.importESModule("resource:///modules/CardDAVUtils.sys.mjs");
    const found = await CardDAVUtils.detectAddressBooks(args[0], args[1], args[2], false);
    const { CardDAVDirectory } = ChromeUtils.importESModule("resource:///modules/CardDAVDirectory.sys.mjs");
    const book = await found.find(b => b.url.href == args[3]).create();
    return book.dirPrefId;
"""
CARDS = """
    const book = MailServices.ab.getDirectoryFromId(args[0]);
    const directory = CardDAVDirectory.forFile(book.fileName);
    if (args[1]) { await directory.syncWithServer(); }
    return directory.childCards.map(c => c.displayName + " " + c.primaryEmail).sort();
"""
ADD_CARD = """
    const card = Cc["@mozilla.org/addressbook/cardproperty;1"].createInstance(Ci.nsIAbCard);
    card.displayName = args[1]; card.firstName = args[1].split(" ")[0]; card.lastName = args[1].split(" ")[1];
    card.primaryEmail = args[2];
    MailServices.ab.getDirectoryFromId(args[0]).addCard(card);
"""
MODULES = """
    const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
    const { CardDAVDirectory } = ChromeUtils.importESModule("resource:///modules/CardDAVDirectory.sys.mjs");
"""


class ThunderbirdTest(WithServer):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.app = Thunderbird(cls.server.folder)
        cls.password = cls.server.passwords["anna"]
        cls.app.script(REMEMBER, "anna", cls.password, cls.server.url, "crmdav")

    @classmethod
    def tearDownClass(cls):
        cls.app.stop()
        super().tearDownClass()

    def test_calendars(self):
        crm = Client(self.server, "anna", "tests")
        crm.ask("PUT", "/dav/calendars/anna/activities/t.ics", event("t@server", "Vom Server"),
                Content_Type="text/calendar")
        found = {c["url"]: c for c in self.app.script(FIND_CALENDARS, "anna", self.password, self.server.url + "/")}
        url = self.server.url + "/dav/calendars/anna/activities/"
        self.assertFalse(found[url]["readOnly"])
        self.assertIn(self.server.url + "/dav/calendars/anna/tasks/", found)
        calendar = self.app.script(SUBSCRIBE, url, "CRM", "anna")
        until(lambda: self.app.script(TITLES, calendar, False) == ["Vom Server @ 20261201T090000"], 60, "the first sync")

        self.app.script(ADD, calendar, event("n@thunderbird", "Aus Thunderbird"))
        record = until(lambda: self.activity_by_uid(crm, "n@thunderbird"), why="the new event is in the CRM")
        self.assertEqual(record["subject"], "Aus Thunderbird")
        crm.api("PATCH", "/activities/" + record["id"], {"subject": "Umbenannt im CRM"})
        self.app.script(TITLES, calendar, True)
        until(lambda: "Umbenannt im CRM @ 20261201T090000" in self.app.script(TITLES, calendar, False), 60,
              "the CRM's edit arrives")
        self.app.script(RENAME, calendar, "Vom Server", "Umbenannt in Thunderbird")
        until(lambda: self.activity_by_uid(crm, "t@server")["subject"] == "Umbenannt in Thunderbird", why="the edit")
        self.app.script(REMOVE, calendar, "Umbenannt im CRM")
        until(lambda: self.activity_by_uid(crm, "n@thunderbird") is None, why="the deletion")
        crm.ask("DELETE", "/dav/calendars/anna/activities/t.ics")
        self.app.script(TITLES, calendar, True)
        until(lambda: self.app.script(TITLES, calendar, False) == [], 60, "the server's deletion arrives")

    def test_address_book(self):
        crm = Client(self.server, "anna", "tests")
        crm.ask("PUT", "/dav/addressbooks/anna/contacts/c.vcf", card("c@server", "Carla", "Server", "c@x.example"),
                Content_Type="text/vcard")
        url = self.server.url + "/dav/addressbooks/anna/contacts/"
        books = self.app.script(FIND_BOOKS, "anna", self.password, self.server.url + "/")
        self.assertIn(url, [b["url"] for b in books])
        book = self.app.script(OPEN_BOOK, "anna", self.password, self.server.url + "/", url)
        until(lambda: self.app.script(MODULES + CARDS, book, False) == ["Carla Server c@x.example"], 60, "the first sync")
        self.app.script(MODULES + ADD_CARD, book, "Dora Vogel", "dora@x.example")

        def dora():
            return next((c for c in crm.api("GET", "/contacts?limit=500").json["items"] if c["displayName"] == "Dora Vogel"), None)
        record = until(dora, why="the new card is in the CRM")
        crm.api("PATCH", "/contacts/" + record["id"], {"emails": [{"label": "work", "value": "dora@neu.example"}]})
        until(lambda: "Dora Vogel dora@neu.example" in self.app.script(MODULES + CARDS, book, True), 60, "the CRM's edit")
        crm.ask("DELETE", "/dav/addressbooks/anna/contacts/c.vcf")
        until(lambda: self.app.script(MODULES + CARDS, book, True) == ["Dora Vogel dora@neu.example"], 60, "the deletion")


if __name__ == "__main__":
    unittest.main()
