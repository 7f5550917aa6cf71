"""Kills the server with SIGKILL in the middle of writing, again and again: what was acknowledged is there, `check` is clean."""
import argparse
import http.client
import random
import subprocess
import threading
import time

from harness import CRMDAV, Client, Server, event, until

HOME = "/dav/calendars/anna/activities/"


def write(server, number, round_, acknowledged):
    """Writes until the connection breaks. `acknowledged`: name → what it may hold now, None: nothing."""
    client = Client(server, "anna", f"writer {number}")
    for serial in range(100000):
        name = f"{number}-{serial % 40}.ics"
        text = event(f"{number}-{serial % 40}@crash", f"round {round_} write {serial}")
        acknowledged[name] = acknowledged.get(name, {None}) | {text}    # in doubt: each of these is right
        try:
            answer = client.ask("PUT", HOME + name, text, Content_Type="text/calendar")
        except (OSError, http.client.HTTPException):
            return
        assert answer.status in (201, 204), answer.text
        acknowledged[name] = {text}


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=50)
    rounds = options.parse_args().rounds
    server, acknowledged, random_ = Server(), {}, random.Random(7)
    try:
        for round_ in range(rounds):
            writers = [threading.Thread(target=write, args=(server, n, round_, acknowledged)) for n in range(4)]
            for writer in writers:
                writer.start()
            time.sleep(random_.uniform(0.05, 0.4))    # the moment of the crash is meant to be any
            server.process.kill()
            server.process.wait()
            for writer in writers:
                writer.join()
            server.process = subprocess.Popen([CRMDAV, "serve"], env=server.environment, stdout=server.log, stderr=server.log)
            until(server.answers, why="the server is back")
            client = Client(server, "anna", "reader")
            for name, texts in acknowledged.items():
                got = client.ask("GET", HOME + name)
                found = got.text if got.status == 200 else None
                if found not in texts:
                    raise SystemExit(f"round {round_}: {name} is not what was acknowledged: {got.status}")
                acknowledged[name] = {found}
            server.command("check")
        print(f"{rounds} kills, {len(acknowledged)} members: nothing acknowledged is lost, check is clean")
    finally:
        server.stop()


if __name__ == "__main__":
    main()
