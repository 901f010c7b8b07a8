"""The Korean words of every problem; they stand in the ``.toml`` files beside this one.

One file for each room of the program. ``says`` is what is wrong, ``hint`` what to do next.
``{name}`` is filled from ``Problem.data``; ``{name:은/는}`` adds the particle that fits. No
wording repeats a customer's name, phone or plate.

Imported only when something is to be said: start-up time is a feature.
"""

from __future__ import annotations

from pathlib import Path

from parkdraft.cache import remembered
from parkdraft.errors import Problem


def _load() -> dict[str, tuple[str, str]]:
    """All files as one table, remembered: reading TOML takes a fifth of a whole draft."""
    files = sorted(Path(__file__).parent.glob("*.toml"))
    content = b"\n".join(path.read_bytes() for path in files)

    def read() -> dict[str, tuple[str, str]]:
        import tomllib

        table = tomllib.loads(content.decode("utf-8"))
        return {code: (entry["says"], entry["hint"]) for code, entry in table.items()}

    words: dict[str, tuple[str, str]] = remembered("wording", content, read)
    return words


WORDS = _load()
"""Code → (what is wrong, what to do next)."""


_LONGEST = 500


class _Word:
    """A value that takes a particle where its placeholder asks for one: ``{site:은/는}``.

    A key or a name may be as long as its file; of such a one the beginning is enough.
    """

    def __init__(self, value: object) -> None:
        long = isinstance(value, str) and len(value) > _LONGEST
        self.value = f"{str(value)[:_LONGEST]}…" if long else value

    def __format__(self, spec: str) -> str:
        from parkdraft.values.particles import particle

        if "/" in spec or spec == "(으)로":
            return particle(str(self.value), spec)
        return format(self.value, spec) if spec else str(self.value)


def message(problem: Problem) -> str:
    """What is wrong, as one Korean sentence."""
    return _filled(problem, 0)


def hint(problem: Problem) -> str:
    """What to do next, as one Korean sentence; empty where the message says it all."""
    return _filled(problem, 1)


def as_data(problem: Problem) -> dict[str, object]:
    """A problem as JSON: ``{"code", "field", "row", "message", "hint"}``."""
    return {
        "code": problem.code,
        "field": problem.field,
        "row": problem.row,
        "message": message(problem),
        "hint": hint(problem) or None,
    }


def _filled(problem: Problem, part: int) -> str:
    words = {name: _Word(value) for name, value in problem.data.items()}
    return WORDS[problem.code][part].format(**words)
