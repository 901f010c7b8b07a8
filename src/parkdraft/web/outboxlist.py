"""The outbox as a list: what the address asks for, its rows, its tabs, and a draft's neighbours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from parkdraft.errors import DetailsError, ParkdraftError
from parkdraft.home import Home
from parkdraft.outbox.doubts import doubts
from parkdraft.outbox.listing import Filters, Listed, chosen
from parkdraft.outbox.records import Memory
from parkdraft.outbox.review import FROM
from parkdraft.outbox.store import STATES
from parkdraft.process import labels
from parkdraft.process.directory import Directory
from parkdraft.process.hangul import INITIALS, fold, initials
from parkdraft.process.plates import read_plate
from parkdraft.process.team import is_lead, login_name
from parkdraft.web.outboxwords import TABS, age, title, who, word
from parkdraft.web.overview import Everything

A_PAGE = 50
DAYS = (1, 3, 7, 14, 30, 90)
"""How old the page lets people ask for; an address may say any other number."""
_MOST = 36_500
_LONGEST = 100
_OF_NUMBER = 8
"""Characters that find a draft by its number; fewer are also the day of all the others."""


class Asked(NamedTuple):
    """What the address asks for, each in a form that can be believed."""

    state: str
    partner: str | None = None
    case: str | None = None
    author: str | None = None
    older: int | None = None
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
        return self._replace(q="").filtered


class Row(NamedTuple):
    """A draft in the list."""

    id: str
    title: str
    urgent: bool
    doubt: bool
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
        " ".join(text[:_LONGEST].split()),
        _number(args.get("page", ""), _MOST) or 1,
    )


def _one_of(known: Mapping[str, object], name: str | None) -> str | None:
    return name if name in known else None


def _number(text: str, most: int) -> int | None:
    usual = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    return min(int(text), most) if usual else None


def found(home: Home, asked: Asked, drafts: list[Listed]) -> list[Listed]:
    """The drafts that are asked for, in whichever state."""
    filters = Filters((), asked.partner, asked.case, asked.author, asked.older)
    drafts = chosen(drafts, filters, home.now())
    if asked.q:
        matches = matching(asked.q, home.directory)
        drafts = [one for one in drafts if matches(one)]
    return drafts


def list_page(home: Home, asked: Asked, everything: Everything, memory: Memory) -> Page:
    """One page of what is asked for; a page that is not there is the last one."""
    drafts = found(home, asked, everything.drafts)
    counts = Counter(one.entry.state for one in drafts)
    wanted = in_state(drafts, asked.state)
    pages = max(1, -(-len(wanted) // A_PAGE))
    asked = asked._replace(page=min(max(asked.page, 1), pages))
    start = (asked.page - 1) * A_PAGE
    directory, now = home.directory, home.now()
    shown = wanted[start : start + A_PAGE]
    rows = [_row(one, directory, now, doubt=_is_doubtful(home, memory, one)) for one in shown]
    named = sorted((who(directory, name), name) for name in everything.authors)
    authors = [(login, name) for name, login in named]
    tabs = {state: counts[state] for state in STATES} | {"all": len(drafts)}
    return Page(asked, rows, tabs, pages, authors, _deeds(home, asked.state))


def in_state(drafts: list[Listed], state: str) -> list[Listed]:
    """Those of one tab."""
    return drafts if state == "all" else [one for one in drafts if one.entry.state == state]


def _deeds(home: Home, state: str) -> list[str]:
    """What may be done to a selection: from this state at all, and by whoever is working."""
    lead = is_lead(home.directory.team, home.login())
    deeds = [do for do, states in FROM.items() if state == "all" or state in states]
    return [do for do in deeds if lead or do != "approve"]


def _is_doubtful(home: Home, memory: Memory, one: Listed) -> bool:
    """Whether file and journal differ; a page's files are few enough to be read."""
    try:
        content = home.drafts.store.read(one.entry)
    except ParkdraftError:  # moved just now: the next look finds it
        return bool(one.problems)
    return bool(doubts(one.entry, memory.of(one.entry.id), content))


def _row(one: Listed, directory: Directory, now: datetime, *, doubt: bool) -> Row:
    facts, made = one.facts, one.history.made
    partner = directory.partners.get(facts.get("partner") or "")
    channel = facts.get("channel", "email")
    return Row(
        one.entry.id,
        title(one),
        bool(facts.get("urgent")),
        doubt,
        word(labels.CASES, facts.get("case")) or "-",
        partner.name if partner else "-",
        who(directory, one.history.author),
        made.at if made else "",
        age(made, now) if made else "-",
        one.entry.state,
        labels.state_label(one.entry.state, channel),
        channel == "email",
    )


def matching(text: str, directory: Directory) -> Callable[[Listed], bool]:
    """Whether a draft has every word: in its number, subject, site or partner's names."""
    names = {one.id: (one.name, *one.aliases) for one in directory.partners.values()}
    words = [(key, any(letter in INITIALS for letter in key)) for key in map(_key, text.split())]

    def matches(one: Listed) -> bool:
        facts = one.facts
        partner = names.get(facts.get("partner") or "", ())
        known = (facts.get("subject"), facts.get("site"), *partner)
        return all(
            key in _folded(known)
            or (short and key in _initials(known))
            or (len(key) >= _OF_NUMBER and key in fold(one.entry.id))
            for key, short in words
        )

    return matches


def _key(typed: str) -> str:
    """A word as it is looked for: of a whole plate only the four digits that subjects have."""
    try:
        return read_plate(typed).last4
    except DetailsError:
        return fold(typed)


@lru_cache(maxsize=1 << 15)
def _folded(texts: tuple[str | None, ...]) -> str:
    return "\n".join(fold(text) for text in texts if text)


@lru_cache(maxsize=1 << 15)
def _initials(texts: tuple[str | None, ...]) -> str:
    return "\n".join(initials(text) for text in texts if text)


class Neighbours(NamedTuple):
    """Where a draft stands in the list from which somebody came."""

    before: str | None
    after: str | None
    place: int
    of: int


def neighbours(home: Home, asked: Asked, drafts: list[Listed], draft_id: str) -> Neighbours | None:
    """The drafts before and after one in the list; None where it is not in it."""
    ids = [one.entry.id for one in in_state(found(home, asked, drafts), asked.state)]
    if draft_id not in ids:
        return None
    place = ids.index(draft_id)
    before = ids[place - 1] if place else None
    after = ids[place + 1] if place + 1 < len(ids) else None
    return Neighbours(before, after, place + 1, len(ids))
