"""Lists read most drafts at a glance, and say what the whole reading says, whatever is there."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from parkdraft.outbox.glancing import Glanced, glanced
from parkdraft.outbox.listing import Filters, listed
from parkdraft.outbox.records import end
from parkdraft.outbox.store import STATES

if TYPE_CHECKING:
    from tests.outboxes import Office

pytest_plugins = ["outboxes"]

LEAD, OTHER_LEAD, AUTHOR, OTHER = "lead.kim", "lead.lee", "agent.park", "agent.choi"
ROW = "가온타워,정바다,jung@example.com,소장"


@pytest.fixture
def filled(office: Office) -> Office:
    """Drafts of every kind, in every state, by several people; one corrected, one imported."""
    for state in ("pending", "approved", "returned", "sent"):
        office.in_state(state)
        office.in_state(state, LEAD, site="새솔타워", urgent=True)
        office.later(minutes=1)
    for kind in ("agit", "app", "sheet", "board", "admin"):
        office.draft(kind, OTHER)
    office.draft("email", LEAD, replaces=office.in_state("returned"))
    office.draft("email", AUTHOR, site='따옴표 "역슬래시" 빌딩')
    office.send_back(office.in_state("approved"), reason='둘째 줄까지\n"다시"')
    waiting = office.draft("listed")
    office.bring(ROW)
    assert [entry.id for entry in office.fill().done] == [waiting]
    office.draft("email", AUTHOR, site="새솔타워")
    return office


def seen(office: Office, filters: Filters | None = None) -> list[dict[str, object]]:
    """What a list shows; the same as after reading everything."""
    filters = filters or Filters()
    quick = [one.as_json() for one in glanced(office.box(), filters)]
    assert quick == [one.as_json() for one in listed(office.box(), filters)]
    return quick


def test_nothing(office: Office) -> None:
    assert seen(office) == []


def test_as_it_should_be_nearly_everything_is_seen_at_a_glance(filled: Office) -> None:
    found = glanced(filled.box())
    whole = [one for one in found if not isinstance(one, Glanced)]
    assert len(seen(filled)) == len(found) == 19
    # what was imported, and texts with quotes and line ends
    assert len(whole) == 3
    assert all(one["problems"] == [] for one in seen(filled))


@pytest.mark.parametrize("state", STATES)
def test_by_state(filled: Office, state: str) -> None:
    assert {one["state"] for one in seen(filled, Filters((state,)))} <= {state}


@pytest.mark.parametrize(
    "filters",
    [
        Filters(partner="gaon"),
        Filters(case="payment-cancel"),
        Filters(author="AGENT.PARK@office"),
        Filters(("pending", "sent"), older_than=1),
        Filters(partner="none"),
    ],
)
def test_filters(filled: Office, filters: Filters) -> None:
    filled.later(days=1)
    seen(filled, filters)


def test_urgent_ones_first_then_the_newest(filled: Office) -> None:
    found = seen(filled)
    urgent_ones = [bool(one["urgent"]) for one in found]
    assert urgent_ones == sorted(urgent_ones, reverse=True)
    for urgent in (True, False):
        moments = [str(one["at"]) for one in found if one["urgent"] is urgent]
        assert moments == sorted(moments, reverse=True)


class TestUnusual:
    """What is not in order goes the whole way, and shows its problems."""

    def problems(self, office: Office, draft_id: str) -> object:
        (found,) = [one["problems"] for one in seen(office) if one["id"] == draft_id]
        return found

    @pytest.mark.parametrize(
        ("state", "code"),
        [("approved", "outbox.moved-by-hand"), ("sent", "outbox.moved-by-hand")],
    )
    def test_moved_by_hand(self, office: Office, state: str, code: str) -> None:
        draft_id = office.draft()
        path = office.path(draft_id)
        (office.outbox / state).mkdir()
        path.rename(office.outbox / state / path.name)
        assert self.problems(office, draft_id) == [code]

    def test_without_a_record(self, office: Office) -> None:
        path = office.path(office.draft())
        path.rename(path.with_stem("20261123-zzzzzzzz"))
        assert self.problems(office, "20261123-zzzzzzzz") == ["outbox.no-record"]

    def test_announced_and_not_finished(self, office: Office) -> None:
        draft_id = office.draft()
        made = office.lines(draft_id)[0]
        office.write({**made, "op": "f" * 16, "do": "approve", "after": made["op"]})
        assert self.problems(office, draft_id) == ["outbox.unfinished"]

    @pytest.mark.parametrize("op", ["f" * 16, "somebody's"])
    def test_two_who_did_the_next_thing(self, office: Office, op: str) -> None:
        draft_id = office.in_state("approved")
        last = office.lines(draft_id)[-1]
        office.write({**last, "op": op, "to": "returned"}, end(op, [draft_id]))
        assert "outbox.forked" in str(self.problems(office, draft_id))

    def test_approved_with_other_bytes(self, office: Office) -> None:
        draft_id = office.in_state("approved")
        (path,) = (path for path in office.segments() if LEAD in path.name)
        sha256 = office.lines(draft_id)[-1]["sha256"].encode()
        path.write_bytes(path.read_bytes().replace(sha256, b"f" * 64))
        assert self.problems(office, draft_id) == ["outbox.not-approved"]

    def test_cancelled_in_another_segment(self, office: Office) -> None:
        draft_id = office.draft()
        office.write(end(office.lines(draft_id)[0]["op"], cancelled=[draft_id]))
        assert self.problems(office, draft_id) == ["outbox.no-record"]


def _bit(chosen: random.Random, lines: list[bytes]) -> None:
    at = chosen.randrange(len(lines))
    line = bytearray(lines[at])
    line[chosen.randrange(len(line))] ^= 1 << chosen.randrange(8)
    lines[at] = bytes(line)


def _lost(chosen: random.Random, lines: list[bytes]) -> None:
    del lines[chosen.randrange(len(lines))]


def _twice(chosen: random.Random, lines: list[bytes]) -> None:
    lines.insert(chosen.randrange(len(lines)), chosen.choice(lines))


def _moved(chosen: random.Random, lines: list[bytes]) -> None:
    lines.insert(chosen.randrange(len(lines)), lines.pop(chosen.randrange(len(lines))))


def _torn(chosen: random.Random, lines: list[bytes]) -> None:
    lines[-1] = lines[-1][: chosen.randrange(len(lines[-1]))]


def _word(chosen: random.Random, lines: list[bytes]) -> None:
    """A state, an operation or an end is another one."""
    words = (b"pending", b"approved", b"returned", b'"done"', b"approve", b"null", b".eml", b"lead")
    old, new = chosen.sample(words, 2)
    at = chosen.randrange(len(lines))
    lines[at] = lines[at].replace(old, new, chosen.choice((1, -1)))


HARM: tuple[Callable[[random.Random, list[bytes]], None], ...] = (
    *(_bit, _lost, _twice, _moved, _torn, _word),
)


@pytest.mark.parametrize("harm", HARM)
def test_whatever_happened_to_the_journal(
    filled: Office, harm: Callable[[random.Random, list[bytes]], None]
) -> None:
    sound = {path: path.read_bytes() for path in filled.segments()}
    chosen = random.Random(harm.__name__)
    for _ in range(60):
        path = chosen.choice(sorted(sound))
        lines = sound[path].splitlines()
        harm(chosen, lines)
        path.write_bytes(b"\n".join(lines) + (b"" if harm is _torn else b"\n"))
        seen(filled)
        for one in filled.segments():
            one.unlink()
        for one, content in sound.items():
            one.write_bytes(content)
