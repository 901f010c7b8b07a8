"""The list of the outbox: the query in its address, its pages, and a draft's neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from parkdraft.home import Home
from parkdraft.model import labels
from parkdraft.model.directory import Directory
from parkdraft.model.states import STATES, State
from parkdraft.model.team import is_lead, login_name
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.facts import Filters, local
from parkdraft.outbox.listing import days_before, words
from parkdraft.outbox.transitions import FROM
from parkdraft.present.drafts import state_of, title
from parkdraft.present.words import ago, partner_name, who, word
from parkdraft.web.words import TABS

A_PAGE = 50
DAYS = (1, 3, 7, 14, 30, 90)
"""Ages (days) to choose from on the page; an address may have any other number."""
_MOST = 36_500
_LONGEST = 100


class Query(NamedTuple):
    """The query of an address, checked."""

    state: State | Literal["all"]
    partner: str | None = None
    case: str | None = None
    author: str | None = None
    older: int | None = None
    batch: str | None = None
    q: str = ""
    page: int = 1

    def args(self, **changed: object) -> dict[str, str]:
        """The query as arguments of an address; with a changed filter the first page."""
        args = {**self._asdict(), "page": self.page if not changed else 1, **changed}
        return {
            name: str(value)
            for name, value in args.items()
            if value not in (None, "") and (name, value) != ("page", 1)
        }

    @property
    def filtered(self) -> bool:
        """Whether there is any filter but the state."""
        return self._replace(page=1) != Query(self.state)

    @property
    def narrowed(self) -> bool:
        """Whether one of the drop-down filters is used."""
        return self._replace(q="", batch=None).filtered


def read_query(args: Mapping[str, str], home: Home) -> Query:
    """The query of an address; wrong values are ignored."""
    directory = home.directory
    state, partner, case = args.get("state"), args.get("partner"), args.get("case")
    lead = is_lead(directory.team, home.login(), home.now().date())
    usual: State = "pending" if lead else "approved"
    return Query(
        next((tab for tab in TABS if tab == state), usual),
        partner if partner in directory.partners else None,
        case if case in labels.CASES else None,
        login_name(args.get("author", "")) or None,
        _number(args.get("older", "")),
        args.get("batch", "")[:_LONGEST].strip().casefold() or None,
        " ".join(args.get("q", "")[:_LONGEST].split()),
        _number(args.get("page", "")) or 1,
    )


def _number(text: str) -> int | None:
    usual = text.isascii() and text.isdigit() and len(text) <= len(str(_MOST))
    return min(int(text), _MOST) if usual else None


class Page(NamedTuple):
    """One page of the list, with its buttons and filters."""

    query: Query
    rows: list[dict[str, Any]]
    counts: Mapping[str, int]
    pages: int
    authors: list[tuple[str, str]]
    deeds: list[str]
    is_lead: bool


def list_page(home: Home, box: Outbox, query: Query) -> Page:
    """One page of the list; the other pages are only counted."""
    directory = home.directory
    filters = _filters(box, directory, query)
    counts = box.store.counts(filters._replace(states=STATES))
    tabs = {**counts, "all": sum(counts.values())}
    pages = max(1, -(-tabs[query.state] // A_PAGE))
    query = query._replace(page=min(max(query.page, 1), pages))
    now = box.now()
    rows = [
        {
            "draft": draft,
            "title": title(draft),
            "case": word(labels.CASES, draft.case) or "-",
            "partner": partner_name(directory, draft.partner) or "-",
            "author": who(directory, draft.author),
            "at": local(draft.at),
            "age": ago(draft.made, now),
            "label": state_of(draft),
        }
        for draft in box.store.page(filters, A_PAGE, (query.page - 1) * A_PAGE)
    ]
    named = sorted((who(directory, login), login) for login in box.store.authors())
    authors = [(login, name) for name, login in named]
    lead = is_lead(directory.team, home.login(), now.date())
    return Page(query, rows, tabs, pages, authors, _deeds(query.state, lead=lead), lead)


def _filters(box: Outbox, directory: Directory, query: Query) -> Filters:
    return Filters(
        STATES if query.state == "all" else (query.state,),
        query.partner,
        query.case,
        query.author,
        batch=query.batch,
        before=None if query.older is None else days_before(box.now(), query.older),
        words=words(query.q, directory),
    )


def _deeds(state: str, *, lead: bool) -> list[str]:
    """Verbs for a selection: those that this state and whoever is working allow."""
    deeds = [do for do, states in FROM.items() if state == "all" or state in states]
    return [do for do in deeds if do != "undo" and (lead or do != "approve")]


class Neighbour(NamedTuple):
    """The draft before or after another one, and the page of the list that has it."""

    id: str
    page: int


class Neighbours(NamedTuple):
    """A draft's place in the list from which somebody came."""

    before: Neighbour | None
    after: Neighbour | None
    place: int
    of: int


def neighbours(home: Home, box: Outbox, query: Query, draft_id: str) -> Neighbours | None:
    """The drafts before and after one in the list; None where it is not near its page."""
    filters = _filters(box, home.directory, query)
    start = max(0, (query.page - 2) * A_PAGE - 1)
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
