"""How often one plate change, and its approval, passes from file to file of the package.

Each command runs in a process of its own, in a home that is in use: contacts.yaml is in the
cache, and the outbox holds an approved draft already::

    python benchmarks/hops.py            # counts, and the types of the case that pass by
    python benchmarks/hops.py --pairs    # also between which files, most first

A hop is a call of a function that stands in another file of the package than its caller's. Code
that runs because a module is imported is not a call. A type of the case is a class of the
package that a called function returns, without those of ``LEFT_OUT``. Ends with 1 where a limit
is not kept.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import parkdraft

PACKAGE = str(Path(parkdraft.__file__).parent)
PLACE = ["--partner", "nice", "--site", "하늘타워", "--integration", "manual"]
CHANGE = ["plate-change", *PLACE, "--old-plate", "12가3456", "--new-plate", "34나5678"]
OTHER = ["plate-change", *PLACE, "--old-plate", "56다7890", "--new-plate", "78라1234"]
MOST_HOPS, MOST_TYPES = 120, 8
LEFT_OUT = {
    "cli.": "the surface: commands and their options",
    "model.": "kinds of case, fields, and what the directory says",
    "lookup.": "what the directory and the lists say of sites",
    "values.": "what a detail's text means: a plate, a date",
    "writing.message.Mailbox": "a value: a name and an address",
    "writing.mailto.MailtoLink": "a value: an address for the browser",
    "home.": "the opened home",
    "drafting.Today": "directory, lists, templates and the moment, handed on together",
    "writing.sandbox.": "the template engine",
    "outbox.box.": "the opened outbox",
    "database.sqlite.": "the storage engine",
    "outbox.facts.Event": "what was done to a draft",
    "outbox.transitions.Outcome": "the answer to a command about several drafts",
    "review.Wanted": "a draft as somebody names it",
    "errors.": "what is wrong",
    "lazy.": "a pattern that is not compiled yet",
}
"""Beginning of a type's name → why it is no type of the case."""


class Counts(NamedTuple):
    """What one command did: hops by pair of files, types by name, and what it printed."""

    hops: dict[str, int]
    types: dict[str, int]
    output: str


class Tracer:
    """Counts calls from file to file, and the package's types that come back."""

    def __init__(self) -> None:
        self.hops: Counter[tuple[str, str]] = Counter()
        self.types: Counter[str] = Counter()

    def __call__(self, frame: FrameType, event: str, returned: object) -> None:
        """See ``sys.setprofile``."""
        file = frame.f_code.co_filename
        if not file.startswith(PACKAGE) or frame.f_code.co_name == "<module>":
            return
        if event == "call":
            caller = frame.f_back
            while caller and not caller.f_code.co_filename.startswith(PACKAGE):
                caller = caller.f_back
            if caller and caller.f_code.co_name != "<module>":
                pair = (caller.f_code.co_filename, file)
                self.hops[pair] += pair[0] != pair[1]
        elif event == "return":
            for value in returned if isinstance(returned, (tuple, list)) else ():
                self._note(type(value))
            self._note(type(returned))

    def _note(self, kind: type) -> None:
        if kind.__module__.startswith("parkdraft."):
            self.types[f"{kind.__module__.removeprefix('parkdraft.')}.{kind.__name__}"] += 1


def traced(arguments: list[str]) -> None:
    """Run the command line under the tracer; counts as JSON on the last line of stderr."""
    from parkdraft.cli.main import main

    tracer = Tracer()
    sys.argv = ["parkdraft", *arguments]
    sys.setprofile(tracer)
    try:
        main()
    except SystemExit:
        pass
    finally:
        sys.setprofile(None)
    hops = {
        f"{a.removeprefix(PACKAGE)[1:]} > {b.removeprefix(PACKAGE)[1:]}": times
        for (a, b), times in tracer.hops.most_common()
        if times
    }
    print(json.dumps({"hops": hops, "types": tracer.types}), file=sys.stderr)


def measured(home: Path, *arguments: str) -> Counts:
    """The counts of one command in a process of its own."""
    environment = {
        **os.environ,
        "PARKDRAFT_USER": "lead",
        "PARKDRAFT_CACHE": f"{home}/cache",
        "PYTHONUTF8": "1",
    }
    command = [sys.executable, __file__, "--traced", "--home", str(home), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    counts = json.loads(done.stderr.splitlines()[-1])
    return Counts(counts["hops"], counts["types"], done.stdout)


def report(name: str, counts: Counts, *, pairs: bool) -> bool:
    """Print what a command did; whether the limits are kept."""
    hops = sum(counts.hops.values())
    types = [one for one in counts.types if not one.startswith(tuple(LEFT_OUT))]
    print(f"{name}: {hops} hops (at most {MOST_HOPS}), {len(types)} types (at most {MOST_TYPES})")
    print(f"  {', '.join(types)}")
    if pairs:
        for pair, times in counts.hops.items():
            print(f"{times:5} {pair}")
    return hops <= MOST_HOPS and len(types) <= MOST_TYPES


def main() -> int:
    """Measure a plate change from the command line, and its approval."""
    pairs = "--pairs" in sys.argv
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        making = [sys.executable, "-m", "parkdraft", "init", str(home)]
        subprocess.run(making, check=True, stdout=subprocess.DEVNULL)
        directory = home / "contacts.yaml"
        text = directory.read_text(encoding="utf-8")
        for old, new in (
            ("leads: []", "leads: [lead]"),
            (
                "parking-cs@example.com",
                "parking-cs@example.co.kr",
            ),  # a placeholder approves nothing
        ):
            assert old in text, old
            text = text.replace(old, new)
        directory.write_text(text, encoding="utf-8")
        before = measured(home, "draft", *OTHER, "--json")
        measured(home, "outbox", "approve", json.loads(before.output)["id"])
        drafted = measured(home, "draft", *CHANGE, "--json")
        kept = [report("plate change", drafted, pairs=pairs)]
        approved = measured(home, "outbox", "approve", json.loads(drafted.output)["id"])
        assert "승인했습니다" in approved.output
        kept.append(report("approval", approved, pairs=pairs))
    print("left out:", "; ".join(f"{name} ({why})" for name, why in LEFT_OUT.items()))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--traced"]:
        traced(sys.argv[2:])
    else:
        sys.exit(main())
