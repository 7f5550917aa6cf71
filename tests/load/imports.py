"""A calendar and an address book of 100 MB go in, twice and once more in UTF-16, in little memory (D72); then the
server starts with a full store.

Memory is what can't be given back (Anonymous of the process): the file itself is mapped, and its pages come and go."""
import argparse
import subprocess
import time

from harness import CRMDAV, Client, Server
from memory import Watch

ZONE = ("BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\n"
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n"
        "BEGIN:DAYLIGHT\r\nDTSTART:19700329T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nTZOFFSETFROM:+0100\r\n"
        "TZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n")


def folded(name, size):
    """A property of about `size` bytes in lines of 75."""
    return name + ":" + "\r\n ".join(["Lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusm" for _ in
                                       range(size // 72)]) + "\r\n"


def calendar(objects, size):
    yield "\ufeffBEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//tests//EN\r\n" + ZONE
    note = folded("DESCRIPTION", size)
    for n in range(objects):
        day = f"2026{n % 12 + 1:02}{n % 28 + 1:02}"
        head = f"BEGIN:VEVENT\r\nUID:import-{n}\r\nDTSTAMP:20260101T000000Z\r\n"
        rule = "RRULE:FREQ=WEEKLY;COUNT=20\r\n" if n % 10 == 0 else ""
        yield (f"{head}DTSTART;TZID=Europe/Berlin:{day}T{n % 24:02}0000\r\nDURATION:PT1H\r\n{rule}"
               f"SUMMARY:Imported {n}\r\n{note}END:VEVENT\r\n")
    for n in range(0, objects, 10):    # the exceptions stand far from their series
        day = f"2026{n % 12 + 1:02}{n % 28 + 1:02}T{n % 24:02}0000"
        yield (f"BEGIN:VEVENT\r\nUID:import-{n}\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID;TZID=Europe/Berlin:{day}\r\n"
               f"DTSTART;TZID=Europe/Berlin:{day}\r\nDURATION:PT2H\r\nSUMMARY:Moved {n}\r\nEND:VEVENT\r\n")
    yield "END:VCALENDAR\r\n"


def cards(objects, size):
    note = folded("NOTE", size)
    for n in range(objects):
        yield (f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:import-card-{n}\r\nFN:Erika Muster {n}\r\nN:Muster {n};Erika;;;\r\n"
               f"EMAIL;TYPE=WORK:erika{n}@example.com\r\nTEL;TYPE=CELL:+49 170 {n:07}\r\n{note}END:VCARD\r\n")


def bring_in(server, file, options, faults, wanted):
    before = time.monotonic()
    process = subprocess.Popen([CRMDAV, "import", "anna", str(file)], env=server.environment, stdout=subprocess.PIPE,
                               text=True)
    watch = Watch(process.pid, "Anonymous")
    said = process.communicate(timeout=1800)[0].splitlines()
    watch.ends = True
    watch.join()
    print(f"{file.name} of {file.stat().st_size / 1e6:.0f} MB: {time.monotonic() - before:.1f} s, "
          f"{watch.highest:.1f} MB (< {options.most}); {said[0].split(': ', 1)[1]}", flush=True)
    if wanted not in said[0] or not said[0].endswith(" 0 left out"):
        faults.append(f"{file.name}: {said[:3]}, not {wanted}")
    if watch.highest >= options.most:
        faults.append(f"{file.name}: {watch.highest:.1f} MB")


def start_up(server, faults):
    """From the start of the process to the answer of a request."""
    server.process.terminate()
    server.process.wait(30)
    began = time.monotonic()
    server.process = subprocess.Popen([CRMDAV, "serve"], env=server.environment, stdout=server.log, stderr=server.log)
    while True:
        try:
            answer = Client(server, "anna", "start").propfind("/dav/calendars/anna/activities/", 0, "D:sync-token")
            break
        except ConnectionRefusedError:
            time.sleep(0.002)
    took = time.monotonic() - began
    if answer.status != 207:
        faults.append(f"after the start: {answer.status}")
    print(f"start with a full store: {took * 1000:.0f} ms", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=100, help="of each file")
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--cards", type=int, default=25_000)
    parser.add_argument("--most", type=int, default=100, help="MB of memory allowed")
    options = parser.parse_args()
    server, faults = Server(), []
    try:
        for make, name, objects in ((calendar, "all.ics", options.events), (cards, "all.vcf", options.cards)):
            file = server.folder / name
            with open(file, "w", newline="") as out:
                out.writelines(make(objects, int(options.megabytes * 1e6 / objects)))
            bring_in(server, file, options, faults, f"{objects} new")
            again = f"0 new, 0 changed, {objects} as before"
            bring_in(server, file, options, faults, again)
            in_utf16 = server.folder / f"utf16-{name}"
            with open(in_utf16, "w", newline="", encoding="utf-16-le") as out:
                out.writelines(make(objects, int(options.megabytes * 1e6 / objects)))
            bring_in(server, in_utf16, options, faults, again)
            in_utf16.unlink()
        start_up(server, faults)
        print("check:", server.command("check").strip())
    finally:
        server.stop()
    for fault in faults[:20]:
        print("FAULT", fault)
    print(f"{len(faults)} faults")
    raise SystemExit(1 if faults else 0)


if __name__ == "__main__":
    main()
