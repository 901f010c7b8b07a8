"""``outbox approve | return | sent | undo | remake``: commands that change drafts' states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from parkdraft.cli.layout import echo, note, note_problems, print_json, problems_json
from parkdraft.cli.outbox import FILTERS, MOST, read_filters
from parkdraft.cli.shared import YES, changing, command, is_sure, open_home
from parkdraft.cli.usage import WrongUsage
from parkdraft.errors import ParkdraftError, Problem
from parkdraft.home import Home
from parkdraft.model.labels import state_label
from parkdraft.model.states import Move

if TYPE_CHECKING:
    from parkdraft.outbox.box import Outbox
    from parkdraft.outbox.facts import StoredDraft
    from parkdraft.outbox.transitions import Outcome
    from parkdraft.review import Wanted

_IDS = click.Argument(["ids"], metavar="[번호]", nargs=-1)
_ALL = click.Option(["--all", "every"], is_flag=True, help="거르기 옵션에 맞는 초안 모두.")
_WORDS: Mapping[Move, tuple[str, str]] = {
    "approve": ("승인", "승인했습니다"),
    "return": ("반려", "반려했습니다"),
    "sent": ("완료로 표시", "완료로 표시했습니다"),
    "undo": ("마지막 처리를 취소", "마지막 처리를 취소했습니다"),
}
"""Command → words for doing it, and for having done it."""


def _moved(
    do: Move,
    context: click.Context,
    *,
    ids: tuple[str, ...],
    every: bool,
    yes: bool,
    json: bool,
    reason: str = "",
    **filters: Any,
) -> int:
    """Move the drafts that are named, or all that fit the filters, and show the outcome."""
    from parkdraft.review import Wanted, move

    home, (doing, done) = open_home(context), _WORDS[do]
    _check_asked(ids, filters, every=every)
    with changing(home) as box:
        wanted = [Wanted(name) for name in ids]
        if every:
            wanted = _all_wanted(home, box, do, filters)
            if not wanted and not json:
                echo("맞는 초안이 없습니다.")
            if wanted and not yes and not is_sure(f"초안 {len(wanted):,}건을 {doing}합니다."):
                note("하지 않았습니다. 묻지 않고 하려면 --yes를 붙이세요.")
                return 1
        today = home.today() if do == "approve" else None
        outcome = move(box, home.directory, do, wanted, reason=reason, today=today)
        return _tell(box, outcome, done, as_json=json)


def _all_wanted(home: Home, box: Outbox, do: Move, asked: dict[str, Any]) -> list[Wanted]:
    """The drafts that fit the filters, and whose state allows the verb."""
    from parkdraft.outbox.transitions import FROM
    from parkdraft.review import Wanted

    filters = read_filters(home, **asked)
    states = tuple(state for state in filters.states if state in FROM[do])
    drafts = box.store.page(filters._replace(states=states), MOST) if states else ()
    return [Wanted(draft.id, draft.moved) for draft in drafts]


def _check_asked(ids: Sequence[str], filters: dict[str, Any], *, every: bool) -> None:
    narrowed = any(value not in (None, ()) for value in filters.values())
    if every and ids:
        raise WrongUsage("번호와 --all은 함께 쓸 수 없습니다.")
    if every and not narrowed:
        raise WrongUsage("--all에는 거르기 옵션이 하나 이상 있어야 합니다. 예: --state pending")
    if not every and narrowed:
        raise WrongUsage("거르기 옵션은 --all과 함께 씁니다.")
    if not every and not ids:
        raise WrongUsage("번호가 빠졌습니다. 여러 건이면 --all과 거르기 옵션을 쓰세요.")


def _tell(box: Outbox, outcome: Outcome, done: str, *, as_json: bool) -> int:
    """Show what was done and refused; the exit code is 1 where anything was refused."""
    if as_json:
        entries = [
            {"id": draft.id, "state": draft.state, "path": str(box.folder.path(draft))}
            for draft in outcome.done
        ]
        print_json({"done": entries, "problems": problems_json(outcome.problems)})
    else:
        for draft in outcome.done:
            echo(f"{done}: {draft.id}")
    note_problems(outcome.problems)
    return 1 if outcome.problems else 0


def _remake(context: click.Context, ids: tuple[str, ...], yes: bool, json: bool) -> int:
    from parkdraft.outbox.transitions import Outcome
    from parkdraft.review import changed, remake

    home = open_home(context)
    today = home.today()
    with changing(home) as box:
        drafts, problems = _to_remake(home, box, ids)
        changes, unmade = changed(box, today, drafts)
        problems += unmade
        note_problems(_no_longer_hold(home, box, ids))
        for change in () if json else changes:  # not on stderr: it has plates and names
            echo(f"{change.draft.id}  {change.draft.subject or ''}")
            for text in change.lines:
                echo(f"  {text}")
        if changes and not yes and not is_sure(f"초안 {len(changes):,}건을 다시 만듭니다."):
            note("다시 만들지 않았습니다. 묻지 않고 하려면 --yes를 붙이세요.")
            return 1
        outcome = remake(box, home.directory, changes)
        if not changes and not json and not problems:
            echo("다시 만들 초안이 없습니다.")
        both = Outcome(outcome.done, (*problems, *outcome.problems))
        return _tell(box, both, "다시 만들었습니다", as_json=json)


def _to_remake(
    home: Home, box: Outbox, ids: tuple[str, ...]
) -> tuple[Iterable[StoredDraft], list[Problem]]:
    """The pending drafts that are named, else all that whoever is working may remake."""
    from parkdraft.outbox.facts import Filters
    from parkdraft.outbox.transitions import right

    if not ids:
        pending = box.store.page(Filters(("pending",)), MOST)
        return (draft for draft in pending if right(box, home.directory, draft)), []
    drafts: list[StoredDraft] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(ids):
        try:
            draft = box.located(name)
        except ParkdraftError as error:
            problems += error.problems
            continue
        state = state_label(draft.state, draft.channel)
        if draft.state != "pending":
            problems.append(Problem("outbox.state-remake", draft.id, data={"state": state}))
        elif right(box, home.directory, draft) is None:
            problems.append(Problem("outbox.not-yours", draft.id, data={"login": box.login}))
        elif draft not in drafts:
            drafts.append(draft)
    return drafts, problems


def _no_longer_hold(home: Home, box: Outbox, ids: tuple[str, ...]) -> list[Problem]:
    """Problems of approved drafts that would go elsewhere today: shown, but not remade."""
    from parkdraft.outbox.facts import Filters
    from parkdraft.review import against_today

    if ids:
        return []
    today, approved = home.today(), box.store.page(Filters(("approved",)), MOST)
    return [
        problem for draft in approved for problem in against_today(today, draft, box.content(draft))
    ]


_MANY = (_ALL, *FILTERS, YES)
_REASON = click.Option(["--reason"], metavar="사유", required=True, help="반려 사유 [필수]")
approve = command("approve", partial(_moved, "approve"), _IDS, *_MANY)
send_back = command("return", partial(_moved, "return"), _IDS, _REASON, *_MANY)
sent = command("sent", partial(_moved, "sent"), _IDS, *_MANY)
undo = command("undo", partial(_moved, "undo"), _IDS, *_MANY)
remake = command("remake", _remake, _IDS, YES)
