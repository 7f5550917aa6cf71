#!/usr/bin/env python3
"""Writes the sources into a folder with every change of changes_*.py beside what it replaces, asleep until the environment
variable MUT has its number: one build serves them all. Alone: tests/mutants/switch.py FOLDER, which builds nothing.

A changes_*.py names the test SUITES that should notice its CHANGES: for a file in bridge/ a list of
    (context, instead)          what stands between ⟦ and ⟧ in the context – an expression, or statements up to a semicolon –
                                is replaced; blanks and line breaks are alike, and the context stands once in the file
    (context, instead, "open")  no test notices it so far
    (context, instead, reason)  nothing could notice it, for that reason: it is left out
A place may be within another, or the same."""
import dataclasses
import itertools
import pathlib
import re
import shutil
import subprocess
import sys

import changes_engine_runs
import changes_engine_writes
import changes_rules

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
OPEN = "open"
HEADER = """#pragma once
#include <cstdlib>

inline bool mut(int number) {
    static const int chosen = [] {
        const char* text = std::getenv("MUT");
        return text ? std::atoi(text) : 0;
    }();
    return number == chosen;
}
"""


@dataclasses.dataclass
class Change:
    number: int
    suites: list
    file: str
    context: str
    instead: str
    note: str = ""
    places: list = dataclasses.field(default_factory=list)    # where it is in the file: one, if it can be made

    def is_left_out(self):
        return self.note not in ("", OPEN)

    def is_made(self):
        return len(self.places) == 1 and not self.is_left_out()

    def find(self, source):
        def loosely(text):
            return "".join(r"\s+" if part.isspace() else re.escape(part) for part in re.split(r"(\s+)", text))
        before, place, after = map(loosely, re.split("[⟦⟧]", self.context))
        self.places = [found.span(1) for found in re.finditer(f"{before}({place}){after}", source)]

    def marks(self, source):
        """(position, …, text) of what goes before and behind its place, to be sorted: outer ones open first and close last."""
        (start, end), = self.places
        if source[:end].endswith(";"):
            opening, closing = f"{{ if (mut({self.number})) {{ {self.instead} }} else {{ ", " } }"
        else:
            opening, closing = f"(mut({self.number}) ? ({self.instead}) : (", "))"
        return [(start, 1, -end, self.number, opening), (end, 0, -start, -self.number, closing)]

    def __str__(self):
        return f"{self.number:4} {self.file}: {self.context} -> {self.instead or 'nothing'}"


def all_changes():
    """In the order of their numbers, which begin with 1."""
    numbers = itertools.count(1)
    return [Change(next(numbers), module.SUITES, file, *change)
            for module in (changes_rules, changes_engine_runs, changes_engine_writes)
            for file, changes in module.CHANGES.items() for change in changes]


def switched(source, changes):
    """The text of a file with all its changes; they learn where they are."""
    for change in changes:
        change.find(source)
    made = [change for change in changes if change.is_made()]
    for one, other in itertools.permutations(made, 2):
        if one.places[0][0] < other.places[0][0] < one.places[0][1] < other.places[0][1]:
            sys.exit(f"These overlap:\n{one}\n{other}")
    text, at = "", 0
    for position, *_, mark in sorted(mark for change in made for mark in change.marks(source)):
        text += source[at:position] + mark
        at = position
    return re.sub(r"\A(#pragma once\n)?", r'\1#include "bridge/mutant.h"\n', text + source[at:], count=1)


def put(path, content):
    """What stays the same isn't compiled again."""
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def write(folder, changes):
    """All files that git has or would take, and nothing else but folder/build."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout.decode().split("\0")
    names = {name for name in listed if name and (ROOT / name).exists()}
    for name in names:
        content = (ROOT / name).read_bytes()
        here = [change for change in changes if "bridge/" + change.file == name]
        put(folder / name, switched(content.decode(), here).encode() if here else content)
        shutil.copymode(ROOT / name, folder / name)
    put(folder / "bridge/mutant.h", HEADER.encode())
    for path in folder.rglob("*"):
        name = str(path.relative_to(folder))
        if path.is_file() and name not in names | {"bridge/mutant.h"} and not name.startswith("build/"):
            path.unlink()
    for change in changes:
        if len(change.places) != 1:
            print(f"found {len(change.places)} times, not once: {change}")


if __name__ == "__main__":
    found = all_changes()
    write(pathlib.Path(sys.argv[1]), found)
    print(f"{sum(change.is_made() for change in found)} of {len(found)} changes made, "
          f"{sum(change.is_left_out() for change in found)} left out, {sum(len(change.places) != 1 for change in found)} not found")
