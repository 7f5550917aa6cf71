"""Several crmdav processes on one store behind nginx, as conf/nginx-balanced.conf has it; what a bad day does to them."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from harness import Process, Server
from test_proxy import Proxy, Through

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Several:
    """`count` processes; the store is in a PostgreSQL of their own, or, for trying, a SQLite file."""

    def __init__(self, count, sqlite=False, **settings):
        self.postgresql = None
        if sqlite:
            os.environ.pop("CRMDAV_TEST_STORE", None)
        else:
            self.postgresql = tempfile.mkdtemp(prefix="crmdav-several-")
            os.chmod(self.postgresql, 0o755)
            os.environ["CRMDAV_TEST_STORE"] = self.begin_postgresql()
        self.server = Server(CRMDAV_SERVER_TRUSTEDPROXIES="loopback", CRMDAV_LOG_LEVEL="warning", **settings)
        self.processes = [self.server] + [self.server.beside() for _ in range(count - 1)]
        first, *others = [process.port for process in self.processes]
        line = "    server 127.0.0.1:{} max_fails=1 fail_timeout=1s;\n"
        folder = self.server.folder / "nginx"
        folder.mkdir()
        self.proxy = Proxy(folder, {8081: first}, shipped=ROOT / "conf/nginx-balanced.conf",
                           replace=[(line.format(8082), "".join(map(line.format, others)))])

    def begin_postgresql(self):
        return self.control("start")

    def control(self, verb, *words):
        done = subprocess.run([ROOT / "tests/postgresql/cluster", verb, self.postgresql, *words], capture_output=True,
                              text=True, timeout=120)
        if done.returncode:
            raise AssertionError(f"PostgreSQL, {verb}: {done.stdout}{done.stderr}")
        return done.stdout.strip()

    def client(self, login, agent):
        client = Through(self.server, login, self.proxy, agent)
        client.repeats = False
        return client

    def cut_sessions(self, most):
        """Ends some of the sessions that the processes have with PostgreSQL. @returns how many"""
        return len(Server.sql("SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE datname = "
                              f"'{self.server.database}' AND usename = current_user ORDER BY random() LIMIT {most}) those").split())

    def revive(self, process, seconds=60):
        """Begins it again, as often as it takes: a process that finds no database ends."""
        end = time.monotonic() + seconds
        while True:
            try:
                Process.start(process)
                return
            except AssertionError:
                if time.monotonic() > end:
                    raise
                process.process.wait()

    def stop(self):
        try:
            self.proxy.stop()
            for process in self.processes[1:]:
                process.end()
            self.server.stop()
        finally:
            if self.postgresql:
                self.control("stop")
                shutil.rmtree(self.postgresql, ignore_errors=True)
