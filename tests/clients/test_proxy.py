"""conf/nginx.conf as it is shipped, in a real nginx before a real server: every address that goes out is right (D18, D26)."""
import gzip
import http.client
import os
import pathlib
import re
import shutil
import ssl
import subprocess
import unittest

from harness import Client, Server, card, event, free_port, propfind_body, report_body, tag, until

HERE = pathlib.Path(__file__).resolve().parent
SHIPPED = HERE.parent.parent / "conf/nginx.conf"
NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
AGENTS = {"DAVx5": "DAVx5/4.4.5-ose (dav4jvm; okhttp/4.12.0) Android/14", "Thunderbird": "Mozilla/5.0 Thunderbird/128.0"}


def certificate(folder):
    """A self-made certificate for localhost: chain and key."""
    chain, key = folder / "chain.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-keyout", key, "-out", chain], check=True, capture_output=True)
    return chain, key


class Proxy:
    """nginx with a shipped site; what must differ (ports, names, files) is replaced, and what a test adds.

    upstreams: the port of each server in the shipped file, and what it is here.
    """

    def __init__(self, folder, upstreams, prefix="", strip=False, replace=(), shipped=SHIPPED):
        self.folder, self.port, self.plain_port = folder, free_port(), free_port()
        chain, key = certificate(folder)
        site = shipped.read_text()
        for old, new in [("listen [::]:80;", ""), ("listen [::]:443 ssl http2;", ""),
                         ("listen 80;", f"listen 127.0.0.1:{self.plain_port};"),
                         ("listen 443 ssl http2;", f"listen 127.0.0.1:{self.port} ssl http2;"),
                         ("/etc/letsencrypt/live/crm.example.org/fullchain.pem", str(chain)),
                         ("/etc/letsencrypt/live/crm.example.org/privkey.pem", str(key)),
                         ("server_name crm.example.org", "server_name localhost"),
                         *((f"server 127.0.0.1:{old}", f"server 127.0.0.1:{new}") for old, new in upstreams.items()),
                         *replace]:
            assert old in site, f"not in the shipped file: {old}"
            site = site.replace(old, new)
        if prefix:
            # As the head of the file says; the redirects of /.well-known/ stay at the root.
            passed = "proxy_pass http://crmdav/;" if strip else "proxy_pass http://crmdav;"
            site = site.replace("    location / {\n        proxy_pass http://crmdav;",
                                f"    location /.well-known/ {{ return 301 $scheme://$http_host{prefix}/dav/; }}\n"
                                f"    location {prefix}/ {{\n        {passed}")
        (folder / "nginx.conf").write_text(
            ("user root;\n" if os.geteuid() == 0 else "") + f"pid {folder}/pid;\nerror_log {folder}/error.log;\ndaemon off;\nworker_processes 1;\n"
            "events { worker_connections 512; }\nhttp {\naccess_log off;\n"
            + "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in
                      ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) + site + "}\n")
        checked = subprocess.run([NGINX, "-t", "-c", folder / "nginx.conf"], capture_output=True, text=True)
        assert checked.returncode == 0, checked.stderr
        self.process = subprocess.Popen([NGINX, "-c", folder / "nginx.conf"], stderr=subprocess.DEVNULL)
        until(lambda: (folder / "pid").exists() and (folder / "pid").read_text().strip(), why="nginx runs")

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


class Through(Client):
    """A client that knows only the proxy."""

    def __init__(self, server, login, proxy, agent="tests"):
        super().__init__(server, login, agent)
        self.proxy = proxy
        trusting = ssl.create_default_context(cafile=str(proxy.folder / "chain.pem"))
        self.connection = http.client.HTTPSConnection("localhost", proxy.port, timeout=30, context=trusting)


@unittest.skipUnless(NGINX, "nginx is unpacked by tests/clients/run")
class ProxyCase(unittest.TestCase):
    prefix, strip, replace = "", False, ()

    @classmethod
    def setUpClass(cls):
        if cls is ProxyCase:
            raise unittest.SkipTest("the rows below run")
        cls.server = Server(CRMDAV_SERVER_TRUSTEDPROXIES="loopback")
        folder = cls.server.folder / "nginx"
        folder.mkdir()
        cls.proxy = Proxy(folder, {8080: cls.server.port}, cls.prefix, cls.strip, cls.replace)
        cls.origin = f"https://localhost:{cls.proxy.port}"
        if cls.prefix:    # the port is known only now: the server is told as an admin would, and begins again
            cls.server.again(CRMDAV_SERVER_PUBLICURL=cls.origin + cls.prefix)

    @classmethod
    def tearDownClass(cls):
        cls.proxy.stop()
        cls.server.stop()

    def setUp(self):
        self.anna = Through(self.server, "anna", self.proxy)

    def at(self, path):
        return self.prefix + path

    def test_every_href_has_the_prefix(self):
        for path, depth in (("/dav/", 0), ("/dav/principals/users/anna/", 0), ("/dav/calendars/anna/", 1),
                            ("/dav/addressbooks/anna/", 1)):
            answer = self.anna.ask("PROPFIND", self.at(path), '<propfind xmlns="DAV:"><allprop/></propfind>',
                                   Depth=str(depth))
            self.assertEqual(answer.status, 207, path)
            answer2 = self.anna.propfind(self.at(path), depth, "D:current-user-principal", "C:calendar-home-set",
                                         "CR:addressbook-home-set", "D:owner", "D:principal-collection-set",
                                         "C:schedule-inbox-URL")
            for text in (answer.text, answer2.text):
                hrefs = re.findall(r"<[a-zA-Z]*:?href>([^<]*)</", text)
                self.assertTrue(hrefs)
                for href in hrefs:
                    self.assertTrue(href.startswith((self.at("/dav/"), "mailto:", "urn:")), href)
                    self.assertNotIn(self.prefix + self.prefix + "/" if self.prefix else "//", href)

    def test_discovery_from_the_host_alone_ends_at_the_root(self):
        for start in ("/.well-known/caldav", "/.well-known/carddav"):
            path = start
            for _ in range(3):
                answer = self.anna.propfind(path, 0, "D:current-user-principal")
                if answer.status == 207:
                    break
                self.assertIn(answer.status, (301, 302, 307, 308), path)
                path = answer.headers["Location"]
                self.assertTrue(path.startswith((self.at("/dav/"), self.origin + self.at("/dav/"))), path)
            self.assertEqual(self.anna.href(answer, "D:current-user-principal"), self.at("/dav/principals/users/anna/"))

    def test_destination_and_location(self):
        home = self.at("/dav/calendars/anna/")
        self.anna.ask("MKCALENDAR", home + "moved/")
        self.assertEqual(self.anna.ask("PUT", home + "moved/a.ics", event("proxy-1", "One"),
                                       Content_Type="text/calendar").status, 201)
        for destination in (self.origin + home + "moved/b.ics", home + "moved/c%20d.ics"):
            name = destination.rsplit("/", 1)[1]
            source = "a.ics" if name == "b.ics" else "b.ics"
            answer = self.anna.ask("MOVE", home + "moved/" + source, Destination=destination)
            self.assertEqual(answer.status, 201, answer.text)
            if answer.headers["Location"]:
                self.assertEqual(answer.headers["Location"], self.origin + home + "moved/" + name)
            self.assertEqual(self.anna.ask("GET", home + "moved/" + name).status, 200)
        self.anna.ask("MKCALENDAR", home + "other/")
        self.assertEqual(self.anna.ask("COPY", home + "moved/c%20d.ics",
                                       Destination=self.origin + home + "other/e.ics").status, 201)
        for elsewhere in ("https://evil.example" + home + "other/f.ics", "//evil.example" + home + "other/f.ics"):
            self.assertIn(self.anna.ask("COPY", home + "moved/c%20d.ics", Destination=elsewhere).status, (400, 403, 502))
        answer = self.anna.ask("POST", home + "other/?add-member", event("proxy-2", "Two"), Content_Type="text/calendar")
        self.assertEqual(answer.status, 201)
        self.assertTrue(answer.headers["Location"].startswith(self.origin + home + "other/"))
        for name in ("moved/", "other/"):
            self.assertEqual(self.anna.ask("DELETE", home + name).status, 204)

    def test_multiget_takes_its_own_hrefs_whole_or_short(self):
        home = self.at("/dav/calendars/anna/activities/")
        self.anna.ask("PUT", home + "m.ics", event("proxy-3", "Three"), Content_Type="text/calendar")
        for href in (home + "m.ics", self.origin + home + "m.ics"):
            answer = self.anna.ask("REPORT", home, report_body(
                "C:calendar-multiget", f"<D:prop><D:getetag/><C:calendar-data/></D:prop><D:href>{href}</D:href>"))
            self.assertIn(tag("C:calendar-data"), answer.responses[home + "m.ics"], answer.text)

    def test_addresses_for_people(self):
        profile = self.anna.ask("GET", self.at("/profiles/anna.mobileconfig"))
        self.assertEqual(profile.status, 200)
        self.assertIn(f"<string>{self.at('/dav/principals/users/anna/')}</string>", profile.text)
        self.assertIn("<string>localhost</string>", profile.text)
        self.assertIn(f"<integer>{self.proxy.port}</integer>", profile.text)
        self.assertIn("<key>CalDAVUseSSL</key><true/>", profile.text)
        made = self.anna.ask("POST", self.at("/api/v1/feeds"), '{"calendar": "activities", "detail": "everything", "label": "x"}',
                             Content_Type="application/json")
        self.assertEqual(made.status, 201, made.text)
        url = made.json["url"]
        self.assertTrue(url.startswith(self.origin + self.at("/feeds/")), url)
        self.assertEqual(self.anna.ask("GET", url, sign_in=False).status, 200)
        described = self.anna.ask("GET", self.at("/api/v1/openapi.json")).json
        self.assertEqual(described["servers"][0]["url"], self.origin + self.at("/api/v1"))
        made = self.anna.ask("POST", self.at("/api/v1/contacts"), '{"firstName": "Prue", "lastName": "Oxy"}',
                             Content_Type="application/json")
        self.assertEqual(made.status, 201, made.text)
        if made.headers["Location"]:
            self.assertEqual(self.anna.ask("GET", made.headers["Location"]).status, 200)

    def test_weakened_etags_are_own_ones(self):
        """Thunderbird sends back what it got; DAVx5 takes W/ away."""
        book = self.at("/dav/addressbooks/anna/private/")
        for app, agent in AGENTS.items():
            client = Through(self.server, "anna", self.proxy, agent)
            client.ask("PUT", book + app + ".vcf", card(app, "Ann", "Proxy", "a@proxy.example"), Content_Type="text/vcard")
            got = client.ask("GET", book + app + ".vcf", Accept_Encoding="gzip")
            etag = got.headers["ETag"]
            body = gzip.decompress(got.body) if got.headers["Content-Encoding"] == "gzip" else got.body
            self.assertIn(b"Ann", body)
            plain = etag.removeprefix("W/")
            weak = "W/" + plain
            for number, sent in enumerate((weak, etag, plain)):
                current = client.ask("GET", book + app + ".vcf").headers["ETag"].removeprefix("W/")
                sent = sent.replace(plain, current)
                changed = card(app, f"Ann{number}", "Proxy", "a@proxy.example")
                self.assertEqual(client.ask("PUT", book + app + ".vcf", changed, Content_Type="text/vcard",
                                            If_Match=sent).status, 204, sent)
            self.assertEqual(client.ask("GET", book + app + ".vcf", If_None_Match="W/" + client.ask(
                "GET", book + app + ".vcf").headers["ETag"].removeprefix("W/")).status, 304)
            self.assertEqual(client.ask("PUT", book + app + ".vcf", card(app, "X", "Y", "x@y.example"),
                                        Content_Type="text/vcard", If_Match=weak).status, 412)

    def test_large_bodies_both_ways(self):
        book = self.at("/dav/addressbooks/anna/private/")
        photo = "PHOTO;ENCODING=b;TYPE=JPEG:" + "QUJD" * 1_500_000 + "\r\n"
        self.assertEqual(self.anna.ask("PUT", book + "large.vcf", card("large", "Lar", "Ge", "l@proxy.example", photo),
                                       Content_Type="text/vcard").status, 201)
        self.assertGreater(len(self.anna.ask("GET", book + "large.vcf").body), 6_000_000)
        answer = self.anna.ask("PUT", book + "too.vcf", b"x" * 11_600_000, Content_Type="text/vcard")
        self.assertEqual(answer.status, 413)
        self.anna = Through(self.server, "anna", self.proxy)
        self.assertEqual(self.anna.ask("DELETE", book + "large.vcf").status, 204)

    def test_http2(self):
        done = subprocess.run(
            ["curl", "-sS", "--http2", "--cacert", self.proxy.folder / "chain.pem", "-u",
             f"anna:{self.server.passwords['anna']}", "-X", "PROPFIND", "-H", "Depth: 1", "-w", "\n%{http_version} "
             "%{http_code}", "--data", propfind_body("D:getetag"), self.origin + self.at("/dav/calendars/anna/")],
            capture_output=True, text=True, timeout=30)
        self.assertEqual(done.stdout.splitlines()[-1], "2 207", done.stderr)
        self.assertIn(self.at("/dav/calendars/anna/activities/"), done.stdout)

    def test_addresses_that_try_something(self):
        for path in (self.at("//evil.example/"), self.at("/dav/%2e%2e/"), self.at("/dav/calendars/anna/a%0d%0aX:1/"),
                     self.at("/dav/%22%3e%3cscript%3e/"), self.at("/dav/calendars%2fanna/")):
            answer = self.anna.ask("PROPFIND", path, propfind_body("D:getetag"), Depth="0")
            unescaped = self.strip and "%2f" in path    # nginx writes the path anew when it strips
            self.assertIn(answer.status, (207,) if unescaped else (301, 400, 404), path)
            self.assertNotIn("evil", answer.headers["Location"] or "", path)
            self.assertIsNone(answer.headers["X"])
            self.assertNotIn("<script>", answer.text)

    def test_forwarded_headers_of_clients_count_for_nothing(self):
        """nginx sets them anew, and X-Forwarded-For is believed only as far as the trusted proxy goes."""
        answer = self.anna.ask("GET", self.at("/profiles/anna.mobileconfig"), X_Forwarded_Host="evil.example",
                               X_Forwarded_Proto="http", X_Forwarded_For="192.0.2.66", X_Forwarded_Prefix="/evil")
        self.assertEqual(answer.status, 200)
        self.assertNotIn("evil", answer.text)
        self.assertIn("<key>CalDAVUseSSL</key><true/>", answer.text)

    def test_plain_http_leads_to_https(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.proxy.plain_port, timeout=10)
        connection.request("GET", self.at("/dav/"), headers={"Host": "localhost"})
        answer = connection.getresponse()
        self.assertEqual((answer.status, answer.headers["Location"]), (301, "https://localhost" + self.at("/dav/")))


class AtTheRoot(ProxyCase):
    pass


class PrefixKept(ProxyCase):
    prefix = "/crm/dav"


class PrefixStripped(ProxyCase):
    prefix, strip = "/crm/dav", True


class Unbuffered(ProxyCase):
    """Bodies arrive at their own pace, chunked ones as chunks."""
    replace = (("proxy_request_buffering on;", "proxy_request_buffering off;"),
               ("proxy_buffering on;", "proxy_buffering off;"))


class Compressing(ProxyCase):
    """nginx compresses and weakens ETags, as many admins let it."""
    replace = (("gzip off;", "gzip on; gzip_proxied any; gzip_min_length 0; gzip_types *;"),)
