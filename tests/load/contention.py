"""A thousand conditional PUTs of one object at once: exactly one wins each version, all others hear 412 (D25)."""
import argparse
import threading

from harness import Client, Server, event

OBJECT = "/dav/calendars/anna/activities/contended.ics"


def text(subject):
    return event("contended", subject, "20270101T090000", "20270101T100000")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--clients", type=int, default=50)
    options.add_argument("--rounds", type=int, default=20)
    asked = options.parse_args()
    server = Server()
    try:
        clients = [Client(server, "anna", f"client {n}") for n in range(asked.clients)]
        tag = clients[0].ask("PUT", OBJECT, text("first"), Content_Type="text/calendar").headers["ETag"]
        for round_ in range(asked.rounds):
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
            stored = clients[0].ask("GET", OBJECT)
            assert stored.headers["ETag"] == tag and f"round {round_} of {winners[0]}" in stored.text
        print(f"{asked.rounds} versions, {asked.clients} PUTs each: one winner every time")
        print(server.command("check"))
    finally:
        server.stop()


main()
