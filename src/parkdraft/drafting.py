"""From details to a composed draft: the one way that commands, tables and pages take.

    details ─▶ decision (decide) ─▶ draft (writing)

Nothing is kept here, and nothing of the home is read but what ``Today`` holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from parkdraft.decide.case import decide_case
from parkdraft.decide.decision import Decision
from parkdraft.errors import DetailsError, OutboxError, Problem, RouteError
from parkdraft.lookup.sites import SiteData
from parkdraft.model.directory import Directory
from parkdraft.model.team import shown_name
from parkdraft.results import Result
from parkdraft.writing import compose as writing

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from parkdraft.outbox.facts import Content, StoredDraft
    from parkdraft.writing.message import Attachment, Mail
    from parkdraft.writing.papers import File

Details = Mapping[str, object]
"""Option name → what was typed."""
Workbook = Callable[[Sequence[str], Sequence[Sequence[str]]], bytes]
"""Makes an XLSX of its header and rows."""


class Today(NamedTuple):
    """What cases are decided and written with: sites, templates, the moment, who is working."""

    sites: SiteData
    templates: ImmutableSandboxedEnvironment
    now: datetime
    login: str

    @property
    def directory(self) -> Directory:
        """What ``contacts.yaml`` says."""
        return self.sites.directory


def route(today: Today, case: str, details: Details) -> Result:
    """Who gets a case; needs only the details that decide that. Raises as ``compose``."""
    decision, values = _decided(today, case, details, complete=False)
    return Result(decision, writing.customer_text(today.templates, decision, values))


def compose(
    today: Today,
    case: str,
    details: Details,
    *,
    brief: bool = False,
    attachments: Sequence[File] | None = None,
    masked: object = False,
) -> Result:
    """The draft of a case; without one where the customer has to answer first.

    With ``brief``, for the rows of a table, no ``mailto:`` link is made. ``attachments`` are files
    that go along with an e-mail; ``masked`` True says that resident number, address and face are
    not to be seen in them: else they are refused. Raises DetailsError, RouteError, TemplateError
    or DraftError.
    """
    if attachments:
        decision, values, files = _with_files(today, case, details, attachments, masked)
    else:
        (decision, values), files = _decided(today, case, details), ()
    customer = writing.customer_text(today.templates, decision, values, again=brief)
    if decision.row is None:
        return Result(decision, customer)
    draft = writing.compose(today.templates, decision, values, link=not brief, attachments=files)
    return Result(decision, customer, draft)


def combine(
    today: Today,
    case: str,
    many: Sequence[Details],
    *,
    author: str | None = None,
    workbook: Workbook | None = None,
) -> tuple[Result, ...]:
    """One draft of several cases that go to the same people; each case's result holds it.

    ``workbook`` makes what is attached, where that shall be something else than an XLSX. Raises
    as ``compose``.
    """
    from parkdraft.tables.workbook import workbook_bytes
    from parkdraft.writing.combine import combine, together

    decided = [_decided(today, case, details, author=author) for details in many]
    decisions = [decision for decision, _ in decided]
    shared = {together(today.templates, decision) for decision in decisions}
    if None in shared or len(shared) > 1:
        raise RouteError([Problem("route.not-together")])
    contexts = [values for _, values in decided]
    draft = combine(today.templates, decisions, contexts, workbook or workbook_bytes)
    return tuple(
        Result(decision, writing.customer_text(today.templates, decision, values), draft)
        for decision, values in decided
    )


def compose_again(
    today: Today, draft: StoredDraft, content: Content, mail: Mail | None
) -> tuple[Result, ...]:
    """A kept draft as its author would make it today, with the files that its ``mail`` has.

    Raises as ``compose``, and OutboxError where nothing would be sent today.
    """
    if draft.cases > 1:
        return combine(today, draft.case, content.details, author=draft.author)
    decision, values = _decided(today, draft.case, content.details[0], author=draft.author)
    if decision.row is None:
        raise OutboxError([Problem("outbox.no-route-today", draft.id)])
    files: tuple[Attachment, ...] = ()
    if draft.suffix == ".eml" and decision.channel == "email":
        from parkdraft.writing.readback import read

        files = (mail or read(content.bytes)).attachments
    customer = writing.customer_text(today.templates, decision, values)
    composed = writing.compose(today.templates, decision, values, attachments=files)
    return (Result(decision, customer, composed),)


def _with_files(
    today: Today, case: str, details: Details, attachments: Sequence[File], masked: object
) -> tuple[Decision, dict[str, Any], tuple[Attachment, ...]]:
    """The decided case and its files, which are refused together, and where it is no e-mail.

    Names of files that were replaced are warnings of the decision.
    """
    from parkdraft.writing.papers import _misplaced, named, read_papers

    papers, problems = read_papers(attachments, masked is True)
    try:
        decision, values = _decided(today, case, details)
    except (DetailsError, RouteError) as error:
        if problems:
            raise DetailsError([*error.problems, *problems]) from error
        raise
    if decision.row is None:
        return decision, values, ()  # nothing is sent yet
    problems = [*_misplaced(decision), *problems]
    if problems:
        raise DetailsError(problems)
    files, warnings = named(papers, decision.values)
    return decision._replace(warnings=(*decision.warnings, *warnings)), values, files


def _decided(
    today: Today, case: str, details: Details, *, complete: bool = True, author: str | None = None
) -> tuple[Decision, dict[str, Any]]:
    """The decided case, and the variables of its templates.

    ``author`` is the login of who drafts it, where that is not who is working now.
    """
    directory, day = today.directory, today.now.date()
    decision = decide_case(today.sites, case, details, day, today.now.time(), complete=complete)
    filing_day: date | None = None
    if decision.awaits:
        from parkdraft.values.dates import next_business_day

        filing_day = next_business_day(day, directory.extra_holidays)
    name = shown_name(directory.team, author or today.login)
    return decision, writing.context(directory, decision, day, name, filing_day)
