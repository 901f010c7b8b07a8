"""What a real-looking file is, what a person reads in it, and the people that stand in most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

Entry = tuple[str, ...]
"""A row as it is kept: (site, person, title, address), or (site, partner, integration, aliases,
daily maximum); of a table of cases (row number, status), both as text."""


class Messy(NamedTuple):
    """A file, and what is to become of it.

    ``rows`` is what a person reads, in order, ``bad`` are the numbers of the rows that come back.
    ``refused`` is a problem's code, or ``*`` for any that says what to do; where ``rows`` stand
    beside it, reading them will do as well. ``unsure`` are rows of which people judge differently:
    (number, what it may be read as), or it comes back. ``said`` must stand on stderr where the
    file is read. ``details`` are (row, option, text) of a table of cases once it is drafted.
    """

    name: str
    make: Callable[[Path], Path]
    kind: Literal["contacts", "sites", "cases"] = "contacts"
    rows: tuple[Entry, ...] = ()
    bad: tuple[int, ...] = ()
    refused: str | None = None
    said: tuple[str, ...] = ()
    unsure: tuple[tuple[int, tuple[Entry, ...]], ...] = ()
    details: tuple[tuple[int, str, str], ...] = ()


HEADER = ("현장명", "담당자", "이메일", "직함")
GARAM = ("솔빛센터", "한가람", "소장", "garam@example.com")
HAJUN = ("달빛몰", "도하준", "대리", "hajun@example.com")
SEULGI = ("별하빌딩", "윤슬기", "소장", "seulgi.yun@example.co.kr")
PEOPLE = (GARAM, HAJUN, SEULGI)
"""What most lists of contacts hold; the first row stands right below the header."""


def person(entry: Entry) -> list[str]:
    """An entry in the order of ``HEADER``; 소장 is left empty, as the default."""
    site, name, title, address = entry
    return [site, name, address, "" if title == "소장" else title]


def table(people: Iterable[Entry] = PEOPLE, header: Sequence[str] = HEADER) -> list[list[str]]:
    """A plain list: header and people."""
    return [list(header), *map(person, people)]


def written(name: str, content: bytes | str, encoding: str = "utf-8") -> Callable[[Path], Path]:
    """A maker of a file with exactly these bytes."""
    data = content if isinstance(content, bytes) else content.encode(encoding)

    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data)
        return path

    return make
