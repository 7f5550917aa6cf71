"""Drives Evolution Data Server inside a D-Bus session of its own: reads commands as JSON lines, answers in JSON lines."""
import json
import sys

import gi

for name, version in (("EDataServer", "1.2"), ("ECal", "2.0"), ("EBook", "1.2"), ("EBookContacts", "1.2"),
                      ("ICalGLib", "3.0")):
    gi.require_version(name, version)
from gi.repository import EBook, EBookContacts, ECal, EDataServer, GLib, ICalGLib  # noqa: E402


class Evolution:
    def __init__(self, url, login, password):
        self.url, self.login = GLib.Uri.parse(url, GLib.UriFlags.NONE), login
        self.registry = EDataServer.SourceRegistry.new_sync(None)
        self.credentials = EDataServer.NamedParameters.new()
        self.credentials.set("username", login)
        self.credentials.set("password", password)
        self.clients = {}

    def source(self, kind, url, name):
        """A source as Evolution's set-up dialogue writes it."""
        source = EDataServer.Source.new(None, None)
        source.set_display_name(name)
        stub, extension, backend = {
            "events": ("caldav-stub", EDataServer.SOURCE_EXTENSION_CALENDAR, "caldav"),
            "tasks": ("caldav-stub", EDataServer.SOURCE_EXTENSION_TASK_LIST, "caldav"),
            "contacts": ("carddav-stub", EDataServer.SOURCE_EXTENSION_ADDRESS_BOOK, "carddav")}[kind]
        source.set_parent(stub)
        source.get_extension(extension).set_backend_name(backend)
        authentication = source.get_extension(EDataServer.SOURCE_EXTENSION_AUTHENTICATION)
        authentication.set_host(self.url.get_host())
        authentication.set_port(self.url.get_port())
        authentication.set_user(self.login)
        authentication.set_method("plain/password")
        source.get_extension(EDataServer.SOURCE_EXTENSION_WEBDAV_BACKEND).set_uri(
            GLib.Uri.parse(url, GLib.UriFlags.NONE))
        source.get_extension(EDataServer.SOURCE_EXTENSION_OFFLINE).set_stay_synchronized(True)
        return source

    def discover(self, kind):
        only = {"events": EDataServer.WebDAVDiscoverSupports.EVENTS, "tasks": EDataServer.WebDAVDiscoverSupports.TASKS,
                "contacts": EDataServer.WebDAVDiscoverSupports.CONTACTS}[kind]
        _, _, _, found, addresses = EDataServer.webdav_discover_sources_sync(
            self.source(kind, self.url.to_string(), "x"), self.url.to_string(), int(only), self.credentials, None)
        return [[s.href, s.display_name] for s in found]

    def open(self, kind, url):
        source = self.source(kind, url, url)
        self.registry.create_sources_sync([source], None)
        source = self.wait(lambda: self.registry.ref_source(source.get_uid()))
        source.connect("credentials-required", lambda s, *_: s.invoke_authenticate_sync(self.credentials, None))
        if kind == "contacts":
            client = EBook.BookClient.connect_sync(source, 20, None)
        else:
            client = ECal.Client.connect_sync(source, ECal.ClientSourceType.EVENTS if kind == "events"
                                              else ECal.ClientSourceType.TASKS, 20, None)
        source.invoke_authenticate_sync(self.credentials, None)
        self.wait(lambda: source.get_connection_status() == EDataServer.SourceConnectionStatus.CONNECTED)
        self.wait(lambda: not client.is_readonly())
        self.clients[url] = client
        return True

    @staticmethod
    def wait(condition):
        context, end = GLib.MainContext.default(), GLib.get_monotonic_time() + 120_000_000
        GLib.timeout_add(100, lambda: True)
        while GLib.get_monotonic_time() < end:
            value = condition()
            if value:
                return value
            context.iteration(True)
        raise TimeoutError("Evolution Data Server did not get there")

    def titles(self, url):
        client = self.clients[url]
        client.refresh_sync(None)
        _, found = client.get_object_list_sync("#t", None)
        return sorted(c.get_summary() for c in found)

    def add(self, url, text):
        _, uid = self.clients[url].create_object_sync(ICalGLib.Component.new_from_string(text), ECal.OperationFlags.NONE, None)
        return uid

    def rename(self, url, uid, summary):
        client = self.clients[url]
        _, component = client.get_object_sync(uid, None, None)
        component.set_summary(summary)
        client.modify_object_sync(component, ECal.ObjModType.ALL, ECal.OperationFlags.NONE, None)

    def remove(self, url, uid):
        self.clients[url].remove_object_sync(uid, None, ECal.ObjModType.ALL, ECal.OperationFlags.NONE, None)

    def names(self, url):
        client = self.clients[url]
        client.refresh_sync(None)
        _, found = client.get_contacts_sync('(contains "x-evolution-any-field" "")', None)
        return sorted(c.get_property("full-name") for c in found)

    def add_card(self, url, text):
        _, uid = self.clients[url].add_contact_sync(EBookContacts.Contact.new_from_vcard(text), 0, None)
        return uid


def main():
    evolution = None
    for line in sys.stdin:
        command, *arguments = json.loads(line)
        try:
            if command == "start":
                evolution, value = Evolution(*arguments), True
            else:
                value = getattr(evolution, command)(*arguments)
            answer = {"value": value}
        except Exception as error:    # whatever it is, the test wants to see it
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main()
