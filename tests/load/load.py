"""64 clients read, 8 write and a backup runs, for a minute: no error, and every reader ends with what the server has."""
import argparse
import pathlib
import random
import sqlite3
import subprocess
import threading
import time

from harness import CRMDAV, Client, Server, event, report_body, tag

HOME = "/dav/calendars/anna/activities/"


class Load:
    def __init__(self, server, seconds):
        self.server, self.end = server, time.monotonic() + seconds
        self.faults, self.counts, self.lock = [], {}, threading.Lock()

    def count(self, what, answer, *fine):
        with self.lock:
            self.counts[what] = self.counts.get(what, 0) + 1
            if answer.status not in fine:
                self.faults.append(f"{what}: {answer.status} {answer.text[:200]}")

    def running(self):
        return time.monotonic() < self.end

    def guarded(self, work, *arguments):
        try:
            work(*arguments)
        except Exception as error:    # a broken connection is a fault like any other
            with self.lock:
                self.faults.append(f"{work.__name__}: {type(error).__name__} {error}")

    def write(self, number):
        client, random_ = Client(self.server, "anna", f"writer {number}"), random.Random(number)
        mine = {}
        while self.running():
            name = f"w{number}-{random_.randrange(200)}.ics"
            if name in mine and random_.random() < 0.3:
                self.count("DELETE", client.ask("DELETE", HOME + name, If_Match=mine.pop(name)), 204)
                continue
            condition = {"If_Match": mine[name]} if name in mine else {"If_None_Match": "*"}
            day = 20270101 + random_.randrange(28)
            answer = client.ask("PUT", HOME + name, event(name, f"Meeting {random_.random()}", f"{day}T090000",
                                f"{day}T100000"), Content_Type="text/calendar", **condition)
            self.count("PUT", answer, 201, 204)
            mine[name] = answer.headers["ETag"]

    def sync(self, client, state, token):
        answer = client.ask("REPORT", HOME, report_body(
            "D:sync-collection", f"<D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>"
            "<D:prop><D:getetag/></D:prop>"))
        self.count("sync", answer, 207)
        for href, properties in answer.responses.items():
            if properties == 404:
                state.pop(href, None)
            else:
                state[href] = properties[tag("D:getetag")].text
        return answer.sync_token

    def read(self, number):
        client, random_ = Client(self.server, "anna", f"reader {number}"), random.Random(1000 + number)
        state, token = {}, ""
        while self.running():
            token = self.sync(client, state, token)
            if state:
                self.count("GET", client.ask("GET", random_.choice(list(state))), 200, 404)
            self.count("poll", client.propfind(HOME, 0, "CS:getctag", "D:sync-token"), 207)
            self.count("week", client.ask("REPORT", HOME, report_body(
                "C:calendar-query", "<D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter>"
                '<C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">'
                '<C:time-range start="20270104T000000Z" end="20270106T000000Z"/></C:comp-filter></C:comp-filter>'
                "</C:filter>"), Depth="1"), 207)
        self.barrier.wait()
        self.sync(client, state, token)
        listed = client.propfind(HOME, 1, "D:getetag").responses
        there = {href: p[tag("D:getetag")].text for href, p in listed.items() if href != HOME}
        if state != there:
            self.faults.append(f"reader {number} ends with {len(state)} members, the server has {len(there)}")

    def back_up(self):
        number = 0
        while self.running():
            number += 1
            file = pathlib.Path(self.server.folder) / f"backup-{number}"
            done = subprocess.run([CRMDAV, "backup", str(file)], env=self.server.environment, capture_output=True, text=True)
            fine = done.returncode == 0 and sqlite3.connect(file).execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            with self.lock:
                self.counts["backup"] = number
                if not fine:
                    self.faults.append(f"backup: {done.stderr}")
            file.unlink(missing_ok=True)

    def run(self, readers, writers):
        writing = [threading.Thread(target=self.guarded, args=(self.write, n)) for n in range(writers)]
        reading = [threading.Thread(target=self.guarded, args=(self.read, n)) for n in range(readers)]
        self.barrier = threading.Barrier(readers + 1)
        backup = threading.Thread(target=self.guarded, args=(self.back_up,))
        for thread in writing + reading + [backup]:
            thread.start()
        for thread in writing + [backup]:
            thread.join()
        self.barrier.wait(60)    # only now does nothing change any more
        for thread in reading:
            thread.join()


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--readers", type=int, default=64)
    options.add_argument("--writers", type=int, default=8)
    chosen = options.parse_args()
    server = Server()
    try:
        load = Load(server, chosen.seconds)
        load.run(chosen.readers, chosen.writers)
        print("requests:", load.counts)
        print("check:", server.command("check").strip())
        for fault in load.faults[:20]:
            print("FAULT", fault)
        print(f"{len(load.faults)} faults")
        raise SystemExit(1 if load.faults else 0)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
