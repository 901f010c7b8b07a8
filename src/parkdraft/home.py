"""A home: the folder with ``contacts.yaml`` and ``templates/``, where the steps meet.

    details ─▶ decision (decide) ─▶ draft (writing) ─▶ file (outbox)

``route`` and ``compose`` change nothing; ``draft`` writes one file.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from parkdraft.config.load import NAME, load_directory
from parkdraft.errors import OutboxError, ParkdraftError, Problem, StorageError
from parkdraft.lists.opened import month_state, site_data
from parkdraft.lookup.sites import SiteData
from parkdraft.model.directory import Directory
from parkdraft.model.team import Seat, current_login, login_name
from parkdraft.results import Result

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from parkdraft.database.engine import Engine
    from parkdraft.database.opening import Where
    from parkdraft.drafting import Today
    from parkdraft.lists.plan import Imported, ListPlan
    from parkdraft.outbox.box import Outbox
    from parkdraft.outbox.facts import StoredDraft
    from parkdraft.outbox.transitions import Outcome
    from parkdraft.writing.papers import File

TEMPLATES = "templates"


@dataclass(frozen=True)
class Home:
    """An opened home. ``root`` holds directory and templates, ``outbox`` the drafts.

    ``builtin`` says that nothing can be kept here: the copy inside the installed package.
    ``now`` and ``login`` are the PC's clock and user, replaceable for tests; ``login`` and
    ``seat`` are who works, and from where, on a team's server, ``connect`` opens its database.
    """

    root: Path
    outbox: Path
    builtin: bool = False
    now: Callable[[], datetime] = datetime.now
    login: Callable[[], str] = field(default=lambda: current_login(os.environ))
    seat: Callable[[], Seat] = Seat
    connect: Callable[..., Engine] | None = None

    @classmethod
    def open(cls, path: str | Path | None = None) -> Home:
        """The home at ``path``, else ``$PARKDRAFT_HOME``, else the nearest, else the built-in.

        Raises StorageError where ``path`` or the variable names no home.
        """
        named = path or os.environ.get("PARKDRAFT_HOME")
        if named:
            root = Path(named).absolute()
            if not _is_home(root):
                raise StorageError([Problem("home.none", data={"folder": root.name})])
            return cls(root, root / "outbox")
        current = Path.cwd()
        for folder in (current, *current.parents):
            if _is_home(folder):
                return cls(folder, folder / "outbox")
        return cls(builtin_home(), current / "outbox", builtin=True)

    @cached_property
    def directory(self) -> Directory:
        """What ``contacts.yaml`` says; raises DirectoryError."""
        return load_directory(self.root / NAME)

    @cached_property
    def templates(self) -> ImmutableSandboxedEnvironment:
        """The templates' sandbox."""
        from parkdraft.writing.sandbox import environment

        return environment(self.root / TEMPLATES)

    def known(self, today: date) -> SiteData:
        """All that is known of sites today; raises TableError for a list that is not sound."""
        return site_data(self.root, self.directory, today)

    def today(self, sites: SiteData | None = None) -> Today:
        """What cases are decided and written with; raises DirectoryError or TableError.

        ``sites`` where they are known already.
        """
        from parkdraft.drafting import Today

        now = self.now()
        known = sites or self.known(now.date())
        return Today(known, self.templates, now, login_name(self.login()))

    def route(self, case: str, **details: object) -> Result:
        """Who gets it, through which channel, by whose authority; nothing is written.

        Needs only the details that decide the route. Raises DetailsError, RouteError,
        DirectoryError, TableError, TemplateError.
        """
        from parkdraft.drafting import route

        return route(self.today(), case, details)

    def compose(
        self,
        case: str,
        *,
        attachments: Sequence[File] | None = None,
        masked: object = False,
        **details: object,
    ) -> Result:
        """The draft of a case, not written: no identifier, no path; raises as ``draft``."""
        from parkdraft.drafting import compose

        return compose(self.today(), case, details, attachments=attachments, masked=masked)

    def draft(
        self,
        case: str,
        *,
        replaces: str | None = None,
        attachments: Sequence[File] | None = None,
        masked: object = False,
        **details: object,
    ) -> Result:
        """Make a draft, keep it in the outbox, and read it back.

        ``replaces`` names the draft that it corrects: its details hold where none are given
        (an empty text takes one away), and it is returned, if it is not yet. ``attachments``
        are files that go along with an e-mail; ``masked`` True says that resident number,
        address and face are not to be seen in them: else they are refused. Raises what
        ``route`` raises, DraftError, OutboxError and StorageError; then nothing is kept. A
        cancellation without an answer drafts nothing.
        """
        details |= {"attachments": attachments, "masked": masked}
        if replaces is not None:
            return self.correct(replaces, case, details)
        made = self.compose(case, **cast("dict[str, Any]", details))
        if made.draft is None:
            return made
        with self.drafts(create=True) as box:
            kept = self._kept(box, made, None)
        return _as_it_lies(kept, box)

    def correct(
        self, replaces: str, case: str, details: Mapping[str, object], seen: int | None = None
    ) -> Result:
        """``draft`` in place of another one; ``seen`` is the ``moved`` that somebody saw of it."""
        from parkdraft.outbox.create import refuse_irreplaceable

        with self.drafts(change=True) as box:
            try:
                old = box.located(replaces)
            except OutboxError as error:
                raise OutboxError(p.at(field="replaces") for p in error.problems) from error
            if seen is not None and seen != old.moved:
                raise OutboxError([Problem("outbox.gone", old.id)])
            refuse_irreplaceable(box, old)
            whole: dict[str, Any] = self.corrected(box, old, case, details)
            made = self.compose(case, **whole)
            if made.draft is None:
                return made
            files = box.content(old).attachments
            if files and not details.get("attachments"):  # they have to be given again
                box.notes.append(Problem("outbox.files-again", data={"count": len(files)}))
            kept = self._kept(box, made, old)
        return _as_it_lies(kept, box)

    def corrected(
        self, box: Outbox, old: StoredDraft, case: str, details: Mapping[str, object]
    ) -> dict[str, object]:
        """The details of a kept draft, as far as the case has them, with what is given now."""
        from parkdraft.decide.details import find_case

        has = {field.name for field in find_case(case).fields}
        before = {name: text for name, text in box.content(old).details[0].items() if name in has}
        return {**before, **{name.replace("_", "-"): value for name, value in details.items()}}

    def _kept(self, box: Outbox, made: Result, old: StoredDraft | None) -> Result:
        """Keep a composed draft, perhaps in place of another one."""
        from parkdraft.outbox.create import keep, replace
        from parkdraft.records import author_words, duplicates, new_draft
        from parkdraft.writing.compose import check

        assert made.draft is not None  # the caller has looked
        check(made.draft, made.draft.content)
        same = duplicates(box, made.decision, but=old.id if old else None)
        new = new_draft([made], author_words(self.directory.team, box.login))
        draft = replace(box, self.directory, new, old, box.login) if old else keep(box, new)
        doubles = tuple(other.id for other in same)
        return made._replace(id=draft.id, path=box.folder.path(draft), duplicates=doubles)

    @contextmanager
    def drafts(self, *, change: bool = False, create: bool = False) -> Iterator[Outbox]:
        """The drafts that are kept here, and who is at work on them.

        With ``change`` for what changes something: waiting drafts whose list has come are filled
        first, and whatever an interrupted command left undone is finished at the end. Only with
        ``create`` an outbox is made where there is none.
        """
        with self._opened(change=change or create, create=create) as box:
            if (change or create) and box.store.ids(("waiting",), limit=1):
                self._fill_if_due(box)
            yield box

    def fill_waiting(self) -> Outcome:
        """Turn each waiting draft that now has its contact into a real one, to be approved."""
        from parkdraft.waiting import fill_waiting

        with self._opened(change=True) as box:
            filled = fill_waiting(box, self.today(), self._lists())
        return filled._replace(problems=(*filled.problems, *box.notes))

    def _fill_if_due(self, box: Outbox) -> None:
        """``fill_waiting``, once a day and for each new list; what was filled is noted."""
        from parkdraft.waiting import FILLED, fill_waiting

        with suppress(ParkdraftError):  # a broken list is told where it is used
            lists = self._lists()
            if box.store.memo(FILLED) != lists:
                filled = fill_waiting(box, self.today(), lists)
                box.notes.extend(Problem("outbox.filled", draft.id) for draft in filled.done)

    def _lists(self) -> str:
        return month_state(self.root, self.directory, self.now().date())

    @contextmanager
    def connected(self) -> Iterator[Engine]:
        """The database alone, made where there is none: for accounts, sessions and records."""
        with self._opened(change=True, create=True) as box:
            yield box.engine

    @property
    def database(self) -> Where:
        """Where the drafts are kept, be they there or not; raises DirectoryError, StorageError."""
        from parkdraft.config import settings
        from parkdraft.database.opening import postgres_url

        where = settings.database(self.root) or self.outbox / "outbox.db"
        return postgres_url(where) if isinstance(where, str) else where

    def _opened(self, *, change: bool, create: bool = False) -> AbstractContextManager[Outbox]:
        from parkdraft.outbox.box import open_outbox

        login, seat, connect = login_name(self.login()), self.seat(), self.connect
        place = (self.outbox, self.database, login, self.now)
        return open_outbox(*place, change=change, create=create, seat=seat, connect=connect)

    def plan_contacts(self, partner: str, path: Path, month: str) -> ListPlan:
        """What importing a partner's list of a month (``2026-11``) would do; raises TableError."""
        from parkdraft.lists.plan import plan_contacts

        self._keepable()
        return plan_contacts(self.root, self.directory, partner, path, month, self.now().date())

    def plan_sites(self, path: Path) -> ListPlan:
        """What importing a list of sites would do; raises TableError."""
        from parkdraft.lists.plan import plan_sites

        self._keepable()
        return plan_sites(self.root, self.directory, path)

    def take_over(self, plan: ListPlan) -> Imported:
        """Keep a planned list; raises StorageError.

        ``fill_waiting`` then turns the drafts that waited for contacts into real ones.
        """
        from parkdraft.lists.plan import take_over

        return take_over(plan, self.now())

    def _keepable(self) -> None:
        if self.builtin:
            raise StorageError([Problem("home.builtin")])


def _as_it_lies(kept: Result, box: Outbox) -> Result:
    """A kept draft once the outbox is finished: the folder shows it now, or has refused it."""
    path = kept.path if kept.path and kept.path.is_file() else None
    return kept._replace(path=path, notes=tuple(box.notes))


def builtin_home() -> Path:
    """The home that the package carries; in a checkout, the repository itself."""
    carried = Path(__file__).parent / "builtin"
    return carried if _is_home(carried) else Path(__file__).parents[2]


def _is_home(folder: Path) -> bool:
    return (folder / NAME).exists() and (folder / TEMPLATES).is_dir()
