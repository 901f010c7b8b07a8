"""The database changed behind the program by single statements, with its triggers in place."""

from __future__ import annotations

import contextlib
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import centre
from centre import LEADS, colleague, looked_at, make_outbox

from parkdraft import Home
from parkdraft.outbox.ids import new_code


class Edit(NamedTuple):
    """One statement; ``known`` says that the program does the same on its own."""

    sql: str
    values: tuple[object, ...]
    table: str

    def __str__(self) -> str:
        return f"{self.sql} {tuple(str(value)[:60] for value in self.values)}"


OWN_BUSINESS = ("unplaced", "memos")
"""What the program means to do; to do it twice, or at the next occasion, harms nobody."""


def edits(connection: sqlite3.Connection, chosen: random.Random) -> Iterator[Edit]:
    """Plausible single statements over every table and column."""
    tables = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        if not name.startswith("sqlite_")
    ]
    for table in tables:
        about = connection.execute(f"PRAGMA table_info({table})").fetchall()
        columns = [str(name) for _, name, *_ in about]
        keys = [place for place, (*_, key) in enumerate(about) if key]
        this = " AND ".join(f'"{columns[place]}" = ?' for place in keys)
        marks = ", ".join("?" * len(columns))
        rows = connection.execute(f"SELECT * FROM {table}").fetchall()
        for row in rows:
            key = tuple(row[place] for place in keys)
            yield Edit(f"DELETE FROM {table} WHERE {this}", key, table)
            for place, column in enumerate(columns):
                for value in _others(row[place], {other[place] for other in rows}, chosen):
                    change = f'{table} SET "{column}" = ? WHERE {this}'
                    yield Edit(f"UPDATE {change}", (value, *key), table)
                    yield Edit(f"UPDATE OR REPLACE {change}", (value, *key), table)
                    changed = tuple(value if at == place else one for at, one in enumerate(row))
                    yield Edit(f"INSERT INTO {table} VALUES ({marks})", changed, table)
                    yield Edit(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", changed, table)
    yield from _events(connection)
    yield from _more(connection)


def _others(value: object, values: set[object], chosen: random.Random) -> list[object]:
    """Other values that might stand there: another row's, none, and a near one."""
    others = sorted(values - {value, None}, key=repr)
    found = [chosen.choice(others)] if others else []
    if value is not None:
        found.append(None)
    match value:
        case int():
            found += [value + 1, value - 1]
        case str():
            found += [f"{value}x", ""]
        case bytes():
            found.append(value.replace(b"1", b"2", 1))
        case _:
            found.append("가온타워")
    return [one for one in found if one != value]


def _events(connection: sqlite3.Connection) -> Iterator[Edit]:
    """An event that nobody may add: every kind, to every draft, by people of all sorts."""
    sql = (
        "INSERT INTO events (draft, step, at, login, verb, source, target, grounds, sha256,"
        " reason, other, undoes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    )
    drafts = connection.execute("SELECT id, state, step, sha256, moved, author FROM drafts")
    for draft, state, step, sha256, moved, author in drafts.fetchall():
        for verb, target in (
            *(("approve", "approved"), ("sent", "sent"), ("return", "returned")),
            *(("undo", "pending"), ("undo", "approved"), ("fill", "pending"), ("purge", "purged")),
            ("open", state),
        ):
            for login, grounds in (
                (author, "author"),
                ("nobody", "lead"),
                ("nobody", "doer"),
                ("nobody", "all"),
            ):
                undoes = moved if verb == "undo" else None
                reason = "현장 확인" if verb == "return" else None
                about = (draft, step + 1, "2026-11-24T01:00:00.000+00:00", login, verb, state)
                yield Edit(sql, (*about, target, grounds, sha256, reason, None, undoes), "events")


def _more(connection: sqlite3.Connection) -> Iterator[Edit]:
    """A draft like another one, and rows of tables that a draft never held."""
    rows = connection.execute("SELECT * FROM drafts").fetchall()
    marks = ", ".join("?" * len(rows[0]))
    for row in rows:
        code = new_code()
        copied = (f"{row[0][:9]}{code}", code, *row[2:])
        yield Edit(f"INSERT INTO drafts VALUES ({marks})", copied, "drafts")
        for before in (None, row[0]):
            for live in (0, 1):
                held = (row[0], 90, "0123456789abcdef", 1, live, before)
                sql = (
                    "INSERT INTO table_rows (draft, number, cells, place, live, before)"
                    " VALUES (?, ?, ?, ?, ?, ?)"
                )
                yield Edit(sql, held, "table_rows")


def tamper_records(folder: Path, most: int, seed: int) -> list[str]:
    """Run it; the edits that were neither refused nor found."""
    chosen = random.Random(seed)
    root = centre.make_home(folder / "records")
    home = colleague(root)
    make_outbox(home)
    database = home.outbox / "outbox.db"
    kept = folder / "kept"
    shutil.copytree(home.outbox, kept)
    with contextlib.closing(sqlite3.connect(database)) as connection:
        wanted = list(edits(connection, chosen))
    if most:
        wanted = chosen.sample(wanted, min(most, len(wanted)))
    wrong: list[str] = []
    counted: Counter[str] = Counter()
    for edit in wanted:
        outcome = _tried(home, database, edit, enforced=chosen.random() < 0.5)
        counted[f"{edit.table:10} {outcome}"] += 1
        if outcome == "NOT FOUND":
            wrong.append(str(edit))
        if outcome != "refused":
            shutil.rmtree(home.outbox)
            shutil.copytree(kept, home.outbox)
    for told, count in sorted(counted.items()):
        print(f"  {told}: {count}")
    return wrong


def _tried(home: Home, database: Path, edit: Edit, *, enforced: bool) -> str:
    """What became of an edit; foreign keys are ``enforced`` by who asks for it only."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute(f"PRAGMA foreign_keys = {'ON' if enforced else 'OFF'}")
        before = _everything(connection)
        try:
            with connection:
                connection.execute(edit.sql, edit.values)
        except sqlite3.Error:
            return "refused"
        if _everything(connection) == before:
            return "refused"
    if looked_at(home):
        return "found"
    if edit.table in OWN_BUSINESS:
        return "harmless"
    return "as people do" if _as_people_do(edit) else "NOT FOUND"


def _everything(connection: sqlite3.Connection) -> list[list[tuple[object, ...]]]:
    tables = ("drafts", "events", "contents", "plates", "table_rows", "unplaced", "memos")
    return [connection.execute(f"SELECT * FROM {one}").fetchall() for one in tables]


def _as_people_do(edit: Edit) -> bool:
    """Whether an added event is one that the contract allows to whom it names.

    Nobody can tell who returned something as a lead, and is none today, from a lead of then.
    """
    if not edit.sql.startswith("INSERT INTO events (draft"):
        return False
    _, _, _, login, verb, _, _, grounds, *_ = edit.values
    anybody = verb in ("sent", "open")
    return anybody or verb == "return" or (login in LEADS and grounds == "lead")
