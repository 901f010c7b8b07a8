"""The table that a lead fills in: Korean headings, and one worked example of each case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from parkdraft.errors import ParkdraftError, Problem, StorageError
from parkdraft.process import labels
from parkdraft.process.cases import CASES, FIELDS, Case
from parkdraft.process.coverage import questions
from parkdraft.process.directory import Directory
from parkdraft.process.inquiry import inquire
from parkdraft.process.places import Known
from parkdraft.process.routing import Decision
from parkdraft.process.sites import SiteList
from parkdraft.process.values import read_choice
from parkdraft.storing import put, storage_errors
from parkdraft.tables.casecolumns import CASE, CASE_COLUMNS, CHOICES
from parkdraft.tables.workbook import workbook_bytes
from parkdraft.tables.writing import write_csv

TEMPLATE_COLUMNS = tuple(
    column for column in CASE_COLUMNS if not column.name.endswith("-confirmed")
)
"""What is doubtful is confirmed one by one; a template must not invite to do it."""

_OPTIONAL: dict[str, tuple[str, ...]] = {
    "registration": ("end", "product", "ticket", "customer", "phone"),
    "plate-change": ("from-date", "ticket"),
    "cancellation": ("answer", "product", "ticket"),
    "payment-cancel": ("approval-no", "paid-with", "ticket", "urgent"),
    "lot-info": ("ticket",),
    "parking-ticket": ("plate", "ticket"),
}
"""What people usually fill in beside what a case needs."""


def worked_examples(directory: Directory, today: date) -> list[dict[str, str]]:
    """One row for each case (column name → text), each with a route in this directory.

    Values are the examples of the fields; partner and integration the first that lead to an
    e-mail with recipients, else to any draft.
    """
    return [_routed(directory, case, today) for case in CASES.values()]


def write_template(path: Path, examples: Sequence[Mapping[str, str]]) -> None:
    """Write the table to ``path``: a CSV or, with lists to choose from, an XLSX, by its suffix.

    ``examples`` are rows as ``worked_examples`` gives them. Raises StorageError: another
    suffix, a file of this name (it stays as it is), or what the file system refuses.
    """
    suffix = path.suffix.casefold()
    if suffix not in (".csv", ".xlsx"):
        raise StorageError([Problem("table.suffix", data={"file": path.name})])
    with storage_errors(path.name):
        if path.exists():
            raise StorageError([Problem("table.exists", data={"file": path.name})])
    header = [column.labels[0] for column in TEMPLATE_COLUMNS]
    rows = [[example.get(column.name, "") for column in TEMPLATE_COLUMNS] for example in examples]
    if suffix == ".csv":
        write_csv(path, header, rows)
        return
    lists = {
        position: CHOICES[column.name]
        for position, column in enumerate(TEMPLATE_COLUMNS)
        if column.name in CHOICES
    }
    put(path, workbook_bytes(header, rows, lists, title=header[0]))


def _routed(directory: Directory, case: Case, today: date) -> dict[str, str]:
    found: dict[str, str] | None = None
    for example in _candidates(directory, case):
        decision = _decided(directory, case, example, today)
        if decision and decision.channel == "email" and not decision.awaits:
            return example
        if decision and found is None:
            found = example
    return found or _example(case, {"partner": FIELDS["partner"].example})


def _candidates(directory: Directory, case: Case) -> Iterator[dict[str, str]]:
    """The example at each partner and integration that the process knows."""
    names = dict.fromkeys(
        (directory.partners[one.partner].name, one.integration)
        for one in questions(directory, case)
        if one.partner and one.integration and not directory.partners[one.partner].catch_all
    )
    for partner, integration in names:
        place = {"partner": partner}
        if not case.ignores_integration:
            place["integration"] = labels.INTEGRATIONS[integration][0]
        yield _example(case, place)


def _example(case: Case, place: Mapping[str, str]) -> dict[str, str]:
    values = {CASE: case.label, **place}
    for name in (*case.needs, *_OPTIONAL[case.name]):
        if name not in values:
            field = FIELDS[name]
            choices = field.choices
            chosen = choices and choices[read_choice(field.example, choices)][0]
            values[name] = chosen or field.example
    return values


def _decided(
    directory: Directory, case: Case, example: Mapping[str, str], today: date
) -> Decision | None:
    known = Known(directory, SiteList((), {}), {})
    details = {name: text for name, text in example.items() if name != CASE}
    details["site-confirmed"] = "예"  # the example's name may be near one that is known
    try:
        return inquire(known, case.name, details, today, complete=True).decision
    except ParkdraftError:
        return None
