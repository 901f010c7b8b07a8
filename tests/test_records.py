"""A draft's history is what the lines say, in whatever order and however often they come."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parkdraft.outbox.lines import Damaged, Line, parsed, sound, written
from parkdraft.outbox.records import Event, History, Memory, Record, end, record_key, record_line

ID, OTHER = "20261123-k7q2mxab", "20261123-zzzzzzzz"
RECORD = Record(
    ({"site": "가온타워", "old-plate": "12가3456", "new-plate": "345나6789"},),
    {"from": None, "to": [{"name": "김하늘", "address": "haneul@example.com"}], "cc": []},
    ("0123456789abcdef",),
    ("fedcba9876543210",),
    ("From 1234", "본문1 5678"),
)
WAYS = {
    "approve": ("pending", "approved"),
    "sent": ("approved", "sent"),
    "return": ("pending", "returned"),
    "purge": ("sent", None),
}
property_test = settings(max_examples=150, deadline=None, derandomize=True, database=None)


def intent(
    op: str,
    do: str = "draft",
    after: str | None = None,
    at: int = 0,
    draft_id: str = ID,
    **more: Any,
) -> Line:
    source, state = WAYS.get(do, (None, "pending"))
    if do == "import":
        source = "waiting"
    facts = {}
    if do in ("draft", "import"):
        facts = {"author": "agent.park", "case": "plate-change", "channel": "email"}
    return {
        "op": op,
        "id": draft_id,
        "at": f"2026-11-{23 + at // 24:02}T{at % 24:02}:00:00+09:00",
        "by": "lead.kim",
        "do": do,
        "from": source,
        "to": state,
        "suffix": ".eml",
        "after": after,
        **facts,
        **more,
    }


def done(op: str, draft_id: str = ID) -> Line:
    return end(op, done=[draft_id])


def cancelled(op: str, draft_id: str = ID) -> Line:
    return end(op, cancelled=[draft_id])


def moved(op: str, do: str, after: str | None, at: int = 0, **more: Any) -> list[Line]:
    return [intent(op, do, after, at, **more), done(op)]


def memory(lines: Iterable[Line]) -> Memory:
    """What is remembered of lines as they stand in segments."""
    return Memory().feed(parsed("segment", b"".join(map(written, lines))))


def history(lines: Iterable[Line], draft_id: str = ID) -> History:
    found = memory(lines)
    assert found.damaged == []
    return found.of(draft_id)


def ops(events: Sequence[Event]) -> list[str]:
    return [one.op for one in events]


MADE = [record_line("a", ID, RECORD), *moved("a", "draft", None, subject="제목", sha256="0" * 64)]


class TestChain:
    def test_nothing_is_known(self) -> None:
        known = history(MADE, OTHER)
        assert known == History(OTHER)
        assert (known.last, known.made, known.author) == (None, None, None)

    def test_made(self) -> None:
        known = history(MADE)
        assert known.last == known.made
        assert known.made is not None
        assert (known.made.do, known.made.source, known.made.state) == ("draft", None, "pending")
        assert (known.author, known.made.sha256) == ("agent.park", "0" * 64)
        assert known.made.more["subject"] == "제목"
        assert known.record == RECORD
        assert known.made.moment.isoformat() == known.made.at

    def test_the_whole_way(self) -> None:
        lines = [*MADE, *moved("b", "approve", "a"), *moved("c", "sent", "b")]
        known = history(lines)
        assert ops(known.events) == ["a", "b", "c"]
        assert known.last is not None
        assert (known.last.do, known.last.source, known.last.state) == ("sent", "approved", "sent")
        assert known.made is not None
        assert known.made.op == "a"
        assert (known.unfinished, known.forked) == ((), ())

    @pytest.mark.parametrize("clocks", [(0, 0, 0), (9, 5, 1), (1, 9, 5), (5, 1, 9)])
    def test_clocks_decide_nothing(self, clocks: tuple[int, int, int]) -> None:
        """Each step was done on another PC, whose clock is wrong."""
        first, second, third = clocks
        lines = [
            *moved("a", "draft", None, first),
            *moved("b", "approve", "a", second),
            *moved("c", "sent", "b", third),
        ]
        assert ops(history(lines).events) == ["a", "b", "c"]
        assert history(lines).forked == ()

    def test_brought_by_a_list(self) -> None:
        """The record that counts is that of the bytes that are there now."""
        new = RECORD._replace(keys=("new",))
        lines = [*MADE, record_line("b", ID, new), *moved("b", "import", "a")]
        known = history(lines)
        assert known.made is not None
        assert known.made.op == "b"
        assert known.record == new
        assert known.author == "agent.park"

    def test_several_drafts_in_one_operation(self) -> None:
        lines = [
            intent("a"),
            intent("a", draft_id=OTHER),
            end("a", done=[ID], cancelled=[OTHER]),
        ]
        assert ops(history(lines).events) == ["a"]
        assert history(lines, OTHER).events == ()
        assert set(memory(lines).ids()) == {ID, OTHER}

    def test_replaced(self) -> None:
        """One names what comes in its place, the other what it replaces."""
        lines = [
            *MADE,
            *moved("b", "return", "a", replaced_by=OTHER),
            intent("c", draft_id=OTHER, replaces=ID),
            done("c", OTHER),
        ]
        old, new = history(lines), history(lines, OTHER)
        assert old.last is not None
        assert old.last.more["replaced_by"] == OTHER
        assert new.made is not None
        assert new.made.more["replaces"] == ID

    def test_purged(self) -> None:
        lines = [intent("a"), done("a"), *moved("b", "purge", "a")]
        known = history(lines)
        assert ops(known.events) == ["a", "b"]
        assert known.last is not None
        assert known.last.state is None
        assert known.record is None
        assert known.made is not None
        assert known.made.sha256 == ""

    def test_records_only_where_they_are_wanted(self) -> None:
        content = b"".join(map(written, MADE))
        known = Memory(records=False).feed(parsed("segment", content))
        assert known.of(ID).record is None
        assert list(known.recorded_ids()) == []
        assert list(memory(MADE).recorded_ids()) == [ID]


class TestWhatIsNotDone:
    def test_announced(self) -> None:
        known = history([intent("a")])
        assert (known.events, ops(known.unfinished), known.forked) == ((), ["a"], ())
        assert known.record is None
        assert ops(list(memory([intent("a")]).announced(ID))) == ["a"]

    def test_announced_after_something(self) -> None:
        known = history([*MADE, intent("b", "approve", "a")])
        assert (ops(known.events), ops(known.unfinished)) == (["a"], ["b"])
        assert known.last == known.made

    def test_cancelled(self) -> None:
        lines = [*MADE, intent("b", "approve", "a"), cancelled("b")]
        known = history(lines)
        assert (ops(known.events), known.unfinished, known.forked) == (["a"], (), ())
        assert ops(list(memory(lines).announced(ID))) == ["a", "b"]

    @pytest.mark.parametrize("ends", [[done("b"), cancelled("b")], [cancelled("b"), done("b")]])
    def test_cancelled_stays_cancelled(self, ends: list[Line]) -> None:
        assert ops(history([*MADE, intent("b", "approve", "a"), *ends]).events) == ["a"]

    def test_a_record_of_what_was_not_done(self) -> None:
        assert history([record_line("a", ID, RECORD), intent("a"), cancelled("a")]).record is None

    def test_an_end_of_nothing(self) -> None:
        assert history([done("a")]) == History(ID)

    def test_another_drafts_end_is_not_its_end(self) -> None:
        known = history([intent("a"), done("a", OTHER)])
        assert (known.events, ops(known.unfinished)) == ((), ["a"])


class TestForks:
    def test_two_who_moved_it_from_the_same_place(self) -> None:
        lines = [*MADE, *moved("b", "approve", "a", 5), *moved("c", "return", "a", 3)]
        known = history(lines)
        assert (ops(known.events), ops(known.forked)) == (["a", "c"], ["b"])

    @pytest.mark.parametrize("order", [1, -1])
    def test_at_the_same_second(self, order: int) -> None:
        two = [*moved("b", "approve", "a"), *moved("c", "return", "a")]
        known = history([*MADE, *two[::order]])
        assert (ops(known.events), ops(known.forked)) == (["a", "b"], ["c"])

    def test_what_came_after_the_loser(self) -> None:
        lines = [
            *MADE,
            *moved("b", "return", "a", 1),
            *moved("c", "approve", "a", 2),
            *moved("d", "sent", "c", 3),
        ]
        known = history(lines)
        assert (ops(known.events), ops(known.forked)) == (["a", "b"], ["c", "d"])

    def test_made_twice(self) -> None:
        known = history([*moved("a", "draft", None), *moved("b", "draft", None, 1)])
        assert (ops(known.events), ops(known.forked)) == (["a"], ["b"])

    @pytest.mark.parametrize("after", ["nobody", "b", "c"])
    def test_after_something_that_was_never_done(self, after: str) -> None:
        lines = [*MADE, intent("c", "approve", "a"), cancelled("c"), *moved("b", "sent", after)]
        known = history(lines)
        assert (ops(known.events), ops(known.forked)) == (["a"], ["b"])

    def test_alone_and_after_something_unknown(self) -> None:
        known = history(moved("b", "approve", "a"))
        assert (known.events, ops(known.forked)) == ((), ["b"])
        assert (known.last, known.made, known.author, known.record) == (None, None, None, None)


# ---- in any order ------------------------------------------------------------------------------


@st.composite
def stories(draw: st.DrawFn) -> list[Line]:
    """Lines about two drafts: chains, forks, cancelled and unfinished operations, wrong clocks."""
    lines: list[Line] = []
    for draft_id in (ID, OTHER):
        made: list[str | None] = [None]
        for number in range(draw(st.integers(0, 6))):
            op = f"{draft_id[-1]}{number}"
            do = draw(st.sampled_from(["draft", "import", *WAYS]))
            after = draw(st.sampled_from([made[-1], *made]))
            lines.append(intent(op, do, after, draw(st.integers(0, 3)), draft_id))
            if do in ("draft", "import"):
                lines.append(record_line(op, draft_id, RECORD._replace(keys=(op,))))
            ended = draw(st.sampled_from(["done", "done", "done", "cancelled", "both", "not"]))
            if ended in ("done", "both"):
                lines.append(done(op, draft_id))
                made.append(op)
            if ended in ("cancelled", "both"):
                lines.append(cancelled(op, draft_id))
    return lines


def both(lines: Iterable[Line]) -> tuple[History, History]:
    known = memory(lines)
    assert known.damaged == []
    return known.of(ID), known.of(OTHER)


@property_test
@given(lines=stories(), seed=st.integers(0, 1_000))
def test_the_order_of_lines_and_segments_means_nothing(lines: list[Line], seed: int) -> None:
    shuffled = list(lines)
    random.Random(seed).shuffle(shuffled)
    assert both(shuffled) == both(lines)
    cut = seed % (len(lines) + 1)
    assert both(lines[cut:] + lines[:cut]) == both(lines)


@property_test
@given(lines=stories(), data=st.data())
def test_lines_that_come_twice_count_once(lines: list[Line], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(lines), max_size=20)) if lines else []
    assert both([*lines, *again]) == both(lines)
    assert both([*again, *lines, *lines]) == both(lines)


@property_test
@given(lines=stories())
def test_every_operation_is_in_one_place(lines: list[Line]) -> None:
    for known in both(lines):
        places = ops([*known.events, *known.unfinished, *known.forked])
        ends = {(one["op"], *one["cancelled"]) for one in lines if "done" in one}
        announced = {one["op"] for one in lines if one.get("id") == known.id and "do" in one}
        assert len(places) == len(set(places))
        assert set(places) == {op for op in announced if (op, known.id) not in ends}
        before: str | None = None
        for one in known.events:
            assert one.after == before
            before = one.op


@property_test
@given(lines=stories(), other=stories())
def test_what_is_fed_later_counts_as_well(lines: list[Line], other: list[Line]) -> None:
    """A journal is read on while others write."""
    known = memory(lines)
    known.feed(parsed("later", b"".join(map(written, other))))
    assert (known.of(ID), known.of(OTHER)) == both([*lines, *other])


# ---- damaged lines -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"op": 1},
        {"op": None},
        {"id": "../../x"},
        {"id": None},
        {"id": ["x"]},
        {"from": "nowhere"},
        {"to": "../x"},
        {"to": ["sent"]},
        {"suffix": ".exe"},
        {"suffix": None},
        {"at": "2026-11-23T10:00:00"},
        {"at": "yesterday"},
        {"at": 0},
        {"by": None},
        {"do": {}},
        {"after": ["a"]},
        {"author": None},
        {"case": 5},
        {"channel": []},
    ],
    ids=str,
)
def test_an_intent_in_another_form_is_damaged(change: Line) -> None:
    line = intent("a") | change
    assert sound(written(intent("a"))[:-1]) is not None
    assert sound(written(line)[:-1]) is None
    assert [one.number for one in memory([intent("b"), line]).damaged] == [2]


@pytest.mark.parametrize("missing", list(intent("a")))
def test_an_intent_without_something(missing: str) -> None:
    line = {name: value for name, value in intent("a").items() if name != missing}
    assert memory([line]).damaged == [Damaged("segment", 1, torn=False)]


@pytest.mark.parametrize(
    "line",
    [
        {"op": "a", "done": "x", "cancelled": []},
        {"op": "a", "done": [ID]},
        {"op": "a", "done": {}, "cancelled": {}},
        {"op": "a", "done": [[ID]], "cancelled": []},
        {"op": "a", "done": [None], "cancelled": []},
        {"op": ["a"], "done": [ID], "cancelled": []},
        {"done": [ID], "cancelled": []},
    ],
    ids=str,
)
def test_an_end_in_another_form_is_damaged(line: Line) -> None:
    known = memory([intent("a"), line])
    assert known.damaged == [Damaged("segment", 2, torn=False)]
    assert ops(known.of(ID).unfinished) == ["a"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" ",
        b"\r",
        b"null",
        b"1",
        b"[]",
        b'"op"',
        b'["op","done","cancelled"]',
        b"{}",
        b"\0" * 500,
        b"\xff\xfe{",
        b"[" * 100_000,
        b'{"op":' * 50_000,
        b"1" * 10_000,
        b'{"op":"a","done":[],"cancelled":[]} x',
        b'{"op":"a","done":[],"cancelled":[]}\r',
        b"<<<<<<< HEAD",
    ],
    ids=lambda raw: repr(raw[:20]),
)
def test_anything_else_is_damaged(raw: bytes) -> None:
    content = written(intent("a")) + raw + b"\n" + written(done("a"))
    known = Memory().feed(parsed("segment", content))
    assert known.damaged == [Damaged("segment", 2, torn=False)]
    assert ops(known.of(ID).events) == ["a"]


@pytest.mark.parametrize(
    "raw",
    [
        b'{"record":{}',
        b'{"record":{},"op":"a"}',
        b'{"record":{},"op":["a"],"id":"x"}',
        b'{"record":{},"op":"a","id":{}}',
        b'{"record":{},"op":' + b"[" * 100_000,
        b'{"record":{},"id":"x","op":"a"',
    ],
    ids=lambda raw: repr(raw[:40]),
)
def test_a_record_of_nobody_knows_what(raw: bytes) -> None:
    assert record_key(raw) is None
    known = Memory().feed(parsed("segment", raw + b"\n"))
    assert len(known.damaged) == 1


@pytest.mark.parametrize(
    "kept",
    [
        b"{}",
        b"null",
        b"[]",
        b"[" * 100_000,
        b'{"details":[],"route":{},"keys":[],"rows":[],"lines":[]}',
        b'{"details":["x"],"route":{},"keys":[],"rows":[],"lines":[]}',
        b'{"details":[{}],"route":{},"keys":[1],"rows":[],"lines":[]}',
        b'{"details":[{}],"route":{},"keys":[],"rows":[null],"lines":[]}',
        b'{"details":[{}],"route":{},"keys":[],"rows":[],"lines":[[]]}',
        b'{"details":[{}],"route":{},"keys":[],"rows":[],"lines":7}',
    ],
    ids=lambda raw: repr(raw[:40]),
)
def test_a_record_that_cannot_be_read_is_none(kept: bytes) -> None:
    raw = b'{"record":' + kept + b',"op":"a","id":"' + ID.encode() + b'"}\n'
    known = Memory().feed(parsed("segment", raw + b"".join(map(written, MADE[1:]))))
    assert known.of(ID).last is not None
    assert known.of(ID).record is None


def test_a_record_survives_its_line() -> None:
    texts = '"op":"x","id":"y"}\n\r\t\\ \u2028 가\u0301 \U0001f697 \udcff'
    record = RECORD._replace(details=({"memo": texts, "op": texts, "id": texts},))
    (raw,) = written(record_line("a", ID, record)).splitlines()
    assert record_key(raw) == ("a", ID)
    assert json.loads(raw)["record"]["details"] == [record.details[0]]
    assert history([record_line("a", ID, record), *MADE[1:]]).record == record
