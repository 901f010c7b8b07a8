"""What people of the made-up centre do elsewhere than on the page, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.helpers.colleagues import Colleagues

from parkdraft import Home
from parkdraft.model.states import State
from parkdraft.outbox.facts import Filters
from parkdraft.outbox.transitions import Outcome

LEAD, AGENT, OTHER = "garam.kim", "saebom.park", "daon.lee"
CHANGE = {"site": "별빛타워", "old-plate": "12가3456", "new-plate": "345나6789"}


@dataclass
class Centre(Colleagues):
    """A home, as commands of its people see it; whatever they do succeeds."""

    lead, anyone = LEAD, AGENT

    def home(self, login: str = AGENT) -> Home:
        return Home(self.root, self.root / "outbox", login=lambda: login)

    def draft(self, case: str = "plate-change", login: str = AGENT, **details: Any) -> str:
        """A new draft; its identifier."""
        made = self.home(login).draft(case, **details)
        assert made.id is not None
        return made.id

    def done(self, outcome: Outcome) -> Outcome:
        assert outcome.problems == ()
        return outcome

    # ---- what is kept ----------------------------------------------------------------------

    def details(self, draft_id: str) -> dict[str, str]:
        """What was given for a draft of one case."""
        with self.box() as box:
            (details,) = box.content(box.located(draft_id)).details
            return details

    def ids(self, state: State = "pending") -> list[str]:
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
