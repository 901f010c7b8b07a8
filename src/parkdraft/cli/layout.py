"""Lines for people: labels in a column, widths as a terminal shows Korean, colour if any."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import click


def width(text: str) -> int:
    """Columns of a text on a terminal: Hangul takes two."""
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
    widths = [max(map(width, column)) for column in zip(header, *rows, strict=True)]
    lines = ["  ".join(map(padded, header, widths)).rstrip()]
    lines[0] = click.style(lines[0], bold=True)
    lines += ["  ".join(map(padded, row, widths)).rstrip() for row in rows]
    return "\n".join(lines)


def print_json(value: Any) -> None:
    """One JSON document on stdout; escaped where the console has no UTF-8."""
    import json

    encoding = (getattr(sys.stdout, "encoding", None) or "").casefold().replace("-", "")
    text = json.dumps(value, ensure_ascii=encoding != "utf8", indent=2)
    click.echo(text)


def note(text: str) -> None:
    """A message for people, on stderr."""
    click.echo(text, err=True)


def never_crash_on_output() -> None:
    """A console without some character (CP949) shows ``?`` for it instead of crashing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
