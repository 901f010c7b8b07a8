"""Composed drafts come into the outbox: alone, in place of another, out of a table, or filled."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from parkdraft.errors import OutboxError, ParkdraftError, Problem
from parkdraft.model.directory import Directory
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.facts import Holder, NewDraft, StoredDraft, TableRow, stamp
from parkdraft.outbox.ids import new_code
from parkdraft.outbox.today import Today, changes
from parkdraft.outbox.transitions import Outcome, event, right

SAME_WITHIN = timedelta(days=7)
_ALL = 1_000_000
HeldRow = tuple[str, int, str | None]
"""Digest and place of a table's row, and the draft that held it before."""


def keep(
    box: Outbox, directory: Directory, new: NewDraft, replaces: StoredDraft | None = None
) -> StoredDraft:
    """Keep a new draft of whoever is working; what it replaces is returned first.

    Raises OutboxError where that one was sent, replaced or moved on meanwhile, or is somebody
    else's; nothing is kept then.
    """
    if replaces is not None:
        return box.located(_replace(box, directory, new, replaces, box.login))
    with box.store.change():
        (draft_id,) = _new_ids(box, 1)
        rows = {draft_id: _free_rows(box, new)}
        by = (box.login, "author")
        box.store.add([(draft_id, new)], box.login, box.at(), by=by, rows=rows)
    return box.located(draft_id)


def _free_rows(box: Outbox, new: NewDraft, but: Container[str] = ()) -> list[HeldRow]:
    """The rows that a draft made by hand holds: those that no other draft does."""
    known = box.store.known_rows(new.rows)
    return [
        (cells, 1, None)
        for cells in new.rows
        if cells not in but and not _stands(known, TableRow(cells, 1))
    ]


def replaceable(box: Outbox, draft: StoredDraft) -> None:
    """Raise OutboxError for what no single draft may replace: sent, replaced, or combined."""
    if draft.state == "sent":
        raise OutboxError([Problem("outbox.state-replace", draft.id)])
    if draft.cases > 1:
        raise OutboxError([Problem("outbox.combined", draft.id)])
    replaced(box, draft)


def replaced(box: Outbox, draft: StoredDraft) -> None:
    """Raise OutboxError for a draft in whose place others were made."""
    if by := box.store.successors(draft.id):
        raise OutboxError([Problem("outbox.replaced", draft.id, data={"by": ", ".join(by)})])


def _replace(
    box: Outbox, directory: Directory, new: NewDraft, old: StoredDraft, author: str
) -> str:
    """Return a draft as replaced, and add what replaces it, which takes its rows over."""
    grounds = right(box, directory, old)
    if old.state != "returned" and grounds is None:
        raise OutboxError([Problem("outbox.not-yours", old.id, data={"login": box.login})])
    with box.store.change():
        now = box.store.find(old.id)
        if now is None or now.moved != old.moved:
            raise OutboxError([Problem("outbox.gone", old.id)])
        replaced(box, now)
        taken = box.store.rows(old.id)
        (draft_id,) = _new_ids(box, 1)
        if old.state != "returned":
            said = event(box, now, "return", "returned", grounds or "author", other=draft_id)
            box.store.happened(said)
        rows: list[HeldRow] = [(cells, place, None) for cells, place, _ in taken]
        rows += _free_rows(box, new, {cells for cells, _, _ in taken})
        by = (box.login, "author" if author == box.login else "lead")
        held = {draft_id: rows}
        box.store.add(
            [(draft_id, new)], author, box.at(), by=by, batch=old.batch, replaces=old.id, rows=held
        )
    return draft_id


def _stands(known: Mapping[TableRow, Holder], row: TableRow) -> bool:
    return row in known and known[row].live


def _new_ids(box: Outbox, count: int) -> list[str]:
    """Identifiers that no draft has, or had, in their order: that is how they are kept, too."""
    codes: set[str] = set()
    while len(codes) < count:
        more = {new_code() for _ in range(count - len(codes))}
        codes |= more - box.store.taken(more)
    return [f"{box.now():%Y%m%d}-{code}" for code in sorted(codes)]


class TableDraft(NamedTuple):
    """A draft of some rows of a table."""

    new: NewDraft
    rows: tuple[TableRow, ...]


def keep_table(
    box: Outbox, drafts: Sequence[TableDraft], batch: str
) -> list[str | frozenset[TableRow]]:
    """Keep drafts of a table, durable when this returns; for each its identifier, or those of
    its rows that somebody else has drafted meanwhile: then nothing of it is kept.
    """
    kept: list[str | frozenset[TableRow]] = []
    with box.store.change():
        known = box.store.known_rows(row.cells for one in drafts for row in one.rows)
        adding = list[tuple[str, NewDraft]]()
        held: dict[str, list[HeldRow]] = {}
        ids = iter(_new_ids(box, len(drafts)))
        for one in drafts:
            taken = frozenset(row for row in one.rows if _stands(known, row))
            if taken:
                kept.append(taken)
                continue
            draft_id = next(ids)
            kept.append(draft_id)
            adding.append((draft_id, one.new))
            before = [known[row].draft if row in known else None for row in one.rows]
            held[draft_id] = [(*row, old) for row, old in zip(one.rows, before, strict=True)]
        by = (box.login, "author")
        box.store.add(adding, box.login, box.at(), by=by, batch=batch, rows=held)
    return kept


FILLED = "filled"
"""The memo with the day and the lists that waiting drafts were held against last."""


def fill_waiting(box: Outbox, today: Today, lists: str) -> Outcome:
    """Turn each waiting draft that now has its contact into a real one, to be approved.

    The problems tell of those that could not be, by identifier; one that still waits for its
    list is neither.
    """
    done: list[StoredDraft] = []
    problems: list[Problem] = []
    waiting = box.store.ids(("waiting",), limit=_ALL)
    for draft_id in waiting:
        try:
            draft = box.located(draft_id)
            remade = today.remake(draft, box.content(draft))
            if remade.decision.awaits or draft.state != "waiting":
                continue
            new = remade.new._replace(state="pending")
            if new.channel != draft.channel:
                raise OutboxError([Problem("outbox.other-channel-today")])
            _fill(box, draft, new)
            done.append(box.located(draft_id))
        except ParkdraftError as error:
            problems += [problem.at(field=draft_id) for problem in error.problems]
    if waiting:
        with box.store.change():
            box.store.remember(FILLED, lists)
    return Outcome(tuple(done), tuple(problems))


def fill_if_due(box: Outbox, today: Callable[[], Today], lists: Callable[[], str]) -> None:
    """``fill_waiting``, once a day and for each new list; what was filled is noted.

    ``lists`` names the day and its lists as they are now. A broken list waits for its hour.
    """
    if not box.store.ids(("waiting",), limit=1):
        return
    with contextlib.suppress(ParkdraftError):
        now = lists()
        if box.store.memo(FILLED) != now:
            filled = fill_waiting(box, today(), now)
            box.notes.extend(Problem("outbox.filled", one.id) for one in filled.done)


def _fill(box: Outbox, draft: StoredDraft, new: NewDraft) -> None:
    said = event(box, draft, "fill", "pending", "program")._replace(sha256=new.sha256)
    with box.store.change():
        now = box.store.find(draft.id)
        if now is None or now.moved != draft.moved:
            raise OutboxError([Problem("outbox.gone", draft.id)])
        box.store.happened(said._replace(step=now.step + 1))
        box.store.fill(draft.id, new)


class Changed(NamedTuple):
    """A kept draft that today would be another one: what is different, and the new form."""

    draft: StoredDraft
    lines: list[str]
    new: NewDraft


def changed(
    box: Outbox, today: Today, drafts: Iterable[StoredDraft]
) -> tuple[list[Changed], list[Problem]]:
    """Which of these drafts today's directory and templates would make otherwise."""
    found: list[Changed] = []
    problems: list[Problem] = []
    for draft in drafts:
        content = box.content(draft)
        try:
            remade = today.remake(draft, content)
        except ParkdraftError as error:
            problems += [problem.at(field=draft.id) for problem in error.problems]
            continue
        if remade.new.sha256 != content.sha256 or json.loads(remade.new.route) != content.route:
            found.append(Changed(draft, changes(draft, content, remade), remade.new))
    return found, problems


def remake(box: Outbox, directory: Directory, wanted: Iterable[Changed]) -> Outcome:
    """Make drafts anew as today has them; each old one is returned as replaced."""
    done: list[StoredDraft] = []
    problems: list[Problem] = []
    for draft, _, new in wanted:
        try:
            made = _replace(box, directory, new, draft, draft.author)
            done.append(box.located(made))
        except ParkdraftError as error:
            problems += [problem.at(field=draft.id) for problem in error.problems]
    return Outcome(tuple(done), tuple(problems))


def doubles(
    box: Outbox, case: str, place: str, plates: Sequence[str], but: str | None
) -> list[StoredDraft]:
    """The same by what they are known."""
    if not plates:
        return []
    since: datetime = box.now() - SAME_WITHIN
    return box.store.duplicates(case, place, plates, stamp(since), but)
