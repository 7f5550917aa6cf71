"""Clients that stop reading in the middle of a large answer hold nothing that others need: neither readers nor the log."""
import socket
import threading
import time
import unittest

from harness import Client, WithServer, card, event, report_body

BOOK = "/dav/addressbooks/anna/private/"
STALLED, WORKING = 24, 20    # more than the store has readers


class SlowReaders(WithServer):
    def stall(self, client, body):
        """Asks, reads the first bytes, and then nothing."""
        connection = socket.create_connection(("127.0.0.1", self.server.port))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        connection.sendall((f"REPORT {BOOK} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {client.credentials}\r\n"
                            f"Content-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode())
        self.assertTrue(connection.recv(12).startswith(b"HTTP/1.1 207"))
        return connection

    def test_others_go_on(self):
        anna = Client(self.server, "anna", "setup")
        photo = "PHOTO;ENCODING=b;TYPE=JPEG:" + "QUJD" * 500_000 + "\r\n"
        for number in range(4):
            self.assertEqual(anna.ask("PUT", f"{BOOK}{number}.vcf", card(f"s{number}", "S", str(number), "s@slow.example",
                                      photo), Content_Type="text/vcard").status, 201)
        body = report_body("CR:addressbook-query", "<D:prop><D:getetag/><CR:address-data/></D:prop><CR:filter/>")
        stalled = [self.stall(anna, body) for _ in range(STALLED)]
        times, faults = [], []

        def work(number):
            client = Client(self.server, "anna", f"worker {number}")
            for turn in range(10):
                began = time.monotonic()
                home = "/dav/calendars/anna/activities/"
                name = f"slow-{number}-{turn}"
                for answer in (client.ask("PUT", f"{home}{name}.ics", event(name, name), Content_Type="text/calendar"),
                               client.ask("GET", f"{home}{name}.ics"), client.propfind(home, 0, "CS:getctag")):
                    if answer.status not in (200, 201, 207):
                        faults.append(answer.status)
                times.append(time.monotonic() - began)

        workers = [threading.Thread(target=work, args=(number,)) for number in range(WORKING)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        self.assertEqual(faults, [])
        self.assertEqual(len(times), WORKING * 10)
        self.assertLess(max(times), 8)    # with the readers held it was ten seconds and a 503
        for connection in stalled:    # what they didn't take is still theirs
            connection.settimeout(20)
            received = b""
            while not received.endswith(b"0\r\n\r\n"):
                more = connection.recv(1 << 20)
                self.assertTrue(more, "cut off")
                received = received[-16:] + more
            connection.close()


if __name__ == "__main__":
    unittest.main()
