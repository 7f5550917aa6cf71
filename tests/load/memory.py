"""Memory (PSS) of the server: resting, with large cards going in and out of many clients at once, and afterwards (D22)."""
import argparse
import base64
import os
import pathlib
import threading
import time

from harness import Client, Server, report_body

BOOK = "/dav/addressbooks/anna/private/"
DATA = "<D:prop><D:getetag/><CR:address-data/></D:prop>"


class Watch(threading.Thread):
    """Looks at a process many times a second, and keeps the highest figure until it is asked."""

    def __init__(self, pid, field="Pss"):
        super().__init__(daemon=True)
        self.field, self.rollup, self.highest, self.ends = field + ":", pathlib.Path(f"/proc/{pid}/smaps_rollup"), 0, False
        self.start()

    def now(self):
        for line in self.rollup.read_text().splitlines():
            if line.startswith(self.field):
                return int(line.split()[1]) / 1024
        raise AssertionError("no " + self.field)

    def run(self):
        while not self.ends:
            try:
                self.highest = max(self.highest, self.now())
            except OSError:    # it has ended
                return
            time.sleep(0.02)

    def most(self):
        found, self.highest = max(self.highest, self.now()), 0
        return found


def folded(photo):
    """As most apps write it: lines of 75."""
    return b"\r\n ".join(photo[at:at + 74] for at in range(0, len(photo) * 74 // 77, 74))


def pieces(number, photo, name="Photo"):
    yield (f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:photo-{number}\r\nFN:{name} {number}\r\nN:Photo;{number};;;\r\n"
           "PHOTO;ENCODING=b;TYPE=JPEG:").encode()
    yield photo
    yield b"\r\nEND:VCARD\r\n"


def upload(client, number, photo, name="Photo"):
    size = sum(map(len, pieces(number, photo, name)))
    client.connection.timeout = 300
    while True:
        try:
            client.connection.request("PUT", f"{BOOK}{number}.vcf", pieces(number, photo, name), {
                "Authorization": "Basic " + client.credentials, "Content-Type": "text/vcard",
                "Content-Length": str(size)})
            answer = client.connection.getresponse()
            answer.read()
            if answer.status != 503:    # told to come again: it does
                return answer.status
        except (BrokenPipeError, ConnectionResetError):    # told so before it had sent all
            pass
        client.connection.close()
        time.sleep(0.5)


def download(client, method, path, body=None, pause=0.0):
    """Takes an answer without keeping it. Returns its status and size."""
    client.connection.timeout = 300
    client.connection.request(method, path, body, {"Authorization": "Basic " + client.credentials, "Depth": "1",
                                                   "Content-Type": "text/xml; charset=utf-8"})
    answer = client.connection.getresponse()
    size = 0
    buffer = bytearray(1 << 20)
    while got := answer.readinto(buffer):
        size += got
        if pause:
            time.sleep(pause)
    return answer.status, size


class Memory:
    def __init__(self, server, options):
        self.server, self.options = server, options
        self.watch = Watch(server.process.pid)
        raw = os.urandom(options.megabytes * 1_000_000 * 3 // 4)
        self.photo = base64.b64encode(raw)
        self.folded = folded(self.photo)
        self.faults = []

    def together(self, what, count, work):
        """`work(number)` in `count` threads at once; prints what it took."""
        def guarded(number):
            try:
                work(number)
            except Exception as error:
                self.faults.append(f"{what} {number}: {type(error).__name__} {error}")
        self.watch.most()
        began = time.monotonic()
        threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.report(what, self.watch.most(), self.options.busy, f"{time.monotonic() - began:.1f} s")

    def report(self, what, megabytes, most, more=""):
        print(f"{what}: {megabytes:.1f} MB (< {most}) {more}", flush=True)
        if megabytes >= most:
            self.faults.append(f"{what}: {megabytes:.1f} MB")

    def client(self, number):
        return Client(self.server, "anna", f"memory {number}")

    def expect(self, what, got, wanted):
        if got != wanted:
            self.faults.append(f"{what}: {got}, not {wanted}")

    def put(self, number):
        client = self.client(number)
        for card in range(number, self.options.cards, self.options.clients):
            self.expect("PUT", upload(client, card, self.photo), 201)

    def replace(self, number):
        client = self.client(number)
        for card in range(number, min(self.options.cards, 64), self.options.clients):
            self.expect("PUT", upload(client, card, self.folded, "Photo again"), 204)

    def get(self, number):
        client = self.client(number)
        for card in range(number, self.options.cards, self.options.clients):
            status, size = download(client, "GET", f"{BOOK}{card}.vcf")
            self.expect("GET", (status, size > len(self.photo)), (200, True))

    def report_all(self, number):
        hrefs = "".join(f"<D:href>{BOOK}{card}.vcf</D:href>" for card in range(self.options.cards))
        bodies = [report_body("CR:addressbook-multiget", DATA + hrefs),
                  report_body("CR:addressbook-query", DATA + "<CR:filter/>"),
                  report_body("CR:addressbook-query", DATA + '<CR:filter><CR:prop-filter name="FN"><CR:text-match>'
                              "Photo</CR:text-match></CR:prop-filter></CR:filter>"),
                  report_body("D:sync-collection", "<D:sync-token/><D:sync-level>1</D:sync-level>" + DATA)]
        status, size = download(self.client(number), "REPORT", BOOK, bodies[number % len(bodies)])
        self.expect("REPORT", (status, size > len(self.photo) * self.options.cards), (207, True))

    def list_all(self, number):
        status, _ = download(self.client(number), "PROPFIND", BOOK,
                             '<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>')
        self.expect("PROPFIND", status, 207)

    def run(self):
        self.report("after start", self.watch.most(), self.options.idle)
        self.together(f"{self.options.clients} clients put {self.options.cards} cards", self.options.clients, self.put)
        self.together("64 of them are replaced, in folded lines", self.options.clients, self.replace)
        self.together("ETags are listed", 8, self.list_all)
        self.together(f"{self.options.clients} clients get them", self.options.clients, self.get)
        self.together(f"{self.options.reports} reports of all of them", self.options.reports, self.report_all)
        time.sleep(self.options.rest)    # what was freed goes back in the background
        self.watch.most()
        self.report("afterwards", self.watch.now(), self.options.after)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--clients", type=int, default=64)
    options.add_argument("--cards", type=int, default=200)
    options.add_argument("--megabytes", type=int, default=8)
    options.add_argument("--reports", type=int, default=8)
    options.add_argument("--idle", type=int, default=20, help="MB allowed after the start")
    options.add_argument("--busy", type=int, default=100, help="MB allowed at any time")
    options.add_argument("--after", type=int, default=40, help="MB allowed in the end")
    options.add_argument("--rest", type=float, default=12)
    server = Server()
    try:
        memory = Memory(server, options.parse_args())
        memory.run()
        for fault in memory.faults[:20]:
            print("FAULT", fault)
        print(f"{len(memory.faults)} faults")
        raise SystemExit(1 if memory.faults else 0)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
