"""Lines for people: labels in a column, widths as a terminal shows Korean, problems in words.

The one place that writes to a terminal: ``echo`` lets no control character through, whatever
file, table or person it comes from.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import click

from parkdraft.errors import Problem, listed

# What makes a terminal do something else than show a character (ECMA-48): C0 but tab and
# line feed, DEL, C1, and Unicode's separators of lines and changes of direction. Bold, dim
# and plain are ours.
_CONTROLS = re.compile(
    r"(?!\x1b\[[012]m)[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f"
    r"\u2028-\u202e\u2066-\u2069\ufeff]"
)


def visible(text: str) -> str:
    """The text with control characters escaped as ``\\u001b``, as JSON does it."""
    if text.isprintable():
        return text
    return _CONTROLS.sub(lambda control: f"\\u{ord(control[0]):04x}", text)


def echo(text: str = "", *, err: bool = False, nl: bool = True) -> None:
    """A text and a line end on stdout or stderr, without control characters."""
    click.echo(visible(text), err=err, nl=nl)


@lru_cache(maxsize=4096)
def width(text: str) -> int:
    """Columns of a text on a terminal: Hangul takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def padded(text: str, columns: int) -> str:
    """The text with spaces up to a width."""
    return text + " " * max(0, columns - width(text))


def pairs(rows: Iterable[tuple[str, str | None]], columns: int = 10) -> str:
    """Lines of label and value; rows without a value are left out, further lines indented."""
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
    lines = [header, *rows]
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)][:-1]
    aligned = ["  ".join([*map(padded, cells, widths), cells[-1]]).rstrip() for cells in lines]
    aligned[0] = click.style(aligned[0], bold=True)
    return "\n".join(aligned)


def print_json(value: Any) -> None:
    """One JSON document on stdout; escaped where the console has no UTF-8."""
    import json

    encoding = (getattr(sys.stdout, "encoding", None) or "").casefold().replace("-", "")
    echo(json.dumps(value, ensure_ascii=encoding != "utf8", indent=2))


def note(text: str) -> None:
    """A message for people, on stderr."""
    echo(text, err=True)


def note_problems(problems: Iterable[Problem]) -> None:
    """What is wrong, where, and what to do next: a line each, on stderr."""
    for problem in problems:
        from parkdraft.present.problems import line

        note(line(problem))


def problems_json(problems: Iterable[Problem]) -> list[dict[str, object]]:
    """Problems as JSON."""
    from parkdraft.wording import as_data

    return [as_data(problem) for problem in problems]


def show_refusal(problems: Sequence[Problem], *, as_json: bool) -> None:
    """Print what was refused: the first hundred problems, or all as JSON."""
    if as_json:
        print_json({"problems": problems_json(problems)})
    note_problems(listed(problems))


class OneLine:
    """A line on a terminal that is overwritten and removed."""

    def __init__(self) -> None:
        self.width = 0

    def write(self, text: str) -> None:
        """Show the text where the last one stood."""
        self.clear()
        self.width = width(text)
        click.echo(text, nl=False, err=True)

    def clear(self) -> None:
        """Take the line away."""
        if self.width:
            click.echo(f"\r{' ' * self.width}\r", nl=False, err=True)
            self.width = 0


def never_crash_on_output() -> None:
    """A console without some character (CP949) shows ``?`` for it instead of crashing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
