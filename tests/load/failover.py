"""The machine of PostgreSQL is lost while clients write, and its standby takes over: every acknowledged write is there."""
import argparse
import os
import pathlib
import subprocess
import time

from chaos import Chaos, prove
from harness import Server, until
from several import ROOT, Several

BIN = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))


class WithStandby(Several):
    """The store is in a PostgreSQL that has a synchronous standby; the processes know the addresses of both."""

    def begin_postgresql(self):
        first = super().begin_postgresql()
        self.primary = pathlib.Path(self.postgresql, "place").read_text().strip()
        self.standby = self.primary + "-standby"
        socket = ["-h", self.primary, "-U", "postgres"]
        self.as_postgres("pg_basebackup", *socket, "-D", self.standby, "-R", "-X", "stream", "-c", "fast")
        with open(self.standby + "/postgresql.conf", "a") as settings:
            settings.write(f"unix_socket_directories = '{self.standby}'\n")
        self.as_postgres("pg_ctl", "-D", self.standby, "-s", "-w", "-l", self.standby + "/log", "start")
        for setting in ("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()"):
            self.as_postgres("psql", *socket, "-qAt", "-c", setting)
        until(lambda: "sync" in self.as_postgres("psql", *socket, "-qAtc", "SELECT sync_state FROM pg_stat_replication"),
              why="the standby follows")
        return first.replace(self.primary, self.primary + "," + self.standby) + "&target_session_attrs=read-write"

    def as_postgres(self, program, *words):
        user = [] if os.getuid() else ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        done = subprocess.run(user + [BIN / program, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=120, cwd="/")
        if done.returncode:
            raise AssertionError(f"{program}: {done.stdout}")
        return done.stdout

    def lose(self):
        self.as_postgres("pg_ctl", "-D", self.primary + "/data", "-s", "-m", "immediate", "stop")
        self.as_postgres("pg_ctl", "-D", self.standby, "-s", "-w", "promote")
        # It has no standby of its own yet, and must not wait for one.
        for setting in ("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()"):
            self.as_postgres("psql", "-h", self.standby, "-U", "postgres", "-qAt", "-c", setting)

    def stop(self):
        try:
            super().stop()
        finally:
            self.as_postgres("pg_ctl", "-D", self.standby, "-s", "-m", "immediate", "stop")
            subprocess.run(["rm", "-rf", self.standby], check=True)


class Failover(Chaos):
    def evils(self):
        return [self.lose_the_primary]

    def lose_the_primary(self):
        time.sleep(self.seconds / 2)
        before = self.counts["acknowledged"]
        self.several.lose()
        until(lambda: self.counts["acknowledged"] > before + 100, why="clients write again")
        self.count("primary lost")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=20)
    options.add_argument("--clients", type=int, default=16)
    asked = options.parse_args()
    several = WithStandby(2, CRMDAV_SERVER_THREADS="200")
    prove(several, Failover(several, asked.seconds, 0), asked.clients)


if __name__ == "__main__":
    main()
