"""What the outbox keeps, as facts: a draft to be kept, a kept one, its content, its events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from parkdraft.model.states import STATES, Authority, Channel, Grounds, KeptState, State, Verb
from parkdraft.model.team import THIS_COMPUTER, Seat

SUFFIXES = (".eml", ".txt", ".tsv")


_AS_COMPOSED = (
    *("state", "suffix", "sha256", "case", "partner", "site", "row", "channel", "authority"),
    *("subject", "receiver"),
)
"""Facts that a new draft and a kept one have in common."""
HeldRow = tuple[str, int, str | None]
"""Digest and place of a table's row (see ``TableRow``), and the draft that held it before."""


class NewDraft(NamedTuple):
    """A draft that is about to be kept, composed and read back; plain values, quickly pickled.

    ``details`` is JSON, one object a case (option name → text); ``route`` and ``seen`` are JSON
    as ``route --json`` has them; ``attachments`` JSON, too. ``rows`` holds for each case the
    digest by which a table's row is recognised.
    """

    state: State
    suffix: str
    sha256: str
    case: str
    partner: str | None
    site: str | None
    place: str
    row: str
    channel: Channel
    authority: Authority
    urgent: bool
    subject: str | None
    receiver: str | None
    plates: tuple[str, ...]
    search: str
    initials: str
    content: bytes
    details: str
    route: str
    seen: str
    attachments: str
    internal: str | None
    rows: tuple[str, ...]


class StoredDraft(NamedTuple):
    """A kept draft as a list shows it; texts about a customer are None once it is purged.

    ``step`` is the number of its last event, ``moved`` that of the last one that changed its
    state; ``cases`` how many cases it holds; ``at`` when it was made (UTC).
    """

    id: str
    state: KeptState
    step: int
    moved: int
    suffix: str
    sha256: str
    at: str
    author: str
    case: str
    partner: str | None
    site: str | None
    row: str
    channel: Channel
    authority: Authority
    urgent: int
    cases: int
    subject: str | None
    receiver: str | None
    plates: str | None
    reason: str | None
    batch: str | None
    replaces: str | None

    @classmethod
    def first(
        cls,
        draft_id: str,
        new: NewDraft,
        author: str,
        at: str,
        batch: str | None,
        replaces: str | None,
    ) -> StoredDraft:
        """A draft as it is right after it was made."""
        return cls(
            **{name: getattr(new, name) for name in _AS_COMPOSED},
            id=draft_id,
            step=1,
            moved=1,
            at=at,
            author=author,
            urgent=int(new.urgent),
            cases=len(new.rows),
            plates=json.dumps(new.plates, ensure_ascii=False),
            reason=None,
            batch=batch,
            replaces=replaces,
        )

    @property
    def made(self) -> datetime:
        """When it was made."""
        return moment(self.at)


class TableRow(NamedTuple):
    """By what a table's row is recognised: a digest of its cells, its number among equal rows."""

    cells: str
    place: int


class Holder(NamedTuple):
    """The draft that holds a table's row; ``live`` until it is returned or purged."""

    draft: str
    live: bool


class Content(NamedTuple):
    """A kept draft's bytes, what its drafter gave, and what its drafter was shown."""

    sha256: str
    bytes: bytes
    details: list[dict[str, str]]
    route: Mapping[str, Any]
    seen: Mapping[str, Any]
    attachments: list[dict[str, Any]]
    internal: str | None


class By(NamedTuple):
    """Who does something, by which right, and from where."""

    login: str
    grounds: Grounds
    seat: Seat = THIS_COMPUTER


class Event(NamedTuple):
    """One thing that happened to a draft; ``grounds`` says by which right.

    ``other`` is the draft that was made in its place, ``undoes`` the step that was taken back,
    ``sha256`` that of the draft's bytes at that time; ``session`` and ``address`` are of the
    seat from which somebody did it on a team's server.
    """

    draft: str
    step: int
    at: str
    login: str
    verb: Verb
    source: KeptState | None
    target: KeptState
    grounds: Grounds
    sha256: str | None = None
    reason: str | None = None
    other: str | None = None
    undoes: int | None = None
    session: str | None = None
    address: str | None = None

    @property
    def moment(self) -> datetime:
        """When it happened."""
        return moment(self.at)

    @property
    def moves(self) -> bool:
        """Whether it changed the draft's state."""
        return self.source != self.target

    def as_json(self) -> dict[str, Any]:
        """An entry of ``history`` in ``outbox show --json``."""
        return {
            "id": self.draft,
            "at": local(self.at),
            "by": self.login,
            "do": self.verb,
            "from": self.source,
            "to": self.target,
            "grounds": self.grounds,
            "reason": self.reason,
            "replaced_by": self.other,
            "session": self.session,
            "address": self.address,
        }


class Filters(NamedTuple):
    """Which drafts to list; None and empty mean all.

    ``place`` is a folded name, ``before`` a kept moment; each of ``words`` must be found.
    """

    states: tuple[State, ...] = STATES
    partner: str | None = None
    case: str | None = None
    author: str | None = None
    place: str | None = None
    batch: str | None = None
    before: str | None = None
    untouched_since: str | None = None
    words: tuple[Word, ...] = ()


class Word(NamedTuple):
    """A folded word to search for, and the cases and partners with such a name."""

    text: str
    initials: bool
    cases: tuple[str, ...]
    partners: tuple[str, ...]


def stamp(now: datetime) -> str:
    """A moment as it is kept: UTC, so that texts stand in the order of time."""
    return now.astimezone(UTC).isoformat(timespec="milliseconds")


def moment(at: str) -> datetime:
    """A kept moment, in the PC's own time."""
    return datetime.fromisoformat(at).astimezone()


def local(at: str) -> str:
    """A kept moment as JSON tells it, in the PC's own time."""
    return moment(at).isoformat(timespec="seconds")
