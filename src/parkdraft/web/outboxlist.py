"""The outbox as a list: what the address asks for, its rows, its tabs, and a draft's neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from parkdraft.home import Home
from parkdraft.model import labels
from parkdraft.model.directory import Directory
from parkdraft.model.team import is_lead, login_name
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.facts import STATES, Filters, StoredDraft, local
from parkdraft.outbox.listing import days_before, words
from parkdraft.outbox.transitions import FROM
from parkdraft.present.drafts import state_of, title
from parkdraft.present.words import ago, partner_name, who, word
from parkdraft.web.words import TABS

A_PAGE = 50
DAYS = (1, 3, 7, 14, 30, 90)
"""How old the page lets people ask for; an address may say any other number."""
_MOST = 36_500
_LONGEST = 100


class Asked(NamedTuple):
    """What the address asks for, each in a form that can be believed."""

    state: str
    partner: str | None = None
    case: str | None = None
    author: str | None = None
    older: int | None = None
    batch: str | None = None
    q: str = ""
    page: int = 1

    def query(self, **changed: object) -> dict[str, str]:
        """The same as parts of an address; another filter begins at the first page."""
        kept = {**self._asdict(), **({"page": 1} if changed else {}), **changed}
        kept["page"] = None if kept["page"] == 1 else kept["page"]
        return {name: str(value) for name, value in kept.items() if value not in (None, "")}

    @property
    def filtered(self) -> bool:
        """Whether anything but the state is asked for."""
        return self._replace(state="", page=1) != Asked("")

    @property
    def narrowed(self) -> bool:
        """Whether one of the lists to choose from is used."""
        return self._replace(q="", batch=None).filtered

    @property
    def states(self) -> tuple[str, ...]:
        """The states of its tab."""
        return STATES if self.state == "all" else (self.state,)


class Row(NamedTuple):
    """A draft in the list."""

    id: str
    moved: int
    title: str
    urgent: bool
    reason: str | None
    case: str
    partner: str
    author: str
    at: str
    age: str
    state: str
    label: str
    mail: bool


class Page(NamedTuple):
    """One page of the list, and what can be done and asked from there."""

    asked: Asked
    rows: list[Row]
    counts: Mapping[str, int]
    pages: int
    authors: list[tuple[str, str]]
    deeds: list[str]


def read_asked(args: Mapping[str, str], home: Home) -> Asked:
    """What an address asks for; what it says wrongly counts as not said."""
    directory = home.directory
    state, text = args.get("state", ""), args.get("q", "")
    if state not in TABS:
        state = "pending" if is_lead(directory.team, home.login()) else "approved"
    return Asked(
        state,
        _one_of(directory.partners, args.get("partner")),
        _one_of(labels.CASES, args.get("case")),
        login_name(args.get("author", "")) or None,
        _number(args.get("older", ""), _MOST),
        args.get("batch", "")[:_LONGEST].strip().casefold() or None,
        " ".join(text[:_LONGEST].split()),
        _number(args.get("page", ""), _MOST) or 1,
    )


def _one_of(known: Mapping[str, object], name: str | None) -> str | None:
    return name if name in known else None


def _number(text: str, most: int) -> int | None:
    usual = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    return min(int(text), most) if usual else None


def list_page(home: Home, box: Outbox, asked: Asked) -> Page:
    """The page of the list that is asked for; of the others only their number is read."""
    directory = home.directory
    filters = _filters(box, directory, asked)
    counts = box.store.counts(filters._replace(states=STATES))
    tabs = {**counts, "all": sum(counts.values())}
    pages = max(1, -(-tabs[asked.state] // A_PAGE))
    asked = asked._replace(page=min(max(asked.page, 1), pages))
    drafts = box.store.page(filters, A_PAGE, (asked.page - 1) * A_PAGE)
    now = box.now()
    rows = [_row(draft, directory, now) for draft in drafts]
    named = sorted((who(directory, login), login) for login in box.store.authors())
    authors = [(login, name) for name, login in named]
    return Page(asked, rows, tabs, pages, authors, _deeds(home, asked.state))


def _filters(box: Outbox, directory: Directory, asked: Asked) -> Filters:
    return Filters(
        asked.states,
        asked.partner,
        asked.case,
        asked.author,
        batch=asked.batch,
        before=None if asked.older is None else days_before(box.now(), asked.older),
        words=words(asked.q, directory),
    )


def _deeds(home: Home, state: str) -> list[str]:
    """What may be done to a selection: from this state at all, and by whoever is working."""
    lead = is_lead(home.directory.team, home.login())
    deeds = [do for do, states in FROM.items() if state == "all" or state in states]
    return [do for do in deeds if do != "undo" and (lead or do != "approve")]


def _row(draft: StoredDraft, directory: Directory, now: datetime) -> Row:
    return Row(
        draft.id,
        draft.moved,
        title(draft),
        bool(draft.urgent),
        draft.reason,
        word(labels.CASES, draft.case) or "-",
        partner_name(directory, draft.partner) or "-",
        who(directory, draft.author),
        local(draft.at),
        ago(draft.made, now),
        draft.state,
        state_of(draft),
        draft.channel == "email",
    )


class Neighbour(NamedTuple):
    """A draft beside another one in the list, and the page on which it stands."""

    id: str
    page: int


class Neighbours(NamedTuple):
    """Where a draft stands in the list from which somebody came."""

    before: Neighbour | None
    after: Neighbour | None
    place: int
    of: int


def neighbours(home: Home, box: Outbox, asked: Asked, draft_id: str) -> Neighbours | None:
    """The drafts before and after one in the list; None where it is not near its page."""
    filters = _filters(box, home.directory, asked)
    start = max(0, (asked.page - 2) * A_PAGE - 1)
    ids = [draft.id for draft in box.store.page(filters, 3 * A_PAGE + 2, start)]
    if draft_id not in ids:
        return None
    place = ids.index(draft_id)

    def beside(step: int) -> Neighbour | None:
        there = place + step
        if not 0 <= there < len(ids):
            return None
        return Neighbour(ids[there], (start + there) // A_PAGE + 1)

    total = sum(box.store.counts(filters).values())
    return Neighbours(beside(-1), beside(1), start + place + 1, total)
