"""A home: the folder with ``contacts.yaml`` and ``templates/``, where the steps meet.

    details ─▶ decision (decide) ─▶ draft (writing) ─▶ file (outbox)

``route`` and ``compose`` change nothing; ``draft`` writes one file.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parkdraft.cache import remembered
from parkdraft.config.load import NAME, load_directory
from parkdraft.errors import OutboxError, Problem, RouteError, StorageError
from parkdraft.files import read_file
from parkdraft.lookup.sites import MonthList, SiteData, SiteList, indexed, month_path
from parkdraft.model.directory import Directory
from parkdraft.model.team import current_login, login_name, shown_name
from parkdraft.results import Result

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from parkdraft.decide.decision import Decision
    from parkdraft.lists.plan import Imported, ListPlan
    from parkdraft.outbox.box import Outbox
    from parkdraft.outbox.facts import Content, StoredDraft
    from parkdraft.outbox.today import Remade, Today
    from parkdraft.outbox.transitions import Outcome
    from parkdraft.writing.message import Attachment
    from parkdraft.writing.papers import File

TEMPLATES = "templates"


@dataclass(frozen=True)
class Home:
    """An opened home. ``root`` holds directory and templates, ``outbox`` the drafts.

    ``builtin`` says that nothing can be kept here: the copy inside the installed package.
    ``now`` and ``login`` are the PC's clock and user, replaceable for tests.
    """

    root: Path
    outbox: Path
    builtin: bool = False
    now: Callable[[], datetime] = datetime.now
    login: Callable[[], str] = field(default=lambda: current_login(os.environ))

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
        month = f"{today:%Y-%m}"
        lists = {
            partner: listed
            for partner in sorted(self.directory.listed_partners)
            if (listed := self._month_list(partner, month)) is not None
        }
        return SiteData(self.directory, self._registered(), lists)

    def _registered(self) -> SiteList:
        path = self.root / "sites.csv"
        content = _bytes_of(path)
        if content is None:
            return SiteList((), {})

        def read() -> object:
            from parkdraft.lists.sites import kept_sites

            return indexed(kept_sites(path, self.directory))

        checked_against = repr((self.directory.partners, self.directory.sites)).encode()
        return SiteList(**remembered("sites", content + checked_against, read))

    def _month_list(self, partner: str, month: str) -> MonthList | None:
        path = month_path(self.root, partner, month)
        content = _bytes_of(path)
        if content is None:
            return None

        def read() -> object:
            from parkdraft.lists.contacts import kept_contacts

            return indexed(kept_contacts(path))

        return MonthList(partner, month, **remembered("contacts-list", content, read))

    def route(self, case: str, **details: object) -> Result:
        """Who gets it, through which channel, by whose authority; nothing is written.

        Needs only the details that decide the route. Raises DetailsError, RouteError,
        DirectoryError, TableError, TemplateError.
        """
        return self.route_from(self.known(self.now().date()), case, details)

    def route_from(self, known: SiteData, case: str, details: Mapping[str, object]) -> Result:
        """``route`` with what is known of sites at hand."""
        decision, values = self._decided(known, case, details, complete=False)
        return Result(decision, self._customer(decision, values))

    def compose(
        self,
        case: str,
        *,
        attachments: Sequence[File] | None = None,
        masked: object = False,
        **details: object,
    ) -> Result:
        """The draft of a case, not written: no identifier, no path; raises as ``draft``."""
        known = self.known(self.now().date())
        return self.compose_from(known, case, details, attachments=attachments, masked=masked)

    def compose_from(
        self,
        known: SiteData,
        case: str,
        details: Mapping[str, object],
        *,
        login: str | None = None,
        brief: bool = False,
        attachments: Sequence[File] | None = None,
        masked: object = False,
    ) -> Result:
        """The pure step from details to a draft; many cases share one ``known``.

        ``login`` is the author where that is somebody else than who is working now. A
        ``brief`` one lacks the link, and is one of many. ``attachments`` and ``masked`` are as
        in ``draft``.
        """
        from parkdraft.writing.compose import compose

        def decided() -> tuple[Decision, dict[str, Any]]:
            return self._decided(known, case, details, login=login)

        files: tuple[Attachment, ...] = ()
        if attachments:
            from parkdraft.writing.papers import with_papers

            decision, values, files = with_papers(attachments, masked, decided)
        else:
            decision, values = decided()
        customer = self._customer(decision, values, again=brief)
        if decision.row is None:
            return Result(decision, customer)
        draft = compose(self.templates, decision, values, link=not brief, attachments=files)
        return Result(decision, customer, draft)

    def combine_from(
        self,
        known: SiteData,
        case: str,
        many: Sequence[Mapping[str, object]],
        *,
        login: str | None = None,
        workbook: Callable[[Sequence[str], Sequence[Sequence[str]]], bytes] | None = None,
    ) -> tuple[Result, ...]:
        """One draft of several cases that go to the same people; raises as ``compose_from``.

        Each case's result holds the same draft. ``workbook`` makes what is attached, where that
        shall be something else than an XLSX.
        """
        from parkdraft.tables.workbook import workbook_bytes
        from parkdraft.writing.combine import combine, together

        decided = [self._decided(known, case, details, login=login) for details in many]
        decisions = [decision for decision, _ in decided]
        shared = {together(self.templates, decision) for decision in decisions}
        if None in shared or len(shared) > 1:
            raise RouteError([Problem("route.not-together")])
        contexts = [values for _, values in decided]
        draft = combine(self.templates, decisions, contexts, workbook or workbook_bytes)
        return tuple(
            Result(decision, self._customer(decision, values), draft)
            for decision, values in decided
        )

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
        if replaces is not None:
            details |= {"attachments": attachments, "masked": masked}
            with self.drafts(change=True) as box:
                return self.correct(box, replaces, case, details)
        result = self.compose(case, attachments=attachments, masked=masked, **details)
        if result.draft is None:
            return result
        with self.drafts(create=True) as box:
            return self._kept(box, result, None)

    def correct(
        self,
        box: Outbox,
        replaces: str,
        case: str,
        details: Mapping[str, object],
        seen: int | None = None,
    ) -> Result:
        """``draft`` in place of another one; ``seen`` is the ``moved`` that somebody saw of it."""
        from parkdraft.outbox.create import replaceable

        try:
            old = box.located(replaces)
        except OutboxError as error:
            raise OutboxError(one.at(field="replaces") for one in error.problems) from error
        if seen is not None and seen != old.moved:
            raise OutboxError([Problem("outbox.gone", old.id)])
        replaceable(box, old)
        whole: dict[str, Any] = self.corrected(box, old, case, details)
        made = self.compose(case, **whole)
        files = box.content(old).attachments
        if files and not details.get("attachments"):  # they are given again (issue "[engine]")
            box.notes.append(Problem("outbox.files-again", data={"count": len(files)}))
        return made if made.draft is None else self._kept(box, made, old)

    def corrected(
        self, box: Outbox, old: StoredDraft, case: str, details: Mapping[str, object]
    ) -> dict[str, object]:
        """The details of a kept draft, as far as the case has them, with what is given now."""
        from parkdraft.decide.details import find_case

        has = {field.name for field in find_case(case).fields}
        before = {name: text for name, text in box.content(old).details[0].items() if name in has}
        return {**before, **{name.replace("_", "-"): value for name, value in details.items()}}

    def _kept(self, box: Outbox, result: Result, old: StoredDraft | None) -> Result:
        from parkdraft.outbox.create import keep
        from parkdraft.records import duplicates, new_draft
        from parkdraft.writing.compose import check

        assert result.draft is not None  # the caller has looked
        check(result.draft, result.draft.content)
        same = duplicates(box, result.decision, but=old.id if old else None)
        new = new_draft([result], self.named(box.login))
        draft = keep(box, self.directory, new, old)
        box.finish()
        path = box.path(draft)
        return result._replace(
            id=draft.id,
            path=path if path.is_file() else None,  # the folder may have refused it
            duplicates=tuple(other.id for other in same),
            notes=tuple(box.notes),
        )

    def named(self, login: str | None = None) -> str:
        """By what a search finds somebody's drafts: login and shown name."""
        login = login_name(login or self.login())
        return f"{login} {shown_name(self.directory.team, login) or ''}"

    @contextmanager
    def drafts(self, *, change: bool = False, create: bool = False) -> Iterator[Outbox]:
        """The drafts that are kept here, and who is at work on them.

        With ``change`` for what changes something: waiting drafts whose list has come are filled
        first, and whatever an interrupted command left undone is finished at the end. Only with
        ``create`` an outbox is made where there is none.
        """
        change = change or create
        with self._opened(change=change, create=create) as box:
            if change:
                from parkdraft.outbox.create import fill_if_due

                fill_if_due(box, self.today, self._lists)
            yield box

    def _lists(self) -> str:
        """Today, and the month's lists as they lie there: another text when one came."""
        today = self.now().date()
        paths = [month_path(self.root, one, f"{today:%Y-%m}") for one in self.directory.partners]
        there = [(one.parent.name, one.stat()) for one in paths if one.is_file()]
        return repr([str(today), *((name, s.st_mtime_ns, s.st_size) for name, s in there)])

    @property
    def database(self) -> Path:
        """The file in which the drafts are kept, be it there or not; raises DirectoryError."""
        from parkdraft.config.settings import database_path
        from parkdraft.outbox.box import DATABASE

        return database_path(self.root) or self.outbox / DATABASE

    def _opened(self, *, change: bool, create: bool = False) -> AbstractContextManager[Outbox]:
        from parkdraft.outbox.box import open_outbox

        database = self.database
        make = create or (change and database.exists())
        return open_outbox(self.outbox, database, login_name(self.login()), self.now, make=make)

    def today(self) -> Today:
        """What reviewing kept drafts needs to know of today's directory and templates."""
        from parkdraft.outbox.today import Today

        known = self.known(self.now().date())
        return Today(self.directory, lambda draft, content: self._remade(known, draft, content))

    def _remade(self, known: SiteData, draft: StoredDraft, content: Content) -> Remade:
        from parkdraft.outbox.today import Remade
        from parkdraft.records import new_draft

        if draft.cases > 1:
            many = content.details
            results = self.combine_from(known, draft.case, many, login=draft.author)
        else:
            results = (self._again(known, draft, content),)
        made = results[0].draft
        assert made is not None  # both have looked
        return Remade(made, results[0].decision, new_draft(results, self.named(draft.author)))

    def _again(self, known: SiteData, draft: StoredDraft, content: Content) -> Result:
        """A kept draft of one case as it would be made today, with the files that it has."""
        from parkdraft.writing.compose import compose
        from parkdraft.writing.readback import read

        details = content.details[0]
        decision, values = self._decided(known, draft.case, details, login=draft.author)
        if decision.row is None:
            raise OutboxError([Problem("outbox.no-route-today", draft.id)])
        mail = draft.suffix == ".eml" and decision.channel == "email"
        files = read(content.bytes).attachments if mail else ()
        made = compose(self.templates, decision, values, attachments=files)
        return Result(decision, self._customer(decision, values), made)

    def _decided(
        self,
        known: SiteData,
        case: str,
        details: Mapping[str, object],
        *,
        complete: bool = True,
        login: str | None = None,
    ) -> tuple[Decision, dict[str, Any]]:
        """The decided case, and the variables of its templates."""
        from parkdraft.decide.case import decide_case
        from parkdraft.writing.compose import context

        now = self.now()
        today = now.date()
        decision = decide_case(known, case, details, today, now.time(), complete=complete)
        filing_day: date | None = None
        if decision.awaits:
            from parkdraft.values.dates import next_business_day

            filing_day = next_business_day(today, self.directory.extra_holidays)
        author = shown_name(self.directory.team, login or self.login())
        return decision, context(self.directory, decision, today, author, filing_day)

    def _customer(
        self, decision: Decision, values: dict[str, Any], *, again: bool = False
    ) -> str | None:
        from parkdraft.writing.compose import customer_text

        return customer_text(self.templates, decision, values, again=again)

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

    def fill_waiting(self) -> Outcome:
        """Turn each waiting draft that now has its contact into a real one, to be approved."""
        from parkdraft.outbox.create import fill_waiting

        with self._opened(change=True) as box:
            filled = fill_waiting(box, self.today(), self._lists())
            box.finish()
            return filled._replace(problems=(*filled.problems, *box.notes))

    def _keepable(self) -> None:
        if self.builtin:
            raise StorageError([Problem("home.builtin")])


def builtin_home() -> Path:
    """The home that the package carries; in a checkout, the repository itself."""
    carried = Path(__file__).parent / "builtin"
    return carried if _is_home(carried) else Path(__file__).parents[2]


def _is_home(folder: Path) -> bool:
    return (folder / NAME).exists() and (folder / TEMPLATES).is_dir()


def _bytes_of(path: Path) -> bytes | None:
    try:
        return read_file(path)
    except FileNotFoundError:
        return None
