"""All errors of the library, as one small tree.

    ParkdraftError              base: carries every problem found, never only the first
    ├── DetailsError            a case's details: missing, malformed, contradictory
    ├── RouteError              no row of the process answers, or not for this site
    ├── DirectoryError          contacts.yaml, sites.csv, a month's list
    ├── TemplateError           a template is missing or does not render
    ├── TableError              a CSV or XLSX that people brought
    ├── DraftError              a written draft does not read back as what was meant
    ├── OutboxError             a draft may not be moved like this, or is not what its record says
    ├── TeamError               a login, a session or an invitation is no good
    └── StorageError            the file system refused

The library raises these and prints nothing. A problem is a code with data; its Korean words are
in ``wording``, and only commands and pages show them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from parkdraft.codes import Code


class Problem(NamedTuple):
    """One thing that is wrong: what (``code``, with ``data`` for its wording) and where.

    ``field`` is an option's name without dashes (``"new-plate"``) or a place in a file;
    ``row`` a row of a table as Excel counts, or a line of a file. ``data`` never holds a
    customer's name, phone or plate: problems are logged and shown on stderr.
    """

    code: Code
    field: str | None = None
    row: int | None = None
    data: Mapping[str, object] = MappingProxyType({})

    def __reduce__(self) -> tuple[type[Problem], tuple[object, ...]]:
        return Problem, (self.code, self.field, self.row, dict(self.data))

    def at(self, field: str | None = None, row: int | None = None) -> Problem:
        """The same problem with its place filled in where it had none."""
        return self._replace(
            field=self.field if field is None else field,
            row=self.row if row is None else row,
        )


class ParkdraftError(Exception):
    """Base of all errors; ``problems`` has everything that is wrong, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(", ".join(problem.code for problem in self.problems))


class DetailsError(ParkdraftError):
    """The details of a case are missing, malformed or contradict each other."""


class RouteError(ParkdraftError):
    """No row of the process answers this question."""


class DirectoryError(ParkdraftError):
    """The directory (``contacts.yaml``, ``sites.csv``, a month's list) is not sound."""


class TemplateError(ParkdraftError):
    """A template is missing, or does not render with the values it was given."""


class TableError(ParkdraftError):
    """A table that somebody brought cannot be read, or holds bad cells."""


class DraftError(ParkdraftError):
    """A draft cannot be written safely, or does not read back as it was meant."""


class OutboxError(ParkdraftError):
    """A draft may not be moved like this, is not there, or is not what was recorded."""


class TeamError(ParkdraftError):
    """A login, a session, an invitation or a pass phrase is no good."""


class StorageError(ParkdraftError):
    """The file system refused: read-only, full, or held open by another program."""


def problem(code: Code, **data: object) -> Problem:
    """Shorthand for a problem whose place is not known yet."""
    return Problem(code, data=data)


LISTED = 100


def listed(problems: Sequence[Problem]) -> Sequence[Problem]:
    """What people are shown of many problems: the first hundred, and how many more there are."""
    more = len(problems) - LISTED
    if more <= 0:
        return problems
    return (*problems[:LISTED], problem("problems.more", count=more))
