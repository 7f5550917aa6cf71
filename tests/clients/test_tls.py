"""TLS without a proxy (server.tls.*): certificate, keep-alive, large answers, slow and false handshakes."""
import http.client
import pathlib
import socket
import ssl
import tempfile
import time
import unittest

from harness import Client, Server, card, report_body
from test_proxy import certificate

BOOK = "/dav/addressbooks/anna/private/"


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        chain, key = certificate(pathlib.Path(cls.folder.name))
        cls.server = Server(CRMDAV_SERVER_TLS_CERTIFICATE=str(chain), CRMDAV_SERVER_TLS_KEY=str(key),
                            CRMDAV_LIMITS_HEADERSECONDS="2", CRMDAV_LIMITS_IDLESECONDS="2")
        cls.trusting = ssl.create_default_context(cafile=str(chain))

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.folder.cleanup()

    def client(self):
        client = Client(self.server, "anna", "tls")
        client.connection = http.client.HTTPSConnection("localhost", self.server.port, timeout=30, context=self.trusting)
        return client

    def ended(self, connection, seconds):
        """Does the server end the connection within that time?"""
        connection.settimeout(seconds)
        try:
            while connection.recv(4096):
                pass
            return True
        except TimeoutError:
            return False
        except OSError:    # reset: also an end
            return True

    def test_keeps_the_connection(self):
        client = self.client()
        self.assertEqual(client.ask("GET", "/health").status, 200)
        before = client.connection.sock
        for _ in range(20):
            self.assertEqual(client.propfind("/dav/", 0, "D:current-user-principal").status, 207)
        self.assertIs(client.connection.sock, before)
        self.assertIn(before.version(), ("TLSv1.2", "TLSv1.3"))

    def test_addresses_say_https(self):
        profile = self.client().ask("GET", "/profiles/anna.mobileconfig").text
        self.assertIn("<key>CalDAVUseSSL</key><true/>", profile)

    def test_large_bodies_both_ways_and_a_client_that_pauses(self):
        client = self.client()
        photo = "PHOTO;ENCODING=b;TYPE=JPEG:" + "QUJDREVG" * 800_000 + "\r\n"
        sent = card("tls", "Lar", "Ge", "l@tls.example", photo)
        self.assertEqual(client.ask("PUT", BOOK + "tls.vcf", sent, Content_Type="text/vcard").status, 201)
        self.assertEqual(client.ask("GET", BOOK + "tls.vcf").text, sent)
        hrefs = f"<D:href>{BOOK}tls.vcf</D:href>" * 6
        body = report_body("CR:addressbook-multiget", f"<D:prop><CR:address-data/></D:prop>{hrefs}").encode()
        client.connection.request("REPORT", BOOK, body, {"Authorization": "Basic " + client.credentials,
                                                         "Content-Type": "text/xml"})
        time.sleep(1)    # it goes to the spool meanwhile
        answer = client.connection.getresponse()
        received = answer.read().decode()
        self.assertEqual(received.count("QUJDREVG"), received.count("<D:response>") * 800_000)
        self.assertTrue(received.rstrip().endswith("</D:multistatus>"))
        self.assertEqual(client.ask("DELETE", BOOK + "tls.vcf").status, 204)

    def test_a_handshake_that_never_comes_is_ended(self):
        with socket.create_connection(("127.0.0.1", self.server.port)) as silent:
            self.assertTrue(self.ended(silent, 8))

    def test_a_handshake_that_dribbles_is_ended(self):
        with socket.create_connection(("127.0.0.1", self.server.port)) as slow:
            slow.settimeout(0.2)
            hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 400
            end = time.monotonic() + 15
            for byte in hello:
                try:
                    slow.sendall(bytes([byte]))
                    if slow.recv(1) == b"":
                        break
                except TimeoutError:
                    pass
                except OSError:
                    break
                self.assertLess(time.monotonic(), end, "it still listens to one byte at a time")

    def test_what_is_no_tls_is_ended_and_harms_nobody(self):
        for said in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x00" * 300):
            with socket.create_connection(("127.0.0.1", self.server.port)) as plain:
                plain.sendall(said)
                self.assertTrue(self.ended(plain, 8))
        self.assertEqual(self.client().ask("GET", "/health").status, 200)

    def test_old_protocols_are_refused(self):
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.set_ciphers("ALL:@SECLEVEL=0")
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        with socket.create_connection(("127.0.0.1", self.server.port)) as raw, self.assertRaises(OSError):
            old.wrap_socket(raw)


if __name__ == "__main__":
    unittest.main()
