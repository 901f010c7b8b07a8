"""What the page shows of a checked or made table, as plain values that JSON can keep."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from parkdraft.batch.report import Report, RowResult
from parkdraft.model import labels
from parkdraft.model.directory import Directory
from parkdraft.present.words import NO_PARTNER, partner_name
from parkdraft.tables.source import ranges
from parkdraft.web.words import cell_line, plain_words, problem_line, problem_lines

MOST_GOOD = 100
MOST_BAD = 300
"""Rows with problems or warnings shown at most; the table of failed rows has all bad ones."""


@dataclass
class ShownRows:
    """The rows that the page shows, up to ``MOST_BAD`` with problems or warnings."""

    good: list[RowResult] = field(default_factory=list)
    bad: list[RowResult] = field(default_factory=list)
    warned: list[RowResult] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    warnings: int = 0
    """Rows with warnings, shown or not."""

    def add(self, result: RowResult) -> None:
        """Add what became of a row."""
        if result.warnings:
            self.warnings += 1
            if len(self.warned) < MOST_BAD:
                self.warned.append(result)
        if result.status == "skipped":
            self.skipped.append(result.row)
        elif result.status == "failed" and len(self.bad) < MOST_BAD:
            self.bad.append(result)
        elif result.status == "drafted" and len(self.good) < MOST_GOOD:
            self.good.append(result)


def shown(rows: ShownRows, report: Report, directory: Directory) -> dict[str, Any]:
    """The rows and counts of a run, in words."""
    return {
        "report": {
            **{name: getattr(report, name) for name in ("drafted", "skipped", "failed")},
            "messages": report.messages,
            "batch": report.batch,
            "failed_table": report.failed_table is not None,
        },
        "routes": [
            (labels.CHANNELS[channel][0], partner_name(directory, partner) or NO_PARTNER, count)
            for (channel, partner), count in report.by_route.most_common()
        ],
        "good": [(row.row, *_where(row, directory)) for row in _by_number(rows.good)],
        "bad": [(row.row, list(map(cell_line, row.problems))) for row in rows.bad],
        "warned": [
            (row.row, list(map(cell_line, row.warnings))) for row in _by_number(rows.warned)
        ],
        "warnings": rows.warnings,
        "skipped": ranges(rows.skipped),
        "starts": [
            (labels.STATES[state][0], report.states[state])
            for state in ("pending", "waiting")
            if report.states[state]
        ],
        "kinds": [(plain_words(kind.first), kind.times) for kind in report.warned.values()],
        "lines": problem_lines(report.problems),
        "notes": list(dict.fromkeys(map(problem_line, (*report.notes, *report.happened)))),
    }


def _by_number(rows: list[RowResult]) -> list[RowResult]:
    return sorted(rows, key=lambda row: row.row)


def _where(row: RowResult, directory: Directory) -> tuple[str, str, str, str, str]:
    """Case, site, partner, channel and first state of a row, in words."""
    draft = row.about
    if not draft:
        return ("", "", "", "", "")
    to = [person["name"] for person in json.loads(draft.route)["to"]]
    others = f"외 {len(to) - 1}명" if len(to) > 1 else None
    names = filter(None, ("·", to[0], others)) if to else ()
    return (
        labels.CASES[draft.case][0],
        draft.site or "",
        partner_name(directory, draft.partner) or NO_PARTNER,
        " ".join((labels.CHANNELS[draft.channel][0], *names)),
        labels.state_label(draft.state, draft.channel),
    )
