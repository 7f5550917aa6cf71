"""Clients write and sync through a balancer while processes are killed, PostgreSQL crashes and connections are cut: every
acknowledged write is there with its bytes, no member twice, every client ends with exactly what the server has (D71)."""
import argparse
import collections
import http.client
import random
import re
import socket
import struct
import threading
import time
import xml.etree.ElementTree as ET

from harness import NS, card, event, report_body, tag, until
from several import Several

PLACES = [("anna", "/dav/calendars/anna/activities/"), ("anna", "/dav/addressbooks/anna/private/"),
          ("ben", "/dav/calendars/ben/activities/"), ("anna", "/dav/addressbooks/anna/contacts/"),
          ("ben", "/dav/addressbooks/ben/contacts/")]
BROKEN = (OSError, http.client.HTTPException)
INVITED = "ORGANIZER:mailto:anna@acme.example\r\nATTENDEE:mailto:anna@acme.example\r\nATTENDEE:mailto:ben@acme.example\r\n"


class Object:
    """What may be stored under a name: a state is a version's mark, or None. A write whose answer was lost may still be done,
    at any later time, but only on the version it was based on; an acknowledged one has been done."""

    def __init__(self):
        self.state, self.doubts, self.texts, self.etag = None, [], {}, None

    def possible(self):
        found, open_ = {self.state}, [self.state]
        while open_:
            state = open_.pop()
            for based, result in self.doubts:
                if based == state and result not in found:
                    found.add(result)
                    open_.append(result)
        return found


class Client(threading.Thread):
    """Writes objects of its own and syncs the collection they are in, with whatever else changes there."""

    def __init__(self, chaos, number):
        super().__init__(name=f"client {number}")
        self.chaos, self.number, self.random = chaos, number, random.Random(number)
        self.login, self.home = PLACES[number % len(PLACES)]
        self.http = chaos.several.client(self.login, self.name)
        self.objects, self.serial = collections.defaultdict(Object), 0
        self.members, self.token = {}, ""

    def run(self):
        while time.monotonic() < self.chaos.end:
            try:
                self.write() if self.random.random() < 0.6 else self.sync()
            except BROKEN:
                self.http.connection.close()
                self.chaos.count("broken")
            except Exception as error:
                self.chaos.fault(f"{self.name}: {type(error).__name__} {error}")

    def settle(self):
        """Asks until it gets an answer: what it has, and what the server has."""
        while True:
            try:
                self.sync()
                break
            except BROKEN:
                self.http.connection.close()
        for name, known in self.objects.items():
            if not self.look(name, known):
                self.chaos.fault(f"{self.home}{name} can't be read afterwards")

    # ------------------------------------------------------------ writing
    def version(self, name):
        self.serial += 1
        mark = f"mark-{self.number}-{self.serial}"
        uid = f"{self.number}-{name}"
        if name.endswith(".vcf"):
            return mark, card(uid, mark, "Chaos", "c@chaos.example")
        day = 20270101 + self.random.randrange(28)
        return mark, event(uid, mark, f"{day}T090000", f"{day}T100000", INVITED if name.startswith("invited") else "")

    def some_name(self):
        kind = self.random.randrange(12)
        if self.home.endswith(("private/", "contacts/")):
            return f"{self.number}-{kind}.vcf"
        return f"{'invited-' if self.login == 'anna' and kind < 3 else ''}{self.number}-{kind}.ics"

    def write(self):
        name = self.some_name()
        known = self.objects[name]
        if len(known.possible()) > 1 or (known.state and not known.etag):
            if not self.look(name, known):
                return
        based, condition = known.state, {"If_Match": known.etag} if known.state else {"If_None_Match": "*"}
        mark, body = (None, None) if based and self.random.random() < 0.25 else self.version(name)
        if body:
            known.texts[mark] = body
        known.doubts.append((based, mark))    # until there is an answer
        if self.random.random() < 0.03:
            self.reset("PUT" if body else "DELETE", name, body, condition)
        if body:
            kind = "text/vcard" if name.endswith(".vcf") else "text/calendar"
            answer = self.http.ask("PUT", self.home + name, body, Content_Type=kind, **condition)
        else:
            answer = self.http.ask("DELETE", self.home + name, **condition)
        done = answer.status in (201, 204)
        if not done and answer.status not in (412, 404):
            self.refused(answer)
            return
        known.doubts.remove((based, mark))
        if done:
            known.state, known.etag = mark, answer.headers["ETag"] if body else None
            self.chaos.acknowledged()
        elif len(known.possible()) == 1:
            self.chaos.fault(f"{self.home}{name}: {answer.status}, but nobody else writes it")
        else:
            self.look(name, known)

    def reset(self, method, name, body, condition):
        """Asks, and breaks the connection before there is an answer."""
        self.chaos.count("reset")
        kept, self.http.connection.response_class = self.http.connection.response_class, Reset
        try:
            self.http.ask(method, self.home + name, body, Content_Type="text/calendar", **condition)
        finally:
            self.http.connection.response_class = kept

    def look(self, name, known):
        """What is stored must be possible; from now on it is what was before all that comes. @returns whether it's known"""
        answer = self.http.ask("GET", self.home + name)
        if answer.status not in (200, 404):
            self.refused(answer)
            return False
        mark = re.search(r"mark-[\d-]+", answer.text).group() if answer.status == 200 else None
        if mark not in known.possible():
            self.chaos.fault(f"{self.home}{name} is {mark}, may be {known.possible()}")
        if mark and not name.startswith("invited") and answer.text != known.texts[mark]:
            self.chaos.fault(f"{self.home}{name}: other bytes than were written")
        known.state, known.etag = mark, answer.headers["ETag"]
        return True

    def refused(self, answer):
        """In doubt; asks again a little later."""
        self.chaos.count(answer.status)
        if answer.status not in (502, 503, 504):
            self.chaos.fault(f"{self.name}: {answer.status} {answer.text[:200]}")
        time.sleep(self.random.uniform(0.02, 0.2))

    # ------------------------------------------------------------ reading
    def sync(self):
        answer = self.http.ask("REPORT", self.home, report_body(
            "D:sync-collection", f"<D:sync-token>{self.token}</D:sync-token><D:sync-level>1</D:sync-level>"
            "<D:prop><D:getetag/></D:prop>"))
        if answer.status != 207:
            return self.refused(answer)
        responses = ET.fromstring(answer.body).findall("D:response", NS)
        hrefs = [response.find("D:href", NS).text for response in responses]
        if len(hrefs) != len(set(hrefs)):
            self.chaos.fault(f"{self.name}: a member twice in a delta")
        for href, properties in answer.responses.items():
            if properties == 404:
                self.members.pop(href, None)
            else:
                self.members[href] = properties[tag("D:getetag")].text
        self.token = answer.sync_token
        self.chaos.count("synced")


class Reset(http.client.HTTPResponse):
    def __init__(self, sock, *arguments, **named):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()
        raise ConnectionResetError("as was meant")


class Chaos:
    def __init__(self, several, seconds, crash_every):
        self.several, self.seconds, self.crash_every = several, seconds, crash_every
        self.lock, self.counts, self.faults = threading.Lock(), collections.Counter(), []
        self.random, self.ready, self.outage, self.last = random.Random(7), threading.Lock(), 0.0, time.monotonic()

    def count(self, what):
        with self.lock:
            self.counts[str(what)] += 1

    def fault(self, text):
        with self.lock:
            self.faults.append(text)

    def acknowledged(self):
        self.count("acknowledged")
        now = time.monotonic()
        self.outage, self.last = max(self.outage, now - self.last), now

    # ------------------------------------------------------------ what goes wrong
    def evils(self):
        return [self.kill_processes] + ([self.crash_postgresql, self.cut_connections] if self.several.postgresql else [])

    def kill_processes(self):
        while time.monotonic() < self.end:
            time.sleep(self.random.uniform(0.5, 2))    # the moments are meant to be any, here and below
            process = self.random.choice(self.several.processes)
            process.kill()
            self.count("killed")
            time.sleep(self.random.uniform(0, 1))
            self.several.revive(process)

    def crash_postgresql(self):
        while not self.over.wait(self.crash_every):
            with self.ready:
                self.several.control("restart", "immediate")
            self.count("PostgreSQL crashed")

    def cut_connections(self):
        while not self.over.wait(1):
            with self.ready:
                cut = self.several.cut_sessions(3)
            with self.lock:
                self.counts["sessions cut"] += cut

    def guarded(self, work):
        try:
            work()
        except Exception as error:
            self.fault(f"{work.__name__}: {type(error).__name__} {error}")

    def run(self, count):
        self.end, self.over, self.last = time.monotonic() + self.seconds, threading.Event(), time.monotonic()
        threads = [threading.Thread(target=self.guarded, args=(evil,)) for evil in self.evils()]
        clients = [Client(self, number) for number in range(count)]
        for thread in clients + threads:
            thread.start()
        for client in clients:
            client.join()
        self.over.set()
        for thread in threads:
            thread.join()
        self.settle(clients)

    # ------------------------------------------------------------ what must be so afterwards
    def settle(self, clients):
        for process in self.several.processes:    # a process that ends finishes what it is asked: then nothing is on its way
            process.again()
        health = self.several.client("anna", "afterwards")
        until(lambda: health.ask("GET", "/health").status == 200, why="all is well again")
        for client in clients:
            client.settle()
        for login, home in PLACES:
            reader = self.several.client(login, "afterwards")
            listed = reader.propfind(home, 1, "D:getetag")
            there = {href: p[tag("D:getetag")].text for href, p in listed.responses.items() if href != home}
            for client in clients:
                if client.home == home and client.members != there:
                    odd = sorted(set(client.members.items()) ^ set(there.items()))[:6]
                    self.fault(f"{client.name} ends with {len(client.members)} members of {home}, not {len(there)}: {odd}")
            self.look_through(reader, home, listed, there)

    def look_through(self, reader, home, listed, there):
        """Every name and every UID once; and those who are invited have what they are invited to."""
        hrefs = re.findall(r"<D:href>([^<]*)</D:href>", listed.text)
        if len(hrefs) != len(set(hrefs)):
            self.fault(f"{home} lists a member twice")
        uids = collections.Counter(re.search(r"\nUID:(.*)\r", reader.ask("GET", href).text).group(1) for href in there)
        self.fault(f"{home} has UIDs twice: {uids.most_common(3)}") if max(uids.values(), default=1) > 1 else None
        self.invited = getattr(self, "invited", {})
        if home.startswith("/dav/calendars/"):
            self.invited[home] = {uid for uid in uids if "-invited-" in uid}
            if len(set(map(frozenset, self.invited.values()))) > 1 and len(self.invited) == 2:
                odd = set.symmetric_difference(*self.invited.values())
                self.fault(f"the organiser and the invited have other meetings: {sorted(odd)[:6]}")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=120)
    options.add_argument("--clients", type=int, default=32)
    options.add_argument("--processes", type=int, default=3)
    options.add_argument("--crash-every", type=float, default=20, help="seconds between crashes of PostgreSQL")
    options.add_argument("--sqlite", action="store_true", help="on one file: processes are killed, the rest is left out")
    asked = options.parse_args()
    several = Several(asked.processes, asked.sqlite, CRMDAV_SERVER_THREADS="200")
    prove(several, Chaos(several, asked.seconds, asked.crash_every), asked.clients)


def prove(several, chaos, clients):
    try:
        chaos.run(clients)
        print(", ".join(f"{what} {count}" for what, count in sorted(chaos.counts.items())))
        print(f"longest time without an acknowledged write: {chaos.outage:.1f} s")
        print("check:", several.server.command("check").strip())
        for fault in chaos.faults[:20]:
            print("FAULT", fault)
        print(f"{len(chaos.faults)} faults")
        raise SystemExit(1 if chaos.faults else 0)
    finally:
        several.stop()


if __name__ == "__main__":
    main()
