"""The Korean words of every problem; they stand in the ``.toml`` files beside this one.

One file for each package. ``says`` is what is wrong, ``hint`` what to do next, ``page`` the hint
for the page where it differs. ``{name}`` is filled from ``Problem.data``; ``{name:은/는}`` adds the
right particle. ``{field:new-plate}`` is the option on the command line, and the label of the box
on the page. No text repeats a customer's name, phone or plate.

Imported only when a problem is shown, which keeps the start-up short.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from parkdraft.cache import remembered
from parkdraft.errors import Problem
from parkdraft.model.cases import FIELDS

if TYPE_CHECKING:
    from parkdraft.codes import Code


def _load() -> dict[Code, tuple[str, str, str]]:
    """All files as one table, remembered: reading TOML takes a fifth of a whole draft."""
    files = sorted(Path(__file__).parent.glob("*.toml"))
    content = b"\n".join(path.read_bytes() for path in files)

    def read() -> dict[str, tuple[str, str, str]]:
        import tomllib

        table = tomllib.loads(content.decode("utf-8"))
        return {
            code: (entry["says"], entry["hint"], entry.get("page", entry["hint"]))
            for code, entry in table.items()
        }

    words: dict[Code, tuple[str, str, str]] = remembered("wording", content, read)
    return words


WORDS = _load()
"""Code → (what is wrong, what to do next, what to do next on the page)."""
_TICKED = {
    "plate-confirmed": "번호판 모양을 확인했습니다",
    "site-confirmed": "현장확인",
    "masked": "주민등록번호·주소·얼굴을 가렸습니다",
}
"""Option → label of its tick box on the page."""
_PRESSED = {"replaces": "고쳐 쓰기"}
"""Option → label of its button on the page."""
_LONGEST = 500


class _Word:
    """A value that takes a particle where its placeholder asks for one: ``{site:은/는}``.

    A long value is cut: a key or name may be as long as its file.
    """

    def __init__(self, value: object) -> None:
        long = isinstance(value, str) and len(value) > _LONGEST
        self.value = f"{str(value)[:_LONGEST]}…" if long else value

    def __format__(self, spec: str) -> str:
        from parkdraft.values.particles import particle

        if "/" in spec or spec == "(으)로":
            return particle(str(self.value), spec)
        return format(self.value, spec) if spec else str(self.value)


class _Option:
    """``{field:new-plate}`` on the command line: ``--new-plate``."""

    def __format__(self, name: str) -> str:
        return f"'{_TICKED[name]}'(--{name})" if name in _TICKED else f"--{name}"


class _Box:
    """``{field:new-plate}`` on the page: ``변경차량번호``."""

    def __format__(self, name: str) -> str:
        words = _TICKED.get(name) or _PRESSED.get(name)
        return f"'{words}'" if words else FIELDS[name].label


class _Column:
    """``{field:new-plate}`` of a table's row: ``'변경차량번호'``, the heading of its column."""

    def __format__(self, name: str) -> str:
        return f"'{FIELDS[name].label}'" if name in FIELDS else f"--{name}"


def message(problem: Problem, *, on_page: bool = False) -> str:
    """What is wrong, as one Korean sentence."""
    return fill(WORDS[problem.code][0], problem, on_page=on_page)


def hint(problem: Problem, *, on_page: bool = False) -> str:
    """What to do next, as one Korean sentence; empty where the message says it all."""
    _, elsewhere, there = WORDS[problem.code]
    return fill(there if on_page else elsewhere, problem, on_page=on_page)


def sentences(problem: Problem, *, on_page: bool = False) -> str:
    """What is wrong, and what to do next."""
    words = (message(problem, on_page=on_page), hint(problem, on_page=on_page))
    return " ".join(filter(None, words))


def as_data(problem: Problem) -> dict[str, object]:
    """A problem as JSON: ``{"code", "field", "row", "message", "hint"}``."""
    return {
        "code": problem.code,
        "field": problem.field,
        "row": problem.row,
        "message": message(problem),
        "hint": hint(problem) or None,
    }


def fill(words: str, problem: Problem, *, on_page: bool) -> str:
    """Words with their placeholders filled: options, boxes, or of a row its columns."""
    elsewhere = _Option() if problem.row is None else _Column()
    data = {name: _Word(value) for name, value in problem.data.items()}
    return words.format(**data, field=_Box() if on_page else elsewhere)
