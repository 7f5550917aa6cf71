"""A thousand conditional PUTs of one object at once: exactly one wins each version, all others hear 412 (D25).

With --processes each client has one of several processes on one PostgreSQL."""
import argparse
import threading

from harness import Client, Server, event
from several import Several

OBJECT = "/dav/calendars/anna/activities/contended.ics"


def text(subject):
    return event("contended", subject, "20270101T090000", "20270101T100000")


def race(clients, rounds):
    """Each round all clients PUT at once, based on the version that the last round made."""
    tag = clients[0].ask("PUT", OBJECT, text("first"), Content_Type="text/calendar").headers["ETag"]
    for round_ in range(rounds):
        answers, start = [None] * len(clients), threading.Barrier(len(clients))

        def put(n, based=tag):
            start.wait()
            answers[n] = clients[n].ask("PUT", OBJECT, text(f"round {round_} of {n}"), Content_Type="text/calendar",
                                        If_Match=based)

        threads = [threading.Thread(target=put, args=(n,)) for n in range(len(clients))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        states = [answer.status if answer else None for answer in answers]
        winners = [n for n, status in enumerate(states) if status in (200, 201, 204)]
        assert len(winners) == 1 and states.count(412) == len(states) - 1, f"round {round_}: {states}"
        tag = answers[winners[0]].headers["ETag"]
        for client in clients:
            stored = client.ask("GET", OBJECT)
            assert stored.headers["ETag"] == tag and f"round {round_} of {winners[0]}\r\n" in stored.text


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--clients", type=int, default=50)
    options.add_argument("--rounds", type=int, default=20)
    options.add_argument("--processes", type=int, default=1)
    options.add_argument("--sqlite", action="store_true", help="several processes on one file instead of PostgreSQL")
    asked = options.parse_args()
    several = Several(asked.processes, asked.sqlite) if asked.processes > 1 else None
    server = several.server if several else Server()
    try:
        processes = several.processes if several else [server]
        clients = [Client(server, "anna", f"client {n}", processes[n % len(processes)].port) for n in range(asked.clients)]
        race(clients, asked.rounds)
        print(f"{asked.rounds} versions, {asked.clients} PUTs each over {len(processes)} processes: one winner every time")
        print(server.command("check"))
    finally:
        (several or server).stop()


main()
