"""All that accounts, sessions, attempts and records ask of the database; no SQL stands elsewhere.

What changes something is called inside ``Engine.change``. Moments are texts of ``stamp``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from parkdraft.database.engine import Engine
from parkdraft.outbox.facts import stamp


class Session(NamedTuple):
    """A browser that is logged in; ``name`` is what lists and histories call it, no secret.

    ``seen``: when somebody last did something; ``proven``: when the phrase was last typed.
    """

    name: str
    login: str
    address: str
    browser: str
    began: str
    seen: str
    proven: str


class Attempts(NamedTuple):
    """Failures in a row under one name, the last one's moment, and that of the last success."""

    failures: int
    at: str
    known: str | None


class Record(NamedTuple):
    """Something that somebody did: of the law's records, or of a draft's history."""

    at: str
    deed: str
    login: str
    session: str | None
    address: str | None
    draft: str | None
    about: str | None


class RecordFilters(NamedTuple):
    """Which records to look through; None means all. Days are the PC's own, both included."""

    since: date | None = None
    until: date | None = None
    login: str | None = None
    deed: str | None = None
    draft: str | None = None


_SESSION = ", ".join(Session._fields)
_RECORD = ", ".join(Record._fields)


# ---- accounts ------------------------------------------------------------------------------


def phrase(engine: Engine, login: str) -> str | None:
    """The kept pass phrase of an account."""
    return _one(engine, "SELECT phrase FROM accounts WHERE login = ?", login)


def joined(engine: Engine) -> dict[str, str]:
    """Login → when the pass phrase was set."""
    return dict(engine.all("SELECT login, at FROM accounts"))


def set_phrase(engine: Engine, login: str, kept: str, at: str) -> None:
    """Make an account, or give it another phrase; its sessions stay."""
    engine.run("UPDATE accounts SET phrase = ?, at = ? WHERE login = ?", kept, at, login)
    if phrase(engine, login) is None:
        sql = "INSERT INTO accounts (login, phrase, at) VALUES (?, ?, ?)"
        engine.run(sql, login, kept, at)


def rehash(engine: Engine, login: str, kept: str) -> None:
    """The same phrase, kept otherwise."""
    engine.run("UPDATE accounts SET phrase = ? WHERE login = ?", kept, login)


def remove_account(engine: Engine, login: str) -> int:
    """Remove phrase, invitation and sessions; how many sessions there were."""
    remove_invite(engine, login)
    count = end_sessions(engine, login)
    engine.run("DELETE FROM accounts WHERE login = ?", login)
    return count


# ---- invitations ---------------------------------------------------------------------------


def invites(engine: Engine) -> dict[str, str]:
    """Login → until when somebody is invited."""
    return dict(engine.all("SELECT login, until FROM invites"))


def invited(engine: Engine, token: str, at: str) -> str | None:
    """Whose invitation has this digest, if it still holds."""
    sql = "SELECT login FROM invites WHERE token = ? AND until > ?"
    return _one(engine, sql, token, at)


def invite(engine: Engine, login: str, token: str, until: str) -> None:
    """Keep an invitation; an older one no longer holds."""
    remove_invite(engine, login)
    sql = "INSERT INTO invites (login, token, until) VALUES (?, ?, ?)"
    engine.run(sql, login, token, until)


def remove_invite(engine: Engine, login: str) -> None:
    """An invitation was used, or is taken back."""
    engine.run("DELETE FROM invites WHERE login = ?", login)


# ---- sessions ------------------------------------------------------------------------------


def session(engine: Engine, token: str) -> Session | None:
    """The session whose token has this digest."""
    rows = engine.all(f"SELECT {_SESSION} FROM sessions WHERE token = ?", token)
    return Session._make(rows[0]) if rows else None


def session_named(engine: Engine, name: str) -> Session | None:
    """The session of a name."""
    rows = engine.all(f"SELECT {_SESSION} FROM sessions WHERE name = ?", name)
    return Session._make(rows[0]) if rows else None


def sessions(engine: Engine, login: str) -> list[Session]:
    """Somebody's sessions, the newest first."""
    sql = f"SELECT {_SESSION} FROM sessions WHERE login = ? ORDER BY began DESC, name"
    return list(map(Session._make, engine.all(sql, login)))


def session_counts(engine: Engine) -> dict[str, int]:
    """Login → number of sessions."""
    return dict(engine.all("SELECT login, count(*) FROM sessions GROUP BY login"))


def add_session(engine: Engine, session: Session, token: str) -> None:
    """Keep a new session under its token's digest."""
    marks = ", ".join("?" for _ in Session._fields)
    engine.run(f"INSERT INTO sessions ({_SESSION}, token) VALUES ({marks}, ?)", *session, token)


def see(engine: Engine, name: str, at: str) -> None:
    """Somebody did something in a session."""
    engine.run("UPDATE sessions SET seen = ? WHERE name = ?", at, name)


def prove(engine: Engine, name: str, at: str) -> None:
    """Somebody typed the phrase again."""
    engine.run("UPDATE sessions SET seen = ?, proven = ? WHERE name = ?", at, at, name)


def lapse(engine: Engine, name: str) -> None:
    """Somebody was away: the phrase counts as not typed."""
    engine.run("UPDATE sessions SET proven = '' WHERE name = ?", name)


def rotate(engine: Engine, name: str, token: str) -> None:
    """Another token for a session."""
    engine.run("UPDATE sessions SET token = ? WHERE name = ?", token, name)


def end_session(engine: Engine, name: str) -> None:
    """Remove a session."""
    engine.run("DELETE FROM sessions WHERE name = ?", name)


def end_sessions(engine: Engine, login: str, but: str = "") -> int:
    """Remove somebody's sessions but one; how many."""
    names = [one.name for one in sessions(engine, login) if one.name != but]
    engine.many(("DELETE FROM sessions WHERE name = ?", [(name,) for name in names]))
    return len(names)


def end_old_sessions(engine: Engine, seen: str, began: str) -> None:
    """Remove sessions that nobody used since a moment, or that began before one."""
    engine.run("DELETE FROM sessions WHERE seen < ? OR began < ?", seen, began)


# ---- attempts ------------------------------------------------------------------------------


def attempts(engine: Engine, name: str) -> Attempts | None:
    """What is known of attempts under one name."""
    rows = engine.all("SELECT failures, at, known FROM attempts WHERE name = ?", name)
    return Attempts._make(rows[0]) if rows else None


def set_attempts(engine: Engine, name: str, made: Attempts) -> None:
    """Keep what is known of attempts under one name."""
    engine.run("DELETE FROM attempts WHERE name = ?", name)
    sql = "INSERT INTO attempts (name, failures, at, known) VALUES (?, ?, ?, ?)"
    engine.run(sql, name, *made)


def forget_attempts(engine: Engine, before: str, known: str) -> None:
    """Remove what happened before a moment; who got in since another one stays known."""
    sql = "DELETE FROM attempts WHERE at < ? AND (known IS NULL OR known < ?)"
    engine.run(sql, before, known)


# ---- records -------------------------------------------------------------------------------


def add_record(engine: Engine, kind: str, record: Record) -> None:
    """Add a record; nothing changes it, and the schema keeps it for as long as the law asks."""
    marks = ", ".join("?" for _ in Record._fields)
    engine.run(f"INSERT INTO records ({_RECORD}, kind) VALUES ({marks}, ?)", *record, kind)


def remove_records(engine: Engine, kind: str, before: str) -> int:
    """Remove old records of a kind; how many."""
    where = "FROM records WHERE kind = ? AND at < ?"
    ((count,),) = engine.all(f"SELECT count(*) {where}", kind, before)
    if count:
        engine.run(f"DELETE {where}", kind, before)
    return int(count)


def records(
    engine: Engine, filters: RecordFilters, limit: int | None = None, skip: int = 0
) -> Iterator[Record]:
    """Records and drafts' events together, the newest first; without ``limit`` all of them."""
    parts, values = list[str](), list[object]()
    for table, deed, about in (("records", "deed", "about"), ("events", "verb", "NULL")):
        where, wanted = _where(filters, deed)
        columns = f"at, {deed} AS deed, login, session, address, draft, {about} AS about, number"
        part = f"SELECT {columns}, '{table}' AS source FROM {table} WHERE {where}"
        values += wanted
        if limit is not None:  # each table gives no more, out of its index
            part = f"SELECT * FROM ({part} ORDER BY at DESC, number DESC LIMIT ?) AS {table}_last"
            values.append(limit + skip)
        parts.append(part)
    sql = f"SELECT {_RECORD} FROM ({' UNION ALL '.join(parts)}) AS together"
    sql += " ORDER BY at DESC, source DESC, number DESC"
    if limit is not None:
        sql += " LIMIT ? OFFSET ?"
        values += [limit, skip]
    return map(Record._make, engine.each(sql, *values))


def _where(filters: RecordFilters, deed: str) -> tuple[str, list[object]]:
    """The filters as SQL for one table, and its values."""
    since, until = filters.since, filters.until
    wanted: tuple[tuple[str, object], ...] = (
        ("at >= ?", since and _midnight(since)),
        ("at < ?", until and _midnight(until + timedelta(days=1))),
        ("login = ?", filters.login),
        (f"{deed} = ?", filters.deed),
        ("draft = ?", filters.draft),
    )
    used = [(part, value) for part, value in wanted if value is not None]
    return " AND ".join(["1 = 1", *(part for part, _ in used)]), [value for _, value in used]


def _midnight(day: date) -> str:
    return stamp(datetime(day.year, day.month, day.day))


def _one(engine: Engine, sql: str, *values: object) -> str | None:
    rows = engine.all(sql, *values)
    return rows[0][0] if rows else None
