"""Just enough of the Marionette protocol to run chrome scripts in a headless Thunderbird."""
import json
import os
import pathlib
import signal
import socket
import subprocess

from harness import free_port, until

PREFERENCES = {
    "app.update.enabled": False, "app.donation.eoy.version.viewed": 999, "datareporting.policy.dataSubmissionEnabled": False,
    "datareporting.healthreport.uploadEnabled": False, "toolkit.telemetry.enabled": False,
    "mail.rights.version": 1, "mail.shell.checkDefaultClient": False, "mailnews.start_page.enabled": False,
    "mail.provider.suppress_dialog_on_startup": True, "mail.spotlight.firstRunDone": True,
    "network.captive-portal-service.enabled": False, "network.connectivity-service.enabled": False,
    "calendar.timezone.local": "Europe/Berlin", "calendar.timezone.useSystemTimezone": False,
    "browser.aboutConfig.showWarning": False, "signon.rememberSignons": True, "intl.accept_languages": "en-GB",
}


class Thunderbird:
    def __init__(self, folder, headless=True, environment=None):
        profile = pathlib.Path(folder) / "profile"
        profile.mkdir()
        self.port = free_port()
        preferences = dict(PREFERENCES, **{"marionette.port": self.port})
        (profile / "user.js").write_text("".join(f"user_pref({json.dumps(k)}, {json.dumps(v)});\n"
                                                 for k, v in preferences.items()))
        words = ["thunderbird", "--marionette", "--remote-allow-system-access", "--no-remote", "--profile", str(profile)]
        self.log = open(pathlib.Path(folder) / "thunderbird.log", "wb")
        self.process = subprocess.Popen(words + (["--headless"] if headless else []), stdout=self.log, stderr=self.log,
                                        start_new_session=True,
                                        env=dict(os.environ, HOME=str(folder), **(environment or {})))
        self.socket = until(self.connected, 60, "Thunderbird listens")
        self.buffer, self.serial = b"", 0
        self.receive()    # its greeting
        self.send("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {"timeouts": {"script": 90000}}}})
        self.send("Marionette:SetContext", {"value": "chrome"})

    def connected(self):
        try:
            return socket.create_connection(("127.0.0.1", self.port), 1)
        except OSError:
            assert self.process.poll() is None, "Thunderbird ended"
            return None

    def receive(self):
        self.socket.settimeout(120)
        while b":" not in self.buffer:
            self.buffer += self.socket.recv(65536)
        length, _, rest = self.buffer.partition(b":")
        while len(rest) < int(length):
            rest += self.socket.recv(65536)
        self.buffer = rest[int(length):]
        return json.loads(rest[:int(length)])

    def send(self, command, parameters):
        self.serial += 1
        message = json.dumps([0, self.serial, command, parameters]).encode()
        self.socket.sendall(str(len(message)).encode() + b":" + message)
        _, _, error, value = self.receive()
        if error:
            raise AssertionError(f"{error['error']}: {error['message']}\n{error.get('stacktrace', '')}")
        return value

    def script(self, body, *arguments):
        """Runs the body of an async function in the chrome context; `args` are its arguments."""
        wrapped = ("const [done] = [arguments[arguments.length - 1]]; const args = Array.from(arguments).slice(0, -1);"
                   "(async () => {" + body + "})().then(v => done({value: v ?? null}),"
                   " e => done({error: String(e) + '\\n' + (e && e.stack)}));")
        value = self.send("WebDriver:ExecuteAsyncScript", {"script": wrapped, "args": list(arguments)})["value"]
        if "error" in value:
            raise AssertionError(value["error"])
        return value["value"]

    def stop(self):
        self.socket.close()
        os.killpg(self.process.pid, signal.SIGTERM)    # the command is a script around the program
        self.process.wait(20)
        self.log.close()
