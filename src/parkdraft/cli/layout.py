"""Lines for people: labels in a column, widths as a terminal shows Korean, colour if any."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import click

from parkdraft.patterns import lazy

_SYLLABLES = lazy("[가-힣]+")


def width(text: str) -> int:
    """Columns of a text on a terminal: Hangul takes two."""
    narrow = text if text.isascii() else _SYLLABLES.sub("", text)
    if narrow.isascii():  # nearly every text, and many times faster
        return 2 * len(text) - len(narrow)
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def padded(text: str, columns: int) -> str:
    """The text with spaces up to a width."""
    return text + " " * max(0, columns - width(text))


def pairs(rows: Iterable[tuple[str, str | None]], columns: int = 10) -> str:
    """Lines of label and value; what has no value is left out, further lines are indented."""
    lines = []
    for label, value in rows:
        if not value:
            continue
        first, *rest = value.splitlines()
        lines.append(click.style(padded(label, columns), dim=True) + first)
        lines += [" " * columns + line for line in rest]
    return "\n".join(lines)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Aligned columns under a header."""
    *columns, last = zip(header, *rows, strict=True)
    lines = ["  ".join(cells).rstrip() for cells in zip(*map(_aligned, columns), last, strict=True)]
    lines[0] = click.style(lines[0], bold=True)
    return "\n".join(lines)


def _aligned(cells: Sequence[str]) -> list[str]:
    """A column's cells, all as wide as the widest; what stands there often is measured once."""
    widths = {cell: width(cell) for cell in set(cells)}
    most = max(widths.values())
    aligned = {cell: cell + " " * (most - columns) for cell, columns in widths.items()}
    return [aligned[cell] for cell in cells]


def print_json(value: Any) -> None:
    """One JSON document on stdout; escaped where the console has no UTF-8."""
    import json

    click.echo(json.dumps(value, ensure_ascii=_escaped(), indent=2))


def print_json_list(values: Iterable[Any]) -> None:
    """The same for a list of any length, a line for each of its values."""
    import json

    start = "["
    for value in values:
        click.echo(f"{start}\n{json.dumps(value, ensure_ascii=_escaped())}", nl=False)
        start = ","
    click.echo("\n]" if start == "," else "[]")


def _escaped() -> bool:
    encoding = (getattr(sys.stdout, "encoding", None) or "").casefold().replace("-", "")
    return encoding != "utf8"


def note(text: str) -> None:
    """A message for people, on stderr."""
    click.echo(text, err=True)


def never_crash_on_output() -> None:
    """A console without some character (CP949) shows ``?`` for it instead of crashing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
