"""People at work in one home, each by login: what they do with drafts, and what is kept of it."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from parkdraft import Home
from parkdraft.model.states import Move
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.facts import Event, StoredDraft
from parkdraft.outbox.transitions import Outcome
from parkdraft.review import Wanted, move


@dataclass
class Colleagues(ABC):
    """A home; whoever is not named is the lead, or ``anyone`` where no lead is needed."""

    root: Path
    lead: ClassVar[str]
    anyone: ClassVar[str]

    @abstractmethod
    def home(self, login: str = ...) -> Home:
        """The home as somebody sees it."""

    @contextlib.contextmanager
    def box(self, login: str | None = None, *, change: bool = False) -> Iterator[Outbox]:
        with self.home(login or self.lead).drafts(change=change) as box:
            yield box

    # ---- what people do --------------------------------------------------------------------

    def approve(self, *ids: str, login: str | None = None) -> Outcome:
        home = self.home(login or self.lead)
        with self.box(login, change=True) as box:
            outcome = move(box, home.directory, "approve", map(Wanted, ids), today=home.today())
            return self.done(outcome)

    def send_back(self, *ids: str, login: str | None = None, reason: str = "현장 확인") -> Outcome:
        with self.box(login, change=True) as box:
            return self.done(self._moved(box, "return", ids, reason))

    def sent(self, *ids: str, login: str | None = None) -> Outcome:
        with self.box(login or self.anyone, change=True) as box:
            return self.done(self._moved(box, "sent", ids))

    def undo(self, *ids: str, login: str | None = None) -> Outcome:
        with self.box(login, change=True) as box:
            return self.done(self._moved(box, "undo", ids))

    def _moved(self, box: Outbox, verb: Move, ids: Iterable[str], reason: str = "") -> Outcome:
        return move(box, self.home().directory, verb, map(Wanted, ids), reason=reason)

    def done(self, outcome: Outcome) -> Outcome:
        """What became of it, for the test to judge."""
        return outcome

    # ---- what is kept ----------------------------------------------------------------------

    def stored(self, draft_id: str) -> StoredDraft:
        with self.box() as box:
            return box.located(draft_id)

    def history(self, draft_id: str) -> list[Event]:
        """What the database says that happened to a draft, oldest first."""
        with self.box() as box:
            return box.store.events(draft_id)

    def did(self, draft_id: str) -> list[tuple[str, str]]:
        """What was done to a draft, and by whom."""
        return [(event.verb, event.login) for event in self.history(draft_id)]
