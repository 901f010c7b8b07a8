"""How often one plate change, and one approval, passes from file to file of the package.

Each command runs cold in a process of its own, with everything imported and every cache empty::

    python benchmarks/hops.py            # counts, and the types that pass by
    python benchmarks/hops.py --pairs    # also between which files, most first

A hop is a call of a function that stands in another file of the package than its caller's. Code
that runs because a module is imported is not a call. The types are the package's classes that
the called functions return for a case: what belongs to the directory (which is read from the
cache), to the engine or to the command line is listed apart.
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

import parkdraft

PACKAGE = str(Path(parkdraft.__file__).parent)
ROOT = Path(__file__).parents[1]
CASE = ["plate-change", "--partner", "nice", "--site", "하늘타워", "--integration", "manual"]
CHANGE = ["draft", *CASE, "--old-plate", "12가3456", "--new-plate", "34나5678"]


class Tracer:
    """Counts calls from file to file, and the package's types that come back."""

    def __init__(self) -> None:
        self.hops: Counter[tuple[str, str]] = Counter()
        self.types: Counter[str] = Counter()

    def __call__(self, frame: FrameType, event: str, arg: object) -> None:
        """See ``sys.setprofile``."""
        file = frame.f_code.co_filename
        if not file.startswith(PACKAGE) or frame.f_code.co_name == "<module>":
            return
        if event == "call":
            caller = frame.f_back
            while caller and not caller.f_code.co_filename.startswith(PACKAGE):
                caller = caller.f_back
            if (
                caller
                and caller.f_code.co_filename != file
                and (not os.environ.get("NOMOD") or caller.f_code.co_name != "<module>")
            ):
                self.hops[caller.f_code.co_filename, file] += 1
        elif event == "return":
            for one in arg if type(arg) in (tuple, list) else (arg,):  # type: ignore[attr-defined]
                kind = type(one)
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
    short = {
        f"{a.removeprefix(PACKAGE)[1:]} > {b.removeprefix(PACKAGE)[1:]}": times
        for (a, b), times in tracer.hops.most_common()
    }
    print(json.dumps({"hops": short, "types": tracer.types}), file=sys.stderr)


def measured(home: Path, *arguments: str) -> dict[str, dict[str, int]]:
    """The counts of one command in a process of its own."""
    environment = {**os.environ, "PARKDRAFT_USER": "lead", "XDG_CACHE_HOME": str(home / "cache")}
    command = [sys.executable, __file__, "--traced", "--home", str(home), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    counts: dict[str, dict[str, int]] = json.loads(done.stderr.splitlines()[-1])
    return {**counts, "out": done.stdout}  # type: ignore[dict-item]


def main() -> None:
    """Measure a plate change from the command line, and its approval."""
    pairs = "--pairs" in sys.argv
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        subprocess.run([sys.executable, "-m", "parkdraft", "init", str(home)], check=True)
        directory = home / "contacts.yaml"
        text = directory.read_text(encoding="utf-8").replace("leads: []", "leads: [lead]")
        directory.write_text(text, encoding="utf-8")
        measured(home, "route", *CHANGE[1:])  # fills the cache of contacts.yaml
        for name, arguments in (("plate change", [*CHANGE, "--json"]),):
            counts = measured(home, *arguments)
            print(name, sum(counts["hops"].values()), len(counts["types"]))
            print(counts["types"])
            if pairs:
                for pair, times in counts["hops"].items():
                    print(f"{times:5} {pair}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--traced"]:
        traced(sys.argv[2:])
    else:
        main()
