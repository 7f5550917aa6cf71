"""A thousand connections rest, and a new client is answered at once; what they cost in memory, threads and descriptors."""
import argparse
import os
import pathlib
import resource
import socket
import time

from harness import Client, Server, until
from memory import Watch


def rest(server, number):
    """A connection that has been answered once and stays."""
    connection = socket.create_connection(("127.0.0.1", server.port))
    connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
    assert connection.recv(4096).startswith(b"HTTP/1.1 200"), number
    return connection


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--connections", type=int, default=1000)
    options.add_argument("--milliseconds", type=float, default=50, help="allowed for the new client's request")
    options.add_argument("--kilobytes", type=float, default=40, help="PSS allowed for each connection")
    chosen = options.parse_args()
    wanted = chosen.connections + 200
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(wanted, resource.getrlimit(resource.RLIMIT_NOFILE)[0]),
                                                resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    server = Server(CRMDAV_LIMITS_CONNECTIONSPERADDRESS="20000", CRMDAV_LIMITS_IDLESECONDS="120")
    try:
        watch, process = Watch(server.process.pid), pathlib.Path(f"/proc/{server.process.pid}")
        before = watch.now()
        resting = [rest(server, number) for number in range(chosen.connections)]
        slowest = 0.0
        for _ in range(50):    # each a new connection
            client = Client(server, "anna", "new")
            began = time.monotonic()
            assert client.propfind("/dav/", 0, "D:current-user-principal").status == 207
            slowest = max(slowest, (time.monotonic() - began) * 1000)
            client.connection.close()
        each = (watch.now() - before) * 1024 / chosen.connections
        print(f"{chosen.connections} resting: {watch.now():.1f} MB, {each:.1f} KB each, "
              f"{len(os.listdir(process / 'task'))} threads, {len(os.listdir(process / 'fd'))} descriptors; "
              f"slowest new client {slowest:.1f} ms")
        for connection in resting:
            connection.close()
        until(lambda: len(os.listdir(process / "fd")) < 50, why="descriptors are closed")
        raise SystemExit(1 if slowest > chosen.milliseconds or each > chosen.kilobytes else 0)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
