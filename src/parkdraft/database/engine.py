"""What a database can do for those that keep something in it: SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

Statement = tuple[str, Sequence[Sequence[object]]]
"""SQL that changes something, and the rows of values that it is run for."""


class Engine(Protocol):
    """A connection; used by one thread at a time, closed when done with.

    SQL is written once, with ``?`` for values. Every method raises StorageError where the
    database refuses, and OutboxError with the code that a trigger of the schema names.
    """

    @property
    def is_there(self) -> bool:
        """False where there is no database, and none was to be made: nothing can be written."""

    def close(self) -> None:
        """Let go of the connection."""

    def all(self, sql: str, *values: object) -> list[Any]:
        """The rows of a question."""

    def each(self, sql: str, *values: object) -> Iterator[Any]:
        """The rows of a question, one after the other, however many."""

    def run(self, sql: str, *values: object) -> None:
        """One statement, inside ``change``."""

    def many(self, *statements: Statement) -> None:
        """Statements in their order, each for all its rows of values; inside ``change``."""

    def change(self, *, durable: bool = True) -> AbstractContextManager[None]:
        """Everything inside happens, or nothing; nobody else changes anything meanwhile.

        It is on the disk when this returns; what is not ``durable`` may be lost with the power,
        and is done again by the next one.
        """

    def backup(self, path: Path) -> None:
        """A copy as it is at one moment, while others write; ``path`` is a name of nobody."""

    def scrub(self) -> bool:
        """Leave nothing of what was deleted; False: not yet, whoever comes next tries again."""
