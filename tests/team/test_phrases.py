"""Which pass phrases are taken, and that what is kept of them tells nobody anything."""

from __future__ import annotations

import threading
import unicodedata

import pytest
from tests.helpers.members import refused
from tests.helpers.problems import worded

from parkdraft.team import phrases

OWN = ("gildong.hong", "홍길동")
GOOD = (
    "비 오는 날에는 파전과 막걸리",
    "우리 집 고양이 이름은 두부",
    "correct horse battery",
    "ilovemycatverymuch",
    "x7$Kp2!mQz9&Lw4r",
    "김하늘은 매일 아침 7시에 달린다",
    "주차장 옆 붕어빵 가게가 제일 맛있다",
    "가" * 2 + " 서로 다른 말을 이어 쓴 긴 문장 " * 3 + "끝",
)
SHORT, LONG = "team.phrase-short", "team.phrase-long"
COMMON, OWN_WORDS = "team.phrase-common", "team.phrase-own"
REPEATED, RUN, DATE = "team.phrase-repeated", "team.phrase-run", "team.phrase-date"
BAD = {
    "": [SHORT],
    "짧은 문장": [SHORT],
    "x7$Kp2!mQz9&Lw": [SHORT],
    "서로 다른 말을 이어 쓴 긴 문장입니다. " * 7: [LONG],
    "aaaaaaaaaaaaaaaaaaa": [REPEATED],
    "두부두부두부두부두부두부두부두부": [REPEATED],
    "passwordpassword": [REPEATED],
    "P@ssw0rdP@ssw0rd": [REPEATED],
    "홍길동홍길동홍길동홍길동홍길동": [REPEATED],
    "abcdefghijklmnop": [RUN],
    "가나다라마바사아자차카타파하": [SHORT, COMMON],
    "가나다라마바사아자차카타파하12": [COMMON, RUN],
    "password12345678": [COMMON],
    "qwertyuiopasdfgh": [COMMON],
    "parkdraft1234567": [OWN_WORDS, COMMON],
    "주차 고객센터 2026. 12. 01.": [OWN_WORDS, DATE],
    "gildong.hong20261201": [OWN_WORDS, DATE],
    "wnckrhrortpsxj1234": None,
    "rhrortpsxj 20261201": None,
    "2026-12-01 2026-12-02": None,
    "hong gildong hong 1": None,
    "!!!!!!!!!!!!!!!!": None,
    "                    ": [SHORT],
    "12": [SHORT, RUN],
}
"""What is typed → the codes of all that is wrong; None: some."""


@pytest.mark.parametrize("phrase", GOOD)
def test_a_sentence_is_good_whatever_it_is_composed_of(phrase: str) -> None:
    assert phrases.problems(phrase, OWN) == []


@pytest.mark.parametrize(("phrase", "codes"), BAD.items())
def test_what_is_short_or_easily_guessed_is_refused_with_all_reasons(
    phrase: str, codes: list[str] | None
) -> None:
    found = [one.code for one in worded(phrases.problems(phrase, OWN))]
    assert found
    assert codes is None or found == codes


def test_no_refusal_repeats_the_phrase_or_a_name() -> None:
    for one in phrases.problems("홍길동 gildong.hong", OWN):
        assert not {"홍길동", "gildong.hong"} & {str(value) for value in one.data.values()}


class TestKept:
    def test_with_the_parameters_of_the_rfc_and_a_salt_of_its_own(self) -> None:
        """RFC 9106: Argon2id, 64 MiB, three passes, four lanes."""
        first, second = (phrases.kept(GOOD[0]) for _ in range(2))
        assert first != second
        assert first.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
        assert not phrases.is_outdated(first)
        assert phrases.fits(GOOD[0], first)
        assert not phrases.fits(GOOD[1], first)

    def test_where_there_is_no_account_the_same_is_computed(self) -> None:
        assert not phrases.is_outdated(phrases._NOBODY)
        assert not phrases.fits(GOOD[0], None)

    @pytest.mark.parametrize(
        "typed",
        [
            unicodedata.normalize("NFD", GOOD[0]),
            f"  {GOOD[0]}\n",
            GOOD[0].replace(" ", "\u00a0"),
            GOOD[0].replace(" ", "\u3000"),
        ],
        ids=["as a Mac sends it", "pasted", "from a web page", "full-width blanks"],
    )
    def test_the_same_keys_are_the_same_phrase(self, typed: str, members: object) -> None:
        assert phrases.fits(typed, phrases.kept(GOOD[0]))

    @pytest.mark.parametrize("odd", ["\udc80" * 20, "\0" * 20, "x" * 100_000, "ﷺ" * 600])
    def test_whatever_is_sent_is_no_more_than_a_wrong_phrase(
        self, odd: str, members: object
    ) -> None:
        assert not phrases.fits(odd, phrases.kept(GOOD[0]))

    def test_a_phrase_is_never_cut_to_one_that_fits(self, members: object) -> None:
        longest = ("다른 말 " * 64)[: phrases.LONGEST - 1] + "끝"
        assert len(longest) == phrases.LONGEST
        assert not phrases.fits(longest + "x", phrases.kept(longest))

    @pytest.mark.parametrize("broken", ["", "x", "$argon2id$v=19$", "a" * 100])
    def test_what_somebody_broke_in_the_database_fits_nothing(
        self, broken: str, members: object
    ) -> None:
        assert not phrases.fits(GOOD[0], broken)

    def test_no_more_than_two_at_a_time_in_a_process(
        self, monkeypatch: pytest.MonkeyPatch, members: object
    ) -> None:
        monkeypatch.setattr(phrases, "_PATIENCE", 0.0)
        inside, leave = threading.Barrier(3), threading.Event()

        def take() -> None:
            with phrases.turn():
                inside.wait(10)
                leave.wait(10)

        others = [threading.Thread(target=take) for _ in range(2)]
        for one in others:
            one.start()
        try:
            inside.wait(10)
            with refused("team.busy"):
                phrases.kept(GOOD[0])
        finally:
            leave.set()
            for one in others:
                one.join()
        assert phrases.kept(GOOD[0])
