"""All that the outbox asks of its database; no SQL stands elsewhere but in ``schema/``.

What must never be is refused by the schema (OutboxError ``outbox.changed``, ``outbox.replaced``,
``outbox.row-taken``, ``outbox.forbidden``). Changes are made inside ``change``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from parkdraft.database.engine import Engine, Statement
from parkdraft.errors import OutboxError, Problem
from parkdraft.model.states import STATES
from parkdraft.outbox.facts import (
    By,
    Content,
    Event,
    Filters,
    HeldRow,
    Holder,
    NewDraft,
    StoredDraft,
    TableRow,
)


def _where(filters: Filters) -> tuple[str, list[object]]:
    """The filters as SQL without the state, and its values."""
    parts, values = ["1 = 1"], list[object]()
    for column, value in (
        *(("partner = ?", filters.partner), ("kind = ?", filters.case)),
        *(("author = ?", filters.author), ("place = ?", filters.place)),
        *(("batch = ?", filters.batch), ("at <= ?", filters.before)),
        (_UNTOUCHED, filters.untouched_since),
    ):
        if value is not None:
            parts.append(column)
            values.append(value)
    for word in filters.words:
        spots = ["search LIKE ? ESCAPE '!'"]
        like = f"%{word.text}%"
        values.append(like)
        if word.initials:
            spots.append("initials LIKE ? ESCAPE '!'")
            values.append(like)
        for column, names in (("kind", word.cases), ("partner", word.partners)):
            if names:
                spots.append(f"{column} {_IN}")
                values.append(_list(names))
        parts.append(f"({' OR '.join(spots)})")
    return " AND ".join(parts), values


_UNTOUCHED = "NOT EXISTS (SELECT 1 FROM events WHERE draft = drafts.id AND at > ?)"
_COLUMN = {"case": "kind", "row": '"row"'}  # words that SQL keeps for itself
_DRAFT = ", ".join(_COLUMN.get(name, name) for name in StoredDraft._fields)
_EVENT = ", ".join(Event._fields)
_CONTENT = ", ".join(Content._fields)
_IN = "IN (SELECT value FROM json_each(CAST(? AS TEXT)))"
_AT_ONCE = 500
_FIRST = (None, None, None)  # no reason, no other draft, no step undone


class Store:
    """The drafts of one outbox."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.change = engine.change

    def find(self, draft_id: str) -> StoredDraft | None:
        """A draft by its identifier, a purged one, too."""
        rows = self._engine.all(f"SELECT {_DRAFT} FROM drafts WHERE id = ?", draft_id)
        return StoredDraft._make(rows[0]) if rows else None

    def named(self, part: str) -> list[str]:
        """Identifiers whose seven letters begin or end so; two at most, to tell one from more."""
        sql = "SELECT id FROM drafts WHERE code = ? OR code LIKE ? OR code LIKE ? LIMIT 2"
        return self._column(sql, part, f"{part}%", f"%{part}")

    def taken(self, codes: Iterable[str]) -> set[str]:
        """Those seven letters that some draft has, or had."""
        return set(self._column(f"SELECT code FROM drafts WHERE code {_IN}", _list(codes)))

    def content(self, draft_id: str) -> Content | None:
        """What a draft holds; None where it was purged.

        Raises OutboxError for what somebody put there past the program: no bytes, or no JSON.
        """
        sql = f"SELECT {_CONTENT} FROM contents WHERE draft = ?"
        for sha256, data, *texts, internal in self._engine.all(sql, draft_id):
            try:
                details, route, seen, attachments = map(json.loads, texts)
                details[0].items()
            except (ValueError, TypeError, LookupError, AttributeError) as error:
                raise OutboxError([Problem("outbox.record-broken", draft_id)]) from error
            if not isinstance(data, bytes):
                raise OutboxError([Problem("outbox.record-broken", draft_id)])
            return Content(sha256, data, details, route, seen, attachments, internal)
        return None

    def events(self, draft_id: str) -> list[Event]:
        """What happened to a draft, oldest first."""
        sql = f"SELECT {_EVENT} FROM events WHERE draft = ? ORDER BY step"
        return list(map(Event._make, self._engine.all(sql, draft_id)))

    def successors(self, draft_id: str) -> list[str]:
        """The drafts that were made in place of one: one, or several out of a table."""
        drafts = "SELECT id FROM drafts WHERE replaces = ?"
        rows = "SELECT draft FROM table_rows WHERE before = ?"
        return self._column(f"{drafts} UNION {rows}", draft_id, draft_id)

    def predecessors(self, draft_id: str) -> list[str]:
        """The drafts in place of which one was made."""
        drafts = "SELECT replaces FROM drafts WHERE id = ? AND replaces IS NOT NULL"
        rows = "SELECT before FROM table_rows WHERE draft = ? AND before IS NOT NULL"
        return self._column(f"{drafts} UNION {rows}", draft_id, draft_id)

    def page(self, filters: Filters, limit: int, skip: int = 0) -> Iterator[StoredDraft]:
        """Drafts, state by state: urgent ones first, then the oldest of those that wait for
        approval, and the newest of all others.
        """
        wanted = islice(self._listed(filters), skip, skip + limit)
        while ids := list(islice(wanted, _AT_ONCE)):
            rows = self._engine.all(f"SELECT {_DRAFT} FROM drafts WHERE id {_IN}", _list(ids))
            drafts = {row[0]: StoredDraft._make(row) for row in rows}
            yield from (drafts[draft_id] for draft_id in ids if draft_id in drafts)

    def _listed(self, filters: Filters) -> Iterator[str]:
        """Identifiers in the order of ``page``, out of one index."""
        where, values = _where(filters)
        for state in (known for known in STATES if known in filters.states):
            order = "at, id" if state == "pending" else "at DESC, id DESC"
            for urgent in (1, 0):
                sql = f"SELECT id FROM drafts WHERE state = ? AND urgent = ? AND {where}"
                rows = self._engine.each(f"{sql} ORDER BY {order}", state, urgent, *values)
                yield from (draft_id for (draft_id,) in rows)

    def counts(self, filters: Filters) -> dict[str, int]:
        """How many drafts of each wanted state there are."""
        where, values = _where(filters)
        sql = f"SELECT state, count(*) FROM drafts WHERE {where} GROUP BY state"
        counted = dict(self._engine.all(sql, *values))
        return {state: counted.get(state, 0) for state in filters.states}

    def ids(self, states: Sequence[str], after: str = "", limit: int = 1000) -> list[str]:
        """Identifiers of these states in their order, those after one."""
        sql = f"SELECT id FROM drafts WHERE id > ? AND state {_IN} ORDER BY id LIMIT ?"
        return self._column(sql, after, _list(states), limit)

    def authors(self) -> list[str]:
        """Everybody who drafted something."""
        return self._column("SELECT DISTINCT author FROM drafts")

    def last_event(self) -> int:
        """A number that is another one when something happened."""
        return int(self._engine.all("SELECT coalesce(max(number), 0) FROM events")[0][0])

    def duplicates(
        self, case: str, place: str, plates: Sequence[str], since: str, but: str | None
    ) -> list[StoredDraft]:
        """Drafts that still stand for one of the plates, the case and the place."""
        sql = (
            f"SELECT DISTINCT {_DRAFT} FROM drafts JOIN plates ON plates.draft = drafts.id"
            f" WHERE plate {_IN} AND kind = ? AND place = ? AND at >= ? AND id <> ?"
            " AND state NOT IN ('returned', 'purged') ORDER BY id"
        )
        rows = self._engine.all(sql, _list(plates), case, place, since, but or "")
        return list(map(StoredDraft._make, rows))

    def known_rows(self, cells: Iterable[str]) -> dict[TableRow, Holder]:
        """The drafts that hold the rows with these digests, or held them last."""
        sql = (
            "SELECT cells, place, table_rows.draft, live FROM table_rows"
            " JOIN events ON events.draft = table_rows.draft AND step = 1"
            f" WHERE cells {_IN} ORDER BY live, events.number"
        )
        return {
            TableRow(digest, place): Holder(draft, bool(live))
            for digest, place, draft, live in self._engine.all(sql, _list(cells))
        }

    def rows(self, draft_id: str) -> list[tuple[str, int, bool]]:
        """Digest, place, and whether it stands, of the rows that a draft holds."""
        sql = "SELECT cells, place, live FROM table_rows WHERE draft = ? ORDER BY number"
        return [(*row, bool(live)) for *row, live in self._engine.all(sql, draft_id)]

    def add(
        self,
        drafts: Sequence[tuple[str, NewDraft]],
        author: str,
        at: str,
        *,
        by: By,
        batch: str | None = None,
        replaces: str | None = None,
        rows: Mapping[str, Iterable[HeldRow]] | None = None,
    ) -> list[StoredDraft]:
        """New drafts, by their identifiers; what they replace is returned already.

        ``by`` is who makes them, and by which right, where that is not their author. ``rows``
        says which rows of tables they hold: digest, place, and the draft that held it before.
        Their events come last: nothing is added to a draft afterwards.
        """
        stored = [StoredDraft.first(i, n, author, at, batch, replaces) for i, n in drafts]
        found_by = [(i[9:], n.place, f"{n.search}\n{i[9:]}", n.initials) for i, n in drafts]
        contents = [
            (i, n.sha256, n.content, n.details, n.route, n.seen, n.attachments, n.internal)
            for i, n in drafts
        ]
        events = [
            Event(
                i, 1, at, by.login, "draft", None, n.state, by.grounds, n.sha256, *_FIRST, *by.seat
            )
            for i, n in drafts
        ]
        plates = [(plate, i) for i, new in drafts for plate in set(new.plates)]
        held = [(i, n, *row, 1) for i, many in (rows or {}).items() for n, row in enumerate(many)]
        made = [(*draft, *more) for draft, more in zip(stored, found_by, strict=True)]
        self._engine.many(
            _insert("drafts", f"{_DRAFT}, code, place, search, initials", made),
            _insert("contents", f"draft, {_CONTENT}", contents),
            _insert("plates", "plate, draft", plates),
            _insert("table_rows", "draft, number, cells, place, before, live", held),
            _insert("events", _EVENT, events),
        )
        return stored

    def happened(self, event: Event) -> None:
        """Add an event; the schema moves the draft accordingly, or refuses."""
        self._engine.many(_insert("events", _EVENT, [event]))

    def fill(self, draft_id: str, new: NewDraft) -> None:
        """The bytes and people of a waiting draft for which they came, right after its event."""
        draft = (new.suffix, new.sha256, new.subject, new.receiver, draft_id)
        content = (new.sha256, new.content, new.route, new.seen, draft_id)
        facts = "suffix = ?, sha256 = ?, subject = ?, receiver = ?"
        texts = "sha256 = ?, bytes = ?, route = ?, seen = ?"
        self._engine.many(
            (f"UPDATE drafts SET {facts} WHERE id = ?", [draft]),
            (f"UPDATE contents SET {texts} WHERE draft = ?", [content]),
        )

    def erase(self, draft_id: str) -> None:
        """All that tells of a customer, right after the event of a purge."""
        statements = (
            "UPDATE drafts SET site = NULL, place = NULL, subject = NULL, receiver = NULL,"
            " plates = NULL, search = NULL, initials = NULL, reason = NULL, sha256 = ''"
            " WHERE id = ?",
            "UPDATE events SET sha256 = NULL, reason = CASE WHEN verb = 'purge' THEN reason END"
            " WHERE draft = ?",
            *(f"DELETE FROM {one} WHERE draft = ?" for one in ("contents", "plates", "table_rows")),
        )
        self._engine.many(*((sql, [(draft_id,)]) for sql in statements))

    def undone(self, memo: str) -> tuple[bool, bool]:
        """Whether files are not where they should be yet, and whether there is such a memo."""
        sql = "SELECT EXISTS (SELECT 1 FROM unplaced), EXISTS (SELECT 1 FROM memos WHERE name = ?)"
        ((files, noted),) = self._engine.all(sql, memo)
        return bool(files), bool(noted)

    def unplaced(self, after: str, limit: int) -> list[tuple[StoredDraft, bytes | None]]:
        """Drafts whose files are not where they should be yet, those after one, and their bytes."""
        sql = (
            f"SELECT {_DRAFT}, (SELECT bytes FROM contents WHERE draft = drafts.id) FROM drafts"
            " WHERE id IN (SELECT draft FROM unplaced WHERE draft > ? ORDER BY draft LIMIT ?)"
            " ORDER BY id"
        )
        rows = self._engine.all(sql, after, limit)
        return [(StoredDraft._make(draft), data) for *draft, data in rows]

    def placed(self, ids: Iterable[str]) -> None:
        """Their files are."""
        self._engine.many(("DELETE FROM unplaced WHERE draft = ?", [(one,) for one in ids]))

    def memo(self, name: str) -> str | None:
        """What the program wanted to remember."""
        return next(iter(self._column("SELECT value FROM memos WHERE name = ?", name)), None)

    def remember(self, name: str, value: str | None) -> None:
        """Remember something, or forget it."""
        self._engine.many(
            ("DELETE FROM memos WHERE name = ?", [(name,)]),
            _insert("memos", "name, value", [] if value is None else [(name, value)]),
        )

    def _column(self, sql: str, *values: object) -> list[str]:
        return [value for (value,) in self._engine.all(sql, *values)]


def _insert(table: str, columns: str, rows: Sequence[Sequence[object]]) -> Statement:
    marks = ", ".join("?" for _ in columns.split(","))
    return f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows


def _list(values: Iterable[str]) -> str:
    """Any number of values as the one that ``_IN`` takes."""
    return json.dumps(list(values))
