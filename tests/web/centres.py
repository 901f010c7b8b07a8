"""What people of the made-up centre do elsewhere than on the page, and what is kept of it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parkdraft import Home
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.facts import Event, Filters, StoredDraft
from parkdraft.review import Wanted, move

LEAD, AGENT, OTHER = "garam.kim", "saebom.park", "daon.lee"


@dataclass
class Centre:
    """A home, as commands of its people see it."""

    root: Path

    def home(self, login: str = AGENT) -> Home:
        return Home(self.root, self.root / "outbox", login=lambda: login)

    @contextlib.contextmanager
    def box(
        self, login: str = AGENT, *, change: bool = False, create: bool = False
    ) -> Iterator[Outbox]:
        with self.home(login).drafts(change=change, create=create) as box:
            yield box

    # ---- what people do --------------------------------------------------------------------

    def draft(self, case: str = "plate-change", login: str = AGENT, **details: Any) -> str:
        """A new draft; its identifier."""
        made = self.home(login).draft(case, **details)
        assert made.id is not None
        return made.id

    def approve(self, *ids: str, login: str = LEAD) -> None:
        home = self.home(login)
        with self.box(login, change=True) as box:
            assert (
                move(box, home.directory, "approve", map(Wanted, ids), today=home.today()).problems
                == ()
            )

    def send_back(self, *ids: str, login: str = LEAD, reason: str = "현장 확인") -> None:
        home = self.home(login)
        with self.box(login, change=True) as box:
            assert (
                move(box, home.directory, "return", map(Wanted, ids), reason=reason).problems == ()
            )

    def sent(self, *ids: str, login: str = AGENT) -> None:
        with self.box(login, change=True) as box:
            assert move(box, self.home(login).directory, "sent", map(Wanted, ids)).problems == ()

    def undo(self, *ids: str, login: str = LEAD) -> None:
        home = self.home(login)
        with self.box(login, change=True) as box:
            assert move(box, home.directory, "undo", map(Wanted, ids)).problems == ()

    # ---- what is kept ----------------------------------------------------------------------

    def stored(self, draft_id: str) -> StoredDraft:
        with self.box() as box:
            return box.located(draft_id)

    def events(self, draft_id: str) -> list[Event]:
        with self.box() as box:
            return box.store.events(draft_id)

    def did(self, draft_id: str) -> list[tuple[str, str]]:
        """What was done to a draft, and by whom."""
        return [(one.verb, one.login) for one in self.events(draft_id)]

    def details(self, draft_id: str) -> dict[str, str]:
        """What was given for a draft of one case."""
        with self.box() as box:
            (details,) = box.content(box.located(draft_id)).details
            return details

    def ids(self, state: str = "pending") -> list[str]:
        """The drafts in a state, as the list has them."""
        with self.box() as box:
            return [draft.id for draft in box.store.page(Filters((state,)), 1000)]

    def path(self, draft_id: str) -> Path:
        """The one file of a draft."""
        (path,) = (self.root / "outbox").glob(f"*/{draft_id}.*")
        return path

    def seen(self, *ids: str) -> list[dict[str, object]]:
        """Drafts as a page names them that shows them as they are now."""
        return [{"id": one, "moved": self.stored(one).moved} for one in ids]
