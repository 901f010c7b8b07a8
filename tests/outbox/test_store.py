"""What the outbox needs of its engine: what it answers, and what it refuses whoever asks.

One class for every engine that the outbox can stand on; what only SQLite knows stands beside it.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.helpers.outboxes import AUTHOR, LEAD, OTHER
from tests.helpers.postgres import fresh_url

from parkdraft.database.engine import Engine
from parkdraft.database.opening import open_database, postgres_url
from parkdraft.database.sqlite import SCHEMA, Sqlite, opened
from parkdraft.errors import OutboxError, ParkdraftError
from parkdraft.model.states import STATES
from parkdraft.outbox.facts import (
    By,
    Event,
    Filters,
    Holder,
    NewDraft,
    StoredDraft,
    TableRow,
    Word,
)
from parkdraft.outbox.ids import new_code
from parkdraft.outbox.store import Store
from parkdraft.values.hangul import fold
from parkdraft.wording import hint, message

if TYPE_CHECKING:
    from parkdraft.database.opening import Where

Opens = Callable[[], Engine]
AT = "2026-11-23T01:00:00.000+00:00"
ALL = 1000
ANY = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(params=["sqlite", "postgres"])
def opens(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opens]:
    """Opens one and the same database, however often."""
    with contextlib.ExitStack() as stack:
        where: Where = tmp_path / "outbox.db"
        if request.param == "postgres":
            where = postgres_url(stack.enter_context(fresh_url()))
        yield lambda: stack.enter_context(contextlib.closing(open_database(where, make=True)))


@pytest.fixture
def engine(opens: Opens) -> Engine:
    return opens()


@pytest.fixture
def store(engine: Engine) -> Store:
    return Store(engine)


@pytest.fixture
def other(opens: Opens) -> Store:
    """The same outbox as somebody else sees it."""
    return Store(opens())


# ---- made-up drafts -----------------------------------------------------------------------------


def new(**facts: Any) -> NewDraft:
    """A draft for the sheet of a made-up partner, but for what is said."""
    content = facts.pop("content", b"68\xeb\xa7\x884321\n")
    plain = NewDraft(
        state="pending",
        suffix=".txt",
        sha256=hashlib.sha256(content).hexdigest(),
        case="plate-change",
        partner="gaon",
        site="가온타워",
        place="가온타워",
        row="G1",
        channel="board",
        authority="lead",
        urgent=False,
        subject=None,
        receiver=None,
        plates=("68마4321", "157허8701"),
        search="가온타워\n68마4321\n157허8701",
        initials="ㄱㅇㅌㅇ",
        content=content,
        details='[{"site":"가온타워"}]',
        route='{"from":null,"to":[],"cc":[],"mentions":[]}',
        seen="{}",
        attachments="[]",
        internal=None,
        rows=("row-1",),
    )
    return plain._replace(**facts)


def kept(store: Store, state: str = "pending", author: str = AUTHOR, **facts: Any) -> str:
    """A draft that came to a state on the right way; its identifier."""
    at, batch = facts.pop("at", AT), facts.pop("batch", None)
    draft_id = facts.pop("draft_id", None) or f"20261123-{new_code()}"
    rows, replaces = facts.pop("held", ()), facts.pop("replaces", None)
    start = "waiting" if state == "waiting" else "pending"
    drafts = [(draft_id, new(**{"state": start, **facts}))]
    with store.change():
        held = {draft_id: rows}
        by = By(author, "author")
        store.add(drafts, author, at, by=by, batch=batch, replaces=replaces, rows=held)
    if state in ("approved", "sent"):
        happened(store, draft_id, "approve", "approved", "lead")
    if state == "sent":
        happened(store, draft_id, "sent", "sent", "all", login=OTHER)
    if state in ("returned", "purged"):
        happened(store, draft_id, "return", "returned", "lead", reason="확인")
    if state == "purged":
        happened(store, draft_id, "purge", "purged", "lead", sha256=None)
        with store.change():
            store.erase(draft_id)
    return draft_id


def event(store: Store, draft_id: str, verb: str, target: str, grounds: str, **said: Any) -> Event:
    """What would happen next to a draft."""
    draft = found(store, draft_id)
    said_of: Any = (verb, draft.state, target, grounds)  # wrong ones, too: the schema refuses
    next_one = Event(draft_id, draft.step + 1, AT, LEAD, *said_of)
    return next_one._replace(**{"sha256": draft.sha256, **said})


def happened(
    store: Store, draft_id: str, verb: str, target: str, grounds: str, **said: Any
) -> None:
    with store.change():
        store.happened(event(store, draft_id, verb, target, grounds, **said))


def found(store: Store, draft_id: str) -> StoredDraft:
    draft = store.find(draft_id)
    assert draft is not None
    return draft


def refusal(store: Store, *calls: Callable[[], object]) -> str | None:
    """The code with which a change is refused; None where it is not, and then it is kept."""
    try:
        with store.change():
            for call in calls:
                call()
    except OutboxError as error:
        (problem,) = error.problems
        assert message(problem)
        assert hint(problem)
        return problem.code
    return None


def everything(engine: Engine) -> list[Any]:
    """All that the database holds."""
    tables = ("drafts", "events", "contents", "plates", "table_rows", "unplaced", "memos")
    return [sorted(engine.all(f"SELECT * FROM {table}"), key=repr) for table in tables]


def listed(store: Store, **asked: Any) -> list[str]:
    return [one.id for one in store.page(Filters()._replace(**asked), ALL)]


VERBS = ("draft", "fill", "approve", "return", "sent", "undo", "open", "copy", "download", "purge")
GROUNDS = ("all", "lead", "author", "doer", "program")
KNOWN: dict[tuple[str, str, str], set[str]] = {
    ("pending", "approve", "approved"): {"lead"},
    ("pending", "return", "returned"): {"lead", "author"},
    ("waiting", "return", "returned"): {"lead", "author"},
    ("approved", "return", "returned"): {"lead", "author"},
    ("approved", "sent", "sent"): {"all"},
    ("waiting", "fill", "pending"): {"program"},
    ("approved", "undo", "pending"): {"lead", "doer"},
    ("returned", "undo", "pending"): {"lead", "doer"},
    ("sent", "undo", "approved"): {"lead", "doer"},
    **{(one, "purge", "purged"): {"lead", "program"} for one in STATES},
    **{(one, verb, one): {"all"} for one in STATES for verb in ("open", "copy", "download")},
}
"""The contract's table, undo and purge; what was handed out is no transition. All else is not."""
RESTRICTED = ("approve", "return", "undo", "purge")
"""Of the others it does not matter by which right they are done."""


class TestEngine:
    """The same for every engine."""

    # ---- transactions

    def test_everything_happens_or_nothing(self, store: Store, engine: Engine) -> None:
        before = everything(engine)

        def work() -> None:
            with store.change():
                store.add(
                    [("20261123-abcdefg", new())],
                    AUTHOR,
                    AT,
                    by=By(AUTHOR, "author"),
                )
                store.remember("x", "y")
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            work()
        assert everything(engine) == before

    @pytest.mark.parametrize("durable", [True, False])
    def test_others_see_what_happened_and_nothing_before(
        self, store: Store, other: Store, durable: bool
    ) -> None:
        with store.change(durable=durable):
            store.remember("x", "y")
            assert other.memo("x") is None
        assert other.memo("x") == "y"

    def test_values_come_back_as_they_were_given(self, store: Store) -> None:
        content = b"\0\r\n\xff" * 100_000
        text = '뷁😀"\\%_!\n'
        draft_id = kept(
            store, content=content, subject=text, internal=text, search="", details="[{}, {}]"
        )
        told = store.content(draft_id)
        assert told is not None
        assert (told.bytes, told.internal, told.details) == (content, text, [{}, {}])
        assert found(store, draft_id).subject == text
        assert store.content("20261123-abcdefg") is None
        assert store.find("20261123-abcdefg") is None

    # ---- what is asked of it

    def test_pending_ones_are_listed_from_the_oldest_others_from_the_newest(
        self, store: Store
    ) -> None:
        made: dict[str, list[str]] = {state: [] for state in STATES}
        for number, state in enumerate(STATES * 2):
            made[state].append(kept(store, state, at=f"2026-11-23T0{number}:00:00.000+00:00"))
        wanted = [(one if state == "pending" else one[::-1]) for state, one in made.items()]
        assert listed(store) == [one for ids in wanted for one in ids]

    def test_urgent_ones_first_within_their_state(self, store: Store) -> None:
        ids = [
            kept(store, urgent=bool(number % 2), at=f"2026-11-23T0{number}:00:00.000+00:00")
            for number in range(4)
        ]
        assert listed(store) == [ids[1], ids[3], ids[0], ids[2]]

    def test_a_page_is_part_of_the_whole(self, store: Store) -> None:
        for number in range(7):
            kept(store, urgent=number % 3 == 0)
        whole = listed(store)
        for skip in range(8):
            for limit in range(8):
                page = [one.id for one in store.page(Filters(), limit, skip)]
                assert page == whole[skip : skip + limit]

    def test_each_filter_and_any_two(self, store: Store) -> None:
        kinds = [
            {"partner": "gaon", "case": "registration", "place": "가온타워", "batch": "b1"},
            {"partner": "nuri", "case": "registration", "place": "누리빌딩", "author": OTHER},
            {"partner": "gaon", "case": "plate-change", "place": "누리빌딩", "batch": "b2"},
        ]
        for state in STATES:
            for facts in kinds:
                kept(store, state, **facts)
        every = [found(store, one) for one in listed(store)]
        filters: list[tuple[dict[str, Any], Callable[[StoredDraft], bool]]] = [
            ({"states": ("pending", "sent")}, lambda one: one.state in ("pending", "sent")),
            ({"partner": "gaon"}, lambda one: one.partner == "gaon"),
            ({"case": "registration"}, lambda one: one.case == "registration"),
            ({"author": OTHER}, lambda one: one.author == OTHER),
            ({"batch": "b1"}, lambda one: one.batch == "b1"),
            ({"place": "누리빌딩"}, lambda one: one.batch != "b1"),
        ]
        for one, holds in filters:
            for two, also in filters:
                ids = listed(store, **{**one, **two})
                wanted = [draft for draft in every if holds(draft) and also(draft)]
                assert ids == [draft.id for draft in wanted]
                counted = dict.fromkeys({**one, **two}.get("states", STATES), 0)
                for draft in wanted:
                    counted[draft.state] += 1
                assert store.counts(Filters()._replace(**{**one, **two})) == counted

    def test_before_a_moment_and_untouched_since_one(self, store: Store) -> None:
        first = kept(store, "returned", at="2026-11-01T01:00:00.000+00:00")
        second = kept(store, at="2026-11-01T01:00:00.001+00:00")
        assert listed(store, before="2026-11-01T01:00:00.000+00:00") == [first]
        assert listed(store, untouched_since="2026-11-01T01:00:00.000+00:00") == []
        assert listed(store, untouched_since="2026-11-01T01:00:00.001+00:00") == [second]
        assert listed(store, untouched_since=AT) == [second, first]

    @ANY
    @given(text=st.text(max_size=3).map(fold), hay=st.text(max_size=8).map(fold))
    def test_a_folded_word_is_found_where_it_stands(
        self, store: Store, text: str, hay: str
    ) -> None:
        draft_id = kept(store, search=hay, initials="")
        got = draft_id in listed(store, words=(Word(text, False, (), ()),))
        assert got == (text in f"{hay}\n{draft_id[9:]}")

    def test_a_word_is_found_in_any_of_the_places_and_all_words_must_be(self, store: Store) -> None:
        draft_id = kept(store, search="가온타워\nt-77", initials="ㄱㅇㅌㅇ", partner="gaon")
        named, nothing = ("gaon",), tuple[str, ...]()
        words = {
            Word("온타", False, nothing, nothing): True,
            Word("t-7", False, nothing, nothing): True,
            Word("ㅇㅌ", True, nothing, nothing): True,
            Word("ㅇㅌ", False, nothing, nothing): False,
            Word("없음", False, nothing, named): True,
            Word("없음", False, ("plate-change",), nothing): True,
            Word("없음", False, ("registration",), ("nuri",)): False,
        }
        for one, is_found in words.items():
            assert listed(store, words=(one,)) == [draft_id] * is_found
            for two, too in words.items():
                assert listed(store, words=(one, two)) == [draft_id] * (is_found and too)

    def test_a_draft_is_found_by_the_ends_of_its_letters(self, store: Store) -> None:
        draft_id = kept(store)
        letters = draft_id[9:]
        for part in (letters, letters[:4], letters[:6], letters[-4:], letters[-5:]):
            assert store.named(part) == [draft_id]
        assert store.taken([letters])
        assert not store.taken([letters[:-1]])
        assert store.named("zzzz") == []

    def test_several_are_told(self, store: Store) -> None:
        codes = ["abcdefg", "abcdxyz", "zzzabcd"]
        ids = [kept(store, draft_id=f"20261123-{code}") for code in codes]
        assert len(store.named("abcd")) == 2
        assert store.named("defg") == [ids[0]]
        assert store.named("abcdx") == [ids[1]]

    def test_seven_whole_letters_are_one_draft_only(self, store: Store) -> None:
        """Whatever day stands before them."""
        draft_id = kept(store)
        again = [(f"20251123-{draft_id[9:]}", new())]
        code = refusal(store, lambda: store.add(again, AUTHOR, AT, by=By(AUTHOR, "author")))
        assert code == "outbox.forbidden"

    def test_what_replaced_what(self, store: Store) -> None:
        first = kept(store, "returned")
        second = kept(store, replaces=first)
        assert store.successors(first) == [second]
        assert store.predecessors(second) == [first]
        row = ("cells", 1)
        third = kept(store, "returned", held=[(*row, None)])
        fourth = kept(store, held=[(*row, third)])
        assert (store.successors(third), store.predecessors(fourth)) == ([fourth], [third])
        assert store.successors(fourth) == store.predecessors(first) == []

    def test_doubles_stand_and_have_a_plate_in_common(self, store: Store) -> None:
        ids = {state: kept(store, state) for state in STATES}
        asked = ("plate-change", "가온타워", ("157허8701", "99가9999"), AT)
        doubled = [one.id for one in store.duplicates(*asked, None)]
        assert doubled == sorted(one for state, one in ids.items() if state != "returned")
        assert ids["sent"] not in [one.id for one in store.duplicates(*asked, ids["sent"])]
        case, place, plates, since = asked
        later = "2026-11-23T01:00:00.001+00:00"
        assert store.duplicates("registration", place, plates, since, None) == []
        assert store.duplicates(case, "누리빌딩", plates, since, None) == []
        assert store.duplicates(case, place, ("99가9999",), since, None) == []
        assert store.duplicates(case, place, plates, later, None) == []

    def test_who_holds_a_row_and_held_it(self, store: Store) -> None:
        first = kept(store, "returned", held=[("a", 1, None), ("a", 2, None)])
        second = kept(store, held=[("a", 1, first), ("b", 1, None)])
        assert store.known_rows(["a", "b", "c"]) == {
            TableRow("a", 1): Holder(second, live=True),
            TableRow("a", 2): Holder(first, live=False),
            TableRow("b", 1): Holder(second, live=True),
        }
        assert store.rows(first) == [("a", 1, False), ("a", 2, False)]

    def test_many_rows_are_known_too(self, store: Store) -> None:
        rows = [(f"row {number}", 1, None) for number in range(2500)]
        draft_id = kept(store, held=rows)
        known = store.known_rows(cells for cells, *_ in rows)
        assert len(known) == 2500
        assert set(known.values()) == {Holder(draft_id, live=True)}

    def test_identifiers_go_on_after_one(self, store: Store) -> None:
        ids = sorted(kept(store, state) for state in STATES * 2)
        assert store.ids(STATES) == ids
        got: list[str] = []
        while more := store.ids(STATES, got[-1] if got else "", 3):
            got += more
        assert got == ids
        assert store.ids(()) == []

    def test_what_is_to_be_placed_is_told_until_it_is(self, store: Store) -> None:
        ids = sorted(kept(store) for _ in range(3))
        assert [one.id for one, _ in store.unplaced("", 10)] == ids
        assert [data for _, data in store.unplaced(ids[0], 1)] == [new().content]
        with store.change():
            store.placed(ids)
        assert store.unplaced("", 10) == []
        happened(store, ids[0], "open", "pending", "all")
        assert store.unplaced("", 10) == []
        happened(store, ids[0], "approve", "approved", "lead")
        assert [one.state for one, _ in store.unplaced("", 10)] == ["approved"]
        happened(store, ids[0], "sent", "sent", "all")
        assert [one.state for one, _ in store.unplaced("", 10)] == ["sent"]

    def test_what_is_purged_is_a_skeleton(self, store: Store) -> None:
        draft_id = kept(store, "purged", held=[("a", 1, None)])
        draft = found(store, draft_id)
        assert (draft.state, draft.author, draft.case, draft.partner, draft.row, draft.at) == (
            *("purged", AUTHOR, "plate-change", "gaon", "G1", AT),
        )
        texts = (draft.site, draft.subject, draft.receiver, draft.plates, draft.reason)
        assert texts == (None,) * 5
        assert store.content(draft_id) is None
        assert store.rows(draft_id) == []
        assert store.known_rows(["a"]) == {}
        assert [(one.verb, one.reason, one.sha256) for one in store.events(draft_id)] == [
            *(("draft", None, None), ("return", None, None), ("purge", None, None))
        ]
        assert listed(store) == []
        assert store.unplaced("", 10)[0][1] is None

    def test_memos_are_remembered_and_forgotten(self, store: Store) -> None:
        assert store.memo("x") is None
        for value in ("y", "z", None):
            with store.change():
                store.remember("x", value)
            assert store.memo("x") == value

    def test_something_happened(self, store: Store) -> None:
        before = store.last_event()
        kept(store)
        assert store.last_event() > before
        assert store.authors() == [AUTHOR]

    # ---- transitions

    @pytest.mark.parametrize("state", [*STATES, "purged"])
    def test_a_transition_that_the_contract_does_not_know_is_refused(
        self, store: Store, state: str
    ) -> None:
        """Every verb, to every state, by every right; otherwise all is right about it."""
        draft_id = kept(store, state)
        for verb, target, grounds in product(VERBS, (*STATES, "purged"), GROUNDS):
            said = event(store, draft_id, verb, target, grounds, login=AUTHOR, reason="확인")
            if verb == "undo":
                said = said._replace(undoes=found(store, draft_id).moved)
            rights = KNOWN.get((state, verb, target), set())
            if not rights or (verb in RESTRICTED and grounds not in rights):
                assert refusal(store, partial(store.happened, said)), said
        assert found(store, draft_id).state == state
        assert found(store, draft_id).step == len(store.events(draft_id))

    @pytest.mark.parametrize(("source", "verb", "target"), KNOWN)
    def test_one_that_it_knows_is_not(
        self, store: Store, source: str, verb: str, target: str
    ) -> None:
        for grounds in KNOWN[source, verb, target]:
            draft_id = kept(store, source)
            draft = found(store, draft_id)
            doer = store.events(draft_id)[-1].login
            said = event(store, draft_id, verb, target, grounds, reason="확인")
            said = said._replace(login={"author": AUTHOR, "doer": doer}.get(grounds, LEAD))
            if verb == "undo":
                said = said._replace(undoes=draft.moved)
            assert refusal(store, partial(store.happened, said)) is None
            now = found(store, draft_id)
            assert (now.state, now.step) == (target, draft.step + 1)
            assert now.moved == (draft.moved if source == target else now.step)
            assert store.events(draft_id)[-1] == said

    @pytest.mark.parametrize("state", [*STATES, "purged"])
    def test_a_state_follows_from_an_event_and_from_nothing_else(
        self, store: Store, engine: Engine, state: str
    ) -> None:
        draft_id = kept(store, state)
        before = everything(engine)
        sql = "UPDATE drafts SET state = ?, step = ?, moved = ? WHERE id = ?"
        for there, step in product((*STATES, "purged", "nowhere"), range(5)):
            if (there, step) != (state, found(store, draft_id).step):
                assert refusal(store, partial(engine.run, sql, there, step, step, draft_id))
        assert everything(engine) == before

    @pytest.mark.parametrize(
        ("state", "verb", "target"),
        [("pending", "approve", "approved"), ("approved", "sent", "sent")],
    )
    @pytest.mark.parametrize("sha256", [None, "", "0" * 64])
    def test_what_is_approved_or_sent_are_these_bytes(
        self, store: Store, state: str, verb: str, target: str, sha256: str | None
    ) -> None:
        draft_id = kept(store, state)
        said = event(store, draft_id, verb, target, "lead", sha256=sha256)
        assert refusal(store, lambda: store.happened(said)) == "outbox.forbidden"
        assert found(store, draft_id).state == state

    @pytest.mark.parametrize(
        ("grounds", "login"),
        [("author", OTHER), ("author", LEAD), ("doer", AUTHOR), ("doer", OTHER)],
    )
    def test_a_right_that_somebody_does_not_have(
        self, store: Store, grounds: str, login: str
    ) -> None:
        """Whether somebody is a lead stands in contacts.yaml; who drafted, and who did, here."""
        draft_id = kept(store, "approved")
        about = ("return", "returned") if grounds == "author" else ("undo", "pending")
        said = event(store, draft_id, *about, grounds, login=login, reason="확인")
        if grounds == "doer":
            said = said._replace(undoes=2)
        assert refusal(store, lambda: store.happened(said)) == "outbox.forbidden"

    def test_a_return_says_why_or_what_was_made_instead(self, store: Store) -> None:
        draft_id = kept(store)
        said = event(store, draft_id, "return", "returned", "lead")
        assert refusal(store, lambda: store.happened(said)) == "outbox.forbidden"
        assert refusal(store, lambda: store.happened(said._replace(reason="확인"))) is None

    @pytest.mark.parametrize("undoes", [None, 0, 1, 2, 4, 9])
    def test_only_the_last_step_is_taken_back(self, store: Store, undoes: int | None) -> None:
        draft_id = kept(store, "sent")
        said = event(store, draft_id, "undo", "approved", "lead", undoes=undoes)
        assert refusal(store, lambda: store.happened(said))
        assert refusal(store, lambda: store.happened(said._replace(undoes=3))) is None

    def test_a_return_that_a_correction_made_is_not_taken_back(self, store: Store) -> None:
        first, second = kept(store), f"20261123-{new_code()}"
        with store.change():
            said = event(store, first, "return", "returned", "author", login=AUTHOR, other=second)
            store.happened(said)
            store.add(
                [(second, new())],
                AUTHOR,
                AT,
                by=By(AUTHOR, "author"),
                replaces=first,
            )
        back = event(store, first, "undo", "pending", "lead", undoes=2)
        assert refusal(store, lambda: store.happened(back)) == "outbox.forbidden"

    def test_nor_one_of_a_draft_that_was_corrected_afterwards(self, store: Store) -> None:
        first = kept(store, "returned")
        kept(store, replaces=first)
        back = event(store, first, "undo", "pending", "lead", undoes=2)
        assert refusal(store, lambda: store.happened(back)) is not None

    def test_only_one_of_two_wins(self, store: Store, other: Store) -> None:
        """Both saw it pending; the second is told, and nothing of it is kept."""
        draft_id = kept(store)
        mine = event(store, draft_id, "approve", "approved", "lead")
        theirs = event(other, draft_id, "return", "returned", "author", login=AUTHOR, reason="확인")
        assert refusal(store, lambda: store.happened(mine)) is None
        assert refusal(other, lambda: other.happened(theirs)) in (
            "outbox.changed",
            "outbox.forbidden",
        )
        later = theirs._replace(step=3)
        assert refusal(other, lambda: other.happened(later)) == "outbox.changed"
        assert [one.verb for one in store.events(draft_id)] == ["draft", "approve"]

    @pytest.mark.parametrize("step", [-1, 0, 1, 2, 4, 100])
    def test_steps_follow_each_other(self, store: Store, step: int) -> None:
        draft_id = kept(store, "approved")
        said = event(store, draft_id, "sent", "sent", "all", step=step)
        assert refusal(store, lambda: store.happened(said))

    # ---- new drafts

    @pytest.mark.parametrize(
        "facts",
        [
            {"state": "approved"},
            *({"state": one} for one in ("returned", "sent", "purged", "nowhere", "")),
            {"authority": "all"},
            {"suffix": ".exe"},
            {"suffix": ""},
        ],
    )
    def test_a_draft_begins_where_its_authority_says(
        self, store: Store, engine: Engine, facts: dict[str, str]
    ) -> None:
        before = everything(engine)
        drafts = [("20261123-abcdefg", new(**facts))]
        assert refusal(store, lambda: store.add(drafts, AUTHOR, AT, by=By(AUTHOR, "author")))
        assert everything(engine) == before

    def test_what_everybody_may_handle_begins_approved(self, store: Store) -> None:
        drafts = [("20261123-abcdefg", new(state="approved", authority="all"))]
        assert (
            refusal(store, lambda: store.add(drafts, AUTHOR, AT, by=By(AUTHOR, "author"))) is None
        )

    def test_nobody_drafts_in_anothers_name_but_a_lead(self, store: Store) -> None:
        drafts = [("20261123-abcdefg", new())]
        for by in (By(OTHER, "author"), By(OTHER, "doer")):
            assert refusal(store, partial(store.add, drafts, AUTHOR, AT, by=by))
        assert refusal(store, lambda: store.add(drafts, AUTHOR, AT, by=By(LEAD, "lead"))) is None

    def test_an_identifier_is_given_once(self, store: Store) -> None:
        for state in (*STATES, "purged"):
            drafts = [(kept(store, state), new())]
            code = refusal(
                store,
                partial(store.add, drafts, AUTHOR, AT, by=By(AUTHOR, "author")),
            )
            assert code == "outbox.forbidden"

    @pytest.mark.parametrize("state", ["pending", "waiting", "approved", "sent", "purged"])
    def test_only_a_returned_draft_is_replaced(self, store: Store, state: str) -> None:
        first = kept(store, state)
        drafts = [("20261123-abcdefg", new())]
        made = partial(store.add, drafts, AUTHOR, AT, by=By(AUTHOR, "author"), replaces=first)
        assert refusal(store, made) == "outbox.state-replace"

    def test_and_once(self, store: Store) -> None:
        first = kept(store, "returned")
        kept(store, replaces=first)
        drafts = [("20261123-abcdefg", new())]
        with pytest.raises(OutboxError) as caught, store.change():
            store.add(drafts, AUTHOR, AT, by=By(AUTHOR, "author"), replaces=first)
        assert [one.code for one in caught.value.problems] == ["outbox.replaced"]

    def test_one_without_an_event_is_none(self, store: Store, engine: Engine) -> None:
        """Whoever adds a draft says when, and by whom."""
        before = everything(engine)
        columns = (
            'id, code, state, step, moved, suffix, sha256, at, author, kind, "row", channel,'
            " authority, urgent, cases"
        )
        values = (
            *("20261123-abcdefg", "abcdefg", "pending", 1, 1, ".txt", "x", AT, AUTHOR),
            *("plate-change", "G1", "board", "lead", 0, 1),
        )
        sql = f"INSERT INTO drafts ({columns}) VALUES ({', '.join('?' * 15)})"
        assert refusal(store, lambda: engine.run(sql, *values))
        assert everything(engine) == before

    # ---- rows of tables

    def test_a_row_has_one_draft_that_stands(self, store: Store, other: Store) -> None:
        kept(store, held=[("a", 1, None)])
        for place, code in ((1, "outbox.row-taken"), (2, None)):
            draft_id = f"20261123-{new_code()}"
            add = partial(other.add, [(draft_id, new())], AUTHOR, AT, by=By(AUTHOR, "author"))
            rows = {draft_id: [("a", place, None)]}
            assert refusal(other, partial(add, rows=rows)) == code

    @pytest.mark.parametrize("verb", ["return", "purge"])
    def test_it_is_free_once_its_draft_is_gone(self, store: Store, verb: str) -> None:
        first = kept(store, held=[("a", 1, None)])
        target = {"return": "returned", "purge": "purged"}[verb]
        happened(store, first, verb, target, "lead", reason="확인")
        second = kept(store, held=[("a", 1, first)])
        assert store.known_rows(["a"]) == {TableRow("a", 1): Holder(second, live=True)}

    def test_a_return_is_not_taken_back_once_it_is_taken(self, store: Store) -> None:
        first = kept(store, "returned", held=[("a", 1, None)])
        second = kept(store, held=[("a", 1, first)])
        back = event(store, first, "undo", "pending", "lead", undoes=2)
        assert refusal(store, lambda: store.happened(back)) == "outbox.row-taken"
        happened(store, second, "return", "returned", "lead", reason="확인")
        assert refusal(store, lambda: store.happened(back)) is None
        back = event(store, second, "undo", "pending", "lead", undoes=2)
        assert refusal(store, lambda: store.happened(back)) == "outbox.row-taken"

    # ---- filled once

    def filled(self, store: Store, draft_id: str, **facts: Any) -> str | None:
        made = new(content=b"filled", suffix=".eml", subject="x", receiver="y", **facts)
        said = event(store, draft_id, "fill", "pending", "program", sha256=made.sha256)
        return refusal(store, lambda: store.happened(said), lambda: store.fill(draft_id, made))

    def test_a_waiting_draft_is_filled_once(self, store: Store) -> None:
        draft_id = kept(store, "waiting")
        assert self.filled(store, draft_id) is None
        content = store.content(draft_id)
        assert content is not None
        assert (content.bytes, found(store, draft_id).suffix) == (b"filled", ".eml")
        assert self.filled(store, draft_id)
        again = new(content=b"once more")
        assert refusal(store, lambda: store.fill(draft_id, again)) == "outbox.forbidden"

    @pytest.mark.parametrize("state", [one for one in STATES if one != "waiting"])
    def test_no_other_draft_is(self, store: Store, state: str) -> None:
        assert self.filled(store, kept(store, state))

    # ---- facts stay

    @pytest.mark.parametrize("state", [*STATES, "purged"])
    @pytest.mark.parametrize(
        "sql",
        [
            *(
                f"UPDATE drafts SET {column} = {value}"
                for column, value in (
                    *(("id", "'20261123-zzzzzzz'"), ("code", "'zzzzzzz'"), ("at", "'x'")),
                    *(("author", "'lead.kim'"), ("kind", "'registration'"), ("partner", "'nuri'")),
                    *(("partner", "NULL"), ('"row"', "'X'"), ("authority", "'all'")),
                    *(("urgent", "1"), ("cases", "7"), ("channel", "'app'"), ("batch", "'b'")),
                    *(("replaces", "id"), ("site", "'x'"), ("place", "'x'"), ("plates", "'[]'")),
                    *(("search", "'x'"), ("initials", "'x'"), ("reason", "'x'")),
                    *(("suffix", "'.tsv'"), ("sha256", "'x'"), ("subject", "'x'")),
                    ("receiver", "'x'"),
                )
            ),
            *(
                f"UPDATE events SET {column} = {value}"
                for column, value in (
                    *(("number", "number + 100"), ("draft", "'20261123-zzzzzzz'"), ("at", "'x'")),
                    *(("step", "step + 100"), ("login", "'lead.lee'"), ("verb", "'open'")),
                    *(("source", "'sent'"), ("target", "'sent'"), ("grounds", "'program'")),
                    *(("sha256", "'x'"), ("reason", "'x'"), ("other", "'x'"), ("undoes", "1")),
                )
            ),
            *(
                f"UPDATE contents SET {column} = {value}"
                for column, value in (
                    *(("draft", "'20261123-zzzzzzz'"), ("sha256", "'x'"), ("bytes", "'x'")),
                    *(("details", "'[]'"), ("route", "'{}'"), ("seen", "'{}'")),
                    *(("attachments", "'[1]'"), ("internal", "'x'")),
                )
            ),
            *(f"UPDATE plates SET {column} = 'x'" for column in ("plate", "draft")),
            *(
                f"UPDATE table_rows SET {column} = {value}"
                for column, value in (
                    *(("draft", "'20261123-zzzzzzz'"), ("number", "number + 100")),
                    *(("cells", "'x'"), ("place", "9"), ("live", "1 - live"), ("before", "'x'")),
                )
            ),
            *(f"DELETE FROM {name}" for name in ("drafts", "events")),
        ],
    )
    def test_nothing_is_changed_or_deleted_afterwards(
        self, store: Store, engine: Engine, state: str, sql: str
    ) -> None:
        """Nor of a purged draft."""
        kept(store, state, held=[("a", 1, None)])
        before = everything(engine)
        if refusal(store, lambda: engine.run(sql)) is None:
            assert state == "purged"  # nothing is left there that it could change
        assert everything(engine) == before

    @pytest.mark.parametrize("state", STATES)
    @pytest.mark.parametrize("table", ["contents", "plates", "table_rows"])
    def test_what_a_draft_holds_goes_by_purge_only(
        self, store: Store, engine: Engine, state: str, table: str
    ) -> None:
        kept(store, state, held=[("a", 1, None)])
        before = everything(engine)
        assert refusal(store, lambda: engine.run(f"DELETE FROM {table}")) == "outbox.forbidden"
        assert everything(engine) == before

    @pytest.mark.parametrize("state", [*STATES, "purged"])
    def test_nothing_is_added_to_a_draft_later(
        self, store: Store, engine: Engine, state: str
    ) -> None:
        draft_id = kept(store, state)
        before = everything(engine)
        made = (draft_id, new().sha256, b"x", "[]", "{}", "{}", "[]")
        sql = "INSERT INTO contents (draft, sha256, bytes, details, route, seen, attachments)"
        row = "INSERT INTO table_rows (draft, number, cells, place, live)"
        for change in (
            lambda: engine.run("INSERT INTO plates (plate, draft) VALUES ('x', ?)", draft_id),
            lambda: engine.run(f"{row} VALUES (?, 9, 'z', 1, 1)", draft_id),
            lambda: engine.run(f"{sql} VALUES (?, ?, ?, ?, ?, ?, ?)", *made),
        ):
            assert refusal(store, change), change
        assert everything(engine) == before


class TestSqlite:
    """What only SQLite has: statements that delete by replacing, and hidden keys."""

    @pytest.fixture
    def engine(self, tmp_path: Path) -> Iterator[Sqlite]:
        with contextlib.closing(opened(tmp_path / "outbox.db", SCHEMA, make=True)) as engine:
            yield engine

    TABLES = ("drafts", "events", "contents", "plates", "table_rows")

    @pytest.mark.parametrize("foreign_keys", ["ON", "OFF"])
    @pytest.mark.parametrize("table", TABLES)
    def test_nothing_is_deleted_by_being_replaced(
        self, engine: Sqlite, table: str, foreign_keys: str
    ) -> None:
        """A row put in place of another one deletes it, and no trigger of deleting sees that."""
        store = Store(engine)
        kept(store, "sent", held=[("a", 1, None)])
        kept(store, held=[("b", 1, None)])
        engine.run(f"PRAGMA foreign_keys = {foreign_keys}")
        before = everything(engine)
        columns = [f'"{name}"' for _, name, *_ in engine.all(f"PRAGMA table_info({table})")]
        for named in (", ".join(columns), ", ".join(("rowid", *columns))):
            sql = f"INSERT OR REPLACE INTO {table} ({named}) SELECT {named} FROM {table}"
            assert tried(store, partial(engine.run, sql))
            assert everything(engine) == before
        for rowid in (1, 2):
            sql = f"UPDATE OR REPLACE {table} SET rowid = {rowid} WHERE rowid <> {rowid}"
            assert tried(store, partial(engine.run, sql))
            assert everything(engine) == before

    @pytest.mark.parametrize("foreign_keys", ["ON", "OFF"])
    @pytest.mark.parametrize("table", ["plates", "table_rows"])
    def test_nor_by_what_a_new_draft_holds(
        self, engine: Sqlite, table: str, foreign_keys: str
    ) -> None:
        store = Store(engine)
        kept(store, held=[("a", 1, None)])
        second = kept(store)
        engine.run(f"PRAGMA foreign_keys = {foreign_keys}")
        before = everything(engine)
        columns, values = {
            "plates": ("plate, draft", f"'99가9999', '{second}'"),
            "table_rows": ("draft, number, cells, place, live", f"'{second}', 7, 'z', 1, 1"),
        }[table]
        sql = f"INSERT OR REPLACE INTO {table} (rowid, {columns}) VALUES (1, {values})"
        assert tried(store, partial(engine.run, sql))
        assert everything(engine) == before

    @pytest.mark.parametrize("state", ["returned", "purged"])
    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE OR REPLACE drafts SET id = ? WHERE id = ?",
            "UPDATE OR REPLACE drafts SET replaces = ? WHERE id = ?",
            "UPDATE OR REPLACE events SET draft = ? WHERE draft = ?",
            "UPDATE OR REPLACE contents SET draft = ? WHERE draft = ?",
            "UPDATE OR REPLACE plates SET draft = ? WHERE draft = ?",
            "UPDATE OR REPLACE table_rows SET draft = ? WHERE draft = ?",
        ],
    )
    def test_nor_are_keys_changed_in_place_of_others(
        self, engine: Sqlite, state: str, sql: str
    ) -> None:
        store = Store(engine)
        first, second = kept(store, state, held=[("a", 1, None)]), kept(store)
        before = everything(engine)
        for one, two in ((first, second), (second, first)):
            tried(store, partial(engine.run, sql, one, two))
            assert everything(engine) == before


def tried(store: Store, change: Callable[[], object]) -> bool:
    """Whether a change was refused, for whatever reason."""
    try:
        with store.change():
            change()
    except ParkdraftError:
        return True
    return False
