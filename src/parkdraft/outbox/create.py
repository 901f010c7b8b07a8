"""Keeping composed drafts: a new one, one in place of another, those of a table, a filled one."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import timedelta

from parkdraft.errors import OutboxError, Problem
from parkdraft.model.directory import Directory
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.facts import By, HeldRow, Holder, NewDraft, StoredDraft, TableRow, stamp
from parkdraft.outbox.ids import new_code
from parkdraft.outbox.transitions import event, right, unmoved

SAME_WITHIN = timedelta(days=7)


def keep(box: Outbox, new: NewDraft) -> StoredDraft:
    """Keep a new draft of whoever is working."""
    with box.store.change():
        (draft_id,) = _new_ids(box, 1)
        rows = {draft_id: _free_rows(box, new)}
        by = By(box.login, "author", box.seat)
        (draft,) = box.store.add([(draft_id, new)], box.login, stamp(box.now()), by=by, rows=rows)
    return draft


def replace(
    box: Outbox, directory: Directory, new: NewDraft, old: StoredDraft, author: str
) -> StoredDraft:
    """Return a draft as replaced, and keep what replaces it, which takes its rows over.

    Raises OutboxError where it was sent, replaced or moved on meanwhile, or is somebody else's;
    nothing is kept then.
    """
    grounds = right(box, directory, old)
    if old.state != "returned" and grounds is None:
        raise OutboxError([Problem("outbox.not-yours", old.id, data={"login": box.login})])
    with box.store.change():
        now = unmoved(box, old)
        refuse_replaced(box, now)
        taken = box.store.rows(old.id)
        (draft_id,) = _new_ids(box, 1)
        if old.state != "returned":
            returned = event(box, now, "return", "returned", grounds or "author", other=draft_id)
            box.store.happened(returned)
        rows: list[HeldRow] = [(cells, place, None) for cells, place, _ in taken]
        rows += _free_rows(box, new, {cells for cells, _, _ in taken})
        (draft,) = box.store.add(
            [(draft_id, new)],
            author,
            stamp(box.now()),
            by=By(box.login, "author" if author == box.login else "lead", box.seat),
            batch=old.batch,
            replaces=old.id,
            rows={draft_id: rows},
        )
    return draft


def refuse_irreplaceable(box: Outbox, draft: StoredDraft) -> None:
    """Raise OutboxError for what no single draft may replace: sent, replaced, or combined."""
    if draft.state == "sent":
        raise OutboxError([Problem("outbox.state-replace", draft.id)])
    if draft.cases > 1:
        raise OutboxError([Problem("outbox.combined", draft.id)])
    refuse_replaced(box, draft)


def refuse_replaced(box: Outbox, draft: StoredDraft) -> None:
    """Raise OutboxError for a draft in whose place others were made."""
    if by := box.store.successors(draft.id):
        raise OutboxError([Problem("outbox.replaced", draft.id, data={"by": ", ".join(by)})])


def fill(box: Outbox, draft: StoredDraft, new: NewDraft) -> StoredDraft:
    """Give a waiting draft the bytes and people that it waited for."""
    filled = event(box, draft, "fill", "pending", "program")._replace(sha256=new.sha256)
    with box.store.change():
        now = unmoved(box, draft)
        box.store.happened(filled._replace(step=now.step + 1))
        box.store.fill(draft.id, new)
    return box.located(draft.id)


def keep_table(
    box: Outbox, drafts: Sequence[tuple[NewDraft, Sequence[TableRow]]], batch: str
) -> list[str | frozenset[TableRow]]:
    """Keep drafts of some rows of a table each, durable when this returns.

    Returns for each its identifier, or those of its rows that somebody else has drafted meanwhile;
    such a draft is not kept.
    """
    kept: list[str | frozenset[TableRow]] = []
    with box.store.change():
        known = box.store.known_rows(row.cells for _, rows in drafts for row in rows)
        adding = list[tuple[str, NewDraft]]()
        held: dict[str, list[HeldRow]] = {}
        ids = iter(_new_ids(box, len(drafts)))
        for new, rows in drafts:
            taken = frozenset(row for row in rows if _stands(known, row))
            if taken:
                kept.append(taken)
                continue
            draft_id = next(ids)
            kept.append(draft_id)
            adding.append((draft_id, new))
            held[draft_id] = [(*row, known[row].draft if row in known else None) for row in rows]
        by = By(box.login, "author", box.seat)
        box.store.add(adding, box.login, stamp(box.now()), by=by, batch=batch, rows=held)
    return kept


def doubles(
    box: Outbox, case: str, place: str, plates: Sequence[str], but: str | None
) -> list[StoredDraft]:
    """Drafts of the last seven days that still stand for one of the plates, the case and the
    place (a folded name); ``but`` is left out.
    """
    if not plates:
        return []
    return box.store.duplicates(case, place, plates, stamp(box.now() - SAME_WITHIN), but)


def _free_rows(box: Outbox, new: NewDraft, but: Container[str] = ()) -> list[HeldRow]:
    """The rows that a draft made by hand takes: those that no other draft holds."""
    known = box.store.known_rows(new.rows)
    return [
        (cells, 1, None)
        for cells in new.rows
        if cells not in but and not _stands(known, TableRow(cells, 1))
    ]


def _stands(known: Mapping[TableRow, Holder], row: TableRow) -> bool:
    return row in known and known[row].live


def _new_ids(box: Outbox, count: int) -> list[str]:
    """New identifiers, in the order in which the drafts are kept."""
    codes: set[str] = set()
    while len(codes) < count:
        more = {new_code() for _ in range(count - len(codes))}
        codes |= more - box.store.taken(more)
    return [f"{box.now():%Y%m%d}-{code}" for code in sorted(codes)]
