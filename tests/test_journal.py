"""The journal: whole lines alone are believed, and nobody's lines are lost, whoever dies when."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parkdraft.errors import StorageError
from parkdraft.outbox import journal as module
from parkdraft.outbox.journal import Journal
from parkdraft.outbox.lines import Damaged, Line, about, naming, written
from parkdraft.outbox.records import History, Memory, Record, end, record_line
from parkdraft.outbox.settling import strip

if TYPE_CHECKING:
    from tests.faults import Steps

pytest_plugins = ["faults"]
pytestmark = pytest.mark.usefixtures("hurried")

NOVEMBER, DECEMBER = datetime(2026, 11, 30, 23, 59), datetime(2026, 12, 1, 0, 0)
LOGIN = "agent.park"
ONE, TWO, THREE = "20261123-aaaaaaaa", "20261123-bbbbbbbb", "20261123-cccccccc"
RECORD = Record(({"memo": "12가3456"},), {}, (), (), ("To 1234",))
SECRET = "차량번호 변경 요청 (3456)"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "outbox" / "journal"


@pytest.fixture
def mine(folder: Path) -> Journal:
    return Journal(folder, "pc-1")


@pytest.fixture
def theirs(folder: Path) -> Journal:
    return Journal(folder, "pc-2")


def intent(op: str, draft_id: str = ONE, after: str | None = None, **more: Any) -> Line:
    return {
        "op": op,
        "id": draft_id,
        "at": "2026-11-23T10:00:00+09:00",
        "by": LOGIN,
        "do": "return" if after else "draft",
        "from": "pending" if after else None,
        "to": "returned" if after else "pending",
        "suffix": ".eml",
        "after": after,
        **({} if after else {"author": LOGIN, "case": "plate-change", "channel": "email"}),
        "subject": SECRET,
        **more,
    }


def making(op: str, draft_id: str = ONE) -> list[Line]:
    return [record_line(op, draft_id, RECORD), intent(op, draft_id)]


def done(op: str, *ids: str) -> Line:
    return end(op, done=ids or [ONE])


def add(journal: Journal, *lines: Line, login: str = LOGIN, when: datetime = NOVEMBER) -> None:
    journal.append(login, when, lines)


def raw(journal: Journal) -> list[bytes]:
    """Every whole line, as it stands in the segments; nothing may be damaged."""
    found = list(journal.read())
    assert not [one for one in found if isinstance(one, Damaged)]
    return [one[0] for one in found if not isinstance(one, Damaged)]


def lines(*expected: Line) -> list[bytes]:
    return [written(one)[:-1] for one in expected]


def histories(journal: Journal) -> list[History]:
    memory = Memory().feed(journal.read())
    assert memory.damaged == []
    return [memory.of(one) for one in sorted(memory.ids())]


def segment(journal: Journal) -> Path:
    (path,) = journal.segments()
    return path


def left(journal: Journal) -> list[str]:
    """The operations that have no end."""
    return [lines[0]["op"] for _, lines in journal.unfinished()]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


# ---- writing and reading -----------------------------------------------------------------------


class TestLines:
    def test_nothing_yet(self, mine: Journal) -> None:
        assert mine.segments() == []
        assert list(mine.read()) == []
        assert list(mine.unfinished()) == []
        mine.tidy()
        strip(mine, [ONE])
        assert not mine.folder.parent.exists()

    def test_written_and_read(self, mine: Journal, theirs: Journal) -> None:
        add(mine, *making("a"))
        add(mine, done("a"))
        assert raw(mine) == raw(theirs) == lines(*making("a"), done("a"))

    def test_what_is_read_is_parsed_but_for_records(self, mine: Journal) -> None:
        add(mine, *making("a"), done("a"))
        (_, record), (_, made), (_, finished) = mine.read()  # type: ignore[misc]
        assert record is None
        assert made == intent("a")
        assert finished == done("a")

    def test_any_text_survives(self, mine: Journal) -> None:
        text = '"\\\n\r\t\u2028\u2029\0\x1a 가\u0301 \U0001f697 \udcff {"op":"x","done":[]}'
        add(mine, intent("a", by=text, subject=text))
        (found,) = mine.read()
        assert not isinstance(found, Damaged)
        assert found[1] == intent("a", by=text, subject=text)

    def test_a_segment_for_each_month_login_and_machine(
        self, mine: Journal, theirs: Journal
    ) -> None:
        add(mine, done("a"))
        add(mine, done("b"))
        add(mine, done("c"), login="lead.kim")
        add(theirs, done("d"))
        add(mine, done("e"), when=DECEMBER)
        names = [path.name for path in mine.segments()]
        assert names == [
            "2026-11.agent.park@pc-1.jsonl",
            "2026-11.agent.park@pc-2.jsonl",
            "2026-11.lead.kim@pc-1.jsonl",
            "2026-12.agent.park@pc-1.jsonl",
        ]
        assert len(raw(mine)) == 5

    def test_other_files_are_no_segments(self, mine: Journal) -> None:
        add(mine, done("a"))
        for name in ("x.txt", "x.jsonl.bak", ".x.tmp", "desktop.ini"):
            (mine.folder / name).write_bytes(b"x")
        assert len(mine.segments()) == 1

    def test_a_link_to_nowhere_holds_nobody_up(self, mine: Journal) -> None:
        add(mine, done("a"))
        (mine.folder / "2026-10.x@pc-1.jsonl").symlink_to("nowhere")
        assert raw(mine) == lines(done("a"))
        assert left(mine) == []

    def test_those_about_some_drafts(self, mine: Journal, theirs: Journal) -> None:
        add(mine, *making("a" * 16), done("a" * 16), *making("b" * 16, TWO), done("b" * 16, TWO))
        add(theirs, intent("c" * 16, ONE, "a" * 16), intent("c" * 16, THREE))
        add(theirs, done("c" * 16, ONE, THREE))
        for journal in (mine, theirs):
            named = Memory().feed(journal.read(naming(ONE)))
            chosen = Memory().feed(journal.read(about([ONE, THREE])))
            everything = Memory().feed(journal.read())
            assert named.of(ONE) == everything.of(ONE)
            assert named.of(TWO).events == ()
            for one in (ONE, THREE):
                assert chosen.of(one).events == everything.of(one).events
            assert chosen.of(TWO).events == ()

    def test_in_small_pieces(self, mine: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
        write = os.write
        monkeypatch.setattr(os, "write", lambda file, data: write(file, bytes(data[:5])))
        add(mine, *making("a"), done("a"))
        assert raw(mine) == lines(*making("a"), done("a"))

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
    @pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
    def test_for_owner_and_group_whatever_the_umask(
        self, mine: Journal, theirs: Journal, umask: int
    ) -> None:
        """The group writes, too: on one machine another login ends what somebody left."""
        before = os.umask(umask)
        try:
            add(mine, *making("a"))
            add(theirs, *making("b", TWO))
            modes = [path.stat().st_mode & 0o777 for path in mine.segments()]
            strip(mine, [ONE, TWO])
        finally:
            os.umask(before)
        assert mine.folder.stat().st_mode & 0o777 == 0o770
        modes += [path.stat().st_mode & 0o777 for path in mine.segments()]
        assert modes == [0o660] * 4


# ---- names -------------------------------------------------------------------------------------

NAMES = [
    "",
    " ",
    ".",
    "..",
    "%",
    "%-",
    "a",
    "a b",
    "a@b",
    "a~b",
    "a%40b",
    "a%000040b",
    "../../x",
    "..\\x",
    "/etc/passwd",
    "C:\\x",
    'a<>:"/\\|?*b',
    "a\0b",
    "a\nb",
    "CON",
    "nul.",
    "a.",
    "a ",
    "홍길동",
    "홍길동".encode().decode("latin-1"),
    "\u1112\u1169\u11bc",
    "\udcff\udcfe",
    "\U0001f697",
    "/10",
    "\u2f10",
    " 19",
    "\u2019",
    "\x02f",
    "가" * 100,
    "가" * 101,
    "/" * 300,
    "x" * 5_000,
]
"""Logins and machines as nobody has them; some were alike when written in fewer signs."""


def name_of(folder: Path, login: str, machine: str) -> str:
    journal = Journal(folder, machine)
    add(journal, done("a"), login=login)
    (path,) = folder.iterdir()
    path.unlink()
    return path.name


class TestNames:
    def test_two_are_never_alike(self, folder: Path) -> None:
        some = ["", "a@b", "a", "b", "%", "가" * 100]
        pairs = {*itertools.product(NAMES, some), *itertools.product(some, NAMES)}
        names = {name_of(folder, *pair).casefold() for pair in pairs}
        assert len(names) == len(pairs)

    @settings(max_examples=100, deadline=None, derandomize=True, database=None)
    @given(
        pairs=st.lists(
            st.tuples(st.text(st.characters()), st.text(st.characters())), unique=True, max_size=5
        )
    )
    def test_every_file_system_takes_them(
        self, tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]]
    ) -> None:
        folder = tmp_path_factory.getbasetemp() / "names"
        names = [name_of(folder, *pair) for pair in pairs]
        assert len(set(names)) == len(pairs)
        for name in names:
            assert len(os.fsencode(name)) <= 143
            assert name.startswith("2026-11.")
            assert name.endswith(".jsonl")
            assert not set(name) & set('<>:"/\\|?*~')
            assert name.isprintable()
            assert name.count("@") == 1

    def test_each_machine_knows_its_own(self, folder: Path) -> None:
        for machine in NAMES:
            add(Journal(folder, machine), intent("a"), login=machine)
        for machine in NAMES:
            assert left(Journal(folder, machine)) == ["a"]
        assert left(Journal(folder, "another")) == []


# ---- what was cut off --------------------------------------------------------------------------

STORY = [
    *making("a"),
    done("a"),
    record_line("b", TWO, RECORD),
    intent("b", TWO),
    record_line("b", THREE, RECORD),
    intent("b", THREE),
    done("b", TWO, THREE),
    intent("c", ONE, "a"),
    end("c", cancelled=[ONE]),
    intent("d", ONE, "a"),
]


class TestTorn:
    @pytest.mark.parametrize(("window", "step"), [(65_536, 2), (64, 11), (1, 19)])
    def test_cut_at_any_byte(
        self, mine: Journal, monkeypatch: pytest.MonkeyPatch, window: int, step: int
    ) -> None:
        """Nothing but whole lines is believed; they stay, and the next line is sound."""
        monkeypatch.setattr(module, "_TAIL", window)
        add(mine, *STORY)
        path = segment(mine)
        content = path.read_bytes()
        ends = [at for at in range(len(content)) if content[at : at + 1] == b"\n"]
        near = {at + by for at in ends for by in (-1, 0, 1)}
        for cut in sorted({*range(0, len(content), step), *near}):
            path.write_bytes(content[:cut])
            whole = content[: content.rfind(b"\n", 0, cut) + 1]
            number = whole.count(b"\n")
            found = list(mine.read())
            if cut > len(whole):
                assert found.pop() == Damaged(path.name, number + 1, torn=True)
            assert [one[0] for one in found] == whole.split(b"\n")[:-1]

            while number and "record" in STORY[number - 1]:  # what it was about was cut off
                number -= 1
            opened = [STORY[number - 1]["op"]] if number and "do" in STORY[number - 1] else []
            assert left(mine) == opened
            assert raw(mine) == lines(*STORY[:number])
            add(mine, done("z"))
            assert raw(mine) == lines(*STORY[:number], done("z"))

    def test_only_the_last_operation_can_be_open(self, mine: Journal) -> None:
        add(mine, *making("a"), intent("a", TWO))
        ((path, found),) = mine.unfinished()
        assert path == segment(mine)
        assert found == [intent("a"), intent("a", TWO)]
        mine.finish(path, done("a", ONE, TWO))
        assert left(mine) == []
        assert raw(mine)[-1:] == lines(done("a", ONE, TWO))

    def test_another_machine_mends_nothing(self, mine: Journal, theirs: Journal) -> None:
        add(mine, *making("a"))
        path = segment(mine)
        path.write_bytes(path.read_bytes()[:-1])
        before = path.read_bytes()
        assert left(theirs) == []
        assert path.read_bytes() == before
        assert list(theirs.read())[-1] == Damaged(path.name, 2, torn=True)

    def test_a_long_line_is_cut_off(self, mine: Journal) -> None:
        add(mine, done("a"))
        path = segment(mine)
        with path.open("ab") as file:
            file.write(b'{"record":' + b"x" * 1_000_000)
        assert left(mine) == []
        assert raw(mine) == lines(done("a"))

    def test_what_this_user_may_not_mend_is_left(
        self,
        mine: Journal,
        monkeypatch: pytest.MonkeyPatch,
        refusing: Callable[[str], Callable[..., None]],
        why: str,
    ) -> None:
        """Another login's segment: its owner, or somebody who may, goes on with it."""
        add(mine, intent("a"), login="lead.kim")
        path = segment(mine)
        with path.open("ab") as file:
            file.write(b"{")
        before = path.read_bytes()
        add(mine, intent("b"))

        with monkeypatch.context() as patch:
            patch.setattr(os, "truncate", refusing(why))
            assert left(mine) == ["b"]
        assert path.read_bytes() == before
        assert left(mine) == ["b", "a"]

    def test_an_end_in_the_next_month(self, mine: Journal) -> None:
        add(mine, *making("a"))
        add(mine, done("a"), when=DECEMBER)
        assert left(mine) == ["a"]  # to whom it is given sees that it has an end
        (known,) = histories(mine)
        assert [one.op for one in known.events] == ["a"]
        ((path, _),) = mine.unfinished()
        mine.finish(path, done("a"))
        assert left(mine) == []
        assert histories(mine) == [known]


class TestDamaged:
    @pytest.mark.parametrize("number", range(1, len(STORY) + 1))
    def test_a_line_in_the_middle(self, mine: Journal, number: int) -> None:
        add(mine, *STORY, done("d"))
        path = segment(mine)
        content = path.read_bytes().split(b"\n")
        for damage in (b"", b"\0", content[number - 1][1:], content[number - 1][:-1], b"\xff{}"):
            if damage.startswith(b'{"record":'):
                continue  # whether a record can be read is seen when somebody asks for it
            path.write_bytes(b"\n".join([*content[: number - 1], damage, *content[number:]]))
            found = list(mine.read())
            damaged = [one for one in found if isinstance(one, Damaged)]
            assert damaged == [Damaged(path.name, number, torn=False)]
            believed = [one[0] for one in found if not isinstance(one, Damaged)]
            assert believed == [*content[: number - 1], *content[number:-1]]
            assert left(mine) == []

    @settings(max_examples=150, deadline=None, derandomize=True, database=None)
    @given(bit=st.integers(0, 8 * len(b"".join(map(written, STORY))) - 1))
    def test_any_bit(self, tmp_path_factory: pytest.TempPathFactory, bit: int) -> None:
        """What else stands there is believed, and nothing breaks."""
        journal = Journal(tmp_path_factory.getbasetemp() / "bits" / "journal", "pc-1")
        content = bytearray(b"".join(map(written, STORY)))
        content[bit // 8] ^= 1 << bit % 8
        for path in journal.segments():
            path.unlink()
        add(journal, done("z"))
        segment(journal).write_bytes(content)
        memory = Memory().feed(journal.read())
        assert len(memory.damaged) <= 2
        for draft_id in (ONE, TWO, THREE, *memory.ids()):
            memory.of(draft_id)
        list(journal.unfinished())
        strip(journal, [ONE, TWO])


# ---- what the system refuses -------------------------------------------------------------------


class TestRefused:
    @pytest.mark.parametrize("begun", [True, False])
    def test_an_append_leaves_nothing(
        self,
        mine: Journal,
        calls: Steps,
        monkeypatch: pytest.MonkeyPatch,
        why: str,
        begun: bool,
    ) -> None:
        write = os.write
        monkeypatch.setattr(os, "write", lambda file, data: write(file, bytes(data[:400])))
        if begun:
            add(mine, *making("a"), done("a"))
        before = lines(*making("a"), done("a")) if begun else []
        for number in range(1, 100):
            calls.fail(number, why)
            try:
                add(mine, *making("b", TWO))
            except StorageError as refused:
                codes = [one.code for one in refused.problems]
            else:
                break
            assert codes == [f"storage.{why}"]
            calls.reset()
            assert raw(mine) == before
            assert left(mine) == []
        assert number > 3
        assert raw(mine) == [*before, *lines(*making("b", TWO))]

    @pytest.mark.parametrize("journal", ["mine", "theirs"])
    def test_a_replacement_leaves_what_was_there(
        self, request: pytest.FixtureRequest, mine: Journal, calls: Steps, why: str, journal: str
    ) -> None:
        add(request.getfixturevalue(journal), *making("a"), done("a"))
        for number in range(1, 100):
            before = raw(mine)
            calls.fail(number, why)
            try:
                strip(mine, [ONE])
            except StorageError as refused:
                codes = [one.code for one in refused.problems]
            else:
                break
            assert codes == [f"storage.{why}"]
            calls.reset()
            assert set(raw(mine)) >= set(before[-1:])
            assert len(histories(mine)) == 1
            assert not list(mine.folder.glob("*.tmp"))
        assert number > 2
        assert SECRET.encode() not in b"".join(files(mine.folder).values())

    def test_a_folder_that_is_a_file(self, mine: Journal) -> None:
        mine.folder.parent.mkdir()
        mine.folder.write_bytes(b"")
        for call in (mine.segments, lambda: add(mine, done("a")), lambda: list(mine.read())):
            with pytest.raises(StorageError) as caught:
                call()
            assert [one.code for one in caught.value.problems] == ["storage.not-folder"]


# ---- rewriting what others write ---------------------------------------------------------------


def assert_purged(journal: Journal, *ids: str) -> None:
    """No line about these drafts tells anything of a customer."""
    for line in raw(journal):
        if any(one.encode() in line for one in ids):
            assert SECRET.encode() not in line
            assert not line.startswith(b'{"record":')


class Story:
    """Two machines: theirs has written about two drafts and goes on; mine purges one of them."""

    def __init__(self, folder: Path) -> None:
        self.mine, self.theirs = Journal(folder, "pc-1"), Journal(folder, "pc-2")
        self.elsewhere = Journal(folder, "pc-3")
        self.number = 0
        add(self.mine, *making("1", THREE), done("1", THREE))
        add(self.theirs, *making("a"), done("a"))
        add(self.theirs, *making("b", TWO), done("b", TWO))
        add(self.elsewhere, *making("3", "20261123-dddddddd"))
        self.kept = set(raw(self.mine)) - set(lines(*making("a")))

    def go_on(self) -> None:
        """Theirs writes one more operation."""
        op, draft_id = f"new{self.number}", f"20261124-{'abcdefghjk'[self.number] * 8}"
        self.number += 1
        new = [*making(op, draft_id), done(op, draft_id)]
        add(self.theirs, *new)
        self.kept |= set(lines(*new))

    def purge(self) -> None:
        strip(self.mine, [ONE])

    def check_nothing_is_missed(self, found: Iterable[bytes]) -> None:
        assert self.kept <= set(found)

    def check(self) -> None:
        """After everything: all lines are there, but for what was purged."""
        self.check_nothing_is_missed(raw(self.mine))
        memory = Memory().feed(self.mine.read())
        for known in map(memory.of, memory.ids()):
            ops = [one.op for one in (*known.events, *known.unfinished)]
            assert len(ops) == 1
            assert known.forked == ()
        (made,) = memory.of(ONE).events
        assert made.sha256 == ""
        assert "subject" not in made.more
        assert memory.of(ONE).record is None
        assert memory.of(TWO).record == RECORD
        assert_purged(self.mine, ONE)
        assert not list(self.mine.folder.glob("*.tmp"))
        assert not list(self.mine.folder.glob("*~a.jsonl"))
        assert left(self.elsewhere) == ["3"]


class TestReplace:
    @pytest.fixture
    def story(self, folder: Path) -> Story:
        return Story(folder)

    def test_it_is_stripped(self, story: Story) -> None:
        story.purge()
        story.check()
        before = files(story.mine.folder)
        story.purge()
        assert files(story.mine.folder) == before  # nothing was left to do

    def test_what_need_not_change_is_not_touched(self, story: Story) -> None:
        paths = {path: path.stat().st_ino for path in story.mine.segments()}
        for path in paths:
            story.mine.replace(path, lambda content: content)
        assert {path: path.stat().st_ino for path in story.mine.segments()} == paths

    def test_others_go_on_under_their_own_name(self, story: Story) -> None:
        story.purge()
        story.go_on()
        story.purge()
        strip(story.mine, [TWO])
        story.check_nothing_is_missed([*raw(story.mine), *lines(*making("b", TWO))])
        names = [path.name.partition("~") for path in story.mine.segments()]
        assert {name for name, _, _ in names} == {
            "2026-11.agent.park@pc-1.jsonl",
            "2026-11.agent.park@pc-2",
            "2026-11.agent.park@pc-2.jsonl",
            "2026-11.agent.park@pc-3.jsonl",
        }

    def test_their_machine_still_knows_them(self, story: Story) -> None:
        add(story.theirs, intent("c", TWO, "b"))
        story.purge()
        ((path, found),) = story.theirs.unfinished()
        assert found == [intent("c", TWO, "b")]
        story.theirs.finish(path, end("c", cancelled=[TWO]))
        assert left(story.theirs) == []
        assert left(story.mine) == []

    def test_damaged_lines_about_the_draft_go(self, story: Story) -> None:
        path = story.theirs.segments()[1]
        for damage in (written(intent("x"))[1:], written(intent("x"))[:-1]):
            with path.open("ab") as file:
                file.write(damage)
        story.purge()
        story.check()

    def test_damaged_lines_about_others_stay(self, story: Story) -> None:
        path = story.theirs.segments()[1]
        damage = written(intent("x", TWO))[1:]
        with path.open("ab") as file:
            file.write(damage)
        story.purge()
        damaged = [one for one in story.mine.read() if isinstance(one, Damaged)]
        assert len(damaged) == 1
        assert damage in b"".join(files(story.mine.folder).values())

    # ---- somebody appends meanwhile ----

    def test_an_append_at_every_step(self, story: Story, calls: Steps) -> None:
        steps = self.steps(calls, story.purge)
        story.check()
        assert steps >= 5
        for number in range(1, steps + 1):
            again = Story(story.mine.folder / str(number))
            calls.meanwhile(number, again.go_on)
            again.purge()
            calls.reset()
            again.check()

    def test_a_reader_at_every_step(self, story: Story, calls: Steps) -> None:
        seen = []

        def look() -> None:
            story.check_nothing_is_missed(raw(story.elsewhere))
            (first, *_) = histories(story.elsewhere)
            assert [one.op for one in first.events] == ["a"]
            assert first.forked == ()
            seen.append(left(story.theirs))

        calls.watch = look
        story.purge()
        calls.watch = lambda: None
        assert len(seen) >= 5
        assert not any(seen)
        story.check()

    def test_a_purge_at_every_step_of_an_append(self, story: Story, calls: Steps) -> None:
        steps = self.steps(calls, story.go_on)
        for number in range(1, steps + 1):
            again = Story(story.mine.folder / str(number))
            calls.meanwhile(number, again.purge)
            again.go_on()
            calls.reset()
            again.check()

    def test_two_who_purge_at_once(self, story: Story, calls: Steps) -> None:
        steps = self.steps(calls, story.purge)
        for number in range(1, steps + 1):
            again = Story(story.mine.folder / str(number))
            calls.meanwhile(number, partial(strip, again.elsewhere, [ONE]))
            again.purge()
            calls.reset()
            again.check()

    def test_two_who_purge_different_drafts(self, story: Story, calls: Steps) -> None:
        steps = self.steps(calls, story.purge)
        for number in range(1, steps + 1):
            again = Story(story.mine.folder / str(number))
            calls.meanwhile(number, partial(strip, again.elsewhere, [TWO]))
            again.purge()
            calls.reset()
            again.check_nothing_is_missed([*raw(again.mine), *lines(*making("b", TWO))])
            memory = Memory().feed(again.mine.read())
            for one in (ONE, TWO):
                assert [event.sha256 for event in memory.of(one).events] == [""]
            assert_purged(again.mine, ONE, TWO)

    def test_its_own_machine_ends_something_meanwhile(self, story: Story, calls: Steps) -> None:
        """Theirs died before; now it settles, at every step of the purge that we do."""
        steps = self.steps(calls, story.purge)
        for number in range(1, steps + 1):
            again = Story(story.mine.folder / str(number))
            add(again.theirs, intent("c", TWO, "b"))

            def settle(again: Story = again) -> None:
                for path, found in again.theirs.unfinished():
                    again.theirs.finish(path, end(found[0]["op"], cancelled=[TWO]))

            calls.meanwhile(number, settle)
            again.purge()
            calls.reset()
            known = Memory().feed(again.mine.read()).of(TWO)
            assert [one.op for one in known.events] == ["b"]
            assert known.unfinished == ()
            settle()
            assert left(again.theirs) == []
            again.check_nothing_is_missed(raw(again.mine))

    @pytest.mark.parametrize("when", ["before", "half", "after"])
    def test_death_at_every_step(self, story: Story, calls: Steps, when: str) -> None:
        steps = self.steps(calls, story.purge)
        for number in range(1, steps + 1):
            again = Story(story.mine.folder / str(number))
            calls.die(number, when)
            with pytest.raises(calls.Death):
                again.purge()
            calls.reset()
            again.check_nothing_is_missed(raw(again.mine))
            again.go_on()
            again.mine.tidy()
            assert not list(again.mine.folder.glob("*.tmp"))
            again.purge()
            again.check()

    def steps(self, calls: Steps, operation: Callable[[], None]) -> int:
        calls.reset()
        operation()
        return calls.count

    # ---- readers that are slow ----

    def test_a_reader_that_stops_anywhere(self, folder: Path) -> None:
        """It has read some lines; others purge and write; it reads on and misses nothing."""
        for stop in range(20):
            story = Story(folder / str(stop))
            before = set(story.kept)
            reader = story.elsewhere.read()
            found = list(itertools.islice(reader, stop))
            story.purge()
            story.go_on()
            found += reader
            story.kept = before
            story.check_nothing_is_missed(one[0] for one in found if not isinstance(one, Damaged))

    @pytest.mark.parametrize("name", ["listdir", "stat", "read_bytes"])
    def test_a_reader_between_listing_and_reading(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        owner: Any = Path if name == "read_bytes" else os
        call = getattr(owner, name)
        for when in range(12):
            story = Story(folder / str(when))
            before = set(story.kept)
            counted = itertools.count()

            def hooked(
                *args: Any,
                when: int = when,
                story: Story = story,
                counted: Any = counted,
                **named: Any,
            ) -> Any:
                result = call(*args, **named) if name == "listdir" else None
                if next(counted) == when:
                    with monkeypatch.context() as patch:
                        patch.setattr(owner, name, call)
                        story.purge()
                        story.go_on()
                return result if name == "listdir" else call(*args, **named)

            with monkeypatch.context() as patch:
                patch.setattr(owner, name, hooked)
                found = raw(story.elsewhere)
                opened = left(story.theirs)
            story.kept = before
            story.check_nothing_is_missed(found)
            assert opened == []


# ---- every order of two machines' steps --------------------------------------------------------


class Baton:
    """Two threads take their steps in a given order; nobody waits for time to pass."""

    def __init__(self, order: Sequence[str]) -> None:
        self._order = list(order)
        self._turn = threading.Condition()
        self._ended: set[str] = set()

    def step(self) -> None:
        name = threading.current_thread().name
        with self._turn:
            assert self._turn.wait_for(lambda: self._is_turn(name), timeout=30)
            if self._order:
                self._order.pop(0)
            self._turn.notify_all()

    def _is_turn(self, name: str) -> bool:
        while self._order and self._order[0] in self._ended:
            self._order.pop(0)
        return not self._order or self._order[0] == name

    def run(self, **operations: Callable[[], None]) -> None:
        errors: list[BaseException] = []

        def work(name: str, operation: Callable[[], None]) -> None:
            try:
                operation()
            except BaseException as error:
                errors.append(error)
            with self._turn:
                self._ended.add(name)
                self._turn.notify_all()

        threads = [
            threading.Thread(target=work, args=(name, operation), name=name)
            for name, operation in operations.items()
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []


@pytest.fixture
def baton(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Baton]]:
    """The baton in use; steps are what others can see, and where somebody looks."""
    current: list[Baton] = []
    for name in ("open", "write", "rename", "replace", "unlink", "stat", "listdir"):
        call = getattr(os, name)

        def hooked(*args: Any, call: Callable[..., Any] = call, **named: Any) -> Any:
            if current and threading.current_thread() is not threading.main_thread():
                current[0].step()
            return call(*args, **named)

        monkeypatch.setattr(os, name, hooked)
    yield current
    current.clear()


def orders(number: int, *names: str) -> Iterator[list[str]]:
    """Ways to mix the steps of two: one runs to its n-th step, then the other, and so on."""
    one, other = names
    for first, second, third in itertools.product(range(number), range(1, number, 2), (1, 3)):
        yield [one] * first + [other] * second + [one] * third + [other] * number


def test_every_order_of_append_and_purge(folder: Path, baton: list[Baton]) -> None:
    for number, order in enumerate(orders(9, "append", "purge")):
        story = Story(folder / str(number))
        baton[:] = [Baton(order)]
        baton[0].run(append=story.go_on, purge=story.purge)
        baton.clear()
        story.check()


def test_every_order_of_reading_and_purge(folder: Path, baton: list[Baton]) -> None:
    for number, order in enumerate(orders(9, "read", "purge")):
        story = Story(folder / str(number))
        before = set(story.kept)
        found: list[bytes] = []

        def read(story: Story = story, found: list[bytes] = found) -> None:
            found.extend(raw(story.elsewhere))

        def purge(story: Story = story) -> None:
            story.purge()
            story.go_on()

        baton[:] = [Baton(order)]
        baton[0].run(read=read, purge=purge)
        baton.clear()
        assert before <= set(found)
        story.check()


@pytest.mark.parametrize("other", ["theirs", "elsewhere"])
def test_every_order_of_two_purges(folder: Path, baton: list[Baton], other: str) -> None:
    """Different drafts, one of the machines perhaps the segment's own."""
    for number, order in enumerate(orders(9, "one", "two")):
        story = Story(folder / str(number))
        journal: Journal = getattr(story, other)
        baton[:] = [Baton(order)]
        baton[0].run(
            one=story.purge,
            two=partial(strip, journal, [TWO]),
        )
        baton.clear()
        story.check_nothing_is_missed([*raw(story.mine), *lines(*making("b", TWO))])
        assert_purged(story.mine, ONE, TWO)
        assert not list(story.mine.folder.glob("*~a.jsonl"))
